"""Rows in and out, alike on both databases."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadStatement, BadValue, ConstraintViolated, StorageUnavailable
from orion_daemon.db.sql import POSTGRES_ARGUMENTS, SQLITE_VARIABLES
from tests.support.databases import TEST_KEY, RecordingBus
from tests.support.stores import NOW, STORE_COLUMNS, add_store, store_row

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


async def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    async with database.transaction() as tx:
        store_id = await add_store(tx, "demo")
    row = await database.fetch_one("SELECT * FROM stores WHERE id = $1", store_id)
    assert row is not None
    assert row["created_at"] == NOW
    assert row["created_at"].utcoffset() == timedelta(0)
    assert row["languages_json"] == ["en", "fr"]
    assert row["is_active"] is True  # by the column's default: raw INSERTs may leave it out


async def test_a_boolean_without_the_prefix_is_a_boolean_too(database: Database) -> None:
    async with database.transaction() as tx:
        store_id = await add_store(tx, "demo")
        await tx.insert(
            "channels",
            ("store_id", "marketplace", "settings_json", "managed_by", "created_at", "updated_at"),
            [(store_id, "letzshop", {}, "api", NOW, NOW)],
        )
    assert await database.fetch_value("SELECT allows_mutations FROM channels") is False


async def test_foreign_zones_are_the_same_moment_and_compare_right(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    async with database.transaction() as tx:
        store_id = await add_store(tx, "demo")
        await tx.execute("UPDATE stores SET updated_at = $1 WHERE id = $2", NOW.astimezone(tokyo), store_id)
    found = await database.fetch("SELECT updated_at FROM stores WHERE updated_at <= $1", NOW)
    assert [row["updated_at"].isoformat() for row in found] == ["2026-11-23T09:30:00+00:00"]
    earlier = NOW.astimezone(tokyo) - timedelta(microseconds=1)
    assert await database.fetch("SELECT id FROM stores WHERE updated_at <= $1", earlier) == []


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), Decimal("1.5")], ids=["naive time", "decimal"])  # noqa: DTZ001
async def test_naive_times_and_decimals_are_refused(database: Database, value: Any) -> None:
    with pytest.raises(BadValue):
        await database.fetch("SELECT id FROM stores WHERE updated_at <= $1", value)


async def test_execute_counts_the_rows_it_touched(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert("stores", STORE_COLUMNS, [store_row("a"), store_row("b")])
        assert await tx.execute("UPDATE stores SET name = $1", "x") == 2
        assert await tx.execute("DELETE FROM stores WHERE code = $1", "none") == 0
        assert await tx.execute("UPDATE stores SET name = $1 WHERE code = $2 RETURNING id", "y", "a") == 1


async def test_many_rows_return_their_ids_in_order(database: Database) -> None:
    codes = [f"s{number}" for number in range(1100)]
    async with database.transaction() as tx:
        rows = await tx.insert(
            "stores", STORE_COLUMNS, [store_row(code) for code in codes], suffix="RETURNING id, code"
        )
        assert await tx.insert("stores", STORE_COLUMNS, []) == []
    assert [row["code"] for row in rows] == codes
    assert await database.fetch_value("SELECT count(*) FROM stores") == 1100


async def test_an_insert_wider_than_the_limit_of_variables_is_split(database: Database) -> None:
    columns = [f"c{number}" for number in range(200)]
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE wide (" + ", ".join(f"{column} BIGINT" for column in columns) + ")")
        await tx.insert("wide", columns, [list(range(200))] * 400)
        assert await tx.fetch_value("SELECT count(*) FROM wide WHERE c199 = 199") == 400
    assert min(SQLITE_VARIABLES, POSTGRES_ARGUMENTS) < 200 * 400


async def test_rows_on_conflict_are_updated_or_left_out(database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "a")
        rows = [store_row("a"), store_row("b")]
        added = await tx.insert("stores", STORE_COLUMNS, rows, suffix="ON CONFLICT DO NOTHING RETURNING code")
        assert added == [{"code": "b"}]
        renamed = await tx.insert(
            "stores",
            STORE_COLUMNS,
            rows,
            suffix="ON CONFLICT (code) DO UPDATE SET name = 'known' RETURNING code, name",
        )
        assert [row["name"] for row in renamed] == ["known", "known"]


async def test_a_tuple_stands_for_a_list_of_values(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert("stores", STORE_COLUMNS, [store_row(code) for code in "abc"])
    sql = "SELECT code FROM stores WHERE code = ANY($1) ORDER BY code"
    assert [row["code"] for row in await database.fetch(sql, ("a", "c", "x"))] == ["a", "c"]
    assert await database.fetch(sql, ()) == []


async def test_execute_many_repeats_a_statement(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert("stores", STORE_COLUMNS, [store_row("a"), store_row("b")])
        await tx.execute_many("UPDATE stores SET updated_at = $1 WHERE code = $2", [(NOW, "a"), (NOW, "b")])


async def test_nothing_found_is_none_or_empty(database: Database) -> None:
    assert await database.fetch("SELECT id FROM stores") == []
    assert await database.fetch_one("SELECT id FROM stores") is None
    assert await database.fetch_value("SELECT id FROM stores") is None


@pytest.mark.parametrize(
    ("row", "kind", "columns"),
    [
        (store_row("taken"), "unique", {"code"}),
        ((None, *store_row("x")[1:]), "not_null", {"code"}),
        ((*store_row("x")[:7], "nobody", *store_row("x")[8:]), "check", set()),
    ],
)
async def test_a_violated_constraint_is_told_without_values(
    database: Database, row: Any, kind: str, columns: set[str]
) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "taken")
    with pytest.raises(ConstraintViolated) as caught:
        async with database.transaction() as tx:
            await tx.insert("stores", STORE_COLUMNS, [row])
    error = caught.value
    assert error.kind == kind
    assert columns <= set(error.columns)
    assert error.on("stores", "code") == (kind == "unique")
    assert "taken" not in str(error)
    assert "nobody" not in str(error)
    assert error.__suppress_context__


async def test_a_foreign_key_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(ConstraintViolated) as caught:
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO channels (store_id, marketplace, settings_json, managed_by, created_at, updated_at)"
                " VALUES ($1, 'letzshop', '{}', 'api', $2, $2)",
                999,
                NOW,
            )
    assert caught.value.kind == "foreign_key"


async def test_a_statement_that_makes_no_sense_is_told_apart(database: Database) -> None:
    with pytest.raises(BadStatement):
        await database.fetch("SELECT * FROM no_such_table")
    with pytest.raises(BadStatement):
        async with database.transaction() as tx:
            await tx.execute("UPDATE")


async def test_a_reader_does_not_wait_for_a_writer_and_sees_committed_rows_only(database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "demo")
        assert await database.fetch_value("SELECT count(*) FROM stores") == 0
    assert await database.fetch_value("SELECT count(*) FROM stores") == 1


@only_sqlite
async def test_nobody_writes_outside_a_transaction(database: Database) -> None:
    with pytest.raises(BadStatement, match="readonly"):
        await database.fetch("DELETE FROM stores RETURNING id")


async def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/er/orion.db"
    database = await Database.open(url, bus=RecordingBus(), cipher=Cipher([TEST_KEY]))
    await database.close()
    assert (tmp_path / "deep/er/orion.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep/er").stat().st_mode & 0o777 == 0o700


@only_sqlite
async def test_a_commit_is_durable_by_default(database_url: str) -> None:
    database = await Database.open(database_url, bus=RecordingBus(), cipher=Cipher([TEST_KEY]))
    try:
        async with database.transaction() as tx:
            assert await tx.fetch_value("PRAGMA synchronous") == 2
            assert await tx.fetch_value("PRAGMA foreign_keys") == 1
        assert await database.fetch_value("PRAGMA journal_mode") == "wal"
        assert await database.fetch_value("PRAGMA busy_timeout") == 5000
    finally:
        await database.close()


async def test_a_database_closes_twice_and_then_answers_nothing(database_url: str) -> None:
    database = await Database.open(database_url, bus=RecordingBus(), cipher=Cipher([TEST_KEY]))
    await database.close()
    await database.close()


@pytest.mark.parametrize("url", ["sqlite:////dev/null/x.db", "postgres://nobody@/none?host=/nowhere"])
async def test_what_cannot_be_opened_says_so_without_leaving_anything(url: str) -> None:
    with pytest.raises(StorageUnavailable, match="cannot open"):
        await Database.open(url, bus=RecordingBus(), cipher=Cipher([TEST_KEY]))


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("hello, I am a text that only looks long enough to be a database" * 30)
    with pytest.raises(StorageUnavailable, match="cannot open"):
        await Database.open(f"sqlite:///{tmp_path}/x.db", bus=RecordingBus(), cipher=Cipher([TEST_KEY]))


@only_sqlite
async def test_times_are_stored_as_text_that_sorts(database: Database, database_url: str) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "demo")
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as raw:
        assert raw.execute("SELECT created_at FROM stores").fetchone() == (NOW.isoformat(" ", "microseconds"),)
    raw.close()
    assert NOW.tzinfo is UTC
