"""An Amazon connector for a test, against the stand-in over real HTTP, and a time that both share.

`LeapClock` lets time pass as soon as somebody waits for it: quotas run out and refill, feeds and reports are worked
off, tokens end, all in milliseconds. After each sleep the stand-in does what fell due meanwhile. `Account` is the
seller with the stand-in's own handle; `connect` gives a connector with the published usage plans.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.connectors.amazon.connector import AmazonConnector
from orion_daemon.connectors.amazon.limits import limits
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.errors import RateLimited
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.runtime.clock import ManualClock, Timer
from orion_daemon.runtime.limiter import LimiterGroup
from tests.support.amazon_sandbox import CLIENT_ID, CLIENT_SECRET, DE, FR, REFRESH_TOKEN, SELLER, AmazonHandle
from tests.support.amazon_sandbox import amazon_account as sandbox_account
from tests.support.letzshop_sandbox import NOON
from tests.support.vendor_server import http_client

SECRETS = {"client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}


class LeapClock(ManualClock):
    """A clock on which waiting takes no time: the earliest timer is due as soon as the loop comes round."""

    def __init__(self, start: datetime = NOON) -> None:
        super().__init__(start)
        self.after_sleep: Callable[[], Awaitable[object]] | None = None
        self.slept: list[float] = []

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        timer = super().call_later(seconds, callback, *args)
        asyncio.get_running_loop().call_soon(self._leap)
        return timer

    def _leap(self) -> None:
        while self._heap:
            due, _, timer = heapq.heappop(self._heap)
            if not timer.cancelled:
                self._elapsed = max(self._elapsed, due)
                timer.callback(*timer.args)
                return

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await super().sleep(seconds)
        if self.after_sleep is not None:
            await self.after_sleep()


@dataclass
class Account:
    clock: LeapClock
    amazon: AmazonHandle
    limiters: dict[str, LimiterGroup] = field(default_factory=dict)

    async def pass_time(self, seconds: float) -> None:
        await self.clock.sleep(seconds)

    async def place(self, *lines: dict[str, Any], **order: Any) -> str:
        """An order with the given lines, one mug where none is; old enough to be seen. Its id."""
        wanted = lines or ({"sku": "MUG-1", "quantity": 1},)
        made = await self.amazon.place(*wanted, **{"placed_at": self._seen(), "updated_at": self._seen(), **order})
        return str(made["id"])

    def _seen(self) -> str:
        return (self.clock.now() - timedelta(minutes=3)).isoformat()

    async def requests(self, operation: str = "") -> list[dict[str, Any]]:
        return await self.amazon.ledger("request", **({"operation": operation} if operation else {}))

    async def fault(self, kind: str, operation: str, count: int | None = 1, **params: Any) -> None:
        await self.amazon.sandbox.fault(kind, operation, count, **params)

    async def no_faults(self) -> None:
        await self.amazon.sandbox.control("faults", method="DELETE")

    @asynccontextmanager
    async def connect(
        self,
        *,
        secrets: dict[str, str] | None = None,
        records: list[RequestRecord] | None = None,
        http: dict[str, Any] | None = None,
        unlimited: bool = False,
        **options: Any,
    ) -> AsyncIterator[AmazonConnector]:
        """`unlimited` keeps no usage plan, so that the stand-in's own is met."""
        said: dict[str, Any] = {
            "account": "ada:amazon",
            "endpoint": self.amazon.url,
            "allows_mutations": True,
            "client_id": CLIENT_ID,
            "seller_id": SELLER,
            "marketplace_ids": (DE, FR),
            "language": "de",
            **options,
        }
        settings = AmazonSettings(**said)
        limiter = None if unlimited else self.limiters.setdefault("shared", limits(settings, self.clock))
        async with http_client(records, self.clock, **{"breaker_failures": 1000, **(http or {})}) as client:
            connector = AmazonConnector(settings, secrets or SECRETS, client, limiter, self.clock)
            try:
                yield connector
            finally:
                await connector.close()


@asynccontextmanager
async def amazon_seller(*, seed: int = 1) -> AsyncIterator[Account]:
    clock = LeapClock()
    async with sandbox_account(seed=seed, clock=clock.now) as handle:
        control = handle.sandbox.sandbox.control

        async def catch_up() -> None:
            await control.catch_up(clock.now())

        clock.after_sleep = catch_up
        yield Account(clock, handle)


@dataclass
class Walked:
    """The newest form of each order, how often each was told, and the pages."""

    orders: dict[str, IncomingOrder] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    pages: list[OrderPage] = field(default_factory=list)

    @property
    def watermark(self) -> str | None:
        return self.pages[-1].watermark


async def walk(
    account: Account,
    connector: AmazonConnector,
    scope: OrderScope,
    cursor: str | None = None,
    since: datetime | None = None,
    *,
    most: int = 2000,
) -> Walked:
    """All pages of a walk; what is not ready or not granted yet is waited for, as jobs do."""
    found = Walked()
    for _ in range(most):
        try:
            page = await connector.fetch_orders(scope, cursor, since)
        except RateLimited as error:
            await account.pass_time(error.retry_after or 60)
            continue
        found.pages.append(page)
        for order in page.orders:
            found.orders[order.channel_order_id] = order
            found.told[order.channel_order_id] = found.told.get(order.channel_order_id, 0) + 1
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the walk does not end")
