"""What becomes of messages with keys, and keys that a storefront fetches, on both databases: the order follows."""

import asyncio
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import deliveries, delivery_results, fulfillment, key_resends, order_rows, orders
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from tests.support.key_mail import (
    JEANNE,
    PICTURE,
    THEN,
    begun,
    codes,
    deliver,
    open_key_counter,
    replace_first,
)
from tests.support.orders import line, order

BY: dict[str, Any] = {"actor": "ann", "now": THEN}


# -- the order follows -------------------------------------------------------------------------------------------------


async def test_an_order_of_keys_alone_is_fulfilled_with_its_last_key(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2))
    await deliver(counter, order_id)
    assert (await counter.status(order_id), await counter.states()) == ("confirmed", ["delivered", "held"])
    await counter.stock("GAME", "BBBB-2222")
    await deliver(counter, order_id, "m-2")
    assert (await counter.status(order_id), await counter.attention(order_id)) == ("fulfilled", [])
    assert await counter.keys() == ["delivered", "delivered"]
    [item] = await counter.shop.lines("1")
    assert (item["shipped"], item["stock_state"]) == (2, "none")
    history = await database.fetch("SELECT to_status, cause, actor FROM order_status_history ORDER BY id")
    assert [(row["to_status"], row["cause"]) for row in history] == [
        ("confirmed", "channel"),
        ("fulfilled", "orion"),
    ]
    parcels = await database.fetch("SELECT * FROM shipments ORDER BY id")
    assert [(row["reference"], row["carrier"], row["sync_status"]) for row in parcels] == [
        (f"keys-{row['id']}", "", "pending") for row in await counter.deliveries()
    ]
    told = [await fulfillment.parcel_to_send(database, parcel["id"]) for parcel in parcels]
    assert [(one.lines, one.is_final) for one in told] == [((("line-GAME", 1),), False), ((("line-GAME", 1),), True)]
    assert len(await counter.shop.jobs("SendShipment")) == 2


async def test_recording_twice_changes_nothing_the_second_time(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2))
    message = await begun(counter, order_id)
    counts = await asyncio.gather(
        *(delivery_results.sent(database, message.delivery_id, "queued as 7", THEN) for _ in range(3))
    )
    assert sorted(counts) == [0, 0, 1]
    [row] = await counter.deliveries()
    assert (row["state"], row["receipt"], row["sent_at"]) == ("sent", "queued as 7", THEN)
    assert [row["shipped"] for row in await counter.shop.lines("1")] == [1]
    with pytest.raises(NotFound):
        await delivery_results.sent(database, 999, "", THEN)


@pytest.mark.parametrize("first", ["goods", "keys"])
async def test_an_order_with_goods_follows_the_goods(database: Database, first: str) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1), ("MUG", 2))
    if first == "keys":
        await deliver(counter, order_id)
        assert await counter.status(order_id) == "confirmed"
        shipped = await fulfillment.ship(database, order_id, reference="p1", **BY)
        assert shipped.order.status == "shipped"
    else:
        shipped = await fulfillment.ship(database, order_id, reference="p1", **BY)  # keys go by themselves
        assert shipped.order.status == "confirmed"
        assert await counter.states() == ["ready"]
        await deliver(counter, order_id)
    assert await counter.status(order_id) == "shipped"
    assert [(row["shipped"], row["stock_state"]) for row in await counter.shop.lines("1")] == [
        (1, "none"),
        (2, "deducted"),
    ]
    assert await counter.shop.level("MUG") == (8, 0)


async def test_a_channel_that_may_only_be_read_hears_nothing_and_the_keys_go(database: Database) -> None:
    counter = await open_key_counter(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET allows_mutations = FALSE")
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    await deliver(counter, order_id)
    assert await counter.status(order_id) == "fulfilled"
    assert await counter.shop.jobs("SendShipment") == []
    assert await database.fetch_value("SELECT sync_status FROM shipments") == "none"


async def test_the_storefront_is_told_nothing(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 1))
    await deliver(counter, order_id)
    assert await counter.status(order_id) == "fulfilled"
    assert await counter.shop.jobs("SendShipment") == []


# -- refused, without an address, again --------------------------------------------------------------------------------


async def test_a_refused_message_asks_for_a_person_and_its_keys_stay_ready(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    message = await begun(counter, order_id)
    await delivery_results.failed(database, message.delivery_id, "recipient_refused", "550 nobody.", THEN)
    assert (await counter.states(), await counter.attention(order_id)) == (["ready"], ["delivery_failed"])
    assert [row["state"] for row in await counter.deliveries()] == ["failed"]
    await deliver(counter, order_id, "m-2")
    assert (await counter.status(order_id), await counter.attention(order_id)) == ("fulfilled", [])


async def test_without_an_address_a_person_is_asked_and_the_channels_word_helps(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1), customer=IncomingCustomer(first_name="Jeanne"))
    assert await deliveries.begin(database, order_id, THEN, message_id="m-1") is None
    assert (await counter.states(), await counter.attention(order_id)) == (["ready"], ["no_address"])
    assert (await counter.deliveries(), await counter.audited("key.reveal")) == ([], [])
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    await counter.shop.take(order("1", line("GAME"), status="confirmed", customer=JEANNE), now=THEN)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
    await deliver(counter, order_id)
    assert await counter.attention(order_id) == []


