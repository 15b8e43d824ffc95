"""Refunds that the store makes: asked for here, and what became of them at the channel."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.order_actions import changed_order, order_target
from orion_daemon.graphql.orders import Order, order_of
from orion_daemon.graphql.payloads import Payload, mutates
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.scalars import Money, MoneyInput, minor_of
from orion_daemon.graphql.vocabulary import RefundReason, RefundState
from orion_daemon.services import listings
from orion_daemon.services import refunds as service


@strawberry.type(description="Money that the store asked the channel to pay back.")
class Refund(Node):
    reference: str = strawberry.field(description="Ours; asking twice with one reference is asking once.")
    amount: Money
    reason: RefundReason
    note: str = strawberry.field(description="For the buyer. Gone once the order is erased.")
    state: RefundState
    error: str
    channel_refund_id: str | None
    created_by: str
    created_at: datetime
    sent_at: datetime | None = strawberry.field(description="When it was known that the channel had taken it.")
    settled_at: datetime | None = strawberry.field(description="When the order at the channel first showed it paid.")
    updated_at: datetime

    @resolved()
    async def order(self, info: Info) -> Order:
        return await order_of(info, self.row["order_id"])


@strawberry.input
class RefundOrderInput:
    order_id: strawberry.ID
    reason: RefundReason
    amount: MoneyInput | None = strawberry.field(default=None, description="Null: all that is left.")
    note: str = strawberry.field(default="", description="For the buyer, up to 100 characters.")
    reference: str | None = strawberry.field(
        default=None,
        description="Yours or made up; asking twice with one reference is asking once. Give one: a repeated call"
        " without it asks for another refund.",
    )


@strawberry.type
class RefundOrderPayload(Payload):
    order: Order | None = None
    refund: Refund | None = None
    existed: bool = strawberry.field(default=False, description="This reference was asked for before.")


@mutates("operator")
async def refund_order(ctx: GatewayContext, wanted: RefundOrderInput) -> RefundOrderPayload:
    """Have the channel pay the buyer back, where it lets Orion (eBay). The order's status and what was refunded follow
    when the channel shows it."""
    order_id = await order_target(ctx, wanted.order_id)
    done = await service.ask(
        ctx.db,
        order_id,
        None if wanted.amount is None else minor_of(wanted.amount, "amount"),
        currency=None if wanted.amount is None else wanted.amount.currency,
        reason=wanted.reason,
        note=wanted.note,
        reference=f"orion-{ctx.parts.new_id()}" if wanted.reference is None else wanted.reference,
        actor=ctx.actor,
        now=ctx.now,
    )
    [row] = await listings.find(ctx.db, listings.REFUNDS, [done.refund_id], ctx.scope)
    return RefundOrderPayload(order=await changed_order(ctx, order_id), refund=build(Refund, row), existed=done.existed)


MUTATIONS = [refund_order]
