import asyncio
from itertools import count

from orion_daemon.runtime.waiting import Priority, WaitQueue


async def test_the_most_urgent_goes_first_and_equals_by_arrival():
    queue = WaitQueue()
    waiters = {
        name: queue.push(priority)
        for name, priority in (("bulk", Priority.BULK), ("first", 50), ("second", 50), ("urgent", Priority.URGENT))
    }
    order = []
    while queue.grant():
        order += [name for name, waiter in waiters.items() if waiter.done() and name not in order]
    assert order == ["urgent", "first", "second", "bulk"]
    assert len(queue) == 0


async def test_the_heads_of_queues_with_one_order_can_be_compared():
    order = count()
    one, other = WaitQueue(order), WaitQueue(order)
    other.push(50)
    one.push(50)
    assert other.head() < one.head()


async def test_the_cancelled_are_passed_over_whether_or_not_they_were_reported():
    queue = WaitQueue()
    gone, stays = queue.push(0), queue.push(50)
    gone.cancel()
    assert queue.grant()
    queue.forget()
    assert stays.done()
    assert (len(queue), queue.grant(), queue.head()) == (0, False, None)


async def test_memory_follows_the_living():
    queue = WaitQueue()
    keeper = queue.push(0)
    for _ in range(1000):
        queue.push(50).cancel()
        queue.forget()
    assert len(queue) == 1
    assert len(queue._heap) < 20
    queue.grant()
    assert keeper.done()
    await asyncio.sleep(0)
