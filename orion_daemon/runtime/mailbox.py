"""Bounded in-memory lanes: what an actor has been told and has not begun yet.

These are nudges, not work: work is a row in the job table, and a sweep finds it when a nudge was refused or died with
the process. So a full lane refuses instead of growing, and a nudge whose key is already queued is merged with it. A key
is free again as soon as its message is taken, for what happens from then on may concern the state after it.

`Mailbox` is the set of lanes one actor has; `cell.py` runs them.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

__all__ = ["Lane", "LaneSpec", "Mailbox", "MailboxFull", "UnknownLane"]


class MailboxFull(Exception):  # noqa: N818 - says what is, like asyncio.QueueFull
    """The lane has no room; the sender keeps the message."""


class UnknownLane(LookupError):  # noqa: N818 - a mistake in the caller's code, named by what it is
    """No lane of that name."""


@dataclass(frozen=True, slots=True)
class LaneSpec:
    name: str
    capacity: int = 1000
    order: Literal["fifo", "priority"] = "fifo"  # priority: lower numbers first, arrival among equals


class _Keyed:
    __slots__ = ("item", "key")

    def __init__(self, key: object, item: Any) -> None:
        self.key = key
        self.item = item


class Lane:
    """First in, first out."""

    __slots__ = ("_items", "_keys", "capacity", "name")
    _items: Any

    def __init__(self, spec: LaneSpec) -> None:
        self.name = spec.name
        self.capacity = spec.capacity
        self._keys: set[object] | None = None
        self._items = self._container()

    @staticmethod
    def _container() -> Any:
        return deque()

    def __len__(self) -> int:
        return len(self._items)

    def offer(self, item: Any, key: object = None, priority: int = 0) -> bool:
        """False when the lane is full. True when the item is queued, or one of the same key is."""
        if key is not None:
            keys = self._keys
            if keys is None:
                keys = self._keys = set()
            elif key in keys:
                return True
            if len(self._items) >= self.capacity:
                return False
            keys.add(key)
            item = _Keyed(key, item)
        elif len(self._items) >= self.capacity:
            return False
        self._push(item, priority)
        return True

    def put(self, item: Any, key: object = None, priority: int = 0) -> None:
        """As `offer`, raising MailboxFull."""
        if not self.offer(item, key, priority):
            raise MailboxFull(f"lane {self.name!r} is full ({self.capacity} messages)")

    def _push(self, item: Any, _priority: int) -> None:
        self._items.append(item)

    def _pop(self) -> Any:
        return self._items.popleft()

    def take(self) -> Any:
        """The next item; IndexError when there is none."""
        item = self._pop()
        if type(item) is _Keyed:
            if self._keys is not None:
                self._keys.discard(item.key)
            return item.item
        return item

    def __iter__(self) -> Iterator[Any]:
        """What is queued, in no promised order."""
        for entry in self._entries():
            yield entry.item if type(entry) is _Keyed else entry

    def _entries(self) -> Iterable[Any]:
        return tuple(self._items)

    def clear(self) -> list[Any]:
        """Empty the lane; returns what was in it, in order."""
        left = []
        while self._items:
            left.append(self.take())
        return left


class PriorityLane(Lane):
    __slots__ = ("_order",)

    def __init__(self, spec: LaneSpec) -> None:
        super().__init__(spec)
        self._order = count()

    @staticmethod
    def _container() -> Any:
        return []

    def _push(self, item: Any, priority: int) -> None:
        heapq.heappush(self._items, (priority, next(self._order), item))

    def _entries(self) -> Iterable[Any]:
        return [item for _, _, item in self._items]

    def _pop(self) -> Any:
        return heapq.heappop(self._items)[2]


def make_lane(spec: LaneSpec) -> Lane:
    return PriorityLane(spec) if spec.order == "priority" else Lane(spec)


class Mailbox:
    """Named lanes, for whoever drains them by hand; actors make their lanes one by one as they are used."""

    def __init__(self, specs: Iterable[LaneSpec]) -> None:
        self._lanes = {spec.name: make_lane(spec) for spec in specs}

    def __getitem__(self, lane: str) -> Lane:
        try:
            return self._lanes[lane]
        except KeyError:
            raise UnknownLane(f"no lane {lane!r}; there are {', '.join(self._lanes)}") from None

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes.values())

    def __len__(self) -> int:
        return sum(len(lane) for lane in self)

    def offer(self, lane: str, item: Any, key: object = None, priority: int = 0) -> bool:
        return self[lane].offer(item, key, priority)

    def put(self, lane: str, item: Any, key: object = None, priority: int = 0) -> None:
        self[lane].put(item, key, priority)

    def take(self, lane: str) -> Any:
        return self[lane].take()
