"""An account's actor at work: it stays awake while it works, works alone, and keeps poll and sweep apart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from orion_daemon.actors.failures import classify
from orion_daemon.actors.marketplace import MarketplaceActor
from orion_daemon.actors.roster import Roster
from orion_daemon.connectors.base import Capabilities, Notification, OrderPage, OrderScope
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageBusy
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.kinds import POLL_ORDERS, RECONCILE_ORDERS, JobKind, Nothing
from orion_daemon.runtime.clock import Clock, SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.supervisor import ActorSystem
from orion_daemon.services import credentials, notifications, stores
from tests.support.listing import Listing, capabilities, open_desk, open_listing

ADA = "demo:letzshop"


@dataclass
class Market:
    """Has no orders. A walk of a scope in `held` waits until it is let go; `running` counts walks at the same time.
    `closed` is raised, one after the other, when the account is opened."""

    held: dict[OrderScope, asyncio.Event] = field(default_factory=dict)
    asked: list[OrderScope] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    closed: list[Exception] = field(default_factory=list)
    opened: list[dict[str, str]] = field(default_factory=list)  # the secrets of each opening
    door: asyncio.Event | None = None  # an opening waits until it is set
    running: int = 0
    most: int = 0

    known_form = ""

    async def capabilities(self) -> Capabilities:
        return capabilities()

    async def fetch_orders(self, scope: OrderScope, *_: str | datetime | None) -> OrderPage:
        self.asked.append(scope)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if scope in self.held:
                self.began.set()
                await self.held[scope].wait()
        finally:
            self.running -= 1
        return OrderPage((), None)

    async def read_notification(self, body: bytes, _signature: str) -> Notification:
        kind: Literal["erasure", "order"] = "erasure" if b"erase" in body else "order"
        return Notification(body.decode(), "A_TOPIC", kind, people=("ada",), channel_order_id="302-1")

    async def close(self) -> None:
        pass


@dataclass
class Office:
    """One process with its actors."""

    listing: Listing
    market: Market
    clock: Clock
    system: ActorSystem
    roster: Roster
    crashes: list[BaseException]

    @property
    def actor(self) -> MarketplaceActor:
        found = self.system.get(ADA)
        assert isinstance(found, MarketplaceActor)
        return found

    async def put(self, kind: JobKind[Any]) -> int:
        async with self.listing.db.transaction() as tx:
            put = await mailbox.put(
                tx, kind, Nothing(), owner=ADA, now=self.clock.now(), store_id=self.listing.store_id,
                channel_id=self.listing.channel_id,
            )  # fmt: skip
        return put.job_id

    async def state(self, job_id: int) -> str:
        found: str = await self.listing.db.fetch_value("SELECT state FROM jobs WHERE id = $1", job_id)
        return found

    def is_suspended(self) -> bool:
        return [health.state for health in self.system.snapshot(dormant=False)] == ["suspended"]

    async def ended(self, *job_ids: int) -> None:
        async with asyncio.timeout(20):
            while {await self.state(job_id) for job_id in job_ids} != {"done"}:
                await asyncio.sleep(0)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await self.listing.db.fetch_value("SELECT 1 AS one")


@asynccontextmanager
async def office(database: Database, folder: Path, market: Market) -> AsyncIterator[Office]:
    listing = await open_listing(database)
    desk = await open_desk(listing, market, folder)
    clock = SystemClock()
    await leases.register(database, "p1", "p1", clock.now(), ttl=timedelta(hours=1))

    async def connect(_row: Any, secrets: dict[str, str]) -> Any:
        if market.closed:
            raise market.closed.pop()
        market.opened.append(secrets)
        if market.door is not None:
            await market.door.wait()
        return market, SimpleNamespace()

    parts = replace(
        desk.account.parts, clock=clock, connect=connect,
        surroundings=Surroundings(database, clock, FairGate(4), lambda: 0.5, classify=classify),
    )  # fmt: skip
    crashes: list[BaseException] = []
    system = ActorSystem(clock, lambda: 0.5, on_error=lambda *of: crashes.append(of[-1]), on_suspend=lambda *_: None)
    roster = Roster(parts, system, lambda _name, error: crashes.append(error))
    roster.start()
    try:
        yield Office(listing, market, clock, system, roster, crashes)
    finally:
        for event in market.held.values():
            event.set()
        await system.stop(2.0)
        await roster.stop()


async def test_an_actor_does_not_fall_asleep_over_work_that_came_after_its_message(
    database: Database, tmp_path: Path
) -> None:
    market = Market({"open": asyncio.Event()})
    async with office(database, tmp_path, market) as ada:
        await ada.ended(await ada.put(POLL_ORDERS))
        sweep = await ada.put(RECONCILE_ORDERS)  # the awake actor's runner is nudged, not the actor
        await market.began.wait()
        assert ada.system.passivate(ADA) is False
        market.held["open"].set()
        await ada.ended(sweep)
        assert market.asked == ["new", "open"]
        await ada.until(lambda: ada.system.passivate(ADA))


async def test_an_account_that_is_opened_anew_finishes_its_old_work_first(database: Database, tmp_path: Path) -> None:
    market = Market({"open": asyncio.Event()})
    async with office(database, tmp_path, market) as ada:
        sweep = await ada.put(RECONCILE_ORDERS)
        await market.began.wait()
        reopening = asyncio.create_task(ada.actor.reopen())
        await asyncio.sleep(0)
        ada.roster.wake(ADA, frozenset({"syncing"}))  # as the sweep would, finding no runner
        for _ in range(50):
            await database.fetch_value("SELECT 1 AS one")
        assert market.most == 1
        market.held["open"].set()
        await reopening
        await ada.ended(sweep)
        assert await database.fetch_value("SELECT crashes FROM jobs WHERE id = $1", sweep) == 0


async def test_a_long_sweep_does_not_hold_up_the_poll(database: Database, tmp_path: Path) -> None:
    market = Market({"open": asyncio.Event()})
    async with office(database, tmp_path, market) as ada:
        sweep = await ada.put(RECONCILE_ORDERS)
        await market.began.wait()
        await ada.ended(await ada.put(POLL_ORDERS))
        market.held["open"].set()
        await ada.ended(sweep)


async def test_an_account_of_another_process_is_not_even_opened(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Market()) as ada:
        ada.market.closed = [AssertionError("it was opened")]
        now = ada.clock.now()
        await leases.register(database, "p2", "p2", now, ttl=timedelta(hours=1))
        lease = await leases.acquire(database, ADA, "p2", now)
        assert lease is not None
        await ada.put(POLL_ORDERS)
        await ada.until(lambda: ADA in ada.system and not ada.actor.busy)
        await ada.roster.sweep()
        assert (ada.crashes, ada.market.asked, len(ada.market.closed)) == ([], [], 1)
        await leases.release(database, lease)
        ada.market.closed.clear()
        await ada.roster.sweep()
        await ada.until(lambda: ada.market.asked == ["new"])


async def test_what_is_due_later_wakes_nobody_now(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Market()) as ada:
        async with database.transaction() as tx:
            now = ada.clock.now()
            await mailbox.put(tx, POLL_ORDERS, Nothing(), owner=ADA, now=now, run_at=now + timedelta(hours=1))
        for _ in range(20):
            await database.fetch_value("SELECT 1 AS one")
        assert ada.system.awake == 0


async def test_a_database_that_stumbles_does_not_suspend_the_actor(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Market()) as ada:
        ada.market.closed = [StorageBusy("no free connection")] * 20
        job = await ada.put(POLL_ORDERS)
        async with asyncio.timeout(20):
            while ada.market.closed and not ada.crashes:
                ada.roster.wake(ADA)
                await database.fetch_value("SELECT 1 AS one")
        assert ada.crashes == []
        ada.roster.wake(ADA)
        await ada.ended(job)


async def test_an_account_that_is_switched_off_still_erases_people_and_does_nothing_else(
    database: Database, tmp_path: Path
) -> None:
    market = Market()
    async with office(database, tmp_path, market) as at:
        async with database.transaction() as tx:
            await tx.execute("UPDATE channels SET is_active = FALSE WHERE id = $1", at.listing.channel_id)
        channel = {
            "id": at.listing.channel_id, "store_id": at.listing.store_id, "store_code": "demo",
            "marketplace": "letzshop",
        }  # fmt: skip
        poll = await at.put(POLL_ORDERS)
        for body in (b"erase ada", b"look at an order"):
            await notifications.receive(database, channel, body, "signed", at.clock.now())
        ended = "SELECT count(*) FROM notifications WHERE state = 'done'"
        async with asyncio.timeout(20):
            while await database.fetch_value(ended) < 2:
                await asyncio.sleep(0)
        assert await at.state(poll) == "waiting"
        assert market.asked == []
        assert await database.fetch_value("SELECT count(*) FROM jobs WHERE kind <> 'HandleNotification'") == 1
        results = await database.fetch("SELECT result FROM notifications ORDER BY id")
        assert [row["result"].partition(":")[0] for row in results] == ["erased", "switched off"]
        assert not at.crashes


async def test_an_account_that_is_suspended_still_erases_people_and_does_nothing_else(
    database: Database, tmp_path: Path
) -> None:
    market = Market()
    async with office(database, tmp_path, market) as at:
        async with database.transaction() as tx:
            await stores.suspend_channel(tx, at.listing.channel_id, "credential refused: by a test", at.clock.now())
        poll = await at.put(POLL_ORDERS)
        await at.until(at.is_suspended)
        channel = {
            "id": at.listing.channel_id, "store_id": at.listing.store_id, "store_code": "demo",
            "marketplace": "letzshop",
        }  # fmt: skip
        for body in (b"erase ada", b"look at an order"):
            await notifications.receive(database, channel, body, "signed", at.clock.now())
        async with asyncio.timeout(20):
            while await database.fetch_value("SELECT count(*) FROM notifications WHERE state = 'done'") < 2:
                await at.roster.sweep()
        assert (await at.state(poll), market.asked) == ("waiting", [])
        results = await database.fetch("SELECT result FROM notifications ORDER BY id")
        assert [row["result"].partition(":")[0] for row in results] == ["erased", "suspended"]
        assert not at.crashes
        # it rests until the next one, or until somebody mends it
        await at.until(lambda: at.system.passivate(ADA) or ADA not in at.system)
        at.roster.wake(ADA)
        await at.until(at.is_suspended)
        await stores.resume_channel(database, at.listing.channel_id, at.clock.now())
        await at.ended(poll)


async def test_a_message_that_began_before_the_account_was_suspended_opens_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with office(database, tmp_path, Market()) as at:
        async with database.transaction() as tx:
            await stores.suspend_channel(tx, at.listing.channel_id, "credential refused: by a test", at.clock.now())
        await at.put(POLL_ORDERS)
        await at.until(at.is_suspended)
        channel = {
            "id": at.listing.channel_id, "store_id": at.listing.store_id, "store_code": "demo",
            "marketplace": "letzshop",
        }  # fmt: skip
        await notifications.receive(database, channel, b"erase ada", "signed", at.clock.now())
        await at.actor.receive("urgent", None)  # of a lane that waited while another found the account stopped
        done = "SELECT count(*) FROM notifications WHERE state = 'done'"
        assert (await database.fetch_value(done), at.actor.busy) == (0, False)
        async with asyncio.timeout(20):
            while not await database.fetch_value(done):
                await at.roster.sweep()
        await at.until(lambda: at.system.passivate(ADA) or ADA not in at.system)


async def test_a_credential_that_comes_while_the_account_is_opened_is_used(database: Database, tmp_path: Path) -> None:
    market = Market(door=asyncio.Event())
    async with office(database, tmp_path, market) as one:
        first = await one.put(POLL_ORDERS)
        await one.until(lambda: len(market.opened) == 1)
        await credentials.set_credential(database, one.listing.channel_id, "api_key", "new", one.clock.now())
        await asyncio.sleep(0)
        assert market.door is not None
        market.door.set()
        await one.ended(first)
        await one.ended(await one.put(POLL_ORDERS))
        await one.until(lambda: len(market.opened) > 1)
        assert market.opened == [{}, {"api_key": "new"}]
