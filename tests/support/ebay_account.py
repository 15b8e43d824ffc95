"""An eBay connector for a test, against the stand-in of `ebay_sandbox`: allowed to change things unless told otherwise.

Its clock is the stand-in's: whoever waits moves the time of both, so that nothing is slept and quotas run as they do.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec

from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.ebay.limits import limits_of
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.runtime.clock import SystemClock, Timer
from orion_daemon.sandbox.clock import WorldClock
from tests.support.ebay_sandbox import CLIENT, REFRESH, RU_NAME, SECRET, Ebay
from tests.support.vendor_server import http_client

SECRETS = {"client_secret": SECRET, "refresh_token": REFRESH}


class SharedClock(SystemClock):
    """The time of a stand-in that stands still; waiting for it moves it on."""

    def __init__(self, world: WorldClock) -> None:
        self._world = world
        self._start = world.now()

    def now(self) -> datetime:
        return self._world.now()

    def monotonic(self) -> float:
        return (self._world.now() - self._start).total_seconds()

    def call_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        due = self._world.now() + timedelta(seconds=max(0.0, seconds))

        def fire() -> None:
            self._reach(due)
            callback(*args)

        return asyncio.get_running_loop().call_soon(fire)

    async def sleep(self, seconds: float) -> None:
        self._reach(self._world.now() + timedelta(seconds=max(0.0, seconds)))

    def _reach(self, due: datetime) -> None:
        if due > self._world.now():
            self._world.set(due)


@asynccontextmanager
async def ebay_connector(
    ebay: Ebay,
    *,
    secrets: Mapping[str, str] | None = None,
    records: list[RequestRecord] | None = None,
    http: dict[str, Any] | None = None,
    client: Http | None = None,
    **options: Any,
) -> AsyncIterator[EbayConnector]:
    """`client` shares the process's tokens with another connector."""
    clock = SharedClock(ebay.sandbox.sandbox.core.clock)
    facts = {"account": "ada:ebay", "allows_mutations": True, "client_id": CLIENT, "ru_name": RU_NAME}
    endpoint = f"{ebay.sandbox.url}/ebay"
    settings = EbaySettings(**{**facts, "calls_per_second": 100.0, **options, "endpoint": endpoint})
    given = SECRETS if secrets is None else secrets
    if client is not None:
        yield EbayConnector(settings, given, client, limits_of(settings, clock), clock)
        return
    async with http_client(records, clock, **{"breaker_failures": 1000, **(http or {})}) as made:
        connector = EbayConnector(settings, given, made, limits_of(settings, clock), clock)
        try:
            yield connector
        finally:
            await connector.close()


def signing_key(ebay: Ebay) -> str:
    """The secret, of the key that the stand-in made last (`Ebay.use_key`)."""
    return msgspec.json.encode({"jwe": ebay.jwe, "private_key": ebay.private}).decode()


async def walk(
    connector: EbayConnector,
    scope: OrderScope = "new",
    cursor: str | None = None,
    since: datetime | None = None,
    between: Callable[[int], Any] | None = None,
) -> tuple[list[IncomingOrder], list[OrderPage]]:
    """All pages to the end; `between` is awaited after each page but the last, with the number of pages so far."""
    pages: list[OrderPage] = []
    while True:
        page = await connector.fetch_orders(scope, cursor, since)
        pages.append(page)
        if page.next_cursor is None:
            return [order for one in pages for order in one.orders], pages
        cursor = page.next_cursor
        if between is not None:
            await between(len(pages))
