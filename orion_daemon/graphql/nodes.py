"""Any object by its global id. What the token may not see is not there."""

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql import ids
from orion_daemon.graphql.access import ApiToken, AuditEntry
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.customers import Customer
from orion_daemon.graphql.deliveries import KeyDelivery
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.imports import ImportChange, ImportJob, ImportProblem
from orion_daemon.graphql.inventory import InventoryLevel, InventoryMovement, InventorySyncLog
from orion_daemon.graphql.jobs import Job
from orion_daemon.graphql.keys import Key, KeyPurchase, KeyUnit
from orion_daemon.graphql.marketplace_products import MarketplaceProduct
from orion_daemon.graphql.offers import FeedPublication, Offer
from orion_daemon.graphql.orders import Order, OrderHistoryRun, OrderItem
from orion_daemon.graphql.products import Product
from orion_daemon.graphql.record_problems import RecordProblem
from orion_daemon.graphql.refunds import Refund
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.schedule import ScheduledJob
from orion_daemon.graphql.shipments import Shipment
from orion_daemon.graphql.stores import Channel, Store
from orion_daemon.graphql.supply import SupplierAccount
from orion_daemon.services import key_listings, listings, products
from orion_daemon.services.listings import Listing

NODES: dict[type[Node], Listing] = {
    Store: listings.STORES,
    Channel: listings.CHANNELS,
    MarketplaceProduct: listings.MARKETPLACE_PRODUCTS,
    Product: listings.PRODUCTS,
    Offer: listings.OFFERS,
    FeedPublication: listings.FEED_PUBLICATIONS,
    InventoryLevel: listings.INVENTORY,
    InventoryMovement: listings.INVENTORY_MOVEMENTS,
    InventorySyncLog: listings.INVENTORY_SYNC_LOGS,
    Customer: listings.CUSTOMERS,
    Order: listings.ORDERS,
    OrderItem: listings.ORDER_ITEMS,
    OrderHistoryRun: listings.ORDER_HISTORY_RUNS,
    Shipment: listings.SHIPMENTS,
    Refund: listings.REFUNDS,
    Key: key_listings.KEYS,
    KeyUnit: key_listings.KEY_UNITS,
    KeyPurchase: key_listings.KEY_PURCHASES,
    KeyDelivery: key_listings.KEY_DELIVERIES,
    SupplierAccount: key_listings.SUPPLIER_ACCOUNTS,
    RecordProblem: listings.RECORD_PROBLEMS,
    ImportJob: listings.IMPORT_JOBS,
    ImportProblem: listings.IMPORT_PROBLEMS,
    ImportChange: listings.IMPORT_CHANGES,
    Job: listings.JOBS,
    ScheduledJob: listings.SCHEDULED_JOBS,
    ApiToken: listings.API_TOKENS,
    AuditEntry: listings.AUDIT_ENTRIES,
}
NEEDS = {ApiToken: "admin", AuditEntry: "admin"}
_BY_NAME = {cls.__name__: cls for cls in NODES}


@resolved(description="The object of this id; null when it is not there or not yours to see.")
async def node(info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - Relay's name
    found = ids.parse(id)
    cls = _BY_NAME.get(found[0]) if found else None
    if found is None or cls is None:
        return None
    ctx = info.context
    if cls in NEEDS:
        ctx.needs(NEEDS[cls])
    row = await _row(ctx, cls, found[1])
    return build(cls, row) if row else None


async def _row(ctx: GatewayContext, cls: type[Node], number: int) -> Row | None:
    rows = await listings.find(ctx.db, NODES[cls], [number], ctx.scope)
    if rows and cls is Product:
        rows = await products.effective(ctx.db, [number])
    return rows[0] if rows else None


QUERIES = [node]
