"""Access tokens: one refresh at a time, early, and forgotten when refused."""

import asyncio

import pytest

from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.connectors.tokens import Grant, Tokens, TokenSource
from orion_daemon.runtime.clock import ManualClock
from tests.support.stores import NOW


class Vendor:
    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.refuses = False

    async def __call__(self) -> Grant:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.refuses:
            raise AuthRefused("no", code="invalid_grant")
        return Grant(f"token-{number}", 3600)


async def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    clock, vendor = ManualClock(NOW), Vendor()
    source = TokenSource(clock, vendor)
    assert [await source.get() for _ in range(3)] == ["token-1"] * 3
    await clock.advance(3299)
    assert await source.get() == "token-1"
    await clock.advance(2)
    assert await source.get() == "token-2"


async def test_a_short_life_is_renewed_at_a_tenth_of_it() -> None:
    clock = ManualClock(NOW)
    lives = iter([10.0, 3600.0])

    async def fetch() -> Grant:
        return Grant(f"t{next(lives):.0f}", 10)

    source = TokenSource(clock, fetch)
    assert await source.get() == "t10"
    await clock.advance(9.1)
    assert await source.get() == "t3600"


@pytest.mark.parametrize(("life", "renewed_at"), [(3600.0, 3540.0), (61.0, 1.0), (60.0, 54.0), (10.0, 9.0)])
async def test_a_source_may_have_its_own_distance_from_the_end(life: float, renewed_at: float) -> None:
    clock, asked = ManualClock(NOW), list[float]()

    async def fetch() -> Grant:
        asked.append(clock.monotonic())
        return Grant(f"token-{len(asked)}", life)

    source = TokenSource(clock, fetch, early=60.0)
    await source.get()
    await clock.advance(renewed_at - 0.01)
    assert await source.get() == "token-1"
    await clock.advance(0.02)
    assert await source.get() == "token-2"


async def test_a_hundred_callers_cost_one_refresh_and_share_its_failure() -> None:
    clock, vendor = ManualClock(NOW), Vendor()
    source = TokenSource(clock, vendor)
    vendor.gate.clear()
    waiting = [asyncio.create_task(source.get()) for _ in range(100)]
    await asyncio.sleep(0)
    vendor.gate.set()
    assert set(await asyncio.gather(*waiting)) == {"token-1"}
    source.reject("token-1")
    vendor.refuses = True
    found = await asyncio.gather(*[source.get() for _ in range(10)], return_exceptions=True)
    assert {type(one) for one in found} == {AuthRefused}
    assert vendor.asked == 2
    vendor.refuses = False
    assert await source.get() == "token-3"


async def test_a_caller_that_leaves_takes_nobody_with_it() -> None:
    clock, vendor = ManualClock(NOW), Vendor()
    source = TokenSource(clock, vendor)
    vendor.gate.clear()
    first, second = asyncio.create_task(source.get()), asyncio.create_task(source.get())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    vendor.gate.set()
    assert (await second, vendor.asked) == ("token-1", 1)


async def test_a_late_refusal_of_an_old_token_costs_no_new_one() -> None:
    clock, vendor = ManualClock(NOW), Vendor()
    source = TokenSource(clock, vendor)
    old = await source.get()
    assert source.reject(old)
    new = await source.get()
    assert not source.reject(old)
    assert (await source.get(), vendor.asked) == (new, 2)


async def test_sources_are_shared_by_what_they_log_in_with_and_end_with_the_process() -> None:
    clock, vendor, tokens = ManualClock(NOW), Vendor(), Tokens()
    one = tokens.of(clock, vendor, "https://a", "client", "secret")
    assert tokens.of(clock, vendor, "https://a", "client", "secret") is one
    assert tokens.of(clock, vendor, "https://a", "client", "another") is not one
    vendor.gate.clear()
    waiting = asyncio.create_task(one.get())
    await asyncio.sleep(0)
    await tokens.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
