"""How the work of a runner ends when it must: a lease lost, a stop, a kill."""

import asyncio
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.jobs import leases, maintenance
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.mailbox import Job, Put
from orion_daemon.jobs.outcomes import Done, Outcome
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.tasks import spawn
from tests.support.jobs import FRAGILE, NOW, OWNER, PLAIN, TEST_KINDS, Note, claim, lease, put, put_many, row, states
from tests.support.workshop import Workshop, running


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


async def test_a_runner_that_lost_its_lease_writes_nothing_and_stops(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    lost: list[bool] = []
    job_id = (await put(database, text="a")).job_id
    async with running(database, clock, workshop.handlers(), on_lost=lambda: lost.append(True)) as runner:
        runner.nudge()
        await workshop.began.wait()
        thief = await lease(database, process_id="p1")
        workshop.go_on.set()
        await runner.rest()
        assert runner.lost
        assert lost == [True]
        runner.nudge()
        assert runner.idle
    assert (await row(database, job_id))["state"] == "executing"
    assert await maintenance.rescue(database, NOW, owner=OWNER, kinds=TEST_KINDS) == 1
    assert [job.id for job in await claim(database, thief)] == [job_id]


async def test_losing_the_lease_stops_the_handlers_that_still_run(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    stopped: list[str] = []

    async def endless(job: Job, args: Note) -> Outcome:
        workshop.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(args.text)
        return Done()

    await put(database, text="a")
    async with running(database, clock, {"Plain": endless}) as runner:
        runner.nudge()
        await workshop.began.wait()
        await lease(database)
        runner.nudge(frozenset({"side"}))
        await runner.rest()
        assert stopped == ["a"]


async def test_a_handler_that_finds_the_lease_lost_leaves_the_job_alone(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.answers["a"] = LeaseLost(OWNER)
    job_id = (await put(database, text="a")).job_id
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
        assert not runner.lost
    assert (await row(database, job_id))["state"] == "executing"


async def test_stopping_lets_running_jobs_end_and_hands_back_the_rest(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(4)])
    async with running(database, clock, workshop.handlers(), lanes={"main": LaneShare(concurrency=2)}) as runner:
        runner.nudge()
        await workshop.began.wait()
        stopping = spawn(runner.stop(10), name="stop")
        await clock.settle()
        workshop.go_on.set()
        await stopping
    assert sorted(await states(database)) == ["done", "done", "waiting", "waiting"]


async def test_what_does_not_end_in_time_is_handed_back_without_an_attempt(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    job_id = (await put(database, text="slow")).job_id
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await workshop.began.wait()
        stopping = spawn(runner.stop(5), name="stop")
        await clock.advance(5)
        await stopping
    found = await row(database, job_id)
    assert (found["state"], found["attempts"], found["crashes"], found["error_code"]) == ("waiting", 0, 0, "")


async def test_a_killed_process_leaves_its_jobs_to_the_next(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    held = await lease(database, ttl=timedelta(seconds=15))
    await put(database, FRAGILE, "a")
    await claim(database, held)  # and then it is killed
    later = NOW + timedelta(seconds=15)
    await clock.advance(15)
    await leases.register(database, "p2", "p2", later)
    mine = await leases.acquire(database, OWNER, "p2", later)
    assert mine is not None
    await maintenance.rescue(database, later, owner=OWNER, kinds=TEST_KINDS)
    async with running(database, clock, workshop.handlers(), held=mine) as runner:
        runner.nudge()
        await runner.rest()
    assert workshop.seen == ["a"]
    assert await states(database) == ["done"]
