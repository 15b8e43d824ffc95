"""The worker process of imports, one after the other: an order as a JSON line in, states as JSON lines out, an ending
as the last of each.

It has its own connection to the database, so that the daemon's loop and its writer never wait for more than a chunk.
When its input closes, the parent is gone, and the worker ends at once, between two transactions. Events of its
transactions that nudge somebody are handed to the parent. What is needed for writing is imported while the parser is
at work already. The work: `import_work.py`; the parent's side: `import_launch.py`.
"""

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import Hashable
from typing import Any

import msgspec

from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_parsing import Parsing
from orion_daemon.domain.events import JobsPut, OffersDiffer

_MOST_LINE = 1 << 20
STEP_BACK = 5
"""The daemon answers people and sells: what it has to do goes before an import, also for the processor."""


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


class Desk:
    """What a worker keeps between two imports: its database connection and its parser."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.parsing: Parsing | None = None
        self._db: Any = None
        self._url = ""

    async def database(self, assignment: Assignment) -> Any:
        from orion_daemon.db.cipher import Cipher
        from orion_daemon.db.database import Database, DatabaseOptions

        url = assignment.database_url
        if self._db is None or self._url != url:
            await self.close_database()
            options = DatabaseOptions(
                synchronous="NORMAL",  # a chunk lost in a power cut is read again
                pool_max=2,
                application_name="orion-import",
            )
            # nothing that an import touches is sealed, so the keys stay where they are
            cipher = Cipher([os.urandom(32)])
            self._db = await Database.open(
                url, bus=self.outbox, cipher=cipher, options=options, sender=assignment.sender
            )
            self._url = url
        return self._db

    async def close_database(self) -> None:
        if self._db is not None:
            await self._db.close()
            self._db = None

    async def close(self) -> None:
        try:
            await self.close_database()
        finally:
            if self.parsing is not None:
                await self.parsing.close()


async def serve() -> int:
    """The worker's own side."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_MOST_LINE)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    desk = Desk()
    code = 0
    try:
        line = await reader.readline()
        while line and code == 0:
            assignment = msgspec.json.decode(line, type=Assignment)
            following = asyncio.ensure_future(reader.readline())  # empty when the parent is gone
            work = asyncio.ensure_future(_work(assignment, desk))
            await asyncio.wait((work, following), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and following.result():  # the next order, while we tidy up after this one
                await asyncio.wait([work])
            if not work.done():
                work.cancel()
                await asyncio.wait([work])
                code = 1
            else:
                code = work.result()
            if code:
                following.cancel()
                await asyncio.wait([following])
            else:
                line = await following
        return code
    finally:
        await desk.close()
        pipe.close()


async def _work(assignment: Assignment, desk: Desk) -> int:
    order, outbox = assignment.order, desk.outbox
    if order.is_straight:
        desk.parsing = await Parsing.begin(order.reading(None), desk.parsing)

    from orion_daemon.actors.import_work import Work
    from orion_daemon.db.errors import StorageError, is_transient
    from orion_daemon.jobs.leases import LeaseLost
    from orion_daemon.runtime.clock import SystemClock

    facts = {"ending": "", "message": ""}
    try:
        db = await desk.database(assignment)
        work = Work(db, order, SystemClock(), lambda state: _say(outbox.report(state=str(state))))
        await work.run(desk.parsing if order.is_straight else None)
    except LeaseLost:
        facts = {"ending": LeaseLost.code}
    except StorageError as error:
        facts = {"ending": "transient" if is_transient(error) else "storage", "message": str(error)}
    except Exception as error:
        import traceback

        traceback.print_exc()
        facts = {"ending": "bug", "message": f"{type(error).__name__} in the import's worker; the log has the details"}
    if desk.parsing is not None and not desk.parsing.is_done:
        await desk.parsing.close()
        desk.parsing = None
    _say(outbox.report(**facts))
    if facts["ending"]:
        return 1
    from orion_daemon.actors import import_reading  # noqa: F401 - the next feed may be read in this process

    gc.collect()
    if db.dialect == "sqlite":
        with contextlib.suppress(StorageError):  # the next one will do it
            await db.fetch("PRAGMA wal_checkpoint(PASSIVE)")  # while nobody waits
    return 0


def _say(report: Report) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the parent is gone; the closed input ends this process
        pass


if __name__ == "__main__":
    os.nice(STEP_BACK)
    gc.disable()  # rows are no cycles, and looking for them among so many costs the writer a tenth of its time
    sys.exit(asyncio.run(serve()))
