from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobChanged, JobsPut
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.mailbox import Put
from orion_daemon.jobs.outcomes import Cancelled, Dead, Done, Refused, Released, Retry, Snooze
from orion_daemon.jobs.states import State
from tests.support.databases import RecordingBus
from tests.support.jobs import (
    LEVEL,
    NOW,
    ORDERED,
    OTHER_LANE,
    OWNER,
    PLAIN,
    TEST_KINDS,
    UNIQUE,
    Note,
    claim,
    lease,
    put,
    put_many,
    row,
    settle,
    states,
)
from tests.support.stores import add_store

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=5)


# -- put ---------------------------------------------------------------------------------------------------------------


async def test_a_put_job_waits_with_all_it_was_given(database: Database) -> None:
    async with database.transaction() as tx:
        store_id = await add_store(tx, "demo")
        result = await mailbox.put(
            tx,
            PLAIN,
            Note("héllo"),
            owner=OWNER,
            now=NOW,
            store_id=store_id,
            run_at=LATER,
            entity="order:1",
            priority=10,
        )
    found = await row(database, result.job_id)
    assert not result.existed
    assert found["state"] == "waiting"
    assert found["args_json"] == {"text": "héllo"}
    assert (found["kind"], found["lane"], found["owner"]) == ("Plain", "main", OWNER)
    assert (found["store_id"], found["entity"], found["priority"]) == (store_id, "order:1", 10)
    assert (found["run_at"], found["created_at"]) == (LATER, NOW)
    assert found["give_up_at"] == LATER + timedelta(days=3)


async def test_a_put_that_is_rolled_back_leaves_no_row_and_no_nudge(database: Database, bus: RecordingBus) -> None:
    async def change() -> None:
        async with database.transaction() as tx:
            await mailbox.put(tx, PLAIN, Note(), owner=OWNER, now=NOW)
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError, match="the change failed"):
        await change()
    assert await states(database) == []
    assert bus.events == []


async def test_the_nudge_comes_after_the_commit_and_names_owner_and_lanes(
    database: Database, bus: RecordingBus
) -> None:
    async with database.transaction() as tx:
        puts = [
            Put(PLAIN, Note(), OWNER),
            Put(OTHER_LANE, Note(), OWNER),
            Put(PLAIN, Note(), "b:letzshop", run_at=LATER),
        ]
        await mailbox.put_many(tx, puts, now=NOW)
        assert bus.events == []
    nudges = [event for event in bus.events if isinstance(event, JobsPut)]
    assert nudges == [
        JobsPut(OWNER, frozenset({"main", "side"})),
        JobsPut("b:letzshop", frozenset({"main"}), LATER),
    ]
    assert [e.state for e in bus.events if isinstance(e, JobChanged)] == ["waiting"] * 3


async def test_one_key_is_one_open_job(database: Database) -> None:
    first = await put(database, UNIQUE, "a")
    again = await put(database, UNIQUE, "a")
    other = await put(database, UNIQUE, "b")
    elsewhere = await put(database, UNIQUE, "a", owner="b:letzshop")
    assert (again.job_id, again.existed) == (first.job_id, True)
    assert len({first.job_id, other.job_id, elsewhere.job_id}) == 3
    assert not other.existed
    assert not elsewhere.existed


async def test_a_finished_job_frees_its_key(database: Database) -> None:
    held = await lease(database)
    first = await put(database, UNIQUE, "a")
    (job,) = await claim(database, held)
    assert (await put(database, UNIQUE, "a")).existed
    await settle(database, job, Done(), held)
    again = await put(database, UNIQUE, "a")
    assert not again.existed
    assert again.job_id != first.job_id


async def test_one_key_twice_in_one_batch_is_one_job(database: Database) -> None:
    puts = [
        Put(UNIQUE, Note("a"), OWNER, run_at=LATER),
        Put(PLAIN, Note("x"), OWNER),
        Put(UNIQUE, Note("a"), OWNER, priority=10),
        Put(LEVEL, Note("a"), OWNER),
    ]
    first, plain, twin, level = await put_many(database, puts)
    assert first.job_id == twin.job_id
    assert (first.existed, twin.existed) == (False, True)
    assert len({first.job_id, plain.job_id, level.job_id}) == 3
    found = await row(database, first.job_id)
    assert (found["priority"], found["run_at"]) == (10, NOW)
    assert (await row(database, plain.job_id))["kind"] == "Plain"
    assert (await row(database, level.job_id))["kind"] == "Level"


async def test_results_come_in_the_order_of_the_puts(database: Database) -> None:
    texts = [f"{n:03}" for n in range(150)]
    results = await put_many(database, [Put(PLAIN, Note(text), OWNER) for text in texts])
    rows = {r["id"]: r["args_json"]["text"] for r in await database.fetch("SELECT id, args_json FROM jobs")}
    assert [rows[result.job_id] for result in results] == texts


