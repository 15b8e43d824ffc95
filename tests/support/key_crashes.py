"""A shop whose daemon dies while it buys keys, and what must have come of it.

A `Ground` is a stand-in supplier in a process of its own, with a store prepared in a database file. Each case copies
the file, places an order, tells the supplier how to behave, lets a daemon run until it kills itself at a step
(`crash_daemon.py`), starts another one that lives, and waits until nothing is in motion. `judge` compares the
supplier's ledger with the database. What waits for its time gets it at once: due times are moved up, the supplier's
clock goes on until its history shows all, and only then is the time over by which it must have shown an order.
"""

import shutil
import signal
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from orion_daemon.app.declared import apply_file
from orion_daemon.config import loader
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import Address, IncomingCustomer
from orion_daemon.services import key_pool
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.codeswholesale_sandbox import CLIENT, SECRET
from tests.support.crash_steps import KILL_AT, NUMBERS
from tests.support.forks import Forks
from tests.support.processes import Home, Processes, Running, SandboxProcess, until
from tests.support.scene import OFF

VISIBLE_WITHIN = timedelta(minutes=1)
HISTORY_LATE = 30
LOOKS_ENOUGH = 200  # a process that has committed its last step may take a while to die of it
KINDS = ("BuyKeys", "SettlePurchase", "FetchCodes")
SETTINGS = f"""{OFF}
codeswholesale_catalog_sync = "off"
supplier_balance = "off"
product_price_sync = "off"
[http]
breaker_failures = 1000
breaker_pause = "1s"
"""
_AT_REST = {"ready", "delivered"}
_OPEN = {"intended", "sent", "unknown"}
_NOT_TAKEN = {401, 429}  # the supplier's word that a call took no effect, after which it may be made again


class Behaviour(NamedTuple):
    """What the supplier does: `faults` as the stand-in takes them, `settings` of it, `product` facts, and pieces by
    line. `price`: what the product costs once it was read."""

    faults: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, Any] = {}
    product: Mapping[str, Any] = {}
    lines: tuple[int, ...] = (2,)
    price: str = ""


class Case(NamedTuple):
    """Killed at the step of `part` and `moment`, when it is reached for the `time`-th time."""

    behaviour: str
    part: str
    moment: str
    time: int = 1

    @property
    def number(self) -> int:
        return NUMBERS[self.part, self.moment]

    def __str__(self) -> str:
        return f"{self.behaviour}: {self.number}:{self.time} {self.part}, {self.moment}"


def _lost(kind: str, when: str, **more: Any) -> tuple[Mapping[str, Any], ...]:
    return ({"kind": kind, "operation": "createOrder", "when": when, "count": 1, **more},)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "normal": Behaviour(),
    "two lines": Behaviour(lines=(2, 1)),
    "lost, made": Behaviour(_lost("drop", "after")),
    "lost, not made": Behaviour(_lost("drop", "before")),
    "500, made": Behaviour(_lost("status", "after", status=500)),
    "500, not made": Behaviour(_lost("status", "before", status=500)),
    "shown late": Behaviour(_lost("drop", "after"), {"history_seconds": HISTORY_LATE}),
    "fewer codes": Behaviour(_lost("partial", "after", left=1)),
    "no codes": Behaviour(_lost("partial", "after")),
    "pictures": Behaviour(settings={"pictures": "never"}, product={"kinds": ["image"]}),
    "price moves": Behaviour(price="9.20"),
    "rate limited": Behaviour(_lost("status", "before", status=429, count=3)),
}


