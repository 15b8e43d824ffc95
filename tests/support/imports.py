"""Shops whose catalogs are imported from files: the way from a request to its end, without a daemon."""

import csv
import os
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors import import_run
from orion_daemon.actors.account import ImportOptions
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_work import Work
from orion_daemon.connectors.base import CatalogPage
from orion_daemon.connectors.download import Downloaded
from orion_daemon.db.database import Database
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.outcomes import Outcome
from orion_daemon.runtime.clock import Clock, SystemClock
from orion_daemon.services import imports, stores
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the real feeds are not here ({DATA})")


async def no_download(url: str, dest: Path, **_: Any) -> Downloaded:
    raise AssertionError(f"nobody should fetch {url} to {dest}")


async def no_catalog(cursor: str | None) -> CatalogPage:
    raise AssertionError(f"nobody should ask the account for its products (from {cursor})")


@dataclass
class Importing:
    """One shop with a channel. Imports run in this process unless `work` says otherwise."""

    db: Database
    options: ImportOptions
    lease: Lease
    store: str = "demo"
    download: Any = no_download
    work: Callable[[Assignment, Callable[[Report], object]], Awaitable[None]] | None = None
    reports: list[Report] = field(default_factory=list)
    clock: Clock = field(default_factory=SystemClock)
    marketplace: str = "letzshop"
    catalog: Callable[[str | None], Awaitable[CatalogPage]] = no_catalog

    async def channel(self) -> dict[str, Any]:
        return await stores.channel_of(self.db, self.store, self.marketplace)

    async def request(self, source: Path | str, language: str = "en", **options: Any) -> int:
        return await imports.request_import(
            self.db, await self.channel(), language=language, source=str(source), actor="test",
            now=self.clock.now(), **options,
        )  # fmt: skip

    def means(self) -> import_run.Means:
        return import_run.Means(
            self.db, self.clock, self.options, self.lease, self.download, self.work or self.work_here, self.catalog
        )

    async def work_here(self, assignment: Assignment, hear: Callable[[Report], object]) -> None:
        def say(state: str) -> None:
            report = Report(state=str(state))
            self.reports.append(report)
            hear(report)

        await Work(self.db, assignment.order, self.clock, say).run()

    async def run(self, import_id: int, *, is_last_try: bool = False, is_watched: bool = False) -> Outcome:
        settings = (await self.channel())["settings_json"]
        return await import_run.run(self.means(), import_id, settings, is_last_try=is_last_try, is_watched=is_watched)

    async def take(self, source: Path | str, language: str = "en", **options: Any) -> dict[str, Any]:
        """Request, run, and the row as it is then."""
        import_id = await self.request(source, language, **options)
        await self.run(import_id)
        return await self.row(import_id)

    async def row(self, import_id: int) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM import_jobs WHERE id = $1", import_id)
        assert row is not None
        return row

    async def products(self) -> dict[str, dict[str, Any]]:
        rows = await self.db.fetch(
            "SELECT p.* FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id"
            " JOIN channels h ON h.id = c.channel_id JOIN stores s ON s.id = h.store_id WHERE s.code = $1",
            self.store,
        )
        return {row["marketplace_product_id"]: row for row in rows}

    async def texts(self, language: str) -> dict[str, tuple[str, str]]:
        rows = await self.db.fetch(
            "SELECT p.marketplace_product_id, t.title, t.description FROM marketplace_products p"
            " JOIN marketplace_product_translations t ON t.marketplace_product_id = p.id WHERE t.language = $1",
            language,
        )
        return {row["marketplace_product_id"]: (row["title"], row["description"]) for row in rows}

    async def problems(self, import_id: int) -> list[tuple[int, str, str, str]]:
        rows = await self.db.fetch(
            "SELECT line, field, reason, severity FROM import_problems WHERE import_job_id = $1 ORDER BY id", import_id
        )
        return [(row["line"], row["field"], row["reason"], row["severity"]) for row in rows]


OUTCOMES = ("state", "rows", "created", "updated", "unchanged", "rejected", "skipped")


def outcome(row: dict[str, Any]) -> tuple[Any, ...]:
    """(state, rows, created, updated, unchanged, rejected, skipped)"""
    return tuple([row[name] for name in OUTCOMES])


async def open_importing(
    db: Database,
    folder: Path,
    database_url: str = "",
    *,
    store: str = "demo",
    chunk_rows: int = 50,
    guard: dict[str, Any] | None = None,
    clock: Clock | None = None,
    marketplace: str = "letzshop",
    **settings: Any,
) -> Importing:
    clock = clock or SystemClock()
    now = clock.now()
    declared = StoreDeclaration(
        store, f"Shop {store}", "EUR", "LU", "Europe/Luxembourg", "en", ("en", "fr", "de"),
        channels=(ChannelDeclaration(marketplace, settings=settings),),
    )  # fmt: skip
    await stores.create_store(db, replace(declared), now)
    process = f"tests-{store}"
    await leases.register(db, process, "tests", now, ttl=timedelta(days=2))
    lease = await leases.acquire(db, stores.address(store, marketplace), process, now)
    assert lease is not None
    options = ImportOptions(
        folder=folder,
        database_url=database_url,
        max_feed_size=1 << 30,
        guard={"min_rows": 5} | (guard or {}),
        chunk_rows=chunk_rows,
    )
    return Importing(db, options, lease, store, clock=clock, marketplace=marketplace)


def with_processes(importing: Importing) -> Importing:
    """The same shop, with real worker processes."""
    return replace(importing, work=Workers(0.0))


def workers() -> list[int]:
    """The ids of this process's worker processes that live; threads and processes may end while it looks."""
    children: list[str] = []
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        children += _read(task / "children").decode().split()
    return [int(pid) for pid in children if b"import_worker" in _read(Path(f"/proc/{pid}/cmdline"))]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def killing(after: int) -> Callable[..., Any]:
    """Kills the worker (SIGKILL) at its `after`-th report of a written chunk."""

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        seen = 0

        def heard(report: Report) -> None:
            nonlocal seen
            hear(report)
            seen += report.state == "upserting"
            if seen == after:
                for pid in workers():
                    os.kill(pid, signal.SIGKILL)

        await Workers(0.0)(assignment, heard)

    return work


COLUMNS = ("id", "title", "description", "price", "sale_price", "brand", "gtin", "availability", "link", "color")


def record(number: int, **values: str) -> dict[str, str]:
    """One product that is as it should be, but for `values`."""
    return {
        "id": f"SKU-{number:05d}",
        "title": f"Mug {number}",
        "description": f"A mug with the number {number}.",
        "price": f"{10 + number % 90}.50 EUR",
        "sale_price": "",
        "brand": f"Brand {number % 7}",
        "gtin": "",
        "availability": "in stock",
        "link": f"https://shop.example/p/{number}",
        "color": ("red", "green", "blue")[number % 3],
    } | values


def write_feed(path: Path, records: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    return path


def mugs(count: int, **values: str) -> list[dict[str, str]]:
    return [record(number, **values) for number in range(count)]
