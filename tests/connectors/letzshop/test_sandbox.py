"""What is particular to Letzshop, against its sandbox: shops that share a key, tracking, returns, staff elsewhere."""

from collections.abc import AsyncIterator

import pytest

from orion_daemon.connectors.base import UnitAnswer
from orion_daemon.connectors.errors import Doubtful, Rejected
from tests.support.connector_subjects import parcel, walk
from tests.support.subject_letzshop import LetzshopSubject as Subject
from tests.support.subject_letzshop import letzshop_orders, letzshop_shipments


@pytest.fixture
async def live() -> AsyncIterator[Subject]:
    async with letzshop_shipments() as subject:
        yield subject


@pytest.fixture
async def seed() -> AsyncIterator[Subject]:
    async with letzshop_orders() as subject:
        yield subject


async def second_shop(subject: Subject) -> None:
    await subject.sandbox.vendor("eve", key=None)
    await subject.sandbox.control("letzshop/keys", {"token": "Key-of-Ada", "vendors": ["ada", "eve"]}, method="PATCH")


async def test_only_our_own_shipments_of_a_shared_key_are_taken(live: Subject) -> None:
    await second_shop(live)
    both = await live.sandbox.place(
        {"sku": "A", "price": "1.00", "vendor": "ada"}, {"sku": "E", "price": "2.00", "vendor": "eve"}
    )
    ours, theirs = (shipment["id"] for shipment in both["shipments"])
    async with live.make(vendor="ada") as connector:
        orders, pages = await walk(connector, "new")
        assert (set(orders), pages[0].left_out) == ({ours}, 1)
        assert await connector.fetch_order(theirs) is None
        with pytest.raises(Rejected) as caught:
            await connector.answer_units(theirs, [UnitAnswer("u", available=True)])
        assert caught.value.code == "not_ours"


async def test_where_nobody_says_whose_shipment_it_is_it_is_taken_and_asks_for_attention(live: Subject) -> None:
    await live.sandbox.control("letzshop/switches", {"vendor_field": False}, method="PATCH")
    name = await live.place()
    async with live.make(vendor="ada") as connector:
        orders, _ = await walk(connector, "new")
    assert [code for code, _ in orders[name].problems] == ["unknown_vendor"]


async def test_an_answer_of_staff_elsewhere_is_seen_and_not_contradicted(live: Subject) -> None:
    name = await live.place(1)
    async with live.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        unit = order.lines[0].units[0][0]
        await live.sandbox.control("letzshop/answer", {"units": {unit: False}})
        (result,) = await connector.answer_units(name, [UnitAnswer(unit, available=True)])
        assert result.error is not None
        assert result.error[0] == "answered_otherwise"
        now = await connector.fetch_order(name)
    assert now is not None
    assert (now.status, now.lines[0].cancelled) == ("cancelled", 1)


async def test_a_platform_that_refuses_repeated_answers_is_no_trouble(live: Subject) -> None:
    await live.sandbox.control("letzshop/switches", {"repeat_answer": "error"}, method="PATCH")
    name = await live.place(2)
    async with live.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        answers = [UnitAnswer(unit, available=True) for unit, _ in order.lines[0].units]
        await live.sandbox.fault("drop", "confirmInventoryUnits", count=1, when="after")
        for _ in range(2):
            assert [result.error for result in await connector.answer_units(name, answers)] == [None, None]


async def test_returned_pieces_are_counted_and_the_line_stays_itself(live: Subject) -> None:
    name = await live.place(2)
    async with live.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        units = [unit for unit, _ in order.lines[0].units]
        await connector.answer_units(name, [UnitAnswer(unit, available=True) for unit in units])
        for back, status in ((units[:1], "partially_refunded"), (units[1:], "refunded")):
            await live.sandbox.control("letzshop/returns", {"order": order.order_number, "units": back})
            now = await connector.fetch_order(name)
            assert now is not None
            assert now.status == status
    line = now.lines[0]
    assert (line.line_key, line.quantity, line.confirmed, line.returned) == (order.lines[0].line_key, 2, 2, 2)


@pytest.mark.parametrize(("reading", "settles"), [("works", True), ("fails_field", False), ("fails_query", False)])
async def test_a_lost_parcel_is_settled_only_where_tracking_can_be_read(
    live: Subject, reading: str, settles: bool
) -> None:
    await live.sandbox.control("letzshop/switches", {"tracking_read": reading}, method="PATCH")
    name = await live.place(1)
    async with live.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        await connector.answer_units(name, [UnitAnswer(order.lines[0].units[0][0], available=True)])
        await live.sandbox.fault("drop", "setShipmentTracking", count=1, when="after")
        if settles:
            await connector.send_parcel(parcel(order))
        else:
            with pytest.raises(Doubtful):
                await connector.send_parcel(parcel(order))
            await connector.send_parcel(parcel(order))
    assert len(await live.sent_parcels()) == 1


async def test_units_whose_ids_differ_in_case_only_are_two(live: Subject) -> None:
    await live.sandbox.control("letzshop/switches", {"case_twins": True}, method="PATCH")
    name = await live.place(2)
    async with live.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        first, second = (unit for unit, _ in order.lines[0].units)
        results = await connector.answer_units(
            name, [UnitAnswer(first, available=True), UnitAnswer(second, available=False)]
        )
    assert [result.state for result in results] == ["confirmed_available", "confirmed_unavailable"]


async def test_odd_documents_of_the_order_form_arrive_as_they_are(seed: Subject) -> None:
    lines = [{"id": "l1", "sku": None, "quantity": -2, "price": "0.00"}, {"id": "l2", "sku": "A", "quantity": 0}]
    await seed.sandbox.place(*lines, id="C536379", status="CANCELLED", verbatim=True, placed_at="2010-12-01T09:41:00Z")
    await seed.sandbox.place(id="X1", status="ON_HOLD", verbatim=True)
    async with seed.make() as connector:
        orders, _ = await walk(connector, "new")
    credit = orders["C536379"]
    assert (credit.status, [(line.line_key, line.quantity) for line in credit.lines]) == (
        "cancelled",
        [("l1", -2), ("l2", 0)],
    )
    assert (orders["X1"].status, orders["X1"].channel_status) == (None, "ON_HOLD")
