"""Which actors must live: those whose account has work, on this process unless another one holds the lease.

Three ways lead here. A job put in this process nudges its owner at once (the bus). A sweep every few seconds finds
what was put by another process or whose nudge was lost, and arms nothing that is not due; the first one, and some
later, take back what a vanished process was executing, or nobody would look at its accounts. A change of stores or
channels lets actors of changed rows open anew and suspended ones that were mended go on. The roster keeps no list of
accounts: an address becomes an actor when somebody speaks to it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from orion_daemon.actors.account import LANES, SUPPLIER_LANES, Parts
from orion_daemon.actors.housekeeper import Housekeeper
from orion_daemon.actors.marketplace import NUDGE, MarketplaceActor
from orion_daemon.actors.notifier import OUTBOX_LANES, NotifierActor, is_notifier
from orion_daemon.actors.supplier import SupplierActor
from orion_daemon.connectors import registry
from orion_daemon.domain.events import StoresChanged
from orion_daemon.jobs import mailbox, maintenance
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.kinds import HANDLE_NOTIFICATION
from orion_daemon.jobs.retry import Family
from orion_daemon.runtime.actor import Actor, ActorStopped
from orion_daemon.runtime.bus import Lagged
from orion_daemon.runtime.supervisor import ActorSystem, UnknownActor
from orion_daemon.runtime.tasks import TaskSet
from orion_daemon.services import stores
from orion_daemon.services.schedule import HOUSEKEEPER

log = logging.getLogger("orion.actors")

SWEEP_EVERY = timedelta(seconds=2)
SWEEPS_A_RESCUE = 2


def is_supplier(owner: str) -> bool:
    """Whether the address is of an account at a supplier; one of an unknown vendor is not."""
    try:
        return registry.account_kind(owner.rpartition(":")[2]) == "supplier"
    except registry.UnknownVendor:
        return False


class Roster:
    def __init__(self, parts: Parts, system: ActorSystem, on_error: Callable[[str, BaseException], object]) -> None:
        self._parts = parts
        self._system = system
        self._tasks = TaskSet(parts.clock, on_error)
        self._dispatcher = Dispatcher(parts.bus, self.wake)
        self._accounts: dict[str, stores.AccountState] = {}
        self._revision: tuple[object, ...] = ()
        system.add_factory(self._make)

    def start(self) -> None:
        self._tasks.spawn(self._dispatcher.run(), name="nudges")
        self._tasks.spawn(self._sweeps(), name="sweeps for due jobs")
        self._tasks.spawn(self._changes(), name="changes of stores")

    async def stop(self) -> None:
        """Stop nudging. The actors themselves are stopped by their system, before this."""
        await self._tasks.stop(deadline=0.0, grace=2.0)

    def wake(self, owner: str, lanes: frozenset[str] = frozenset()) -> None:
        """Tell an owner that there may be work; an address nobody answers to stays a row and is looked at again."""
        known = OUTBOX_LANES if is_notifier(owner) else SUPPLIER_LANES if is_supplier(owner) else LANES
        actor_lanes = lanes & known.keys() or {"mail" if known is OUTBOX_LANES else "urgent"}
        if owner == HOUSEKEEPER:
            actor_lanes = {"main"}
        for lane in actor_lanes:
            try:
                self._system.tell(owner, lane, NUDGE, key=NUDGE)
            except (UnknownActor, ActorStopped):
                log.debug("nobody works for %s here", owner, extra={"action": "actor.absent", "actor": owner})

    def _make(self, address: str) -> Actor | None:
        if address == HOUSEKEEPER:
            return Housekeeper(address, self._parts, self._dispatcher)
        store_code, _, marketplace = address.rpartition(":")
        if not store_code or not marketplace:
            return None
        if is_notifier(address):
            return NotifierActor(address, self._parts, self._dispatcher, self._tasks)
        kind = SupplierActor if is_supplier(address) else MarketplaceActor
        return kind(address, self._parts, self._dispatcher, self._tasks)

    async def _sweeps(self) -> None:
        sweeps, failing = 0, False
        while True:
            try:
                if sweeps % SWEEPS_A_RESCUE == 0:
                    await maintenance.rescue(self._parts.db, self._parts.clock.now())
                sweeps += 1
                await self.sweep()
                if failing:
                    log.info("the sweep for due jobs works again", extra={"action": "sweep.back"})
                failing = False
            except Exception as error:
                if not failing:
                    log.warning(
                        "the sweep for due jobs failed and is tried again until it works: %s",
                        error,
                        extra={"action": "sweep.failed"},
                    )
                failing = True
            await self._parts.clock.sleep(SWEEP_EVERY.total_seconds())

    async def sweep(self) -> None:
        """Wake every owner with due jobs that has no runner here, and notice what other processes did to accounts.

        Cheap: one statement over the index of due jobs, one for the newest change of stores.
        """
        revision = await stores.revision(self._parts.db)
        if revision != self._revision:
            self._revision = revision
            await self.reopen_changed()
        now = self._parts.clock.now()
        for due in await maintenance.due_by(self._parts.db, now, process_id=self._parts.process_id):
            runner = self._dispatcher.find(due.owner)
            if runner is None:
                self.wake(due.owner, frozenset({due.lane}))
                if await self._may_erase(due.owner, now):
                    self._system.resume(due.owner)  # it does that alone, and is suspended again
            else:
                runner.nudge(frozenset({due.lane}))

    async def _may_erase(self, owner: str, now: datetime) -> bool:
        """Whether a suspended account was sent what may be an erasure."""
        account = self._accounts.get(owner)
        if account is None or account.state != "suspended":
            return False
        return await maintenance.is_due(self._parts.db, owner, HANDLE_NOTIFICATION.name, now)

    async def _changes(self) -> None:
        async with self._parts.bus.subscribe(StoresChanged) as events:
            async for event in events:
                if isinstance(event, StoresChanged | Lagged):
                    try:
                        await self.reopen_changed()
                        if isinstance(event, Lagged):
                            await self.sweep()  # what was not heard may have been about jobs
                    except Exception as error:
                        log.warning(
                            "changed stores could not be read and are read at the next change: %s",
                            error,
                            extra={"action": "stores.unread"},
                        )

    async def reopen_changed(self) -> None:
        """Let awake actors whose rows changed open anew, and suspended ones whose channel is ready go on."""
        db, now = self._parts.db, self._parts.clock.now()
        before, self._accounts = self._accounts, await stores.account_states(db)
        for health in list(self._system.snapshot(dormant=False)):
            address = health.address
            found = self._accounts.get(address)
            if address == HOUSEKEEPER or address not in self._system:
                continue
            actor = self._system.get(address)
            if isinstance(actor, MarketplaceActor) and found != before.get(address):
                await actor.reopen()
            if health.state == "suspended" and found is not None and found.state == "ready":
                self._system.resume(address)
        waiting = await db.fetch(
            "SELECT DISTINCT owner, error_code FROM jobs WHERE state = 'waiting' AND error_code IN ('suspended', $1)",
            Family.NOT_PERMITTED.value,
        )
        for owner, reason in [(row["owner"], row["error_code"]) for row in waiting]:
            found = self._accounts.get(owner)
            is_new = before.get(owner) not in (None, found)  # it may have been let do more
            if found is not None and found.state == "ready" and (reason == "suspended" or is_new):
                async with db.transaction() as tx:
                    await mailbox.wake(tx, owner, reason=reason, now=now)
