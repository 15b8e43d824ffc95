import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.runtime.fairness import FairGate, Priority


class Crowd:
    """Tasks that wait at a gate; `served` is the order in which they passed."""

    def __init__(self, gate):
        self.gate, self.served, self.tasks = gate, [], []

    def add(self, key, count=1, priority=Priority.NORMAL):
        async def wait():
            await self.gate.acquire(key, priority)
            self.served.append(key)

        tasks = [asyncio.create_task(wait()) for _ in range(count)]
        self.tasks += tasks
        return tasks

    async def serve(self, count):
        """Free a slot `count` times, always one of whoever was served first."""
        await rest()
        for number in range(count):
            self.gate.release(self.served[number])
            await rest()

    async def leave(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def rest():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_store_with_many_jobs_does_not_delay_one_with_few():
    crowd = Crowd(FairGate(1))
    crowd.add("big", 100)
    await rest()
    crowd.add("small", 2)
    crowd.add("other", 1)
    await crowd.serve(6)
    assert crowd.served == ["big", "big", "small", "other", "big", "small", "big"]
    await crowd.leave()


async def test_urgent_work_of_anybody_goes_first():
    crowd = Crowd(FairGate(1))
    crowd.add("a", 3)
    crowd.add("b", 1, Priority.BULK)
    await rest()
    crowd.add("b", 1, Priority.URGENT)
    await crowd.serve(4)
    assert crowd.served == ["a", "b", "a", "a", "b"]
    await crowd.leave()


async def test_no_store_takes_more_than_its_share_and_the_others_pass_it():
    crowd = Crowd(FairGate(4, per_key=2))
    crowd.add("a", 5)
    crowd.add("b", 1)
    await rest()
    assert sorted(crowd.served) == ["a", "a", "b"]
    assert (crowd.gate.held_by("a"), crowd.gate.running, crowd.gate.waiting) == (2, 3, 3)
    crowd.gate.release("a")
    await rest()
    assert crowd.gate.held_by("a") == 2
    await crowd.leave()


async def test_reserved_slots_are_for_the_urgent_alone():
    crowd = Crowd(FairGate(3, reserve=1))
    crowd.add("a", 5)
    await rest()
    assert crowd.gate.running == 2
    crowd.add("a", 1, Priority.URGENT)
    await rest()
    assert crowd.gate.running == 3
    await crowd.leave()


async def test_long_work_of_many_stores_leaves_room_for_the_polls_of_others():
    gate = FairGate(10, bulk=3, reserve=1)
    crowd = Crowd(gate)
    for number in range(20):
        crowd.add(f"importer-{number}", 1, Priority.BULK)
    await rest()
    assert gate.running == 3
    for number in range(6):
        crowd.add(f"poller-{number}")
    await rest()
    assert crowd.served[3:] == [f"poller-{number}" for number in range(6)]
    gate.release("importer-0", Priority.BULK)
    await rest()
    assert crowd.served[-1] == "importer-3"
    await crowd.leave()


async def test_a_store_at_its_own_limit_gets_a_slot_for_what_is_urgent():
    gate = FairGate(10, per_key=2)
    crowd = Crowd(gate)
    crowd.add("a", 3)
    await rest()
    urgent = crowd.add("a", 1, Priority.URGENT)
    await rest()
    assert urgent[0].done()
    assert (gate.held_by("a"), gate.waiting) == (3, 1)
    await crowd.leave()


async def test_bulk_work_that_was_cancelled_gives_its_share_back():
    gate = FairGate(2, bulk=1)
    first = asyncio.create_task(gate.acquire("a", Priority.BULK))
    await rest()
    exact = asyncio.create_task(gate.acquire("b", Priority.BULK))
    await rest()
    gate.release("a", Priority.BULK)  # goes to b, which is cancelled before it runs
    exact.cancel()
    await rest()
    async with asyncio.timeout(1), gate.slot("c", Priority.BULK):
        assert (first.done(), gate.running) == (True, 1)
    with pytest.raises(RuntimeError, match="more often"):
        gate.release("c", Priority.BULK)


async def test_those_who_give_up_take_no_slot_and_leave_nothing():
    gate = FairGate(1)
    crowd = Crowd(gate)
    crowd.add("a", 1)
    await rest()
    early, exact, last = crowd.add("b", 1)[0], crowd.add("c", 1)[0], crowd.add("d", 1)[0]
    await rest()
    early.cancel()
    gate.release("a")  # passes over b, goes to c, which is cancelled before it runs
    exact.cancel()
    await rest()
    assert crowd.served == ["a", "d"]
    gate.release("d")
    assert (gate.running, gate.waiting, gate._classes, dict(gate._running)) == (0, 0, {}, {})
    await last


async def test_a_slot_is_given_back_whatever_happens():
    gate = FairGate(1)

    async def work():
        async with gate.slot("a"):
            assert gate.running == 1
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    assert gate.running == 0
    with pytest.raises(RuntimeError, match="more often"):
        gate.release("a")


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 1, "reserve": 1}, {"limit": 1, "per_key": 0}, {"limit": 1, "bulk": 0}]
)
def test_a_gate_nothing_can_pass_is_refused(wrong):
    with pytest.raises(ValueError, match="no work could pass"):
        FairGate(**wrong)


priorities = st.sampled_from([Priority.URGENT, Priority.NORMAL, Priority.BULK])
arrivals = st.lists(st.tuples(st.sampled_from("abc"), priorities, st.booleans()), max_size=40)


@given(arrivals, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_limits_hold_and_everybody_who_stays_is_served(arrivals, limit, per_key, bulk):
    async def run():
        gate, served, in_bulk = FairGate(limit, per_key=per_key, bulk=bulk), [], []

        async def work(key, priority):
            async with gate.slot(key, priority):
                assert gate.running <= limit
                assert gate.held_by(key) <= per_key or priority == Priority.URGENT
                if priority == Priority.BULK:
                    in_bulk.append(key)
                    assert len(in_bulk) <= bulk
                try:
                    await asyncio.sleep(0)
                finally:
                    if priority == Priority.BULK:
                        in_bulk.remove(key)
                served.append(key)

        tasks = []
        for key, priority, leaves in arrivals:
            tasks.append(asyncio.create_task(work(key, priority)))
            await asyncio.sleep(0)
            if leaves:
                tasks[len(tasks) // 2].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        assert len(served) >= sum(result is None for result in results)
        assert (gate.running, gate.waiting, gate._classes) == (0, 0, {})

    asyncio.run(run())
