"""A sale from the merchant's feed to the channel, on both databases: before it, while it lasts, and after it.

Nobody touches the product: the clock moves, the schedule ticks, the housekeeper sweeps, the account pushes.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from orion_daemon.actors.handlers import inventory as handlers
from orion_daemon.actors.housekeeper import Housekeeper
from orion_daemon.connectors.base import Capabilities
from orion_daemon.db.database import Database
from orion_daemon.jobs import leases
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import schedule
from orion_daemon.services.schedule import HOUSEKEEPER, ScheduleDeclaration
from tests.integration.actors.test_inventory_handlers import CALLS, FEED, Market
from tests.support.imports import mugs, open_importing, write_feed
from tests.support.listing import Desk, Listing, a_job, open_desk, rows_of
from tests.support.stores import NOW

COLUMNS = ("id", "title", "price", "sale_price", "sale_price_effective_date", "quantity")
BEGIN, END = NOW + timedelta(hours=10), NOW + timedelta(hours=40)
SKU = "SKU-00000"


async def open_shop(database: Database, folder: Path, can: Capabilities) -> tuple[Desk, Market]:
    """A shop whose feed tells of a sale to come; its products are adopted, with the feed's stock."""
    shop = await open_importing(
        database, folder / "imports", clock=ManualClock(NOW), adopt="all", stock_from_catalog=True
    )
    dates = f"{BEGIN.isoformat()}/{END.isoformat()}"
    [mug] = mugs(1, price="12.90 EUR", sale_price="9.90 EUR", sale_price_effective_date=dates, quantity="5")
    row = await shop.take(write_feed(folder / "en.csv", [mug], COLUMNS))
    assert (row["state"], row["created"], row["warnings"]) == ("completed", 1, 0)
    channel, market = await shop.channel(), Market(can)
    listing = Listing(database, channel["store_id"], channel["id"], 0)
    await leases.register(database, "p1", "here", NOW, ttl=timedelta(days=9), alone=True)
    daily = ScheduleDeclaration("sale_sweep", "300s", "UTC", is_enabled=True)
    await schedule.apply_declared(database, [daily], NOW)
    return await open_desk(listing, market, folder), market


async def tick(desk: Desk, now: datetime) -> None:
    """The clock stands at `now`, the schedule ticks, and the housekeeper does what that put."""
    db, clock = desk.account.db, desk.clock
    await clock.advance((now - clock.now()).total_seconds())
    [row] = await schedule.enabled(db)
    await schedule.plan(db, row, now)
    assert await schedule.tick(db, row["id"], now, now, now + timedelta(minutes=5)) == 1
    parts = replace(desk.account.parts, keep_done=timedelta(days=9))
    housekeeper = Housekeeper(HOUSEKEEPER, parts, Dispatcher(cast("Bus", db.bus), lambda *_: None))
    await housekeeper.receive("main", "nudge")
    await housekeeper.on_passivate()


async def pushes(database: Database) -> int:
    """Take the pushes that wait; returns how many."""
    async with database.transaction() as tx:
        return await tx.execute("DELETE FROM jobs WHERE kind = 'PushInventory' AND state = 'waiting'")


async def told(desk: Desk, market: Market) -> tuple[str, str]:
    """What the channel knows after a push: the price, and the sale price where the channel reads a feed."""
    await handlers.push(desk.account, a_job("PushInventory"), Nothing())
    if market.can.stock == "call":
        assert market.held[SKU][0] == 5
        return str(market.held[SKU][1]), ""
    row = rows_of(desk.feeds / "demo" / "letzshop" / "en.csv")[SKU]
    assert bool(row["sale_price"]) == bool(row["sale_price_effective_date"])
    return row["price"], row["sale_price"]


@pytest.mark.parametrize(
    ("can", "regular", "reduced"),
    [(CALLS, ("1290", ""), ("990", "")), (FEED, ("12.90", ""), ("12.90", "9.90"))],
    ids=["by call", "by feed"],
)
async def test_a_sale_begins_and_ends_at_the_channel_by_the_clock_alone(
    database: Database, tmp_path: Path, can: Capabilities, regular: tuple[str, str], reduced: tuple[str, str]
) -> None:
    desk, market = await open_shop(database, tmp_path, can)
    assert await pushes(database) == 1
    assert await told(desk, market) == regular
    second = timedelta(seconds=1)
    steps = [
        (BEGIN - second, 0, regular),
        (BEGIN, 1, reduced),
        (BEGIN + second, 0, reduced),
        (END - second, 0, reduced),
        (END + timedelta(hours=5), 1, regular),  # nobody was there at the very moment
        (END + timedelta(hours=6), 0, regular),
    ]
    for now, put, expected in steps:
        await tick(desk, now)
        assert (now, await pushes(database)) == (now, put)
        assert (now, await told(desk, market)) == (now, expected)
    states = {row["state"] for row in await database.fetch("SELECT state FROM offers")}
    assert states == {"synced" if can is CALLS else "sent"}
    assert {row["state"] for row in await database.fetch("SELECT state FROM jobs WHERE kind = 'SweepSales'")} == {
        "done"
    }
