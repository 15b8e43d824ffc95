"""One GraphQL request: who asks, what for, which fault, what truly happened, and the answer in that order.

A mutation takes effect before the fault of an `after` rule shows, so the ledger holds the effect and the client sees a
dropped connection. Every request is one ledger entry, with `executed` saying whether it took effect.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from orion_daemon.sandbox.faults import SHAPES, Fault, Faults, respond
from orion_daemon.sandbox.letzshop import schema_live, schema_seed
from orion_daemon.sandbox.letzshop.context import Context
from orion_daemon.sandbox.letzshop.execution import Executable, Operation, Refused
from orion_daemon.sandbox.letzshop.state import Form, Key, Shop, Switches

_PUBLIC = {"live": schema_live.PUBLIC, "seed": schema_seed.PUBLIC}
_BUILD: dict[Form, Callable[[Switches], Executable]] = {
    "live": schema_live.executable,
    "seed": schema_seed.executable,
}


@dataclass
class Endpoint:
    shop: Shop
    faults: Faults
    sleep: Callable[[float], Awaitable[object]]
    _built: dict[Form, tuple[tuple[Any, ...], Executable]] = field(default_factory=dict)

    def executable(self, form: Form) -> Executable:
        """The schema of a form under the switches of now."""
        switches = self.shop.world.switches
        fingerprint = (switches.money, switches.country_name, str(switches.renames), str(switches.seed_renames))
        built = self._built.get(form)
        if built is None or built[0] != fingerprint:
            built = self._built[form] = (fingerprint, _BUILD[form](switches))
        return built[1]

    async def handle(self, request: web.Request, form: Form | None) -> web.StreamResponse:
        """Answer a POST; `form` None serves the form of the key's first vendor."""
        started = self.shop.clock.now()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        key = self.shop.world.keys.get(token)
        form = form or self._form_of(key)
        entry: dict[str, Any] = {"form": form, "key": key.id if key else None, "started": started.isoformat()}
        if token and (key is None or key.expired):
            return self._note(entry, 401, "expired_key" if key else "wrong_key", b"Unauthorized")
        try:
            body = orjson.loads(await request.read())
            query, variables, name = body["query"], body.get("variables"), body.get("operationName")
            operation = self.executable(form).prepare(str(query), name)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return self._note(entry, 400, "unreadable", b'{"errors":[{"message":"send a JSON object with query"}]}')
        except Refused as refused:
            entry["errors"] = refused.errors
            return self._note(entry, 200, "refused", orjson.dumps({"errors": refused.errors}))
        entry.update(
            operation="+".join(operation.labels), type=operation.kind, name=operation.name, variables=variables
        )
        barred = self._barred(operation, form, key)
        if barred is not None:
            return self._note(entry, *barred)
        fault = self.faults.draw("letzshop", (*operation.labels, operation.kind), key.id if key else None)
        return await self._answer(request, form, operation, variables, key, fault, entry)

    async def _answer(
        self,
        request: web.Request,
        form: Form,
        operation: Operation,
        variables: dict[str, Any] | None,
        key: Key | None,
        fault: Fault | None,
        entry: dict[str, Any],
    ) -> web.StreamResponse:
        delay = float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)) if fault else 0.0
        if fault is not None and fault.when == "before":
            if delay:
                await self.sleep(delay)
            if fault.kind not in SHAPES and fault.kind != "slow":
                broken = await respond(request, fault, b"", self.shop.clock.now())
                self._note(entry, _status(broken), f"fault:{fault.kind}", b"", fault=fault, executed=False)
                return broken or web.Response()
        shape = fault.kind if fault is not None and fault.kind in SHAPES else None
        context = Context(self.shop, set(key.vendors) if key else set(), shape)
        answer = self.executable(form).execute(operation, variables, context)
        if fault is not None and shape == "partial":
            answer = tear(answer, fault)
        raw = orjson.dumps(answer)
        entry["nodes"] = context.nodes
        outcome = "errors" if "errors" in answer else "ok"
        if fault is None:
            return self._note(entry, 200, outcome, raw)
        if delay and fault.when == "after":
            await self.sleep(delay)
        response = self._note(entry, 200, f"fault:{fault.kind}", raw, fault=fault)
        return await respond(request, fault, raw, self.shop.clock.now()) or response

    def _barred(self, operation: Operation, form: Form, key: Key | None) -> tuple[int, str, bytes] | None:
        if set(operation.labels) <= _PUBLIC[form]:
            return None
        if key is None:
            return 401, "no_key", b"Unauthorized"
        return None if key.role == "shop_manager" else (403, "role", b"Forbidden")

    def _form_of(self, key: Key | None) -> Form:
        return self.shop.world.vendors[key.vendors[0]].form if key and key.vendors else "live"

    def _note(
        self,
        entry: dict[str, Any],
        status: int,
        outcome: str,
        body: bytes,
        *,
        fault: Fault | None = None,
        executed: bool | None = None,
    ) -> web.Response:
        done = executed if executed is not None else status == 200 and outcome != "refused"
        named = {"fault": fault.kind, "rule": fault.id, "when": fault.when} if fault else {}
        self.shop.ledger.record("request", **entry, status=status, outcome=outcome, executed=done, **named)
        kind = "application/json" if body[:1] == b"{" else "text/plain"
        return web.Response(status=status, body=body, content_type=kind)


def _status(response: web.StreamResponse | None) -> int:
    return response.status if response is not None else 200


def tear(answer: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """`data` and `errors` together: one node of the first list is gone, or the payload of a mutation."""
    data = answer.get("data")
    if not data:
        return answer
    root = next(iter(data))
    found = data[root]
    error: dict[str, Any] = {"message": fault.params.get("message", "Something went wrong"), "path": [root]}
    nodes = found.get("nodes") if isinstance(found, dict) else None
    edges = found.get("edges") if isinstance(found, dict) else None
    if nodes:
        index = int(fault.params.get("index", len(nodes) // 2)) % len(nodes)
        nodes[index] = None
        error["path"] += ["nodes", index]
    elif edges:
        index = int(fault.params.get("index", len(edges) // 2)) % len(edges)
        edges[index]["node"] = None
        error["path"] += ["edges", index, "node"]
    elif nodes is None and edges is None:
        data[root] = None
    return {**answer, "errors": [*answer.get("errors", []), error]}