@dataclass
class Ground:
    processes: Processes
    sandbox: SandboxProcess
    forks: Forks
    template: Path
    cases: int = 0

    async def run(self, case: Case) -> None:
        """One case from the order to the judgement. Raises AssertionError with what is wrong."""
        behaviour = BEHAVIOURS[case.behaviour]
        scene = await self._scene(behaviour)
        async with scene.home.database() as scene.db:
            await scene.place()
            await scene.be_killed(case)
            await scene.live_on(case)
            await scene.judge()
        shutil.rmtree(scene.home.folder / "var")

    async def _scene(self, behaviour: Behaviour) -> "CrashScene":
        self.cases += 1
        await self.sandbox.control("clock", {"now": datetime.now(UTC).isoformat()})
        await self.sandbox.control("faults", method="DELETE")
        usual = {"history_seconds": 0, "pictures": "single"}
        await self.sandbox.control("codeswholesale/settings", {**usual, **behaviour.settings}, method="PATCH")
        home = self.processes.home(f"case-{self.cases}", CWS_SECRET=SECRET)
        home.configure(configuration(self.sandbox.url))
        (home.folder / "var").mkdir(mode=0o700)
        shutil.copyfile(self.template, home.folder / "var" / "orion.sqlite3")
        state = await self.sandbox.control("state")
        return CrashScene(self.sandbox, self.forks, home, behaviour, since=str(state["ledger"]))


@dataclass
class CrashScene:
    """One case under way. `since` is where its part of the supplier's ledger begins."""

    sandbox: SandboxProcess
    forks: Forks
    home: Home
    behaviour: Behaviour
    since: str
    owed: dict[str, int] = field(default_factory=dict)
    db: Database = field(init=False)
    shows_all: bool = False
    quiet_looks: int = 0

    @contextmanager
    def _launched(self, step: str) -> Iterator[Running]:
        """A daemon, killed in the end if it still lives."""
        self.home.starts += 1
        env = self.home.environment() | ({KILL_AT: step} if step else {})
        running = self.forks.run(f"daemon-{self.home.starts}", ("--config", "orion.toml", "run"), self.home.folder, env)
        try:
            yield running
        except AssertionError as error:
            error.add_note(running.tail())
            raise
        finally:
            running.kill()

    async def place(self) -> None:
        """A paid order, with products that the supplier sells."""
        for number, pieces in enumerate(self.behaviour.lines):
            facts = {"name": f"Quest {number}", "price": "9.10", "quantity": 1000, **self.behaviour.product}
            product = str((await self.sandbox.control("codeswholesale/products", facts))["id"])
            await sell(self.db, f"SKU-{number}", product)
            self.owed[product] = pieces
            if self.behaviour.price:
                moved = {"product": product, "price": self.behaviour.price, "when": "after_read"}
                await self.sandbox.control("codeswholesale/price", moved)
        for fault in self.behaviour.faults:
            await self.sandbox.control("faults", {"marketplace": "codeswholesale", **fault})
        await order(self.db, "order-1", {f"SKU-{number}": n for number, n in enumerate(self.behaviour.lines)})

    async def be_killed(self, case: Case) -> None:
        with self._launched(f"{case.number}:{case.time}") as doomed:
            await until(f"the daemon has died: {case}", lambda: self._has_died(doomed), within=120)

    async def live_on(self, case: Case) -> None:
        with self._launched("") as survivor:
            await until(f"nothing is in motion: {case}", lambda: self._is_quiet(survivor), within=120)

    async def _has_died(self, running: Running) -> bool:
        if not running.is_alive:
            assert running.process.returncode == -signal.SIGKILL
            return True
        self.quiet_looks = self.quiet_looks + 1 if await self._pass_time() else 0
        assert self.quiet_looks < LOOKS_ENOUGH, "all is done, and the step was never reached"
        return False

    async def _is_quiet(self, running: Running) -> bool:
        assert running.is_alive
        return await self._pass_time()

    async def _pass_time(self) -> bool:
        """Let the time come for all that waits for it; True once nothing is in motion."""
        looked = await self.db.fetch("SELECT id FROM key_purchases WHERE state IN ('sent', 'unknown') AND looks > 0")
        if looked and not self.shows_all:
            await self.sandbox.control("clock", {"advance": HISTORY_LATE + 1})
            self.shows_all = True
        elif looked:
            await end_waiting(self.db)
        return await hurry(self.db) and await at_rest(self.db)

    async def judge(self) -> None:
        await judge(self.db, self.sandbox, self.owed, since=self.since)


