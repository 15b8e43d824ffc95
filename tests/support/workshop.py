"""A runner in a test: handlers that do what the test says, and a runner that is stopped at the end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.jobs.handling import Handler, Surroundings
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.fairness import FairGate
from tests.support.jobs import TEST_KINDS, Note, lease

LANES = {"main": LaneShare(), "side": LaneShare()}


class Workshop:
    """Handlers that note what they were given, and do what the test says."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.answers: dict[str, Outcome | Exception] = {}
        self.running = self.most = 0

    async def handle(self, _job: Job, args: Note) -> Outcome:
        self.seen.append(args.text)
        self.running += 1
        self.most = max(self.most, self.running)
        self.began.set()
        try:
            await self.go_on.wait()
        finally:
            self.running -= 1
        answer = self.answers.get(args.text, Done())
        if isinstance(answer, Exception):
            raise answer
        return answer

    def handlers(self) -> dict[str, Handler]:
        return {kind.name: self.handle for kind in TEST_KINDS}


def around(database: Database, clock: ManualClock, gate: FairGate | None = None) -> Surroundings:
    return Surroundings(database, clock, gate or FairGate(100), lambda: 0.5, TEST_KINDS)


@asynccontextmanager
async def running(
    database: Database,
    clock: ManualClock,
    handlers: Mapping[str, Handler],
    *,
    lanes: Mapping[str, LaneShare] = LANES,
    held: Lease | None = None,
    gate: FairGate | None = None,
    **options: Any,
) -> AsyncIterator[Runner]:
    runner = Runner(around(database, clock, gate), held or await lease(database), lanes, handlers, **options)
    try:
        yield runner
    finally:
        await runner.stop(0)
