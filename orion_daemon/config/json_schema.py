"""The JSON Schema of orion.toml, for completion and checks in editors.

Generated from the same sections that check the file; `orion.schema.json` beside this module is a copy, tested equal,
made by `make schema`. It says what an editor can know: types, choices, ranges of plain numbers, patterns, reasons.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from orion_daemon.config import units
from orion_daemon.config.cadence import OFF, Cadence
from orion_daemon.config.literals import plain
from orion_daemon.config.options import Field, Option, Section, choices_of, fields_of, item_of, section_of
from orion_daemon.config.settings import Settings

_CRON_PATTERN = r"^\S+( +\S+){4}$"
_CODES = {
    "currency": r"^[A-Z]{3}$",
    "language": r"^[a-z]{2}$",
    "country": r"^[A-Z]{2}$",
    "timezone": r"^[A-Za-z0-9_+/-]+$",
}


def json_schema() -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "orion.toml",
        **_table(Settings),
    }


def _table(table: type[Section]) -> dict[str, Any]:
    fields = fields_of(table)
    schema: dict[str, Any] = {
        "description": " ".join((table.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "properties": {field.key: _field(field) for field in fields},
    }
    required = [field.key for field in fields if field.required]
    return {**schema, "required": required} if required else schema


def _field(field: Field) -> dict[str, Any]:
    nested = section_of(field.hint)
    if nested:
        return _table(nested)
    nested = section_of(item_of(field.hint))
    if nested:
        return {"type": "array", "items": _table(nested)}
    schema = {"description": field.option.reason, **_type(field.hint, field.option)}
    if field.default == "" and "pattern" in schema:
        schema["pattern"] = f"^(?:{field.option.pattern})?$"
    if not field.required and field.default is not None:
        schema["default"] = _plain_default(field.default, field.option)
    return schema


def _plain_default(value: Any, option: Option) -> Any:
    if isinstance(value, tuple):
        return [_plain_default(item, option) for item in value]
    return value if isinstance(value, bool | int | float) and not option.unit else plain(value, option)


def _type(hint: Any, option: Option) -> dict[str, Any]:
    item = item_of(hint)
    if item is not None:
        return {"type": "array", "items": _type(item, option), "uniqueItems": True}
    choices = choices_of(hint)
    if choices:
        return {"type": "string", "enum": list(choices)}
    if hint is Cadence:
        forms = [{"enum": [OFF]}, {"pattern": units.DURATION_PATTERN}, {"pattern": _CRON_PATTERN}]
        return {"type": "string", "anyOf": forms}
    if hint is timedelta:
        return {"type": "string", "pattern": units.DURATION_PATTERN}
    if option.unit:
        return {"type": "string", "pattern": units.SIZE_PATTERN if option.unit == "size" else units.SHARE_PATTERN}
    if hint is bool:
        return {"type": "boolean"}
    if hint in {int, float}:
        bounds = {"minimum": option.least, "maximum": option.most}
        kind = {"type": "integer" if hint is int else "number"}
        return kind | {name: bound for name, bound in bounds.items() if bound is not None}
    if hint in {Path, Path | None}:
        return {"type": "string", "minLength": 1}
    pattern = _CODES.get(option.known) or (f"^(?:{option.pattern})$" if option.pattern else "")
    return {"type": "string", "pattern": pattern} if pattern else {"type": "string"}
