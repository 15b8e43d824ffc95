"""Where the cost of a product comes from, and how a page of a supplier's catalog finds what it has to price anew."""

from dataclasses import replace
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.services import markups, offers, products
from tests.support.markups import (
    BY,
    DAY,
    HOUR,
    MADE,
    RULE,
    TICK,
    add_keys,
    add_supplier,
    open_key_shop,
    set_sources,
)
from tests.support.stores import NOW


async def test_the_first_source_that_lists_the_product_says_the_cost(database: Database) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST", rule=replace(RULE, rounding="none", vat_hundredths=0, value=0))
    backup_id, backup_catalog = await add_supplier(database, shop.listing.store_id, "codeswholesale-backup")
    await add_keys(database, backup_catalog, ["Q-2"], 1500, NOW)
    await set_sources(database, quest, (None, ""), (shop.supplier_id, "QUEST"), (backup_id, "Q-2"))
    assert (await shop.explain("QUEST")).price_minor == 1010  # the cost and 1.00 that must be left
    await shop.cost("QUEST", 910, NOW, is_available=False)
    assert (await shop.explain("QUEST")).price_minor == 1600
    await shop.cost("QUEST", 900, NOW, is_available=True)
    assert (await shop.explain("QUEST")).price_minor == 1000
    await set_sources(database, quest, (backup_id, "UNKNOWN"))
    assert await shop.state("QUEST") == ("paused", "cost_missing")
    await set_sources(database, quest, (None, ""))  # the pool alone costs what it is filled from
    assert (await shop.explain("QUEST")).price_minor == 1000


async def test_a_product_of_the_store_itself_is_priced_by_its_source(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.offer_keys("QUEST")
    own = await products.create_product(database, shop.listing.store_id, "OWN", {}, NOW)
    shop.listing.products["OWN"] = own
    await set_sources(database, own, (shop.supplier_id, "QUEST"))
    await markups.set_markup(database, own, RULE, now=NOW, **BY)
    assert await shop.price("OWN") == (MADE, "EUR")
    await shop.cost("QUEST", 1500, NOW)  # the page finds it by the source
    assert await shop.price("OWN") == (2199, "EUR")
    await shop.send(NOW)
    async with database.transaction() as tx:
        await tx.execute("UPDATE supplier_accounts SET catalog_full_at = $1", NOW - DAY)
        await offers.mark_products_different(tx, [own], NOW + DAY + TICK)
    assert [(one.quantity, one.price_minor) for one in await shop.to_send(NOW)] == [(0, None)]


async def test_a_page_of_five_hundred_products_takes_a_handful_of_statements(database: Database) -> None:
    shop = await open_key_shop(database)
    skus = [f"K{number:03d}" for number in range(500)]
    ids = await shop.offer_keys(*skus)
    await shop.listing.adopt()
    async with database.transaction() as tx:
        for product_id in shop.listing.products.values():
            await markups.lay_markup(tx, product_id, RULE, now=NOW, **BY)
    counts = []
    for page in (ids[:5], ids):
        async with database.transaction() as tx:
            wanted = tuple(page)
            await tx.execute(
                "UPDATE marketplace_products SET price_minor = price_minor + 500 WHERE id = ANY($1)", wanted
            )
            asked = count_statements(tx)
            done = await markups.reprice_of(tx, page, NOW)
            counts.append(len(asked))
            assert (done.priced, done.paused, done.changed) == (len(page), 0, len(page))
    assert counts[0] == counts[1] <= 16
    assert await markups.reprice_due(database, NOW + HOUR, 500) == 500


def count_statements(tx: Tx) -> list[str]:
    asked: list[str] = []

    def counting(call: Any) -> Any:
        async def counted(sql: str, *values: Any, **more: Any) -> Any:
            asked.append(sql)
            return await call(sql, *values, **more)

        return counted

    for name in ("fetch", "execute", "execute_many", "insert"):
        setattr(tx, name, counting(getattr(tx, name)))
    return asked


async def test_a_page_without_products_of_ours_asks_little_and_changes_nothing(database: Database) -> None:
    shop = await open_key_shop(database)
    ids = await shop.offer_keys("QUEST")
    async with database.transaction() as tx:
        assert await markups.reprice_of(tx, [], NOW) == markups.Repriced()
        assert await markups.reprice_of(tx, ids, NOW) == markups.Repriced()
