"""What people do with prices made of costs: lay a markup on a product or on a whole list, remove it, tell a rate.

A rule says either `percent` or `amount`, before VAT. What became of it stands on `Product.markup`: `markups.py`.
"""

from datetime import datetime, timedelta

import strawberry

from orion_daemon.domain.markups import Markup as Rule
from orion_daemon.domain.markups import parse_percent
from orion_daemon.graphql import ids
from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.markups import ExchangeRate, shown_rate
from orion_daemon.graphql.payloads import Payload, mutates, store_target, target
from orion_daemon.graphql.products import Product
from orion_daemon.graphql.rows import build_all
from orion_daemon.graphql.scalars import Decimal, MoneyInput, minor_of
from orion_daemon.services import exchange_rates as rates
from orion_daemon.services import listings, products, supplier_markups
from orion_daemon.services import markups as service
from orion_daemon.services.errors import Code, Invalid, NotFound, Refused

MARK_UP_AT_ONCE = 500
RULE = "Either `percent` or `amount`; amounts are of the store's currency."


@strawberry.input
class MarkupRule:
    """What every input with a rule has."""

    percent: Decimal | None = strawberry.field(default=None, description="Of the cost, before VAT.")
    amount: MoneyInput | None = strawberry.field(default=None, description="On top of the cost, before VAT.")
    rounding: str = strawberry.field(default="none", description="none, 99, 95, 90, 50 or 00.")
    vat: Decimal = strawberry.field(default=Decimal("0"), description="In percent.")
    fee_percent: Decimal = strawberry.field(default=Decimal("0"), description="Of the price with VAT.")
    fee: MoneyInput | None = strawberry.field(default=None, description="A piece.")
    min_margin: MoneyInput | None = strawberry.field(default=None, description="What must be left of a piece.")
    cap: MoneyInput | None = strawberry.field(default=None, description="The highest price allowed.")
    max_age: int = strawberry.field(default=86_400, description="Seconds for which a cost and an exchange rate hold.")


@strawberry.input(description=RULE)
class SetMarkupInput(MarkupRule):
    product_id: strawberry.ID


@strawberry.input(
    description=f"{RULE} The rule is laid on products without a markup whose keys come from `supplier`; `after` goes on"
    " where an answer ended."
)
class SetMarkupsInput(MarkupRule):
    store: str
    supplier: str = strawberry.field(description="The name of the store's account (`SupplierAccount.name`).")
    over_own_prices: bool = strawberry.field(
        default=False, description="Also where the store set a price, which does not count any more then."
    )
    after: strawberry.ID | None = strawberry.field(default=None, description="`last` of the answer before.")


@strawberry.input
class RemoveMarkupInput:
    product_id: strawberry.ID
    price: MoneyInput | None = strawberry.field(default=None, description="Null: the one that was made last.")


@strawberry.input
class SetExchangeRateInput:
    base: str
    quote: str
    rate: Decimal = strawberry.field(description="Up to six digits behind the point.")
    source: str = ""
    read_at: datetime | None = strawberry.field(default=None, description="When the source said so; null: now.")


@strawberry.type
class MarkupPayload(Payload):
    product: Product | None = None


@strawberry.type(description="Up to 500 products are looked at; go on with `last` until it is null.")
class SetMarkupsPayload(Payload):
    products: list[Product] = strawberry.field(default_factory=list, description="Those that have the rule now.")
    priced: int = strawberry.field(default=0, description="Of them, those that have a price.")
    paused: int = strawberry.field(default=0, description="Of them, those whose price cannot be made.")
    own_price: int = strawberry.field(default=0, description="Left out: the store set a price.")
    without_cost: int = strawberry.field(default=0, description="Left out: no supplier says what a key costs.")
    last: strawberry.ID | None = None


@strawberry.type
class SetExchangeRatePayload(Payload):
    exchange_rate: ExchangeRate | None = None
    priced: int = strawberry.field(default=0, description="Products whose price could be made with it.")
    paused: int = strawberry.field(default=0, description="Products whose price cannot be made all the same.")


@mutates("operator")
async def set_markup(ctx: GatewayContext, wanted: SetMarkupInput) -> MarkupPayload:
    """Let a product's price be made of its cost from now on; a price of its own does not count any more."""
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    rule = _rule(wanted, await _currency(ctx, row["store_id"]))
    await service.set_markup(ctx.db, row["id"], rule, actor=ctx.actor, now=ctx.now)
    return await _payload(ctx, row["id"])


