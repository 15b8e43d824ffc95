"""From rows to GraphQL types: a field is filled from the column of its name.

`price: Money` reads `price_minor` and `currency`, `attributes: Json` and lists read `attributes_json`, enums take the
column's text, `id` becomes global, `row` keeps the row for the resolvers. `column("x")` names another column. The
readers of a type are worked out once.
"""

import dataclasses
import typing
from collections.abc import Callable, Iterable
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql.ids import global_id
from orion_daemon.graphql.scalars import Json, Money, money

T = TypeVar("T")
Reader = Callable[[Row], Any]

_readers: dict[type, list[tuple[str, Reader]]] = {}


@strawberry.interface(description="Anything that has a global id; `node(id:)` finds it again.")
class Node:
    id: strawberry.ID
    row: strawberry.Private[Row]


def column(name: str, description: str | None = None) -> Any:
    """A field that reads the column of another name (without `_minor` or `_json`)."""
    return strawberry.field(metadata={"column": name}, description=description)


def build(cls: type[T], row: Row) -> T:
    readers = _readers.get(cls)
    if readers is None:
        readers = _readers[cls] = _work_out(cls)
    made = cls.__new__(cls)
    made.__dict__.update({name: read(row) for name, read in readers})
    return made


def build_all(cls: type[T], rows: Iterable[Row]) -> list[T]:
    return [build(cls, row) for row in rows]


def _work_out(cls: type) -> list[tuple[str, Reader]]:
    hints = typing.get_type_hints(cls)
    return [
        (field.name, _reader(cls, field, hints[field.name]))
        for field in dataclasses.fields(cls)
        if getattr(field, "base_resolver", None) is None
    ]


def _reader(cls: type, field: "dataclasses.Field[Any]", hint: Any) -> Reader:
    name: str = field.metadata.get("column", field.name)
    if field.name == "row":
        return lambda row: row
    if field.name == "id":
        return lambda row: global_id(cls.__name__, row["id"])
    if typing.get_origin(hint) in (typing.Union, UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not NoneType)
    if hint is Money:
        return lambda row: money(row[f"{name}_minor"], row["currency"])
    if hint is Json:
        return lambda row: row[f"{name}_json"]
    if typing.get_origin(hint) is list:
        return lambda row: row[f"{name}_json"] or []
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda row: None if row[name] is None else hint(row[name])
    return lambda row: row[name]
