"""Prices made of costs: never under the floor, never of an old input, each step told."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.charm_prices import ROUNDINGS, charm_down, charm_up, ending
from orion_daemon.domain.markups import (
    Inputs,
    Markup,
    Pause,
    Paused,
    Priced,
    parse_percent,
    parse_rate,
    percent,
    price_of,
    problem_of,
    write_rate,
    written,
)
from orion_daemon.domain.money import exponent
from orion_daemon.domain.prices import MAX_MINOR
from tests.support.stores import NOW

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
CURRENCIES = ("EUR", "CHF", "JPY", "KWD", "CLF")
PLAIN = Markup("EUR", "percent", 2000)
COST = Inputs("EUR", cost_minor=910, cost_currency="EUR", cost_read_at=NOW)


def priced(markup: Markup, inputs: Inputs = COST) -> Priced:
    found = price_of(markup, inputs, NOW)
    assert isinstance(found, Priced), found
    return found


def paused(markup: Markup, inputs: Inputs = COST) -> str:
    found = price_of(markup, inputs, NOW)
    assert isinstance(found, Paused), found
    assert found.reason
    return found.code.value


@pytest.mark.parametrize(
    ("different", "price", "floor"),
    [
        ({}, 1092, 910),
        ({"value": 0}, 910, 910),
        ({"kind": "fixed", "value": 250}, 1160, 910),
        ({"vat_hundredths": 1700}, 1278, 1065),  # 9.10 × 1.2 × 1.17 = 12.7764; 9.10 × 1.17 = 10.647
        ({"vat_hundredths": 1700, "rounding": "99"}, 1299, 1065),
        ({"vat_hundredths": 1700, "rounding": "50"}, 1350, 1065),
        ({"vat_hundredths": 1700, "rounding": "00"}, 1300, 1065),
        # (9.10 + 0.30 + 2.00) / (1/1.17 − 0.15) = 16.1777…: the floor holds and takes the ending
        ({"vat_hundredths": 1700, "fee_hundredths": 1500, "fee_minor": 30, "min_margin_minor": 200}, 1618, 1618),
        (
            {
                "vat_hundredths": 1700, "fee_hundredths": 1500, "fee_minor": 30, "min_margin_minor": 200,
                "rounding": "95",
            },
            1695,
            1618,
        ),
        ({"cap_minor": 1000}, 1000, 910),
        ({"rounding": "99", "cap_minor": 1050}, 999, 910),  # the charm price under the cap
        ({"rounding": "99", "cap_minor": 950}, 950, 910),  # there is none between the floor and the cap
        ({"cap_minor": 910}, 910, 910),
    ],
)  # fmt: skip
def test_a_price_is_made_as_a_person_would_reckon_it(different: dict[str, Any], price: int, floor: int) -> None:
    found = priced(replace(PLAIN, **different))
    assert (found.price_minor, found.floor_minor) == (price, floor)


def test_a_cost_in_another_currency_is_converted_exactly() -> None:
    yen = replace(PLAIN, currency="JPY", value=1000)
    inputs = replace(COST, currency="JPY", rate_millionths=162_345_678, rate_read_at=NOW - DAY)
    found = priced(yen, inputs)
    assert (found.price_minor, found.floor_minor) == (1625, 1478)  # 9.10 × 162.345678 = 1,477.3457
    assert found.read_at == NOW - DAY
    assert found.steps[1].minor == Fraction(910, 100) * Fraction(162_345_678, 10**6)
    dinar = replace(yen, currency="KWD", value=0)
    found = priced(dinar, replace(COST, currency="KWD", rate_millionths=330_000, rate_read_at=NOW))
    assert found.price_minor == 3003  # 9.10 × 0.33 = 3.003


def test_every_step_is_told_with_what_it_did() -> None:
    markup = Markup("CHF", "percent", 2000, "90", 810, 1500, 30, 100, 1500)
    inputs = Inputs("CHF", 910, "EUR", NOW, rate_millionths=931_200, rate_read_at=NOW)
    found = priced(markup, inputs)
    assert [(one.name, one.amount, one.currency) for one in found.steps] == [
        ("cost", "9.10", "EUR"),
        ("converted", "8.47392", "CHF"),
        ("markup", "10.168704", "CHF"),
        ("vat", "10.992369", "CHF"),
        ("rounded", "10.99", "CHF"),
        ("charm", "11.90", "CHF"),
        ("floor", "12.90", "CHF"),
    ]
    words = [one.words for one in found.steps]
    assert words[0] == "what the supplier asks for a piece, read 2026-11-23 09:30 UTC"
    assert words[1] == "at 1 EUR = 0.9312 CHF, the rate of 2026-11-23 09:30 UTC"
    assert words[-1] == (
        "not under the floor of 12.62 CHF: the cost, fees of 15 %, 0.30 CHF in fees a piece,"
        " 1.00 CHF that must be left, 8.1 % VAT"
    )
    assert found.steps[-1].minor == found.price_minor


@pytest.mark.parametrize(
    ("different", "inputs", "code"),
    [
        ({}, {"cost_minor": None}, "cost_missing"),
        ({}, {"cost_read_at": None}, "cost_missing"),
        ({}, {"cost_currency": "???"}, "cost_missing"),
        ({}, {"cost_minor": 0}, "cost_zero"),
        ({}, {"is_available": False}, "supplier_unavailable"),
        ({}, {"cost_read_at": NOW - DAY - TICK}, "cost_stale"),
        ({}, {"cost_currency": "USD"}, "rate_missing"),
        ({}, {"cost_currency": "USD", "rate_millionths": 900_000}, "rate_missing"),
        (
            {},
            {"cost_currency": "USD", "rate_millionths": 900_000, "rate_read_at": NOW - DAY - TICK},
            "rate_stale",
        ),
        ({}, {"currency": "CHF"}, "currency_changed"),
        ({"vat_hundredths": 10_000, "fee_hundredths": 5_000}, {}, "fees_too_high"),
        ({"cap_minor": 909}, {}, "cap_below_floor"),
        ({"kind": "fixed", "value": MAX_MINOR}, {}, "price_absurd"),
    ],
)
def test_what_is_missing_old_or_impossible_pauses(different: dict[str, Any], inputs: dict[str, Any], code: str) -> None:
    assert paused(replace(PLAIN, **different), replace(COST, **inputs)) == code


def test_every_code_is_tried_above() -> None:
    marks = test_what_is_missing_old_or_impossible_pauses.pytestmark  # type: ignore[attr-defined]  # pytest puts it there
    assert {case[2] for case in marks[0].args[1]} == {code.value for code in Pause}


def test_an_input_may_be_as_old_as_the_limit_and_no_older() -> None:
    limit = replace(PLAIN, max_age=timedelta(hours=2))
    assert priced(limit, replace(COST, cost_read_at=NOW - timedelta(hours=2))).read_at == NOW - timedelta(hours=2)
    assert paused(limit, replace(COST, cost_read_at=NOW - timedelta(hours=2) - TICK)) == "cost_stale"


# -- properties --------------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(0, 500_000)


@st.composite
def rules(draw: st.DrawFn) -> Markup:
    kind = draw(st.sampled_from(("percent", "fixed")))
    return Markup(
        currency=draw(st.sampled_from(CURRENCIES)),
        kind=kind,
        value=draw(st.integers(0, 50_000) if kind == "percent" else AMOUNTS),
        rounding=draw(st.sampled_from(ROUNDINGS)),
        vat_hundredths=draw(st.integers(0, 3_000)),
        fee_hundredths=draw(st.integers(0, 6_000)),
        fee_minor=draw(st.integers(0, 1_000)),
        min_margin_minor=draw(st.integers(0, 10_000)),
        cap_minor=draw(st.none() | st.integers(1, 2_000_000)),
    )


@st.composite
def known(draw: st.DrawFn, markup: Markup) -> Inputs:
    """Fresh inputs, mostly in another currency."""
    return Inputs(
        currency=markup.currency,
        cost_minor=draw(st.integers(1, 1_000_000)),
        cost_currency=draw(st.sampled_from(CURRENCIES)),
        cost_read_at=NOW - draw(st.timedeltas(timedelta(0), DAY)),
        rate_millionths=draw(st.integers(1, 300_000_000)),
        rate_read_at=NOW - draw(st.timedeltas(timedelta(0), DAY)),
    )


CASES = rules().flatmap(lambda markup: st.tuples(st.just(markup), known(markup)))


def cost_in(markup: Markup, inputs: Inputs) -> Fraction:
    """In minor units of the markup's currency, reckoned by major units."""
    of = inputs.cost_currency or ""
    major = Fraction(inputs.cost_minor or 0, 10 ** exponent(of))
    rate = Fraction(1) if of == markup.currency else Fraction(inputs.rate_millionths or 0, 10**6)
    return major * rate * 10 ** exponent(markup.currency)


