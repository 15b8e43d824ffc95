"""The rules by which a key is bought, held or passed on, and what may follow what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orion_daemon.domain.keys import (
    JUDGED_BY_PEOPLE,
    MAY_BE_BOUGHT,
    OF_THE_CUSTOMER,
    OPEN,
    PURCHASE_MOVES,
    UNIT_MOVES,
    UNSETTLED,
    BuyingRules,
    Hold,
    KeyState,
    Offer,
    PurchaseState,
    UnitState,
    Wish,
    buy_or_not,
    customer_or_no,
    look_delay,
    may_become,
    may_move,
    outcome_of,
    works_in,
)
from orion_daemon.domain.supply import CodeKind, PriceTier, tier_for

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
RULES = BuyingRules()
WISH = Wish(2, 1290, "EUR", "LU", 2, 2580, is_first_order=False, is_released=False)
OFFER = Offer(910, "EUR", 10, ("EU",), is_preorder=False, is_listed=True, read_at=NOW)


def refused(wish: Wish = WISH, offer: Offer = OFFER, rules: BuyingRules = RULES) -> Hold | None:
    no = buy_or_not(wish, offer, rules, NOW)
    return None if no is None else no.reason


def test_what_speaks_for_itself_is_bought() -> None:
    assert refused() is None


@pytest.mark.parametrize(
    ("offer", "hold"),
    [
        ({"is_listed": False}, Hold.PRODUCT_GONE),
        ({"unit_minor": None}, Hold.COST_STALE),
        ({"read_at": NOW - timedelta(hours=24, seconds=1)}, Hold.COST_STALE),
        ({"regions": ("PL",)}, Hold.REGION),
        ({"is_preorder": True}, Hold.PREORDER),
        ({"quantity": 1}, Hold.LOW_STOCK),
        ({"unit_minor": 1291}, Hold.FLOOR),
        ({"currency": "USD"}, Hold.CURRENCY),
    ],
)
def test_what_the_supplier_offers_can_forbid_it(offer: dict[str, object], hold: Hold) -> None:
    assert refused(offer=replace(OFFER, **offer)) is hold  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wish", "rules", "hold"),
    [
        ({"unit_price_minor": None}, {}, Hold.FLOOR),
        ({"unit_price_minor": 959}, {"min_margin_minor": 50}, Hold.FLOOR),
        ({"unit_price_minor": 1000, "least_margin_minor": 91}, {}, Hold.FLOOR),
        ({"ordered": 11}, {}, Hold.TOO_MANY),
        ({"is_first_order": True}, {"first_order_minor": 2579}, Hold.FIRST_ORDER),
        ({"is_first_order": True, "order_minor": None}, {"first_order_minor": 9999}, Hold.FIRST_ORDER),
        ({"risk_hundredths": 151}, {"risk_hundredths": 150}, Hold.RISK),
    ],
)
def test_what_the_customer_wants_can_forbid_it(wish: dict[str, object], rules: dict[str, object], hold: Hold) -> None:
    asked = replace(WISH, **wish)  # type: ignore[arg-type]
    limits = replace(RULES, **rules)  # type: ignore[arg-type]
    assert refused(asked, rules=limits) is hold
    assert refused(replace(asked, is_released=True), rules=limits) is None


def test_at_the_limit_it_is_bought() -> None:
    rules = BuyingRules(most_units=2, first_order_minor=2580, risk_hundredths=150, min_margin_minor=380)
    assert refused(replace(WISH, is_first_order=True, risk_hundredths=150), rules=rules) is None
    assert refused(offer=replace(OFFER, quantity=2, read_at=NOW - timedelta(hours=24)), rules=rules) is None


def test_no_release_helps_where_the_supplier_has_or_lists_nothing() -> None:
    wish = replace(WISH, is_released=True)
    assert refused(wish, replace(OFFER, is_listed=False)) is Hold.PRODUCT_GONE
    assert refused(wish, replace(OFFER, quantity=0)) is Hold.LOW_STOCK
    assert refused(wish, replace(OFFER, unit_minor=None)) is Hold.COST_STALE
    assert refused(wish, replace(OFFER, is_preorder=True)) is Hold.PREORDER


def test_a_store_may_try_what_shows_no_stock_and_what_is_not_released() -> None:
    assert refused(offer=replace(OFFER, quantity=0), rules=BuyingRules(ignores_stock=True)) is None
    assert refused(offer=replace(OFFER, is_preorder=True, quantity=0), rules=BuyingRules(allows_preorders=True)) is None


def test_a_rule_about_the_customer_asks_no_other_source() -> None:
    no = customer_or_no(replace(WISH, ordered=11), RULES)
    assert no is not None
    assert not no.passes_on
    assert no.reason in OF_THE_CUSTOMER < JUDGED_BY_PEOPLE


@pytest.mark.parametrize(
    ("regions", "country", "fits"),
    [
        (("WORLDWIDE",), "JP", True),
        (("EU",), "LU", True),
        (("EU",), "US", False),
        (("EU",), "CH", False),
        (("EUROPE",), "CH", True),
        (("PL",), "PL", True),
        (("PL", "DE"), "LU", False),
        (("PL", "eu"), "LU", True),
        (("North_America",), "US", True),
        (("ASIA",), "LU", None),  # nobody here knows what it comprises
        (("EU", "ASIA"), "JP", None),
        ((), "LU", None),
        (("EU",), "", None),
    ],
)
def test_regions_are_understood_or_not_judged(regions: tuple[str, ...], country: str, fits: bool | None) -> None:
    assert works_in(regions, country) is fits


def test_every_state_has_its_moves_and_what_ended_stays() -> None:
    assert set(UNIT_MOVES) == set(UnitState)
    assert set(PURCHASE_MOVES) == set(PurchaseState)
    assert [state for state in UnitState if not UNIT_MOVES[state]] == [UnitState.CANCELLED]
    ended = {PurchaseState.BOUGHT, PurchaseState.REFUSED, PurchaseState.DROPPED}
    assert {state for state in PurchaseState if not PURCHASE_MOVES[state]} == ended
    assert set(UnitState) - {UnitState.DELIVERED, UnitState.CANCELLED} == UNSETTLED
    assert MAY_BE_BOUGHT < OPEN


def test_nothing_that_may_be_bought_is_called_a_no_without_an_answer() -> None:
    """From `sent` on only the supplier's word, or its history, ends a purchase."""
    assert not may_become(PurchaseState.UNKNOWN, PurchaseState.DROPPED)
    assert not may_become(PurchaseState.UNKNOWN, PurchaseState.INTENDED)
    assert not may_become(PurchaseState.SENT, PurchaseState.INTENDED)
    assert may_become(PurchaseState.ABANDONED, PurchaseState.BOUGHT)
    assert not may_move(UnitState.BUYING, UnitState.CANCELLED)
    assert not may_move(UnitState.UNKNOWN, UnitState.CANCELLED)
    assert not may_move(UnitState.WAITING, UnitState.CANCELLED)


