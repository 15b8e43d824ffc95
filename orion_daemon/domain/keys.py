"""The life of a licence key that is owed: the states of an ordered unit and of a purchase, and what may follow what.

A unit is one ordered piece of a digital line. It is filled from the sources of its product in their order: the store's
own pool first, then one supplier after the other.

    owed ──► buying ──► ready ──► delivered        ready: its code lies here, sealed
     │ ▲        ├──► waiting ──► ready             waiting: bought, the code comes later (a pre-order)
     │ └────────┤ ──► unknown                      unknown: nobody can tell yet whether it was bought
     ├──► ready (from the pool)
     └──► held ──► owed, cancelled                 held: a rule or the last source said no; a person decides
    owed, held ──► cancelled                       what is bought is never cancelled, it goes back into the pool

A purchase is one call that costs money, with a reference of ours that no other attempt has (G1):

    intended ──► sent ──► bought                   intended: committed before anything else; it was surely not called
       │           ├──► refused                    sent: committed just before the call; since then it may be bought
       │           ├──► unknown ──► bought         unknown: the answer was lost; the supplier's history is asked
       └───────────┤       └──► abandoned          abandoned: the history showed nothing for so long that a new attempt,
                   └──► dropped                    with a new reference, was allowed; dropped: it surely did nothing

`buy_or_not` decides before each call; nothing here knows a clock or a database. Writers: `services/key_units.py`,
`services/purchases.py`; who calls: `actors/handlers/keys.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orion_daemon.domain.supply import CodeKind


class UnitState(StrEnum):
    OWED = "owed"
    BUYING = "buying"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    READY = "ready"
    DELIVERED = "delivered"
    HELD = "held"
    CANCELLED = "cancelled"


class PurchaseState(StrEnum):
    INTENDED = "intended"
    SENT = "sent"
    UNKNOWN = "unknown"
    BOUGHT = "bought"
    REFUSED = "refused"
    DROPPED = "dropped"
    ABANDONED = "abandoned"


class Notice(StrEnum):
    """What the customer of a unit is still to be told in a message without a key."""

    PREORDER = "preorder"  # it is ordered, and its code comes later
    REFUND = "refund"  # it is not coming, and is paid back


class KeyState(StrEnum):
    """Of a stored code. `bad` and `delivered` are never given out again."""

    FREE = "free"
    CLAIMED = "claimed"
    AWAITED = "awaited"  # bought, and the code itself is still to come
    DELIVERED = "delivered"
    BAD = "bad"


_U = UnitState
UNIT_MOVES: dict[UnitState, frozenset[UnitState]] = {
    _U.OWED: frozenset({_U.BUYING, _U.READY, _U.HELD, _U.CANCELLED}),
    _U.BUYING: frozenset({_U.OWED, _U.READY, _U.WAITING, _U.UNKNOWN, _U.HELD}),
    _U.UNKNOWN: frozenset({_U.OWED, _U.READY, _U.WAITING, _U.HELD}),
    _U.WAITING: frozenset({_U.READY, _U.HELD}),
    _U.READY: frozenset({_U.DELIVERED, _U.HELD, _U.OWED, _U.CANCELLED}),
    _U.DELIVERED: frozenset({_U.OWED, _U.CANCELLED}),  # replaced, or paid back
    _U.HELD: frozenset({_U.OWED, _U.READY, _U.WAITING, _U.CANCELLED}),
    _U.CANCELLED: frozenset(),
}
_P = PurchaseState
PURCHASE_MOVES: dict[PurchaseState, frozenset[PurchaseState]] = {
    _P.INTENDED: frozenset({_P.SENT, _P.DROPPED}),
    _P.SENT: frozenset({_P.BOUGHT, _P.REFUSED, _P.UNKNOWN, _P.DROPPED}),
    _P.UNKNOWN: frozenset({_P.BOUGHT, _P.REFUSED, _P.ABANDONED}),
    _P.BOUGHT: frozenset(),
    _P.REFUSED: frozenset(),
    _P.DROPPED: frozenset(),
    _P.ABANDONED: frozenset({_P.BOUGHT}),  # it turned up after all: its codes go into the pool
}
OPEN = frozenset({_P.INTENDED, _P.SENT, _P.UNKNOWN})
"""Money that may be spent and is not booked yet."""
MAY_BE_BOUGHT = frozenset({_P.SENT, _P.UNKNOWN})
UNSETTLED = frozenset({_U.OWED, _U.BUYING, _U.UNKNOWN, _U.WAITING, _U.READY, _U.HELD})
"""The customer waits for these."""


def may_move(at: UnitState, to: UnitState) -> bool:
    return to in UNIT_MOVES[at]


def may_become(at: PurchaseState, to: PurchaseState) -> bool:
    return to in PURCHASE_MOVES[at]


class Hold(StrEnum):
    """Why a unit is held; a person can release it, replace the source, or pay back."""

    NO_SOURCE = "no_source"
    REGION = "region_excluded"
    FLOOR = "below_floor"
    COST_STALE = "cost_stale"
    CURRENCY = "currency_differs"
    TOO_MANY = "too_many"
    FIRST_ORDER = "first_order_limit"
    RISK = "risk_score"
    PREORDER = "preorder_not_allowed"
    LOW_STOCK = "low_stock"
    PRODUCT_GONE = "product_gone"
    BALANCE = "low_balance"
    REFUSED = "purchase_refused"
    PRICE_MOVED = "price_moved"
    UNKNOWN = "purchase_unknown"
    UNKNOWN_KIND = "unknown_code_kind"
    BAD_IMAGE = "bad_image"
    PREORDER_CANCELLED = "preorder_cancelled"
    READ_ONLY = "mutations_forbidden"


JUDGED_BY_PEOPLE = frozenset({Hold.FLOOR, Hold.CURRENCY, Hold.REGION, Hold.TOO_MANY, Hold.FIRST_ORDER, Hold.RISK})
"""A person who releases a unit that is held so has looked at just that."""
OF_THE_CUSTOMER = frozenset({Hold.REGION, Hold.TOO_MANY, Hold.FIRST_ORDER, Hold.RISK})
"""No key, of whatever source, is given to a unit that is held so, until a person has looked."""


@dataclass(frozen=True, slots=True)
class BuyingRules:
    """What a store allows for one supplier account. Amounts in minor units of the supplier's currency.

    `most_units` in one order line; `first_order_minor` and `most_first_units` for a customer without a finished order;
    `min_margin_minor` a piece, after cost; 0 or None switch a rule off. `regions` the supplier may name for a country
    beside the worldwide ones.
    """

    most_units: int = 10
    first_order_minor: int | None = None
    cost_max_age: timedelta = timedelta(hours=24)
    allows_preorders: bool = False
    min_margin_minor: int = 0
    may_buy_again: bool = False  # after an unknown outcome that the history never showed
    visible_within: timedelta = timedelta(minutes=15)  # by then the supplier's history must show an order
    low_stock_tries: int = 5
    ignores_stock: bool = False
    risk_hundredths: int | None = None  # a score above it is held; None: nobody is scored


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be bought, and all that speaks for or against it."""

    quantity: int
    unit_price_minor: int | None  # what a piece brings, without VAT and fees; None: unknown
    price_currency: str
    country: str  # the customer's, ISO 3166; "" where nobody knows
    ordered: int  # pieces of the whole line
    order_minor: int | None  # of the whole order, gross
    is_first_order: bool
    is_released: bool  # a person said: buy it all the same
    least_margin_minor: int = 0  # of the product's own markup
    risk_hundredths: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What the supplier asks at this moment. `read_at`: when it said so."""

    unit_minor: int | None
    currency: str
    quantity: int
    regions: tuple[str, ...]
    is_preorder: bool
    is_listed: bool
    read_at: datetime


@dataclass(frozen=True, slots=True)
class No:
    """A refusal of ours. `is_final`: no other time helps, the next source or a person does."""

    reason: Hold
    text: str
    passes_on: bool = True  # whether the next source may be asked


WORLDWIDE = frozenset({"WORLDWIDE", "GLOBAL", "ROW", "ANY"})
_EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
_AREAS: dict[str, frozenset[str]] = {
    "EU": _EU,
    "EUROPE": _EU | {"GB", "CH", "NO", "IS", "LI"},
    "EMEA": _EU | {"GB", "CH", "NO", "IS", "LI"},
    "EEA": _EU | {"NO", "IS", "LI"},
    "UK": frozenset({"GB"}),
    "NA": frozenset({"US", "CA"}),
    "NORTH AMERICA": frozenset({"US", "CA"}),
    "BENELUX": frozenset({"BE", "NL", "LU"}),
}


def works_in(regions: Sequence[str], country: str) -> bool | None:
    """Whether a key of these regions can be used in a country; None: the words do not say."""
    if not regions:
        return None
    words = [" ".join(region.upper().replace("_", " ").split()) for region in regions]
    if any(word in WORLDWIDE for word in words):
        return True
    if not country:
        return None
    if any(word == country or country in _AREAS.get(word, ()) for word in words):
        return True
    return False if all(word in _AREAS or len(word) == 2 for word in words) else None


def buy_or_not(wish: Wish, offer: Offer, rules: BuyingRules, now: datetime) -> No | None:
    """None: buy, at the price that the supplier named (G2). What a person released passes all that a person can know
    better: the customer, the price, the region; never what the supplier itself does not have or list."""
    if not offer.is_listed:
        return No(Hold.PRODUCT_GONE, "the supplier does not list the product any more")
    if offer.unit_minor is None:
        return No(Hold.COST_STALE, "the supplier names no price for so many pieces")
    if now - offer.read_at > rules.cost_max_age:
        return No(Hold.COST_STALE, f"the supplier's price was read {offer.read_at:%Y-%m-%d %H:%M} UTC, too long ago")
    fits = works_in(offer.regions, wish.country)
    if fits is False and not wish.is_released:
        return No(Hold.REGION, f"keys for {', '.join(offer.regions)[:80]} do not work in {wish.country}")
    if offer.is_preorder and not rules.allows_preorders:
        return No(Hold.PREORDER, "it is a pre-order, which the store does not allow")
    if not (offer.is_preorder or rules.ignores_stock) and offer.quantity < wish.quantity:
        return No(Hold.LOW_STOCK, f"the supplier has {offer.quantity} pieces of {wish.quantity}")
    return _about_price(wish, offer, rules) or (None if wish.is_released else customer_or_no(wish, rules))


def _about_price(wish: Wish, offer: Offer, rules: BuyingRules) -> No | None:
    if wish.unit_price_minor is None:
        return None if wish.is_released else No(Hold.FLOOR, "nobody knows what the customer paid for it")
    if wish.price_currency != offer.currency:
        if wish.is_released:
            return None
        return No(
            Hold.CURRENCY, f"it was sold in {wish.price_currency} and costs {offer.currency}; nobody compares the two"
        )
    cost = offer.unit_minor or 0
    if wish.unit_price_minor - cost < max(rules.min_margin_minor, wish.least_margin_minor) and not wish.is_released:
        return No(Hold.FLOOR, f"it costs {cost} and brings {wish.unit_price_minor} minor units a piece")
    return None


def customer_or_no(wish: Wish, rules: BuyingRules) -> No | None:
    """What the store's rules say of the buyer and the order, whatever source the keys come from."""
    if rules.most_units and wish.ordered > rules.most_units:
        return No(Hold.TOO_MANY, f"{wish.ordered} pieces in one line, allowed are {rules.most_units}", passes_on=False)
    limit = rules.first_order_minor
    if limit is not None and wish.is_first_order and (wish.order_minor is None or wish.order_minor > limit):
        return No(Hold.FIRST_ORDER, "a first order above the limit waits for a person", passes_on=False)
    if rules.risk_hundredths is not None and (wish.risk_hundredths or 0) > rules.risk_hundredths:
        return No(Hold.RISK, "the supplier's risk check scores the buyer above the limit", passes_on=False)
    return None


def handle(digest: bytes | None) -> str:
    """What lists show of a code: the end of its keyed hash. Equal for equal codes, and no part of any."""
    return f"•••• {digest.hex()[-4:]}" if digest else "••••"


def look_delay(looks: int) -> timedelta:
    """Before the next look into the supplier's history: grows from two seconds to two minutes."""
    return timedelta(seconds=min(120, 2 * 2**looks))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a code means for its unit and for its own row."""

    unit: UnitState
    key: KeyState
    hold: Hold | None = None


def outcome_of(kind: CodeKind, *, has_secret: bool, is_picture: bool) -> Outcome:
    """`is_picture`: for an image, that its content was decoded and is one."""
    if kind is CodeKind.UNKNOWN:
        return Outcome(UnitState.HELD, KeyState.CLAIMED, Hold.UNKNOWN_KIND)
    if not has_secret:
        return Outcome(UnitState.WAITING, KeyState.AWAITED)
    if kind is CodeKind.IMAGE and not is_picture:
        return Outcome(UnitState.HELD, KeyState.CLAIMED, Hold.BAD_IMAGE)
    return Outcome(UnitState.READY, KeyState.CLAIMED)
