"""Worker processes that wait for the next import."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orion_daemon.actors.import_launch import Workers
from orion_daemon.db.database import Database
from tests.support.children import children
from tests.support.imports import Importing, mugs, open_importing, outcome, write_feed


@pytest.fixture
async def shop(database: Database, tmp_path: Path, database_url: str) -> AsyncIterator[tuple[Importing, Workers]]:
    workers = Workers(60.0)
    shop = await open_importing(database, tmp_path / "imports", database_url)
    yield replace(shop, work=workers), workers
    await workers.close()
    assert not working()


def working() -> list[int]:
    return [child for child in children(os.getpid()) if b"import_worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def test_the_next_import_finds_the_worker_of_the_last(shop: tuple[Importing, Workers], tmp_path: Path) -> None:
    importing, _ = shop
    records = mugs(60)
    assert outcome(await importing.take(write_feed(tmp_path / "a.csv", records))) == ("completed", 60, 60, 0, 0, 0, 0)
    first = working()
    records[7] |= {"price": "3.33 EUR"}
    row = await importing.take(write_feed(tmp_path / "b.csv", records), "fr")
    assert outcome(row) == ("completed", 60, 0, 60, 0, 0, 0)
    row = await importing.take(write_feed(tmp_path / "c.csv", records))
    assert outcome(row) == ("completed", 60, 0, 1, 59, 0, 0)
    assert len(first) == 1
    assert working() == first


async def test_large_feeds_share_a_parser_too(shop: tuple[Importing, Workers], tmp_path: Path) -> None:
    importing, _ = shop
    records = [row | {"description": "d" * 900} for row in mugs(3000)]
    for language in ("en", "fr"):
        row = await importing.take(write_feed(tmp_path / f"{language}.csv", records), language)
        assert (row["state"], row["rows"], row["created"] + row["updated"]) == ("completed", 3000, 3000)
    [worker] = working()
    assert len(children(worker)) == 1


async def test_a_worker_that_died_while_it_waited_is_replaced(shop: tuple[Importing, Workers], tmp_path: Path) -> None:
    importing, _ = shop
    records = mugs(30)
    await importing.take(write_feed(tmp_path / "a.csv", records))
    [worker] = working()
    os.kill(worker, signal.SIGKILL)
    async with asyncio.timeout(20):
        while working():
            await asyncio.sleep(0.01)
    row = await importing.take(write_feed(tmp_path / "b.csv", records), "fr")
    assert outcome(row) == ("completed", 30, 0, 30, 0, 0, 0)


async def test_a_worker_waits_only_so_long(database: Database, tmp_path: Path, database_url: str) -> None:
    workers = Workers(0.05)
    shop = replace(await open_importing(database, tmp_path / "imports", database_url), work=workers)
    await shop.take(write_feed(tmp_path / "a.csv", mugs(30)))
    async with asyncio.timeout(20):
        while working():
            await asyncio.sleep(0.01)
    await workers.close()
