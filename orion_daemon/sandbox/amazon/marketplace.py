"""Amazon as one part of the sandbox: its routes, its plan of happenings, its snapshot.

`/amazon` stands for a regional host of the API, `/amazon/auth/o2/token` for Login with Amazon and
`/amazon/apps/authorize/consent` for the page where a seller agrees. Pre-signed documents lie under `/amazon/documents`.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web
from yarl import URL

from orion_daemon.sandbox.amazon import behaviour
from orion_daemon.sandbox.amazon.control import AmazonControl
from orion_daemon.sandbox.amazon.control_trade import TradeControl
from orion_daemon.sandbox.amazon.documents import Documents
from orion_daemon.sandbox.amazon.endpoint import Endpoint
from orion_daemon.sandbox.amazon.operations import OPERATIONS
from orion_daemon.sandbox.amazon.state import Market, Unknown, World, dump, load
from orion_daemon.sandbox.amazon.tokens import OAuthError, consent, exchange
from orion_daemon.sandbox.faults import respond
from orion_daemon.sandbox.vendor import Core


class Amazon:
    name = "amazon"

    def __init__(self, core: Core, seed: int = 0) -> None:
        self.core = core
        self.market = Market(World(seed=seed), core.clock, core.ledger)
        self._endpoint = Endpoint(self.market, core.faults, core.sleep)
        self._documents = Documents(self.market, core)

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.post("/amazon/auth/o2/token", self._token),
            web.get("/amazon/apps/authorize/consent", self._consent),
            *self._documents.routes(),
            *(self._endpoint.route(operation) for operation in OPERATIONS),
        ]

    def control_routes(self) -> Iterable[web.RouteDef]:
        return [*AmazonControl(self.market).routes(), *TradeControl(self.market).routes()]

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """Login with Amazon; `token` is its name for faults."""
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        fault = self.core.faults.draw(self.name, ("token", "write"), None)
        if fault is not None:
            if delay := float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)):
                await self.core.sleep(delay)
            if fault.when == "before" and fault.kind != "slow":
                self._note(form, 0, f"fault:{fault.kind}", executed=False)
                return await respond(request, fault, b"", self.core.clock.now()) or web.Response()
        try:
            status, said = 200, exchange(self.market, form)
        except OAuthError as error:
            status, said = error.status, {"error": error.error, "error_description": error.description}
        outcome = f"fault:{fault.kind}" if fault else str(said.get("error", "ok"))
        self._note(form, status, outcome, executed=status == 200)
        raw = orjson.dumps(said)
        if fault is not None and (broken := await respond(request, fault, raw, self.core.clock.now())):
            return broken
        return web.Response(status=status, body=raw, content_type="application/json")

    def _note(self, form: dict[str, str], status: int, outcome: str, *, executed: bool) -> None:
        kind = form.get("grant_type")
        self.market.record(
            "request", operation="token", grant_type=kind, status=status, outcome=outcome, executed=executed
        )

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """The seller agrees at once: a redirect to `redirect_uri` where there is one, JSON otherwise."""
        query = request.query
        try:
            seller = self.market.world.seller(query.get("selling_partner_id"))
            code = consent(self.market, query.get("application_id"), seller)
        except (OAuthError, Unknown) as error:
            return web.json_response({"error": str(error)}, status=400)
        said = {"spapi_oauth_code": code, "state": query.get("state", ""), "selling_partner_id": seller.id}
        if target := query.get("redirect_uri"):
            raise web.HTTPFound(URL(target).update_query(said))
        return web.json_response(said)

    def next_due(self) -> datetime | None:
        return self.market.world.planned[0].due if self.market.world.planned else None

    async def run_next(self) -> None:
        behaviour.happen(self.market, heapq.heappop(self.market.world.planned))

    def state(self) -> dict[str, Any]:
        world = self.market.world
        return {
            "seed": world.seed,
            "sellers": [{"id": s.id, "name": s.name, "marketplaces": s.marketplaces} for s in world.sellers.values()],
            "grants": [{"id": g.id, "seller": g.seller, "revoked": g.revoked} for g in world.grants.values()],
            "listings": len(world.listings),
            "orders": len(world.orders),
            "orders_by_status": dict(Counter(order.status for order in world.orders.values())),
            "feeds_by_status": dict(Counter(feed.status for feed in world.feeds.values())),
            "buyers": list(world.buyers),
            "planned": len(world.planned),
        }

    def reset(self, seed: int) -> None:
        self.market.world = World(seed=seed)

    def dump(self) -> bytes:
        return dump(self.market.world)

    def load(self, raw: bytes) -> None:
        self.market.world = load(raw)

    async def close(self) -> None:
        """Nothing is held open."""
