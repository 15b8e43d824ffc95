"""Bad keys and held units on both databases: each decision once, the pieces counted once, no bad key given again."""

import asyncio
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.keys import Hold
from orion_daemon.domain.supply import Code as BoughtCode
from orion_daemon.domain.supply import CodeKind, PlacedLine, PlacedOrder
from orion_daemon.services import key_replacements, orders, purchase_results, purchase_search
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, ServiceError
from orion_daemon.services.key_sources import WantedSource, set_sources
from tests.support.keys import KeyShop, open_key_shop
from tests.support.orders import line, order
from tests.support.stores import NOW

LATER = NOW + timedelta(hours=1)


async def replace(shop: KeyShop, key_id: int, reason: str = "activated already") -> key_replacements.Replaced:
    return await key_replacements.replace(shop.db, key_id, reason, actor="ann", now=LATER)


async def release(shop: KeyShop, number: str = "1") -> list[int]:
    ids = [unit["id"] for unit in await shop.units(number)]
    return await key_replacements.release(shop.db, ids, actor="ann", now=LATER)


async def delivered(database: Database, *codes: str, quantity: int = 1) -> tuple[KeyShop, list[int]]:
    """A shop with these keys, of which an order has got the first; its keys."""
    shop = await open_key_shop(database)
    await shop.upload(*codes)
    await shop.sell("1", quantity)
    await shop.deliver("1")
    return shop, [key["id"] for key in await shop.keys()]


# -- replacing --------------------------------------------------------------------------------------------------------


async def test_a_bad_key_is_kept_and_its_unit_gets_the_next(database: Database) -> None:
    shop, [first, second] = await delivered(database, "AAAA-1", "AAAA-2")
    done = await replace(shop, first, " activated\n already ")
    [unit] = await shop.units()
    assert (done.key_id, done.unit_id, done.order_id) == (first, unit["id"], (await shop.order("1"))["id"])
    assert (unit["state"], unit["key_id"], unit["replaced"], unit["source"]) == ("ready", second, 1, 0)
    assert unit["delivered_at"] == NOW
    bad, other = await shop.keys()
    assert (bad["state"], bad["note"], bad["unit_id"], bad["delivered_at"]) == (
        "bad", "activated already", unit["id"], NOW,
    )  # fmt: skip
    assert (other["state"], other["unit_id"]) == ("claimed", unit["id"])
    assert len(await shop.jobs("DeliverKeys")) == 1
    [entry] = await shop.audited("key.replace")
    assert (entry["actor"], entry["subject"], entry["store_id"]) == ("ann", f"key:{first}", shop.store_id)
    assert entry["detail_json"] == {
        "reason": "activated already", "unit": unit["id"], "order": f"order:{done.order_id}",
    }  # fmt: skip


async def test_what_is_owed_anew_stays_owed_through_later_writes_of_the_order(database: Database) -> None:
    shop, [first, *_] = await delivered(database, "AAAA-1", "AAAA-2", quantity=2)
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET status = 'fulfilled'")
    await replace(shop, first)
    assert await shop.states() == ["held", "delivered"]
    await shop.take(order("1", line("GAME", 2), status="shipped"), now=LATER)
    order_id = (await shop.order("1"))["id"]
    await orders.clear_attention(database, order_id, actor="ann", now=LATER)
    assert await shop.states() == ["held", "delivered"]
    await shop.upload("AAAA-3")
    assert await shop.states() == ["ready", "delivered"]
    await shop.deliver("1", LATER)
    [item] = await shop.lines("1")
    assert (item["quantity"], item["shipped"]) == (2, 2)


async def test_what_came_to_nothing_owes_no_other_key(database: Database) -> None:
    shop, [first] = await delivered(database, "AAAA-1")
    await replace(shop, first)
    assert await shop.states() == ["held"]
    await shop.take(order("1", line("GAME"), status="refunded"), now=LATER)
    assert await shop.states() == ["cancelled"]
    assert [key["state"] for key in await shop.keys()] == ["bad"]


