"""A price made of what a key costs: exact up to one rounding, explained step by step, or not made at all (G2).

    cost ─► in the store's currency ─► + markup ─► + VAT ─► whole minor units ─► charm ending ─► floor ─► cap

The floor is the lowest price that still leaves the cost, the fees and the least margin once VAT is off. An input that
is missing or too old, and a cap under the floor, pause the product with a code; no value ever stands in for another.
Nothing here knows a clock or a database. Freshness is judged again when a price is told: `services/levels.py`. Charm
endings: `charm_prices.py`. Writer: `services/markups.py`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from orion_daemon.domain.charm_prices import ROUNDINGS, charm_down, charm_up, ending
from orion_daemon.domain.money import EXPONENTS, exponent, round_half_up
from orion_daemon.domain.prices import MAX_MINOR

KINDS = ("percent", "fixed")
WHOLE = 10_000
"""Hundredths of a percent in one."""
MILLION = 1_000_000
MOST_PERCENT = 100 * WHOLE
"""A markup of 10,000 %, in hundredths of a percent."""

_PERCENT = re.compile(r"(\d{1,5})(?:\.(\d{1,2}))?\Z", re.ASCII)
_RATE = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))?\Z", re.ASCII)


class Pause(StrEnum):
    """Why no price can be made; never renamed, only added to."""

    COST_MISSING = "cost_missing"
    COST_ZERO = "cost_zero"
    COST_STALE = "cost_stale"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    RATE_MISSING = "rate_missing"
    RATE_STALE = "rate_stale"
    CURRENCY_CHANGED = "currency_changed"
    FEES_TOO_HIGH = "fees_too_high"
    CAP_BELOW_FLOOR = "cap_below_floor"
    PRICE_ABSURD = "price_absurd"


@dataclass(frozen=True, slots=True)
class Markup:
    """A store's rule for one product. Amounts are minor units of `currency`, shares are hundredths of a percent.

    `value` is a share of the cost (percent) or an amount (fixed), both before VAT. Fees: `fee_hundredths` of the price
    with VAT, and `fee_minor` a piece. `min_margin_minor` must be left a piece. `max_age` holds for the cost and for the
    exchange rate.
    """

    currency: str
    kind: str
    value: int
    rounding: str = "none"
    vat_hundredths: int = 0
    fee_hundredths: int = 0
    fee_minor: int = 0
    min_margin_minor: int = 0
    cap_minor: int | None = None
    max_age: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule cannot be kept; `field` as the API spells it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known at a moment. `cost_minor` is for one piece, without VAT, and holds as of `cost_read_at`. The rate
    is what one unit of the cost's currency is worth in the store's, in millionths; not needed where both are the same.
    `currency` is the store's."""

    currency: str
    cost_minor: int | None = None
    cost_currency: str | None = None
    cost_read_at: datetime | None = None
    is_available: bool = True
    rate_millionths: int | None = None
    rate_read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`minor` is exact, in minor units of `currency`, as it stood after the step."""

    name: str  # cost | converted | markup | vat | rounded | charm | floor | cap
    minor: Fraction
    currency: str
    words: str

    @property
    def amount(self) -> str:
        return written(self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class Priced:
    """`read_at`: as of when the oldest of its inputs holds."""

    price_minor: int
    floor_minor: int
    steps: tuple[Step, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    code: Pause
    reason: str


def problem_of(markup: Markup) -> RuleProblem | None:
    """None: the rule can be kept."""
    if markup.kind not in KINDS:
        return RuleProblem(field="kind", message=f"A markup is one of {', '.join(KINDS)}.")
    if markup.rounding not in ROUNDINGS:
        return RuleProblem(field="rounding", message=f"A price is rounded to one of {', '.join(ROUNDINGS)}.")
    for field, value, least, most in (
        ("value", markup.value, 0, MOST_PERCENT if markup.kind == "percent" else MAX_MINOR),
        ("vat", markup.vat_hundredths, 0, WHOLE),
        ("feePercent", markup.fee_hundredths, 0, WHOLE - 1),
        ("fee", markup.fee_minor, 0, MAX_MINOR),
        ("minMargin", markup.min_margin_minor, 0, MAX_MINOR),
        ("cap", 1 if markup.cap_minor is None else markup.cap_minor, 1, MAX_MINOR),
    ):
        if not least <= value <= most:
            return RuleProblem(field=field, message="The value is too low, or beyond reason.")
    if not timedelta(minutes=1) <= markup.max_age <= timedelta(days=365):
        return RuleProblem(field="maxAge", message="A cost may be used for a minute up to a year after it was read.")
    if markup.currency not in EXPONENTS:
        return RuleProblem(field="currency", message=f"{markup.currency[:8]!r} is not a currency code of ISO 4217.")
    if _kept_share(markup) <= 0:
        return RuleProblem(field="feePercent", message="VAT and fees take the whole price; nothing would be left.")
    return None


def is_fresh(read_at: datetime, max_age: timedelta, now: datetime) -> bool:
    return now - read_at <= max_age


def price_of(markup: Markup, inputs: Inputs, now: datetime) -> Priced | Paused:
    """The price of one piece with VAT, in minor units of the markup's currency. Grows, or stays, as the cost grows."""
    found = _cost(markup, inputs, now)
    if isinstance(found, Paused):
        return found
    cost, read_at, steps = found
    currency = markup.currency

    def step(name: str, minor: Fraction | int, words: str) -> None:
        steps.append(Step(name, Fraction(minor), currency, words))

    if markup.kind == "percent":
        net = cost * (WHOLE + markup.value) / WHOLE
        step("markup", net, f"with a markup of {percent(markup.value)} on the cost")
    else:
        net = cost + markup.value
        step("markup", net, f"with a markup of {written(markup.value, currency)} {currency}")
    gross = net * (WHOLE + markup.vat_hundredths) / WHOLE
    step("vat", gross, f"with {percent(markup.vat_hundredths)} VAT")
    price = round_half_up(gross)
    step("rounded", price, "in whole minor units")
    if charm_up(price, markup.rounding, currency) != price:
        price = charm_up(price, markup.rounding, currency)
        step("charm", price, f"up to the next price that ends in {ending(markup.rounding, currency)}")

    kept = _kept_share(markup)
    if kept <= 0:
        return Paused(Pause.FEES_TOO_HIGH, "VAT and fees take the whole price: lower the fees of the markup")
    floor = _ceiling((cost + markup.fee_minor + markup.min_margin_minor) / kept)
    if price < floor:
        price = charm_up(floor, markup.rounding, currency)
        step("floor", price, f"not under the floor of {written(floor, currency)} {currency}: {_floor_words(markup)}")
    cap = markup.cap_minor
    if cap is not None and cap < floor:
        return Paused(
            Pause.CAP_BELOW_FLOOR,
            f"the cap is {written(cap, currency)} {currency} and the floor {written(floor, currency)} {currency}: "
            "raise the cap, or lower the least margin",
        )
    if cap is not None and price > cap:
        lower = charm_down(cap, markup.rounding, currency)
        price = lower if lower >= floor else cap
        step("cap", price, f"not above the cap of {written(cap, currency)} {currency}")
    if price > MAX_MINOR:
        return Paused(Pause.PRICE_ABSURD, "the price is larger than any real one: look at the cost and the markup")
    return Priced(price, floor, tuple(steps), read_at)