async def end_waiting(db: Database) -> None:
    """The time is over by which the history must show purchases that were looked for more than once."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE key_purchases SET sent_at = $1 WHERE state IN ('sent', 'unknown') AND looks > 1 AND sent_at > $1",
            datetime.now(UTC) - VISIBLE_WITHIN,
        )


async def hurry(db: Database) -> bool:
    """Let jobs of buying that wait be due now, but for those that look for what was given up. True: none is left."""
    now = datetime.now(UTC)
    abandoned = {row["id"] for row in await db.fetch("SELECT id FROM key_purchases WHERE state = 'abandoned'")}
    jobs = await db.fetch(
        "SELECT id, kind, state, run_at, args_json FROM jobs WHERE state IN ('waiting', 'executing')"
        " AND kind = ANY($1::text[])", KINDS
    )  # fmt: skip
    left = [job for job in jobs if not (job["kind"] == "SettlePurchase" and _purchase_of(job) in abandoned)]
    early = tuple(job["id"] for job in left if job["state"] == "waiting" and job["run_at"] > now)
    if early:
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE jobs SET run_at = $2 WHERE id = ANY($1::bigint[]) AND state = 'waiting' AND run_at > $2",
                early, now,
            )  # fmt: skip
    return not left


def _purchase_of(job: Mapping[str, Any]) -> int:
    args = job["args_json"]
    found: int = (orjson.loads(args) if isinstance(args, str) else args)["purchase_id"]
    return found


async def at_rest(db: Database) -> bool:
    units = await db.fetch("SELECT state FROM key_units")
    purchases = await db.fetch("SELECT state FROM key_purchases")
    return {row["state"] for row in units} <= _AT_REST and not {row["state"] for row in purchases} & _OPEN


# -- the shop ----------------------------------------------------------------------------------------------------------


def configuration(sandbox_url: str, settings: str = "") -> str:
    return f"""{SETTINGS}{settings}
[[store]]
code = "ada"
name = "Shop ada"
currency = "EUR"
default_language = "fr"
[[store.supplier]]
name = "codeswholesale"
client_id = "{CLIENT}"
client_secret_env = "CWS_SECRET"
endpoint = "{sandbox_url}/codeswholesale"
allow_mutations = true
calls_per_second = 50.0
visible_within = "{int(VISIBLE_WITHIN.total_seconds())}s"
after_unknown = "buy_again"
[[store.channel]]
marketplace = "storefront"
"""


async def declare(home: Home) -> None:
    """The store of the file, in the home's database, without a daemon."""
    env = home.environment()
    loaded = loader.read(home.folder / "orion.toml", env)
    async with home.database() as db:
        await apply_file(db, loaded, env, datetime.now(UTC))


async def open_supplier(processes: Processes) -> SandboxProcess:
    sandbox = await processes.sandbox()
    account = {"client_id": CLIENT, "client_secret": SECRET, "balance": "100000.00"}
    await sandbox.control("codeswholesale/accounts", account)
    return sandbox


@asynccontextmanager
async def open_ground(processes: Processes, template: Path) -> AsyncIterator[Ground]:
    """`template`: a migrated SQLite database."""
    sandbox = await open_supplier(processes)
    home = processes.home("declared", CWS_SECRET=SECRET)
    home.configure(configuration(sandbox.url))
    (home.folder / "var").mkdir(mode=0o700)
    file = home.folder / "var" / "orion.sqlite3"
    shutil.copyfile(template, file)
    await declare(home)
    forks = Forks()
    try:
        yield Ground(processes, sandbox, forks, file)
    finally:
        forks.close()