async def test_a_more_urgent_put_brings_a_waiting_job_forward(database: Database) -> None:
    first = await put(database, UNIQUE, "a", run_at=LATER)
    await put(database, UNIQUE, "a", priority=10)
    found = await row(database, first.job_id)
    assert (found["priority"], found["run_at"], found["puts"]) == (10, NOW, 2)
    await put(database, UNIQUE, "a", priority=90, run_at=LATER)
    found = await row(database, first.job_id)
    assert (found["priority"], found["run_at"]) == (10, NOW)


async def test_a_put_does_not_cut_short_a_pause_that_has_a_reason(database: Database) -> None:
    held = await lease(database)
    first = await put(database, UNIQUE, "a")
    (job,) = await claim(database, held)
    await settle(database, job, Snooze(LATER, "rate_limited"), held)
    await put(database, UNIQUE, "a", priority=10)
    found = await row(database, first.job_id)
    assert (found["run_at"], found["priority"]) == (LATER, 10)


async def test_a_level_put_while_it_executes_gets_one_follower(database: Database, bus: RecordingBus) -> None:
    held = await lease(database)
    first = await put(database, LEVEL, "a", priority=50)
    (job,) = await claim(database, held)
    for priority in (30, 10, 40):
        assert (await put(database, LEVEL, "a", priority=priority, now=NOW + SECOND)).existed
    assert await states(database) == ["executing"]
    bus.events.clear()
    await settle(database, job, Done(), held)
    assert await states(database) == ["done", "waiting"]
    assert JobsPut(OWNER, frozenset({"main"}), NOW + SECOND) in bus.events
    (follower,) = await claim(database, held, now=NOW + SECOND)
    assert follower.id != first.job_id
    assert (follower.priority, follower.attempts, follower.runs) == (10, 0, 1)
    await settle(database, follower, Done(), held, NOW + SECOND)
    assert await states(database) == ["done", "done"]


async def test_a_level_put_while_it_executes_is_covered_by_the_retry(database: Database) -> None:
    held = await lease(database)
    await put(database, LEVEL, "a")
    (job,) = await claim(database, held)
    await put(database, LEVEL, "a")
    await settle(database, job, Retry("unreachable", "down", "no answer", LATER), held)
    (job,) = await claim(database, held, now=LATER)
    await settle(database, job, Done(), held, LATER)
    assert await states(database) == ["done"]


async def test_a_dead_level_leaves_its_follower_behind(database: Database) -> None:
    held = await lease(database)
    await put(database, LEVEL, "a")
    (job,) = await claim(database, held)
    await put(database, LEVEL, "a")
    await settle(database, job, Dead("rejected", "no", "never"), held)
    assert await states(database) == ["dead", "waiting"]


async def test_arguments_of_another_kind_are_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="Plain takes Note, not Put"):
        async with database.transaction() as tx:
            await mailbox.put(tx, PLAIN, Put(PLAIN, Note(), OWNER), owner=OWNER, now=NOW)


# -- claim -------------------------------------------------------------------------------------------------------------


async def test_the_most_urgent_goes_first_then_the_oldest(database: Database) -> None:
    held = await lease(database)
    ids = [(await put(database, priority=priority)).job_id for priority in (50, 10, 50, 30)]
    jobs = await claim(database, held)
    assert [job.id for job in jobs] == [ids[1], ids[3], ids[0], ids[2]]


async def test_a_claim_takes_no_more_than_its_limit_and_nothing_twice(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(7)])
    first, second, third = [await claim(database, held, limit=3) for _ in range(3)]
    assert [len(first), len(second), len(third)] == [3, 3, 1]
    assert len({job.id for job in first + second + third}) == 7
    assert await claim(database, held) == []


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_claim_that_is_its_own_transaction_does_not_wait_for_the_disk(database: Database) -> None:
    held = await lease(database)
    await put(database)
    setting = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
    async with database.transaction() as tx:
        assert await tx.fetch_value(setting) != "session"
        await mailbox.claim(tx, held, lanes=("main",), kinds=TEST_KINDS.names(), now=NOW, limit=1)
        assert await tx.fetch_value(setting) == "session"


async def test_what_is_not_due_another_owners_another_lanes_or_unknown_is_left(database: Database) -> None:
    held = await lease(database)
    await put(database, run_at=NOW + SECOND)
    await put(database, owner="b:letzshop")
    await put(database, OTHER_LANE)
    unknown = (await put(database)).job_id
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET kind = 'FromANewerVersion' WHERE id = $1", unknown)
    assert await claim(database, held) == []
    assert await states(database) == ["waiting"] * 4
    assert len(await claim(database, held, now=NOW + SECOND)) == 1
    assert [job.kind for job in await claim(database, held, lanes=("side", "main"))] == ["OtherLane"]


