"""Vendors' machine-readable contracts in Swagger 2.0, as a judge of requests and answers.

`Exchange` is one request with its answer as it went over the wire; `Contracts.problems` says what in it breaks the
contract: an unknown path, query name, status or field, a missing or wrong value. Contracts leave objects open for
fields to come; here a field that the contract does not name is a problem, since it is a misspelt one. The files are
not part of the project: `specs_folder` skips where they are absent. `contracts_openapi` does the same for OpenAPI 3.
"""

import copy
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError

ROOT = Path(__file__).resolve().parents[2]
CHECKER = FormatChecker(formats=())


@CHECKER.checks("date-time")
def _is_moment(value: object) -> bool:
    """ISO 8601 with an offset; other types are for the schema to refuse."""
    if not isinstance(value, str):
        return True
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@dataclass(frozen=True)
class Exchange:
    """`path` is a contract's template or the path that was asked for, without host and query; bodies are JSON."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    request: Any = None
    status: int = 200
    answer: Any = None


@dataclass(frozen=True)
class Described:
    """An operation of a contract."""

    contract: str
    name: str
    method: str
    template: str
    document: dict[str, Any]
    parameters: list[dict[str, Any]]


def specs_folder(vendor: str) -> Path:
    """`ORION_TEST_SPECS`, or `shared/specs` beside the checkout. Skips the test where the vendor's are absent; with
    `ORION_TEST_NEEDS_SPECS` fails it."""
    base = os.environ.get("ORION_TEST_SPECS")
    folder = (Path(base) if base else ROOT.parent / "shared" / "specs") / vendor
    if not folder.is_dir():
        reason = f"no contracts of {vendor} in {folder}; name the folder of contracts in ORION_TEST_SPECS"
        pytest.fail(reason) if os.environ.get("ORION_TEST_NEEDS_SPECS") else pytest.skip(reason)
    return folder


class Contract:
    """One Swagger 2.0 document."""

    def __init__(self, name: str, document: dict[str, Any]) -> None:
        self.name = name
        self._paths: dict[str, Any] = document["paths"]
        self._base = document.get("basePath", "").rstrip("/")
        self._definitions = document.get("definitions", {})
        self._shared = document.get("parameters", {})

    @cached_property
    def operations(self) -> list[Described]:
        found = []
        for template, methods in self._paths.items():
            common = methods.get("parameters", [])
            for method, operation in methods.items():
                if method in ("get", "put", "post", "delete", "patch", "head", "options"):
                    parameters = [self._parameter(p) for p in common + operation.get("parameters", [])]
                    where = self._base + template
                    name = operation["operationId"]
                    found.append(Described(self.name, name, method.upper(), where, operation, parameters))
        return found

    def usage_plan(self, operation: Described) -> tuple[float, int] | None:
        """Rate per second and burst as the description's table gives them."""
        found = re.search(r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|", operation.document.get("description", ""))
        return (float(found[1]), int(found[2])) if found else None

    def problems(self, operation: Described, exchange: Exchange) -> Iterator[str]:
        """What breaks the contract; a request that was refused is not held against it."""
        if exchange.status < 300:
            yield from self._query(operation, exchange.query)
            yield from self._request(operation, exchange.request)
        response = operation.document["responses"].get(str(exchange.status))
        if response is None:
            yield f"status {exchange.status} is not declared"
        elif "schema" in response:
            yield from self._document("answer", response["schema"], exchange.answer)
        elif exchange.answer not in (None, {}):
            yield "the answer has a body, the contract has none"

    def _parameter(self, parameter: dict[str, Any]) -> dict[str, Any]:
        name = parameter.get("$ref", "").rpartition("/")[2]
        return self._shared[name] if name else parameter

    def _query(self, operation: Described, query: Mapping[str, str]) -> Iterator[str]:
        known = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        for name in set(query) - set(known):
            yield f"query {name} is not declared"
        for name, parameter in known.items():
            if name not in query:
                if parameter.get("required"):
                    yield f"query {name} is required"
                continue
            value = _read(parameter, query[name])
            for error in Draft4Validator(_as_schema(parameter), format_checker=CHECKER).iter_errors(value):
                yield f"query {name}: {error.message}"

    def _request(self, operation: Described, body: Any) -> Iterator[str]:
        declared = next((p for p in operation.parameters if p["in"] == "body"), None)
        if declared is None:
            if body is not None:
                yield "the request has a body, the contract has none"
        elif body is None:
            if declared.get("required"):
                yield "the request needs a body"
        else:
            yield from self._document("request", declared["schema"], body)

    def _document(self, what: str, schema: dict[str, Any], value: Any) -> Iterator[str]:
        whole = {**schema, "definitions": self._closed}
        if "$ref" in schema:
            whole = {"allOf": [schema], "definitions": self._closed}
        for error in Draft4Validator(whole, format_checker=CHECKER).iter_errors(value):
            yield f"{what} at {_where(error)}: {error.message}"

    @cached_property
    def _closed(self) -> dict[str, Any]:
        """The definitions with every object closed, but for those that are parts of others."""
        found = copy.deepcopy(self._definitions)
        parts = {ref["$ref"].rpartition("/")[2] for ref in _parts(found) if "$ref" in ref}
        for name, schema in found.items():
            if name not in parts:
                _close(schema)
        return dict(found)


class Contracts:
    """All contracts of a folder; a path belongs to the one that describes it."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(folder.glob("*.json"))
        self.contracts = {path.stem: Contract(path.stem, json.loads(path.read_text("utf-8"))) for path in paths}

    def find(self, method: str, path: str) -> Described | None:
        """The operation of a path; one without placeholders wins."""
        matching = [
            operation
            for contract in self.contracts.values()
            for operation in contract.operations
            if operation.method == method.upper() and _matches(operation.template, path)
        ]
        return min(matching, key=lambda operation: operation.template.count("{"), default=None)

    def problems(self, exchange: Exchange) -> list[str]:
        operation = self.find(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange.method} {exchange.path} is in no contract"]
        contract = self.contracts[operation.contract]
        return [f"{operation.name} {exchange.status}: {problem}" for problem in contract.problems(operation, exchange)]


def schema_problems(schema: Path, document: Any) -> list[str]:
    """What in a document breaks a JSON Schema file (draft 7)."""
    validator = Draft7Validator(json.loads(schema.read_text("utf-8")), format_checker=CHECKER)
    return [f"at {_where(error)}: {error.message}" for error in validator.iter_errors(document)]


def _matches(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return False
    return all(part == have or (part.startswith("{") and have) for part, have in zip(wanted, given, strict=True))


def _as_schema(parameter: dict[str, Any]) -> dict[str, Any]:
    names = ("type", "format", "enum", "items", "minimum", "maximum", "minItems", "maxItems", "pattern", "maxLength")
    return {name: parameter[name] for name in names if name in parameter}


def _read(parameter: dict[str, Any], text: str) -> Any:
    """The value that a query's text stands for; text that stands for none stays text, which the schema then refuses."""
    kind = parameter.get("type")
    if kind == "array":
        return [_read(parameter.get("items", {}), part) for part in text.split(",")]
    if kind in ("integer", "number"):
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The members of every `allOf`: together they make an object, so that none of them may close it."""
    if isinstance(schema, dict):
        yield from schema.get("allOf", []) if isinstance(schema.get("allOf"), list) else []
        for value in schema.values():
            yield from _parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value)


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if "allOf" in schema:
            return
        if isinstance(schema.get("properties"), dict):
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            _close(value)
    elif isinstance(schema, list):
        for value in schema:
            _close(value)


def _where(error: ValidationError) -> str:
    return "/".join(str(part) for part in error.absolute_path) or "the top"
