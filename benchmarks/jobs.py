"""Durable jobs: put, claim, run a no-op, complete. Throughput against raw SQLite, and how soon a put job starts.

The raw path is `sqlite3` on the same table with the same indexes and rows, in batches of 100: one `executemany` to
insert, one UPDATE … RETURNING to claim, one `executemany` to complete, a transaction each, synchronous NORMAL. Ours
runs with synchronous FULL and everything on: kinds with unique keys, leases checked by every statement, lanes, the
fair gate between ten stores, events on the bus. Each path is checked at its end: every job done exactly once.
"""

import asyncio
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.report import Result
from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.db.notices import Sender
from orion_daemon.db.peers import Peers
from orion_daemon.db.url import parse
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.kinds import JobKind, Kinds
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.mailbox import Job, Put
from orion_daemon.jobs.outcomes import Done, Outcome
from orion_daemon.jobs.runner import Runner
from orion_daemon.migrations import runner as migrations
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.tasks import spawn

Measured = TypeVar("Measured")

JOBS = 10_000
BATCH = 100
STORES = 10
STARTS = 300
ROUNDS = 5


class Number(msgspec.Struct, frozen=True):
    n: int


NOOP = JobKind("Noop", "main", Number, unique=lambda a: str(a.n))
KINDS = Kinds((NOOP,))


def raw(template: Path, folder: Path) -> float:
    """Seconds for JOBS jobs with nothing but the driver."""
    file = folder / "raw.db"
    shutil.copyfile(template, file)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    now = datetime.now(UTC).isoformat(" ", "microseconds")
    began = time.perf_counter()
    for start in range(0, JOBS, BATCH):
        rows = [
            (
                "Noop",
                "main",
                f"s{n % STORES}:letzshop",
                f'{{"n":{n}}}',
                f"s{n % STORES}:letzshop Noop {n}",
                now,
                now,
                now,
            )
            for n in range(start, start + BATCH)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO jobs (kind, lane, owner, args_json, unique_key, run_at, give_up_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        claimed = connection.execute(
            "UPDATE jobs SET state = 'executing', lease_epoch = 1, claimed_at = ?, runs = runs + 1 WHERE id IN"
            " (SELECT id FROM jobs WHERE state = 'waiting' ORDER BY id LIMIT ?) RETURNING id, kind, owner, args_json",
            (now, BATCH),
        ).fetchall()
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "UPDATE jobs SET state = 'done', finished_at = ? WHERE id = ?", [(now, row[0]) for row in claimed]
        )
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    (done,) = connection.execute("SELECT count(*) FROM jobs WHERE state = 'done' AND runs = 1").fetchone()
    assert done == JOBS
    connection.close()
    _remove(file)
    return took


def _remove(file: Path) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)


