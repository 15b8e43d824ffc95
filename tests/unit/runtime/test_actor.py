"""One actor in a system: messages, lanes, sleep. Crashes and stops are in test_supervisor.py."""

import asyncio
import gc
import weakref
from typing import ClassVar

import pytest

from orion_daemon.runtime.actor import (
    Actor,
    ActorStopped,
    AskTimeout,
    LaneSpec,
    MailboxFull,
    UnknownLane,
)
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.supervisor import ActorSystem


class Recorder(Actor):
    """Notes what it is told; a message that is an Event is waited for, one that is an exception is raised."""

    lanes: ClassVar = (LaneSpec("urgent", capacity=3), LaneSpec("bulk", order="priority"))
    refusals: ClassVar = (LookupError,)

    def __init__(self, address="store:letzshop"):
        super().__init__(address)
        self.log = []

    async def receive(self, lane, message):
        self.log.append((lane, message))
        if isinstance(message, asyncio.Event):
            await message.wait()
        if isinstance(message, Exception):
            raise message
        return f"did {message}"


class Hooked(Recorder):
    async def started(self):
        self.log.append("started")

    async def on_passivate(self):
        self.log.append("passivated")

    async def stopped(self):
        self.log.append("stopped")


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def system(clock):
    def unexpected(*what):
        raise AssertionError(what)

    system = ActorSystem(clock, lambda: 0.0, on_error=unexpected, on_suspend=unexpected, idle_after=60)
    yield system
    await system.stop(0, grace=0)


def tasks():
    return len(asyncio.all_tasks()) - 1


async def test_an_actor_has_a_task_only_while_it_has_messages(system, clock):
    actor = Recorder()
    system.register(actor)
    assert (tasks(), system.awake) == (0, 0)
    assert system.tell(actor.address, "urgent", 1)
    assert tasks() == 1
    await clock.settle()
    assert actor.log == [("urgent", 1)]
    assert tasks() == 0


async def test_a_lane_is_serial_and_in_order_while_the_others_go_on(system, clock):
    actor, gate = Recorder(), asyncio.Event()
    system.register(actor)
    for lane, message in (("urgent", gate), ("urgent", "second"), ("bulk", "beside")):
        actor.tell(lane, message)
    await clock.settle()
    assert actor.log == [("urgent", gate), ("bulk", "beside")]
    gate.set()
    await clock.settle()
    assert actor.log[-1] == ("urgent", "second")


async def test_a_priority_lane_takes_the_lowest_number_first(system, clock):
    actor = Recorder()
    system.register(actor)
    for number in (5, 1, 3):
        actor.tell("bulk", number, priority=number)
    await clock.settle()
    assert [message for _, message in actor.log] == [1, 3, 5]


async def test_nudges_of_one_key_are_merged_while_queued_and_not_while_handled(system, clock):
    actor, gate = Recorder(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate, key="sku")
    await clock.settle()
    assert actor.tell("urgent", "again", key="sku")
    assert actor.tell("urgent", "and again", key="sku")
    gate.set()
    await clock.settle()
    assert [message for _, message in actor.log] == [gate, "again"]


async def test_a_full_lane_refuses_and_counts(system, clock):
    actor, gate = Recorder(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate)
    await clock.settle()
    assert [actor.tell("urgent", number) for number in range(4)] == [True, True, True, False]
    with pytest.raises(MailboxFull, match="urgent"):
        actor.ask("urgent", 5, None)
    assert system.refused == 2
    (health,) = system.snapshot()
    assert (health.refused, health.queued, health.state) == (2, {"urgent": 3}, "running")
    gate.set()
    await clock.settle()


async def test_an_unknown_lane_is_a_mistake_of_the_caller(system):
    system.register(Recorder())
    with pytest.raises(UnknownLane, match="urgent, bulk"):
        system.tell("store:letzshop", "slow", 1)


async def test_a_question_is_answered_and_its_timer_is_gone(system, clock):
    system.register(Recorder())
    assert await system.ask("store:letzshop", "urgent", "this", 5) == "did this"
    assert clock.timers == 1  # the sweep for sleepers
    system.passivate("store:letzshop")
    assert clock.timers == 0


async def test_a_refusal_is_an_answer_and_no_crash(system):
    actor = Recorder()
    system.register(actor)
    with pytest.raises(LookupError, match="no such offer"):
        await actor.ask("urgent", LookupError("no such offer"), 5)
    assert next(system.snapshot()).restarts == 0


async def test_a_question_nobody_answers_in_time_fails_and_is_skipped_when_still_queued(system, clock):
    actor, gate = Recorder(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate)
    answer = actor.ask("urgent", "late", 5)
    await clock.advance(5)
    with pytest.raises(AskTimeout, match="store:letzshop within 5 s"):
        await answer
    gate.set()
    await clock.settle()
    assert [message for _, message in actor.log] == [gate]
    assert next(system.snapshot()).expired == 1


