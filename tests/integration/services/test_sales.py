"""Sale prices hold by their dates wherever a price is shown or told: inherited, overridden, by call and by feed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import effective, offers, products, publication, sales, stores
from orion_daemon.services.errors import Invalid
from orion_daemon.services.offers import Sent
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.listing import LETZSHOP, Listing, open_listing
from tests.support.stores import NOW

DAY = timedelta(days=1)
BEGIN, END = NOW + DAY, NOW + 3 * DAY
SALE = {"sale_price_minor": 990, "sale_from_at": BEGIN, "sale_until_at": END}
MOMENTS = [(NOW, 1290), (BEGIN - timedelta(microseconds=1), 1290), (BEGIN, 990), (END, 1290), (END + DAY, 1290)]


async def told_by_call(listing: Listing, now: datetime) -> int | None:
    [level] = await offers.levels_to_send(listing.db, listing.channel_id, limit=10, now=now)
    return level.price_minor


async def told_by_feed(listing: Listing, now: datetime) -> publication.Entry:
    feed = await publication.open_feed(listing.db, listing.channel_id, now)
    [entry] = (await publication.read_chunk(listing.db, feed, after=0, limit=10)).entries
    return entry


@pytest.mark.parametrize(("now", "price"), MOMENTS)
async def test_calls_and_feeds_tell_the_price_of_the_moment(database: Database, now: datetime, price: int) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    entry = await told_by_feed(listing, now)
    assert (await told_by_call(listing, now), entry.sold_at, entry.price_minor) == (price, price, 1290)
    sale = (990, (BEGIN, END)) if price == 990 else (None, (None, None))
    assert (entry.sale_price_minor, entry.sale_dates) == sale


@pytest.mark.parametrize(
    ("own", "dates"),
    [
        ({}, (990, BEGIN, END)),
        ({"sale_from_at": NOW}, (990, NOW, END)),
        ({"sale_until_at": END + DAY}, (990, BEGIN, END + DAY)),
        ({"sale_from_at": END + DAY}, (990, END + DAY, END)),  # never: the inherited end is before the own beginning
        ({"sale_price_minor": 900, "currency": "EUR"}, (900, None, None)),
        ({"sale_price_minor": 900, "currency": "EUR", "sale_until_at": NOW}, (900, None, NOW)),
        ({"sale_price_minor": 1500, "currency": "EUR"}, (None, None, None)),
    ],
)
async def test_dates_are_inherited_one_by_one_but_never_by_an_own_sale_price(
    database: Database, own: dict[str, Any], dates: tuple[int | None, datetime | None, datetime | None]
) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    mug = listing.products["MUG"]
    if own:
        assert await products.update_product(database, mug, own, NOW)
        assert not await products.update_product(database, mug, own, NOW)
    [row] = await products.effective(database, [mug])
    assert (row["sale_price_minor"], row["sale_from_at"], row["sale_until_at"]) == dates
    if own:
        await products.update_product(database, mug, dict.fromkeys(own), NOW)
        [row] = await products.effective(database, [mug])
        assert (row["sale_price_minor"], *effective.dates_of(row)) == (990, BEGIN, END)


async def test_an_own_sale_that_ends_before_it_begins_is_refused(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    mug = listing.products["MUG"]
    await products.update_product(database, mug, {"sale_from_at": BEGIN}, NOW)
    for until in (BEGIN, NOW):
        with pytest.raises(Invalid) as caught:
            await products.update_product(database, mug, {"sale_until_at": until}, NOW)
        assert caught.value.field == "sale_until_at"


async def test_a_channel_that_prefers_regular_prices_hears_of_no_sale(database: Database) -> None:
    listing = await open_listing(database, channel=replace(LETZSHOP, settings={"prefer_price": "regular"}))
    await listing.sell({"MUG": 8}, **SALE)
    entry = await told_by_feed(listing, BEGIN)
    assert (await told_by_call(listing, BEGIN), entry.sale_price_minor, entry.sold_at) == (1290, None, 1290)


async def test_an_offer_marked_at_the_boundary_is_never_told_with_the_price_before_it(database: Database) -> None:
    """Who read the clock before the boundary and the offer after it was marked would else record the old price as
    sent for the new version, and nothing would mark it again."""
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    async with database.transaction() as tx:
        await offers.mark_products_different(tx, [listing.products["MUG"]], END)
    before = END - timedelta(seconds=1)
    assert (await told_by_call(listing, before), (await told_by_feed(listing, before)).sold_at) == (1290, 1290)


@pytest.mark.parametrize(("now", "price"), MOMENTS)
async def test_a_storefront_order_takes_the_price_of_the_moment(database: Database, now: datetime, price: int) -> None:
    listing = await open_listing(database)
    await stores.put_channel(database, listing.store_id, stores.ChannelDeclaration("storefront"), NOW)
    await listing.sell({"MUG": 8}, **SALE)
    order = NewOrder([NewLine("MUG", 2)])
    await place_order(database, listing.store_id, order, idempotency_key="k", actor="web", now=now)
    assert await database.fetch_value("SELECT unit_price_minor FROM order_items") == price


async def test_a_storefront_order_counts_a_sale_price_as_everything_else_does(database: Database) -> None:
    """An own price used to hide the inherited sale price here, and here alone."""
    listing = await open_listing(database)
    await stores.put_channel(database, listing.store_id, stores.ChannelDeclaration("storefront"), NOW)
    await listing.sell({"MUG": 8}, sale_price_minor=990)
    await products.update_product(database, listing.products["MUG"], {"price_minor": 1500, "currency": "EUR"}, NOW)
    order = NewOrder([NewLine("MUG", 1)])
    await place_order(database, listing.store_id, order, idempotency_key="k", actor="web", now=NOW)
    assert await database.fetch_value("SELECT unit_price_minor FROM order_items") == 990


# -- the sweep ---------------------------------------------------------------------------------------------------------


async def settle(listing: Listing, now: datetime) -> None:
    """Everything that differs is sent at this moment and confirmed."""
    while levels := await offers.levels_to_send(listing.db, listing.channel_id, limit=100, now=now):
        sent = [Sent(one.offer_id, one.version, "confirmed", one.quantity, one.price_minor) for one in levels]
        async with listing.db.transaction() as tx:
            await offers.record(tx, sent, now=now)
    async with listing.db.transaction() as tx:
        await tx.execute("DELETE FROM jobs")


async def put(listing: Listing) -> list[tuple[str, str]]:
    return [(row["kind"], row["owner"]) for row in await listing.db.fetch("SELECT kind, owner FROM jobs ORDER BY id")]


async def test_offers_differ_when_a_sale_begins_and_again_when_it_ends(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    await listing.sell({"CAP": 8}, sale_price_minor=990)
    seen = []
    for now in (NOW, BEGIN - timedelta(seconds=1), BEGIN, BEGIN, BEGIN + DAY, END, END + DAY):
        await settle(listing, now - timedelta(microseconds=1))
        seen.append((await sales.sweep(database, now), (await listing.offer("MUG"))["state"], len(await put(listing))))
        assert (await listing.offer("CAP"))["state"] == "synced"
        await settle(listing, now)
        assert (await listing.offer("MUG"))["confirmed_price_minor"] == (990 if BEGIN <= now < END else 1290)
    still, moved = (0, "synced", 0), (1, "different", 1)
    assert seen == [still, still, moved, still, still, moved, still]


async def test_a_date_that_passed_while_nothing_ran_is_found_later_and_once(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({f"P{number}": 1 for number in range(7)}, **SALE)
    await settle(listing, NOW)
    await sales.sweep(database, NOW)
    later = END + 30 * DAY
    assert await sales.sweep(database, later) == 7
    assert (await put(listing), await sales.sweep(database, later)) == ([("PushInventory", "demo:letzshop")], 0)
    version = (await listing.offer("P0"))["version"]
    assert (await sales.sweep(database, later + DAY), (await listing.offer("P0"))["version"]) == (0, version)


async def test_a_sweep_that_was_cut_off_goes_on_where_it_was(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({f"P{number}": 1 for number in range(4)}, **SALE)
    await settle(listing, NOW)
    found = await sales.passed(database, BEGIN)
    await sales.mark(database, found[:3], BEGIN)
    assert await sales.passed(database, BEGIN + timedelta(minutes=1)) == found[3:]


async def test_what_is_committed_behind_a_sweep_is_found_by_the_next(database: Database) -> None:
    listing = await open_listing(database)
    await sales.sweep(database, BEGIN + timedelta(minutes=1))
    await listing.sell({"MUG": 8}, **SALE)  # says NOW, before the sale began
    assert await sales.sweep(database, BEGIN + timedelta(minutes=6)) == 1


async def test_a_change_after_the_date_has_told_the_price_already(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    async with database.transaction() as tx:
        await offers.mark_products_different(tx, [listing.products["MUG"]], BEGIN)
    await settle(listing, BEGIN)
    assert (await listing.offer("MUG"))["confirmed_price_minor"] == 990
    assert await sales.sweep(database, BEGIN + timedelta(minutes=1)) == 0


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, 1),
        ({"sale_from_at": BEGIN + timedelta(hours=1)}, 0),
        ({"sale_price_minor": 900, "currency": "EUR"}, 0),
        ({"sale_price_minor": 900, "currency": "EUR", "sale_from_at": BEGIN}, 1),
        ({"price_minor": 800, "currency": "EUR"}, 0),  # the sale price is not lower
    ],
)
async def test_only_dates_that_count_make_offers_differ(database: Database, own: dict[str, Any], expected: int) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, **SALE)
    if own:
        await products.update_product(database, listing.products["MUG"], own, NOW)
    assert await sales.sweep(database, BEGIN) == expected


async def test_dates_of_a_lone_product_count_and_those_of_an_offer_switched_off_do_not(database: Database) -> None:
    listing = await open_listing(database)
    values = {"price_minor": 1290, "currency": "EUR"} | SALE
    for sku in ("MUG", "CAP"):
        listing.products[sku] = await products.create_product(database, listing.store_id, sku, values, NOW)
    async with database.transaction() as tx:
        await tx.execute("UPDATE offers SET is_active = FALSE WHERE channel_sku = 'CAP'")
    assert await sales.passed(database, BEGIN) == [listing.products["MUG"]]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_sweep_looks_products_up_by_their_dates(database: Database) -> None:
    plan = await database.fetch(f"EXPLAIN QUERY PLAN {sales._PASSED}", NOW, BEGIN)
    steps = " ".join(row["detail"] for row in plan)
    for index in ("marketplace_products_sale_from", "marketplace_products_sale_until", "products_sale_from"):
        assert f"INDEX {index} (" in steps
    assert [row["detail"] for row in plan if row["detail"].startswith("SCAN")] == ["SCAN near"]
