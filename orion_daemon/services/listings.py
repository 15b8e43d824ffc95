"""The lists that people page through: for each noun its columns, its order, its filters, and whose rows they are.

Every read of the gateway goes through here with a `scope`: the one store a token may see, or None for all. The
condition is added by `Listing.where`, so a list, a look-up by id and the target of a change all obey it without
saying so. Filters are named conditions; a filter whose value is None is left out. Paging itself: `reading.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services import reading
from orion_daemon.services.offers import SHOWN_STATE
from orion_daemon.services.reading import Order, Page, Where

NEWEST = Order("id", descending=True)
OLDEST = Order("id", descending=False)


@dataclass(frozen=True, slots=True)
class Among:
    """The column equals one of the values given."""

    column: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A condition for True, another one for False."""

    yes: str
    no: str


Filter = str | Among | Flag


@dataclass(frozen=True, slots=True)
class Listing:
    """`of_store` says which rows belong to the store whose id stands for `{}`; in a filter `{}` is its value."""

    table: str
    of_store: str
    columns: str = ""
    order: Order = OLDEST
    filters: Mapping[str, Filter] = field(default_factory=dict)

    def where(self, scope: int | None, store: str | None = None, **filters: Any) -> Where:
        """`store` is a store's code. Raises KeyError for a filter that the list does not have."""
        where = Where()
        if scope is not None:
            where.add(self.of_store, scope)
        if store is not None:
            where.add(self.of_store.format("(SELECT id FROM stores WHERE code = {})"), store)
        for name, value in filters.items():
            found = self.filters[name]
            if value is None:
                continue
            if isinstance(found, Among):
                where.among(found.column, value)
            elif isinstance(found, Flag):
                where.add(found.yes if value else found.no)
            else:
                where.add(found, *[value] * found.count("{}"))
        return where

    @property
    def selected(self) -> str:
        return self.columns or f"{self.table}.*"


async def page(db: Database, listing: Listing, where: Where, first: int, after: str | None) -> Page:
    """A page of the list; `where` (of `Listing.where`) is left as it is. Raises Invalid for a foreign cursor."""
    narrowed = Where([*where.conditions], [*where.values])
    return await reading.page(db, listing.table, listing.selected, narrowed, listing.order, first, after)


async def count(db: Database, listing: Listing, where: Where) -> int:
    return await reading.count(db, listing.table, where)


async def find(db: Database, listing: Listing, ids: Sequence[int], scope: int | None = None) -> list[Row]:
    """The rows of these ids that the scope may see, in order of id."""
    rows: list[Row] = []
    for start in range(0, len(ids), 500):
        where = listing.where(scope).among(f"{listing.table}.id", ids[start : start + 500])
        rows += await db.fetch(
            f"SELECT {listing.selected} FROM {listing.table}{where.sql()} ORDER BY {listing.table}.id", *where.values
        )
    return rows


async def one(db: Database, listing: Listing, scope: int | None, store: str | None = None, **keys: Any) -> Row | None:
    """The row that a natural key names."""
    where = listing.where(scope, store, **keys)
    return await db.fetch_one(f"SELECT {listing.selected} FROM {listing.table}{where.sql()}", *where.values)


async def channels_of_catalogs(db: Database, catalog_ids: Sequence[int]) -> list[Row]:
    """Channels with the `catalog_id` they feed."""
    return await db.fetch(
        "SELECT channels.*, catalogs.id AS catalog_id FROM catalogs JOIN channels ON channels.id = catalogs.channel_id"
        " WHERE catalogs.id = ANY($1::bigint[]) ORDER BY catalogs.id",
        tuple(catalog_ids),
    )


def _through_channel(table: str) -> str:
    return f"{table}.channel_id IN (SELECT id FROM channels WHERE store_id = {{}})"


def _through_order(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM orders WHERE orders.id = {table}.order_id AND orders.store_id = {{}})"


def _marketplace(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM channels WHERE channels.id = {table}.channel_id AND channels.marketplace = {{}})"


