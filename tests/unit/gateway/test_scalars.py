"""Times with a zone, exact amounts, whole numbers."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from graphql import GraphQLError

from orion_daemon.graphql.scalars import SCALARS, BigInt, Decimal, MoneyInput, minor_of, money
from orion_daemon.services.errors import Invalid


def parse(scalar: object, value: Any) -> Any:
    read = SCALARS[scalar].parse_value
    assert read is not None
    return read(value)


def show(scalar: object, value: Any) -> Any:
    write = SCALARS[scalar].serialize
    assert write is not None
    return write(value)


def test_times_are_shown_in_utc_and_read_from_any_zone() -> None:
    east = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert show(datetime, east) == "2026-11-23T09:30:00Z"
    assert parse(datetime, "2026-11-23T10:30:00+01:00") == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert parse(datetime, show(datetime, east)) == east


@pytest.mark.parametrize("value", ["2026-11-23T10:30:00", "2026-11-23", "now", "", 7, None, True])
def test_a_time_that_leaves_its_zone_to_guessing_is_refused(value: Any) -> None:
    with pytest.raises(GraphQLError):
        parse(datetime, value)


def test_a_naive_time_is_never_shown() -> None:
    with pytest.raises(GraphQLError):
        show(datetime, datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


def test_amounts_have_exactly_the_digits_of_their_currency() -> None:
    shown = [money(minor, currency) for minor, currency in ((1999, "EUR"), (-5, "EUR"), (1999, "JPY"), (1999, "KWD"))]
    assert [one.amount for one in shown if one] == ["19.99", "-0.05", "1999", "1.999"]
    assert money(None, "EUR") is None
    assert money(5, None) is None


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("19.99", "EUR", 1999), ("19.9", "EUR", 1990), ("19", "EUR", 1900), ("019.990", "EUR", 1999), ("7", "JPY", 7),
     ("-1.5", "EUR", -150), ("0", "EUR", 0), ("-0", "EUR", 0)],
)  # fmt: skip
def test_amounts_are_read_exactly(amount: str, currency: str, minor: int) -> None:
    assert minor_of(MoneyInput(amount=Decimal(amount), currency=currency), "price") == minor


@pytest.mark.parametrize(("amount", "currency", "field"), [("1.999", "EUR", "price.amount"), ("1.5", "JPY",
                         "price.amount"), ("1", "XXX", "price.currency"), ("1", "eur", "price.currency")])  # fmt: skip
def test_an_amount_that_would_have_to_be_rounded_is_refused(amount: str, currency: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        minor_of(MoneyInput(amount=Decimal(amount), currency=currency), "price")
    assert refused.value.field == field


@pytest.mark.parametrize("value", [1.5, "1e3", "1,5", "+1", " 1", "1.", ".5", "NaN", "", True, None, "9" * 30, "١"])
def test_what_is_not_a_plain_decimal_is_refused(value: Any) -> None:
    with pytest.raises(GraphQLError):
        parse(Decimal, value)


def test_large_whole_numbers_pass_and_larger_ones_do_not() -> None:
    assert parse(BigInt, 2**53 - 1) == 2**53 - 1
    for value in (2**53, "7", 1.0, True, None):
        with pytest.raises(GraphQLError):
            parse(BigInt, value)
