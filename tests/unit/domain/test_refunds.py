"""How much may go back, and which of a channel's refunds is ours."""

import pytest

from orion_daemon.domain.incoming import IncomingRefund
from orion_daemon.domain.refunds import SHOWN_AS, RefundState, left_minor, ours_among


def shown(name: str, state: str = "paid", minor: int | None = 500) -> IncomingRefund:
    return IncomingRefund(name, state, minor)


@pytest.mark.parametrize(
    ("refunded", "under_way", "left"),
    [(None, 0, 3870), (1000, 0, 2870), (1000, 870, 2000), (3870, 0, 0), (3800, 99, 0)],
)
def test_what_is_left(refunded: int | None, under_way: int, left: int) -> None:
    assert left_minor(3870, refunded, under_way) == left


def test_ours_is_one_of_our_amount_that_was_not_there_before() -> None:
    there = [shown("old"), shown("other", minor=700), shown("unreadable", minor=None), shown("new", "pending")]
    assert ours_among(there, amount_minor=500, others=["old"]) == shown("new", "pending")
    assert ours_among(there, amount_minor=500, others={"old", "new"}) is None
    assert ours_among([], amount_minor=500, others=()) is None


def test_one_that_failed_is_ours_where_no_other_is() -> None:
    failed, unknown = shown("1", "failed"), shown("2", "ON_THE_MOON")
    assert ours_among([failed], amount_minor=500, others=()) == failed
    assert ours_among([failed, unknown], amount_minor=500, others=()) == unknown


def test_an_unknown_word_means_no_state_of_ours() -> None:
    assert SHOWN_AS.get("ON_THE_MOON") is None
    assert set(SHOWN_AS.values()) == set(RefundState) - {RefundState.ASKED}
