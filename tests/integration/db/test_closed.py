"""A closed database stays closed: a late writer is refused instead of quietly opening a connection nobody closes."""

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageUnavailable
from orion_daemon.jobs.fence import FencedDatabase
from orion_daemon.jobs.leases import Lease
from tests.support.stores import NOW


async def test_nobody_reads_or_writes_after_the_end(database: Database) -> None:
    fenced = FencedDatabase(database, Lease("demo:letzshop", 1, "p"), lambda: NOW)
    await database.close()
    for late in (database, fenced):
        with pytest.raises(StorageUnavailable, match="was closed"):
            async with late.transaction():
                pass
        with pytest.raises(StorageUnavailable, match="was closed"):
            await late.fetch("SELECT 1 AS one")
