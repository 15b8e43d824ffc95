"""Where the keys of a product come from: the store's own pool, and accounts at suppliers, in an order of their own.

A product without sources has the pool alone, and is sold as if there were always enough until keys are brought for it.
One that was adopted from a supplier's catalog has the pool and that supplier. Units count how many sources they have
passed, so a changed list sends those that still wait through it from its beginning; what is being bought goes on where
it is. Who asks the sources: `key_units.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import Hold, UnitState
from orion_daemon.services import access, key_levels, key_units, markups
from orion_daemon.services.errors import Code, Invalid, NotFound

MOST = 10
_COLUMNS = ("product_id", "position", "channel_id", "supplier_product_id", "low_water", "created_at")
_STANDS_ON_SUPPLIER = """
SELECT p.id, c.channel_id, mp.marketplace_product_id AS supplier_product_id FROM products p
JOIN marketplace_products mp ON mp.id = p.marketplace_product_id JOIN catalogs c ON c.id = mp.catalog_id
JOIN channels ch ON ch.id = c.channel_id AND ch.is_supplier
WHERE p.id = ANY($1::bigint[]) AND NOT EXISTS (SELECT 1 FROM product_sources s WHERE s.product_id = p.id)
ORDER BY p.id
"""
_WITHOUT = """
SELECT p.id FROM products p WHERE p.id = ANY($1::bigint[])
  AND NOT EXISTS (SELECT 1 FROM product_sources s WHERE s.product_id = p.id) ORDER BY p.id
"""
_PRODUCT = """
SELECT p.id, p.store_id, p.sku, mp.marketplace_product_id, c.channel_id FROM products p
LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
LEFT JOIN catalogs c ON c.id = mp.catalog_id WHERE p.id = $1
"""
_LISTED = """
SELECT mp.id FROM marketplace_products mp JOIN catalogs c ON c.id = mp.catalog_id
WHERE c.channel_id = $1 AND mp.marketplace_product_id = $2
"""
_OPEN_UNITS = """
SELECT u.id, u.order_item_id, u.state, u.source, u.hold_code, u.key_id, p.channel_id, i.order_id
FROM key_units u JOIN order_items i ON i.id = u.order_item_id LEFT JOIN key_purchases p ON p.id = u.purchase_id
WHERE i.product_id = $1 AND u.state IN ('owed', 'held', 'buying', 'unknown') ORDER BY u.id
"""


@dataclass(frozen=True, slots=True)
class WantedSource:
    """`channel_id` None: the store's own pool, which alone has a `low_water`: fewer free keys raise an alert. The
    supplier's id of the product may be left out where the product was adopted from its catalog."""

    channel_id: int | None
    supplier_product_id: str = ""
    low_water: int | None = None


async def adopted(tx: Tx, product_ids: Sequence[int], now: datetime) -> None:
    """Products that stand on what a supplier sells, and have no sources yet, get the pool and that supplier."""
    rows = await tx.fetch(_STANDS_ON_SUPPLIER, tuple(product_ids)) if product_ids else []
    sources = []
    for row in rows:
        sources.append((row["id"], 0, None, "", None, now))
        sources.append((row["id"], 1, row["channel_id"], row["supplier_product_id"], None, now))
    await tx.insert("product_sources", _COLUMNS, sources, suffix="ON CONFLICT DO NOTHING")


async def pool_is_used(tx: Tx, product_ids: Sequence[int], now: datetime) -> None:
    """Keys of a store's own make a product without sources one that is sold from the pool, and no more than is there.
    Sources that a person has chosen stay as they are."""
    await adopted(tx, product_ids, now)
    rows = await tx.fetch(_WITHOUT, tuple(product_ids)) if product_ids else []
    pools = [(row["id"], 0, None, "", None, now) for row in rows]
    await tx.insert("product_sources", _COLUMNS, pools, suffix="ON CONFLICT DO NOTHING")


