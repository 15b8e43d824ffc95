"""Vendors' machine-readable contracts in OpenAPI 3.0, as a judge of requests and answers.

`HttpExchange` is one request with its answer as it went over the wire; `OpenApiContracts.problems` says what in it
breaks the contract: an unknown path, query name, status or field, a missing parameter or header, a wrong value.
Contracts leave objects open for fields to come; here a field that the contract does not name is a problem, since it is
a misspelt one. Statuses of refusals that a contract is silent about (401, 403, 415, 429 with most vendors) are let
through, the form of their body is not. The files are not part of the project: `specs_folder` skips where they are
absent. `contracts` does the same for Swagger 2.0.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class HttpExchange:
    """`path` is what was asked for, without host and query; bodies are JSON, None for none."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    request: Any = None
    status: int = 200
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer: Any = None


@dataclass(frozen=True)
class ContractOperation:
    """An operation of a contract; `template` includes the server's base path."""

    contract: str
    name: str
    method: str
    template: str
    document: dict[str, Any]
    parameters: list[dict[str, Any]]


class OpenApiContract:
    """One OpenAPI 3.0 document."""

    def __init__(self, name: str, document: dict[str, Any]) -> None:
        self.name = name
        self._document = document
        server = document.get("servers", [{}])[0]
        url = server.get("url", "")
        for variable, said in server.get("variables", {}).items():
            url = url.replace("{" + variable + "}", said["default"])
        self._base = re.sub(r"^https?://[^/]*", "", url).rstrip("/")

    @cached_property
    def operations(self) -> list[ContractOperation]:
        found = []
        for template, methods in self._document["paths"].items():
            for method in METHODS:
                if method in methods:
                    operation = methods[method]
                    parameters = [*methods.get("parameters", []), *operation.get("parameters", [])]
                    where, name = self._base + template, operation["operationId"]
                    found.append(ContractOperation(self.name, name, method.upper(), where, operation, parameters))
        return found

    def problems(self, operation: ContractOperation, exchange: HttpExchange) -> Iterator[str]:
        """What breaks the contract; a request that was refused is not held against it."""
        if exchange.status < 300:
            yield from self._parameters(operation, exchange)
            yield from self._request(operation, exchange)
        if exchange.status >= 400:
            yield from self._refusal(exchange)
            return
        response = operation.document["responses"].get(str(exchange.status))
        if response is None:
            yield f"status {exchange.status} is not declared"
            return
        given = {name.lower() for name in exchange.answer_headers}
        for name in response.get("headers", {}):
            if name.lower() not in given:
                yield f"the answer lacks the header {name}"
        schema = self._schema(response)
        if schema is None and exchange.status == 207:  # declared as "as 200, entry by entry"
            schema = self._schema(operation.document["responses"]["200"])
        if schema is not None:
            yield from self._document_problems("answer", schema, exchange.answer)
        elif exchange.answer is not None:
            yield "the answer has a body, the contract has none"

    def _parameters(self, operation: ContractOperation, exchange: HttpExchange) -> Iterator[str]:
        for place, given in (("query", dict(exchange.query)), ("header", _lower(exchange.headers))):
            declared = {(p["name"].lower() if place == "header" else p["name"]): p for p in operation.parameters}
            declared = {name: p for name, p in declared.items() if p["in"] == place}
            if place == "query":
                yield from (f"query {name} is not declared" for name in set(given) - set(declared))
            for name, parameter in declared.items():
                if name not in given and parameter.get("required"):
                    yield f"{place} {name} is required"
                elif name in given:
                    value = _read(parameter["schema"], given[name])
                    yield from self._document_problems(f"{place} {name}", parameter["schema"], value)

    def _request(self, operation: ContractOperation, exchange: HttpExchange) -> Iterator[str]:
        declared = operation.document.get("requestBody")
        if declared is None:
            if exchange.request is not None:
                yield "the request has a body, the contract has none"
        elif exchange.request is not None:
            yield from self._document_problems("request", self._schema(declared) or {}, exchange.request)
        elif declared.get("required"):
            yield "the request needs a body"

    def _refusal(self, exchange: HttpExchange) -> Iterator[str]:
        entries = exchange.answer.get("errors") if isinstance(exchange.answer, dict) else None
        if not isinstance(entries, list) or not entries:
            yield "a refusal has no errors"
            return
        if "Error" in self._closed["schemas"]:
            for entry in entries:
                yield from self._document_problems("error", {"$ref": "#/components/schemas/Error"}, entry)

    def _schema(self, holder: dict[str, Any]) -> dict[str, Any] | None:
        content = holder.get("content", {}).get("application/json")
        return dict(content["schema"]) if content else None

    def _document_problems(self, what: str, schema: dict[str, Any], value: Any) -> Iterator[str]:
        whole = {"allOf": [schema], "components": self._closed}
        for error in Draft4Validator(whole).iter_errors(value):
            yield f"{what} at {_where(error)}: {error.message}"

    @cached_property
    def _closed(self) -> dict[str, Any]:
        """The components with every object closed and `nullable` said in JSON Schema's words."""
        found = copy.deepcopy(self._document.get("components", {}))
        found.setdefault("schemas", {})
        _close(found["schemas"])
        return found


class OpenApiContracts:
    """All contracts of a folder; a path belongs to the one that describes it, without placeholders where it can."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(folder.glob("*.json"))
        self.contracts = {path.stem: OpenApiContract(path.stem, json.loads(path.read_text("utf-8"))) for path in paths}

    def find(self, method: str, path: str) -> ContractOperation | None:
        matching = [
            operation
            for contract in self.contracts.values()
            for operation in contract.operations
            if operation.method == method.upper() and _matches(operation.template, path)
        ]
        return min(matching, key=lambda operation: operation.template.count("{"), default=None)

    def problems(self, exchange: HttpExchange) -> list[str]:
        operation = self.find(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange.method} {exchange.path} is in no contract"]
        contract = self.contracts[operation.contract]
        return [f"{operation.name} {exchange.status}: {problem}" for problem in contract.problems(operation, exchange)]


def _matches(template: str, path: str) -> bool:
    wanted, given = template.rstrip("/").split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(given):
        return False
    return all(part == have or (part.startswith("{") and have) for part, have in zip(wanted, given, strict=True))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(schema: dict[str, Any], text: str) -> Any:
    """The value that a text stands for; text that stands for none stays text, which the schema then refuses."""
    if schema.get("type") in ("integer", "number"):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        if schema.get("nullable") is True and isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        for value in schema.values():
            _close(value)
    elif isinstance(schema, list):
        for value in schema:
            _close(value)


def _where(error: ValidationError) -> str:
    return "/".join(str(part) for part in error.absolute_path) or "the top"
