"""Ten thousand orders that came while Orion was away, polled into the database within the vendor's own quotas.

Time is simulated: whoever waits moves it for Orion and the stand-in alike. What a poll may not do yet it puts off and
goes on with, as its job does; the stand-in's ledger says what was to be found, and that no call was one too many.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.handlers import orders as handlers
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.errors import RateLimited
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.runtime.clock import Clock
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.amazon_account import amazon_seller
from tests.support.ebay_account import SharedClock, ebay_connector
from tests.support.ebay_sandbox import ebay_account
from tests.support.letzshop_sandbox import SandboxHandle
from tests.support.listing import Desk, a_job, open_desk, open_listing

AWAY = timedelta(days=3)
ORDERS = 10_000


@dataclass
class World:
    """A connector with the published quotas, and what happens at its vendor. `many(from, to)` lets people order."""

    marketplace: str
    connector: MarketplaceConnector
    clock: Clock
    sandbox: SandboxHandle
    wait: Callable[[float], Awaitable[object]]
    many: Callable[[datetime, datetime], Awaitable[object]]


@asynccontextmanager
async def amazon() -> AsyncIterator[World]:
    async with amazon_seller() as account, account.connect() as connector:

        async def many(start: datetime, end: datetime) -> None:
            await account.amazon.control(
                "orders/many", {"count": ORDERS, "from": start.isoformat(), "to": end.isoformat()}
            )

        sandbox = account.amazon.sandbox
        yield World("amazon", connector, account.clock, sandbox, account.pass_time, many)


@asynccontextmanager
async def ebay() -> AsyncIterator[World]:
    async with ebay_account() as shop, ebay_connector(shop) as connector:
        await shop.list_item(quantity=100_000)

        async def many(start: datetime, end: datetime) -> None:
            spread = {"random": ORDERS, "from": start.isoformat(), "to": (end - timedelta(minutes=3)).isoformat()}
            await shop.control("orders", spread)

        yield World(
            "ebay", connector, SharedClock(shop.sandbox.sandbox.core.clock), shop.sandbox, shop.sandbox.advance, many
        )


async def polled(desk: Desk, world: World) -> int:
    """Poll to the end; how often it was put off."""
    for times in range(2000):
        try:
            await handlers.poll(desk.account, a_job("PollOrders"), Nothing())
        except RateLimited as error:
            await world.wait(max(error.retry_after or 0.0, 1.0))
        else:
            return times
    raise AssertionError("the poll does not end")


@pytest.mark.long
@pytest.mark.parametrize("make", [amazon, ebay])
async def test_what_came_in_an_outage_is_all_there_once_and_no_call_was_one_too_many(
    database: Database, tmp_path: Path, make: Callable[[], Any]
) -> None:
    async with make() as world:
        listing = await open_listing(database, channel=ChannelDeclaration(world.marketplace, allows_mutations=True))
        desk = await open_desk(listing, world.connector, tmp_path, clock=world.clock)
        await polled(desk, world)
        start = world.clock.now()
        await world.wait(AWAY.total_seconds())
        await world.many(start, world.clock.now())
        began = world.clock.now()
        await polled(desk, world)
        placed = {entry["order"] for entry in await world.sandbox.ledger("order_placed")}
        rows = await database.fetch("SELECT channel_order_id FROM orders")
        found = [row["channel_order_id"] for row in rows]
        assert len(found) == len(set(found)) == ORDERS
        assert set(found) == placed
        assert world.clock.now() - began < timedelta(hours=14)
        requests = await world.sandbox.ledger("request")
        assert len(requests) > ORDERS // 200
        assert [entry for entry in requests if entry.get("status") == 429] == []
        assert await world.sandbox.ledger("quota_exceeded") == []
        lines = await database.fetch_value("SELECT count(*) FROM order_items")
        assert lines >= ORDERS
        await polled(desk, world)
        assert await database.fetch_value("SELECT count(*) FROM orders") == ORDERS
