"""Letzshop as one part of the sandbox: its routes, its plan of happenings, its snapshot.

`/letzshop/graphql` serves the form of the key's vendor, `/letzshop/live/graphql` and `/letzshop/seed/graphql` serve one
form each, all on the same world; `/letzshop/feeds/NAME` holds merchants' files.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from orion_daemon.sandbox.faults import respond
from orion_daemon.sandbox.letzshop import behaviour, feeds
from orion_daemon.sandbox.letzshop.control import LetzshopControl
from orion_daemon.sandbox.letzshop.endpoint import Endpoint
from orion_daemon.sandbox.letzshop.state import Form, Shop, World, dump, load
from orion_daemon.sandbox.vendor import Core


class Letzshop:
    name = "letzshop"

    def __init__(self, core: Core, seed: int = 0, files: dict[str, Path] | None = None) -> None:
        self.core = core
        self.shop = Shop(World(seed=seed), core.clock, core.ledger)
        self._files = files or {}
        self._endpoint = Endpoint(self.shop, core.faults, core.sleep)
        self._session: ClientSession | None = None

    @property
    def session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(headers={"User-Agent": "letzshop-feed-reader"})
        return self._session

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.post("/letzshop/graphql", self._graphql(None)),
            web.post("/letzshop/live/graphql", self._graphql("live")),
            web.post("/letzshop/seed/graphql", self._graphql("seed")),
            web.get("/letzshop/feeds/{name}", self._feed),
        ]

    def control_routes(self) -> Iterable[web.RouteDef]:
        return LetzshopControl(self.shop, lambda: self.session).routes()

    def _graphql(self, form: Form | None) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await self._endpoint.handle(request, form)

        return handler

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        response = feeds.serve(request, self.shop, request.match_info["name"], self._files)
        fault = self.core.faults.draw(self.name, ("feed",), None)
        if fault is None:
            return response
        if delay := float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)):
            await self.core.sleep(delay)
        body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
        return await respond(request, fault, body, self.core.clock.now()) or response

    def feed_names(self) -> list[str]:
        return sorted({*self._files, *self.shop.world.files})

    def next_due(self) -> datetime | None:
        return self.shop.world.planned[0].due if self.shop.world.planned else None

    async def run_next(self) -> None:
        await behaviour.happen(self.shop, heapq.heappop(self.shop.world.planned), self.session)

    def state(self) -> dict[str, Any]:
        world = self.shop.world
        return {
            "seed": world.seed,
            "vendors": [{"slug": v.slug, "form": v.form} for v in world.vendors.values()],
            "keys": [{"id": k.id, "role": k.role, "expired": k.expired} for k in world.keys.values()],
            "products": len(world.products),
            "orders": len(world.orders),
            "orders_by_status": dict(Counter(order.status for order in world.orders.values())),
            "shipments_by_state": dict(Counter(shipment.state for shipment in world.shipments.values())),
            "buyers": [world.vendors[vendor].slug for vendor in world.buyers],
            "planned": len(world.planned),
            "feeds": [f.url for f in world.feeds.values()],
        }

    def reset(self, seed: int) -> None:
        self.shop.world = World(seed=seed)

    def dump(self) -> bytes:
        return dump(self.shop.world)

    def load(self, raw: bytes) -> None:
        self.shop.world = load(raw)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
