"""The store's own catalog: adopting marketplace products and saying what differs.

A product inherits every field of its marketplace product that the store left empty; an override is a value in the
product's own column, and clearing it inherits again. Whatever may change what a channel should show marks the
product's offers as different (`services/offers.py`), in the same transaction. Texts: `services/translations.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.services import offers
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.reading import Where

INHERITED = (
    "gtin", "mpn", "brand", "product_type", "tax_rate", "condition", "link", "image_link",
    "additional_image_links_json", "google_product_category", "product_type_path",
)  # fmt: skip
OVERRIDABLE = (*INHERITED, "currency", "price_minor", "sale_price_minor", "default_language", "safety_stock")

# A price is never mixed of two currencies: an overridden price brings its own, and a sale price counts only when it is
# of the same currency and lower.
EFFECTIVE = ", ".join(
    [
        "products.id, products.store_id, products.sku, products.is_active, products.marketplace_product_id",
        "products.safety_stock, products.default_language, products.created_at, products.updated_at",
        *(f"COALESCE(products.{column}, mp.{column}) AS {column}" for column in INHERITED),
        "COALESCE(products.currency, mp.currency) AS currency",
        "COALESCE(products.price_minor, mp.price_minor) AS price_minor",
        (
            "CASE WHEN products.sale_price_minor IS NOT NULL THEN products.sale_price_minor"
            " WHEN products.currency IS NULL OR products.currency = mp.currency THEN mp.sale_price_minor"
            " END AS sale_price_minor"
        ),
        "mp.item_group_id, mp.availability AS marketplace_availability, mp.quantity AS marketplace_quantity",
        "COALESCE(mp.is_available, TRUE) AS is_available",
    ]
)
FROM = "products LEFT JOIN marketplace_products mp ON mp.id = products.marketplace_product_id"


@dataclass(frozen=True, slots=True)
class Adopted:
    """`skus_taken` are marketplace products left out because another product of the store has their SKU."""

    product_ids: tuple[int, ...]
    already: int
    skus_taken: tuple[str, ...]
    last_id: int | None  # of the marketplace products looked at; None: there were none left


async def adopt(
    db: Database, store_id: int, wanted: Where, *, after_id: int, limit: int, stock_from_catalog: bool, now: datetime
) -> Adopted:
    """Adopt up to `limit` marketplace products of the store's catalogs, in id order after `after_id`. Idempotent.

    `wanted` are conditions on `marketplace_products`. A lone product of the same SKU is joined to its marketplace
    product instead of being doubled. With `stock_from_catalog` the feed's quantity becomes the first level of a
    product that has none. Call again with `last_id` until it is None.
    """
    async with db.transaction() as tx:
        wanted.add("marketplace_products.id > {}", after_id)
        wanted.add("channels.store_id = {}", store_id)
        candidates = await tx.fetch(
            "SELECT marketplace_products.id, marketplace_products.marketplace_product_id AS sku,"
            " marketplace_products.quantity, products.id AS adopted, twin.id AS twin_id,"
            " twin.marketplace_product_id AS twin_of FROM marketplace_products"
            " JOIN catalogs ON catalogs.id = marketplace_products.catalog_id"
            " JOIN channels ON channels.id = catalogs.channel_id"
            " LEFT JOIN products ON products.store_id = channels.store_id"
            " AND products.marketplace_product_id = marketplace_products.id"
            " LEFT JOIN products twin ON twin.store_id = channels.store_id"
            " AND twin.sku = marketplace_products.marketplace_product_id"
            f"{wanted.sql()} ORDER BY marketplace_products.id LIMIT {limit:d}",
            *wanted.values,
        )
        fresh = [row for row in candidates if row["adopted"] is None and row["twin_id"] is None]
        joined = [row for row in candidates if row["adopted"] is None and row["twin_id"] and row["twin_of"] is None]
        taken = [row["sku"] for row in candidates if row["adopted"] is None and row["twin_of"] is not None]
        ids: list[int] = []
        if fresh:
            created = await tx.insert(
                "products",
                ("store_id", "marketplace_product_id", "sku", "is_active", "created_at", "updated_at"),
                [(store_id, row["id"], row["sku"], True, now, now) for row in fresh],
                suffix="RETURNING id, marketplace_product_id",
            )
            ids += [row["id"] for row in created]
            if stock_from_catalog:
                quantities = {row["id"]: row["quantity"] for row in fresh}
                await offers.first_stock(
                    tx,
                    store_id,
                    [
                        (row["id"], quantities[row["marketplace_product_id"]])
                        for row in created
                        if quantities[row["marketplace_product_id"]] is not None
                    ],
                    now,
                )
        for row in joined:
            await tx.execute(
                "UPDATE products SET marketplace_product_id = $1, updated_at = $2 WHERE id = $3",
                row["id"], now, row["twin_id"],
            )  # fmt: skip
            ids.append(row["twin_id"])
        await offers.create_for_products(tx, store_id, ids, now)
        already = sum(row["adopted"] is not None for row in candidates)
        return Adopted(tuple(ids), already, tuple(taken), candidates[-1]["id"] if candidates else None)


async def create_product(db: Database, store_id: int, sku: str, values: Mapping[str, Any], now: datetime) -> int:
    """Create a product that stands on no marketplace product. Raises Conflict where the SKU is taken."""
    if not sku.strip():
        raise Invalid(Code.REQUIRED, "A product needs a SKU.", "sku")
    _check(values)
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM products WHERE store_id = $1 AND sku = $2", store_id, sku):
            raise Conflict(Code.ALREADY_EXISTS, f"The store has a product with SKU {sku!r} already.", "sku")
        [row] = await tx.insert(
            "products",
            ("store_id", "sku", "is_active", *values, "created_at", "updated_at"),
            [(store_id, sku, True, *values.values(), now, now)],
            suffix="RETURNING id",
        )
        await offers.create_for_products(tx, store_id, [row["id"]], now)
        return int(row["id"])


async def update_product(db: Database, product_id: int, values: Mapping[str, Any], now: datetime) -> bool:
    """Set or clear (None) overrides and `is_active`; False when nothing moved. Keys are columns of `OVERRIDABLE`."""
    _check(values)
    async with db.transaction() as tx:
        row = await tx.fetch_one("SELECT * FROM products WHERE id = $1", product_id)
        if row is None:
            raise NotFound("such product", "product")
        changed = {column: value for column, value in values.items() if row[column] != value}
        if not changed:
            return False
        merged = {**row, **changed}
        if merged["price_minor"] is not None and merged["currency"] is None:
            raise Invalid(Code.REQUIRED, "A price needs its currency.", "currency")
        assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(changed, 1))
        await tx.execute(
            f"UPDATE products SET {assignments}, updated_at = ${len(changed) + 1} WHERE id = ${len(changed) + 2}",
            *changed.values(), now, product_id,
        )  # fmt: skip
        await offers.mark_products_different(tx, [product_id], now)
        return True


async def effective(source: Database | Tx, product_ids: Sequence[int]) -> list[Row]:
    """The products as their store means them: overrides over inherited values, in id order."""
    where = Where().among("products.id", product_ids)
    return await source.fetch(f"SELECT {EFFECTIVE} FROM {FROM}{where.sql()} ORDER BY products.id", *where.values)


def _check(values: Mapping[str, Any]) -> None:
    unknown = set(values) - {*OVERRIDABLE, "is_active"}
    if unknown:
        raise Invalid(Code.INVALID_VALUE, f"A product has no {', '.join(sorted(unknown))}.")
    for column in ("price_minor", "sale_price_minor", "safety_stock"):
        value = values.get(column)
        if value is not None and value < 0:
            raise Invalid(Code.INVALID_VALUE, "The value cannot be negative.", column.removesuffix("_minor"))
