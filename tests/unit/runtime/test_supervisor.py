"""Crashes, suspension, stop and the look from outside."""

import asyncio
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.runtime.actor import Actor, ActorStopped, ActorSuspended, LaneSpec
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.supervisor import ActorSystem, RestartPolicy, UnknownActor

POLICY = RestartPolicy(first=1, factor=2, ceiling=8, jitter=0, limit=3, window=100)


class Worker(Actor):
    lanes: ClassVar = (LaneSpec("urgent"), LaneSpec("bulk"))

    def __init__(self, address="a"):
        super().__init__(address)
        self.done = []

    async def receive(self, _lane, message):
        if isinstance(message, BaseException):
            raise message
        if isinstance(message, asyncio.Event):
            await message.wait()
        self.done.append(message)
        return message

    async def restarted(self, lane, error):
        self.done.append(f"restarted {lane} after {error}")


@pytest.fixture
def clock():
    return ManualClock()


class Notes:
    def __init__(self):
        self.errors = []
        self.suspended = []


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
async def system(clock, notes):
    system = ActorSystem(
        clock,
        lambda: 0.0,
        on_error=lambda *what: notes.errors.append(what),
        on_suspend=lambda *what: notes.suspended.append(what),
        policy=POLICY,
    )
    yield system
    await system.stop(0, grace=0)


def state(system, address):
    return next(health for health in system.snapshot() if health.address == address)


async def test_a_crash_costs_one_message_of_one_lane_of_one_actor(system, clock, notes):
    one, other = Worker("a"), Worker("b")
    system.register(one)
    system.register(other)
    error = ValueError("boom")
    for lane, message in (("urgent", 1), ("urgent", error), ("urgent", 2), ("bulk", 3)):
        one.tell(lane, message)
    other.tell("urgent", 4)
    await clock.settle()
    assert notes.errors == [("a", "urgent", error, error)]
    assert (one.done, other.done) == ([1, 3], [4])
    health = state(system, "a")
    assert (health.state, health.restarts, health.last_error) == ("pausing", 1, "ValueError")
    await clock.advance(1)
    assert one.done == [1, 3, "restarted urgent after boom", 2]
    assert state(system, "a").state == "idle"


async def test_the_pause_doubles_up_to_its_ceiling_and_is_jittered():
    policy = RestartPolicy(first=1, factor=2, ceiling=8, jitter=0.5)
    assert [policy.delay(n, 0) for n in (1, 2, 3, 4, 5, 10_000)] == [1, 2, 4, 8, 8, 8]
    assert policy.delay(2, 1) == 1


@given(st.integers(1, 500), st.floats(0, 1))
def test_a_pause_is_always_positive_and_below_the_ceiling(crashes, chance):
    assert 0 < RestartPolicy().delay(crashes, chance) <= 60


async def test_who_asked_hears_the_error_that_crashed_it(system, clock, notes):
    system.register(Worker())
    with pytest.raises(ValueError, match="boom"):
        await system.ask("a", "urgent", ValueError("boom"), 5)
    assert len(notes.errors) == 1


async def test_something_cancelled_inside_is_a_crash_and_not_the_end_of_the_lane(system, clock, notes):
    actor = Worker()
    system.register(actor)
    actor.tell("urgent", asyncio.CancelledError("a session was closed"))
    actor.tell("urgent", "next")
    await clock.advance(1)
    assert isinstance(notes.errors[0][3], asyncio.CancelledError)
    assert actor.done[-1] == "next"


async def test_too_many_crashes_in_the_window_suspend_and_tell_why(system, clock, notes):
    actor = Worker()
    system.register(actor)
    for _ in range(4):
        actor.tell("urgent", ValueError("boom"))
    actor.tell("urgent", "kept")
    await clock.advance(1 + 2 + 4)
    assert notes.suspended == [("a", "4 crashes, the last by ValueError")]
    health = state(system, "a")
    assert (health.state, health.queued, health.reason) == ("suspended", {"urgent": 1}, notes.suspended[0][1])
    with pytest.raises(ActorSuspended, match="4 crashes"):
        actor.ask("bulk", 1, 5)
    assert actor.tell("bulk", "also kept")
    await clock.advance(1000)
    assert not {"kept", "also kept"} & set(actor.done)
    assert system.resume("a")
    await clock.settle()
    assert {"kept", "also kept"} <= set(actor.done)
    assert not system.resume("a")


async def test_crashes_far_apart_never_suspend(system, clock, notes):
    actor = Worker()
    system.register(actor)
    for _ in range(10):
        actor.tell("urgent", ValueError("boom"))
        await clock.advance(60)
    assert (len(notes.errors), notes.suspended) == (10, [])


async def test_sleep_does_not_wipe_out_crashes_within_the_window(clock, notes):
    system = ActorSystem(
        clock, lambda: 0.0, on_error=lambda *_: None, on_suspend=lambda *what: notes.suspended.append(what),
        policy=POLICY, idle_after=5,
    )  # fmt: skip
    system.register(Worker())
    for _ in range(4):
        system.tell("a", "urgent", ValueError("boom"))
        await clock.advance(20)
    assert len(notes.suspended) == 1
    await system.stop()


