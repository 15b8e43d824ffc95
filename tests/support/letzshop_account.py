"""A Letzshop connector for a test: hasty, allowed to change things unless told otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.connectors.letzshop.connector import LetzshopConnector
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.runtime.clock import Clock, SystemClock
from tests.support.vendor_server import http_client

KEY = "Key-of-Ada"


@asynccontextmanager
async def letzshop(
    url: str,
    *,
    key: str = KEY,
    clock: Clock | None = None,
    records: list[RequestRecord] | None = None,
    http: dict[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[LetzshopConnector]:
    clock = clock or SystemClock()
    settings = LetzshopSettings(**{"account": "ada:letzshop", "allows_mutations": True, **options, "endpoint": url})
    async with http_client(records, clock, **{"breaker_failures": 1000, **(http or {})}) as client:
        connector = LetzshopConnector(settings, key, client, None, clock)
        try:
            yield connector
        finally:
            await connector.close()
