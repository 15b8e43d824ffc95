"""A person ends an import, in whatever state it is: what is committed stays, nothing more comes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_work import Work
from orion_daemon.connectors.download import Downloaded
from orion_daemon.db.database import Database
from orion_daemon.jobs.outcomes import Cancelled
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services import imports
from orion_daemon.services.errors import Conflict, NotFound
from tests.support.imports import Importing, mugs, open_importing, outcome, workers, write_feed

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


async def ended(shop: Importing, import_id: int) -> tuple[str, str, str]:
    row = await shop.row(import_id)
    assert row["finished_at"] is not None
    return row["state"], row["error_code"], row["decided_by"]


async def jobs(database: Database) -> list[tuple[str, str]]:
    return [
        (row["state"], row["error_message"])
        for row in await database.fetch("SELECT state, error_message FROM jobs ORDER BY id")
    ]


async def test_one_that_waits_is_withdrawn_with_its_job(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(30))
    import_id = await shop.request(feed)
    assert await imports.cancel(database, import_id, "ada", NOW)
    assert await ended(shop, import_id) == ("failed", "cancelled", "ada")
    assert "Nothing of it was written." in (await shop.row(import_id))["error_message"]
    assert await jobs(database) == [("cancelled", "its import was cancelled by ada")]
    assert isinstance(await shop.run(import_id), Cancelled)  # a job that was claimed just before
    assert await shop.products() == {}
    assert outcome(await shop.take(feed)) == ("completed", 30, 30, 0, 0, 0, 0)  # the feed is free


async def test_cancelling_twice_is_fine_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(30)))
    assert await imports.cancel(database, import_id, "ada", NOW)
    before = await shop.row(import_id)
    assert not await imports.cancel(database, import_id, "eve", datetime.now(UTC))
    assert await shop.row(import_id) == before


async def test_one_that_has_ended_is_refused(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    good = await shop.take(write_feed(tmp_path / "a.csv", mugs(30)))
    bad = await shop.take(tmp_path / "missing.csv")
    for row in (good, bad):
        with pytest.raises(Conflict) as refused:
            await imports.cancel(database, row["id"], "ada", NOW)
        assert refused.value.code == "import_ended"
        assert await shop.row(row["id"]) == row
    with pytest.raises(NotFound):
        await imports.cancel(database, 99, "ada", NOW)


async def test_a_held_one_is_dropped(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(60))
    await shop.take(feed)
    held = await shop.take(write_feed(feed, mugs(5)))
    assert held["state"] == "held"
    assert await imports.cancel(database, held["id"], "ada", NOW)
    assert await ended(shop, held["id"]) == ("failed", "cancelled", "ada")
    assert all(product["is_available"] for product in (await shop.products()).values())
    with pytest.raises(Conflict):
        await imports.confirm(database, held["id"], "ada", NOW)


async def test_the_applying_of_a_dry_run_is_cancelled_with_its_own_job(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    dry = await shop.take(write_feed(tmp_path / "a.csv", mugs(30)), is_dry_run=True)
    applying = await imports.apply(database, dry["id"], "ada", NOW)
    assert await imports.cancel(database, applying, "ada", NOW)
    assert (await jobs(database))[-1] == ("cancelled", "its import was cancelled by ada")
    again = await imports.apply(database, dry["id"], "ada", NOW)
    await shop.run(again)
    assert len(await shop.products()) == 30


class Interrupted(Work):
    """Cancels the import behind the back of its worker after so many chunks, and counts the chunks that come then."""

    after = 2

    async def write(self, *chunk: Any, **how: Any) -> float:
        held = await super().write(*chunk, **how)
        self.after -= 1
        if not self.after:
            await imports.cancel(Interrupted.database, self.order.import_id, "ada", NOW)
        return held

    database: Database


async def work_interrupted(assignment: Assignment, hear: Callable[[Report], object]) -> None:
    await Interrupted(Interrupted.database, assignment.order, SystemClock(), lambda _: None).run()


@pytest.mark.parametrize("is_dry_run", [False, True])
async def test_what_was_committed_stays_and_not_one_chunk_more_comes(
    database: Database, tmp_path: Path, is_dry_run: bool
) -> None:
    Interrupted.database = database
    shop = replace(await open_importing(database, tmp_path / "imports", chunk_rows=20), work=work_interrupted)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(200)), is_dry_run=is_dry_run)
    assert isinstance(await shop.run(import_id), Cancelled)
    assert await ended(shop, import_id) == ("failed", "cancelled", "ada")
    row = await shop.row(import_id)
    assert (row["position"], row["created"], len(await shop.products())) == (40, 40, 0 if is_dry_run else 40)
    assert ("40 products created" in row["error_message"]) is not is_dry_run
    assert [*(tmp_path / "imports").iterdir()] == []
    whole = await replace(shop, work=None).take(tmp_path / "a.csv")
    created = 200 if is_dry_run else 160
    assert outcome(whole) == ("completed", 200, created, 0, 200 - created, 0, 0)


async def test_nothing_goes_away_after_the_import_was_cancelled(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=20)
    await shop.take(write_feed(tmp_path / "a.csv", mugs(100)))
    import_id = await shop.request(write_feed(tmp_path / "b.csv", mugs(75)))

    class Late(Work):
        async def _remove(self, *what: Any) -> int:
            await imports.cancel(database, import_id, "ada", NOW)
            return await super()._remove(*what)

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Late(database, assignment.order, SystemClock(), lambda _: None).run()

    assert isinstance(await replace(shop, work=work).run(import_id), Cancelled)
    assert await ended(shop, import_id) == ("failed", "cancelled", "ada")
    assert all(product["is_available"] for product in (await shop.products()).values())


async def test_a_download_stops(database: Database, tmp_path: Path) -> None:
    began, gone = asyncio.Event(), asyncio.Event()

    async def endless(url: str, dest: Path, **_: Any) -> Downloaded:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        raise AssertionError

    shop = replace(await open_importing(database, tmp_path / "imports"), download=endless)
    import_id = await shop.request("https://shop.example/feed.csv")
    run = asyncio.ensure_future(shop.run(import_id))
    await began.wait()
    assert await imports.cancel(database, import_id, "ada", NOW)
    assert isinstance(await run, Cancelled)
    assert gone.is_set()
    assert await ended(shop, import_id) == ("failed", "cancelled", "ada")


async def test_the_worker_process_of_a_cancelled_import_ends(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = await open_importing(database, tmp_path / "imports", database_url, chunk_rows=20)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(20_000)))
    written = asyncio.Event()

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Workers(0.0)(assignment, lambda report: report.state == "upserting" and written.set())

    run = asyncio.ensure_future(replace(shop, work=work).run(import_id))
    await written.wait()
    assert await imports.cancel(database, import_id, "ada", NOW)
    stopped = await shop.row(import_id)
    assert isinstance(await run, Cancelled)
    assert workers() == []
    row = await shop.row(import_id)
    assert row == stopped
    assert 0 < row["position"] == row["created"] == len(await shop.products()) < 20_000
