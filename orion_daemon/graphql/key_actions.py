"""What people do with keys: bring them, look at them, replace bad ones, decide about held units, choose sources.

A code goes out through `revealKeys` alone, for the role operator, with a reason that stands in the audit trail.
"""

import base64
import binascii

import strawberry

from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.keys import Key, KeyPurchase, KeyUnit
from orion_daemon.graphql.order_actions import changed_order, order_target
from orion_daemon.graphql.orders import Order
from orion_daemon.graphql.payloads import Payload, mutates, store_target, target, targets
from orion_daemon.graphql.products import Product
from orion_daemon.graphql.refunds import Refund
from orion_daemon.graphql.rows import build, build_all
from orion_daemon.graphql.scalars import Json, MoneyInput, minor_of
from orion_daemon.graphql.vocabulary import KeyKind, RefundReason
from orion_daemon.services import (
    key_listings,
    key_refunds,
    key_replacements,
    key_reveals,
    key_sources,
    key_uploads,
    listings,
    products,
    purchase_search,
)
from orion_daemon.services.errors import Code, Invalid, NotFound
from orion_daemon.services.key_sources import WantedSource
from orion_daemon.services.key_uploads import Picture, Uploaded


@strawberry.input(description="A key that is a picture: PNG, JPEG or GIF.")
class KeyPictureInput:
    filename: str
    content: str = strawberry.field(description="The file in Base64.")


@strawberry.input(description="One of `content`, `contentBase64` and `pictures`.")
class UploadKeysInput:
    store: str
    sku: str | None = strawberry.field(
        default=None, description="The product of all keys; null: each line of the list names its own."
    )
    content: str | None = strawberry.field(
        default=None, description="A code a line, or CSV with the columns `code` and perhaps `sku`."
    )
    content_base64: str | None = strawberry.field(default=None, description="Such a list as a file, in Base64.")
    pictures: list[KeyPictureInput] | None = None
    is_dry_run: bool = strawberry.field(default=False, description="Tell what would happen, and change nothing.")


@strawberry.input
class RevealKeysInput:
    key_ids: list[strawberry.ID]
    reason: str = strawberry.field(description="Stands in the audit trail. Nothing personal.")


@strawberry.input
class ReplaceKeyInput:
    key_id: strawberry.ID
    reason: str


@strawberry.input
class ReleaseKeyUnitsInput:
    key_unit_ids: list[strawberry.ID]


@strawberry.input
class RefundKeyUnitsInput:
    order_id: strawberry.ID
    key_unit_ids: list[strawberry.ID]
    reason: RefundReason
    amount: MoneyInput | None = strawberry.field(
        default=None, description="Null: what their pieces cost; all that is left where nothing of the order stays."
    )
    note: str = strawberry.field(default="", description="For the buyer, up to 100 characters.")
    reference: str | None = strawberry.field(default=None, description="Of the refund; made up unless given.")


@strawberry.input
class BuyAgainInput:
    key_purchase_id: strawberry.ID


@strawberry.input(description="The store's own pool, or an account at a supplier.")
class KeySourceInput:
    supplier: str | None = strawberry.field(
        default=None, description="The name of the store's account (`SupplierAccount.name`); null: the pool."
    )
    supplier_product_id: str = strawberry.field(
        default="", description="As the supplier calls it; may be left out where the product was adopted from there."
    )
    low_water: int | None = strawberry.field(default=None, description="Of the pool: fewer free keys raise an alert.")


@strawberry.input
class SetKeySourcesInput:
    product_id: strawberry.ID
    sources: list[KeySourceInput] = strawberry.field(description="In the order in which they are asked.")


@strawberry.type(description="A line that was not added.")
class UploadProblem:
    line: int = strawberry.field(description="Of the list, or the place of the picture.")
    reason: str


@strawberry.type(description="A list that is brought again adds nothing; all of it is duplicate then.")
class UploadKeysPayload(Payload):
    lines: int = 0
    added: int = 0
    duplicates: int = strawberry.field(default=0, description="Twice in the list, or stored already.")
    refused: int = 0
    given: int = strawberry.field(default=0, description="Units of orders that got their key at once.")
    reasons: Json | None = strawberry.field(default=None, description="How many lines were not added for each reason.")
    problems: list[UploadProblem] = strawberry.field(default_factory=list, description="The first 1000.")