class Bench:
    """A database with ten owners' runners on it, as in the daemon."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self.db = db
        self.bus = bus
        self.clock = SystemClock()
        self.ran: Counter[int] = Counter()
        self.started: dict[int, float] = {}
        self.done = asyncio.Event()
        self.awaited = 0
        self.owners = [f"s{n}:letzshop" for n in range(STORES)]

    async def handle(self, _job: Job, args: Number) -> Outcome:
        self.started[args.n] = time.perf_counter()
        self.ran[args.n] += 1
        if len(self.ran) == self.awaited:
            self.done.set()
        return Done()

    @asynccontextmanager
    async def runners(self) -> AsyncIterator[list[Runner]]:
        await leases.register(self.db, "bench", "bench", self.clock.now(), ttl=timedelta(minutes=10), alone=True)
        around = Surroundings(self.db, self.clock, FairGate(50), lambda: 0.5, KINDS)
        dispatcher = Dispatcher(self.bus)
        task = spawn(dispatcher.run(), name="dispatcher")
        await asyncio.sleep(0)
        found = []
        for owner in self.owners:
            lease = await leases.acquire(self.db, owner, "bench", self.clock.now())
            assert lease is not None
            runner = Runner(around, lease, {"main": LaneShare(4)}, {"Noop": self.handle})
            dispatcher.add(runner)
            await runner.rest()
            found.append(runner)
        try:
            yield found
        finally:
            for runner in found:
                await runner.stop(5)
            task.cancel()
            await asyncio.wait([task])

    def puts(self, start: int) -> list[Put]:
        return [Put(NOOP, Number(n), self.owners[n % STORES]) for n in range(start, start + BATCH)]

    async def throughput(self) -> float:
        """Seconds for JOBS jobs: a producer that puts them in batches of 100 beside the runners."""
        self.awaited = JOBS
        async with self.runners() as runners:
            began = time.perf_counter()
            for start in range(0, JOBS, BATCH):
                async with self.db.transaction() as tx:
                    await mailbox.put_many(tx, self.puts(start), now=self.clock.now())
            await self.done.wait()
            for runner in runners:
                await runner.rest()
            took = time.perf_counter() - began
        assert set(self.ran.values()) == {1}
        assert await self.db.fetch_value("SELECT count(*) FROM jobs WHERE state = 'done' AND runs = 1") == JOBS
        return took

    async def start_latency(self) -> list[float]:
        """Seconds from the commit of a put to the first line of its handler, at rest, one by one."""
        found = []
        async with self.runners() as runners:
            for n in range(STARTS):
                self.done.clear()
                self.awaited = len(self.ran) + 1
                async with self.db.transaction() as tx:
                    await mailbox.put(tx, NOOP, Number(n), owner=self.owners[n % STORES], now=self.clock.now())
                    tx.after_commit(lambda: found.append(time.perf_counter()))
                await self.done.wait()
                found[-1] = self.started[n] - found[-1]
                for runner in runners:
                    await runner.rest()
        return sorted(found)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Bench]:
    bus = Bus()
    sender = Sender("bench", wakes=True)
    options = DatabaseOptions(synchronous="FULL")
    db = await Database.open(url, bus=bus, cipher=Cipher([bytes(32)]), options=options, sender=sender)
    peers = Peers(db.target, bus, sender, SystemClock(), lambda: 0.5)
    await peers.start()
    try:
        yield Bench(db, bus)
    finally:
        await peers.stop()
        await db.close()


@asynccontextmanager
async def peer(url: str) -> AsyncIterator[None]:
    """A second daemon that listens to everything; its work is done by this process too."""
    bus = Bus()
    peers = Peers(parse(url), bus, Sender("peer", wakes=True), SystemClock(), lambda: 0.5)
    await peers.start()
    try:
        yield
    finally:
        await peers.stop()
        bus.close()


async def _clear(url: str) -> None:
    async with opened(url) as bench, bench.db.transaction() as tx:
        for table in ("jobs", "leases", "processes"):
            await tx.execute(f"DELETE FROM {table}")


async def run() -> list[Result]:
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = folder / "template.db"
        await migrations.upgrade(f"sqlite:///{template}")
        _checkpoint(template)
        async with AsyncExitStack() as stack:
            databases = {"SQLite": ""}
            if postgres := await _postgres(stack):
                databases["PostgreSQL"] = postgres
            for label, url in databases.items():
                results += await _measure(label, url, template, folder)
    return results


async def _measure(label: str, url: str, template: Path, folder: Path) -> list[Result]:
    raws: list[float] = []
    ours: list[float] = []
    told: list[float] = []
    starts: list[float] = []
    for _ in range(ROUNDS):
        raws.append(await asyncio.to_thread(raw, template, folder))
        ours.append(await _fresh(label, url, template, folder, Bench.throughput))
        starts += await _fresh(label, url, template, folder, Bench.start_latency)
        if label == "PostgreSQL":
            async with peer(url):
                told.append(await _fresh(label, url, template, folder, Bench.throughput))
    starts.sort()
    ratio = statistics.median(r / o for r, o in zip(raws, ours, strict=True))
    speed = JOBS / statistics.median(ours)
    goal = 0.2 if label == "SQLite" else 0.16
    raw_speed = JOBS / statistics.median(raws)
    heard = [
        Result(
            f"jobs on {label}, another daemon listening: throughput to raw SQLite",
            statistics.median(r / o for r, o in zip(raws, told, strict=True)),
            "×",
            goal,
            "higher",
            f"{JOBS / statistics.median(told):,.0f} jobs/s; the listening is done by the same process",
        )
    ] if told else []  # fmt: skip
    return [
        *heard,
        Result(
            f"jobs on {label}: throughput to raw SQLite",
            ratio,
            "×",
            goal,
            "higher",
            f"{speed:,.0f} jobs/s with synchronous FULL; raw {raw_speed:,.0f}/s with NORMAL",
        ),
        Result(
            f"jobs on {label}: start after commit, p50", 1000 * statistics.median(starts), "ms", 1.0, "lower", "at rest"
        ),
        Result(f"jobs on {label}: start after commit, p99", 1000 * starts[int(len(starts) * 0.99)], "ms", 5.0, "lower"),
    ]


async def _fresh(
    label: str, url: str, template: Path, folder: Path, measure: Callable[[Bench], Awaitable[Measured]]
) -> Measured:
    """Each measurement begins with an empty database."""
    if label == "SQLite":
        file = folder / "ours.db"
        shutil.copyfile(template, file)
        async with opened(f"sqlite:///{file}") as bench:
            found = await measure(bench)
        _remove(file)
        return found
    await _clear(url)
    async with opened(url) as bench:
        return await measure(bench)


def _checkpoint(file: Path) -> None:
    """All in the one file, so that it can be copied."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _postgres(stack: AsyncExitStack) -> str:
    """The URL of a migrated database on a durable server; empty where none can be had."""
    from tests.support.databases import fresh_postgres, postgres_server

    try:
        server = stack.enter_context(postgres_server(f"bench-jobs-{os.getpid()}", durable=True))
    except ImportError:
        return ""
    url = await fresh_postgres(server, "orion_bench_jobs")
    assert parse(url).dialect == "postgres"
    return url
