"""Buying keys: what deciding, writing and sealing cost beside the HTTP calls that a purchase cannot do without.

The stand-in supplier runs in a process of its own. Ours: a runner with the lanes of a supplier's account, the real
handlers and connector, and SQLite with synchronous FULL; each order of one piece is claimed, decided, written down
before the call, bought, recorded and settled. Bare: the same two calls for each purchase (the product, then the order)
by aiohttp alone, as many at once as the purchase lane runs. Neither side is held up by a rate limit. Both ends are
checked by the supplier's ledger and by the keys that units have. The goal is for a supplier that answers after 50 ms,
as one across the network would at best. Where it answers at once, from the same machine, what is left is the cost of
our own work for a purchase; no goal fits that.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import orjson

from benchmarks.report import Result, table
from orion_daemon.actors.account import SUPPLIER_LANES, Parts, SupplierAccount
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.http import AccountHttp, Http, HttpOptions
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.jobs import leases
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota
from orion_daemon.services import stores
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration
from tests.support.codeswholesale_sandbox import CLIENT, SECRET
from tests.support.databases import fresh_sqlite, opened
from tests.support.key_process import order, sell

PURCHASES, PURCHASES_AFAR = 400, 100
AFAR = 0.05  # seconds until an answer
ROUNDS = 5
GOAL = 0.7
LANE = SUPPLIER_LANES["purchase"].concurrency
DURABLE = DatabaseOptions(synchronous="FULL")
UNLIMITED = Quota(1e6, burst=1000)


class Supplier:
    """The stand-in with one account and one product."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = f"{url}/codeswholesale", session
        self._faults, self._control = f"{url}/control/faults", f"{url}/control/codeswholesale"
        self.product = ""

    async def tell(self, path: str, *, method: str = "POST", **facts: Any) -> Any:
        body = orjson.dumps(facts)
        async with self._session.request(method, f"{self._control}/{path}", data=body) as response:
            response.raise_for_status()
            return await response.json()

    async def open(self) -> None:
        await self.tell("accounts", client_id=CLIENT, client_secret=SECRET, balance="90000000.00")
        await self.tell("quotas", method="PATCH", getProduct=None)
        product = await self.tell("products", name="Quest", price="9.10", quantity=1_000_000)
        self.product = product["id"]

    async def be_afar(self) -> None:
        rule = {"kind": "slow", "delay": AFAR, "marketplace": "codeswholesale", "when": "before"}
        async with self._session.post(self._faults, data=orjson.dumps(rule)) as response:
            response.raise_for_status()

    async def sold(self) -> int:
        async with self._session.get(f"{self._control}/bought") as response:
            return int((await response.json())["units"])

    async def log_in(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        async with self._session.post(f"{self.url}/oauth/token", data=form) as response:
            token = (await response.json())["access_token"]
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def bare(self, count: int, name: str) -> float:
        """Seconds for the two calls of each purchase, `LANE` at once."""
        headers, numbers = await self.log_in(), iter(range(count))
        line = {"productId": self.product, "quantity": 1, "price": 9.10}

        async def worker() -> None:
            for number in numbers:
                async with self._session.get(f"{self.url}/v3/products/{self.product}", headers=headers) as response:
                    await response.read()
                wish = {"orderId": f"{name}-{number}", "allowPreOrder": False, "products": [line]}
                body = orjson.dumps(wish)
                async with self._session.post(f"{self.url}/v3/orders", data=body, headers=headers) as response:
                    if response.status != 200:
                        raise AssertionError(await response.text())
                    await response.read()

        started = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(LANE)))
        return time.perf_counter() - started


