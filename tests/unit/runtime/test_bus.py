import asyncio
import gc
import weakref
from dataclasses import dataclass

import pytest

from orion_daemon.runtime.bus import Bus, Lagged


@dataclass(frozen=True)
class Event:
    number: int


class OrderEvent(Event):
    pass


class StockEvent(Event):
    pass


async def collect(subscription):
    return [event async for event in subscription]


async def test_a_topic_is_a_type_and_its_subtypes_narrowed_by_a_key():
    bus = Bus()
    async with (
        bus.subscribe(Event) as everything,
        bus.subscribe(OrderEvent, key="store-1") as orders,
        bus.subscribe(OrderEvent, StockEvent, Event, key="store-1") as both,
    ):
        assert bus.publish(OrderEvent(1), key="store-1") == 3
        assert bus.publish(OrderEvent(2), key="store-2") == 1
        assert bus.publish(StockEvent(3), key="store-1") == 2
        assert bus.publish(Event(4)) == 1
        assert bus.publish("unrelated") == 0
        bus.close()
        assert [event.number for event in await collect(everything)] == [1, 2, 3, 4]
        assert await collect(orders) == [OrderEvent(1)]
        assert [event.number for event in await collect(both)] == [1, 3]


async def test_a_slow_subscriber_loses_the_oldest_and_is_told_how_many():
    bus = Bus()
    async with bus.subscribe(Event, maxsize=2) as slow, bus.subscribe(Event) as quick:
        for number in range(5):
            bus.publish(Event(number))
        assert [await anext(slow) for _ in range(3)] == [Lagged(3), Event(3), Event(4)]
        bus.publish(Event(5))
        assert await anext(slow) == Event(5)
        assert len(quick) == 6


async def test_who_listens_to_what_was_missed_is_told_so_and_nobody_else():
    bus = Bus()
    async with (
        bus.subscribe(Event) as everything,
        bus.subscribe(OrderEvent, key="store-1") as orders,
        bus.subscribe(StockEvent) as stock,
    ):
        reader = asyncio.create_task(anext(orders))
        await asyncio.sleep(0)
        bus.publish(StockEvent(1))
        bus.missed(OrderEvent)
        assert await reader == Lagged(1)
        assert [await anext(everything), await anext(everything)] == [Lagged(1), StockEvent(1)]
        assert await anext(stock) == StockEvent(1)
        bus.missed()
        assert [await anext(one) for one in (everything, orders, stock)] == [Lagged(1)] * 3


async def test_a_reader_that_waits_is_woken_by_an_event_and_by_the_end():
    bus = Bus()
    async with bus.subscribe(Event) as events:
        reader = asyncio.create_task(collect(events))
        await asyncio.sleep(0)
        bus.publish(Event(1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        bus.close()
        assert await reader == [Event(1)]


async def test_a_reader_that_is_cancelled_loses_nothing():
    bus = Bus()
    async with bus.subscribe(Event) as events:
        reader = asyncio.create_task(anext(events))
        await asyncio.sleep(0)
        bus.publish(Event(1))
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        assert await anext(events) == Event(1)


async def test_two_readers_of_one_subscription_are_a_mistake():
    bus = Bus()
    async with bus.subscribe(Event) as events:
        first = asyncio.create_task(anext(events))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="its own"):
            await anext(events)
        bus.publish(Event(1))
        assert await first == Event(1)


async def test_nothing_is_kept_of_those_who_left_or_never_came():
    bus = Bus()
    never = weakref.ref(bus.subscribe(Event))
    async with bus.subscribe(Event, OrderEvent, key=1) as events:
        assert bus.subscribers == 1
        gone = weakref.ref(events)
    del events
    gc.collect()
    assert (bus.subscribers, bus._places, gone(), never()) == (0, {}, None, None)


async def test_a_closed_bus_ends_newcomers_at_once():
    bus = Bus()
    bus.close()
    async with bus.subscribe(Event) as events:
        assert await collect(events) == []
    assert bus.publish(Event(1)) == 0


def test_a_subscription_without_topic_or_room_is_refused():
    for arguments in ((), (Event,)):
        with pytest.raises(ValueError, match="needs a topic"):
            Bus().subscribe(*arguments, maxsize=0)
