"""Stock: levels, the ledger behind them, and what was told to the channels."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.products import Product, product_of
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.stores import Channel, channel_of
from orion_daemon.graphql.vocabulary import MovementCause, SyncLogState
from orion_daemon.services import inventory, listings


@strawberry.type(description="What lies at a location. `available` is what nobody has reserved.")
class InventoryLevel(Node):
    location: str
    on_hand: int
    reserved: int
    updated_at: datetime

    @resolved()
    def available(self) -> int:
        return max(0, self.on_hand - self.reserved)

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["product_id"])


@strawberry.type(description="A row of the ledger; levels are the sums of such rows.")
class InventoryMovement(Node):
    location: str
    on_hand_delta: int
    reserved_delta: int
    cause: MovementCause
    actor: str
    note: str
    created_at: datetime

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["product_id"])


@strawberry.type(description="One push, publication or read-back of levels.")
class InventorySyncLog(Node):
    kind: str
    state: SyncLogState
    offers: int
    sent: int
    confirmed: int
    failed: int
    paused: int
    error: str
    started_at: datetime
    finished_at: datetime | None

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])


@resolved(name="inventory", description="Levels; a product that is sold without stock has none.")
async def list_inventory(
    info: Info,
    store: StoreCode = None,
    sku: str | None = None,
    location: str | None = None,
    sold_out: bool | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[InventoryLevel]:
    ctx = info.context
    where = listings.INVENTORY.where(ctx.scope, store, sku=sku, location=location, sold_out=sold_out)
    return await connect(ctx, InventoryLevel, listings.INVENTORY, where, first, after)


@resolved()
async def inventory_movements(
    info: Info,
    store: StoreCode = None,
    product_id: strawberry.ID | None = None,
    causes: list[MovementCause] | None = None,
    location: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[InventoryMovement]:
    ctx = info.context
    number = None
    if product_id is not None:
        number = (await target(ctx, listings.PRODUCTS, "Product", product_id, "productId"))["id"]
    where = listings.INVENTORY_MOVEMENTS.where(ctx.scope, store, product_id=number, causes=causes, location=location)
    return await connect(ctx, InventoryMovement, listings.INVENTORY_MOVEMENTS, where, first, after)


@resolved()
async def inventory_sync_logs(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[InventorySyncLog]:
    ctx = info.context
    where = listings.INVENTORY_SYNC_LOGS.where(ctx.scope, store, marketplace=marketplace)
    return await connect(ctx, InventorySyncLog, listings.INVENTORY_SYNC_LOGS, where, first, after)


@strawberry.input(description="Give either `delta` or `setTo`.")
class AdjustStockInput:
    product_id: strawberry.ID
    delta: int | None = None
    set_to: int | None = None
    location: str = inventory.MAIN
    note: str = ""


@strawberry.input(description="Put pieces of a returned line back on the shelf.")
class TakeBackStockInput:
    order_item_id: strawberry.ID
    quantity: int
    location: str = inventory.MAIN
    note: str = ""


@strawberry.type
class StockPayload(Payload):
    level: InventoryLevel | None = None


@mutates("operator")
async def adjust_stock(ctx: GatewayContext, wanted: AdjustStockInput) -> StockPayload:
    """Move what is on hand, or say what was counted. The first adjustment makes it a product sold from stock."""
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    level = await inventory.adjust(
        ctx.db,
        row["id"],
        actor=ctx.actor,
        now=ctx.now,
        delta=wanted.delta,
        set_to=wanted.set_to,
        location=wanted.location,
        note=wanted.note,
    )
    return await _payload(ctx, level)


@mutates("operator")
async def take_back_stock(ctx: GatewayContext, wanted: TakeBackStockInput) -> StockPayload:
    """Only ever by somebody's decision: a return does not refill the shelf by itself."""
    row = await target(ctx, listings.ORDER_ITEMS, "OrderItem", wanted.order_item_id, "orderItemId")
    level = await inventory.take_back(
        ctx.db, row["id"], wanted.quantity, actor=ctx.actor, now=ctx.now, location=wanted.location, note=wanted.note
    )
    return await _payload(ctx, level)


async def _payload(ctx: GatewayContext, level: inventory.StockLevel) -> StockPayload:
    rows = await ctx.loaders.levels_of_product.load(level.product_id)
    return StockPayload(level=next(build(InventoryLevel, row) for row in rows if row["location"] == level.location))


QUERIES = [list_inventory, inventory_movements, inventory_sync_logs]
MUTATIONS = [adjust_stock, take_back_stock]
