from datetime import datetime, timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobsPut
from orion_daemon.jobs import mailbox, maintenance
from orion_daemon.jobs.mailbox import Put
from orion_daemon.jobs.outcomes import Dead, Done, Retry
from tests.support.databases import RecordingBus
from tests.support.jobs import (
    FRAGILE,
    LEVEL,
    NOW,
    ORDERED,
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
DAY = timedelta(days=1)


async def rescue(database: Database, now: object = LATER, owner: str = "") -> int:
    return await maintenance.rescue(database, now, owner=owner, kinds=TEST_KINDS)  # type: ignore[arg-type]  # a time


async def test_what_a_vanished_process_left_waits_again_at_once(database: Database, bus: RecordingBus) -> None:
    held = await lease(database, ttl=TTL)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(3)])
    await claim(database, held, limit=2)
    bus.events.clear()
    assert await rescue(database) == 2
    assert await states(database) == ["waiting"] * 3
    assert JobsPut(OWNER, frozenset({"main"})) in bus.events
    again = await lease(database, process_id="p2", now=LATER)
    jobs = await claim(database, again, now=LATER)
    assert [(job.attempts, job.crashes) for job in jobs] == [(0, 1), (0, 1), (0, 0)]


async def test_what_a_living_process_works_on_is_left_alone(database: Database) -> None:
    held = await lease(database, ttl=TTL)
    await put(database)
    await claim(database, held)
    assert await rescue(database, NOW) == 0
    assert await states(database) == ["executing"]


async def test_a_take_over_rescues_what_belongs_to_its_owner(database: Database) -> None:
    mine = await lease(database)
    other = await lease(database, "b:letzshop", ttl=timedelta(days=1))
    await put(database)
    await put(database, owner="b:letzshop")
    await claim(database, mine)
    await claim(database, other)
    await lease(database)
    assert await rescue(database, NOW, OWNER) == 1
    assert await states(database) == ["waiting", "executing"]


async def test_a_job_that_kills_its_process_again_and_again_is_poison(database: Database) -> None:
    job_id = (await put(database, FRAGILE)).job_id
    now = NOW
    for epoch in range(FRAGILE.max_crashes):
        held = await lease(database, now=now, ttl=TTL)
        assert held.epoch == epoch + 1
        assert len(await claim(database, held, now=now)) == 1
        now += TTL
        assert await rescue(database, now) == 1
    found = await row(database, job_id)
    assert (found["state"], found["error_code"], found["crashes"]) == ("dead", "poison", 2)
    attempts = await database.fetch("SELECT outcome FROM job_attempts ORDER BY id")
    assert [a["outcome"] for a in attempts] == ["crash", "dead"]


async def test_crashes_pause_longer_each_time(database: Database) -> None:
    job_id = (await put(database)).job_id
    now, pauses = NOW, []
    for _ in range(4):
        held = await lease(database, now=now, ttl=TTL)
        await claim(database, held, now=now)
        now += TTL
        await rescue(database, now)
        pauses.append(((await row(database, job_id))["run_at"] - now).total_seconds())
        now += timedelta(minutes=1)
    assert pauses == [0, 1, 2, 4]


async def test_a_level_put_again_before_the_crash_is_not_forgotten(database: Database) -> None:
    held = await lease(database, ttl=TTL)
    await put(database, LEVEL, "a")
    await claim(database, held)
    await put(database, LEVEL, "a")
    await rescue(database)
    assert await states(database) == ["waiting"]
    again = await lease(database, now=LATER)
    (job,) = await claim(database, again, now=LATER)
    await settle(database, job, Done(), again, LATER)
    assert await states(database) == ["done"]


async def test_nothing_waits_past_its_limit(database: Database) -> None:
    held = await lease(database, ttl=DAY * 9)
    fresh = await put(database)
    failed = await put(database, text="b")
    jobs = await claim(database, held)
    await settle(database, jobs[1], Retry("unreachable", "down", "no answer", NOW + DAY * 8), held)
    await settle(database, jobs[0], Retry("unreachable", "down", "no answer", NOW), held)
    unknown = await put(database, text="c")
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET kind = 'FromANewerVersion' WHERE id = $1", unknown.job_id)
    assert await maintenance.give_up(database, NOW + PLAIN.give_up_after - timedelta(seconds=1)) == 0
    assert await maintenance.give_up(database, NOW + PLAIN.give_up_after) == 3
    found = await row(database, failed.job_id)
    assert (found["state"], found["error_code"]) == ("dead", "waited_too_long")
    assert "down: no answer" in found["error_message"]
    assert (await row(database, unknown.job_id))["error_family"] == "unreachable"
    assert (await row(database, fresh.job_id))["state"] == "dead"


