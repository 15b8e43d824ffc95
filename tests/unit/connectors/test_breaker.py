"""The circuit breaker, by a clock that the test moves."""

from orion_daemon.connectors.breaker import CircuitBreaker
from orion_daemon.runtime.clock import ManualClock


def opened(clock: ManualClock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock, failures=3, pause=60)
    for _ in range(3):
        assert breaker.enter() == 0
        breaker.fail()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_names_the_wait() -> None:
    breaker = opened(ManualClock())
    assert (breaker.state, breaker.enter()) == ("open", 60)


def test_one_answer_in_between_begins_the_count_anew() -> None:
    breaker = CircuitBreaker(ManualClock(), failures=2, pause=60)
    breaker.fail()
    breaker.succeed()
    breaker.fail()
    assert breaker.enter() == 0


async def test_after_the_pause_one_call_tries_and_the_others_wait() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    await clock.advance(60)
    assert breaker.state == "half_open"
    assert (breaker.enter(), breaker.enter()) == (0, 60)


async def test_a_probe_that_is_answered_closes_it() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    await clock.advance(60)
    breaker.enter()
    breaker.succeed()
    assert (breaker.state, breaker.enter()) == ("closed", 0)


async def test_a_probe_that_fails_opens_it_for_twice_as_long() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    await clock.advance(60)
    breaker.enter()
    breaker.fail()
    assert breaker.enter() == 120


async def test_a_probe_that_was_cancelled_leaves_room_for_the_next() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    await clock.advance(60)
    breaker.enter()
    breaker.leave()
    assert breaker.enter() == 0


async def test_the_pause_stops_growing() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    for _ in range(20):
        await clock.advance(100_000)
        breaker.enter()
        breaker.fail()
    assert breaker.enter() == 60 * 16
