"""A month of real invoices through real processes: twenty polls, and what is stored is what the files say.

Then with the daemon killed in each poll, while pages come twice and out of order. The variants without processes, on
both databases: `tests/integration/services/test_replay.py`.
"""

import asyncio
from random import Random

from tests.support import retail
from tests.support.processes import Processes
from tests.support.retail import needs_retail_orders
from tests.support.scene import Scene, open_scene

pytestmark = needs_retail_orders
SEED = 20101201


async def check(scene: Scene, days: list[retail.Day]) -> None:
    async with scene.home.database() as database:
        assert retail.differences(await retail.stored(database), retail.expected(days)) == []
    count = (await scene.api.query("{ orders { totalCount } }"))["orders"]["totalCount"]
    assert count == len(retail.expected(days))


async def place(scene: Scene, day: retail.Day) -> None:
    await scene.sandbox.control("letzshop/orders", {"orders": retail.documents(day, "ada")})


async def test_twenty_polls_store_exactly_the_files(processes: Processes) -> None:
    scene = await open_scene(processes, form="seed")
    days = retail.days()
    for number, day in enumerate(days):
        await place(scene, day)
        if number < 2:
            ran = await scene.home.orion("sync", "ada", "letzshop", "orders", "--json")
            assert (ran.code, ran.json) == (0, {"jobs": 1})
        else:
            await scene.ask("pollOrders")
        await scene.quiet()
    await check(scene, days)
    polls = await scene.api.query('{ jobs(kinds: ["PollOrders"]) { edges { node { state result } } } }')
    nodes = [edge["node"] for edge in polls["jobs"]["edges"]]
    assert [node["state"] for node in nodes] == ["DONE"] * len(days)
    assert sum(node["result"]["created"] for node in nodes) == len(retail.expected(days))
    assert sum(node["result"]["problems"] for node in nodes) == 0


async def test_a_kill_in_each_poll_loses_and_doubles_nothing(processes: Processes) -> None:
    print(f"seed {SEED}")
    random = Random(SEED)
    scene = await open_scene(processes, form="seed")
    days = retail.days()
    caught = 0
    for day in days:
        shape = random.choice(("repeat_page", "pages_out_of_order"))
        await scene.sandbox.control("faults", {"id": "shape", "kind": shape, "operation": "orders"})
        await place(scene, day)
        await scene.ask("pollOrders")
        await asyncio.sleep(random.uniform(0.0, 0.4))  # somewhere in the poll
        caught += (await scene.api.query("{ jobs(states: [WAITING, EXECUTING]) { totalCount } }"))["jobs"]["totalCount"]
        await scene.restart()
        await scene.quiet()
    await check(scene, days)
    assert caught, "no poll was under way when it was killed"
