"""Rate limits under load, in simulated time: how much of a quota is used, and how much too much ever passes.

The event loop's own clock is simulated: it jumps to the next timer, which then fires late by a random 0 to 2 ms as on a
busy machine. So hours pass in seconds, and aiolimiter, which knows no other clock than the loop's, is measured by the
same rule. Many callers always wait; each notes the moment it was let through. The worst window is the one, of the
quota's own length, in which most calls fell.
"""

import asyncio
import random
import selectors
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from typing import Any

from aiolimiter import AsyncLimiter

from benchmarks.report import Result, table
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.limiter import Limiter, LimiterGroup, Priority, Quota

CALLERS = 20


class _Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type] # chosen by the platform
    """Instead of waiting, lets the simulated time pass."""

    elapsed = 1000.0
    late: Callable[[], float] = staticmethod(lambda: 0.0)

    def select(self, timeout: float | None = None) -> Any:
        if timeout:
            self.elapsed += timeout + self.late()
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, seed: int) -> None:
        self.simulated = _Selector()
        chance = random.Random(seed)
        self.simulated.late = lambda: chance.uniform(0, 0.002)
        self.timers = 0
        super().__init__(self.simulated)

    def time(self) -> float:
        return self.simulated.elapsed

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)


class LoopClock(SystemClock):
    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def _load(make: Callable[[], Callable[[int], Awaitable[Any]]], seconds: float) -> tuple[list[float], float]:
    """Moments of all grants, and timers per grant; CALLERS wait at any time, one in ten urgent."""
    loop = _Loop(seed=1)
    grants: list[float] = []

    async def main() -> None:
        acquire = make()
        end = loop.time() + seconds

        async def call(number: int) -> None:
            while loop.time() < end:
                await acquire(Priority.URGENT if number % 10 == 0 else Priority.NORMAL)
                grants.append(loop.time())

        callers = [asyncio.create_task(call(number)) for number in range(CALLERS)]
        timers = loop.timers
        while loop.time() < end:
            loop.timers -= 1  # our own
            await asyncio.sleep(seconds / 10)
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        loop.timers -= timers

    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
    return [at for at in grants if at < 1000 + seconds], loop.timers / len(grants)


def worst_window(grants: list[float], length: float) -> int:
    """The most grants that fall into any half-open window of that length."""
    return max(bisect_left(grants, at + length - 1e-6) - index for index, at in enumerate(grants))


def _measure(name: str, make: Any, count: int, period: float, periods: int, *, goals: bool) -> list[Result]:
    grants, timers = _load(make, period * periods)
    used = len(grants) / (count * periods)
    worst = worst_window(grants, period) / count
    return [
        Result(f"{name}: share of the quota used", used, "×", 0.95 if goals else None, "higher",
               f"{len(grants)} calls, {timers:.2f} timers a call"),
        Result(f"{name}: worst window", worst, "×", 1.02 if goals else None, "lower", f"of {period:g} s"),
    ]  # fmt: skip


def run() -> list[Result]:
    results: list[Result] = []
    for count, period, periods in ((5, 1.0, 400), (100, 1.0, 100), (120, 60.0, 20), (5000, 86400.0, 3)):
        quota = Quota.window(count, period)
        results += _measure(
            f"ours, {count} in {period:g} s",
            lambda quota=quota: Limiter(LoopClock(), quota).acquire,
            count, period, periods, goals=True,
        )  # fmt: skip

    def shared() -> Callable[[int], Awaitable[Any]]:
        group = LimiterGroup(
            LoopClock(),
            account=Quota.window(100, 1.0),
            operations={"orders": Quota.window(60, 1.0), "stock": Quota.window(60, 1.0)},
        )
        turn = iter(range(10**9))
        return lambda priority: group.acquire(("orders", "stock")[next(turn) % 2], priority)

    results += _measure("ours, 100 in 1 s shared by two operations", shared, 100, 1.0, 100, goals=True)
    results += _measure("ours, 2 a second without burst", lambda: Limiter(LoopClock(), Quota(2.0)).acquire, 2, 1.0, 400,
                        goals=True)  # fmt: skip

    def theirs(rate: float, period: float) -> Callable[[], Callable[[int], Awaitable[Any]]]:
        def make() -> Callable[[int], Awaitable[Any]]:
            limiter = AsyncLimiter(rate, period)
            return lambda _priority: limiter.acquire()

        return make

    results += _measure("aiolimiter (100, 1 s)", theirs(100, 1.0), 100, 1.0, 100, goals=False)
    results += _measure("aiolimiter (1, 1/100 s)", theirs(1, 0.01), 100, 1.0, 100, goals=False)
    return results


if __name__ == "__main__":
    print(table(run()))
