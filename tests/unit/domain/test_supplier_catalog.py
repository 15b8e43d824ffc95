"""What a supplier's product becomes in a catalog: texts that are read back as they were, stock, and the guard."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.supplier_catalog import (
    MOST_PIECES,
    Guard,
    Stock,
    attributes_of,
    is_preorder,
    languages_of,
    regions_of,
    released_at_of,
    stock_of,
    tiers_of,
)
from orion_daemon.domain.supply import PriceTier, SupplierProduct, tier_for

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TIERS = st.builds(PriceTier, st.integers(1, 10_000), st.none() | st.integers(1, 10_000), st.integers(0, 10_000_000))


def a_game(tiers: tuple[PriceTier, ...] = (), quantity: int = 3, **facts: object) -> SupplierProduct:
    return SupplierProduct("p", "A Game", "EUR", tiers, quantity, **facts)  # type: ignore[arg-type]  # facts of one test


@given(st.lists(TIERS, max_size=6), st.integers(1, 10_000))
def test_tiers_are_read_back_as_they_were_whatever_their_order(tiers: list[PriceTier], quantity: int) -> None:
    found = tiers_of(attributes_of(a_game(tuple(tiers))))
    assert sorted(found, key=repr) == sorted(tiers, key=repr)
    assert attributes_of(a_game(tuple(reversed(tiers)))) == attributes_of(a_game(tuple(tiers)))
    one, other = tier_for(found, quantity), tier_for(tiers, quantity)
    assert (one and one.unit_minor) == (other and other.unit_minor)


def test_tiers_are_texts_that_a_person_can_read() -> None:
    tiers = (PriceTier(100, None, 805), PriceTier(1, 9, 910), PriceTier(10, 99, 860))
    assert attributes_of(a_game(tiers))["tiers"] == "1-9:910 10-99:860 100-:805"
    assert (tiers_of({}), tiers_of(None)) == ((), ())
    with pytest.raises(ValueError, match="invalid literal"):
        tiers_of({"tiers": "cheap"})


def test_regions_languages_and_the_day_of_release_come_back() -> None:
    released = NOW + timedelta(days=3, milliseconds=5)
    game = a_game(regions=("EU", "PL", " "), languages=("fr", "Multi, language"), released_at=released)
    attributes = attributes_of(game)
    assert regions_of(attributes) == ("EU", "PL")
    assert languages_of(attributes) == ("fr", "Multi language")
    assert released_at_of(attributes) == released
    assert (regions_of(None), languages_of({}), released_at_of({})) == ((), (), None)


def test_what_says_nothing_is_left_out_and_all_the_rest_is_text() -> None:
    assert attributes_of(a_game()) == {"name": "A Game"}
    full = a_game(
        (PriceTier(1, None, 5),), identifier="AG", platform="Steam", badges=("NEW", "HOT"),
        region_description="Not in\x00 JP",
    )  # fmt: skip
    assert attributes_of(full) == {
        "name": "A Game", "identifier": "AG", "platform": "Steam", "badges": "NEW, HOT",
        "region_description": "Not in JP", "tiers": "1-:5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "released", "allowed", "expected"),
    [
        (3, None, False, Stock("in_stock", 3)),
        (0, None, True, Stock("out_of_stock", 0)),
        (-2, None, True, Stock("out_of_stock", 0)),
        (2**40, -1, True, Stock("in_stock", MOST_PIECES)),
        (3, -1, False, Stock("in_stock", 3)),
        (3, 1, True, Stock("preorder", 3)),
        (0, 1, True, Stock("preorder", None)),
        (3, 1, False, Stock("out_of_stock", 0)),
    ],
)
def test_stock_is_what_can_be_bought(quantity: int, released: int | None, allowed: bool, expected: Stock) -> None:
    at = None if released is None else NOW + timedelta(days=released)
    assert stock_of(a_game(quantity=quantity, released_at=at), NOW, allows_preorders=allowed) == expected


def test_what_is_released_is_no_preorder_any_more() -> None:
    assert [is_preorder(at, NOW) for at in (None, NOW, NOW + timedelta(seconds=1))] == [False, False, True]


@pytest.mark.parametrize(
    ("known", "missing", "held"),
    [
        (0, 0, False),
        (10, 0, False),
        (10, 9, False),  # too few for shares to mean something
        (10, 10, True),  # all of them
        (1, 1, True),
        (160, 49, False),
        (160, 50, True),
        (1000, 300, False),
        (1000, 301, True),
    ],
)
def test_the_guard_holds_back_what_empties_a_catalog(known: int, missing: int, held: bool) -> None:
    assert Guard().holds_back(known, missing) is held


def test_the_share_is_the_accounts_own() -> None:
    assert Guard.of({}) == Guard()
    assert not Guard.of({"max_removed_share": 0.5}).holds_back(1000, 500)
    assert Guard.of({"max_removed_share": 0}).holds_back(1000, 50)
