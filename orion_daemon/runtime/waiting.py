"""Priorities, and the queue of those who wait for a slot: the most urgent first, in order of arrival among equals.

Shared by the rate limiters and the concurrency gates. A waiter that gives up leaves at once in the counts and soon in
memory: the queue is rebuilt when half of it is dead, so callers with short patience cannot make it grow for ever.
"""

import asyncio
import heapq
from collections.abc import Iterator
from enum import IntEnum
from itertools import count

__all__ = ["Priority", "WaitQueue", "Waiter"]


class Priority(IntEnum):
    """Lower goes first; any int between them is fine too."""

    URGENT = 0  # stock to zero, keys owed
    NORMAL = 50  # polls, ordinary pushes
    BULK = 100  # catalogs, read-backs, history


Waiter = asyncio.Future[None]


class WaitQueue:
    """Queues that compete with each other share one `order`, so that their heads can be compared."""

    __slots__ = ("_heap", "_live", "_order")

    def __init__(self, order: "Iterator[int] | None" = None) -> None:
        self._heap: list[tuple[int, int, Waiter]] = []
        self._order = order if order is not None else count()
        self._live = 0

    def __len__(self) -> int:
        return self._live

    def push(self, priority: int) -> Waiter:
        waiter: Waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._heap, (priority, next(self._order), waiter))
        self._live += 1
        return waiter

    def head(self) -> tuple[int, int] | None:
        """Priority and arrival of who is next; None when nobody waits."""
        heap = self._heap
        while heap and heap[0][2].done():
            heapq.heappop(heap)
        return heap[0][:2] if heap else None

    def grant(self) -> bool:
        """Let the next one through; False when nobody waits."""
        if self.head() is None:
            return False
        heapq.heappop(self._heap)[2].set_result(None)
        self._live -= 1
        return True

    def forget(self) -> None:
        """To be called once for each waiter that was cancelled before its turn."""
        self._live -= 1
        if len(self._heap) > 2 * self._live + 8:
            self._heap = [entry for entry in self._heap if not entry[2].done()]
            heapq.heapify(self._heap)
