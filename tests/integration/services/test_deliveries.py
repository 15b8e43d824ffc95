"""Messages with keys on both databases: what goes into one, that it stays itself, and how the order follows."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.deliveries import MailKind
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import deliveries, delivery_results, orders, translations
from tests.support.key_mail import PICTURE, THEN, KeyCounter, begun, codes, deliver, open_key_counter, replace_first
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": THEN}


# -- what is in a message ----------------------------------------------------------------------------------------------


async def test_a_message_has_the_customer_the_articles_and_the_codes(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
    await counter.stock("TOOL", "CCCC-3333")
    order_id = await counter.sell(("GAME", 2), ("TOOL", 1))
    message = await begun(counter, order_id)
    assert (message.to, message.mail.customer_name) == ("jeanne@example.lu", "Jeanne Exemple")
    assert (message.kind, message.mail.order_number, message.mail.store_name) == (MailKind.KEYS, "R1", "Shop demo")
    assert [item.title for item in message.mail.items] == ["Article GAME", "Article TOOL"]
    assert codes(message) == [["AAAA-1111", "BBBB-2222"], ["CCCC-3333"]]
    assert (message.message_id, message.at, message.was_seen) == ("m-1", THEN, False)
    assert "AAAA" not in repr(message)
    assert "jeanne" not in repr(message).lower()
    [row] = await counter.deliveries()
    assert (row["way"], row["kind"], row["state"], row["asked_by"]) == ("mail", "keys", "asked", "")
    [person] = await counter.audited("personal.reveal")
    [keys] = await counter.audited("key.reveal")
    assert (person["actor"], person["subject"]) == ("orion", f"order:{order_id}")
    assert keys["detail_json"] == {"keys": row["key_ids_json"], "for": "delivery"}


async def test_a_message_shows_what_is_still_to_come(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2), ("TOOL", 1), ("MUG", 1))
    message = await begun(counter, order_id)
    assert codes(message) == [["AAAA-1111", ""], [""]]
    assert [item.pending for item in message.mail.items] == [1, 1]


@pytest.mark.parametrize(
    ("locale", "language", "title"),
    [
        ("fr-LU", "fr", "Jeu"), ("de", "de", "Spiel"), ("lb", "lb", "Game"), ("en_GB", "en", "Game"),
        ("pt", "en", "Game"), (None, "en", "Game"),
    ],
)  # fmt: skip
async def test_the_language_is_the_orders_and_titles_fall_back(
    database: Database, locale: str | None, language: str, title: str
) -> None:
    counter = await open_key_counter(database)
    for code, text in {"en": "Game", "fr": "Jeu", "de": "Spiel"}.items():
        await translations.set_translation(database, counter.shop.products["GAME"], code, {"title": text}, NOW)
    await counter.stock("GAME", "AAAA-1111")
    message = await begun(counter, await counter.sell(("GAME", 1), locale=locale))
    assert (message.mail.language, message.mail.items[0].title) == (language, title)


async def test_the_platform_stands_among_the_attributes_of_the_suppliers_product(database: Database) -> None:
    counter = await open_key_counter(database)
    async with database.transaction() as tx:
        [catalog] = await tx.insert(
            "catalogs", ("channel_id", "marketplace", "created_at"), [(counter.shop.channel_id, "letzshop", NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        [found] = await tx.insert(
            "marketplace_products",
            (
                "catalog_id", "marketplace_product_id", "product_type", "attributes_json", "is_available", "created_at",
                "updated_at",
            ),
            [(catalog["id"], "g-1", "digital", {"platform": "Steam"}, True, NOW, NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.execute("UPDATE products SET marketplace_product_id = $1 WHERE sku = 'GAME'", found["id"])
    await counter.stock("GAME", "AAAA-1111")
    message = await begun(counter, await counter.sell(("GAME", 1)))
    assert message.mail.items[0].platform == "Steam"


async def test_pictures_are_attached_each_under_a_name_of_its_own(database: Database) -> None:
    counter = await open_key_counter(database)
    [first] = await counter.stock("GAME", PICTURE, kind=CodeKind.IMAGE, filename="../card.jpeg")
    [second] = await counter.stock("GAME", f"\n{PICTURE}\n ", kind=CodeKind.IMAGE, filename="card.png")
    message = await begun(counter, await counter.sell(("GAME", 2)))
    assert codes(message) == [["card.png", f"card-{second}.png"]]
    assert [one.file_name for one in message.attachments] == ["card.png", f"card-{second}.png"]
    assert {one.content_type for one in message.attachments} == {"image/png"}
    assert message.attachments[0].content.startswith(b"\x89PNG")
    assert first != second


async def test_a_picture_that_is_none_is_held_and_the_others_go(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "bm90IGEgcGljdHVyZQ==", kind=CodeKind.IMAGE)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2))
    message = await begun(counter, order_id)
    assert codes(message) == [["AAAA-1111", ""]]
    assert await counter.states() == ["held", "ready"]
    assert await counter.attention(order_id) == ["keys_held"]


async def test_what_was_bought_before_its_code_came_is_a_pre_order(database: Database) -> None:
    counter = await open_key_counter(database)
    ids = await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    async with database.transaction() as tx:
        purchase = await _bought(tx, counter, order_id)
        await tx.execute(
            "UPDATE keys SET purchase_id = $2, created_at = $3, claimed_at = $3, updated_at = $4 WHERE id = $1",
            ids[0], purchase, NOW - timedelta(days=30), NOW,
        )  # fmt: skip
    message = await begun(counter, order_id)
    assert message.kind is MailKind.PREORDER_KEY
    assert (await counter.deliveries())[0]["kind"] == "preorder"


async def _bought(tx: Any, counter: KeyCounter, order_id: int) -> int:
    item = await tx.fetch_value("SELECT id FROM order_items WHERE order_id = $1", order_id)
    [row] = await tx.insert(
        "key_purchases",
        (
            "channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor", "currency",
            "is_preorder_allowed", "state", "error_code", "error", "looks", "intended_at", "sent_at", "updated_at",
        ),
        [
            (
                counter.shop.channel_id, item, "r-1", "p-1", 1, 100, "EUR", True, "bought", "", "", 0, NOW, NOW, NOW,
            )
        ],
        suffix="RETURNING id",
    )  # fmt: skip
    return int(row["id"])


async def test_another_key_in_place_of_a_bad_one_goes_alone_and_is_no_second_piece(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2))
    await deliver(counter, order_id)
    await replace_first(counter, "CCCC-3333")
    await counter.stock("GAME", "BBBB-2222")
    message = await begun(counter, order_id, "m-2")
    assert (message.kind, codes(message)) == (MailKind.KEY_REPLACED, [["CCCC-3333"]])
    await delivery_results.sent(database, message.delivery_id, "", THEN)
    assert [row["shipped"] for row in await counter.shop.lines("1")] == [1]
    message = await deliver(counter, order_id, "m-3")
    assert (message.kind, codes(message)) == (MailKind.KEYS, [["BBBB-2222"]])
    assert await counter.status(order_id) == "fulfilled"
    assert [row["shipped"] for row in await counter.shop.lines("1")] == [2]
    assert [row["kind"] for row in await counter.deliveries()] == ["keys", "replacement", "keys"]


# -- a message stays itself --------------------------------------------------------------------------------------------


async def test_a_message_whose_fate_is_unknown_comes_again_as_it_was(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 2))
    first = await begun(counter, order_id)
    await counter.stock("GAME", "BBBB-2222")  # ready since
    again = await begun(counter, order_id, "m-2")
    assert (again.delivery_id, again.message_id, again.at) == (first.delivery_id, "m-1", first.at)
    assert codes(again) == [["AAAA-1111", ""]]
    assert again.was_seen
    await delivery_results.sent(database, again.delivery_id, "", THEN)
    assert codes(await begun(counter, order_id, "m-2")) == [["BBBB-2222"]]


async def test_two_who_begin_at_once_begin_one_message(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    both = await asyncio.gather(*(begun(counter, order_id, f"m-{number}") for number in (1, 2, 3)))
    assert len({message.delivery_id for message in both}) == 1
    assert len(await counter.deliveries()) == 1


async def test_a_key_that_was_in_a_message_is_given_to_nobody_else(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
    await counter.sell(("GAME", 1), number="1")
    await counter.sell(("GAME", 1), number="2")
    await begun(counter, (await counter.shop.order("1"))["id"])
    for number in ("1", "2"):
        await orders.cancel_order(database, (await counter.shop.order(number))["id"], **BY)
    assert await counter.states() == ["cancelled", "cancelled"]
    assert await counter.keys() == ["bad", "free"]


async def test_a_key_that_surely_nobody_read_goes_back(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    message = await begun(counter, order_id)
    await delivery_results.postponed(
        database, message.delivery_id, "no_connection", "later", THEN, was_seen=message.was_seen
    )
    assert not (await begun(counter, order_id)).was_seen
    await delivery_results.failed(database, message.delivery_id, "recipient_refused", "no", THEN, was_seen=False)
    await orders.cancel_order(database, order_id, **BY)
    assert await counter.keys() == ["free"]


async def test_a_message_that_lost_a_key_is_over_and_another_one_goes(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
    order_id = await counter.sell(("GAME", 2))
    await begun(counter, order_id)
    await replace_first(counter, "CCCC-3333")
    message = await begun(counter, order_id, "m-2")
    assert (message.message_id, codes(message)) == ("m-2", [["CCCC-3333", "BBBB-2222"]])
    assert [row["state"] for row in await counter.deliveries()] == ["failed", "asked"]


@pytest.mark.parametrize("what", ["cancelled", "asked to cancel"])
async def test_what_comes_to_nothing_is_not_sent(database: Database, what: str) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    async with database.transaction() as tx:
        if what == "cancelled":
            await tx.execute("UPDATE orders SET status = 'cancelled' WHERE id = $1", order_id)
        else:
            await tx.execute(
                "UPDATE orders SET attention = 'cancellation_requested',"
                " attention_reason = 'cancellation_requested: the buyer' WHERE id = $1",
                order_id,
            )
    assert await deliveries.begin(database, order_id, THEN, message_id="m-1") is None
    assert await counter.states() == (["cancelled"] if what == "cancelled" else ["ready"])
    assert await counter.deliveries() == []


async def test_after_a_cleared_wish_to_cancel_keys_are_bought_and_sent(database: Database) -> None:
    counter = await open_key_counter(database)
    asked = ("cancellation_requested", "the buyer asks to cancel")
    order_id = await counter.sell(("GAME", 2), problems=(asked,))
    await counter.stock("TOOL", "CCCC-3333")
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
        await tx.execute("UPDATE keys SET product_id = $1", counter.shop.products["GAME"])
    assert await counter.states() == ["owed", "owed"]
    await orders.clear_attention(database, order_id, "cancellation_requested", **BY)
    assert await counter.states() == ["ready", "held"]
    assert len(await counter.shop.jobs("DeliverKeys")) == 1
