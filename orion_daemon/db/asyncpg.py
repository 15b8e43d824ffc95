"""The PostgreSQL engine: Tortoise's over asyncpg, with transactions that survive cancellation and forgotten tasks.

A connection goes back to its pool however its transaction ended; used after its end a transaction raises. Nothing of
ours changes a pooled connection's session (LISTEN and advisory locks have connections of their own), so a connection
is returned without the driver's clean-up round trip. Leans on private names of tortoise-orm < 1.2, held by tests.
"""

# ruff: noqa: SLF001 - an engine for tortoise-orm is made of its private names; the version is pinned, tests hold each

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import ConnectionHandler, get_connections
from tortoise.exceptions import TransactionManagementError

from orion_daemon.db.cancellation import settle
from orion_daemon.db.errors import CommitUnknown, StorageBusy, StorageUnavailable
from orion_daemon.db.sql import (
    POSTGRES_ARGUMENTS,
    Params,
    Row,
    RowReader,
    chunk_sizes,
    insert_text,
    postgres_params,
)

ENDED = "a statement was sent through a transaction that had already ended"
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    OSError,
)


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """`behind_begin` and `before_commit` are statements that travel with the next BEGIN and COMMIT, in one message; see
    `db/notices.py`."""

    behind_begin = ""
    before_commit = ""

    def get_reset_query(self) -> str:
        return ""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - asyncpg's
        if self.behind_begin and query.startswith("BEGIN"):
            behind, self.behind_begin = self.behind_begin, ""
            query += behind
        status = await self._with_notices(query, *args, timeout=timeout)
        if status == "ROLLBACK" and query.startswith("COMMIT"):
            raise TransactionManagementError(
                "a statement of the transaction had failed and its error was swallowed; PostgreSQL undid everything"
            )
        return status

    async def _with_notices(self, query: str, *args: Any, timeout: float | None) -> str:  # noqa: ASYNC109 - asyncpg's
        notices, self.before_commit = self.before_commit, ""
        if notices and query.startswith("COMMIT"):
            try:
                told: str = await super().execute(notices + query, timeout=timeout)
            except asyncpg.InFailedSQLTransactionError:  # then there is nothing to tell, and COMMIT says why
                pass
            else:
                return told
        status: str = await super().execute(query, *args, timeout=timeout)
        return status


class OrionPostgres(AsyncpgDBClient):
    handler: ConnectionHandler | None = None
    connection_class = PooledConnection

    def _in_transaction(self) -> TransactionContext:
        return PostgresTransaction(PostgresTx(self), self._pool_init_lock)


class PostgresTx(TransactionWrapper):
    on_commit: Callable[[], None] | None = None
    notices = ""
    is_relaxed = False

    def __init__(self, connection: AsyncpgDBClient) -> None:
        super().__init__(connection)
        self._root: PostgresTx = getattr(
            connection, "_root", self
        )  # a savepoint's client ends when its transaction does

    def check_open(self) -> None:
        if self._finalized or self._root._finalized:
            raise TransactionManagementError(ENDED)

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        self.check_open()
        return super().acquire_connection()

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(PostgresTx(self))


