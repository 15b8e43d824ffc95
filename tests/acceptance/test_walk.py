"""The first walk, from a fresh home to the parcel: everything through the outside, judged by the sandbox's ledger.

Catalog in from the merchant's feed, orders in, units answered, a parcel sent, stock out through the published feed or
by call, an order cancelled: once per wire form of the marketplace, and once more on PostgreSQL.
"""

from orion_daemon.services.inventory import verify_ledger
from tests.support.processes import Processes
from tests.support.scene import Scene, open_scene

EVENTS = 'subscription { orderEvents(store: "ada") { what order { channelOrderId status } } }'


async def arrive(scene: Scene, *names: str) -> None:
    """Poll, and see the orders come in by subscription."""
    async with scene.api.watch(EVENTS) as events:
        await scene.ask("pollOrders")
        seen: set[str] = set()
        while not set(names) <= seen:
            event = await events.next()
            if event["what"] == "CREATED":
                assert event["order"]["status"] == "PENDING"
                seen.add(event["order"]["channelOrderId"])
    await scene.quiet()


async def answers(scene: Scene) -> list[tuple[bool, str, str]]:
    """(available, by whom, outcome) of each unit that was answered, in order."""
    found = await scene.sandbox.ledger("unit_answered")
    return [(entry["available"], entry["by"], entry["outcome"]) for entry in found]


async def test_the_walk_over_shipments_and_the_feed(processes: Processes, environment: dict[str, str]) -> None:
    scene = await open_scene(processes, env=environment)
    sandbox, api = scene.sandbox, scene.api
    await scene.import_catalog()
    assert await scene.levels() == {"MUG": (20, 0), "BOWL": (10, 0), "VASE": (5, 0), "CARD": (200, 0), "LAMP": (0, 0)}

    # the feed goes out, and the marketplace sells what it says
    source = f"{scene.home.url}/feeds/ada/letzshop/fr.csv"
    await sandbox.control("letzshop/feeds", {"vendor": "ada", "language": "fr", "url": source})
    await scene.ask("publishFeed")
    await scene.quiet()
    [read] = await sandbox.control("letzshop/feeds/read", {})
    assert (read["outcome"], read["accepted"], read["rejected"]) == ("applied", 5, 0), read
    assert await sandbox.stock("ada") == {"MUG": 20, "BOWL": 10, "VASE": 5, "CARD": 200, "LAMP": 0}

    first, second = await scene.place(MUG=3, BOWL=2), await scene.place(MUG=1)
    await arrive(scene, first, second)
    assert {sku: level for sku, level in (await scene.levels()).items() if level[1]} == {
        "MUG": (20, 4),
        "BOWL": (10, 2),
    }

    # confirm a part, decline a part
    order = await scene.order(first)
    items = {item["sku"]: item["id"] for item in order["items"]}
    await api.change(
        "declineOrderItems",
        "order { status }",
        orderId=order["id"],
        lines=[{"orderItemId": items["MUG"], "quantity": 1}],
    )
    await api.change("confirmOrderItems", "order { status }", orderId=order["id"])
    await scene.quiet()
    assert sorted(await answers(scene)) == [(False, "api", "taken")] + 4 * [(True, "api", "taken")]
    order = await scene.order(first)
    assert (order["status"], order["syncStatus"]) == ("CONFIRMED", "SYNCED")
    assert {item["sku"]: (item["confirmed"], item["cancelled"]) for item in order["items"]} == {
        "MUG": (2, 1),
        "BOWL": (2, 0),
    }

    # ship it, twice with one reference: one parcel
    for _ in range(2):
        shipped = await api.change(
            "shipOrder",
            "order { status }",
            orderId=order["id"],
            reference="P-1",
            carrier="post",
            trackingNumber="LU123",
        )
        assert shipped["order"]["status"] == "SHIPPED"
    await scene.quiet()
    [parcel] = await sandbox.ledger("parcel_set")
    assert (parcel["code"], parcel["provider"], parcel["by"], sum(parcel["items"].values())) == (
        "LU123",
        "post",
        "api",
        4,
    )
    assert (await scene.order(first))["shipments"] == [
        {"reference": "P-1", "trackingNumber": "LU123", "syncStatus": "SYNCED"}
    ]
    levels = await scene.levels()
    assert (levels["MUG"], levels["BOWL"]) == ((18, 1), (8, 0))

    # the feed says so, and the marketplace reads it
    await scene.ask("syncInventory")
    await scene.quiet()
    [read] = await sandbox.control("letzshop/feeds/read", {})
    assert read["outcome"] == "applied"
    stock = await sandbox.stock("ada")
    assert (stock["MUG"], stock["BOWL"]) == (17, 8)

    # the other order is cancelled, and its piece is for sale again
    other = await scene.order(second)
    await api.change("cancelOrder", "order { status }", orderId=other["id"])
    await scene.quiet()
    assert (await answers(scene))[-1] == (False, "api", "taken")
    assert (await scene.levels())["MUG"] == (18, 0)
    await scene.ask("syncInventory")
    await scene.quiet()
    await sandbox.control("letzshop/feeds/read", {})
    assert (await sandbox.stock("ada"))["MUG"] == 18
    await judge(scene)


