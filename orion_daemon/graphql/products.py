"""Products: what a store sells, as it means to show it; overrides over the marketplace product it stands on."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from orion_daemon.db.sql import Row
from orion_daemon.domain import translations as domain
from orion_daemon.graphql import ids
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.marketplace_products import MarketplaceProduct, Translation
from orion_daemon.graphql.payloads import Payload, mutates, store_target, target, targets
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.scalars import Money, MoneyInput, minor_of
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.graphql.vocabulary import ProductType
from orion_daemon.services import listings, products, translations
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.missing_texts import MISSING_TEXTS, lacking
from orion_daemon.services.reading import Where

if TYPE_CHECKING:
    from orion_daemon.graphql.inventory import InventoryLevel
    from orion_daemon.graphql.offers import Offer

ADOPT_AT_ONCE = 500
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


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
    sale_price: Money | None
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


@strawberry.input(description="Null inherits again, what is left out stays.")
class ProductValues:
    gtin: str | None = UNSET
    mpn: str | None = UNSET
    brand: str | None = UNSET
    product_type: ProductType | None = UNSET
    price: MoneyInput | None = UNSET
    sale_price: MoneyInput | None = UNSET
    tax_rate: str | None = UNSET
    condition: str | None = UNSET
    link: str | None = UNSET
    image_link: str | None = UNSET
    additional_image_links: list[str] | None = UNSET
    google_product_category: str | None = UNSET
    product_type_path: str | None = UNSET
    default_language: str | None = UNSET
    safety_stock: int | None = UNSET


@strawberry.input
class CreateProductInput:
    store: str
    sku: str
    values: ProductValues | None = None


@strawberry.input
class UpdateProductInput:
    product_id: strawberry.ID
    is_active: bool | None = UNSET
    values: ProductValues | None = None


@strawberry.input(description="Null inherits again, what is left out stays.")
class SetProductTranslationInput:
    product_id: strawberry.ID
    language: str
    title: str | None = UNSET
    description: str | None = UNSET


@strawberry.input(description="By ids, or all that the filters leave; `after` goes on where an answer ended.")
class AdoptProductsInput:
    store: str
    marketplace_product_ids: list[strawberry.ID] | None = None
    marketplace: str | None = None
    available_only: bool = True
    stock_from_catalog: bool = strawberry.field(default=False, description="The feed's quantity is the first stock.")
    after: strawberry.ID | None = strawberry.field(default=None, description="`last` of the answer before.")


@strawberry.type
class ProductPayload(Payload):
    product: Product | None = None


@strawberry.type(description="Up to 500 marketplace products are looked at; go on with `last` until it is null.")
class AdoptProductsPayload(Payload):
    products: list[Product] = strawberry.field(default_factory=list)
    already_adopted: int = 0
    skus_taken: list[str] = strawberry.field(default_factory=list)
    last: strawberry.ID | None = None


@mutates("operator")
async def create_product(ctx: GatewayContext, wanted: CreateProductInput) -> ProductPayload:
    """A product that stands on no marketplace product."""
    shop = await store_target(ctx, wanted.store)
    values = _columns(wanted.values, {})
    number = await products.create_product(ctx.db, shop["id"], wanted.sku, values, ctx.now)
    return await _payload(ctx, number)


@mutates("operator")
async def update_product(ctx: GatewayContext, wanted: UpdateProductInput) -> ProductPayload:
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    values = _columns(wanted.values, row)
    if wanted.is_active is not UNSET and wanted.is_active is not None:
        values["is_active"] = wanted.is_active
    await products.update_product(ctx.db, row["id"], values, ctx.now)
    return await _payload(ctx, row["id"])


@mutates("operator")
async def set_product_translation(ctx: GatewayContext, wanted: SetProductTranslationInput) -> ProductPayload:
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    if not LANGUAGE.fullmatch(wanted.language):
        raise Invalid(Code.INVALID_VALUE, "A language is a code such as fr or de-LU.", "language")
    texts = {text: getattr(wanted, text) for text in translations.TEXTS if getattr(wanted, text) is not UNSET}
    await translations.set_translation(ctx.db, row["id"], wanted.language, texts, ctx.now)
    return await _payload(ctx, row["id"])


@mutates("operator")
async def adopt_products(ctx: GatewayContext, wanted: AdoptProductsInput) -> AdoptProductsPayload:
    """Make marketplace products the store's own. Repeating it changes nothing."""
    shop = await store_target(ctx, wanted.store)
    chosen: Where
    if wanted.marketplace_product_ids is not None:
        named = wanted.marketplace_product_ids
        if not 0 < len(named) <= ADOPT_AT_ONCE:
            raise Invalid(Code.INVALID_VALUE, f"Name 1 to {ADOPT_AT_ONCE} products.", "marketplaceProductIds")
        rows = await targets(ctx, listings.MARKETPLACE_PRODUCTS, "MarketplaceProduct", named, "marketplaceProductIds")
        chosen = listings.MARKETPLACE_PRODUCTS.where(None, ids=[row["id"] for row in rows])
    else:
        available = True if wanted.available_only else None
        chosen = listings.MARKETPLACE_PRODUCTS.where(None, marketplace=wanted.marketplace, available=available)
    done = await products.adopt(
        ctx.db,
        shop["id"],
        chosen,
        after_id=0 if wanted.after is None else ids.number(wanted.after, "MarketplaceProduct", "after"),
        limit=ADOPT_AT_ONCE,
        stock_from_catalog=wanted.stock_from_catalog,
        now=ctx.now,
    )
    return AdoptProductsPayload(
        products=build_all(Product, await products.effective(ctx.db, done.product_ids)),
        already_adopted=done.already,
        skus_taken=list(done.skus_taken),
        last=None if done.last_id is None else ids.global_id("MarketplaceProduct", done.last_id),
    )


async def _payload(ctx: GatewayContext, number: int) -> ProductPayload:
    return ProductPayload(product=build_all(Product, await products.effective(ctx.db, [number]))[0])


def _columns(values: ProductValues | None, known: Row) -> dict[str, Any]:
    """Columns by name; prices bring their currency, and both must be of one."""
    found: dict[str, Any] = {}
    if values is None:
        return found
    for name, value in vars(values).items():
        if value is UNSET:
            continue
        if name in ("price", "sale_price"):
            field = "values.price" if name == "price" else "values.salePrice"
            found[f"{name}_minor"] = None if value is None else minor_of(value, field)
            if value is not None and found.setdefault("currency", value.currency) != value.currency:
                raise Invalid(Code.CURRENCY_DIFFERS, "Both prices are of one currency.", field)
        elif name == "additional_image_links":
            found["additional_image_links_json"] = value
        else:
            found[name] = value
    _check_currency(found, known)
    return found


def _check_currency(found: dict[str, Any], known: Row) -> None:
    """A price that stays must not change its currency under it; with the last price the currency goes."""
    if not {"price_minor", "sale_price_minor"} & set(found):
        return
    left = {name: found[name] if name in found else known.get(name) for name in ("price_minor", "sale_price_minor")}
    if all(value is None for value in left.values()):
        found["currency"] = None
        return
    before = known.get("currency")
    currency = found.get("currency", before)
    for name, value in left.items():
        if value is not None and name not in found and before != currency:
            raise Invalid(Code.CURRENCY_DIFFERS, f"The other price is in {before}; give both.", "values.price")


QUERIES = [list_products, product, missing_translations]
MUTATIONS = [create_product, update_product, set_product_translation, adopt_products]
