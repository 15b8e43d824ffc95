import asyncio
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.jobs import heart, leases, mailbox, maintenance
from orion_daemon.jobs.leases import Lease, LeaseLost
from orion_daemon.jobs.mailbox import Job, Put
from orion_daemon.jobs.outcomes import Done, Ending, Refused, Released, Retry
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.tasks import spawn
from tests.support.jobs import (
    NOW,
    OWNER,
    PLAIN,
    TEST_KINDS,
    Note,
    claim,
    lease,
    put,
    put_many,
    row,
    settle,
    states,
)

TTL = timedelta(seconds=15)
LATER = NOW + TTL


async def test_a_lease_has_one_holder(database: Database) -> None:
    first = await lease(database, process_id="p1")
    await leases.register(database, "p2", "p2", NOW)
    assert await leases.acquire(database, OWNER, "p2", NOW) is None
    assert await leases.acquire(database, "b:letzshop", "p2", NOW) == Lease("b:letzshop", 1, "p2")
    async with database.transaction() as tx:
        await leases.check(tx, first, NOW)


async def test_only_one_of_many_that_ask_at_once_gets_it(database: Database) -> None:
    names = [f"p{n}" for n in range(8)]
    for name in names:
        await leases.register(database, name, name, NOW)
    found = await asyncio.gather(*(leases.acquire(database, OWNER, name, NOW) for name in names))
    assert len([held for held in found if held is not None]) == 1


async def test_the_same_process_gets_it_under_a_new_epoch_and_fences_its_former_self(database: Database) -> None:
    former = await lease(database)
    again = await lease(database)
    assert again.epoch == former.epoch + 1
    async with database.transaction() as tx:
        with pytest.raises(LeaseLost):
            await leases.check(tx, former, NOW)
        await leases.check(tx, again, NOW)


async def test_an_expired_holder_is_taken_over_and_an_expired_lease_is_not_valid(database: Database) -> None:
    first = await lease(database, process_id="p1", ttl=TTL)
    async with database.transaction() as tx:
        with pytest.raises(LeaseLost):
            await leases.check(tx, first, LATER)
    second = await lease(database, process_id="p2", now=LATER)
    assert (second.process_id, second.epoch) == ("p2", first.epoch + 1)


async def test_a_heartbeat_keeps_all_leases_of_the_process(database: Database) -> None:
    held = [await lease(database, f"s{n}:letzshop", ttl=TTL) for n in range(3)]
    await leases.heartbeat(database, "p1", NOW + timedelta(seconds=10), ttl=TTL)
    await leases.register(database, "p2", "p2", LATER)
    async with database.transaction() as tx:
        for one in held:
            await leases.check(tx, one, LATER)
    assert await leases.acquire(database, "s0:letzshop", "p2", LATER) is None


async def test_a_process_that_was_declared_gone_learns_it_from_its_heartbeat(database: Database) -> None:
    await lease(database, process_id="p1")
    await leases.register(database, "p2", "p2", NOW, alone=True)
    with pytest.raises(LeaseLost):
        await leases.heartbeat(database, "p1", NOW)
    assert await leases.acquire(database, OWNER, "p2", NOW) == Lease(OWNER, 2, "p2")


async def test_a_released_lease_is_free_and_releasing_twice_is_harmless(database: Database) -> None:
    first = await lease(database, process_id="p1")
    await leases.release(database, first)
    second = await lease(database, process_id="p2")
    await leases.release(database, first)
    async with database.transaction() as tx:
        await leases.check(tx, second, NOW)


async def test_an_orderly_end_frees_all(database: Database) -> None:
    await lease(database, process_id="p1")
    await leases.leave(database, "p1")
    await leases.register(database, "p2", "p2", NOW)
    assert await leases.acquire(database, OWNER, "p2", NOW) is not None


async def test_the_heart_beats_in_time_and_stops_when_the_process_is_lost(database: Database) -> None:
    clock = ManualClock(NOW)
    await leases.register(database, "p1", "p1", NOW, ttl=TTL)
    lost = asyncio.Event()
    task = spawn(heart.beat(database, clock, "p1", lost.set), name="heart")
    await clock.advance(5)
    while (await database.fetch_value("SELECT heartbeat_at FROM processes")) == NOW:
        await asyncio.sleep(0)
    await leases.register(database, "p2", "p2", clock.now(), alone=True)
    while clock.timers == 0:
        await asyncio.sleep(0)
    await clock.advance(5)
    await lost.wait()
    await task


