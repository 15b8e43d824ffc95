"""Rate limits and concurrency gates that callers await: urgent first, in order of arrival among equals.

`LimiterGroup` is one account: a quota of the account as a whole and one per vendor operation. A call passes only at a
moment when both allow it, so neither is exceeded by waiting for the other; an operation that is at its end does not
hold up the others. `Limiter` is a single quota. There is one timer per group, armed for the next moment at which
somebody can pass; nothing polls. A waiter that is cancelled leaves its slot to the next.

The arithmetic is in `quota.py`. `soft_limit` is aiolimiter's bucket, for limits of our own choice (mails a minute)
where a burst harms nobody: it lets nearly twice the quota through in its first window and knows neither priorities,
Retry-After nor restarts, so a vendor's hard quota never goes through it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from math import inf
from typing import Any

from aiolimiter import AsyncLimiter

from orion_daemon.runtime.clock import Clock, Timer
from orion_daemon.runtime.quota import Bucket, Quota
from orion_daemon.runtime.waiting import Priority, Waiter, WaitQueue

__all__ = ["SLOW", "Concurrency", "Limiter", "LimiterGroup", "Priority", "Quota", "soft_limit"]

SLOW = 10.0
"""Seconds between two grants from which on a quota is worth remembering beyond the process."""
_LATE = 1e-6  # a timer that fires a rounding error too early would only have to be armed again


def soft_limit(count: int, seconds: float) -> AsyncLimiter:
    """`count` at once, then evenly; for limits that are ours. Use it as `async with`, in one event loop."""
    return AsyncLimiter(count, seconds)


class LimiterGroup:
    """`operations` have quotas of their own, others get `default` each, all share `account`; None means unlimited."""

    def __init__(
        self,
        clock: Clock,
        *,
        account: Quota | None = None,
        operations: Mapping[str, Quota] | None = None,
        default: Quota | None = None,
    ) -> None:
        self._clock = clock
        self._account = Bucket(account) if account else None
        self._operations = {name: Bucket(quota) for name, quota in (operations or {}).items()}
        self._default = default
        self._blocked = -inf  # the whole account, also where no account quota is known
        self._order = count()
        self._waiting: dict[str, WaitQueue] = {}
        self._timer: Timer | None = None
        self._timer_due = inf
        self.keep: Callable[[dict[str, Any]], Awaitable[None]] | None = None
        """Given the snapshot with each grant of a slow quota, before the call is made."""

    def _bucket(self, operation: str) -> Bucket | None:
        bucket = self._operations.get(operation)
        if bucket is None and self._default is not None:
            bucket = self._operations[operation] = Bucket(self._default)
        return bucket

    def _ready(self, operation: str) -> float:
        ready = self._blocked
        if self._account is not None:
            ready = max(ready, self._account.ready)
        bucket = self._bucket(operation)
        return ready if bucket is None else max(ready, bucket.ready)

    def _take(self, operation: str, now: float) -> None:
        for bucket in (self._account, self._bucket(operation)):
            if bucket is not None:
                bucket.take(now)

    async def acquire(self, operation: str = "", priority: int = Priority.NORMAL) -> None:
        """Return at the moment when the call may be made; make it then, a grant cannot be saved for later."""
        await self._acquire(operation, priority)
        if self.keep is not None and self._is_slow(operation):
            await self.keep(self.snapshot())

    def _is_slow(self, operation: str) -> bool:
        buckets = (self._account, self._bucket(operation))
        return any(bucket is not None and bucket.quota.rate * SLOW < 1 for bucket in buckets)

    async def _acquire(self, operation: str, priority: int) -> None:
        now = self._clock.monotonic()
        if not self._waiting and self._ready(operation) <= now:
            self._take(operation, now)
            return
        queue = self._waiting.get(operation)
        if queue is None:
            queue = self._waiting[operation] = WaitQueue(self._order)
        waiter = queue.push(priority)
        self._pump()
        try:
            await waiter
        except asyncio.CancelledError:
            self._left(operation, queue, waiter)
            raise

    def _left(self, operation: str, queue: WaitQueue, waiter: Waiter) -> None:
        if waiter.cancelled():
            queue.forget()
        else:  # granted and cancelled in the same round of the loop
            for bucket in (self._account, self._bucket(operation)):
                if bucket is not None:
                    bucket.refund()
        self._pump()

    def _pump(self) -> None:
        """Let through all who may pass now, then arm the timer for the next."""
        now = self._clock.monotonic()
        while True:
            chosen: tuple[tuple[int, int], str] | None = None
            soonest = inf
            for operation, queue in list(self._waiting.items()):
                head = queue.head()
                if head is None:
                    del self._waiting[operation]
                elif (ready := self._ready(operation)) > now:
                    soonest = min(soonest, ready)
                elif chosen is None or head < chosen[0]:
                    chosen = (head, operation)
            if chosen is None:
                break
            self._waiting[chosen[1]].grant()
            self._take(chosen[1], now)
        self._arm(soonest, now)

    def _arm(self, due: float, now: float) -> None:
        if due == self._timer_due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_due = due
        self._timer = None if due == inf else self._clock.call_later(due - now + _LATE, self._fire)

    def _fire(self) -> None:
        self._timer, self._timer_due = None, inf
        self._pump()

    @property
    def waiting(self) -> int:
        return sum(len(queue) for queue in self._waiting.values())

    def delay(self, operation: str = "") -> float:
        """Seconds until one call could pass if nobody else waited."""
        return max(0.0, self._ready(operation) - self._clock.monotonic())

    def left(self, operation: str) -> int | None:
        """Calls that the operation's own quota allows at once; None where it has none."""
        bucket = self._bucket(operation)
        return None if bucket is None else bucket.left(self._clock.monotonic())

    def spacing(self, operation: str) -> float | None:
        """Seconds between two grants of the operation's own quota in the long run; None where it has none."""
        bucket = self._bucket(operation)
        return None if bucket is None else 1 / bucket.quota.rate

    def penalise(self, until: datetime, operation: str | None = None) -> None:
        """The vendor said "not before" (Retry-After): for one operation, or for the account, also when the
        operation has no quota of its own. Never shortens an earlier penalty."""
        due = self._monotonic(until, self._clock.now())
        if operation is not None and (bucket := self._bucket(operation)) is not None:
            bucket.block(due)
        else:
            self._blocked = max(self._blocked, due)
            if self._account is not None:
                self._account.block(due)
        self._pump()

    def resize(self, rate: float, operation: str | None = None, burst: int | None = None) -> None:
        """The vendor stated another rate (per second), or burst; of one operation, or of the account."""
        now = self._clock.monotonic()
        bucket = self._account if operation is None else self._bucket(operation)
        if bucket is not None:
            bucket.resize(rate, now, burst)
        elif operation is not None:
            self._operations[operation] = Bucket(Quota(rate, burst or 1))
        else:
            self._account = Bucket(Quota(rate, burst or 1))
        self._pump()

    def _monotonic(self, moment: datetime, now: datetime) -> float:
        return self._clock.monotonic() + (moment - now).total_seconds()

    def snapshot(self) -> dict[str, Any]:
        """What is spent, in wall time and as JSON; only what still matters, so an idle group gives `{}`.

        Save it with each call of a slow quota: a process that dies restores what was saved last.
        """
        now = self._clock.monotonic()
        wall = self._clock.now()

        def moments(spent: float, blocked: float) -> dict[str, str]:
            values = {"spent": spent, "blocked": blocked}
            return {key: (wall + timedelta(seconds=at - now)).isoformat() for key, at in values.items() if at > now}

        account = moments(self._account.spent if self._account else -inf, self._blocked)
        operations = {
            name: state for name, bucket in self._operations.items() if (state := moments(bucket.spent, bucket.blocked))
        }
        return {key: value for key, value in (("account", account), ("operations", operations)) if value}

    def restore(self, state: Mapping[str, Any], now: datetime) -> None:
        """Take over a `snapshot()` of an earlier process; `now` is wall time. Operations no longer known are left out.

        Raises ValueError or TypeError when the state is not one of ours; nothing is changed then.
        """
        mono = self._clock.monotonic()

        def moment(values: Mapping[str, str], key: str) -> float:
            return self._monotonic(datetime.fromisoformat(values[key]), now) if key in values else -inf

        account = state.get("account", {})
        todo = [(self._bucket(name), values) for name, values in state.get("operations", {}).items()]
        todo.append((self._account, account))
        moments = [(bucket, moment(values, "spent"), moment(values, "blocked")) for bucket, values in todo]
        self._blocked = max(self._blocked, moment(account, "blocked"))
        for bucket, spent, blocked in moments:
            if bucket is not None:
                bucket.restore(spent, blocked, mono)
        self._pump()


