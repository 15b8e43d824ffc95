"""Products from Amazon: slices of time, the report above ten thousand, what the catalog adds; and the doctor."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.amazon import catalog
from orion_daemon.connectors.amazon.connector import AmazonConnector
from orion_daemon.connectors.base import CatalogRow
from orion_daemon.connectors.errors import RateLimited
from tests.support.amazon_account import SECRETS, Account, amazon_seller
from tests.support.amazon_sandbox import FR
from tests.support.letzshop_sandbox import NOON


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with amazon_seller() as found:
        yield found


async def products(account: Account, connector: AmazonConnector) -> tuple[dict[str, CatalogRow], list[str]]:
    """All rows by SKU, and the cursors between the pages."""
    rows: dict[str, CatalogRow] = {}
    cursors: list[str] = []
    cursor: str | None = None
    for _ in range(3000):
        try:
            page = await connector.fetch_catalog(cursor)
        except RateLimited as error:
            await account.pass_time(error.retry_after or 30)
            continue
        assert not {row.cells["id"] for row in page.rows} & set(rows), "a product came twice"
        rows |= {row.cells["id"]: row for row in page.rows}
        cursor = page.next_cursor
        if cursor is None:
            return rows, cursors
        cursors.append(cursor)
    raise AssertionError("the catalog does not end")


async def stock(account: Account, count: int, spread: timedelta) -> None:
    specs: list[dict[str, Any]] = [
        {
            "sku": f"THING-{n}",
            "price": "10.00",
            "quantity": 1,
            "created_at": (NOON - spread + spread * n / count).isoformat(),
        }
        for n in range(count)
    ]
    await account.amazon.control("listings", {"listings": specs})


async def test_products_come_as_rows_that_an_import_takes(account: Account) -> None:
    async with account.connect() as connector:
        page = await connector.fetch_catalog(None)
    rows = {row.cells["id"]: row.cells for row in page.rows}
    mug = rows["MUG-1"]
    assert (mug["title"], mug["price"], mug["quantity"], mug["availability"]) == (
        "Becher",
        "19.99 EUR",
        "10",
        "in_stock",
    )
    assert (mug["gtin"], mug["condition"]) == ("5400990016800", "new")
    assert mug["image_link"].startswith("https://")
    assert mug["shipping_weight"] == "0.4 kilograms"
    assert rows["CUP 2/B"]["brand"] == "Pabeier"
    assert "quantity" not in rows["FBA-3"]
    assert rows["FBA-3"]["fulfillment_channel"] == "AMAZON_EU"
    assert (page.language, page.total, page.next_cursor) == ("de", 3, None)
    assert sorted(row.line for row in page.rows) == [1, 2, 3]


async def test_texts_are_read_in_the_language_that_is_asked_for(account: Account) -> None:
    spec = {"sku": "MUG-1", "price": "19.99", "titles": {"de": "Becher", "fr": "Gobelet"}}
    await account.amazon.control("listings", {"listings": [spec]})
    for options, wanted in (
        ({"language": "fr"}, ("Gobelet", "fr")),
        ({"locale": "fr-FR", "language": "de"}, ("Gobelet", "fr")),
        ({"language": "en"}, ("Becher", "de")),
    ):
        async with account.connect(**options) as connector:
            page = await connector.fetch_catalog(None)
        (mug,) = [row.cells for row in page.rows if row.cells["id"] == "MUG-1"]
        assert (mug["title"], page.language) == wanted


async def test_more_than_a_thousand_come_in_slices_of_time(account: Account) -> None:
    await stock(account, 1300, timedelta(days=200))
    async with account.connect() as connector:
        rows, _ = await products(account, connector)
    assert len(rows) == 1303
    assert await account.requests("createReport") == []


async def test_an_interrupted_catalog_goes_on_where_it_was(account: Account) -> None:
    await stock(account, 50, timedelta(days=2))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        async with account.connect() as connector:
            page = await connector.fetch_catalog(cursor)
        seen += [row.cells["id"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (len(seen), len(set(seen)), cursor) == (53, 53, None)


async def test_what_was_made_in_one_second_comes_by_report(account: Account) -> None:
    await stock(account, 1010, timedelta(0))
    async with account.connect() as connector:
        rows, _ = await products(account, connector)
    assert len(rows) == 1013
    assert len(await account.requests("createReport")) == 1
    assert rows["MUG-1"].cells["gtin"] == "5400990016800"
    assert rows["THING-7"].cells["price"] == "10.00 EUR"


@pytest.mark.parametrize("cursor", ["nonsense", "{}", '{"token":"gone"}', '{"report":"1","at":3}'])
async def test_a_cursor_that_nobody_knows_begins_anew(account: Account, cursor: str) -> None:
    async with account.connect() as connector:
        seen: set[str] = set()
        step: str | None = cursor
        while step is not None:
            try:
                page = await connector.fetch_catalog(step)
            except RateLimited as error:
                await account.pass_time(error.retry_after or 30)
                continue
            seen |= {row.cells["id"] for row in page.rows}
            step = page.next_cursor
    assert seen == {"MUG-1", "CUP 2/B", "FBA-3"}


def test_halves_cover_the_whole_and_end() -> None:
    whole = (NOON, NOON + timedelta(seconds=3))
    halves = catalog.halved(whole)
    assert halves is not None
    assert (halves[0][0], halves[1][1]) == whole
    assert halves[0][1] == halves[1][0]
    assert catalog.halved((NOON, NOON + timedelta(seconds=1))) is None


# -- the doctor -------------------------------------------------------------------------------------------------------


async def test_a_healthy_account_is_found_healthy_without_changing_anything(account: Account) -> None:
    await account.place()
    async with account.connect() as connector:
        checks = await connector.check()
    assert [check.name for check in checks if not check.ok] == []
    assert {"login", "clock", "stores", "read orders", "read listings", "read refunds", "quota", "changes"} <= {
        check.name for check in checks
    }
    assert not [entry for entry in await account.requests() if entry["operation"] in ("createFeed", "confirmShipment")]


@pytest.mark.parametrize(("api", "left", "wait"), [("2026-01-01", "18 of 20", 179), ("v0", "18 of 20", 60)])
async def test_the_doctor_says_how_many_order_searches_are_left(
    account: Account, api: str, left: str, wait: int
) -> None:
    async with account.connect(orders_api=api) as connector:
        await connector.fetch_orders("new", None, None)
        checks = {check.name: check for check in await connector.check()}
    assert f"{left} order searches are left" in checks["quota"].detail
    assert f"one in {wait} s comes back" in checks["quota"].detail


@pytest.mark.parametrize("api", ["2026-01-01", "v0"])
async def test_what_is_wrong_is_said_step_by_step(account: Account, api: str) -> None:
    await account.amazon.control("sellers", {"marketplaces": ["A1PA6795UKMFR9"]}, method="PATCH")
    await account.amazon.control("applications", {"roles": ["inventory-and-order-tracking"]}, method="PATCH")
    async with account.connect(orders_api=api, marketplace_ids=(FR,)) as connector:
        checks = {check.name: check for check in await connector.check()}
    assert not checks["stores"].ok
    assert "FR" in checks["stores"].detail
    assert not checks["read listings"].ok
    assert "Product Listing" in checks["read listings"].detail
    assert not checks["read refunds"].ok
    if api == "v0":
        assert not checks["read persons"].ok


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({"client_id": ""}, "settings"),
        ({"endpoint": "http://elsewhere.example"}, "endpoint"),
        ({"secrets": {**SECRETS, "refresh_token": ""}}, "credential"),
        ({"secrets": {**SECRETS, "refresh_token": "wrong"}}, "login"),
    ],
)
async def test_the_first_thing_that_is_wrong_ends_the_examination(
    account: Account, options: dict[str, Any], step: str
) -> None:
    async with account.connect(**options) as connector:
        checks = await connector.check()
    assert [check.name for check in checks if not check.ok] == [step]
