"""Walks over a marketplace's orders, on both databases: they end, miss nothing for good, and one order stops none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.handlers import orders as handlers
from orion_daemon.connectors.base import Capabilities, OrderPage, OrderScope
from orion_daemon.connectors.errors import Malformed, RateLimited, Unreachable
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.jobs.kinds import KINDS, Nothing
from orion_daemon.services.personal import reveal
from tests.support.amazon_account import LeapClock
from tests.support.listing import Desk, a_job, capabilities, open_desk, open_listing
from tests.support.orders import line, order


@dataclass
class Market:
    """Pages by scope: orders and the next cursor. `single`: what it says of one order; an error is raised."""

    pages: dict[str, list[tuple[Sequence[IncomingOrder], str | None]]] = field(default_factory=dict)
    single: dict[str, IncomingOrder | Exception | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    begun: list[tuple[str | None, datetime | None]] = field(default_factory=list)  # what each page was asked with
    can: Capabilities = field(default_factory=capabilities)
    resumes: bool = False
    breaks_before: str = ""  # a cursor at which the line is dead
    waits: dict[str, list[RateLimited]] = field(default_factory=dict)  # by cursor, or name of a single order
    known_form = ""

    async def capabilities(self) -> Capabilities:
        return self.can

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        if self.breaks_before and cursor == self.breaks_before:
            raise Unreachable("the line is dead")
        self._wait(cursor or "")
        self.calls.append(scope)
        self.begun.append((cursor, since))
        found, following = self.pages[scope].pop(0)
        watermark = "mark" if following is None else None
        return OrderPage(tuple(found), following, watermark, resume=following if self.resumes else None)

    def _wait(self, what: str) -> None:
        if self.waits.get(what):
            error, *self.waits[what] = self.waits[what]
            raise error

    async def fetch_order(self, name: str) -> IncomingOrder | None:
        self._wait(name)
        self.calls.append(name)
        found = self.single[name]
        if isinstance(found, Exception):
            raise found
        return found


async def desk_of(database: Database, folder: Path, market: Market, **settings: Any) -> Desk:
    listing = await open_listing(database)
    await listing.sell({"MUG": 10})
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET settings_json = $1 WHERE id = $2", settings, listing.channel_id)
        await tx.execute(
            "UPDATE channels SET allows_mutations = $1 WHERE id = $2", not settings.get("reads"), listing.channel_id
        )
    return await open_desk(listing, market, folder)


async def poll(desk: Desk) -> Any:
    return await handlers.poll(desk.account, a_job("PollOrders"), Nothing())


async def reconcile(desk: Desk) -> Any:
    await desk.clock.advance(3600.0)
    return await handlers.reconcile(desk.account, a_job("ReconcileOrders"), Nothing())


async def statuses(desk: Desk) -> dict[str, str]:
    rows = await desk.account.db.fetch("SELECT channel_order_id, status FROM orders ORDER BY id")
    return {row["channel_order_id"]: row["status"] for row in rows}


async def reserved(desk: Desk) -> int:
    found: int = await desk.account.db.fetch_value("SELECT SUM(reserved) AS n FROM inventory_entries")
    return int(found)


def an_order(name: str, status: str = "pending") -> IncomingOrder:
    return order(name, line("MUG", 2), status=status)


async def test_a_vendor_whose_pages_lead_in_a_circle_is_told_from_one_with_many(
    database: Database, tmp_path: Path
) -> None:
    market = Market({"new": [([an_order("1")], "a"), *[([], cursor) for cursor in "bababa"]]})
    desk = await desk_of(database, tmp_path, market)
    with pytest.raises(Malformed, match="circle"):
        await poll(desk)
    assert await statuses(desk) == {"1": "pending"}
    assert len(market.calls) == 7


def test_a_poll_after_an_outage_has_time_for_all_that_waits() -> None:
    kind = KINDS.find("PollOrders")
    assert kind is not None
    assert kind.time_limit >= timedelta(hours=1)  # 100,000 orders in pages of 50, a call a second


@pytest.mark.parametrize("reads", [False, True])
async def test_a_rule_that_cannot_be_followed_does_not_stop_the_poll(
    database: Database, tmp_path: Path, reads: bool
) -> None:
    market = Market({"new": [([an_order("1")], "2"), ([an_order("2")], None)]})
    desk = await desk_of(database, tmp_path, market, confirm="auto_if_in_stock", reads=reads)
    await poll(desk)
    assert await statuses(desk) == dict.fromkeys("12", "pending" if reads else "confirmed")
    assert "orders_polled" in desk.observed


async def test_the_rule_answers_nobody_who_did_not_ask(database: Database, tmp_path: Path) -> None:
    """Where a channel wants no answer, what is pending is not paid for: to confirm it would send it unpaid."""
    can = capabilities(answers_units=False, statuses=frozenset({"cancelled"}))
    market = Market({"new": [([an_order("1")], None)]}, can=can)
    desk = await desk_of(database, tmp_path, market, confirm="auto_if_in_stock")
    await poll(desk)
    assert await statuses(desk) == {"1": "pending"}
    assert await reserved(desk) == 2


async def test_the_sweep_asks_for_open_orders_that_its_pages_did_not_show(database: Database, tmp_path: Path) -> None:
    """The list of open orders shows no order that was cancelled while a page shifted under the poll."""
    market = Market(
        {"new": [([an_order("1"), an_order("2"), an_order("3")], None)], "open": [([an_order("2")], None)]},
        single={"1": an_order("1", "cancelled"), "3": an_order("3")},
    )
    desk = await desk_of(database, tmp_path, market)
    await poll(desk)
    assert await reserved(desk) == 6
    await reconcile(desk)
    assert market.calls == ["new", "open", "3", "1"]
    assert await statuses(desk) == {"1": "cancelled", "2": "pending", "3": "pending"}
    assert await reserved(desk) == 4


async def test_an_order_that_vanished_from_the_channel_is_shown_and_hurts_no_other(
    database: Database, tmp_path: Path
) -> None:
    page: list[tuple[Sequence[IncomingOrder], str | None]] = [([], None), ([], None)]
    market = Market(
        {"new": [([an_order("1"), an_order("2"), an_order("3")], None)], "open": page},
        single={"1": None, "2": Malformed("cannot be read", payload=b"torn"), "3": an_order("3", "cancelled")},
    )
    desk = await desk_of(database, tmp_path, market)
    await poll(desk)
    await reconcile(desk)
    await reconcile(desk)
    assert await statuses(desk) == {"1": "pending", "2": "pending", "3": "cancelled"}
    alerts = [event for event in database.bus.events if type(event).__name__ == "AlertRaised"]  # type: ignore[attr-defined]
    assert [(alert.code, alert.message.split(":")[0]) for alert in alerts] == [
        ("malformed", "Order 2"),
        ("order_vanished", "Order 1"),
    ]
    kept = await database.fetch("SELECT id, record_id, times_seen FROM record_problems ORDER BY record_id")
    assert [(row["record_id"], row["times_seen"]) for row in kept] == [("1", 2), ("2", 2)]
    shown = await reveal(database, record_ids=[row["id"] for row in kept], actor="ann", now=desk.clock.now())
    assert shown.records == {kept[1]["id"]: b"torn"}


async def test_a_sweep_that_cannot_ask_is_tried_again(database: Database, tmp_path: Path) -> None:
    market = Market({"new": [([an_order("1")], None)], "open": [([], None)]}, single={"1": Unreachable("no answer")})
    desk = await desk_of(database, tmp_path, market)
    await poll(desk)
    with pytest.raises(Unreachable):
        await reconcile(desk)


async def test_a_sweep_of_more_pages_than_are_granted_at_once_waits_and_ends(
    database: Database, tmp_path: Path
) -> None:
    """It keeps no place: begun anew at each wait it would read its first pages for ever."""
    slowly = RateLimited("the next call in 179 s", retry_after=179.0)
    market = Market(
        {
            "new": [([an_order(name)], None) for name in "7"],
            "open": [([an_order("1")], "p2"), ([an_order("2")], "p3"), ([an_order("3")], None)],
            "refunds": [([], None)],
        },
        single={"7": an_order("7")},
        waits={"p2": [slowly, slowly], "p3": [slowly], "7": [slowly]},
        can=capabilities(reads_refunds=True),
    )
    desk = await desk_of(database, tmp_path, market)
    await poll(desk)
    await desk.clock.advance(3600.0)
    clock = LeapClock(desk.clock.now())
    account = replace(desk.account, parts=replace(desk.account.parts, clock=clock))
    await handlers.reconcile(account, a_job("ReconcileOrders"), Nothing())
    assert market.calls == ["new", "open", "open", "open", "7", "refunds"]
    assert len(clock.slept) == 4
    assert min(clock.slept) > 179 * 1.2  # a poll that waits for the same grant, put off by a fifth at most, goes first


@pytest.mark.parametrize(
    "waits", [{"": [RateLimited("soon", retry_after=10.0)]}, {"p2": [RateLimited("later", retry_after=7200.0)]}]
)
async def test_a_sweep_that_may_not_begin_yet_or_would_wait_for_hours_is_put_off(
    database: Database, tmp_path: Path, waits: dict[str, list[RateLimited]]
) -> None:
    market = Market({"open": [([], "p2"), ([], None)]}, waits=dict(waits))
    desk = await desk_of(database, tmp_path, market)
    with pytest.raises(RateLimited):
        await reconcile(desk)


async def test_an_order_that_came_during_the_sweep_is_not_asked_for(database: Database, tmp_path: Path) -> None:
    market = Market({"new": [([an_order("1")], None)], "open": [([], None)]})
    desk = await desk_of(database, tmp_path, market)
    walked = market.fetch_orders

    async def meanwhile(scope: OrderScope, *more: Any) -> OrderPage:
        if scope == "open":
            await poll(desk)
        return await walked(scope, *more)

    market.fetch_orders = meanwhile  # type: ignore[method-assign]
    await reconcile(desk)
    assert market.calls == ["new", "open"]


@pytest.mark.parametrize("resumes", [True, False])
async def test_a_poll_that_was_interrupted_goes_on_where_the_channel_says_so(
    database: Database, tmp_path: Path, resumes: bool
) -> None:
    market = Market({"new": [([an_order("1")], "p2"), ([an_order("2")], None)]}, resumes=resumes, breaks_before="p2")
    desk = await desk_of(database, tmp_path, market)
    with pytest.raises(Unreachable):
        await poll(desk)
    assert await statuses(desk) == {"1": "pending"}
    market.breaks_before = ""
    await poll(desk)
    assert [cursor for cursor, _ in market.begun] == [None, "p2" if resumes else None]
    row = await desk.account.db.fetch_one("SELECT order_cursor, orders_polled_at FROM channels")
    assert row is not None
    assert row["order_cursor"] == "mark"
    assert row["orders_polled_at"] is not None


async def test_the_sweep_reads_refunds_since_some_days_before_the_last_one(database: Database, tmp_path: Path) -> None:
    refunded = order("1", line("MUG", 2), status="partially_refunded", refunded_minor=100)
    nothing: list[tuple[Sequence[IncomingOrder], str | None]] = [([], None)]
    market = Market(
        {"new": [([an_order("1", "shipped")], None)], "open": nothing * 2, "refunds": [([refunded], None), ([], None)]},
        can=capabilities(reads_refunds=True),
    )
    desk = await desk_of(database, tmp_path, market)
    await poll(desk)
    await reconcile(desk)
    assert await statuses(desk) == {"1": "partially_refunded"}
    assert market.calls == ["new", "open", "refunds"]
    first = desk.clock.now()
    await reconcile(desk)
    days = timedelta(days=5)
    assert [since for _, since in market.begun if since is not None] == [first - days, first - days]
