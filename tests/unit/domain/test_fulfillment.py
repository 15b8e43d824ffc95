"""Pieces under an operator's hand, and the status that follows from them."""

import pytest

from orion_daemon.domain.fulfillment import CannotAnswer, Pieces, status_after
from orion_daemon.domain.orders import OrderStatus

S = OrderStatus
THREE = tuple((f"u{number}", "unconfirmed", "") for number in (1, 2, 3))


def test_pieces_without_units_are_counted() -> None:
    line = Pieces(5, 0, 0, 0)
    assert (line.confirm(2), line.decline(1), line.confirm(None)) == (2, 1, 2)
    assert (line.confirmed, line.cancelled, line.unanswered, line.shippable, line.left) == (4, 1, 0, 4, 4)
    with pytest.raises(CannotAnswer):
        line.confirm(1)
    with pytest.raises(CannotAnswer):
        line.confirm(["u1"])
    assert line.decline(3) == 3
    assert line.shippable == 1


def test_units_are_answered_by_name_or_number_and_once() -> None:
    line = Pieces(3, 0, 0, 0, THREE)
    assert line.confirm(["u2", "u2"]) == 1
    assert line.decline(1) == 1
    assert [answer for _, _, answer in line.units] == ["unavailable", "available", ""]
    with pytest.raises(CannotAnswer):
        line.decline(["u2"])
    with pytest.raises(CannotAnswer):
        line.confirm(2)
    assert line.confirm(None) == 1


def test_a_unit_that_the_channel_knows_as_answered_is_not_answered_again() -> None:
    line = Pieces(2, 1, 0, 0, (("u1", "confirmed_available", ""), ("u2", "unconfirmed", "")))
    with pytest.raises(CannotAnswer):
        line.decline(["u1"])
    assert line.decline(None) == 1


def test_cancelling_takes_back_what_the_channel_has_not_heard_and_counts_what_it_has() -> None:
    units = (("u1", "confirmed_available", ""), ("u2", "unconfirmed", "available"), ("u3", "unconfirmed", ""))
    line = Pieces(3, 2, 0, 0, units)
    assert line.cancel() == 1
    assert [answer for _, _, answer in line.units] == ["", "unavailable", "unavailable"]
    assert (line.cancelled, line.left) == (3, 0)
    assert Pieces(3, 3, 0, 0).cancel() == 0


@pytest.mark.parametrize(
    ("status", "lines", "after"),
    [
        (S.PENDING, [Pieces(2, 0, 0, 0)], S.PENDING),
        (S.PENDING, [Pieces(2, 1, 0, 0), Pieces(1, 0, 0, 0)], S.CONFIRMED),
        (S.PENDING, [Pieces(2, 0, 2, 0), Pieces(1, 0, 0, 0)], S.PENDING),
        (S.PENDING, [Pieces(2, 0, 2, 0)], S.CANCELLED),
        (S.PROCESSING, [Pieces(2, 2, 0, 1)], S.PROCESSING),
        (S.PROCESSING, [Pieces(2, 2, 1, 1), Pieces(-1, 0, 0, 0)], S.SHIPPED),
        (S.DELIVERED, [Pieces(2, 0, 2, 0)], S.DELIVERED),
        (S.PENDING, [Pieces(-2, 0, 0, 0)], S.PENDING),
        (S.PENDING, [], S.PENDING),
    ],
)
def test_the_status_follows_from_the_pieces(status: OrderStatus, lines: list[Pieces], after: OrderStatus) -> None:
    assert status_after(status, lines) is after
