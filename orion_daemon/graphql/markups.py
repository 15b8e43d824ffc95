"""Prices made of what a key costs: a product's markup with the price that came of it, and exchange rates.

Shares are percent with up to two digits; amounts are of the store's currency. Why a price is as it is, or why there is
none, stands beside the rule.
"""

import re
from datetime import datetime, timedelta

import strawberry

from orion_daemon.domain.markups import Markup as Rule
from orion_daemon.domain.markups import write_rate
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.products import Product
from orion_daemon.graphql.rows import build_all
from orion_daemon.graphql.scalars import Decimal, Money, MoneyInput, minor_of, money
from orion_daemon.graphql.vocabulary import MarkupState
from orion_daemon.services import exchange_rates as rates
from orion_daemon.services import listings, products
from orion_daemon.services import markups as service
from orion_daemon.services.errors import Code, Invalid, Refused
from orion_daemon.services.price_explanations import Explanation

_PERCENT = re.compile(r"(\d{1,5})(?:\.(\d{1,2}))?\Z", re.ASCII)


@strawberry.type(description="The price as it stood after a step.")
class MarkupStep:
    name: str = strawberry.field(description="cost, converted, markup, vat, rounded, charm, floor or cap.")
    amount: Decimal
    currency: str
    words: str


@strawberry.type(description="By what rule a product's price is made of its cost, and what came of it.")
class Markup:
    percent: Decimal | None = strawberry.field(description="Of the cost, before VAT; or `amount`.")
    amount: Money | None
    rounding: str = strawberry.field(description="Of the last digits: none, 99, 95, 90, 50 or 00.")
    vat: Decimal = strawberry.field(description="In percent.")
    fee_percent: Decimal = strawberry.field(description="Of the price with VAT.")
    fee: Money | None = strawberry.field(description="A piece.")
    min_margin: Money | None = strawberry.field(description="What must be left of a piece.")
    cap: Money | None = strawberry.field(description="The highest price allowed.")
    max_age: int = strawberry.field(description="Seconds for which a cost and an exchange rate hold.")
    state: MarkupState
    code: str = strawberry.field(description="Why it is paused; empty otherwise.")
    reason: str
    looked_at: datetime | None
    price: Money | None = strawberry.field(description="The last that was made, at `madeAt` and of `steps`.")
    floor: Money | None
    steps: list[MarkupStep]
    made_at: datetime | None
    good_until: datetime | None


def shown(known: Explanation) -> Markup:
    rule = known.rule
    is_percent = rule.kind == "percent"
    return Markup(
        percent=_percent(rule.value) if is_percent else None,
        amount=None if is_percent else money(rule.value, rule.currency),
        rounding=rule.rounding,
        vat=_percent(rule.vat_hundredths),
        fee_percent=_percent(rule.fee_hundredths),
        fee=money(rule.fee_minor, rule.currency),
        min_margin=money(rule.min_margin_minor, rule.currency),
        cap=money(rule.cap_minor, rule.currency),
        max_age=int(rule.max_age.total_seconds()),
        state=MarkupState(known.state),
        code=known.code,
        reason=known.reason,
        looked_at=known.looked_at,
        price=money(known.price_minor, rule.currency),
        floor=money(known.floor_minor, rule.currency),
        steps=[
            MarkupStep(name=step.name, amount=Decimal(step.amount), currency=step.currency, words=step.words)
            for step in known.steps
        ],
        made_at=known.made_at,
        good_until=known.good_until,
    )


@strawberry.type(description="What one unit of `base` is worth in `quote`, as somebody said at `readAt`.")
class ExchangeRate:
    base: str
    quote: str
    rate: Decimal
    source: str
    read_at: datetime


@resolved(description="A rate goes one way; none is made out of another.")
async def exchange_rates(info: Info) -> list[ExchangeRate]:
    return [
        ExchangeRate(
            base=row["base"],
            quote=row["quote"],
            rate=Decimal(write_rate(row["rate_millionths"])),
            source=row["source"],
            read_at=row["read_at"],
        )
        for row in await rates.known(info.context.db)
    ]


