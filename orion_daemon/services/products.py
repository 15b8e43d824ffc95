"""The store's own catalog: adopting marketplace products and saying what differs.

A product inherits every field of its marketplace product that the store left empty; an override is a value in the
product's own column, and clearing it inherits again. Whatever may change what a channel should show marks the
product's offers as different (`services/offers.py`), and whatever gives a product a name lets order lines that waited
for it find it (`services/late_matching.py`), in the same transaction. Texts: `services/translations.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import gtin
from orion_daemon.domain.catalog import PRICES
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.domain.products import key_problem
from orion_daemon.services import key_sources, offers, supply_texts
from orion_daemon.services.effective import EFFECTIVE, FROM, INHERITED
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from orion_daemon.services.late_matching import match_new_products
from orion_daemon.services.reading import Where

OVERRIDABLE = (*INHERITED, *sorted(PRICES, key=lambda column: column != "currency"), "default_language", "safety_stock")


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
    product instead of being doubled; where two catalogs have the same SKU, the product read first gets it. What a
    supplier sells gets its keys from the store's pool and then from there (`key_sources.py`). With
    `stock_from_catalog` the feed's quantity becomes the first level of a new product. Call again with `last_id` until
    it is None.
    """
    async with db.transaction() as tx:
        where = Where([*wanted.conditions], [*wanted.values])
        where.add("marketplace_products.id > {}", after_id).add("channels.store_id = {}", store_id)
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
            f"{where.sql()} ORDER BY marketplace_products.id LIMIT {limit:d}",
            *where.values,
        )
        fresh, joined, taken = _sorted_out(candidates)
        ids: list[int] = []
        if fresh:
            created = await tx.insert(
                "products",
                ("store_id", "marketplace_product_id", "sku", "is_active", "created_at", "updated_at"),
                [(store_id, row["id"], row["sku"], True, now, now) for row in fresh],
                suffix="ON CONFLICT DO NOTHING RETURNING id, marketplace_product_id",  # somebody adopts the same now
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
        await key_sources.adopted(tx, ids, now)
        await match_new_products(tx, store_id, ids, now)
        await offers.create_for_products(tx, store_id, ids, now)
        await offers.mark_products_different(tx, [row["twin_id"] for row in joined], now)
        await supply_texts.ask_for_texts(tx, [row["id"] for row in (*fresh, *joined)], now)
        already = sum(row["adopted"] is not None for row in candidates)
        return Adopted(tuple(ids), already, tuple(taken), candidates[-1]["id"] if candidates else None)


def _sorted_out(candidates: Sequence[Row]) -> tuple[list[Row], list[Row], list[str]]:
    """New ones, those to be joined to a lone product, and the SKUs of those that find theirs taken."""
    fresh: list[Row] = []
    joined: list[Row] = []
    taken: list[str] = []
    used: set[str] = set()
    for row in candidates:
        if row["adopted"] is not None:
            continue
        if row["twin_of"] is not None or row["sku"] in used:
            taken.append(row["sku"])
            continue
        used.add(row["sku"])
        (fresh if row["twin_id"] is None else joined).append(row)
    return fresh, joined, taken


async def create_product(db: Database, store_id: int, sku: str, values: Mapping[str, Any], now: datetime) -> int:
    """Create a product that stands on no marketplace product. Raises NotFound, Invalid, Conflict where the SKU is
    taken."""
    trouble = key_problem("sku", sku.strip())
    if trouble is not None:
        raise Invalid(Code.REQUIRED if not sku.strip() else Code.INVALID_VALUE, f"The SKU {trouble.message}.", "sku")
    sku = sku.strip()
    values = {"is_active": True} | dict(values)
    _check(values, values)
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM stores WHERE id = $1", store_id) is None:
            raise NotFound("such store", "store")
        if await tx.fetch_one("SELECT id FROM products WHERE store_id = $1 AND sku = $2", store_id, sku):
            raise Conflict(Code.ALREADY_EXISTS, f"The store has a product with SKU {sku!r} already.", "sku")
        [row] = await tx.insert(
            "products",
            ("store_id", "sku", *values, "created_at", "updated_at"),
            [(store_id, sku, *values.values(), now, now)],
            suffix="RETURNING id",
        )
        await match_new_products(tx, store_id, [row["id"]], now)
        await offers.create_for_products(tx, store_id, [row["id"]], now)
        return int(row["id"])


async def update_product(db: Database, product_id: int, values: Mapping[str, Any], now: datetime) -> bool:
    """Set or clear (None) overrides and `is_active`; False when nothing moved. Keys are columns of `OVERRIDABLE`.

    Raises NotFound, Invalid for a value that no channel could show, and Refused for a price beside a markup.
    """
    async with db.transaction() as tx:
        row = await tx.fetch_one("SELECT * FROM products WHERE id = $1 FOR NO KEY UPDATE", product_id)
        if row is None:
            raise NotFound("such product", "product")
        _check(values, {**row, **values})
        changed = {column: value for column, value in values.items() if row[column] != value}
        if not changed:
            return False
        if {"price_minor", "currency"} & changed.keys() or changed.get("sale_price_minor") is not None:
            await _refuse_price_of_markup(tx, product_id)
        assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(changed, 1))
        await tx.execute(
            f"UPDATE products SET {assignments}, updated_at = ${len(changed) + 1} WHERE id = ${len(changed) + 2}",
            *changed.values(), now, product_id,
        )  # fmt: skip
        if "gtin" in changed:
            await match_new_products(tx, row["store_id"], [product_id], now)
        await offers.mark_products_different(tx, [product_id], now)
        return True


