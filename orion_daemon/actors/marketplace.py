"""The marketplace actor: the only one that calls an account. (A supplier's: `supplier.py`, with lanes of its own.)

A nudge wakes it: it takes the account's lease, opens the account and lets a job runner claim and run what is due in
its four lanes, side by side, under one set of rate limits. With nothing left to do it goes back to sleep, gives the
lease up and closes the connector; ten thousand accounts at rest cost rows, not tasks. Losing the lease ends it at
once, without a write (G6). An account whose credential is refused is suspended in its row, here and for every other
process, until a person mends it; what may be an erasure is done meanwhile (`handlers/table.py`). What the jobs do:
`actors/handlers/`; who nudges: `actors/roster.py`.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from orion_daemon.actors.account import LANES, Account, OpenAccount, Parts, SupplierAccount, open_account
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.oauth import REFUSED
from orion_daemon.db.errors import StorageError, is_transient
from orion_daemon.domain.events import AlertRaised, StoresChanged, SyncStatusChanged
from orion_daemon.jobs import leases, maintenance
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.handling import Handler
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.retry import Suspend
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.actor import Actor
from orion_daemon.runtime.mailbox import LaneSpec
from orion_daemon.runtime.tasks import TaskSet
from orion_daemon.services import credentials, notifications, stores

log = logging.getLogger("orion.actors")

NUDGE = "nudge"
STOP_DEADLINE = 5.0


class Opened(Protocol):
    """What an actor's work is done with: an account, or what stands in for one."""

    @property
    def store_code(self) -> str: ...
    def own(self, lease: Lease) -> None: ...
    async def close(self) -> None: ...


class MarketplaceActor(Actor):
    __slots__ = ("_account", "_background", "_dispatcher", "_opening", "_parts", "_runner")

    lanes: ClassVar[tuple[LaneSpec, ...]] = tuple(LaneSpec(name, capacity=4) for name in LANES)
    stage: ClassVar[int] = 1
    shares: ClassVar[Mapping[str, LaneShare]] = LANES

    def __init__(self, address: str, parts: Parts, dispatcher: Dispatcher, background: TaskSet) -> None:
        super().__init__(address)
        self._parts = parts
        self._dispatcher = dispatcher
        self._background = background
        self._opening: asyncio.Lock | None = None  # held while opening and closing: never two runners at once
        self._runner: Runner | None = None
        self._account: Opened | None = None

    async def receive(self, lane: str, message: Any) -> None:
        """Run what is due until nothing is left. Any message is a nudge: the work is in the table."""
        try:
            runner = await self._open()
        except StorageError as error:
            if not is_transient(error):
                raise
            log.warning(
                "%s waits for the database: %s",
                self.address,
                error,
                extra={"action": "actor.waits", "actor": self.address},
            )  # the sweep comes back
            return
        if runner is not None:
            runner.nudge()
            await runner.rest()

    @property
    def busy(self) -> bool:
        """The runner is nudged past the mailbox, and wakes by its own timer."""
        return self._runner is not None and not self._runner.idle

    def _door(self) -> asyncio.Lock:
        if self._opening is None:
            self._opening = asyncio.Lock()
        return self._opening

    async def _open(self) -> Runner | None:
        async with self._door():
            if self._runner is not None:
                return self._runner
            if self.cell is not None and self.cell.state == "suspended":
                return None  # another lane's message found the account stopped; the sweep wakes us for people to erase
            parts = self._parts
            if await leases.is_held_elsewhere(parts.db, self.address, parts.process_id, parts.clock.now()):
                return None  # that process has heard of the work, or its sweep finds it
            account = await self._open_account()
            if account is None:
                return None
            lease = await leases.acquire(parts.db, self.address, parts.process_id, parts.clock.now())
            if lease is None:  # another process was quicker
                await account.close()
                return None
            await maintenance.rescue(parts.db, parts.clock.now(), owner=self.address)
            account.own(lease)
            self._account = account
            self._runner = Runner(
                parts.surroundings, lease, self.shares, self._handlers(account),
                fair_key=account.store_code, on_suspend=self._refused, on_lost=self._lost,
            )  # fmt: skip
            self._dispatcher.add(self._runner)
            log.debug("%s is at work", self.address, extra={"action": "actor.works", "actor": self.address})
            return self._runner

    async def _open_account(self) -> Opened | None:
        """None where there is nothing to work with; a suspended account rests, but for people to erase."""
        db = self._parts.db
        account = await open_account(self._parts, self.address)
        if account is None or not account.is_stopped:
            return account
        if not await notifications.are_waiting(db, account.channel_id):
            await account.close()
            self.suspend(account.channel["state_reason"])
            await self._look_again(account.channel_id)
            return None
        return account

    def _handlers(self, account: Any) -> Mapping[str, Handler]:
        opened: Account | SupplierAccount = account
        return handlers_of(opened)

    async def _close(self, *, keep_lease: bool = False, deadline: float = STOP_DEADLINE) -> None:
        async with self._door():
            runner, account = self._runner, self._account
            self._runner = self._account = None
            if runner is not None:
                self._dispatcher.remove(self.address)
                await runner.stop(deadline)
                if not (runner.lost or keep_lease):
                    try:
                        await leases.release(self._parts.db, runner.lease)
                    except StorageError as error:  # it ends by itself once this process's row expires
                        log.warning(
                            "the lease of %s could not be given back: %s",
                            self.address,
                            error,
                            extra={"action": "lease.kept", "actor": self.address},
                        )
            if account is not None:
                await account.close()

    async def on_passivate(self) -> None:
        await self._close()

    async def stopped(self) -> None:
        await self._close(deadline=0.0)  # the work had its time: the system waited for it before this

    async def restarted(self, lane: str, error: BaseException) -> None:
        await self._close()

    async def reopen(self) -> None:
        """The channel's row changed: work with the new one from the next nudge on. One that is just being opened may
        have read the old row: it is closed as soon as it is open."""
        async with self._door():
            is_open = self._runner is not None
        if is_open:
            await self._close()

    def _lost(self) -> None:
        self._background.spawn(self._close(keep_lease=True), name=f"{self.address} lost its lease")

    def _refused(self, suspend: Suspend) -> None:
        self._background.spawn(self._suspend_account(suspend), name=f"{self.address} is suspended")

    async def _suspend_account(self, suspend: Suspend) -> None:
        account = self._account
        if not isinstance(account, OpenAccount):
            return
        reason = f"{credentials.AUTH_REFUSED}: {suspend.message}"
        now = self._parts.clock.now()
        async with self._parts.db.transaction() as tx:
            if await stores.suspend_channel(tx, account.channel_id, reason, now):
                tx.emit(AlertRaised(account.store_id, account.channel_id, suspend.code, reason))
                tx.emit(SyncStatusChanged(account.store_id, account.channel_id))
        kind = REFUSED.get(suspend.code)
        await credentials.mark(self._parts.db, account.channel_id, "refused", now, kind=kind)
        log.warning(
            "%s is suspended: %s",
            self.address,
            suspend.message,
            extra={"action": "account.suspended", "actor": self.address, "code": suspend.code},
        )
        self.suspend(reason)
        await self._close()
        await self._look_again(account.channel_id)

    async def _look_again(self, channel_id: int) -> None:
        """Once suspended: the row may be ready already, before anybody could let us go on; that is said once more."""
        state = await self._parts.db.fetch_value("SELECT state FROM channels WHERE id = $1", channel_id)
        if state == "ready":
            self._parts.bus.publish(StoresChanged())
