"""Large feeds in bounded memory."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.db.database import Database
from tests.support.imports import Importing, open_importing, outcome, record, write_feed

MIB = 1 << 20


def peaks(pid: int) -> Iterator[int]:
    """Bytes of memory at most, so far, of each process below."""
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                lines = Path(f"/proc/{child}/status").read_text().splitlines()
                yield from [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")]
                yield from peaks(int(child))
    except (FileNotFoundError, ProcessLookupError):  # a thread or a process that ended meanwhile
        return


class Measured:
    """Real workers, and the most memory that one of them ever had."""

    def __init__(self) -> None:
        self.peak = 0

    async def work(self, assignment: Assignment, hear: Callable[[Report], object]) -> None:
        def heard(report: Report) -> None:
            hear(report)
            self.peak = max([self.peak, *peaks(os.getpid())])

        await Workers(0.0)(assignment, heard)


async def grown(shop: Importing, feed: Path, **options: Any) -> tuple[tuple[Any, ...], int]:
    measured = Measured()
    row = await replace(shop, work=measured.work).take(feed, **options)
    return outcome(row), measured.peak


@pytest.mark.long
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_hundred_thousand_products_need_little_memory(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = await open_importing(database, tmp_path / "imports", database_url, chunk_rows=500)
    text = "A mug for everybody who likes mugs, made by hand. " * 10
    rows = (record(number, description=f"{number} {text}") for number in range(100_000))
    feed = write_feed(tmp_path / "a.csv", rows)
    assert feed.stat().st_size > 50 * MIB
    counts, peak = await grown(shop, feed)
    assert counts == ("completed", 100_000, 100_000, 0, 0, 0, 0)
    assert peak < 130 * MIB
    feed.write_bytes(feed.read_bytes().replace(b"Brand 3", b"Marke 3"))
    counts, peak = await grown(shop, feed)
    assert counts == ("completed", 100_000, 0, 14_286, 85_714, 0, 0)
    assert peak < 160 * MIB