async def _refuse_price_of_markup(tx: Tx, product_id: int) -> None:
    if await tx.fetch_one("SELECT id FROM product_markups WHERE product_id = $1", product_id) is not None:
        text = "The price is made of what the product costs: change its markup, or remove it first."
        raise Refused(Code.PRICE_BY_MARKUP, text, "price")


async def effective(source: Database | Tx, product_ids: Sequence[int]) -> list[Row]:
    """The products as their store means them: overrides over inherited values, in id order."""
    where = Where().among("products.id", product_ids)
    return await source.fetch(f"SELECT {EFFECTIVE} FROM {FROM}{where.sql()} ORDER BY products.id", *where.values)


def _check(values: Mapping[str, Any], merged: Mapping[str, Any]) -> None:
    """`merged` is the product as it would be stored."""
    unknown = set(values) - {*OVERRIDABLE, "is_active"}
    if unknown:
        raise Invalid(Code.INVALID_VALUE, f"A product has no {', '.join(sorted(unknown))}.")
    if values.get("is_active", True) is None:
        raise Invalid(Code.REQUIRED, "A product is active or it is not.", "is_active")
    for column in ("price_minor", "sale_price_minor", "safety_stock"):
        value = values.get(column)
        if value is not None and value < 0:
            raise Invalid(Code.INVALID_VALUE, "The value cannot be negative.", column.removesuffix("_minor"))
    currency = values.get("currency")
    if currency is not None and currency not in EXPONENTS:
        raise Invalid(Code.INVALID_VALUE, f"{currency!r} is not a currency code of ISO 4217.", "currency")
    price, sale = merged.get("price_minor"), merged.get("sale_price_minor")
    if price is not None and merged.get("currency") is None:
        raise Invalid(Code.REQUIRED, "A price needs its currency.", "currency")
    if price is not None and sale is not None and sale >= price:
        raise Invalid(Code.INVALID_VALUE, "A sale price is lower than the price.", "sale_price")
    begin, end = merged.get("sale_from_at"), merged.get("sale_until_at")
    if begin is not None and end is not None and begin >= end:
        raise Invalid(Code.INVALID_VALUE, "A sale ends after it has begun.", "sale_until_at")
    number = values.get("gtin")
    if number is not None and not gtin.is_valid(number):
        raise Invalid(Code.INVALID_VALUE, f"{number!r} is not a GTIN with a correct check digit.", "gtin")