class PostgresTransaction(TransactionContextPooled):
    client: PostgresTx

    def relax(self) -> None:
        """Before it begins: do not wait for the disk at its end."""
        self.client.is_relaxed = True

    async def __aenter__(self) -> PostgresTx:
        client = self.client
        try:
            await self.ensure_connection()
            pool = client._parent._pool
            assert pool is not None  # noqa: S101  # ensure_connection just made it
            connection = client._connection = await pool.acquire()
        except TimeoutError as error:
            raise StorageBusy("no PostgreSQL connection came free in time") from error
        except OSError as error:
            raise StorageUnavailable(f"PostgreSQL cannot be reached: {type(error).__name__}") from error
        try:
            if client.is_relaxed:
                connection._con.behind_begin = " SET LOCAL synchronous_commit = off;"
            await client.begin()
        except BaseException:
            await asyncio.shield(pool.release(connection))
            raise
        parent: Any = client._parent
        self.token = (parent.handler or get_connections()).set(self.connection_name, client)
        return client

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        client = self.client
        cancelled = False
        try:
            if not client._finalized:
                client._finalized = True
                transaction = client.transaction
                assert transaction is not None  # noqa: S101  # begin() made it
                if exc_type is None:
                    cancelled = await self._commit(transaction)
                elif not client._connection.is_closed():
                    cancelled = await self._rollback(transaction)
        finally:
            try:
                pool = client._parent._pool
                if pool is not None:
                    cancelled = await settle(pool.release(client._connection)) or cancelled
            finally:
                self.token._handler.reset(self.token)
        if cancelled:
            raise asyncio.CancelledError

    async def _rollback(self, transaction: Any) -> bool:
        try:
            return await settle(transaction.rollback())
        except _LOST:  # without its connection a transaction is rolled back; what failed before is the news
            self.client._connection.terminate()
            return False

    async def _commit(self, transaction: Any) -> bool:
        if self.client._connection.is_closed():
            raise StorageUnavailable("the PostgreSQL connection was lost inside a transaction; nothing was changed")
        transaction._connection.before_commit = self.client.notices
        try:
            cancelled = await settle(transaction.commit())
        except _LOST as error:
            raise CommitUnknown("the PostgreSQL connection was lost during COMMIT; look before repeating") from error
        if self.client.on_commit:
            self.client.on_commit()
        return cancelled


client_class = OrionPostgres


class PostgresDriver:
    """Raw statements through a client of this engine (the pool or a transaction). JSON is decoded here, times and
    booleans come decoded from asyncpg.
    """

    dialect = "postgres"

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader

    async def rows(self, client: OrionPostgres | PostgresTx, sql: str, params: Params) -> list[Row]:
        values = postgres_params(params)
        async with _connection(client) as connection:
            records = await connection.fetch(sql, *values)
        return self._reader.rows(tuple(records[0].keys()), records) if records else []

    async def records(self, client: OrionPostgres | PostgresTx, sql: str, params: Params) -> list[tuple[Any, ...]]:
        values = postgres_params(params)
        async with _connection(client) as connection:
            return [*map(tuple, await connection.fetch(sql, *values))]

    async def execute(self, client: OrionPostgres | PostgresTx, sql: str, params: Params) -> int:
        values = postgres_params(params)
        async with _connection(client) as connection:
            status = await connection.execute(sql, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, client: OrionPostgres | PostgresTx, sql: str, rows: Sequence[Params]) -> None:
        values = [postgres_params(row) for row in rows]
        async with _connection(client) as connection:
            await connection.executemany(sql, values)

    async def insert(
        self,
        client: OrionPostgres | PostgresTx,
        table: str,
        columns: tuple[str, ...],
        rows: Sequence[Params],
        suffix: str,
    ) -> list[Row]:
        found: list[Row] = []
        start = 0
        for size in chunk_sizes(len(rows), len(columns), POSTGRES_ARGUMENTS):
            values = [value for row in rows[start : start + size] for value in row]
            found += await self.rows(client, insert_text(table, columns, size, suffix, numbered=True), values)
            start += size
        return found

    async def load(
        self,
        client: OrionPostgres | PostgresTx,
        table: str,
        columns: tuple[str, ...],
        rows: Sequence[Params],
        constants: Mapping[str, Any],
    ) -> None:
        same = (*constants.values(),)
        async with _connection(client) as connection:
            await connection.copy_records_to_table(
                table, columns=(*columns, *constants), records=[(*row, *same) for row in rows]
            )


@asynccontextmanager
async def _connection(client: OrionPostgres | PostgresTx) -> AsyncIterator[Any]:
    """The transaction's connection, or one of the pool's for a moment."""
    try:
        if isinstance(client, PostgresTx):
            client.check_open()
            yield client._connection
        else:
            async with client.acquire_connection() as connection:
                yield connection
    except TimeoutError as error:
        raise StorageBusy("PostgreSQL did not answer in time") from error
    except OSError as error:
        raise StorageUnavailable(f"PostgreSQL cannot be reached: {type(error).__name__}") from error
