"""Two processes on one PostgreSQL: what one commits, the other hears, once, and again after its connection was lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import ConstraintViolated, TransactionEnded
from orion_daemon.db.notices import MOST_OF_A_KIND, Sender
from orion_daemon.db.peers import APPLICATION, LONGEST_PAUSE, Peers
from orion_daemon.db.url import parse
from orion_daemon.domain.events import JobChanged, JobsPut, OrderChanged, StoresChanged, SyncStatusChanged
from orion_daemon.runtime.bus import Bus, Lagged, Subscription
from orion_daemon.runtime.clock import ManualClock
from tests.support.databases import opened
from tests.support.stores import add_store

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)

T = TypeVar("T")
ORDER = OrderChanged(1, 12, "letzshop", "confirmed", "created")
BACKENDS = f"FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{APPLICATION}'"


@dataclass
class Process:
    db: Database
    bus: Bus
    sender: Sender
    clock: ManualClock
    peers: Peers
    all: Subscription

    async def commit(self, *events: object) -> None:
        async with self.db.transaction() as tx:
            for event in events:
                tx.emit(event)

    async def hears(self) -> Any:
        """The next event of any kind; its time passes meanwhile."""
        return await self.passing(anext(self.all))  # type: ignore[arg-type]

    async def passing(self, coroutine: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(coroutine)
        async with asyncio.timeout(10):
            while not task.done():
                await self.clock.advance(0.1)
        return task.result()

    async def is_alone(self) -> bool:
        async with asyncio.timeout(10):
            while not self.sender.is_alone:
                await self.clock.advance(1)
        return True


@asynccontextmanager
async def process(url: str, name: str) -> AsyncIterator[Process]:
    bus, sender, clock = Bus(), Sender(name, wakes=True), ManualClock()
    async with opened(url, bus=bus, sender=sender) as db, bus.subscribe(object) as everything:
        peers = Peers(parse(url), bus, sender, clock, lambda: 0.5)
        await peers.start()
        assert await anext(everything) == Lagged(1)  # whoever listens from before has missed what came before
        try:
            yield Process(db, bus, sender, clock, peers, everything)
        finally:
            await peers.stop()
            bus.close()


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Process, Process]]:
    """Two daemons that have met."""
    async with process(url, "a") as a, process(url, "b") as b:
        async with asyncio.timeout(10):
            while a.sender.is_alone or b.sender.is_alone:
                await asyncio.sleep(0)
        yield a, b


async def commit_after_a_swallowed_error(db: Database) -> None:
    async with db.transaction() as tx:
        await add_store(tx, "demo")
        tx.emit(ORDER)
        with contextlib.suppress(ConstraintViolated):
            await add_store(tx, "demo")


async def test_a_commit_is_heard_by_the_other_and_once_by_its_own(database_url: str) -> None:
    async with two(database_url) as (a, b):
        async with (
            b.bus.subscribe(OrderChanged, key=1) as of_the_store,
            b.bus.subscribe(OrderChanged, key=2) as of_none,
        ):
            await a.commit(ORDER, StoresChanged())
            assert [await b.hears(), await b.hears()] == [ORDER, StoresChanged()]
            assert await anext(of_the_store) == ORDER
            assert len(of_none) == 0
        await b.commit(SyncStatusChanged(1, 2))
        assert [await a.hears() for _ in range(3)] == [ORDER, StoresChanged(), SyncStatusChanged(1, 2)]
        assert await b.hears() == SyncStatusChanged(1, 2)
        assert len(a.all) == len(b.all) == 0


async def test_what_was_undone_is_not_heard(database_url: str) -> None:
    async with two(database_url) as (a, b):
        with contextlib.suppress(ZeroDivisionError):
            async with a.db.transaction() as tx:
                tx.emit(ORDER)
                raise ZeroDivisionError
        async with a.db.transaction() as tx:
            with contextlib.suppress(ZeroDivisionError):
                async with tx.savepoint():
                    tx.emit(ORDER)
                    raise ZeroDivisionError
        with pytest.raises(TransactionEnded, match="swallowed"):
            await commit_after_a_swallowed_error(a.db)
        await a.commit(StoresChanged())
        assert await b.hears() == StoresChanged()
        assert await a.db.fetch("SELECT code FROM stores") == []


async def test_very_many_events_are_told_as_having_been(database_url: str) -> None:
    async with two(database_url) as (a, b):
        jobs = [JobChanged(number, 1, "demo:letzshop", "PollOrders", "done") for number in range(MOST_OF_A_KIND + 1)]
        async with b.bus.subscribe(JobChanged) as of_jobs, b.bus.subscribe(OrderChanged) as of_orders:
            await a.commit(*jobs, ORDER)
            assert [await b.hears(), await b.hears()] == [Lagged(1), ORDER]
            assert await anext(of_jobs) == Lagged(1)
            assert await anext(of_orders) == ORDER


async def test_jobs_of_a_command_want_to_be_seen_to_and_those_of_a_daemon_do_not(database_url: str) -> None:
    command = Sender("command", wakes=False)
    async with two(database_url) as (a, b), opened(database_url, sender=command) as db:
        put = JobsPut("demo:letzshop", frozenset({"urgent"}))
        await a.commit(put)
        assert await b.hears() == JobsPut("demo:letzshop", frozenset({"urgent"}), is_seen_to=True)
        async with db.transaction() as tx:
            tx.emit(put)
        assert await b.hears() == put


async def test_a_lost_connection_is_opened_again_and_who_listens_is_told_of_the_gap(database_url: str) -> None:
    async with two(database_url) as (a, b), b.bus.subscribe(OrderChanged, key=1) as orders:
        await a.db.fetch(f"SELECT pg_terminate_backend(pid) {BACKENDS}")
        assert await b.hears() == Lagged(1)
        assert await anext(orders) == Lagged(1)
        assert await a.hears() == Lagged(1)
        await a.commit(ORDER)
        assert await b.hears() == await anext(orders) == ORDER


class Impatient(ManualClock):
    """Notes how long somebody would sleep, and lets no time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def test_while_the_server_refuses_it_is_tried_ever_slower(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    sender, clock = Sender("a", wakes=True), Impatient()
    target = parse(database_url.replace("/orion_test", "/no_such"))
    peers = Peers(target, Bus(), sender, clock, lambda: 1.0)
    await peers.start()  # returns: a daemon works without
    try:
        async with asyncio.timeout(30):
            while len(clock.slept) < 10:
                await asyncio.sleep(0)
    finally:
        await peers.stop()
    assert clock.slept[:10] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, LONGEST_PAUSE, LONGEST_PAUSE]
    assert [record.levelname for record in caplog.records if record.name == "orion.db"] == ["WARNING"]
    assert not sender.is_alone


async def test_who_is_alone_tells_nothing_until_another_comes(database_url: str) -> None:
    async with opened(database_url) as watcher, process(database_url, "a") as a:
        assert await a.is_alone()
        async with process(database_url, "b") as b:
            while a.sender.is_alone:
                await asyncio.sleep(0)  # it is greeted
            await a.commit(ORDER)
            assert await b.hears() == ORDER
        while await watcher.fetch_value(f"SELECT count(*) {BACKENDS}") > 1:
            pass  # its backend takes a moment to end
        assert await a.is_alone()
