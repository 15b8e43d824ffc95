"""Events within the process: what was committed is told to whoever listens, now or never.

An event is any object; its topic is its type (and its base types), narrowed by a key such as the store's id.
Publishing never waits. Each subscriber has a bounded buffer; one that is too slow loses its oldest events and is told
how many by a `Lagged` in their place, so that it can read the present state anew. Nothing here is durable.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

__all__ = ["Bus", "Lagged", "Subscription"]


@dataclass(frozen=True, slots=True)
class Lagged:
    """At least so many events are missing here."""

    lost: int


class Subscription:
    """Receives from `async with` on. One reader; iteration ends when the bus or the subscription is closed."""

    def __init__(self, bus: "Bus", topics: tuple[type, ...], key: Hashable, maxsize: int) -> None:
        self._bus = bus
        self._places = [(topic, key) for topic in topics]
        self._buffer: deque[Any] = deque()
        self._maxsize = maxsize
        self._lost = 0
        self._reader: asyncio.Future[None] | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        self._bus.add(self, self._places)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Receive no more; what is buffered can still be read."""
        self._closed = True
        self._bus.remove(self, self._places)
        self._wake()

    def deliver(self, event: Any) -> None:
        if len(self._buffer) >= self._maxsize:
            self._buffer.popleft()
            self._lost += 1
        self._buffer.append(event)
        if self._reader is not None:
            self._wake()

    def miss(self) -> None:
        self._lost += 1
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def __len__(self) -> int:
        return len(self._buffer)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        while True:
            if self._lost:
                lost, self._lost = self._lost, 0
                return Lagged(lost)
            if self._buffer:
                return self._buffer.popleft()
            if self._closed:
                raise StopAsyncIteration
            if self._reader is not None:
                raise RuntimeError("two tasks read one subscription: each needs its own")
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None


class Bus:
    def __init__(self) -> None:
        # Dictionaries serve as ordered sets: subscribers hear in order of subscription.
        self._places: dict[tuple[type, Hashable], dict[Subscription, None]] = {}
        self._bases: dict[type, tuple[type, ...]] = {}
        self._closed = False

    def subscribe(self, *topics: type, key: Hashable = None, maxsize: int = 1000) -> Subscription:
        """Events of these types; without a key those of all keys. `async with` it to begin."""
        if not topics or maxsize < 1:
            raise ValueError("a subscription needs a topic and room for at least one event")
        return Subscription(self, topics, key, maxsize)

    def publish(self, event: Any, key: Hashable = None) -> int:
        """Hand the event to all who listen, at most once to each; returns how many."""
        kind = type(event)
        bases = self._bases.get(kind)
        if bases is None:
            bases = self._bases[kind] = kind.__mro__
        heard: dict[Subscription, None] = {}
        for base in bases:
            heard.update(self._places.get((base, None), {}))
            if key is not None:
                heard.update(self._places.get((base, key), {}))
        for subscription in heard:
            subscription.deliver(event)
        return len(heard)

    def missed(self, *topics: type) -> None:
        """Some events of these types, or of any, did not reach this process: who listens to them hears a `Lagged`."""
        for subscription in {
            subscription: None
            for (topic, _), listeners in self._places.items()
            if not topics or any(issubclass(one, topic) for one in topics)
            for subscription in listeners
        }:
            subscription.miss()

    @property
    def subscribers(self) -> int:
        return len({subscription for place in self._places.values() for subscription in place})

    def add(self, subscription: Subscription, places: list[tuple[type, Hashable]]) -> None:
        if self._closed:
            subscription.close()
            return
        for place in places:
            self._places.setdefault(place, {})[subscription] = None

    def remove(self, subscription: Subscription, places: list[tuple[type, Hashable]]) -> None:
        for place in places:
            listeners = self._places.get(place)
            if listeners is not None:
                listeners.pop(subscription, None)
                if not listeners:
                    del self._places[place]

    def close(self) -> None:
        """End all subscriptions, present and future; each may still read what it has."""
        self._closed = True
        for subscription in [subscription for place in self._places.values() for subscription in place]:
            subscription.close()
