"""Where a SQLite statement runs: in the connection's thread, or at once in the loop's.

A visit to the thread costs ten times what a small statement costs. So a statement that has proved quick is run in
place; whatever may wait (a lock of another process, a COMMIT with its fsync, the first runs of a statement, one that
was slow lately) goes to the thread. The loop is never held much longer than `BUDGET_S` at a stretch: then the next
statement visits the thread and lets others run. The order of statements is kept: nothing runs in place while the
thread has work.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Hashable
from functools import partial
from time import monotonic, perf_counter, sleep
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

QUICK_S = 0.001  # a statement is quick below it
BUDGET_S = 0.002
PROBATION = 3  # quick runs in the thread before a statement is trusted
AFTER_SLOW = 30  # and after it was slow once
REMEMBERED = 4096
LOOK_AGAIN_S = 0.0003  # for a lock that another process holds
BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))


class Pace:
    """What statements cost lately. Keys are their texts, or what stands for one."""

    def __init__(self) -> None:
        self._runs_owed: dict[Hashable, int] = {}

    def is_quick(self, key: Hashable) -> bool:
        return self._runs_owed.get(key, PROBATION) <= 0

    def note(self, key: Hashable, seconds: float) -> None:
        if seconds > QUICK_S:
            owed = AFTER_SLOW if self.is_quick(key) else max(PROBATION, self._runs_owed.get(key, PROBATION))
        else:
            owed = max(0, self._runs_owed.get(key, PROBATION) - 1)
        if len(self._runs_owed) >= REMEMBERED:
            self._runs_owed.clear()
        self._runs_owed[key] = owed


class PacedConnection(aiosqlite.Connection):
    """aiosqlite's connection, which knows whether its thread is idle, and can then be used without it."""

    def __init__(self, file: str, *, busy_timeout_ms: int = 5_000, clock: Callable[[], float] = perf_counter) -> None:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(file, isolation_level=None, cached_statements=512, check_same_thread=False)

        super().__init__(connect, iter_chunk_size=64)
        self.pace = Pace()
        self._busy_timeout_ms = busy_timeout_ms
        self._level = ""
        self._clock = clock
        self._asked = 0  # written by the loop's thread alone
        self._answered = 0  # written by the connection's thread alone
        self._spent = 0.0
        self._may_share = sqlite3.threadsafety == 3  # the library locks itself

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._ask(partial(fn, *args, **kwargs))

    def _ask(self, work: Callable[[], T]) -> asyncio.Future[T]:
        if not self._running or self._connection is None:
            raise ValueError("the connection is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked += 1
        self._spent = 0.0
        self._tx.put_nowait((future, partial(self._answer, work)))
        return future

    def _answer(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            self._answered += 1

    async def run(self, key: Hashable, work: Callable[..., T], *arguments: Any) -> T:
        """`work(sqlite3 connection, *arguments)`, in place or in the thread."""
        if self._may_run_here(key):
            return self._timed(key, work, arguments, here=True)
        return await self.visit(key, work, *arguments)

    def visit(self, key: Hashable, work: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """In the thread, whatever it costs."""
        return self._ask(partial(self._timed, key, work, arguments))

    async def begin(self, key: Hashable, level: str, work: Callable[..., T], *arguments: Any) -> T:
        """BEGIN IMMEDIATE and then `work`; waits in the thread while another process holds the file. `level`: SQLite's
        `synchronous` for this transaction."""
        if self._may_run_here(key) and self._begin_without_waiting(level):
            return self._timed(key, work, arguments, here=True)
        return await self._ask(partial(self._begin_and, key, level, work, arguments))

    def _may_run_here(self, key: Hashable) -> bool:
        is_idle = self._asked == self._answered
        return is_idle and self._spent < BUDGET_S and self._may_share and self.pace.is_quick(key)

    def _set_level(self, level: str) -> None:
        if level != self._level:
            self._conn.execute(f"PRAGMA synchronous={level}")
            self._level = level

    def _begin_without_waiting(self, level: str) -> bool:
        self._set_level(level)
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            self._conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self._busy_timeout_ms}")
        return True

    def _begin_and(self, key: Hashable, level: str, work: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        """SQLite's own waits for the lock grow to 100 ms: beside a process that writes chunk after chunk (an import)
        they miss every gap. Looking often takes the first."""
        until = monotonic() + self._busy_timeout_ms / 1000
        self._set_level(level)
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self._conn.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in BUSY or monotonic() >= until:
                        raise
                sleep(LOOK_AGAIN_S)
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self._busy_timeout_ms}")
        return self._timed(key, work, arguments)

    def _timed(self, key: Hashable, work: Callable[..., T], arguments: tuple[Any, ...], *, here: bool = False) -> T:
        begun = self._clock()
        try:
            return work(self._conn, *arguments)
        finally:
            seconds = self._clock() - begun
            self.pace.note(key, seconds)
            if here:
                self._spent += seconds
