"""A store's own catalog on both databases: adopting, overriding, translating."""

from dataclasses import replace
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import inventory, listings, offers, products, translations
from orion_daemon.services.errors import Conflict, Invalid, NotFound
from orion_daemon.services.missing_texts import MISSING_TEXTS, lacking
from orion_daemon.services.reading import Page, Where
from orion_daemon.services.stores import ChannelDeclaration, put_channel
from tests.support.listing import DEMO, LETZSHOP, Listing, open_listing
from tests.support.stores import NOW


async def shown(listing: Listing, sku: str) -> dict[str, Any]:
    [row] = await products.effective(listing.db, [listing.products[sku]])
    return row


async def settle(listing: Listing) -> None:
    """As if the channel had confirmed everything."""
    async with listing.db.transaction() as tx:
        await tx.execute("UPDATE offers SET state = 'synced', sent_version = version")


async def test_one_product_is_adopted_with_its_offer(database: Database) -> None:
    listing = await open_listing(database)
    [mug, _cap] = await listing.add("MUG", "CAP")
    done = await listing.adopt(Where().add("marketplace_products.id = {}", mug))
    assert (len(done.product_ids), done.already, done.skus_taken) == (1, 0, ())
    assert await listing.offer_states() == {"MUG": "different"}
    [job] = await database.fetch("SELECT kind, owner FROM jobs")
    assert job == {"kind": "PushInventory", "owner": "demo:letzshop"}


