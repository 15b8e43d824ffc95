"""One call of the API: who asks, which quota, which fault, what truly happened, and the answer in that order.

A call takes effect before the fault of an `after` rule shows, so the ledger holds the effect and the client sees a
dropped connection; a refusal is lost in the same way. Every call is one ledger entry, with `executed` saying whether
it took effect. `operations` lists what can be called. The fault kind `errors` is the supplier's own error body
(`status`, `code`, `message`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from orion_daemon.sandbox.codeswholesale import quotas
from orion_daemon.sandbox.codeswholesale.answers import GENERAL_FAULT, SupplierError, document_of
from orion_daemon.sandbox.codeswholesale.records import Account
from orion_daemon.sandbox.codeswholesale.state import Store
from orion_daemon.sandbox.codeswholesale.tokens import account_of
from orion_daemon.sandbox.faults import SHAPES, Fault, Faults, respond

NOTHING = b"{}"
"""What is cut short or padded where a fault keeps a call from taking effect."""


@dataclass
class Call:
    """What an operation is given. `base` is where links start, `body` has exact numbers."""

    store: Store
    account: Account
    match: dict[str, str]
    query: dict[str, str]
    body: Any
    base: str
    fault: Fault | None = None

    @property
    def shape(self) -> str | None:
        return self.fault.kind if self.fault is not None and self.fault.kind in SHAPES else None

    @property
    def left(self) -> int | None:
        """How many codes of a line the fault `partial` lets through; None: it leaves out their list."""
        return self.fault.params.get("left") if self.fault is not None else None


@dataclass(frozen=True)
class Operation:
    """`body` reads JSON, `noted` puts it in the ledger, whatever came of the call: it holds no personal data."""

    name: str
    method: str
    path: str
    handler: Callable[[Call], Any]
    body: bool = False
    noted: bool = False


class Endpoint:
    def __init__(self, store: Store, faults: Faults, sleep: Callable[[float], Awaitable[object]]) -> None:
        self.store, self.faults, self.sleep = store, faults, sleep

    async def handle(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        raw = await request.read()
        noted: dict[str, Any] = {"operation": operation.name, "method": request.method, "path": request.path}
        noted["query"] = dict(request.query)
        try:
            account = account_of(self.store, request.headers.get("Authorization"))
            noted["client"] = account.client_id
            quotas.consume(self.store, operation.name, account.client_id)
        except SupplierError as error:
            self._note(noted, error.status, "refused", None, executed=False)
            return _response(error.status, error.body(), error.headers)
        fault = self.faults.draw("codeswholesale", (operation.name,), account.client_id)
        call = self._call(request, operation, account, raw, fault)
        if operation.noted:
            noted["sent"] = msgspec.to_builtins(call.body)
        delay = delay_of(fault)
        if fault is not None and fault.when == "before":
            if delay:
                await self.sleep(delay)
            if fault.kind not in SHAPES and fault.kind != "slow":
                broken = await _break(request, fault, NOTHING, self.store)
                self._note(noted, broken.status if broken else 0, f"fault:{fault.kind}", fault, executed=False)
                return broken or web.Response()
        status, said, headers = _execute(operation, call)
        self._note(noted, status, outcome(status, fault), fault, executed=status == 200)
        if delay and fault is not None and fault.when == "after":
            await self.sleep(delay)
        broken = await _break(request, fault, msgspec.json.encode(said), self.store) if fault else None
        return broken or _response(status, said, headers)

    def _call(
        self, request: web.Request, operation: Operation, account: Account, raw: bytes, fault: Fault | None
    ) -> Call:
        return Call(
            store=self.store,
            account=account,
            match=dict(request.match_info),
            query=dict(request.query),
            body=document_of(raw) if operation.body else None,
            base=f"{request.scheme}://{request.host}/codeswholesale",
            fault=fault,
        )

    def _note(self, noted: dict[str, Any], status: int, said: str, fault: Fault | None, *, executed: bool) -> None:
        named = {"fault": fault.kind, "rule": fault.id, "when": fault.when} if fault else {}
        self.store.record("request", **noted, status=status, outcome=said, executed=executed, **named)


def delay_of(fault: Fault | None) -> float:
    return float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)) if fault else 0.0


def outcome(status: int, fault: Fault | None) -> str:
    return f"fault:{fault.kind}" if fault else "ok" if status == 200 else "refused"


def _execute(operation: Operation, call: Call) -> tuple[int, Any, dict[str, str]]:
    try:
        return 200, operation.handler(call), {}
    except SupplierError as error:
        return error.status, error.body(), error.headers


async def _break(request: web.Request, fault: Fault, body: bytes, store: Store) -> web.StreamResponse | None:
    if fault.kind != "errors":
        return await respond(request, fault, body, store.now())
    status, code = int(fault.params.get("status", 500)), fault.params.get("code", GENERAL_FAULT)
    return _response(status, SupplierError(status, code, str(fault.params.get("message", "General fault"))).body(), {})


def _response(status: int, said: Any, headers: dict[str, str]) -> web.Response:
    body = msgspec.json.encode(said)
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)
