"""The clockwork: APScheduler keeps a timer for each enabled row of `scheduled_jobs`, and a tick only puts jobs.

The rows are the truth: when a job ran last is read from there at start, so a restart neither skips a run nor starts
all of them at once; a run missed while Orion was down happens once, at start. The cron of APScheduler is not cron
(its Monday is 0, it has no "day of month or day of week"), so cron lines are read by cronsim. Nothing here does
work: what a tick puts is done by the actors. Next: `services/schedule.py`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from cronsim import CronSim

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.tasks import TaskSet
from orion_daemon.services import schedule


class Cron(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Five cron fields in a time zone, with summer time as cronsim has it: nothing fires twice or is left out."""

    def __init__(self, expression: str, zone: str) -> None:
        self._expression = expression
        self._zone = ZoneInfo(zone)
        CronSim(expression, datetime.now(self._zone))  # raises CronSimError for a line that is none

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        after = max(previous, now) if previous else now
        return next(CronSim(self._expression, after.astimezone(self._zone)), None)


class Every(BaseTrigger):  # type: ignore[misc]
    """Every so long after the run before; the first when that is due, at once when it is overdue."""

    def __init__(self, every: timedelta, last: datetime | None) -> None:
        self._every = every
        self._last = last

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        if previous is None:
            return now if self._last is None else max(now, self._last + self._every)
        return max(previous + self._every, now)


def trigger(row: Row) -> BaseTrigger:
    """The trigger of a row; `300s` is a duration, five fields are cron."""
    text = row["schedule"]
    if text.endswith("s") and text[:-1].isdigit():
        return Every(timedelta(seconds=int(text[:-1])), row["last_run_at"])
    return Cron(text, row["timezone"])


class Scheduler:
    """`on_error(name, error)` hears of a tick that failed; the next tick comes all the same."""

    def __init__(self, db: Database, clock: Clock, on_error: Callable[[str, BaseException], object]) -> None:
        self._db = db
        self._clock = clock
        self._on_error = on_error
        self._ticks = TaskSet(clock, on_error)
        self._timers = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    @property
    def running(self) -> bool:
        return bool(self._timers.running)

    async def start(self) -> None:
        self._timers.start(paused=True)
        await self.reload()
        self._timers.resume()

    async def reload(self) -> None:
        """Read the rows again: after the configuration or a row changed."""
        self._timers.remove_all_jobs()
        now = self._clock.now()
        for row in await schedule.enabled(self._db):
            job = self._timers.add_job(self._fire, trigger(row), args=[row["id"], row["name"]], id=str(row["id"]))
            planned = getattr(job, "next_run_time", None) or job.trigger.get_next_fire_time(None, now)
            await schedule.plan(self._db, row["id"], planned and planned.astimezone(UTC))

    async def stop(self) -> None:
        if self._timers.running:
            self._timers.shutdown(wait=False)
        await self._ticks.stop(deadline=5.0)

    async def _fire(self, row_id: int, name: str) -> None:  # a coroutine: plain functions are run in a thread
        self._ticks.spawn(self._tick(row_id), name=name)

    async def _tick(self, row_id: int) -> None:
        job: Any = self._timers.get_job(str(row_id))
        following = job.next_run_time.astimezone(UTC) if job is not None and job.next_run_time else None
        await schedule.tick(self._db, row_id, self._clock.now(), following)
