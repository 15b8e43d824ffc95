"""What customers are told of keys that do not come, on both databases: once, whatever led to it, and nobody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.deliveries import MailKind
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.money import Money
from orion_daemon.domain.refunds import RefundReason
from orion_daemon.domain.supply import Code, CodeKind, PlacedLine, PlacedOrder
from orion_daemon.services import (
    deliveries,
    delivery_results,
    erasure,
    key_refunds,
    key_resends,
    orders,
    purchase_results,
    refunds,
)
from orion_daemon.services.deliveries import KeyMessage
from orion_daemon.services.errors import Conflict
from tests.support.key_mail import JEANNE, THEN, KeyCounter, begun, codes, deliver, open_key_counter
from tests.support.keys import add_supplier
from tests.support.orders import line, order
from tests.support.stores import NOW

RELEASE = datetime(2027, 3, 4, 23, 30, tzinfo=UTC)  # the fifth in Luxembourg
BY: dict[str, Any] = {"actor": "ann", "now": THEN}


async def unit_ids(counter: KeyCounter, order_id: int) -> list[int]:
    rows = await counter.db.fetch(
        "SELECT u.id FROM key_units u JOIN order_items i ON i.id = u.order_item_id WHERE i.order_id = $1 ORDER BY u.id",
        order_id,
    )
    return [row["id"] for row in rows]


async def pay_back(
    counter: KeyCounter, order_id: int, *places: int, reason: RefundReason = RefundReason.SELLER_CANCELLED, **more: Any
) -> None:
    ids = await unit_ids(counter, order_id)
    chosen = [ids[place] for place in places] if places else ids
    await key_refunds.refund_units(counter.db, order_id, chosen, reason, **{"reference": "r1", **BY, **more})


async def nothing_more(counter: KeyCounter, order_id: int) -> bool:
    return await deliveries.begin(counter.db, order_id, THEN, message_id="m-none") is None


def lost(message: KeyMessage) -> list[tuple[str, int]]:
    return [(item.title.removeprefix("Article "), item.missing) for item in message.mail.items]


# -- keys that are not coming ------------------------------------------------------------------------------------------


async def test_who_is_paid_back_is_told_once_which_keys_and_how_many_are_not_coming(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 2), ("TOOL", 1), locale="de-LU")
    await pay_back(counter, order_id)
    await pay_back(counter, order_id)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
    message = await deliver(counter, order_id)
    assert (message.kind, message.to, message.mail.language) == (MailKind.UNFULFILLABLE, "jeanne@example.lu", "de")
    assert lost(message) == [("GAME", 2), ("TOOL", 1)]
    assert message.mail.codes == ()
    assert message.mail.refund is None  # what a whole order costs is not counted here
    [row] = await counter.deliveries()
    assert (row["kind"], row["state"], row["key_ids_json"]) == ("refund", "sent", [])
    assert row["unit_ids_json"] == await unit_ids(counter, order_id)
    assert (await counter.audited("key.reveal"), len(await counter.audited("personal.reveal"))) == ([], 1)
    assert await counter.states() == ["cancelled"] * 3
    assert (await counter.status(order_id), await counter.attention(order_id)) == ("cancelled", ["pay_back"])
    assert await nothing_more(counter, order_id)
    await pay_back(counter, order_id)
    assert await nothing_more(counter, order_id)


async def test_of_a_part_the_amount_is_named_and_the_rest_comes(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 3))
    await pay_back(counter, order_id, 1, 2)
    first = await deliver(counter, order_id)
    assert (first.kind, codes(first)) == (MailKind.KEYS, [["AAAA-1111"]])
    second = await deliver(counter, order_id, "m-2")
    assert (second.kind, lost(second)) == (MailKind.UNFULFILLABLE, [("GAME", 2)])
    assert second.mail.refund == Money(2580, "EUR")
    assert await nothing_more(counter, order_id)
    assert await counter.states() == ["delivered", "cancelled", "cancelled"]
    assert [row["shipped"] for row in await counter.db.fetch("SELECT shipped FROM order_items")] == [1]


async def test_what_is_paid_back_bit_by_bit_before_the_mail_goes_stands_in_one(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 3))
    await pay_back(counter, order_id, 0, amount_minor=100)
    await pay_back(counter, order_id, 1, reference="r2", amount_minor=250)
    message = await begun(counter, order_id)
    assert (lost(message), message.mail.refund) == ([("GAME", 2)], Money(350, "EUR"))
    await pay_back(counter, order_id, 2, reference="r3", amount_minor=1)  # the message is written down already
    again = await begun(counter, order_id, "m-2")
    assert (again.message_id, lost(again), again.mail.refund) == ("m-1", [("GAME", 2)], Money(350, "EUR"))
    await delivery_results.sent(database, again.delivery_id, "", THEN)
    assert lost(await begun(counter, order_id, "m-3")) == [("GAME", 1)]


@pytest.mark.parametrize("reason", list(RefundReason))
async def test_who_wished_it_is_told_nothing(database: Database, reason: RefundReason) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    await pay_back(counter, order_id, reason=reason)
    is_own_wish = reason in {RefundReason.BUYER_CANCELLED, RefundReason.RETURNED}
    assert await nothing_more(counter, order_id) is is_own_wish


async def test_a_refund_that_is_not_written_tells_nobody(database: Database) -> None:
    """Mark, refund and job are one transaction."""
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 2))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
        await tx.execute("UPDATE key_units SET state = 'buying' WHERE number = 2")
    with pytest.raises(Conflict):
        await pay_back(counter, order_id)
    assert (await nothing_more(counter, order_id), await counter.shop.jobs("DeliverKeys")) == (True, [])


async def test_a_person_takes_an_order_back_and_its_customer_is_told(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 2), ("MUG", 1))
    await orders.cancel_order(database, order_id, **BY)
    await orders.cancel_order(database, order_id, **BY)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
    message = await deliver(counter, order_id)
    assert (message.kind, lost(message)) == (MailKind.UNFULFILLABLE, [("GAME", 2)])
    assert await nothing_more(counter, order_id)
    assert await counter.keys() == ["free"]


async def test_a_key_that_may_lie_in_a_mailbox_is_not_said_to_be_lost(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 2))
    await begun(counter, order_id)
    await orders.cancel_order(database, order_id, **BY)
    assert lost(await begun(counter, order_id, "m-2")) == [("GAME", 1)]


async def test_a_buyer_who_asked_to_cancel_is_told_nothing(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1))
    asks = order("1", line("GAME"), status="confirmed", customer=JEANNE, problems=(("cancellation_requested", "no"),))
    await counter.shop.take(asks, now=THEN)
    assert set(await counter.attention(order_id)) == {"cancellation_requested", "keys_held"}
    await orders.cancel_order(database, order_id, **BY)
    assert await nothing_more(counter, order_id)


async def test_of_an_order_that_nobody_paid_nothing_is_said(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1), is_confirmed=False)
    await orders.cancel_order(database, order_id, **BY)
    assert (await nothing_more(counter, order_id), await counter.shop.jobs("DeliverKeys")) == (True, [])


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
async def test_what_a_marketplace_ends_by_itself_it_tells_by_itself(database: Database, status: str) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1))
    await counter.shop.take(order("1", line("GAME"), status=status, customer=JEANNE), now=THEN)
    assert (await counter.states(), await nothing_more(counter, order_id)) == (["cancelled"], True)


async def test_a_refund_of_ours_that_the_marketplace_shows_is_told_of_what_was_owed(database: Database) -> None:
    counter = await open_key_counter(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET marketplace = 'ebay' WHERE id = $1", counter.shop.channel_id)
    await counter.stock("GAME", "AAAA-1111")
    facts: dict[str, Any] = {"customer": JEANNE, "total_minor": 2580}
    order_id = await counter.sell(("GAME", 2), **facts)
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET marketplace = 'ebay'")
    await deliver(counter, order_id)
    await refunds.ask(database, order_id, reason=RefundReason.SELLER_CANCELLED, reference="r1", **BY)
    await counter.shop.take(order("1", line("GAME", 2), status="refunded", **facts), now=THEN)
    message = await deliver(counter, order_id, "m-2")
    assert (message.kind, lost(message)) == (MailKind.UNFULFILLABLE, [("GAME", 1)])
    assert await nothing_more(counter, order_id)


# -- who cannot be told ------------------------------------------------------------------------------------------------


async def test_without_an_address_nobody_is_told_until_one_is_known(database: Database) -> None:
    """As with keys: an order of a marketplace that names no address is one of them."""
    counter = await open_key_counter(database)
    nameless = IncomingCustomer(first_name="Jeanne")
    order_id = await counter.sell(("GAME", 2), customer=nameless)
    await pay_back(counter, order_id, 0)
    assert await nothing_more(counter, order_id)
    assert (await counter.deliveries(), await counter.audited("personal.reveal")) == ([], [])
    row = await counter.shop.order("1")
    assert set(row["attention"].split()) == {"keys_held", "no_address", "pay_back"}
    assert "1 keys are not coming" in row["attention_reason"]
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    await counter.shop.take(order("1", line("GAME", 2), status="confirmed", customer=JEANNE), now=THEN)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
    assert lost(await deliver(counter, order_id)) == [("GAME", 1)]
    assert set(await counter.attention(order_id)) == {"keys_held", "pay_back"}


async def test_a_person_names_the_address_that_was_missing(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1), customer=None)
    await orders.cancel_order(database, order_id, **BY)
    assert await nothing_more(counter, order_id)
    asked = await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2", to="jeanne@example.lu")
    message = await deliver(counter, order_id, "m-3")
    assert (message.delivery_id, message.message_id, message.to) == (asked, "m-2", "jeanne@example.lu")
    assert (lost(message), await counter.attention(order_id)) == ([("GAME", 1)], [])
    with pytest.raises(Conflict):
        await key_resends.resend(database, order_id, "ann", THEN, message_id="m-4")


async def test_a_message_that_was_refused_is_sent_again_elsewhere(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    await pay_back(counter, order_id)
    message = await begun(counter, order_id)
    await delivery_results.failed(database, message.delivery_id, "recipient_refused", "550 nobody.", THEN)
    assert set(await counter.attention(order_id)) == {"delivery_failed", "pay_back"}
    assert await nothing_more(counter, order_id)
    await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2", to="new@example.lu")
    again = await deliver(counter, order_id, "m-3")
    assert (again.to, lost(again)) == ("new@example.lu", [("GAME", 1)])
    assert await counter.attention(order_id) == ["pay_back"]
    assert await nothing_more(counter, order_id)


async def test_who_was_erased_is_told_nothing_and_nobody_is_asked(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    await pay_back(counter, order_id)
    customer = await database.fetch_value("SELECT customer_id FROM orders WHERE id = $1", order_id)
    await erasure.erase_customer(database, customer, **BY)
    assert await nothing_more(counter, order_id)
    assert await counter.attention(order_id) == ["pay_back"]
    assert [row["notice"] for row in await database.fetch("SELECT notice FROM key_units")] == [""]


# -- pre-orders --------------------------------------------------------------------------------------------------------


async def pre_order(
    counter: KeyCounter, order_id: int, *kinds: CodeKind, released_at: datetime | None = RELEASE
) -> int:
    """The first line's keys are bought at a supplier, and of these kinds; the purchase's id."""
    chosen = kinds or (CodeKind.PREORDER,)
    async with counter.db.transaction() as tx:
        purchase_id = await _sent_purchase(tx, counter, order_id, len(chosen), released_at)
    listed = tuple(
        Code(f"c{place}", kind, None if kind is CodeKind.PREORDER else f"NOW-{place}")
        for place, kind in enumerate(chosen)
    )
    placed = PlacedOrder("s-1", "r-1", "Completed", (PlacedLine("game-1", 910, listed),))
    await purchase_results.record(counter.db, purchase_id, placed, {}, THEN)
    return purchase_id


async def _sent_purchase(
    tx: Tx, counter: KeyCounter, order_id: int, quantity: int, released_at: datetime | None
) -> int:
    supplier_id = await add_supplier(tx, counter.shop.store_id)
    [purchase] = await tx.insert(
        "key_purchases",
        (
            "channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor", "currency",
            "state", "intended_at", "sent_at", "updated_at",
        ),
        [
            (
                supplier_id, await tx.fetch_value("SELECT MIN(id) FROM order_items WHERE order_id = $1", order_id),
                "r-1", "game-1", quantity, 910, "EUR", "sent", NOW, NOW, NOW,
            )
        ],
        suffix="RETURNING id",
    )  # fmt: skip
    attributes = {} if released_at is None else {"released_at": released_at.isoformat()}
    await tx.insert(
        "marketplace_products",
        (
            "catalog_id", "marketplace_product_id", "product_type", "attributes_json", "is_available", "created_at",
            "updated_at",
        ),
        [
            (
                await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", supplier_id), "game-1", "digital",
                attributes, True, NOW, NOW,
            )
        ],
    )  # fmt: skip
    await tx.execute(
        "UPDATE key_units SET state = 'buying', hold_code = '', purchase_id = $1 WHERE id IN ("
        " SELECT u.id FROM key_units u JOIN order_items i ON i.id = u.order_item_id WHERE i.order_id = $2"
        " ORDER BY u.id LIMIT $3)",
        purchase["id"], order_id, quantity,
    )  # fmt: skip
    await tx.execute("DELETE FROM jobs")
    return int(purchase["id"])


async def test_a_pre_order_is_announced_once_with_its_day_and_its_key_comes_as_ever(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 2), locale="fr")
    purchase_id = await pre_order(counter, order_id, CodeKind.PREORDER, CodeKind.PREORDER)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
    message = await deliver(counter, order_id)
    [item] = message.mail.items
    assert (message.kind, message.mail.language, message.attachments) == (MailKind.PREORDERED, "fr", ())
    assert (item.title, item.pending, item.expected_on, item.note) == ("GAME", 2, date(2027, 3, 5), "")
    [row] = await counter.deliveries()
    assert (row["kind"], row["state"], row["key_ids_json"]) == ("announcement", "sent", [])
    assert (await counter.states(), await counter.keys()) == (["waiting"] * 2, ["awaited"] * 2)
    assert (await counter.status(order_id), await counter.audited("key.reveal")) == ("confirmed", [])
    assert await nothing_more(counter, order_id)
    for place in range(2):
        code = Code(f"c{place}", CodeKind.TEXT, f"LATE-{place}")
        await purchase_results.take_code(database, purchase_id, code, THEN + timedelta(1), is_picture=False)
    message = await deliver(counter, order_id, "m-2")
    assert (message.kind, codes(message)) == (MailKind.PREORDER_KEY, [["LATE-0", "LATE-1"]])
    assert await counter.status(order_id) == "fulfilled"
    assert await nothing_more(counter, order_id)


@pytest.mark.parametrize("released_at", [None, NOW - timedelta(days=3)])
async def test_a_day_that_nobody_knows_or_that_has_passed_is_not_said(
    database: Database, released_at: datetime | None
) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1), locale="lb")
    await pre_order(counter, order_id, released_at=released_at)
    [item] = (await begun(counter, order_id)).mail.items
    assert (item.expected_on, item.note) == (None, "Virbestallt; den Dag steet nach net fest.")


async def test_a_message_with_keys_tells_of_the_pre_orders_beside_them(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 3))
    await pre_order(counter, order_id, CodeKind.TEXT, CodeKind.PREORDER)
    message = await deliver(counter, order_id)
    [item] = message.mail.items
    assert (message.kind, codes(message)) == (MailKind.KEYS, [["NOW-0", "", ""]])
    assert (item.pending, item.expected_on) == (2, date(2027, 3, 5))
    assert await nothing_more(counter, order_id)


async def test_an_announcement_that_is_late_gives_way_to_the_key(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    purchase_id = await pre_order(counter, order_id)
    first = await begun(counter, order_id)
    again = await begun(counter, order_id, "m-2")
    assert (again.message_id, again.mail) == ("m-1", first.mail)  # it stays itself
    code = Code("c0", CodeKind.TEXT, "LATE-0")
    await purchase_results.take_code(database, purchase_id, code, THEN + timedelta(1), is_picture=False)
    assert codes(await deliver(counter, order_id, "m-3")) == [["LATE-0"]]
    rows = await counter.deliveries()
    assert [(row["kind"], row["state"]) for row in rows] == [("announcement", "failed"), ("preorder", "sent")]
    assert rows[0]["error"].startswith("overtaken: ")


async def test_a_pre_order_that_the_supplier_takes_back_is_paid_back_and_told(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    purchase_id = await pre_order(counter, order_id)
    await deliver(counter, order_id)
    for days in (0, 2):
        await purchase_results.note_missing(database, purchase_id, {"c0"}, THEN + timedelta(days))
    assert (await counter.states(), await nothing_more(counter, order_id)) == (["held"], True)
    await pay_back(counter, order_id, amount_minor=1290)
    message = await deliver(counter, order_id, "m-2")
    assert (message.kind, lost(message)) == (MailKind.UNFULFILLABLE, [("GAME", 1)])
    assert message.mail.refund == Money(1290, "EUR")
    assert await nothing_more(counter, order_id)


async def test_an_order_that_is_taken_back_waits_for_no_pre_order(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    purchase_id = await pre_order(counter, order_id)
    announced = await begun(counter, order_id)
    await orders.cancel_order(database, order_id, **BY)
    assert await counter.states() == ["waiting"]
    assert (await deliver(counter, order_id, "m-2")).kind is MailKind.UNFULFILLABLE
    assert announced.kind is MailKind.PREORDERED
    assert [row["state"] for row in await counter.deliveries()] == ["failed", "sent"]
    code = Code("c0", CodeKind.TEXT, "LATE-0")
    await purchase_results.take_code(database, purchase_id, code, THEN + timedelta(1), is_picture=False)
    assert (await counter.states(), await counter.keys()) == (["cancelled"], ["free"])
    assert await nothing_more(counter, order_id)


async def test_an_order_that_was_taken_back_while_its_key_was_bought_is_told_that_alone(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1))
    async with database.transaction() as tx:
        purchase_id = await _sent_purchase(tx, counter, order_id, 1, RELEASE)
    await orders.cancel_order(database, order_id, **BY)
    placed = PlacedOrder(
        "s-1", "r-1", "Completed", (PlacedLine("game-1", 910, (Code("c0", CodeKind.PREORDER),)),)
    )  # fmt: skip
    await purchase_results.record(database, purchase_id, placed, {}, THEN)
    assert await counter.states() == ["waiting"]
    assert (await deliver(counter, order_id)).kind is MailKind.UNFULFILLABLE
    assert await nothing_more(counter, order_id)


async def test_while_the_buyer_asks_to_cancel_no_pre_order_is_announced(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1))
    await pre_order(counter, order_id)
    asks = order("1", line("GAME"), status="confirmed", customer=JEANNE, problems=(("cancellation_requested", "no"),))
    await counter.shop.take(asks, now=THEN)
    assert await nothing_more(counter, order_id)
    await orders.clear_attention(database, order_id, "cancellation_requested", **BY)
    assert (await begun(counter, order_id)).kind is MailKind.PREORDERED


async def test_a_pre_order_of_somebody_without_an_address_asks_for_one(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell_here(("GAME", 1), customer=None)
    await pre_order(counter, order_id)
    assert (await nothing_more(counter, order_id), await counter.deliveries()) == (True, [])
    assert await counter.attention(order_id) == ["no_address"]
    await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2", to="jeanne@example.lu")
    assert (await deliver(counter, order_id)).kind is MailKind.PREORDERED
    assert await counter.attention(order_id) == []
