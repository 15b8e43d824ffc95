"""One call of the API: who asks, which quota, which fault, what truly happened, and the answer in that order.

A call takes effect before the fault of an `after` rule shows, so the ledger holds the effect and the client sees a
dropped connection. Every call is one ledger entry, with `executed` saying whether it took effect. `operations` lists
what can be called. The fault kind `errors` is eBay's own error body (`status`, `error_id`, `message`).
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientSession, web

from orion_daemon.sandbox.ebay import quotas, signatures
from orion_daemon.sandbox.ebay.accounts import Access, Application, Seller
from orion_daemon.sandbox.ebay.answers import EbayError, entry
from orion_daemon.sandbox.ebay.state import Shop
from orion_daemon.sandbox.ebay.tokens import access_of, require_scope
from orion_daemon.sandbox.faults import SHAPES, Fault, Faults, respond

_SYSTEM = {"sell.inventory": 25001}


@dataclass
class Reply:
    """`body` None is an answer without one; `file` is answered as it is, in place of a body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    file: bytes | None = None


@dataclass
class Call:
    """What an operation is given. `base` is where links start, `mine` the SKUs that this call holds."""

    shop: Shop
    match: dict[str, str]
    query: dict[str, str]
    body: Any
    language: str
    access: Access
    application: Application
    base: str
    session: ClientSession
    fault: Fault | None = None
    mine: set[str] = field(default_factory=set)

    @property
    def seller(self) -> Seller:
        return self.shop.world.seller(self.access.seller or "")

    @property
    def shape(self) -> str | None:
        return self.fault.kind if self.fault is not None and self.fault.kind in SHAPES else None

    @property
    def failing(self) -> tuple[int, int] | None:
        """For a bulk call under the fault `partial`: which entry fails (`index`) and with which `error_id`."""
        if self.fault is None or self.fault.kind != "partial":
            return None
        return int(self.fault.params.get("index", 0)), int(self.fault.params.get("error_id", 25001))


Handler = Callable[[Call], Reply | Awaitable[Reply]]


@dataclass(frozen=True)
class Operation:
    """`name` as in the contract, by which faults know it; `path` without the prefix; one of `scopes` is needed."""

    name: str
    method: str
    path: str
    resource: str
    scopes: tuple[str, ...]
    handler: Handler
    body: bool = False
    signed: bool = False
    language: bool = False
    scheme: str = "Bearer"


