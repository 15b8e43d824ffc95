"""A daemon that dies while it buys and mails keys, by step and by what supplier and mail server do.

A `Ground` is a stand-in supplier in a process of its own, with a store prepared in a database file. Each case copies
the file, tells the stand-ins how to behave (`key_behaviours.py`), places orders, lets a daemon run until it kills
itself at a step (`crash_daemon.py`), starts another one that lives, waits until nothing is in motion, and judges
(`key_process.py`, `key_letters.py`).
Nobody waits for real: the supplier's clock goes on until its history shows all, and only once a purchase was looked
for after that, the time is over by which it must have been shown.
"""

import shutil
import signal
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from orion_daemon.db.database import Database
from tests.support.codeswholesale_sandbox import SECRET
from tests.support.crash_steps import AFTER_CALL, BEFORE_COMMIT, KILL_AT, NUMBERS
from tests.support.forks import Forks
from tests.support.key_behaviours import BEHAVIOURS, HISTORY_LATE, Behaviour
from tests.support.key_letters import judge_letters
from tests.support.key_process import (
    BUYING,
    MAILING,
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
from tests.support.processes import Home, Processes, Running, SandboxProcess, until

MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "plain"
from_address = "orders@ada.example"
"""
TAKEN_UNWRITTEN = {("hand over", AFTER_CALL), ("mail taken", BEFORE_COMMIT)}
LOOKS_ENOUGH = 200  # a process that has committed its last step may take a while to die of it


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
            await scene.judge(case)
        shutil.rmtree(scene.home.folder / "var")

    async def _scene(self, behaviour: Behaviour) -> "CrashScene":
        self.cases += 1
        control = self.sandbox.control
        await control("clock", {"now": datetime.now(UTC).isoformat()})
        await control("faults", method="DELETE")
        usual = {"history_seconds": 0, "pictures": "single"}
        await control("codeswholesale/settings", {**usual, **behaviour.settings}, method="PATCH")
        await control("codeswholesale/accounts", {"balance": behaviour.balance}, method="PATCH")
        await control("codeswholesale/risk", {"score": behaviour.score})
        await control("mail", method="DELETE")
        await control("mail/behaviour", behaviour.mail or {})
        mail = MAIL.format(port=(await control("state"))["mail"]["port"]) if behaviour.mail is not None else ""
        home = self.processes.home(f"case-{self.cases}", CWS_SECRET=SECRET)
        home.configure(configuration(self.sandbox.url, mail, behaviour.rules))
        (home.folder / "var").mkdir(mode=0o700)
        shutil.copyfile(self.template, home.folder / "var" / "orion.sqlite3")
        state = await control("state")
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
    shown: dict[int, int] = field(default_factory=dict)  # looks for a purchase until the history showed all
    quiet_looks: int = 0

    @property
    def products(self) -> Collection[str]:
        return self.owed.keys()

    @property
    def is_mailed(self) -> bool:
        return self.behaviour.mail is not None

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
        """Paid orders, of products that the supplier sells."""
        for number, pieces in enumerate(self.behaviour.lines):
            facts = {"name": f"Quest {number}", "price": "9.10", "quantity": 1000, **self.behaviour.product}
            product = str((await self.sandbox.control("codeswholesale/products", facts))["id"])
            await sell(self.db, f"SKU-{number}", product)
            self.owed[product] = pieces * self.behaviour.orders
            if self.behaviour.price:
                moved = {"product": product, "price": self.behaviour.price, "when": "after_read"}
                await self.sandbox.control("codeswholesale/price", moved)
        for fault in self.behaviour.faults:
            await self.sandbox.control("faults", {"marketplace": "codeswholesale", **fault})
        for number in range(1, self.behaviour.orders + 1):
            pieces_by_sku = {f"SKU-{line}": pieces for line, pieces in enumerate(self.behaviour.lines)}
            await order(self.db, f"order-{number}", pieces_by_sku)

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
        rows = await self.db.fetch("SELECT id, looks FROM key_purchases WHERE state IN ('sent', 'unknown')")
        looks = {row["id"]: row["looks"] for row in rows if row["looks"]}
        if fresh := {number: count for number, count in looks.items() if number not in self.shown}:
            await self.sandbox.control("clock", {"advance": HISTORY_LATE + 1})
            self.shown |= fresh
        await end_waiting(self.db, [number for number, count in looks.items() if count > self.shown[number]])
        if self.behaviour.then is not None:
            await self.behaviour.then(self)
        is_done = await hurry(self.db, (*BUYING, *MAILING) if self.is_mailed else BUYING)
        return is_done and await at_rest(self.db, is_mailed=self.is_mailed)

    async def judge(self, case: Case) -> None:
        """A mail that was under way when the daemon died may come again; one that was taken must."""
        await judge(self.db, self.sandbox, self.owed, since=self.since, taken_back=self.behaviour.taken_back)
        if self.is_mailed:
            least = not self.behaviour.mail and (case.part, case.moment) in TAKEN_UNWRITTEN
            most = self.behaviour.orders + self.behaviour.is_mail_lost
            await judge_letters(self.db, self.sandbox, range(least, most + 1))


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
