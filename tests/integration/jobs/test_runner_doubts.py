"""What a runner does when it cannot know what the database holds of its jobs."""

import asyncio

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobsPut
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.mailbox import Put
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.tasks import spawn
from tests.support.jobs import NOW, OTHER_LANE, OWNER, PLAIN, Note, lease, put, put_many, row, states
from tests.support.workshop import Workshop, running


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


async def waiting(clock: ManualClock) -> None:
    """A turn has failed: the runner pauses."""
    async with asyncio.timeout(10):
        while not clock.timers:
            await asyncio.sleep(0)


async def forbid(database: Database, lane: str) -> None:
    """Claiming jobs of this lane fails."""
    when = f"BEFORE UPDATE ON jobs FOR EACH ROW WHEN (NEW.state = 'executing' AND NEW.lane = '{lane}')"
    async with database.transaction() as tx:
        if tx.dialect == "sqlite":
            await tx.execute(f"CREATE TRIGGER forbidden {when} BEGIN SELECT RAISE(ABORT, 'forbidden'); END")
        else:
            await tx.execute(
                "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RAISE check_violation USING MESSAGE = 'forbidden'; END$$"
            )
            await tx.execute(f"CREATE TRIGGER forbidden {when} EXECUTE FUNCTION forbid()")


async def allow(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("DROP TRIGGER forbidden" + ("" if tx.dialect == "sqlite" else " ON jobs"))


async def test_what_was_claimed_before_a_claim_failed_is_run_all_the_same(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    await put_many(database, [Put(PLAIN, Note("a"), OWNER), Put(OTHER_LANE, Note("b"), OWNER)])
    await forbid(database, "side")
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await waiting(clock)
        assert workshop.seen == []
        await allow(database)
        await clock.advance(1)
        await runner.rest()
    assert sorted(workshop.seen) == ["a", "b"]
    assert await states(database) == ["done", "done"]


async def test_what_was_claimed_before_a_claim_failed_is_handed_back_by_a_stop(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    await put_many(database, [Put(PLAIN, Note("a"), OWNER), Put(OTHER_LANE, Note("b"), OWNER)])
    await forbid(database, "side")
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await waiting(clock)
        await allow(database)
        await runner.stop(0)
    assert workshop.seen == []
    assert await states(database) == ["waiting", "waiting"]


async def test_a_run_whose_end_the_server_has_lost_is_run_again(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    job_id = (await put(database, text="a")).job_id
    dispatcher = Dispatcher(database.bus)
    task = spawn(dispatcher.run(), name="dispatcher")
    await asyncio.sleep(0)
    async with running(database, clock, workshop.handlers()) as runner:
        dispatcher.add(runner)
        await runner.rest()
        async with database.transaction() as tx:  # what a crash of the server takes back
            await tx.execute("UPDATE jobs SET state = 'executing', finished_at = NULL WHERE id = $1", job_id)
        database.bus.missed(JobsPut)
        async with asyncio.timeout(10):
            while len(workshop.seen) < 2:
                await asyncio.sleep(0)
        await runner.rest()
    task.cancel()
    await asyncio.wait([task])
    assert workshop.seen == ["a", "a"]
    found = await row(database, job_id)
    assert (found["state"], found["crashes"], found["attempts"]) == ("done", 0, 0)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_run_whose_claim_the_server_has_lost_is_not_claimed_a_second_time(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    job_id = (await put(database, text="a")).job_id
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await workshop.began.wait()
        async with database.transaction() as tx:
            await tx.execute(
                "UPDATE jobs SET state = 'waiting', runs = runs - 1, claimed_at = NULL WHERE id = $1", job_id
            )
        runner.doubt()
        async with asyncio.timeout(10):
            while (await row(database, job_id))["state"] == "waiting":
                await asyncio.sleep(0)
        workshop.go_on.set()
        await runner.rest()
    assert workshop.seen == ["a"]
    found = await row(database, job_id)
    assert (found["state"], found["runs"]) == ("done", 1)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_doubt_waits_for_a_claim_that_is_still_under_way(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    held = await lease(database)
    job_id = (await put(database, text="a")).job_id
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_claim() -> None:  # as of a connection that was lost, but whose statement goes on
        async with database.transaction() as tx:
            await tx.fetch("SELECT 1 AS one FROM leases WHERE owner = $1 FOR SHARE", OWNER)
            await tx.execute(
                "UPDATE jobs SET state = 'executing', runs = 1, lease_epoch = $2, process_id = $3, claimed_at = $4"
                " WHERE id = $1",
                job_id,
                held.epoch,
                held.process_id,
                NOW,
            )
            begun.set()
            await go_on.wait()

    task = spawn(slow_claim(), name="slow claim")
    await begun.wait()
    async with running(database, clock, workshop.handlers(), held=held) as runner:
        runner.doubt()
        async with asyncio.timeout(10):
            while not await database.fetch("SELECT 1 AS one FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
                await asyncio.sleep(0)
        go_on.set()
        await task
        await runner.rest()
    assert workshop.seen == ["a"]
    assert await states(database) == ["done"]
