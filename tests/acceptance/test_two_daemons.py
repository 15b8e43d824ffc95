"""Two daemons on one PostgreSQL: a frontend at one hears what the other does, also after their tie was cut."""

import pytest

from orion_daemon.db.peers import APPLICATION
from tests.support.processes import Api, Processes
from tests.support.scene import OFF, Scene, open_scene, store

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)

ORDERS = 'subscription { orderEvents(store: "ada") { what lagged order { channelOrderId } } }'
JOBS = 'subscription { jobEvents(store: "ada", kinds: ["PollOrders"]) { state } }'


async def second_daemon(scene: Scene) -> Api:
    """Another daemon on the database of the scene, with a home of its own; a frontend at it."""
    home = scene.home.processes.home("second", **scene.home.env)
    home.configure(OFF + store(scene.sandbox.url))
    await home.start()
    return await home.api()


async def test_a_frontend_at_one_daemon_hears_what_the_other_does(
    processes: Processes, environment: dict[str, str]
) -> None:
    scene = await open_scene(processes, env=environment)
    await scene.import_catalog()
    await scene.ask("pollOrders")
    await scene.quiet()  # the first daemon holds the account's lease and does its work from now on
    second = await second_daemon(scene)
    async with second.watch(ORDERS) as frontend:
        name = await scene.place(MUG=1)
        await scene.ask("pollOrders")
        assert await frontend.next() == {"what": "CREATED", "lagged": None, "order": {"channelOrderId": name}}
        await scene.quiet()

        async with scene.home.database() as database:
            cut = await database.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = $1",
                APPLICATION,
            )
        assert len(cut) == 2
        assert await frontend.next() == {"what": "LAGGED", "lagged": 1, "order": None}
        name = await scene.place(MUG=1)
        await scene.ask("pollOrders")
        assert await frontend.next() == {"what": "CREATED", "lagged": None, "order": {"channelOrderId": name}}


async def test_a_command_is_heard_by_all_and_its_job_done_by_who_holds_the_account(
    processes: Processes, environment: dict[str, str]
) -> None:
    scene = await open_scene(processes, env=environment)
    await scene.ask("pollOrders")
    await scene.quiet()
    second = await second_daemon(scene)
    async with second.watch(JOBS) as frontend:
        ran = await scene.home.orion("sync", "ada", "letzshop", "orders", "--json")
        assert (ran.code, ran.json) == (0, {"jobs": 1}), ran
        assert [(await frontend.next())["state"] for _ in range(2)] == ["WAITING", "DONE"]
