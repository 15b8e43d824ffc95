"""Postbacks: what the supplier posts to an account's webhook by itself. Sent once each, never again.

`authHash` is the same in every message and says nothing about the body. STOCK writes prices in other words than the
API. The ledger keeps what was sent and what the receiver answered, never the hash.
"""

from hashlib import sha256
from typing import Any, Literal

import aiohttp
import msgspec
from msgspec import Struct, field

from orion_daemon.sandbox.codeswholesale import catalogue, product_documents
from orion_daemon.sandbox.codeswholesale.answers import SupplierError, money
from orion_daemon.sandbox.codeswholesale.records import Account, Product
from orion_daemon.sandbox.codeswholesale.state import Refusal, Store, Unknown

Kind = Literal["STOCK", "PREORDER", "NEW_PRODUCT", "PRODUCT_UPDATED", "PRODUCT_HIDDEN", "NEW_FULL_PRODUCT"]
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_HASHED = {"good": "", "bad": "another signature", "test": "test"}


class PostbackSpec(Struct, forbid_unknown_fields=True):
    """A message to send now: to `url` or the account's webhook, `times` times.

    `hash`: `good`, `bad`, that of the web page's `test` button, or `missing`. `old_form` is the older pre-order with
    `codeId`. `also` is laid over the body, whatever it says; `body` replaces it as a whole.
    """

    type: Kind = "STOCK"
    client: str | None = None
    url: str | None = None
    products: list[str] = field(default_factory=list)
    order: str | None = None
    code: str | None = None
    hash: Literal["good", "bad", "test", "missing"] = "good"
    times: int = 1
    old_form: bool = False
    also: dict[str, Any] = field(default_factory=dict)
    body: Any = None


async def send(store: Store, spec: PostbackSpec, session: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Post the message and say how each attempt was answered. Raises Unknown, and Refusal without an address."""
    account = store.world.account(spec.client)
    url = spec.url or account.webhook
    if url is None:
        raise Refusal(f"account {account.client_id} has no webhook; name a url")
    body = spec.body
    if body is None:
        body = {"type": spec.type, **_content(store, spec), **spec.also}
        if spec.hash != "missing":
            body["authHash"] = auth_hash(account, spec.hash)
    raw, attempts = msgspec.json.encode(body), []
    for _ in range(spec.times):
        status, problem = await _post(session, url, raw)
        told = {"type": spec.type, "url": url, "products": spec.products, "order": spec.order, "hash": spec.hash}
        store.record("postback_sent", client=account.client_id, **told, status=status, problem=problem)
        attempts.append({"status": status, "problem": problem})
    return attempts


async def announce(store: Store, kind: Kind, session: aiohttp.ClientSession, **about: Any) -> None:
    """Tell every account with a webhook, or the one named by `client`."""
    client = about.pop("client", None)
    for account in list(store.world.accounts.values()):
        if account.webhook is not None and client in (None, account.client_id):
            await send(store, PostbackSpec(type=kind, client=account.client_id, **about), session)


def auth_hash(account: Account, kind: str = "good") -> str:
    return sha256(f"{account.client_id}{_HASHED[kind] or account.signature}".encode()).hexdigest()


def _content(store: Store, spec: PostbackSpec) -> dict[str, Any]:
    if spec.type == "PREORDER":
        order = store.world.order(spec.order or "")
        if not spec.old_form:
            return {"orderId": order.id}
        return {"productOrderedId": order.id, "codeId": spec.code or order.lines[0].codes[0]}
    products = [_product(store, product_id) for product_id in spec.products]
    if spec.type == "STOCK":
        return {"products": [_stock(product) for product in products]}
    if spec.type == "NEW_FULL_PRODUCT":
        return {"products": [_full(product) for product in products]}
    if not products:
        raise Refusal(f"{spec.type} needs products")
    return {"productId": products[0].id}


def _product(store: Store, product_id: str) -> Product:
    product = catalogue.find(store, product_id)
    if product is None:
        raise Unknown(f"no product {product_id!r}")
    return product


def _stock(product: Product) -> dict[str, Any]:
    labels = [f"{tier.since}-{tier.until}" if tier.until else f"{tier.since}+" for tier in product.tiers]
    prices = [
        {"priceRangeLabel": label, "price": money(tier.cents)}
        for label, tier in zip(labels, product.tiers, strict=True)
    ]
    return {"productId": product.id, "productName": product.name, "quantity": product.quantity, "prices": prices}


def _full(product: Product) -> dict[str, Any]:
    said = product_documents.document(product, "")
    try:
        return {**product_documents.description(product), **said}
    except SupplierError:
        return said


async def _post(session: aiohttp.ClientSession, url: str, raw: bytes) -> tuple[int | None, str | None]:
    try:
        headers = {"Content-Type": "application/json"}
        async with session.post(url, data=raw, headers=headers, timeout=_TIMEOUT) as response:
            return response.status, None
    except (aiohttp.ClientError, TimeoutError) as error:
        return None, type(error).__name__
