"""Orders against the stand-in, whose ledger knows what was bought: nothing is lost or doubled, whatever goes wrong."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingParcel
from orion_daemon.connectors.errors import RateLimited, Rejected, Unreachable, Unsupported, VendorError
from orion_daemon.domain.orders import decide
from tests.support.ebay_account import ebay_connector, walk
from tests.support.ebay_sandbox import Ebay, ebay_account
from tests.support.letzshop_sandbox import NOON


async def bought(ebay: Ebay) -> set[str]:
    return {one["order"] for one in await ebay.sandbox.ledger("order_placed")}


async def asked(ebay: Ebay, operation: str) -> int:
    return sum(one["operation"] == operation for one in await ebay.sandbox.ledger("request"))


async def test_a_poll_brings_what_was_bought_and_the_next_only_what_changed() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        first = await ebay.place({"sku": "MUG", "quantity": 2, "shipping": "4.90", "discount": "1.00"})
        await ebay.sandbox.advance(300)
        orders, pages = await walk(connector)
        assert [order.channel_order_id for order in orders] == [first["id"]]
        assert (orders[0].total_minor, orders[0].status) == (2970, "confirmed")
        assert decide(None, orders[0]).notices == []
        await ebay.sandbox.advance(600)
        orders, pages = await walk(connector, cursor=pages[-1].watermark)
        assert orders == []
        await ebay.control("touch", {"order": first["id"]})
        await ebay.sandbox.advance(300)
        orders, _ = await walk(connector, cursor=pages[-1].watermark)
        assert [order.channel_order_id for order in orders] == [first["id"]]


async def test_what_shows_up_two_minutes_late_is_not_missed() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item(quantity=100)
        found: set[str] = set()
        cursor = None
        for number in range(12):
            await ebay.place(visible_after=120 if number % 2 else 0)
            await ebay.sandbox.advance(37)
            orders, pages = await walk(connector, cursor=cursor)
            cursor = pages[-1].watermark
            found |= {order.channel_order_id for order in orders}
        await ebay.sandbox.advance(300)
        orders, _ = await walk(connector, cursor=cursor)
        assert found | {order.channel_order_id for order in orders} == await bought(ebay)


@pytest.mark.long
async def test_ten_thousand_orders_after_an_outage_come_within_the_quota() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item(quantity=100_000)
        start = NOON - timedelta(days=6)
        spread = {"random": 10_000, "from": start.isoformat(), "to": (NOON - timedelta(minutes=3)).isoformat()}
        await ebay.control("orders", spread)
        orders, pages = await walk(connector, since=start)
        counted = Counter(order.channel_order_id for order in orders)
        assert set(counted) == await bought(ebay)
        assert max(counted.values()) == 1
        assert len(pages) < 150
        assert await asked(ebay, "getOrders") < 200
        waited = ebay.sandbox.sandbox.core.clock.now() - NOON
        assert waited < timedelta(minutes=5)


async def test_orders_that_change_while_they_are_read_are_in_this_poll_or_the_next() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=3) as connector:
        await ebay.list_item(quantity=100)
        placed = [(await ebay.place(created_at=f"2026-03-02T10:{at:02}:00Z"))["id"] for at in range(20)]

        async def between(pages: int) -> None:
            await ebay.control("touch", {"order": placed[(pages * 7) % 20]})

        first, pages = await walk(connector, between=between)
        await ebay.sandbox.advance(300)
        second, _ = await walk(connector, cursor=pages[-1].watermark)
        assert {order.channel_order_id for order in (*first, *second)} == set(placed)


@pytest.mark.parametrize("kind", ["status", "drop", "truncated", "html", "rate_limited", "slow"])
async def test_a_walk_survives_any_fault_on_the_way_and_loses_nothing(kind: str) -> None:
    params: dict[str, Any] = {"status": {"status": 500}, "rate_limited": {"retry_after": 2}, "slow": {"delay": 1}}.get(
        kind, {}
    )
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=2) as connector:
        await ebay.list_item(quantity=100)
        for at in range(11):
            await ebay.place(created_at=f"2026-03-02T10:{at:02}:00Z")
        await ebay.sandbox.fault(kind, "getOrders", count=4, skip=1, **params)
        orders, cursor, failures = set(), None, set()
        for _ in range(100):
            try:
                page = await connector.fetch_orders("new", cursor, None)
            except VendorError as error:
                failures.add(error.family)
                continue
            orders |= {order.channel_order_id for order in page.orders}
            cursor = page.next_cursor
            if cursor is None:
                break
        assert orders == await bought(ebay)
        assert failures <= {"unreachable", "rate_limited", "malformed"}


@pytest.mark.parametrize("shape", ["repeat_order", "pages_out_of_order", "repeat_page"])
async def test_pages_of_odd_shape_bring_all_and_each_once(shape: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=3) as connector:
        await ebay.list_item(quantity=100)
        for at in range(11):
            await ebay.place(created_at=f"2026-03-02T10:{at:02}:00Z")
        await ebay.sandbox.fault(shape, "getOrders", count=3)
        orders, _ = await walk(connector)
        counted = Counter(order.channel_order_id for order in orders)
        assert set(counted) == await bought(ebay)
        assert max(counted.values()) == 1


async def test_a_request_for_cancellation_blocks_and_is_no_cancellation() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        placed = await ebay.place()
        await ebay.control("cancel/request", {"order": placed["id"]})
        await ebay.sandbox.advance(300)
        ((order,), pages) = await walk(connector)
        assert (order.status, [code for code, _ in order.problems]) == ("confirmed", ["cancellation_requested"])
        assert b"cancelRequestId" in order.payload
        await ebay.control("cancel/withdraw", {"order": placed["id"]})
        await ebay.sandbox.advance(300)
        ((order,), _) = await walk(connector, cursor=pages[-1].watermark)
        assert (order.status, order.problems) == ("confirmed", ())


@pytest.mark.parametrize("spelling", ["CANCELED", "CANCELLED"])
async def test_a_cancelled_order_keeps_its_refund(spelling: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("settings", {"cancelled": spelling}, method="PATCH")
        await ebay.list_item()
        placed = await ebay.place({"sku": "MUG", "price": "12.90"})
        await ebay.control("cancel", {"order": placed["id"]})
        await ebay.sandbox.advance(600)
        ((order,), _) = await walk(connector)
        assert (order.status, order.refunded_minor) == ("cancelled", 1290)


async def test_refunds_move_the_order_when_they_are_through() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        placed = await ebay.place({"sku": "MUG", "price": "12.90"})
        await ebay.control("refund", {"order": placed["id"], "amount": "2.90"})
        order = await connector.fetch_order(placed["id"])
        assert order is not None
        assert (order.status, order.refunded_minor) == ("confirmed", 290)
        await ebay.control("refund", {"order": placed["id"]})
        order = await connector.fetch_order(placed["id"])
        assert order is not None
        assert (order.status, order.refunded_minor) == ("refunded", 1290)


async def test_pieces_of_an_order_that_is_sent_in_part() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        placed = await ebay.place({"sku": "MUG", "quantity": 3})
        line = placed["lines"][0]["id"]
        await connector.send_parcel(OutgoingParcel("r", placed["id"], "DHL", "A1", NOON, ((line, 2),), is_final=False))
        await ebay.sandbox.advance(300)
        ((order,), _) = await walk(connector)
        assert (order.status, order.lines[0].shipped) == ("processing", 2)


@pytest.mark.parametrize("operation", ["getOrder", "getShippingFulfillments"])
async def test_an_order_that_ebay_refuses_to_show_by_itself_stops_no_other(operation: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        whole, odd = await ebay.place(), await ebay.place({"sku": "MUG", "quantity": 3})
        if operation == "getOrder":
            await ebay.control("cancel/request", {"order": odd["id"]})
        else:
            parcel = OutgoingParcel("r", odd["id"], "DHL", "A1", NOON, ((odd["lines"][0]["id"], 2),), is_final=False)
            await connector.send_parcel(parcel)
        await ebay.sandbox.advance(300)
        await ebay.sandbox.fault("status", operation, count=None, status=400)
        orders, pages = await walk(connector)
        assert [order.channel_order_id for order in orders] == [whole["id"]]
        (problem,) = [problem for page in pages for problem in page.problems]
        assert (problem.record_id, problem.code) == (odd["id"], "http_400")
        assert odd["id"].encode() in problem.payload
        assert pages[-1].watermark is not None


@pytest.mark.parametrize("site", ["EBAY_IT", "EBAY_ES"])
async def test_tax_numbers_are_fetched_where_there_are_any(site: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        tax_id = {"taxpayerId": "X1", "taxIdentifierType": "CODICE_FISCALE", "issuingCountry": "IT"}
        await ebay.place({"sku": "MUG", "purchase_site": site}, tax_id=tax_id)
        await ebay.place()
        await ebay.sandbox.advance(300)
        orders, _ = await walk(connector)
        assert sorted(b"taxpayerId" in order.payload for order in orders) == [False, True]
        assert await asked(ebay, "getOrder") == 1


async def test_the_sweep_walks_over_all_that_is_open_however_old() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=2) as connector:
        await ebay.list_item(quantity=100)
        open_ones = {
            (await ebay.place(created_at=(NOON - timedelta(days=days)).isoformat()))["id"] for days in (1, 40, 200, 600)
        }
        sent = await ebay.place(created_at=(NOON - timedelta(days=3)).isoformat())
        await ebay.control("force", {"order": sent["id"], "fulfillment": "FULFILLED"})
        orders, _ = await walk(connector, "open")
        assert {order.channel_order_id for order in orders} == open_ones


async def test_history_goes_back_to_its_time() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item(quantity=100)
        ids = {
            days: (await ebay.place(created_at=(NOON - timedelta(days=days)).isoformat()))["id"]
            for days in (1, 50, 400)
        }
        orders, pages = await walk(connector, "history", since=NOON - timedelta(days=100))
        assert {order.channel_order_id for order in orders} == {ids[1], ids[50]}
        assert pages[-1].watermark is None
        orders, _ = await walk(connector, "history")
        assert {order.channel_order_id for order in orders} == set(ids.values())


async def test_a_single_order_and_one_that_is_not_there() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        placed = await ebay.place()
        order = await connector.fetch_order(placed["id"])
        assert order is not None
        assert order.channel_order_id == placed["id"]
        assert await connector.fetch_order("11-99999-99999") is None


async def test_refunds_are_no_walk_of_their_own_and_units_are_not_answered() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        with pytest.raises(Unsupported):
            await connector.fetch_orders("refunds", None, None)
        with pytest.raises(Unsupported):
            await connector.answer_units("11-1", ())
        assert not (await connector.capabilities()).reads_refunds


async def test_a_clock_that_is_ahead_is_named() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        ahead = {"scope": "new", "at": 0, "end": int((NOON + timedelta(days=1)).timestamp() * 1000), "step": 10**15}
        ahead["at"] = int(NOON.timestamp() * 1000)
        with pytest.raises(Rejected, match="NTP") as refused:
            await connector.fetch_orders("new", str(ahead).replace("'", '"'), None)
        assert refused.value.code == "clock_ahead"


async def test_a_quota_that_is_used_up_stops_the_walk_until_midnight_in_california() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=2) as connector:
        await ebay.list_item(quantity=100)
        for at in range(9):
            await ebay.place(created_at=f"2026-03-02T10:{at:02}:00Z")
        page = await connector.fetch_orders("new", None, None)
        found = {order.channel_order_id for order in page.orders}
        await ebay.control("quotas", {"sell.fulfillment": 2}, method="PATCH")
        with pytest.raises(RateLimited) as stopped:
            await walk(connector, cursor=page.next_cursor)
        midnight = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
        assert stopped.value.retry_after == pytest.approx((midnight - NOON).total_seconds(), abs=60)
        before = await asked(ebay, "getOrders")
        with pytest.raises(RateLimited) as stopped:
            await connector.fetch_orders("new", page.next_cursor, None)
        assert (await asked(ebay, "getOrders"), stopped.value.code) == (before, "quota_spent")
        assert (await connector.read_levels(["MUG"]))[0].state == "confirmed"
        await ebay.control("quotas", {"sell.fulfillment": 100_000}, method="PATCH")
        await ebay.sandbox.advance((midnight - NOON).total_seconds() + 10)
        orders, _ = await walk(connector, cursor=page.next_cursor)
        assert found | {order.channel_order_id for order in orders} == await bought(ebay)


async def test_a_server_that_stays_away_is_unreachable() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.sandbox.fault("status", "getOrders", count=None, status=503)
        with pytest.raises(Unreachable):
            await connector.fetch_orders("new", None, None)
