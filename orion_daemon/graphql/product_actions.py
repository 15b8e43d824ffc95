"""What people do with a store's products: adopt, create, override, translate.

A value that is left out stays, null inherits again. Prices bring their currency, and a product's prices are of one.
An own sale price holds by its own dates alone; without one each date goes over the inherited sale's.
"""

import re
from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from orion_daemon.db.sql import Row
from orion_daemon.graphql import ids
from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.payloads import Payload, mutates, store_target, target, targets
from orion_daemon.graphql.products import Product
from orion_daemon.graphql.rows import build_all
from orion_daemon.graphql.scalars import MoneyInput, minor_of
from orion_daemon.graphql.vocabulary import ProductType
from orion_daemon.services import listings, products, translations
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.reading import Where

ADOPT_AT_ONCE = 500
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


@strawberry.input(
    description="Null inherits again, what is left out stays. An own sale price does not inherit the dates of another."
)
class ProductValues:
    gtin: str | None = UNSET
    mpn: str | None = UNSET
    brand: str | None = UNSET
    product_type: ProductType | None = UNSET
    price: MoneyInput | None = UNSET
    sale_price: MoneyInput | None = UNSET
    sale_from_at: datetime | None = UNSET
    sale_until_at: datetime | None = UNSET
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


MUTATIONS = [create_product, update_product, set_product_translation, adopt_products]
