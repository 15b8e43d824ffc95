"""Cancelling a task at any moment of a transaction costs neither the lock nor a connection, and tells no lies."""

import asyncio
import random
from typing import Literal

import pytest

from orion_daemon.db.database import Database, DatabaseOptions
from tests.support.databases import opened
from tests.support.stores import add_store

ROUNDS = 150


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


@pytest.mark.parametrize("synchronous", ["FULL", "OFF"])  # SQLite ends a transaction in its thread, or in place
async def test_the_database_survives_cancellation_at_every_moment(
    database_url: str, synchronous: Literal["FULL", "OFF"]
) -> None:
    options = DatabaseOptions(synchronous=synchronous, pool_min=0, pool_max=4)
    async with opened(database_url, options=options) as database:
        await survive(database)


async def survive(database: Database) -> None:
    chance = random.Random(20261123)
    committed: list[str] = []

    async def work(code: str) -> None:
        async with database.transaction() as tx:
            await add_store(tx, code)
            tx.after_commit(lambda: committed.append(code))
            await tx.fetch("SELECT count(*) FROM stores")

    for number in range(ROUNDS):
        tasks = [asyncio.create_task(work(f"{number}-{place}")) for place in range(3)]
        for task in tasks:
            await turns(chance.randrange(12))
            await asyncio.sleep(chance.choice([0, 0, 0.0002, 0.0006, 0.0012]))
            task.cancel()
            if chance.random() < 0.3:
                await turns(1)
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(5):
        await work("last")
    rows = await database.fetch("SELECT code FROM stores ORDER BY id")
    assert sorted(row["code"] for row in rows) == sorted(committed)
    assert "last" in committed


async def test_a_cancelled_waiter_for_a_transaction_leaves_the_queue(database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "first")

        async def wait() -> None:
            async with database.transaction() as late:
                await late.execute("UPDATE stores SET name = 'late' WHERE code = 'first'")

        waiter = asyncio.create_task(wait())
        await turns(3)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    async with asyncio.timeout(5), database.transaction() as tx:
        await add_store(tx, "second")


async def test_a_timeout_inside_a_savepoint_undoes_just_that(database: Database) -> None:
    async with database.transaction() as tx:
        await add_store(tx, "kept")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), tx.savepoint():
                await add_store(tx, "gone")
        await add_store(tx, "too")
    assert [row["code"] for row in await database.fetch("SELECT code FROM stores ORDER BY code")] == ["kept", "too"]
