"""A CodesWholesale connector for a test, against the stand-in of `codeswholesale_sandbox`: allowed to buy unless told
otherwise. Its clock is the stand-in's, so that whoever waits moves the time of both.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.codeswholesale.limits import limits_of
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.connectors.supplier import OutgoingPurchase, ProductPage
from tests.support.codeswholesale_sandbox import CLIENT, SECRET, SIGNATURE, CodesWholesaleHandle
from tests.support.ebay_account import SharedClock
from tests.support.vendor_server import http_client

SECRETS = {"client_secret": SECRET, "signature": SIGNATURE}


@asynccontextmanager
async def codeswholesale_connector(
    supplier: CodesWholesaleHandle,
    *,
    secrets: Mapping[str, str] | None = None,
    records: list[RequestRecord] | None = None,
    http: dict[str, Any] | None = None,
    client: Http | None = None,
    **options: Any,
) -> AsyncIterator[CodesWholesaleConnector]:
    """`client` shares the process's tokens with another connector."""
    clock = SharedClock(supplier.sandbox.sandbox.core.clock)
    facts = {"account": "ada:codeswholesale", "allows_mutations": True, "client_id": CLIENT}
    facts |= {"endpoint": f"{supplier.sandbox.url}/codeswholesale", "calls_per_second": 100.0}
    settings = CodesWholesaleSettings(**{**facts, **options})
    given = SECRETS if secrets is None else secrets
    if client is not None:
        yield CodesWholesaleConnector(settings, given, client, limits_of(settings, clock), clock)
        return
    async with http_client(records, clock, **{"breaker_failures": 1000, **(http or {})}) as made:
        connector = CodesWholesaleConnector(settings, given, made, limits_of(settings, clock), clock)
        yield connector
        await connector.close()


def purchase(
    product: str,
    quantity: int = 1,
    expected_minor: int = 910,
    reference: str = "orion-1",
    *,
    allows_preorder: bool = False,
) -> OutgoingPurchase:
    return OutgoingPurchase(reference, product, quantity, expected_minor, "EUR", allows_preorder=allows_preorder)


async def walk(connector: CodesWholesaleConnector, **how: Any) -> list[ProductPage]:
    """All pages to the end; `since` as for `fetch_products`, `between` is awaited after each page but the last."""
    pages: list[ProductPage] = []
    cursor: str | None = None
    while True:
        page = await connector.fetch_products(cursor, how.get("since"))
        pages.append(page)
        cursor = page.next_cursor
        if cursor is None:
            return pages
        if "between" in how:
            await how["between"](len(pages))
