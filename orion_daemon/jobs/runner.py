"""Running the jobs of one owner: claim, hand to the handlers, settle; asleep while there is nothing due.

A nudge wakes it. Each turn is one transaction that settles what has ended and claims what fits, so a busy owner pays
one commit for many jobs; on PostgreSQL a turn that only claims is a statement a lane. Handlers run beside it, through
the process's fair gate: a store with a thousand jobs gets as many turns as one with two (G9). With nothing left it has
no task and at most one timer, for the next due time.

What a handler returns or raises becomes an end (`handling.py`); no failure of a handler stops the runner. A lost
lease stops it at once, without a write (G6). `stop` lets running handlers end and hands the rest back. Whatever
happens to the process, the rows stay: `maintenance.rescue` puts them back (G5).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from orion_daemon.db.errors import StorageError, is_transient
from orion_daemon.db.tx import Tx
from orion_daemon.jobs import leases, mailbox, maintenance, statements
from orion_daemon.jobs.handling import Handler, Surroundings, known, run_handler
from orion_daemon.jobs.lanes import Lane, LaneShare
from orion_daemon.jobs.leases import Lease, LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Dead, Ending, Released, Retry, Snooze
from orion_daemon.jobs.retry import Family, Suspend
from orion_daemon.runtime.clock import Timer
from orion_daemon.runtime.fairness import Priority
from orion_daemon.runtime.tasks import TaskSet, spawn_owned

log = logging.getLogger("orion.jobs")

LONGEST_PAUSE = 30.0  # seconds between tries while the database is away
MOST_WRITTEN = 500  # ends in one transaction


class Runner:
    """`nudge()` once after the lease was acquired. `on_suspend` and `on_lost` are called at most once each until the
    next `resume`; they must not block."""

    def __init__(
        self,
        around: Surroundings,
        lease: Lease,
        lanes: Mapping[str, LaneShare],
        handlers: Mapping[str, Handler],
        *,
        fair_key: str = "",
        on_suspend: Callable[[Suspend], object] = lambda _: None,
        on_lost: Callable[[], object] = lambda: None,
    ) -> None:
        self.lease = lease
        self._around = around
        self._db, self._clock, self._gate = around.db, around.clock, around.gate
        self._lanes = {name: Lane(name, share) for name, share in lanes.items()}
        self._handlers = {name: (known(around.kinds, name), handler) for name, handler in handlers.items()}
        self._kinds = tuple(handlers)
        self._fair_key = fair_key or lease.owner
        self._on_suspend = on_suspend
        self._on_lost = on_lost
        self._ends: list[tuple[Job, Ending]] = []
        self._workers = TaskSet(around.clock)
        self._pump: asyncio.Task[None] | None = None
        self._stirred: asyncio.Future[None] | None = None  # what the pump waits for while handlers run
        self._timer: Timer | None = None
        self._timer_at: datetime | None = None
        self._claimed_at = around.clock.now()  # what was due by then was claimed, or is blocked by its entity
        self._look_ahead = True  # the table may hold due times that no nudge told us
        self._doubt = 0  # reasons to: a claim may have been committed without our knowing its jobs
        self._careful = False  # a turn failed for good: write ends one by one until the guilty one is found
        self._hurry = asyncio.Event()
        self._suspended = self._stopping = self.lost = False

    # -- from outside --------------------------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        return self._pump is None and not self._workers

    async def rest(self) -> None:
        """Return when it is idle."""
        while not self.idle:
            if self._pump is not None:
                await asyncio.wait([self._pump])
            else:
                await self._workers.drain(LONGEST_PAUSE)

    @property
    def next_at(self) -> datetime | None:
        """When it will wake by itself."""
        return self._timer_at

    def nudge(self, lanes: frozenset[str] | None = None, run_at: datetime | None = None) -> None:
        """There may be work, now or at `run_at`, in these lanes (None: all). Cheap; says nothing that must be true."""
        if self._stopping or self.lost:
            return
        if run_at is not None and run_at > self._clock.now():
            if self._timer_at is None or run_at < self._timer_at:
                self._arm(run_at)
            return
        for name in self._lanes if lanes is None else lanes & self._lanes.keys():
            self._lanes[name].hungry = True
        self._stir()

    def doubt(self) -> None:
        """The database may have lost commits that did not wait for its disk, and nudges with them: look at all rows."""
        self._doubt += 1
        self.nudge()

    def suspend(self) -> None:
        """Claim nothing more, hand back what has not begun; what runs goes on."""
        self._suspended = True
        self._hand_back()
        self._stir()

    def resume(self) -> None:
        self._suspended = False
        self.nudge()

    async def stop(self, deadline: float) -> None:
        """Let handlers run for `deadline` seconds, cancel the rest, write all ends, hand back what had not begun."""
        self._stopping = True
        self._hurry.set()
        self._disarm()
        self._hand_back()
        self._stir()
        late = await self._workers.stop(deadline)
        if late:
            log.error(
                "handlers did not obey their cancellation: %s",
                ", ".join(late),
                extra={"action": "job.not_ended", "actor": self.lease.owner},
            )
        if self._pump is not None:
            await asyncio.wait([self._pump])
        if (self._ends or self._doubt) and not self.lost:
            self._stir()
            if self._pump is not None:
                await asyncio.wait([self._pump])

    def _hand_back(self) -> None:
        for lane in self._lanes.values():
            self._hand_back_from(lane)

    def _hand_back_from(self, lane: Lane) -> None:
        if lane.stock:
            self._ends += [(job, Released()) for job in lane.stock]
            lane.stock.clear()
            lane.hungry = True

    # -- the pump ------------------------------------------------------------------------------------------------------

    def _stir(self) -> None:
        if self._pump is None:
            self._pump = spawn_owned(self._run(), name=f"jobs {self.lease.owner}")
        elif self._stirred is not None and not self._stirred.done():
            self._stirred.set_result(None)

    async def _run(self) -> None:
        pause = 0.0
        try:
            while not self.lost:
                if self._ends or self._doubt or (not self._stopping and not self._suspended and self._room()):
                    try:
                        await self._turn()
                        pause = 0.0
                    except LeaseLost:
                        await self._lose()
                    except Exception as error:
                        pause = min(max(pause * 2, 0.1), LONGEST_PAUSE)
                        self._complain(error, pause)
                        if not is_transient(error) and self._ends:
                            self._blame()
                        elif self._stopping:
                            return  # what is not written is found again by the rescue
                        else:
                            await self._clock.wait(self._hurry, pause)
                elif any(lane.running or lane.stock for lane in self._lanes.values()):
                    self._stirred = asyncio.get_running_loop().create_future()
                    await self._stirred
                    self._stirred = None
                elif self._look_ahead and not self._stopping:
                    await self._find_next()
                else:
                    return
        finally:
            self._pump = self._stirred = None

    def _room(self) -> bool:
        return any(lane.room > 0 for lane in self._lanes.values())

    async def _turn(self) -> None:
        """Write ends, claim jobs. On failure the ends are kept for the next turn."""
        ends: list[tuple[Job, Ending]] = []
        claimed: list[tuple[Lane, int, list[Job]]] = []
        lost: frozenset[int] = frozenset()
        now, doubt = self._claimed_at, self._doubt

        async def write(tx: Tx) -> None:
            nonlocal lost, now, doubt
            now = self._clock.now()  # only now: it may have waited for others, who put jobs due by then
            ends[:] = self._ends[: 1 if self._careful else MOST_WRITTEN]
            claimed.clear()
            doubt = self._doubt
            if doubt:
                await self._clear_doubt(tx, now)
            if ends:
                lost = await mailbox.settle_many(tx, ends, self.lease, now)
            if lost:
                await leases.check(tx, self.lease, now)
            if self._stopping or self._suspended or self._careful:
                return
            for lane in self._lanes.values():
                if (room := lane.room) > 0:
                    claimed.append((lane, room, []))
                    lane.hungry = False
                    claimed[-1][2][:] = await mailbox.claim(
                        tx, self.lease, lanes=(lane.name,), kinds=self._kinds, now=now, limit=room
                    )

        try:
            await self._around.turns.take(write, only_claims=not self._ends and not self._doubt)
        except BaseException:
            self._doubt += bool(claimed)
            for lane, _, _ in claimed:
                lane.hungry = True
            raise
        if self._doubt == doubt:
            self._doubt = 0
        del self._ends[: len(ends)]
        self._careful = self._careful and bool(self._ends)
        if lost:
            log.warning(
                "%s: %d runs had been taken away, their ends were not written",
                self.lease.owner,
                len(lost),
                extra={"action": "job.taken_away", "actor": self.lease.owner},
            )
        for _, end in ends:
            if isinstance(end, Retry | Snooze):
                self.nudge(frozenset(), end.at)
        if claimed:
            self._claimed_at, self._look_ahead = now, True
        for lane, asked, jobs in claimed:
            lane.fill(jobs, asked, self._clock.monotonic())
            if self._stopping or self._suspended:
                continue
            for _ in range(min(lane.share.concurrency - lane.workers, len(lane.stock))):
                lane.workers += 1
                self._workers.spawn(self._work(lane), name=f"jobs {self.lease.owner} {lane.name}")
        if self._stopping or self._suspended:
            self._hand_back()

    def _blame(self) -> None:
        """A turn failed and would fail again: find the end that cannot be written, and write a plain one instead."""
        if not self._careful:
            self._careful = True
            return
        job, end = self._ends[0]
        if isinstance(end, Dead) and end.code == "unwritable_end":
            log.error(
                "job %d of %s cannot be settled; it stays until its lease moves on",
                job.id,
                job.owner,
                extra={"action": "job.unsettled", "actor": job.owner, "job": job.id},
            )
            del self._ends[0]
        else:
            said = f"its end ({type(end).__name__}) could not be written; the log has the details"
            self._ends[0] = (job, Dead(Family.BUG, "unwritable_end", said))

    async def _clear_doubt(self, tx: Tx, now: datetime) -> None:
        """The rows say what this runner knows: its own jobs execute, and no others under its lease."""
        await tx.fetch(statements.AWAIT_CLAIMS, self.lease.owner)
        mine = [job for job, _ in self._ends]
        for lane in self._lanes.values():
            mine += [*lane.stock, *lane.running.values()]
        await tx.execute(statements.RELEASE_OTHERS, *self._held(now), tuple(job.id for job in mine))
        if mine and tx.dialect == "postgres":
            runs = msgspec.json.encode([(job.id, job.runs) for job in mine]).decode()
            await tx.execute(statements.CLAIM_AGAIN, *self._held(now), runs)

    def _held(self, now: datetime) -> tuple[str, int, str, datetime]:
        return self.lease.owner, self.lease.epoch, self.lease.process_id, now

    def _wake_lanes(self) -> None:
        for lane in self._lanes.values():
            lane.hungry = True

    def _complain(self, error: Exception, pause: float) -> None:
        code = getattr(error, "code", type(error).__name__)
        if isinstance(error, StorageError) and is_transient(error):
            log.warning(
                "%s: jobs wait for the database (%s), next try in %.1f s",
                self.lease.owner,
                code,
                pause,
                extra={"action": "job.waits", "actor": self.lease.owner, "code": code},
            )
        else:
            log.error(
                "%s: writing jobs failed, next try in %.1f s",
                self.lease.owner,
                pause,
                exc_info=error,
                extra={"action": "job.unwritten", "actor": self.lease.owner},
            )

    async def _lose(self) -> None:
        """Nothing may be written any more: forget all, stop the handlers."""
        self.lost = True
        self._disarm()
        self._ends.clear()
        for lane in self._lanes.values():
            lane.stock.clear()
        log.warning(
            "%s: the lease is lost, its jobs are left to the new owner",
            self.lease.owner,
            extra={"action": "lease.lost", "actor": self.lease.owner},
        )
        self._on_lost()
        await self._workers.cancel(1.0)

    # -- handlers ------------------------------------------------------------------------------------------------------

    async def _work(self, lane: Lane) -> None:
        try:
            while lane.stock and not self._stopping:
                job = lane.stock.popleft()
                lane.running[job.id] = job
                is_bulk = self._handlers[job.kind][0].is_bulk
                priority = max(lane.share.priority, Priority.BULK) if is_bulk else lane.share.priority
                try:
                    await self._gate.acquire(self._fair_key, priority)
                    try:
                        end = await self._handle(job)
                    finally:
                        self._gate.release(self._fair_key, priority)
                except asyncio.CancelledError:
                    end = Released()
                    self._ended(lane, job, end)
                    raise
                self._ended(lane, job, end)
                if lane.stock and lane.overstays(self._clock.monotonic()):
                    self._hand_back_from(lane)
            if not lane.stock:
                lane.emptied(self._clock.monotonic())
        finally:
            lane.workers -= 1
            self._stir()

    def _ended(self, lane: Lane, job: Job, end: Ending | None) -> None:
        del lane.running[job.id]
        if self.lost:
            return
        if end is not None:
            self._ends.append((job, end))
        if job.entity:  # a younger job of the entity may go, in any lane
            self._wake_lanes()
        elif self._handlers[job.kind][0].follows:
            lane.hungry = True
        if self._stirred is not None and not self._stirred.done():
            self._stirred.set_result(None)

    async def _handle(self, job: Job) -> Ending | None:
        """The end to write; None when there is nothing to write."""
        kind, handler = self._handlers[job.kind]
        end = await run_handler(self._around, kind, handler, job)
        if isinstance(end, Suspend):
            if not self._suspended:
                self.suspend()
                self._on_suspend(end)
            return end.snooze
        if end is None:
            self._wake_lanes()  # settled by its service, or the run or the lease is lost: the next claim tells
        return end

    # -- time ----------------------------------------------------------------------------------------------------------

    async def _find_next(self) -> None:
        try:
            at = await maintenance.next_due(self._db, self.lease.owner, self._claimed_at, kinds=self._kinds)
        except Exception as error:
            self._complain(error, LONGEST_PAUSE)
            self._arm_in(LONGEST_PAUSE)
            self._look_ahead = False
            return
        self._look_ahead = False
        if at is not None and (self._timer_at is None or at < self._timer_at):
            self._arm(at)

    def _arm(self, at: datetime) -> None:
        self._disarm()
        self._timer_at = at
        self._timer = self._clock.call_later(max(0.0, (at - self._clock.now()).total_seconds()), self._due)

    def _arm_in(self, seconds: float) -> None:
        self._disarm()
        self._timer = self._clock.call_later(seconds, self._due)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_at = None

    def _due(self) -> None:
        self._disarm()
        self._look_ahead = True
        self.nudge()