async def test_an_actor_may_suspend_itself_and_questions_in_its_queue_are_answered(system, clock, notes):
    class Refused(Worker):
        async def receive(self, _lane, message):
            self.done.append(message)
            self.suspend("the vendor refuses the password")

    actor = Refused()
    system.register(actor)
    actor.tell("urgent", 1)
    question = actor.ask("urgent", 2, None)
    actor.tell("urgent", 3, key="k")
    await clock.settle()
    assert notes.suspended == [("a", "the vendor refuses the password")]
    with pytest.raises(ActorSuspended, match="password"):
        await question
    assert actor.done == [1]
    actor.tell("urgent", 3, key="k")  # its key is still queued
    system.resume("a")
    await clock.settle()
    assert actor.done == [1, 3]


async def test_a_sleeping_actor_can_be_suspended_from_outside(system, clock):
    actor = Worker()
    system.register(actor)
    system.suspend("a", "paused by an operator")
    actor.tell("urgent", 1)
    await clock.settle()
    assert actor.done == []
    system.resume("a")
    await clock.settle()
    assert actor.done == [1]


async def test_a_start_that_fails_is_tried_again_and_loses_no_message(system, clock, notes):
    class Flaky(Worker):
        tries = 0

        async def started(self):
            self.tries += 1
            if self.tries < 3:
                raise ConnectionError("no database")

    actor = Flaky()
    system.register(actor)
    actor.tell("urgent", 1)
    await clock.settle()
    assert state(system, "a").state == "waiting"
    await clock.advance(3)
    assert actor.done == [1]
    assert [(lane, message) for _, lane, message, _ in notes.errors] == [(None, None)] * 2


async def test_a_start_that_always_fails_suspends_and_resume_begins_anew(system, clock, notes):
    class Broken(Worker):
        healed = False

        async def started(self):
            if not self.healed:
                raise ConnectionError

    actor = Broken()
    system.register(actor)
    actor.tell("urgent", 1)
    await clock.advance(100)
    assert len(notes.suspended) == 1
    actor.healed = True
    system.resume("a")
    await clock.settle()
    assert actor.done == [1]


async def test_a_restart_hook_that_fails_counts_and_loses_no_message(system, clock, notes):
    class Worse(Worker):
        tries = 0

        async def restarted(self, _lane, _error):
            self.tries += 1
            if self.tries == 1:
                raise RuntimeError("still broken")

    actor = Worse()
    system.register(actor)
    actor.tell("urgent", ValueError("boom"))
    actor.tell("urgent", "next")
    await clock.advance(3)
    assert actor.done == ["next"]
    assert len(notes.errors) == 2


async def test_a_reporter_that_raises_does_not_stop_the_actor(clock):
    seen = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context["message"]))

    def broken(*what):
        raise RuntimeError

    system = ActorSystem(clock, lambda: 0.0, on_error=broken, on_suspend=broken, policy=POLICY)
    actor = Worker()
    system.register(actor)
    actor.tell("urgent", ValueError("boom"))
    actor.tell("urgent", "next")
    await clock.advance(1)
    assert actor.done[-1] == "next"
    assert len(seen) == 1
    await system.stop()


async def test_stopping_lets_work_finish_drops_what_is_queued_and_counts_it(system, clock):
    actor, gate = Worker(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate)
    await clock.settle()
    actor.tell("urgent", "queued")
    question = actor.ask("bulk", gate, None)
    queued = actor.ask("bulk", "asked", None)
    await clock.settle()
    stop = asyncio.create_task(system.stop(10))
    await clock.settle()
    assert not actor.tell("urgent", "too late")
    with pytest.raises(ActorStopped):
        actor.ask("bulk", "too late", None)
    gate.set()
    report = await stop
    assert (report.dropped, report.interrupted, report.stuck) == (2, [], [])
    assert await question is gate
    with pytest.raises(ActorStopped, match="before it came to this"):
        await queued
    assert actor.done == [gate, gate]
    assert (system.dropped, system.refused, clock.timers) == (2, 2, 0)


async def test_what_does_not_finish_in_time_is_interrupted_and_what_ignores_that_is_named(system, clock):
    release = asyncio.Event()

    class Deaf(Worker):
        async def receive(self, _lane, _message):
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

    slow, deaf = Worker("slow"), Deaf("deaf")
    for actor in (slow, deaf):
        system.register(actor)
    question = slow.ask("urgent", asyncio.Event(), None)
    deaf.tell("bulk", 1)
    await clock.settle()
    stop = asyncio.create_task(system.stop(10, grace=2))
    await clock.advance(12)
    report = await stop
    assert report.interrupted == ["deaf/bulk", "slow/urgent"]
    assert report.stuck == ["deaf"]
    with pytest.raises(ActorStopped, match="interrupted"):
        await question
    release.set()
    await clock.settle()


