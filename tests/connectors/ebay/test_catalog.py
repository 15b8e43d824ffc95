"""Products against the stand-in, and listings moved into the Inventory API."""

from typing import Any

import pytest

from orion_daemon.connectors.base import CatalogPage
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.ebay.migration import MigrationResult
from orion_daemon.connectors.errors import Unreachable
from tests.support.ebay_account import ebay_connector
from tests.support.ebay_sandbox import Ebay, ebay_account


async def pages(connector: EbayConnector, between: Any = None) -> list[CatalogPage]:
    found, cursor = [], None
    while True:
        page = await connector.fetch_catalog(cursor)
        found.append(page)
        if page.next_cursor is None:
            return found
        if between is not None:
            await between(len(found))
        cursor = page.next_cursor


def ids(found: list[CatalogPage]) -> list[str]:
    return [row.cells["id"] for page in found for row in page.rows]


async def items(ebay: Ebay, count: int) -> list[str]:
    skus = [f"SKU-{number:02}" for number in range(count)]
    for sku in skus:
        await ebay.list_item(sku, 3)
    return skus


async def test_an_item_with_its_offer_is_a_row() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        made = await ebay.list_item("MUG", 7, "12.90", available=5, ean="4000000000013", brand="Exemplis")
        (page,) = await pages(connector)
        (row,) = page.rows
        facts = {
            name: row.cells[name] for name in ("id", "title", "price", "quantity", "availability", "gtin", "brand")
        }
        assert facts == {
            "id": "MUG",
            "title": "A MUG",
            "price": "12.90 EUR",
            "quantity": "5",
            "availability": "in stock",
            "gtin": "4000000000013",
            "brand": "Exemplis",
        }
        assert row.cells["ebay_listing_id"] == made["listing"]
        assert row.cells["link"] == f"https://www.ebay.de/itm/{made['listing']}"
        assert (page.language, page.total) == ("de", 1)


async def test_drafts_and_listings_outside_are_not_there_and_what_is_sold_out_is() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("DRAFT", published=False)
        await ebay.list_item("GONE", 0)
        await ebay.control("listings", {"sku": "OLD", "outside": True, "quantity": 2})
        found = await pages(connector)
        assert ids(found) == ["GONE"]
        assert found[0].rows[0].cells["availability"] == "out of stock"


async def test_pages_are_numbered_and_each_row_has_its_place() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=4) as connector:
        skus = await items(ebay, 10)
        found = await pages(connector)
        assert sorted(ids(found)) == skus
        assert [row.line for page in found for row in page.rows] == list(range(1, 11))
        assert [len(page.rows) for page in found] == [4, 4, 2]


@pytest.mark.parametrize("cursor", ["nonsense", "{}", '{"page": -1, "total": null}'])
async def test_a_cursor_that_nobody_knows_begins_anew(cursor: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await items(ebay, 2)
        assert len((await connector.fetch_catalog(cursor)).rows) == 2


async def test_the_language_of_texts_is_the_site_s() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, site="EBAY_BE", language="fr") as connector:
        await items(ebay, 1)
        assert (await connector.fetch_catalog(None)).language == "fr"


async def test_a_page_that_fails_is_asked_for_again_by_its_cursor() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=2) as connector:
        skus = await items(ebay, 4)
        first = await connector.fetch_catalog(None)
        await ebay.sandbox.fault("status", "getOffers", count=None, status=503)
        with pytest.raises(Unreachable):
            await connector.fetch_catalog(first.next_cursor)
        await ebay.sandbox.control("faults", method="DELETE")
        second = await connector.fetch_catalog(first.next_cursor)
        assert sorted(ids([first, second])) == skus


async def test_listings_are_moved_in_fives_each_with_its_own_answer() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        made = []
        for number in range(6):
            obstacle = "It is an auction." if number == 2 else None
            said = {"sku": f"OLD-{number}", "outside": True, "quantity": 2, "obstacle": obstacle}
            made.append((await ebay.control("listings", said))["listing"])
        results = await connector.migrate_listings([*made, made[0], "1"])
        assert [one.listing_id for one in results] == [*made, "1"]
        assert [one.moved for one in results] == [True, True, False, True, True, True, False]
        assert results[0] == MigrationResult(made[0], moved=True, skus=("OLD-0",))
        assert results[2].error is not None
        assert "auction" in results[2].error[1]
        sent = [one["sent"]["requests"] for one in await ebay.sandbox.ledger("request", operation="bulkMigrateListing")]
        assert [len(requests) for requests in sent if requests] == [5, 2]
        assert set(ids(await pages(connector))) == {"OLD-0", "OLD-1", "OLD-3", "OLD-4", "OLD-5"}


async def test_a_call_that_fails_fails_its_own_listings_only() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        made = [
            (await ebay.control("listings", {"sku": f"OLD-{number}", "outside": True, "quantity": 2}))["listing"]
            for number in range(6)
        ]
        await ebay.sandbox.fault("status", "bulkMigrateListing", count=1, status=500)
        results = await connector.migrate_listings(made)
        assert [one.moved for one in results] == [False] * 5 + [True]
        assert {one.error[0] for one in results if one.error} == {"http_500"}
