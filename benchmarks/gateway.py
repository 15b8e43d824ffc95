"""The gateway beside what aiohttp can do at best: a page of 50 orders, and an event for many subscribers.

Page: the same server process, database and rows; the plain handler reads them with three statements and encodes the
very same JSON with orjson, without a schema, tokens or limits. Both answers are compared. Fan-out: the plain server
writes one ready frame to every socket; subscribers live in a process of their own and the clock stops when the last of
them has heard everything. Both say what the executor costs; a compiled plan and shared frames are to bring it down.
"""

import asyncio
import base64
import contextlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.report import Result
from orion_daemon.db.database import Database
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.money import to_decimal
from orion_daemon.runtime.bus import Bus
from tests.support.databases import fresh_sqlite, opened
from tests.support.gateway import Gateway, serving
from tests.support.orders import line, open_shop, order

ORDERS = 50
REQUESTS = 20
ROUNDS = 5
SUBSCRIBERS = 300
EVENTS = 5
PAGE = """{ orders(first: 50) { edges { node { id channelOrderId orderNumber status currency createdAt
  total { amount currency } linesTotal { amount currency }
  items { sku title quantity stockState unitPrice { amount currency } total { amount currency } }
  history { toStatus cause createdAt } } } pageInfo { hasNextPage } } }"""
WATCH = "subscription { orderEvents { what order { id channelOrderId status total { amount } } } }"


async def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        url = await fresh_sqlite(Path(folder) / "gateway.db")
        async with opened(url, bus=Bus()) as db:
            shop = await open_shop(db, {f"SKU-{n}": 10_000 for n in range(20)})
            await shop.take(
                *(order(str(n), *(line(f"SKU-{(n + k) % 20}", 1 + k) for k in range(3)), total_minor=7740)
                  for n in range(ORDERS))
            )  # fmt: skip
            async with serving(db, Path(folder)) as gateway, plain_server(db) as plain:
                return [await page(gateway, plain), await fan_out(gateway, plain, shop.store_id)]


async def page(gateway: Gateway, plain: TestServer) -> Result:
    headers = {"Authorization": f"Bearer {await gateway.token('viewer')}", "Content-Type": "application/json"}
    body = orjson.dumps({"query": PAGE})

    async def ours() -> bytes:
        async with gateway.http.post(f"{gateway.url}/graphql", data=body, headers=headers) as response:
            return await response.read()

    async def bare() -> bytes:
        async with gateway.http.post(plain.make_url("/page"), data=body, headers=headers) as response:
            return await response.read()

    assert orjson.loads(await ours()) == orjson.loads(await bare()), "the two servers say different things"
    pairs = [(await timed(bare), await timed(ours)) for _ in range(ROUNDS)]
    mine = median(own for _, own in pairs)
    detail = f"{REQUESTS / mine:.0f} requests/s, {ORDERS} orders with {3 * ORDERS} lines, database included"
    return Result("page of 50 orders / plain handler", median(b / o for b, o in pairs), "×", detail=detail)


async def timed(ask: Callable[[], Awaitable[bytes]]) -> float:
    began = time.perf_counter()
    for _ in range(REQUESTS):
        await ask()
    return time.perf_counter() - began


async def fan_out(gateway: Gateway, plain: TestServer, store_id: int) -> Result:
    token = await gateway.token("viewer")
    order_id = await gateway.db.fetch_value("SELECT MIN(id) AS id FROM orders")
    event = OrderChanged(store_id, order_id, "letzshop", "pending", "status")
    sockets: set[web.WebSocketResponse] = plain.app["sockets"]

    async def tell() -> None:
        for _ in range(EVENTS):
            gateway.db.bus.publish(event, store_id)
            await asyncio.sleep(0)

    async def write() -> None:
        frame = await the_frame(gateway)
        for _ in range(EVENTS):
            for socket in list(sockets):
                await socket.send_str(frame)

    pairs = []
    for _ in range(ROUNDS):
        bare = await heard(f"ws://{plain.host}:{plain.port}/events", token, write)
        pairs.append((bare, await heard(f"{gateway.url}/graphql".replace("http", "ws", 1), token, tell)))
    mine = median(own for _, own in pairs)
    detail = f"{SUBSCRIBERS * EVENTS / mine:.0f} deliveries/s to {SUBSCRIBERS} subscribers"
    return Result("event to all subscribers / bare broadcast", median(b / o for b, o in pairs), "×", detail=detail)