async def test_keys_are_sent_again_when_a_person_asks_also_elsewhere(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    await deliver(counter, order_id)
    asked = await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2", to=" new@example.lu ")
    message = await begun(counter, order_id, "m-3")
    assert (message.delivery_id, message.message_id, message.to) == (asked, "m-2", "new@example.lu")
    assert (codes(message), message.mail.customer_name) == ([["AAAA-1111"]], "Jeanne Exemple")
    assert await delivery_results.sent(database, asked, "", THEN) == 0
    assert await deliveries.begin(database, order_id, THEN, message_id="m-4") is None
    assert [row["shipped"] for row in await counter.shop.lines("1")] == [1]
    [entry] = await counter.audited("keys.resend")
    assert (entry["actor"], entry["detail_json"]["address"]) == ("ann", "changed")
    assert "new@" not in str(entry)
    assert len(await counter.shop.jobs("DeliverKeys")) == 1


async def test_asking_twice_sends_once(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    await begun(counter, order_id)
    first = await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2")
    second = await key_resends.resend(database, order_id, "ann", THEN, message_id="m-3")
    assert first == second == (await counter.deliveries())[0]["id"]


async def test_a_wish_goes_on_with_the_keys_that_are_left(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
    order_id = await counter.sell(("GAME", 2))
    await deliver(counter, order_id)
    await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2")
    await replace_first(counter, "CCCC-3333")
    message = await begun(counter, order_id, "m-3")
    assert (message.message_id, codes(message)) == ("m-2-1", [["BBBB-2222", ""]])
    await delivery_results.sent(database, message.delivery_id, "", THEN)
    assert codes(await begun(counter, order_id, "m-4")) == [["CCCC-3333"]]


@pytest.mark.parametrize("to", ["nobody", "a@b@c", "a b@example.lu", "x@\r\nexample.lu"])
async def test_an_address_that_is_none_is_refused(database: Database, to: str) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    with pytest.raises(Invalid) as caught:
        await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2", to=to)
    assert (caught.value.field, await counter.deliveries()) == ("to", [])
    assert to not in caught.value.message


async def test_what_cannot_be_sent_again(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1), customer=None)
    with pytest.raises(NotFound):
        await key_resends.resend(database, 999, "ann", THEN, message_id="m-1")
    with pytest.raises(Conflict):  # it has no key yet
        await key_resends.resend(database, order_id, "ann", THEN, message_id="m-1")
    await counter.stock("GAME", "AAAA-1111")
    with pytest.raises(Invalid) as caught:
        await key_resends.resend(database, order_id, "ann", THEN, message_id="m-1")
    assert caught.value.code is Code.REQUIRED
    await key_resends.resend(database, order_id, "ann", THEN, message_id="m-1", to="jeanne@example.lu")
    people = await counter.shop.order("1")
    buyer, _, _ = order_rows.open_personal(
        database.cipher, people["personal_sealed"], people["channel_id"], people["channel_order_id"]
    )
    assert buyer == IncomingCustomer(email="jeanne@example.lu")
    await orders.cancel_order(database, order_id, **BY)
    with pytest.raises(Conflict):
        await key_resends.resend(database, order_id, "ann", THEN, message_id="m-2")


# -- a storefront fetches ----------------------------------------------------------------------------------------------


async def test_a_storefront_fetches_the_keys_and_they_are_delivered(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    [picture] = await counter.stock("TOOL", PICTURE, kind=CodeKind.IMAGE, filename="card")
    order_id = await counter.sell_here(("GAME", 1), ("TOOL", 1), customer=None)
    assert await deliveries.begin(database, order_id, THEN, message_id="m-1") is None
    fetched = await delivery_results.fetch_keys(database, order_id, "web", THEN)
    assert [(key.kind, key.code, key.file_name) for key in fetched] == [
        (CodeKind.TEXT, "AAAA-1111", ""),
        (CodeKind.IMAGE, PICTURE, "card.png"),
    ]
    assert "AAAA" not in repr(fetched)
    assert (await counter.status(order_id), await counter.attention(order_id)) == ("fulfilled", [])
    [row] = await counter.deliveries()
    assert (row["way"], row["state"], row["asked_by"]) == ("api", "sent", "web")
    assert await delivery_results.fetch_keys(database, order_id, "web", THEN) == fetched
    assert len(await counter.deliveries()) == 1
    reveals = await counter.audited("key.reveal")
    assert [entry["actor"] for entry in reveals] == ["web", "web"]
    assert picture in reveals[0]["detail_json"]["keys"]


async def test_keys_that_were_fetched_are_not_sent_as_well(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 1))
    await begun(counter, order_id)
    await delivery_results.fetch_keys(database, order_id, "web", THEN)
    assert await deliveries.begin(database, order_id, THEN, message_id="m-2") is None
    assert [row["state"] for row in await counter.deliveries()] == ["failed", "sent"]


async def test_of_a_cancelled_order_nothing_is_fetched(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell_here(("GAME", 1))
    await orders.cancel_order(database, order_id, **BY)
    with pytest.raises(Conflict):
        await delivery_results.fetch_keys(database, order_id, "web", THEN)
