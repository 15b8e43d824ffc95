"""The control API that all vendors share: ledger, state, clock, faults, reset. JSON in, JSON out, loopback only.

    GET    /control/ledger?kind=a,b&since=SEQ|ISO-TIME&limit=N&FIELD=VALUE
    GET    /control/state
    GET    /control/clock        POST /control/clock {"advance": seconds} | {"now": iso, "frozen": bool}
    GET    /control/faults       POST /control/faults {rule} or [rules]     DELETE /control/faults[?id=]
    POST   /control/reset {"seed": n}

A vendor's own commands are mounted under `/control/<vendor>/`. With a token set, each call must carry it in
`X-Sandbox-Token`.
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import orjson
from aiohttp import web
from aiohttp.typedefs import Middleware

from orion_daemon.sandbox.faults import BadRuleError
from orion_daemon.sandbox.vendor import CommandError, Core, VendorSandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")


async def body_of(request: web.Request) -> Any:
    """The JSON body; an empty one is an empty object. Raises CommandError."""
    raw = await request.read()
    try:
        return orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise CommandError(f"the body is not JSON: {error}") from error


def guard(token: str | None) -> Middleware:
    """Middleware: only this machine (and holders of the token) may steer, and mistakes come back as JSON."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/control/"):
            return await handler(request)
        if not _is_local(request.remote):
            return answer({"error": "the control API serves this machine only"}, 403)
        if token is not None and not hmac.compare_digest(request.headers.get("X-Sandbox-Token", ""), token):
            return answer({"error": "send the control token in X-Sandbox-Token"}, 401)
        try:
            return await handler(request)
        except CommandError as error:
            return answer({"error": str(error)}, error.status)
        except (BadRuleError, msgspec.ValidationError) as error:
            return answer({"error": str(error)}, 400)

    return guarded


def _is_local(remote: str | None) -> bool:
    try:
        return remote is not None and ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False


class Control:
    def __init__(self, core: Core, vendors: list[VendorSandbox]) -> None:
        self._core, self._vendors = core, vendors

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/ledger", self._ledger),
            web.get("/control/state", self._state),
            web.get("/control/clock", self._time),
            web.post("/control/clock", self._set_time),
            web.get("/control/faults", self._faults),
            web.post("/control/faults", self._add_faults),
            web.delete("/control/faults", self._clear_faults),
            web.post("/control/reset", self._reset),
        ]

    async def catch_up(self, target: datetime) -> int:
        """Let everything happen that is due by `target`, in order and each at its own time; how much it was."""
        happened = 0
        while True:
            waiting = [(due, i) for i, v in enumerate(self._vendors) if (due := v.next_due()) is not None]
            if not waiting or min(waiting)[0] > target:
                return happened
            due, index = min(waiting)
            if due > self._core.clock.now():
                self._core.clock.set(due)
            await self._vendors[index].run_next()
            happened += 1

    async def _ledger(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        kinds = [kind for kind in query.pop("kind", "").split(",") if kind]
        since, limit = query.pop("since", "0"), query.pop("limit", None)
        try:
            start = int(since) if since.isdigit() else moment(since)
            found = self._core.ledger.read(kinds, since=start, limit=int(limit) if limit else None, where=query)
        except ValueError as error:
            raise CommandError(str(error)) from error
        return answer(found)

    async def _state(self, _request: web.Request) -> web.Response:
        states = {vendor.name: vendor.state() for vendor in self._vendors}
        return answer({**self._clock_facts(), "ledger": len(self._core.ledger.entries), **states})

    async def _time(self, _request: web.Request) -> web.Response:
        return answer(self._clock_facts())

    async def _set_time(self, request: web.Request) -> web.Response:
        said = await body_of(request)
        clock = self._core.clock
        if "now" in said:
            clock.set(moment(said["now"]), frozen=said.get("frozen"))
        elif "frozen" in said:
            clock.set(clock.now(), frozen=bool(said["frozen"]))
        happened = 0
        if "advance" in said:
            target = clock.now() + timedelta(seconds=float(said["advance"]))
            happened = await self.catch_up(target)
            if clock.now() < target:
                clock.set(target)
        return answer({**self._clock_facts(), "happened": happened})

    def _clock_facts(self) -> dict[str, Any]:
        return {"now": self._core.clock.now().isoformat(), "frozen": self._core.clock.frozen}

    async def _faults(self, _request: web.Request) -> web.Response:
        return answer(self._core.faults.listed())

    async def _add_faults(self, request: web.Request) -> web.Response:
        said = await body_of(request)
        rules = [self._core.faults.add(rule) for rule in (said if isinstance(said, list) else [said])]
        return answer([rule.id for rule in rules], 201)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        return answer({"cleared": self._core.faults.clear(request.query.get("id"))})

    async def _reset(self, request: web.Request) -> web.Response:
        seed = (await body_of(request)).get("seed", 0)
        self._core.faults.clear()
        self._core.ledger.entries.clear()
        for vendor in self._vendors:
            vendor.reset(int(seed))
        return answer({"seed": seed})


def moment(text: str) -> datetime:
    """An ISO time; one without an offset is UTC. Raises CommandError."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise CommandError(f"{text!r} is not an ISO 8601 time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
