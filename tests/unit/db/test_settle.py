"""Work that is never cut short, whatever cancellations arrive."""

import asyncio

import pytest

from orion_daemon.db.cancellation import settle


async def test_work_ends_though_its_waiter_is_cancelled_twice() -> None:
    gate, done, told = asyncio.Event(), [], []

    async def work() -> None:
        await gate.wait()
        done.append(True)

    async def waiter() -> None:
        told.append(await settle(work()))

    task = asyncio.create_task(waiter())
    for _ in range(2):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not done
    gate.set()
    await task
    assert (done, told) == ([True], [True])


async def test_without_a_cancellation_nothing_is_owed() -> None:
    assert await settle(asyncio.sleep(0)) is False


async def test_an_error_of_the_work_comes_out() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await settle(work())
