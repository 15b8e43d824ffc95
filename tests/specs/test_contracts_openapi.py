"""The judge of OpenAPI contracts itself, on a small contract: what it finds, and what it lets through."""

import json
from dataclasses import replace

import pytest

from tests.support.contracts_openapi import HttpExchange, OpenApiContracts

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "nullable": True}},
}
ERROR = {"type": "object", "properties": {"errorId": {"type": "integer"}}}
BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
CONTRACT = {
    "servers": [{"url": "https://api.example{basePath}", "variables": {"basePath": {"default": "/pets/v1"}}}],
    "paths": {
        "/pet/{id}": {
            "put": {
                "operationId": "putPet",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "loud", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "Content-Type", "in": "header", "required": True, "schema": {"type": "string"}},
                ],
                "requestBody": {**BODY, "required": True},
                "responses": {
                    "200": {**BODY, "headers": {"Location": {"schema": {"type": "string"}}}},
                    "204": {"description": "nothing"},
                },
            }
        },
        "/pet/mine": {"put": {"operationId": "putMine", "responses": {"204": {}}}},
    },
    "components": {"schemas": {"Pet": PET, "Error": ERROR}},
}
GOOD = HttpExchange(
    "PUT",
    "/pets/v1/pet/7",
    {"loud": "true"},
    {"content-type": "application/json"},
    {"name": "Rex", "age": None},
    200,
    {"location": "/pets/v1/pet/7"},
    {"name": "Rex"},
)


@pytest.fixture
def contracts(tmp_path):
    (tmp_path / "pets.json").write_text(json.dumps(CONTRACT))
    return OpenApiContracts(tmp_path)


def test_what_keeps_the_contract_has_no_problems(contracts):
    assert contracts.problems(GOOD) == []
    assert contracts.problems(replace(GOOD, status=204, answer=None)) == []
    assert contracts.problems(replace(GOOD, status=429, answer={"errors": [{"errorId": 1}]})) == []
    assert contracts.find("put", "/pets/v1/pet/mine").name == "putMine"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"path": "/pets/v1/dog/7"}, "in no contract"),
        ({"query": {"quiet": "1"}}, "query quiet is not declared"),
        ({"query": {"loud": "maybe"}}, "query loud"),
        ({"headers": {}}, "header content-type is required"),
        ({"request": None}, "needs a body"),
        ({"request": {"name": "Rex", "colour": "red"}}, "colour"),
        ({"request": {"name": 1}}, "request at name"),
        ({"answer": {"name": "Rex", "colour": "red"}}, "colour"),
        ({"answer": {}}, "'name' is a required property"),
        ({"answer_headers": {}}, "lacks the header Location"),
        ({"status": 201}, "status 201 is not declared"),
        ({"status": 204}, "the answer has a body"),
        ({"status": 400, "answer": "no"}, "a refusal has no errors"),
        ({"status": 400, "answer": {"errors": [{"errorId": "x"}]}}, "error at errorId"),
    ],
)
def test_what_breaks_the_contract_is_named(contracts, change, problem):
    found = contracts.problems(replace(GOOD, **change))
    assert len(found) == 1
    assert problem in found[0]
