"""What people do with orders: answer, move on, ship, cancel, say what a line is.

Each is one call of a service, which is one transaction: rows, history, stock and the job that tells the channel.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import strawberry

from orion_daemon.graphql import ids
from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.orders import Order, OrderItem
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.rows import build, build_all
from orion_daemon.graphql.shipments import Shipment
from orion_daemon.services import fulfillment, listings, order_matching
from orion_daemon.services import orders as service
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.order_work import OrderState


@strawberry.input(description="A number of pieces, the ids of units, or (neither) all of the line nobody answered yet.")
class AnswerLine:
    order_item_id: strawberry.ID
    quantity: int | None = None
    unit_ids: list[str] | None = None


@strawberry.input
class AnswerOrderItemsInput:
    order_id: strawberry.ID
    lines: list[AnswerLine] | None = strawberry.field(default=None, description="Null: everything unanswered.")


@strawberry.input
class MoveOrderInput:
    order_id: strawberry.ID
    note: str = ""


@strawberry.input
class ShipLine:
    order_item_id: strawberry.ID
    quantity: int


@strawberry.input
class ShipOrderInput:
    order_id: strawberry.ID
    lines: list[ShipLine] | None = strawberry.field(default=None, description="Null: all that is confirmed and here.")
    carrier: str = ""
    tracking_number: str = ""
    reference: str | None = strawberry.field(
        default=None, description="Yours or made up; shipping twice with one reference is shipping once."
    )
    shipped_at: datetime | None = strawberry.field(default=None, description="Null: now.")


@strawberry.input
class CorrectShipmentInput:
    shipment_id: strawberry.ID
    carrier: str
    tracking_number: str


@strawberry.input
class MarkShipmentDeliveredInput:
    shipment_id: strawberry.ID
    delivered_at: datetime | None = strawberry.field(default=None, description="Null: now.")
    note: str = ""


@strawberry.input
class ClearOrderAttentionInput:
    order_id: strawberry.ID
    code: str | None = strawberry.field(default=None, description="One notice; null: all.")


@strawberry.input
class AnswerUnmatchedItemInput:
    order_item_id: strawberry.ID
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="Null: the article is deliberately not one of ours."
    )
    remember: bool = strawberry.field(default=True, description="For every line of the same article, now and later.")


@strawberry.type
class OrderPayload(Payload):
    order: Order | None = None


@strawberry.type
class ShipOrderPayload(Payload):
    order: Order | None = None
    shipment: Shipment | None = None
    existed: bool = strawberry.field(default=False, description="This reference was shipped before.")


@strawberry.type
class CorrectShipmentPayload(Payload):
    order: Order | None = None
    shipment: Shipment | None = None


@strawberry.type
class MarkShipmentDeliveredPayload(Payload):
    order: Order | None = None
    shipment: Shipment | None = None
    existed: bool = strawberry.field(default=False, description="It was known to be delivered.")
    channel_is_told: bool = strawberry.field(
        default=False,
        description="A message to the channel was put. Channels know no delivered parcels: one that takes statuses"
        " hears when the order is delivered, Letzshop's shipments and the storefront hear nothing.",
    )


@strawberry.type
class AnswerUnmatchedItemPayload(Payload):
    order_items: list[OrderItem] = strawberry.field(default_factory=list, description="Every line that was answered.")


async def order_target(ctx: GatewayContext, global_id: str) -> int:
    return int((await target(ctx, listings.ORDERS, "Order", global_id, "orderId"))["id"])


async def changed_order(ctx: GatewayContext, order_id: int) -> Order:
    [row] = await listings.find(ctx.db, listings.ORDERS, [order_id], ctx.scope)
    return build(Order, row)


Answering = Callable[..., Awaitable[OrderState]]


async def _answer(ctx: GatewayContext, wanted: AnswerOrderItemsInput, answer: Answering) -> OrderPayload:
    order_id = await order_target(ctx, wanted.order_id)
    lines: dict[int, int | Sequence[str] | None] | None = None
    if wanted.lines is not None:
        lines = {}
        for line in wanted.lines:
            if line.quantity is not None and line.unit_ids is not None:
                raise Invalid(Code.INVALID_VALUE, "Give a quantity or unit ids, not both.", "lines")
            number = ids.number(line.order_item_id, "OrderItem", "lines")
            if number in lines:
                raise Invalid(Code.INVALID_VALUE, "Name each line once.", "lines")
            lines[number] = line.quantity if line.unit_ids is None else line.unit_ids
    await answer(ctx.db, order_id, lines, actor=ctx.actor, now=ctx.now)
    return OrderPayload(order=await changed_order(ctx, order_id))


async def move_order(ctx: GatewayContext, wanted: MoveOrderInput, move: Answering) -> OrderPayload:
    order_id = await order_target(ctx, wanted.order_id)
    await move(ctx.db, order_id, actor=ctx.actor, now=ctx.now, note=wanted.note)
    return OrderPayload(order=await changed_order(ctx, order_id))


@mutates("operator")
async def confirm_order_items(ctx: GatewayContext, wanted: AnswerOrderItemsInput) -> OrderPayload:
    """The goods are there. Pending becomes confirmed with the first piece."""
    return await _answer(ctx, wanted, service.confirm_units)


@mutates("operator")
async def decline_order_items(ctx: GatewayContext, wanted: AnswerOrderItemsInput) -> OrderPayload:
    """The goods are not there; their pieces are released. With nothing left the order is cancelled."""
    return await _answer(ctx, wanted, service.decline_units)


@mutates("operator")
async def mark_order_processing(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    return await move_order(ctx, wanted, service.mark_processing)


@mutates("operator")
async def mark_order_ready(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    return await move_order(ctx, wanted, service.mark_ready)


@mutates("operator")
async def mark_order_delivered(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    """All its parcels are taken to be delivered."""
    return await move_order(ctx, wanted, service.mark_delivered)


@mutates("operator")
async def mark_order_fulfilled(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    return await move_order(ctx, wanted, service.mark_fulfilled)


@mutates("operator")
async def cancel_order(ctx: GatewayContext, wanted: MoveOrderInput) -> OrderPayload:
    """What nothing was shipped of; everything held is released."""
    return await move_order(ctx, wanted, service.cancel_order)


@mutates("operator")
async def ship_order(ctx: GatewayContext, wanted: ShipOrderInput) -> ShipOrderPayload:
    """Send a parcel. What leaves the house leaves the stock, and the channel is told."""
    order_id = await order_target(ctx, wanted.order_id)
    lines: Mapping[int, int] | None = None
    if wanted.lines is not None:
        lines = {ids.number(line.order_item_id, "OrderItem", "lines"): line.quantity for line in wanted.lines}
        if len(lines) != len(wanted.lines):
            raise Invalid(Code.INVALID_VALUE, "Name each line once.", "lines")
    done = await fulfillment.ship(
        ctx.db,
        order_id,
        lines,
        reference=f"orion-{ctx.parts.new_id()}" if wanted.reference is None else wanted.reference,
        actor=ctx.actor,
        now=ctx.now,
        carrier=wanted.carrier,
        tracking_number=wanted.tracking_number,
        shipped_at=wanted.shipped_at,
    )
    [row] = await listings.find(ctx.db, listings.SHIPMENTS, [done.shipment_id], ctx.scope)
    return ShipOrderPayload(
        order=await changed_order(ctx, order_id), shipment=build(Shipment, row), existed=done.existed
    )


@mutates("operator")
async def correct_shipment(ctx: GatewayContext, wanted: CorrectShipmentInput) -> CorrectShipmentPayload:
    """Another carrier or tracking number for a parcel that the channel did not take; it is told again."""
    row = await target(ctx, listings.SHIPMENTS, "Shipment", wanted.shipment_id, "shipmentId")
    await fulfillment.correct_shipment(
        ctx.db,
        row["id"],
        carrier=wanted.carrier,
        tracking_number=wanted.tracking_number,
        actor=ctx.actor,
        now=ctx.now,
    )
    [row] = await listings.find(ctx.db, listings.SHIPMENTS, [row["id"]], ctx.scope)
    return CorrectShipmentPayload(order=await changed_order(ctx, row["order_id"]), shipment=build(Shipment, row))


@mutates("operator")
async def mark_shipment_delivered(
    ctx: GatewayContext, wanted: MarkShipmentDeliveredInput
) -> MarkShipmentDeliveredPayload:
    """One parcel has arrived. The order is delivered when all that was shipped lies in delivered parcels."""
    row = await target(ctx, listings.SHIPMENTS, "Shipment", wanted.shipment_id, "shipmentId")
    done = await fulfillment.mark_shipment_delivered(
        ctx.db, row["id"], actor=ctx.actor, now=ctx.now, delivered_at=wanted.delivered_at, note=wanted.note
    )
    [row] = await listings.find(ctx.db, listings.SHIPMENTS, [done.shipment_id], ctx.scope)
    return MarkShipmentDeliveredPayload(
        order=await changed_order(ctx, row["order_id"]),
        shipment=build(Shipment, row),
        existed=done.existed,
        channel_is_told=done.is_told,
    )


@mutates("operator")
async def clear_order_attention(ctx: GatewayContext, wanted: ClearOrderAttentionInput) -> OrderPayload:
    """A person has looked. What the channel says anew comes back; what asks for a decision stays until it is given."""
    order_id = await order_target(ctx, wanted.order_id)
    await service.clear_attention(ctx.db, order_id, wanted.code, actor=ctx.actor, now=ctx.now)
    return OrderPayload(order=await changed_order(ctx, order_id))


@mutates("operator")
async def answer_unmatched_item(ctx: GatewayContext, wanted: AnswerUnmatchedItemInput) -> AnswerUnmatchedItemPayload:
    """Say which product a line means. The answer is remembered for the lines to come."""
    row = await target(ctx, listings.ORDER_ITEMS, "OrderItem", wanted.order_item_id, "orderItemId")
    product_id = None
    if wanted.product_id is not None:
        product_id = (await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId"))["id"]
    done = await order_matching.answer(
        ctx.db, row["id"], product_id, actor=ctx.actor, now=ctx.now, remember=wanted.remember
    )
    rows = await listings.find(ctx.db, listings.ORDER_ITEMS, sorted(done.lines), ctx.scope)
    return AnswerUnmatchedItemPayload(order_items=build_all(OrderItem, rows))


MUTATIONS = [
    confirm_order_items,
    decline_order_items,
    mark_order_processing,
    mark_order_ready,
    ship_order,
    correct_shipment,
    mark_order_delivered,
    mark_order_fulfilled,
    mark_shipment_delivered,
    cancel_order,
    clear_order_attention,
    answer_unmatched_item,
]
