"""A month of real invoices polled day by day: what is stored is what the files say, however the pages come.

The sandbox runs in this process, and so does the poll, so that all variants fit into seconds on both databases; the
same with real processes that are killed: `tests/acceptance/test_replay.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orion_daemon.actors.account import Account, Parts
from orion_daemon.actors.handlers import orders
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.jobs.mailbox import Job
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services.inventory import verify_ledger
from orion_daemon.services.stores import channel_of
from tests.support import retail
from tests.support.letzshop_account import letzshop
from tests.support.letzshop_sandbox import SandboxHandle, running_sandbox
from tests.support.orders import open_shop
from tests.support.retail import needs_retail_orders

pytestmark = needs_retail_orders
FAULTS = ("repeat_page", "pages_out_of_order", "repeat_order")


class Replay:
    def __init__(self, database: Database, sandbox: SandboxHandle, account: Account) -> None:
        self.database, self.sandbox, self.account = database, sandbox, account
        self.days = retail.days()

    async def place(self, day: retail.Day) -> None:
        await self.sandbox.control("letzshop/orders", {"orders": retail.documents(day, "ada")})

    async def poll(self) -> dict[str, int]:
        outcome: Any = await orders.poll(self.account, cast("Job", None), Nothing())
        counts: dict[str, int] = outcome.result
        return counts

    async def check(self) -> None:
        found = await retail.stored(self.database)
        assert retail.differences(found, retail.expected(self.days)) == []
        assert await verify_ledger(self.database) == []


@asynccontextmanager
async def replaying(database: Database) -> AsyncIterator[Replay]:
    await open_shop(database, {"85123A": 100})  # the best-selling article is one of the store's own
    clock = SystemClock()
    async with (
        running_sandbox() as sandbox,
        letzshop(f"{sandbox.url}/letzshop/graphql", wire_form="orders", page_size=50) as connector,
    ):
        await sandbox.vendor("ada", form="seed")
        channel = await channel_of(database, "demo", "letzshop")
        parts = cast("Parts", SimpleNamespace(db=database, clock=clock, observe=lambda *_, **__: None))
        yield Replay(database, sandbox, Account(channel, connector, connector.http, parts))


async def test_twenty_polls_store_exactly_the_files(database: Database) -> None:
    async with replaying(database) as replay:
        created = 0
        for day in replay.days:
            await replay.place(day)
            counts = await replay.poll()
            assert (counts["created"], counts["problems"]) == (len(day.invoices), 0), day.name
            created += counts["created"]
        assert created == len(retail.expected(replay.days))
        await replay.check()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
async def test_pages_that_come_wrong_change_nothing(database: Database, fault: str) -> None:
    async with replaying(database) as replay:
        rule = {"kind": fault, "operation": "orders", "count": None}
        await replay.sandbox.control("faults", rule)
        for day in replay.days:
            await replay.place(day)
            await replay.poll()
        [listed] = await replay.sandbox.control("faults")
        assert listed["fired"] >= len(replay.days)
        await replay.check()


async def test_polls_that_end_anywhere_lose_and_double_nothing(database: Database) -> None:
    random, cut = Random(20), 0
    async with replaying(database) as replay:
        for number, day in enumerate(replay.days):
            await replay.sandbox.control("faults", {"id": "shape", "kind": FAULTS[number % 3], "operation": "orders"})
            await replay.place(day)
            task = asyncio.create_task(replay.poll())
            for _ in range(random.randrange(400)):
                await asyncio.sleep(0)
            cut += task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await replay.poll()
        assert cut > len(replay.days) / 2
        await replay.check()
