"""Worker processes of imports, and hearing them out, on the side of the account's owner.

An order goes through standard input, which no other user can see, and closing that input is the sign to stop: so a
worker never outlives its parent. One that has ended its work well is kept for a while: feeds come in several languages,
and starting a process costs more than reading a feed that has hardly changed. The other side: `import_worker.py`.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable

import msgspec

from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.domain.events import JobsPut, OffersDiffer
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.runtime.children import plain_environment

_MOST_LINE = 1 << 20
_TERM_AFTER = 3.0


class WorkerFailed(Exception):  # noqa: N818 - says what happened
    """The worker could not go on; everything that it committed stays. `is_transient`: the database was away."""

    def __init__(self, message: str, *, is_transient: bool) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class _Gone(WorkerFailed):
    """It ended before it said a word."""


def events_of(report: Report) -> list[JobsPut | OffersDiffer]:
    return [JobsPut(owner, frozenset(lanes)) for owner, lanes in report.nudges] + [
        OffersDiffer(*found) for found in report.differing
    ]


class Workers:
    """Call it with an assignment; `close` it at the end. At most one worker waits, for `idle_after` seconds."""

    def __init__(self, idle_after: float) -> None:
        self._idle_after = idle_after
        self._idle: _Worker | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Future[None] | None = None

    async def __call__(self, assignment: Assignment, hear: Callable[[Report], object]) -> None:
        """Have a worker do it to its end; `hear` gets its reports. Cancelling ends the worker first.

        Raises LeaseLost, WorkerFailed.
        """
        kept = self._take()
        if kept is not None:
            try:
                await self._use(kept, assignment, hear)
            except _Gone:  # something ended it while it waited
                pass
            else:
                return
        await self._use(await _Worker.start(), assignment, hear)

    async def _use(self, worker: "_Worker", assignment: Assignment, hear: Callable[[Report], object]) -> None:
        try:
            await worker.work(assignment, hear)
        except BaseException:
            await worker.put_down()
            raise
        await self._keep(worker)

    async def close(self) -> None:
        worker = self._take()
        if worker is not None:
            await worker.put_down()
        if self._leaving is not None:
            await self._leaving

    def _take(self) -> "_Worker | None":
        worker, self._idle = self._idle, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return worker if worker is not None and worker.is_alive else None

    async def _keep(self, worker: "_Worker") -> None:
        if self._idle is not None or not self._idle_after:
            await worker.put_down()
            return
        self._idle = worker
        self._timer = asyncio.get_running_loop().call_later(self._idle_after, self._expire)

    def _expire(self) -> None:
        worker, self._idle, self._timer = self._idle, None, None
        if worker is not None:
            self._leaving = asyncio.ensure_future(worker.put_down())


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._input = process.stdin
        self._output = process.stdout

    @classmethod
    async def start(cls) -> "_Worker":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "orion_daemon.actors.import_worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_MOST_LINE,
                start_new_session=True,  # Ctrl-C is for the parent, which ends it in order
                # glibc would keep a pool of memory for each of its threads
                env=plain_environment(os.environ, "PG") | {"MALLOC_ARENA_MAX": "2"},
            )
        )

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._output.at_eof()

    async def work(self, assignment: Assignment, hear: Callable[[Report], object]) -> None:
        self._input.write(msgspec.json.encode(assignment) + b"\n")
        last: Report | None = None
        while (last is None or last.ending is None) and (line := await self._output.readline()):
            last = msgspec.json.decode(line, type=Report)
            hear(last)
        if last is None or last.ending is None:
            await self._process.wait()
            message = f"the import's worker process ended early ({self._process.returncode})"
            raise (_Gone if last is None else WorkerFailed)(message, is_transient=True)
        if last.ending == LeaseLost.code:
            raise LeaseLost(assignment.order.owner)
        if last.ending:
            raise WorkerFailed(last.message, is_transient=last.ending == "transient")

    async def put_down(self) -> None:
        self._input.close()  # its sign to stop
        if self._process.returncode is None:
            try:
                async with asyncio.timeout(_TERM_AFTER):
                    await asyncio.shield(asyncio.ensure_future(self._process.wait()))
            except (TimeoutError, asyncio.CancelledError):
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self._input.wait_closed()