class Limiter:
    """One quota. Quick to write where a vendor has no limits by operation."""

    def __init__(self, clock: Clock, quota: Quota) -> None:
        self._group = LimiterGroup(clock, account=quota)

    async def acquire(self, priority: int = Priority.NORMAL) -> None:
        await self._group.acquire("", priority)

    @property
    def waiting(self) -> int:
        return self._group.waiting

    def delay(self) -> float:
        return self._group.delay()

    def penalise(self, until: datetime) -> None:
        self._group.penalise(until)

    def resize(self, rate: float) -> None:
        self._group.resize(rate)

    def snapshot(self) -> dict[str, Any]:
        return self._group.snapshot()

    def restore(self, state: Mapping[str, Any], now: datetime) -> None:
        self._group.restore(state, now)


class Concurrency:
    """At most `limit` at once."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError("a gate needs room for at least one")
        self._limit = limit
        self._queue = WaitQueue()
        self.running = 0

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def acquire(self, priority: int = Priority.NORMAL) -> None:
        if self.running < self._limit and not len(self._queue):
            self.running += 1
            return
        waiter = self._queue.push(priority)
        self._pump()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._queue.forget()
            else:
                self.release()
            raise

    def release(self) -> None:
        if self.running < 1:
            raise RuntimeError("released more often than acquired")
        self.running -= 1
        self._pump()

    def resize(self, limit: int) -> None:
        """Another limit; those above a lower one finish undisturbed."""
        if limit < 1:
            raise ValueError("a gate needs room for at least one")
        self._limit = limit
        self._pump()

    def _pump(self) -> None:
        while self.running < self._limit and self._queue.grant():
            self.running += 1

    @asynccontextmanager
    async def slot(self, priority: int = Priority.NORMAL) -> AsyncIterator[None]:
        await self.acquire(priority)
        try:
            yield
        finally:
            self.release()