STORES = Listing("stores", "stores.id = {}", filters={"active": Flag("stores.is_active", "NOT stores.is_active")})
CHANNELS = Listing(
    "channels",
    "channels.store_id = {}",
    filters={"marketplace": "channels.marketplace = {}"},
)
MARKETPLACE_PRODUCTS = Listing(
    "marketplace_products",
    "marketplace_products.catalog_id IN (SELECT catalogs.id FROM catalogs"
    " JOIN channels ON channels.id = catalogs.channel_id WHERE channels.store_id = {})",
    filters={
        "marketplace": "marketplace_products.catalog_id IN (SELECT id FROM catalogs WHERE marketplace = {})",
        "marketplace_product_id": "marketplace_products.marketplace_product_id = {}",
        "gtin": "marketplace_products.gtin = {}",
        "item_group_id": "marketplace_products.item_group_id = {}",
        "available": Flag("marketplace_products.is_available", "NOT marketplace_products.is_available"),
        "adopted": Flag(
            "EXISTS (SELECT 1 FROM products p WHERE p.marketplace_product_id = marketplace_products.id)",
            "NOT EXISTS (SELECT 1 FROM products p WHERE p.marketplace_product_id = marketplace_products.id)",
        ),
        "ids": Among("marketplace_products.id"),
    },
)
PRODUCTS = Listing(  # rows hold what the store wrote itself; what counts is `products.effective`
    "products",
    "products.store_id = {}",
    filters={
        "sku": "products.sku = {}",
        "gtin": "(products.gtin = {} OR products.marketplace_product_id IN"
        " (SELECT mp.id FROM marketplace_products mp WHERE mp.gtin = {}))",
        "active": Flag("products.is_active", "NOT products.is_active"),
        "adopted": Flag("products.marketplace_product_id IS NOT NULL", "products.marketplace_product_id IS NULL"),
    },
)
OFFERS = Listing(
    "offers",
    "offers.store_id = {}",
    f"offers.*, {SHOWN_STATE} AS state, (SELECT COALESCE(p.currency, mp.currency, s.currency) FROM products p"
    " JOIN stores s ON s.id = p.store_id LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id"
    " WHERE p.id = offers.product_id) AS currency",
    filters={
        "marketplace": _marketplace("offers"),
        "states": Among(SHOWN_STATE),
        "sku": "offers.channel_sku = {}",
    },
)
INVENTORY = Listing(
    "inventory_entries",
    "inventory_entries.store_id = {}",
    filters={
        "sku": "inventory_entries.product_id IN (SELECT id FROM products WHERE sku = {})",
        "location": "inventory_entries.location = {}",
        "sold_out": Flag(
            "inventory_entries.on_hand <= inventory_entries.reserved",
            "inventory_entries.on_hand > inventory_entries.reserved",
        ),
    },
)
INVENTORY_MOVEMENTS = Listing(
    "inventory_movements",
    "inventory_movements.store_id = {}",
    order=NEWEST,
    filters={
        "product_id": "inventory_movements.product_id = {}",
        "causes": Among("inventory_movements.cause"),
        "location": "inventory_movements.location = {}",
    },
)
INVENTORY_SYNC_LOGS = Listing(
    "inventory_sync_logs",
    _through_channel("inventory_sync_logs"),
    order=NEWEST,
    filters={"marketplace": _marketplace("inventory_sync_logs")},
)
FEED_PUBLICATIONS = Listing(
    "feed_publications",
    _through_channel("feed_publications"),
    filters={"marketplace": _marketplace("feed_publications")},
)
_EARLIER = "EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = orders.id AND i.earlier > 0)"
ORDERS = Listing(
    "orders",
    "orders.store_id = {}",
    order=NEWEST,
    filters={
        "marketplace": "orders.marketplace = {}",
        "channel_order_id": "orders.channel_order_id = {}",
        "number": "(orders.order_number = {} OR orders.channel_order_id = {})",
        "statuses": Among("orders.status"),
        "sync_statuses": Among("orders.sync_status"),
        "attention": Flag("orders.attention <> ''", "orders.attention = ''"),
        "customer_id": "orders.customer_id = {}",
        "earlier": Flag(_EARLIER, f"NOT {_EARLIER}"),
    },
)
ORDER_ITEMS = Listing(
    "order_items",
    _through_order("order_items"),
    "order_items.*, (SELECT currency FROM orders o WHERE o.id = order_items.order_id) AS currency",
    filters={
        "match_states": Among("order_items.match_state"),
        "marketplace": "EXISTS (SELECT 1 FROM orders o WHERE o.id = order_items.order_id AND o.marketplace = {})",
    },
)
ORDER_HISTORY_RUNS = Listing(
    "order_history_runs",
    _through_channel("order_history_runs"),
    order=NEWEST,
    filters={"marketplace": _marketplace("order_history_runs")},
)
SHIPMENTS = Listing(
    "shipments",
    _through_order("shipments"),
    order=NEWEST,
    filters={"sync_statuses": Among("shipments.sync_status"), "reference": "shipments.reference = {}"},
)
REFUNDS = Listing("refunds", _through_order("refunds"), order=NEWEST)
RECORD_PROBLEMS = Listing(
    "record_problems",
    "record_problems.store_id = {}",
    "record_problems.id, record_problems.store_id, record_problems.channel_id, record_problems.kind,"
    " record_problems.record_id, record_problems.code, record_problems.message, record_problems.first_seen_at,"
    " record_problems.last_seen_at, record_problems.times_seen, record_problems.resolved_at,"
    " record_problems.resolution",
    order=NEWEST,
    filters={
        "marketplace": _marketplace("record_problems"),
        "open": Flag("record_problems.resolved_at IS NULL", "record_problems.resolved_at IS NOT NULL"),
        "code": "record_problems.code = {}",
    },
)
CUSTOMERS = Listing(
    "customers",
    "customers.store_id = {}",
    "customers.id, customers.store_id, customers.marketplace, customers.created_at, customers.updated_at,"
    " customers.erased_at",
    order=NEWEST,
    filters={"marketplace": "customers.marketplace = {}"},
)
IMPORT_JOBS = Listing(
    "import_jobs",
    "import_jobs.store_id = {}",
    order=NEWEST,
    filters={
        "marketplace": _marketplace("import_jobs"),
        "states": Among("import_jobs.state"),
        "language": "import_jobs.language = {}",
    },
)
_OF_IMPORT = (
    "EXISTS (SELECT 1 FROM import_jobs WHERE import_jobs.id = {table}.import_job_id AND import_jobs.store_id = {{}})"
)
IMPORT_PROBLEMS = Listing(
    "import_problems",
    _OF_IMPORT.format(table="import_problems"),
    filters={"import_id": "import_problems.import_job_id = {}", "severities": Among("import_problems.severity")},
)
IMPORT_CHANGES = Listing(
    "import_changes",
    _OF_IMPORT.format(table="import_changes"),
    filters={"import_id": "import_changes.import_job_id = {}", "changes": Among("import_changes.change")},
)
JOBS = Listing(
    "jobs",
    "jobs.store_id = {}",
    order=NEWEST,
    filters={
        "states": Among("jobs.state"),
        "kinds": Among("jobs.kind"),
        "owner": "jobs.owner = {}",
        "lane": "jobs.lane = {}",
    },
)
SCHEDULED_JOBS = Listing(
    "scheduled_jobs",
    "(scheduled_jobs.store_id IS NULL OR scheduled_jobs.store_id = {})",
    filters={"enabled": Flag("scheduled_jobs.is_enabled", "NOT scheduled_jobs.is_enabled")},
)
API_TOKENS = Listing(
    "api_tokens",
    "api_tokens.store_id = {}",
    "api_tokens.id, api_tokens.name, api_tokens.role, api_tokens.store_id, api_tokens.prefix, api_tokens.created_at,"
    " api_tokens.expires_at, api_tokens.last_used_at, api_tokens.revoked_at",
    filters={"revoked": Flag("api_tokens.revoked_at IS NOT NULL", "api_tokens.revoked_at IS NULL")},
)
AUDIT_ENTRIES = Listing(
    "audit_entries",
    "audit_entries.store_id = {}",
    order=NEWEST,
    filters={"action": "audit_entries.action = {}", "subject": "audit_entries.subject = {}"},
)
