"""Starting an import's worker process and hearing it out, on the side of the account's owner.

The order goes through standard input, which no other user can see, and closing that input is the sign to stop: so a
worker never outlives its parent. The other side: `import_worker.py`.
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


def events_of(report: Report) -> list[JobsPut | OffersDiffer]:
    return [JobsPut(owner, frozenset(lanes)) for owner, lanes in report.nudges] + [
        OffersDiffer(*found) for found in report.differing
    ]


async def launch(assignment: Assignment, hear: Callable[[Report], object]) -> None:
    """Run a worker to its end; `hear` gets its reports. Cancelling ends the worker first.

    Raises LeaseLost, WorkerFailed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "orion_daemon.actors.import_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_MOST_LINE,
        start_new_session=True,  # Ctrl-C is for the parent, which ends it in order
        env=plain_environment(os.environ, "PG"),
    )
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    last = Report()
    try:
        process.stdin.write(msgspec.json.encode(assignment) + b"\n")
        async for line in process.stdout:
            last = msgspec.json.decode(line, type=Report)
            hear(last)
        await process.wait()
    finally:
        await _put_down(process)
    if last.ending == LeaseLost.code:
        raise LeaseLost(assignment.order.owner)
    if last.ending is None:
        raise WorkerFailed(f"the import's worker process ended early ({process.returncode})", is_transient=True)
    if last.ending:
        raise WorkerFailed(last.message, is_transient=last.ending == "transient")


async def _put_down(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None  # noqa: S101
    process.stdin.close()  # its sign to stop
    if process.returncode is None:
        try:
            async with asyncio.timeout(_TERM_AFTER):
                await asyncio.shield(asyncio.ensure_future(process.wait()))
        except (TimeoutError, asyncio.CancelledError):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        await process.stdin.wait_closed()
