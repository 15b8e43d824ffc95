"""Over generated orders in EUR, JPY and KWD: lines and totals come through exactly, and only wrong ones are told of."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.money import exponent, to_decimal
from orion_daemon.domain.orders import decide
from tests.support.ebay_documents import document, line, mapped

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
LINES = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 500_000)), min_size=1, max_size=8)


def money(minor: int, currency: str) -> dict[str, str]:
    return {"value": to_decimal(minor, currency), "currency": currency}


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[str, Any], str, int, list[tuple[int, int]]]:
    """The document, its currency, its total in minor units, and its lines as (pieces, unit price)."""
    currency, lines = draw(CURRENCIES), draw(LINES)
    subtotal = sum(pieces * price for pieces, price in lines)
    delivery, tax = draw(st.integers(0, 50_000)), draw(st.integers(0, 50_000))
    goods_off, delivery_off = draw(st.integers(0, subtotal)), draw(st.integers(0, delivery))
    adjusted = draw(st.integers(-min(5_000, subtotal - goods_off), 5_000))
    total = subtotal - goods_off + delivery - delivery_off + tax + adjusted
    pricing: dict[str, Any] = {"priceSubtotal": money(subtotal, currency), "total": money(total, currency)}
    for name, minor in (("deliveryCost", delivery), ("tax", tax), ("adjustment", adjusted)):
        if minor:
            pricing[name] = money(minor, currency)
    for name, minor in (("priceDiscount", goods_off), ("deliveryDiscount", delivery_off)):
        if minor:
            pricing[name] = money(-minor, currency)
    listed = [
        line(lineItemId=str(number), quantity=pieces, lineItemCost=money(pieces * price, currency))
        for number, (pieces, price) in enumerate(lines)
    ]
    return document(lines=listed, pricingSummary=pricing), currency, total, lines


@given(orders())
def test_amounts_come_through_exactly_and_add_up(made: tuple[dict[str, Any], str, int, list[tuple[int, int]]]) -> None:
    said, currency, total, lines = made
    order = mapped(said)
    assert (order.currency, order.total_minor) == (currency, total)
    assert [(one.quantity, one.unit_price_minor) for one in order.lines] == lines
    assert [one.total_minor for one in order.lines] == [pieces * price for pieces, price in lines]
    assert "total_differs" not in [code for code, _ in decide(None, order).notices]


@given(orders(), st.integers(1, 100_000), st.booleans())
def test_a_line_that_ebay_counts_wrong_is_told_of(
    made: tuple[dict[str, Any], str, int, list[tuple[int, int]]], off: int, more: bool
) -> None:
    said, currency, _, _ = made
    subtotal = said["pricingSummary"]["priceSubtotal"]
    wrong = Decimal(subtotal["value"]) + (off if more else -off) * Decimal(1).scaleb(-exponent(currency))
    tax = said["pricingSummary"].get("tax")
    if tax is not None and wrong + Decimal(tax["value"]) == Decimal(subtotal["value"]):
        return  # that is an honest reading: the subtotal before tax
    subtotal["value"] = str(wrong)
    assert "total_differs" in [code for code, _ in decide(None, mapped(said)).notices]
