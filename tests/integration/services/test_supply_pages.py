"""Pages of a supplier's price list on both databases: only differences are written, and a cost has an age."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.domain.supplier_catalog import regions_of, tiers_of
from orion_daemon.domain.supply import PriceTier, SupplierProduct
from orion_daemon.services import supply_pages, supply_walks
from orion_daemon.services.supply_costs import cost_read_at
from tests.support.databases import RecordingBus
from tests.support.stores import NOW
from tests.support.suppliers import KeyShop, a_product, games, open_key_shop

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def take(shop: KeyShop, *products: SupplierProduct, at: Any = NOW, **page: Any) -> supply_pages.Taken:
    """A page of the walk under way, its last one unless told otherwise."""
    shown = ProductPage(products, page.pop("next_cursor", None), page.pop("unreadable", ()))
    return await supply_pages.take_page(shop.db, shop.channel_id, shown, at, **page)


async def walked(shop: KeyShop, *products: SupplierProduct, at: Any = NOW, kind: Any = "full") -> supply_pages.Taken:
    """A whole walk of one page."""
    await supply_walks.begin_walk(shop.db, shop.channel_id, kind, at)
    taken = await take(shop, *products, at=at)
    await supply_walks.end_walk(shop.db, shop.channel_id, at)
    return taken


async def cost_time(shop: KeyShop, key: str) -> Any:
    row = (await shop.catalog())[key]
    return (await cost_read_at(shop.db, [row["id"]]))[row["id"]]


async def test_a_product_of_the_list_becomes_one_of_the_catalog(database: Database) -> None:
    shop = await open_key_shop(database)
    taken = await walked(shop, a_product(released_at=NOW - HOUR, badges=("HOT",)))
    assert (taken.created, taken.changed, taken.unchanged) == (1, 0, 0)
    row = (await shop.catalog())["game-1"]
    facts = ("product_type", "price_minor", "currency", "availability", "quantity", "image_link", "is_available")
    assert [row[name] for name in facts] == [
        "digital", 910, "EUR", "in_stock", 17, "https://img.example/1.jpg", True,
    ]  # fmt: skip
    assert row["attributes_json"] == {
        "name": "Game 1", "identifier": "G1", "platform": "Steam", "regions": "EU, PL", "languages": "Multilanguage",
        "badges": "HOT", "released_at": (NOW - HOUR).isoformat(), "tiers": "1-9:910 10-:860",
    }  # fmt: skip
    assert tiers_of(row["attributes_json"]) == (PriceTier(1, 9, 910), PriceTier(10, None, 860))
    assert regions_of(row["attributes_json"]) == ("EU", "PL")
    assert await shop.texts("game-1") == {"en": ("Game 1", None)}


async def test_content_that_did_not_change_is_not_written(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(3))
    before = await shop.catalog()
    taken = await walked(shop, *games(3), at=NOW + HOUR)
    assert (taken.created, taken.changed, taken.unchanged) == (0, 0, 3)
    assert await shop.catalog() == before
    moved = replace(a_product(2), quantity=3)
    taken = await walked(shop, a_product(1), moved, a_product(3), at=NOW + 2 * HOUR)
    assert (taken.created, taken.changed, taken.unchanged) == (0, 1, 2)
    after = await shop.catalog()
    assert [row["updated_at"] for row in after.values()] == [NOW, NOW + 2 * HOUR, NOW]
    assert after["game-2"]["quantity"] == 3


@pytest.mark.parametrize(
    "facts",
    [
        {"cost": 911},
        {"tiers": (PriceTier(1, None, 910),)},
        {"quantity": 0},
        {"regions": ("US",)},
        {"name": "Game I"},
        {"images": ("https://img.example/new.jpg",)},
    ],
)
async def test_every_difference_reaches_the_offers_of_products_that_stand_on_it(
    database: Database, facts: dict[str, Any]
) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(2))
    await shop.adopt("game-1", "game-2")
    await shop.settle_offers()
    await walked(shop, a_product(1, **facts), a_product(2), at=NOW + HOUR, kind="delta")
    assert {key: offer["state"] for key, offer in (await shop.offers()).items()} == {
        "game-1": "different", "game-2": "synced",
    }  # fmt: skip


async def test_a_suppliers_account_has_no_offers(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(1))
    await shop.adopt("game-1")
    assert [offer["channel_id"] for offer in await database.fetch("SELECT * FROM offers")] == [shop.letzshop_id]
    assert {job["owner"] for job in await shop.jobs("PushInventory")} == {"demo:letzshop"}


async def test_hooks_hear_of_changes_in_the_transaction_and_of_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await open_key_shop(database)
    heard: list[list[int]] = []

    async def hear(_tx: Any, ids: Any, _now: Any) -> None:
        heard.append(sorted(ids))
        if len(heard) > 2:
            raise LookupError("the hook fails")

    monkeypatch.setattr(supply_pages, "AFTER_CHANGE", (*supply_pages.AFTER_CHANGE, hear))
    await walked(shop, *games(3))
    numbers = [row["id"] for row in (await shop.catalog()).values()]
    assert heard == [numbers]
    await walked(shop, a_product(1), a_product(2, cost=1), a_product(3), at=NOW + HOUR)
    assert heard == [numbers, numbers[1:2]]
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW + 2 * HOUR)
    with pytest.raises(LookupError):
        await take(shop, a_product(2, cost=2), at=NOW + 2 * HOUR)
    assert (await shop.catalog())["game-2"]["price_minor"] == 1
    assert (await shop.account())["catalog_products"] == 0


async def test_no_single_piece_no_price(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(
        shop, a_product(1, cost=None), a_product(2, tiers=(PriceTier(10, None, 5),)), a_product(3, currency="COIN")
    )
    rows = await shop.catalog()
    assert [(row["price_minor"], row["currency"]) for row in rows.values()] == [(None, None)] * 3
    await walked(shop, *games(3), at=NOW + HOUR)
    assert {row["price_minor"] for row in (await shop.catalog()).values()} == {910}


async def test_a_preorder_is_to_be_had_where_the_account_allows_it(database: Database) -> None:
    shop = await open_key_shop(database)
    coming = a_product(quantity=0, released_at=NOW + 48 * HOUR)
    await walked(shop, coming)
    row = (await shop.catalog())["game-1"]
    assert (row["availability"], row["quantity"]) == ("out_of_stock", 0)
    await shop.set(allow_preorders=True)
    await walked(shop, coming, at=NOW + HOUR)
    row = (await shop.catalog())["game-1"]
    assert (row["availability"], row["quantity"]) == ("preorder", None)
    await walked(shop, coming, at=NOW + 49 * HOUR)
    assert (await shop.catalog())["game-1"]["availability"] == "out_of_stock"


async def test_a_product_that_comes_twice_counts_as_it_came_last(database: Database) -> None:
    shop = await open_key_shop(database)
    taken = await walked(shop, a_product(1, cost=1000), a_product(1, cost=900))
    assert taken.created == 1
    assert (await shop.catalog())["game-1"]["price_minor"] == 900


async def test_ids_that_nothing_can_be_kept_by_are_counted(database: Database) -> None:
    shop = await open_key_shop(database)
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW)
    bad = [a_product(product_id=text) for text in ("", "x" * 256, "a\nb")]
    taken = await take(shop, *bad, a_product(), unreadable=("a sentence",))
    assert (taken.created, taken.unusable) == (1, 3)
    account = await shop.account()
    assert (account["catalog_products"], account["catalog_changed"], account["catalog_unreadable"]) == (4, 1, 4)


async def test_what_a_person_of_the_supplier_typed_is_made_fit(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(
        shop,
        a_product(name="  A\x00 <b>Game</b>\n II ", platform="\x07Steam", images=("https://a\n", "https://b/b.jpg")),
    )
    row = (await shop.catalog())["game-1"]
    assert (row["attributes_json"]["name"], row["attributes_json"]["platform"]) == ("A Game II", "Steam")
    assert row["image_link"] == "https://b/b.jpg"
    assert await shop.texts("game-1") == {"en": ("A Game II", None)}


async def test_a_name_is_the_title_until_a_better_one_is_there(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, a_product(1), a_product(2), a_product(3, name=""))
    async with database.transaction() as tx:
        await tx.execute("UPDATE marketplace_product_translations SET title = 'Better' WHERE title = 'Game 2'")
    await walked(shop, a_product(1, name="Uno"), a_product(2, name="Due"), a_product(3), at=NOW + HOUR)
    assert [(await shop.texts(f"game-{number}"))["en"][0] for number in (1, 2, 3)] == ["Uno", "Better", "Game 3"]


async def test_one_page_of_more_than_a_statement_takes(database: Database) -> None:
    shop = await open_key_shop(database)
    taken = await walked(shop, *games(1201))
    assert taken.created == len(await shop.catalog()) == 1201
    assert (await walked(shop, *games(1201), at=NOW + HOUR)).unchanged == 1201


async def test_a_page_without_a_walk_is_a_mistake(database: Database) -> None:
    shop = await open_key_shop(database)
    with pytest.raises(RuntimeError, match="demo:codeswholesale"):
        await take(shop, a_product())
    assert await shop.catalog() == {}


async def test_people_hear_of_progress(database: Database, bus: RecordingBus) -> None:
    shop = await open_key_shop(database)
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW)
    bus.events.clear()
    await take(shop, *games(2), next_cursor="2")
    assert [type(event).__name__ for event in bus.events] == ["SyncStatusChanged"]
    account = await shop.account()
    assert (account["catalog_products"], account["catalog_changed"], account["catalog_cursor"]) == (2, 2, "2")


# -- how old a cost is -------------------------------------------------------------------------------------------------


async def test_a_cost_is_as_old_as_the_beginning_of_the_last_whole_walk(database: Database) -> None:
    shop = await open_key_shop(database)
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW)
    await take(shop, *games(2), at=NOW + MINUTE, asked_at=NOW + MINUTE / 2)
    assert await cost_time(shop, "game-1") == NOW + MINUTE / 2  # read, whatever becomes of the walk
    await supply_walks.end_walk(database, shop.channel_id, NOW + 2 * MINUTE)
    assert await cost_time(shop, "game-1") == NOW + MINUTE / 2
    await walked(shop, a_product(2, cost=5), at=NOW + HOUR, kind="delta")
    assert (await shop.account())["catalog_full_at"] == NOW
    assert [await cost_time(shop, key) for key in ("game-1", "game-2")] == [NOW + HOUR] * 2
    await walked(shop, *games(2), at=NOW + 2 * HOUR)
    assert await cost_time(shop, "game-1") == NOW + 2 * HOUR


async def test_a_walk_under_way_makes_nothing_younger_but_what_it_wrote(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(2))
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW + HOUR)
    await take(shop, a_product(1, cost=1), a_product(2), at=NOW + HOUR, next_cursor="x")
    assert [await cost_time(shop, key) for key in ("game-1", "game-2")] == [NOW + HOUR, NOW]


async def test_a_product_read_by_itself_is_as_young_as_that_also_unchanged(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(1))
    taken = await supply_pages.take_products(database, shop.channel_id, games(1), NOW + HOUR)
    row = (await shop.catalog())["game-1"]
    assert (taken.unchanged, row["updated_at"], await cost_time(shop, "game-1")) == (1, NOW, NOW + HOUR)


async def test_a_page_that_was_asked_for_earlier_does_not_undo_a_later_reading(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(1))
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW + HOUR)
    await supply_pages.take_products(database, shop.channel_id, [a_product(cost=1000)], NOW + HOUR + 2 * MINUTE)
    await take(shop, a_product(cost=910), at=NOW + HOUR + 3 * MINUTE, asked_at=NOW + HOUR + MINUTE)
    await supply_walks.end_walk(database, shop.channel_id, NOW + HOUR + 4 * MINUTE)
    row = (await shop.catalog())["game-1"]
    assert (row["price_minor"], row["is_available"]) == (1000, True)
    assert await cost_time(shop, "game-1") == NOW + HOUR + 2 * MINUTE


async def test_products_of_marketplaces_have_no_such_time(database: Database) -> None:
    shop = await open_key_shop(database)
    async with database.transaction() as tx:
        catalog_id = await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", shop.letzshop_id)
        [row] = await tx.insert(
            "marketplace_products",
            ("catalog_id", "marketplace_product_id", "product_type", "is_available", "created_at", "updated_at"),
            [(catalog_id, "MUG", "physical", True, NOW, NOW)],
            suffix="RETURNING id",
        )
    assert await cost_read_at(database, [row["id"], 999_999]) == {}
    assert await cost_read_at(database, []) == {}


@pytest.mark.parametrize(("facts", "urgent"), [({"quantity": 0}, True), ({"quantity": 1}, False), ({"cost": 1}, False)])
async def test_what_is_sold_out_goes_before_what_is_not(
    database: Database, facts: dict[str, Any], urgent: bool
) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(1))
    await shop.adopt("game-1")
    await shop.settle_offers()
    await walked(shop, a_product(**facts), at=NOW + HOUR)
    assert (await shop.offers())["game-1"]["is_urgent"] is urgent
    assert min(job["priority"] for job in await shop.jobs("PushInventory")) == (10 if urgent else 50)


# -- gone --------------------------------------------------------------------------------------------------------------


async def test_what_is_gone_tells_its_offers_and_comes_back(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, *games(2))
    await shop.adopt("game-1")
    await shop.settle_offers()
    assert await supply_pages.product_gone(database, shop.channel_id, "game-1", NOW + HOUR)
    assert (await shop.offers())["game-1"]["is_urgent"]
    assert not await supply_pages.product_gone(database, shop.channel_id, "game-1", NOW + HOUR)
    assert not await supply_pages.product_gone(database, shop.channel_id, "nothing", NOW + HOUR)
    assert await shop.available() == {"game-2"}
    assert (await shop.offers())["game-1"]["state"] == "different"
    await walked(shop, *games(2), at=NOW + 2 * HOUR)
    row = (await shop.catalog())["game-1"]
    assert (row["is_available"], row["unavailable_at"], row["missing_at"]) == (True, None, None)
