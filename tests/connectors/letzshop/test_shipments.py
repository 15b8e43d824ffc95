"""Each operation on the platform's own wire form: what is asked, where, what is understood, what goes wrong."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingLevel, OutgoingParcel, UnitAnswer
from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    Malformed,
    MutationsForbidden,
    RateLimited,
    Rejected,
    SchemaDrift,
    Unreachable,
    Unsupported,
    VendorError,
)
from tests.support.letzshop_account import KEY, letzshop
from tests.support.vendor_server import (
    Reply,
    VendorServer,
    answers,
    cuts,
    drops,
    fails,
    hangs,
    result,
    streams,
    vendor_server,
)

PARCEL = OutgoingParcel("ref-1", "s1", "greco", "T-1", datetime(2026, 3, 2, tzinfo=UTC), (("v", 1),), is_final=True)


def shipment(shipment_id: str = "s1", *states: str, **facts: Any) -> dict[str, Any]:
    units = [
        {"id": f"{shipment_id}-u{n}", "state": state, "variant": {"id": "v", "sku": "MUG", "price": "12.90"}}
        for n, state in enumerate(states or ("unconfirmed", "unconfirmed"))
    ]
    order = {"id": f"o-{shipment_id}", "number": "R1", "completedAt": "2026-03-01T10:00:00+01:00"}
    return {"id": shipment_id, "number": "H1", "state": "unconfirmed", "order": order, "inventoryUnits": units, **facts}


def page(*nodes: Any, after: str | None = None) -> Any:
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}


def account(server: VendorServer, **options: Any) -> Any:
    return letzshop(server.url, **{"wire_form": "shipments", **options})


# -- fetch_orders -----------------------------------------------------------------------------------------------------


async def test_a_poll_asks_for_unconfirmed_shipments_with_the_key() -> None:
    async with vendor_server() as vendor, account(vendor, page_size=7) as connector:
        vendor.will(result(page(shipment(), after="Mg")))
        found = await connector.fetch_orders("new", None, None)
        seen = vendor.seen[0]
        assert (seen.method, seen.path) == ("POST", "/graphql")
        assert seen.headers["Authorization"] == f"Bearer {KEY}"
        assert "shipments(state: unconfirmed," in seen.json["query"]
        assert "tracking" not in seen.json["query"]
        assert seen.json["variables"] == {"first": 7, "after": None}
        assert [order.channel_order_id for order in found.orders] == ["s1"]
        assert found.next_cursor is not None
        vendor.will(result(page()))
        last = await connector.fetch_orders("new", found.next_cursor, None)
        assert vendor.seen[1].json["variables"] == {"first": 7, "after": "Mg"}
        assert (last.orders, last.next_cursor, last.watermark) == ((), None, None)


async def test_the_payload_is_the_vendors_document_verbatim() -> None:
    text = '{"data":{"result":{"nodes":[{ "id":"s1","order":{"id":"o"},  "inventoryUnits":[],"new":1.10}]}}}'
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(answers(text))
        found = await connector.fetch_orders("new", None, None)
        assert found.orders[0].payload == b'{ "id":"s1","order":{"id":"o"},  "inventoryUnits":[],"new":1.10}'


@pytest.mark.parametrize("scope", ["open", "history"])
async def test_a_sweep_goes_through_the_states_in_the_order_in_which_shipments_move(scope: Any) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(after="x")), result(page()), result(page()), result(page()))
        cursor, states = None, []
        while True:
            found = await connector.fetch_orders(scope, cursor, None)
            query = vendor.seen[-1].json
            states.append((query["query"].split("state: ")[1].split(",")[0], query["variables"]["after"]))
            cursor = found.next_cursor
            if cursor is None:
                break
        assert states == [("unconfirmed", None), ("unconfirmed", "x"), ("confirmed", None), ("declined", None)]


async def test_history_leaves_out_what_is_older_and_keeps_what_tells_no_time() -> None:
    old = shipment("old", order={"id": "o", "completedAt": "2020-01-01T00:00:00Z"})
    timeless = shipment("timeless", order={"id": "o"})
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(shipment("s1"), old, timeless)))
        found = await connector.fetch_orders("history", None, datetime(2026, 1, 1, tzinfo=UTC))
        assert [order.channel_order_id for order in found.orders] == ["s1", "timeless"]


async def test_a_page_whose_cursor_is_refused_begins_that_state_anew() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(fails("Invalid cursor: 'x'", "argument_error"), result(page(shipment())))
        found = await connector.fetch_orders("open", '{"state":"confirmed","after":"x"}', None)
        assert [seen.json["variables"]["after"] for seen in vendor.seen] == ["x", None]
        assert "state: confirmed" in vendor.seen[1].json["query"]
        assert len(found.orders) == 1


@pytest.mark.parametrize("cursor", ["nonsense", '{"since":"2026-01-01T00:00:00Z"}', '{"state":"paid"}', "{}"])
async def test_a_cursor_of_another_kind_begins_the_walk_anew(cursor: str) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page()))
        await connector.fetch_orders("new", cursor, None)
        assert "state: unconfirmed" in vendor.seen[0].json["query"]


@pytest.mark.parametrize("after", [None, "x"])
async def test_a_list_that_never_ends_is_noticed(after: str | None) -> None:
    stuck = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": after}}
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(stuck))
        with pytest.raises(Malformed) as caught:
            await connector.fetch_orders("new", '{"state":"unconfirmed","after":"x"}', None)
        assert caught.value.code == "paging_stuck"


async def test_a_shipment_that_cannot_be_read_hurts_no_other() -> None:
    nodes = [
        shipment("good"),
        {"id": "torn", "order": None, "inventoryUnits": []},
        {"id": 7},
        shipment("dear", inventoryUnits=[{"id": "u", "variant": {"id": "v", "price": "NaN"}}]),
    ]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(*nodes)))
        found = await connector.fetch_orders("new", None, None)
        assert [order.channel_order_id for order in found.orders] == ["good"]
        assert [(p.record_id, p.code) for p in found.problems] == [
            ("torn", "unreadable"),
            ("", "unreadable"),
            ("dear", "unusable"),
        ]
        assert found.problems[0].payload.startswith(b'{"id": "torn"')


async def test_of_a_partial_answer_only_whole_shipments_are_taken() -> None:
    broken = shipment("half")
    broken["inventoryUnits"][1]["variant"] = None
    errors = [
        {"message": "boom", "path": ["result", "nodes", 1]},
        {"message": "boom", "path": ["result", "nodes", 2, "inventoryUnits", 1, "variant"]},
    ]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(page(shipment("s1"), None, broken), errors))
        found = await connector.fetch_orders("new", None, None)
        assert [order.channel_order_id for order in found.orders] == ["s1"]
        assert [(p.record_id, p.code) for p in found.problems] == [("", "missing_node"), ("half", "not_whole")]


async def test_another_sellers_shipments_are_left_out_and_counted() -> None:
    schema = {
        "types": [
            {"name": "Query", "fields": [{"name": "shipments", "args": []}]},
            {"name": "Shipment", "fields": [{"name": "vendor", "args": []}]},
        ],
        "queryType": {"name": "Query"},
    }
    nodes = [
        shipment("ours", vendor={"id": "1", "slug": "ada"}),
        shipment("theirs", vendor={"id": "2", "slug": "eve"}),
        shipment("whose", vendor=None),
    ]
    async with vendor_server() as vendor, account(vendor, vendor="ada") as connector:
        vendor.will(result(schema), result(page(*nodes)))
        found = await connector.fetch_orders("new", None, None)
        assert "vendor { id slug }" in vendor.seen[1].json["query"]
        assert [(o.channel_order_id, [c for c, _ in o.problems]) for o in found.orders] == [
            ("ours", []),
            ("whose", ["unknown_vendor"]),
        ]
        assert found.left_out == 1


@pytest.mark.parametrize(
    ("reply", "family", "tries"),
    [
        (answers({}, 401), AuthRefused, 1),
        (answers({}, 403), AuthRefused, 1),
        (answers({}, 429), RateLimited, 1),
        (answers({}, 502), Unreachable, 3),
        (drops(), Unreachable, 3),
        (cuts('{"data": {"result": {"nodes": []}}}'), Unreachable, 3),
        (answers("<!DOCTYPE html><html>Back soon</html>"), Unreachable, 3),
        (answers('{"data": {"result": {"no'), Malformed, 1),
        (answers("[]"), Malformed, 1),
        (answers({"data": None}), Malformed, 1),
        (answers({"data": {"result": {"nodes": "many"}}}), Malformed, 1),
        (answers({"data": {"result": {}}}), Malformed, 1),
        (streams(2 * 1024 * 1024), Malformed, 1),
        (fails("Something went wrong"), Unreachable, 3),
        (answers({"data": None, "errors": [{"message": None}]}), Unreachable, 3),
        (fails('Cannot query field "inventoryUnits" on type "Shipment".'), SchemaDrift, 1),
        (answers({"errors": [{"message": "Unknown type"}]}, 400), SchemaDrift, 1),
        (answers({}, 400), Rejected, 1),
        (fails("who are you", "UNAUTHENTICATED"), AuthRefused, 1),
    ],
)
async def test_what_goes_wrong_with_a_poll(reply: Reply, family: type[VendorError], tries: int) -> None:
    async with vendor_server() as vendor, account(vendor, http={"max_response": 1024 * 1024}) as connector:
        vendor.will(*[reply] * 5)
        with pytest.raises(family):
            await connector.fetch_orders("new", None, None)
        assert len(vendor.seen) == tries


async def test_the_vendors_words_reach_the_operator_without_the_key() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(*[fails(f"user jeanne@example.lu with {KEY} hit a bug")] * 3)
        with pytest.raises(Unreachable, match=r"user <e-mail> with \*\*\* hit a bug"):
            await connector.fetch_orders("new", None, None)


# -- fetch_order ------------------------------------------------------------------------------------------------------


async def test_one_shipment_is_asked_for_by_its_id() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), result(None))
        order = await connector.fetch_order("s1")
        assert vendor.seen[0].json["variables"] == {"id": "s1"}
        assert order is not None
        assert order.channel_order_id == "s1"
        assert await connector.fetch_order("s2") is None


async def test_where_one_shipment_cannot_be_asked_for_the_lists_are_searched() -> None:
    drift = fails("Field 'shipment' doesn't exist on type 'Query'")
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(drift, result(page(after="x")), result(page()), result(page(shipment("s1"))))
        order = await connector.fetch_order("s1")
        assert order is not None
        vendor.will(*[result(page())] * 3)
        assert await connector.fetch_order("s9") is None
        assert len(vendor.seen) == 4 + 3


async def test_a_torn_shipment_is_asked_again_later() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment(), [{"message": "boom", "path": ["result", "order"]}]))
        with pytest.raises(Unreachable):
            await connector.fetch_order("s1")


# -- answer_units -----------------------------------------------------------------------------------------------------


def told(*states: str, errors: Any = ()) -> dict[str, Any]:
    return {"units": [{"id": f"s1-u{n}", "state": state} for n, state in enumerate(states)], "errors": list(errors)}


YES, NO = UnitAnswer("s1-u0", available=True), UnitAnswer("s1-u1", available=False)


async def test_units_are_read_first_and_only_open_ones_are_answered() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment("s1", "confirmed_available", "unconfirmed")))
        vendor.will(result({"units": [{"id": "s1-u1", "state": "confirmed_unavailable"}], "errors": []}))
        verdicts = await connector.answer_units("s1", [YES, NO])
        assert vendor.seen[1].json["variables"] == {
            "input": {"inventoryUnits": [{"inventoryUnitId": "s1-u1", "isAvailable": False}]}
        }
        assert [(v.unit_id, v.state, v.error) for v in verdicts] == [
            ("s1-u0", "confirmed_available", None),
            ("s1-u1", "confirmed_unavailable", None),
        ]


async def test_where_nothing_is_open_nothing_is_sent() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment("s1", "confirmed_available", "returned")))
        verdicts = await connector.answer_units("s1", [YES, UnitAnswer("s1-u1", available=True)])
        assert [v.error for v in verdicts] == [None, None]
        assert len(vendor.seen) == 1


async def test_an_opposite_answer_given_elsewhere_is_an_error_of_that_unit_alone() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment("s1", "confirmed_unavailable", "unconfirmed")))
        vendor.will(result({"units": [{"id": "s1-u1", "state": "confirmed_unavailable"}]}))
        first, second = await connector.answer_units("s1", [YES, NO])
        assert first.error is not None
        assert (first.error[0], first.state, second.error) == ("answered_otherwise", "confirmed_unavailable", None)


async def test_unknown_units_and_states_are_named_and_nothing_is_sent_for_them() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment("s1", "on_the_moon")))
        verdicts = await connector.answer_units("s1", [YES, NO])
        assert [v.error and v.error[0] for v in verdicts] == ["unknown_unit_state", "unknown_unit"]
        assert len(vendor.seen) == 1


async def test_the_states_in_the_payload_count_even_where_errors_stand_beside_them() -> None:
    errors = [{"id": "s1-u0", "code": "already_answered", "message": "is answered"}, {"id": "s1-u1", "code": "no"}]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), result(told("confirmed_available", "unconfirmed", errors=errors)))
        first, second = await connector.answer_units("s1", [YES, NO])
        assert (first.state, first.error) == ("confirmed_available", None)
        assert second.error is not None
        assert second.error[0] == "no"


async def test_a_payload_that_is_silent_on_a_unit_makes_it_read_again() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), result({"units": [], "errors": []}))
        vendor.will(result(shipment("s1", "confirmed_available", "unconfirmed")))
        first, second = await connector.answer_units("s1", [YES, NO])
        assert first.error is None
        assert second.error is not None
        assert second.error[0] == "not_taken"


LOST: list[Any] = [
    drops(),
    answers({}, 502),
    answers("<html>"),
    cuts('{"data": {"result": {}}}'),
    answers('{"data": {"res'),
    streams(2 * 1024 * 1024),
    fails("boom"),
    result(None, [{"message": "boom", "path": ["result"]}]),
    answers({"data": None}),
]


@pytest.mark.parametrize("lost", LOST)
async def test_after_a_lost_answer_the_shipment_is_read_before_anything_else(lost: Reply) -> None:
    async with vendor_server() as vendor, account(vendor, http={"max_response": 1024 * 1024}) as connector:
        vendor.will(result(shipment()), lost, result(shipment("s1", "confirmed_available", "confirmed_unavailable")))
        verdicts = await connector.answer_units("s1", [YES, NO])
        assert [v.error for v in verdicts] == [None, None]
        assert [("mutation" in seen.json["query"]) for seen in vendor.seen] == [False, True, False]


async def test_an_answer_that_was_lost_on_the_way_is_sent_again_later() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), drops(), result(shipment()))
        with pytest.raises(Unreachable) as caught:
            await connector.answer_units("s1", [YES, NO])
        assert caught.value.code == "not_taken"


async def test_an_answer_of_which_nothing_can_be_learned_stays_doubtful() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), drops(), *[answers({}, 502)] * 3)
        with pytest.raises(Doubtful):
            await connector.answer_units("s1", [YES, NO])


async def test_a_slow_answer_is_doubtful_too() -> None:
    done = asyncio.Event()
    async with vendor_server() as vendor, account(vendor, http={"call_timeout": 0.2}) as connector:
        vendor.will(result(shipment()), hangs(done.wait()))
        vendor.will(result(shipment("s1", "confirmed_available", "confirmed_unavailable")))
        assert [v.error for v in await connector.answer_units("s1", [YES, NO])] == [None, None]
        done.set()


async def test_a_changed_schema_stops_an_answer_without_doubt() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(shipment()), fails("InputObject 'X' doesn't accept argument 'isAvailable'"))
        with pytest.raises(SchemaDrift):
            await connector.answer_units("s1", [YES, NO])


async def test_a_shipment_that_is_not_there_cannot_be_answered() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result(None))
        with pytest.raises(Rejected) as caught:
            await connector.answer_units("s1", [YES])
        assert caught.value.code == "not_found"


# -- send_parcel and the rest -----------------------------------------------------------------------------------------


async def test_a_parcel_sets_the_shipments_tracking() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result({"shipment": {"id": "s1"}, "errors": []}))
        await connector.send_parcel(PARCEL)
        assert "setShipmentTracking" in vendor.seen[0].json["query"]
        assert vendor.seen[0].json["variables"] == {
            "input": {"shipmentId": "s1", "trackingCode": "T-1", "provider": "greco"}
        }


async def test_a_parcel_that_has_nothing_to_tell_makes_no_call() -> None:
    bare = OutgoingParcel("ref-1", "s1", "", "", PARCEL.shipped_at, (), is_final=True)
    async with vendor_server() as vendor, account(vendor) as connector:
        await connector.send_parcel(bare)
        assert vendor.seen == []


async def test_a_refused_parcel_names_the_vendors_reason() -> None:
    errors = [{"id": "s1", "code": "invalid_state", "message": "The shipment is declined"}]
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(result({"shipment": None, "errors": errors}))
        with pytest.raises(Rejected, match="The shipment is declined") as caught:
            await connector.send_parcel(PARCEL)
        assert caught.value.code == "invalid_state"


async def test_a_lost_parcel_is_looked_up_and_stays_doubtful_where_reading_is_broken() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(drops(), result({"tracking": {"code": "T-1", "provider": "greco"}}))
        await connector.send_parcel(PARCEL)
        vendor.will(drops(), *[fails("undefined method `tracking' for nil")] * 3)
        with pytest.raises(Doubtful):
            await connector.send_parcel(PARCEL)


async def test_what_the_platform_cannot_do_is_said() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        with pytest.raises(Unsupported):
            await connector.send_status("s1", "shipped")
        with pytest.raises(Unsupported):
            await connector.push_levels([OutgoingLevel("MUG", 1, None, "EUR")])
        with pytest.raises(Unsupported):
            await connector.read_levels(["MUG"])
        assert vendor.seen == []


async def test_nothing_is_changed_unless_the_channel_allows_it() -> None:
    async with vendor_server() as vendor, account(vendor, allows_mutations=False) as connector:
        for call in (
            connector.answer_units("s1", [YES]),
            connector.send_parcel(PARCEL),
            connector.send_status("s1", "shipped"),
            connector.push_levels([]),
        ):
            with pytest.raises(MutationsForbidden, match="allow_mutations"):
                await call
        assert vendor.seen == []


async def test_urgent_answers_go_before_bulk_reading() -> None:
    started, go = asyncio.Event(), asyncio.Event()
    async with vendor_server() as vendor, account(vendor) as connector:

        async def reply(request: Any) -> Any:
            if len(vendor.seen) == 1:
                started.set()
                await go.wait()
            single = "shipment(id:" in vendor.seen[-1].json["query"]
            return await result(shipment("s1", "confirmed_available") if single else page())(request)

        vendor.will(*[reply] * 3)
        first = asyncio.create_task(connector.fetch_orders("history", None, None))
        await started.wait()
        second = asyncio.create_task(connector.fetch_orders("history", None, None))
        await asyncio.sleep(0)
        third = asyncio.create_task(connector.answer_units("s1", [YES]))
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(first, second, third)
        assert ["shipment(id:" in seen.json["query"] for seen in vendor.seen] == [False, True, False]