async def set_sources(
    db: Database, product_id: int, sources: Sequence[WantedSource], *, actor: str, now: datetime
) -> bool:
    """Give a product these sources in this order; False where it has them already. Units that wait for an order's key
    ask them from the first on, also those that were held because no source was left.

    Raises NotFound, and Invalid for a list that cannot be: empty, a source twice, an account of another store or that
    is no supplier, a product that the supplier does not list.
    """
    async with db.transaction() as tx:
        product = await tx.fetch_one(_PRODUCT, product_id)
        if product is None:
            raise NotFound("such product", "productId")
        wanted = [await _checked(tx, product, place, source) for place, source in enumerate(sources)]
        _check_list(wanted)
        before = await tx.fetch(_OPEN_UNITS, product_id)
        await key_units.lock_orders(tx, {unit["order_id"] for unit in before})
        await tx.fetch("SELECT id FROM products WHERE id = $1 FOR NO KEY UPDATE", product_id)
        rows = await tx.fetch("SELECT * FROM product_sources WHERE product_id = $1 ORDER BY position", product_id)
        known = [WantedSource(row["channel_id"], row["supplier_product_id"], row["low_water"]) for row in rows]
        if known == wanted:
            return False
        await tx.execute("DELETE FROM product_sources WHERE product_id = $1", product_id)
        await tx.insert(
            "product_sources",
            _COLUMNS,
            [
                (product_id, place, one.channel_id, one.supplier_product_id, one.low_water, now)
                for place, one in enumerate(wanted)
            ],
        )
        detail = {
            "sku": product["sku"],
            "sources": ["pool" if one.channel_id is None else one.channel_id for one in wanted],
        }
        await access.audit(tx, actor, "keys.sources", f"product:{product_id}", detail, product["store_id"], now)
        await _ask_anew(tx, product_id, [one.channel_id for one in wanted], now)
        await markups.reprice(tx, [product_id], now)
        await key_levels.changed(tx, [product_id], now)
        return True


async def _checked(tx: Tx, product: Row, place: int, source: WantedSource) -> WantedSource:
    field = f"sources.{place}"
    if source.channel_id is None:
        if source.low_water is not None and not 0 <= source.low_water <= 1_000_000:
            raise Invalid(Code.INVALID_VALUE, "A low-water mark lies between 0 and 1000000.", f"{field}.lowWater")
        return WantedSource(None, "", source.low_water)
    channel = await tx.fetch_one(
        "SELECT c.store_id, c.is_supplier, a.catalog_full_at FROM channels c"
        " LEFT JOIN supplier_accounts a ON a.channel_id = c.id WHERE c.id = $1",
        source.channel_id,
    )
    if channel is None or channel["store_id"] != product["store_id"] or not channel["is_supplier"]:
        raise NotFound("supplier account of this store", f"{field}.supplier")
    if source.low_water is not None:
        raise Invalid(Code.INVALID_VALUE, "Only the pool has a low-water mark.", f"{field}.lowWater")
    named = source.supplier_product_id.strip()
    if not named and product["channel_id"] == source.channel_id:
        named = product["marketplace_product_id"]
    if not 0 < len(named) <= 255:
        raise Invalid(Code.REQUIRED, "Name the product as the supplier does.", f"{field}.supplierProductId")
    if channel["catalog_full_at"] is not None and await tx.fetch_one(_LISTED, source.channel_id, named) is None:
        raise Invalid(
            Code.INVALID_VALUE, f"The supplier lists no product {named[:80]!r}.", f"{field}.supplierProductId"
        )
    return WantedSource(source.channel_id, named)


def _check_list(sources: Sequence[WantedSource]) -> None:
    if not 0 < len(sources) <= MOST:
        raise Invalid(Code.INVALID_VALUE, f"A product has 1 to {MOST} sources.", "sources")
    channels = [source.channel_id for source in sources]
    if len(set(channels)) != len(channels):
        raise Invalid(Code.INVALID_VALUE, "Name the pool once, and each supplier account once.", "sources")


async def _ask_anew(tx: Tx, product_id: int, channels: Sequence[int | None], now: datetime) -> None:
    """A unit under way stays at its account's new place; behind an account that is gone it begins at the first."""
    units = await tx.fetch(f"{_OPEN_UNITS} FOR UPDATE OF u", product_id)
    places = {channel_id: place for place, channel_id in enumerate(channels) if channel_id is not None}
    under_way = [
        (unit["id"], places.get(unit["channel_id"], -1), now)
        for unit in units
        if unit["state"] in (UnitState.BUYING, UnitState.UNKNOWN)
    ]
    waiting = [
        unit["id"]
        for unit in units
        if unit["state"] == UnitState.OWED or (unit["hold_code"] == Hold.NO_SOURCE and unit["key_id"] is None)
    ]
    await tx.execute_many("UPDATE key_units SET source = $2, updated_at = $3 WHERE id = $1", under_way)
    await tx.execute(
        "UPDATE key_units SET state = 'owed', source = 0, hold_code = '', hold_reason = '', updated_at = $2"
        " WHERE id = ANY($1::bigint[])",
        tuple(waiting), now,
    )  # fmt: skip
    await key_units.allocate(tx, sorted({unit["order_item_id"] for unit in units}), now)
    await key_units.settle(tx, {unit["order_id"] for unit in units}, now)
