"""The one way to start a task, and sets of tasks that end together.

A task inherits the context variables of whoever starts it. Started inside a database transaction it would inherit
that transaction and write into it after its end, where the row vanishes. So every task begins from a clean context:
the one captured by `set_base_context()` right after the database was opened.

`spawn` keeps its task alive until it ends; an error nobody awaits reaches the loop's exception handler. A `TaskSet`
hands errors to a callback instead and can be drained or cancelled by a deadline.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from orion_daemon.runtime.clock import Clock

__all__ = ["TaskSet", "clear_base_context", "set_base_context", "spawn", "spawn_owned"]

T = TypeVar("T")

_base: contextvars.Context | None = None
_alive: set[asyncio.Task[Any]] = set()


def set_base_context(context: contextvars.Context | None = None) -> contextvars.Context | None:
    """Capture the present context (or the one given) as the beginning of all tasks; returns the one before."""
    global _base  # noqa: PLW0603 - one per process by nature: the context that the whole process starts from
    before = _base
    _base = context if context is not None else contextvars.copy_context()
    return before


def clear_base_context() -> None:
    """Back to asyncio's habit, a copy of the caller's context; for tests that set one."""
    global _base  # noqa: PLW0603 - see above
    _base = None


def spawn_owned(
    coro: Coroutine[Any, Any, T], *, name: str, context: contextvars.Context | None = None
) -> asyncio.Task[T]:
    """As `spawn`, for an owner that keeps the reference and looks at the result itself; costs half."""
    if context is None and _base is not None:
        context = _base.copy()
    return asyncio.get_running_loop().create_task(coro, name=name, context=context)


def spawn(coro: Coroutine[Any, Any, T], *, name: str, context: contextvars.Context | None = None) -> asyncio.Task[T]:
    """Start a task from a copy of the base context, or in `context` itself when one is given."""
    task = spawn_owned(coro, name=name, context=context)
    _alive.add(task)
    task.add_done_callback(_alive.discard)
    return task


def _to_loop_handler(name: str, error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"the task {name!r} ended by an error", "exception": error}
    )


class TaskSet:
    """Tasks with one owner. After `stop()` it takes no more."""

    def __init__(self, clock: Clock, on_error: Callable[[str, BaseException], object] = _to_loop_handler) -> None:
        self._clock = clock
        self._on_error = on_error
        self._tasks: set[asyncio.Task[Any]] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(
        self, coro: Coroutine[Any, Any, T], *, name: str, context: contextvars.Context | None = None
    ) -> asyncio.Task[T]:
        if self._closed:
            coro.close()
            raise RuntimeError(f"cannot start {name!r}: its owner is stopping")
        task = spawn_owned(coro, name=name, context=context)
        self._tasks.add(task)
        self._empty.clear()
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._empty.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            try:
                self._on_error(task.get_name(), error)
            except Exception as failure:  # a broken reporter must not hide what it was told
                failure.__context__ = error
                _to_loop_handler(task.get_name(), failure)

    async def drain(self, timeout: float) -> bool:  # noqa: ASYNC109 - our clock's time, not the loop's
        """Wait until all have ended, new ones included; False when the seconds were over first."""
        await self._clock.wait(self._empty, timeout)
        return not self._tasks

    async def cancel(self, timeout: float) -> list[str]:  # noqa: ASYNC109 - our clock's time, not the loop's
        """Cancel all and wait for them; the names of those that did not obey in time."""
        for task in list(self._tasks):
            task.cancel()
        await self._clock.wait(self._empty, timeout)
        return sorted(task.get_name() for task in self._tasks)

    async def stop(self, deadline: float, grace: float = 1.0) -> list[str]:
        """Take no more, let those running end for `deadline` seconds, cancel the rest; names of those still there."""
        self._closed = True
        if await self.drain(deadline):
            return []
        return await self.cancel(grace)