async def sell(db: Database, sku: str, supplier_product_id: str) -> None:
    """A digital product whose keys come from the supplier."""
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        channel = await tx.fetch_one("SELECT id, store_id FROM channels WHERE is_supplier")
        assert channel is not None
        columns = (
            "store_id",
            "sku",
            "is_active",
            "product_type",
            "price_minor",
            "currency",
            "created_at",
            "updated_at",
        )
        row = (channel["store_id"], sku, True, "digital", 1290, "EUR", now, now)
        [product] = await tx.insert("products", columns, [row], suffix="RETURNING id")
        await tx.insert(
            "product_sources", ("product_id", "position", "channel_id", "supplier_product_id", "created_at"),
            [(product["id"], 0, channel["id"], supplier_product_id, now)],
        )  # fmt: skip


async def order(db: Database, key: str, pieces: Mapping[str, int]) -> int:
    """A paid order of the storefront, of pieces by SKU."""
    new = NewOrder(
        lines=[NewLine(sku, quantity) for sku, quantity in pieces.items()],
        customer=IncomingCustomer(email=f"{key}@example.lu", first_name="Jeanne"),
        billing_address=Address(first_name="Jeanne", country="LU"),
        is_confirmed=True,
    )
    store_id = await db.fetch_value("SELECT id FROM stores")
    placed = await place_order(
        db, store_id, new, idempotency_key=key, actor="shop", now=datetime.now(UTC), allow_short=True
    )
    return placed.order_id


# -- what must have come of it -----------------------------------------------------------------------------------------


async def judge(db: Database, sandbox: SandboxProcess, owed: Mapping[str, int], *, since: str = "0") -> None:
    """`owed`: pieces by the supplier's product. Every piece was bought once and has its key; every key that was paid
    for is here; no reference was used by two calls that may have taken effect."""
    made = await sandbox.ledger("order_created", since=since)
    asked = await sandbox.ledger("request", since=since, operation="createOrder")
    purchases = {row["reference"]: row for row in await db.fetch("SELECT * FROM key_purchases")}
    units = await db.fetch("SELECT * FROM key_units")
    keys = {row["id"]: row for row in await db.fetch("SELECT * FROM keys")}

    assert Counter(unit["state"] in _AT_REST for unit in units) == Counter({True: sum(owed.values())}), units
    assert {row["state"] for row in purchases.values()}.isdisjoint(_OPEN), purchases

    used = Counter(call["sent"]["orderId"] for call in asked if call["status"] not in _NOT_TAKEN)
    assert set(used.values()) <= {1}, used
    assert set(used) <= set(purchases)

    bought = Counter[str]()
    by_reference = Counter[str]()
    for entry in made:
        by_reference[entry["reference"]] += 1
        purchase = purchases[entry["reference"]]
        assert (purchase["state"], purchase["supplier_order_id"]) == ("bought", entry["order"]), purchase
        assert entry["units"] == purchase["quantity"]
        for line in entry["lines"]:
            bought[line["product"]] += line["quantity"]
    assert set(by_reference.values()) <= {1}, by_reference
    assert {name for name, row in purchases.items() if row["state"] == "bought"} == set(by_reference)
    assert bought == Counter(owed)

    sold = sorted(code["digest"] for entry in made for line in entry["lines"] for code in line["codes"])
    assert sorted(_digest(db, key) for key in keys.values()) == sold
    assert len({unit["key_id"] for unit in units}) == len(units)
    for unit in units:
        key = keys[unit["key_id"]]
        assert (key["unit_id"], key["state"]) in {(unit["id"], "claimed"), (unit["id"], "delivered")}, key
    spare = [key["state"] for key in keys.values() if key["id"] not in {unit["key_id"] for unit in units}]
    assert set(spare) <= {"free"}, spare


def _digest(db: Database, key: Mapping[str, Any]) -> str:
    code = key_pool.open_key(db.cipher, key["id"], key["secret_sealed"])
    assert code is not None, key
    return sha256(b64decode(code) if key["kind"] == "image" else code.encode()).hexdigest()
