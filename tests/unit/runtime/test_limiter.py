import asyncio
import json
from bisect import bisect_left
from datetime import timedelta

import pytest
from aiolimiter import AsyncLimiter
from hypothesis import given, settings
from hypothesis import strategies as st

from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.limiter import Concurrency, Limiter, LimiterGroup, Priority, Quota, soft_limit


def most_in_any_window(moments, length):
    return max((bisect_left(moments, at + length - 1e-5) - index for index, at in enumerate(moments)), default=0)


def start(clock, grants, name, waiting):
    async def call():
        await waiting
        grants.append((name, clock.monotonic()))

    return asyncio.create_task(call())


async def cancel(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def windows(count, period):
    return Quota.window(count, period), lambda _: count


def buckets(rate, burst):
    return Quota(rate, burst), lambda length: burst + rate * length


def load(quota, steps):
    """Moments of the grants when callers come in the given steps, and some give up."""

    async def run():
        clock, grants, tasks = ManualClock(), [], []
        limiter = Limiter(clock, quota)
        for pause, callers, give_up in steps:
            tasks += [start(clock, grants, "x", limiter.acquire()) for _ in range(callers)]
            await clock.advance(pause * quota.period / 3)
            if give_up:
                await cancel(*tasks[::3])
        await cancel(*tasks)
        await clock.settle()
        assert clock.timers == 0
        assert limiter.waiting == 0
        return [at for _, at in grants]

    return asyncio.run(run())


steps = st.lists(st.tuples(st.floats(0, 2), st.integers(1, 30), st.booleans()), max_size=25)


@settings(deadline=None, max_examples=50)
@given(st.builds(windows, st.integers(1, 120), st.sampled_from([1.0, 7.0, 60.0])), steps)
def test_no_window_of_a_counted_quota_sees_more_than_its_count_whatever_comes_and_gives_up(case, steps):
    quota, allowed = case
    assert most_in_any_window(load(quota, steps), quota.period) <= allowed(quota.period)


@settings(deadline=None, max_examples=50)
@given(st.builds(buckets, st.floats(0.2, 60), st.integers(1, 10)), steps)
def test_no_window_of_a_bucket_sees_more_than_burst_and_rate_whatever_comes_and_gives_up(case, steps):
    quota, allowed = case
    moments = load(quota, steps)
    for length in (1.0, 2.5, 10.0):
        assert most_in_any_window(moments, length) <= allowed(length) * 1.02


@pytest.mark.parametrize(("count", "period"), [(1, 1.0), (5, 1.0), (24, 1.0), (25, 60.0), (100, 1.0), (400, 1.0)])
async def test_under_load_the_quota_is_used_and_no_window_exceeds_it(count, period):
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota.window(count, period))
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(count * 7)]
    await clock.advance(period * 5)
    moments = [at for _, at in grants]
    assert most_in_any_window(moments, period) <= count * 1.02
    assert len(moments) >= 0.95 * count * 5
    await cancel(*tasks)


async def test_late_timers_of_a_fast_quota_are_made_up_for_within_two_percent():
    class LateClock(ManualClock):
        def call_later(self, seconds, callback, *args):
            return super().call_later(seconds + (0.003 if callback.__name__ == "_fire" else 0), callback, *args)

    clock, grants = LateClock(), []
    limiter = Limiter(clock, Quota(100.0))
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(600)]
    await clock.advance(5)
    moments = [at for _, at in grants]
    assert len(moments) >= 0.95 * 500
    assert most_in_any_window(moments, 1.0) <= 102
    await cancel(*tasks)


async def test_a_burst_passes_at_once_after_rest_and_then_the_rate_holds():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(0.5, burst=3))
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(5)]
    await clock.advance(4.1)
    assert [round(at, 3) for _, at in grants] == [0, 0, 0, 2, 4]
    await asyncio.gather(*tasks)


async def test_the_urgent_go_first_and_equals_in_order_of_arrival():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(1.0))
    await limiter.acquire()
    tasks = [
        start(clock, grants, name, limiter.acquire(priority))
        for name, priority in (
            ("bulk", Priority.BULK),
            ("n1", Priority.NORMAL),
            ("urgent", Priority.URGENT),
            ("n2", Priority.NORMAL),
        )
    ]
    await clock.advance(5)
    assert [name for name, _ in grants] == ["urgent", "n1", "n2", "bulk"]
    await asyncio.gather(*tasks)


