"""Which statements are trusted to be quick."""

from orion_daemon.db.pace import AFTER_SLOW, PROBATION, QUICK_S, REMEMBERED, Pace

QUICK, SLOW = QUICK_S / 2, QUICK_S * 2


def test_a_statement_is_trusted_after_a_few_quick_runs() -> None:
    pace = Pace()
    for _ in range(PROBATION):
        assert not pace.is_quick("a")
        pace.note("a", QUICK)
    assert pace.is_quick("a")
    assert not pace.is_quick("b")


def test_a_statement_that_never_was_quick_is_not_trusted() -> None:
    pace = Pace()
    for _ in range(10):
        pace.note("a", SLOW)
        pace.note("a", QUICK)
    assert not pace.is_quick("a")


def test_one_slow_run_costs_a_long_probation() -> None:
    pace = Pace()
    for _ in range(PROBATION):
        pace.note("a", QUICK)
    pace.note("a", SLOW)
    for _ in range(AFTER_SLOW):
        assert not pace.is_quick("a")
        pace.note("a", QUICK)
    assert pace.is_quick("a")


def test_the_memory_is_bounded() -> None:
    pace = Pace()
    for number in range(3 * REMEMBERED):
        pace.note(number, QUICK)
    assert len(pace._runs_owed) <= REMEMBERED