async def test_a_claimed_job_knows_its_arguments_and_its_run(database: Database) -> None:
    held = await lease(database)
    await put(database, text="käse")
    (job,) = await claim(database, held)
    assert PLAIN.decode(job.args) == Note("käse")
    assert (job.runs, job.attempts, job.crashes, job.epoch) == (1, 0, 0, held.epoch)
    assert (job.created_at, job.give_up_at) == (NOW, NOW + timedelta(days=3))
    found = await row(database, job.id)
    assert (found["state"], found["claimed_at"], found["process_id"]) == ("executing", NOW, "p1")


async def test_jobs_of_one_entity_run_one_by_one_in_their_order(database: Database) -> None:
    held = await lease(database)
    first = (await put(database, ORDERED, "order:1", priority=50)).job_id
    second = (await put(database, ORDERED, "order:1", priority=10)).job_id
    other = (await put(database, ORDERED, "order:2")).job_id
    jobs = await claim(database, held)
    assert [job.id for job in jobs] == [first, other]
    assert await claim(database, held) == []
    await settle(database, jobs[0], Retry("unreachable", "down", "no answer", LATER), held)
    assert await claim(database, held) == []  # the older one waits for a later time, and still goes first
    assert [job.id for job in await claim(database, held, now=LATER)] == [first]
    await settle(database, (await reclaim(database, first)), Done(), held, LATER)
    assert [job.id for job in await claim(database, held, now=LATER)] == [second]


async def reclaim(database: Database, job_id: int) -> mailbox.Job:
    """The job as its present run sees it."""
    found = await row(database, job_id)
    return mailbox.Job(
        epoch=found["lease_epoch"],
        args="{}",
        **{name: found[name] for name in mailbox.Job.__struct_fields__ if name not in {"epoch", "args"}},
    )


async def test_a_revived_older_job_waits_for_the_younger_one_that_executes(database: Database) -> None:
    held = await lease(database)
    await put(database, ORDERED, "order:1")
    await put(database, ORDERED, "order:1")
    (older,) = await claim(database, held)
    await settle(database, older, Dead("rejected", "no", "never"), held)
    (younger,) = await claim(database, held)
    async with database.transaction() as tx:
        assert await mailbox.revive(tx, [older.id], now=NOW, kinds=TEST_KINDS) == [older.id]
    assert await claim(database, held) == []
    await settle(database, younger, Done(), held)
    assert [job.id for job in await claim(database, held)] == [older.id]


# -- settle ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "state", "attempts", "code"),
    [
        (Done(), State.DONE, 0, ""),
        (Done({"rows": 3, "note": "ok"}), State.DONE, 0, ""),
        (Refused("not_allowed", "mutations are switched off"), State.REFUSED, 1, "not_allowed"),
        (Dead("rejected", "bad_sku", "the vendor refused it"), State.DEAD, 1, "bad_sku"),
        (Retry("unreachable", "down", "no answer", LATER), State.WAITING, 1, "down"),
        (Snooze(LATER, "rate_limited", "asked to wait"), State.WAITING, 0, "rate_limited"),
        (Released(), State.WAITING, 0, ""),
        (Cancelled("the order is gone"), State.CANCELLED, 0, "cancelled"),
    ],
)
async def test_each_outcome_ends_the_run_in_its_state(
    database: Database, bus: RecordingBus, outcome: object, state: State, attempts: int, code: str
) -> None:
    held = await lease(database)
    await put(database)
    (job,) = await claim(database, held)
    bus.events.clear()
    await settle(database, job, outcome, held, NOW + SECOND)
    found = await row(database, job.id)
    assert (found["state"], found["attempts"], found["error_code"]) == (state, attempts, code)
    assert (found["finished_at"] is None) == (state is State.WAITING)
    assert found["result_json"] == getattr(outcome, "result", None)
    assert JobChanged(job.id, None, OWNER, "Plain", state) in bus.events
    if isinstance(outcome, Retry | Snooze):
        assert found["run_at"] == LATER
        assert JobsPut(OWNER, frozenset({"main"}), LATER) in bus.events


async def test_many_ends_are_written_together(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(6)])
    jobs = await claim(database, held)
    ends = [
        Done(),
        Dead("rejected", "no", "never"),
        Done({"n": 2}),
        Done(),
        Retry("unreachable", "down", "no answer", LATER),
        Done(),
    ]
    async with database.transaction() as tx:
        assert await mailbox.settle_many(tx, list(zip(jobs, ends, strict=True)), held, NOW) == frozenset()
    assert await states(database) == ["done", "dead", "done", "done", "waiting", "done"]


