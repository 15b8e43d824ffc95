"""Killed in the middle, and everything is as if it had not been."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors import import_files
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_work import Work
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageBusy
from orion_daemon.domain.catalog import Chunk
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.outcomes import Done
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services import stores
from orion_daemon.services.import_fence import RunningImport
from tests.support.imports import (
    Importing,
    killing,
    mugs,
    open_importing,
    outcome,
    record,
    with_processes,
    workers,
    write_feed,
)

SAME = ("id", "created_at", "updated_at", "unavailable_at", "catalog_id")


async def state_of(shop: Importing) -> Any:
    products = {
        key: {column: value for column, value in row.items() if column not in SAME}
        for key, row in (await shop.products()).items()
    }
    return products, await shop.texts("en")


def large(count: int) -> list[dict[str, str]]:
    """More than what is streamed straight."""
    records = mugs(count)
    for row in records:
        row["description"] *= 12
    records[17] |= {"price": "?"}
    records[count // 2] |= {"gtin": "1234"}
    records[-1] |= {"id": records[0]["id"]}
    return records


@pytest.mark.parametrize("after", [1, 4, 11])
async def test_a_streaming_import_that_is_killed_goes_on_with_exact_counts(
    database: Database, tmp_path: Path, database_url: str, after: int
) -> None:
    shop = await open_importing(database, tmp_path / "imports", database_url, chunk_rows=500)
    feed = write_feed(tmp_path / "a.csv", large(6_000))
    assert feed.stat().st_size > 2 << 20
    import_id = await shop.request(feed)
    with pytest.raises(StorageBusy, match="ended early"):
        await replace(shop, work=killing(after)).run(import_id)
    stopped = await shop.row(import_id)
    assert 0 < stopped["position"] < 6_000
    assert stopped["rows"] == stopped["position"]
    feed.unlink()
    await with_processes(shop).run(import_id)
    row = await shop.row(import_id)
    assert (*outcome(row), row["warnings"]) == ("partially_completed", 6_000, 5_998, 0, 0, 2, 0, 1)
    assert len(await shop.problems(import_id)) == 3
    assert len(await shop.products()) == len(await shop.texts("en")) == 5_998


async def test_an_update_that_is_killed_ends_in_the_same_state(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    before = write_feed(tmp_path / "a.csv", mugs(400))
    after = write_feed(tmp_path / "b.csv", [record(n, brand="New") for n in range(1, 420)])
    shops = [
        await open_importing(database, tmp_path / "imports", database_url, store=name, chunk_rows=6)
        for name in ("whole", "killed")
    ]
    for shop in shops:
        await shop.take(before)
    expected = await shops[0].take(after)
    shop = shops[1]
    import_id = await shop.request(after)
    for kill_at in (2, 3):
        with pytest.raises(StorageBusy):
            await replace(shop, work=killing(kill_at)).run(import_id)
    assert 0 < (await shop.row(import_id))["position"] < 420
    await shop.run(import_id)
    row = await shop.row(import_id)
    assert (*outcome(row), row["disappeared"]) == (*outcome(expected), 1)
    assert (await state_of(shop))[0] == (await state_of(shops[0]))[0]


async def test_a_run_without_the_lease_changes_nothing(database: Database, tmp_path: Path, database_url: str) -> None:
    shop = with_processes(await open_importing(database, tmp_path / "imports", database_url))
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(30)))
    taken = await leases.acquire(
        database, stores.address("demo", "letzshop"), shop.lease.process_id, shop.means().clock.now()
    )
    assert taken is not None
    with pytest.raises(LeaseLost):
        await shop.run(import_id)
    assert (await shop.row(import_id))["state"] == "pending"
    assert await shop.products() == {}


async def test_a_lease_that_is_lost_in_the_middle_ends_the_work_between_two_chunks(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=20)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(100)))

    class Robbed(Work):
        async def write(self, *chunk: Any, **how: Any) -> float:
            held = await super().write(*chunk, **how)
            await leases.acquire(database, shop.lease.owner, shop.lease.process_id, self.clock.now())
            return held

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Robbed(database, assignment.order, SystemClock(), lambda _: None).run()

    with pytest.raises(LeaseLost):
        await replace(shop, work=work).run(import_id)
    row = await shop.row(import_id)
    assert (row["state"], row["position"], row["created"], len(await shop.products())) == ("upserting", 20, 20, 20)


async def test_a_run_that_finds_its_own_copy_gone_begins_anew_with_the_file_of_today(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=20)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(60)))
    chunks: list[Chunk] = []

    class Lost(Work):
        async def write(self, target: Any, chunk: Chunk, *found: Any, **how: Any) -> float:
            if len(chunks) == 2:
                raise LeaseLost(shop.lease)
            chunks.append(chunk)
            return await super().write(target, chunk, *found, **how)

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Lost(database, assignment.order, SystemClock(), lambda _: None).run()

    with pytest.raises(LeaseLost):
        await replace(shop, work=work).run(import_id)
    import_files.remove(tmp_path / "imports", import_id)
    write_feed(tmp_path / "a.csv", [record(0, brand="New"), *mugs(60)[1:]])
    await shop.run(import_id)
    assert outcome(await shop.row(import_id)) == ("completed", 60, 20, 1, 39, 0, 0)
    assert (await shop.products())[mugs(1)[0]["id"]]["brand"] == "New"


class Elsewhere(RunningImport):
    """Somebody else writes all the time."""

    looks = 0

    async def version(self) -> int:
        self.looks += 1
        return self.looks


class SlowDisk(SystemClock):
    """Whatever is timed takes a while."""

    looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        return self.looks / 50


@pytest.mark.parametrize("kill_at", [2, 3, 5])
async def test_while_others_write_too_a_chunk_goes_in_pieces_and_on_from_any_of_them(
    database: Database, tmp_path: Path, kill_at: int
) -> None:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=180)
    records = large(400)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", records))
    pieces: list[int] = []

    class Crowded(Work):
        async def write(self, target: Any, chunk: Chunk, *found: Any, **how: Any) -> float:
            if len(pieces) == kill_at:
                raise LeaseLost(shop.lease)
            pieces.append(len(chunk.rows))
            return await super().write(target, chunk, *found, **how)

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        crowded = Crowded(database, assignment.order, SlowDisk(), lambda _: None)
        crowded.db = Elsewhere(database, import_id)
        await crowded.run()

    with pytest.raises(LeaseLost):
        await replace(shop, work=work).run(import_id)
    assert all(most >= size >= 10 for size, most in zip(pieces, (180, 100, 60, 30, 20), strict=False))
    assert (len(pieces), pieces[0]) == (kill_at, 180)  # nobody had written before the first
    row = await shop.row(import_id)
    assert row["position"] >= row["rows"] == row["created"] + row["rejected"] + row["skipped"] > 180
    await shop.run(import_id)
    row = await shop.row(import_id)
    assert (*outcome(row), row["warnings"]) == ("partially_completed", 400, 398, 0, 0, 2, 0, 1)
    assert len(await shop.problems(import_id)) == 3
    assert len(await shop.products()) == len(await shop.texts("en")) == 398


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_stopping_the_daemon_stops_the_worker(database: Database, tmp_path: Path, database_url: str) -> None:
    shop = await open_importing(database, tmp_path / "imports", database_url, chunk_rows=20)
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(4_000)))
    written = asyncio.Event()

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Workers(0.0)(assignment, lambda report: report.state == "upserting" and written.set())

    task = asyncio.ensure_future(replace(shop, work=work).run(import_id))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not workers()
    stopped = await shop.row(import_id)
    assert stopped["position"] < 4_000
    await shop.run(import_id)
    assert outcome(await shop.row(import_id)) == ("completed", 4_000, 4_000, 0, 0, 0, 0)


async def test_a_run_killed_after_the_import_has_ended_is_brought_to_its_end(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    import_id = await shop.request(write_feed(tmp_path / "a.csv", mugs(30)))

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Work(database, assignment.order, SystemClock(), lambda _: None).run()
        raise LeaseLost(shop.lease.owner)

    with pytest.raises(LeaseLost):
        await replace(shop, work=work).run(import_id)
    assert (await shop.row(import_id))["state"] == "completed"
    assert await database.fetch_value("SELECT count(*) FROM products") == 0
    assert isinstance(await shop.run(import_id), Done)
    assert await database.fetch_value("SELECT count(*) FROM products") == 30
    assert outcome(await shop.row(import_id)) == ("completed", 30, 30, 0, 0, 0, 0)