def test_looks_come_rarer_and_never_stop() -> None:
    delays = [look_delay(looks) for looks in range(12)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (timedelta(seconds=2), timedelta(minutes=2))


@pytest.mark.parametrize(
    ("kind", "has_secret", "is_picture", "unit", "key", "hold"),
    [
        (CodeKind.TEXT, True, False, UnitState.READY, KeyState.CLAIMED, None),
        (CodeKind.IMAGE, True, True, UnitState.READY, KeyState.CLAIMED, None),
        (CodeKind.IMAGE, True, False, UnitState.HELD, KeyState.CLAIMED, Hold.BAD_IMAGE),
        (CodeKind.IMAGE, False, False, UnitState.WAITING, KeyState.AWAITED, None),
        (CodeKind.PREORDER, False, False, UnitState.WAITING, KeyState.AWAITED, None),
        (CodeKind.PREORDER, True, False, UnitState.READY, KeyState.CLAIMED, None),
        (CodeKind.TEXT, False, False, UnitState.WAITING, KeyState.AWAITED, None),
        (CodeKind.UNKNOWN, True, False, UnitState.HELD, KeyState.CLAIMED, Hold.UNKNOWN_KIND),
    ],
)
def test_what_a_code_means_for_its_unit(
    kind: CodeKind, has_secret: bool, is_picture: bool, unit: UnitState, key: KeyState, hold: Hold | None
) -> None:
    found = outcome_of(kind, has_secret=has_secret, is_picture=is_picture)
    assert (found.unit, found.key, found.hold) == (unit, key, hold)


def test_the_tier_of_a_quantity_is_found_in_any_order() -> None:
    tiers = (PriceTier(100, None, 805), PriceTier(1, 9, 910), PriceTier(10, 99, 860))
    assert [tier_for(tiers, quantity).unit_minor for quantity in (1, 9, 10, 99, 100, 5000)] == [  # type: ignore[union-attr]
        910, 910, 860, 860, 805, 805,
    ]  # fmt: skip
    assert tier_for(tiers, 0) is None
    assert tier_for((), 1) is None