@dataclass
class Endpoint:
    shop: Shop
    faults: Faults
    sleep: Callable[[float], Awaitable[object]]
    session: Callable[[], ClientSession]

    async def handle(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        noted: dict[str, Any] = {
            "operation": operation.name,
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "started": self.shop.clock.now().isoformat(),
        }
        raw = await request.read()
        try:
            access = access_of(self.shop, request.headers.get("Authorization"), operation.scheme)
            noted.update(client=access.client_id, seller=access.seller)
            require_scope(access, operation.scopes)
            quotas.consume(self.shop, access.client_id, operation.resource, access.seller)
        except EbayError as error:
            return self._refuse(noted, error)
        fault = self.faults.draw("ebay", (operation.name, operation.resource), access.seller)
        delay = float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)) if fault else 0.0
        if fault is not None and fault.when == "before":
            if delay:
                await self.sleep(delay)
            if fault.kind not in SHAPES and fault.kind != "slow":
                broken = await self._break(request, operation, fault, b"")
                self._note(noted, broken.status if broken else 200, f"fault:{fault.kind}", fault, executed=False)
                return broken or web.Response()
        mine: set[str] = set()
        try:
            return await self._execute(request, operation, access, raw, fault, delay, noted, mine)
        finally:
            self.shop.held -= mine

    async def _execute(
        self,
        request: web.Request,
        operation: Operation,
        access: Access,
        raw: bytes,
        fault: Fault | None,
        delay: float,
        noted: dict[str, Any],
        mine: set[str],
    ) -> web.StreamResponse:
        try:
            call = self._call(request, operation, access, raw, fault, mine)
            if operation.body and operation.resource != "commerce.notification":  # those hold a verification token
                noted["sent"] = call.body
            done = operation.handler(call)
            reply = await done if inspect.isawaitable(done) else done
        except EbayError as error:
            return self._refuse(noted, error, fault)
        if mine and (seconds := self.shop.world.settings.write_seconds):
            await self.sleep(seconds)
        body = b"" if reply.body is None else orjson.dumps(reply.body)
        if reply.file is not None:
            body = reply.file
        self._note(noted, reply.status, f"fault:{fault.kind}" if fault else "ok", fault, executed=True)
        if delay and fault is not None and fault.when == "after":
            await self.sleep(delay)
        broken = await self._break(request, operation, fault, body) if fault else None
        return broken or _response(body, reply.status, reply.headers)

    def _call(
        self,
        request: web.Request,
        operation: Operation,
        access: Access,
        raw: bytes,
        fault: Fault | None,
        mine: set[str],
    ) -> Call:
        if operation.signed and self.shop.world.seller(access.seller).country in signatures.SIGNED_COUNTRIES:
            path, headers = request.raw_path.partition("?")[0], {k.lower(): v for k, v in request.headers.items()}
            signatures.verify(self.shop, access.client_id, request.method, path, request.host, headers, raw)
        if operation.body and request.content_type != "application/json":
            long = "The Content-Type of a request with a body is application/json."
            raise EbayError(415, entry(2003, "ACCESS", "Unsupported media type", long=long))
        language = request.headers.get("Content-Language", "")
        if operation.language and not language:
            text = "Invalid value for header Content-Language."
            raise EbayError(400, entry(25709, "API_INVENTORY", text, fieldName="Content-Language"))
        try:
            body = orjson.loads(raw) if operation.body and raw else None
        except orjson.JSONDecodeError as error:
            long = "The request has errors. For help, see the documentation for this API."
            raise EbayError(400, entry(2004, "ACCESS", "Invalid request", long=long)) from error
        return Call(
            shop=self.shop,
            match=dict(request.match_info),
            query=dict(request.query),
            body=body,
            language=language,
            access=access,
            application=self.shop.world.application(access.client_id),
            base=f"{request.scheme}://{request.host}/ebay",
            session=self.session(),
            fault=fault,
            mine=mine,
        )

    async def _break(
        self, request: web.Request, operation: Operation, fault: Fault, body: bytes
    ) -> web.StreamResponse | None:
        if fault.kind != "errors":
            return await respond(request, fault, body, self.shop.clock.now())
        error_id = int(fault.params.get("error_id", _SYSTEM.get(operation.resource, 30500)))
        domain = "API_INVENTORY" if operation.resource == "sell.inventory" else "API_FULFILLMENT"
        text = str(fault.params.get("message", "System error"))
        said = {"errors": [entry(error_id, domain, text, category="APPLICATION")]}
        return _response(orjson.dumps(said), int(fault.params.get("status", 500)), {})

    def _refuse(self, noted: dict[str, Any], error: EbayError, fault: Fault | None = None) -> web.Response:
        noted["errors"] = [found.get("errorId") for found in error.entries]
        self._note(noted, error.status, "refused", fault, executed=False)
        return _response(orjson.dumps(error.body()), error.status, {})

    def _note(self, noted: dict[str, Any], status: int, outcome: str, fault: Fault | None, *, executed: bool) -> None:
        named = {"fault": fault.kind, "rule": fault.id, "when": fault.when} if fault else {}
        self.shop.ledger.record("request", **noted, status=status, outcome=outcome, executed=executed, **named)


def _response(body: bytes, status: int, headers: dict[str, str]) -> web.Response:
    if not body:
        return web.Response(status=status, headers=headers)
    kind = {} if "Content-Type" in headers else {"Content-Type": "application/json"}
    return web.Response(status=status, body=body, headers={**kind, **headers})
