"""The states of an import, and the guard over figures."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.imports import (
    ENDED,
    MOVES,
    RUNNING,
    Facts,
    Limits,
    State,
    end_state,
    is_repriced,
    judge,
    may_have_moved,
    may_move,
    may_remove,
    sources_of,
)

GOOD = Facts(known=1000, records=1000, usable=1000, rejected=0, missing=0, compared=1000)
LIMITS = Limits()


def code(facts: Facts, limits: Limits = LIMITS) -> str | None:
    hold = judge(facts, limits)
    return hold.code if hold else None


def test_each_state_is_running_held_or_ended_and_an_ended_import_never_moves() -> None:
    assert {*RUNNING, State.HELD, *ENDED} == set(State) == set(MOVES)
    assert all(not MOVES[state] for state in ENDED)
    assert all(may_move(state, State.FAILED) for state in (*RUNNING, State.HELD))


def test_only_a_person_moves_a_held_import() -> None:
    assert MOVES[State.HELD] == {State.PENDING, State.FAILED}
    assert set(sources_of(State.HELD)) == {"parsing", "upserting"}


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached = {State.PENDING}
    while more := {to for state in reached for to in MOVES[state]} - reached:
        reached |= more
    assert reached == set(State)


def test_a_run_that_was_killed_begins_anew_from_any_running_state() -> None:
    assert all(may_move(state, State.PROCESSING) for state in RUNNING)


def test_rejected_rows_make_a_partial_completion() -> None:
    assert end_state(rejected=0) is State.COMPLETED
    assert end_state(rejected=1) is State.PARTIALLY_COMPLETED


@pytest.mark.parametrize(
    ("same", "other", "expected"),
    [(1000, 0, None), (900, 100, None), (700, 300, "currency_changed"), (0, 1000, "currency_changed"), (0, 19, None)],
)
def test_a_feed_that_changes_its_currency_is_held(same: int, other: int, expected: str | None) -> None:
    assert code(replace(GOOD, compared=same, other_currency=other)) == expected


def test_an_ordinary_feed_passes() -> None:
    assert code(GOOD) is None
    assert may_remove(GOOD, LIMITS)


@pytest.mark.parametrize(("missing", "expected"), [(300, None), (301, "removed_share"), (1000, "removed_share")])
def test_more_than_the_limit_missing_waits_for_a_person(missing: int, expected: str | None) -> None:
    facts = replace(GOOD, missing=missing)
    assert code(facts) == expected
    assert may_remove(facts, LIMITS)  # once a person has confirmed


def test_the_reason_names_figures_the_limit_and_what_confirming_does() -> None:
    hold = judge(replace(GOOD, missing=750), LIMITS)
    assert hold is not None
    assert "750 of the 1000 known products" in hold.reason
    assert "75%, the limit is 30%" in hold.reason
    assert "Confirming makes them unavailable" in hold.reason


def shrunken(known: int, missing: int) -> Facts:
    left = known - missing
    return Facts(known=known, records=left + 1, usable=left + 1, rejected=0, missing=missing)


@pytest.mark.parametrize(
    ("known", "missing", "expected"),
    [
        (20, 6, None),  # the share holds from here on
        (20, 7, "removed_share"),
        (19, 9, None),  # below it more than half,
        (19, 10, "removed_share"),
        (15, 14, "removed_share"),
        (8, 4, None),
        (8, 5, "removed_share"),
        (5, 3, None),  # and more than a handful,
        (5, 4, "removed_share"),
        (4, 3, None),
        (3, 2, None),
        (4, 4, "removed_share"),  # or all
        (1, 1, "removed_share"),
        (1, 0, None),
        (0, 0, None),
    ],
)
def test_a_small_catalog_loses_neither_most_of_its_products_nor_all_at_once(
    known: int, missing: int, expected: str | None
) -> None:
    facts = shrunken(known, missing)
    assert code(facts) == expected
    assert may_remove(facts, LIMITS)  # once a person has confirmed


def test_a_small_catalog_follows_a_limit_above_its_own() -> None:
    assert code(shrunken(10, 8), Limits(max_removed_share=0.8)) is None
    assert code(shrunken(10, 9), Limits(max_removed_share=0.8)) == "removed_share"
    assert code(shrunken(10, 5), Limits(max_removed_share=0.1)) is None
    assert code(shrunken(10, 10), Limits(max_removed_share=1.0)) is None  # the operator has said: anything


def test_a_small_catalogs_reason_says_what_was_seen_and_what_confirming_does() -> None:
    most, everything = judge(shrunken(15, 14), LIMITS), judge(shrunken(4, 4), LIMITS)
    assert most is not None
    assert everything is not None
    assert "14 of the 15 known products are no longer in the feed (93%, the limit for so small a catalog is 50%)" in (
        most.reason
    )
    assert most.reason.endswith("Nothing was changed. Confirming makes 14 unavailable.")
    assert everything.reason.startswith("The feed holds none of the products any more that it held before (4).")


def test_a_small_feed_that_is_mostly_unreadable_removes_nothing_and_needs_nobody() -> None:
    facts = replace(shrunken(15, 14), records=15, usable=1, rejected=14)
    assert code(facts) is None
    assert not may_remove(facts, LIMITS)


def test_a_first_import_has_no_shares_to_judge() -> None:
    assert code(Facts(known=0, records=100, usable=1, rejected=99, missing=0), Limits(min_rows=0)) is None


def test_mostly_unreadable_rows_hold_the_feed_and_forbid_removals() -> None:
    facts = replace(GOOD, usable=499, rejected=501, missing=10)
    assert code(facts) == "rejected_share"
    assert not may_remove(facts, LIMITS)
    assert code(replace(facts, rejected=500)) is None


def test_prices_that_slipped_by_a_decimal_point_hold_the_feed() -> None:
    assert code(replace(GOOD, repriced=201)) == "prices_moved"
    assert code(replace(GOOD, repriced=200)) is None
    assert code(replace(GOOD, compared=19, repriced=19)) is None  # too few to mean anything


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(1999, 199900, True), (199900, 1999, True), (1000, 7999, False), (1000, 8000, True)],
)
def test_a_price_moves_by_a_large_factor_in_either_direction(before: int, after: int, expected: bool) -> None:
    assert is_repriced(before, after) is expected


def test_so_few_changed_records_that_no_price_can_hold_the_feed_are_not_compared() -> None:
    assert not may_have_moved(GOOD, LIMITS, 166)
    assert may_have_moved(GOOD, LIMITS, 167)
    assert not may_have_moved(replace(GOOD, known=10), LIMITS, 1000)


@given(st.integers(1, 300), st.data(), st.floats(0, 1))
def test_whatever_would_be_held_over_prices_is_compared(usable: int, data: st.DataObject, share: float) -> None:
    changed = data.draw(st.integers(0, usable))
    repriced = data.draw(st.integers(0, changed))
    other = data.draw(st.integers(0, changed - repriced))
    unknown = data.draw(st.integers(0, changed - repriced - other))
    limits = replace(LIMITS, max_repriced_share=share, min_rows=1)
    facts = Facts(
        known=usable, records=usable, usable=usable, rejected=0, missing=0,
        compared=usable - other - unknown, repriced=repriced, other_currency=other,
    )  # fmt: skip
    if code(facts, limits) in ("prices_moved", "currency_changed"):
        assert may_have_moved(facts, limits, changed)


@pytest.mark.parametrize("broken", ["empty", "unclosed_quote", "xml_not_closed", "size_differs"])
def test_a_file_that_cannot_be_whole_is_held_at_any_size_and_proves_nothing(broken: str) -> None:
    facts = Facts(known=1, records=1, usable=1, rejected=0, missing=1, broken=((broken, "the file is odd"),))
    assert code(facts) == broken
    assert not may_remove(facts, LIMITS)


def test_a_header_alone_is_a_whole_file_that_empties_the_catalog_once_confirmed() -> None:
    facts = Facts(known=50, records=0, usable=0, rejected=0, missing=50, broken=(("no_records", "only a header"),))
    hold = judge(facts, LIMITS)
    assert hold is not None
    assert "Only a header." in hold.reason
    assert "makes 50 products unavailable" in hold.reason
    assert may_remove(facts, LIMITS)


def test_limits_are_taken_from_settings_by_name() -> None:
    limits = Limits.of({"max_removed_share": 0.9, "min_rows": 3, "something_else": 1})
    assert (limits.max_removed_share, limits.min_rows, limits.max_rejected_share) == (0.9, 3, 0.5)
