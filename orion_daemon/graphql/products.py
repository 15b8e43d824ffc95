"""Products: what a store sells, as it means to show it; overrides over the marketplace product it stands on."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.domain import translations as domain
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.marketplace_products import MarketplaceProduct, Translation
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.sales import IN_FORCE, Sale, sale_of, sale_price_of
from orion_daemon.graphql.scalars import Money
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.graphql.vocabulary import ProductType
from orion_daemon.services import listings, products
from orion_daemon.services.missing_texts import MISSING_TEXTS, lacking

if TYPE_CHECKING:
    from orion_daemon.graphql.inventory import InventoryLevel
    from orion_daemon.graphql.keys import KeyPool, KeySource
    from orion_daemon.graphql.markups import Markup
    from orion_daemon.graphql.offers import Offer


@strawberry.type(description="A text, and where it comes from.")
class ResolvedText:
    text: str
    language: str
    is_override: bool = strawberry.field(description="The store's own words; otherwise the marketplace product's.")
    is_fallback: bool = strawberry.field(description="Not in the language that was asked for.")


@strawberry.type(description="What a product says in a language, by the chain of fallbacks.")
class ProductTexts:
    title: ResolvedText | None
    description: ResolvedText | None


@strawberry.type(description="What a store sells. Values are the effective ones: overrides over inherited.")
class Product(Node):
    sku: str
    is_active: bool
    is_available: bool = strawberry.field(description="False: the marketplace product left its feeds.")
    gtin: str | None
    mpn: str | None
    brand: str | None
    product_type: ProductType | None
    price: Money | None
    tax_rate: str | None
    condition: str | None
    link: str | None
    image_link: str | None
    additional_image_links: list[str]
    google_product_category: str | None
    product_type_path: str | None
    item_group_id: str | None
    default_language: str | None
    safety_stock: int | None
    created_at: datetime
    updated_at: datetime

    @resolved(description=IN_FORCE)
    async def sale_price(self, info: Info) -> Money | None:
        return sale_price_of(self.row, info.context.now)

    @resolved(description="The sale price with its dates, also when it is to come or over.")
    async def sale(self, info: Info) -> Sale | None:
        return sale_of(self.row, info.context.now)

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved(description="What it stands on; null for a product of the store alone.")
    async def marketplace_product(self, info: Info) -> MarketplaceProduct | None:
        number = self.row["marketplace_product_id"]
        row = None if number is None else await info.context.loaders.marketplace_products.load(number)
        return build(MarketplaceProduct, row) if row else None

    @resolved(description="Names of the fields that the store set itself.")
    async def overridden(self, info: Info) -> list[str]:
        row = await info.context.loaders.own_products.load(self.row["id"])
        return [] if row is None else [_shown(name) for name in products.OVERRIDABLE if row[name] is not None]

    @resolved()
    async def texts(self, info: Info, language: str) -> ProductTexts:
        ctx = info.context
        shop = await ctx.loaders.stores.load(self.row["store_id"])
        main = shop["default_language"] if shop else language
        found = await ctx.loaders.texts.load((self.row["id"], language, main))
        return ProductTexts(
            title=_text(found.title) if found else None, description=_text(found.description) if found else None
        )

    @resolved(description="The store's own words.")
    async def translations(self, info: Info) -> list[Translation]:
        return build_all(Translation, await info.context.loaders.translations_of_product.load(self.row["id"]))

    @resolved()
    async def offers(self, info: Info) -> list[Annotated["Offer", strawberry.lazy("orion_daemon.graphql.offers")]]:
        from orion_daemon.graphql.offers import Offer

        return build_all(Offer, await info.context.loaders.offers_of_product.load(self.row["id"]))

    @resolved(description="Empty: it is sold without stock.")
    async def levels(
        self, info: Info
    ) -> list[Annotated["InventoryLevel", strawberry.lazy("orion_daemon.graphql.inventory")]]:
        from orion_daemon.graphql.inventory import InventoryLevel

        return build_all(InventoryLevel, await info.context.loaders.levels_of_product.load(self.row["id"]))

    @resolved(description="By which its price is made of its cost; null: it has a price of its own.")
    async def markup(self, info: Info) -> Annotated["Markup", strawberry.lazy("orion_daemon.graphql.markups")] | None:
        from orion_daemon.graphql.markups import shown

        known = await info.context.loaders.markups.load(self.row["id"])
        return shown(known) if known else None

    @resolved(description="Where its keys come from, in their order. Empty: the store's own pool alone.")
    async def key_sources(
        self, info: Info
    ) -> list[Annotated["KeySource", strawberry.lazy("orion_daemon.graphql.keys")]]:
        from orion_daemon.graphql.keys import KeySource

        return build_all(KeySource, await info.context.loaders.key_sources_of_product.load(self.row["id"]))

    @resolved(description="Null: it is not digital.")
    async def key_pool(self, info: Info) -> Annotated["KeyPool", strawberry.lazy("orion_daemon.graphql.keys")] | None:
        from orion_daemon.graphql.keys import KeyPool

        if self.product_type is not ProductType.DIGITAL:
            return None
        row = await info.context.loaders.key_pools.load(self.row["id"])
        return build(KeyPool, row) if row else None


def _text(found: domain.ResolvedText | None) -> ResolvedText | None:
    if found is None:
        return None
    return ResolvedText(
        text=found.text,
        language=found.language,
        is_override=found.source == "override",
        is_fallback=found.is_fallback,
    )


def _shown(column: str) -> str:
    head, *rest = column.removesuffix("_json").removesuffix("_minor").split("_")
    return head + "".join(part.capitalize() for part in rest)


async def product_of(info: Info, product_id: int | None) -> Product | None:
    row = None if product_id is None else await info.context.loaders.products.load(product_id)
    return build(Product, row) if row else None


@strawberry.type(description="A product that lacks texts in a language.")
class MissingTranslation:
    lacks_title: bool
    lacks_description: bool
    row: strawberry.Private[Row]

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["id"])


@resolved(name="products")
async def list_products(
    info: Info,
    store: StoreCode = None,
    sku: str | None = None,
    gtin: str | None = None,
    active: bool | None = None,
    adopted: bool | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Product]:
    ctx = info.context
    where = listings.PRODUCTS.where(ctx.scope, store, sku=sku, gtin=gtin, active=active, adopted=adopted)

    async def effective(rows: Sequence[Row]) -> Sequence[Row]:
        return await products.effective(ctx.db, [row["id"] for row in rows]) if rows else []

    return await connect(ctx, Product, listings.PRODUCTS, where, first, after, completed=effective)


@resolved()
async def product(info: Info, store: str, sku: str) -> Product | None:
    ctx = info.context
    row = await listings.one(ctx.db, listings.PRODUCTS, ctx.scope, store, sku=sku)
    return await product_of(info, row["id"]) if row else None


@resolved(description="Active products without a title or a description of their own language.")
async def missing_translations(
    info: Info, store: str, language: str, first: First = PAGE, after: After = None
) -> Connection[MissingTranslation]:
    ctx = info.context
    where = MISSING_TEXTS.where(ctx.scope, store, language=language)

    async def flags(rows: Sequence[Row]) -> Sequence[Row]:
        return await lacking(ctx.db, [row["id"] for row in rows], language) if rows else []

    return await connect(ctx, MissingTranslation, MISSING_TEXTS, where, first, after, completed=flags)


QUERIES = [list_products, product, missing_translations]