def left(markup: Markup, inputs: Inputs, price: int) -> Fraction:
    """Of a sale: the price less VAT, fees and cost."""
    net = Fraction(price * 10_000, 10_000 + markup.vat_hundredths)
    fees = Fraction(price * markup.fee_hundredths, 10_000) + markup.fee_minor
    return net - fees - cost_in(markup, inputs)


@given(CASES)
def test_a_price_leaves_the_least_margin_and_is_not_above_the_cap(case: tuple[Markup, Inputs]) -> None:
    markup, inputs = case
    found = price_of(markup, inputs, NOW)
    if isinstance(found, Paused):
        assert found.code in {Pause.CAP_BELOW_FLOOR, Pause.FEES_TOO_HIGH, Pause.PRICE_ABSURD}
        return
    assert found.price_minor >= found.floor_minor > 0
    assert left(markup, inputs, found.price_minor) >= markup.min_margin_minor
    assert markup.cap_minor is None or found.price_minor <= markup.cap_minor
    assert found.steps[-1].minor == found.price_minor


@given(CASES)
def test_the_floor_is_the_lowest_price_that_leaves_the_least_margin(case: tuple[Markup, Inputs]) -> None:
    markup, inputs = case
    found = price_of(markup, inputs, NOW)
    if isinstance(found, Priced):
        assert left(markup, inputs, found.floor_minor) >= markup.min_margin_minor
        assert left(markup, inputs, found.floor_minor - 1) < markup.min_margin_minor


