"""CodesWholesale as one part of the sandbox: its routes, its plan of happenings, its snapshot.

`/codeswholesale` stands for https://api.codeswholesale.com and for the supplier's own sandbox alike; the token endpoint
is `/codeswholesale/oauth/token`.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import ClientSession, web

from orion_daemon.sandbox.codeswholesale import behaviour, quotas, tokens, walks
from orion_daemon.sandbox.codeswholesale.account_control import AccountControl
from orion_daemon.sandbox.codeswholesale.answers import SupplierError, text_of
from orion_daemon.sandbox.codeswholesale.control import CodesWholesaleControl
from orion_daemon.sandbox.codeswholesale.endpoint import NOTHING, Endpoint, Operation, delay_of, outcome
from orion_daemon.sandbox.codeswholesale.operations import OPERATIONS
from orion_daemon.sandbox.codeswholesale.state import Store, World, dump, load
from orion_daemon.sandbox.faults import respond
from orion_daemon.sandbox.vendor import Core

_PREFIX = "/codeswholesale"


class CodesWholesale:
    name = "codeswholesale"

    def __init__(self, core: Core, seed: int = 0) -> None:
        self.core = core
        self.store = Store(World(seed=seed), core.clock, core.ledger)
        self._endpoint = Endpoint(self.store, core.faults, core.sleep)
        self._session: ClientSession | None = None

    @property
    def session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(headers={"User-Agent": "codeswholesale-postback"})
        return self._session

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.post(f"{_PREFIX}/oauth/token", self._token),
            *(web.route(told.method, f"{_PREFIX}{told.path}", self._handler(told)) for told in OPERATIONS),
        ]

    def control_routes(self) -> Iterable[web.RouteDef]:
        return [
            *CodesWholesaleControl(self.store, lambda: self.session).routes(),
            *AccountControl(self.store, lambda: self.session).routes(),
        ]

    def _handler(self, operation: Operation) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await self._endpoint.handle(request, operation)

        return handler

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """The token endpoint, `getToken` to faults and quotas; it takes its form in the body or in the query."""
        sent = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        form = {**request.query, **sent}
        fault = self.core.faults.draw(self.name, ("getToken",), form.get("client_id"))
        body, status, headers, executed = NOTHING, 0, dict[str, str](), False
        if fault is None or fault.when == "after" or fault.kind == "slow":
            try:
                quotas.consume(self.store, "getToken", request.remote or "")
                said = tokens.token_answer(self.store, form, request.headers.get("Authorization"))
                body, status, executed = msgspec.json.encode(said), 200, True
            except SupplierError as error:
                body, status, headers = msgspec.json.encode(error.body()), error.status, error.headers
        if delay := delay_of(fault):
            await self.core.sleep(delay)
        broken = await respond(request, fault, body, self.core.clock.now()) if fault else None
        named = {"operation": "getToken", "method": "POST", "path": request.path, "client": form.get("client_id")}
        status = broken.status if broken is not None and not executed else status
        self.store.record("request", **named, status=status, outcome=outcome(status, fault), executed=executed)
        return broken or web.Response(status=status, body=body, content_type="application/json", headers=headers)

    def next_due(self) -> datetime | None:
        return self.store.world.planned[0].due if self.store.world.planned else None

    async def run_next(self) -> None:
        await behaviour.happen(self.store, heapq.heappop(self.store.world.planned), self.session)

    def state(self) -> dict[str, Any]:
        world = self.store.world
        return {
            "seed": world.seed,
            "accounts": [
                {"client": found.client_id, "balance": text_of(found.balance), "credit": text_of(found.credit)}
                for found in world.accounts.values()
            ],
            "products": walks.visible(self.store),
            "orders": len(world.orders),
            "codes_by_kind": dict(Counter(code.kind for code in world.codes.values())),
            "cancelled": sum(code.cancelled for code in world.codes.values()),
            "planned": len(world.planned),
        }

    def reset(self, seed: int) -> None:
        self.store.world = World(seed=seed)

    def dump(self) -> bytes:
        return dump(self.store.world)

    def load(self, raw: bytes) -> None:
        self.store.world = load(raw)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
