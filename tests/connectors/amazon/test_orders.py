"""Walks over a seller's orders against the stand-in: the poll, what is open, outages, history, refunds, both APIs."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from orion_daemon.connectors.errors import Malformed, NotPermitted, RateLimited
from tests.support.amazon_account import Account, amazon_seller, walk

APIS = ("2026-01-01", "v0")


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with amazon_seller() as found:
        yield found


@pytest.mark.parametrize("api", APIS)
async def test_a_first_poll_brings_what_is_open_and_the_next_what_changed(account: Account, api: str) -> None:
    placed = {await account.place() for _ in range(3)}
    sent = await account.place(status="SHIPPED")
    async with account.connect(orders_api=api, overlap_seconds=0) as connector:
        first = await walk(account, connector, "new")
        assert set(first.orders) == placed
        await account.pass_time(600)
        later = await account.place()
        second = await walk(account, connector, "new", first.watermark)
    assert set(second.orders) == {later}
    assert sent not in second.orders


@pytest.mark.parametrize("api", APIS)
async def test_both_apis_say_the_same_of_an_order(account: Account, api: str) -> None:
    name = await account.place(
        {"sku": "MUG-1", "quantity": 2, "price": "19.99", "promotion": "3.00", "tax": "0"},
        {"sku": "CUP 2/B", "quantity": 1, "price": "8.50"},
        shipping="4.99",
    )
    async with account.connect(orders_api=api) as connector:
        order = await connector.fetch_order(name)
    assert order is not None
    assert (order.status, order.currency, order.problems) == ("confirmed", "EUR", ())
    assert [(line.sku, line.quantity, line.unit_price_minor, line.total_minor) for line in order.lines] == [
        ("MUG-1", 2, 1999, 3998),
        ("CUP 2/B", 1, 850, 850),
    ]
    assert (order.subtotal_minor, order.shipping_minor, order.discount_minor) == (4848, 499, 300)
    assert order.total_minor == 4848 + 499 - 300
    assert order.customer is not None
    assert order.customer.email
    assert order.customer.last_name
    assert order.shipping_address is not None
    assert order.shipping_address.city
    assert name.encode() in order.payload


@pytest.mark.parametrize("api", APIS)
async def test_an_order_looks_the_same_alone_and_in_a_list(account: Account, api: str) -> None:
    name = await account.place({"sku": "MUG-1", "quantity": 2})
    async with account.connect(orders_api=api) as connector:
        listed = (await walk(account, connector, "new")).orders[name]
        swept = (await walk(account, connector, "open")).orders[name]
        alone = await connector.fetch_order(name)
        assert alone == listed == swept
        assert await connector.fetch_order("no-such-order") is None


async def test_pages_are_followed_and_a_restart_goes_on_in_the_middle(account: Account) -> None:
    placed = {await account.place() for _ in range(7)}
    seen: set[str] = set()
    cursor: str | None = None
    for _ in range(10):
        async with account.connect(page_size=2) as connector:
            page = await connector.fetch_orders("new", cursor, None)
        assert page.resume == page.next_cursor
        seen |= {order.channel_order_id for order in page.orders}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (seen, cursor) == (placed, None)
    assert len(await account.requests("searchOrders")) == 4


@pytest.mark.parametrize("kind", ["repeat_page", "repeat_order", "pages_out_of_order"])
@pytest.mark.parametrize("api", APIS)
async def test_pages_that_come_twice_or_in_another_order_bring_the_same_orders(
    account: Account, api: str, kind: str
) -> None:
    placed = {await account.place() for _ in range(7)}
    await account.fault(kind, "searchOrders" if api != "v0" else "getOrders", count=2)
    async with account.connect(orders_api=api, page_size=2) as connector:
        assert set((await walk(account, connector, "new")).orders) == placed


async def test_a_walk_that_changes_its_api_begins_anew(account: Account) -> None:
    placed = {await account.place() for _ in range(5)}
    async with account.connect(page_size=2) as connector:
        page = await connector.fetch_orders("new", None, None)
    async with account.connect(page_size=2, orders_api="v0") as connector:
        again = await walk(account, connector, "new", page.resume)
    assert set(again.orders) == placed


async def test_a_document_that_cannot_be_read_hurts_no_other(account: Account) -> None:
    odd = await account.place(currency="XXX")
    name = await account.place()
    async with account.connect() as connector:
        found = await walk(account, connector, "new")
        with pytest.raises(Malformed) as caught:
            await connector.fetch_order(odd)
    assert set(found.orders) == {name}
    (problem,) = found.pages[0].problems
    assert (problem.record_id, problem.code) == (odd, "unusable")
    assert odd.encode() in problem.payload
    assert caught.value.payload == problem.payload


async def test_a_page_token_of_yesterday_is_not_sent_and_the_walk_begins_anew(account: Account) -> None:
    placed = {await account.place() for _ in range(5)}
    async with account.connect(page_size=2) as connector:
        page = await connector.fetch_orders("new", None, None)
        await account.pass_time(25 * 3600)
        again = await walk(account, connector, "new", page.resume)
    assert set(again.orders) == placed
    assert [entry["status"] for entry in await account.requests("searchOrders")] == [200] * 4


async def test_a_page_token_that_amazon_does_not_know_begins_the_list_anew(account: Account) -> None:
    placed = {await account.place() for _ in range(5)}
    async with account.connect(page_size=2) as connector:
        page = await connector.fetch_orders("new", None, None)
        assert page.next_cursor is not None
        spoilt = json.dumps({**json.loads(page.next_cursor), "token": "gone"})
        again = await walk(account, connector, "new", spoilt)
    assert set(again.orders) == placed


async def test_filters_that_changed_between_two_pages_begin_the_list_anew(account: Account) -> None:
    placed = {await account.place() for _ in range(5)}
    async with account.connect(page_size=2) as connector:
        page = await connector.fetch_orders("new", None, None)
    async with account.connect(page_size=3) as connector:
        again = await walk(account, connector, "new", page.resume)
    assert set(again.orders) == placed


@pytest.mark.parametrize("cursor", ["", "nonsense", '{"after":"bm9uc2Vuc2U"}', "[]", '{"token":"x"}', '{"at":"x"}'])
async def test_a_cursor_that_nobody_knows_begins_anew(account: Account, cursor: str) -> None:
    placed = {await account.place() for _ in range(2)}
    async with account.connect() as connector:
        assert set((await walk(account, connector, "new", cursor)).orders) == placed


async def test_a_change_in_the_last_two_minutes_comes_with_the_next_poll(account: Account) -> None:
    async with account.connect() as connector:
        first = await walk(account, connector, "new")
        young = await account.place(
            placed_at=account.clock.now().isoformat(), updated_at=account.clock.now().isoformat()
        )
        second = await walk(account, connector, "new", first.watermark)
        assert second.orders == {}
        await account.pass_time(300)
        third = await walk(account, connector, "new", second.watermark)
    assert set(third.orders) == {young}


async def test_the_poll_fits_into_the_quota_for_a_whole_day(account: Account) -> None:
    async with account.connect() as connector:
        cursor: str | None = None
        placed: set[str] = set()
        seen: set[str] = set()
        for number in range(288):
            if number % 12 == 0:
                placed.add(await account.place())
            found = await walk(account, connector, "new", cursor)
            seen |= set(found.orders)
            cursor = found.watermark
            await account.pass_time(300)
        seen |= set((await walk(account, connector, "new", cursor)).orders)
    assert seen == placed
    assert not [entry for entry in await account.requests("searchOrders") if entry["status"] == 429]


async def test_a_spent_quota_waits_for_its_own_grant_and_loses_nothing(account: Account) -> None:
    placed = {await account.place() for _ in range(4)}
    await account.amazon.control("quotas", {"operation": "searchOrders", "level": 0}, method="PATCH")
    async with account.connect(unlimited=True) as connector:
        with pytest.raises(RateLimited):
            await connector.fetch_orders("new", None, None)
    async with account.connect(page_size=2) as connector:
        with pytest.raises(RateLimited) as caught:
            await connector.fetch_orders("new", None, None)
        assert caught.value.retry_after == pytest.approx(1 / 0.0056, rel=0.01)
        assert set((await walk(account, connector, "new")).orders) == placed
    statuses = [entry["status"] for entry in await account.requests("searchOrders")]
    assert statuses.count(429) == 2


async def test_the_rate_that_an_answer_tells_is_kept_to(account: Account) -> None:
    await account.amazon.control("quotas", {"operation": "searchOrders", "rate": 0.02, "shown": 0.02}, method="PATCH")
    async with account.connect() as connector:
        await walk(account, connector, "new")
        assert connector.client.limiter is not None
        assert connector.client.limiter.spacing("searchOrders") == pytest.approx(50)


async def test_the_sweep_shows_only_what_is_still_to_be_sent(account: Account) -> None:
    open_ = {await account.place(), await account.place(pending=True)}
    await account.place(status="SHIPPED")
    await account.place(status="CANCELLED")
    async with account.connect() as connector:
        found = await walk(account, connector, "open")
    assert set(found.orders) == open_
    assert {order.status for order in found.orders.values()} == {"confirmed", "pending"}


@pytest.mark.parametrize("api", APIS)
async def test_after_an_outage_what_is_open_comes_first_and_the_rest_once_by_report(account: Account, api: str) -> None:
    async with account.connect(orders_api=api) as connector:
        before = await walk(account, connector, "new")
        start = account.clock.now()
        await account.pass_time(3 * 86400)
        made = {"count": 45, "from": start.isoformat(), "to": account.clock.now().isoformat(), "status": "SHIPPED"}
        await account.amazon.control("orders/many", made)
        waiting = await account.place()
        found = await walk(account, connector, "new", before.watermark)
        assert len(found.orders) == 46
        assert waiting in {order.channel_order_id for order in found.pages[0].orders}
        told = {count for name, count in found.told.items() if name != waiting}
        assert told == {1}
        await account.pass_time(300)
        later = await account.place()
        assert set((await walk(account, connector, "new", found.watermark)).orders) >= {later}
    assert len(await account.requests("createReport")) == 1


async def test_reports_end_where_the_list_of_open_orders_did_by_amazons_clock(account: Account) -> None:
    """Our own clock may be ahead; what changed between Amazon's moment and ours would be in no window."""
    async with account.connect() as connector:
        before = await walk(account, connector, "new")
        await account.pass_time(3 * 86400)
        page = await connector.fetch_orders("new", before.watermark, None)
        assert page.next_cursor is not None
        place = json.loads(page.next_cursor)
        assert place["step"] == "report"
        assert datetime.fromisoformat(place["until"]) <= account.clock.now() - timedelta(minutes=2)


