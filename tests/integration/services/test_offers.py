"""Offers: the level of the moment goes out, and only what a channel confirmed counts as synced (G4, G7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import KINDS
from orion_daemon.jobs.outcomes import Snooze
from orion_daemon.services import inventory, offers, products, publication, stores
from orion_daemon.services.offers import Sent
from tests.support import jobs
from tests.support.listing import LETZSHOP, open_listing
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW + timedelta(minutes=1)}


async def to_send(shop: Shop, limit: int = 100) -> list[tuple[str, int | None, bool]]:
    levels = await offers.levels_to_send(shop.db, shop.channel_id, limit=limit, now=NOW)
    return [(one.sku, one.quantity, one.is_urgent) for one in levels]


async def record(shop: Shop, *results: Sent) -> None:
    async with shop.db.transaction() as tx:
        await offers.record(tx, results, now=NOW)


async def states(shop: Shop) -> list[str]:
    return [row["state"] for row in await shop.db.fetch("SELECT state FROM offers ORDER BY product_id")]


async def policy(shop: Shop, safety_stock: int = 0, threshold: int = 0, *, sync_zero: bool = True) -> None:
    async with shop.db.transaction() as tx:
        await tx.insert(
            "inventory_sync_configs",
            ("channel_id", "is_enabled", "safety_stock", "out_of_stock_threshold", "sync_zero_stock", "updated_at"),
            [(shop.channel_id, True, safety_stock, threshold, sync_zero, NOW)],
        )


async def send_all(shop: Shop, state: str = "confirmed") -> None:
    levels = await offers.levels_to_send(shop.db, shop.channel_id, limit=100, now=NOW)
    await record(shop, *(Sent(one.offer_id, one.version, state, one.quantity, one.price_minor) for one in levels))


async def test_a_sold_out_product_goes_out_first_with_the_level_of_the_moment(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10, "CAP": 2, "MADE": None})
    await send_all(shop)
    assert (await states(shop), await to_send(shop)) == (["synced"] * 3, [])
    await shop.take(order("1", line("MUG", 3)))
    await inventory.adjust(database, shop.products["MUG"], delta=1, **BY)
    await shop.take(order("2", line("CAP", 2)))
    assert await to_send(shop) == [("CAP", 0, True), ("MUG", 8, False)]
    assert await to_send(shop, limit=1) == [("CAP", 0, True)]
    [push] = await shop.jobs("PushInventory")
    assert push["priority"] == 10


async def test_a_change_during_the_call_is_another_difference(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    [level] = await offers.levels_to_send(database, shop.channel_id, limit=10, now=NOW)
    await shop.take(order("1", line("MUG", 1)))
    await record(shop, Sent(level.offer_id, level.version, "confirmed", level.quantity))
    assert await states(shop) == ["different"]
    row = await database.fetch_one("SELECT confirmed_quantity, sent_version, version FROM offers")
    assert row is not None
    assert (row["confirmed_quantity"], row["version"] - row["sent_version"]) == (10, 1)
    [level] = await offers.levels_to_send(database, shop.channel_id, limit=10, now=NOW)
    await record(shop, Sent(level.offer_id, level.version, "accepted", level.quantity))
    assert await states(shop) == ["sent"]
    await record(shop, Sent(level.offer_id, level.version - 1, "confirmed", 10))
    assert await states(shop) == ["sent"]
    await record(shop, Sent(level.offer_id, level.version, "confirmed", level.quantity))
    await record(shop, Sent(level.offer_id, level.version, "accepted", level.quantity))
    assert await states(shop) == ["synced"]


async def test_a_refused_level_waits_for_the_next_change(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    [level] = await offers.levels_to_send(database, shop.channel_id, limit=10, now=NOW)
    await record(shop, Sent(level.offer_id, level.version, "refused", error=("no_sku", "unknown there")))
    assert (await states(shop), await to_send(shop)) == (["failed"], [])
    await shop.take(order("1", line("MUG", 1)))
    assert await to_send(shop) == [("MUG", 9, False)]
    assert await database.fetch_value("SELECT error_code FROM offers") == ""


async def test_buffer_threshold_and_a_products_own_buffer_hold(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10, "CAP": 4, "BAG": 10})
    await policy(shop, safety_stock=2, threshold=2)
    async with database.transaction() as tx:
        await tx.execute("UPDATE products SET safety_stock = 0 WHERE id = $1", shop.products["BAG"])
    assert sorted(await to_send(shop)) == [("BAG", 10, False), ("CAP", 0, False), ("MUG", 8, False)]


async def test_a_zero_that_must_not_be_sent_pauses_the_offer_until_stock_is_back(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 0, "CAP": 3})
    await policy(shop, sync_zero=False)
    assert await to_send(shop) == [("CAP", 3, False)]
    assert await states(shop) == ["paused", "different"]
    await inventory.adjust(database, shop.products["MUG"], delta=2, **BY)
    assert sorted(await to_send(shop)) == [("CAP", 3, False), ("MUG", 2, False)]


async def test_a_product_sold_without_stock_says_nothing_about_it(database: Database) -> None:
    shop = await open_shop(database, {"MADE": None})
    assert await to_send(shop) == [("MADE", None, False)]


async def test_calls_tell_the_price_and_the_availability_that_the_feed_tells(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "GONE": 8}, sale_price_minor=990)
    await listing.add("OWN", "DEAR", "FOREIGN", sale_price_minor=990, quantity=None)
    await listing.add("MADE", availability="out_of_stock", quantity=4)
    await listing.add("CATALOG", quantity=4)
    await listing.adopt()
    own = {"price_minor": 1500, "currency": "EUR"}
    await products.update_product(database, listing.products["OWN"], own | {"sale_price_minor": 1400}, NOW)
    await products.update_product(database, listing.products["DEAR"], own | {"price_minor": 900}, NOW)
    await products.update_product(database, listing.products["FOREIGN"], own | {"currency": "CHF"}, NOW)
    async with database.transaction() as tx:
        await tx.execute("UPDATE marketplace_products SET is_available = FALSE WHERE marketplace_product_id = 'GONE'")
    levels = await offers.levels_to_send(database, listing.channel_id, limit=100, now=NOW)
    told = {one.sku: (one.quantity, one.price_minor, one.currency) for one in levels}
    assert told == {
        "MUG": (8, 990, "EUR"),
        "GONE": (0, 990, "EUR"),
        "OWN": (None, 1400, "EUR"),
        "DEAR": (None, 900, "EUR"),  # the catalog's sale price is not lower
        "FOREIGN": (None, 1500, "CHF"),  # and not of this currency
        "MADE": (0, 1290, "EUR"),
        "CATALOG": (4, 1290, "EUR"),
    }
    feed = await publication.open_feed(database, listing.channel_id, NOW)
    entries = (await publication.read_chunk(database, feed, after=0, limit=100)).entries
    fed = {one.sku: (one.quantity, one.sold_at, one.currency) for one in entries if one.state == "listed"}
    assert fed == {sku: level for sku, level in told.items() if sku in fed}
    assert told.keys() - fed.keys() == {"GONE"}  # was never shown, so that a feed need not take it back


@pytest.mark.parametrize(("prefer", "price"), [("sale", 990), ("regular", 1290)])
async def test_a_channel_is_told_the_price_that_it_prefers(database: Database, prefer: str, price: int) -> None:
    listing = await open_listing(database, channel=replace(LETZSHOP, settings={"prefer_price": prefer}))
    await listing.sell({"MUG": 8}, sale_price_minor=990)
    [level] = await offers.levels_to_send(database, listing.channel_id, limit=10, now=NOW)
    assert level.price_minor == price
    feed = await publication.open_feed(database, listing.channel_id, NOW)
    [entry] = (await publication.read_chunk(database, feed, after=0, limit=10)).entries
    assert (entry.price_minor, entry.sold_at) == (1290, price)


@pytest.mark.parametrize(
    "change", [{"safety_stock": 3}, {"out_of_stock_threshold": 8}, {"settings": {"prefer_price": "regular"}}]
)
async def test_a_rule_that_changes_makes_the_channels_offers_different(
    database: Database, change: dict[str, Any]
) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    levels = await offers.levels_to_send(database, listing.channel_id, limit=10, now=NOW)
    async with database.transaction() as tx:
        sent = [Sent(one.offer_id, one.version, "accepted", one.quantity, one.price_minor) for one in levels]
        await offers.record(tx, sent, now=NOW)
        await tx.execute("DELETE FROM jobs")
    await stores.put_channel(database, listing.store_id, LETZSHOP, NOW)
    assert await listing.offer_states() == {"MUG": "sent"}
    await stores.put_channel(database, listing.store_id, replace(LETZSHOP, **change), NOW)
    assert await listing.offer_states() == {"MUG": "different"}
    [job] = await database.fetch("SELECT kind, owner FROM jobs")
    assert job == {"kind": "PushInventory", "owner": "demo:letzshop"}


async def test_one_push_serves_a_hundred_changes(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 1000})
    for _ in range(20):
        await inventory.adjust(database, shop.products["MUG"], delta=1, **BY)
    assert len(await shop.jobs("PushInventory")) == 1


async def test_a_channel_that_comes_later_gets_its_offers(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 1})
    async with database.transaction() as tx:
        assert await offers.create_for_channel(tx, shop.channel_id, NOW) == 0
        await tx.execute("DELETE FROM offers")
        assert await offers.create_for_channel(tx, shop.channel_id, NOW) == 1
        assert await offers.create_for_channel(tx, shop.storefront_id, NOW) == 0


async def test_what_may_be_sold_out_does_not_wait_for_a_resting_push(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10, "BOWL": 10})
    held = await jobs.lease(database)
    [job] = await jobs.claim(database, held, now=NOW, lanes=("syncing",), kinds=KINDS)
    later = NOW + timedelta(minutes=10)
    await jobs.settle(database, job, Snooze(later, "feed_rests"), held)
    await inventory.adjust(database, shop.products["BOWL"], delta=-1, actor="ann", now=NOW)
    assert await jobs.claim(database, held, now=NOW, lanes=("syncing",), kinds=KINDS) == []
    await inventory.adjust(database, shop.products["MUG"], delta=-10, actor="ann", now=NOW)
    [again] = await jobs.claim(database, held, now=NOW, lanes=("syncing",), kinds=KINDS)
    assert (again.id, again.priority) == (job.id, 10)