async def test_the_reasons_of_all_failures_are_kept(database: Database) -> None:
    held = await lease(database)
    await put(database)
    (job,) = await claim(database, held)
    await settle(database, job, Retry("unreachable", "down", "no answer", NOW + SECOND), held)
    (job,) = await claim(database, held, now=NOW + SECOND)
    await settle(database, job, Dead("rejected", "bad_sku", "refused"), held, NOW + SECOND)
    rows = await database.fetch("SELECT * FROM job_attempts ORDER BY id")
    assert [(r["run"], r["outcome"], r["error_family"], r["error_code"], r["error_message"]) for r in rows] == [
        (1, "retry", "unreachable", "down", "no answer"),
        (2, "dead", "rejected", "bad_sku", "refused"),
    ]


async def test_an_end_written_with_its_effect_falls_with_it(database: Database) -> None:
    held = await lease(database)
    await put(database)
    (job,) = await claim(database, held)

    async def effect() -> None:
        async with database.transaction() as tx:
            await mailbox.settle(tx, job, Done(), held, NOW)
            raise RuntimeError("the effect failed")

    with pytest.raises(RuntimeError, match="the effect failed"):
        await effect()
    assert await states(database) == ["executing"]


# -- people ------------------------------------------------------------------------------------------------------------


async def test_a_person_withdraws_what_still_waits(database: Database) -> None:
    held = await lease(database)
    running = await put(database)
    await claim(database, held)
    waiting = await put(database)
    async with database.transaction() as tx:
        done = await mailbox.cancel(tx, [running.job_id, waiting.job_id, 999], reason="not wanted any more", now=NOW)
    assert done == [waiting.job_id]
    assert await states(database) == ["executing", "cancelled"]
    assert (await row(database, waiting.job_id))["error_message"] == "not wanted any more"


async def test_a_dead_letter_is_sent_again_with_fresh_attempts(database: Database, bus: RecordingBus) -> None:
    held = await lease(database)
    await put(database)
    (job,) = await claim(database, held)
    await settle(database, job, Dead("rejected", "no", "never"), held)
    bus.events.clear()
    async with database.transaction() as tx:
        assert await mailbox.revive(tx, [job.id], now=LATER, kinds=TEST_KINDS) == [job.id]
    assert JobsPut(OWNER, frozenset({"main"})) in bus.events
    found = await row(database, job.id)
    assert (found["state"], found["attempts"], found["error_code"]) == ("waiting", 0, "")
    assert found["give_up_at"] == LATER + timedelta(days=3)
    (job,) = await claim(database, held, now=LATER)
    assert job.runs == 2


async def test_a_dead_letter_stays_when_its_work_is_open_again(database: Database) -> None:
    held = await lease(database)
    dead = []
    for _ in range(2):
        await put(database, UNIQUE, "a")
        (job,) = await claim(database, held)
        await settle(database, job, Dead("rejected", "no", "never"), held)
        dead.append(job.id)
    async with database.transaction() as tx:
        assert await mailbox.revive(tx, dead, now=NOW, kinds=TEST_KINDS) == [dead[1]]
    async with database.transaction() as tx:
        assert await mailbox.revive(tx, dead, now=NOW, kinds=TEST_KINDS) == []
    assert await states(database) == ["dead", "waiting"]


async def test_only_the_dead_are_revived(database: Database) -> None:
    held = await lease(database)
    await put(database)
    (job,) = await claim(database, held)
    await settle(database, job, Done(), held)
    async with database.transaction() as tx:
        assert await mailbox.revive(tx, [job.id], now=NOW, kinds=TEST_KINDS) == []
    assert await states(database) == ["done"]


async def test_what_snoozed_for_a_reason_is_woken_when_the_reason_is_gone(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(2)])
    suspended, limited = await claim(database, held)
    await settle(database, suspended, Snooze(LATER, "suspended"), held)
    await settle(database, limited, Snooze(LATER, "rate_limited"), held)
    async with database.transaction() as tx:
        assert await mailbox.wake(tx, OWNER, reason="suspended", now=NOW) == 1
    assert [job.id for job in await claim(database, held)] == [suspended.id]


async def test_depths_count_what_is_open_and_what_is_dead(database: Database) -> None:
    held = await lease(database)
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(3)])
    await put(database, OTHER_LANE, run_at=LATER)
    jobs = await claim(database, held, limit=2)
    await settle(database, jobs[0], Dead("rejected", "no", "never"), held)
    found = {(d.lane, d.state): (d.count, d.oldest_at) for d in await mailbox.depths(database)}
    assert found == {
        ("main", "waiting"): (1, NOW),
        ("main", "executing"): (1, NOW),
        ("main", "dead"): (1, NOW),
        ("side", "waiting"): (1, LATER),
    }
