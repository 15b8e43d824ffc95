"""One SQL text for two databases, and values on their way in and out.

Statements are written with PostgreSQL's `$1 $2`. For SQLite they are translated once and kept: `$1` becomes `?1`,
`= ANY($1)` reads a JSON list, row locks vanish (a SQLite transaction is alone anyway), casts after a parameter too,
`GREATEST`/`LEAST` become scalar `MAX`/`MIN` (which, unlike PostgreSQL's, answer NULL when any argument is NULL).
Parameters: None, bool, int, float, str, bytes, aware datetime, dict or list (JSON), tuple (a list for `= ANY($1)`).
Rows are dicts decoded by the name of the column: `_at`, `_json`, `is_`, `has_` and BOOLEANS.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any

import orjson

from orion_daemon.db.errors import BadValue

Row = dict[str, Any]
Params = Sequence[Any]
Decoder = Callable[[Any], Any]

SQLITE_VARIABLES = 32_766
POSTGRES_ARGUMENTS = 32_767
BOOLEANS = frozenset({"allows_mutations", "sync_zero_stock"})
"""Columns of booleans whose names do not say so; SQLite returns integers for them."""

_TRANSLATED = re.compile(
    r"""
    (?P<text>'(?:[^']|'')*'|"[^"]*")
    | =\s*ANY\s*\(\s*\$(?P<any>\d+)(?:::\w+\[\])?\s*\)
    | <>\s*ALL\s*\(\s*\$(?P<all>\d+)(?:::\w+\[\])?\s*\)
    | \$(?P<number>\d+)(?:::\w+(?:\[\])?)?
    | (?P<lock>\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b
        (?:\s+OF\s+\w+(?:\s*,\s*\w+)*)?
        (?:\s+(?:SKIP\s+LOCKED|NOWAIT))?)
    | \b(?P<extreme>GREATEST|LEAST)(?=\s*\()
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _replacement(match: re.Match[str]) -> str:
    if match["any"]:
        return f"IN (SELECT value FROM json_each(?{match['any']}))"
    if match["all"]:
        return f"NOT IN (SELECT value FROM json_each(?{match['all']}))"
    if match["number"]:
        return f"?{match['number']}"
    if match["lock"]:
        return ""
    if match["extreme"]:
        return "MAX" if match["extreme"].upper() == "GREATEST" else "MIN"
    return match.group()


@lru_cache(maxsize=2048)
def for_sqlite(sql: str) -> str:
    return _TRANSLATED.sub(_replacement, sql)


_last_time: tuple[datetime | None, str] = (None, "")  # a transaction writes the same `now` into every row


def time_text(value: datetime) -> str:
    """`2026-11-23 09:30:00.000000+00:00`: always UTC, always six digits, so that text order is time order."""
    global _last_time  # noqa: PLW0603 - a memory of one pair, replaced as a whole: threads cannot see half of it
    known, text = _last_time
    if known is value:
        return text
    if value.tzinfo is None:
        raise BadValue("a time without a zone cannot be stored")
    text = value.astimezone(UTC).isoformat(" ", "microseconds")
    _last_time = (value, text)
    return text


def json_text(value: dict[str, Any] | list[Any] | tuple[Any, ...]) -> str:
    return orjson.dumps(value).decode()


def refuse_decimal(_value: Decimal) -> str:
    raise BadValue("a Decimal cannot be stored: money is integer minor units, rates are text")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise BadValue("a time without a zone cannot be stored")
    return value


_FOR_POSTGRES: dict[type, Callable[[Any], Any]] = {
    datetime: _aware,
    dict: json_text,
    list: json_text,
    tuple: list,
    Decimal: refuse_decimal,
}


def postgres_params(params: Params) -> list[Any]:
    encoders = _FOR_POSTGRES
    return [encoders[type(value)](value) if type(value) in encoders else value for value in params]


def _decoded_time(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _decoded_json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def _decoded_bool(value: Any) -> Any:
    return bool(value) if isinstance(value, int) else value


class RowReader:
    """Turns result tuples into rows. Knows the columns that hold booleans; remembers each shape it has seen."""

    def __init__(self, *, booleans: frozenset[str] = frozenset()) -> None:
        self._booleans = booleans
        self._shapes: dict[tuple[str, ...], list[tuple[str, Decoder]]] = {}

    def decoders(self, columns: tuple[str, ...]) -> list[tuple[str, Decoder]]:
        found = self._shapes.get(columns)
        if found is None:
            found = []
            for column in columns:
                if column.endswith("_at"):
                    found.append((column, _decoded_time))
                elif column.endswith("_json"):
                    found.append((column, _decoded_json))
                elif column in self._booleans or column.startswith(("is_", "has_")):
                    found.append((column, _decoded_bool))
            self._shapes[columns] = found
        return found

    def rows(self, columns: tuple[str, ...], records: Sequence[Sequence[Any]]) -> list[Row]:
        decoders = self.decoders(columns)
        found = [dict(zip(columns, record, strict=True)) for record in records]
        for column, decode in decoders:
            for row in found:
                value = row[column]
                if value is not None:
                    row[column] = decode(value)
        return found


def chunk_sizes(rows: int, columns: int, variables: int) -> Iterator[int]:
    """Row counts of the statements that together insert `rows`, few in number and of few different shapes.

    Up to 8 rows are one statement of their own; more are powers of two, so that prepared statements are found again.
    """
    largest = min(512, max(1, variables // max(1, columns)))
    while rows > 0:
        size = rows if rows <= 8 else 1 << (rows.bit_length() - 1)
        while size > largest:
            size = size >> 1 if size > 8 else largest
        yield size
        rows -= size


@lru_cache(maxsize=512)
def insert_text(table: str, columns: tuple[str, ...], rows: int, suffix: str, *, numbered: bool) -> str:
    width = len(columns)
    if numbered:
        groups = ", ".join(
            "(" + ", ".join(f"${row * width + column + 1}" for column in range(width)) + ")" for row in range(rows)
        )
    else:
        groups = ", ".join(["(" + ", ".join("?" * width) + ")"] * rows)
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES {groups} {suffix}'.rstrip()


@lru_cache(maxsize=256)
def load_text(table: str, columns: tuple[str, ...], constants: tuple[str, ...], rows: int) -> str:
    """An INSERT of so many rows for SQLite. The values of `constants`, equal in all rows, are bound first and once."""
    names = ", ".join([f'"{column}"' for column in (*columns, *constants)])
    equal = [f"?{number}" for number in range(1, len(constants) + 1)]
    numbers = count(len(constants) + 1)
    groups = ", ".join([f"({', '.join([f'?{next(numbers)}' for _ in columns] + equal)})" for _ in range(rows)])
    return f'INSERT INTO "{table}" ({names}) VALUES {groups}'
