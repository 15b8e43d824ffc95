"""A purchase whose process vanished, or whose order is shown in part: it is looked for, and never made twice (G1)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from orion_daemon.actors.handlers.keys import offer_of
from orion_daemon.db.database import Database
from orion_daemon.services import key_units, purchase_guards, purchase_search, purchases
from orion_daemon.services.purchases import Begun
from tests.support.key_shop import SUPPLIERS, KeyShop, open_key_shop

CWS = SUPPLIERS[0]
LOST = "orion-lost"
ORDER_UNKNOWN = 40404


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[KeyShop]:
    async with open_key_shop(database, may_buy_again=True) as shop:
        yield shop


async def intend_and_vanish(shop: KeyShop, order_id: int, product: str, reference: str = LOST) -> int:
    """What a process leaves that dies after it wrote what it will buy."""
    account = shop.desks[CWS].account
    item_id = await shop.db.fetch_value("SELECT id FROM order_items WHERE order_id = $1", order_id)
    found = await account.connector.fetch_product(product)
    offer = offer_of(found, 1, shop.now)
    rules = purchase_guards.rules_of(account.settings)
    begun = await purchases.begin(
        account.db, account.channel_id, item_id, product, found, offer, rules, reference=reference, now=shop.now
    )
    assert isinstance(begun, Begun)
    return begun.purchase_id


async def send_and_vanish(shop: KeyShop, order_id: int, product: str) -> None:
    """What a process leaves that dies after it wrote that it sends, before or while it calls."""
    purchase_id = await intend_and_vanish(shop, order_id, product)
    assert await purchases.send(shop.desks[CWS].account.db, [purchase_id], shop.now)


async def test_what_was_only_intended_is_decided_anew(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await intend_and_vanish(shop, placed.order_id, product)
    await shop.work(until=timedelta(minutes=1))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)
    assert await shop.purchases() == ["dropped", "bought"]


async def test_the_last_word_before_the_call_is_given_once(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    orders = [(await shop.order(("QUEST", 1))).order_id for _ in range(2)]
    intended = [await intend_and_vanish(shop, number, product, f"orion-{number}") for number in orders]
    account = shop.desks[CWS].account
    answers = await asyncio.gather(*(account.sends.submit(number) for number in (*intended, intended[0])))
    assert answers == [True, True, False]
    assert await shop.purchases() == ["sent", "sent"]


async def test_the_order_of_a_process_that_vanished_is_found(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await send_and_vanish(shop, placed.order_id, product)
    await shop.supplier.buy(product, price=9.10, reference=LOST)
    await shop.work(until=timedelta(minutes=1))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)


async def test_what_was_never_sent_is_bought_anew_as_soon_as_that_is_allowed(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await send_and_vanish(shop, placed.order_id, product)
    await shop.step()
    assert await shop.states() == Counter(unknown=1)
    assert "keys_unknown" in await shop.attention(placed.order_id)
    await shop.work(until=timedelta(minutes=16))  # the history must show an order within fifteen
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)
    assert await shop.purchases() == ["abandoned", "bought"]


async def test_an_order_that_turns_up_after_it_was_given_up_goes_into_the_pool(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await send_and_vanish(shop, placed.order_id, product)
    await shop.work(until=timedelta(minutes=16))
    await shop.supplier.buy(product, price=9.10, reference=LOST)
    await shop.work(until=timedelta(hours=3))
    assert await shop.purchases() == ["bought", "bought"]
    assert await shop.db.fetch_value("SELECT count(*) FROM keys WHERE state = 'free'") == 1


async def test_other_pieces_of_the_line_are_bought_once_the_unknown_one_is_settled(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await send_and_vanish(shop, placed.order_id, product)
    await shop.supplier.buy(product, price=9.10, reference=LOST)
    async with shop.db.transaction() as tx:
        item = await tx.fetch_value("SELECT id FROM order_items WHERE order_id = $1", placed.order_id)
        await tx.execute("UPDATE order_items SET quantity = 2, confirmed = 2 WHERE id = $1", item)
        await tx.insert(
            "key_units",
            ("order_item_id", "number", "state", "source", "created_at", "updated_at", "hold_code", "hold_reason",
             "is_released", "replaced"),
            [(item, 2, "owed", 0, shop.now, shop.now, "", "", False, 0)],
        )  # fmt: skip
    await shop.work(until=timedelta(minutes=1))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=2), 2)


async def test_an_order_that_shows_fewer_codes_is_never_bought_anew(shop: KeyShop) -> None:
    """It is there and paid: the rest is asked for, and in the end shown to a person."""
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("partial", "createOrder", left=1)
    await shop.supplier.fault("partial", "getOrder", left=1, count=None)
    placed = await shop.order(("QUEST", 2))
    await shop.work(until=timedelta(hours=5))
    assert await shop.bought() == 2
    assert await shop.states() == Counter(ready=1, held=1)
    assert "keys_held" in await shop.attention(placed.order_id)
    await shop.supplier.sandbox.control("faults", method="DELETE")
    await shop.work(until=timedelta(hours=5))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=2), 2)
    assert await shop.purchases() == ["bought"]


async def test_an_order_that_only_the_history_shows_is_never_bought_anew(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("drop", "createOrder", when="after")
    await shop.supplier.fault("errors", "getOrder", status=404, code=ORDER_UNKNOWN, count=None)
    await shop.order(("QUEST", 1))
    await shop.work(until=timedelta(hours=5))
    assert (await shop.states(), await shop.bought()) == (Counter(held=1), 1)
    await shop.supplier.sandbox.control("faults", method="DELETE")
    await shop.work(until=timedelta(hours=5))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)


async def test_an_intent_gives_way_where_the_product_cannot_be_read_any_more(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await intend_and_vanish(shop, placed.order_id, product)
    await shop.supplier.fault("errors", "getProduct", status=400, code=77777, message="strange")
    await shop.work(until=timedelta(minutes=1))
    assert (await shop.holds(), await shop.purchases(), await shop.bought()) == (["purchase_refused"], ["dropped"], 0)


async def test_an_intent_whose_job_was_lost_is_swept_and_bought(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await intend_and_vanish(shop, placed.order_id, product)
    async with shop.db.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    for _ in range(2):  # the first lets the intent go, the second has it bought
        await shop.supplier.sandbox.advance(1000)
        await purchase_search.sweep(shop.db, shop.now)
        await key_units.sweep(shop.db, shop.now)
    await shop.work(until=timedelta(minutes=1))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)
