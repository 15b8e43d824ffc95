"""The sandbox Amazon inside a test's own loop: a seller, a token, and calls as a client would send them.

Built on the frozen sandbox of `letzshop_sandbox`; `call` sends one request under the access token of the seller that
`amazon_account` made, and keeps every exchange so that a test can hold it against the contracts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
from yarl import URL

from tests.support.letzshop_sandbox import SandboxHandle, running_sandbox

CLIENT_ID = "client-of-ada"
CLIENT_SECRET = "secret-of-ada"
REFRESH_TOKEN = "Atzr|of-ada"
SELLER = "AADASELLER01"
DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
EVERYTHING = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"


@dataclass
class Answer:
    method: str
    path: str
    query: dict[str, str]
    sent: Any
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The code of the first error."""
        return str(self.body["errors"][0]["code"])


@dataclass
class AmazonHandle:
    sandbox: SandboxHandle
    token: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.sandbox.url}/amazon"

    async def control(
        self, path: str, body: Any = None, *, method: str | None = None, status: int | None = None
    ) -> Any:
        return await self.sandbox.control(f"amazon/{path}", body, method=method, status=status)

    async def ledger(self, kind: str, **where: str) -> list[dict[str, Any]]:
        return await self.sandbox.ledger(kind, vendor="amazon", **where)

    async def advance(self, seconds: float) -> None:
        await self.sandbox.advance(seconds)

    async def place(self, *lines: dict[str, Any], **order: Any) -> dict[str, Any]:
        placed: dict[str, Any] = await self.control("orders", {"lines": list(lines), **order})
        return placed

    async def login(self, **form: str) -> Answer:
        """One request to Login with Amazon; with nothing said it refreshes the seller's token and keeps it."""
        whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
        if "grant_type" not in form:
            whole.update(grant_type="refresh_token", refresh_token=form.get("refresh_token", REFRESH_TOKEN))
        async with self.sandbox.session.post(f"{self.url}/auth/o2/token", data=whole) as response:
            body = await response.json()
            if response.status == 200:
                self.token = body["access_token"]
            return Answer("POST", "/auth/o2/token", {}, None, response.status, dict(response.headers), body)

    async def call(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: Any = None,
        *,
        token: str | None = None,
    ) -> Answer:
        """One request; `path` is as on the wire, so that a SKU in it is quoted already."""
        value = self.token if token is None else token
        headers = {"x-amz-access-token": value, "Content-Type": "application/json"}
        if not value:
            del headers["x-amz-access-token"]
        url = URL(f"{self.url}{path}", encoded=True).extend_query(query or {})
        data = None if body is None else orjson.dumps(body)
        async with self.sandbox.session.request(method, url, data=data, headers=headers) as response:
            raw = await response.read()
            said = orjson.loads(raw) if raw else None
            answer = Answer(method, path, query or {}, body, response.status, dict(response.headers), said)
            self.answers.append(answer)
            return answer

    async def get(self, path: str, **query: str) -> Any:
        """The body of a read that must succeed."""
        answer = await self.call("GET", path, query)
        assert answer.status == 200, answer
        return answer.body

    async def search(self, **query: str) -> Any:
        said = {"lastUpdatedAfter": "2026-03-01T00:00:00Z", "includedData": EVERYTHING, **query}
        return await self.get("/orders/2026-01-01/orders", **said)

    async def order(self, order_id: str, **query: str) -> Any:
        said = {"includedData": EVERYTHING, **query}
        return (await self.get(f"/orders/2026-01-01/orders/{order_id}", **said))["order"]

    async def ship(self, order: dict[str, Any], reference: Any = "1", **detail: Any) -> Answer:
        """Confirm a parcel with everything that is open in the order, or what `detail` says."""
        lines = [{"orderItemId": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        package = {
            "packageReferenceId": reference,
            "carrierCode": "DHL",
            "trackingNumber": "JD0000000001",
            "shipDate": "2026-03-02T11:00:00Z",
            "orderItems": lines,
            **detail,
        }
        body = {"marketplaceId": order["marketplace"], "packageDetail": package}
        return await self.call("POST", f"/orders/v0/orders/{order['id']}/shipmentConfirmation", body=body)

    async def patch(self, sku: str, *patches: dict[str, Any], mode: str = "", **body: Any) -> Answer:
        query = {"marketplaceIds": DE, **({"mode": mode} if mode else {})}
        whole = {"productType": "PRODUCT", "patches": list(patches), **body}
        path = f"/listings/2021-08-01/items/{SELLER}/{quote(sku, safe='')}"
        return await self.call("PATCH", path, query, whole)

    async def listing(self, sku: str, sets: str = "summaries,attributes,offers,fulfillmentAvailability,issues") -> Any:
        path = f"/listings/2021-08-01/items/{SELLER}/{quote(sku, safe='')}"
        return await self.get(path, marketplaceIds=f"{DE},{FR}", includedData=sets)


def quantity(number: int, op: str = "merge", channel: str = "DEFAULT") -> dict[str, Any]:
    """A patch of the stock."""
    value = [{"fulfillment_channel_code": channel, "quantity": number}]
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": value}


def price(amount: float, marketplace: str = DE, op: str = "merge") -> dict[str, Any]:
    """A patch of the price in one store."""
    offer = {
        "marketplace_id": marketplace,
        "currency": "EUR",
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
    }
    return {"op": op, "path": "/attributes/purchasable_offer", "value": [offer]}


@asynccontextmanager
async def amazon_account(*, seed: int = 1) -> AsyncIterator[AmazonHandle]:
    """A sandbox at NOON with one seller on Amazon.de and Amazon.fr, three listings and a fresh access token."""
    async with running_sandbox(seed=seed) as sandbox:
        handle = AmazonHandle(sandbox)
        await handle.control("applications", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "id": "app-1"})
        seller = {"id": SELLER, "name": "Ada", "marketplaces": [DE, FR], "refresh_token": REFRESH_TOKEN}
        await handle.control("sellers", seller)
        listings = [
            {"sku": "MUG-1", "price": "19.99", "quantity": 10, "gtin": "5400990016800", "titles": {"de": "Becher"}},
            {"sku": "CUP 2/B", "price": "8.50", "quantity": 5, "brand": "Pabeier"},
            {"sku": "FBA-3", "price": "30.00", "fba": True},
        ]
        await handle.control("listings", {"listings": listings})
        await handle.login()
        yield handle