async def test_many_are_adopted_page_by_page_and_twice_changes_nothing(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add(*(f"P{number}" for number in range(25)))
    wanted, seen, last = Where(), 0, 0
    while (done := await listing.adopt(wanted, after_id=last, limit=10)).last_id is not None:
        seen, last = seen + len(done.product_ids), done.last_id
    assert seen == len(listing.products) == 25
    assert wanted.conditions == []
    again = await listing.adopt(wanted)
    assert (again.product_ids, again.already) == ((), 25)
    assert len(await listing.offer_states()) == 25


async def test_a_filter_adopts_what_it_matches(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", brand="Villeroy")
    await listing.add("CAP", brand="Autre")
    await listing.adopt(Where().add("marketplace_products.brand = {}", "Villeroy"))
    assert list(listing.products) == ["MUG"]


async def test_the_first_stock_is_taken_from_the_catalog_when_wished(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", quantity=8)
    await listing.add("MADE", quantity=None)
    await listing.adopt(stock_from_catalog=True)
    [level] = await inventory.levels(database, list(listing.products.values()))
    assert (level.product_id, level.on_hand) == (listing.products["MUG"], 8)
    assert await inventory.verify_ledger(database) == []


async def test_a_lone_product_is_joined_and_its_offers_differ_again(database: Database) -> None:
    listing = await open_listing(database)
    lone = await products.create_product(database, listing.store_id, "MUG", {}, NOW)
    await settle(listing)
    [mug] = await listing.add("MUG")
    done = await listing.adopt()
    assert done.product_ids == (lone,)
    assert (await shown(listing, "MUG"))["marketplace_product_id"] == mug
    assert (await listing.offer("MUG"))["state"] == "different"
    assert (await listing.adopt()).already == 1


async def test_of_two_catalogs_with_one_sku_the_first_gets_the_product(database: Database) -> None:
    listing = await open_listing(database)
    other_id = await put_channel(database, listing.store_id, ChannelDeclaration("amazon"), NOW)
    catalog_id = await database.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", other_id)
    [first] = await listing.add("MUG")
    await replace(listing, catalog_id=catalog_id).add("MUG", "CAP")
    done = await listing.adopt()
    assert (len(done.product_ids), done.skus_taken) == (2, ("MUG",))
    assert (await shown(listing, "MUG"))["marketplace_product_id"] == first
    assert (await listing.adopt()).skus_taken == ("MUG",)


async def test_the_catalog_of_another_store_is_out_of_reach(database: Database) -> None:
    listing = await open_listing(database)
    other = await open_listing(database, replace(DEMO, code="other"), LETZSHOP)
    [theirs] = await other.add("MUG")
    done = await listing.adopt(Where().add("marketplace_products.id = {}", theirs))
    assert (done.product_ids, done.last_id) == ((), None)
    assert listing.products == {}


async def test_overrides_go_before_inherited_values_and_clearing_inherits_again(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", brand="Villeroy", condition="new")
    await listing.adopt()
    await settle(listing)
    mug = listing.products["MUG"]
    assert await products.update_product(database, mug, {"brand": "Notre marque", "safety_stock": 2}, NOW)
    row = await shown(listing, "MUG")
    assert (row["brand"], row["condition"], row["safety_stock"]) == ("Notre marque", "new", 2)
    assert (await listing.offer("MUG"))["state"] == "different"
    await settle(listing)
    assert not await products.update_product(database, mug, {"brand": "Notre marque"}, NOW)
    assert (await listing.offer("MUG"))["state"] == "synced"
    assert await products.update_product(database, mug, {"brand": None}, NOW)
    assert (await shown(listing, "MUG"))["brand"] == "Villeroy"


@pytest.mark.parametrize(
    ("inherited", "own", "expected"),
    [
        ((1290, 990, "EUR"), {}, (1290, 990, "EUR")),
        ((1290, 990, "EUR"), {"price_minor": 1500, "currency": "EUR"}, (1500, 990, "EUR")),
        ((1290, 990, "EUR"), {"price_minor": 900, "currency": "EUR"}, (900, None, "EUR")),
        ((1290, 990, "EUR"), {"price_minor": 1500, "currency": "CHF"}, (1500, None, "CHF")),
        ((1290, None, "EUR"), {"sale_price_minor": 800}, (1290, 800, "EUR")),
        ((1290, 990, "EUR"), {"sale_price_minor": 2000}, (1290, None, "EUR")),
        ((1290, 990, "EUR"), {"currency": "CHF"}, (1290, 990, "EUR")),
        ((1290, 990, "EUR"), {"sale_price_minor": 800, "currency": "CHF"}, (1290, None, "EUR")),
        ((None, None, None), {"price_minor": 500, "currency": "EUR"}, (500, None, "EUR")),
    ],
)
async def test_a_price_keeps_its_currency_and_a_sale_is_lower(
    database: Database,
    inherited: tuple[int | None, int | None, str | None],
    own: dict[str, Any],
    expected: tuple[int | None, int | None, str | None],
) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", price_minor=inherited[0], sale_price_minor=inherited[1], currency=inherited[2])
    await listing.adopt()
    if own:
        await products.update_product(database, listing.products["MUG"], own, NOW)
    row = await shown(listing, "MUG")
    assert (row["price_minor"], row["sale_price_minor"], row["currency"]) == expected


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price_minor": 500}, "currency"),
        ({"price_minor": -1, "currency": "EUR"}, "price"),
        ({"price_minor": 500, "currency": "EURO"}, "currency"),
        ({"price_minor": 500, "currency": "EUR", "sale_price_minor": 500}, "sale_price"),
        ({"gtin": "4000000000012"}, "gtin"),
        ({"is_active": None}, "is_active"),
        ({"colour": "red"}, None),
    ],
)
async def test_values_that_no_channel_could_show_are_refused(
    database: Database, values: dict[str, Any], field: str | None
) -> None:
    listing = await open_listing(database)
    with pytest.raises(Invalid) as at_birth:
        await products.create_product(database, listing.store_id, "MUG", values, NOW)
    product_id = await products.create_product(database, listing.store_id, "CAP", {}, NOW)
    with pytest.raises(Invalid) as later:
        await products.update_product(database, product_id, values, NOW)
    assert (at_birth.value.field, later.value.field) == (field, field)


async def test_a_sku_is_taken_once_and_has_no_spaces_around(database: Database) -> None:
    listing = await open_listing(database)
    first = await products.create_product(database, listing.store_id, " MUG ", {"is_active": False}, NOW)
    [row] = await products.effective(database, [first])
    assert (row["sku"], row["is_active"]) == ("MUG", False)
    with pytest.raises(Conflict):
        await products.create_product(database, listing.store_id, "MUG", {}, NOW)
    for sku in ("", "  ", "a\nb"):
        with pytest.raises(Invalid):
            await products.create_product(database, listing.store_id, sku, {}, NOW)
    with pytest.raises(NotFound):
        await products.create_product(database, 999_999, "MUG", {}, NOW)
    with pytest.raises(NotFound):
        await products.update_product(database, 999_999, {"brand": "x"}, NOW)


async def test_texts_fall_back_and_say_where_they_come_from(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", titles={"fr": "Tasse", "en": "Mug"})
    await listing.adopt()
    mug = listing.products["MUG"]
    await translations.set_translation(database, mug, "fr", {"title": "Notre tasse", "description": "  "}, NOW)
    rows = await products.effective(database, [mug])
    found = await translations.texts_in(database, rows, ["fr", "en", "de"], "fr")
    titles = [found[language][mug].title for language in ("fr", "en", "de")]
    assert [(one.text, one.source, one.is_fallback) for one in titles if one] == [
        ("Notre tasse", "override", False),
        ("Mug", "inherited", False),
        ("Notre tasse", "override", True),
    ]
    description = (await translations.texts(database, rows, "fr", "fr"))[mug].description
    assert description is not None
    assert (description.text, description.source) == ("MUG, fr", "inherited")


async def test_a_translation_that_says_the_same_changes_nothing(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG")
    await listing.adopt()
    mug = listing.products["MUG"]
    await translations.set_translation(database, mug, "de", {"title": "Becher", "description": "rot\r\nrund"}, NOW)
    [row] = await database.fetch("SELECT title, description FROM product_translations")
    assert row == {"title": "Becher", "description": "rot\nrund"}
    await settle(listing)
    await translations.set_translation(database, mug, "de", {"title": " Becher "}, NOW)
    await translations.set_translation(database, mug, "en", {"title": ""}, NOW)
    assert (await listing.offer("MUG"))["state"] == "synced"
    await translations.set_translation(database, mug, "de", {"title": None}, NOW)
    assert (await listing.offer("MUG"))["state"] == "different"
    for wrong in ({"title": "two\nlines"}, {"subtitle": "x"}):
        with pytest.raises(Invalid):
            await translations.set_translation(database, mug, "de", wrong, NOW)
    with pytest.raises(NotFound):
        await translations.set_translation(database, 999_999, "de", {"title": "x"}, NOW)


async def test_missing_texts_are_those_of_the_language_itself(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", "CAP", "PEN")
    await listing.adopt()
    await translations.set_translation(database, listing.products["MUG"], "de", {"title": "Becher"}, NOW)
    await translations.set_translation(
        database, listing.products["CAP"], "de", {"title": "Kappe", "description": "rot"}, NOW
    )

    async def missing(language: str, after: str | None = None) -> Page:
        where = MISSING_TEXTS.where(listing.store_id, language=language)
        return await listings.page(database, MISSING_TEXTS, where, 1, after)

    first = await missing("de")
    last = await missing("de", first.cursors[-1])
    mug, pen = listing.products["MUG"], listing.products["PEN"]
    assert ([row["id"] for row in first.rows + last.rows], last.has_next) == ([mug, pen], False)
    assert await lacking(database, [mug, pen], "de") == [
        {"id": mug, "lacks_title": False, "lacks_description": True},
        {"id": pen, "lacks_title": True, "lacks_description": True},
    ]
    assert (await missing("fr")).rows == []


async def test_a_channel_that_comes_later_gets_offers_for_what_there_is(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("MUG", "CAP")
    await listing.adopt()
    other_id = await put_channel(database, listing.store_id, ChannelDeclaration("amazon"), NOW)
    async with database.transaction() as tx:
        assert await offers.create_for_channel(tx, other_id, NOW) == 2
        assert await offers.create_for_channel(tx, other_id, NOW) == 0
    assert len(await replace(listing, channel_id=other_id).offer_states()) == 2
