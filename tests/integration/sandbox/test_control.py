"""The control API: buyers and time, mistakes as JSON, reset, the token, and the state file."""

import pytest

from orion_daemon.sandbox.letzshop.demo import DEMO_KEY, demo_world
from tests.support.letzshop_sandbox import running_sandbox

SHELF = [{"sku": f"S{n}", "price": "3.00", "quantity": 50} for n in range(5)]


async def test_buyers_order_while_time_advances_alike_from_the_same_seed():
    async def day():
        async with running_sandbox(seed=9) as sandbox:
            await sandbox.vendor()
            await sandbox.control("letzshop/products", {"products": SHELF})
            await sandbox.control("letzshop/buyers", {"every": 60, "first": 3})
            await sandbox.advance(3600)
            return await sandbox.ledger("order_placed")

    first, second = await day(), await day()
    assert first == second
    assert 35 < len(first) < 90
    assert first[0]["at"] <= "2026-03-02T12:00:03"
    assert {entry["by"] for entry in first} == {"buyer"}
    assert len({entry["at"] for entry in first}) == len(first)


async def test_buyers_stop_after_their_count_and_on_command():
    async with running_sandbox() as sandbox:
        await sandbox.vendor()
        await sandbox.control("letzshop/products", {"products": SHELF})
        await sandbox.control("letzshop/buyers", {"every": 10, "count": 3})
        await sandbox.advance(600)
        assert len(await sandbox.ledger("order_placed")) == 3
        await sandbox.control("letzshop/buyers", {"every": 10})
        await sandbox.control("letzshop/buyers", method="DELETE")
        await sandbox.advance(600)
        assert len(await sandbox.ledger("order_placed")) == 3


async def test_the_demo_has_waiting_orders_and_never_sells_out():
    async with running_sandbox(seed=7) as sandbox:
        demo_world(sandbox.sandbox.letzshop.shop)
        assert len(await sandbox.ledger("order_placed")) == 5
        await sandbox.advance(3)
        assert len(await sandbox.ledger("order_placed")) >= 6
        await sandbox.advance(2 * 3600)
        assert len(await sandbox.ledger("order_placed")) > 1000
        found = await sandbox.data("{ shipments(first: 50) { nodes { id } } }", key=DEMO_KEY)
        assert len(found["shipments"]["nodes"]) == 50


async def test_random_orders_come_in_bulk():
    async with running_sandbox() as sandbox:
        await sandbox.vendor()
        await sandbox.control("letzshop/products", {"products": SHELF})
        placed = await sandbox.control("letzshop/orders", {"random": 12})
        assert len({order["id"] for order in placed}) == 12


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("letzshop/orders", {"lines": [], "colour": 1}, 400),
        ("letzshop/orders", {"lines": [{"quantity": "two"}]}, 400),
        ("letzshop/orders", {"lines": [{}], "vendor": "eve"}, 404),
        ("letzshop/cancel", {"order": "none"}, 404),
        ("letzshop/cancel", {}, 400),
        ("letzshop/returns", {"order": "O1", "items": {"L1": 1}}, 409),
        ("letzshop/orders", {"id": "O1", "lines": [{}]}, 409),
        ("faults", {"kind": "earthquake"}, 400),
        ("clock", {"now": "noon"}, 400),
    ],
)
async def test_a_mistaken_command_is_answered_with_its_reason(path, body, status):
    async with running_sandbox() as sandbox:
        await sandbox.vendor()
        await sandbox.place({"id": "L1", "price": "1"}, id="O1")
        assert (await sandbox.control(path, body, status=status))["error"]
        assert len(await sandbox.ledger("order_placed")) == 1


async def test_an_unknown_switch_is_refused_and_changes_nothing():
    async with running_sandbox() as sandbox:
        before = await sandbox.control("letzshop/switches")
        for said in ({"colour": "red"}, {"money": "gold"}):
            await sandbox.control("letzshop/switches", said, method="PATCH", status=400)
        assert await sandbox.control("letzshop/switches") == before


async def test_the_state_counts_and_a_reset_empties():
    async with running_sandbox() as sandbox:
        await sandbox.vendor()
        await sandbox.place({"price": "1"})
        state = await sandbox.control("state")
        assert (state["letzshop"]["orders"], state["letzshop"]["shipments_by_state"]) == (1, {"unconfirmed": 1})
        await sandbox.control("reset", {"seed": 4})
        state = await sandbox.control("state")
        assert (state["letzshop"]["orders"], state["letzshop"]["seed"], state["ledger"]) == (0, 4, 0)


async def test_the_ledger_is_read_from_a_number_or_a_time_on():
    async with running_sandbox() as sandbox:
        await sandbox.vendor()
        await sandbox.place({"price": "1"}, id="a")
        await sandbox.advance(60)
        await sandbox.place({"price": "1"}, id="b")
        assert [e["order"] for e in await sandbox.ledger("order_placed", since=1)] == ["b"]
        assert [e["order"] for e in await sandbox.ledger(since="2026-03-02T12:00:30+00:00")] == ["b"]
        assert [e["order"] for e in await sandbox.ledger("order_placed", order="a")] == ["a"]


async def test_with_a_token_only_its_holder_steers():
    async with running_sandbox(token="let-me") as sandbox:
        await sandbox.control("state", status=401)
        async with sandbox.session.get(f"{sandbox.url}/control/state", headers={"X-Sandbox-Token": "let-me"}) as answer:
            assert answer.status == 200


async def test_world_ledger_and_plans_survive_a_restart_with_a_state_file(tmp_path):
    file = tmp_path / "sandbox.state"
    async with running_sandbox(state=file) as sandbox:
        await sandbox.vendor()
        await sandbox.control("letzshop/products", {"products": SHELF})
        await sandbox.control("letzshop/buyers", {"every": 60})
        await sandbox.advance(600)
        before = await sandbox.ledger()
    async with running_sandbox(state=file, now=None) as sandbox:
        assert await sandbox.ledger() == before
        assert (await sandbox.control("clock")) == {"now": "2026-03-02T12:10:00+00:00", "frozen": True}
        await sandbox.advance(1200)
        after = await sandbox.ledger("order_placed")
        assert len(after) > len(before)
        assert len((await sandbox.data("{ shipments { nodes { id } } }"))["shipments"]["nodes"]) == len(after)