def _cost(markup: Markup, inputs: Inputs, now: datetime) -> tuple[Fraction, datetime, list[Step]] | Paused:
    """The cost in the markup's currency, as of when it holds, and how it came about."""
    currency = markup.currency
    if inputs.currency != currency:
        return Paused(
            Pause.CURRENCY_CHANGED,
            f"the markup is in {currency} and the store sells in {inputs.currency}: set the markup again",
        )
    minor, of, read_at = inputs.cost_minor, inputs.cost_currency, inputs.cost_read_at
    if minor is None or of is None or read_at is None:
        return Paused(Pause.COST_MISSING, "no supplier names a price for a piece")
    if not inputs.is_available:
        return Paused(Pause.SUPPLIER_UNAVAILABLE, "the supplier does not list the product, or is switched off")
    if minor <= 0:
        return Paused(Pause.COST_ZERO, "the supplier asks nothing for it, which cannot be right")
    if of not in EXPONENTS:
        return Paused(Pause.COST_MISSING, f"the supplier asks {of[:8]!r}, which is not a currency of ISO 4217")
    if not is_fresh(read_at, markup.max_age, now):
        return Paused(Pause.COST_STALE, f"the cost was read {_at(read_at)}, longer ago than the markup allows")
    cost = Fraction(minor)
    steps = [Step("cost", cost, of, f"what the supplier asks for a piece, read {_at(read_at)}")]
    if of == currency:
        return cost, read_at, steps
    rate, rate_at = inputs.rate_millionths, inputs.rate_read_at
    if rate is None or rate_at is None or rate <= 0:
        return Paused(Pause.RATE_MISSING, f"it costs {of}, and nobody has said what 1 {of} is in {currency}")
    if not is_fresh(rate_at, markup.max_age, now):
        return Paused(
            Pause.RATE_STALE, f"the rate of {of} in {currency} is of {_at(rate_at)}, longer ago than the markup allows"
        )
    cost = cost * rate / MILLION * Fraction(10) ** (exponent(currency) - exponent(of))
    steps.append(
        Step("converted", cost, currency, f"at 1 {of} = {write_rate(rate)} {currency}, the rate of {_at(rate_at)}")
    )
    return cost, min(read_at, rate_at), steps


