"""A list with a gap, as the marketplace itself shows it: kept while it is open, closed once everything was read."""

from typing import Any

from tests.support.processes import Processes
from tests.support.scene import Scene, open_scene


async def problems(scene: Scene, *, is_open: bool) -> list[dict[str, Any]]:
    text = "query($open: Boolean) { recordProblems(open: $open) { edges { node { code timesSeen resolution } } } }"
    found = await scene.api.query(text, open=is_open)
    return [edge["node"] for edge in found["recordProblems"]["edges"]]


async def ask(scene: Scene, work: str) -> None:
    await scene.ask(work)
    await scene.quiet()


async def test_a_gap_is_shown_and_closes_with_the_next_sweep(processes: Processes, environment: dict[str, str]) -> None:
    scene = await open_scene(processes, env=environment)
    await scene.import_catalog()
    placed = [await scene.place(CARD=1) for _ in range(3)]
    await scene.sandbox.control("faults", {"id": "gap", "kind": "partial", "operation": "shipments", "count": 2})
    await ask(scene, "pollOrders")
    await ask(scene, "pollOrders")
    assert await problems(scene, is_open=True) == [{"code": "missing_node", "timesSeen": 2, "resolution": None}]
    await ask(scene, "pollOrders")
    await ask(scene, "reconcileOrders")
    assert await problems(scene, is_open=True) == []
    assert await problems(scene, is_open=False) == [{"code": "missing_node", "timesSeen": 2, "resolution": "IMPORTED"}]
    assert [(await scene.order(name))["status"] for name in placed] == ["PENDING"] * 3
