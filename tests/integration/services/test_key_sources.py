"""Sources of keys on both databases: chosen by people, made by adoption, and asked from the first when they change."""

from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.keys import Hold
from orion_daemon.services import products
from orion_daemon.services.errors import Code, Invalid, NotFound, ServiceError
from orion_daemon.services.key_sources import WantedSource, set_sources
from orion_daemon.services.reading import Where
from tests.support.keys import KeyShop, add_supplier, open_key_shop
from tests.support.stores import NOW

POOL = WantedSource(None)


async def choose(shop: KeyShop, *sources: WantedSource, sku: str = "GAME") -> bool:
    return await set_sources(shop.db, shop.products[sku], sources, actor="ann", now=NOW)


async def sources_of(shop: KeyShop) -> list[tuple[Any, ...]]:
    rows = await shop.db.fetch("SELECT * FROM product_sources ORDER BY product_id, position")
    return [(row["position"], row["channel_id"], row["supplier_product_id"], row["low_water"]) for row in rows]


async def list_product(shop: KeyShop, name: str) -> int:
    """The supplier sells it."""
    async with shop.db.transaction() as tx:
        catalog = await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", shop.supplier_id)
        [row] = await tx.insert(
            "marketplace_products",
            ("catalog_id", "marketplace_product_id", "product_type", "is_available", "quantity", "created_at",
             "updated_at"),
            [(catalog, name, "digital", True, 5, NOW, NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        return int(row["id"])


async def test_sources_are_kept_in_their_order_and_told_when_they_change(database: Database) -> None:
    shop = await open_key_shop(database)
    chosen = (WantedSource(shop.supplier_id, " game-1 "), WantedSource(None, low_water=5))
    assert await choose(shop, *chosen)
    assert await sources_of(shop) == [(0, shop.supplier_id, "game-1", None), (1, None, "", 5)]
    assert not await choose(shop, *chosen)
    assert await choose(shop, POOL)
    assert await sources_of(shop) == [(0, None, "", None)]
    entries = await shop.audited("keys.sources")
    assert [entry["detail_json"]["sources"] for entry in entries] == [[shop.supplier_id, "pool"], ["pool"]]


async def test_a_list_that_cannot_be_is_refused_and_changes_nothing(database: Database) -> None:
    shop = await open_key_shop(database)
    other = await open_key_shop(database, code="other")
    mine = WantedSource(shop.supplier_id, "game-1")
    cases: list[tuple[tuple[WantedSource, ...], Code, str]] = [
        ((), Code.INVALID_VALUE, "sources"),
        ((POOL, POOL), Code.INVALID_VALUE, "sources"),
        ((mine, WantedSource(shop.supplier_id, "game-2")), Code.INVALID_VALUE, "sources"),
        ((WantedSource(other.supplier_id, "game-1"),), Code.NOT_FOUND, "sources.0.supplier"),
        ((POOL, WantedSource(shop.channel_id, "game-1")), Code.NOT_FOUND, "sources.1.supplier"),
        ((WantedSource(shop.supplier_id),), Code.REQUIRED, "sources.0.supplierProductId"),
        ((WantedSource(shop.supplier_id, "game-1", 5),), Code.INVALID_VALUE, "sources.0.lowWater"),
        ((WantedSource(None, low_water=-1),), Code.INVALID_VALUE, "sources.0.lowWater"),
    ]
    for sources, code, field in cases:
        with pytest.raises(ServiceError) as caught:
            await choose(shop, *sources)
        assert (caught.value.code, caught.value.field) == (code, field)
    with pytest.raises(NotFound):
        await set_sources(database, 10**6, [POOL], actor="ann", now=NOW)
    assert await sources_of(shop) == []


async def test_once_the_whole_list_was_read_its_products_are_checked(database: Database) -> None:
    shop = await open_key_shop(database)
    await list_product(shop, "game-1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE supplier_accounts SET catalog_full_at = $1", NOW)
    with pytest.raises(Invalid, match="lists no product 'game-2'"):
        await choose(shop, WantedSource(shop.supplier_id, "game-2"))
    assert await choose(shop, WantedSource(shop.supplier_id, "game-1"))


async def test_what_waits_asks_the_new_sources_from_the_first(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    assert [unit["hold_code"] for unit in await shop.units()] == [Hold.NO_SOURCE]
    await choose(shop, POOL, WantedSource(shop.supplier_id, "game-1"))
    [unit] = await shop.units()
    assert (unit["state"], unit["source"], unit["hold_code"]) == ("owed", 1, "")
    assert (await shop.order("1"))["attention"] == ""
    await choose(shop, WantedSource(shop.supplier_id, "game-1"), POOL)
    [unit] = await shop.units()
    assert (unit["state"], unit["source"]) == ("owed", 0)
    assert len(await shop.jobs("BuyKeys")) == 1
    second = await _second_account(database, shop)
    await choose(shop, WantedSource(second, "game-1"))
    assert {job["owner"] for job in await shop.jobs("BuyKeys")} == {
        "demo:codeswholesale", "demo:codeswholesale-2",
    }  # fmt: skip


async def _second_account(database: Database, shop: KeyShop) -> int:
    async with database.transaction() as tx:
        return await add_supplier(tx, shop.store_id, "codeswholesale-2")


async def test_what_is_being_bought_keeps_its_account_and_what_a_rule_holds_stays_held(database: Database) -> None:
    shop = await open_key_shop(database)
    await choose(shop, WantedSource(shop.supplier_id, "game-1"))
    await shop.sell("1")
    await shop.move("1", "buying", purchase_id=await shop.purchase("1", "sent"))
    await shop.sell("2")
    await shop.move("2", "held", Hold.TOO_MANY)
    await choose(shop, POOL, WantedSource(shop.supplier_id, "game-1"))
    assert [(unit["state"], unit["source"]) for unit in await shop.units("1")] == [("buying", 1)]
    assert [(unit["state"], unit["hold_code"]) for unit in await shop.units("2")] == [("held", Hold.TOO_MANY)]
    await choose(shop, POOL)
    assert [(unit["state"], unit["source"]) for unit in await shop.units("1")] == [("buying", -1)]


async def test_the_pool_gives_nothing_to_products_that_do_not_name_it(database: Database) -> None:
    shop = await open_key_shop(database)
    await choose(shop, WantedSource(shop.supplier_id, "game-1"))
    await shop.sell("1")
    assert (await shop.upload("AAAA-1")).given == 0
    assert await shop.states() == ["owed"]
    await choose(shop, POOL)
    assert await shop.states() == ["ready"]


async def adopt(shop: KeyShop, *names: str) -> tuple[int, ...]:
    where = Where().among("marketplace_products.marketplace_product_id", names)
    done = await products.adopt(shop.db, shop.store_id, where, after_id=0, limit=100, stock_from_catalog=False, now=NOW)
    return done.product_ids


async def test_what_is_adopted_from_a_supplier_has_the_pool_and_that_supplier(database: Database) -> None:
    shop = await open_key_shop(database)
    await list_product(shop, "game-7")
    [product_id] = await adopt(shop, "game-7")
    wanted = [(0, None, "", None), (1, shop.supplier_id, "game-7", None)]
    assert await sources_of(shop) == wanted
    await adopt(shop, "game-7")
    assert await sources_of(shop) == wanted
    await set_sources(database, product_id, [WantedSource(shop.supplier_id), POOL], actor="ann", now=NOW)
    assert await sources_of(shop) == [(0, shop.supplier_id, "game-7", None), (1, None, "", None)]


async def test_a_product_that_is_joined_to_a_supplier_s_keeps_the_sources_it_has(database: Database) -> None:
    shop = await open_key_shop(database, ("GAME", "DLC"))
    await choose(shop, POOL)
    for name in ("GAME", "DLC"):
        await list_product(shop, name)
    await adopt(shop, "GAME", "DLC")
    rows = await database.fetch("SELECT product_id FROM product_sources ORDER BY id")
    assert [row["product_id"] for row in rows] == [shop.products["GAME"], *[shop.products["DLC"]] * 2]
