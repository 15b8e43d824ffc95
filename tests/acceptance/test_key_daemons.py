"""Two daemons on one PostgreSQL that buy keys for one account, each killed again and again at moments of a fixed seed,
by a supplier that loses answers: what was paid for is what is owed, once (G1).
"""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest

from tests.support.codeswholesale_sandbox import SECRET
from tests.support.key_crashes import (
    at_rest,
    configuration,
    declare,
    end_waiting,
    hurry,
    judge,
    open_supplier,
    order,
    sell,
)
from tests.support.processes import Home, Processes, SandboxProcess, until

SEED = 20261128
PRODUCTS = 4
TOGETHER = '[jobs]\nlease_ttl = "5s"\n[database]\nbusy_timeout = "2s"\n'
FAULTS: list[dict[str, Any]] = [
    {"kind": "drop", "operation": "createOrder", "when": "after", "probability": 0.15},
    {"kind": "drop", "operation": "createOrder", "when": "before", "probability": 0.1},
    {"kind": "status", "operation": "createOrder", "when": "after", "status": 500, "probability": 0.1},
    {"kind": "partial", "operation": "createOrder", "left": 1, "probability": 0.1},
    {"kind": "truncated", "operation": "getOrders", "probability": 0.1},
    {"kind": "slow", "operation": "*", "probability": 0.2, "delay": 0.3},
]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize(("orders", "kills"), [(8, 2), pytest.param(30, 6, marks=pytest.mark.long)])
async def test_two_daemons_that_are_killed_buy_each_key_once(
    processes: Processes, environment: dict[str, str], orders: int, kills: int
) -> None:
    print(f"seed {SEED}")
    random = Random(SEED)
    sandbox = await open_supplier(processes)
    homes = [processes.home(name, CWS_SECRET=SECRET, **environment) for name in ("one", "two")]
    for home in homes:
        home.configure(configuration(sandbox.url, TOGETHER))
    await declare(homes[0])
    owed = await place(homes[0], sandbox, orders, random)
    rules = [{"marketplace": "codeswholesale", "count": None, "seed": SEED + n, **f} for n, f in enumerate(FAULTS)]
    await sandbox.control("faults", rules)
    async with homes[0].database() as db:
        async with asyncio.TaskGroup() as group:
            for home in homes:
                group.create_task(be_killed(home, kills, Random(random.random())))

        async def quiet() -> bool:
            await end_waiting(db)
            return await hurry(db) and await at_rest(db)

        await until("nothing is in motion", quiet, within=180, every=0.5)
        fired = {f"{rule['kind']} {rule['operation']}": rule["fired"] for rule in await sandbox.control("faults")}
        print(f"faults: {fired}")
        await judge(db, sandbox, owed)


async def place(home: Home, sandbox: SandboxProcess, orders: int, random: Random) -> Counter[str]:
    """All orders at once, before anybody works; pieces by the supplier's product."""
    names = [
        str(
            (await sandbox.control("codeswholesale/products", {"name": f"Q{n}", "price": "9.10", "quantity": 1000}))[
                "id"
            ]
        )
        for n in range(PRODUCTS)
    ]
    owed = Counter[str]()
    async with home.database() as db:
        for number, name in enumerate(names):
            await sell(db, f"SKU-{number}", name)
        for number in range(orders):
            pieces = {f"SKU-{n}": random.randint(1, 3) for n in random.sample(range(PRODUCTS), random.randint(1, 2))}
            await order(db, f"order-{number}", pieces)
            owed.update({names[int(sku.removeprefix("SKU-"))]: count for sku, count in pieces.items()})
    return owed


async def be_killed(home: Home, kills: int, random: Random) -> None:
    """Killed at random moments, also while it starts; in the end it runs."""
    running = home.launch()
    for _ in range(kills):
        await asyncio.sleep(random.uniform(0.5, 12.0))
        running.kill()
        running = home.launch()
    await home.ready(running)