@asynccontextmanager
async def supplier() -> AsyncIterator[Supplier]:
    command = [sys.executable, "-m", "orion_daemon.sandbox", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        facts = orjson.loads(await asyncio.to_thread(process.stdout.readline))
        async with aiohttp.ClientSession() as session:
            found = Supplier(facts["sandbox"], session)
            await found.open()
            yield found
    finally:
        process.terminate()
        process.wait()


async def prepare(url: str, product: str, count: int) -> None:
    """A store with paid orders of one piece each."""
    async with opened(url) as db:
        channels = (
            ChannelDeclaration("storefront"),
            ChannelDeclaration(
                "codeswholesale", is_supplier=True, allows_mutations=True, settings={"client_id": CLIENT}
            ),
        )
        shop = StoreDeclaration("demo", "Shop demo", "EUR", "LU", "Europe/Luxembourg", "en", ("en",), channels=channels)
        await stores.create_store(db, shop, SystemClock().now())
        await sell(db, "QUEST", product)
        for number in range(count):
            await order(db, f"order-{number}", {"QUEST": 1})


async def buy_all(db: Database, address: str) -> float:
    """Seconds from the nudge until the runner of the account rests."""
    clock = SystemClock()
    http = Http(clock, HttpOptions())
    settings = CodesWholesaleSettings(
        account="demo:codeswholesale", allows_mutations=True, client_id=CLIENT, endpoint=address
    )
    limits = LimiterGroup(clock, account=UNLIMITED)
    connector = CodesWholesaleConnector(settings, {"client_secret": SECRET}, http, limits, clock)
    parts = cast("Parts", SimpleNamespace(db=db, clock=clock, observe=lambda *_args, **_facts: None))
    channel = await stores.channel_of(db, "demo", "codeswholesale")
    account = SupplierAccount(channel, connector, cast("AccountHttp", None), parts)
    await leases.register(db, "p1", "here", clock.now(), ttl=timedelta(hours=1), alone=True)
    lease = await leases.acquire(db, account.address, "p1", clock.now())
    assert lease is not None
    account.own(lease)
    around = Surroundings(db, clock, FairGate(100), lambda: 0.5, classify=classify)
    runner = Runner(around, lease, SUPPLIER_LANES, handlers_of(account))
    started = time.perf_counter()
    runner.nudge()
    await runner.rest()
    seconds = time.perf_counter() - started
    await runner.stop(0.0)
    await http.close()
    return seconds


async def ours(folder: Path, found: Supplier, count: int, name: str) -> float:
    url = await fresh_sqlite(folder / f"{name}.db")
    await prepare(url, found.product, count)
    async with opened(url, options=DURABLE) as db:
        seconds = await buy_all(db, found.url)
        ready = await db.fetch_value("SELECT count(*) FROM key_units WHERE state = 'ready' AND key_id IS NOT NULL")
        bought = await db.fetch_value("SELECT count(*) FROM key_purchases WHERE state = 'bought'")
    assert (ready, bought) == (count, count)
    return seconds


async def compare(
    folder: Path, found: Supplier, count: int, rounds: int, where: str, goal: float | None = None
) -> Result:
    pairs = []
    for number in range(rounds + 1):  # the first warms up
        before = await found.sold()
        seconds = {}
        for side in ("bare", "ours") if number % 2 else ("ours", "bare"):
            name = f"{side}-{where.replace(' ', '-')}-{number}"
            seconds[side] = await (found.bare(count, name) if side == "bare" else ours(folder, found, count, name))
        assert await found.sold() == before + 2 * count
        pairs.append((seconds["bare"], seconds["ours"]))
    pairs = pairs[1:]
    detail = (
        f"{count / median(our for _, our in pairs):.0f} keys/s, {LANE} at once; its calls by bare aiohttp"
        f" {count / median(bare for bare, _ in pairs):.0f}/s"
    )
    share = median(bare / our for bare, our in pairs)
    return Result(
        f"Keys bought, SQLite, FULL, against their HTTP calls alone, {where}", share, "×", goal, detail=detail
    )


async def measure(folder: Path, count: int, afar: int, rounds: int) -> list[Result]:
    async with supplier() as found:
        near = await compare(folder, found, count, rounds, "answered at once")
        await found.be_afar()
        return [near, await compare(folder, found, afar, rounds, f"answered after {AFAR * 1000:.0f} ms", GOAL)]


def run(count: int = PURCHASES, afar: int = PURCHASES_AFAR, rounds: int = ROUNDS) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("ORION_BENCH_FOLDER")) as folder:
        return asyncio.run(measure(Path(folder), count, afar, rounds))


if __name__ == "__main__":
    print(table(run()))