@strawberry.type
class RevealedKey:
    key: Key
    kind: KeyKind
    code: str | None = strawberry.field(
        description="The text, or the picture in Base64; null: still to come, or erased."
    )
    filename: str = strawberry.field(description="Of a picture.")


@strawberry.type
class RevealKeysPayload(Payload):
    revealed: list[RevealedKey] = strawberry.field(default_factory=list)


@strawberry.type
class ReplaceKeyPayload(Payload):
    key: Key | None = strawberry.field(default=None, description="The bad one.")
    key_unit: KeyUnit | None = strawberry.field(default=None, description="Null: nobody had the key.")


@strawberry.type
class ReleaseKeyUnitsPayload(Payload):
    key_units: list[KeyUnit] = strawberry.field(default_factory=list)


@strawberry.type
class RefundKeyUnitsPayload(Payload):
    order: Order | None = None
    refund: Refund | None = strawberry.field(
        default=None, description="Null: the channel pays nothing back by itself; the order says what to do."
    )
    cancelled: int = 0
    existed: bool = strawberry.field(default=False, description="These units were cancelled before.")


@strawberry.type
class BuyAgainPayload(Payload):
    key_purchase: KeyPurchase | None = None


@strawberry.type
class SetKeySourcesPayload(Payload):
    product: Product | None = None


@mutates("operator")
async def upload_keys(ctx: GatewayContext, wanted: UploadKeysInput) -> UploadKeysPayload:
    """Bring keys into a product's pool; orders that wait for one get it at once."""
    shop = await store_target(ctx, wanted.store)
    if sum(one is not None for one in (wanted.content, wanted.content_base64, wanted.pictures)) != 1:
        raise Invalid(Code.REQUIRED, "Give exactly one of content, contentBase64 and pictures.", "content")
    if wanted.pictures is not None:
        if wanted.sku is None:
            raise Invalid(Code.REQUIRED, "Name the product of the pictures.", "sku")
        pictures = [
            Picture(one.filename, _bytes(one.content, f"pictures.{place}.content"))
            for place, one in enumerate(wanted.pictures)
        ]
        return _uploaded(
            await key_uploads.upload_pictures(
                ctx.db, shop["id"], pictures, sku=wanted.sku, actor=ctx.actor, now=ctx.now, is_dry_run=wanted.is_dry_run
            )
        )
    content: str | bytes = wanted.content or ""
    if wanted.content_base64 is not None:
        content = _bytes(wanted.content_base64, "contentBase64")
    return _uploaded(
        await key_uploads.upload_list(
            ctx.db, shop["id"], content, sku=wanted.sku, actor=ctx.actor, now=ctx.now, is_dry_run=wanted.is_dry_run
        )
    )


@mutates("operator")
async def reveal_keys(ctx: GatewayContext, wanted: RevealKeysInput) -> RevealKeysPayload:
    """Show codes in the clear. Who, which and why is a row of the audit trail before anything is opened."""
    rows = await targets(ctx, key_listings.KEYS, "Key", wanted.key_ids, "keyIds")
    found = await key_reveals.reveal(ctx.db, [row["id"] for row in rows], wanted.reason, actor=ctx.actor, now=ctx.now)
    keys = {row["id"]: row for row in rows}
    return RevealKeysPayload(
        revealed=[
            RevealedKey(key=build(Key, keys[one.key_id]), kind=KeyKind(one.kind), code=one.code, filename=one.filename)
            for one in found
        ]
    )


@mutates("operator")
async def replace_key(ctx: GatewayContext, wanted: ReplaceKeyInput) -> ReplaceKeyPayload:
    """The key does not work: it is never given out again, and the customer gets another one. A key that nobody has is
    taken out of the pool."""
    row = await target(ctx, key_listings.KEYS, "Key", wanted.key_id, "keyId")
    done = await key_replacements.replace(ctx.db, row["id"], wanted.reason, actor=ctx.actor, now=ctx.now)
    [row] = await listings.find(ctx.db, key_listings.KEYS, [row["id"]], ctx.scope)
    units = [] if done.unit_id is None else await _units(ctx, [done.unit_id])
    return ReplaceKeyPayload(key=build(Key, row), key_unit=units[0] if units else None)


@mutates("operator")
async def release_key_units(ctx: GatewayContext, wanted: ReleaseKeyUnitsInput) -> ReleaseKeyUnitsPayload:
    """Buy held units all the same, whatever the store's rules say of customer, price and region."""
    rows = await targets(ctx, key_listings.KEY_UNITS, "KeyUnit", wanted.key_unit_ids, "keyUnitIds")
    numbers = [row["id"] for row in rows]
    await key_replacements.release(ctx.db, numbers, actor=ctx.actor, now=ctx.now)
    return ReleaseKeyUnitsPayload(key_units=await _units(ctx, sorted(set(numbers))))


