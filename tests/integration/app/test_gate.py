"""The daemon's gate: whatever long work there is, polls of other stores and what is urgent get through."""

import pytest

from orion_daemon.app.container import gate_of
from orion_daemon.runtime.fairness import Priority
from orion_daemon.runtime.tasks import spawn


async def passed(calls: int, *wanted: tuple[str, int]) -> list[str]:
    """The keys of those who pass a fresh gate and stay inside."""
    gate = gate_of(calls)
    tasks = [spawn(gate.acquire(key, priority), name=key) for key, priority in wanted]
    while gate.running + gate.waiting < len(tasks):
        await spawn(_nothing(), name="a turn of the loop")
    found = [task.get_name() for task in tasks if task.done() or gate.held_by(task.get_name())]
    for task in tasks:
        task.cancel()
    return found


async def _nothing() -> None:
    pass


@pytest.mark.parametrize("calls", [2, 5, 10, 100, 500])
async def test_imports_of_every_store_leave_room_for_polls(calls: int) -> None:
    imports = [(f"importer-{number}", Priority.BULK) for number in range(calls)]
    found = await passed(calls, *imports, ("poller", Priority.NORMAL))
    assert "poller" in found or calls == 2  # with two, one is kept for what is urgent
    assert len(found) <= calls // 2 + 1


@pytest.mark.parametrize("calls", [10, 100, 500])
async def test_one_store_with_whatever_work_leaves_room_for_others(calls: int) -> None:
    found = await passed(calls, *[("big", Priority.NORMAL)] * calls, ("small", Priority.NORMAL))
    assert "small" in found


@pytest.mark.parametrize("calls", [1, 2, 10, 100])
async def test_the_smallest_gate_lets_everything_pass_in_turn(calls: int) -> None:
    for priority in Priority:
        assert await passed(calls, ("store", priority)) == ["store"]