async def test_the_walk_over_orders_and_calls(processes: Processes) -> None:
    scene = await open_scene(processes, form="seed")
    sandbox, api = scene.sandbox, scene.api
    await scene.import_catalog()
    await scene.ask("syncInventory")
    await scene.quiet()
    assert await sandbox.stock("ada") == {"MUG": 20, "BOWL": 10, "VASE": 5, "CARD": 200, "LAMP": 0}

    first, second = await scene.place(MUG=3, BOWL=2), await scene.place(MUG=1)
    await arrive(scene, first, second)

    order = await scene.order(first)
    items = {item["sku"]: item["id"] for item in order["items"]}
    await api.change(
        "confirmOrderItems", "order { status }", orderId=order["id"], lines=[{"orderItemId": items["MUG"]}]
    )
    await api.change(
        "declineOrderItems", "order { status }", orderId=order["id"], lines=[{"orderItemId": items["BOWL"]}]
    )
    await scene.quiet()
    order = await scene.order(first)
    assert order["status"] == "CONFIRMED"
    assert "cancelled_here_only" in {notice["code"] for notice in order["attention"]}
    await api.change(
        "shipOrder", "order { status }", orderId=order["id"], reference="P-2", carrier="post", trackingNumber="LU9"
    )
    await scene.quiet()
    [parcel] = await sandbox.ledger("parcel_set")
    assert (parcel["code"], parcel["by"], list(parcel["items"].values())) == ("LU9", "api", [3])
    levels = await scene.levels()
    assert (levels["MUG"], levels["BOWL"]) == ((17, 1), (10, 0))

    await scene.ask("syncInventory")
    await scene.quiet()
    stock = await sandbox.stock("ada")
    assert (stock["MUG"], stock["BOWL"]) == (16, 10)

    other = await scene.order(second)
    await api.change("cancelOrder", "order { status }", orderId=other["id"])
    await scene.quiet()
    assert (await sandbox.control(f"letzshop/orders/{second}"))["status"] == "CANCELLED"
    await scene.ask("syncInventory")
    await scene.quiet()
    assert (await sandbox.stock("ada"))["MUG"] == 17
    assert {entry["by"] for entry in await sandbox.ledger("inventory_updated")} == {"api"}
    await judge(scene)


async def judge(scene: Scene) -> None:
    """At the end no job failed, and the daemon stops by itself at once."""
    found = await scene.api.query("{ jobs(first: 100) { edges { node { kind state errorMessage } } } }")
    jobs = [edge["node"] for edge in found["jobs"]["edges"]]
    assert {job["state"] for job in jobs} == {"DONE"}, [job for job in jobs if job["state"] != "DONE"]
    async with scene.home.database() as database:
        assert await verify_ledger(database) == []
    assert await scene.daemon.stop(within=15) == 0
