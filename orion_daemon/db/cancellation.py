"""Ending a transaction is never cut short: a cancelled task first learns how its COMMIT or ROLLBACK went.

Without this a cancellation (a timeout, a shutdown) leaves the lock taken, the connection out of its pool, or a commit
that happened and was never announced.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def settle(work: Coroutine[Any, Any, Any] | asyncio.Future[Any]) -> bool:
    """Wait for the end of `work` whatever cancellations arrive. True when one did: the caller owes a CancelledError.

    Exceptions of `work` are raised as they are. Bound the work itself by the driver's timeouts.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    cancelled = False
    while not task.done():
        ended: asyncio.Future[None] = loop.create_future()
        task.add_done_callback(lambda _, ended=ended: ended.done() or ended.set_result(None))  # type: ignore[misc]  # the default is the type
        try:
            await ended
        except asyncio.CancelledError:
            cancelled = True
    if task.cancelled():  # by the loop's own end, not by us
        raise asyncio.CancelledError
    task.result()
    return cancelled
