"""The clockwork: APScheduler keeps a timer for each enabled row of `scheduled_jobs`, and a tick only puts jobs.

The rows are the truth. Each says when it runs next, every daemon sets its timer to that, and the one whose tick moves
the row first puts the jobs: a period has one tick, however many daemons there are and however their clocks differ. So
a restart neither skips a run nor starts all of them at once; a run missed while Orion was down happens once, at start.
The cron of APScheduler is not cron (its Monday is 0, it has no "day of month or day of week"), so cron lines are read
by cronsim. Nothing here does work: what a tick puts is done by the actors. Next: `services/schedule.py`.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from cronsim import CronSim

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.events import ScheduleChanged
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.tasks import TaskSet
from orion_daemon.services import schedule

RETRY = timedelta(seconds=30)  # after a tick that failed; its time stays in the row until one succeeds
SKEW = timedelta(minutes=1)  # that clocks of daemons may differ without one correcting the other's plan


def following(row: Row, after: datetime) -> datetime:
    """The first time of the row's schedule behind `after`: `300s` is a duration, five fields are cron in its zone.

    Summer time is as cronsim has it: nothing fires twice or is left out. Raises CronSimError for a line that is none.
    """
    text = row["schedule"]
    if text.endswith("s") and text[:-1].isdigit():
        return after + timedelta(seconds=int(text[:-1]))
    found: datetime = next(CronSim(text, after.astimezone(ZoneInfo(row["timezone"]))))
    return found.astimezone(UTC)


def first(row: Row, now: datetime) -> datetime:
    """When a row runs that has no plan yet: cron at its next time, a duration after its last run or at once."""
    if " " in row["schedule"]:
        return following(row, now)
    return now if row["last_run_at"] is None else max(now, following(row, row["last_run_at"]))


class Scheduler:
    """`on_error(name, error)` hears of a tick that failed; it is tried again."""

    def __init__(self, db: Database, bus: Bus, clock: Clock, on_error: Callable[[str, BaseException], object]) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._on_error = on_error
        self._tasks = TaskSet(clock, on_error)
        self._listening: asyncio.Task[None] | None = None
        self._timers = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    @property
    def running(self) -> bool:
        return bool(self._timers.running)

    @property
    def planned(self) -> dict[str, datetime]:
        """The times to which timers are set, by the names of the rows."""
        return {job.name: job.next_run_time for job in self._timers.get_jobs()}

    async def start(self) -> None:
        self._timers.start(paused=True)
        self._listening = self._tasks.spawn(self._changes(), name="changes of the schedule")
        await self._reload()
        self._timers.resume()

    async def stop(self) -> None:
        if self._timers.running:
            self._timers.shutdown(wait=False)
        if self._listening is not None:
            self._listening.cancel()
        await self._tasks.stop(deadline=5.0)

    async def _changes(self) -> None:
        """Whoever changed the rows, here or at another daemon, and whatever was not heard of."""
        async with self._bus.subscribe(ScheduleChanged) as events:
            async for _ in events:
                try:
                    await self._reload()
                except Exception as error:
                    self._on_error("reading the schedule", error)

    async def _reload(self) -> None:
        rows = await schedule.enabled(self._db)
        self._timers.remove_all_jobs()
        for row in rows:
            await self._arm(row)

    async def _arm(self, row: Row) -> None:
        """Set the timer to the row's next time. A plan that lies too far ahead comes from a clock that was wrong."""
        planned, now = row["next_run_at"], self._clock.now()
        if planned is None:
            planned = await schedule.plan(self._db, row, first(row, now))
        elif planned > (latest := following(row, now)) + SKEW:
            planned = await schedule.plan(self._db, row, latest)
        if planned is not None:
            self._set_timer(row, planned, planned)

    def _set_timer(self, row: Row, planned: datetime, at: datetime) -> None:
        if self.running:
            self._timers.add_job(
                self._fire, DateTrigger(at), args=[row, planned], id=str(row["id"]), name=row["name"],
                replace_existing=True,
            )  # fmt: skip

    async def _fire(self, row: Row, planned: datetime) -> None:  # a coroutine: plain functions are run in a thread
        self._tasks.spawn(self._tick(row, planned), name=row["name"])

    async def _tick(self, row: Row, planned: datetime) -> None:
        now = self._clock.now()
        try:
            next_run_at = following(row, planned)
            if next_run_at <= now:
                next_run_at = following(row, now)
            await schedule.tick(self._db, row["id"], planned, now, next_run_at)
            if (fresh := await schedule.find(self._db, row["id"])) is not None:
                await self._arm(fresh)
        except Exception:
            self._set_timer(row, planned, now + RETRY)
            raise
