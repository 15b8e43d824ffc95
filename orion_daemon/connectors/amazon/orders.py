"""Walks over a seller's orders: the poll, the sweep over what is open, the past, refunds.

The poll asks for what changed since the last watermark, a little overlapped, for all stores in one call, and follows
page tokens with unchanged filters. Its next watermark is the window's end that Amazon names, never a clock or an order
of ours. A first poll brings what is still to be sent; the next, what changed since. A watermark older than a day means
an outage, which the quota of the search could not catch up with: then come the open orders, reports for the past
(`history.py`), and the search again from where they end, by Amazon's clock. Reports take hours: meanwhile what was
placed since is looked for as often as a poll would. Refunds: `refunds.py`.
"""

from datetime import datetime, timedelta

import msgspec

from orion_daemon.connectors.amazon.client import AmazonClient, PageRefused
from orion_daemon.connectors.amazon.history import History
from orion_daemon.connectors.amazon.refunds import Refunds
from orion_daemon.connectors.amazon.walk import TOKEN_LIFE, Bounds, Cursor, Found, Reader, place
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.errors import Malformed, RateLimited
from orion_daemon.connectors.paging import Mark, onward
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

OUTAGE = timedelta(days=1)
OLDEST = timedelta(days=729)
"""Amazon shows orders of two years."""
OLDEST_OPEN = timedelta(days=365)
_YOUNGEST = timedelta(seconds=150)  # a window ends two minutes ago, and must not begin later than it ends
LOOK_EVERY = timedelta(minutes=5)
"""While reports are read: what the order search grants is one call in three minutes."""
_MOST_LOOKED = 5  # pages of one such look; what is beyond comes with the search behind the reports
_replace = msgspec.structs.replace


class Orders:
    def __init__(self, client: AmazonClient, reader: Reader, clock: Clock) -> None:
        self._overlap = timedelta(seconds=client.settings.overlap_seconds)
        self._reader = reader
        self._clock = clock
        self._history = History(client, reader)
        self._refunds = Refunds(client, reader, clock)

    async def fetch(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        if scope == "refunds":
            return await self._refunds.fetch(cursor, since)
        now = self._clock.now()
        walk = self._begin(scope, place(cursor), since, now)
        if walk.step == "report":
            if scope == "new" and walk.listed_at is not None and now - walk.listed_at >= LOOK_EVERY:
                return await self._look(scope, walk, now)
            found, following = await self._history.page(walk, now)
            return self._page(scope, found, following)
        if walk.step == "open":
            return await self._open(scope, walk, now)
        return await self._search(scope, walk, now)

    async def one(self, channel_order_id: str) -> IncomingOrder | None:
        read = await self._reader.one(channel_order_id, Priority.NORMAL)
        if isinstance(read, RecordProblem):
            raise Malformed(f"amazon, order {channel_order_id}: {read.message}", code=read.code, payload=read.payload)
        return read

    def _begin(self, scope: OrderScope, walk: Cursor, since: datetime | None, now: datetime) -> Cursor:
        """The walk's place as it can be gone on from: without a token that died, by a report where a search would be
        too slow."""
        if walk.token is not None and not self._is_good(walk, now):
            walk = _replace(walk, token=None, token_at=None, asked=None, before=None, mark=Mark())
        if scope == "open":
            return walk if walk.step == "open" else Cursor(step="open")
        if walk.step != "search":
            return walk
        if walk.since is None:
            if since is None and scope == "new":
                return Cursor(step="open")
            walk = Cursor(since=since or now - OLDEST)
        start = max(walk.since or now, now - OLDEST)
        if walk.token is not None or walk.slowly or now - start <= OUTAGE:
            return walk
        return Cursor(step="open" if scope == "new" else "report", since=start)

    def _is_good(self, walk: Cursor, now: datetime) -> bool:
        if walk.api != self._reader.api or walk.asked is None or walk.token_at is None:
            return False
        return timedelta() <= now - walk.token_at < TOKEN_LIFE

    # -- steps ---------------------------------------------------------------------------------------------------------

    async def _open(self, scope: OrderScope, walk: Cursor, now: datetime) -> OrderPage:
        bounds = Bounds(walk.asked or now - OLDEST_OPEN, made=True, is_open=True)
        found, walk = await self._list(walk, bounds, Priority.NORMAL, now)
        if walk.token is not None or scope == "open":
            return self._page(scope, found, walk if walk.token is not None else None)
        if walk.since is None:
            return self._page(scope, found, None, watermark=str(Cursor(since=walk.before or now)))
        until = walk.before if walk.before and walk.before > walk.since else None
        return self._page(scope, found, Cursor(step="report", since=walk.since, until=until, listed_at=now))

    async def _look(self, scope: OrderScope, walk: Cursor, now: datetime) -> OrderPage:
        """Open orders placed since they were listed last. What is not granted now is left to the next look."""
        since = min((walk.listed_to or walk.until or now) - self._overlap, now - _YOUNGEST)
        bounds, token, before = Bounds(since, made=True, is_open=True), None, walk.listed_to
        orders: list[IncomingOrder] = []
        problems: list[RecordProblem] = []
        try:
            for _ in range(_MOST_LOOKED):
                found = await self._reader.search(bounds, token, Priority.NORMAL)
                orders += found.orders
                problems += found.problems
                token = found.token
                if token is None:
                    before = found.before
                    break
        except (RateLimited, PageRefused):
            pass
        seen = Found(tuple(orders), tuple(problems), None, None)
        return self._page(scope, seen, _replace(walk, listed_to=before or walk.listed_to, listed_at=now))

    async def _search(self, scope: OrderScope, walk: Cursor, now: datetime) -> OrderPage:
        since = walk.since or now
        bounds = Bounds(walk.asked or min(since - self._overlap, now - _YOUNGEST))
        priority = Priority.BULK if scope == "history" else Priority.NORMAL
        found, walk = await self._list(walk, bounds, priority, now)
        if walk.token is not None:
            return self._page(scope, found, walk)
        reached = Cursor(since=max(since, walk.before) if walk.before else since)
        return self._page(scope, found, None, watermark=str(reached) if scope == "new" else None)

    async def _list(self, walk: Cursor, bounds: Bounds, priority: int, now: datetime) -> tuple[Found, Cursor]:
        """One page of a list, and the walk behind it; begun anew where the token is not taken."""
        try:
            found = await self._reader.search(bounds, walk.token, priority)
        except PageRefused:
            if walk.token is None:
                raise
            walk = _replace(walk, token=None, before=None, mark=Mark())
            found = await self._reader.search(bounds, None, priority)
        ends = [moment for moment in (walk.before, found.before) if moment is not None]
        is_same = found.token is not None and found.token == walk.token
        mark = walk.mark if is_same or found.token is None else onward(walk.mark, found.token, "amazon, orders")
        return found, _replace(
            walk,
            api=self._reader.api,
            asked=bounds.since,
            token=found.token,
            token_at=walk.token_at if is_same else now,
            mark=mark if found.token is not None else Mark(),
            before=min(ends, default=None),
        )

    def _page(self, scope: OrderScope, found: Found, walk: Cursor | None, watermark: str | None = None) -> OrderPage:
        cursor = None if walk is None else str(walk)
        return OrderPage(
            found.orders,
            cursor,
            watermark=watermark,
            problems=found.problems,
            resume=cursor if scope == "new" else None,
        )
