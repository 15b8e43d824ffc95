"""What people see of keys: lists of keys, units, purchases and supplier accounts, a product's sources and its pool.

Rows hold no code: `digest` gives a key its handle, and the sealed code itself is not read here. Scopes and filters are
those of every list (`listings.py`); codes in the clear: `key_reveals.py`.
"""

from collections.abc import Sequence

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services.listings import NEWEST, OLDEST, Among, Listing

_KEY_COLUMNS = (
    "id", "store_id", "product_id", "kind", "state", "digest", "purchase_id", "unit_id", "cost_minor", "currency",
    "added_by", "note", "created_at", "claimed_at", "delivered_at", "updated_at",
)  # fmt: skip
_ITEM = "(SELECT i.{column} FROM order_items i WHERE i.id = {table}.order_item_id)"
_OF_STORE = (
    "EXISTS (SELECT 1 FROM order_items i JOIN orders o ON o.id = i.order_id"
    " WHERE i.id = {table}.order_item_id AND o.store_id = {{}})"
)
_OF_ORDER = "{table}.order_item_id IN (SELECT i.id FROM order_items i WHERE i.order_id = {{}})"
_OF_PRODUCT = "{table}.order_item_id IN (SELECT i.id FROM order_items i WHERE i.product_id = {{}})"

KEYS = Listing(
    "keys",
    "keys.store_id = {}",
    ", ".join(f"keys.{column}" for column in _KEY_COLUMNS)
    + ", CASE WHEN keys.secret_sealed IS NULL THEN FALSE ELSE TRUE END AS has_code",
    order=NEWEST,
    filters={
        "product_id": "keys.product_id = {}",
        "states": Among("keys.state"),
        "order_id": "keys.unit_id IN (SELECT u.id FROM key_units u JOIN order_items i ON i.id = u.order_item_id"
        " WHERE i.order_id = {})",
        "purchase_id": "keys.purchase_id = {}",
    },
)
KEY_UNITS = Listing(
    "key_units",
    _OF_STORE.format(table="key_units"),
    f"key_units.*, {_ITEM.format(column='order_id', table='key_units')} AS order_id",
    order=NEWEST,
    filters={
        "states": Among("key_units.state"),
        "hold_code": "key_units.hold_code = {}",
        "order_id": _OF_ORDER.format(table="key_units"),
        "product_id": _OF_PRODUCT.format(table="key_units"),
        "purchase_id": "key_units.purchase_id = {}",
    },
)
KEY_PURCHASES = Listing(
    "key_purchases",
    _OF_STORE.format(table="key_purchases"),
    "key_purchases.*, (SELECT a.id FROM supplier_accounts a WHERE a.channel_id = key_purchases.channel_id)"
    " AS account_id",
    order=NEWEST,
    filters={
        "states": Among("key_purchases.state"),
        "order_id": _OF_ORDER.format(table="key_purchases"),
        "product_id": _OF_PRODUCT.format(table="key_purchases"),
        "supplier": "key_purchases.channel_id IN (SELECT id FROM channels WHERE marketplace = {})",
        "reference": "key_purchases.reference = {}",
    },
)
SUPPLIER_ACCOUNTS = Listing(
    "supplier_accounts",
    "supplier_accounts.channel_id IN (SELECT id FROM channels WHERE store_id = {})",
    "supplier_accounts.*, (SELECT c.marketplace FROM channels c WHERE c.id = supplier_accounts.channel_id) AS name,"
    " (SELECT c.store_id FROM channels c WHERE c.id = supplier_accounts.channel_id) AS store_id",
    order=OLDEST,
    filters={
        "buying_states": Among("supplier_accounts.buying_state"),
        "channel_id": "supplier_accounts.channel_id = {}",
    },
)
KEY_DELIVERIES = Listing(
    "key_deliveries",
    "EXISTS (SELECT 1 FROM orders o WHERE o.id = key_deliveries.order_id AND o.store_id = {})",
    order=NEWEST,
    filters={"states": Among("key_deliveries.state"), "order_id": "key_deliveries.order_id = {}"},
)
_UNITS_OF_ORDERS = (
    f"SELECT {KEY_UNITS.columns} FROM key_units JOIN order_items oi ON oi.id = key_units.order_item_id"
    " WHERE oi.order_id = ANY($1::bigint[]) ORDER BY key_units.order_item_id, key_units.number"
)
_SOURCES = """
SELECT s.*, a.id AS account_id FROM product_sources s LEFT JOIN supplier_accounts a ON a.channel_id = s.channel_id
WHERE s.product_id = ANY($1::bigint[]) ORDER BY s.product_id, s.position
"""
_POOLS = """
SELECT product_id, state, count(*) AS n FROM keys WHERE product_id = ANY($1::bigint[]) GROUP BY product_id, state
"""
_MISSING = """
SELECT k.channel_id AS id, count(*) AS missing FROM catalogs k JOIN marketplace_products p ON p.catalog_id = k.id
WHERE k.channel_id = ANY($1::bigint[]) AND p.missing_at IS NOT NULL AND p.is_available GROUP BY k.channel_id
"""


async def missing_of_accounts(db: Database, channel_ids: Sequence[int]) -> list[Row]:
    """How many products (`missing`) wait for a person because a supplier's whole list did not show them, by channel."""
    return await db.fetch(_MISSING, tuple(channel_ids))


async def units_of_orders(db: Database, order_ids: Sequence[int]) -> list[Row]:
    return await db.fetch(_UNITS_OF_ORDERS, tuple(order_ids))


async def sources_of_products(db: Database, product_ids: Sequence[int]) -> list[Row]:
    """In their order, with the `account_id` of suppliers; a product without sources has none here."""
    return await db.fetch(_SOURCES, tuple(product_ids))


async def pools_of_products(db: Database, product_ids: Sequence[int]) -> list[Row]:
    """How many keys each product has in each state, whoever they came from: one row a product, also without any."""
    found = {
        number: {"id": number, "free": 0, "claimed": 0, "awaited": 0, "delivered": 0, "bad": 0}
        for number in product_ids
    }
    for row in await db.fetch(_POOLS, tuple(product_ids)):
        found[row["product_id"]][row["state"]] += row["n"]
    return list(found.values())
