"""A supplier account's actor at work: suspended for a refused secret, and at work again once that was mended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from orion_daemon.actors.account import ImportOptions, Parts
from orion_daemon.actors.failures import classify
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.roster import Roster
from orion_daemon.actors.supplier import SupplierActor
from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.supply import Balance
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.kinds import (
    REFRESH_SUPPLIER_PRODUCT,
    WATCH_BALANCE,
    JobKind,
    Nothing,
    SupplierProductArgs,
)
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.supervisor import ActorSystem
from orion_daemon.services import credentials, hints, stores
from tests.support.suppliers import ACCOUNT, KeyShop, Supplier, games, open_key_shop


@dataclass
class Guarded(Supplier):
    """A supplier that knows one secret; `given` is what the account was last opened with."""

    right: str = "right"
    given: dict[str, str] = field(default_factory=dict)

    async def balance(self) -> Balance:
        if self.given.get("client_secret") != self.right:
            raise AuthRefused("the supplier does not know this secret", code="invalid_client")
        return await super().balance()


@dataclass
class Office:
    shop: KeyShop
    supplier: Guarded
    clock: SystemClock
    system: ActorSystem
    roster: Roster
    alerts: list[AlertRaised]
    crashes: list[BaseException]

    async def put(self, kind: JobKind[Any], args: msgspec.Struct | None = None) -> int:
        async with self.shop.db.transaction() as tx:
            put = await mailbox.put(
                tx, kind, args or Nothing(), owner=ACCOUNT, now=self.clock.now(), store_id=self.shop.store_id,
                channel_id=self.shop.channel_id,
            )  # fmt: skip
        return put.job_id

    async def job(self, job_id: int) -> dict[str, Any]:
        row = await self.shop.db.fetch_one("SELECT state, error_code, attempts FROM jobs WHERE id = $1", job_id)
        assert row is not None
        return row

    async def channel(self) -> dict[str, Any]:
        return await stores.channel_of(self.shop.db, "demo", "codeswholesale")

    async def credential(self, kind: str) -> str:
        found = await self.shop.db.fetch_value("SELECT state FROM marketplace_credentials WHERE kind = $1", kind)
        return str(found)

    async def until(self, look: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(20):
            while not await look():
                await asyncio.sleep(0)


@asynccontextmanager
async def office(database: Database, folder: Path, supplier: Guarded) -> AsyncIterator[Office]:
    shop = await open_key_shop(database)
    clock = SystemClock()
    await leases.register(database, "p1", "p1", clock.now(), ttl=timedelta(hours=1))

    async def connect(_row: Any, secrets: dict[str, str]) -> Any:
        supplier.given = dict(secrets)
        return supplier, SimpleNamespace()

    parts = Parts(
        db=database,
        bus=cast("Bus", database.bus),
        clock=clock,
        surroundings=Surroundings(database, clock, FairGate(4), lambda: 0.5, classify=classify),
        process_id="p1",
        connect=connect,
        imports=ImportOptions(folder / "imports", "sqlite://", 1 << 20),
        workers=Workers(0.0),
        feeds_folder=folder / "feeds",
        observe=lambda *_args, **_facts: None,
    )
    crashes: list[BaseException] = []
    alerts: list[AlertRaised] = []
    system = ActorSystem(clock, lambda: 0.5, on_error=lambda *of: crashes.append(of[-1]), on_suspend=lambda *_: None)
    roster = Roster(parts, system, lambda _name, error: crashes.append(error))

    heard: Callable[[Any], None] = alerts.append

    async def hear() -> None:
        async with parts.bus.subscribe(AlertRaised) as events:
            async for event in events:
                heard(event)

    hearing = asyncio.create_task(hear())
    await asyncio.sleep(0)
    roster.start()
    try:
        yield Office(shop, supplier, clock, system, roster, alerts, crashes)
    finally:
        await system.stop(2.0)
        await roster.stop()
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


async def test_a_refused_secret_suspends_and_the_right_one_lets_it_go_on(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Guarded(games(1))) as at:
        shop = at.shop
        for kind, secret in (("client_secret", "wrong"), ("signature", "s")):
            await credentials.set_credential(database, shop.channel_id, kind, secret, at.clock.now())
        first = await at.put(WATCH_BALANCE)

        async def suspended() -> bool:
            return (await at.channel())["state"] == "suspended"

        async def said() -> bool:
            return bool(at.alerts) and await at.credential("client_secret") == "refused"

        await at.until(suspended)
        await at.until(said)
        assert isinstance(at.system.get(ACCOUNT), SupplierActor)
        reason = "credential refused: the supplier does not know this secret"
        assert (await at.channel())["state_reason"] == reason
        [alert] = at.alerts
        assert (alert.code, alert.message) == ("invalid_client", reason)
        assert await at.credential("signature") == "unchecked"  # no call is made with it
        # what comes meanwhile waits, however often it is nudged, and costs no call
        second = await at.put(REFRESH_SUPPLIER_PRODUCT, SupplierProductArgs("game-1"))
        await hints.look_at_products(database, await hooked(at), ["game-1"], at.clock.now())
        assert (await at.job(second))["state"] == "waiting"
        waiting = await at.job(first)
        assert (waiting["state"], waiting["error_code"], waiting["attempts"]) == ("waiting", "suspended", 0)
        assert at.supplier.calls == []

        await credentials.set_credential(database, shop.channel_id, "signature", "another", at.clock.now())
        assert await suspended()  # it is not what was refused
        await credentials.set_credential(database, shop.channel_id, "client_secret", "right", at.clock.now())

        async def done() -> bool:
            return {(await at.job(one))["state"] for one in (first, second)} == {"done"}

        await at.until(done)
        assert sorted(at.supplier.calls) == [("balance",), ("product", "game-1")]
        assert (await at.channel())["state"] == "ready"
        assert await at.credential("client_secret") == "valid"
        assert (await shop.account())["usable_minor"] == at.supplier.usable
        assert len(at.alerts) == 1
        assert at.crashes == []


async def test_a_person_resumes_it_where_the_fault_was_elsewhere(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Guarded(right="other")) as at:
        await credentials.set_credential(database, at.shop.channel_id, "client_secret", "right", at.clock.now())
        job = await at.put(WATCH_BALANCE)

        async def suspended() -> bool:
            return (await at.channel())["state"] == "suspended"

        await at.until(suspended)
        at.supplier.right = "right"  # the supplier opened the account again
        assert await stores.resume_channel(database, at.shop.channel_id, at.clock.now())

        async def done() -> bool:
            return bool((await at.job(job))["state"] == "done")

        await at.until(done)
        assert at.crashes == []


async def test_one_that_is_resumed_while_it_is_being_suspended_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row says ready again before the actor has heard that it is to rest."""
    async with office(database, tmp_path, Guarded(right="other")) as at:
        mark = credentials.mark
        await credentials.set_credential(database, at.shop.channel_id, "client_secret", "right", at.clock.now())

        async def resumed_first(db: Database, channel_id: int, state: str, *more: Any, **how: Any) -> None:
            if state == "refused":
                at.supplier.right = "right"
                assert await stores.resume_channel(db, channel_id, at.clock.now())
                await at.roster.reopen_changed()
            await mark(db, channel_id, state, *more, **how)

        monkeypatch.setattr(credentials, "mark", resumed_first)
        job = await at.put(WATCH_BALANCE)

        async def done() -> bool:
            return bool((await at.job(job))["state"] == "done")

        await at.until(done)
        assert at.crashes == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_an_account_that_is_switched_off_calls_nobody(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Guarded(games(1))) as at:
        async with database.transaction() as tx:
            await tx.execute("UPDATE channels SET is_active = FALSE WHERE is_supplier")
        job = await at.put(REFRESH_SUPPLIER_PRODUCT, SupplierProductArgs("game-1"))
        for _ in range(50):
            await database.fetch_value("SELECT 1 AS one")
        assert (await at.job(job))["state"] == "waiting"
        assert at.supplier.calls == []
        assert at.crashes == []


async def hooked(at: Office) -> dict[str, Any]:
    """The account as its address finds it."""
    channel = await at.channel()
    secret, _ = await hints.address_secret(
        at.shop.db, channel, lambda: "A" * 43, rotates=False, actor="ann", now=at.clock.now()
    )
    found = await hints.find_account(at.shop.db, "codeswholesale", secret)
    assert found is not None
    return found