@mutates("operator")
async def refund_key_units(ctx: GatewayContext, wanted: RefundKeyUnitsInput) -> RefundKeyUnitsPayload:
    """Cancel units that nobody can deliver and pay them back: by the channel where it lets Orion (eBay), else the order
    says how much a person has to pay back."""
    order_id = await order_target(ctx, wanted.order_id)
    rows = await targets(ctx, key_listings.KEY_UNITS, "KeyUnit", wanted.key_unit_ids, "keyUnitIds")
    before = await changed_order(ctx, order_id)
    if wanted.amount is not None and wanted.amount.currency != before.currency:
        raise Invalid(Code.CURRENCY_DIFFERS, f"The order is in {before.currency}.", "amount")
    done = await key_refunds.refund_units(
        ctx.db,
        order_id,
        [row["id"] for row in rows],
        wanted.reason,
        amount_minor=None if wanted.amount is None else minor_of(wanted.amount, "amount"),
        note=wanted.note,
        reference=f"orion-{ctx.parts.new_id()}" if wanted.reference is None else wanted.reference,
        actor=ctx.actor,
        now=ctx.now,
    )
    ids = [] if done.refund_id is None else [done.refund_id]
    refunds = build_all(Refund, await listings.find(ctx.db, listings.REFUNDS, ids, ctx.scope))
    return RefundKeyUnitsPayload(
        order=await changed_order(ctx, order_id),
        refund=refunds[0] if refunds else None,
        cancelled=done.units,
        existed=done.existed,
    )


@mutates("operator")
async def buy_again(ctx: GatewayContext, wanted: BuyAgainInput) -> BuyAgainPayload:
    """Somebody has looked at the supplier, and this purchase was not made there: its units are bought anew. If it turns
    up after all, its keys go into the pool."""
    row = await target(ctx, key_listings.KEY_PURCHASES, "KeyPurchase", wanted.key_purchase_id, "keyPurchaseId")
    await purchase_search.buy_again(ctx.db, row["id"], ctx.actor, ctx.now)
    [row] = await listings.find(ctx.db, key_listings.KEY_PURCHASES, [row["id"]], ctx.scope)
    return BuyAgainPayload(key_purchase=build(KeyPurchase, row))


@mutates("operator")
async def set_key_sources(ctx: GatewayContext, wanted: SetKeySourcesInput) -> SetKeySourcesPayload:
    """Say where keys of a product come from. Units that wait ask the new sources from the first on."""
    product = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    sources = [await _source(ctx, product["store_id"], place, one) for place, one in enumerate(wanted.sources)]
    await key_sources.set_sources(ctx.db, product["id"], sources, actor=ctx.actor, now=ctx.now)
    return SetKeySourcesPayload(product=build_all(Product, await products.effective(ctx.db, [product["id"]]))[0])


async def _source(ctx: GatewayContext, store_id: int, place: int, given: KeySourceInput) -> WantedSource:
    if given.supplier is None:
        return WantedSource(None, "", given.low_water)
    row = await listings.one(ctx.db, listings.CHANNELS, store_id, marketplace=given.supplier)
    if row is None:
        raise NotFound(f"supplier account {given.supplier[:80]!r} of this store", f"sources.{place}.supplier")
    return WantedSource(row["id"], given.supplier_product_id, given.low_water)


async def _units(ctx: GatewayContext, numbers: list[int]) -> list[KeyUnit]:
    return build_all(KeyUnit, await listings.find(ctx.db, key_listings.KEY_UNITS, numbers, ctx.scope))


def _bytes(text: str, field: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(Code.INVALID_VALUE, "This is no Base64.", field) from None


def _uploaded(done: Uploaded) -> UploadKeysPayload:
    return UploadKeysPayload(
        lines=done.lines,
        added=done.added,
        duplicates=done.duplicates,
        refused=done.refused,
        given=done.given,
        reasons=Json(dict(done.reasons)),
        problems=[UploadProblem(line=one.line, reason=one.reason) for one in done.problems],
    )


MUTATIONS = [
    upload_keys,
    reveal_keys,
    replace_key,
    release_key_units,
    refund_key_units,
    buy_again,
    set_key_sources,
]
