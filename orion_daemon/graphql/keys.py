"""Licence keys as they are shown: never a code, nor a part of one. What is done with them: `key_actions.py`.

A key is a stored code; a unit is one ordered piece that needs one; a purchase is one call at a supplier.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from orion_daemon.domain.keys import handle
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import target
from orion_daemon.graphql.products import Product, product_of
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.scalars import Money
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.graphql.supply import SupplierAccount, account_of
from orion_daemon.graphql.vocabulary import KeyKind, KeyPurchaseState, KeyState, KeyUnitState
from orion_daemon.services import key_listings, listings

if TYPE_CHECKING:
    from orion_daemon.graphql.orders import Order, OrderItem


@strawberry.type(description="A code that was bought or brought. The code itself is shown by revealKeys alone.")
class Key(Node):
    kind: KeyKind
    state: KeyState
    has_code: bool = strawberry.field(description="False: it is still to come, or was erased.")
    cost: Money | None = strawberry.field(description="What the supplier charged; null for keys of the store's own.")
    added_by: str
    note: str = strawberry.field(description="Why it is bad.")
    created_at: datetime
    claimed_at: datetime | None
    delivered_at: datetime | None
    updated_at: datetime

    @resolved(description="Tells keys apart, and is no part of the code.")
    def handle(self) -> str:
        return handle(self.row["digest"])

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["product_id"])

    @resolved(description="Null: it came from the store's own pool.")
    async def purchase(self, info: Info) -> "KeyPurchase | None":
        return await purchase_of(info, self.row["purchase_id"])

    @resolved(description="Whose it is, or was when it turned out bad.")
    async def unit(self, info: Info) -> "KeyUnit | None":
        number = self.row["unit_id"]
        row = None if number is None else await info.context.loaders.key_units.load(number)
        return build(KeyUnit, row) if row else None


@strawberry.type(description="One ordered piece that is delivered by key.")
class KeyUnit(Node):
    number: int = strawberry.field(description="1, 2, 3 … within the line.")
    state: KeyUnitState
    hold_code: str = strawberry.field(description="Why it is held; empty otherwise.")
    hold_reason: str
    source: int = strawberry.field(description="How many of the product's sources it has passed.")
    is_released: bool = strawberry.field(description="A person said: buy it all the same.")
    replaced: int = strawberry.field(description="How many keys that were delivered for it turned out bad.")
    created_at: datetime
    delivered_at: datetime | None = strawberry.field(description="Kept while a bad key is being replaced.")
    updated_at: datetime

    @resolved()
    async def key(self, info: Info) -> Key | None:
        number = self.row["key_id"]
        row = None if number is None else await info.context.loaders.keys.load(number)
        return build(Key, row) if row else None

    @resolved()
    async def purchase(self, info: Info) -> "KeyPurchase | None":
        return await purchase_of(info, self.row["purchase_id"])

    @resolved()
    async def order_item(self, info: Info) -> Annotated["OrderItem", strawberry.lazy("orion_daemon.graphql.orders")]:
        return await _item_of(info, self.row["order_item_id"])

    @resolved()
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("orion_daemon.graphql.orders")]:
        from orion_daemon.graphql.orders import order_of

        return await order_of(info, self.row["order_id"])


@strawberry.type(description="One call at a supplier that costs money.")
class KeyPurchase(Node):
    reference: str = strawberry.field(description="Ours, another one for each attempt.")
    state: KeyPurchaseState
    supplier_product_id: str
    quantity: int
    expected: Money | None = strawberry.field(description="A piece, as it was agreed to.")
    charged: Money | None = strawberry.field(description="A piece, as the supplier's order says.")
    supplier_order_id: str | None
    error_code: str
    error: str
    looks: int = strawberry.field(description="Into the supplier's history, without finding it.")
    intended_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    updated_at: datetime

    @resolved()
    async def account(self, info: Info) -> SupplierAccount | None:
        return await account_of(info, self.row["account_id"])

    @resolved()
    async def order_item(self, info: Info) -> Annotated["OrderItem", strawberry.lazy("orion_daemon.graphql.orders")]:
        return await _item_of(info, self.row["order_item_id"])


@strawberry.type(description="Where keys of a product come from; they are asked in their order.")
class KeySource:
    supplier_product_id: str
    low_water: int | None = strawberry.field(description="Fewer free keys in the pool raise an alert.")
    account_id: strawberry.Private[int | None]

    @resolved(description="Null: the store's own pool.")
    async def account(self, info: Info) -> SupplierAccount | None:
        return await account_of(info, self.account_id)


@strawberry.type(description="How many keys of a product there are.")
class KeyPool:
    free: int
    claimed: int = strawberry.field(description="Of an order, and not delivered yet.")
    awaited: int = strawberry.field(description="Bought, and still to come.")
    delivered: int
    bad: int


async def _item_of(info: Info, item_id: int) -> "OrderItem":
    from orion_daemon.graphql.orders import OrderItem

    row = await info.context.loaders.order_items.load(item_id)
    assert row is not None  # noqa: S101 - a foreign key holds it
    return build(OrderItem, row)


async def purchase_of(info: Info, purchase_id: int | None) -> KeyPurchase | None:
    row = None if purchase_id is None else await info.context.loaders.key_purchases.load(purchase_id)
    return build(KeyPurchase, row) if row else None


async def units_of_order(info: Info, order_id: int) -> list[KeyUnit]:
    return build_all(KeyUnit, await info.context.loaders.key_units_of_order.load(order_id))


async def units_of_item(info: Info, item_id: int) -> list[KeyUnit]:
    return build_all(KeyUnit, await info.context.loaders.key_units_of_item.load(item_id))


async def _asked(
    ctx: GatewayContext, order_id: strawberry.ID | None, product_id: strawberry.ID | None
) -> dict[str, int]:
    """Filters by what ids name. Raises NotFound."""
    found = {}
    if order_id is not None:
        found["order_id"] = (await target(ctx, listings.ORDERS, "Order", order_id, "orderId"))["id"]
    if product_id is not None:
        found["product_id"] = (await target(ctx, listings.PRODUCTS, "Product", product_id, "productId"))["id"]
    return found


@resolved(name="keys", description="Newest first.")
async def list_keys(
    info: Info,
    store: StoreCode = None,
    product_id: strawberry.ID | None = None,
    order_id: strawberry.ID | None = None,
    states: list[KeyState] | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Key]:
    ctx = info.context
    asked = await _asked(ctx, order_id, product_id)
    where = key_listings.KEYS.where(ctx.scope, store, states=states, **asked)
    return await connect(ctx, Key, key_listings.KEYS, where, first, after)


@resolved(name="keyUnits", description="Newest first.")
async def list_key_units(
    info: Info,
    store: StoreCode = None,
    product_id: strawberry.ID | None = None,
    order_id: strawberry.ID | None = None,
    states: list[KeyUnitState] | None = None,
    hold_code: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[KeyUnit]:
    ctx = info.context
    asked = await _asked(ctx, order_id, product_id)
    where = key_listings.KEY_UNITS.where(ctx.scope, store, states=states, hold_code=hold_code, **asked)
    return await connect(ctx, KeyUnit, key_listings.KEY_UNITS, where, first, after)


@resolved(name="keyPurchases", description="Newest first.")
async def list_key_purchases(
    info: Info,
    store: StoreCode = None,
    supplier: str | None = None,
    product_id: strawberry.ID | None = None,
    order_id: strawberry.ID | None = None,
    states: list[KeyPurchaseState] | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[KeyPurchase]:
    ctx = info.context
    asked = await _asked(ctx, order_id, product_id)
    where = key_listings.KEY_PURCHASES.where(ctx.scope, store, states=states, supplier=supplier, **asked)
    return await connect(ctx, KeyPurchase, key_listings.KEY_PURCHASES, where, first, after)


QUERIES = [list_keys, list_key_units, list_key_purchases]
