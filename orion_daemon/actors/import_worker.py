"""The worker process of one import: an order as one JSON line in, states as JSON lines out, an ending as the last.

It has its own connection to the database, so that the daemon's loop and its writer never wait for more than a chunk.
When its input closes, the parent is gone, and the worker ends at once, between two transactions. Events of its
transactions that nudge somebody are handed to the parent. What is needed for writing is imported while the parser is
at work already. The work: `import_work.py`; the parent's side: `import_launch.py`.
"""

import asyncio
import os
import sys
from collections.abc import Hashable
from typing import Any

import msgspec

from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_parsing import Parsing
from orion_daemon.domain.events import JobsPut, OffersDiffer

_MOST_LINE = 1 << 20


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


async def serve() -> int:
    """The worker's own side."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_MOST_LINE)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        assignment = msgspec.json.decode(await reader.readline(), type=Assignment)
        parsing = await Parsing.start(assignment.order.reading(None)) if assignment.order.is_straight else None
        work = asyncio.ensure_future(_work(assignment, parsing))
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


async def _work(assignment: Assignment, parsing: Parsing | None) -> int:
    from orion_daemon.actors.import_work import Work
    from orion_daemon.db.cipher import Cipher
    from orion_daemon.db.database import Database, DatabaseOptions
    from orion_daemon.db.errors import StorageError, is_transient
    from orion_daemon.jobs.leases import LeaseLost
    from orion_daemon.runtime.clock import SystemClock

    options = DatabaseOptions(
        synchronous="NORMAL",  # a chunk lost in a power cut is read again
        pool_max=2,
        application_name="orion-import",
    )
    outbox = Outbox()
    facts = {"ending": "", "message": ""}
    try:
        # nothing that an import touches is sealed, so the keys stay where they are
        cipher = Cipher([os.urandom(32)])
        db = await Database.open(
            assignment.database_url, bus=outbox, cipher=cipher, options=options, sender=assignment.sender
        )
        try:
            await polite(db)
            work = Work(db, assignment.order, SystemClock(), lambda state: _say(outbox.report(state=str(state))))
            await work.run(parsing)
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
    finally:
        if parsing is not None:
            await parsing.close()
    _say(outbox.report(**facts))
    return 0 if not facts["ending"] else 1


async def polite(db: Any) -> None:
    """On SQLite, move our own pages from the log into the file, so that no order's COMMIT of the daemon has to."""
    if db.dialect == "sqlite":
        async with db.transaction() as tx:
            await tx.fetch("PRAGMA wal_autocheckpoint = 300")


def _say(report: Report) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the parent is gone; the closed input ends this process
        pass


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
