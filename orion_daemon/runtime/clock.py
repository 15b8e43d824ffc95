"""Time as a parameter: whoever waits or asks the hour is handed a `Clock`.

`SystemClock` is the running process's. `ManualClock` stands still until `advance()` and then wakes every sleeper in
the order of its due time, letting the event loop come to rest after each: minutes of back-off are tested in
milliseconds, and always with the same interleaving.

Wall time (`now`, aware UTC) is for what people and databases read; `monotonic` is for durations and survives a
corrected system clock. Timers carry no context variables of use: a callback starts work only through `tasks.spawn`.
"""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol, TypeVar

__all__ = ["Clock", "ManualClock", "SystemClock", "Timer", "Waitable"]

T = TypeVar("T")


class Timer(Protocol):
    def cancel(self) -> None: ...


class Waitable(Protocol):
    """What `Clock.wait` can wait for; `asyncio.Event` is one."""

    def is_set(self) -> bool: ...
    async def wait(self) -> object: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall time, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never backwards."""
        ...

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer: ...

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, event: Waitable, timeout: float) -> float:  # noqa: ASYNC109 - our clock's time, not the loop's
        """Sleep that can be woken: the seconds that were left when the event came, 0.0 when it did not."""
        ...

    async def within(self, seconds: float, awaitable: Awaitable[T]) -> T:
        """The awaitable's result; cancels it and raises TimeoutError once the seconds are over."""
        ...


class _Deadlines:
    """`wait` and `within` by means of the clock's own timers, without a second task."""

    def monotonic(self) -> float:
        raise NotImplementedError

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        raise NotImplementedError

    async def within(self, seconds: float, awaitable: Awaitable[T]) -> T:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a running task to interrupt")
        before = task.cancelling()
        expired = False

        def expire() -> None:
            nonlocal expired
            expired = True
            task.cancel()

        timer = self.call_later(max(0.0, seconds), expire)
        try:
            return await awaitable
        except asyncio.CancelledError as error:
            # Only our own cancellation becomes a time-out; somebody else's, even at the same moment, goes on upwards.
            if expired and task.uncancel() <= before:
                raise TimeoutError(f"not done within {seconds:g} s") from error
            raise
        finally:
            timer.cancel()

    async def wait(self, event: Waitable, timeout: float) -> float:  # noqa: ASYNC109 - our clock's time, not the loop's
        until = self.monotonic() + timeout
        if not event.is_set():
            try:
                await self.within(timeout, event.wait())
            except TimeoutError:
                return 0.0
        return max(0.0, until - self.monotonic())


class SystemClock(_Deadlines):
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, callback, *args)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _ManualTimer:
    __slots__ = ("args", "callback", "cancelled")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.callback = callback
        self.args = args
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock(_Deadlines):
    """A clock that a test moves. Threads and sockets know nothing of it: it settles the event loop's own work only."""

    def __init__(self, start: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware time")
        self._start = start.astimezone(UTC)
        self._elapsed = 0.0
        self._heap: list[tuple[float, int, _ManualTimer]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        timer = _ManualTimer(callback, args)
        heapq.heappush(self._heap, (self._elapsed + max(0.0, seconds), next(self._order), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, _finish, woken)
        try:
            await woken
        finally:
            timer.cancel()

    @property
    def timers(self) -> int:
        """How many timers are armed: 0 says that nobody is waiting for time to pass."""
        return sum(not timer.cancelled for _, _, timer in self._heap)

    def shift_wall(self, seconds: float) -> None:
        """Correct the wall clock as NTP or an operator would; durations are not touched."""
        self._start += timedelta(seconds=seconds)

    async def advance(self, seconds: float) -> None:
        """Let time pass: each timer on the way fires at its own moment, then all it caused runs before the next."""
        if seconds < 0:
            raise ValueError("time does not run backwards; shift_wall() corrects a wall clock")
        target = self._elapsed + seconds
        await self.settle()
        while self._heap and self._heap[0][0] <= target:
            due, _, timer = heapq.heappop(self._heap)
            if timer.cancelled:
                continue
            self._elapsed = max(self._elapsed, due)
            timer.callback(*timer.args)
            await self.settle()
        self._elapsed = target

    async def settle(self, limit: int = 10_000) -> None:
        """Run the loop until nothing is ready; RuntimeError when something keeps itself busy for `limit` rounds."""
        # The loop's queue of ready callbacks is private, and the only thing that tells rest from a long chain.
        ready: deque[object] | None = getattr(asyncio.get_running_loop(), "_ready", None)
        for rounds in range(limit):
            await asyncio.sleep(0)
            if (not ready) if ready is not None else rounds > 50:
                return
        raise RuntimeError(f"the event loop did not come to rest in {limit} rounds: something polls without waiting")


def _finish(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
