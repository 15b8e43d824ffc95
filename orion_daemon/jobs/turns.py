"""Transactions of the runners. On SQLite, which has one writer anyway, the turns of many owners share one commit.

A turn whose lease is lost has written nothing and fails alone. When a turn breaks a rule of the schema, all of its
group are undone and each is done by itself, so that only the guilty one fails. PostgreSQL writes turns side by side.

No turn waits for the disk. What a power cut takes back is a claim, or the end of a run whose work is stored: the job is
found without an owner and runs again, as it would if the process had died before it could write that end. A PostgreSQL
that crashes while its daemons live loses the same; their runners then see to their rows (`Runner.doubt`).
"""

from collections.abc import Awaitable, Callable, Sequence

from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadStatement, BadValue, ConstraintViolated
from orion_daemon.db.tx import Tx
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.runtime.group import GroupCommit

MOST_TURNS = 32

Turn = Callable[[Tx], Awaitable[None]]


class Turns:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._group: GroupCommit[Turn, None] | None = None
        if db.dialect == "sqlite":
            guilty = (ConstraintViolated, BadValue, BadStatement)
            self._group = GroupCommit(self._together, limit=MOST_TURNS, isolate=guilty, name="jobs turns")

    async def take(self, turn: Turn, *, only_claims: bool = False) -> None:
        """Run `turn` in a transaction and return when it is committed. It may be run twice; the last run counts. One
        that `only_claims` may be committed in part when it fails."""
        if self._group is not None:
            await self._group.submit(turn)
            return
        async with self._db.autocommit() if only_claims else self._db.transaction(is_relaxed=True) as tx:
            await turn(tx)

    async def _together(self, turns: Sequence[Turn]) -> list[Exception | None]:
        results: list[Exception | None] = []
        async with self._db.transaction(is_relaxed=True) as tx:
            for turn in turns:
                try:
                    await turn(tx)
                except LeaseLost as lost:
                    results.append(lost)
                else:
                    results.append(None)
        return results
