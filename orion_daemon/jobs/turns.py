"""Transactions of the runners. On SQLite, which has one writer anyway, the turns of many owners share one commit.

A turn whose lease is lost has written nothing and fails alone. When a turn breaks a rule of the schema, all of its
group are undone and each is done by itself, so that only the guilty one fails. PostgreSQL writes turns side by side.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadStatement, BadValue, ConstraintViolated
from orion_daemon.db.tx import Tx
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.runtime.group import GroupCommit

MOST_TURNS = 32

Turn = Callable[[Tx], Awaitable[None]]


class Taken(NamedTuple):
    turn: Turn
    is_relaxed: bool


class Turns:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._group: GroupCommit[Taken, None] | None = None
        if db.dialect == "sqlite":
            guilty = (ConstraintViolated, BadValue, BadStatement)
            self._group = GroupCommit(self._together, limit=MOST_TURNS, isolate=guilty, name="jobs turns")

    async def take(self, turn: Turn, *, is_relaxed: bool) -> None:
        """Run `turn` in a transaction and return when it is committed. It may be run twice; the last run counts.
        `is_relaxed`: a power cut may undo it."""
        if self._group is not None:
            await self._group.submit(Taken(turn, is_relaxed))
            return
        async with self._db.transaction(is_relaxed=is_relaxed) as tx:
            await turn(tx)

    async def _together(self, taken: Sequence[Taken]) -> list[Exception | None]:
        results: list[Exception | None] = []
        async with self._db.transaction(is_relaxed=all(one.is_relaxed for one in taken)) as tx:
            for turn, _ in taken:
                try:
                    await turn(tx)
                except LeaseLost as lost:
                    results.append(lost)
                else:
                    results.append(None)
        return results
