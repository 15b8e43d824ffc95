"""A locked database delays an import; a full disk fails it; neither loses anything."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_work import Work
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.runtime.clock import SystemClock
from tests.support.databases import opened
from tests.support.imports import mugs, open_importing, outcome, record, write_feed


class Pausing(SystemClock):
    """Real time; instead of sleeping it does what the test wants."""

    def __init__(self, then: Callable[[], Any]) -> None:
        self.slept = 0
        self._then = then

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        if self.slept == 2:
            self._then()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_database_that_is_locked_for_a_while_delays_an_import(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = await open_importing(database, tmp_path / "imports", database_url)
    blocker = sqlite3.connect(database.target.file, isolation_level=None)
    clock = Pausing(lambda: blocker.execute("COMMIT"))

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        options = DatabaseOptions(busy_timeout_ms=1, synchronous="OFF")
        async with opened(database_url, options=options) as own:
            blocker.execute("BEGIN IMMEDIATE")
            await Work(own, assignment.order, clock, lambda _: None).run()

    try:
        row = await replace(shop, work=work).take(write_feed(tmp_path / "a.csv", mugs(30)))
    finally:
        blocker.close()
    assert clock.slept == 2
    assert outcome(row) == ("completed", 30, 30, 0, 0, 0, 0)


async def test_a_full_disk_fails_the_import_with_a_sentence(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(30))
    shop.options.folder.mkdir()
    import_id = await shop.request(feed)
    (shop.options.folder / f"import-{import_id}.feed.part").symlink_to("/dev/full")
    await shop.run(import_id)
    row = await shop.row(import_id)
    assert (row["state"], row["error_code"]) == ("failed", "file_unusable")
    assert "No space left on device" in row["error_message"]
    assert outcome(await shop.take(feed)) == ("completed", 30, 30, 0, 0, 0, 0)


async def test_a_spool_without_a_place_fails_the_import_and_leaves_the_catalog(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=500)
    await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    before = await shop.products()
    large = write_feed(tmp_path / "b.csv", [record(n, description=f"{n}" + "x" * 700) for n in range(14_000)])

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        order = msgspec.structs.replace(assignment.order, folder=str(tmp_path / "gone"))
        await Work(database, order, SystemClock(), lambda _: None).run()

    row = await replace(shop, work=work).take(large)
    assert (row["state"], row["error_code"]) == ("failed", "file_unusable")
    assert await shop.products() == before
