"""The database as the rest of Orion sees it: rows in, rows out, one transaction a use case.

`Database.transaction()` gives a `Tx` (`db/tx.py`). Reads outside a transaction go to a second, read-only connection
on SQLite (a reader never waits for a writer) and to the pool on PostgreSQL; they see committed rows only. Services
never hold a transaction across a network call. A `Database` is opened first thing and closed last. The ORM's models
describe the schema for the migrations; a running daemon does without them, which saves it their memory and the time to
make them. Engines: `db/sqlite.py`, `db/asyncpg.py`; statements: `db/sql.py`.
"""

# ruff: noqa: SLF001 - the ORM's clients and models show what we need of them by private names only

import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from tortoise import context as orm_context
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError

from orion_daemon.db.cancellation import settle
from orion_daemon.db.checkpoints import BOUND_PAGES
from orion_daemon.db.cipher import Cipher
from orion_daemon.db.errors import StorageError, StorageUnavailable, raise_translated
from orion_daemon.db.notices import Sender, statements
from orion_daemon.db.sql import BOOLEANS, Row, RowReader
from orion_daemon.db.tx import Driver, Publisher, Tx
from orion_daemon.db.url import DatabaseUrl, Dialect, parse

APP = "orion"
READER = "orion_reader"
OLDEST_SQLITE = (3, 39)  # IS DISTINCT FROM


@dataclass(frozen=True, slots=True)
class DatabaseOptions:
    """How to connect. `busy_timeout_ms`: how long a statement waits for another one's lock before StorageBusy."""

    busy_timeout_ms: int = 5_000
    synchronous: Literal["FULL", "NORMAL", "OFF"] = (
        "FULL"  # sqlite: FULL survives a power cut, NORMAL may lose the tail
    )
    cache_kib: int = 16_384  # sqlite, each connection
    pool_min: int = 1  # postgres
    pool_max: int = 10  # postgres
    statement_timeout_s: float = 60.0  # postgres: no answer within it is StorageBusy
    application_name: str = "orion"  # postgres: what pg_stat_activity shows


def connection_name(dialect: Dialect) -> str:
    """One name per dialect: the ORM keeps SQL texts per connection name for the whole process."""
    return f"{APP}_{dialect}"


def orm_config(target: DatabaseUrl, options: DatabaseOptions, modules: Sequence[str], **pragmas: str) -> dict[str, Any]:
    """The ORM's configuration: one writing connection, and on SQLite the reader. `pragmas` replace SQLite's."""
    name = connection_name(target.dialect)
    if target.dialect == "sqlite":
        settings: dict[str, Any] = {
            "file_path": str(target.file),
            "busy_timeout": options.busy_timeout_ms,
            "synchronous": options.synchronous,
            "cache_size": -options.cache_kib,
            "temp_store": "MEMORY",
            "journal_size_limit": 64 * 1024 * 1024,
            "wal_autocheckpoint": BOUND_PAGES,
        } | pragmas
        engine = "orion_daemon.db.sqlite"
        connections = {
            name: {"engine": engine, "credentials": settings},
            READER: {"engine": engine, "credentials": settings | {"query_only": "ON"}},
        }
    else:
        settings = target.server() | {
            "minsize": options.pool_min,
            "maxsize": options.pool_max,
            "command_timeout": options.statement_timeout_s,
            "statement_cache_size": 512,
            "application_name": options.application_name,
            "server_settings": {"lock_timeout": str(options.busy_timeout_ms)},
        }
        connections = {name: {"engine": "orion_daemon.db.asyncpg", "credentials": settings}}
    return {
        "connections": connections,
        "apps": {APP: {"models": list(modules), "default_connection": name}},
        "use_tz": True,
        "timezone": "UTC",
    }