def _kept_share(markup: Markup) -> Fraction:
    """Of a price with VAT: what VAT and the fees in percent leave."""
    return Fraction(WHOLE, WHOLE + markup.vat_hundredths) - Fraction(markup.fee_hundredths, WHOLE)


def _floor_words(markup: Markup) -> str:
    parts = ["the cost"]
    if markup.fee_hundredths:
        parts.append(f"fees of {percent(markup.fee_hundredths)}")
    for minor, what in ((markup.fee_minor, "in fees a piece"), (markup.min_margin_minor, "that must be left")):
        if minor:
            parts.append(f"{written(minor, markup.currency)} {markup.currency} {what}")
    if markup.vat_hundredths:
        parts.append(f"{percent(markup.vat_hundredths)} VAT")
    return ", ".join(parts)


# -- figures as text ---------------------------------------------------------------------------------------------------


def written(minor: Fraction | int, currency: str) -> str:
    """An amount as a decimal string, with up to four digits more than the currency has."""
    digits = exponent(currency) + 4
    scaled = round_half_up(Fraction(minor) * 10_000)
    text = str(abs(scaled)).rjust(digits + 1, "0")
    whole, part = text[:-digits], text[-digits:]
    part = part[: digits - 4] + part[digits - 4 :].rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if part else ''}{part}"


def percent(hundredths: int) -> str:
    """`1750` → `17.5 %`"""
    part = f"{hundredths % 100:02d}".rstrip("0")
    return f"{hundredths // 100}{'.' if part else ''}{part} %"


def parse_percent(text: str) -> int:
    """`"17.5"` → 1750 hundredths of a percent. Raises ValueError for what is negative or finer than two digits."""
    match = _PERCENT.match(text)
    if match is None:
        raise ValueError("A percentage is not negative and has up to two digits behind its point.")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def parse_rate(text: str) -> int:
    """`"0.9312"` → 931200 millionths. Raises ValueError for what is no plain decimal above zero with up to six digits
    behind its point: a finer rate would have to be rounded."""
    match = _RATE.match(text)
    millionths = 0 if match is None else int(match[1] + (match[2] or "").ljust(6, "0"))
    if millionths == 0:
        raise ValueError("A rate is a plain decimal above zero with up to six digits behind its point.")
    return millionths


def write_rate(millionths: int) -> str:
    part = f"{millionths % MILLION:06d}".rstrip("0")
    return f"{millionths // MILLION}{'.' if part else ''}{part}"


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