@given(CASES)
def test_a_cap_is_refused_only_where_no_price_under_it_would_do(case: tuple[Markup, Inputs]) -> None:
    markup, inputs = case
    found = price_of(markup, inputs, NOW)
    if isinstance(found, Paused) and found.code is Pause.CAP_BELOW_FLOOR:
        assert left(markup, inputs, markup.cap_minor or 0) < markup.min_margin_minor


@given(CASES, st.integers(0, 1_000_000))
def test_a_higher_cost_never_makes_a_lower_price(case: tuple[Markup, Inputs], more: int) -> None:
    markup, inputs = case
    before = price_of(markup, inputs, NOW)
    after = price_of(markup, replace(inputs, cost_minor=(inputs.cost_minor or 0) + more), NOW)
    if isinstance(before, Priced) and isinstance(after, Priced):
        assert after.price_minor >= before.price_minor
        assert after.floor_minor >= before.floor_minor
    else:
        assert isinstance(after, Paused)  # what cannot be made of a cost cannot be made of a higher one


@given(CASES)
def test_a_charm_price_ends_as_asked_unless_the_cap_is_in_the_way(case: tuple[Markup, Inputs]) -> None:
    markup, inputs = case
    found = price_of(markup, inputs, NOW)
    if isinstance(found, Priced) and markup.rounding != "none" and found.price_minor != markup.cap_minor:
        assert written(found.price_minor, markup.currency).endswith(ending(markup.rounding, markup.currency))


@given(CASES, st.timedeltas(TICK, timedelta(days=400)), st.booleans())
def test_an_input_older_than_the_limit_makes_no_price(
    case: tuple[Markup, Inputs], older: timedelta, is_cost: bool
) -> None:
    markup, inputs = case
    old = NOW - markup.max_age - older
    if is_cost:
        assert paused(markup, replace(inputs, cost_read_at=old)) == "cost_stale"
    elif inputs.cost_currency != markup.currency:
        assert paused(markup, replace(inputs, rate_read_at=old)) == "rate_stale"


