"""A shop with a past: what its staff answered at the marketplace before the daemon ever polled, judged from outside."""

from datetime import UTC, datetime
from typing import Any

from orion_daemon.services.inventory import verify_ledger
from tests.support.processes import Processes
from tests.support.scene import Scene, open_scene

FIELDS = "order { status attention { code } items { shipped earlier stockState } }"


async def answered_by_staff(scene: Scene, **pieces: int) -> str:
    name = await scene.place(**pieces)
    await scene.sandbox.control("letzshop/answer", {"shipment": name, "available": True})
    return name


async def first_look(scene: Scene) -> None:
    for work in ("pollOrders", "reconcileOrders"):
        await scene.ask(work)
        await scene.quiet()


async def settle(scene: Scene, mutation: str, name: str, **more: Any) -> Any:
    done = await scene.api.change(mutation, FIELDS, orderId=(await scene.order(name))["id"], **more)
    return done["order"]


async def test_what_left_before_holds_no_stock_and_each_order_is_settled_either_way(
    processes: Processes, environment: dict[str, str]
) -> None:
    scene = await open_scene(processes, env=environment)
    await scene.import_catalog()
    gone, here, parcel, long_gone = [await answered_by_staff(scene, MUG=2, BOWL=1) for _ in range(4)]
    fresh = await scene.place(MUG=1)
    await first_look(scene)
    assert (await scene.levels())["MUG"] == (20, 1)
    text = '{ orders(store: "ada", earlier: true) { edges { node { channelOrderId } } } }'
    found = {edge["node"]["channelOrderId"] for edge in (await scene.api.query(text))["orders"]["edges"]}
    assert found == {gone, here, parcel, long_gone}

    assert await settle(scene, "markEarlierOrderSent", gone) == {
        "status": "SHIPPED",
        "attention": [],
        "items": [
            {"shipped": 2, "earlier": 0, "stockState": "NONE"},
            {"shipped": 1, "earlier": 0, "stockState": "NONE"},
        ],
    }
    held = await settle(scene, "reserveEarlierOrder", here)
    assert (held["status"], {item["stockState"] for item in held["items"]}) == ("CONFIRMED", {"RESERVED"})
    sent = await settle(scene, "shipOrder", parcel, reference="P-1", carrier="post", trackingNumber="LU1")
    assert sent["status"] == "SHIPPED"
    await scene.quiet()
    done = await scene.api.change(
        "markEarlierOrdersSent", "orders { channelOrderId } hasMore", placedBefore=datetime.now(UTC).isoformat(),
        **scene.account,
    )  # fmt: skip
    assert (done["orders"], done["hasMore"]) == ([{"channelOrderId": long_gone}], False)

    levels = await scene.levels()
    assert (levels["MUG"], levels["BOWL"]) == ((18, 3), (9, 1))
    assert [entry["code"] for entry in await scene.sandbox.ledger("parcel_set")] == ["LU1"]
    late = await answered_by_staff(scene, MUG=3)  # while the daemon was looking elsewhere
    await first_look(scene)
    assert (await scene.order(late))["items"][0]["stockState"] == "RESERVED"
    assert (await scene.levels())["MUG"] == (18, 6)
    assert (await scene.order(fresh))["status"] == "PENDING"
    async with scene.home.database() as database:
        assert await verify_ledger(database) == []


async def test_the_order_form_says_what_has_left_so_what_was_answered_is_held(processes: Processes) -> None:
    scene = await open_scene(processes, form="seed")
    await scene.import_catalog()
    await scene.ask("syncInventory")
    await scene.quiet()
    name = await scene.place(MUG=2)
    await scene.sandbox.control("letzshop/status", {"order": name, "status": "PROCESSING"})
    await first_look(scene)
    order = await scene.order(name)
    assert (order["status"], order["attention"]) == ("PROCESSING", [])
    assert (await scene.levels())["MUG"] == (20, 2)
