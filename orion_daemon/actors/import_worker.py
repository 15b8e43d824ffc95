"""The worker process of one import: an order as one JSON line in, states as JSON lines out, an ending as the last.

It has its own connection to the database, so that the daemon's loop and its writer never wait for more than a chunk.
The URL comes through standard input, which no other user can see; when that closes, the parent is gone and the worker
ends at once, between two transactions. Events of its transactions that nudge somebody are handed to the parent. The
work: `import_work.py`; the parent's side: `launch`, below.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Hashable
from typing import Any

import msgspec

from orion_daemon.actors.import_work import Order, Work
from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.db.errors import StorageError, is_transient
from orion_daemon.domain.events import JobsPut, OffersDiffer
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.runtime.clock import SystemClock

OPTIONS = DatabaseOptions(
    synchronous="NORMAL",  # a chunk lost in a power cut is read again
    pool_max=2,
    application_name="orion-import",
)
_MOST_LINE = 1 << 20
_TERM_AFTER = 3.0


class Assignment(msgspec.Struct, frozen=True):
    """What the parent writes."""

    database_url: str
    order: Order


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the worker writes: `state` after a step; `nudges` are (owner, lanes) of jobs it has put, `differing` are
    (store id, channel id, urgent) of offers. `ending` in the last line: "" or why it could not go on."""

    state: str = ""
    nudges: list[tuple[str, list[str]]] = []
    differing: list[tuple[int, int, bool]] = []
    ending: str | None = None
    message: str = ""


class WorkerFailed(Exception):  # noqa: N818 - says what happened
    """The worker could not go on; everything that it committed stays. `is_transient`: the database was away."""

    def __init__(self, message: str, *, is_transient: bool) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class Outbox:
    """The worker's bus: nobody listens here, so what is meant for others is kept for the next report."""

    def __init__(self) -> None:
        self._nudges: dict[str, set[str]] = {}
        self._differing: dict[tuple[int, int], bool] = {}

    def publish(self, event: Any, key: Hashable = None) -> None:
        if isinstance(event, JobsPut) and event.run_at is None:
            self._nudges.setdefault(event.owner, set()).update(event.lanes)
        elif isinstance(event, OffersDiffer):
            place = event.store_id, event.channel_id
            self._differing[place] = self._differing.get(place, False) or event.urgent

    def report(self, **facts: Any) -> Report:
        nudges = [(owner, sorted(lanes)) for owner, lanes in self._nudges.items()]
        differing = [(*place, urgent) for place, urgent in self._differing.items()]
        self._nudges, self._differing = {}, {}
        return Report(nudges=nudges, differing=differing, **facts)


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


async def serve() -> int:
    """The worker's own side."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_MOST_LINE)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        assignment = msgspec.json.decode(await reader.readline(), type=Assignment)
        work = asyncio.ensure_future(_work(assignment))
        parent = asyncio.ensure_future(reader.read())
        await asyncio.wait((work, parent), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            await asyncio.wait([work])
        parent.cancel()
        await asyncio.wait([parent])
        return 1 if work.cancelled() else work.result()
    finally:
        pipe.close()


async def _work(assignment: Assignment) -> int:
    outbox = Outbox()
    facts = {"ending": "", "message": ""}
    try:
        db = await Database.open(assignment.database_url, bus=outbox, cipher=Cipher([os.urandom(32)]), options=OPTIONS)
        try:
            work = Work(db, assignment.order, SystemClock(), lambda state: _say(outbox.report(state=str(state))))
            await work.run()
        finally:
            await db.close()
    except LeaseLost:
        facts = {"ending": LeaseLost.code}
    except StorageError as error:
        facts = {"ending": "transient" if is_transient(error) else "storage", "message": str(error)}
    except Exception as error:
        import traceback

        traceback.print_exc()
        facts = {"ending": "bug", "message": f"{type(error).__name__} in the import's worker; the log has the details"}
    _say(outbox.report(**facts))
    return 0 if not facts["ending"] else 1


def _say(report: Report) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the parent is gone; the closed input ends this process
        pass


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
