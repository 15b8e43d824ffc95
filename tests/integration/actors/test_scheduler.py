"""A period has one tick, however many daemons have timers for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cronsim import CronSimError

from orion_daemon.actors.scheduler import RETRY, SKEW, Scheduler, first, following
from orion_daemon.db.database import Database
from orion_daemon.domain.events import ScheduleChanged
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services import schedule
from orion_daemon.services.schedule import ScheduleDeclaration
from tests.support.databases import RecordingBus, opened
from tests.support.listing import open_listing
from tests.support.stores import NOW

POLLS = ScheduleDeclaration("order_import_letzshop", "300s", "UTC", True)
EVERY = timedelta(minutes=5)


class Skewed(SystemClock):
    """A machine whose clock is off."""

    def __init__(self, seconds: float) -> None:
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._off


async def row_of(db: Database) -> dict[str, Any]:
    found = await db.fetch_one("SELECT * FROM scheduled_jobs WHERE name = $1", POLLS.name)
    assert found is not None
    return found


async def due_at(db: Database, at: datetime | None, **more: Any) -> None:
    values = {"next_run_at": at} | more
    async with db.transaction() as tx:
        for column, value in values.items():
            await tx.execute(f"UPDATE scheduled_jobs SET {column} = $1", value)


@asynccontextmanager
async def scheduling(
    db: Database, bus: Bus, *, skew: float = 0
) -> AsyncIterator[tuple[Scheduler, list[BaseException]]]:
    failures: list[BaseException] = []
    scheduler = Scheduler(db, bus, Skewed(skew), lambda _name, error: failures.append(error))
    await scheduler.start()
    try:
        yield scheduler, failures
    finally:
        await scheduler.stop()


async def until(what: Any) -> None:
    async with asyncio.timeout(10):
        while not await what():
            await asyncio.sleep(0)


async def test_of_two_daemons_one_ticks_and_both_wait_for_the_same_next_time(
    database: Database, database_url: str, bus: RecordingBus
) -> None:
    await open_listing(database)
    await schedule.apply_declared(database, [POLLS], NOW)
    planned = datetime.now(UTC) - timedelta(seconds=1)
    await due_at(database, planned)
    async with (
        opened(database_url) as other,
        scheduling(database, bus) as (one, failures),
        scheduling(other, Bus(), skew=20) as (two, other_failures),
    ):

        async def both_wait() -> bool:
            return one.planned == two.planned == {POLLS.name: planned + EVERY}

        await until(both_wait)
        [job] = await database.fetch("SELECT puts FROM jobs WHERE kind = 'PollOrders'")
        assert job["puts"] == 1
        assert (await row_of(database))["next_run_at"] == planned + EVERY
        assert failures == other_failures == []


async def test_a_tick_for_a_time_that_has_moved_puts_nothing(database: Database, database_url: str) -> None:
    await open_listing(database)
    await schedule.apply_declared(database, [POLLS], NOW)
    await due_at(database, NOW)
    row = await row_of(database)
    async with opened(database_url) as other:
        ticks = await asyncio.gather(
            *(schedule.tick(db, row["id"], NOW, NOW, NOW + EVERY) for db in (database, other, database, other))
        )
    assert sorted(ticks, key=str) == [1, None, None, None]
    assert await database.fetch_value("SELECT puts FROM jobs") == 1
    await schedule.apply_declared(database, [ScheduleDeclaration(POLLS.name, "300s", "UTC", False)], NOW)
    await due_at(database, NOW)
    assert await schedule.tick(database, row["id"], NOW, NOW, NOW + EVERY) is None
    assert await schedule.find(database, row["id"]) is None


async def test_a_plan_is_set_by_whoever_comes_first(database: Database) -> None:
    await schedule.apply_declared(database, [POLLS], NOW)
    row = await row_of(database)
    assert await schedule.plan(database, row, NOW) == NOW
    assert await schedule.plan(database, row, NOW + EVERY) == NOW
    assert await schedule.plan(database, row | {"id": 0}, NOW) is None


async def test_a_missed_run_happens_once_and_the_next_a_period_later(database: Database, bus: RecordingBus) -> None:
    await open_listing(database)
    await schedule.apply_declared(database, [POLLS], NOW)
    began = datetime.now(UTC)
    await due_at(database, began - 10 * EVERY)
    async with scheduling(database, bus) as (scheduler, failures):

        async def has_run() -> bool:
            return bool((await row_of(database))["last_run_at"])

        await until(has_run)
        row = await row_of(database)
        assert row["next_run_at"] == row["last_run_at"] + EVERY >= began + EVERY
        assert await database.fetch_value("SELECT puts FROM jobs") == 1

        async def waits() -> bool:  # the timer is set behind the commit
            return scheduler.planned == {POLLS.name: row["next_run_at"]}

        await until(waits)
        assert failures == []


async def test_a_restart_keeps_the_plan_and_corrects_one_that_cannot_be(database: Database, bus: RecordingBus) -> None:
    await schedule.apply_declared(database, [POLLS], NOW)
    soon = datetime.now(UTC) + timedelta(seconds=200)
    await due_at(database, soon)
    async with scheduling(database, bus) as (scheduler, _):
        assert scheduler.planned == {POLLS.name: soon}
    await due_at(database, soon + timedelta(days=400))
    async with scheduling(database, bus) as (scheduler, _):
        assert scheduler.planned[POLLS.name] <= datetime.now(UTC) + EVERY + SKEW
        assert scheduler.planned[POLLS.name] == (await row_of(database))["next_run_at"]


async def test_a_changed_schedule_is_taken_up_by_every_daemon(
    database: Database, database_url: str, bus: RecordingBus
) -> None:
    await schedule.apply_declared(database, [POLLS], NOW)
    ran = datetime.now(UTC)
    await due_at(database, ran + EVERY, last_run_at=ran)
    there = Bus()
    async with (
        opened(database_url) as other,
        scheduling(database, bus) as (one, _),
        scheduling(other, there) as (two, _),
    ):
        await schedule.apply_declared(database, [ScheduleDeclaration(POLLS.name, "3600s", "UTC", True)], NOW)
        there.publish(ScheduleChanged())  # as it would be heard there

        async def taken_up() -> bool:
            return one.planned == two.planned == {POLLS.name: ran + timedelta(hours=1)}

        await until(taken_up)


async def test_a_tick_that_fails_is_tried_again_for_the_same_time(database: Database, bus: RecordingBus) -> None:
    await open_listing(database)
    await schedule.apply_declared(database, [POLLS], NOW)
    planned = datetime.now(UTC) - timedelta(seconds=1)
    await due_at(database, planned)
    async with database.transaction() as tx:
        await tx.execute("ALTER TABLE jobs RENAME TO jobs_away")
    async with scheduling(database, bus) as (scheduler, failures):

        async def failed() -> bool:
            return bool(failures)

        await until(failed)
        assert scheduler.planned[POLLS.name] > datetime.now(UTC) + RETRY / 2
        assert (await row_of(database))["next_run_at"] == planned


@pytest.mark.parametrize(
    ("text", "zone", "after", "next_at"),
    [
        ("300s", "UTC", "2026-11-23T09:30:00+00:00", "2026-11-23T09:35:00+00:00"),
        ("0 3 * * 1", "Europe/Luxembourg", "2026-11-23T09:30:00+00:00", "2026-11-30T02:00:00+00:00"),
        ("30 2 * * *", "Europe/Luxembourg", "2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"),
    ],
)
def test_what_follows_a_time(text: str, zone: str, after: str, next_at: str) -> None:
    row = {"schedule": text, "timezone": zone}
    assert following(row, datetime.fromisoformat(after)) == datetime.fromisoformat(next_at)


def test_a_row_without_a_plan_runs_after_its_last_run_or_at_its_next_time() -> None:
    duration, cron = ({"schedule": text, "timezone": "UTC", "last_run_at": None} for text in ("300s", "0 3 * * *"))
    assert first(duration, NOW) == NOW
    assert first(duration | {"last_run_at": NOW - EVERY / 5}, NOW) == NOW + EVERY * 4 / 5
    assert first(duration | {"last_run_at": NOW - 7 * EVERY}, NOW) == NOW
    assert first(cron | {"last_run_at": NOW - timedelta(days=9)}, NOW) == datetime(2026, 11, 24, 3, tzinfo=UTC)
    with pytest.raises(CronSimError):
        following(cron | {"schedule": "0 3 * *"}, NOW)