async def test_any_number_of_waiters_arms_one_timer_and_nothing_is_armed_at_rest():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(1.0))
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(50)]
    await clock.settle()
    assert clock.timers == 1
    await cancel(*tasks[1:])
    assert clock.timers == 0
    assert limiter.waiting == 0


async def test_a_waiter_that_gives_up_takes_no_slot():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(1.0))
    await limiter.acquire()
    first, second = (start(clock, grants, name, limiter.acquire()) for name in ("first", "second"))
    await clock.advance(0.5)
    await cancel(first)
    await clock.advance(0.51)
    assert [name for name, _ in grants] == ["second"]
    await second


async def test_a_waiter_cancelled_in_the_very_moment_of_its_grant_gives_the_slot_back():
    class AbruptClock(ManualClock):
        abrupt = False

        async def settle(self, limit=10_000):
            if not self.abrupt:
                await super().settle(limit)

    clock, grants = AbruptClock(), []
    limiter = Limiter(clock, Quota(1.0))
    await limiter.acquire()
    first, second = (start(clock, grants, name, limiter.acquire()) for name in ("first", "second"))
    await clock.settle()
    clock.abrupt = True  # the loop gets no turn between the grant and the cancellation
    await clock.advance(1.01)
    assert limiter.waiting == 1
    first.cancel()
    clock.abrupt = False
    await clock.advance(0.01)
    assert first.cancelled()
    assert grants == [("second", pytest.approx(1.01))]
    await second


async def test_impatient_waiters_do_not_pile_up_while_the_account_is_blocked():
    clock = ManualClock()
    limiter = Limiter(clock, Quota(1.0))
    limiter.penalise(clock.now() + timedelta(hours=1))
    patient = asyncio.create_task(limiter.acquire(Priority.URGENT))
    await clock.settle()
    for _ in range(20):
        await cancel(*[asyncio.create_task(limiter.acquire()) for _ in range(10)])
        tasks = [asyncio.create_task(limiter.acquire()) for _ in range(10)]
        await clock.settle()
        await cancel(*tasks)
    queue = limiter._group._waiting[""]
    assert len(queue) == 1
    assert len(queue._heap) < 30
    await cancel(patient)


async def test_a_penalty_holds_everybody_and_ends_without_a_burst():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(1.0, burst=5))
    limiter.penalise(clock.now() + timedelta(seconds=30))
    limiter.penalise(clock.now() + timedelta(seconds=10))  # a shorter one does not shorten it
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(3)]
    assert limiter.delay() == pytest.approx(30)
    await clock.advance(33)
    assert [round(at, 3) for _, at in grants] == [30, 31, 32]
    await asyncio.gather(*tasks)


async def test_another_rate_counts_at_once_also_for_those_who_wait():
    clock, grants = ManualClock(), []
    limiter = Limiter(clock, Quota(0.01))
    await limiter.acquire()
    tasks = [start(clock, grants, "x", limiter.acquire()) for _ in range(2)]
    await clock.advance(50)
    limiter.resize(1.0)
    await clock.advance(1.6)
    assert [round(at, 2) for _, at in grants] == [50.5, 51.5]
    await asyncio.gather(*tasks)


async def test_a_slow_quota_survives_a_restart():
    clock = ManualClock()
    group = LimiterGroup(clock, account=Quota(1 / 60), operations={"feed": Quota(1 / 600), "old": Quota(1 / 600)})
    await group.acquire("feed")
    group.penalise(clock.now() + timedelta(seconds=900), "old")
    saved = json.loads(json.dumps(group.snapshot()))

    later = ManualClock(clock.now() + timedelta(seconds=100))  # another process, its monotonic clock at another place
    await later.advance(5)
    group = LimiterGroup(later, account=Quota(1 / 60), operations={"feed": Quota(1 / 600)})
    group.restore(saved, later.now())
    assert group.delay("feed") == pytest.approx(495)
    assert group.delay("anything") == 0


async def test_a_penalty_of_the_account_survives_without_any_quota():
    clock = ManualClock()
    group = LimiterGroup(clock)
    group.penalise(clock.now() + timedelta(seconds=100))
    other = LimiterGroup(clock)
    other.restore(group.snapshot(), clock.now())
    assert other.delay() == pytest.approx(100)


async def test_nothing_spent_is_nothing_to_save_and_nonsense_changes_nothing():
    clock = ManualClock()
    limiter = Limiter(clock, Quota(1.0))
    assert limiter.snapshot() == {}
    limiter.restore({}, clock.now())
    with pytest.raises(ValueError, match="isoformat"):
        limiter.restore({"account": {"spent": "yesterday"}}, clock.now())
    assert limiter.delay() == 0


