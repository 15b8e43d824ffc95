"""A role that is missing for one kind of work stops that work alone; one that is missing for orders, the account."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.account import LANES
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.base import Capabilities, LevelResult, OrderPage, OrderScope
from orion_daemon.connectors.errors import NotPermitted
from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.kinds import POLL_ORDERS, PUSH_INVENTORY, JobKind, Nothing
from orion_daemon.jobs.retry import NOT_PERMITTED_DELAY, Suspend
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.fairness import FairGate
from tests.support.databases import RecordingBus
from tests.support.jobs import lease
from tests.support.listing import Listing, capabilities, open_desk, open_listing
from tests.support.stores import NOW

OWNER = "demo:letzshop"


class Market:
    """Permits what is not in `barred`."""

    known_form = ""

    def __init__(self) -> None:
        self.barred = {"levels"}
        self.pushed = 0

    def _must_permit(self, what: str) -> None:
        if what in self.barred:
            raise NotPermitted(f"the channel: the role for {what} is missing", code="role_missing")

    async def capabilities(self) -> Capabilities:
        return capabilities(stock="call", prices="none", max_batch=10)

    async def fetch_orders(self, *_: OrderScope | str | datetime | None) -> OrderPage:
        self._must_permit("orders")
        return OrderPage((), None)

    async def push_levels(self, levels: Any) -> tuple[LevelResult, ...]:
        self._must_permit("levels")
        self.pushed += 1
        return tuple(LevelResult(level.sku, "confirmed", level.quantity, level.price_minor) for level in levels)


class Office:
    def __init__(
        self, listing: Listing, market: Market, clock: ManualClock, runner: Runner, suspended: list[Suspend]
    ) -> None:
        self.db, self.listing, self.market, self.clock, self.runner = listing.db, listing, market, clock, runner
        self.suspended = suspended

    async def put(self, kind: JobKind[Any]) -> None:
        async with self.db.transaction() as tx:
            await mailbox.put(
                tx, kind, Nothing(), owner=OWNER, now=self.clock.now(), store_id=self.listing.store_id,
                channel_id=self.listing.channel_id,
            )  # fmt: skip

    async def work(self) -> dict[str, tuple[str, str]]:
        """State and reason of each kind's newest job."""
        self.runner.nudge()
        await self.runner.rest()
        rows = await self.db.fetch("SELECT kind, state, error_code FROM jobs ORDER BY id")
        return {row["kind"]: (row["state"], row["error_code"]) for row in rows}


async def open_office(database: Database, folder: Path) -> Office:
    listing = await open_listing(database)
    await listing.sell({"MUG": 3})
    market, clock = Market(), ManualClock(NOW)
    desk = await open_desk(listing, market, folder)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    around = Surroundings(database, clock, FairGate(4), lambda: 0.0, classify=classify)
    held = await lease(database, OWNER, "p1", ttl=timedelta(days=1))
    desk.account.own(held)
    suspended: list[Suspend] = []
    runner = Runner(around, held, LANES, handlers_of(desk.account), on_suspend=suspended.append)
    return Office(listing, market, clock, runner, suspended)


async def test_the_work_waits_alone_and_a_person_is_told_once(
    database: Database, tmp_path: Path, bus: RecordingBus
) -> None:
    office = await open_office(database, tmp_path)
    for _ in range(2):
        await office.put(PUSH_INVENTORY)
        await office.put(POLL_ORDERS)
        found = await office.work()
        assert found == {"PushInventory": ("waiting", "not_permitted"), "PollOrders": ("done", "")}
        await office.clock.advance(NOT_PERMITTED_DELAY.total_seconds())
    await office.work()
    assert (office.suspended, office.market.pushed) == ([], 0)
    [alert] = [event for event in bus.events if isinstance(event, AlertRaised)]
    assert (alert.code, alert.message.startswith("PushInventory waits")) == ("role_missing", True)
    office.market.barred.clear()
    await office.clock.advance(NOT_PERMITTED_DELAY.total_seconds())
    assert (await office.work())["PushInventory"][0] == "done"
    assert office.market.pushed == 1


@pytest.mark.parametrize("barred", [{"orders"}, {"orders", "levels"}])
async def test_where_orders_may_not_be_read_the_account_is_suspended(
    database: Database, tmp_path: Path, barred: set[str]
) -> None:
    office = await open_office(database, tmp_path)
    office.market.barred = barred
    await office.put(POLL_ORDERS)
    await office.put(PUSH_INVENTORY)
    assert (await office.work())["PollOrders"] == ("waiting", "suspended")
    assert [said.code for said in office.suspended] == ["role_missing"]
