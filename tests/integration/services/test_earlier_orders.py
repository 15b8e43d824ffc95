"""Orders that were answered before anybody watched the channel, on both databases: they hold nothing, ask for a
person, and whatever the person says, the books add up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.services import earlier_orders, fulfillment, inventory, order_matching, orders
from orion_daemon.services.errors import Code, Conflict, NotFound, Refused
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}
YES, OPEN, BACK = "confirmed_available", "unconfirmed", "returned"
LAST_WEEK = NOW - timedelta(days=7)


def shipment(number: str, *states: str, sku: str = "MUG", placed: Any = LAST_WEEK, **more: Any) -> IncomingOrder:
    """As the channel's own form shows it: units, and no word of what has left."""
    back, yes = states.count(BACK), states.count(YES)
    piece = line(sku, len(states), units=units(*states), confirmed=yes + back, cancelled=0, returned=back)
    status = "refunded" if back == len(states) else "partially_refunded" if back else "confirmed" if yes else "pending"
    return order(number, piece, placed_at=placed, tells_sending=False, **({"status": status} | more))


async def open_watched(database: Database, stock: int = 10) -> Shop:
    shop = await open_shop(database, {"MUG": stock})
    await shop.take(finished=True)
    return shop


async def facts(shop: Shop, number: str = "1") -> tuple[str, str, list[tuple[int, int, str]]]:
    row = await shop.order(number)
    return (
        row["status"],
        row["attention"],
        [(item["shipped"], item["earlier"], item["stock_state"]) for item in await shop.lines(number)],
    )


async def test_what_was_answered_before_the_first_poll_holds_nothing_and_says_so(database: Database) -> None:
    shop = await open_watched(database)
    page = await shop.take(shipment("1", YES, YES), shipment("2", OPEN), shipment("3", YES, placed=NOW), finished=True)
    assert await facts(shop, "1") == ("confirmed", "answered_before", [(0, 2, "none")])
    assert await facts(shop, "2") == ("pending", "", [(0, 0, "reserved")])
    assert await facts(shop, "3") == ("confirmed", "", [(0, 0, "reserved")])
    assert await shop.level("MUG") == (10, 2)
    assert page.attention == ((await shop.order("1"))["id"],)
    assert "2 pieces were confirmed" in (await shop.order("1"))["attention_reason"]
    assert await inventory.verify_ledger(database) == []


