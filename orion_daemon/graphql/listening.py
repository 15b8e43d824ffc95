"""Open subscriptions of this process: counted, ended together at shutdown, and each row of an event read once.

A thousand sockets that hear of one order ask for one row: the first asks the database, the others wait for the same
answer. Events stay what the bus gave; who may see them is decided before, by the store that is listened to.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.graphql.errors import Coded
from orion_daemon.runtime.bus import Bus, Subscription
from orion_daemon.runtime.tasks import spawn

_KEPT = 512


class Listening:
    def __init__(self, bus: Bus, *, limit: int, buffer: int) -> None:
        self._bus = bus
        self._limit = limit
        self._buffer = buffer
        self._open: set[Subscription] = set()
        self._answers: OrderedDict[tuple[int, str], tuple[object, asyncio.Future[Any]]] = OrderedDict()
        self._closed = False

    def __len__(self) -> int:
        return len(self._open)

    @asynccontextmanager
    async def to(self, *topics: type, key: Hashable = None) -> AsyncIterator[Subscription]:
        """Raises LIMIT_EXCEEDED when too many are open."""
        if self._closed or len(self._open) >= self._limit:
            raise Coded("LIMIT_EXCEEDED", f"{self._limit} subscriptions are open on this daemon; close one.")
        async with self._bus.subscribe(*topics, key=key, maxsize=self._buffer) as subscription:
            self._open.add(subscription)
            try:
                yield subscription
            finally:
                self._open.discard(subscription)

    async def shared(self, event: object, what: str, read: Callable[[], Awaitable[Any]]) -> Any:
        """What `read` gives for this very event; read once for all who ask."""
        key = (id(event), what)
        known = self._answers.get(key)
        if known is None:
            # the event is kept beside its answer, so that its id names no other object meanwhile
            known = self._answers[key] = (event, spawn(_answer(read), name=f"gateway reads {what}"))
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return await asyncio.shield(known[1])

    def close(self) -> None:
        """End every subscription; there will be no others."""
        self._closed = True
        for subscription in list(self._open):
            subscription.close()
        self._answers.clear()


async def _answer(read: Callable[[], Awaitable[Any]]) -> Any:
    return await read()
