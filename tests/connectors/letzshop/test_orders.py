"""Each operation on the order form: what is asked, where, what is understood, what goes wrong."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingLevel, OutgoingParcel, UnitAnswer
from orion_daemon.connectors.errors import Doubtful, Malformed, Rejected, SchemaDrift, Unreachable, Unsupported
from orion_daemon.runtime.clock import ManualClock
from tests.support.letzshop_account import letzshop
from tests.support.vendor_server import Reply, VendorServer, answers, drops, fails, result, vendor_server

SENT_AT = datetime(2026, 3, 2, tzinfo=UTC)
NUMBERED = OutgoingParcel("ref-1", "O1", "post", "T-1", SENT_AT, (("it1", 2),), is_final=False)
BARE = OutgoingParcel("ref-1", "O1", "", "", SENT_AT, (("it1", 2),), is_final=True)


def account(server: VendorServer, **options: Any) -> Any:
    return letzshop(server.url, **{"wire_form": "orders", **options})


def order(order_id: str = "O1", updated: str = "2026-03-01T10:00:00Z", **facts: Any) -> dict[str, Any]:
    item = {"id": "it1", "sku": "MUG", "quantity": 2, "unitPrice": "12.90", "totalPrice": "25.80"}
    return {"id": order_id, "orderNumber": "N", "status": "PAID", "updatedAt": updated, "items": [item], **facts}


def page(*nodes: Any, after: str | None = None) -> Any:
    return {
        "edges": [{"node": node} for node in nodes],
        "pageInfo": {"hasNextPage": after is not None, "endCursor": after},
    }


def asked(vendor: VendorServer) -> list[Any]:
    return [seen.json["variables"] for seen in vendor.seen]


# -- reading ----------------------------------------------------------------------------------------------------------


async def test_the_first_poll_asks_for_everything_and_the_next_from_the_newest_change() -> None:
    async with vendor_server() as vendor, account(vendor, page_size=2, overlap_seconds=300) as connector:
        vendor.will(result(page(order("A"), order("B", "2026-03-01T11:00:00+01:00"), after="c1")))
        vendor.will(result(page(order("C", "2026-03-01T09:30:00Z"))), result(page()))
        first = await connector.fetch_orders("new", None, None)
        assert (first.watermark, [o.channel_order_id for o in first.orders]) == (None, ["A", "B"])
        last = await connector.fetch_orders("new", first.next_cursor, None)
        assert last.next_cursor is None
        assert last.watermark is not None
        assert json.loads(last.watermark) == {"since": "2026-03-01T10:00:00Z"}
        await connector.fetch_orders("new", last.watermark, None)
        assert asked(vendor) == [
            {"filter": None, "first": 2, "after": None},
            {"filter": None, "first": 2, "after": "c1"},
            {"filter": {"updatedAt": "2026-03-01T09:55:00Z"}, "first": 2, "after": None},
        ]


async def test_the_first_poll_may_begin_at_a_time() -> None:
    async with vendor_server() as vendor, account(vendor, overlap_seconds=0) as connector:
        vendor.will(result(page()))
        found = await connector.fetch_orders("new", None, datetime(2026, 1, 1, tzinfo=UTC))
        assert asked(vendor)[0]["filter"] == {"updatedAt": "2026-01-01T00:00:00Z"}
        assert json.loads(found.watermark or "") == {"since": "2026-01-01T00:00:00Z"}


async def test_the_watermark_never_passes_the_beginning_of_the_walk() -> None:
    """What changes while we walk may have moved to a page that we have read already."""
    async with vendor_server() as vendor, account(vendor, clock=ManualClock()) as connector:
        date = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}
        vendor.will(answers({"data": {"result": page(order("A", "2099-01-01T00:00:00Z"))}}, **date))
        found = await connector.fetch_orders("new", None, None)
        assert json.loads(found.watermark or "") == {"since": "2026-03-01T12:00:00Z"}


async def test_the_watermark_never_goes_back() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(order("A", "2026-03-01T09:56:00Z"))))
        found = await connector.fetch_orders("new", '{"since":"2026-03-01T10:00:00Z"}', None)
        assert json.loads(found.watermark or "") == {"since": "2026-03-01T10:00:00Z"}


async def test_the_watermark_stays_where_a_page_came_incomplete() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        errors = [{"message": "boom", "path": ["result", "edges", 0, "node"]}]
        vendor.will(result(page(None, order("B"), after="c1"), errors), result(page(order("C"))))
        first = await connector.fetch_orders("new", '{"since":"2026-02-01T00:00:00Z"}', None)
        assert [(p.record_id, p.code) for p in first.problems] == [("", "missing_node")]
        last = await connector.fetch_orders("new", first.next_cursor, None)
        assert json.loads(last.watermark or "") == {"since": "2026-02-01T00:00:00Z"}


async def test_the_sweep_reads_what_may_still_change_and_history_all_since_a_time() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(*[result(page())] * 3)
        since = datetime(2026, 1, 1, tzinfo=UTC)
        assert (await connector.fetch_orders("open", None, None)).watermark is None
        await connector.fetch_orders("open", None, since)
        await connector.fetch_orders("history", None, since)
        assert [variables["filter"] for variables in asked(vendor)] == [
            {"status": ["PENDING", "PAID", "PROCESSING", "SHIPPED"]},
            {"updatedAt": "2026-01-01T00:00:00Z"},
            {"updatedAt": "2026-01-01T00:00:00Z"},
        ]


async def test_a_walk_whose_cursor_is_refused_begins_anew() -> None:
    async with vendor_server() as vendor, account(vendor, overlap_seconds=0) as connector:
        vendor.will(fails("Invalid cursor"), result(page(order())))
        cursor = '{"since":"2026-02-01T00:00:00Z","after":"x"}'
        found = await connector.fetch_orders("new", cursor, None)
        assert [(v["filter"], v["after"]) for v in asked(vendor)] == [
            ({"updatedAt": "2026-02-01T00:00:00Z"}, "x"),
            ({"updatedAt": "2026-02-01T00:00:00Z"}, None),
        ]
        assert len(found.orders) == 1


async def test_an_order_that_cannot_be_read_hurts_no_other() -> None:
    bad = [order("B", items=[{"id": "i", "quantity": "many"}]), order("C", totals={"currency": "EURO"})]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(order("A"), *bad)))
        found = await connector.fetch_orders("new", None, None)
        assert [o.channel_order_id for o in found.orders] == ["A"]
        assert [(p.record_id, p.code) for p in found.problems] == [("B", "unreadable"), ("C", "unusable")]


@pytest.mark.parametrize(
    ("reply", "family"),
    [
        (fails('Cannot query field "orders" on type "Query".'), SchemaDrift),
        (result({"edges": None}), Malformed),
        (answers("<html>"), Unreachable),
        (fails("boom"), Unreachable),
    ],
)
async def test_what_goes_wrong_with_a_poll(reply: Reply, family: type[Exception]) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(*[reply] * 3)
        with pytest.raises(family):
            await connector.fetch_orders("new", None, None)


async def test_one_order_is_asked_for_by_its_id() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(order()), result(None), result({"id": "O1"}))
        found = await connector.fetch_order("O1")
        assert found is not None
        assert found.lines[0].line_key == "it1"
        assert await connector.fetch_order("O2") is None
        with pytest.raises(Malformed) as caught:
            await connector.fetch_order("O1")
        assert caught.value.payload == b'{"id": "O1"}'


# -- parcels and statuses ---------------------------------------------------------------------------------------------


async def test_a_parcel_names_its_pieces_and_its_number() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result({"order": {"id": "O1", "status": "PROCESSING"}, "errors": []}))
        await connector.send_parcel(NUMBERED)
        assert asked(vendor)[0] == {
            "input": {
                "orderId": "O1",
                "status": "SHIPPED",
                "trackingNumber": "T-1",
                "trackingCarrier": "post",
                "items": [{"itemId": "it1", "quantity": 2}],
            }
        }


async def test_a_parcel_without_number_is_sent_only_where_a_repetition_can_be_told() -> None:
    part = OutgoingParcel("ref-1", "O1", "post", "", SENT_AT, (("it1", 1),), is_final=False)
    async with vendor_server() as vendor, account(vendor) as connector:
        with pytest.raises(Rejected) as caught:
            await connector.send_parcel(part)
        assert caught.value.code == "tracking_number_needed"
        vendor.will(result(order(status="PAID")), result({"errors": []}), result(order(status="SHIPPED")))
        await connector.send_parcel(BARE)
        await connector.send_parcel(BARE)
        assert [("mutation" in seen.json["query"]) for seen in vendor.seen] == [False, True, False]


async def test_a_lost_parcel_that_ends_the_order_is_known_by_the_orders_status() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(order()), drops(), result(order(status="SHIPPED")))
        await connector.send_parcel(BARE)
        vendor.will(result(order()), drops(), result(order()))
        with pytest.raises(Doubtful):
            await connector.send_parcel(BARE)


async def test_a_lost_part_of_an_order_stays_doubtful() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(drops())
        with pytest.raises(Doubtful):
            await connector.send_parcel(NUMBERED)
        assert len(vendor.seen) == 1


async def test_a_refused_parcel_names_the_vendors_reason() -> None:
    errors = [{"id": "it1", "code": "quantity_exceeded", "message": "1 of 2 are open"}]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result({"order": None, "errors": errors}))
        with pytest.raises(Rejected, match="1 of 2 are open") as caught:
            await connector.send_parcel(NUMBERED)
        assert caught.value.code == "quantity_exceeded"


async def test_a_status_is_set_unless_it_holds_already() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(order(status="PAID")), result({"errors": []}), result(order(status="CANCELLED")))
        await connector.send_status("O1", "cancelled")
        await connector.send_status("O1", "cancelled")
        assert asked(vendor)[1] == {"input": {"orderId": "O1", "status": "CANCELLED"}}
        assert len(vendor.seen) == 3


async def test_a_lost_status_is_read_back() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(order()), drops(), result(order(status="DELIVERED")))
        await connector.send_status("O1", "delivered")
        vendor.will(result(order()), drops(), *[drops()] * 3)
        with pytest.raises(Doubtful):
            await connector.send_status("O1", "delivered")


async def test_what_this_form_cannot_do_is_said() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        with pytest.raises(Unsupported):
            await connector.send_status("O1", "refunded")
        with pytest.raises(Unsupported):
            await connector.answer_units("O1", [UnitAnswer("u", available=True)])


# -- levels -----------------------------------------------------------------------------------------------------------


async def test_levels_are_sent_and_confirmed_only_by_the_very_values() -> None:
    levels = [
        OutgoingLevel("A", 3, 1290, "EUR"),
        OutgoingLevel("B", 0, None, "EUR"),
        OutgoingLevel("C", 5, None, "EUR"),
        OutgoingLevel("D", None, 500, "EUR"),
        OutgoingLevel("E", 1, None, "EUR"),
        OutgoingLevel("F", 1, 1, "USD"),
    ]
    items = [
        {"sku": "A", "accepted": True, "quantity": 3, "price": 12.90},
        {"sku": "B", "accepted": True, "quantity": 0, "price": "9.00"},
        {"sku": "C", "accepted": True, "quantity": 4, "price": None},
        {"sku": "D", "accepted": False},
        None,
    ]
    errors = [{"id": "D", "code": "unknown_sku", "message": "No product has the SKU 'D'"}]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result({"items": items, "errors": errors}))
        found = await connector.push_levels(levels)
    assert asked(vendor)[0]["input"]["items"] == [
        {"sku": "A", "quantity": 3, "availability": "IN_STOCK", "price": "12.90"},
        {"sku": "B", "quantity": 0, "availability": "OUT_OF_STOCK"},
        {"sku": "C", "quantity": 5, "availability": "IN_STOCK"},
        {"sku": "D", "price": "5.00"},
        {"sku": "E", "quantity": 1, "availability": "IN_STOCK"},
    ]
    assert [(r.sku, r.state, r.quantity, r.price_minor, r.error and r.error[0]) for r in found] == [
        ("A", "confirmed", 3, 1290, None),
        ("B", "confirmed", 0, 900, None),
        ("C", "accepted", 4, None, None),
        ("D", "refused", None, None, "unknown_sku"),
        ("E", "accepted", None, None, None),
        ("F", "refused", None, None, "wrong_currency"),
    ]


async def test_a_push_without_a_usable_level_makes_no_call() -> None:
    async with vendor_server() as vendor, account(vendor, max_batch=1) as connector:
        assert await connector.push_levels([]) == ()
        with pytest.raises(ValueError, match="batch"):
            await connector.push_levels([OutgoingLevel("A", 1, None, "EUR")] * 2)
        assert vendor.seen == []


async def test_a_lost_push_is_doubtful_and_may_be_repeated_by_its_caller() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(answers({}, 504))
        with pytest.raises(Doubtful):
            await connector.push_levels([OutgoingLevel("A", 1, None, "EUR")])
        assert len(vendor.seen) == 1


async def test_the_watermark_stays_also_where_an_order_is_missing_without_a_word() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(order("A", "2026-03-01T10:00:00Z"), None, order("C", "2026-03-01T12:00:00Z"))))
        found = await connector.fetch_orders("new", '{"since":"2026-03-01T09:00:00Z"}', None)
        assert [problem.code for problem in found.problems] == ["missing_node"]
        assert json.loads(found.watermark or "") == {"since": "2026-03-01T09:00:00Z"}