async def test_orders_that_come_in_while_reports_are_read_do_not_wait_for_their_end(account: Account) -> None:
    async with account.connect() as connector:
        before = await walk(account, connector, "new")
        start = account.clock.now()
        await account.pass_time(3 * 86400)
        made = {"count": 60, "from": start.isoformat(), "to": account.clock.now().isoformat(), "status": "SHIPPED"}
        await account.amazon.control("orders/many", made)
        cursor, later, seen = before.watermark, "", dict[str, str]()
        while cursor is not None:
            try:
                page = await connector.fetch_orders("new", cursor, None)
            except RateLimited as error:
                await account.pass_time(error.retry_after or 1)
                continue
            step = json.loads(cursor).get("step", "search")
            for order in page.orders:
                seen.setdefault(order.channel_order_id, step)
            cursor = page.next_cursor
            if not later and cursor is not None and json.loads(cursor).get("at"):
                await account.pass_time(600)
                later = await account.place()
    assert seen[later] == "report"
    assert len(seen) == 61
    assert len(await account.requests("searchOrders")) <= 6


@pytest.mark.long
async def test_ten_thousand_orders_after_an_outage_come_in_within_the_quotas(account: Account) -> None:
    async with account.connect() as connector:
        before = await walk(account, connector, "new")
        start = account.clock.now()
        await account.pass_time(3 * 86400)
        made = {"count": 10_000, "from": start.isoformat(), "to": account.clock.now().isoformat()}
        await account.amazon.control("orders/many", made)
        began = account.clock.now()
        found = await walk(account, connector, "new", before.watermark)
    assert len(found.orders) == 10_000
    assert account.clock.now() - began < timedelta(hours=14)
    assert not [entry for entry in await account.requests() if entry["status"] == 429]


