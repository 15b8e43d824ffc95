"""A CodesWholesale account whose supplier answers by a script, for what no supplier does on purpose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.connectors.supplier import OutgoingPurchase
from orion_daemon.runtime.limiter import LimiterGroup
from tests.support.vendor_server import Reply, VendorServer, answers, http_client

SECRETS = {"client_secret": "$2a$10$of.ada/secret", "signature": "signature-of-ada"}
TOKEN = answers({"access_token": "token-1", "token_type": "bearer", "expires_in": 3600})
PURCHASE = OutgoingPurchase("orion-1", "p1", 2, 910, "EUR", allows_preorder=False)
BOUGHT = {
    "orderId": "c0ffee",
    "clientOrderId": "orion-1",
    "status": "Completed",
    "totalPrice": 18.2,
    "products": [
        {
            "productId": "P1",
            "unitPrice": 9.1,
            "codes": [
                {"codeId": "c1", "codeType": "CODE_TEXT", "code": "AAAAA-1"},
                {"codeId": "c2", "codeType": "CODE_TEXT", "code": "AAAAA-2"},
            ],
        }
    ],
}


@asynccontextmanager
async def account(
    vendor: VendorServer, records: list[RequestRecord] | None = None, **how: Any
) -> AsyncIterator[CodesWholesaleConnector]:
    """Without limits, and each call is tried once unless told otherwise."""
    options = {"tries": 1, "breaker_failures": 1000, **how.pop("http", {})}
    facts = {"account": "ada:codeswholesale", "allows_mutations": True, "client_id": "client-of-ada"}
    facts |= {"endpoint": vendor.url.removesuffix("/graphql"), "calls_per_second": 100.0, **how}
    settings = CodesWholesaleSettings(**facts)
    async with http_client(records, **options) as http:
        connector = CodesWholesaleConnector(settings, SECRETS, http, LimiterGroup(http.clock), http.clock)
        yield connector
        await connector.close()


def problem(status: int, code: int | None = None, message: str = "no") -> Reply:
    return answers({"status": status, **({"code": code} if code else {}), "message": message}, status)
