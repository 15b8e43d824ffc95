"""What was committed gets into the file itself while the database is open and nobody waits for it."""

import sqlite3
from pathlib import Path

import pytest

from orion_daemon.db.checkpoints import BOUND_PAGES, EVERY, Checkpoints
from orion_daemon.db.database import Database
from tests.support.stores import add_store

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def stores_in(file: Path) -> int:
    """Without the log."""
    with sqlite3.connect(f"file:{file}?immutable=1", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM stores").fetchone()[0])


async def test_after_some_commits_the_log_is_in_the_file(database: Database) -> None:
    for number in range(EVERY):
        assert stores_in(database.target.file) == 0
        async with database.transaction(is_relaxed=bool(number % 2)) as tx:
            await add_store(tx, f"store{number}")
    await database.writer.checkpoints.close()
    assert stores_in(database.target.file) >= EVERY


async def test_a_file_that_is_gone_is_not_made_anew(database: Database, tmp_path: Path) -> None:
    checkpoints = Checkpoints(str(tmp_path / "gone.sqlite3"))
    for _ in range(EVERY):
        checkpoints.committed()
    await checkpoints.close()
    assert not (tmp_path / "gone.sqlite3").exists()


async def test_no_commit_does_it_below_the_bound(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.fetch_value("PRAGMA wal_autocheckpoint") == BOUND_PAGES