async def test_giving_up_an_older_job_lets_the_younger_of_its_entity_go(database: Database, bus: RecordingBus) -> None:
    held = await lease(database, ttl=DAY * 9)
    await put(database, ORDERED, "order:1")
    limit = NOW + ORDERED.give_up_after
    younger = await put(database, ORDERED, "order:1", now=limit - timedelta(hours=1))
    bus.events.clear()
    assert await maintenance.give_up(database, limit) == 1
    assert JobsPut(OWNER, frozenset({"main"})) in bus.events
    assert [job.id for job in await claim(database, held, now=limit)] == [younger.job_id]


async def finish(database: Database, outcome: object, now: object) -> int:
    held = await lease(database, ttl=DAY * 400)
    job_id = (await put(database, now=now)).job_id  # type: ignore[arg-type]  # a time
    (job,) = await claim(database, held, now=now)  # type: ignore[arg-type]  # a time
    await settle(database, job, outcome, held, now)  # type: ignore[arg-type]  # an ending, a time
    return job_id


async def test_finished_jobs_go_after_their_time_and_dead_letters_later(database: Database) -> None:
    for days in (0, 5, 20):
        await finish(database, Done(), NOW + DAY * days)
        await finish(database, Dead("rejected", "no", "never"), NOW + DAY * days)
    waiting = await put(database)
    assert await maintenance.delete_finished(database, NOW + DAY * 6) == 0
    assert await maintenance.delete_finished(database, NOW + DAY * 7) == 1
    assert await maintenance.delete_finished(database, NOW + DAY * 21) == 1
    assert await states(database) == ["dead", "dead", "done", "dead", "waiting"]
    assert await maintenance.delete_finished(database, NOW + DAY * 200) == 4
    left = await database.fetch("SELECT id FROM jobs")
    assert [r["id"] for r in left] == [waiting.job_id]
    assert await database.fetch("SELECT * FROM job_attempts") == []


async def test_deleting_walks_through_many_in_chunks(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(1200)])
    jobs = await claim(database, held, limit=1200)
    async with database.transaction() as tx:
        await mailbox.settle_many(tx, [(job, Done()) for job in jobs if job.id % 3], held, NOW)
    assert await maintenance.delete_finished(database, NOW + DAY * 8) == 800
    assert set(await states(database)) == {"executing"}


async def test_the_sweep_names_accounts_with_work_that_is_due_and_known(database: Database) -> None:
    await put(database, PLAIN)
    await put(database, PLAIN, run_at=NOW + DAY)
    await put(database, PLAIN, owner="b:letzshop", run_at=LATER)
    unknown = await put(database, PLAIN, owner="c:letzshop")
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET kind = 'FromANewerVersion' WHERE id = $1", unknown.job_id)
    found = await maintenance.due_by(database, LATER, kinds=TEST_KINDS)
    assert sorted((due.owner, due.lane, due.run_at) for due in found) == [
        ("b:letzshop", "main", LATER),
        (OWNER, "main", NOW),
    ]


async def test_the_sweep_leaves_out_accounts_that_another_living_process_works_for(database: Database) -> None:
    await lease(database, OWNER, "p1", ttl=TTL)
    await lease(database, "b:letzshop", "p2", ttl=TTL)
    for owner in (OWNER, "b:letzshop", "c:letzshop"):
        await put(database, PLAIN, owner=owner)

    async def seen_by(process_id: str, now: datetime) -> list[str]:
        found = await maintenance.due_by(database, now, process_id=process_id, kinds=TEST_KINDS)
        return sorted(due.owner for due in found)

    assert await seen_by("p1", NOW) == ["c:letzshop", OWNER]
    assert await seen_by("p2", NOW) == ["b:letzshop", "c:letzshop"]
    assert await seen_by("p2", NOW + TTL) == ["b:letzshop", "c:letzshop", OWNER]


@pytest.mark.parametrize(("seconds", "expected"), [(0, 15), (15, 86400), (86400, None)])
async def test_the_next_due_time_is_one_question(database: Database, seconds: int, expected: int | None) -> None:
    await put(database, PLAIN, run_at=NOW + DAY)
    await put(database, PLAIN, run_at=LATER)
    after = NOW + timedelta(seconds=seconds)
    found = await maintenance.next_due(database, OWNER, after, kinds=TEST_KINDS.names())
    assert found == (None if expected is None else NOW + timedelta(seconds=expected))


async def test_processes_long_gone_are_forgotten_and_their_leases_stay_free(database: Database) -> None:
    held = await lease(database, ttl=TTL)
    assert await maintenance.forget_processes(database, LATER) == 0
    assert await maintenance.forget_processes(database, LATER + timedelta(hours=1)) == 1
    again = await lease(database, process_id="p2", now=LATER + timedelta(hours=1))
    assert again.epoch == held.epoch + 1
