"""One rule for all that a supplier sells: a part at a time, what was set by hand stays, and nothing is laid twice."""

import asyncio
from dataclasses import replace
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.services import markups, products
from orion_daemon.services.errors import Code
from orion_daemon.services.supplier_markups import Marked, mark_up_supplier
from tests.support.markups import (
    BY,
    DAY,
    MADE,
    RULE,
    SWISS,
    KeyShop,
    add_supplier,
    open_key_shop,
    refused,
    set_sources,
)
from tests.support.stores import NOW


async def mark_up(shop: KeyShop, after_id: int = 0, limit: int = 500, **more: Any) -> Marked:
    given: dict[str, Any] = {"after_id": after_id, "limit": limit, "now": NOW} | BY | more
    return await mark_up_supplier(shop.db, shop.supplier_id, RULE, **given)


async def test_a_list_is_put_on_sale_part_by_part_and_told_to_the_channels(database: Database) -> None:
    shop = await open_key_shop(database)
    ids = await shop.sell_keys("A", "B", "C", rule=None)
    assert await mark_up(shop, limit=2) == Marked(tuple(ids[:2]), 2, 0, 0, ids[1])
    assert await mark_up(shop, ids[1], limit=2) == Marked((ids[2],), 1, 0, 0, ids[2])
    assert await mark_up(shop, ids[2], limit=2) == Marked((), 0, 0, 0, None)
    assert [await shop.price(sku) for sku in "ABC"] == [(MADE, "EUR")] * 3
    assert await shop.send(NOW) == dict.fromkeys("ABC", (25, MADE))
    assert (await shop.explain("C")).rule == RULE
    entries = await database.fetch("SELECT * FROM audit_entries WHERE action = 'markup.set_many' ORDER BY id")
    assert [entry["detail_json"]["products"] for entry in entries] == [ids[:2], ids[2:]]
    assert await mark_up(shop) == Marked((), 0, 0, 0, None)


async def test_what_was_set_by_hand_stays(database: Database) -> None:
    shop = await open_key_shop(database)
    [mine] = await shop.sell_keys("MINE", rule=replace(RULE, value=100))
    [priced, free] = await shop.sell_keys("PRICED", "FREE", rule=None)
    await products.update_product(database, priced, {"price_minor": 5000, "currency": "EUR"}, NOW)
    assert await mark_up(shop) == Marked((free,), 1, 1, 0, free)
    assert (await shop.explain("MINE")).rule.value == 100
    assert await shop.price("PRICED") == (5000, "EUR")
    assert await mark_up(shop, over_own_prices=True) == Marked((priced,), 1, 0, 0, priced)
    assert await shop.price("PRICED") == (MADE, "EUR")
    assert mine


async def test_what_cannot_be_priced_is_paused_and_what_costs_nothing_known_is_left_out(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.offer_keys("OLD", at=NOW - 2 * DAY)
    await shop.offer_keys("NEW")
    await shop.listing.adopt()
    old, new = shop.listing.products["OLD"], shop.listing.products["NEW"]
    await set_sources(database, new, (shop.supplier_id, "of another name"))
    assert await mark_up(shop) == Marked((old,), 0, 0, 1, max(old, new))
    assert await shop.state("OLD") == ("paused", "cost_stale")


async def test_another_suppliers_products_are_none_of_this_list(database: Database) -> None:
    shop = await open_key_shop(database)
    other = replace(shop, **dict(zip(("supplier_id", "catalog_id"),
                                     await add_supplier(database, shop.listing.store_id, "codeswholesale-2"),
                                     strict=True)))  # fmt: skip
    [theirs] = await other.sell_keys("THEIRS", rule=None)
    assert await mark_up(shop) == Marked((), 0, 0, 0, None)
    await set_sources(database, theirs, (other.supplier_id, "THEIRS"), (shop.supplier_id, "X"))
    assert (await mark_up(shop)).product_ids == (theirs,)


async def test_a_rule_laid_at_the_same_moment_is_laid_once(database: Database) -> None:
    shop = await open_key_shop(database)
    ids = await shop.sell_keys(*(f"S{number:02}" for number in range(20)), rule=None)
    by_hand = [markups.set_markup(database, number, replace(RULE, value=100), now=NOW, **BY) for number in ids[::5]]
    lists = [mark_up(shop) for _ in range(3)]
    await asyncio.gather(*by_hand)
    done = await asyncio.gather(*lists)
    assert sorted(number for one in done for number in one.product_ids) == sorted(set(ids) - set(ids[::5]))
    rows = await database.fetch("SELECT product_id, value, state FROM product_markups ORDER BY product_id")
    assert [(row["product_id"], row["state"]) for row in rows] == [(number, "priced") for number in ids]
    assert [row["product_id"] for row in rows if row["value"] == 100] == ids[::5]


async def test_a_list_that_meets_rules_laid_by_hand_leaves_these(database: Database) -> None:
    shop = await open_key_shop(database)
    ids = await shop.sell_keys(*(f"S{number:02}" for number in range(12)), rule=None)
    by_hand = [markups.set_markup(database, number, replace(RULE, value=100), now=NOW, **BY) for number in ids]
    await asyncio.gather(mark_up(shop), *by_hand)
    values = {row["value"] for row in await database.fetch("SELECT value FROM product_markups")}
    assert values == {100}


async def test_what_is_refused(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("A", rule=None)
    given: dict[str, Any] = {"after_id": 0, "limit": 5, "now": NOW} | BY
    for channel_id, rule, code, field in (
        (shop.supplier_id, replace(RULE, rounding="42"), Code.INVALID_VALUE, "rounding"),
        (shop.supplier_id, SWISS, Code.CURRENCY_DIFFERS, "currency"),
        (shop.listing.channel_id, RULE, Code.UNSUPPORTED, "supplier"),
        (999, RULE, Code.NOT_FOUND, "supplier"),
    ):
        error = await refused(mark_up_supplier(database, channel_id, rule, **given))
        assert (error.code, error.field) == (code, field)
    assert await database.fetch("SELECT id FROM product_markups") == []