async def test_a_question_whose_asker_is_cancelled_is_not_handled(system, clock):
    actor, gate = Recorder(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate)

    async def asker():
        await actor.ask("urgent", "withdrawn", 5)

    task = asyncio.create_task(asker())
    await clock.settle()
    task.cancel()
    gate.set()
    await clock.settle()
    assert [message for _, message in actor.log] == [gate]


async def test_an_actor_that_never_waits_lets_others_have_their_turn(system):
    class Busy(Recorder):
        lanes: ClassVar = (LaneSpec("main", capacity=10_000),)

    actor = Busy()
    system.register(actor)
    for number in range(5000):
        actor.tell("main", number)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert 0 < len(actor.log) < 5000
    while len(actor.log) < 5000:
        await asyncio.sleep(0)


async def test_silence_puts_it_to_sleep_and_a_message_wakes_it_again(system, clock):
    actor = Hooked()
    system.register(actor)
    actor.tell("urgent", 1)
    await clock.advance(130)
    assert actor.log == ["started", ("urgent", 1), "passivated"]
    assert (system.awake, clock.timers, actor.cell) == (0, 0, None)
    assert next(system.snapshot()).state == "dormant"
    actor.tell("urgent", 2)
    await clock.settle()
    assert actor.log[3:] == ["started", ("urgent", 2)]


async def test_one_that_works_does_not_fall_asleep(system, clock):
    actor, gate = Hooked(), asyncio.Event()
    system.register(actor)
    actor.tell("urgent", gate)
    await clock.advance(600)
    assert "passivated" not in actor.log
    gate.set()
    await clock.advance(30)
    assert "passivated" not in actor.log  # the silence began just now
    await clock.advance(120)
    assert actor.log[-1] == "passivated"


async def test_a_message_during_the_way_to_sleep_is_handled_after_waking(system, clock):
    gate = asyncio.Event()

    class Slow(Hooked):
        async def on_passivate(self):
            await gate.wait()
            self.log.append("passivated")

    actor = Slow()
    system.register(actor)
    actor.tell("urgent", 1)
    await clock.settle()
    assert system.passivate(actor.address)
    await clock.settle()
    actor.tell("urgent", 2)
    await clock.settle()
    assert actor.log[-1] == ("urgent", 1)
    gate.set()
    await clock.settle()
    assert actor.log[2:] == ["passivated", "started", ("urgent", 2)]


async def test_messages_wait_for_a_start_that_takes_time(system, clock):
    class Slow(Recorder):
        async def started(self):
            await clock.sleep(5)
            self.log.append("ready")

    actor = Slow()
    system.register(actor)
    actor.tell("urgent", 1)
    await clock.advance(4)
    assert actor.log == []
    assert next(system.snapshot()).state == "starting"
    await clock.advance(1)
    assert actor.log == ["ready", ("urgent", 1)]


async def test_an_actor_from_a_factory_is_dropped_with_its_sleep_and_made_anew(system, clock):
    made = []

    def factory(address):
        if not address.endswith(":letzshop"):
            return None
        made.append(weakref.ref(actor := Recorder(address)))
        return actor

    system.add_factory(factory)
    assert await system.ask("a:letzshop", "urgent", 1, 5) == "did 1"
    assert len(system) == 1
    await clock.advance(130)
    assert len(system) == 0
    gc.collect()
    assert made[0]() is None
    assert await system.ask("a:letzshop", "urgent", 2, 5) == "did 2"
    assert len(made) == 2


async def test_a_reference_kept_beyond_the_sleep_cannot_make_a_second_owner(system, clock):
    system.add_factory(Recorder)
    actor = system.get("a:letzshop")
    await actor.ask("urgent", 1, 5)
    system.passivate("a:letzshop")
    with pytest.raises(ActorStopped, match="not registered"):
        actor.tell("urgent", 2)


def test_two_lanes_of_one_name_are_refused():
    with pytest.raises(TypeError, match="two lanes"):
        type("Twice", (Actor,), {"lanes": (LaneSpec("x"), LaneSpec("x"))})


async def test_thousands_of_sleepers_leave_nothing_behind(system, clock):
    for number in range(3000):
        system.register(Recorder(f"store{number}:letzshop"))
    for number in range(3000):
        system.tell(f"store{number}:letzshop", "urgent", 1)
    await clock.advance(130)
    assert (system.awake, clock.timers, tasks()) == (0, 0, 0)
    assert all(health.state == "dormant" for health in system.snapshot())
    assert list(system.snapshot(dormant=False)) == []