async def test_an_interrupted_report_goes_on_where_it_was(account: Account) -> None:
    start = account.clock.now() - timedelta(days=40)
    made = {"count": 50, "from": start.isoformat(), "to": account.clock.now().isoformat(), "status": "SHIPPED"}
    await account.amazon.control("orders/many", made)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(60):
        async with account.connect() as connector:
            try:
                page = await connector.fetch_orders("history", cursor, start - timedelta(hours=1))
            except RateLimited as error:
                await account.pass_time(error.retry_after or 1)
                continue
        seen += [order.channel_order_id for order in page.orders]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert cursor is None
    assert len(set(seen)) == 50
    assert len(await account.requests("createReport")) == 2


async def test_reports_packed_or_not_in_any_encoding_are_read(account: Account) -> None:
    start = account.clock.now() - timedelta(days=2)
    placed = {await account.place({"sku": "MUG-1", "title": "Käse — Œuf"}, status="SHIPPED") for _ in range(3)}
    for options in (
        {"report_gzip": False},
        {"report_encoding": "cp1252"},
        {"report_gzip": True, "report_encoding": "utf-8-sig"},
    ):
        await account.amazon.control("settings", options, method="PATCH")
        async with account.connect() as connector:
            assert set((await walk(account, connector, "history", None, start)).orders) == placed


