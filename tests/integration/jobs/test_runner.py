import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageUnavailable
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.mailbox import Job, Put
from orion_daemon.jobs.outcomes import Done, Failed, JobFailure, Outcome, Settled
from orion_daemon.jobs.retry import Suspend
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.tasks import spawn
from tests.support.databases import RecordingBus
from tests.support.jobs import (
    BULKY,
    LEVEL,
    NOW,
    ONCE,
    ORDERED,
    OTHER_LANE,
    OWNER,
    PLAIN,
    Note,
    lease,
    put,
    put_many,
    row,
    states,
)
from tests.support.workshop import LANES, Workshop, around, running


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


async def test_due_jobs_are_run_and_done(database: Database, clock: ManualClock, workshop: Workshop) -> None:
    await put_many(database, [Put(PLAIN, Note(f"{n:03}"), OWNER) for n in range(300)])
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
    assert workshop.seen == [f"{n:03}" for n in range(300)]
    assert await states(database) == ["done"] * 300


async def test_at_rest_there_is_neither_task_nor_timer(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
        assert runner.idle
        assert runner.next_at is None
        assert clock.timers == 0


async def test_one_timer_waits_for_the_next_due_time(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    for seconds in (90, 30, 60):
        await put(database, text=str(seconds), run_at=NOW + timedelta(seconds=seconds))
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
        assert workshop.seen == []
        assert (runner.next_at, clock.timers) == (NOW + timedelta(seconds=30), 1)
        for passed in (30, 30, 30):
            await clock.advance(passed)
            await runner.rest()
    assert workshop.seen == ["30", "60", "90"]


async def test_a_nudge_for_later_only_moves_the_timer_forward(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
        runner.nudge(frozenset({"main"}), NOW + timedelta(seconds=60))
        runner.nudge(frozenset({"main"}), NOW + timedelta(seconds=20))
        runner.nudge(frozenset({"main"}), NOW + timedelta(seconds=40))
        assert runner.idle
        assert runner.next_at == NOW + timedelta(seconds=20)


async def test_the_bus_starts_a_job_the_moment_it_is_committed(
    database: Database, bus: RecordingBus, clock: ManualClock, workshop: Workshop
) -> None:
    strangers: list[str] = []
    dispatcher = Dispatcher(bus, strangers.append)
    task = spawn(dispatcher.run(), name="dispatcher")
    async with running(database, clock, workshop.handlers()) as runner:
        dispatcher.add(runner)
        await runner.rest()
        await put(database, text="a")
        await workshop.began.wait()
        await runner.rest()
        await put(database, owner="unknown:letzshop")
        await clock.settle()
        assert workshop.seen == ["a"]
        assert strangers == ["unknown:letzshop"]
    bus.close()
    await task


async def test_a_level_changed_during_its_push_is_pushed_once_more(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put(database, LEVEL, "a")
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await workshop.began.wait()
        await put(database, LEVEL, "a")
        await put(database, LEVEL, "a")
        workshop.go_on.set()
        await runner.rest()
    assert workshop.seen == ["a", "a"]
    assert await states(database) == ["done", "done"]


async def test_an_entity_is_worked_on_one_by_one_others_meanwhile(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put_many(database, [Put(ORDERED, Note(text), OWNER) for text in ("a", "a", "b", "a", "b")])
    async with running(database, clock, workshop.handlers(), lanes={"main": LaneShare(concurrency=4)}) as runner:
        runner.nudge()
        await workshop.began.wait()
        await clock.settle()
        assert sorted(workshop.seen) == ["a", "b"]
        workshop.go_on.set()
        await runner.rest()
    assert sorted(workshop.seen) == ["a", "a", "a", "b", "b"]
    assert workshop.most == 2
    assert set(await states(database)) == {"done"}


async def test_a_lane_that_is_busy_does_not_delay_another(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put(database, text="catalog")
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await workshop.began.wait()
        workshop.began.clear()
        await put(database, OTHER_LANE, "urgent")
        runner.nudge(frozenset({"side"}))
        await workshop.began.wait()
        assert workshop.seen == ["catalog", "urgent"]
        workshop.go_on.set()
        await runner.rest()


async def test_a_lane_of_slow_jobs_claims_only_what_it_runs(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(5)])
    async with running(database, clock, workshop.handlers(), lanes={"main": LaneShare(concurrency=2)}) as runner:
        runner.nudge()
        await workshop.began.wait()
        await clock.settle()
        assert sorted(await states(database)) == ["executing"] * 2 + ["waiting"] * 3
        workshop.go_on.set()


async def test_a_store_with_many_jobs_does_not_starve_one_with_few(database: Database, clock: ManualClock) -> None:
    turns: list[str] = []

    async def handle(job: Job, args: Note) -> Outcome:
        turns.append(job.owner)
        await asyncio.sleep(0)
        return Done()

    gate = FairGate(1)
    lanes = {"main": LaneShare(concurrency=4)}
    await put_many(database, [Put(PLAIN, Note(str(n)), "big:letzshop") for n in range(60)])
    await put_many(database, [Put(PLAIN, Note(str(n)), "small:letzshop") for n in range(5)])
    big, small = [await lease(database, owner) for owner in ("big:letzshop", "small:letzshop")]
    async with (
        running(database, clock, {"Plain": handle}, lanes=lanes, held=big, gate=gate) as first,
        running(database, clock, {"Plain": handle}, lanes=lanes, held=small, gate=gate) as second,
    ):
        await gate.acquire("test")  # both have claimed before anybody gets a turn
        first.nudge()
        second.nudge()
        while gate.waiting < 8:
            await asyncio.sleep(0)
        gate.release("test")
        await first.rest()
        await second.rest()
    assert len(turns) == 65
    assert turns.index("small:letzshop") <= 1
    assert turns[:8].count("small:letzshop") == 4


async def test_long_work_of_many_stores_does_not_hold_up_the_poll_of_another(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    polled = asyncio.Event()

    async def poll(job: Job, args: Note) -> Outcome:
        polled.set()
        return Done()

    gate = FairGate(4, bulk=2)
    stores = [f"s{number}:letzshop" for number in range(6)]
    await put_many(database, [Put(BULKY, Note(store), store) for store in stores])
    await put(database, PLAIN, owner="poller:letzshop")
    async with AsyncExitStack() as stack:
        for store in stores:
            held = await lease(database, store)
            runner = await stack.enter_async_context(
                running(database, clock, {"Bulky": workshop.handle}, held=held, gate=gate)
            )
            runner.nudge()
        while gate.running + gate.waiting < len(stores):
            await asyncio.sleep(0)
        assert gate.running == 2
        held = await lease(database, "poller:letzshop")
        poller = await stack.enter_async_context(running(database, clock, {"Plain": poll}, held=held, gate=gate))
        poller.nudge()
        async with asyncio.timeout(10):
            await polled.wait()
        assert workshop.running == 2
        workshop.go_on.set()


# -- failures ----------------------------------------------------------------------------------------------------------


async def test_a_failure_is_tried_again_when_its_time_has_come(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.answers["a"] = JobFailure(Failed("unreachable", "down", "no answer"))
    job_id = (await put(database, text="a")).job_id
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
        found = await row(database, job_id)
        assert (found["state"], found["attempts"], found["error_code"]) == ("waiting", 1, "down")
        assert runner.next_at == NOW + timedelta(seconds=15)
        del workshop.answers["a"]
        await clock.advance(15)
        await runner.rest()
    assert await states(database) == ["done"]
    assert workshop.seen == ["a", "a"]


async def test_a_bug_in_a_handler_hurts_its_job_alone_and_tells_no_values(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.answers["b"] = KeyError("mme.muller@example.org")
    await put_many(database, [Put(PLAIN, Note(text), OWNER) for text in "abc"])
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
    assert await states(database) == ["done", "waiting", "done"]
    (found,) = await database.fetch("SELECT error_family, error_message FROM jobs WHERE state = 'waiting'")
    assert found["error_family"] == "bug"
    assert "KeyError" in found["error_message"]
    assert "muller" not in found["error_message"]


async def test_a_failure_that_is_known_is_logged_as_a_sentence_and_a_bug_with_its_stack(
    database: Database, clock: ManualClock, workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    workshop.answers |= {"a": StorageUnavailable("the database is away"), "b": KeyError("x")}
    await put_many(database, [Put(PLAIN, Note(text), OWNER) for text in "ab"])
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
    found = {record.getMessage().partition("failed: ")[2]: bool(record.exc_info) for record in caplog.records}
    assert found == {"the database is away": False, "it is a bug": True}
    told = {(vars(record)["action"], vars(record)["actor"], vars(record)["code"]) for record in caplog.records}
    assert told == {("job.failed", OWNER, "storage_unavailable"), ("job.failed", OWNER, "bug")}


async def test_arguments_that_do_not_fit_are_a_dead_letter(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    job_id = (await put(database)).job_id
    async with database.transaction() as tx:
        await tx.execute("UPDATE jobs SET args_json = $1 WHERE id = $2", {"text": 5}, job_id)
    async with running(database, clock, workshop.handlers()) as runner:
        runner.nudge()
        await runner.rest()
    found = await row(database, job_id)
    assert (found["state"], found["error_family"], found["error_code"]) == ("dead", "malformed", "bad_arguments")


async def test_a_run_past_its_time_limit_is_doubtful(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    workshop.go_on.clear()
    await put(database, text="repeatable")
    await put(database, ONCE, "once")
    async with running(database, clock, workshop.handlers(), lanes={"main": LaneShare(concurrency=2)}) as runner:
        runner.nudge()
        while len(workshop.seen) < 2:
            await workshop.began.wait()
            await asyncio.sleep(0)
        await clock.advance(PLAIN.time_limit.total_seconds())
        await runner.rest()
    rows = await database.fetch("SELECT state, error_family, error_code FROM jobs ORDER BY id")
    assert [tuple(r.values()) for r in rows] == [
        ("waiting", "doubtful", "time_limit"),
        ("dead", "doubtful", "time_limit"),
    ]


async def test_refused_credentials_stop_the_account_until_somebody_resumes_it(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    told: list[Suspend] = []
    workshop.answers["0"] = Failed("auth_refused", "bad_key", "the key was refused")
    await put_many(database, [Put(PLAIN, Note(str(n)), OWNER) for n in range(3)])
    async with running(database, clock, workshop.handlers(), on_suspend=told.append) as runner:
        runner.nudge()
        await runner.rest()
        assert workshop.seen == ["0"]
        assert [t.code for t in told] == ["bad_key"]
        assert await states(database) == ["waiting"] * 3
        runner.nudge()
        await runner.rest()
        assert workshop.seen == ["0"]
        workshop.answers.clear()
        async with database.transaction() as tx:
            await mailbox.wake(tx, OWNER, reason="suspended", now=NOW)
        runner.resume()
        await runner.rest()
    assert await states(database) == ["done"] * 3


async def test_an_end_written_by_the_service_is_not_written_again(database: Database, clock: ManualClock) -> None:
    held = await lease(database)

    async def handle(job: Job, args: Note) -> Outcome:
        async with database.transaction() as tx:
            await mailbox.settle(tx, job, Done({"by": "service"}), held, clock.now())
        return Settled()

    await put_many(database, [Put(ORDERED, Note("a"), OWNER), Put(ORDERED, Note("a"), OWNER)])
    async with running(database, clock, {"Ordered": handle}, held=held) as runner:
        runner.nudge()
        await runner.rest()
    assert await states(database) == ["done", "done"]
    assert {r["result_json"]["by"] for r in await database.fetch("SELECT result_json FROM jobs")} == {"service"}


async def test_an_end_that_cannot_be_written_does_not_hold_up_the_others(
    database: Database, clock: ManualClock, workshop: Workshop
) -> None:
    # a code that is empty breaks the rule that a dead letter has a reason
    workshop.answers["b"] = Failed("rejected", "", "no reason given")
    await put_many(database, [Put(PLAIN, Note(text), OWNER) for text in "abcd"])
    async with running(database, clock, workshop.handlers(), lanes={"main": LaneShare(concurrency=4)}) as runner:
        runner.nudge()
        await runner.rest()
    assert await states(database) == ["done", "dead", "done", "done"]
    (found,) = await database.fetch("SELECT error_code FROM jobs WHERE state = 'dead'")
    assert found["error_code"] == "unwritable_end"


async def test_a_handler_for_an_unknown_kind_is_refused_at_once(database: Database, clock: ManualClock) -> None:
    async def handle(job: Job, args: Note) -> Outcome:
        return Done()

    with pytest.raises(ValueError, match="NoSuchKind"):
        Runner(around(database, clock), await lease(database), LANES, {"NoSuchKind": handle})
