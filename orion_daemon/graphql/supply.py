"""Accounts at suppliers: what they may spend, whether they buy, letting them buy again; and walks over their lists."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, channel_target, mutates, target
from orion_daemon.graphql.rows import Node, build, column
from orion_daemon.graphql.scalars import Money
from orion_daemon.graphql.stores import Channel, Store, channel_of, store_of
from orion_daemon.graphql.vocabulary import BuyingState, WalkKind
from orion_daemon.services import key_listings, listings, supply, supply_walks
from orion_daemon.services.errors import Code, Refused


@strawberry.type(description="A walk over a supplier's price list that is under way.")
class CatalogWalk:
    kind: WalkKind = column("catalog_walk")
    began_at: datetime = column("catalog_walk_at")
    products: int = column("catalog_products", "That it has shown so far.")
    changed: int = column("catalog_changed", "Of these, new ones among them.")
    unreadable: int = column("catalog_unreadable")
    is_read: bool = column("is_walk_read", "Its last page was taken; what it did not show is being settled.")


@strawberry.type(description="A store's account at a supplier of keys.")
class SupplierAccount(Node):
    name: str = strawberry.field(description="Of its channel: the supplier's, perhaps with a suffix.")
    balance: Money | None
    credit: Money | None
    usable: Money | None = strawberry.field(description="What the supplier says an order may cost.")
    balance_at: datetime | None = strawberry.field(description="When the supplier said so.")
    buying_state: BuyingState
    paused_reason: str
    paused_at: datetime | None
    needs: Money | None = strawberry.field(description="Paused: buying goes on by itself once so much is usable.")
    catalog_full_at: datetime | None = column("catalog_full_at", "The beginning of the last walk over its whole list.")
    catalog_delta_at: datetime | None = column("catalog_delta_at", "Changes before this are known.")
    updated_at: datetime

    @resolved(description="Null: none is under way.")
    async def walk(self) -> CatalogWalk | None:
        return build(CatalogWalk, self.row) if self.row["catalog_walk"] else None

    @resolved(
        description="Products that the last walk over the whole list did not show, and that stay because they were too"
        " many: letMissingProductsGo."
    )
    async def missing_products(self, info: Info) -> int:
        row = await info.context.loaders.missing_products.load(self.row["channel_id"])
        return 0 if row is None else int(row["missing"])

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])


async def account_of(info: Info, account_id: int | None) -> SupplierAccount | None:
    row = None if account_id is None else await info.context.loaders.supplier_accounts.load(account_id)
    return build(SupplierAccount, row) if row else None


@resolved(name="supplierAccounts")
async def list_supplier_accounts(
    info: Info,
    store: StoreCode = None,
    buying_states: list[BuyingState] | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[SupplierAccount]:
    ctx = info.context
    where = key_listings.SUPPLIER_ACCOUNTS.where(ctx.scope, store, buying_states=buying_states)
    return await connect(ctx, SupplierAccount, key_listings.SUPPLIER_ACCOUNTS, where, first, after)


@strawberry.input
class ResumeBuyingInput:
    supplier_account_id: strawberry.ID


@strawberry.type
class ResumeBuyingPayload(Payload):
    supplier_account: SupplierAccount | None = None
    resumed: bool = strawberry.field(default=False, description="False: it was not paused.")


@mutates("operator")
async def resume_buying(ctx: GatewayContext, wanted: ResumeBuyingInput) -> ResumeBuyingPayload:
    """Let a paused account buy again; what waits for it is tried at once."""
    listing = key_listings.SUPPLIER_ACCOUNTS
    row = await target(ctx, listing, "SupplierAccount", wanted.supplier_account_id, "supplierAccountId")
    resumed = await supply.resume_buying(ctx.db, row["channel_id"], ctx.actor, ctx.now)
    [row] = await listings.find(ctx.db, listing, [row["id"]], ctx.scope)
    return ResumeBuyingPayload(supplier_account=build(SupplierAccount, row), resumed=resumed)


@strawberry.input
class LetMissingProductsGoInput:
    store: str
    marketplace: str = strawberry.field(description="The name of the store's account (`SupplierAccount.name`).")


@strawberry.type
class LetMissingProductsGoPayload(Payload):
    supplier_account: SupplierAccount | None = None
    gone: int = strawberry.field(default=0, description="Products that went unavailable with it.")


@mutates("operator")
async def let_missing_products_go(
    ctx: GatewayContext, wanted: LetMissingProductsGoInput
) -> LetMissingProductsGoPayload:
    """What a walk was held back for is true: the products that the supplier's list does not show go unavailable, and
    their offers to zero."""
    channel = await channel_target(ctx, wanted.store, wanted.marketplace)
    if not channel["is_supplier"]:
        text = f"{wanted.marketplace} is no supplier: it has no price list."
        raise Refused(Code.UNSUPPORTED, text, "marketplace")
    gone = await supply_walks.let_missing_go(ctx.db, channel["id"], ctx.actor, ctx.now)
    row = await listings.one(ctx.db, key_listings.SUPPLIER_ACCOUNTS, ctx.scope, channel_id=channel["id"])
    assert row is not None  # noqa: S101 - the service made it where there was none
    return LetMissingProductsGoPayload(supplier_account=build(SupplierAccount, row), gone=gone)


QUERIES = [list_supplier_accounts]
MUTATIONS = [resume_buying, let_missing_products_go]