def make_sqlite_file(target: DatabaseUrl) -> None:
    """An empty file only its owner can read, unless there is one; its folder too. Raises StorageUnavailable."""
    try:
        target.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(target.file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageUnavailable(f"cannot open {target}: {error.strerror}") from error


class Database:
    def __init__(
        self,
        target: DatabaseUrl,
        orm: TortoiseContext,
        driver: Driver,
        *,
        bus: Publisher,
        cipher: Cipher,
        sender: Sender | None = None,
    ) -> None:
        self.target = target
        self.dialect: Dialect = target.dialect
        self.bus = bus
        self.cipher = cipher
        self.sender = sender
        self._orm = orm
        self._open = [True]  # emptied by close; shared with every view of this database
        self.driver = driver
        self.writer: Any = orm.connections.get(connection_name(target.dialect))
        self.reader: Any = orm.connections.get(READER) if target.dialect == "sqlite" else self.writer
        clients: list[Any] = [self.writer, self.reader]
        for client in clients:
            client.handler = orm.connections

    @classmethod
    async def open(
        cls,
        url: str | DatabaseUrl,
        *,
        bus: Publisher,
        cipher: Cipher,
        options: DatabaseOptions | None = None,
        sender: Sender | None = None,
        models: Sequence[str] = (),
    ) -> Self:
        """Connects at once. Raises BadDatabaseUrl or StorageUnavailable; does not look at the schema.

        With a `sender` other processes on a PostgreSQL hear the events of each commit (`db/peers.py`). `models`: names
        of modules whose models shall be usable with `Model….using_db(tx.connection)`.
        """
        target = parse(url) if isinstance(url, str) else url
        options = options or DatabaseOptions()
        if target.dialect == "sqlite":
            if sqlite3.sqlite_version_info < OLDEST_SQLITE:
                raise StorageUnavailable(
                    f"this Python has SQLite {sqlite3.sqlite_version}; Orion needs {'.'.join(map(str, OLDEST_SQLITE))}"
                )
            make_sqlite_file(target)
        orm = TortoiseContext()
        try:
            config = orm_config(target, options, models)
            with orm:
                if models:
                    await orm.init(config=config)
                else:  # what `init` does, which insists on models
                    orm._init_timezone(config["use_tz"], config["timezone"])
                    await orm.connections._init(config["connections"], create_db=False)
                    orm._inited = True
            if orm_context._global_context is None:  # for tasks that were born outside our context
                orm_context.set_global_context(orm)
            driver = _driver(target.dialect)
            database = cls(target, orm, driver, bus=bus, cipher=cipher, sender=sender)
            for client in (database.writer, database.reader):
                if not (client._connection or getattr(client, "_pool", None)):
                    await client.create_connection(with_db=True)
        except BaseException as error:
            await settle(orm.close_connections())
            if isinstance(error, OSError | sqlite3.Error | DBConnectionError) or type(error).__module__.startswith(
                "asyncpg"
            ):
                raise StorageUnavailable(f"cannot open {target}: {_said(error)}") from error
            raise
        return database

    async def close(self) -> None:
        """Waits for the statements under way. Closing twice is harmless."""
        self._open.clear()
        if self.reader is not self.writer:  # two that leave SQLite's log at once leave it behind
            await settle(self.reader.close())
        await settle(self._orm.close_connections())

    def _must_be_open(self) -> None:
        """The ORM would quietly connect again, and its new thread would keep the process from ending."""
        if not self._open:
            raise StorageUnavailable(f"{self.target} was closed: the process is stopping")

    def transaction(self, *, is_relaxed: bool = False) -> "Transaction":
        """Commits when the block ends, rolls back when it raises (cancellation included). Immediate on SQLite.

        A relaxed one does not wait for the disk at its end: a power cut may undo it, unless an ordinary one was
        committed after it. A killed process undoes nothing.
        """
        self._must_be_open()
        return Transaction(self, is_relaxed=is_relaxed)

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[Tx]:
        """On PostgreSQL each statement of the block commits by itself, which spares two round trips of three: what was
        executed before the block raises stays, and so may a statement whose answer was lost (StorageUnavailable). No
        savepoints, no locks that outlive their statement, and events reach this process only. On SQLite, whose
        statements would join a transaction under way, the block is a transaction."""
        if self.dialect == "sqlite":
            async with self.transaction(is_relaxed=True) as tx:
                yield tx
            return
        self._must_be_open()
        tx = Tx(self.writer, self.driver, bus=self.bus, cipher=self.cipher)
        yield tx
        tx.committed()

    async def version(self) -> int:
        """Another number once somebody else has written to the SQLite file; on PostgreSQL, where writers do not wait
        for each other, always the same."""
        if self.dialect != "sqlite":
            return 0
        self._must_be_open()
        try:
            [[version]] = await self.driver.records(self.writer, "PRAGMA data_version", ())
        except Exception as error:
            raise_translated(error)
            raise
        return int(version)

    async def fetch(self, sql: str, *params: Any) -> list[Row]:
        self._must_be_open()
        try:
            return await self.driver.rows(self.reader, sql, params)
        except Exception as error:
            raise_translated(error)
            raise

    async def fetch_records(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """See `Tx.fetch_records`."""
        self._must_be_open()
        try:
            return await self.driver.records(self.reader, sql, params)
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


class Transaction:
    """`async with` of `Database.transaction()`. Driver errors of the whole block come out as `db/errors.py`'s."""

    def __init__(self, database: Database, *, is_relaxed: bool = False) -> None:
        self._database = database
        self._context = database.writer._in_transaction()
        if is_relaxed:
            self._context.relax()
        self._tx: Tx | None = None

    async def __aenter__(self) -> Tx:
        database = self._database
        try:
            connection = await self._context.__aenter__()
        except Exception as error:
            raise_translated(error)
            raise
        self._tx = Tx(connection, database.driver, bus=database.bus, cipher=database.cipher)
        connection.on_commit = self._tx.committed
        return self._tx

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sender = self._database.sender
        if kind is None and sender is not None and self._tx is not None and self._tx.dialect == "postgres":
            self._tx.connection.notices = statements(sender, self._tx.events)
        try:
            await self._context.__aexit__(kind, error, trace)
        except Exception as failure:
            raise_translated(failure)
            raise
        if error is not None and not isinstance(error, StorageError):
            raise_translated(error)


def _driver(dialect: Dialect) -> Driver:
    if dialect == "sqlite":
        from orion_daemon.db.sqlite import SqliteDriver

        return SqliteDriver(RowReader(booleans=BOOLEANS))
    try:
        from orion_daemon.db.asyncpg import PostgresDriver
    except ModuleNotFoundError as error:
        raise StorageUnavailable("PostgreSQL needs the driver: pip install 'orion-daemon[postgres]'") from error
    return PostgresDriver(RowReader())


def _said(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
