"""Saying what became of orders that were answered at the channel before Orion watched it."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.order_actions import MoveOrderInput, OrderPayload, move_order
from orion_daemon.graphql.orders import Order
from orion_daemon.graphql.payloads import Payload, channel_target, mutates
from orion_daemon.graphql.rows import build_all
from orion_daemon.services import earlier_orders as service
from orion_daemon.services import listings


@strawberry.input
class MarkEarlierOrdersSentInput:
    store: str
    marketplace: str
    placed_before: datetime
    note: str = ""


@strawberry.type
class MarkEarlierOrdersSentPayload(Payload):
    orders: list[Order] = strawberry.field(default_factory=list, description="Those that were settled now.")
    has_more: bool = strawberry.field(default=False, description="There are more of them: ask again.")


@mutates("operator")
async def mark_earlier_order_sent(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    """Its goods left before Orion came: shipped, without a parcel. No stock moves, and the channel hears nothing."""
    return await move_order(ctx, wanted, service.mark_sent)


@mutates("operator")
async def reserve_earlier_order(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    """Its goods are still to be sent: they are reserved now. What is not there makes the line short."""
    return await move_order(ctx, wanted, service.reserve)


@mutates("operator")
async def mark_earlier_orders_sent(
    ctx: GatewayContext, wanted: MarkEarlierOrdersSentInput
) -> MarkEarlierOrdersSentPayload:
    """As markEarlierOrderSent, for all of a channel that were placed before a time; up to 500 at once."""
    channel = await channel_target(ctx, wanted.store, wanted.marketplace)
    done = await service.mark_all_sent(
        ctx.db, channel["id"], wanted.placed_before, actor=ctx.actor, now=ctx.now, note=wanted.note
    )
    rows = await listings.find(ctx.db, listings.ORDERS, done.orders, ctx.scope)
    return MarkEarlierOrdersSentPayload(orders=build_all(Order, rows), has_more=done.has_more)


MUTATIONS = [mark_earlier_order_sent, reserve_earlier_order, mark_earlier_orders_sent]
