"""What an order's document does to an order that is known, or not."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.incoming import IncomingLine, IncomingOrder
from orion_daemon.domain.order_lines import StoredLine
from orion_daemon.domain.orders import (
    HOLDING,
    LADDER,
    MOVES,
    OPEN,
    Cause,
    Kind,
    OrderStatus,
    StoredOrder,
    decide,
    is_earlier,
    may_move,
    pieces_to_hold,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STATUSES = list(OrderStatus)


def document(status: str | None, *lines: IncomingLine, at: datetime | None = None) -> IncomingOrder:
    return IncomingOrder("1", "R1", status, status or "strange", "EUR", lines, NOW, at)


def test_the_ten_statuses_are_the_ones_the_database_knows() -> None:
    assert {status.value for status in OrderStatus} == {
        "pending", "confirmed", "processing", "ready_for_shipment", "shipped", "delivered", "fulfilled", "cancelled",
        "partially_refunded", "refunded",
    }  # fmt: skip


@pytest.mark.parametrize("cause", list(Cause))
def test_every_status_has_its_moves_and_nobody_steps_down_the_ladder(cause: Cause) -> None:
    assert set(MOVES[cause]) == set(OrderStatus)
    for low, high in product(range(len(LADDER)), repeat=2):
        if low <= high:
            assert not may_move(cause, LADDER[high], LADDER[low])
    for status in STATUSES:
        assert not may_move(cause, OrderStatus.REFUNDED, status)


def test_a_channel_may_skip_rungs_and_an_operator_may_not() -> None:
    assert may_move(Cause.CHANNEL, OrderStatus.PENDING, OrderStatus.DELIVERED)
    assert not may_move(Cause.OPERATOR, OrderStatus.PENDING, OrderStatus.PROCESSING)
    assert not may_move(Cause.OPERATOR, OrderStatus.CONFIRMED, OrderStatus.DELIVERED)


def test_a_new_order_takes_the_status_it_comes_with() -> None:
    for status in STATUSES:
        decision = decide(None, document(status.value, IncomingLine("a", "MUG", None, None, 1, 100)))
        assert (decision.kind, decision.status, decision.notices) == (Kind.CREATED, status, [])


def test_a_new_order_of_unknown_status_waits_and_says_so() -> None:
    decision = decide(None, document(None, IncomingLine("a", "MUG", None, None, 1, 100)))
    assert (decision.status, [code for code, _ in decision.notices]) == (OrderStatus.PENDING, ["unknown_status"])


@pytest.mark.parametrize(("at", "said"), list(product(STATUSES, STATUSES)))
def test_a_channels_word_moves_is_ignored_or_conflicts_and_nothing_else(at: OrderStatus, said: OrderStatus) -> None:
    decision = decide(StoredOrder(at), document(said.value, IncomingLine("a", "MUG", None, None, 1, 100)))
    codes = [code for code, _ in decision.notices]
    if may_move(Cause.CHANNEL, at, said):
        assert (decision.kind, decision.status) == (Kind.MOVED, said)
    else:
        assert decision.status is at
        assert (decision.kind is Kind.CONFLICT) == ("status_conflict" in codes)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("shipped", "confirmed"),
        ("fulfilled", "pending"),
        ("refunded", "cancelled"),
        ("partially_refunded", "shipped"),
    ],
)
def test_a_channel_that_knows_less_than_we_do_is_no_conflict(at: str, said: str) -> None:
    decision = decide(StoredOrder(OrderStatus(at)), document(said))
    assert (decision.kind, decision.status) == (Kind.CHANGED, at)


@pytest.mark.parametrize(
    ("at", "said"), [("cancelled", "confirmed"), ("shipped", "cancelled"), ("partially_refunded", "cancelled")]
)
def test_a_contradiction_asks_for_a_person_unless_our_own_word_is_still_on_its_way(at: str, said: str) -> None:
    assert decide(StoredOrder(OrderStatus(at)), document(said)).kind is Kind.CONFLICT
    quiet = decide(StoredOrder(OrderStatus(at), is_answering=True), document(said))
    assert (quiet.kind, quiet.status) == (Kind.CHANGED, at)


def test_an_older_document_changes_nothing_at_all() -> None:
    stored = StoredOrder(OrderStatus.PENDING, (), NOW)
    assert decide(stored, document("cancelled", at=NOW - timedelta(seconds=1))).kind is Kind.IGNORED
    assert decide(stored, document("cancelled", at=NOW)).kind is Kind.MOVED
    assert decide(stored, document("cancelled")).kind is Kind.MOVED


@given(st.lists(st.sampled_from([*STATUSES, None]), max_size=12))
def test_no_series_of_messages_ever_walks_backwards(said: list[OrderStatus | None]) -> None:
    status = OrderStatus.PENDING
    for word in said:
        after = decide(StoredOrder(status), document(word)).status
        assert after is status or may_move(Cause.CHANNEL, status, after)
        status = after


def before(status: str | None = "confirmed", *, placed: datetime | None = NOW, tells: bool = False) -> IncomingOrder:
    piece = IncomingLine("a", "MUG", None, None, 3, 100, confirmed=2, cancelled=0)
    return IncomingOrder("1", "R1", status, status or "", "EUR", (piece,), placed, tells_sending=tells)


@pytest.mark.parametrize(
    ("order", "watched_since", "expected"),
    [
        (before(), NOW + timedelta(seconds=1), True),
        (before(), NOW, False),  # placed since: answered while nobody here looked, and held like any other
        (before(), None, True),  # nobody has looked yet
        (before(placed=None), None, True),
        (before(placed=None), NOW, False),
        (before("pending"), None, False),
        (before("cancelled"), None, False),
        (before("partially_refunded"), None, False),
        (before(tells=True), None, False),  # a channel that says what has left is believed that this has not
        (before(None), None, False),
    ],
)
def test_an_order_is_earlier_when_it_was_answered_and_perhaps_sent_before_anybody_watched(
    order: IncomingOrder, watched_since: datetime | None, expected: bool
) -> None:
    decision = decide(None, order, watched_since=watched_since)
    assert is_earlier(order, decision.status, watched_since) is expected
    assert [line.earlier for line in decision.lines] == [2 if expected else 0]  # the third piece waits for an answer
    assert ("answered_before" in [code for code, _ in decision.notices]) is expected


def test_an_order_that_is_known_is_never_earlier() -> None:
    stored = StoredOrder(OrderStatus.PENDING, [StoredLine("a", 3)])
    decision = decide(stored, before(), watched_since=None)
    assert (decision.status, [line.earlier for line in decision.lines]) == (OrderStatus.CONFIRMED, [0])


@given(st.sampled_from(STATUSES), st.integers(-3, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_pieces_are_held_for_open_orders_only(
    status: OrderStatus, quantity: int, cancelled: int, shipped: int, earlier: int
) -> None:
    held = pieces_to_hold(status, quantity, cancelled, shipped, earlier)
    assert 0 <= held <= max(0, quantity)
    assert held == 0 or status in HOLDING
    assert OPEN < HOLDING
