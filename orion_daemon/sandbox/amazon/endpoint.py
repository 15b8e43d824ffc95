"""One request: who asks, what for, quota, which fault, what truly happened, and the answer in that order.

An operation takes effect before the fault of an `after` rule shows, so the ledger holds the effect and the client sees
a dropped connection. Every request is one ledger entry; `executed` says whether it took effect. Faults are named by the
contract's operation (`searchOrders`), by contract and operation (`ordersV0.getOrder`), or by `read` and `write`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import orjson
from aiohttp import web

from orion_daemon.sandbox.amazon import quotas
from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.records import AccessToken
from orion_daemon.sandbox.amazon.state import Market
from orion_daemon.sandbox.amazon.tokens import RESTRICTED, reach
from orion_daemon.sandbox.faults import SHAPES, Fault, Faults, respond

Run = Callable[[Call], Any]
_CODES = {
    400: ("InvalidInput", "The request is invalid."),
    401: ("Unauthorized", "Access to requested resource is denied."),
    403: ("Unauthorized", "Access to requested resource is denied."),
    404: ("NotFound", "The requested resource does not exist."),
    413: ("RequestTooLarge", "The request size exceeded the maximum accepted size."),
    415: ("UnsupportedMediaType", "The content type of the request is not supported."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    503: ("ServiceUnavailable", "Service is temporarily unavailable. Please try again."),
}
_FAILURE = ("InternalFailure", "We encountered an internal error. Please try again.")


@dataclass(frozen=True)
class Operation:
    """`roles`: one of them is needed, none means any ordinary role. `status` is that of a success."""

    contract: str
    name: str
    method: str
    path: str
    run: Run
    roles: tuple[str, ...] = ()
    status: int = 200
    restricted: bool = False

    @property
    def key(self) -> str:
        return f"{self.contract}.{self.name}"

    @property
    def labels(self) -> tuple[str, ...]:
        return self.name, self.key, "read" if self.method == "GET" else "write"


@dataclass
class Endpoint:
    market: Market
    faults: Faults
    sleep: Callable[[float], Awaitable[object]]

    def route(self, operation: Operation) -> web.RouteDef:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await self.handle(request, operation)

        return web.route(operation.method, f"/amazon{operation.path}", handler)

    async def handle(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        entry: dict[str, Any] = {"operation": operation.name, "contract": operation.contract}
        entry.update({f"path_{name}": value for name, value in request.match_info.items()})
        entry["query"] = dict(request.query)
        raw = await request.read()
        try:
            call = self._authorised(request, operation)
            entry["seller"] = call.seller.id
        except Refused as refused:
            return self._note(entry, operation, refused.status, "refused", refused.body(), executed=False)
        if not quotas.take(self.market.world, operation.key, _account(call), self.market.now()):
            return self._note(entry, operation, 429, "quota", _error(429), executed=False)
        fault = self.faults.draw("amazon", operation.labels, call.grant.id)
        delay = float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)) if fault else 0.0
        if fault is not None and fault.when == "before":
            if delay:
                await self.sleep(delay)
            if fault.kind not in SHAPES and fault.kind != "slow":
                return await self._broken(request, entry, operation, fault, b"", executed=False)
        call.shape = fault.kind if fault is not None and fault.kind in SHAPES else None
        status, outcome, body = self._execute(call, operation, raw)
        if fault is None or fault.kind in SHAPES or (fault.kind == "slow" and fault.when == "before"):
            if fault is not None:
                outcome = f"fault:{fault.kind}"
            return self._note(entry, operation, status, outcome, body, fault=fault, executed=status < 300)
        if delay:
            await self.sleep(delay)
        if fault.kind == "slow":
            return self._note(entry, operation, status, "fault:slow", body, fault=fault, executed=status < 300)
        return await self._broken(request, entry, operation, fault, _encoded(body), executed=status < 300)

    def _execute(self, call: Call, operation: Operation, raw: bytes) -> tuple[int, str, Any]:
        try:
            if operation.method != "GET" and raw:
                try:
                    call.body = orjson.loads(raw)
                except orjson.JSONDecodeError as error:
                    raise call.invalid("The request body is not JSON.") from error
            return operation.status, "ok", operation.run(call)
        except Refused as refused:
            return refused.status, "refused", refused.body()

    def _authorised(self, request: web.Request, operation: Operation) -> Call:
        world, now = self.market.world, self.market.now()
        value = request.headers.get("x-amz-access-token", "")
        token = world.tokens.get(value)
        if token is None:
            why = "The access token you provided is revoked, malformed or invalid." if value else ""
            code = "Unauthorized" if value else "MissingAuthenticationToken"
            raise Refused(403, code, "Access to requested resource is denied.", why)
        if token.ends_at <= now:
            raise Refused(
                403,
                "Unauthorized",
                "Access to requested resource is denied.",
                "The access token you provided has expired.",
            )
        grant = next((grant for grant in world.grants.values() if grant.id == token.grant), None)
        application = next(a for a in world.applications.values() if a.id == token.application)
        if grant is None or grant.revoked or not application.living(now):
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")
        seller = world.sellers[grant.seller]
        self._allowed(token, set(grant.roles), operation, request)
        if operation.name in seller.denied or operation.key in seller.denied:
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")
        base = f"{request.url.origin()}/amazon"
        path = request.path.removeprefix("/amazon")
        parts, query = dict(request.match_info), dict(request.query)
        return Call(
            self.market,
            operation.key,
            seller,
            application,
            grant,
            token,
            operation.method,
            path,
            parts,
            query,
            None,
            base,
        )

    @staticmethod
    def _allowed(token: AccessToken, roles: set[str], operation: Operation, request: web.Request) -> None:
        ordinary = roles - RESTRICTED
        path = request.path.removeprefix("/amazon")
        if not ordinary or (operation.roles and not ordinary & set(operation.roles)):
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")
        opened = reach(token, operation.method, path) if token.resources is not None else None
        if (token.resources is not None or operation.restricted) and opened is None:
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")

    async def _broken(
        self,
        request: web.Request,
        entry: dict[str, Any],
        operation: Operation,
        fault: Fault,
        body: bytes,
        *,
        executed: bool,
    ) -> web.StreamResponse:
        outcome = f"fault:{fault.kind}"
        told = {"rate_limited": 429, "status": 503, "expired_key": 403, "forbidden": 403, "errors": 500}
        if fault.kind in told:
            status = int(fault.params.get("status", told[fault.kind]))
            said = _error(status, fault.params.get("code"), fault.params.get("message"))
            return self._note(entry, operation, status, outcome, said, fault=fault, executed=executed)
        answered = self._note(entry, operation, 200, outcome, b"", fault=fault, executed=executed)
        return await respond(request, fault, body, self.market.now()) or answered

    def _note(
        self,
        entry: dict[str, Any],
        operation: Operation,
        status: int,
        outcome: str,
        body: Any,
        *,
        executed: bool,
        fault: Fault | None = None,
    ) -> web.Response:
        named = {"fault": fault.kind, "rule": fault.id, "when": fault.when} if fault else {}
        request_id = self.market.request_id()
        self.market.record(
            "request", **entry, status=status, outcome=outcome, executed=executed, request_id=request_id, **named
        )
        now = format_datetime(self.market.now().astimezone(UTC), usegmt=True)
        headers = {"x-amzn-RequestId": request_id, "Date": now}
        if status < 300 or status in (400, 404):
            headers["x-amzn-RateLimit-Limit"] = quotas.shown(self.market.world, operation.key)
        if status == 204:
            return web.Response(status=204, headers=headers)
        return web.Response(status=status, body=_encoded(body), content_type="application/json", headers=headers)


def _account(call: Call) -> str:
    return f"{call.seller.id}/{call.application.id}"


def _encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else orjson.dumps(body)


def _error(status: int, code: Any = None, message: Any = None) -> dict[str, Any]:
    known, text = _CODES.get(status, _FAILURE)
    return Refused(status, str(code or known), str(message or text)).body()
