"""A process that lost its lease cannot change anything (G6): every transaction of its account proves the lease."""

from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.jobs import leases
from orion_daemon.jobs.fence import FencedDatabase
from orion_daemon.jobs.leases import LeaseLost
from tests.support.stores import NOW, add_store

OWNER = "demo:letzshop"


async def count(database: Database) -> int:
    return int(await database.fetch_value("SELECT count(*) AS n FROM stores"))


async def test_the_owner_writes_and_one_whose_account_was_taken_over_does_not(database: Database) -> None:
    await leases.register(database, "first", "a", NOW)
    lease = await leases.acquire(database, OWNER, "first", NOW)
    assert lease is not None
    fenced = FencedDatabase(database, lease, lambda: NOW)
    async with fenced.transaction() as tx:
        await add_store(tx, "kept")

    later = NOW + timedelta(minutes=5)
    await leases.register(database, "second", "b", later)
    assert await leases.acquire(database, OWNER, "second", later) is not None
    with pytest.raises(LeaseLost):
        async with fenced.transaction() as tx:
            await add_store(tx, "refused")
    assert await count(database) == 1


async def test_a_process_that_was_silent_too_long_writes_nothing(database: Database) -> None:
    await leases.register(database, "first", "a", NOW)
    lease = await leases.acquire(database, OWNER, "first", NOW)
    assert lease is not None
    fenced = FencedDatabase(database, lease, lambda: NOW + timedelta(minutes=5))
    with pytest.raises(LeaseLost):
        async with fenced.transaction() as tx:
            await add_store(tx, "refused")
    async with database.transaction() as tx:  # the connection is free again
        await add_store(tx, "ours")
    assert await count(database) == 1