async def test_a_key_that_nobody_has_is_taken_out_of_the_pool(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    [key] = await shop.keys()
    assert await replace(shop, key["id"]) == key_replacements.Replaced(key["id"], None, None)
    await shop.sell("1")
    assert (await shop.states(), [one["state"] for one in await shop.keys()]) == (["held"], ["bad"])
    assert (await shop.upload("AAAA-1")).duplicates == 1


async def test_a_key_that_was_not_sent_yet_is_no_replacement(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1", "AAAA-2")
    await shop.sell("1")
    [first, second] = [key["id"] for key in await shop.keys()]
    await replace(shop, first)
    [unit] = await shop.units()
    assert (unit["key_id"], unit["replaced"], unit["delivered_at"]) == (second, 0, None)


async def test_a_key_is_replaced_once_however_often_it_is_asked_for(database: Database) -> None:
    shop, [first, *_] = await delivered(database, "AAAA-1", "AAAA-2", "AAAA-3")
    done = await asyncio.gather(*(replace(shop, first) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "Conflict", "Replaced"]
    assert sorted(key["state"] for key in await shop.keys()) == ["bad", "claimed", "free"]


async def test_a_bad_key_of_a_supplier_is_bought_anew_where_the_pool_is_empty(database: Database) -> None:
    shop, [first] = await delivered(database, "AAAA-1")
    await set_sources(
        database, shop.products["GAME"], [WantedSource(None), WantedSource(shop.supplier_id, "game-1")],
        actor="ann", now=NOW,
    )  # fmt: skip
    await replace(shop, first)
    [unit] = await shop.units()
    assert (unit["state"], unit["source"], unit["replaced"]) == ("owed", 1, 1)
    [job] = await shop.jobs("BuyKeys")
    assert job["owner"] == "demo:codeswholesale"


async def test_what_cannot_be_replaced_is_said(database: Database) -> None:
    shop, [first, second] = await delivered(database, "AAAA-1", "AAAA-2")
    with pytest.raises(Invalid) as caught:
        await replace(shop, first, " ")
    assert caught.value.code is Code.REQUIRED
    with pytest.raises(NotFound):
        await replace(shop, second + 9)
    await replace(shop, second)
    with pytest.raises(Conflict, match="bad already"):
        await replace(shop, second)
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET status = 'refunded'")
    with pytest.raises(Conflict, match="The order is refunded"):
        await replace(shop, first)
    async with database.transaction() as tx:
        await tx.execute("UPDATE keys SET state = 'awaited' WHERE id = $1", first)
    with pytest.raises(Conflict, match="still to come"):
        await replace(shop, first)
    assert (await shop.states(), len(await shop.audited("key.replace"))) == (["delivered"], 0)


# -- releasing --------------------------------------------------------------------------------------------------------


async def test_a_held_unit_is_bought_all_the_same(database: Database) -> None:
    shop = await open_key_shop(database)
    await set_sources(database, shop.products["GAME"], [WantedSource(shop.supplier_id, "game-1")], actor="ann", now=NOW)
    await shop.sell("1", 2)
    await shop.move("1", "held", Hold.FIRST_ORDER)
    order_id = (await shop.order("1"))["id"]
    assert await release(shop) == [order_id]
    assert [(unit["state"], unit["is_released"], unit["hold_code"]) for unit in await shop.units()] == [
        ("owed", True, "")
    ] * 2
    assert len(await shop.jobs("BuyKeys")) == 1
    assert (await shop.order("1"))["attention"] == ""
    [entry] = await shop.audited("keys.release")
    assert entry["subject"] == f"order:{order_id}"
    assert entry["detail_json"]["holds"] == ["first_order_limit"]
    with pytest.raises(Conflict, match="only held ones"):
        await release(shop)


@pytest.mark.parametrize("state", ["owed", "buying", "unknown", "cancelled"])
async def test_only_what_is_held_is_released(database: Database, state: str) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    await shop.move("1", state)
    with pytest.raises(Conflict):
        await release(shop)
    assert await shop.states() == [state]


async def test_a_purchase_that_nobody_knows_about_is_not_released_but_bought_again(database: Database) -> None:
    shop = await open_key_shop(database)
    await set_sources(database, shop.products["GAME"], [WantedSource(shop.supplier_id, "game-1")], actor="ann", now=NOW)
    await shop.sell("1")
    purchase_id = await shop.purchase("1")
    await shop.move("1", "held", Hold.UNKNOWN, purchase_id)
    with pytest.raises(Conflict, match="buyAgain"):
        await release(shop)
    await purchase_search.buy_again(database, purchase_id, "ann", LATER)
    assert await shop.states() == ["owed"]


async def test_a_code_that_nobody_can_deliver_is_not_released(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE key_units SET state = 'held', hold_code = 'unknown_code_kind'")
    with pytest.raises(Conflict, match="replaceKey"):
        await release(shop)


async def test_units_that_are_not_there_or_too_many_are_refused(database: Database) -> None:
    shop = await open_key_shop(database)
    for ids, kind in (([], Invalid), (list(range(1, 502)), Invalid), ([7], NotFound)):
        with pytest.raises(kind):
            await key_replacements.release(shop.db, ids, actor="ann", now=LATER)


# -- what was given up ------------------------------------------------------------------------------------------------


async def test_a_cancelled_unit_takes_no_code_of_a_purchase_that_turns_up(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    purchase_id = await shop.purchase("1")
    await shop.move("1", "held", Hold.UNKNOWN, purchase_id)
    await shop.take(order("1", line("GAME"), status="cancelled"), now=LATER)
    assert [(unit["state"], unit["hold_code"]) for unit in await shop.units()] == [("cancelled", "")]
    code = BoughtCode("c1", CodeKind.TEXT, "AAAA-1")
    placed = PlacedOrder("s1", f"orion-{purchase_id}", "Completed", (PlacedLine("game-1", 910, (code,)),))
    await purchase_results.record(database, purchase_id, placed, {}, LATER)
    assert await shop.states() == ["cancelled"]
    assert [(key["state"], key["unit_id"]) for key in await shop.keys()] == [("free", None)]


async def test_refusals_name_no_code(database: Database) -> None:
    shop, [first] = await delivered(database, "AAAA-1")
    await replace(shop, first)
    with pytest.raises(ServiceError) as caught:
        await replace(shop, first)
    assert "AAAA" not in str(caught.value)
