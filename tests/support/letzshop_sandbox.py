"""The sandbox Letzshop inside a test's own loop, over real HTTP on a free port.

Time stands still at NOON until a test advances it, nothing sleeps (waits are noted in `slept`), and the handle speaks
the control API, so that a test says what happens and reads what happened.
"""

import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.server import Sandbox

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = "Key-of-Ada"


@dataclass
class SandboxHandle:
    url: str
    sandbox: Sandbox
    session: aiohttp.ClientSession
    server: TestServer
    slept: list[float] = field(default_factory=list)

    @property
    def graphql_url(self) -> str:
        return f"{self.url}/letzshop/graphql"

    async def control(
        self, path: str, body: Any = None, *, method: str | None = None, status: int | None = None
    ) -> Any:
        """Call `/control/<path>`: POST with a body, GET without; the decoded answer. Fails on an unexpected status."""
        verb = method or ("GET" if body is None else "POST")
        data = None if body is None else io.BytesIO(json.dumps(body).encode())
        async with self.session.request(verb, f"{self.url}/control/{path}", data=data) as response:
            said = await response.json()
            expected = (status,) if status else (200, 201)
            assert response.status in expected, f"{verb} {path}: {response.status} {said}"
            return said

    async def ledger(self, kind: str = "", since: int | str = 0, **where: str) -> list[dict[str, Any]]:
        query = {"kind": kind, "since": str(since), **where}
        async with self.session.get(f"{self.url}/control/ledger", params=query) as response:
            assert response.status == 200, await response.text()
            found: list[dict[str, Any]] = await response.json()
            return found

    async def vendor(self, slug: str = "ada", form: str = "live", key: str | None = KEY) -> dict[str, Any]:
        """A vendor of that form, and a shop manager's key for it."""
        made: dict[str, Any] = await self.control("letzshop/vendors", {"slug": slug, "form": form})
        if key is not None:
            await self.control("letzshop/keys", {"vendors": [slug], "token": key})
        return made

    async def place(self, *lines: dict[str, Any], **order: Any) -> dict[str, Any]:
        placed: dict[str, Any] = await self.control("letzshop/orders", {"lines": list(lines), **order})
        return placed

    async def fault(self, kind: str, operation: str = "*", count: int | None = 1, **params: Any) -> str:
        rule = {"kind": kind, "operation": operation, "count": count, **params}
        made: list[str] = await self.control("faults", rule)
        return made[0]

    async def advance(self, seconds: float) -> dict[str, Any]:
        moved: dict[str, Any] = await self.control("clock", {"advance": seconds})
        return moved

    async def ask(
        self, query: str, variables: dict[str, Any] | None = None, *, form: str = "", key: str | None = KEY
    ) -> aiohttp.ClientResponse:
        """One GraphQL request as a client would send it; the response is read."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{self.url}/letzshop/{form}/graphql" if form else self.graphql_url
        body = {"query": query, "variables": variables}
        response = await self.session.post(url, json=body, headers=headers, allow_redirects=False)
        await response.read()
        return response

    async def data(self, query: str, variables: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
        """The data of a request that must not fail."""
        answer = await (await self.ask(query, variables, **how)).json()
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]
        return found


@asynccontextmanager
async def running_sandbox(
    *,
    seed: int = 1,
    now: datetime | None = NOON,
    clock: Callable[[], datetime] | None = None,
    state: Path | None = None,
    files: dict[str, Path] | None = None,
    token: str | None = None,
) -> AsyncIterator[SandboxHandle]:
    handle = await start_sandbox(seed=seed, now=now, clock=clock, state=state, files=files, token=token)
    try:
        yield handle
    finally:
        await stop_sandbox(handle)


async def start_sandbox(
    *,
    seed: int = 1,
    now: datetime | None = NOON,
    clock: Callable[[], datetime] | None = None,
    state: Path | None = None,
    files: dict[str, Path] | None = None,
    token: str | None = None,
) -> SandboxHandle:
    """Start one; `now` None lets its clock go with real time, or with `clock`. End it with `stop_sandbox`."""
    world_clock = WorldClock(clock) if clock else WorldClock()
    if now is not None and clock is None:
        world_clock.set(now, frozen=True)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    sandbox = Sandbox(seed=seed, clock=world_clock, sleep=sleep, state=state, files=files, token=token)
    sandbox.restore()
    server = TestServer(sandbox.app(pulse=False))
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    return SandboxHandle(url, sandbox, aiohttp.ClientSession(), server, slept)


async def stop_sandbox(handle: SandboxHandle) -> None:
    await handle.session.close()
    await handle.server.close()
