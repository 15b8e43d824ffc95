"""What is told to Amazon: parcels, stock, prices, cancellations; each held against the stand-in's ledger."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from orion_daemon.connectors.amazon.connector import AmazonConnector
from orion_daemon.connectors.base import LevelResult, LevelsTold, OutgoingLevel, OutgoingParcel, UnitAnswer
from orion_daemon.connectors.errors import (
    MutationsForbidden,
    NotPermitted,
    RateLimited,
    Rejected,
    Unreachable,
    Unsupported,
    VendorError,
)
from orion_daemon.domain.incoming import IncomingOrder
from tests.support.amazon_account import Account, amazon_seller, walk
from tests.support.amazon_sandbox import DE, FR

APIS = ("2026-01-01", "v0")
FAULTS = [
    {"kind": kind, "when": when}
    for kind in ("drop", "html", "truncated", "status", "errors")
    for when in ("before", "after")
]


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with amazon_seller() as found:
        yield found


def parcel(order: IncomingOrder, number: int = 1, *pieces: int, **options: Any) -> OutgoingParcel:
    counts = pieces or tuple(line.quantity for line in order.lines)
    lines = tuple((line.line_key, count) for line, count in zip(order.lines, counts, strict=True) if count)
    facts: dict[str, Any] = {"carrier": "DHL Paket", "tracking_number": f"JD{number}", "is_final": True, **options}
    return OutgoingParcel(
        reference=f"ref-{number}",
        channel_order_id=order.channel_order_id,
        shipped_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
        lines=lines,
        number=number,
        **facts,
    )


async def until_it_holds(call: Any) -> None:
    """Call again after each trouble, as jobs do."""
    for _ in range(5):
        try:
            await call()
        except Rejected:
            raise
        except VendorError:
            continue
        return
    raise AssertionError("it never held")


async def packages(account: Account, name: str) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = await account.amazon.control("shipments")
    return found.get(name, [])


async def order_of(connector: AmazonConnector, name: str) -> IncomingOrder:
    order = await connector.fetch_order(name)
    assert order is not None
    return order


# -- parcels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", APIS)
async def test_parcels_are_told_one_by_one_and_the_order_follows(account: Account, api: str) -> None:
    name = await account.place({"sku": "MUG-1", "quantity": 3}, {"sku": "CUP 2/B", "quantity": 1}, marketplace=FR)
    async with account.connect(orders_api=api) as connector:
        order = await order_of(connector, name)
        await connector.send_parcel(parcel(order, 1, 2, 0, is_final=False))
        half = await order_of(connector, name)
        assert (half.status, [line.shipped for line in half.lines]) == ("processing", [2, 0])
        await connector.send_parcel(parcel(order, 2, 1, 1, carrier="POST Luxembourg"))
        whole = await order_of(connector, name)
        assert (whole.status, [line.shipped for line in whole.lines]) == ("shipped", [3, 1])
        await account.amazon.control("packages", {"order": name, "status": "DELIVERED"})
        done = await order_of(connector, name)
    assert done.status == ("delivered" if api == "2026-01-01" else "shipped")
    assert [(one["reference"], one["carrier"], one["tracking"]) for one in await packages(account, name)] == [
        ("1", "DHL", "JD1"),
        ("2", "POST Luxembourg", "JD2"),
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['kind']}-{fault['when']}")
async def test_a_parcel_arrives_exactly_once_through_trouble(account: Account, fault: dict[str, Any]) -> None:
    name = await account.place({"sku": "MUG-1", "quantity": 2})
    async with account.connect() as connector:
        order = await order_of(connector, name)
        await account.fault(operation="confirmShipment", count=3, **fault)
        await until_it_holds(lambda: connector.send_parcel(parcel(order)))
        await connector.send_parcel(parcel(order))
    (sent,) = await packages(account, name)
    assert (sent["tracking"], sent["lines"]) == ("JD1", {order.lines[0].line_key: 2})
    told = await account.amazon.ledger("shipment_confirmed")
    assert [entry["same"] for entry in told[1:]] == [True] * (len(told) - 1)


async def test_a_corrected_number_edits_the_parcel(account: Account) -> None:
    name = await account.place()
    async with account.connect() as connector:
        order = await order_of(connector, name)
        await connector.send_parcel(parcel(order))
        await connector.send_parcel(parcel(order, tracking_number="CORRECTED"))
    assert [one["tracking"] for one in await packages(account, name)] == ["CORRECTED"]


async def test_a_carrier_code_that_amazon_refuses_is_told_by_its_name(account: Account) -> None:
    name = await account.place()
    await account.fault(
        "status", "confirmShipment", status=400, code="InvalidInput", message="Invalid carrierCode.", count=1
    )
    async with account.connect() as connector:
        await connector.send_parcel(parcel(await order_of(connector, name), carrier="dpd"))
    assert [one["carrier"] for one in await packages(account, name)] == ["dpd"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"tracking_number": " "}, "tracking_number_needed"),
        ({"carrier": ""}, "carrier_needed"),
        ({"channel_order_id": "no-such-order"}, "not_found"),
    ],
)
async def test_what_amazon_cannot_take_is_refused_with_a_reason(
    account: Account, facts: dict[str, Any], code: str
) -> None:
    name = await account.place()
    async with account.connect() as connector:
        order = await order_of(connector, name)
        whole = parcel(order)
        said = {field: getattr(whole, field) for field in whole.__slots__} | facts
        with pytest.raises(Rejected) as caught:
            await connector.send_parcel(OutgoingParcel(**said))
    assert caught.value.code == code
    assert await account.requests("confirmShipment") == []


async def test_an_order_of_amazons_warehouse_has_nothing_to_be_sent(account: Account) -> None:
    name = await account.place({"sku": "FBA-3", "quantity": 2}, fba=True, status="UNSHIPPED")
    async with account.connect() as connector:
        order = await order_of(connector, name)
        assert (order.status, order.lines[0].shipped) == ("confirmed", 2)
        with pytest.raises(Rejected) as caught:
            await connector.send_parcel(parcel(order))
        assert caught.value.code == "fulfilled_by_amazon"
        with pytest.raises(Rejected) as caught:
            await connector.send_status(name, "cancelled")
        assert caught.value.code == "fulfilled_by_amazon"


# -- cancelling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", APIS)
async def test_an_order_is_cancelled_once_however_often_it_is_said(account: Account, api: str) -> None:
    name = await account.place({"sku": "MUG-1", "quantity": 2})
    async with account.connect(orders_api=api) as connector:
        await connector.send_status(name, "cancelled")
        await connector.send_status(name, "cancelled")
        assert (await order_of(connector, name)).status == "cancelled"
    assert len(await account.amazon.ledger("order_cancelled")) == 1
    assert len(await account.requests("createFeed")) == 1


async def test_the_buyers_wish_blocks_and_gives_the_reason(account: Account) -> None:
    name = await account.place()
    await account.amazon.control("cancel/request", {"order": name, "reason": "ORDERED_BY_MISTAKE"})
    async with account.connect() as connector:
        order = await order_of(connector, name)
        assert (order.status, [code for code, _ in order.problems]) == ("confirmed", ["cancellation_requested"])
        await connector.send_status(name, "cancelled")
        after = await order_of(connector, name)
    assert (after.status, after.problems, after.lines[0].cancelled) == ("cancelled", (), 1)
    (entry,) = await account.amazon.ledger("order_cancelled")
    assert entry["reason"] == "BuyerCanceled"


@pytest.mark.parametrize("operation", ["createFeedDocument", "uploadDocument", "createFeed", "getFeed"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_cancellation_holds_through_trouble(account: Account, operation: str, when: str) -> None:
    name = await account.place()
    await account.fault("drop", operation, when=when)
    async with account.connect() as connector:
        await until_it_holds(lambda: connector.send_status(name, "cancelled"))
        assert (await order_of(connector, name)).status == "cancelled"
    assert len(await account.amazon.ledger("order_cancelled")) == 1


async def test_what_has_left_cannot_be_cancelled_and_what_amazon_refuses_is_told(account: Account) -> None:
    sent = await account.place(status="SHIPPED")
    async with account.connect() as connector:
        with pytest.raises(Rejected) as caught:
            await connector.send_status(sent, "cancelled")
        assert caught.value.code == "already_sent"
        with pytest.raises(Unsupported):
            await connector.send_status(sent, "shipped")


async def test_a_cancellation_that_takes_long_is_looked_after_without_cost_and_without_a_second_feed(
    account: Account,
) -> None:
    name = await account.place()
    await account.amazon.control("settings", {"feed_delay": 1800}, method="PATCH")
    waits: list[tuple[str, float | None]] = []
    async with account.connect() as connector:
        for _ in range(20):
            try:
                await connector.send_status(name, "cancelled")
            except RateLimited as error:
                waits.append((error.code, error.retry_after))
                await account.pass_time(error.retry_after or 0)
            else:
                break
        assert (await order_of(connector, name)).status == "cancelled"
    assert set(waits) == {("feed_pending", 60.0)}
    assert len(await account.requests("createFeed")) == 1


async def test_a_cancellation_that_never_ends_costs_attempts_in_the_end(account: Account) -> None:
    name = await account.place()
    await account.amazon.control("settings", {"feed_delay": 1_000_000}, method="PATCH")
    async with account.connect() as connector:
        with pytest.raises(RateLimited):
            await connector.send_status(name, "cancelled")
        await account.pass_time(3600)
        with pytest.raises(Unreachable) as caught:
            await connector.send_status(name, "cancelled")
    assert caught.value.code == "feed_pending"


# -- stock and prices -------------------------------------------------------------------------------------------------


async def attributes(account: Account, sku: str) -> dict[str, Any]:
    (found,) = await account.amazon.control(f"listings?sku={sku.replace(' ', '%20').replace('/', '%2F')}")
    held: dict[str, Any] = found["attributes"]
    return held


async def test_levels_are_accepted_then_true_and_nothing_beside_them_is_touched(account: Account) -> None:
    before = await attributes(account, "CUP 2/B")
    business = {
        "marketplace_id": DE,
        "currency": "EUR",
        "audience": "B2B",
        "our_price": [{"schedule": [{"value_with_tax": 7}]}],
    }
    offers = [{**offer, "discounted_price": "kept"} for offer in before["purchasable_offer"]] + [business]
    spec = {"sku": "CUP 2/B", "price": "8.50", "quantity": 5, "attributes": {"purchasable_offer": offers}}
    await account.amazon.control("listings", {"listings": [spec]})
    async with account.connect() as connector:
        (result,) = await connector.push_levels([OutgoingLevel("CUP 2/B", 3, 925, "EUR")])
        assert result == LevelResult("CUP 2/B", "accepted", 3, 925)
        assert await connector.read_levels(["CUP 2/B"]) == (LevelResult("CUP 2/B", "confirmed", 5, 850),)
        await account.pass_time(120)
        assert await connector.read_levels(["CUP 2/B", "NOT-THERE"]) == (LevelResult("CUP 2/B", "confirmed", 3, 925),)
    held = await attributes(account, "CUP 2/B")
    (stock,) = held["fulfillment_availability"]
    assert stock == {"fulfillment_channel_code": "DEFAULT", "quantity": 3, "lead_time_to_ship_max_days": 2}
    assert len(held["purchasable_offer"]) == len(offers)
    assert business in held["purchasable_offer"]
    assert {offer.get("discounted_price") for offer in held["purchasable_offer"] if offer != business} == {"kept"}


async def test_what_cannot_be_set_is_refused_with_its_reason(account: Account) -> None:
    levels = [
        OutgoingLevel("FBA-3", 1, None, "EUR"),
        OutgoingLevel("NOT-THERE", 1, None, "EUR"),
        OutgoingLevel("MUG-1", None, 100, "SEK"),
        OutgoingLevel("CUP 2/B", None, 0, "EUR"),
        OutgoingLevel("MUG-1", 4, None, "EUR"),
    ]
    async with account.connect() as connector:
        results = [(await connector.push_levels([level]))[0] for level in levels]
    assert [(result.state, result.error[0] if result.error else None) for result in results] == [
        ("refused", "fulfilled_by_amazon"),
        ("refused", "not_on_channel"),
        ("refused", "wrong_currency"),
        ("refused", "refused"),
        ("accepted", None),
    ]
    assert results[3].error is not None
    assert "99022" in results[3].error[1]


async def test_a_listing_that_ignores_is_never_confirmed(account: Account) -> None:
    await account.amazon.control("listings", {"sku": "MUG-1", "ignores": True}, method="PATCH")
    async with account.connect() as connector:
        await connector.push_levels([OutgoingLevel("MUG-1", 1, None, "EUR")])
        await account.pass_time(600)
        (read,) = await connector.read_levels(["MUG-1"])
    assert read.quantity == 10


async def test_stores_that_show_different_prices_prove_nothing(account: Account) -> None:
    await account.amazon.control("listings", {"sku": "MUG-1", "prices": {FR: "18.00"}}, method="PATCH")
    async with account.connect() as connector:
        (read,) = await connector.read_levels(["MUG-1"])
    assert (read.quantity, read.price_minor) == (10, None)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['kind']}-{fault['when']}")
async def test_a_level_holds_through_trouble(account: Account, fault: dict[str, Any]) -> None:
    await account.fault(operation="patchListingsItem", **fault)
    async with account.connect() as connector:
        await until_it_holds(lambda: connector.push_levels([OutgoingLevel("MUG-1", 2, None, "EUR")]))
        await account.pass_time(300)
        (read,) = await connector.read_levels(["MUG-1"])
    assert read.quantity == 2


async def test_a_push_that_fails_in_the_middle_says_how_far_it_came(account: Account) -> None:
    await account.fault("rate_limited", "patchListingsItem", count=None, skip=1)
    levels = [OutgoingLevel("FBA-3", 1, None, "EUR"), OutgoingLevel("MUG-1", 1, None, "EUR")]
    async with account.connect(http={"patience": 0.15, "tries": 1}) as connector:
        with pytest.raises(RateLimited) as caught:
            await connector.push_levels([*levels, OutgoingLevel("CUP 2/B", 1, None, "EUR")])
    told = [one for one in caught.value.results if isinstance(one, LevelResult)]
    assert [(one.sku, one.state) for one in told] == [("FBA-3", "refused"), ("MUG-1", "accepted")]


async def many(account: Account, count: int) -> list[OutgoingLevel]:
    specs = [{"sku": f"THING-{n}", "price": "10.00", "quantity": 1} for n in range(count)]
    await account.amazon.control("listings", {"listings": specs})
    return [OutgoingLevel(f"THING-{n}", n % 50, 1000 + n, "EUR") for n in range(count)]


async def work_off(account: Account) -> None:
    """A feed begins and ends, and what it brought is applied; each takes its time."""
    for _ in range(5):
        await account.pass_time(120)


async def test_hundreds_of_levels_go_by_one_feed(account: Account) -> None:
    levels = await many(account, 320)
    levels[7] = OutgoingLevel("THING-7", None, 0, "EUR")  # Amazon refuses the price
    levels[9] = OutgoingLevel("FBA-3", 1, None, "EUR")
    levels = [replace(level, number=100 + place) for place, level in enumerate(levels)]
    async with account.connect() as connector:
        results = await connector.push_levels(levels)
        [feed] = {one.told_by for one in results if one.state == "accepted"}
        with pytest.raises(RateLimited) as caught:
            await connector.levels_told(feed)
        assert (caught.value.code, caught.value.retry_after) == ("feed_pending", 30)
        await work_off(account)
        told = await connector.levels_told(feed)
        read = {one.sku: one for one in await connector.read_levels([level.sku for level in levels])}
    assert [one.sku for one in results] == [level.sku for level in levels]
    assert {one.sku: one.error[0] for one in results if one.error} == {"FBA-3": "fulfilled_by_amazon"}
    assert ({number: error[0] for number, error in told.refused.items()}, told.refused_all) == ({107: "refused"}, None)
    for level in levels:
        if level.sku not in ("THING-7", "FBA-3"):
            assert (read[level.sku].quantity, read[level.sku].price_minor) == (level.quantity, level.price_minor)
    assert len(await account.requests("createFeed")) == 1
    assert await account.requests("patchListingsItem") == []


async def test_a_feed_is_handed_over_and_not_waited_for(account: Account) -> None:
    await account.amazon.control("settings", {"feed_delay": 3600}, method="PATCH")
    levels = await many(account, 301)
    async with account.connect() as connector:
        results = await connector.push_levels(levels)
        assert await account.requests("getFeed") == []
        [feed] = {one.told_by for one in results}
        with pytest.raises(RateLimited):
            await connector.levels_told(feed)
        assert await connector.levels_told("a-feed-that-nobody-knows") == LevelsTold()
    assert {one.state for one in results} == {"accepted"}


@pytest.mark.parametrize("operation", ["createFeedDocument", "uploadDocument", "createFeed"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_feed_holds_through_trouble(account: Account, operation: str, when: str) -> None:
    levels = await many(account, 301)
    await account.fault("drop", operation, when=when)
    async with account.connect() as connector:
        await until_it_holds(lambda: connector.push_levels(levels))
        await work_off(account)
        read = {one.sku: one for one in await connector.read_levels([level.sku for level in levels])}
    assert all(read[level.sku].quantity == level.quantity for level in levels)


@pytest.mark.parametrize("operation", ["getFeed", "getFeedDocument"])
async def test_a_feed_that_cannot_be_looked_after_is_asked_for_again(account: Account, operation: str) -> None:
    levels = await many(account, 301)
    async with account.connect() as connector:
        [feed] = {one.told_by for one in await connector.push_levels(levels)}
        await work_off(account)
        await account.fault("status", operation, count=None, status=500)
        with pytest.raises(Unreachable):
            await connector.levels_told(feed)
        await account.no_faults()
        assert await connector.levels_told(feed) == LevelsTold()
    assert len(await account.requests("createFeed")) == 1


# -- permission -------------------------------------------------------------------------------------------------------


async def test_nothing_reaches_amazon_where_changes_are_forbidden(account: Account) -> None:
    name = await account.place()
    async with account.connect(allows_mutations=False) as connector:
        order = await order_of(connector, name)
        before = len(await account.requests())
        for call in (
            connector.send_parcel(parcel(order)),
            connector.answer_units(name, [UnitAnswer("u", available=True)]),
            connector.send_status(name, "cancelled"),
            connector.push_levels([OutgoingLevel("MUG-1", 1, None, "EUR")]),
        ):
            with pytest.raises(MutationsForbidden):
                await call
        assert len(await account.requests()) == before


async def test_units_are_not_answered_at_amazon(account: Account) -> None:
    async with account.connect() as connector:
        with pytest.raises(Unsupported):
            await connector.answer_units("x", [UnitAnswer("u", available=True)])


async def test_a_lacking_role_stops_changes_and_says_so(account: Account) -> None:
    await account.amazon.control("applications", {"roles": ["inventory-and-order-tracking"]}, method="PATCH")
    async with account.connect() as connector:
        with pytest.raises(NotPermitted) as caught:
            await connector.push_levels([OutgoingLevel("MUG-1", 1, None, "EUR")])
        assert "Product Listing" in caught.value.message
        assert (await walk(account, connector, "open")).orders == {}
