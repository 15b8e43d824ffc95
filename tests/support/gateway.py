"""A gateway on a real socket, with tokens of every role, and clients as a frontend would have them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from orion_daemon.db.database import Database
from orion_daemon.graphql.server import GatewayParts, Limits, create_app
from orion_daemon.observability.health import Check, Integrations, Report
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import access
from tests.support.stores import NOW

WELL = Report(ok=True, checks=(Check(name="loop", ok=True, detail="", since=NOW),))


class GraphQLFailed(AssertionError):  # noqa: N818
    pass


@dataclass
class Gateway:
    """`query` answers `data` and fails on errors; `send` answers status and document."""

    db: Database
    clock: ManualClock
    http: aiohttp.ClientSession
    url: str
    feeds: Path
    server: TestServer
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, role: str, store_id: int | None = None) -> str:
        name = f"{role} of {store_id or 'all'}"
        if name not in self.tokens:
            self.tokens[name] = f"token-{name.replace(' ', '-')}-".ljust(40, "x")
            await access.create_token(
                self.db, token=self.tokens[name], name=name, role=role, store_id=store_id, now=NOW, actor="test"
            )
        return self.tokens[name]

    async def send(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        role: str = "admin",
        store_id: int | None = None,
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {await self.token(role, store_id)}"}
        body = {"query": query, "variables": dict(variables or {})}
        async with self.http.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def query(self, query: str, variables: Mapping[str, Any] | None = None, **who: Any) -> Any:
        status, document = await self.send(query, variables, **who)
        if status != 200 or document.get("errors"):
            raise GraphQLFailed(f"{status} {document}")
        return document["data"]

    async def error(self, query: str, variables: Mapping[str, Any] | None = None, **who: Any) -> dict[str, Any]:
        """The one error of an answer."""
        _status, document = await self.send(query, variables, **who)
        [error] = document["errors"]
        found: dict[str, Any] = error
        return found

    async def change(self, mutation: str, payload: str, wanted: Mapping[str, Any], **who: Any) -> Any:
        """The payload of a mutation; `payload` are its fields beside userErrors."""
        name = mutation[0].upper() + mutation[1:]
        kind = INPUTS.get(mutation, f"{name}Input")
        fields = f"{payload} userErrors {{ code field message }}"
        text = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} }} }}"
        return (await self.query(text, {"input": wanted}, **who))[mutation]

    @asynccontextmanager
    async def watch(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        role: str = "viewer",
        store_id: int | None = None,
    ) -> AsyncIterator["Watcher"]:
        """A subscription over graphql-transport-ws, acknowledged and begun."""
        async with self.http.ws_connect(f"{self.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
            token = await self.token(role, store_id)
            await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            assert (await socket.receive_json())["type"] == "connection_ack"
            payload = {"query": query, "variables": dict(variables or {})}
            await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
            yield Watcher(socket)


INPUTS = {
    **dict.fromkeys(("retryJobs", "cancelJobs"), "JobsInput"),
    **dict.fromkeys(("confirmImport", "discardImport", "cancelImport", "applyImport"), "ImportInput"),
    **dict.fromkeys(("confirmOrderItems", "declineOrderItems"), "AnswerOrderItemsInput"),
    **dict.fromkeys(
        (
            "markOrderProcessing",
            "markOrderReady",
            "markOrderDelivered",
            "markOrderFulfilled",
            "cancelOrder",
            "markEarlierOrderSent",
            "reserveEarlierOrder",
        ),
        "MoveOrderInput",
    ),
    **dict.fromkeys(("pollOrders", "reconcileOrders", "syncInventory", "publishFeed"), "AccountInput"),
}
"""Mutations whose input is named otherwise than they are."""


@dataclass
class Watcher:
    socket: aiohttp.ClientWebSocketResponse

    async def message(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            found: dict[str, Any] = await self.socket.receive_json()
            return found

    async def next(self) -> Any:
        """The data of the next event, which is the one field asked for."""
        message = await self.message()
        assert message["type"] == "next", message
        assert not message["payload"].get("errors"), message
        [value] = message["payload"]["data"].values()
        return value

    async def message_types(self) -> list[aiohttp.WSMsgType]:
        """What comes until the socket is closed."""
        found = []
        while True:
            found.append((await self.socket.receive()).type)
            if found[-1] in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}:
                return found

    async def error(self) -> dict[str, Any]:
        """The first error, before the first event or with it."""
        message = await self.message()
        payload = message["payload"]
        found: dict[str, Any] = (payload if message["type"] == "error" else payload["errors"])[0]
        return found


async def no_metrics() -> bytes:
    return b"orion_jobs_total 1\n"


def healthy() -> Report:
    return WELL


async def no_integrations(_store: str | None) -> Integrations:
    return Integrations("ok", NOW, ())


@asynccontextmanager
async def serving(
    db: Database,
    folder: Path,
    *,
    limits: Limits | None = None,
    now: datetime = NOW,
    port: int | None = None,
    **more: Any,
) -> AsyncIterator[Gateway]:
    clock = ManualClock(now)
    feeds = folder / "feeds"
    feeds.mkdir(exist_ok=True)
    given: dict[str, Any] = {
        "liveness": healthy,
        "readiness": healthy,
        "metrics": no_metrics,
        "integrations": no_integrations,
        "settle_seconds": 0.0,
    } | more
    parts = GatewayParts(
        db=db,
        bus=db.bus,
        clock=clock,
        feeds_folder=feeds,
        uploads_folder=folder / "uploads",
        limits=limits or Limits(),
        **given,
    )  # type: ignore[arg-type]
    async with TestServer(create_app(parts), port=port) as server, aiohttp.ClientSession() as http:
        yield Gateway(db, clock, http, f"http://{server.host}:{server.port}", feeds, server)


async def until(condition: Any) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)
