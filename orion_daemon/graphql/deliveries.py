"""Messages with keys: what was sent and what became of it, sending again, and keys for a storefront that shows them.

No address and no code stands in a list. Words of the messages: `mail_templates.py`.
"""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.ids import global_id
from orion_daemon.graphql.keys import Key, KeyUnit
from orion_daemon.graphql.order_actions import changed_order, order_target
from orion_daemon.graphql.orders import Order, order_of
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.vocabulary import DeliveryState, DeliveryWay, KeyKind
from orion_daemon.services import delivery_results, key_listings, key_resends, listings
from orion_daemon.services.errors import Code, Refused


@strawberry.type(description="A message about keys to a customer, or keys that a storefront fetched.")
class KeyDelivery(Node):
    way: DeliveryWay
    kind: str = strawberry.field(
        description="keys, preorder, replacement; announcement: of keys to come; refund: of keys that are not coming."
    )
    state: DeliveryState
    language: str
    asked_by: str = strawberry.field(description="Who wanted it again; empty: it went by itself.")
    error: str = strawberry.field(description="Of the last try.")
    receipt: str = strawberry.field(description="The mail server's words.")
    created_at: datetime
    sent_at: datetime | None
    updated_at: datetime

    @resolved()
    def key_ids(self) -> list[strawberry.ID]:
        return [global_id("Key", number) for number in self.row["key_ids_json"]]

    @resolved(description="By their handles, never a code.")
    async def keys(self, info: Info) -> list[Key]:
        rows = await info.context.loaders.keys.load_many(self.row["key_ids_json"])
        return build_all(Key, [row for row in rows if row is not None])

    @resolved(description="That a message without keys is about.")
    async def key_units(self, info: Info) -> list[KeyUnit]:
        rows = await info.context.loaders.key_units.load_many(self.row["unit_ids_json"] or [])
        return build_all(KeyUnit, [row for row in rows if row is not None])

    @resolved()
    async def order(self, info: Info) -> Order:
        return await order_of(info, self.row["order_id"])


@resolved(name="keyDeliveries", description="Newest first.")
async def list_key_deliveries(
    info: Info,
    store: StoreCode = None,
    order_id: strawberry.ID | None = None,
    states: list[DeliveryState] | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[KeyDelivery]:
    ctx = info.context
    number = None
    if order_id is not None:
        number = (await target(ctx, listings.ORDERS, "Order", order_id, "orderId"))["id"]
    where = key_listings.KEY_DELIVERIES.where(ctx.scope, store, states=states, order_id=number)
    return await connect(ctx, KeyDelivery, key_listings.KEY_DELIVERIES, where, first, after)


@strawberry.input
class ResendKeysInput:
    order_id: strawberry.ID
    to: str | None = strawberry.field(
        default=None, description="Becomes the buyer's e-mail address of this order; null: the one that is known."
    )


@strawberry.input
class FetchKeysInput:
    order_id: strawberry.ID


@strawberry.type
class ResendKeysPayload(Payload):
    order: Order | None = None
    key_delivery: KeyDelivery | None = None


@strawberry.type(description="A code of an order in the clear.")
class FetchedKey:
    key_id: strawberry.ID
    order_item_id: strawberry.ID
    number: int = strawberry.field(description="Counts the pieces of a line.")
    kind: KeyKind
    code: str = strawberry.field(description="The text, or the picture in Base64.")
    filename: str = strawberry.field(description="Of a picture.")


@strawberry.type
class FetchKeysPayload(Payload):
    order: Order | None = None
    fetched: list[FetchedKey] = strawberry.field(default_factory=list)


@mutates("operator")
async def resend_keys(ctx: GatewayContext, wanted: ResendKeysInput) -> ResendKeysPayload:
    """Send an order's keys again, in a new message, or what could not be told. What is on its way is not sent twice."""
    order_id = await order_target(ctx, wanted.order_id)
    message_id = f"orion-{order_id}-{ctx.parts.new_id()}"
    number = await key_resends.resend(ctx.db, order_id, ctx.actor, ctx.now, message_id=message_id, to=wanted.to)
    [row] = await listings.find(ctx.db, key_listings.KEY_DELIVERIES, [number], ctx.scope)
    return ResendKeysPayload(order=await changed_order(ctx, order_id), key_delivery=build(KeyDelivery, row))


@mutates("operator")
async def fetch_keys(ctx: GatewayContext, wanted: FetchKeysInput) -> FetchKeysPayload:
    """For a storefront that shows keys itself, with a token of its store: the codes of an order in the clear. Those
    that were ready are delivered with that; each call is a row of the audit trail."""
    if ctx.scope is None:
        text = "Keys are fetched by a storefront, with a token of its store; people reveal them, with a reason."
        raise Refused(Code.FORBIDDEN, text)
    order_id = await order_target(ctx, wanted.order_id)
    found = await delivery_results.fetch_keys(ctx.db, order_id, ctx.actor, ctx.now)
    return FetchKeysPayload(
        order=await changed_order(ctx, order_id),
        fetched=[
            FetchedKey(
                key_id=global_id("Key", one.key_id),
                order_item_id=global_id("OrderItem", one.order_item_id),
                number=one.number,
                kind=KeyKind(one.kind),
                code=one.code,
                filename=one.file_name,
            )
            for one in found
        ],
    )


QUERIES = [list_key_deliveries]
MUTATIONS = [resend_keys, fetch_keys]
