"""A supplier's account against the stand-in of CodesWholesale: its list with all oddities, what moves, texts, money."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

from orion_daemon.actors.account import SupplierAccount
from orion_daemon.actors.handlers import supply as handlers
from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing, WalkArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done
from orion_daemon.services.supply_costs import cost_read_at
from tests.support.codeswholesale_account import codeswholesale_connector
from tests.support.codeswholesale_sandbox import CodesWholesaleHandle, codeswholesale_account
from tests.support.suppliers import KeyShop, Open, open_key_shop

JOB = cast("Job", None)
DAY = 86_400


class Meddling:
    """A connector between whose pages something happens at the supplier."""

    def __init__(self, connector: Any) -> None:
        self._connector = connector
        self.between: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    async def fetch_products(self, cursor: str | None, since: datetime | None) -> ProductPage:
        page: ProductPage = await self._connector.fetch_products(cursor, since)
        if self.between is not None:
            happens, self.between = self.between, None
            await happens()
        return page


@asynccontextmanager
async def at_work(database: Database) -> AsyncIterator[tuple[CodesWholesaleHandle, Open, KeyShop]]:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        shop = await open_key_shop(database)
        yield supplier, Open(shop, cast("Any", Meddling(connector)), connector.clock), shop


async def walked(account: Open, *, is_full: bool = True) -> dict[str, Any]:
    outcome = await handlers.sync_catalog(cast("SupplierAccount", account), JOB, WalkArgs(is_full))
    assert isinstance(outcome, Done)
    return outcome.result or {}


async def test_a_list_with_all_its_oddities_becomes_a_catalog(database: Database) -> None:
    async with at_work(database) as (supplier, account, shop):
        await supplier.control("products", {"count": 400})
        result = await walked(account)
        assert (result["products"], result["unreadable"], result["held"]) == (400, 0, False)
        rows = await shop.catalog()
        assert len(rows) == 400
        assert all(row["price_minor"] and row["currency"] == "EUR" for row in rows.values())
        before = rows
        await supplier.sandbox.advance(DAY)
        assert (await walked(account))["changed"] == sum(
            row["updated_at"] != before[key]["updated_at"] for key, row in (await shop.catalog()).items()
        )


async def test_a_delta_brings_a_price_that_moved_and_keeps_the_other_costs_young(database: Database) -> None:
    async with at_work(database) as (supplier, account, shop):
        there = [await supplier.add(f"Example Quest {number}") for number in range(3)]
        await supplier.sandbox.advance(3600)
        await walked(account)
        await shop.adopt(*there)
        await shop.settle_offers()
        await supplier.sandbox.advance(DAY / 4)
        await supplier.control("price", {"product": there[1], "price": "7.77"})
        began = account.clock.now()
        result = await walked(account, is_full=False)
        assert (result["walk"], result["products"], result["changed"]) == ("delta", 1, 1)
        rows = await shop.catalog()
        assert [rows[key]["price_minor"] for key in there] == [910, 777, 910]
        assert min((await cost_read_at(database, [row["id"] for row in rows.values()])).values()) >= began
        assert [(await shop.offers())[key]["state"] for key in there] == ["synced", "different", "synced"]


async def test_a_product_that_moves_to_a_page_before_is_not_lost(database: Database) -> None:
    async with at_work(database) as (supplier, account, shop):
        await supplier.control("settings", {"page_size": 3}, method="PATCH")
        there = [await supplier.add(f"Example Quest {number}") for number in range(9)]
        await walked(account)
        await shop.adopt(there[8])
        await supplier.sandbox.advance(DAY)

        async def move() -> None:
            await supplier.control("products/move", {"product": there[8], "to": 0})

        cast("Meddling", account.connector).between = move
        result = await walked(account)
        assert (result["missing"], result["gone"]) == (0, 0)
        assert await shop.available() == set(there)


async def test_a_cursor_that_expires_costs_a_new_beginning_and_nothing_else(database: Database) -> None:
    async with at_work(database) as (supplier, account, shop):
        await supplier.control("settings", {"page_size": 3}, method="PATCH")
        there = [await supplier.add(f"Example Quest {number}") for number in range(7)]

        async def expire() -> None:
            await supplier.control("walks/expire", {})

        cast("Meddling", account.connector).between = expire
        assert (await walked(account))["products"] == 7
        assert await shop.available() == set(there)


async def test_texts_are_fetched_or_known_to_be_none(database: Database) -> None:
    async with at_work(database) as (supplier, account, shop):
        await supplier.control("products", {"count": 30})
        await walked(account)
        await shop.adopt(*(await shop.catalog()))
        outcome = await handlers.fetch_texts(cast("SupplierAccount", account), JOB, Nothing())
        assert isinstance(outcome, Done)
        assert (outcome.result or {})["fetched"] == 30
        rows = await shop.catalog()
        assert all(row["texts_read_at"] is not None for row in rows.values())
        assert any(row["attributes_json"].get("developer") for row in rows.values())
        assert max([len(await shop.texts(key)) for key in rows]) > 1


async def test_the_balance_is_what_an_order_may_cost(database: Database) -> None:
    async with at_work(database) as (_, account, shop):
        assert await handlers.watch_balance(cast("SupplierAccount", account), JOB, Nothing()) == Done(
            {"usable_minor": 10_000, "currency": "EUR", "buying_goes_on": False}
        )
        assert (await shop.account())["usable_minor"] == 10_000