@strawberry.input(description="Either `percent` or `amount`; amounts are of the store's currency.")
class SetMarkupInput:
    product_id: strawberry.ID
    percent: Decimal | None = strawberry.field(default=None, description="Of the cost, before VAT.")
    amount: MoneyInput | None = strawberry.field(default=None, description="On top of the cost, before VAT.")
    rounding: str = strawberry.field(default="none", description="none, 99, 95, 90, 50 or 00.")
    vat: Decimal = strawberry.field(default=Decimal("0"), description="In percent.")
    fee_percent: Decimal = strawberry.field(default=Decimal("0"), description="Of the price with VAT.")
    fee: MoneyInput | None = strawberry.field(default=None, description="A piece.")
    min_margin: MoneyInput | None = strawberry.field(default=None, description="What must be left of a piece.")
    cap: MoneyInput | None = strawberry.field(default=None, description="The highest price allowed.")
    max_age: int = strawberry.field(default=86_400, description="Seconds for which a cost and an exchange rate hold.")


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


@strawberry.type
class SetExchangeRatePayload(Payload):
    priced: int = strawberry.field(default=0, description="Products whose price could be made with it.")
    paused: int = strawberry.field(default=0, description="Products whose price cannot be made all the same.")


@mutates("operator")
async def set_markup(ctx: GatewayContext, wanted: SetMarkupInput) -> MarkupPayload:
    """Let a product's price be made of its cost from now on; a price of its own does not count any more."""
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    if (wanted.percent is None) == (wanted.amount is None):
        raise Invalid(Code.REQUIRED, "Give either a percentage or an amount.", "percent")
    shop = await ctx.loaders.stores.load(row["store_id"])
    assert shop is not None  # noqa: S101 - a foreign key holds it
    currency = shop["currency"]
    value = _minor(wanted.amount, currency, "amount")
    if wanted.percent is not None:
        value = _hundredths(wanted.percent, "percent")
    rule = Rule(
        currency,
        "fixed" if wanted.percent is None else "percent",
        value or 0,
        wanted.rounding,
        _hundredths(wanted.vat, "vat"),
        _hundredths(wanted.fee_percent, "feePercent"),
        _minor(wanted.fee, currency, "fee") or 0,
        _minor(wanted.min_margin, currency, "minMargin") or 0,
        _minor(wanted.cap, currency, "cap"),
        timedelta(seconds=wanted.max_age),
    )
    await service.set_markup(ctx.db, row["id"], rule, actor=ctx.actor, now=ctx.now)
    return await _payload(ctx, row["id"])


@mutates("operator")
async def remove_markup(ctx: GatewayContext, wanted: RemoveMarkupInput) -> MarkupPayload:
    """Give a product a price of its own again."""
    row = await target(ctx, listings.PRODUCTS, "Product", wanted.product_id, "productId")
    shop = await ctx.loaders.stores.load(row["store_id"])
    assert shop is not None  # noqa: S101 - a foreign key holds it
    price = _minor(wanted.price, shop["currency"], "price")
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
    return SetExchangeRatePayload(priced=done.priced, paused=done.paused)


async def _payload(ctx: GatewayContext, product_id: int) -> MarkupPayload:
    return MarkupPayload(product=build_all(Product, await products.effective(ctx.db, [product_id]))[0])


def _percent(hundredths: int) -> Decimal:
    return Decimal(f"{hundredths // 100}.{hundredths % 100:02}")


def _hundredths(text: str, field: str) -> int:
    match = _PERCENT.match(text)
    if match is None:
        raise Invalid(Code.INVALID_VALUE, "A percentage is not negative and has up to two digits.", field)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _minor(given: MoneyInput | None, currency: str, field: str) -> int | None:
    if given is None:
        return None
    if given.currency != currency:
        raise Invalid(Code.CURRENCY_DIFFERS, f"The store sells in {currency}.", field)
    return minor_of(given, field)


QUERIES = [exchange_rates]
MUTATIONS = [set_markup, remove_markup, set_exchange_rate]
