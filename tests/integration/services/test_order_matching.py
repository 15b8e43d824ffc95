"""Lines without a product wait for a person; an answer holds for all that wait and all that come."""

from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import order_matching
from orion_daemon.services.errors import Conflict, NotFound
from orion_daemon.services.inventory import verify_ledger
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}
EAN = "4000000000013"


async def give_gtin(shop: Shop, **gtins: str) -> None:
    async with shop.db.transaction() as tx:
        for sku, gtin in gtins.items():
            await tx.execute("UPDATE products SET gtin = $2 WHERE id = $1", shop.products[sku], gtin)


async def catalog(shop: Shop, channel_id: int, *rows: tuple[str, str | None, str]) -> None:
    """(vendor's id, gtin, SKU of the product that stands on it)"""
    async with shop.db.transaction() as tx:
        [made] = await tx.insert(
            "catalogs", ("channel_id", "marketplace", "created_at"), [(channel_id, "letzshop", NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        for vendor_id, gtin, sku in rows:
            [row] = await tx.insert(
                "marketplace_products",
                (
                    "catalog_id",
                    "marketplace_product_id",
                    "product_type",
                    "gtin",
                    "is_available",
                    "created_at",
                    "updated_at",
                ),
                [(made["id"], vendor_id, "physical", gtin, True, NOW, NOW)],
                suffix="RETURNING id",
            )
            await tx.execute(
                "UPDATE products SET marketplace_product_id = $2 WHERE id = $1", shop.products[sku], row["id"]
            )


async def product_of(shop: Shop, *lines: Any) -> list[tuple[str, int | None]]:
    await shop.take(order("x", *lines))
    return [(row["match_state"], row["product_id"]) for row in await shop.lines("x")]


async def test_a_line_is_found_by_sku_then_by_the_channels_id_then_by_gtin(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 9, "CAP": 9, "BAG": 9, "PEN": 9})
    await give_gtin(shop, BAG=EAN)
    await catalog(shop, shop.channel_id, ("LZ-1", None, "CAP"), ("LZ-2", "0012345678905", "PEN"))
    found = await product_of(
        shop,
        line("MUG", gtin=EAN),
        line("LZ-1"),
        line("elsewhere", gtin=EAN),
        line(None, key="by-upc", gtin="012345678905"),
    )
    assert found == [("matched", shop.products[sku]) for sku in ("MUG", "CAP", "BAG", "PEN")]


async def test_a_gtin_of_two_products_is_not_guessed(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 9, "CAP": 9})
    await give_gtin(shop, MUG=EAN, CAP=EAN)
    assert await product_of(shop, line(None, key="a", gtin=EAN)) == [("unmatched", None)]
    assert "fits 2 products" in (await shop.order("x"))["attention_reason"]


async def test_an_answer_holds_for_all_that_wait_and_is_remembered(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 4})
    await shop.take(order("1", line("OLD-MUG", 2), line("ODD")), order("2", line("OLD-MUG", 3), status="confirmed"))
    await shop.take(order("3", line("OLD-MUG", 1), status="cancelled"))
    [first, odd, *_] = await order_matching.waiting_lines(database, shop.store_id)
    assert (first.sku, odd.sku) == ("OLD-MUG", "ODD")
    answered = await order_matching.answer(database, first.order_item_id, shop.products["MUG"], **BY)
    assert len(answered.lines) == 3
    assert [row["stock_state"] for name in "123" for row in await shop.lines(name)] == [
        "reserved",
        "none",
        "short",
        "none",
    ]
    assert [(await shop.order(name))["attention"] for name in "123"] == ["unmatched", "short", ""]
    assert await shop.level("MUG") == (4, 2)
    await shop.take(order("4", line("OLD-MUG", 2)))
    assert (await shop.lines("4"))[0]["stock_state"] == "reserved"
    assert await verify_ledger(database) == []


async def test_an_article_may_be_none_of_ours(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 4})
    await shop.take(order("1", line("GIFT")), order("2", line(None, key="t", title="A surprise")))
    for waiting in await order_matching.waiting_lines(database, shop.store_id):
        await order_matching.answer(database, waiting.order_item_id, None, **BY)
    assert await order_matching.waiting_lines(database, shop.store_id) == []
    assert [(await shop.order(name))["attention"] for name in "12"] == ["", ""]
    await shop.take(order("3", line("GIFT"), line(None, key="t", title="A surprise ")))
    assert [row["match_state"] for row in await shop.lines("3")] == ["ignored", "ignored"]


async def test_an_answer_for_one_line_only_is_not_remembered(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 4})
    await shop.take(order("1", line("ODD")), order("2", line("ODD")))
    [first, second] = await order_matching.waiting_lines(database, shop.store_id)
    await order_matching.answer(database, first.order_item_id, shop.products["MUG"], remember=False, **BY)
    assert [one.order_item_id for one in await order_matching.waiting_lines(database, shop.store_id)] == [
        second.order_item_id
    ]
    assert await shop.count("product_matches") == 0
    with pytest.raises(Conflict):
        await order_matching.answer(database, first.order_item_id, None, **BY)


async def test_an_answer_names_a_product_of_the_same_store(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 4})
    other = await open_shop(database, {"MUG": 4}, code="other")
    await shop.take(order("1", line("ODD")))
    [waiting] = await order_matching.waiting_lines(database, shop.store_id)
    with pytest.raises(NotFound):
        await order_matching.answer(database, waiting.order_item_id, other.products["MUG"], **BY)
    assert await order_matching.waiting_lines(database, other.store_id) == []
