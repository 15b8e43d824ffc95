"""The reader of Swagger 2.0 contracts finds what breaks one; the contract here is made up."""

from typing import Any

import pytest

from tests.support.contracts import Contract, Exchange

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "made": {"type": "string", "format": "date-time"}, "owner": {"$ref": ""}},
}
ITEM["properties"]["owner"] = {"$ref": "#/definitions/Owner", "description": "beside a reference"}
DOCUMENT: dict[str, Any] = {
    "basePath": "/v1",
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "type": "string", "required": True}],
            "get": {
                "operationId": "getItem",
                "description": "| Rate | Burst |\n| ---- | ---- |\n| 0.5 | 30 |",
                "parameters": [
                    {"name": "parts", "in": "query", "type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2},
                    {"name": "size", "in": "query", "type": "integer", "maximum": 20},
                    {"name": "store", "in": "query", "type": "string", "required": True},
                    {"name": "deep", "in": "query", "type": "boolean"},
                ],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Item"}}, "404": {}},
            },
            "put": {
                "operationId": "putItem",
                "parameters": [
                    {"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Item"}}
                ],
                "responses": {"204": {}},
            },
        }
    },
    "definitions": {
        "Item": ITEM,
        "Owner": {"allOf": [{"$ref": "#/definitions/Named"}, {"properties": {"age": {"type": "integer"}}}]},
        "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    },
}
QUERY = {"store": "x"}
GOOD = {"id": "1", "made": "2026-03-02T12:00:00Z", "owner": {"name": "Ada", "age": 36}}


def problems(exchange: Exchange) -> list[str]:
    contract = Contract("made-up", DOCUMENT)
    operation = next(o for o in contract.operations if o.method == exchange.method)
    return list(contract.problems(operation, exchange))


def test_what_keeps_to_the_contract_has_no_problem() -> None:
    query = {**QUERY, "parts": "a,b", "size": "20", "deep": "true"}
    assert problems(Exchange("GET", "/v1/items/1", query, None, 200, GOOD)) == []
    assert problems(Exchange("PUT", "/v1/items/1", {}, GOOD, 204, None)) == []
    assert problems(Exchange("GET", "/v1/items/1", {}, None, 404, None)) == []


@pytest.mark.parametrize(
    "exchange",
    [
        Exchange("GET", "/", {}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "stores": "x"}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "parts": "a,c"}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "parts": "a,b,a"}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "size": "21"}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "size": "many"}, None, 200, GOOD),
        Exchange("GET", "/", {**QUERY, "deep": "yes"}, None, 200, GOOD),
        Exchange("GET", "/", QUERY, None, 418, GOOD),
        Exchange("GET", "/", QUERY, GOOD, 200, GOOD),
        Exchange("GET", "/", QUERY, None, 200, {}),
        Exchange("GET", "/", QUERY, None, 200, {"id": 1}),
        Exchange("GET", "/", QUERY, None, 200, {"id": "1", "nmae": "misspelt"}),
        Exchange("GET", "/", QUERY, None, 200, {"id": "1", "made": "2026-03-02"}),
        Exchange("GET", "/", QUERY, None, 200, {"id": "1", "owner": {"age": 36}}),
        Exchange("PUT", "/", {}, None, 204, None),
        Exchange("PUT", "/", {}, {"id": "1", "name": "Ada"}, 204, None),
        Exchange("PUT", "/", {}, GOOD, 204, {"id": "1"}),
    ],
)
def test_what_breaks_the_contract_is_a_problem(exchange: Exchange) -> None:
    assert len(problems(exchange)) == 1


def test_the_usage_plan_is_read_from_the_description() -> None:
    contract = Contract("made-up", DOCUMENT)
    plans = {operation.name: contract.usage_plan(operation) for operation in contract.operations}
    assert plans == {"getItem": (0.5, 30), "putItem": None}
