"""Texts of a supplier's products on both databases: wanted where adopted, and kept beside the name."""

from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.domain.supply import SupplierProduct, SupplierText, SupplierTexts
from orion_daemon.services import supply_pages, supply_texts, supply_walks
from orion_daemon.services.supply_costs import cost_read_at
from orion_daemon.services.supply_texts import OLD_AFTER
from tests.support.stores import NOW
from tests.support.suppliers import KeyShop, a_product, games, open_key_shop

HOUR = timedelta(hours=1)


async def shown(shop: KeyShop, *products: SupplierProduct, at: Any = NOW) -> None:
    await supply_walks.begin_walk(shop.db, shop.channel_id, "full", at)
    await supply_pages.take_page(shop.db, shop.channel_id, ProductPage(products, None), at)
    await supply_walks.end_walk(shop.db, shop.channel_id, at)


async def selling(database: Database, *products: SupplierProduct) -> KeyShop:
    """A shop that sells the supplier's first game, or these products."""
    shop = await open_key_shop(database)
    listed = products or (a_product(),)
    await shown(shop, *listed)
    await shop.adopt(*(product.product_id for product in listed))
    return shop


def texts(*words: SupplierText, **facts: Any) -> SupplierTexts:
    return SupplierTexts("game-1", words, **facts)


async def take(shop: KeyShop, found: SupplierTexts | None, at: Any = NOW, key: str = "game-1") -> bool:
    return await supply_texts.take_texts(shop.db, shop.channel_id, key, found, at)


async def wanting(shop: KeyShop, at: Any = NOW, limit: int = 10) -> list[str]:
    return await supply_texts.products_wanting_texts(shop.db, shop.channel_id, at, limit)


async def row_of(shop: KeyShop, key: str = "game-1") -> dict[str, Any]:
    return (await shop.catalog())[key]


async def test_texts_are_wanted_of_what_a_store_sells_and_of_nothing_else(database: Database) -> None:
    shop = await open_key_shop(database)
    await shown(shop, *games(5))
    assert await wanting(shop) == []
    [first, *_] = await shop.adopt("game-2", "game-4", "game-5")
    assert await wanting(shop) == ["game-2", "game-4", "game-5"]
    assert await wanting(shop, limit=1) == ["game-2"]
    async with database.transaction() as tx:
        await tx.execute("UPDATE products SET is_active = FALSE WHERE id = $1", first)
    await supply_pages.product_gone(database, shop.channel_id, "game-5", NOW)
    assert await wanting(shop) == ["game-4"]


async def test_they_are_asked_for_again_after_a_month_also_where_there_were_none(database: Database) -> None:
    shop = await selling(database, *games(3))
    assert not await take(shop, None, NOW)
    assert await take(shop, texts(SupplierText("en", "Two", None)), NOW + HOUR, "game-2")
    assert await wanting(shop, NOW + HOUR) == ["game-3"]
    assert await wanting(shop, NOW + OLD_AFTER) == ["game-3", "game-1"]
    assert await wanting(shop, NOW + OLD_AFTER + HOUR) == ["game-3", "game-1", "game-2"]


async def test_adopting_a_suppliers_product_asks_for_its_texts(database: Database) -> None:
    shop = await open_key_shop(database)
    await shown(shop, *games(2))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    await shop.adopt("game-1")
    [job] = await shop.jobs("FetchTexts")
    assert (job["owner"], job["priority"], job["store_id"]) == ("demo:codeswholesale", 30, shop.store_id)


async def test_words_images_number_and_facts_are_taken(database: Database) -> None:
    shop = await selling(database)
    found = texts(
        SupplierText("en", "The Game", "<p>A <b>game</b>.</p><p>Play it.</p>"),
        SupplierText("de", None, "Ein Spiel."),
        SupplierText("de", "Das Spiel", "Noch eines."),
        SupplierText("ko", " ", None),
        SupplierText("a-very-long-code", "x", "y"),
        eans=("123", "4006381333932", "4006381333931", "5449000000996"),
        images=("https://img.example/a.jpg", "https://img.example/a.jpg", "https://img.example/1.jpg", "bad\n"),
        category="Action,  RPG",
        developer="Those & Others",
        pegi="16",
    )
    assert await take(shop, found, NOW + HOUR)
    assert await shop.texts("game-1") == {
        "en": ("The Game", "A game.\n\nPlay it."), "de": ("Das Spiel", "Ein Spiel."),
    }  # fmt: skip
    row = await row_of(shop)
    assert (row["gtin"], row["image_link"]) == ("4006381333931", "https://img.example/1.jpg")
    assert row["additional_image_links_json"] == ["https://img.example/a.jpg"]
    facts = ("category", "developer", "pegi", "platform")
    assert [row["attributes_json"][name] for name in facts] == ["Action, RPG", "Those & Others", "16", "Steam"]
    assert (row["updated_at"], row["texts_read_at"]) == (NOW + HOUR, NOW + HOUR)
    assert not await take(shop, found, NOW + 2 * HOUR)
    assert (await row_of(shop))["updated_at"] == NOW + HOUR


async def test_the_next_page_of_the_list_leaves_them_alone(database: Database) -> None:
    shop = await selling(database, a_product(images=()))
    await take(
        shop,
        texts(SupplierText("en", "The Game", "Play."), images=("https://img.example/a.jpg",), eans=("4006381333931",),
              developer="Dev"),
        NOW + HOUR,
    )  # fmt: skip
    before = await row_of(shop)
    await shown(shop, a_product(images=()), at=NOW + 2 * HOUR)
    assert await row_of(shop) == before
    await shown(shop, a_product(name="Game I", images=()), at=NOW + 3 * HOUR)
    row = await row_of(shop)
    assert (row["attributes_json"]["developer"], row["attributes_json"]["name"]) == ("Dev", "Game I")
    assert (row["image_link"], row["gtin"]) == ("https://img.example/a.jpg", "4006381333931")
    assert await shop.texts("game-1") == {"en": ("The Game", "Play.")}


async def test_what_says_nothing_keeps_what_is_there(database: Database) -> None:
    shop = await selling(database)
    await take(shop, texts(SupplierText("en", "The Game", "Play."), eans=("4006381333931",), developer="Dev"))
    assert not await take(shop, texts(SupplierText("en", None, ""), eans=("none",)), NOW + HOUR)
    assert await shop.texts("game-1") == {"en": ("The Game", "Play.")}
    assert (await row_of(shop))["gtin"] == "4006381333931"


async def test_texts_make_no_cost_younger(database: Database) -> None:
    shop = await selling(database)
    await take(shop, texts(SupplierText("en", "The Game", None), eans=("4006381333931",)), NOW + HOUR)
    row = await row_of(shop)
    assert (row["updated_at"], await cost_read_at(database, [row["id"]])) == (NOW + HOUR, {row["id"]: NOW})


@pytest.mark.parametrize(
    "found", [texts(SupplierText("fr", "Le Jeu", None)), texts(eans=("4006381333931",)), texts(pegi="3")]
)
async def test_channels_hear_of_them(database: Database, found: SupplierTexts) -> None:
    shop = await selling(database)
    await shop.settle_offers()
    await take(shop, found)
    assert (await shop.offers())["game-1"]["state"] == "different"


async def test_a_product_that_is_not_there_is_nothing(database: Database) -> None:
    shop = await selling(database)
    assert not await take(shop, texts(SupplierText("en", "x", None)), key="game-9")