# -- charm prices ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minor", "rounding", "currency", "up", "down"),
    [
        (1237, "99", "EUR", 1299, 1199),
        (1299, "99", "EUR", 1299, 1299),
        (1300, "99", "EUR", 1399, 1299),
        (1237, "00", "EUR", 1300, 1200),
        (1237, "none", "EUR", 1237, 1237),
        (1237, "99", "JPY", 1299, 1199),
        (1237, "50", "JPY", 1250, 1150),
        (12_991, "99", "KWD", 13_990, 12_990),
        (12_301, "95", "KWD", 12_950, 11_950),
        (123_456, "90", "CLF", 129_000, 119_000),
    ],
)
def test_endings_stand_where_the_currency_has_its_digits(
    minor: int, rounding: str, currency: str, up: int, down: int
) -> None:
    assert (charm_up(minor, rounding, currency), charm_down(minor, rounding, currency)) == (up, down)


@given(st.integers(0, 10**9), st.sampled_from(ROUNDINGS), st.sampled_from(CURRENCIES))
def test_the_two_charm_prices_stand_on_both_sides(minor: int, rounding: str, currency: str) -> None:
    down, up = charm_down(minor, rounding, currency), charm_up(minor, rounding, currency)
    assert down <= minor <= up
    assert charm_up(up, rounding, currency) == up
    assert rounding == "none" or up - down in (0, 10 ** max(2, exponent(currency)))


def test_an_ending_is_told_as_it_will_be_read() -> None:
    assert [ending("99", currency) for currency in CURRENCIES] == [".99", ".99", "99", ".990", ".9900"]


# -- rules and figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"kind": "double"}, "kind"),
        ({"rounding": "98"}, "rounding"),
        ({"value": -1}, "value"),
        ({"value": 1_000_001}, "value"),
        ({"kind": "fixed", "value": MAX_MINOR + 1}, "value"),
        ({"vat_hundredths": -1}, "vat"),
        ({"vat_hundredths": 10_001}, "vat"),
        ({"fee_hundredths": 10_000}, "feePercent"),
        ({"fee_minor": -1}, "fee"),
        ({"min_margin_minor": -1}, "minMargin"),
        ({"cap_minor": 0}, "cap"),
        ({"cap_minor": -1}, "cap"),
        ({"max_age": timedelta(0)}, "maxAge"),
        ({"max_age": timedelta(days=366)}, "maxAge"),
        ({"currency": "EURO"}, "currency"),
        ({"vat_hundredths": 2500, "fee_hundredths": 8000}, "feePercent"),
    ],
)
def test_a_rule_that_cannot_be_right_names_its_field(different: dict[str, Any], field: str) -> None:
    assert problem_of(PLAIN) is None
    found = problem_of(replace(PLAIN, **different))
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (Fraction(1278), "EUR", "12.78"),
        (Fraction(127764, 100), "EUR", "12.7764"),
        (Fraction(1, 3), "EUR", "0.003333"),
        (Fraction(-1, 2), "EUR", "-0.005"),
        (Fraction(1477), "JPY", "1477"),
        (Fraction(14773457, 10_000), "JPY", "1477.3457"),
        (Fraction(3003), "KWD", "3.003"),
    ],
)
def test_amounts_are_written_with_the_digits_that_they_need(minor: Fraction, currency: str, text: str) -> None:
    assert written(minor, currency) == text


@given(st.integers(1, 10**15 - 1))
def test_a_rate_is_read_as_it_is_written(millionths: int) -> None:
    assert parse_rate(write_rate(millionths)) == millionths


@pytest.mark.parametrize("text", ["", "0", "0.000000", "-1", "1,5", "1e3", "1.1234567", ".5", "1.", " 1", "1\n", "١"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        parse_rate(text)


def test_shares_are_written_without_idle_zeros() -> None:
    assert [percent(number) for number in (0, 5, 50, 810, 1700, 123_456)] == [
        "0 %", "0.05 %", "0.5 %", "8.1 %", "17 %", "1234.56 %",
    ]  # fmt: skip


@given(st.integers(0, 99_999 * 100 + 99))
def test_a_percentage_is_read_as_it_is_written(hundredths: int) -> None:
    assert parse_percent(f"{hundredths // 100}.{hundredths % 100:02}") == hundredths
    assert parse_percent(percent(hundredths).removesuffix(" %")) == hundredths


@pytest.mark.parametrize("text", ["", "-1", "1.234", "1,5", "1e2", " 1", "1.", ".5", "1\n", "100000", "१"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="up to two digits"):
        parse_percent(text)
