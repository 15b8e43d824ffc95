"""One gate for the whole process, shared fairly: a thousand waiting jobs of one store do not delay another's two.

Waiters stand in priority classes, in a class by key (the store), under a key in order of arrival. Each free slot goes
to the most urgent class, there to the key whose turn it is; the key then goes to the end. A slot is held for the whole
of a job, which may be hours, so turns alone do not keep the gate fair: `per_key` keeps one store from filling it,
`bulk` keeps the long work of many stores from filling it, `reserve` keeps slots that only urgent work may take.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orion_daemon.runtime.waiting import Priority, Waiter

__all__ = ["FairGate", "Priority"]


class FairGate:
    def __init__(self, limit: int, *, per_key: int | None = None, reserve: int = 0, bulk: int | None = None) -> None:
        """At most `limit` at once, `bulk` of them at `Priority.BULK`; `reserve` of them for `Priority.URGENT` alone.

        A key that holds `per_key` gets more for urgent work only.
        """
        if limit < 1 or not 0 <= reserve < limit or min(1 if n is None else n for n in (per_key, bulk)) < 1:
            raise ValueError(f"no work could pass: limit {limit}, per key {per_key}, reserve {reserve}, bulk {bulk}")
        self._limit = limit
        self._per_key = limit if per_key is None else per_key
        self._reserve = reserve
        self._bulk = limit if bulk is None else bulk
        self._running: Counter[str] = Counter()
        self._total = 0
        self._in_bulk = 0
        self._classes: dict[int, OrderedDict[str, deque[Waiter]]] = {}

    @property
    def running(self) -> int:
        return self._total

    @property
    def waiting(self) -> int:
        return sum(len(queue) for keys in self._classes.values() for queue in keys.values())

    def held_by(self, key: str) -> int:
        return self._running[key]

    def _room(self, priority: int) -> bool:
        if priority <= Priority.URGENT:
            return self._total < self._limit
        if priority >= Priority.BULK and self._in_bulk >= self._bulk:
            return False
        return self._total < self._limit - self._reserve

    async def acquire(self, key: str, priority: int = Priority.NORMAL) -> None:
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._classes.setdefault(priority, OrderedDict()).setdefault(key, deque()).append(waiter)
        self._pump()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._forget(key, priority, waiter)
            else:
                self.release(key, priority)
            raise

    def _forget(self, key: str, priority: int, waiter: Waiter) -> None:
        keys = self._classes.get(priority)
        queue = keys.get(key) if keys else None
        if keys is None or queue is None or waiter not in queue:
            return  # somebody's turn passed over it in the meantime
        queue.remove(waiter)
        if not queue:
            del keys[key]
        if not keys:
            del self._classes[priority]

    def release(self, key: str, priority: int = Priority.NORMAL) -> None:
        """With the priority that it was acquired with."""
        is_bulk = priority >= Priority.BULK
        if self._running[key] < 1 or (is_bulk and self._in_bulk < 1):
            raise RuntimeError(f"{key!r} released more often than it acquired")
        self._in_bulk -= is_bulk
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
        self._total -= 1
        self._pump()

    def _pump(self) -> None:
        for priority in sorted(self._classes):
            keys = self._classes[priority]
            while self._room(priority) and self._grant_one(keys, priority):
                pass
            if not keys:
                del self._classes[priority]

    def _grant_one(self, keys: "OrderedDict[str, deque[Waiter]]", priority: int) -> bool:
        # A key at its own limit is passed over and keeps its turn; there are never more of them than limit / per_key.
        for key in keys:
            if self._running[key] < self._per_key or priority <= Priority.URGENT:
                break
        else:
            return False
        queue = keys[key]
        granted = False
        while queue and not granted:
            waiter = queue.popleft()
            if not waiter.done():  # done: cancelled, and its task has not run since
                waiter.set_result(None)
                granted = True
        if granted:
            self._running[key] += 1
            self._total += 1
            self._in_bulk += priority >= Priority.BULK
            keys.move_to_end(key)
        if not queue:
            del keys[key]
        return True

    @asynccontextmanager
    async def slot(self, key: str, priority: int = Priority.NORMAL) -> AsyncIterator[None]:
        await self.acquire(key, priority)
        try:
            yield
        finally:
            self.release(key, priority)