@mutates("operator")
async def set_markups(ctx: GatewayContext, wanted: SetMarkupsInput) -> SetMarkupsPayload:
    """Put what was adopted from a supplier on sale: one rule for all of it that has none. Repeating changes nothing."""
    shop = await store_target(ctx, wanted.store)
    account = await listings.one(ctx.db, listings.CHANNELS, shop["id"], marketplace=wanted.supplier)
    if account is None:
        raise NotFound(f"supplier account {wanted.supplier[:80]!r} of this store", "supplier")
    done = await supplier_markups.mark_up_supplier(
        ctx.db,
        account["id"],
        _rule(wanted, shop["currency"]),
        after_id=0 if wanted.after is None else ids.number(wanted.after, "Product", "after"),
        limit=MARK_UP_AT_ONCE,
        actor=ctx.actor,
        now=ctx.now,
        over_own_prices=wanted.over_own_prices,
    )
    return SetMarkupsPayload(
        products=build_all(Product, await products.effective(ctx.db, done.product_ids)),
        priced=done.priced,
        paused=len(done.product_ids) - done.priced,
        own_price=done.own_price,
        without_cost=done.without_cost,
        last=None if done.last_id is None else ids.global_id("Product", done.last_id),
    )


@mutates("operator")
async def remove_markup(ctx: GatewayContext, wanted: RemoveMarkupInput) -> MarkupPayload:
    """Give a product a price of its own again."""
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    price = _minor(wanted.price, await _currency(ctx, row["store_id"]), "price")
    await service.remove_markup(ctx.db, row["id"], actor=ctx.actor, now=ctx.now, price_minor=price)
    return await _payload(ctx, row["id"])


@mutates("admin")
async def set_exchange_rate(ctx: GatewayContext, wanted: SetExchangeRateInput) -> SetExchangeRatePayload:
    """Say what a currency is worth in another; prices of all stores that need it are made anew."""
    if ctx.scope is not None:
        raise Refused(Code.FORBIDDEN, "A rate holds for all stores: it takes a token of all.", "base")
    done = await rates.set_rate(
        ctx.db, wanted.base, wanted.quote, wanted.rate, actor=ctx.actor, now=ctx.now, source=wanted.source,
        read_at=wanted.read_at,
    )  # fmt: skip
    row = next(row for row in await rates.known(ctx.db) if (row["base"], row["quote"]) == (wanted.base, wanted.quote))
    return SetExchangeRatePayload(exchange_rate=shown_rate(row), priced=done.priced, paused=done.paused)


async def _payload(ctx: GatewayContext, product_id: int) -> MarkupPayload:
    return MarkupPayload(product=build_all(Product, await products.effective(ctx.db, [product_id]))[0])


async def _currency(ctx: GatewayContext, store_id: int) -> str:
    shop = await ctx.loaders.stores.load(store_id)
    assert shop is not None  # noqa: S101 - a foreign key holds it
    return str(shop["currency"])


def _rule(given: MarkupRule, currency: str) -> Rule:
    """Raises Invalid for shares and amounts that are none, or of another currency than the store's."""
    if (given.percent is None) == (given.amount is None):
        raise Invalid(Code.REQUIRED, "Give either a percentage or an amount.", "percent")
    value = _minor(given.amount, currency, "amount")
    if given.percent is not None:
        value = _hundredths(given.percent, "percent")
    return Rule(
        currency,
        "fixed" if given.percent is None else "percent",
        value or 0,
        given.rounding,
        _hundredths(given.vat, "vat"),
        _hundredths(given.fee_percent, "feePercent"),
        _minor(given.fee, currency, "fee") or 0,
        _minor(given.min_margin, currency, "minMargin") or 0,
        _minor(given.cap, currency, "cap"),
        timedelta(seconds=given.max_age),
    )


def _hundredths(text: str, field: str) -> int:
    try:
        return parse_percent(text)
    except ValueError as error:
        raise Invalid(Code.INVALID_VALUE, str(error), field) from None


def _minor(given: MoneyInput | None, currency: str, field: str) -> int | None:
    if given is None:
        return None
    if given.currency != currency:
        raise Invalid(Code.CURRENCY_DIFFERS, f"The store sells in {currency}.", field)
    return minor_of(given, field)


MUTATIONS = [set_markup, set_markups, remove_markup, set_exchange_rate]
