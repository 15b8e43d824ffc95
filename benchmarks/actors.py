"""Actors against the bare primitives: messages, memory of those asleep, registration, garbage collection.

The bare side is an `asyncio.Queue` with one consumer task; an ask is a future sent through it. Ours goes through
`ActorSystem.tell` and `ask` by address, supervision on. Both sides count what they handled. The spread form sends one
message at a time to each of many receivers, so every message of ours wakes an actor that has no task.
Memory is that of actors which were never told anything, and of the same asleep again after work in two lanes.
"""

import asyncio
import gc
import random
import time
import tracemalloc
from collections.abc import Coroutine
from statistics import median
from typing import Any, ClassVar

from benchmarks.report import Result, ratio, table
from orion_daemon.runtime.actor import Actor, LaneSpec
from orion_daemon.runtime.clock import ManualClock, SystemClock
from orion_daemon.runtime.supervisor import ActorSystem

MESSAGES = 50_000
ASKS = 10_000
SPREAD = 1_000
BURST = 100


class Counter(Actor):
    __slots__ = ("seen",)
    lanes: ClassVar = tuple(LaneSpec(name) for name in ("urgent", "polling", "syncing", "bulk"))

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.seen = 0

    async def receive(self, lane: str, message: Any) -> Any:  # noqa: ARG002 - all lanes do the same
        self.seen += 1
        return message


def _system(clock: SystemClock | ManualClock | None = None) -> ActorSystem:
    def fail(*what: object) -> None:
        raise AssertionError(what)

    return ActorSystem(clock or SystemClock(), random.random, on_error=fail, on_suspend=fail)


def _timed(main: Coroutine[Any, Any, float]) -> float:
    gc.collect()
    return asyncio.run(main)


async def _bare_stream() -> float:
    queue: asyncio.Queue[int] = asyncio.Queue(1000)
    seen = 0

    async def consume() -> None:
        nonlocal seen
        while True:
            await queue.get()
            seen += 1

    consumer = asyncio.create_task(consume())
    await asyncio.sleep(0)
    begun = time.perf_counter()
    for start in range(0, MESSAGES, BURST):
        for number in range(start, start + BURST):
            queue.put_nowait(number)
        await asyncio.sleep(0)
    while seen < MESSAGES:
        await asyncio.sleep(0)
    took = time.perf_counter() - begun
    consumer.cancel()
    return took


async def _our_stream() -> float:
    system = _system()
    actor = Counter("store:letzshop")
    system.register(actor)
    begun = time.perf_counter()
    for start in range(0, MESSAGES, BURST):
        for number in range(start, start + BURST):
            if not system.tell("store:letzshop", "urgent", number):
                raise AssertionError("a message was refused")
        await asyncio.sleep(0)
    while actor.seen < MESSAGES:
        await asyncio.sleep(0)
    took = time.perf_counter() - begun
    await system.stop()
    return took


