"""eBay as one part of the sandbox: its routes, its plan of happenings, its snapshot.

`/ebay` stands for https://api.ebay.com and https://apiz.ebay.com at once; the token endpoint is
`/ebay/identity/v1/oauth2/token`, the consent page `/ebay/oauth2/authorize`.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import orjson
from aiohttp import ClientSession, web

from orion_daemon.sandbox.ebay import behaviour, tokens
from orion_daemon.sandbox.ebay.answers import EbayError
from orion_daemon.sandbox.ebay.control import EbayControl
from orion_daemon.sandbox.ebay.endpoint import Endpoint, Operation
from orion_daemon.sandbox.ebay.operations import OPERATIONS
from orion_daemon.sandbox.ebay.order_documents import cancel_state, fulfillment_status, payment_status
from orion_daemon.sandbox.ebay.state import Shop, World, dump, load
from orion_daemon.sandbox.faults import respond
from orion_daemon.sandbox.vendor import Core

_PREFIX = "/ebay"


class Ebay:
    name = "ebay"

    def __init__(self, core: Core, seed: int = 0) -> None:
        self.core = core
        self.shop = Shop(World(seed=seed), core.clock, core.ledger)
        self._endpoint = Endpoint(self.shop, core.faults, core.sleep, lambda: self.session)
        self._session: ClientSession | None = None

    @property
    def session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(headers={"User-Agent": "ebay-event-notification"})
        return self._session

    def routes(self) -> Iterable[web.RouteDef]:
        routes = [
            web.post(f"{_PREFIX}/identity/v1/oauth2/token", self._token),
            web.get(f"{_PREFIX}/oauth2/authorize", self._consent),
            web.get(f"{_PREFIX}/oauth2/accepted", self._accepted),
        ]
        for operation in OPERATIONS:
            paths = {operation.path, operation.path.rstrip("/")}
            routes += [web.route(operation.method, f"{_PREFIX}{path}", self._handler(operation)) for path in paths]
        return routes

    def control_routes(self) -> Iterable[web.RouteDef]:
        return EbayControl(self.shop).routes()

    def _handler(self, operation: Operation) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            response = await self._endpoint.handle(request, operation)
            if not response.prepared:
                response.headers["Date"] = format_datetime(self.core.clock.now().astimezone(UTC), usegmt=True)
            return response

        return handler

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """The token endpoint; faults know it as `oauthToken` or by the grant's kind."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        kind = form.get("grant_type", "")
        noted: dict[str, Any] = {"operation": "oauthToken", "method": "POST", "path": request.path, "grant": kind}
        fault = self.core.faults.draw(self.name, ("oauthToken", kind), None)
        delay = float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)) if fault else 0.0
        body, status, done = b"", 200, False
        if fault is None or fault.when == "after" or fault.kind == "slow":
            try:
                said = tokens.token_answer(self.shop, request.headers.get("Authorization"), form)
                body, done = orjson.dumps(said), True
            except EbayError as error:
                body, status = orjson.dumps(error.body()), error.status
        if delay:
            await self.core.sleep(delay)
        broken = await respond(request, fault, body, self.core.clock.now()) if fault else None
        outcome = f"fault:{fault.kind}" if fault else "ok" if done else "refused"
        status = broken.status if broken is not None else status
        self.core.ledger.record("request", **noted, status=status, outcome=outcome, executed=done)
        return broken or web.Response(status=status, body=body, content_type="application/json")

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """The seller agrees at once; the browser goes on to the application's page."""
        try:
            target = tokens.consent(self.shop, dict(request.query))
        except EbayError as error:
            return web.Response(status=400, body=orjson.dumps(error.body()), content_type="application/json")
        return web.Response(status=302, headers={"Location": target})

    async def _accepted(self, request: web.Request) -> web.StreamResponse:
        """Where the browser lands when the application has no page of its own: its address holds the code."""
        refused = "error" in request.query
        text = "You refused." if refused else "Thank you. You may close this page; its address holds the code."
        return web.Response(text=text)

    def next_due(self) -> datetime | None:
        return self.shop.world.planned[0].due if self.shop.world.planned else None

    async def run_next(self) -> None:
        await behaviour.happen(self.shop, heapq.heappop(self.shop.world.planned), self.session)

    def state(self) -> dict[str, Any]:
        world = self.shop.world
        orders = world.orders.values()
        return {
            "seed": world.seed,
            "applications": list(world.applications),
            "sellers": [{"username": s.username, "site": s.site, "country": s.country} for s in world.sellers.values()],
            "consents": [{"seller": g.seller, "revoked": g.revoked} for g in world.grants.values()],
            "items": {seller: len(items) for seller, items in world.items.items()},
            "offers": len(world.offers),
            "listings_outside": sum(not listing.managed for listing in world.listings.values()),
            "orders": len(world.orders),
            "orders_by_payment": dict(Counter(payment_status(order) for order in orders)),
            "orders_by_fulfillment": dict(Counter(fulfillment_status(order) for order in orders)),
            "orders_by_cancellation": dict(Counter(cancel_state(order, world.settings) for order in orders)),
            "subscriptions": [{"topic": s.topic, "enabled": s.enabled} for s in world.subscriptions.values()],
            "shoppers": list(world.shoppers),
            "planned": len(world.planned),
        }

    def reset(self, seed: int) -> None:
        self.shop.world = World(seed=seed)
        self.shop.held.clear()

    def dump(self) -> bytes:
        return dump(self.shop.world)

    def load(self, raw: bytes) -> None:
        self.shop.world = load(raw)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
