"""What a transaction promises: all or nothing, events after the commit only, and an end it cannot be used after."""

# ruff: noqa: PT012 - a transaction is a block, and what it raises comes out of its end

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.db.errors import (
    BadStatement,
    ConstraintViolated,
    StorageBusy,
    StorageUnavailable,
    TransactionEnded,
    is_transient,
)
from orion_daemon.db.models import MODULES
from orion_daemon.db.models.stores import Store
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import StoresChanged
from tests.support.databases import RecordingBus, opened
from tests.support.stores import NOW, STORE_COLUMNS, add_store, store_row


@pytest.fixture
async def database(database_url: str, bus: RecordingBus) -> AsyncIterator[Database]:
    async with opened(database_url, bus=bus, models=MODULES) as database:
        yield database


async def codes(database: Database) -> list[str]:
    return [row["code"] for row in await database.fetch("SELECT code FROM stores ORDER BY code")]


async def test_a_block_that_raises_leaves_nothing(database: Database, bus: RecordingBus) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await add_store(tx, "demo")
            tx.emit(StoresChanged())
            raise ZeroDivisionError
    assert await codes(database) == []
    assert bus.events == []


async def test_only_a_relaxed_transaction_does_not_wait_for_the_disk(database_url: str, bus: RecordingBus) -> None:
    async def waits(database: Database, *, is_relaxed: bool) -> bool:
        async with database.transaction(is_relaxed=is_relaxed) as tx:
            if database.dialect == "sqlite":
                await tx.execute("UPDATE stores SET code = code")
                return bool(await tx.fetch_value("PRAGMA synchronous") == 2)  # FULL
            # the server of the tests waits for no disk at all: what counts is whether the transaction says so itself
            sql = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
            return bool(await tx.fetch_value(sql) != "session")

    order = (False, True, False, True, True, False)
    async with opened(database_url, bus=bus, options=DatabaseOptions(synchronous="FULL", pool_max=1)) as database:
        found = [await waits(database, is_relaxed=is_relaxed) for is_relaxed in order]
    assert found == [not is_relaxed for is_relaxed in order]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_without_a_transaction_each_statement_stays_and_events_come_at_the_end(
    database: Database, bus: RecordingBus
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.autocommit() as tx:
            await add_store(tx, "demo")
            tx.emit(StoresChanged())
            assert await codes(database) == ["demo"]
            raise ZeroDivisionError
    assert (await codes(database), bus.events) == (["demo"], [])
    async with database.autocommit() as tx:
        await add_store(tx, "other")
        tx.emit(StoresChanged())
        assert bus.events == []
    assert (await codes(database), bus.events) == (["demo", "other"], [StoresChanged()])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_on_sqlite_such_a_block_is_a_transaction(database: Database, bus: RecordingBus) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.autocommit() as tx:
            await add_store(tx, "demo")
            tx.emit(StoresChanged())
            raise ZeroDivisionError
    assert (await codes(database), bus.events) == ([], [])
    async with database.autocommit() as tx:
        await add_store(tx, "demo")
        tx.emit(StoresChanged())
    assert (await codes(database), bus.events) == (["demo"], [StoresChanged()])


async def test_actions_run_after_the_commit_in_order_and_once(database: Database, bus: RecordingBus) -> None:
    ran: list[Any] = []
    async with database.transaction() as tx:
        await add_store(tx, "demo")
        tx.after_commit(lambda: ran.append("first"))
        tx.emit(StoresChanged())
        tx.after_commit(lambda: ran.append(list(bus.events)))
        assert (ran, bus.events) == ([], [])
    assert ran == ["first", [StoresChanged()]]


async def test_an_action_that_fails_does_not_undo_the_commit_nor_silence_the_next(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    async with database.transaction() as tx:
        await add_store(tx, "demo")
        tx.after_commit(lambda: 1 / 0)
        tx.after_commit(lambda: ran.append("next"))
    assert ran == ["next"]
    assert await codes(database) == ["demo"]
    assert "an action after commit failed" in caplog.text


async def test_a_transaction_without_statements_still_runs_its_actions(database: Database, bus: RecordingBus) -> None:
    async with database.transaction() as tx:
        tx.emit(StoresChanged())
    assert bus.events == [StoresChanged()]


async def test_a_failed_savepoint_loses_its_rows_and_actions_alone(database: Database, bus: RecordingBus) -> None:
    ran: list[str] = []
    async with database.transaction() as tx:
        await add_store(tx, "before")
        tx.after_commit(lambda: ran.append("before"))
        with pytest.raises(ConstraintViolated):
            async with tx.savepoint():
                await add_store(tx, "inside")
                tx.after_commit(lambda: ran.append("inside"))
                await add_store(tx, "before")
        async with tx.savepoint() as same:
            await add_store(same, "after")
            tx.after_commit(lambda: ran.append("after"))
    assert await codes(database) == ["after", "before"]
    assert ran == ["before", "after"]


async def test_savepoints_nest(database: Database) -> None:
    async with database.transaction() as tx, tx.savepoint():
        await add_store(tx, "outer")
        with contextlib.suppress(ZeroDivisionError):
            async with tx.savepoint():
                await add_store(tx, "inner")
                raise ZeroDivisionError
    assert await codes(database) == ["outer"]


async def test_models_share_the_transaction(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await Store(**dict(zip(STORE_COLUMNS, store_row("m"), strict=True))).save(using_db=tx.connection)
            assert await tx.fetch_value("SELECT count(*) FROM stores") == 1
            raise ZeroDivisionError
    assert await codes(database) == []
    async with database.transaction() as tx:
        store = await Store.create(using_db=tx.connection, **dict(zip(STORE_COLUMNS, store_row("m"), strict=True)))
        found = await Store.filter(created_at__lte=NOW).using_db(tx.connection).get(code="m")
        assert (found.id, found.created_at, found.languages_json) == (store.id, NOW, ["en", "fr"])
    assert await codes(database) == ["m"]


async def test_a_model_written_first_begins_the_transaction(database: Database) -> None:
    """SQLite begins with the first statement, whoever sends it."""
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await Store.create(using_db=tx.connection, **dict(zip(STORE_COLUMNS, store_row("m"), strict=True)))
            raise ZeroDivisionError
    assert await codes(database) == []


async def test_a_task_that_outlives_its_transaction_cannot_write_into_another(database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "in")
        gate = asyncio.Event()

        async def late_statement() -> None:
            await gate.wait()
            await tx.execute("UPDATE stores SET name = 'late'")

        async def late_model() -> None:  # finds the transaction through its inherited context
            await gate.wait()
            await Store.create(**dict(zip(STORE_COLUMNS, store_row("late"), strict=True)))

        async def late_savepoint() -> None:
            await gate.wait()
            async with tx.savepoint():
                pass

        tasks = [asyncio.create_task(late()) for late in (late_statement, late_model, late_savepoint)]
        await asyncio.sleep(0)
    async with database.transaction() as other:
        await add_store(other, "other")
        gate.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[0], TransactionEnded)
    assert "already ended" in str(results[1])
    assert isinstance(results[2], TransactionEnded)
    assert await database.fetch("SELECT code FROM stores WHERE name = 'late' OR code = 'late'") == []


async def test_two_tasks_wait_for_each_other_and_both_commit(database: Database) -> None:
    async def add(code: str) -> None:
        async with database.transaction() as tx:
            await add_store(tx, code)
            await asyncio.sleep(0)
            await tx.execute("UPDATE stores SET name = $1 WHERE code = $1", code)

    await asyncio.gather(*(add(f"s{number}") for number in range(20)))
    assert await database.fetch_value("SELECT count(*) FROM stores WHERE name = code") == 20


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_locked_file_is_busy_and_the_transaction_does_nothing(database: Database, database_url: str) -> None:
    async with opened(database_url, options=DatabaseOptions(busy_timeout_ms=20)) as other, database.transaction() as tx:
        await add_store(tx, "held")
        with pytest.raises(StorageBusy):
            async with other.transaction() as late:
                await add_store(late, "late")
        with pytest.raises(TransactionEnded):  # swallowing the refusal does not make the next statement commit alone
            async with other.transaction() as late:
                with contextlib.suppress(StorageBusy):
                    await add_store(late, "late")
                await add_store(late, "late")
        ran: list[str] = []
        with pytest.raises(TransactionEnded):  # nor does it make the block look committed
            async with other.transaction() as late:
                late.after_commit(lambda: ran.append("lie"))
                with contextlib.suppress(StorageBusy):
                    await add_store(late, "late")
        assert ran == []
    assert await codes(database) == ["held"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_what_sqlite_rolled_back_itself_is_never_reported_as_committed(database: Database) -> None:
    with pytest.raises(TransactionEnded):
        async with database.transaction() as tx:
            await add_store(tx, "demo")
            await tx.execute("ROLLBACK")
    with pytest.raises(TransactionEnded):
        async with database.transaction() as tx:
            await add_store(tx, "demo")
            await tx.execute("ROLLBACK")
            await add_store(tx, "alone")
    assert await codes(database) == []


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_row_lock_is_waited_for_no_longer_than_allowed(database_url: str, database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "demo")
    lock = "SELECT id FROM stores FOR UPDATE"
    async with opened(database_url, options=DatabaseOptions(busy_timeout_ms=30)) as other, database.transaction() as tx:
        await tx.fetch(lock)
        with pytest.raises(StorageBusy):
            async with other.transaction() as late:
                await late.fetch(lock)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_lost_connection_is_unavailable_and_the_next_transaction_gets_another(database: Database) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        async with database.transaction() as tx:
            await add_store(tx, "lost")
            pid = await tx.fetch_value("SELECT pg_backend_pid()")
            await database.fetch("SELECT pg_terminate_backend($1)", pid)
            await tx.fetch("SELECT 1")
    assert is_transient(caught.value)
    async with database.transaction() as tx:
        await add_store(tx, "next")
    assert await codes(database) == ["next"]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_swallowed_error_never_looks_like_a_commit(database: Database, bus: RecordingBus) -> None:
    """After an error PostgreSQL answers COMMIT with a rollback, politely."""
    with pytest.raises(TransactionEnded, match="swallowed"):
        async with database.transaction() as tx:
            await add_store(tx, "demo")
            tx.emit(StoresChanged())
            with contextlib.suppress(ConstraintViolated):
                await add_store(tx, "demo")
    assert (await codes(database), bus.events) == ([], [])


async def test_scripts_are_part_of_the_transaction(database: Database) -> None:
    script = "CREATE TABLE one (id BIGINT); INSERT INTO one VALUES (1); INSERT INTO nowhere VALUES (';')"
    with pytest.raises(BadStatement):
        async with database.transaction() as tx:
            await tx.connection.execute_script(script)
    with pytest.raises(BadStatement):
        await database.fetch("SELECT * FROM one")


async def test_a_tx_knows_its_dialect(database: Database, database_kind: str) -> None:
    async with database.transaction() as tx:
        assert isinstance(tx, Tx)
        assert tx.dialect == database.dialect == database_kind
        assert tx.cipher is database.cipher