async def test_without_any_order_reports_are_cancelled_and_only_the_second_says_that_there_is_nothing(
    account: Account,
) -> None:
    async with account.connect() as connector:
        found = await walk(account, connector, "history", None, account.clock.now() - timedelta(days=70))
    assert found.orders == {}
    assert len(await account.requests("createReport")) == 6


async def test_where_reports_are_refused_the_search_reads_the_past(account: Account) -> None:
    placed = {await account.place(status="SHIPPED") for _ in range(3)}
    await account.fault("status", "getReport", count=None, status=404)
    async with account.connect() as connector:
        found = await walk(account, connector, "history", None, account.clock.now() - timedelta(days=3))
    assert set(found.orders) == placed


async def test_a_refund_is_found_summed_and_told_with_its_order(account: Account) -> None:
    whole = await account.place({"sku": "MUG-1", "price": "10.00", "quantity": 1}, status="SHIPPED")
    part = await account.place({"sku": "MUG-1", "price": "10.00", "quantity": 2}, status="SHIPPED")
    await account.place(status="SHIPPED")
    await account.amazon.control("refund", {"order": whole})
    await account.amazon.control("refund", {"order": part, "amount": "5.00"})
    await account.amazon.control("refund", {"order": part, "amount": "2.50"})
    since = account.clock.now() - timedelta(hours=1)
    async with account.connect() as connector:
        assert (await walk(account, connector, "refunds", None, since)).orders == {}  # told a day late
        await account.pass_time(86400)
        found = await walk(account, connector, "refunds", None, since)
        plain = await connector.fetch_order(part)
    facts = {name: (order.status, order.refunded_minor) for name, order in found.orders.items()}
    assert facts == {whole: ("refunded", 1000), part: ("partially_refunded", 750)}
    assert plain is not None
    assert plain.content_hash() != found.orders[part].content_hash()


async def test_refunds_are_asked_for_up_to_amazon_s_own_now(account: Account) -> None:
    """An end by this machine's clock would be refused where that is ahead."""
    async with account.connect() as connector:
        await walk(account, connector, "refunds", None, account.clock.now() - timedelta(days=5))
    [asked] = await account.requests("listTransactions")
    assert set(asked["query"]) == {"postedAfter"}


async def test_many_refunds_come_page_by_page(account: Account) -> None:
    names = [await account.place(status="SHIPPED") for _ in range(23)]
    for name in names:
        await account.amazon.control("refund", {"order": name, "amount": "1.00"})
    await account.pass_time(2 * 86400)
    async with account.connect() as connector:
        found = await walk(account, connector, "refunds", None, account.clock.now() - timedelta(days=5))
    assert set(found.orders) == set(names)
    assert [len(page.orders) for page in found.pages] == [20, 3]
    assert set(found.told.values()) == {1}


