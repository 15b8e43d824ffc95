"""Paying back what cannot be delivered, on both databases: units, pieces and money go together, and once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.refunds import RefundReason
from orion_daemon.services import key_refunds, key_replacements
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.key_refunds import PaidBack
from tests.support.keys import KeyShop, open_key_shop
from tests.support.orders import line, order
from tests.support.stores import NOW

LATER = NOW + timedelta(hours=1)


async def pay_back(shop: KeyShop, *places: int, number: str = "1", **more: Any) -> PaidBack:
    """Of the units at these places, or of all."""
    units = await shop.units(number)
    chosen = [units[place]["id"] for place in places] if places else [unit["id"] for unit in units]
    given: dict[str, Any] = {"reference": "r1", "actor": "ann", "now": LATER} | more
    order_id = (await shop.order(number))["id"]
    return await key_refunds.refund_units(shop.db, order_id, chosen, RefundReason.SELLER_CANCELLED, **given)


async def pieces(shop: KeyShop, number: str = "1") -> list[tuple[int, int, int]]:
    return [(item["quantity"], item["cancelled"], item["shipped"]) for item in await shop.lines(number)]


async def test_a_channel_that_pays_back_is_asked_for_the_pieces(database: Database) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await shop.upload("AAAA-1", "AAAA-2")
    order_id = await shop.sell("1", 3, total_minor=4070, shipping_minor=200)
    assert await shop.states() == ["ready", "ready", "held"]
    done = await pay_back(shop, 2)
    [refund] = await database.fetch("SELECT * FROM refunds")
    assert (done.order_id, done.units, done.refund_id, done.existed) == (order_id, 1, refund["id"], False)
    assert (refund["amount_minor"], refund["reason"], refund["reference"]) == (1290, "seller_cancelled", "r1")
    assert (await shop.states(), await pieces(shop)) == (["ready", "ready", "cancelled"], [(3, 1, 0)])
    row = await shop.order("1")
    assert (row["status"], row["attention"], row["sync_status"]) == ("confirmed", "", "pending")
    assert len(await shop.jobs("SendRefund")) == 1
    [entry] = await shop.audited("keys.refund")
    assert (entry["subject"], entry["detail_json"]["reason"]) == (f"order:{order_id}", "seller_cancelled")
    assert (await pay_back(shop, 2)) == PaidBack(order_id, 0, None, existed=True)
    await shop.take(order("1", line("GAME", 3), status="confirmed", total_minor=4070), now=LATER)
    assert (await shop.states(), await pieces(shop)) == (["ready", "ready", "cancelled"], [(3, 1, 0)])


async def test_of_a_whole_order_all_that_is_left_goes_back_and_the_channel_says_what_it_is_then(
    database: Database,
) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await shop.sell("1", 2, total_minor=2780, shipping_minor=200)
    await pay_back(shop)
    [refund] = await database.fetch("SELECT * FROM refunds")
    assert (refund["amount_minor"], await pieces(shop)) == (2780, [(2, 2, 0)])
    assert (await shop.order("1"))["status"] == "confirmed"  # a cancelled order is paid back by nobody
    assert await shop.jobs("SendStatus") == []


async def test_a_store_that_pays_back_by_itself_is_told_how_much(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1", 3)
    done = await pay_back(shop, 1, 2)
    assert (done.units, done.refund_id) == (2, None)
    row = await shop.order("1")
    assert row["attention"] == "pay_back"
    assert "2 pieces cannot be delivered: pay 25.80 EUR back" in row["attention_reason"]
    assert await pieces(shop) == [(3, 2, 0)]
    assert await shop.count("refunds") == 0


async def test_where_nothing_is_left_the_order_is_cancelled_at_the_channel(database: Database) -> None:
    shop = await open_key_shop(database, marketplace="amazon")
    await shop.sell("1")
    await pay_back(shop)
    row = await shop.order("1")
    assert (row["status"], row["attention"]) == ("cancelled", "pay_back")
    [job] = await shop.jobs("SendStatus")
    assert job["args_json"]["status"] == "cancelled"


async def test_a_channel_that_may_only_be_read_is_told_nothing(database: Database) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await shop.sell("1", 2)
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET allows_mutations = FALSE")
    await pay_back(shop)
    row = await shop.order("1")
    assert (row["status"], set(row["attention"].split())) == ("cancelled", {"pay_back", "cancelled_here_only"})
    assert (await shop.jobs("SendStatus"), await shop.jobs("SendRefund")) == ([], [])


async def test_keys_that_were_ready_go_back_into_the_pool(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1")
    await shop.sell("2")
    assert (await shop.states("1"), await shop.states("2")) == (["ready"], ["held"])
    await pay_back(shop)
    assert [(key["state"], key["unit_id"]) for key in await shop.keys()] == [("free", None)]


async def test_the_rest_of_an_order_that_was_delivered_ends_it(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1", 2)
    await shop.deliver("1")
    await pay_back(shop, 1)
    assert (await pieces(shop), (await shop.order("1"))["status"]) == ([(2, 1, 1)], "shipped")


async def test_a_replacement_that_nobody_has_is_paid_back_and_its_piece_stays_shipped(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1")
    await shop.deliver("1")
    [key] = await shop.keys()
    await key_replacements.replace(database, key["id"], "bad", actor="ann", now=NOW)
    assert await shop.states() == ["held"]
    await pay_back(shop)
    assert (await shop.states(), await pieces(shop)) == (["cancelled"], [(1, 0, 1)])
    assert "pay 12.90 EUR back" in (await shop.order("1"))["attention_reason"]
    await shop.take(order("1", line("GAME"), status="shipped"), now=LATER)
    assert await shop.states() == ["cancelled"]


async def test_asking_twice_at_once_pays_back_once(database: Database) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await shop.sell("1", 2, total_minor=2580)
    done = await asyncio.gather(*(pay_back(shop, 0, reference=f"r{number}") for number in range(3)))
    assert sorted(one.existed for one in done) == [False, True, True]
    assert (await shop.count("refunds"), await pieces(shop)) == (1, [(2, 1, 0)])


async def test_the_amount_can_be_named_and_no_more_than_is_left_goes_back(database: Database) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await shop.sell("1", 2, total_minor=2580)
    with pytest.raises(Conflict) as caught:
        await pay_back(shop, 0, amount_minor=9999)
    assert caught.value.code is Code.AMOUNT_TOO_LARGE
    assert (await shop.states(), await pieces(shop)) == (["held", "held"], [(2, 0, 0)])
    await pay_back(shop, 0, amount_minor=500)
    assert await database.fetch_value("SELECT amount_minor FROM refunds") == 500


async def test_without_a_price_the_amount_has_to_be_named(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.take(order("1", line("GAME", 2, price=None), status="confirmed"))
    with pytest.raises(Invalid) as caught:
        await pay_back(shop, 0)
    assert (caught.value.code, caught.value.field) == (Code.REQUIRED, "amount")
    await pay_back(shop, 0, amount_minor=700)
    assert "pay 7.00 EUR back" in (await shop.order("1"))["attention_reason"]


@pytest.mark.parametrize("state", ["buying", "unknown", "delivered", "waiting"])
async def test_what_is_bought_or_delivered_is_not_cancelled(database: Database, state: str) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE key_units SET state = $1, delivered_at = $2", state, NOW)
    with pytest.raises(Conflict) as caught:
        await pay_back(shop)
    assert (caught.value.code, await shop.states()) == (Code.STATUS_FORBIDS, [state])


async def test_units_of_another_order_are_refused(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    await shop.sell("2")
    [unit] = await shop.units("2")
    order_id = (await shop.order("1"))["id"]
    given: dict[str, Any] = {"reference": "r", "actor": "ann", "now": NOW}
    with pytest.raises(Invalid):
        await key_refunds.refund_units(database, order_id, [unit["id"]], RefundReason.OTHER, **given)
    with pytest.raises(NotFound):
        await key_refunds.refund_units(database, order_id, [unit["id"] + 99], RefundReason.OTHER, **given)
    assert await shop.states("2") == ["held"]


async def test_a_key_in_a_message_on_its_way_is_not_paid_back(database: Database) -> None:
    """Nobody can tell yet whether the customer has it."""
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1", 1)
    async with database.transaction() as tx:
        await tx.execute("UPDATE keys SET delivered_at = $1", NOW)
    with pytest.raises(Conflict, match="on its way"):
        await pay_back(shop)
    assert await shop.states() == ["ready"]
