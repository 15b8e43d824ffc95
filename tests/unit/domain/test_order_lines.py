"""How a document's lines are held against the known ones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.attention import Notice
from orion_daemon.domain.incoming import IncomingLine
from orion_daemon.domain.order_lines import LineDecision, StoredLine, first_lines, merge_lines


def told(key: str = "a", quantity: int = 3, **more: Any) -> IncomingLine:
    return IncomingLine(key, "MUG", None, None, quantity, **({"unit_price_minor": 100} | more))


def merged(
    old: StoredLine, line: IncomingLine | None, status: str = "pending", *, is_answering: bool = False
) -> tuple[LineDecision, list[str]]:
    notices: list[Notice] = []
    [found] = merge_lines([old], [line] if line else [], status, notices, is_answering=is_answering)
    return found, [code for code, _ in notices]


def counts(line: LineDecision) -> tuple[int, int, int, int]:
    return line.confirmed, line.cancelled, line.shipped, line.returned


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("pending", (0, 0, 0, 0)),
        ("confirmed", (3, 0, 0, 0)),
        ("shipped", (3, 0, 3, 0)),
        ("cancelled", (0, 3, 0, 0)),
        ("refunded", (3, 0, 3, 0)),
    ],
)
def test_a_new_line_counts_what_its_orders_status_says(status: str, expected: tuple[int, int, int, int]) -> None:
    [line] = first_lines([told()], status, [])
    assert counts(line) == expected


def test_the_channels_own_counts_go_before_the_status() -> None:
    [line] = first_lines([told(confirmed=2, cancelled=1, shipped=1)], "confirmed", [])
    assert counts(line) == (2, 1, 1, 0)


def test_oddities_are_kept_and_told() -> None:
    notices: list[Notice] = []
    lines = first_lines([told("a", -2), told("b", 1, unit_price_minor=0), told("c"), told("c")], "cancelled", notices)
    assert [(line.line_key, line.quantity) for line in lines] == [("a", -2), ("b", 1), ("c", 3), ("c#2", 3)]
    assert [code for code, _ in notices] == ["duplicate_line", "credit_document", "price_not_positive"]
    assert counts(lines[0]) == (0, 0, 0, 0)
    first_lines([], "pending", notices)
    assert notices[-1][0] == "no_lines"


def test_a_duplicate_meets_its_own_row_again() -> None:
    stored = [StoredLine("c", 3), StoredLine("c#2", 3)]
    again = merge_lines(stored, [told("c"), told("c")], "pending", [], is_answering=False)
    assert [line.is_changed for line in again] == [False, False]


def test_counts_only_grow_and_a_smaller_one_is_told() -> None:
    line, codes = merged(StoredLine("a", 3, confirmed=2, cancelled=1), told(confirmed=1, cancelled=1, shipped=1))
    assert (counts(line), codes) == ((2, 1, 1, 0), ["count_shrank"])
    line, codes = merged(StoredLine("a", 3, confirmed=2), told(confirmed=0), is_answering=True)
    assert (counts(line), codes) == ((2, 0, 0, 0), [])


def test_what_the_document_leaves_out_stays() -> None:
    old = StoredLine("a", 3, 1, 1, 1, 1, (("u", "new", ""),))
    line, codes = merged(old, told())
    assert (line.is_changed, codes) == (False, [])
    line, codes = merged(old, None)
    assert (line.is_changed, codes) == (False, ["line_missing"])


def test_a_changed_quantity_is_followed_and_told() -> None:
    line, codes = merged(StoredLine("a", 3), told(quantity=5))
    assert (line.quantity, codes) == (5, ["quantity_changed"])


@pytest.mark.parametrize(
    ("status", "expected"), [("cancelled", (1, 2, 1, 0)), ("shipped", (3, 0, 3, 0)), ("confirmed", (3, 0, 1, 0))]
)
def test_a_status_settles_the_pieces_that_are_left(status: str, expected: tuple[int, int, int, int]) -> None:
    line, codes = merged(StoredLine("a", 3, confirmed=1, shipped=1), told(), status)
    assert (counts(line), codes) == (expected, [])


def test_what_came_back_had_left_the_house() -> None:
    line, _ = merged(StoredLine("a", 3, confirmed=3), told(returned=2), "partially_refunded")
    assert counts(line) == (3, 0, 2, 2)


def test_more_cancelled_and_shipped_than_there_were_is_a_conflict() -> None:
    _, codes = merged(StoredLine("a", 3, confirmed=3, shipped=2), told(cancelled=2), "confirmed")
    assert codes == ["status_conflict"]


def test_the_channels_unit_state_wins_and_settles_our_answer() -> None:
    old = StoredLine("a", 3, units=(("u1", "unconfirmed", "available"), ("u2", "unconfirmed", "unavailable")))
    line, _ = merged(old, told(units=(("u1", "confirmed_available"), ("u2", "unconfirmed"), ("u3", "unconfirmed"))))
    assert line.units == (
        ("u1", "confirmed_available", ""),
        ("u2", "unconfirmed", "unavailable"),
        ("u3", "unconfirmed", ""),
    )


COUNT = st.one_of(st.none(), st.integers(-2, 8))


@given(
    st.integers(1, 6), st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT, st.booleans()), max_size=6),
    st.sampled_from(["pending", "confirmed", "shipped", "cancelled", "partially_refunded"]),
)  # fmt: skip
def test_no_series_of_documents_takes_a_count_back_or_beyond_the_line(
    quantity: int, series: list[tuple[int | None, int | None, int | None, int | None, bool]], status: str
) -> None:
    line = StoredLine("a", quantity)
    for confirmed, cancelled, shipped, returned, answering in series:
        document = told(quantity=quantity, confirmed=confirmed, cancelled=cancelled, shipped=shipped, returned=returned)
        after, _ = merged(line, document, status, is_answering=answering)
        for before, now in zip(
            (line.confirmed, line.cancelled, line.shipped, line.returned), counts(after), strict=True
        ):
            assert before <= now <= quantity
        line = StoredLine("a", after.quantity, *counts(after))


def test_pieces_from_before_come_off_their_count_without_touching_stock() -> None:
    old = StoredLine("a", 5, confirmed=3, earlier=3)
    line, _ = merged(old, told(quantity=5, confirmed=3, returned=1), "partially_refunded")
    assert (line.shipped, line.earlier, line.unbooked) == (1, 2, 1)
    line, _ = merged(old, told(quantity=5, confirmed=5), "confirmed")
    assert (line.confirmed, line.earlier, line.unbooked) == (5, 3, 0)
    line, _ = merged(old, told(quantity=2), "confirmed")
    assert line.earlier == 2
    line, _ = merged(old, None, "cancelled")
    assert (line.cancelled, line.earlier, line.is_changed) == (5, 0, True)
    line, _ = merged(StoredLine("a", 5, confirmed=5, earlier=3), told(quantity=5), "shipped")
    assert (line.shipped, line.earlier, line.unbooked) == (5, 0, 3)
