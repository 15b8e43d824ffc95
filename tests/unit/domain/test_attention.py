"""Notices in their two columns: nothing lost, nothing twice, lasting ones kept."""

from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain import attention

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def test_a_new_document_replaces_what_the_old_one_said_and_keeps_the_rest() -> None:
    _, reason = attention.render([("short", "1 line waits"), ("total_differs", "old"), ("odd_date", "old")])
    codes, reason = attention.merge(reason, [("total_differs", "new"), ("total_differs", "new")])
    assert (codes, reason) == ("short total_differs", "short: 1 line waits\ntotal_differs: new")


def test_a_notice_is_taken_away_by_code_or_text() -> None:
    _, reason = attention.render([("unmatched", "line a: x"), ("unmatched", "line b: x"), ("short", "y")])
    assert attention.without(reason, lambda notice: "line a" in notice[1])[0] == "unmatched short"
    assert attention.without(reason, lambda notice: notice[0] == "unmatched") == ("short", "short: y")


@given(st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_the_columns_hold_any_notices_and_read_back_as_themselves(notices: list[tuple[str, str]]) -> None:
    codes, reason = attention.render(notices)
    assert len(codes) <= attention.LONGEST
    assert attention.render(attention.parse(reason)) == (codes, reason)
    assert bool(codes) == bool(notices)
