"""A store that sells keys on a marketplace and buys them at suppliers, with what these ask for them."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.markups import Markup
from orion_daemon.services import markups, offers, price_explanations, products, publication, stores
from orion_daemon.services.errors import ServiceError
from orion_daemon.services.offers import LevelToSend, Sent
from orion_daemon.services.price_explanations import Explanation
from tests.support.listing import LETZSHOP, Listing, open_listing
from tests.support.stores import NOW

RULE = Markup("EUR", "percent", 2000, "99", vat_hundredths=1700, min_margin_minor=100)
MADE = 1299
"""Of a cost of 9.10 by RULE: 9.10 × 1.2 × 1.17 = 12.78, up to the next .99."""
SWISS = replace(RULE, currency="CHF", vat_hundredths=810)
BY: dict[str, Any] = {"actor": "ann"}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@dataclass
class KeyShop:
    listing: Listing
    supplier_id: int
    catalog_id: int

    @property
    def db(self) -> Database:
        return self.listing.db

    async def offer_keys(self, *skus: str, cost: int | None = 910, at: datetime = NOW, **values: Any) -> list[int]:
        """Products of the supplier; returns their ids as marketplace products."""
        return await add_keys(self.db, self.catalog_id, skus, cost, at, **values)

    async def sell_keys(self, *skus: str, cost: int | None = 910, rule: Markup | None = RULE) -> list[int]:
        """Adopted from the supplier with a markup; returns their ids as products."""
        await self.offer_keys(*skus, cost=cost)
        await self.listing.adopt()
        ids = [self.listing.products[sku] for sku in skus]
        for product_id in ids:
            if rule is not None:
                await markups.set_markup(self.db, product_id, rule, now=NOW, **BY)
        return ids

    async def read_catalog(self, at: datetime) -> None:
        """A walk through the supplier's whole catalog that began then and found nothing changed."""
        async with self.db.transaction() as tx:
            await tx.execute(
                "UPDATE supplier_accounts SET catalog_full_at = $1 WHERE channel_id = $2", at, self.supplier_id
            )

    async def cost(self, sku: str, minor: int | None, now: datetime, **values: Any) -> None:
        """The supplier asks something else from now on, as a page of its catalog says."""
        columns = {"price_minor": minor, **values}
        assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 3))
        async with self.db.transaction() as tx:
            [row] = await tx.fetch(
                f"UPDATE marketplace_products SET {assignments} WHERE catalog_id = $1 AND marketplace_product_id = $2"
                " RETURNING id",
                self.catalog_id, sku, *columns.values(),
            )  # fmt: skip
            await markups.reprice_of(tx, [row["id"]], now)

    async def to_send(self, now: datetime) -> list[LevelToSend]:
        return await offers.levels_to_send(self.db, self.listing.channel_id, limit=1000, now=now)

    async def send(self, now: datetime) -> dict[str, tuple[int | None, int | None]]:
        """Everything that differs is told at this moment and confirmed; returns (pieces, price) by SKU."""
        told: dict[str, tuple[int | None, int | None]] = {}
        while levels := await self.to_send(now):
            told |= {one.sku: (one.quantity, one.price_minor) for one in levels}
            async with self.db.transaction() as tx:
                sent = [Sent(one.offer_id, one.version, "confirmed", one.quantity, one.price_minor) for one in levels]
                await offers.record(tx, sent, now=now)
        async with self.db.transaction() as tx:
            await tx.execute("DELETE FROM jobs")
        return told

    async def feed(self, now: datetime) -> dict[str, publication.Entry]:
        feed = await publication.open_feed(self.db, self.listing.channel_id, now)
        entries = (await publication.read_chunk(self.db, feed, after=0, limit=1000)).entries
        await publication.record_offers(self.db, entries, {}, now)
        return {one.sku: one for one in entries}

    async def explain(self, sku: str) -> Explanation:
        found = await price_explanations.explain(self.db, self.listing.products[sku])
        assert found is not None
        return found

    async def price(self, sku: str) -> tuple[int | None, str | None]:
        [row] = await products.effective(self.db, [self.listing.products[sku]])
        return row["price_minor"], row["currency"]

    async def state(self, sku: str) -> tuple[str, str]:
        """(state, code)"""
        found = await self.explain(sku)
        return found.state, found.code

    async def pushes(self) -> list[tuple[str, int]]:
        """(owner, priority) of the pushes that were put; 10 is urgent."""
        rows = await self.db.fetch("SELECT owner, priority FROM jobs WHERE kind = 'PushInventory' ORDER BY id")
        return [(row["owner"], row["priority"]) for row in rows]


async def open_key_shop(db: Database, currency: str = "EUR", **channel: Any) -> KeyShop:
    listing = await open_listing(db, channel=replace(LETZSHOP, **channel))
    if currency != "EUR":
        await stores.update_store(db, listing.store_id, {"currency": currency}, NOW)
    return KeyShop(listing, *await add_supplier(db, listing.store_id))


async def add_supplier(db: Database, store_id: int, name: str = "codeswholesale") -> tuple[int, int]:
    """A supplier's account with an empty catalog; returns the ids of its channel and its catalog."""
    async with db.transaction() as tx:
        [channel] = await tx.insert(
            "channels",
            (
                "store_id", "marketplace", "is_supplier", "is_active", "allows_mutations", "managed_by", "endpoint",
                "settings_json", "state", "state_reason", "order_cursor", "last_error", "created_at", "updated_at",
            ),
            [(store_id, name, True, True, True, "api", "", {}, "ready", "", "", "", NOW, NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.insert(
            "supplier_accounts",
            ("channel_id", "buying_state", "paused_reason", "catalog_cursor", "catalog_walk", "updated_at"),
            [(channel["id"], "open", "", "", "", NOW)],
        )
        [catalog] = await tx.insert(
            "catalogs",
            ("channel_id", "marketplace", "created_at"),
            [(channel["id"], name, NOW)],
            suffix="RETURNING id",
        )
        return channel["id"], catalog["id"]


async def add_keys(
    db: Database, catalog_id: int, skus: Sequence[str], cost: int | None, at: datetime, **values: Any
) -> list[int]:
    columns = {"currency": "EUR", "price_minor": cost, "availability": "in_stock", "quantity": 25} | values
    async with db.transaction() as tx:
        rows = await tx.insert(
            "marketplace_products",
            (
                "catalog_id", "marketplace_product_id", "product_type", "is_available", *columns, "created_at",
                "updated_at",
            ),
            [(catalog_id, sku, "digital", True, *columns.values(), at, at) for sku in skus],
            suffix="RETURNING id",
        )  # fmt: skip
        ids = [row["id"] for row in rows]
        await tx.insert(
            "marketplace_product_translations",
            ("marketplace_product_id", "language", "title", "updated_at"),
            [(number, "fr", f"Jeu {sku}", at) for number, sku in zip(ids, skus, strict=True)],
        )
        return ids


async def set_sources(db: Database, product_id: int, *sources: tuple[int | None, str]) -> None:
    """(channel, supplier's product) in their order; without a channel it is the store's own pool."""
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM product_sources WHERE product_id = $1", product_id)
        await tx.insert(
            "product_sources",
            ("product_id", "position", "channel_id", "supplier_product_id", "created_at"),
            [(product_id, position, *source, NOW) for position, source in enumerate(sources, 1)],
        )
        await markups.reprice(tx, [product_id], NOW)


async def refused(call: Awaitable[object]) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await call
    return caught.value