async def test_before_the_first_poll_has_ended_nobody_watches(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(shipment("1", YES, placed=NOW), walk="reconcile", finished=True)
    await shop.take(shipment("2", YES, placed=NOW), cursor="more")
    await shop.take(shipment("3", YES, placed=None))
    assert await shop.level("MUG") == (10, 0)
    await shop.take(finished=True, now=NOW + timedelta(hours=1))
    await shop.take(finished=True, now=NOW + timedelta(hours=2))
    since = await database.fetch_value("SELECT orders_first_polled_at FROM channels WHERE id = $1", shop.channel_id)
    assert since == NOW + timedelta(hours=1)


async def test_a_channel_that_says_what_has_left_is_believed(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(replace(shipment("1", YES), tells_sending=True))
    assert await facts(shop) == ("confirmed", "", [(0, 0, "reserved")])


async def test_pieces_that_wait_for_an_answer_are_held_beside_those_from_before(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", YES, YES, OPEN))
    assert await facts(shop) == ("confirmed", "answered_before", [(0, 2, "reserved")])
    assert await shop.level("MUG") == (10, 1)
    order_id = (await shop.order("1"))["id"]
    await orders.confirm_units(database, order_id, **BY)
    assert await shop.level("MUG") == (10, 1)
    state = await earlier_orders.mark_sent(database, order_id, **BY)
    assert (state.status, state.attention) == ("confirmed", "")
    assert await facts(shop) == ("confirmed", "", [(2, 0, "reserved")])
    assert (await fulfillment.ship(database, order_id, reference="p", **BY)).order.status == "shipped"
    assert await shop.level("MUG") == (9, 0)
    assert await inventory.verify_ledger(database) == []


async def test_what_has_left_is_shipped_without_stock_and_without_a_word_to_the_channel(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", YES, YES))
    order_id = (await shop.order("1"))["id"]
    state = await earlier_orders.mark_sent(database, order_id, note="by post last week", **BY)
    assert (state.status, state.sync_status, state.attention) == ("shipped", "synced", "")
    assert await facts(shop) == ("shipped", "", [(2, 0, "none")])
    assert await shop.level("MUG") == (10, 0)
    assert await shop.count("shipments") == 0
    assert await shop.jobs("SendShipment") == []
    [_, moved] = await database.fetch("SELECT to_status, cause, actor, note FROM order_status_history ORDER BY id")
    assert tuple(moved.values()) == ("shipped", "operator", "ann", "by post last week")
    [entry] = await database.fetch("SELECT action, subject FROM audit_entries")
    assert tuple(entry.values()) == ("earlier_orders.sent", f"order:{order_id}")
    with pytest.raises(Conflict, match="somebody has said"):
        await earlier_orders.mark_sent(database, order_id, **BY)
    await shop.take(shipment("1", YES, YES, locale="fr"))  # the channel goes on saying "confirmed"
    assert await facts(shop) == ("shipped", "", [(2, 0, "none")])


async def test_what_is_still_to_be_sent_is_held_from_now_on(database: Database) -> None:
    shop = await open_watched(database, stock=3)
    await shop.take(shipment("1", YES, YES), shipment("2", YES, YES))
    first, second = (await shop.order("1"))["id"], (await shop.order("2"))["id"]
    assert (await earlier_orders.reserve(database, first, **BY)).attention == ""
    assert await facts(shop, "1") == ("confirmed", "", [(0, 0, "reserved")])
    assert (await earlier_orders.reserve(database, second, **BY)).attention == "short"
    assert await facts(shop, "2") == ("confirmed", "short", [(0, 0, "short")])
    assert await shop.level("MUG") == (3, 2)
    with pytest.raises(Conflict, match="somebody has said"):
        await earlier_orders.reserve(database, first, **BY)
    assert await inventory.verify_ledger(database) == []


async def test_working_on_an_order_says_that_its_goods_are_here(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(*(shipment(number, YES, YES) for number in "1234"))
    ids = [(await shop.order(number))["id"] for number in "1234"]
    await orders.mark_processing(database, ids[0], **BY)
    assert await facts(shop, "1") == ("processing", "", [(0, 0, "reserved")])
    await orders.mark_ready(database, ids[1], **BY)
    [item] = await shop.lines("3")
    await fulfillment.ship(database, ids[2], {item["id"]: 1}, reference="p", **BY)
    assert await facts(shop, "3") == ("confirmed", "", [(1, 0, "reserved")])
    await fulfillment.ship(database, ids[3], reference="q", **BY)
    assert await facts(shop, "4") == ("shipped", "", [(2, 0, "deducted")])
    assert await shop.level("MUG") == (7, 5)
    assert await inventory.verify_ledger(database) == []


async def test_pieces_that_are_not_there_cannot_leave_either(database: Database) -> None:
    shop = await open_watched(database, stock=1)
    await shop.take(shipment("1", YES, YES))
    with pytest.raises(Refused) as caught:
        await fulfillment.ship(database, (await shop.order("1"))["id"], reference="p", **BY)
    assert caught.value.code is Code.NOT_ENOUGH_STOCK
    assert await facts(shop) == ("confirmed", "answered_before", [(0, 2, "none")])


async def test_the_question_cannot_be_cleared_away(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", YES, currency="EUR", problems=(("bad_time", "a time without offset"),)))
    order_id = (await shop.order("1"))["id"]
    with pytest.raises(Conflict, match="reserveEarlierOrder"):
        await orders.clear_attention(database, order_id, "answered_before", **BY)
    assert (await orders.clear_attention(database, order_id, **BY)).attention == "answered_before"


async def test_cancelling_settles_it(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", YES, YES))
    await orders.cancel_order(database, (await shop.order("1"))["id"], **BY)
    assert await facts(shop) == ("cancelled", "cancelled_here_only", [(0, 0, "none")])
    assert await shop.level("MUG") == (10, 0)


async def test_pieces_that_come_back_were_never_taken_out_of_stock(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", YES, YES, YES))
    await shop.take(shipment("1", YES, BACK, YES))
    assert await facts(shop) == ("partially_refunded", "answered_before", [(1, 2, "none")])
    await shop.take(shipment("1", BACK, BACK, BACK))
    assert await facts(shop) == ("refunded", "", [(3, 0, "none")])
    assert await shop.level("MUG") == (10, 0)


@pytest.mark.parametrize("is_counted", [True, False])
async def test_a_line_that_finds_its_product_or_its_stock_later_still_holds_nothing(
    database: Database, is_counted: bool
) -> None:
    shop = await open_shop(database, {"MUG": 5 if is_counted else None})
    await shop.take(finished=True)
    await shop.take(shipment("1", YES, YES, sku="old name" if is_counted else "MUG"))
    if is_counted:
        [item] = await shop.lines("1")
        await order_matching.answer(database, item["id"], shop.products["MUG"], **BY)
    else:
        await inventory.adjust(database, shop.products["MUG"], delta=5, **BY)
    assert await facts(shop) == ("confirmed", "answered_before", [(0, 2, "none")])
    assert await shop.level("MUG") == (5, 0)


async def test_all_of_a_time_are_settled_at_once(database: Database) -> None:
    shop = await open_watched(database)
    old = [shipment(str(number), YES, placed=NOW - timedelta(days=30 + number)) for number in range(3)]
    await shop.take(*old, shipment("8", YES), shipment("9", OPEN))
    for expected in (3, 0):
        done = await earlier_orders.mark_all_sent(database, shop.channel_id, LAST_WEEK, **BY)
        assert (len(done.orders), done.has_more) == (expected, False)
    assert {(await facts(shop, str(number)))[0] for number in range(3)} == {"shipped"}
    assert (await facts(shop, "8"))[1] == "answered_before"
    assert await shop.level("MUG") == (10, 1)
    [entry] = await database.fetch("SELECT subject, detail_json FROM audit_entries")
    assert (entry["subject"], len(entry["detail_json"]["subjects"])) == ("3 orders", 3)


async def test_other_orders_are_refused_by_name(database: Database) -> None:
    shop = await open_watched(database)
    await shop.take(shipment("1", OPEN))
    for settle in (earlier_orders.mark_sent, earlier_orders.reserve):
        with pytest.raises(Conflict, match="Order R1 has no pieces"):
            await settle(database, (await shop.order("1"))["id"], **BY)
        with pytest.raises(NotFound):
            await settle(database, 10**9, **BY)
