"""Marketplace products: what a marketplace says a product is, as its feeds told it."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.sales import IN_FORCE, Sale, sale_of, sale_price_of
from orion_daemon.graphql.scalars import Json, Money
from orion_daemon.graphql.stores import Channel
from orion_daemon.graphql.vocabulary import ProductType
from orion_daemon.services import listings


@strawberry.type(description="Texts in one language.")
class Translation:
    language: str
    title: str | None
    description: str | None
    updated_at: datetime


@strawberry.type(description="A product as a channel's catalog has it; only imports change it.")
class MarketplaceProduct(Node):
    marketplace_product_id: str = strawberry.field(description="The vendor's own key, verbatim.")
    product_type: ProductType
    gtin: str | None
    mpn: str | None
    brand: str | None
    item_group_id: str | None
    price: Money | None
    tax_rate: str | None = strawberry.field(description="Percent, as a decimal number.")
    availability: str | None
    quantity: int | None = strawberry.field(description="The vendor's figure; a hint, not our stock.")
    condition: str | None
    link: str | None
    image_link: str | None
    additional_image_links: list[str]
    google_product_category: str | None
    product_type_path: str | None
    attributes: Json | None = strawberry.field(description="Every column of the feed without a place of its own.")
    is_available: bool = strawberry.field(description="False once a complete feed came without it.")
    unavailable_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @resolved(description=IN_FORCE)
    async def sale_price(self, info: Info) -> Money | None:
        return sale_price_of(self.row, info.context.now)

    @resolved(description="The sale price with its dates, also when it is to come or over.")
    async def sale(self, info: Info) -> Sale | None:
        return sale_of(self.row, info.context.now)

    @resolved()
    async def channel(self, info: Info) -> Channel | None:
        rows = await info.context.loaders.channels_of_catalogs.load(self.row["catalog_id"])
        return build(Channel, rows[0]) if rows else None

    @resolved()
    async def translations(self, info: Info) -> list[Translation]:
        loader = info.context.loaders.translations_of_marketplace_product
        return build_all(Translation, await loader.load(self.row["id"]))


@resolved(name="marketplaceProducts")
async def list_marketplace_products(
    info: Info,
    store: StoreCode = None,
    marketplace: str | None = None,
    gtin: str | None = None,
    item_group_id: str | None = None,
    available: bool | None = None,
    adopted: bool | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[MarketplaceProduct]:
    ctx = info.context
    where = listings.MARKETPLACE_PRODUCTS.where(
        ctx.scope,
        store,
        marketplace=marketplace,
        gtin=gtin,
        item_group_id=item_group_id,
        available=available,
        adopted=adopted,
    )
    return await connect(ctx, MarketplaceProduct, listings.MARKETPLACE_PRODUCTS, where, first, after)


@resolved()
async def marketplace_product(
    info: Info, store: str, marketplace: str, marketplace_product_id: str
) -> MarketplaceProduct | None:
    row = await listings.one(
        info.context.db,
        listings.MARKETPLACE_PRODUCTS,
        info.context.scope,
        store,
        marketplace=marketplace,
        marketplace_product_id=marketplace_product_id,
    )
    return build(MarketplaceProduct, row) if row else None


QUERIES = [list_marketplace_products, marketplace_product]
