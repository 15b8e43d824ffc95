"""A shop that sells licence keys: digital products, orders for them, and what became of each unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.services import key_uploads
from orion_daemon.services.key_uploads import Uploaded
from orion_daemon.services.order_import import ImportedPage, import_page
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW


@dataclass(frozen=True)
class KeyShop(Shop):
    """`supplier_id` is an account that sells keys to the store."""

    supplier_id: int = 0
    marketplace: str = field(default="letzshop")

    async def take(self, *orders: Any, now: datetime = NOW, **more: Any) -> ImportedPage:
        return await import_page(
            self.db, store_id=self.store_id, channel_id=self.channel_id, marketplace=self.marketplace, orders=orders,
            now=now, **more,
        )  # fmt: skip

    async def sell(self, number: str = "1", quantity: int = 1, sku: str = "GAME", **facts: Any) -> int:
        """A confirmed order of keys; its id."""
        await self.take(order(number, line(sku, quantity), **{"status": "confirmed"} | facts))
        return int((await self.order(number))["id"])

    async def upload(self, *codes: str, sku: str | None = "GAME", **more: Any) -> Uploaded:
        given: dict[str, Any] = {"actor": "ann", "now": NOW} | more
        return await key_uploads.upload_list(self.db, self.store_id, "\n".join(codes), sku=sku, **given)

    async def units(self, number: str = "1") -> list[dict[str, Any]]:
        return await self.db.fetch(
            "SELECT u.* FROM key_units u JOIN order_items i ON i.id = u.order_item_id"
            " JOIN orders o ON o.id = i.order_id WHERE o.channel_order_id = $1 ORDER BY u.id",
            number,
        )

    async def states(self, number: str = "1") -> list[str]:
        return [unit["state"] for unit in await self.units(number)]

    async def keys(self) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM keys ORDER BY id")

    async def deliver(self, number: str = "1", now: datetime = NOW) -> None:
        """The keys that are ready have left for the customer: units, keys, and the pieces of the lines."""
        async with self.db.transaction() as tx:
            for unit in await self.units(number):
                if unit["state"] == "ready":
                    if unit["delivered_at"] is None:
                        await tx.execute(
                            "UPDATE order_items SET shipped = shipped + 1 WHERE id = $1", unit["order_item_id"]
                        )
                    await tx.execute(
                        "UPDATE key_units SET state = 'delivered', delivered_at = $2 WHERE id = $1", unit["id"], now
                    )
                    await tx.execute(
                        "UPDATE keys SET state = 'delivered', delivered_at = $2 WHERE id = $1", unit["key_id"], now
                    )

    async def move(self, number: str, state: str, hold: str = "", purchase_id: int | None = None) -> None:
        """Let all units of an order be in this state."""
        async with self.db.transaction() as tx:
            for unit in await self.units(number):
                await tx.execute(
                    "UPDATE key_units SET state = $2, hold_code = $3, hold_reason = $4, purchase_id = $5 WHERE id = $1",
                    unit["id"], state, hold, "because", purchase_id,
                )  # fmt: skip

    async def purchase(self, number: str = "1", state: str = "unknown") -> int:
        """A purchase for the order's first line."""
        async with self.db.transaction() as tx:
            item = (await self.lines(number))[0]
            [row] = await tx.insert(
                "key_purchases",
                ("channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor",
                 "currency", "state", "intended_at", "sent_at", "updated_at"),
                [(self.supplier_id, item["id"], f"orion-{number}-{state}", "game-1", item["quantity"], 910, "EUR",
                  state, NOW, NOW, NOW)],
                suffix="RETURNING id",
            )  # fmt: skip
            return int(row["id"])

    async def audited(self, action: str) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM audit_entries WHERE action = $1 ORDER BY id", action)


async def open_key_shop(
    db: Database, skus: Sequence[str] = ("GAME",), *, code: str = "demo", marketplace: str = "letzshop"
) -> KeyShop:
    """Products `skus` are digital; there is a physical one, MUG, too."""
    shop = await open_shop(db, {**dict.fromkeys(skus), "MUG": 9}, code=code)
    async with db.transaction() as tx:
        await tx.execute("UPDATE products SET product_type = 'digital' WHERE store_id = $1 AND sku <> 'MUG'",
                         shop.store_id)  # fmt: skip
        await tx.execute("UPDATE channels SET marketplace = $2 WHERE id = $1", shop.channel_id, marketplace)
        supplier_id = await add_supplier(tx, shop.store_id)
    return KeyShop(db, shop.store_id, shop.channel_id, shop.storefront_id, shop.products, supplier_id, marketplace)


async def add_supplier(tx: Any, store_id: int, name: str = "codeswholesale") -> int:
    """An account at a supplier, with its row and its catalog."""
    [row] = await tx.insert(
        "channels",
        ("store_id", "marketplace", "is_active", "is_supplier", "allows_mutations", "managed_by", "endpoint",
         "settings_json", "state", "state_reason", "order_cursor", "last_error", "created_at", "updated_at"),
        [(store_id, name, True, True, True, "api", "", {}, "ready", "", "", "", NOW, NOW)],
        suffix="RETURNING id",
    )  # fmt: skip
    await tx.insert("supplier_accounts", ("channel_id", "buying_state", "updated_at"), [(row["id"], "open", NOW)])
    await tx.insert("catalogs", ("channel_id", "marketplace", "created_at"), [(row["id"], name, NOW)])
    return int(row["id"])
