"""The SQLite engine: Tortoise's, with transactions that survive cancellation, two processes and forgotten tasks.

A transaction begins IMMEDIATE, with its first statement, so that of two processes one waits instead of failing
half-way. Its lock is released whenever its task is cancelled; used after its end it raises instead of writing into
somebody else's transaction. Scripts run inside the open transaction (the driver's own `executescript` would commit
first). A raw statement costs one visit to the connection's thread, or none (`db/pace.py`). Leans on private names of
tortoise-orm < 1.2.
"""

# ruff: noqa: SLF001 - an engine for tortoise-orm is made of its private names; the version is pinned, tests hold each

import asyncio
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from types import TracebackType
from typing import Any, TypeVar

from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import ConnectionHandler, get_connections
from tortoise.exceptions import TransactionManagementError

from orion_daemon.db.cancellation import settle
from orion_daemon.db.checkpoints import Checkpoints
from orion_daemon.db.pace import PacedConnection
from orion_daemon.db.sql import (
    SQLITE_VARIABLES,
    Params,
    Row,
    RowReader,
    chunk_sizes,
    for_sqlite,
    insert_text,
    json_text,
    load_text,
    refuse_decimal,
    time_text,
)

# The driver converts parameters itself, in C, for values of these types only. Process-wide on purpose: the ORM's own
# adapters would store a time with fewer digits, or in a foreign zone, where order and equality are those of texts.
sqlite3.register_adapter(datetime, time_text)
sqlite3.register_adapter(dict, json_text)
sqlite3.register_adapter(list, json_text)
sqlite3.register_adapter(tuple, json_text)
sqlite3.register_adapter(Decimal, refuse_decimal)

T = TypeVar("T")

LOADED_AT_ONCE = 50  # rows of a statement
ENDED = "a statement was sent through a transaction that had already ended"


def split_statements(script: str) -> Iterator[str]:
    """The statements of a script, by SQLite's own rule for where one ends (strings, comments, triggers)."""
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            statement, pending = pending.strip(), ""
            if statement != ";":
                yield statement
    if pending.strip(" \t\r\n;"):
        yield pending.strip().removesuffix(";")


class OrionSqlite(SqliteClient):
    handler: ConnectionHandler | None = None
    checkpoints: Checkpoints
    _connection: PacedConnection | None

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - the ORM's signature
        if self._connection:
            return
        connection = PacedConnection(self.filename, busy_timeout_ms=int(self.pragmas.get("busy_timeout", 5000)))
        await connection
        try:
            await connection.visit("open", _prepare, self.pragmas)
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        self.checkpoints = Checkpoints(self.filename)
        await self._post_connect()

    async def close(self) -> None:
        if self._connection:
            connection, self._connection = self._connection, None
            await settle(self.checkpoints.close())
            await settle(connection.close())

    async def run(self, key: Hashable, work: Callable[..., T], *arguments: Any) -> T:
        """`work(sqlite3 connection, *arguments)`; `key` stands for the statement (`db/pace.py`)."""
        if self._connection is None:
            raise TransactionManagementError("the database is closed")
        return await self._connection.run(key, work, *arguments)

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransaction(SqliteTx(self), self._lock)


