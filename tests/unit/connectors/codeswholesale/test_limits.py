"""The quotas by kind of call: kept in any window, apart from each other, purchases first."""

import asyncio

import pytest

from orion_daemon.connectors.codeswholesale import limits, names
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.limiter import LimiterGroup


def group(clock: ManualClock, calls_per_second: float = 100.0) -> LimiterGroup:
    return limits.limits_of(CodesWholesaleSettings(calls_per_second=calls_per_second), clock)


@pytest.mark.parametrize(
    ("operation", "most", "seconds"),
    [("token", 50, 300), ("getProducts", 400, 600), ("getProduct", 600, 300), ("getOrders", 601, 600)],
)
async def test_no_window_sees_more_calls_than_are_allowed(operation: str, most: int, seconds: float) -> None:
    clock = ManualClock()
    limiter, at = group(clock), list[float]()
    while len(at) < most * 2:
        await clock.advance(limiter.delay(operation))
        await limiter.acquire(operation)
        at.append(clock.monotonic())
    assert all(later - first >= seconds for first, later in zip(at, at[most:], strict=False))
    assert at[most] - at[0] < seconds * 1.1  # and not many fewer


async def test_one_kind_at_its_end_holds_up_no_other() -> None:
    clock = ManualClock()
    limiter = group(clock)
    while limiter.delay(names.GET_PRODUCTS.name) < 1:
        await limiter.acquire(names.GET_PRODUCTS.name)
        await clock.advance(0.01)
    assert limiter.delay(names.CREATE_ORDER.name) == 0


async def test_the_priorities_put_purchases_first_and_the_price_list_last() -> None:
    clock = ManualClock()
    limiter, went = group(clock, 1.0), list[str]()

    async def call(operation: names.Operation) -> None:
        await limiter.acquire(operation.name, operation.priority)
        went.append(operation.name)

    await limiter.acquire("before")
    later = (names.GET_PRODUCTS, names.GET_ACCOUNT, names.GET_CODE, names.CREATE_ORDER)
    async with asyncio.TaskGroup() as tasks:
        for operation in later:
            tasks.create_task(call(operation))
        await asyncio.sleep(0)
        for _ in later:
            await clock.advance(1.01)
    assert went == ["createOrder", "getCode", "getAccount", "getProducts"]
