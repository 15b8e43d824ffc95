"""Calls to a vendor against bare aiohttp on the same server: what limiter, retry, breaker and record cost.

The server is a process of its own that answers with a page of about 4 KB. Both sides keep one session and send the
same request with the same headers, one after the other and then eight at a time; every answer is compared.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from statistics import median

import aiohttp
from aiohttp import web

from benchmarks.report import Result, table
from orion_daemon.connectors.http import AccountHttp, Answer, Http, HttpOptions, Request
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota

CALLS = 1500
ROUNDS = 7
AT_ONCE = (1, 8)
GOAL = 0.8
BODY = b'{"query":"query Shipments { shipments { nodes { id } } }","variables":{}}'
PAGE = b'{"data":{"result":{"nodes":[' + b",".join(b'{"id":"sHp7Qa2Lx","number":"H1"}' for _ in range(120)) + b"]}}}"
HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer key"}

Call = Callable[[], Awaitable[bytes]]


def _serve(ready: Connection) -> None:
    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=PAGE, content_type="application/json")

    async def main() -> None:
        app = web.Application()
        app.router.add_post("/", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


async def _timed(call: Call, at_once: int) -> float:
    async def worker() -> None:
        for _ in range(CALLS // at_once):
            if await call() != PAGE:
                raise AssertionError("another answer than the server gave")

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - started


def _body(answer: Answer) -> bytes:
    return answer.body


async def _measure(url: str) -> list[Result]:
    clock = SystemClock()
    records: list[RequestRecord] = []
    http = Http(clock, HttpOptions(), observer=records.append)
    limiter = LimiterGroup(clock, account=Quota(1e6, burst=1000))
    account: AccountHttp = http.account("bench", "store:bench", limiter, in_flight=8)
    request = Request("page", url, BODY, bearer="key", headers={"Content-Type": "application/json"})
    results = []
    async with aiohttp.ClientSession() as session:

        async def bare() -> bytes:
            async with session.post(url, data=BODY, headers=HEADERS) as response:
                return await response.read()

        async def ours() -> bytes:
            return await account.call(request, _body)

        for at_once in AT_ONCE:
            pairs = []
            for index in range(ROUNDS + 1):  # the first warms up
                sides: tuple[Call, Call] = (bare, ours) if index % 2 else (ours, bare)
                seconds = {side: await _timed(side, at_once) for side in sides}
                pairs.append((seconds[bare], seconds[ours]))
            ratio = median(b / o for b, o in pairs[1:])
            each = median(o for _, o in pairs[1:]) / CALLS * 1e6
            detail = f"{each:.0f} µs a call; bare {median(b for b, _ in pairs[1:]) / CALLS * 1e6:.0f} µs"
            results.append(
                Result(f"outbound calls, {at_once} at once, against bare aiohttp", ratio, "×", GOAL, "higher", detail)
            )
    if len(records) != (ROUNDS + 1) * sum(CALLS // at_once * at_once for at_once in AT_ONCE):
        raise AssertionError("not every call left its record")
    await http.close()
    return results


def run() -> list[Result]:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        return asyncio.run(_measure(f"http://127.0.0.1:{ours.recv()}/"))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    print(table(run()))
