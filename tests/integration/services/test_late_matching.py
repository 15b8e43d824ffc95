"""Orders may come before the catalog: their lines find the products that the store gets later and hold their pieces."""

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingLine
from orion_daemon.services import order_matching, products
from orion_daemon.services.inventory import verify_ledger
from tests.support.listing import Listing, open_listing
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

EAN = "4000000000013"


async def take(listing: Listing, number: str, *lines: IncomingLine) -> None:
    await shop_of(listing).take(order(number, *lines))


def shop_of(listing: Listing) -> Shop:
    return Shop(listing.db, listing.store_id, listing.channel_id, 0, listing.products)


async def found(listing: Listing, number: str) -> list[tuple[str, int | None, str]]:
    lines = await shop_of(listing).lines(number)
    return [(row["match_state"], row["product_id"], row["stock_state"]) for row in lines]


async def notice(listing: Listing, number: str) -> tuple[str, str]:
    row = await shop_of(listing).order(number)
    return row["attention"], row["attention_reason"]


async def test_orders_that_came_before_the_catalog_hold_their_pieces_once_it_is_adopted(database: Database) -> None:
    listing = await open_listing(database)
    await take(listing, "1", line("MUG", 2), line("ours", gtin="0" + EAN))
    await take(listing, "2", line("MUG", 9))
    assert (await notice(listing, "1"))[0] == "unmatched"
    await listing.add("MUG", quantity=8)
    await listing.add("CAP", quantity=1, gtin=EAN)
    await listing.adopt(stock_from_catalog=True)
    mug, cap = listing.products["MUG"], listing.products["CAP"]
    assert await found(listing, "1") == [("matched", mug, "reserved"), ("matched", cap, "reserved")]
    assert await notice(listing, "1") == ("", "")
    assert await found(listing, "2") == [("matched", mug, "short")]
    assert (await notice(listing, "2"))[0] == "short"
    assert await shop_of(listing).level("MUG") == (8, 2)
    assert await order_matching.waiting_lines(database, listing.store_id) == []
    assert await verify_ledger(database) == []


async def test_a_lone_product_that_joins_its_catalog_is_found_by_the_channels_id(database: Database) -> None:
    listing = await open_listing(database)
    twin = await products.create_product(database, listing.store_id, "MUG", {}, NOW)
    await take(listing, "1", line("elsewhere", gtin=EAN))
    await listing.add("MUG", gtin=EAN)
    await listing.adopt()
    assert await found(listing, "1") == [("matched", twin, "none")]


async def test_a_product_made_by_hand_takes_the_lines_of_its_sku_or_trade_number(database: Database) -> None:
    listing = await open_listing(database)
    await take(listing, "1", line("MUG"), line("elsewhere", gtin=EAN))
    mug = await products.create_product(database, listing.store_id, "MUG", {}, NOW)
    assert [row[:2] for row in await found(listing, "1")] == [("matched", mug), ("unmatched", None)]
    assert (await notice(listing, "1"))[0] == "unmatched"
    cap = await products.create_product(database, listing.store_id, "CAP", {}, NOW)
    assert await products.update_product(database, cap, {"brand": "Exemplis"}, NOW)
    assert (await found(listing, "1"))[1][0] == "unmatched"
    assert await products.update_product(database, cap, {"gtin": EAN}, NOW)
    assert [row[:2] for row in await found(listing, "1")] == [("matched", mug), ("matched", cap)]
    assert await notice(listing, "1") == ("", "")


async def test_a_trade_number_of_two_products_keeps_waiting_for_a_person(database: Database) -> None:
    listing = await open_listing(database)
    await take(listing, "1", line("elsewhere", gtin=EAN))
    await listing.add("MUG", "CAP", gtin=EAN)
    await listing.adopt()
    assert await found(listing, "1") == [("unmatched", None, "none")]
    assert (await notice(listing, "1"))[0] == "unmatched"


async def test_another_stores_lines_are_not_touched(database: Database) -> None:
    listing, other = await open_listing(database), await open_shop(database, {}, code="other")
    await other.take(order("theirs", line("MUG")))
    await listing.add("MUG")
    await listing.adopt()
    [row] = await other.lines("theirs")
    assert (row["match_state"], row["product_id"]) == ("unmatched", None)
