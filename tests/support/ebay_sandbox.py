"""The sandbox eBay inside a test's own loop, spoken to as a seller's application would; every exchange is kept.

Signatures are made here from RFC 9421 and eBay's guide, with nothing of the sandbox's own code.
"""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.contracts_openapi import HttpExchange
from tests.support.letzshop_sandbox import NOON, SandboxHandle, running_sandbox

CLIENT, SECRET, RU_NAME = "Ada-App-PRD-1", "PRD-ada-secret", "Ada-Ada-App-exmpl"
SELLER, REFRESH = "ada_shop", "v^1.1#ada-refresh"
ORDERS = "/sell/fulfillment/v1/order"
ITEMS, OFFERS = "/sell/inventory/v1/inventory_item", "/sell/inventory/v1/offer"
BULK = "/sell/inventory/v1/bulk_update_price_quantity"
SCOPE = "https://api.ebay.com/oauth/api_scope"
HISTORY = "lastmodifieddate:[2026-01-01T00:00:00.000Z..]"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def errors(self) -> list[int]:
        return [entry["errorId"] for entry in self.body["errors"]]


@dataclass
class Ebay:
    """A seller `ada_shop` on EBAY_DE who lives in Luxembourg, her application and its tokens."""

    sandbox: SandboxHandle
    user: str = ""
    application: str = ""
    jwe: str = ""
    private: str = ""
    exchanges: list[HttpExchange] = field(default_factory=list)

    async def control(self, path: str, body: Any = None, **how: Any) -> Any:
        return await self.sandbox.control(f"ebay/{path}", body, **how)

    async def token(self, grant: str = "refresh_token", *, secret: str = SECRET, **form: str) -> Answer:
        """One call of the token endpoint, by the refresh token unless told otherwise."""
        basic = base64.b64encode(f"{CLIENT}:{secret}".encode()).decode()
        said = {"grant_type": grant, **({"refresh_token": REFRESH} if grant == "refresh_token" else {}), **form}
        url = f"{self.sandbox.url}/ebay/identity/v1/oauth2/token"
        async with self.sandbox.session.post(url, data=said, headers={"Authorization": f"Basic {basic}"}) as response:
            body = await response.json() if response.content_type == "application/json" else None
            return Answer(response.status, dict(response.headers), body)

    async def log_in(self) -> None:
        self.user = (await self.token()).body["access_token"]
        self.application = (await self.token("client_credentials")).body["access_token"]

    async def get(self, path: str, query: dict[str, str] | None = None, **how: Any) -> Answer:
        return await self.call("GET", path, query=query, **how)

    async def post(self, path: str, body: Any = None, **how: Any) -> Answer:
        return await self.call("POST", path, body, **how)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        token: str | None = None,
        scheme: str = "Bearer",
        signed: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One call with the seller's token (or `token`), signed if asked; `headers` replace those made here."""
        raw = b"" if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"{scheme} {self.user if token is None else token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if signed:
            sent.update(self.signature(method, f"/ebay{path}", raw))
        sent.update(headers or {})
        url = f"{self.sandbox.url}/ebay{path}"
        async with self.sandbox.session.request(method, url, params=query, data=raw or None, headers=sent) as response:
            text = await response.read()
            content = json.loads(text) if text and response.content_type == "application/json" else None
            answer = Answer(response.status, dict(response.headers), content)
        self.exchanges.append(
            HttpExchange(method, path, query or {}, sent, body, answer.status, answer.headers, content)
        )
        return answer

    def signature(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The four headers of a digital signature over this request."""
        headers = {"x-ebay-signature-key": self.jwe}
        if body:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            headers["Content-Digest"] = f"sha-256=:{digest}:"
        values = {
            **({"content-digest": headers["Content-Digest"]} if body else {}),
            "x-ebay-signature-key": self.jwe,
            "@method": method,
            "@path": path,
            "@authority": urlsplit(self.sandbox.url).netloc,
        }
        parameters = f"({' '.join(json.dumps(name) for name in values)});created={int(NOON.timestamp())}"
        lines = [f'"{name}": {value}' for name, value in values.items()]
        base = "\n".join([*lines, f'"@signature-params": {parameters}']).encode()
        key = serialization.load_der_private_key(base64.b64decode(self.private), None)
        if isinstance(key, rsa.RSAPrivateKey):
            made = key.sign(base, padding.PKCS1v15(), hashes.SHA256())
        else:
            assert isinstance(key, Ed25519PrivateKey)
            made = key.sign(base)
        return {
            **headers,
            "Signature-Input": f"sig1={parameters}",
            "Signature": f"sig1=:{base64.b64encode(made).decode()}:",
        }

    async def use_key(self, cipher: str = "ED25519") -> Answer:
        """Have a signing key made and sign with it from now on."""
        body = {"signingKeyCipher": cipher}
        made = await self.post("/developer/key_management/v1/signing_key", body, token=self.application)
        self.jwe, self.private = made.body["jwe"], made.body["privateKey"]
        return made

    async def list_item(
        self, sku: str = "MUG", quantity: int = 10, price: str = "12.90", **more: Any
    ) -> dict[str, Any]:
        made: dict[str, Any] = await self.control(
            "listings", {"sku": sku, "quantity": quantity, "price": price, "title": f"A {sku}", **more}
        )
        return made

    async def place(self, *lines: dict[str, Any], **order: Any) -> dict[str, Any]:
        made: dict[str, Any] = await self.control("orders", {"lines": list(lines) or [{"sku": "MUG"}], **order})
        return made

    async def orders(self, text: str = HISTORY, **query: str) -> Answer:
        return await self.get(ORDERS, {"filter": text, **query})

    async def order(self, order_id: str, **query: str) -> dict[str, Any]:
        answer = await self.get(f"{ORDERS}/{order_id}", query)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body
        return found

    async def ship(self, order: dict[str, Any], number: str | None = "JD01", **more: Any) -> Answer:
        """Everything of an order in one parcel."""
        lines = [{"lineItemId": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        carrier = {"shippingCarrierCode": "DHL", "trackingNumber": number} if number else {}
        path = f"{ORDERS}/{order['id']}/shipping_fulfillment"
        return await self.post(path, {"lineItems": lines, **carrier, **more})

    async def shelf(self) -> dict[str, dict[str, Any]]:
        """What buyers see, by SKU."""
        return {shown["sku"]: shown for shown in await self.control("listings")}


@asynccontextmanager
async def ebay_account(**how: Any) -> AsyncIterator[Ebay]:
    """A running sandbox with one application, one seller, her consent and fresh tokens; time stands at NOON."""
    async with running_sandbox(**how) as sandbox:
        ebay = Ebay(sandbox)
        application = {"client_id": CLIENT, "client_secret": SECRET, "ru_name": RU_NAME}
        await ebay.control("applications", application)
        await ebay.control("sellers", {"username": SELLER})
        await ebay.control("grants", {"refresh_token": REFRESH})
        await ebay.log_in()
        yield ebay


@dataclass
class Receiver:
    """A webhook's address: answers the challenge with its token, keeps what is posted, answers `status`."""

    token: str = "a-verification-token-of-enough-letters"
    url: str = ""
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def challenge(self, request: web.Request) -> web.Response:
        said = f"{request.query['challenge_code']}{self.token}{self.url}"
        return web.json_response({"challengeResponse": hashlib.sha256(said.encode()).hexdigest()})

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.add_routes([web.get("/hook", receiver.challenge), web.post("/hook", receiver.take)])
    server = TestServer(app)
    await server.start_server()
    receiver.url = str(server.make_url("/hook"))
    try:
        yield receiver
    finally:
        await server.close()
