from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.money import EXPONENTS, Money, UnknownCurrency, is_exact, round_half_up, to_decimal, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.99", "EUR", 1999),
        ("-0.005", "EUR", -1),
        ("0.005", "EUR", 1),
        ("0.0049", "EUR", 0),
        ("1200", "JPY", 1200),
        ("1200.5", "JPY", 1201),
        ("1.2345", "KWD", 1235),
        ("7.", "EUR", 700),
        ("0.01", "CLF", 100),
    ],
)
def test_major_units_become_minor_units_rounded_half_up(amount: str, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "exact"),
    [("19.99", "EUR", True), ("19.990", "EUR", True), ("19.995", "EUR", False), ("7", "JPY", True),
     ("7.5", "JPY", False), ("1.234", "KWD", True), ("1.2345", "KWD", False)],
)  # fmt: skip
def test_an_amount_finer_than_its_currency_is_known_as_such(amount: str, currency: str, exact: bool) -> None:
    assert is_exact(Decimal(amount), currency) is exact


@pytest.mark.parametrize("amount", ["", "1,5", "1e3", "abc", "1 000", "--1", "٣", "1.5\n"])
def test_only_plain_decimals_are_amounts(amount: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        to_minor(amount, "EUR")


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_the_decimal_string_of_an_amount_reads_back_as_the_amount(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor


@given(st.fractions())
def test_rounding_stays_within_half_a_unit_and_is_the_same_on_both_sides_of_zero(value: Fraction) -> None:
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -round_half_up(value)


def test_money_counts_only_with_its_own_currency() -> None:
    total = Money.parse("19.99", "EUR") * 3 - Money(97, "EUR") + Money(0, "EUR")
    assert (total.amount, str(total)) == ("59.00", "59.00 EUR")
    with pytest.raises(ValueError, match="USD cannot be added to EUR"):
        total + Money(1, "USD")
    with pytest.raises(UnknownCurrency):
        Money(1, "EURO")
