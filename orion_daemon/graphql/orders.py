"""Orders as they are shown: lines, status, history, parcels. What is done with them: `order_actions.py`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from orion_daemon.domain import attention
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.customers import Address, Buyer, Customer, address, buyer, people_of_order
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import target
from orion_daemon.graphql.products import Product, product_of
from orion_daemon.graphql.rows import Node, build, build_all, column
from orion_daemon.graphql.scalars import Money
from orion_daemon.graphql.stores import Channel, Store, channel_of, store_of
from orion_daemon.graphql.vocabulary import (
    MatchState,
    OrderStatus,
    OrderSyncStatus,
    RunState,
    StatusCause,
    StockState,
)
from orion_daemon.services import listings

if TYPE_CHECKING:
    from orion_daemon.graphql.deliveries import KeyDelivery
    from orion_daemon.graphql.keys import KeyUnit
    from orion_daemon.graphql.refunds import Refund
    from orion_daemon.graphql.shipments import Shipment


@strawberry.type(description="Why an order asks for a person.")
class Notice:
    code: str
    message: str


@strawberry.type(description="A single piece that the channel names.")
class OrderUnit:
    unit_id: str
    state: str = strawberry.field(description="In the channel's own words.")
    answer: str | None = strawberry.field(description="Ours, while the channel has not taken it yet.")


@strawberry.type(description="A step of an order's status.")
class OrderStatusChange:
    from_status: OrderStatus | None
    to_status: OrderStatus
    cause: StatusCause
    actor: str
    note: str
    created_at: datetime


@strawberry.type(description="A line of an order; the counts say what happened to its pieces.")
class OrderItem(Node):
    line_key: str
    match_state: MatchState
    stock_state: StockState
    sku: str | None
    gtin: str | None
    title: str | None
    quantity: int
    unit_price: Money | None
    total: Money | None
    tax_rate: str | None
    confirmed: int
    cancelled: int
    shipped: int
    returned: int
    earlier: int = strawberry.field(
        description="Pieces that were confirmed at the channel before Orion watched it. They hold no stock until"
        " somebody says whether they have left (markEarlierOrderSent) or are still to be sent (reserveEarlierOrder)."
    )

    @resolved(description="Empty where the channel does not name single pieces.")
    def units(self) -> list[OrderUnit]:
        return [
            OrderUnit(unit_id=unit_id, state=state, answer=(answers[0] or None) if answers else None)
            for unit_id, state, *answers in self.row["units_json"] or ()
        ]

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["product_id"])

    @resolved(description="Its pieces that are delivered by key.")
    async def key_units(self, info: Info) -> list[Annotated["KeyUnit", strawberry.lazy("orion_daemon.graphql.keys")]]:
        from orion_daemon.graphql.keys import units_of_item

        return await units_of_item(info, self.row["id"])

    @resolved()
    async def order(self, info: Info) -> "Order":
        return await order_of(info, self.row["order_id"])


@strawberry.type(description="An order. Buyer and addresses need the role operator; each look at them is logged.")
class Order(Node):
    marketplace: str
    channel_order_id: str
    order_number: str
    status: OrderStatus
    channel_status: str = strawberry.field(description="The channel's own word, verbatim.")
    currency: str
    lines_total: Money = column("lines", "The sum of the lines, computed.")
    subtotal: Money | None = strawberry.field(description="This and the next four as the channel gave them.")
    shipping: Money | None
    tax: Money | None
    discount: Money | None
    total: Money | None
    refunded: Money | None = strawberry.field(description="Paid back to the buyer, as far as the channel has said.")
    locale: str | None
    sync_status: OrderSyncStatus
    sync_error: str
    placed_at: datetime | None
    channel_updated_at: datetime | None
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = strawberry.field(description="Since then it names nobody, and will not again.")
    erasure_due_at: datetime | None = strawberry.field(
        description="Its people were to be erased then; the shipping address stays until the goods have left."
    )

    @resolved(description="Empty: nobody needs to look.")
    def attention(self) -> list[Notice]:
        return [Notice(code=code, message=text) for code, text in attention.parse(self.row["attention_reason"])]

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])

    @resolved()
    async def items(self, info: Info) -> list[OrderItem]:
        return build_all(OrderItem, await info.context.loaders.items_of_order.load(self.row["id"]))

    @resolved()
    async def history(self, info: Info) -> list[OrderStatusChange]:
        return build_all(OrderStatusChange, await info.context.loaders.history_of_order.load(self.row["id"]))

    @resolved()
    async def shipments(
        self, info: Info
    ) -> list[Annotated["Shipment", strawberry.lazy("orion_daemon.graphql.shipments")]]:
        from orion_daemon.graphql.shipments import Shipment

        return build_all(Shipment, await info.context.loaders.shipments_of_order.load(self.row["id"]))

    @resolved(description="Those that the store asked for; what went back in all is `refunded`.")
    async def refunds(self, info: Info) -> list[Annotated["Refund", strawberry.lazy("orion_daemon.graphql.refunds")]]:
        from orion_daemon.graphql.refunds import Refund

        return build_all(Refund, await info.context.loaders.refunds_of_order.load(self.row["id"]))

    @resolved(description="Pieces that are delivered by key, by lines.")
    async def key_units(self, info: Info) -> list[Annotated["KeyUnit", strawberry.lazy("orion_daemon.graphql.keys")]]:
        from orion_daemon.graphql.keys import units_of_order

        return await units_of_order(info, self.row["id"])

    @resolved(description="Messages with its keys, and keys that a storefront fetched.")
    async def key_deliveries(
        self, info: Info
    ) -> list[Annotated["KeyDelivery", strawberry.lazy("orion_daemon.graphql.deliveries")]]:
        from orion_daemon.graphql.deliveries import KeyDelivery

        return build_all(KeyDelivery, await info.context.loaders.key_deliveries_of_order.load(self.row["id"]))

    @resolved()
    async def customer(self, info: Info) -> Customer | None:
        number = self.row["customer_id"]
        row = None if number is None else await info.context.loaders.customers.load(number)
        return build(Customer, row) if row else None

    @resolved()
    async def buyer(self, info: Info) -> Buyer | None:
        return buyer((await people_of_order(info, self.row["id"])).buyer)

    @resolved()
    async def shipping_address(self, info: Info) -> Address | None:
        return address((await people_of_order(info, self.row["id"])).shipping_address)

    @resolved()
    async def billing_address(self, info: Info) -> Address | None:
        return address((await people_of_order(info, self.row["id"])).billing_address)


@strawberry.type(description="A walk over a channel's past orders.")
class OrderHistoryRun(Node):
    state: RunState
    since: datetime | None = column("since_at")
    orders: int
    created: int
    updated: int
    error: str
    created_at: datetime
    finished_at: datetime | None

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])


async def order_of(info: Info, order_id: int) -> Order:
    row = await info.context.loaders.orders.load(order_id)
    assert row is not None  # noqa: S101 - a foreign key holds it
    return build(Order, row)


@resolved(name="orders", description="Newest first, by when Orion first heard of them.")
async def list_orders(
    info: Info,
    store: StoreCode = None,
    marketplace: str | None = None,
    statuses: list[OrderStatus] | None = None,
    sync_statuses: list[OrderSyncStatus] | None = None,
    attention: bool | None = None,
    number: str | None = None,
    customer_id: strawberry.ID | None = None,
    earlier: bool | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Order]:
    ctx = info.context
    customer = None
    if customer_id is not None:
        customer = (await target(ctx, listings.CUSTOMERS, "Customer", customer_id, "customerId"))["id"]
    where = listings.ORDERS.where(
        ctx.scope,
        store,
        marketplace=marketplace,
        statuses=statuses,
        sync_statuses=sync_statuses,
        attention=attention,
        number=number,
        customer_id=customer,
        earlier=earlier,
    )
    return await connect(ctx, Order, listings.ORDERS, where, first, after)


@resolved()
async def order(info: Info, store: str, marketplace: str, channel_order_id: str) -> Order | None:
    ctx = info.context
    row = await listings.one(
        ctx.db, listings.ORDERS, ctx.scope, store, marketplace=marketplace, channel_order_id=channel_order_id
    )
    return build(Order, row) if row else None


@resolved(description="Lines that wait for a person to say what they are; oldest first.")
async def unmatched_order_items(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[OrderItem]:
    ctx = info.context
    where = listings.ORDER_ITEMS.where(ctx.scope, store, match_states=["unmatched"], marketplace=marketplace)
    return await connect(ctx, OrderItem, listings.ORDER_ITEMS, where, first, after)


@resolved()
async def order_history_runs(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[OrderHistoryRun]:
    ctx = info.context
    where = listings.ORDER_HISTORY_RUNS.where(ctx.scope, store, marketplace=marketplace)
    return await connect(ctx, OrderHistoryRun, listings.ORDER_HISTORY_RUNS, where, first, after)


QUERIES = [list_orders, order, unmatched_order_items, order_history_runs]
