"""A vendor that does as told: each request takes the next reply of a script and is kept for the test to look at."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from orion_daemon.connectors.http import Http, HttpOptions
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.runtime.clock import Clock, SystemClock

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class VendorServer:
    script: list[Reply] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def will(self, *replies: Reply) -> None:
        self.script.extend(replies)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.seen.append(Seen(request.method, request.path, dict(request.headers), body))
        if not self.script:
            return web.Response(status=599, text="the script is at its end")
        return await self.script.pop(0)(request)


@asynccontextmanager
async def vendor_server() -> AsyncIterator[VendorServer]:
    vendor = VendorServer()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", vendor.handle)
    server = TestServer(app)
    await server.start_server()
    vendor.url = str(server.make_url("/graphql"))
    try:
        yield vendor
    finally:
        await server.close()


@asynccontextmanager
async def http_client(
    records: list[RequestRecord] | None = None, clock: Clock | None = None, **options: Any
) -> AsyncIterator[Http]:
    """Without pauses between tries, and impatient unless told otherwise."""
    settings = {"first_pause": 0.0, "call_timeout": 5.0, **options}
    http = Http(
        clock or SystemClock(),
        HttpOptions(**settings),
        observer=records.append if records is not None else None,
        jitter=lambda wait: wait,
    )
    try:
        yield http
    finally:
        await http.close()


def answers(body: Any, status: int = 200, **headers: str) -> Reply:
    """JSON, or text as it is."""

    async def reply(_: web.Request) -> web.StreamResponse:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "application/json" if text[:1] in "{[" else "text/html"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, content_type=kind, headers=named)

    return reply


def result(value: Any, errors: list[dict[str, Any]] | None = None) -> Reply:
    """A GraphQL answer whose root field is our alias `result`."""
    return answers({"data": {"result": value}, **({"errors": errors} if errors else {})})


def fails(message: str, code: str = "") -> Reply:
    error: dict[str, Any] = {"message": message, **({"extensions": {"code": code}} if code else {})}
    return answers({"errors": [error]})


def drops() -> Reply:
    async def reply(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return reply


def cuts(body: str) -> Reply:
    """Half of the body, then the connection breaks."""

    async def reply(request: web.Request) -> web.StreamResponse:
        raw = body.encode()
        response = web.StreamResponse(headers={"Content-Length": str(len(raw)), "Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(raw[: len(raw) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    return reply


def streams(size: int) -> Reply:
    """White space without a stated length."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(size // 65536):
                await response.write(b" " * 65536)
            await response.write_eof()
        except ConnectionError:
            pass  # the client had enough, which is what the test is about
        return response

    return reply


def hangs(until: "Awaitable[Any]") -> Reply:
    """No answer before the awaitable is done."""

    async def reply(_: web.Request) -> web.StreamResponse:
        await until
        return web.Response()

    return reply
