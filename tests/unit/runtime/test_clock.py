import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from orion_daemon.runtime.clock import ManualClock, SystemClock


async def test_sleepers_wake_in_order_of_their_time_each_at_its_own_moment():
    clock, woken = ManualClock(), []

    async def sleeper(seconds):
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (30, 10, 20)]
    await clock.advance(25)
    assert woken == [(10, 10), (20, 20)]
    await clock.advance(5)
    assert woken[-1] == (30, 30)
    await asyncio.gather(*tasks)
    assert clock.timers == 0


async def test_what_a_woken_sleeper_starts_is_part_of_the_same_advance():
    clock, moments = ManualClock(), []

    async def ticker():
        for _ in range(3):
            await clock.sleep(10)
            moments.append(clock.monotonic())

    task = asyncio.create_task(ticker())
    await clock.advance(100)
    assert moments == [10, 20, 30]
    assert clock.monotonic() == 100
    await task


async def test_the_wall_clock_follows_and_can_be_corrected_without_touching_durations():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    await clock.advance(90)
    clock.shift_wall(-3600)
    assert clock.now() == datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=90 - 3600)
    assert clock.monotonic() == 90


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 3, 1))  # noqa: DTZ001 - the mistake under test


async def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        await ManualClock().advance(-1)


async def test_a_wait_that_is_woken_tells_how_much_was_left():
    clock, event = ManualClock(), asyncio.Event()
    task = asyncio.create_task(clock.wait(event, 60))
    await clock.advance(45)
    event.set()
    assert await task == 15
    assert clock.timers == 0


async def test_a_wait_nobody_wakes_ends_with_nothing_left():
    clock = ManualClock()
    task = asyncio.create_task(clock.wait(asyncio.Event(), 60))
    await clock.advance(60)
    assert await task == 0


async def test_a_wait_for_what_has_happened_returns_at_once():
    event = asyncio.Event()
    event.set()
    assert await ManualClock().wait(event, 60) == 60


async def test_a_deadline_interrupts_and_leaves_no_trace_on_the_task():
    clock = ManualClock()

    async def work():
        with pytest.raises(TimeoutError):
            await clock.within(5, clock.sleep(10))
        return asyncio.current_task().cancelling()

    task = asyncio.create_task(work())
    await clock.advance(5)
    assert await task == 0
    assert clock.timers == 0


async def test_a_deadline_that_is_kept_hands_on_result_and_error():
    clock = ManualClock()

    async def answer(value):
        if value is None:
            raise LookupError
        return value

    assert await clock.within(5, answer(42)) == 42
    with pytest.raises(LookupError):
        await clock.within(5, answer(None))
    assert clock.timers == 0


async def test_a_cancellation_from_outside_is_not_taken_for_a_deadline():
    clock = ManualClock()
    task = asyncio.create_task(clock.within(5, clock.sleep(10)))
    await clock.settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.timers == 0


async def test_both_at_the_same_moment_is_a_cancellation():
    clock = ManualClock()
    sleeping = asyncio.get_running_loop().create_future()
    sleeping.add_done_callback(lambda _: task.cancel())  # the deadline cancels the sleep, then somebody the task
    task = asyncio.create_task(clock.within(5, sleeping))
    await clock.advance(5)
    assert task.cancelled()


async def test_settling_gives_up_on_what_polls():
    clock, stop = ManualClock(), False

    async def poll():
        while not stop:
            await asyncio.sleep(0)

    task = asyncio.create_task(poll())
    with pytest.raises(RuntimeError, match="polls"):
        await clock.settle(limit=100)
    stop = True
    await task


async def test_the_system_clock_is_aware_and_wakes_for_events():
    clock, event = SystemClock(), asyncio.Event()
    assert clock.now().tzinfo is UTC
    asyncio.get_running_loop().call_soon(event.set)
    assert 0 < await clock.wait(event, 60) <= 60
    with pytest.raises(TimeoutError):
        await clock.within(0, asyncio.get_running_loop().create_future())
