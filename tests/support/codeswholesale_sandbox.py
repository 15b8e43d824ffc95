"""The sandbox CodesWholesale inside a test's own loop, spoken to as a customer of the supplier would.

Numbers are read as Decimal, so that a test sees the digits that were written.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.letzshop_sandbox import SandboxHandle, running_sandbox

CLIENT, SECRET, SIGNATURE = "ada-client", "$2a$10$ada.secret/", "ada-signature"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any
    text: str

    @property
    def code(self) -> int | None:
        found: int | None = self.body.get("code")
        return found


@dataclass
class CodesWholesaleHandle:
    """The account `ada-client` with 100.00 EUR."""

    sandbox: SandboxHandle
    token: str = ""

    async def control(self, path: str, body: Any = None, **how: Any) -> Any:
        return await self.sandbox.control(f"codeswholesale/{path}", body, **how)

    async def fault(self, kind: str, operation: str, **params: Any) -> None:
        await self.sandbox.fault(kind, operation, marketplace="codeswholesale", **params)

    async def ledger(self, kind: str, **where: str) -> list[dict[str, Any]]:
        return await self.sandbox.ledger(kind, vendor="codeswholesale", **where)

    async def log_in(self, **form: str) -> Answer:
        said = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, **form}
        url = f"{self.sandbox.url}/codeswholesale/oauth/token"
        async with self.sandbox.session.post(url, data=said) as response:
            text = await response.text()
            body = json.loads(text) if response.content_type == "application/json" else None
            answer = Answer(response.status, dict(response.headers), body, text)
        if answer.body is not None and "access_token" in answer.body:
            self.token = answer.body["access_token"]
        return answer

    async def get(self, path: str, **query: str) -> Answer:
        return await self.call("GET", path, query=query)

    async def post(self, path: str, body: Any) -> Answer:
        return await self.call("POST", path, body)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One call below `/v3`; a body that is text goes out as it is."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        raw = body if isinstance(body, str) else None if body is None else json.dumps(body)
        url = f"{self.sandbox.url}/codeswholesale/v3/{path}"
        async with self.sandbox.session.request(method, url, params=query, data=raw, headers=sent) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            content = json.loads(text, parse_float=Decimal) if is_json else None
            return Answer(response.status, dict(response.headers), content, text)

    async def add(self, name: str = "Example Quest", price: str = "9.10", **more: Any) -> str:
        """A product on the shelf; its id."""
        made = await self.control("products", {"name": name, "price": price, **more})
        return str(made["id"])

    async def buy(
        self, product: str, quantity: int = 1, price: float | None = 9.10, reference: str = "ref-1", **more: Any
    ) -> Answer:
        line = {"productId": product, "quantity": quantity, **({} if price is None else {"price": price})}
        return await self.post("orders", {"orderId": reference, "allowPreOrder": False, "products": [line], **more})

    async def walk(self, **query: str) -> list[str]:
        """Ids of all pages, in the order they came."""
        found, token = [], ""
        while True:
            page = await self.get("products", **query, **({"continuationToken": token} if token else {}))
            assert page.status == 200, page.text
            found += [item["productId"] for item in page.body["items"]]
            token = page.body.get("continuationToken") or ""
            if not token:
                return found

    async def bought(self, **query: str) -> dict[str, Any]:
        text = "&".join(f"{name}={value}" for name, value in query.items())
        found: dict[str, Any] = await self.control(f"bought?{text}")
        return found

    async def balance(self) -> Decimal:
        found: Decimal = (await self.get("accounts/current")).body["totalToUse"]
        return found


@asynccontextmanager
async def codeswholesale_account(**how: Any) -> AsyncIterator[CodesWholesaleHandle]:
    """A running sandbox with one account and a fresh token; time stands at NOON."""
    async with running_sandbox(**how) as sandbox:
        handle = CodesWholesaleHandle(sandbox)
        account = {"client_id": CLIENT, "client_secret": SECRET, "signature": SIGNATURE, "balance": "100.00"}
        await handle.control("accounts", account)
        await handle.log_in()
        yield handle


@dataclass
class Listener:
    """A webhook's address: keeps what is posted, answers `status`."""

    url: str = ""
    status: int = 200
    got: list[Any] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(json.loads(await request.read()))
        return web.Response(status=self.status)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    app = web.Application()
    app.add_routes([web.post("/hook", listener.take)])
    server = TestServer(app)
    await server.start_server()
    listener.url = str(server.make_url("/hook"))
    try:
        yield listener
    finally:
        await server.close()
