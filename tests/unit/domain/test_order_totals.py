"""When an order's amounts add up, read in every honest way."""

from typing import Any

import pytest

from orion_daemon.domain.incoming import IncomingLine, IncomingOrder
from orion_daemon.domain.order_lines import first_lines
from orion_daemon.domain.order_totals import lines_minor, total_problem


def problem(lines: list[IncomingLine], **amounts: Any) -> str | None:
    order = IncomingOrder("1", "1", "pending", "new", "EUR", tuple(lines), None, **amounts)
    return total_problem(order, first_lines(lines, "pending", []))


def line(quantity: int, price: int | None, **more: Any) -> IncomingLine:
    return IncomingLine(f"{quantity}-{price}", None, None, None, quantity, price, **more)


@pytest.mark.parametrize(
    "amounts",
    [
        {"total_minor": 500},
        {"total_minor": 500, "tax_minor": 73},
        {"total_minor": 573, "tax_minor": 73},
        {"total_minor": 673, "tax_minor": 73, "shipping_minor": 150, "discount_minor": 50},
        {"total_minor": 600, "tax_minor": 73, "shipping_minor": 150, "discount_minor": -50},
        {"subtotal_minor": 500},
        {"subtotal_minor": 427, "tax_minor": 73, "total_minor": 500},
        {"total_minor": 300},
    ],
)
def test_every_honest_reading_is_tried(amounts: dict[str, int]) -> None:
    assert problem([line(2, 200, cancelled=1), line(1, 100)], **amounts) is None


@pytest.mark.parametrize(
    "amounts", [{"total_minor": 501}, {"subtotal_minor": 499}, {"total_minor": 500, "shipping_minor": 1}]
)
def test_a_difference_is_told_with_its_figures(amounts: dict[str, int]) -> None:
    found = problem([line(2, 200), line(1, 100)], **amounts)
    assert found is not None
    assert "500" in found


def test_without_a_price_nothing_can_be_compared() -> None:
    assert problem([line(2, None)], total_minor=1) is None


def test_a_lines_own_total_goes_before_price_times_pieces() -> None:
    lines = first_lines([line(3, 33, total_minor=100), line(-1, 20), line(1, None)], "pending", [])
    assert lines_minor(lines) == 80