async def test_stages_stop_from_the_highest_and_each_in_reverse_order(system, clock):
    order = []

    class Noting(Worker):
        async def stopped(self):
            order.append(self.address)

    class Outer(Noting):
        stage: ClassVar = 1

        async def receive(self, _lane, message):
            await message.wait()
            self.done.append(await system.ask("base1", "urgent", "still there?", 5))

    base = [Noting("base1"), Noting("base2")]
    outer, gate = Outer("outer"), asyncio.Event()
    for actor in (*base, outer):
        system.register(actor)
    base[1].tell("urgent", 1)
    outer.tell("urgent", gate)
    await clock.settle()
    stop = asyncio.create_task(system.stop(10))
    await clock.settle()
    gate.set()
    await stop
    assert outer.done == ["still there?"]
    assert order == ["outer", "base2", "base1"]
    assert not system.tell("base1", "urgent", "after the end")


async def test_a_stop_hook_that_fails_or_hangs_hurts_no_other(system, clock, notes):
    ended = []

    class Failing(Worker):
        async def stopped(self):
            raise ValueError("cannot say goodbye")

    class Hanging(Worker):
        async def stopped(self):
            await asyncio.Event().wait()

    class Fine(Worker):
        async def stopped(self):
            ended.append(self.address)

    for actor in (Fine("fine"), Failing("failing"), Hanging("hanging"), Fine("asleep")):
        system.register(actor)
        if actor.address != "asleep":
            actor.tell("urgent", 1)
    await clock.settle()
    stop = asyncio.create_task(system.stop(3))
    await clock.advance(3)
    await stop
    assert ended == ["fine"]
    assert sorted((address, type(error).__name__) for address, _, _, error in notes.errors) == [
        ("failing", "ValueError"),
        ("hanging", "TimeoutError"),
    ]


async def test_stopping_at_once_reaches_tasks_that_have_not_begun(system, clock):
    actor = Worker()
    system.register(actor)
    actor.tell("urgent", asyncio.Event())
    stop = asyncio.create_task(system.stop(0, grace=1))
    await clock.advance(1)
    report = await stop
    assert report.stuck == []
    assert report.dropped + len(report.interrupted) == 1


async def test_stopping_in_a_pause_or_a_start_leaves_no_timer(system, clock):
    class Starting(Worker):
        async def started(self):
            await asyncio.Event().wait()

    system.register(Worker("pausing"))
    system.register(Starting("starting"))
    system.tell("pausing", "urgent", ValueError("boom"))
    system.tell("starting", "urgent", 1)
    await clock.settle()
    stop = asyncio.create_task(system.stop(1))
    await clock.advance(1)
    report = await stop
    assert (report.stuck, report.dropped, clock.timers) == ([], 1, 0)
    assert (await system.stop()).dropped == 0


async def test_one_actor_can_leave_while_the_others_work(system, clock):
    one, other = Worker("a"), Worker("b")
    system.register(one)
    system.register(other)
    one.tell("urgent", 1)
    await clock.settle()
    one.tell("urgent", 2)
    assert (await system.unregister("a")).dropped == 1
    assert "a" not in system
    with pytest.raises(UnknownActor):
        system.tell("a", "urgent", 3)
    assert await system.ask("b", "urgent", 4, 5) == 4
    assert (await system.unregister("a")).dropped == 0


async def test_an_address_has_one_actor_and_a_factory_keeps_to_it(system):
    system.register(Worker("a"))
    with pytest.raises(ValueError, match="already"):
        system.register(Worker("a"))
    system.add_factory(lambda _: Worker("other"))
    with pytest.raises(ValueError, match="made other"):
        system.get("b")


@given(st.lists(st.sampled_from("tbcsrp+"), max_size=40))
def test_in_any_order_of_events_each_message_is_done_lost_by_its_own_crash_or_dropped_and_counted(events):
    async def run():
        clock, crashed = ManualClock(), []
        system = ActorSystem(
            clock, lambda: 0.0, on_error=lambda *what: crashed.append(what), on_suspend=lambda *_: None,
            policy=POLICY, idle_after=30,
        )  # fmt: skip
        actor = Worker()
        system.register(actor)
        told = []
        for number, event in enumerate(events):
            if event in "tb":
                assert system.tell("a", "urgent" if event == "t" else "bulk", number)
                told.append(number)
            elif event == "c":
                told.append(ValueError(number))
                assert system.tell("a", "urgent", told[-1])
            elif event == "s":
                system.suspend("a", "test")
            elif event == "r":
                system.resume("a")
            elif event == "p":
                system.passivate("a")
            else:
                await clock.advance(7)
        report = await system.stop()
        done = [message for message in actor.done if not isinstance(message, str)]
        assert len(done) == len(set(done))
        assert len(done) + len(crashed) + report.dropped == len(told)
        assert clock.timers == 0
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())
