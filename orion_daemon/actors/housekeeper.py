"""The housekeeper: what nobody would notice by itself. One for all processes, by its lease.

`sync_retry_failed` finds runs whose process vanished, jobs that waited too long and what these were about, lines whose
product has come by now, lines that stock has arrived for, and orders whose people are to be erased now that the goods
have left; `sale_sweep` finds sales that began or ended; `credential_watch` warns of credentials that end soon;
`maintenance` removes finished jobs and notifications past their retention and files that no import needs, and adds up
the stock ledger. Each is a job like any other, put by the schedule, so it is seen, retried and never runs twice at
once. Steps: `jobs/maintenance.py`, `services/sales.py`, `services/erasure.py`, `import_files.py`.
"""

import asyncio
from datetime import datetime
from typing import Any, ClassVar

from orion_daemon.actors import import_files
from orion_daemon.actors.account import Parts
from orion_daemon.domain.events import AlertRaised
from orion_daemon.jobs import leases, maintenance
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.actor import Actor
from orion_daemon.runtime.mailbox import LaneSpec
from orion_daemon.services import (
    credentials,
    erasure,
    imports,
    inventory,
    key_units,
    late_matching,
    markups,
    notifications,
    order_results,
    purchase_search,
    rate_limits,
    refund_results,
    sales,
    short_lines,
)


class Housekeeper(Actor):
    __slots__ = ("_dispatcher", "_parts", "_runner")

    lanes: ClassVar[tuple[LaneSpec, ...]] = (LaneSpec("main", capacity=4),)

    def __init__(self, address: str, parts: Parts, dispatcher: Dispatcher) -> None:
        super().__init__(address)
        self._parts = parts
        self._dispatcher = dispatcher
        self._runner: Runner | None = None

    @property
    def busy(self) -> bool:
        return self._runner is not None and not self._runner.idle

    async def receive(self, lane: str, message: Any) -> None:
        if self._runner is None:
            parts = self._parts
            lease = await leases.acquire(parts.db, self.address, parts.process_id, parts.clock.now())
            if lease is None:
                return
            self._runner = Runner(
                parts.surroundings, lease, {"housekeeping": LaneShare()},
                {
                    "RetryFailed": self._retry_failed, "SweepSales": self._sweep_sales,
                    "SyncPrices": self._sync_prices, "SweepPurchases": self._sweep_purchases,
                    "WatchCredentials": self._watch_credentials, "DeleteFinishedJobs": self._clean_up,
                },
                on_lost=self._lost,
            )  # fmt: skip
            self._dispatcher.add(self._runner)
        self._runner.nudge()
        await self._runner.rest()

    async def on_passivate(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            self._dispatcher.remove(self.address)
            await runner.stop(5.0)
            if not runner.lost:
                await leases.release(self._parts.db, runner.lease)

    async def stopped(self) -> None:
        await self.on_passivate()

    async def restarted(self, lane: str, error: BaseException) -> None:
        await self.on_passivate()

    def _lost(self) -> None:
        self._dispatcher.remove(self.address)
        self._runner = None

    async def _retry_failed(self, job: Job, args: Nothing) -> Done:
        db, now = self._parts.db, self._parts.clock.now()
        rescued = await maintenance.rescue(db, now)
        given_up = await maintenance.give_up(db, now)
        forgotten = await maintenance.forget_processes(db, now)
        await order_results.own_up(db, now=now)
        await refund_results.own_up(db, now=now)
        abandoned = await imports.end_abandoned(db, now)
        erased = await erasure.erase_due(db, now)
        filled = matched = 0
        for row in await db.fetch("SELECT id FROM stores WHERE is_active ORDER BY id"):
            matched += await late_matching.sweep(db, row["id"], now=now)
            filled += await short_lines.sweep(db, row["id"], now=now)
        return Done(
            {
                "rescued": rescued,
                "given_up": given_up,
                "processes": forgotten,
                "imports_ended": abandoned,
                "lines_matched": matched,
                "lines_filled": filled,
                "orders_erased": erased,
            }
        )

    async def _sweep_sales(self, job: Job, args: Nothing) -> Done:
        return Done({"products": await sales.sweep(self._parts.db, self._parts.clock.now())})

    async def _sync_prices(self, job: Job, args: Nothing) -> Done:
        total = 0
        while done := await markups.reprice_due(self._parts.db, self._parts.clock.now()):
            total += done
        return Done({"products": total})

    async def _sweep_purchases(self, job: Job, args: Nothing) -> Done:
        db, now = self._parts.db, self._parts.clock.now()
        looked_for = await purchase_search.sweep(db, now)
        return Done({"purchases": looked_for, "units_filled": await key_units.sweep(db, now)})

    async def _watch_credentials(self, job: Job, args: Nothing) -> Done:
        db, now = self._parts.db, self._parts.clock.now()
        return Done({"warned": await credentials.warn_of_ends(db, now) + await notifications.remind(db, now)})

    async def _clean_up(self, job: Job, args: Nothing) -> Done:
        parts = self._parts
        db, now = parts.db, parts.clock.now()
        deleted = await maintenance.delete_finished(db, now, keep_finished=parts.keep_done, keep_dead=parts.keep_dead)
        await rate_limits.forget(db, now - parts.keep_done)
        forgotten = await notifications.forget(db, now, keep_done=parts.keep_done, keep_dead=parts.keep_dead)
        files = await self._delete_files(now - parts.imports.keep_files)
        faults = await inventory.verify_ledger(db)
        if faults:
            async with db.transaction() as tx:
                tx.emit(
                    AlertRaised(None, None, "ledger_differs",
                                f"The stock of {len(faults)} products is not the sum of its movements; "
                                "`orion doctor` names them.")
                )  # fmt: skip
        return Done(
            {
                "jobs_deleted": deleted,
                "notifications_deleted": forgotten,
                "files_deleted": files,
                "ledger_faults": len(faults),
            }
        )

    async def _delete_files(self, before: datetime) -> int:
        options = self._parts.imports
        old = await asyncio.to_thread(import_files.older, options.folder, options.uploads, before)
        if not old:
            return 0
        ids, sources = await imports.needed_files(self._parts.db, before)
        return await asyncio.to_thread(import_files.delete, old, ids, sources, before)
