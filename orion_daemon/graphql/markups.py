"""Prices made of what a key costs: a product's markup with the price that came of it, and exchange rates.

Shares are percent with up to two digits; amounts are of the store's currency. Why a price is as it is, or why there is
none, stands beside the rule. What is done with them: `markup_actions.py`.
"""

from datetime import datetime

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.domain.markups import write_rate
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.scalars import Decimal, Money, money
from orion_daemon.graphql.vocabulary import MarkupState
from orion_daemon.services import exchange_rates as rates
from orion_daemon.services.price_explanations import Explanation


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


def shown_rate(row: Row) -> ExchangeRate:
    return ExchangeRate(
        base=row["base"],
        quote=row["quote"],
        rate=Decimal(write_rate(row["rate_millionths"])),
        source=row["source"],
        read_at=row["read_at"],
    )


@resolved(description="A rate goes one way; none is made out of another.")
async def exchange_rates(info: Info) -> list[ExchangeRate]:
    return [shown_rate(row) for row in await rates.known(info.context.db)]


def _percent(hundredths: int) -> Decimal:
    return Decimal(f"{hundredths // 100}.{hundredths % 100:02}")


QUERIES = [exchange_rates]
