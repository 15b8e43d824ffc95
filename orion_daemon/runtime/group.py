"""Group commit: what many want done at the same time is done in one go.

Producers submit items and each awaits its own result. The first item begins a batch at once; what comes while that
batch is being written forms the next, so a lone producer waits for nobody and fifty share one transaction. One batch
is written at a time, in order of submission. There is a task only while there is something to write.

An item whose producer gives up before its batch began is left out; later it is written, and nobody hears the result.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from orion_daemon.runtime.tasks import spawn_owned

__all__ = ["GroupClosed", "GroupCommit"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupClosed(Exception):  # noqa: N818 - says what is
    """The item was not written, or the write was interrupted and its outcome is unknown (the message says which)."""


class GroupCommit(Generic[Item, Result]):
    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        limit: int = 100,
        isolate: tuple[type[Exception], ...] = (),
        name: str = "group-commit",
    ) -> None:
        """`commit` takes 1 to `limit` items and gives a result, or the exception to raise, for each in the same order.

        When it raises, nothing may have been written. All items of the batch raise that error, unless it is one of
        `isolate`: then each item is written alone, so that only the guilty ones fail.
        """
        self._commit = commit
        self._limit = limit
        self._isolate = isolate
        self._name = name
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pending(self) -> int:
        return len(self._queue)

    async def submit(self, item: Item) -> Result:
        if self._closed:
            raise GroupClosed(f"{self._name} is closed: not written")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._runner is None:
            self._runner = spawn_owned(self._run(), name=self._name)
        return await future

    async def _run(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._queue:
                batch = []
                while self._queue and len(batch) < self._limit:
                    entry = self._queue.popleft()
                    if not entry[1].done():
                        batch.append(entry)
                if batch:
                    await self._write(batch)
        finally:
            self._runner = None
            self._fail(batch, "interrupted while writing, the outcome is unknown")
            self._fail(self._queue, "interrupted, not written")  # empty unless this task was cancelled
            self._queue.clear()

    async def _write(self, batch: list[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._commit([item for item, _ in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{self._name}: {len(results)} results for {len(batch)} items")
        except Exception as error:
            if len(batch) > 1 and isinstance(error, self._isolate):
                for entry in batch:
                    await self._write([entry])
                return
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _fail(self, entries: "Iterable[tuple[Item, asyncio.Future[Result]]]", why: str) -> None:
        for _, future in entries:
            if not future.done():
                future.set_exception(GroupClosed(f"{self._name}: {why}"))

    async def close(self) -> None:
        """Take no more and return when all that was submitted is written."""
        self._closed = True
        while self._runner is not None:
            await asyncio.wait([self._runner])
