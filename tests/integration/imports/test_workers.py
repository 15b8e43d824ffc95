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
from tests.support.imports import Importing, mugs, open_importing, outcome, workers, write_feed


@pytest.fixture
async def shop(database: Database, tmp_path: Path, database_url: str) -> AsyncIterator[Importing]:
    kept = Workers(60.0)
    shop = await open_importing(database, tmp_path / "imports", database_url)
    yield replace(shop, work=kept)
    await kept.close()
    assert not workers()


async def test_the_next_import_finds_the_worker_of_the_last(shop: Importing, tmp_path: Path) -> None:
    records = mugs(60)
    assert outcome(await shop.take(write_feed(tmp_path / "a.csv", records))) == ("completed", 60, 60, 0, 0, 0, 0)
    first = workers()
    records[7] |= {"price": "3.33 EUR"}
    row = await shop.take(write_feed(tmp_path / "b.csv", records), "fr")
    assert outcome(row) == ("completed", 60, 0, 60, 0, 0, 0)
    row = await shop.take(write_feed(tmp_path / "c.csv", records))
    assert outcome(row) == ("completed", 60, 0, 1, 59, 0, 0)
    assert len(first) == 1
    assert workers() == first


async def test_large_feeds_share_a_parser_too(shop: Importing, tmp_path: Path) -> None:
    records = [row | {"description": "d" * 900} for row in mugs(3000)]
    for language in ("en", "fr"):
        row = await shop.take(write_feed(tmp_path / f"{language}.csv", records), language)
        assert (row["state"], row["rows"], row["created"] + row["updated"]) == ("completed", 3000, 3000)
    [worker] = workers()
    assert len(Path(f"/proc/{worker}/task/{worker}/children").read_text().split()) == 1


async def test_a_worker_that_died_while_it_waited_is_replaced(shop: Importing, tmp_path: Path) -> None:
    records = mugs(30)
    await shop.take(write_feed(tmp_path / "a.csv", records))
    [worker] = workers()
    os.kill(worker, signal.SIGKILL)
    async with asyncio.timeout(20):
        while workers():
            await asyncio.sleep(0.01)
    row = await shop.take(write_feed(tmp_path / "b.csv", records), "fr")
    assert outcome(row) == ("completed", 30, 0, 30, 0, 0, 0)


async def test_a_worker_waits_only_so_long(database: Database, tmp_path: Path, database_url: str) -> None:
    kept = Workers(0.05)
    shop = replace(await open_importing(database, tmp_path / "imports", database_url), work=kept)
    await shop.take(write_feed(tmp_path / "a.csv", mugs(30)))
    async with asyncio.timeout(20):
        while workers():
            await asyncio.sleep(0.01)
    await kept.close()
