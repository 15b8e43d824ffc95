"""Parcels: what left the house, under which number, and whether the channel knows."""

from datetime import datetime

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.orders import Order, OrderItem, order_of
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.vocabulary import ShipmentSyncStatus
from orion_daemon.services import listings


@strawberry.type
class ShipmentItem:
    quantity: int
    row: strawberry.Private[Row]

    @resolved()
    async def order_item(self, info: Info) -> OrderItem:
        row = await info.context.loaders.order_items.load(self.row["order_item_id"])
        assert row is not None  # noqa: S101 - a foreign key holds it
        return build(OrderItem, row)


@strawberry.type(description="A parcel.")
class Shipment(Node):
    reference: str = strawberry.field(description="Ours; shipping twice with one reference is shipping once.")
    carrier: str
    tracking_number: str
    sync_status: ShipmentSyncStatus
    sync_error: str
    created_by: str
    shipped_at: datetime
    delivered_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @resolved()
    async def order(self, info: Info) -> Order:
        return await order_of(info, self.row["order_id"])

    @resolved()
    async def items(self, info: Info) -> list[ShipmentItem]:
        return build_all(ShipmentItem, await info.context.loaders.items_of_shipment.load(self.row["id"]))


@resolved(name="shipments")
async def list_shipments(
    info: Info,
    store: StoreCode = None,
    sync_statuses: list[ShipmentSyncStatus] | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Shipment]:
    ctx = info.context
    where = listings.SHIPMENTS.where(ctx.scope, store, sync_statuses=sync_statuses)
    return await connect(ctx, Shipment, listings.SHIPMENTS, where, first, after)


@resolved()
async def shipment(info: Info, reference: str) -> Shipment | None:
    row = await listings.one(info.context.db, listings.SHIPMENTS, info.context.scope, reference=reference)
    return build(Shipment, row) if row else None


QUERIES = [list_shipments, shipment]
