"""A shop with products and stock, and documents as a connector would hand them over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder
from orion_daemon.services import inventory, offers
from orion_daemon.services.order_import import ImportedPage, import_page
from tests.support.stores import NOW, add_store


@dataclass(frozen=True)
class Shop:
    """`products` are ids by SKU."""

    db: Database
    store_id: int
    channel_id: int
    storefront_id: int
    products: Mapping[str, int]

    async def take(self, *orders: IncomingOrder, now: datetime = NOW, **more: Any) -> ImportedPage:
        return await import_page(
            self.db,
            store_id=self.store_id,
            channel_id=self.channel_id,
            marketplace="letzshop",
            orders=orders,
            now=now,
            **more,
        )

    async def level(self, sku: str) -> tuple[int, int]:
        """(on hand, reserved)"""
        [level] = await inventory.levels(self.db, [self.products[sku]])
        return level.on_hand, level.reserved

    async def order(self, channel_order_id: str) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM orders WHERE channel_order_id = $1", channel_order_id)
        assert row is not None
        return row

    async def lines(self, channel_order_id: str) -> list[dict[str, Any]]:
        return await self.db.fetch(
            "SELECT i.* FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.channel_order_id = $1"
            " ORDER BY i.id",
            channel_order_id,
        )

    async def count(self, table: str) -> int:
        found = await self.db.fetch_value(f"SELECT count(*) AS n FROM {table}")
        assert isinstance(found, int)
        return found

    async def jobs(self, kind: str) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM jobs WHERE kind = $1 ORDER BY id", kind)


async def open_shop(db: Database, stock: Mapping[str, int | None], *, code: str = "demo") -> Shop:
    """A store with a letzshop channel, its storefront, and a product per SKU (stock None: sold without stock)."""
    async with db.transaction() as tx:
        store_id = await add_store(tx, code)
        channels = await tx.insert(
            "channels",
            (
                "store_id", "marketplace", "is_active", "allows_mutations", "managed_by", "endpoint", "settings_json",
                "state", "state_reason", "order_cursor", "last_error", "created_at", "updated_at",
            ),
            [
                (store_id, marketplace, True, True, "api", "", {}, "ready", "", "", "", NOW, NOW)
                for marketplace in ("letzshop", "storefront")
            ],
            suffix="RETURNING id",
        )  # fmt: skip
        products: dict[str, int] = {}
        if stock:
            rows = await tx.insert(
                "products",
                ("store_id", "sku", "is_active", "created_at", "updated_at"),
                [(store_id, sku, True, NOW, NOW) for sku in stock],
                suffix="RETURNING id, sku",
            )
            products = {row["sku"]: row["id"] for row in rows}
            await offers.create_for_products(tx, store_id, list(products.values()), NOW)
            await inventory.first_stock(
                tx, store_id, [(products[sku], count) for sku, count in stock.items() if count is not None], now=NOW
            )
    return Shop(db, store_id, channels[0]["id"], channels[1]["id"], products)


def line(
    sku: str | None, quantity: int = 1, *, key: str | None = None, price: int | None = 1290, **more: Any
) -> IncomingLine:
    values = {"gtin": None, "title": f"Article {sku}"} | more
    return IncomingLine(line_key=key or f"line-{sku}", sku=sku, quantity=quantity, unit_price_minor=price, **values)


def order(number: str, *lines: IncomingLine, status: str | None = "pending", **more: Any) -> IncomingOrder:
    """The payload follows from the content, as with a vendor's document."""
    values: dict[str, Any] = {
        "channel_status": status or "on_the_moon",
        "currency": "EUR",
        "placed_at": NOW,
        "customer": buyer(number),
    } | more
    found = IncomingOrder(channel_order_id=number, order_number=f"R{number}", status=status, lines=lines, **values)
    return found if found.payload else replace(found, payload=orjson.dumps(found, default=repr))


def buyer(name: str) -> IncomingCustomer:
    return IncomingCustomer(email=f"buyer-{name}@example.lu", first_name="Jeanne", last_name=f"Exemple {name}")


def home() -> Address:
    return Address(first_name="Jeanne", street="Rue du Moulin 7", postal_code="9000", city="Ettelbruck", country="LU")


def units(*states: str, prefix: str = "u") -> Sequence[tuple[str, str]]:
    return tuple((f"{prefix}{number}", state) for number, state in enumerate(states, start=1))
