import asyncio
import contextvars
import gc

import pytest

from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.tasks import TaskSet, clear_base_context, set_base_context, spawn

TRANSACTION = contextvars.ContextVar("TRANSACTION", default=None)


@pytest.fixture
def base_context():
    set_base_context()
    yield
    clear_base_context()


async def read():
    return TRANSACTION.get()


async def test_a_task_does_not_inherit_the_transaction_it_was_started_in(base_context):
    TRANSACTION.set("open")
    assert await asyncio.create_task(read()) == "open"
    assert await spawn(read(), name="clean") is None


async def test_what_a_task_sets_is_not_seen_by_the_next(base_context):
    async def write():
        TRANSACTION.set("mine")

    await spawn(write(), name="writer")
    assert await spawn(read(), name="reader") is None


async def test_a_context_that_is_given_is_used_as_it_is(base_context):
    context = contextvars.copy_context()
    context.run(TRANSACTION.set, "given")
    assert await spawn(read(), name="inside", context=context) == "given"


async def test_a_task_nobody_holds_is_not_collected():
    done = asyncio.Event()

    async def work():
        await asyncio.get_running_loop().run_in_executor(None, gc.collect)
        done.set()

    spawn(work(), name="lonely")
    gc.collect()
    await asyncio.wait_for(done.wait(), 10)


async def test_errors_of_a_set_reach_its_callback_and_hurt_no_other_task():
    errors, clock = [], ManualClock()
    tasks = TaskSet(clock, lambda name, error: errors.append((name, str(error))))

    async def fail():
        raise ValueError("broken")

    tasks.spawn(fail(), name="bad")
    good = tasks.spawn(clock.sleep(1), name="good")
    await clock.advance(1)
    assert errors == [("bad", "broken")]
    assert good.done()
    assert len(tasks) == 0


async def test_a_callback_that_breaks_is_reported_to_the_loop_with_the_first_error_behind_it():
    seen = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context["exception"]))

    async def fail():
        raise ValueError("first")

    def broken(name, error):
        raise RuntimeError("second")

    tasks = TaskSet(ManualClock(), broken)
    tasks.spawn(fail(), name="bad")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [str(seen[0]), str(seen[0].__context__)] == ["second", "first"]


async def test_stopping_waits_for_those_that_end_in_time():
    clock = ManualClock()
    tasks = TaskSet(clock)
    ended = tasks.spawn(clock.sleep(5), name="quick")
    stop = asyncio.create_task(tasks.stop(10))
    await clock.advance(5)
    assert await stop == []
    assert not ended.cancelled()
    assert clock.timers == 0


async def test_stopping_cancels_the_late_and_names_the_stubborn():
    clock, release = ManualClock(), asyncio.Event()

    async def stubborn():
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    tasks = TaskSet(clock)
    late = tasks.spawn(clock.sleep(100), name="late")
    deaf = tasks.spawn(stubborn(), name="deaf")
    stop = asyncio.create_task(tasks.stop(10, grace=1))
    await clock.advance(11)
    assert await stop == ["deaf"]
    assert late.cancelled()
    release.set()
    await deaf


async def test_a_stopped_set_takes_no_more():
    tasks = TaskSet(ManualClock())
    assert await tasks.stop(1) == []
    with pytest.raises(RuntimeError, match="stopping"):
        tasks.spawn(read(), name="too late")