# -- G6: a process that lost its lease cannot change anything ----------------------------------------------------------


async def executing(database: Database) -> tuple[Job, Lease]:
    held = await lease(database, process_id="p1", ttl=TTL)
    await put(database)
    (job,) = await claim(database, held)
    return job, held


ENDS: list[Ending] = [
    Done(),
    Done({"n": 1}),
    Refused("no", "never"),
    Retry("unreachable", "down", "no answer", NOW),
    Released(),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
async def test_a_lost_lease_cannot_settle(database: Database, end: Ending) -> None:
    job, held = await executing(database)
    await lease(database, process_id="p2", now=LATER)
    before = await row(database, job.id)
    with pytest.raises(LeaseLost):
        await settle(database, job, end, held, LATER)
    assert await row(database, job.id) == before
    assert await database.fetch("SELECT * FROM job_attempts") == []


async def test_a_lost_lease_cannot_claim(database: Database) -> None:
    held = await lease(database, process_id="p1", ttl=TTL)
    await put(database)
    await lease(database, process_id="p2", now=LATER)
    with pytest.raises(LeaseLost):
        await claim(database, held, now=LATER)
    assert await states(database) == ["waiting"]


async def test_an_expired_process_cannot_settle_even_before_anybody_took_over(database: Database) -> None:
    job, held = await executing(database)
    with pytest.raises(LeaseLost):
        await settle(database, job, Done(), held, LATER)
    await leases.heartbeat(database, "p1", LATER)
    await settle(database, job, Done(), held, LATER)
    assert await states(database) == ["done"]


async def test_the_effect_written_with_a_lost_end_is_undone(database: Database) -> None:
    job, held = await executing(database)
    await lease(database, process_id="p2", now=LATER)

    async def service() -> None:
        async with database.transaction() as tx:
            await tx.execute("UPDATE jobs SET priority = 1 WHERE id = $1", job.id)
            await mailbox.settle(tx, job, Done(), held, LATER)

    with pytest.raises(LeaseLost):
        await service()
    assert (await row(database, job.id))["priority"] == 50


async def test_a_run_that_was_rescued_cannot_settle_the_next_run_of_the_same_holder(database: Database) -> None:
    job, held = await executing(database)
    assert await maintenance.rescue(database, LATER, kinds=TEST_KINDS) == 1
    await leases.heartbeat(database, "p1", LATER)  # nobody took the lease: it is valid again, at the same epoch
    (second,) = await claim(database, held, now=LATER)
    assert (second.id, second.epoch, second.runs) == (job.id, job.epoch, 2)
    with pytest.raises(LeaseLost):
        await settle(database, job, Done(), held, LATER)
    await settle(database, second, Done(), held, LATER)


async def test_a_job_of_another_owner_cannot_be_settled(database: Database) -> None:
    job, _ = await executing(database)
    other = await lease(database, "b:letzshop", process_id="p1")
    with pytest.raises(LeaseLost):
        await settle(database, job, Done(), other)


async def test_of_many_ends_those_of_lost_runs_are_named(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(3)])
    jobs = await claim(database, held)
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET runs = runs + 1 WHERE id = $1", jobs[1].id)
    async with database.transaction() as tx:
        lost = await mailbox.settle_many(tx, [(job, Done()) for job in jobs], held, NOW)
    assert lost == {jobs[1].id}
    assert await states(database) == ["done", "executing", "done"]


async def test_claimers_at_once_get_disjoint_jobs(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(60)])
    claims = await asyncio.gather(*(claim(database, held, limit=20) for _ in range(4)))
    ids = [job.id for jobs in claims for job in jobs]
    assert len(ids) == len(set(ids))
    rest = await claim(database, held, limit=60)
    assert len(ids) + len(rest) == 60
    assert await states(database) == ["executing"] * 60


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_take_over_waits_for_the_transaction_that_settles_under_the_lease(database: Database) -> None:
    job, held = await executing(database)
    async with database.transaction() as tx:
        await mailbox.settle(tx, job, Done(), held, NOW)
        taking = spawn(lease(database, process_id="p1"), name="take over")
        while not await database.fetch_value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)
        assert not taking.done()
    assert (await taking).epoch == held.epoch + 1
    assert await states(database) == ["done"]
