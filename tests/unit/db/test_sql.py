"""One SQL text for two databases; values on their way in and out."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tortoise.fields import BooleanField
from tortoise.models import ModelMeta

from orion_daemon.db.errors import BadValue
from orion_daemon.db.models import MODULES
from orion_daemon.db.sql import BOOLEANS, RowReader, chunk_sizes, for_sqlite, insert_text, postgres_params, time_text


@pytest.mark.parametrize(
    ("written", "translated"),
    [
        ("SELECT $1, $2, $1", "SELECT ?1, ?2, ?1"),
        ("id = ANY($3)", "id IN (SELECT value FROM json_each(?3))"),
        ("id = any( $3::bigint[] )", "id IN (SELECT value FROM json_each(?3))"),
        ("id <> ALL($1)", "id NOT IN (SELECT value FROM json_each(?1))"),
        ("$1::timestamptz IS NULL", "?1 IS NULL"),
        ("SELECT 1 FROM t FOR UPDATE", "SELECT 1 FROM t "),
        ("SELECT 1 FROM t LIMIT 3 FOR UPDATE OF t, u SKIP LOCKED", "SELECT 1 FROM t LIMIT 3 "),
        ("SELECT 1 FROM t FOR NO KEY UPDATE NOWAIT", "SELECT 1 FROM t "),
        ("SELECT GREATEST(a, $1), least (b, 2)", "SELECT MAX(a, ?1), MIN (b, 2)"),
        ("SELECT 'costs $1, FOR UPDATE, it''s $2', \"$3\"", "SELECT 'costs $1, FOR UPDATE, it''s $2', \"$3\""),
        ("ON CONFLICT (a) DO UPDATE SET b = excluded.b", "ON CONFLICT (a) DO UPDATE SET b = excluded.b"),
    ],
)
def test_a_statement_is_translated_for_sqlite_outside_of_literals(written: str, translated: str) -> None:
    assert for_sqlite(written) == translated


def test_times_as_text_are_utc_with_six_digits() -> None:
    paris = timezone(timedelta(hours=2))
    assert time_text(datetime(2026, 7, 1, 1, 30, tzinfo=paris)) == "2026-06-30 23:30:00.000000+00:00"


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))])


@given(st.datetimes(timezones=ZONES), st.datetimes(timezones=ZONES))
def test_the_order_of_texts_is_the_order_of_times(one: datetime, other: datetime) -> None:
    assume(all(1000 <= time.year < 9998 for time in (one, other)))
    assert (time_text(one) < time_text(other)) == (one < other)


def test_a_time_without_a_zone_is_refused_in_every_form() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(BadValue):
        time_text(naive)
    with pytest.raises(BadValue):
        postgres_params([naive])


def test_a_decimal_is_refused() -> None:
    with pytest.raises(BadValue, match="minor units"):
        postgres_params([Decimal("1.10")])


def test_values_for_postgres_keep_what_the_driver_understands() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert postgres_params([1, "a", None, True, b"x", now]) == [1, "a", None, True, b"x", now]
    assert postgres_params([{"a": [1]}, ["b"], (1, 2)]) == ['{"a":[1]}', '["b"]', [1, 2]]


def test_rows_are_decoded_by_the_names_of_their_columns() -> None:
    reader = RowReader(booleans=frozenset({"allows_mutations"}))
    columns = ("id", "created_at", "settings_json", "allows_mutations", "is_open", "note")
    records = [
        (1, "2026-01-01 00:00:00.000000+00:00", '{"a":1}', 1, 0, "2026"),
        (2, None, None, None, None, None),
    ]
    full, empty = reader.rows(columns, records)
    assert full == {
        "id": 1,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "settings_json": {"a": 1},
        "allows_mutations": True,
        "is_open": False,
        "note": "2026",
    }
    assert full["allows_mutations"] is True
    assert list(empty.values()) == [2, None, None, None, None, None]


@given(rows=st.integers(0, 5000), columns=st.integers(1, 120))
def test_chunks_cover_all_rows_within_the_limit_of_variables(rows: int, columns: int) -> None:
    sizes = list(chunk_sizes(rows, columns, 32_766))
    assert sum(sizes) == rows
    assert all(0 < size * columns <= 32_766 for size in sizes)


def test_the_shapes_of_statements_are_few() -> None:
    shapes = {size for rows in range(1, 3000) for size in chunk_sizes(rows, 12, 32_766)}
    assert len(shapes) <= 15


def test_an_insert_of_several_rows_is_one_statement() -> None:
    assert insert_text("t", ("a", "b"), 2, "RETURNING id", numbered=True) == (
        'INSERT INTO "t" ("a", "b") VALUES ($1, $2), ($3, $4) RETURNING id'
    )
    assert insert_text("t", ("a", "b"), 2, "", numbered=False) == 'INSERT INTO "t" ("a", "b") VALUES (?, ?), (?, ?)'


def test_the_name_of_a_column_says_whether_it_holds_booleans() -> None:
    models = [one for name in MODULES for one in vars(import_module(name)).values() if isinstance(one, ModelMeta)]
    found = {
        (column, isinstance(model._meta.fields_map[name], BooleanField))
        for model in models
        for name, column in model._meta.fields_db_projection.items()
    }
    assert len(found) > 200
    named = {(column, is_boolean) for column, is_boolean in found if column.startswith(("is_", "has_"))}
    assert all(is_boolean for _, is_boolean in named)
    assert {column for column, is_boolean in found - named if is_boolean} == BOOLEANS