class SqliteTx(SqliteTransactionWrapper):
    """Begins with its first statement, in the same visit to the thread."""

    on_commit: Callable[[], None] | None = None
    _connection: PacedConnection

    def __init__(self, connection: SqliteClient) -> None:
        super().__init__(connection)
        self._root: SqliteTx = getattr(connection, "_root", self)  # a savepoint's client ends when its transaction does
        self.has_begun = False
        self.level: str = getattr(connection, "level", "") or connection.pragmas.get("synchronous", "FULL")

    @property
    def waits_for_the_disk(self) -> bool:
        return self.level not in ("NORMAL", "OFF")

    def check_open(self) -> None:
        if self._finalized or self._root._finalized:
            raise TransactionManagementError(ENDED)

    async def run(self, key: Hashable, work: Callable[..., T], *arguments: Any) -> T:
        self.check_open()
        if self._root.has_begun:
            return await self._connection.run(key, _inside, work, *arguments)
        self._root.has_begun = True
        return await self._connection.begin(key, self.level, work, *arguments)

    async def begin(self) -> None:
        if not self._root.has_begun:
            await self.run("BEGIN", _nothing)

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        self.check_open()
        return BegunConnection(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return SqliteSavepoint(SqliteTx(self))

    async def execute_script(self, query: str) -> None:
        for statement in split_statements(query):
            await self.execute_query(statement)


class BegunConnection(ConnectionWrapper[Any]):
    """What the ORM's own statements go through."""

    client: SqliteTx

    async def __aenter__(self) -> Any:
        connection = await super().__aenter__()
        try:
            await self.client.begin()
        except BaseException:
            self._lock.release()
            raise
        return connection


class SqliteSavepoint(NestedTransactionContext):
    client: SqliteTx

    async def __aenter__(self) -> TransactionalDBClient:
        await self.client.begin()
        return await super().__aenter__()


class SqliteTransaction(SqliteTransactionContext):
    connection: SqliteTx

    def relax(self) -> None:
        """Before it begins: do not wait for the disk at its end."""
        if self.connection.waits_for_the_disk:
            self.connection.level = "NORMAL"

    async def __aenter__(self) -> SqliteTx:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            parent: Any = self.connection._parent
            self.token = (parent.handler or get_connections()).set(self.connection_name, self.connection)
        except BaseException:
            self._trxlock.release()
            raise
        return self.connection

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        tx = self.connection
        cancelled = False
        try:
            if not tx._finalized:
                tx._finalized = True
                if exc_type:
                    cancelled = await settle(tx._connection.rollback()) if tx.has_begun else False
                else:
                    cancelled = await self._commit()
        finally:
            self.token._handler.reset(self.token)
            self._trxlock.release()
        if cancelled:
            raise asyncio.CancelledError

    async def _commit(self) -> bool:
        tx = self.connection
        cancelled = False
        if tx.has_begun:
            if tx.waits_for_the_disk:
                commit = tx._connection.visit("COMMIT to the disk", _inside, _execute, "COMMIT", ())
            else:
                commit = asyncio.ensure_future(tx._connection.run("COMMIT", _inside, _execute, "COMMIT", ()))
            try:
                cancelled = await settle(commit)
            except (sqlite3.Error, TransactionManagementError):
                await settle(tx._connection.rollback())
                raise
            client: Any = tx._parent
            client.checkpoints.committed()
        if tx.on_commit:
            tx.on_commit()
        return cancelled


client_class = OrionSqlite


class SqliteDriver:
    """Raw statements through a client of this engine (the reader or a transaction). Values are decoded."""

    dialect = "sqlite"

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader

    async def rows(self, client: OrionSqlite | SqliteTx, sql: str, params: Params) -> list[Row]:
        return await client.run(sql, _rows, for_sqlite(sql), params, self._reader)

    async def records(self, client: OrionSqlite | SqliteTx, sql: str, params: Params) -> list[tuple[Any, ...]]:
        return await client.run(sql, _records, for_sqlite(sql), params)

    async def execute(self, client: OrionSqlite | SqliteTx, sql: str, params: Params) -> int:
        return await client.run(sql, _execute, for_sqlite(sql), params)

    async def execute_many(self, client: OrionSqlite | SqliteTx, sql: str, rows: Sequence[Params]) -> None:
        await client.run((sql, len(rows)), _execute_many, for_sqlite(sql), rows)

    async def insert(
        self,
        client: OrionSqlite | SqliteTx,
        table: str,
        columns: tuple[str, ...],
        rows: Sequence[Params],
        suffix: str,
    ) -> list[Row]:
        size = len(rows).bit_length()
        return await client.run((table, columns, size), _insert, table, columns, rows, suffix, self._reader)

    async def load(
        self,
        client: OrionSqlite | SqliteTx,
        table: str,
        columns: tuple[str, ...],
        rows: Sequence[Params],
        constants: Mapping[str, Any],
    ) -> None:
        await client.run((table, columns, len(rows).bit_length()), _load, table, columns, rows, constants)


# What follows runs in the connection's thread, or in the loop's.


def _prepare(connection: sqlite3.Connection, pragmas: dict[str, Any]) -> None:
    connection.row_factory = sqlite3.Row  # the ORM reads by name
    for pragma, value in pragmas.items():
        connection.execute(f"PRAGMA {pragma}={value}")


def _inside(connection: sqlite3.Connection, work: Callable[..., T], *arguments: Any) -> T:
    """Never outside: when BEGIN failed, or SQLite itself rolled back (a full disk), a statement would commit alone."""
    if not connection.in_transaction:
        raise TransactionManagementError("the transaction never began, or SQLite rolled it back; nothing was changed")
    return work(connection, *arguments)


def _nothing(_connection: sqlite3.Connection) -> None:
    pass


def _rows(connection: sqlite3.Connection, sql: str, params: Params, reader: RowReader) -> list[Row]:
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(sql, params)
    if cursor.description is None:
        return []
    return reader.rows(tuple([column[0] for column in cursor.description]), cursor.fetchall())


def _records(connection: sqlite3.Connection, sql: str, params: Params) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, params).fetchall()


def _execute(connection: sqlite3.Connection, sql: str, params: Params) -> int:
    cursor = connection.execute(sql, params)
    if cursor.description is not None:
        cursor.fetchall()  # a statement with RETURNING counts its rows only when they were read
    return max(0, cursor.rowcount)


def _execute_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Params]) -> None:
    connection.executemany(sql, rows)


def _load(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[Params],
    constants: Mapping[str, Any],
) -> None:
    """Many rows a statement: that costs a fifth less than one each, and leaves Python to others meanwhile."""
    equal = constants.values()
    for start in range(0, len(rows), LOADED_AT_ONCE):
        part = rows[start : start + LOADED_AT_ONCE]
        sql = load_text(table, columns, tuple(constants), len(part))
        connection.execute(sql, (*equal, *chain.from_iterable(part)))


def _insert(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[Params],
    suffix: str,
    reader: RowReader,
) -> list[Row]:
    found: list[Row] = []
    start = 0
    for size in chunk_sizes(len(rows), len(columns), SQLITE_VARIABLES):
        values = [value for row in rows[start : start + size] for value in row]
        found += _rows(connection, insert_text(table, columns, size, suffix, numbered=False), values, reader)
        start += size
    return found
