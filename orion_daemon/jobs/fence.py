"""The database as the owner of an account may use it: every transaction begins by proving the lease (G6).

Handlers and the services they call get a `FencedDatabase`, so none of them can forget the check, and nobody can take
the lease over before the transaction has ended. Without the lease the transaction raises LeaseLost and nothing is
written. Reads are not fenced: they change nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from orion_daemon.db.database import Database, Transaction
from orion_daemon.db.tx import Tx
from orion_daemon.jobs.leases import Lease, check


class FencedDatabase(Database):
    """Shares everything with the database it is made of; closing it is not its business."""

    def __init__(self, db: Database, lease: Lease, now: Callable[[], datetime]) -> None:
        self.__dict__.update(db.__dict__)
        self.lease = lease
        self._now = now

    def autocommit(self) -> NoReturn:
        raise NotImplementedError("what an account's owner writes is fenced, so it is written in transactions")

    def transaction(self, *, is_relaxed: bool = False) -> Transaction:
        self._must_be_open()
        return _Fenced(self, self.lease, self._now, is_relaxed=is_relaxed)


class _Fenced(Transaction):
    def __init__(self, db: Database, lease: Lease, now: Callable[[], datetime], *, is_relaxed: bool) -> None:
        super().__init__(db, is_relaxed=is_relaxed)
        self._lease = lease
        self._now = now

    async def __aenter__(self) -> Tx:
        tx = await super().__aenter__()
        try:
            await check(tx, self._lease, self._now())
        except BaseException as error:
            await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return tx
