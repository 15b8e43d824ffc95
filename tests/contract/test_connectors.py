"""What every connector owes its callers, asked of each one against its sandbox vendor over real HTTP.

The subjects stand in `tests/support/connector_subjects.py`. What a marketplace cannot do is not skipped: then the
suite asks that it says so.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingLevel, UnitAnswer
from orion_daemon.connectors.errors import (
    AuthRefused,
    MutationsForbidden,
    RateLimited,
    Rejected,
    SchemaDrift,
    Unreachable,
    Unsupported,
    VendorError,
)
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.domain.money import to_minor
from tests.support.connector_subjects import FIRST_PRICE, SUBJECTS, Subject, parcel, walk
from tests.support.letzshop_sandbox import NOON

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
        assert order.status == "pending"
        assert sorted((line.quantity, line.unit_price_minor) for line in order.lines) == [(1, PRICE), (2, PRICE)]
        assert {line.sku for line in order.lines} == {"SKU-0", "SKU-1"}
        assert order.payload
        assert order.placed_at == NOON
        assert not order.problems


async def test_an_account_without_orders_has_one_empty_page(subject: Subject) -> None:
    async with subject.make() as connector:
        orders, pages = await walk(connector, "new")
    assert (orders, len(pages), pages[0].problems) == ({}, 1, ())


async def test_the_next_poll_begins_at_the_watermark_and_misses_nothing_new(subject: Subject) -> None:
    await subject.place()
    async with subject.make() as connector:
        _, pages = await walk(connector, "new")
        await subject.sandbox.advance(3600)
        later = await subject.place()
        orders, _ = await walk(connector, "new", pages[-1].watermark)
    assert later in orders


async def test_cursors_survive_the_process(subject: Subject) -> None:
    placed = {await subject.place() for _ in range(3)}
    seen: set[str] = set()
    cursor: str | None = None
    for _ in range(20):
        async with subject.make(page_size=1) as connector:
            page = await connector.fetch_orders("history", cursor, NOON - timedelta(days=30))
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
    await subject.sandbox.fault(kind, subject.reads, count=None if kind == "repeat_page" else 1)
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
        order = before.order_number
        await subject.sandbox.control("letzshop/answer", {"order": order, "available": True})
        after = (await walk(connector, "open"))[0][name]
    assert before.content_hash() != after.content_hash()
    assert (before.status, after.status in ("confirmed", "processing")) == ("pending", True)


async def test_of_a_partial_answer_what_is_whole_is_taken_and_the_rest_comes_next_time(subject: Subject) -> None:
    placed = {await subject.place() for _ in range(3)}
    await subject.sandbox.fault("partial", subject.reads)
    async with subject.make() as connector:
        orders, pages = await walk(connector, "new")
        assert len(orders) == 2
        assert [problem.code for problem in pages[0].problems] == ["missing_node"]
        again, _ = await walk(connector, "new", pages[-1].watermark)
    assert set(orders) | set(again) == placed


@pytest.mark.parametrize(
    "switches", [{"money": "number"}, {"country_name": "text"}, {"listing": "shuffled"}, {"cursors": "stable"}]
)
async def test_what_nobody_knows_of_the_platform_makes_no_difference(
    subject: Subject, switches: dict[str, Any]
) -> None:
    placed = {await subject.place(3, 1) for _ in range(3)}
    await subject.sandbox.control("letzshop/switches", switches, method="PATCH")
    async with subject.make(page_size=2) as connector:
        orders, pages = await walk(connector, "new")
    assert set(orders) == placed
    assert not [problem for page in pages for problem in page.problems]
    assert {line.unit_price_minor for order in orders.values() for line in order.lines} == {PRICE}


async def test_missing_names_and_places_are_tolerated(subject: Subject) -> None:
    name = await subject.place(1, customer=None, email=None, ship=None, bill=None)
    async with subject.make() as connector:
        order = (await walk(connector, "new"))[0][name]
    assert (order.shipping_address, order.billing_address) == (None, None)


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
        await subject.sandbox.fault(operation=subject.reads, count=None, **fault)
        with pytest.raises(family) as caught:
            await walk(connector, "new")
        assert caught.value.message
        assert "Key-of-Ada" not in str(caught.value)
        if "retry_after" in fault and "date" not in fault.values():
            assert caught.value.retry_after == fault["retry_after"]
        await subject.sandbox.control("faults", method="DELETE")
        assert name in (await walk(connector, "new"))[0]


@pytest.mark.parametrize("kind", ["drop", "html", "truncated", "errors"])
async def test_trouble_that_passes_by_itself_is_not_noticed(subject: Subject, kind: str) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        await connector.capabilities()
        await subject.sandbox.fault(kind, subject.reads, count=1)
        assert name in (await walk(connector, "new"))[0]


async def test_a_wrong_key_is_refused(subject: Subject) -> None:
    async with subject.make(key="wrong") as connector:
        with pytest.raises(AuthRefused):
            await walk(connector, "new")


async def test_a_changed_schema_is_an_alarm(subject: Subject) -> None:
    await subject.place()
    await subject.sandbox.control("letzshop/switches", subject.drift, method="PATCH")
    async with subject.make() as connector:
        with pytest.raises(SchemaDrift):
            await walk(connector, "new")
        assert "schema names" in {check.name for check in await connector.check() if not check.ok}


# -- writing ----------------------------------------------------------------------------------------------------------


async def test_nothing_reaches_the_vendor_where_changes_are_forbidden(subject: Subject) -> None:
    name = await subject.place()
    async with subject.make(allows_mutations=False) as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        before = await subject.requests()
        for call in (
            connector.send_parcel(parcel(order)),
            connector.answer_units(name, answers_of(order)),
            connector.send_status(name, "cancelled"),
            connector.push_levels([OutgoingLevel("STOCKED", 1, None, "EUR")]),
        ):
            with pytest.raises(MutationsForbidden):
                await call
        assert await subject.requests() == before


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
        await subject.sandbox.fault(operation=subject.answers, count=1, **fault)
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
        await subject.sandbox.fault(operation=subject.parcels, count=1, **fault)
        await until_it_holds(lambda: connector.send_parcel(parcel(order)))
        await connector.send_parcel(parcel(order))
    (sent,) = await subject.sent_parcels()
    assert (sent["code"], sent["provider"]) == ("T-1", "post")


async def test_a_parcel_for_an_order_that_is_not_there_is_refused(subject: Subject) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        order = await connector.fetch_order(name)
        assert order is not None
        gone = parcel(order)
        with pytest.raises(Rejected):
            await connector.send_parcel(type(gone)("r", "no-such", "post", "T-9", gone.shipped_at, gone.lines, True))
    assert await subject.sent_parcels() == []


async def test_a_status_is_set_once_or_refused_as_unsupported(subject: Subject) -> None:
    name = await subject.place()
    async with subject.make() as connector:
        if not (await connector.capabilities()).sets_status:
            with pytest.raises(Unsupported):
                await connector.send_status(name, "cancelled")
            return
        await subject.sandbox.fault("drop", subject.parcels, count=1, when="after")
        await until_it_holds(lambda: connector.send_status(name, "cancelled"))
        await connector.send_status(name, "cancelled")
        order = await connector.fetch_order(name)
    assert order is not None
    assert order.status == "cancelled"
    assert len(await subject.sandbox.ledger("status_changed", object="order")) == 1


async def test_a_notification_that_the_marketplace_did_not_sign_is_refused(subject: Subject) -> None:
    async with subject.make() as connector:
        for signature in ("", "signed", "e30="):
            with pytest.raises(Rejected) as refused:
                await connector.read_notification(b'{"username": "jeanne_1980"}', signature)
            assert "jeanne" not in refused.value.message


async def test_levels_are_confirmed_one_by_one_or_refused_as_unsupported(subject: Subject) -> None:
    levels = [OutgoingLevel("STOCKED", 7, 499, "EUR"), OutgoingLevel("UNKNOWN", 1, None, "EUR")]
    async with subject.make() as connector:
        if (await connector.capabilities()).stock != "call":
            with pytest.raises(Unsupported):
                await connector.push_levels(levels)
            return
        for _ in range(2):
            known, unknown = await connector.push_levels(levels)
            assert (known.state, known.quantity, known.price_minor) == ("confirmed", 7, 499)
            assert (unknown.state, unknown.error and unknown.error[0]) == ("refused", "unknown_sku")
    (stock,) = await subject.sandbox.control("letzshop/stock")
    assert (stock["quantity"], stock["price"]) == (7, "4.99")


async def test_what_cannot_be_read_back_is_refused_as_unsupported(subject: Subject) -> None:
    async with subject.make() as connector:
        assert not (await connector.capabilities()).reads_offers
        with pytest.raises(Unsupported):
            await connector.read_levels(["STOCKED"])


# -- the rest ---------------------------------------------------------------------------------------------------------


async def test_the_doctor_finds_a_healthy_account_healthy(subject: Subject) -> None:
    async with subject.make() as connector:
        checks = await connector.check()
        assert [check for check in checks if not check.ok] == []
        assert len(checks) >= 5
    mutations = [entry for entry in await subject.sandbox.ledger("request") if entry.get("type") == "mutation"]
    assert mutations == []


async def test_the_doctor_names_a_wrong_key(subject: Subject) -> None:
    async with subject.make(key="wrong") as connector:
        assert not all(check.ok for check in await connector.check())


async def test_closing_twice_harms_nobody(subject: Subject) -> None:
    async with subject.make() as connector:
        await connector.close()
        await connector.close()
