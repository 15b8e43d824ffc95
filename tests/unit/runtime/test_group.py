import asyncio

import pytest

from orion_daemon.runtime.group import GroupClosed, GroupCommit


class Table:
    """Notes the batches; an item named "bad" spoils its whole batch, "odd" fails alone, a gate holds the write."""

    def __init__(self):
        self.batches = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, items):
        self.batches.append(list(items))
        await self.gate.wait()
        if "bad" in items:
            raise ValueError("constraint")
        return [LookupError(item) if item == "odd" else f"{item} written" for item in items]


async def submit_all(group, *items):
    return await asyncio.gather(*(group.submit(item) for item in items), return_exceptions=True)


async def test_what_comes_during_a_write_forms_the_next_batch():
    table = Table()
    group = GroupCommit(table.commit, limit=3)
    table.gate.clear()
    first = asyncio.create_task(group.submit("first"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = asyncio.create_task(submit_all(group, *"abcd"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert group.pending == 4
    table.gate.set()
    assert await first == "first written"
    assert await rest == [f"{item} written" for item in "abcd"]
    assert table.batches == [["first"], ["a", "b", "c"], ["d"]]


async def test_there_is_no_task_while_there_is_nothing_to_write():
    group = GroupCommit(Table().commit)
    assert await group.submit("x") == "x written"
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
    assert await group.submit("y") == "y written"


async def test_an_item_may_fail_alone():
    results = await submit_all(GroupCommit(Table().commit), "a", "odd", "b")
    assert results[0] == "a written"
    assert isinstance(results[1], LookupError)
    assert results[2] == "b written"


async def test_a_batch_that_fails_fails_for_all_and_the_next_one_goes_on():
    group = GroupCommit(Table().commit)
    assert all(isinstance(result, ValueError) for result in await submit_all(group, "a", "bad"))
    assert await group.submit("b") == "b written"


async def test_isolated_errors_hurt_only_the_guilty():
    table = Table()
    group = GroupCommit(table.commit, isolate=(ValueError,))
    results = await submit_all(group, "a", "bad", "b")
    assert (results[0], results[2]) == ("a written", "b written")
    assert isinstance(results[1], ValueError)
    assert table.batches == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]


async def test_a_producer_that_gives_up_before_its_batch_is_left_out():
    table = Table()
    group = GroupCommit(table.commit)
    table.gate.clear()
    writing = asyncio.create_task(group.submit("writing"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting = asyncio.create_task(group.submit("waiting"))
    await asyncio.sleep(0)
    for task in (waiting, writing):
        task.cancel()
    table.gate.set()
    await asyncio.gather(waiting, writing, return_exceptions=True)
    await group.close()
    assert table.batches == [["writing"]]


async def test_closing_writes_what_was_submitted_and_takes_no_more():
    table = Table()
    group = GroupCommit(table.commit)
    task = asyncio.create_task(group.submit("x"))
    await asyncio.sleep(0)
    await group.close()
    assert await task == "x written"
    with pytest.raises(GroupClosed, match="not written"):
        await group.submit("y")


async def test_an_interrupted_write_is_told_from_one_that_never_began():
    table = Table()
    group = GroupCommit(table.commit, limit=1)
    table.gate.clear()
    tasks = [asyncio.create_task(group.submit(item)) for item in "xy"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    group._runner.cancel()
    first, second = await asyncio.gather(*tasks, return_exceptions=True)
    assert "unknown" in str(first)
    assert "not written" in str(second)


async def test_a_commit_that_forgets_a_result_is_an_error_for_all():
    async def forgetful(items):
        return items[1:]

    results = await submit_all(GroupCommit(forgetful), "a", "b")
    assert all("1 results for 2 items" in str(result) for result in results)
