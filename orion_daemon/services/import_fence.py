"""The database as the run of one import may use it: every transaction begins by proving that nobody has ended it.

A person may end an import while its owner works on it (`imports.cancel`). Whatever the run commits then comes before
that, or not at all: the row is locked for each transaction, and one that finds it ended raises `ImportEnded` and writes
nothing. To whoever runs it this is a lease that is lost: the run has no say any more. Reads are not fenced.
"""

from types import TracebackType
from typing import NoReturn

from orion_daemon.db.database import Database, Transaction
from orion_daemon.db.tx import Tx
from orion_daemon.domain.imports import ENDED
from orion_daemon.jobs.leases import LeaseLost


class ImportEnded(LeaseLost):
    """Somebody ended the import: stop, and change nothing."""

    def __init__(self, import_id: int) -> None:
        Exception.__init__(self, f"import {import_id} was ended by somebody; what was committed before stays")


class RunningImport(Database):
    """Shares everything with the database it is made of, fenced or not; closing it is not its business."""

    def __init__(self, db: Database, import_id: int) -> None:
        self.__dict__.update(db.__dict__)
        self._begin = db.transaction
        self._import_id = import_id

    def autocommit(self) -> NoReturn:
        raise NotImplementedError("what a run writes is fenced, so it is written in transactions")

    def transaction(self, *, is_relaxed: bool = False) -> Transaction:
        return _Proving(self._begin(is_relaxed=is_relaxed), self._import_id)


class _Proving(Transaction):
    def __init__(self, inner: Transaction, import_id: int) -> None:
        self._inner = inner
        self._import_id = import_id

    async def __aenter__(self) -> Tx:
        tx = await self._inner.__aenter__()
        try:
            state = await tx.fetch_value(
                "SELECT state FROM import_jobs WHERE id = $1 FOR NO KEY UPDATE", self._import_id
            )
            if state in ENDED:
                raise ImportEnded(self._import_id)
        except BaseException as error:
            await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return tx

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)
