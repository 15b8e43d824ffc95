"""What every connector owes its callers, asked of each one against its sandbox vendor over real HTTP.

A `Subject` (`tests/support/connector_subjects.py`) says what happens at the vendor and reads what truly happened. What
a marketplace cannot do is not skipped: then the suite asks that it says so.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingLevel, OutgoingRefund, UnitAnswer
from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    MutationsForbidden,
    RateLimited,
    Rejected,
    Unreachable,
    Unsupported,
    VendorError,
)
from orion_daemon.connectors.registry import MARKETPLACES
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.domain.money import to_minor
from orion_daemon.domain.refunds import RefundReason
from tests.support.connector_subjects import FIRST_PRICE, Subject, next_page, parcel, walk
from tests.support.letzshop_sandbox import NOON
from tests.support.subject_amazon import amazon
from tests.support.subject_ebay import ebay
from tests.support.subject_letzshop import letzshop_orders, letzshop_shipments

SUBJECTS = {
    "letzshop-shipments": letzshop_shipments, "letzshop-orders": letzshop_orders, "amazon": amazon, "ebay": ebay
}  # fmt: skip


def a_refund(name: str) -> OutgoingRefund:
    return OutgoingRefund("ref-1", name, 500, "EUR", RefundReason.OTHER, note="Sorry")


PRICE = to_minor(FIRST_PRICE, "EUR")


@pytest.fixture(params=sorted(SUBJECTS))
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with SUBJECTS[request.param]() as found:
        yield found


def answers_of(order: IncomingOrder, available: bool = True) -> list[UnitAnswer]:
    return [UnitAnswer(unit, available) for line in order.lines for unit, _ in line.units]


# -- reading ----------------------------------------------------------------------------------------------------------


async def test_a_poll_brings_every_order_with_its_lines_and_amounts(subject: Subject) -> None:
    placed = {await subject.place(2, 1) for _ in range(5)}
    async with subject.make(page_size=2) as connector:
        orders, pages = await walk(connector, "new")
    assert set(orders) == placed
    assert len(pages) >= 3
    for order in orders.values():
        assert order.status == subject.fresh
        assert sorted((line.quantity, line.unit_price_minor) for line in order.lines) == [(1, PRICE), (2, PRICE)]
        assert {line.sku for line in order.lines} == {"SKU-0", "SKU-1"}
        assert order.payload
        assert order.placed_at is not None
        assert timedelta() <= NOON + timedelta(hours=1) - order.placed_at <= timedelta(hours=2)
        assert not order.problems


async def test_an_account_without_orders_has_one_empty_page(subject: Subject) -> None:
    async with subject.make() as connector:
        orders, pages = await walk(connector, "new")
    assert (orders, len(pages), pages[0].problems) == ({}, 1, ())


async def test_whether_products_come_by_api_is_said_everywhere_alike(subject: Subject) -> None:
    async with subject.make() as connector:
        reads = (await connector.capabilities()).reads_catalog
        assert reads == MARKETPLACES[connector.marketplace].reads_catalog
        if reads:
            assert (await connector.fetch_catalog(None)).language
        else:
            with pytest.raises(Unsupported):
                await connector.fetch_catalog(None)


async def test_the_next_poll_begins_at_the_watermark_and_misses_nothing_new(subject: Subject) -> None:
    await subject.place()
    async with subject.make() as connector:
        _, pages = await walk(connector, "new")
        await subject.wait(3600)
        later = await subject.place()
        orders, _ = await walk(connector, "new", pages[-1].watermark)
    assert later in orders


async def test_cursors_survive_the_process(subject: Subject) -> None:
    placed = {await subject.place() for _ in range(3)}
    seen: set[str] = set()
    cursor: str | None = None
    for _ in range(100):
        async with subject.make(page_size=1) as connector:
            page = await next_page(subject, connector, "history", cursor, NOON - timedelta(days=30))
        seen |= {order.channel_order_id for order in page.orders}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (seen, cursor) == (placed, None)


@pytest.mark.parametrize("cursor", ["", "nonsense", '{"after":"bm9uc2Vuc2U"}', '{"state":"unconfirmed","after":"#"}'])
async def test_a_cursor_that_nobody_knows_any_more_begins_anew(subject: Subject, cursor: str) -> None:
    placed = {await subject.place() for _ in range(2)}
    async with subject.make() as connector:
        orders, _ = await walk(connector, "new", cursor)
    assert set(orders) == placed


@pytest.mark.parametrize("kind", ["repeat_page", "repeat_order", "pages_out_of_order"])
async def test_pages_that_come_twice_or_in_another_order_bring_the_same_orders(subject: Subject, kind: str) -> None:
    placed = {await subject.place() for _ in range(5)}
    await subject.fault(kind, subject.reads, count=2 if kind == "repeat_page" else 1)
    async with subject.make(page_size=2) as connector:
        orders, _ = await walk(connector, "new")
    assert set(orders) == placed


async def test_orders_that_arrive_during_a_walk_are_there_after_the_next(subject: Subject) -> None:
    placed = {await subject.place() for _ in range(4)}
    async with subject.make(page_size=2) as connector:
        first = await connector.fetch_orders("new", None, None)
        placed.add(await subject.place())
        orders, pages = await walk(connector, "new", first.next_cursor)
        again, _ = await walk(connector, "new", pages[-1].watermark)
    assert {o.channel_order_id for o in first.orders} | set(orders) | set(again) == placed


async def test_an_order_looks_the_same_alone_in_a_list_and_again(subject: Subject) -> None:
    name = await subject.place(2)
    async with subject.make() as connector:
        listed = (await walk(connector, "new"))[0][name]
        swept = (await walk(connector, "open"))[0][name]
        alone = await connector.fetch_order(name)
        assert alone == listed == swept
        assert alone.content_hash() == listed.content_hash()
        assert await connector.fetch_order("no-such-order") is None


async def test_the_reconcile_sweep_sees_what_was_done_elsewhere(subject: Subject) -> None:
    name = await subject.place(1)
    async with subject.make() as connector:
        before = (await walk(connector, "open"))[0][name]
        await subject.change_elsewhere(before)
        after = (await walk(connector, "open"))[0].get(name) or await connector.fetch_order(name)
    assert after is not None
    assert before.content_hash() != after.content_hash()
    assert (before.status, after.status == before.status) == (subject.fresh, False)


async def test_missing_names_and_places_are_tolerated(subject: Subject) -> None:
    name = await subject.place(1, is_nameless=True)
    async with subject.make() as connector:
        order = (await walk(connector, "new"))[0][name]
    people = [order.customer and order.customer.email, order.shipping_address and order.shipping_address.street]
    assert people == [None, None]


# -- trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "family"),
    [
        ({"kind": "expired_key"}, AuthRefused),
        ({"kind": "forbidden"}, AuthRefused),
        ({"kind": "rate_limited", "retry_after": 120}, RateLimited),
        ({"kind": "rate_limited", "retry_after": 120, "retry_after_form": "date"}, RateLimited),
        ({"kind": "status", "status": 502}, Unreachable),
        ({"kind": "status", "status": 503, "retry_after": 60}, Unreachable),
        ({"kind": "drop"}, Unreachable),
        ({"kind": "html"}, Unreachable),
        ({"kind": "truncated"}, Unreachable),
        ({"kind": "errors"}, Unreachable),
        ({"kind": "huge", "size": 4 * 1024 * 1024}, VendorError),
    ],
)
async def test_trouble_falls_into_its_family_and_passes(
    subject: Subject, fault: dict[str, Any], family: type[VendorError]
) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        await connector.capabilities()
        await subject.fault(operation=subject.reads, count=None, **fault)
        with pytest.raises(family) as caught:
            await walk(connector, "new")
        assert caught.value.message
        assert not any(secret in str(caught.value) for secret in subject.secrets)
        if "retry_after" in fault and "date" not in fault.values() and subject.names_waits:
            assert caught.value.retry_after == fault["retry_after"]
        await subject.sandbox.control("faults", method="DELETE")
        await subject.wait(caught.value.retry_after or 0)
        assert name in (await walk(connector, "new"))[0]


@pytest.mark.parametrize("kind", ["drop", "html", "truncated", "errors"])
async def test_trouble_that_passes_by_itself_is_not_noticed(subject: Subject, kind: str) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        await connector.capabilities()
        await subject.fault(kind, subject.reads, count=1)
        assert name in (await walk(connector, "new"))[0]


async def test_a_wrong_key_is_refused(subject: Subject) -> None:
    async with subject.make(is_wrong=True) as connector:
        with pytest.raises(AuthRefused):
            await walk(connector, "new")


# -- writing ----------------------------------------------------------------------------------------------------------


async def test_nothing_reaches_the_vendor_where_changes_are_forbidden(subject: Subject) -> None:
    name = await subject.place()
    async with subject.make(allows_mutations=False) as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        before = await subject.changes()
        for call in (
            connector.send_parcel(parcel(order)),
            connector.answer_units(name, answers_of(order)),
            connector.send_status(name, "cancelled"),
            connector.refund(a_refund(name)),
            connector.push_levels([OutgoingLevel("STOCKED", 1, None, "EUR")]),
        ):
            with pytest.raises((MutationsForbidden, Unsupported)):
                await call
        assert await subject.changes() == before


async def test_units_are_answered_once_however_often_it_is_said(subject: Subject) -> None:
    name = await subject.place(2)
    async with subject.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        if not (await connector.capabilities()).answers_units:
            with pytest.raises(Unsupported):
                await connector.answer_units(name, answers_of(order))
            return
        (yes, no) = answers_of(order)
        wanted = [yes, UnitAnswer(no.unit_id, available=False)]
        first = await connector.answer_units(name, wanted)
        assert [result.error for result in first] == [None, None]
        assert await connector.answer_units(name, wanted) == first
        other = await connector.answer_units(name, [UnitAnswer(yes.unit_id, available=False)])
        assert other[0].error is not None
        assert other[0].error[0] == "answered_otherwise"
    taken = [entry["outcome"] for entry in await subject.sandbox.ledger("unit_answered")]
    assert taken == ["taken", "taken"]


MUTATION_FAULTS = [
    {"kind": kind, "when": when}
    for kind in ("drop", "html", "truncated", "errors", "status")
    for when in ("before", "after")
]


async def until_it_holds(call: Any) -> int:
    """Call again after each trouble, as jobs do; how often it took."""
    for tries in range(1, 5):
        try:
            await call()
        except Rejected:
            raise
        except VendorError:
            continue
        return tries
    raise AssertionError("it never held")


@pytest.mark.parametrize("fault", MUTATION_FAULTS, ids=lambda fault: f"{fault['kind']}-{fault['when']}")
async def test_units_are_answered_exactly_once_through_trouble(subject: Subject, fault: dict[str, Any]) -> None:
    name = await subject.place(3)
    async with subject.make() as connector:
        if subject.answers is None:
            with pytest.raises(Unsupported):
                await connector.answer_units(name, [UnitAnswer("u", available=True)])
            return
        order = await connector.fetch_order(name)
        assert order is not None
        await subject.fault(operation=subject.answers, **fault)
        await until_it_holds(lambda: connector.answer_units(name, answers_of(order)))
        now = await connector.fetch_order(name)
    assert now is not None
    assert now.status == "confirmed"
    assert [entry["outcome"] for entry in await subject.sandbox.ledger("unit_answered")] == ["taken"] * 3


@pytest.mark.parametrize("fault", MUTATION_FAULTS, ids=lambda fault: f"{fault['kind']}-{fault['when']}")
async def test_a_parcel_arrives_exactly_once_through_trouble(subject: Subject, fault: dict[str, Any]) -> None:
    name = await subject.place(2)
    async with subject.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        if subject.answers is not None:
            await connector.answer_units(name, answers_of(order))
        await subject.fault(operation=subject.parcels, **fault)
        await until_it_holds(lambda: connector.send_parcel(parcel(order)))
        await connector.send_parcel(parcel(order))
    assert await subject.sent_parcels() == ["T1"]


async def test_a_parcel_for_an_order_that_is_not_there_is_refused(subject: Subject) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        gone = parcel(order)
        with pytest.raises(Rejected):
            await connector.send_parcel(type(gone)("r", "no-such", "post", "T-9", gone.shipped_at, gone.lines, True))
    assert await subject.sent_parcels() == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_order_is_cancelled_once_or_it_is_refused_as_unsupported(subject: Subject, when: str) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        if subject.cancels is None:
            assert not (await connector.capabilities()).sets_status
            with pytest.raises(Unsupported):
                await connector.send_status(name, "cancelled")
            return
        await subject.fault("drop", subject.cancels, when=when)
        await until_it_holds(lambda: connector.send_status(name, "cancelled"))
        await connector.send_status(name, "cancelled")
        await subject.wait(180)
        order = await connector.fetch_order(name)
    assert order is not None
    assert order.status == "cancelled"
    assert await subject.cancelled() == 1


@pytest.mark.parametrize(
    "fault", [None, *MUTATION_FAULTS], ids=lambda fault: fault and f"{fault['kind']}-{fault['when']}"
)
async def test_money_goes_back_once_or_nobody_knows_and_it_is_said(
    subject: Subject, fault: dict[str, Any] | None
) -> None:
    name = await subject.place(3)
    async with subject.make() as connector:
        makes = (await connector.capabilities()).makes_refunds
        assert makes == MARKETPLACES[connector.marketplace].makes_refunds == (subject.refunds is not None)
        if not makes:
            with pytest.raises(Unsupported):
                await connector.refund(a_refund(name))
            return
        if fault is not None:
            await subject.fault(operation=subject.refunds, **fault)
        wanted, result = a_refund(name), None
        for _ in range(3):
            try:
                result = await connector.refund(wanted)
            except Doubtful:
                wanted = replace(wanted, is_tried=True)
        assert (result is None) == (fault is not None and fault["when"] == "before")
        assert await subject.refunded() == ([] if result is None else ["5.00"])
        await subject.wait(300)
        order = await connector.fetch_order(name)
    assert order is not None
    assert order.refunded_minor == (None if result is None else 500)
    assert [one.refund_id for one in order.refunds] == ([] if result is None else [result.refund_id])


async def test_a_notification_that_the_marketplace_did_not_sign_is_refused(subject: Subject) -> None:
    async with subject.make() as connector:
        for signature in ("", "signed", "e30="):
            with pytest.raises(Rejected) as refused:
                await connector.read_notification(b'{"username": "jeanne_1980"}', signature)
            assert "jeanne" not in refused.value.message


@pytest.mark.parametrize(
    "fault", [None, *MUTATION_FAULTS], ids=lambda fault: fault and f"{fault['kind']}-{fault['when']}"
)
async def test_levels_arrive_and_are_named_back_or_refused_as_unsupported(
    subject: Subject, fault: dict[str, Any] | None
) -> None:
    levels = [OutgoingLevel("STOCKED", 7, 499, "EUR"), OutgoingLevel("UNKNOWN", 1, None, "EUR")]
    async with subject.make() as connector:
        if subject.levels is None:
            assert (await connector.capabilities()).stock != "call"
            with pytest.raises(Unsupported):
                await connector.push_levels(levels)
            return
        can = await connector.capabilities()
        if fault is not None:
            await subject.fault(operation=subject.levels, **fault)
            await until_it_holds(lambda: connector.push_levels(levels))
        known, unknown = await connector.push_levels(levels)
        assert (known.state, known.error) == ("accepted" if can.reads_offers else "confirmed", None)
        assert (unknown.state, bool(unknown.error and all(unknown.error))) == ("refused", True)
        await subject.settle()
        if can.reads_offers:
            [held] = [one for one in await connector.read_levels(["STOCKED", "UNKNOWN"]) if one.state != "refused"]
            assert (held.sku, held.quantity, held.price_minor) == ("STOCKED", 7, 499)
    assert await subject.shelf() == (7, "4.99")


async def test_what_cannot_be_read_is_refused_as_unsupported(subject: Subject) -> None:
    async with subject.make() as connector:
        can = await connector.capabilities()
        if not can.reads_offers:
            with pytest.raises(Unsupported):
                await connector.read_levels(["STOCKED"])
        if not can.reads_catalog:
            with pytest.raises(Unsupported):
                await connector.fetch_catalog(None)
        if not can.reads_refunds:
            with pytest.raises((Unsupported, Rejected)):
                await connector.fetch_orders("refunds", None, NOON)


async def test_the_catalog_holds_every_product_once(subject: Subject) -> None:
    async with subject.make() as connector:
        if not (await connector.capabilities()).reads_catalog:
            return
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(20):
            page = await connector.fetch_catalog(cursor)
            seen += [row.cells["id"] for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert cursor is None
        assert {"SKU-0", "SKU-1", "STOCKED"} <= set(seen)
        assert len(seen) == len(set(seen))


# -- the rest ---------------------------------------------------------------------------------------------------------


async def test_the_doctor_finds_a_healthy_account_healthy(subject: Subject) -> None:
    async with subject.make() as connector:
        checks = await connector.check()
        assert [check for check in checks if not check.ok] == []
        assert len(checks) >= 5
    assert await subject.changes() == 0


async def test_the_doctor_names_a_wrong_key(subject: Subject) -> None:
    async with subject.make(is_wrong=True) as connector:
        assert not all(check.ok for check in await connector.check())


async def test_closing_twice_harms_nobody(subject: Subject) -> None:
    async with subject.make() as connector:
        await connector.close()
        await connector.close()
