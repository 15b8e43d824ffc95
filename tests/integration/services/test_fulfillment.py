"""Parcels on both databases: pieces leave once, out of what is there, and the channel hears of each parcel."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import OrderChanged
from orion_daemon.services import fulfillment, inventory, order_results, orders
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}


async def confirmed(database: Database, *lines: Any, stock: int = 10) -> tuple[Shop, int, list[int]]:
    shop = await open_shop(database, {"MUG": stock, "CAP": stock, "MADE": None})
    await shop.take(order("1", *(lines or (line("MUG", 3), line("CAP", 1))), status="confirmed"))
    return shop, (await shop.order("1"))["id"], [row["id"] for row in await shop.lines("1")]


async def test_an_order_leaves_in_two_parcels(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    first = await fulfillment.ship(database, order_id, {mug: 2}, reference="p1", carrier="Post", **BY)
    assert (first.order.status, first.order.sync_status, first.existed) == ("confirmed", "pending", False)
    assert await shop.level("MUG") == (8, 1)
    second = await fulfillment.ship(database, order_id, reference="p2", tracking_number="T2", **BY)
    assert second.order.status == "shipped"
    assert [await shop.level(sku) for sku in ("MUG", "CAP")] == [(7, 0), (9, 0)]
    assert [row["stock_state"] for row in await shop.lines("1")] == ["deducted", "deducted"]
    parcels = [await fulfillment.parcel_to_send(database, one.shipment_id) for one in (first, second)]
    assert [(one.reference, one.lines, one.is_final) for one in parcels] == [
        ("p1", (("line-MUG", 2),), False),
        ("p2", (("line-MUG", 1), ("line-CAP", 1)), True),
    ]
    jobs = await shop.jobs("SendShipment")
    assert [job["entity"] for job in jobs] == [f"order:{order_id}"] * 2
    assert await inventory.verify_ledger(database) == []


async def test_one_reference_ships_once_whoever_repeats_it(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    sent = await asyncio.gather(
        *(fulfillment.ship(database, order_id, {mug: 1}, reference="p1", **BY) for _ in range(4))
    )
    assert len({one.shipment_id for one in sent}) == 1
    assert sorted(one.existed for one in sent) == [False, True, True, True]
    assert await shop.level("MUG") == (9, 2)
    await shop.take(order("2", line("MUG"), status="confirmed"))
    with pytest.raises(Conflict) as caught:
        await fulfillment.ship(database, (await shop.order("2"))["id"], reference="p1", **BY)
    assert caught.value.code is Code.ALREADY_EXISTS


async def test_a_short_line_leaves_only_when_pieces_are_there(database: Database) -> None:
    shop, order_id, [mug] = await confirmed(database, line("MUG", 3), stock=2)
    with pytest.raises(Refused) as caught:
        await fulfillment.ship(database, order_id, reference="p1", **BY)
    assert caught.value.code is Code.NOT_ENOUGH_STOCK
    assert (await shop.count("shipments"), await shop.level("MUG")) == (0, (2, 0))
    await fulfillment.ship(database, order_id, {mug: 2}, reference="p1", **BY)
    assert await shop.level("MUG") == (0, 0)
    await inventory.adjust(database, shop.products["MUG"], delta=1, **BY)
    assert await shop.level("MUG") == (1, 1)
    await fulfillment.ship(database, order_id, reference="p2", **BY)
    assert await shop.level("MUG") == (0, 0)
    assert (await shop.order("1"))["attention"] == ""
    assert await inventory.verify_ledger(database) == []


async def test_what_was_lost_after_it_was_reserved_does_not_leave(database: Database) -> None:
    shop, order_id, _ = await confirmed(database, line("MUG", 3))
    await inventory.adjust(database, shop.products["MUG"], set_to=1, note="broken", **BY)
    assert await shop.level("MUG") == (1, 3)
    with pytest.raises(Refused):
        await fulfillment.ship(database, order_id, reference="p1", **BY)


async def test_more_than_is_confirmed_or_an_unconfirmed_order_does_not_leave(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    with pytest.raises(Conflict) as caught:
        await fulfillment.ship(database, order_id, {mug: 4}, reference="p1", **BY)
    assert caught.value.code is Code.QUANTITY_TOO_LARGE
    with pytest.raises(Invalid):
        await fulfillment.ship(database, order_id, {mug: 0}, reference="p1", **BY)
    await shop.take(order("2", line("MUG")))
    with pytest.raises(Conflict):
        await fulfillment.ship(database, (await shop.order("2"))["id"], reference="p2", **BY)
    assert await shop.count("shipments") == 0


async def test_the_rest_of_a_partly_shipped_order_can_be_declined(database: Database) -> None:
    shop, order_id, [mug, cap] = await confirmed(database)
    await fulfillment.ship(database, order_id, {mug: 3}, reference="p1", **BY)
    with pytest.raises(Conflict):
        await orders.cancel_order(database, order_id, **BY)
    state = await orders.decline_units(database, order_id, {cap: 1}, **BY)
    assert state.status == "shipped"
    assert await shop.level("CAP") == (10, 0)


async def test_what_is_sold_without_stock_leaves_without_stock(database: Database) -> None:
    shop, order_id, _ = await confirmed(database, line("MADE", 2))
    assert (await fulfillment.ship(database, order_id, reference="p1", **BY)).order.status == "shipped"
    assert await shop.count("inventory_movements") == 2  # the first stock of the two others


async def test_parcels_are_synced_one_by_one_and_a_failed_one_stays_visible(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    first = await fulfillment.ship(database, order_id, {mug: 1}, reference="p1", **BY)
    second = await fulfillment.ship(database, order_id, {mug: 1}, reference="p2", **BY)
    settled: list[Any] = []

    async def settle(tx: Any) -> None:
        settled.append(
            await tx.execute("UPDATE jobs SET state = 'done', finished_at = $1 WHERE id = $2", NOW, jobs.pop(0))
        )

    jobs = [job["id"] for job in await shop.jobs("SendShipment")]
    await order_results.record_failure(
        database, order_id, "rejected", "no such parcel service", now=NOW, shipment_id=first.shipment_id, settle=settle
    )
    await order_results.record_parcel(database, second.shipment_id, now=NOW, settle=settle)
    row = await shop.order("1")
    assert (settled, row["sync_status"], row["attention"]) == ([1, 1], "failed", "sending_failed")
    await order_results.record_parcel(database, first.shipment_id, now=NOW)
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"]) == ("synced", "")
    assert [one["sync_status"] for one in await database.fetch("SELECT sync_status FROM shipments")] == ["synced"] * 2


async def test_delivered_is_the_shops_word_and_reaches_the_parcels(database: Database) -> None:
    shop, order_id, _ = await confirmed(database)
    await fulfillment.ship(database, order_id, reference="p1", **BY)
    assert (await orders.mark_delivered(database, order_id, **BY)).status == "delivered"
    assert await database.fetch_value("SELECT delivered_at FROM shipments") == NOW
    assert [job["args_json"]["status"] for job in await shop.jobs("SendStatus")] == ["delivered"]


async def test_what_is_left_of_an_order_can_be_sent_after_a_part_came_back(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    names = units("confirmed_available", "confirmed_available")
    await shop.take(order("1", line("MUG", 2, units=names, confirmed=2, cancelled=0), status="confirmed"))
    order_id, item_id = (await shop.order("1"))["id"], (await shop.lines("1"))[0]["id"]
    await fulfillment.ship(database, order_id, {item_id: 1}, reference="P-1", **BY)
    back = units("returned", "confirmed_available")
    told = line("MUG", 2, units=back, confirmed=2, cancelled=0, returned=1)
    await shop.take(order("1", told, status="partially_refunded"))
    assert await shop.level("MUG") == (9, 1)
    await fulfillment.ship(database, order_id, reference="P-2", **BY)
    assert await shop.level("MUG") == (8, 0)
    assert (await shop.order("1"))["status"] == "partially_refunded"


async def in_two_parcels(database: Database, *lines: Any) -> tuple[Shop, int, list[int]]:
    shop, order_id, [mug, *_] = await confirmed(database, *lines)
    first = await fulfillment.ship(database, order_id, {mug: 2}, reference="p1", **BY)
    second = await fulfillment.ship(database, order_id, reference="p2", **BY)
    return shop, order_id, [first.shipment_id, second.shipment_id]


async def test_an_order_is_delivered_with_its_last_parcel(database: Database) -> None:
    shop, order_id, [first, second] = await in_two_parcels(database)
    done = await fulfillment.mark_shipment_delivered(database, second, **BY)
    assert (done.order.status, done.existed, done.is_told) == ("shipped", False, False)
    assert await shop.jobs("SendStatus") == []
    done = await fulfillment.mark_shipment_delivered(database, first, note="signed by a neighbour", **BY)
    assert (done.order.status, done.order.sync_status, done.is_told) == ("delivered", "pending", True)
    [job] = await shop.jobs("SendStatus")
    assert job["args_json"] == {"order_id": order_id, "status": "delivered"}
    for shipment_id in (first, second):
        again = await fulfillment.mark_shipment_delivered(database, shipment_id, **BY)
        assert (again.order.status, again.existed, again.is_told) == ("delivered", True, False)
    history = await database.fetch("SELECT to_status, cause, actor, note FROM order_status_history ORDER BY id")
    assert tuple(history[-1].values()) == ("delivered", "operator", "ann", "signed by a neighbour")
    assert [row["to_status"] for row in history] == ["confirmed", "shipped", "delivered"]
    entries = await database.fetch("SELECT action, subject FROM audit_entries ORDER BY id")
    assert [tuple(entry.values()) for entry in entries] == [
        ("shipment.delivered", f"shipment:{second}"),
        ("shipment.delivered", f"shipment:{first}"),
    ]
    events = [event for event in database.bus.events if isinstance(event, OrderChanged)]  # type: ignore[attr-defined]
    assert [event.what for event in events[-2:]] == ["shipment", "status"]


async def test_a_parcel_of_an_order_that_is_still_being_sent_moves_nothing_yet(database: Database) -> None:
    shop, order_id, [mug, cap] = await confirmed(database)
    first = await fulfillment.ship(database, order_id, {mug: 3}, reference="p1", **BY)
    done = await fulfillment.mark_shipment_delivered(database, first.shipment_id, **BY)
    assert done.order.status == "confirmed"
    await orders.decline_units(database, order_id, {cap: 1}, **BY)  # so that nothing is left to be sent
    assert (await shop.order("1"))["status"] == "shipped"
    again = await fulfillment.mark_shipment_delivered(database, first.shipment_id, **BY)
    assert (again.order.status, again.existed) == ("delivered", True)


async def test_pieces_that_left_without_a_parcel_keep_the_order_from_being_delivered(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    first = await fulfillment.ship(database, order_id, {mug: 1}, reference="p1", **BY)
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status="shipped"))
    done = await fulfillment.mark_shipment_delivered(database, first.shipment_id, **BY)
    assert done.order.status == "shipped"
    assert (await orders.mark_delivered(database, order_id, **BY)).status == "delivered"


async def test_a_channel_that_names_units_hears_nothing_of_deliveries(database: Database) -> None:
    pieces = line("MUG", 2, units=units("confirmed_available", "confirmed_available"), confirmed=2)
    shop, order_id, _ = await confirmed(database, pieces)
    sent = await fulfillment.ship(database, order_id, reference="p1", **BY)
    done = await fulfillment.mark_shipment_delivered(database, sent.shipment_id, **BY)
    assert (done.order.status, done.is_told) == ("delivered", False)
    assert await shop.jobs("SendStatus") == []


async def test_a_channel_that_may_only_be_read_is_not_told_and_nothing_changes(database: Database) -> None:
    shop, _, parcels = await in_two_parcels(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET allows_mutations = $1", False)
    await fulfillment.mark_shipment_delivered(database, parcels[0], **BY)
    with pytest.raises(Refused) as caught:
        await fulfillment.mark_shipment_delivered(database, parcels[1], **BY)
    assert caught.value.code is Code.MUTATIONS_FORBIDDEN
    delivered = await database.fetch("SELECT id FROM shipments WHERE delivered_at IS NOT NULL")
    assert [row["id"] for row in delivered] == parcels[:1]
    assert (await shop.order("1"))["status"] == "shipped"


async def test_a_time_of_delivery_lies_between_sending_and_now(database: Database) -> None:
    _, _, [first, _] = await in_two_parcels(database)
    for wrong in (NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)):
        with pytest.raises(Invalid) as caught:
            await fulfillment.mark_shipment_delivered(database, first, delivered_at=wrong, **BY)
        assert caught.value.field == "deliveredAt"
    later = BY | {"now": NOW + timedelta(days=3)}
    for moment in (NOW + timedelta(days=1), NOW + timedelta(days=2)):
        await fulfillment.mark_shipment_delivered(database, first, delivered_at=moment, **later)
    found = await database.fetch_value("SELECT delivered_at FROM shipments WHERE id = $1", first)
    assert found == NOW + timedelta(days=1)
    with pytest.raises(NotFound):
        await fulfillment.mark_shipment_delivered(database, 10**9, **BY)


async def test_of_parcels_that_arrive_at_once_one_delivers_the_order(database: Database) -> None:
    shop, _, parcels = await in_two_parcels(database)
    done = await asyncio.gather(
        *(fulfillment.mark_shipment_delivered(database, parcel, **BY) for parcel in parcels * 2)
    )
    assert sum(one.is_told for one in done) == 1
    assert sum(one.existed for one in done) == 2
    assert (await shop.order("1"))["status"] == "delivered"


async def test_nothing_is_sent_while_the_buyer_asks_to_cancel(database: Database) -> None:
    asks = (("cancellation_requested", "The buyer asks to cancel: found it cheaper."),)
    shop, order_id, _ = await confirmed(database)
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status="confirmed", problems=asks))
    with pytest.raises(Conflict) as caught:
        await fulfillment.ship(database, order_id, reference="p1", **BY)
    assert caught.value.code is Code.CANCELLATION_REQUESTED
    assert await shop.count("shipments") == 0
    await orders.clear_attention(database, order_id, "cancellation_requested", **BY)
    assert (await fulfillment.ship(database, order_id, reference="p1", **BY)).order.status == "shipped"


async def test_a_request_to_cancel_that_was_taken_back_holds_nothing_up(database: Database) -> None:
    asks = (("cancellation_requested", "The buyer asks to cancel."),)
    shop, order_id, _ = await confirmed(database)
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status="confirmed", problems=asks))
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status="confirmed"))
    assert (await fulfillment.ship(database, order_id, reference="p1", **BY)).order.status == "shipped"


async def test_an_order_that_the_buyer_asks_to_cancel_can_be_cancelled(database: Database) -> None:
    asks = (("cancellation_requested", "The buyer asks to cancel."),)
    shop, order_id, _ = await confirmed(database)
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status="confirmed", problems=asks))
    assert (await orders.cancel_order(database, order_id, **BY)).status == "cancelled"
    assert await shop.level("MUG") == (10, 0)


async def test_parcels_are_numbered_within_their_order(database: Database) -> None:
    shop, order_id, [mug, _] = await confirmed(database)
    await shop.take(order("2", line("MUG"), status="confirmed"))
    other = await fulfillment.ship(database, (await shop.order("2"))["id"], reference="q1", **BY)
    sent = [await fulfillment.ship(database, order_id, {mug: 1}, reference=f"p{n}", **BY) for n in range(3)]
    numbers = [(await fulfillment.parcel_to_send(database, one.shipment_id)).number for one in (other, *sent)]
    assert numbers == [1, 1, 2, 3]


async def test_a_parcel_that_the_channel_refused_is_corrected_and_told_by_the_same_job(database: Database) -> None:
    shop, order_id, _ = await confirmed(database)
    sent = await fulfillment.ship(database, order_id, reference="p1", carrier="DHL", **BY)
    number = {"carrier": "DHL", "tracking_number": "JD1"}
    with pytest.raises(Conflict, match="is being told"):
        await fulfillment.correct_shipment(database, sent.shipment_id, **number, **BY)
    async with database.transaction() as tx:
        dead = "UPDATE jobs SET state = 'dead', attempts = 1, error_family = 'rejected', error_code = 'no',"
        await tx.execute(dead + " error_message = 'no', finished_at = $1 WHERE kind = 'SendShipment'", NOW)
    await order_results.record_failure(
        database, order_id, "tracking_number_needed", "no", now=NOW, shipment_id=sent.shipment_id
    )
    assert (await shop.order("1"))["sync_status"] == "failed"

    state = await fulfillment.correct_shipment(database, sent.shipment_id, **number, **BY)
    assert (state.status, state.sync_status) == ("shipped", "pending")
    [job] = await shop.jobs("SendShipment")
    assert (job["state"], job["attempts"]) == ("waiting", 0)
    parcel = await fulfillment.parcel_to_send(database, sent.shipment_id)
    assert (parcel.number, parcel.tracking_number, parcel.reference) == (1, "JD1", "p1")
    assert [await shop.level(sku) for sku in ("MUG", "CAP")] == [(7, 0), (9, 0)]  # nothing left a second time

    await order_results.record_parcel(database, sent.shipment_id, now=NOW)
    row = await shop.order("1")
    assert row["attention"] == ""
    with pytest.raises(Conflict, match="knows it: correct it there"):
        await fulfillment.correct_shipment(database, sent.shipment_id, **number, **BY)
    with pytest.raises(NotFound):
        await fulfillment.correct_shipment(database, 99, **number, **BY)
    with pytest.raises(Invalid):
        await fulfillment.correct_shipment(database, sent.shipment_id, carrier="x" * 101, tracking_number="", **BY)


async def test_a_parcel_whose_message_was_withdrawn_gets_a_new_one(database: Database) -> None:
    shop, order_id, _ = await confirmed(database)
    sent = await fulfillment.ship(database, order_id, reference="p1", **BY)
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET state = 'cancelled', finished_at = $1", NOW)
    await order_results.record_failure(database, order_id, "withdrawn", "by ann", now=NOW, shipment_id=sent.shipment_id)
    await fulfillment.correct_shipment(database, sent.shipment_id, carrier="DHL", tracking_number="JD1", **BY)
    assert [job["state"] for job in await shop.jobs("SendShipment")] == ["cancelled", "waiting"]