async def test_a_call_passes_only_when_both_the_operation_and_the_account_allow_it():
    clock, grants = ManualClock(), []
    group = LimiterGroup(clock, account=Quota(2.0), operations={"orders": Quota(1.0), "stock": Quota(2.0)})
    tasks = [start(clock, grants, op, group.acquire(op)) for op in ("orders", "stock") for _ in range(6)]
    await clock.advance(4.01)
    every = [at for _, at in grants]
    assert most_in_any_window(every, 1.0) <= 2
    assert most_in_any_window([at for name, at in grants if name == "orders"], 1.0) <= 1
    assert len(every) == 9  # one at once, then two a second
    await cancel(*tasks)


async def test_an_operation_at_its_end_does_not_hold_up_the_others():
    clock, grants = ManualClock(), []
    group = LimiterGroup(clock, account=Quota(10.0), operations={"slow": Quota(0.01)}, default=Quota(5.0))
    await group.acquire("slow")
    tasks = [start(clock, grants, "slow", group.acquire("slow", Priority.URGENT))]
    tasks += [start(clock, grants, "quick", group.acquire("quick", Priority.BULK)) for _ in range(3)]
    await clock.advance(1)
    assert [name for name, _ in grants] == ["quick"] * 3
    await cancel(*tasks)


async def test_one_operation_can_be_penalised_alone():
    clock = ManualClock()
    group = LimiterGroup(clock, operations={"a": Quota(1.0), "b": Quota(1.0)})
    group.penalise(clock.now() + timedelta(seconds=60), "a")
    assert (group.delay("a"), group.delay("b")) == (60, 0)


async def test_what_is_left_of_an_operations_quota_can_be_asked():
    group = LimiterGroup(ManualClock(), operations={"a": Quota(0.1, burst=3)})
    await group.acquire("a")
    assert (group.left("a"), group.left("b")) == (2, None)


async def test_without_quotas_nothing_waits_until_the_vendor_states_one():
    clock = ManualClock()
    group = LimiterGroup(clock)
    for _ in range(100):
        await group.acquire("x")
    group.resize(1.0, "x")
    await group.acquire("x")
    assert group.delay("x") == pytest.approx(1.0)
    assert group.delay("y") == 0
    group.resize(0.5)
    await group.acquire("y")
    assert group.delay("z") == pytest.approx(2.0)


async def test_the_concurrency_gate_keeps_its_limit_and_its_order():
    clock, grants = ManualClock(), []
    gate = Concurrency(2)
    await gate.acquire()
    await gate.acquire()
    tasks = [
        start(clock, grants, name, gate.acquire(priority))
        for name, priority in (("bulk", Priority.BULK), ("first", Priority.NORMAL), ("urgent", Priority.URGENT))
    ]
    await clock.settle()
    assert (gate.running, gate.waiting) == (2, 3)
    for _ in range(3):
        gate.release()
        await clock.settle()
    assert [name for name, _ in grants] == ["urgent", "first", "bulk"]
    await asyncio.gather(*tasks)
    assert gate.running == 2


async def test_a_cancelled_waiter_of_the_gate_eats_no_slot_before_or_in_its_moment():
    gate = Concurrency(1)
    await gate.acquire()
    early, exact = asyncio.create_task(gate.acquire()), asyncio.create_task(gate.acquire())
    await asyncio.sleep(0)
    early.cancel()
    gate.release()  # goes to `exact`, which is cancelled before it runs
    exact.cancel()
    await asyncio.gather(early, exact, return_exceptions=True)
    assert (gate.running, gate.waiting) == (0, 0)
    async with gate.slot():
        assert gate.running == 1
    with pytest.raises(RuntimeError, match="more often"):
        gate.release()


async def test_a_wider_gate_lets_waiters_in_and_a_narrower_one_throws_nobody_out():
    gate = Concurrency(1)
    await gate.acquire()
    waiter = asyncio.create_task(gate.acquire())
    await asyncio.sleep(0)
    gate.resize(2)
    await waiter
    gate.resize(1)
    assert gate.running == 2
    gate.release()
    third = asyncio.create_task(gate.acquire())
    await asyncio.sleep(0)
    assert not third.done()
    gate.release()
    await third


async def test_the_soft_limit_is_aiolimiters():
    limit = soft_limit(2, 60)
    assert isinstance(limit, AsyncLimiter)
    async with limit, limit:
        assert not limit.has_capacity()
