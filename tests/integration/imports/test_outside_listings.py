"""Listings that an account has outside of what can be managed: their offers are refused before an order names them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.connectors.base import CatalogPage, OutsideListing
from orion_daemon.connectors.errors import Unreachable
from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import offers, products
from orion_daemon.services.offers import Sent
from orion_daemon.services.reading import Where
from tests.support.catalog_walks import Asked, Walking, open_walking
from tests.support.databases import RecordingBus
from tests.support.imports import mugs

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


class Outside(Asked):
    """Behind the last page of products come pages of these listings, one a page; the last says that those were all."""

    listings: tuple[OutsideListing, ...] = ()
    is_known = True

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:
        if cursor is None or not cursor.startswith("outside"):
            page = await super().fetch_catalog(cursor)
            return page if page.next_cursor else replace(page, next_cursor="outside 0")
        self.cursors.append(cursor)
        if (fault := self.faults.get(len(self.cursors))) is not None:
            raise fault
        at = int(cursor.removeprefix("outside "))
        following = f"outside {at + 1}" if at + 1 < len(self.listings) else None
        known = self.is_known and following is None
        remark = "" if following or self.is_known else "no report came"
        return CatalogPage((), following, self.language, None, self.listings[at : at + 1], known, remark)


def listings(*numbers: int) -> tuple[OutsideListing, ...]:
    return tuple(OutsideListing(f"33{number}", f"SKU-{number:05d}") for number in numbers)


async def selling(database: Database, folder: Path) -> tuple[Walking, Outside]:
    """Four products, all offered on the channel; the account knows them."""
    account = Outside(mugs(4))
    walking = await open_walking(database, folder / "imports", account, clock=ManualClock(NOW))
    await walking.take()
    store_id = (await walking.shop.channel())["store_id"]
    wanted = Where().add("products.id IS NULL")
    await products.adopt(database, store_id, wanted, after_id=0, limit=10, stock_from_catalog=False, now=NOW)
    return walking, account


async def states(database: Database) -> dict[str, tuple[str, str]]:
    rows = await database.fetch("SELECT channel_sku, state, error_code FROM offers")
    return {row["channel_sku"]: (row["state"], row["error_code"]) for row in rows}


async def walk_again(walking: Walking, **options: Any) -> dict[str, Any]:
    assert isinstance(walking.shop.clock, ManualClock)
    await walking.shop.clock.advance(60)
    return await walking.take(**options)


async def record(database: Database, *results: Sent) -> None:
    async with database.transaction() as tx:
        await offers.record(tx, results, now=NOW + timedelta(minutes=5))


async def level(database: Database, sku: str) -> tuple[int, int]:
    row = await database.fetch_one("SELECT id, version FROM offers WHERE channel_sku = $1", sku)
    assert row is not None
    return row["id"], row["version"]


async def test_offers_of_listings_outside_are_refused_and_told_once(
    database: Database, tmp_path: Path, bus: RecordingBus
) -> None:
    walking, account = await selling(database, tmp_path)
    account.listings = (*listings(1, 2, 9), OutsideListing("339", ""))
    assert (await walk_again(walking))["state"] == "completed"
    refused = ("failed", "not_manageable")
    expected = {"SKU-00000": ("different", ""), "SKU-00001": refused, "SKU-00002": refused}
    assert (await states(database)).items() >= expected.items()
    assert "331" in await database.fetch_value("SELECT error_message FROM offers WHERE channel_sku = 'SKU-00001'")
    alerts = [event.message for event in bus.events if isinstance(event, AlertRaised)]
    assert len(alerts) == 2  # a page each
    bus.events.clear()
    await walk_again(walking)
    assert [event for event in bus.events if isinstance(event, AlertRaised)] == []


async def test_what_is_known_of_an_offer_survives_its_next_change(database: Database, tmp_path: Path) -> None:
    walking, account = await selling(database, tmp_path)
    account.listings = listings(1)
    await walk_again(walking)
    channel_id = (await walking.shop.channel())["id"]
    product_id = await database.fetch_value("SELECT product_id FROM offers WHERE channel_sku = 'SKU-00001'")
    async with database.transaction() as tx:
        await offers.mark_products_different(tx, [product_id], NOW)
    unknown = ("not_on_channel", "eBay knows no offer of this SKU.")
    await record(database, Sent(*await level(database, "SKU-00001"), "refused", error=unknown))
    assert (await states(database))["SKU-00001"] == ("failed", "not_manageable")
    async with database.transaction() as tx:
        assert await offers.mark_refused_different(tx, channel_id, NOW, is_asked=True) == 1
    await record(database, Sent(*await level(database, "SKU-00001"), "accepted", 3))  # it was migrated meanwhile
    assert (await states(database))["SKU-00001"] == ("sent", "")
    await record(database, Sent(*await level(database, "SKU-00001"), "refused", error=unknown))
    assert (await states(database))["SKU-00001"] == ("failed", "not_on_channel")


async def test_a_listing_that_is_not_outside_any_more_lets_its_offer_go(database: Database, tmp_path: Path) -> None:
    walking, account = await selling(database, tmp_path)
    account.listings = listings(1, 2)
    await walk_again(walking)
    account.listings, account.is_known = listings(2), False
    await walk_again(walking)
    assert (await states(database))["SKU-00001"] == ("failed", "not_manageable")  # nobody knows
    account.is_known = True
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs WHERE kind = 'PushInventory'")
    await walk_again(walking)
    found = await states(database)
    assert (found["SKU-00001"], found["SKU-00002"]) == (("different", ""), ("failed", "not_manageable"))
    assert await database.fetch_value("SELECT count(*) FROM jobs WHERE kind = 'PushInventory'") == 1


async def test_a_walk_that_breaks_among_them_goes_on_there(database: Database, tmp_path: Path) -> None:
    walking, account = await selling(database, tmp_path)
    account.listings = listings(1, 2, 3)
    account.cursors.clear()
    account.faults = {3: Unreachable("away")}
    import_id = await walking.request()
    with pytest.raises(Unreachable):
        await walking.shop.run(import_id)
    await walking.shop.run(import_id)
    assert account.cursors == [None, "outside 0", "outside 1", "outside 1", "outside 2"]
    refused = {sku for sku, state in (await states(database)).items() if state[1] == "not_manageable"}
    assert refused == {"SKU-00001", "SKU-00002", "SKU-00003"}


async def test_a_dry_run_refuses_nothing(database: Database, tmp_path: Path) -> None:
    walking, account = await selling(database, tmp_path)
    account.listings = listings(1)
    await walk_again(walking, is_dry_run=True)
    assert (await states(database))["SKU-00001"] == ("different", "")
