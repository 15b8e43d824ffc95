"""The daemon as systemd and an operator treat it: one per file, reload, stop, a crash beside its sandbox."""

import asyncio
import signal
from typing import Any

from tests.support.processes import Processes, free_port, until
from tests.support.scene import KEY, OFF, open_scene, open_shop, store


async def test_a_second_daemon_on_the_same_file_is_refused_and_told_by_whom(processes: Processes) -> None:
    home = processes.home(ADA_KEY=KEY)
    home.configure(OFF)
    first = await home.start()
    home.port = free_port()
    home.configure(OFF)
    second = home.launch()
    assert await second.ended(within=30) == 1
    [*_, said] = second.lines()
    assert said.startswith("orion: ")
    assert f"process {first.running.process.pid}" in said
    assert "PostgreSQL" in said
    assert "Traceback" not in second.tail()
    assert await first.stop() == 0


async def test_a_refused_configuration_leaves_the_old_in_force_and_a_good_one_is_taken(processes: Processes) -> None:
    scene = await open_scene(processes)
    home, running = scene.home, scene.daemon.running
    good = (home.folder / "orion.toml").read_text()
    (home.folder / "orion.toml").write_text(good.replace('currency = "EUR"', 'currency = "EURO"'))
    running.signal(signal.SIGHUP)

    async def refused() -> Any:
        return running.logged("config.kept")

    await until("the configuration is refused", refused)
    assert any("EURO" in str(record) for record in running.logged("config.refused"))
    [node] = (await scene.api.query("{ stores { edges { node { code currency isActive } } } }"))["stores"]["edges"]
    assert node["node"] == {"code": "ada", "currency": "EUR", "isActive": True}

    home.env["EVE_KEY"] = KEY
    more = store(scene.sandbox.url, "eve", enabled=False)
    (home.folder / "orion.toml").write_text(good.replace('name = "Shop ada"', 'name = "Ada & Co"') + more)
    running.signal(signal.SIGHUP)

    async def renamed() -> bool:
        found = (await scene.api.query("{ stores { edges { node { code name } } } }"))["stores"]["edges"]
        return {(edge["node"]["code"], edge["node"]["name"]) for edge in found} == {
            ("ada", "Ada & Co"),
            ("eve", "Shop eve"),
        }

    await until("the new configuration is in force", renamed)
    assert scene.daemon.running.is_alive


async def test_a_stop_signal_ends_open_subscriptions_and_calls_within_seconds(processes: Processes) -> None:
    scene = await open_scene(processes)
    await scene.sandbox.control("faults", {"kind": "slow", "operation": "*", "delay": 60})
    async with scene.api.watch("subscription { orderEvents { what } }") as events:
        await scene.ask("pollOrders")

        async def asked() -> bool:
            text = "{ jobs(states: [EXECUTING]) { totalCount } }"
            return bool((await scene.api.query(text))["jobs"]["totalCount"])

        await until("the poll is under way", asked)
        assert await scene.daemon.stop(within=20) == 0
        message = await events.socket.receive(timeout=5)
        assert message.type.name in ("CLOSE", "CLOSED", "CLOSING", "TEXT")
    await scene.sandbox.control("faults", method="DELETE")
    scene.daemon = await scene.home.start()
    await scene.quiet()  # the poll goes on where it was interrupted
    found = await scene.api.query('{ jobs(kinds: ["PollOrders"]) { edges { node { state } } } }')
    assert [edge["node"]["state"] for edge in found["jobs"]["edges"]] == ["DONE"]


async def test_the_sandbox_beside_a_killed_daemon_goes_too(processes: Processes) -> None:
    home, port = processes.home(), free_port()
    home.configure(f"{OFF}[sandbox]\nenabled = true\nport = {port}\n")
    daemon = await home.start()
    daemon.kill()

    async def gone() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return True
        writer.close()
        await writer.wait_closed()
        return False

    await until("the sandbox has gone", gone, within=10)
    again = await home.start()
    assert await again.stop() == 0


async def test_a_refused_key_stops_its_own_account_until_a_new_one_is_set(processes: Processes) -> None:
    scene = await open_scene(processes)
    home, api = scene.home, scene.api
    await open_shop(scene.sandbox, "eve", key="Key-of-Eve")
    home.env["EVE_KEY"] = "Key-that-is-old"
    # declared in the file with a key of the API's own: the file names none, so that an operator can set it
    text = (home.folder / "orion.toml").read_text() + store(scene.sandbox.url, "eve").replace(
        'api_key_env = "ADA_KEY"\n', ""
    )
    (home.folder / "orion.toml").write_text(text)
    scene.daemon.running.signal(signal.SIGHUP)

    async def declared() -> bool:
        return len((await api.query("{ stores { edges { node { code } } } }"))["stores"]["edges"]) == 2

    await until("the second store is declared", declared)
    ran = await home.orion("credentials", "set", "eve", "letzshop", "--json", stdin="Key-that-is-old\n")
    assert (ran.code, ran.json) == (0, {"changed": True}), ran

    await scene.place(MUG=1)
    await scene.place("eve", MUG=2)
    await api.change("pollOrders", "job { id }", store="eve", marketplace="letzshop")

    async def state() -> dict[str, Any]:
        status = "{ syncStatus { storeCode state reason jobs { waiting dead } } }"
        return {one["storeCode"]: one for one in (await api.query(status))["syncStatus"]}

    async def suspended() -> bool:
        return (await state())["eve"]["state"] == "SUSPENDED"

    await until("the account is suspended", suspended)
    eve = (await state())["eve"]
    assert "credential refused" in eve["reason"]
    assert "Key-that-is-old" not in str(eve)
    assert eve["jobs"] == {"waiting": 1, "dead": 0}  # the poll waits for a person

    await scene.ask("pollOrders")  # the other store does not notice

    async def polled() -> bool:
        return bool((await api.query('{ orders(store: "ada") { totalCount } }'))["orders"]["totalCount"] == 1)

    await until("the other store's order is there", polled)
    listed = await home.orion("stores", "list", "--json")
    [row] = [one for one in listed.json["channels"] if (one["store"], one["marketplace"]) == ("eve", "letzshop")]
    assert row["state"] == "suspended"
    listed = await home.orion("credentials", "list", "--json")
    assert [one["state"] for one in listed.json["credentials"] if one["store"] == "eve"] == ["refused"]

    ran = await home.orion("credentials", "set", "eve", "letzshop", "--json", stdin="Key-of-Eve\n")
    assert (ran.code, ran.json) == (0, {"changed": True}), ran

    async def works() -> bool:
        return bool((await api.query('{ orders(store: "eve") { totalCount } }'))["orders"]["totalCount"] == 1)

    await until("the account works again", works)
    assert (await state())["eve"]["state"] == "READY"
    for secret in ("Key-that-is-old", "Key-of-Eve", KEY):
        assert secret not in scene.daemon.running.tail(), "a secret stands in the log"