async def the_frame(gateway: Gateway) -> str:
    [edge] = (
        await gateway.query("{ orders(first: 1) { edges { node { id channelOrderId status total { amount } } } } }")
    )["orders"]["edges"]
    data = {"orderEvents": {"what": "STATUS", "order": edge["node"]}}
    return orjson.dumps({"id": "1", "type": "next", "payload": {"data": data}}).decode()


async def heard(url: str, token: str, speak: Callable[[], Awaitable[None]]) -> float:
    """Seconds from the first word until a process full of subscribers has heard all of them."""
    listener = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.gateway", url, token, stdout=asyncio.subprocess.PIPE
    )
    assert listener.stdout is not None
    assert await listener.stdout.readline() == b"ready\n"
    await asyncio.sleep(0.2)  # the last subscriptions are being made
    began = time.perf_counter()
    await speak()
    assert await listener.stdout.readline() == b"done\n"
    seconds = time.perf_counter() - began
    await listener.wait()
    return seconds


async def listen(url: str, token: str) -> None:
    """The subscribers' process."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http, contextlib.AsyncExitStack() as stack:
        sockets = []
        for _ in range(SUBSCRIBERS):
            socket = await stack.enter_async_context(http.ws_connect(url, protocols=["graphql-transport-ws"]))
            await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            await socket.receive()
            await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": WATCH}})
            sockets.append(socket)
        print("ready", flush=True)

        async def hear(socket: aiohttp.ClientWebSocketResponse) -> None:
            for _ in range(EVENTS):
                assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT

        await asyncio.gather(*(hear(socket) for socket in sockets))
        print("done", flush=True)


@contextlib.asynccontextmanager
async def plain_server(db: Database) -> AsyncIterator[TestServer]:
    app = web.Application()
    sockets: set[web.WebSocketResponse] = set()
    app["sockets"] = sockets

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(
            body=orjson.dumps({"data": {"orders": await read_page(db)}}), content_type="application/json"
        )

    async def events(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        await socket.receive()
        await socket.send_str('{"type":"connection_ack"}')
        await socket.receive()
        sockets.add(socket)
        await socket.receive()
        sockets.discard(socket)
        return socket

    app.router.add_post("/page", answer)
    app.router.add_get("/events", events)
    async with TestServer(app) as server:
        yield server


async def read_page(db: Database) -> dict[str, Any]:
    rows = await db.fetch("SELECT * FROM orders ORDER BY id DESC LIMIT 51")
    shown = rows[:ORDERS]
    ids = tuple(row["id"] for row in shown)
    items: dict[int, list[Any]] = defaultdict(list)
    for row in await db.fetch("SELECT * FROM order_items WHERE order_id = ANY($1::bigint[]) ORDER BY id", ids):
        items[row["order_id"]].append(row)
    history: dict[int, list[Any]] = defaultdict(list)
    for row in await db.fetch("SELECT * FROM order_status_history WHERE order_id = ANY($1::bigint[]) ORDER BY id", ids):
        history[row["order_id"]].append(row)
    edges = [{"node": as_document(row, items[row["id"]], history[row["id"]])} for row in shown]
    return {"edges": edges, "pageInfo": {"hasNextPage": len(rows) > ORDERS}}


def as_document(row: dict[str, Any], items: list[Any], history: list[Any]) -> dict[str, Any]:
    currency = row["currency"]

    def amount(minor: int | None) -> dict[str, str] | None:
        return None if minor is None else {"amount": to_decimal(minor, currency), "currency": currency}

    return {
        "id": base64.b64encode(f"Order:{row['id']}".encode()).decode(),
        "channelOrderId": row["channel_order_id"],
        "orderNumber": row["order_number"],
        "status": row["status"].upper(),
        "currency": currency,
        "createdAt": row["created_at"].isoformat().replace("+00:00", "Z"),
        "total": amount(row["total_minor"]),
        "linesTotal": amount(row["lines_minor"]),
        "items": [
            {
                "sku": item["sku"],
                "title": item["title"],
                "quantity": item["quantity"],
                "stockState": item["stock_state"].upper(),
                "unitPrice": amount(item["unit_price_minor"]),
                "total": amount(item["total_minor"]),
            }
            for item in items
        ],
        "history": [
            {
                "toStatus": step["to_status"].upper(),
                "cause": step["cause"].upper(),
                "createdAt": step["created_at"].isoformat().replace("+00:00", "Z"),
            }
            for step in history
        ],
    }


if __name__ == "__main__":
    asyncio.run(listen(*sys.argv[1:3]))
