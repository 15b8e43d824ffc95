"""Lists in pages, the same way for every noun: keyset paging over one table, newest or smallest first.

A cursor holds the sort value and the id of a row, so a page costs the same at any depth, and rows that arrive
meanwhile neither shift nor repeat what was seen. Columns, conditions and orders are constants of the callers; only
values come from outside, and always as parameters. Nouns and their filters: `services/listings.py`.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services.errors import Code, Invalid


@dataclass(slots=True)
class Where:
    """Conditions joined by AND. In a condition, `{}` stands for each value in turn."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> "Where":
        marks = []
        for value in values:
            self.values.append(value)
            marks.append(f"${len(self.values)}")
        self.conditions.append(condition.format(*marks))
        return self

    def among(self, column: str, values: Sequence[Any]) -> "Where":
        """`column IN (...)`; no values match nothing."""
        if not values:
            self.conditions.append("1 = 0")
            return self
        return self.add(f"{column} IN ({', '.join('{}' for _ in values)})", *values)

    def sql(self) -> str:
        return f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a column that is never NULL, ties by id in the same direction."""

    column: str = "id"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    cursors: list[str]
    has_next: bool


async def page(
    db: Database, table: str, columns: str, where: Where, order: Order, first: int, after: str | None
) -> Page:
    """Read up to `first` rows after the cursor. Raises Invalid for a cursor of another list or order."""
    if after is not None:
        value, row_id = _read_cursor(after, order)
        sign = "<" if order.descending else ">"
        if order.column == "id":
            where.add(f"{table}.id {sign} {{}}", row_id)
        else:
            where.add(f"({table}.{order.column}, {table}.id) {sign} ({{}}, {{}})", value, row_id)
    direction = "DESC" if order.descending else "ASC"
    by = (
        f"{table}.id {direction}"
        if order.column == "id"
        else f"{table}.{order.column} {direction}, {table}.id {direction}"
    )
    rows = await db.fetch(
        f"SELECT {columns} FROM {table}{where.sql()} ORDER BY {by} LIMIT {first + 1:d}", *where.values
    )
    shown = rows[:first]
    return Page(shown, [_write_cursor(row, order) for row in shown], len(rows) > first)


async def count(db: Database, table: str, where: Where) -> int:
    """How many rows the list has in all, before paging."""
    return int(await db.fetch_value(f"SELECT count(*) AS n FROM {table}{where.sql()}", *where.values))


async def by_ids(db: Database, table: str, columns: str, ids: Sequence[int], key: str = "id") -> list[Row]:
    """Rows whose `key` is one of `ids`, ordered by id; in statements of at most 500 values."""
    rows: list[Row] = []
    for start in range(0, len(ids), 500):
        where = Where().among(f"{table}.{key}", ids[start : start + 500])
        rows += await db.fetch(f"SELECT {columns} FROM {table}{where.sql()} ORDER BY {table}.id", *where.values)
    return rows


def _write_cursor(row: Row, order: Order) -> str:
    value = row[order.column]
    stamp = value.isoformat() if isinstance(value, datetime) else value
    text = orjson.dumps([order.column, order.descending, stamp, row["id"]])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


class _Cursor(msgspec.Struct, array_like=True):
    column: str
    descending: bool
    value: str | int
    id: int


def _read_cursor(text: str, order: Order) -> tuple[Any, int]:
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Cursor)
        value: Any = cursor.value
        if order.column.endswith("_at"):
            value = datetime.fromisoformat(str(value)).astimezone(UTC)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise Invalid(Code.INVALID_VALUE, "The cursor is not one that this list gave out.", "after") from error
    if (cursor.column, cursor.descending) != (order.column, order.descending):
        raise Invalid(Code.INVALID_VALUE, "The cursor belongs to another order of this list.", "after")
    return value, cursor.id
