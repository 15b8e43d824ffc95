"""Products against the stand-in, and listings moved into the Inventory API."""

from typing import Any

import pytest

from orion_daemon.connectors.base import CatalogPage, OutsideListing
from orion_daemon.connectors.ebay import outside, reports
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.ebay.migration import MigrationResult
from orion_daemon.connectors.errors import Malformed, RateLimited, Unreachable
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
        page, last = await pages(connector)
        assert (last.rows, last.outside, last.outside_known, last.remark) == ((), (), True, "")
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
        assert [len(page.rows) for page in found] == [4, 4, 2, 0]


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


async def outside_listings(ebay: Ebay) -> dict[str, str]:
    """Listings that were made elsewhere, by what they are."""
    said: dict[str, dict[str, Any]] = {
        "plain": {"sku": "OLD", "quantity": 2},
        "nameless": {"quantity": 1},
        "varied": {
            "variations": [
                {"sku": "RED & SMALL", "price": "1.00", "quantity": 3},
                {"sku": "BLUE", "price": "1.00", "quantity": 1},
            ]
        },
        "twice": {"sku": "MUG", "quantity": 1},
        "draft": {"sku": "DRAFT", "quantity": 1},
        "ended": {"sku": "GONE", "quantity": 1},
    }
    made = {name: (await ebay.control("listings", {**one, "outside": True}))["listing"] for name, one in said.items()}
    await ebay.control("listings", {"listing": made["ended"], "ended": True}, method="PATCH")
    return made


async def told(connector: EbayConnector) -> tuple[set[OutsideListing], CatalogPage]:
    found = await pages(connector)
    return {one for page in found for one in page.outside}, found[-1]


@pytest.mark.parametrize("form", ["zip", "gzip", "xml"])
async def test_listings_outside_are_those_that_only_ebay_s_report_shows(form: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        await ebay.list_item("DRAFT", published=False)
        made = await outside_listings(ebay)
        await ebay.control("settings", {"report_form": form}, method="PATCH")
        found, last = await told(connector)
        assert found == {
            OutsideListing(made["plain"], "OLD"),
            OutsideListing(made["nameless"], ""),
            OutsideListing(made["varied"], "RED & SMALL"),
            OutsideListing(made["varied"], "BLUE"),
            OutsideListing(made["twice"], ""),  # the other listing of that SKU is managed
            OutsideListing(made["draft"], "DRAFT"),
        }
        assert last.outside_known
        await connector.migrate_listings([made["plain"], made["varied"]])
        later, _ = await told(connector)
        assert {one.listing_id for one in later} == {made["nameless"], made["twice"], made["draft"]}


async def test_a_report_is_read_in_steps_and_by_another_connector_from_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outside, "A_STEP", 2)
    async with ebay_account() as ebay:
        skus = [f"OLD-{number}" for number in range(5)]
        for sku in skus:
            await ebay.control("listings", {"sku": sku, "outside": True, "quantity": 1})
        found, cursor, asked = [], None, 0
        while True:
            async with ebay_connector(ebay) as connector:
                page = await connector.fetch_catalog(cursor)
            found += [one.sku for one in page.outside]
            asked += 1
            assert page.outside_known == (page.next_cursor is None)
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert (found, asked) == (skus, 4)
        assert len(await ebay.sandbox.ledger("report_asked_for")) == 1


async def test_a_report_under_way_is_waited_for_and_one_that_fails_is_asked_for_again() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("settings", {"report_seconds": 90.0}, method="PATCH")
        first = await connector.fetch_catalog(None)
        for _ in range(2):
            with pytest.raises(RateLimited) as caught:
                await connector.fetch_catalog(first.next_cursor)
            assert (caught.value.code, caught.value.retry_after) == ("report_pending", reports.PENDING)
            await ebay.sandbox.advance(60)
        assert (await connector.fetch_catalog(first.next_cursor)).outside_known
        await ebay.control("settings", {"report_seconds": 0.0, "report_status": "FAILED"}, method="PATCH")
        _, last = await told(connector)
        assert not last.outside_known
        assert "ended as FAILED" in last.remark
        assert len(await ebay.sandbox.ledger("report_asked_for")) == 1 + 3


async def test_products_come_where_ebay_makes_no_report() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        more = {"error_id": 160022, "message": "You are not allowed to access this resource."}
        for status, said in ((403, more), (409, {"error_id": 160025, "message": "You have exceeded the maximum."})):
            await ebay.sandbox.fault("errors", "createInventoryTask", count=1, status=status, **said)
            found = await pages(connector)
            assert ids(found) == ["MUG"]
            assert (found[-1].outside_known, str(said["message"])[:12] in found[-1].remark) == (False, True)
        await ebay.control("settings", {"report_seconds": 1e6}, method="PATCH")  # for ever
        first = await connector.fetch_catalog(None)
        await ebay.sandbox.advance(3 * 3600)
        second = await connector.fetch_catalog(first.next_cursor)
        assert second.next_cursor is not None  # another one was asked for
        assert not second.outside_known


@pytest.mark.parametrize(
    "file", [b"", b"no report", b"PK nonsense", b"\x1f\x8bnonsense", b"<html>busy</html>", b"<a><b>"]
)
def test_what_is_no_report_is_not_read_as_an_empty_one(file: bytes) -> None:
    with pytest.raises(Malformed):
        reports.read(file)