async def test_an_application_without_the_finance_role_is_told_and_goes_on(account: Account) -> None:
    await account.amazon.control("applications", {"roles": ["inventory-and-order-tracking"]}, method="PATCH")
    name = await account.place()
    async with account.connect() as connector:
        found = await walk(account, connector, "refunds", None, account.clock.now() - timedelta(days=1))
        (problem,) = found.pages[0].problems
        assert (problem.code, found.orders) == ("role_missing", {})
        assert "Finance" in problem.message
        assert name in (await walk(account, connector, "new")).orders


async def test_people_are_missing_where_the_application_may_not_see_them(account: Account) -> None:
    await account.amazon.control("applications", {"roles": ["inventory-and-order-tracking"]}, method="PATCH")
    name = await account.place()
    for api in APIS:
        async with account.connect(orders_api=api) as connector:
            order = (await walk(account, connector, "new")).orders[name]
        assert order.customer is None
        assert order.shipping_address is None or order.shipping_address.last_name is None
    assert len(await account.requests("createRestrictedDataToken")) <= 2


async def test_one_restricted_token_is_good_for_all_orders_of_the_old_api(account: Account) -> None:
    placed = {await account.place() for _ in range(5)}
    async with account.connect(orders_api="v0") as connector:
        assert set((await walk(account, connector, "new")).orders) == placed
    assert len(await account.requests("createRestrictedDataToken")) == 1


async def test_the_seller_whom_the_new_api_refuses_is_served_by_the_old_one(account: Account) -> None:
    name = await account.place()
    await account.amazon.control("sellers", {"denied": ["searchOrders", "orders_2026-01-01.getOrder"]}, method="PATCH")
    async with account.connect() as connector:
        with pytest.raises(NotPermitted) as caught:
            await connector.fetch_orders("new", None, None)
        assert caught.value.code == "role_missing"
        assert "Inventory and Order Tracking" in caught.value.message
    async with account.connect(orders_api="v0") as connector:
        assert name in (await walk(account, connector, "new")).orders


@pytest.mark.parametrize("api", APIS)
async def test_an_order_of_a_report_that_amazon_refuses_to_show_stops_no_other(account: Account, api: str) -> None:
    """A report also lists orders from elsewhere that Amazon sends; a walk that dies at one would never get past it."""
    start = account.clock.now() - timedelta(hours=1)
    placed = {await account.place(status="SHIPPED") for _ in range(3)}
    await account.pass_time(2 * 86400)
    await account.fault("status", "getOrder", count=1, status=400)
    async with account.connect(orders_api=api) as connector:
        found = await walk(account, connector, "history", None, start)
    problems = [problem for page in found.pages for problem in page.problems]
    assert len(set(found.orders) & placed) == 2
    assert [problem.code for problem in problems] == ["http_400"]
    assert {problem.record_id for problem in problems} | set(found.orders) == placed


async def test_an_old_order_whose_items_amazon_refuses_to_show_stops_no_other(account: Account) -> None:
    placed = {await account.place() for _ in range(3)}
    await account.fault("status", "getOrderItems", count=1, status=400)
    async with account.connect(orders_api="v0") as connector:
        found = await walk(account, connector, "new")
    (problem,) = found.pages[0].problems
    assert problem.code == "http_400"
    assert {problem.record_id} | set(found.orders) == placed


async def test_a_refund_of_an_order_that_amazon_refuses_to_show_stops_no_other(account: Account) -> None:
    names = [await account.place(status="SHIPPED") for _ in range(2)]
    for name in names:
        await account.amazon.control("refund", {"order": name, "amount": "1.00"})
    await account.pass_time(3 * 86400)
    await account.fault("status", "getOrder", count=1, status=400)
    async with account.connect() as connector:
        found = await walk(account, connector, "refunds", None, account.clock.now() - timedelta(days=5))
    (problem,) = found.pages[0].problems
    assert {problem.record_id} | set(found.orders) == set(names)