async def _bare_spread() -> float:
    queues: list[asyncio.Queue[int]] = [asyncio.Queue(1000) for _ in range(SPREAD)]
    seen = 0

    async def consume(queue: asyncio.Queue[int]) -> None:
        nonlocal seen
        while True:
            await queue.get()
            seen += 1

    consumers = [asyncio.create_task(consume(queue)) for queue in queues]
    await asyncio.sleep(0)
    begun = time.perf_counter()
    for number in range(MESSAGES // SPREAD):
        for queue in queues:
            queue.put_nowait(number)
        while seen < (number + 1) * SPREAD:
            await asyncio.sleep(0)
    took = time.perf_counter() - begun
    for consumer in consumers:
        consumer.cancel()
    return took


async def _our_spread() -> float:
    system = _system()
    actors = [Counter(f"store{number}:letzshop") for number in range(SPREAD)]
    for actor in actors:
        system.register(actor)
    addresses = [actor.address for actor in actors]
    begun = time.perf_counter()
    for number in range(MESSAGES // SPREAD):
        for address in addresses:
            system.tell(address, "urgent", number)
        while actors[-1].seen <= number:
            await asyncio.sleep(0)
    took = time.perf_counter() - begun
    if sum(actor.seen for actor in actors) != MESSAGES:
        raise AssertionError("messages were lost")
    await system.stop()
    return took


async def _bare_ask() -> float:
    queue: asyncio.Queue[tuple[int, asyncio.Future[int]]] = asyncio.Queue(1000)

    async def serve() -> None:
        while True:
            message, future = await queue.get()
            future.set_result(message)

    server = asyncio.create_task(serve())
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    for number in range(ASKS):
        future: asyncio.Future[int] = loop.create_future()
        queue.put_nowait((number, future))
        if await future != number:
            raise AssertionError("wrong answer")
    took = time.perf_counter() - begun
    server.cancel()
    return took


async def _our_ask(patience: float | None) -> float:
    system = _system()
    system.register(Counter("store:letzshop"))
    begun = time.perf_counter()
    for number in range(ASKS):
        if await system.ask("store:letzshop", "urgent", number, patience) != number:
            raise AssertionError("wrong answer")
    took = time.perf_counter() - begun
    await system.stop()
    return took


async def _memory(count: int) -> Result:
    system = _system(ManualClock())
    gc.collect()
    tracemalloc.start()
    for number in range(count):
        system.register(Counter(f"store{number}:letzshop"))
    fresh = tracemalloc.get_traced_memory()[0] / count / 1024
    for start in range(0, count, 1000):  # all work once, in two lanes, and fall asleep again
        for number in range(start, start + 1000):
            system.tell(f"store{number}:letzshop", "urgent", 1)
            system.tell(f"store{number}:letzshop", "bulk", 2)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for number in range(start, start + 1000):
            if not system.passivate(f"store{number}:letzshop"):
                raise AssertionError("an actor is still busy")
    gc.collect()
    again = tracemalloc.get_traced_memory()[0] / count / 1024
    tracemalloc.stop()
    await system.stop()
    detail = f"{fresh:.2f} fresh, {again:.2f} after work, address and registry included (tracemalloc)"
    return Result(f"memory per sleeping actor, {count:,}", max(fresh, again), "KB", 1.2, "lower", detail)


async def _registration(count: int) -> list[Result]:
    system = _system(ManualClock())
    gc.collect()
    gc.freeze()  # what is not of actors, as the daemon does once it is ready
    begun = time.perf_counter()
    for number in range(count):
        system.register(Counter(f"store{number}:letzshop"))
    register = (time.perf_counter() - begun) / count * 1e6
    collections = []
    for _ in range(7):
        begun = time.perf_counter()
        gc.collect()
        collections.append((time.perf_counter() - begun) * 1000)
    gc.unfreeze()
    return [
        Result("registering an actor", register, "µs", 10, "lower", "object made and registered"),
        Result(f"full garbage collection, {count:,} actors", median(collections), "ms", 20, "lower", "median of 7"),
    ]


def run() -> list[Result]:
    results = [asyncio.run(_memory(count)) for count in (10_000, 100_000)]
    results += asyncio.run(_registration(100_000))
    for name, bare, ours, goal, amount in (
        ("tell, one actor", _bare_stream, _our_stream, 0.6, MESSAGES),
        ("tell, 1,000 sleeping actors in turn", _bare_spread, _our_spread, 0.6, MESSAGES),
        ("ask", _bare_ask, lambda: _our_ask(None), 0.5, ASKS),
        ("ask with a time limit", _bare_ask, lambda: _our_ask(5.0), 0.5, ASKS),
    ):
        share, bare_took, took = ratio(lambda bare=bare: _timed(bare()), lambda ours=ours: _timed(ours()))
        detail = f"{took / amount * 1e6:.2f} µs against {bare_took / amount * 1e6:.2f} µs for asyncio.Queue"
        results.append(Result(name, share, "×", goal, "higher", detail))
    return results


if __name__ == "__main__":
    print(table(run()))
