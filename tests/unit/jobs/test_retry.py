from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.jobs.outcomes import Dead, Failed, Retry, Snooze
from orion_daemon.jobs.retry import Abandon, Decision, Family, Suspend, backoff, crash_delay, decide

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def after(
    family: str,
    *,
    attempts: int = 0,
    dice: float = 0.5,
    retry_after: timedelta | None = None,
    is_repeatable: bool = True,
    max_attempts: int = 12,
    limit: timedelta = timedelta(days=3),
    longest_delay: timedelta = timedelta(hours=1),
) -> Decision:
    return decide(
        Failed(family, "code", "what was wrong", retry_after),
        attempts=attempts,
        max_attempts=max_attempts,
        is_repeatable=is_repeatable,
        longest_delay=longest_delay,
        give_up_at=NOW + limit,
        now=NOW,
        dice=dice,
    )


def test_unreachable_doubles_its_delay_up_to_an_hour() -> None:
    delays = []
    for attempts in range(11):
        decision = after("unreachable", attempts=attempts)
        assert isinstance(decision, Retry)
        delays.append((decision.at - NOW).total_seconds())
    assert delays == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_the_last_attempt_ends_in_the_dead_letters_with_the_reason() -> None:
    decision = after("unreachable", attempts=11)
    assert decision == Dead("unreachable", "code", "what was wrong (given up after 12 attempts)")


def test_a_kind_may_ask_for_shorter_pauses() -> None:
    decision = after("unreachable", attempts=500, max_attempts=10_000, longest_delay=timedelta(minutes=5))
    assert isinstance(decision, Retry)
    assert decision.at == NOW + timedelta(minutes=5)


def test_a_vendors_wish_lengthens_a_retry_and_never_shortens_it() -> None:
    longer = after("unreachable", retry_after=timedelta(minutes=10))
    shorter = after("unreachable", retry_after=timedelta(seconds=1))
    assert isinstance(longer, Retry)
    assert longer.at == NOW + timedelta(minutes=10)
    assert isinstance(shorter, Retry)
    assert shorter.at == NOW + timedelta(seconds=15)


def test_a_rate_limit_snoozes_never_before_the_wish() -> None:
    for dice in (0.0, 0.5, 0.999):
        decision = after("rate_limited", retry_after=timedelta(seconds=40), dice=dice, attempts=11)
        assert isinstance(decision, Snooze)
        assert decision.reason == "rate_limited"
        assert timedelta(seconds=40) <= decision.at - NOW <= timedelta(seconds=48)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (None, timedelta(seconds=30)),
        (timedelta(seconds=-5), timedelta(seconds=1)),
        (timedelta(days=9), timedelta(hours=1)),
    ],
)
def test_an_absent_or_absurd_wish_is_bounded(wish: timedelta | None, expected: timedelta) -> None:
    decision = after("rate_limited", retry_after=wish, dice=0.0)
    assert isinstance(decision, Snooze)
    assert decision.at - NOW == expected


def test_refused_credentials_suspend_the_account_and_keep_the_job() -> None:
    decision = after("auth_refused", attempts=11)
    assert isinstance(decision, Suspend)
    assert decision.snooze.reason == "suspended"
    assert decision.snooze.at == NOW + timedelta(minutes=15)


def test_work_that_is_not_permitted_waits_alone_and_costs_nothing() -> None:
    assert after("not_permitted", attempts=11) == Snooze(NOW + timedelta(hours=1), "not_permitted", "what was wrong")


def test_what_cannot_get_better_goes_to_the_dead_letters_at_once() -> None:
    assert after("rejected") == Dead("rejected", "code", "what was wrong")


def test_a_doubtful_run_is_repeated_only_when_its_effect_is_repeatable() -> None:
    assert isinstance(after("doubtful"), Retry)
    assert after("doubtful", is_repeatable=False) == Dead("doubtful", "code", "what was wrong")


def test_a_lost_lease_writes_nothing() -> None:
    assert after("lease_lost") == Abandon()


@pytest.mark.parametrize(("family", "said"), [("bug", "bug"), ("never heard of", "bug"), ("malformed", "malformed")])
def test_a_bug_and_what_cannot_be_read_are_tried_three_times(family: str, said: str) -> None:
    first, second, third = (after(family, attempts=n) for n in range(3))
    assert isinstance(first, Retry)
    assert isinstance(second, Retry)
    assert (first.at - NOW, second.at - NOW) == (timedelta(minutes=1), timedelta(minutes=5))
    assert third == Dead(said, "code", "what was wrong (given up after 3 attempts)")


def test_no_retry_is_planned_past_the_limit_of_waiting() -> None:
    decision = after("unreachable", attempts=8, limit=timedelta(minutes=30))
    assert isinstance(decision, Dead)
    assert "after its limit" in decision.message


def test_the_delays_are_safe_at_absurd_counts() -> None:
    assert backoff(10**9) == timedelta(hours=1)
    assert backoff(0) == timedelta(seconds=15)
    assert crash_delay(10**9) == timedelta(minutes=5)


def test_the_first_crash_costs_no_time_and_the_pauses_grow() -> None:
    assert [crash_delay(n).total_seconds() for n in range(1, 7)] == [0, 1, 2, 4, 8, 16]


@given(
    family=st.sampled_from([f.value for f in Family]),
    attempts=st.integers(0, 50),
    dice=st.floats(0, 1, exclude_max=True),
    wish=st.none() | st.timedeltas(timedelta(0), timedelta(days=2)),
    repeatable=st.booleans(),
)
def test_whatever_fails_is_tried_again_in_the_future_or_ends(
    family: str, attempts: int, dice: float, wish: timedelta | None, repeatable: bool
) -> None:
    decision = after(family, attempts=attempts, dice=dice, retry_after=wish, is_repeatable=repeatable)
    match decision:
        case Retry(at=at):
            assert NOW < at < NOW + timedelta(days=3)
            assert attempts < 11
        case Snooze(at=at) | Suspend(snooze=Snooze(at=at)):
            assert NOW < at <= NOW + timedelta(hours=1, minutes=12)
        case Dead(code=code):
            assert code
        case Abandon():
            assert family == "lease_lost"
