"""A transaction in use: statements, savepoints, and what is to happen once it has committed.

Nothing that others can notice (an event, a nudge, a started task) may happen before COMMIT: hand it to
`after_commit` or `emit`. The actions run in the order given, each once, the moment the commit is known; never after
a rollback, also not those of a savepoint that was rolled back. They are plain functions and must not use the
database. A `Tx` is used by one task, and not after its block ended.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Protocol

from orion_daemon.db.cancellation import settle
from orion_daemon.db.cipher import Cipher
from orion_daemon.db.errors import raise_translated
from orion_daemon.db.sql import Params, Row
from orion_daemon.db.url import Dialect

log = logging.getLogger("orion.db")


class Publisher(Protocol):
    """The one thing the database needs of the event bus. Must not block and must not use the database."""

    def publish(self, event: Any, key: Hashable = None) -> object: ...


class Driver(Protocol):
    """What an engine module offers for raw statements; `client` is the ORM's, of that engine."""

    @property
    def dialect(self) -> str: ...

    async def rows(self, client: Any, sql: str, params: Params) -> list[Row]: ...

    async def records(self, client: Any, sql: str, params: Params) -> list[tuple[Any, ...]]: ...

    async def execute(self, client: Any, sql: str, params: Params) -> int: ...

    async def execute_many(self, client: Any, sql: str, rows: Sequence[Params]) -> None: ...

    async def insert(
        self, client: Any, table: str, columns: tuple[str, ...], rows: Sequence[Params], suffix: str
    ) -> list[Row]: ...

    async def load(
        self, client: Any, table: str, columns: tuple[str, ...], rows: Sequence[Params], constants: Mapping[str, Any]
    ) -> None: ...


class Tx:
    """`connection` is the ORM's client, for `Model….using_db(tx.connection)`."""

    def __init__(self, connection: Any, driver: Driver, *, bus: Publisher, cipher: Cipher) -> None:
        self.connection = connection
        self.cipher = cipher
        self._driver = driver
        self._bus = bus
        self._actions: list[Callable[[], object]] = []
        self.events: list[object] = []  # what is published after the commit, for those who tell other processes
        self._savepoints = count(1)

    @property
    def dialect(self) -> Dialect:
        return "sqlite" if self._driver.dialect == "sqlite" else "postgres"

    async def fetch(self, sql: str, *params: Any) -> list[Row]:
        try:
            return await self._driver.rows(self.connection, sql, params)
        except Exception as error:
            raise_translated(error)
            raise

    async def fetch_one(self, sql: str, *params: Any) -> Row | None:
        rows = await self.fetch(sql, *params)
        return rows[0] if rows else None

    async def fetch_value(self, sql: str, *params: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        rows = await self.fetch(sql, *params)
        return next(iter(rows[0].values())) if rows else None

    async def fetch_records(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Rows as the driver gives them, in the order of the columns: JSON is text, SQLite's booleans are numbers and
        its times are text. For many rows that are compared and not read."""
        try:
            return await self._driver.records(self.connection, sql, params)
        except Exception as error:
            raise_translated(error)
            raise

    async def execute(self, sql: str, *params: Any) -> int:
        """Returns the number of rows inserted, updated or deleted."""
        try:
            return await self._driver.execute(self.connection, sql, params)
        except Exception as error:
            raise_translated(error)
            raise

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        try:
            await self._driver.execute_many(self.connection, sql, rows)
        except Exception as error:
            raise_translated(error)
            raise

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Params], *, suffix: str = ""
    ) -> list[Row]:
        """INSERT of many rows in few statements; `suffix` is `ON CONFLICT … RETURNING …`, without parameters.

        The rows of RETURNING come in the order given; ON CONFLICT DO NOTHING leaves out the rows that were there.
        With DO UPDATE the same key must not occur twice in `rows` (PostgreSQL refuses it).
        """
        if not rows:
            return []
        try:
            return await self._driver.insert(self.connection, table, tuple(columns), rows, suffix)
        except Exception as error:
            raise_translated(error)
            raise

    async def reserve_ids(self, table: str, count: int) -> list[int]:
        """Ids that nobody else will use once this transaction has committed, for rows that are inserted with theirs."""
        if self.dialect == "sqlite":
            moved = "UPDATE sqlite_sequence SET seq = seq + $2 WHERE name = $1 RETURNING seq"
            begun = "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2) RETURNING seq"
            last = await self.fetch_value(moved, table, count) or await self.fetch_value(begun, table, count)
            return [*range(last - count + 1, last + 1)]
        sql = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2::int)"
        return [number for (number,) in await self.fetch_records(sql, table, count)]

    async def load(
        self, table: str, columns: Sequence[str], rows: Sequence[Params], constants: Mapping[str, Any]
    ) -> None:
        """INSERT of very many rows, by COPY on PostgreSQL. `constants`: columns that are equal in all of them. Values
        are None, bool, int, str and aware datetimes; JSON is text here."""
        if not rows:
            return
        try:
            await self._driver.load(self.connection, table, tuple(columns), rows, constants)
        except Exception as error:
            raise_translated(error)
            raise

    def after_commit(self, action: Callable[[], object]) -> None:
        self._actions.append(action)

    def emit(self, event: object) -> None:
        """Publish after the commit; an event with a `store_id` reaches also those who listen to that store alone."""
        self.events.append(event)
        self._actions.append(lambda: self._bus.publish(event, getattr(event, "store_id", None)))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator["Tx"]:
        """A part that may fail alone: when the block raises, its statements and its after-commit actions are undone.

        The exception goes on; catch it outside the block. Only so may one go on after a violated constraint, since
        PostgreSQL refuses every further statement otherwise.
        """
        name = f"sp_{next(self._savepoints)}"
        actions, events = len(self._actions), len(self.events)
        await self._settled(f"SAVEPOINT {name}", undo=f"ROLLBACK TO {name}")
        try:
            yield self
        except BaseException:
            del self._actions[actions:], self.events[events:]
            await self._settled(f"ROLLBACK TO {name}")
            await self._settled(f"RELEASE {name}")
            raise
        await self._settled(f"RELEASE {name}")

    async def _settled(self, sql: str, *, undo: str = "") -> None:
        if await settle(self.execute(sql)):
            if undo:
                await settle(self.execute(undo))
            raise asyncio.CancelledError

    def committed(self) -> None:
        """For the engine alone: runs what waits for the commit."""
        actions, self._actions = self._actions, []
        for action in actions:
            try:
                action()
            except Exception:  # the commit stands; one deaf listener must not silence the next
                log.exception("an action after commit failed", extra={"action": "listener.failed"})
