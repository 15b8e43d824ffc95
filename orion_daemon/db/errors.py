"""What the database may answer instead of rows, in families by what to do next.

Busy and unavailable: the same transaction may succeed later (`is_transient`), nothing was changed. Violated: a rule of
the schema refused the rows; the caller decides whether that is a duplicate or a mistake. Unknown commit: the
connection died between COMMIT and its answer; only looking at the data tells what happened. Driver messages quote
values (PostgreSQL shows the whole failing row), so the messages here are built anew from names alone.
"""

# ruff: noqa: N818 - an error's name says what happened, in the words its callers use

import re
import sqlite3
from typing import Any


class StorageError(Exception):
    """Any failure of the database. `code` is stable; the message never holds a stored value."""

    code = "storage"
    hides_cause = False  # the driver's own exception quotes values: it must not reach a log
    is_outage = False  # it says all there is to say: no stack helps, whoever logs it


class StorageBusy(StorageError):
    """Somebody else holds what we need (lock, deadlock, serialization, no free connection): try again."""

    code = "storage_busy"
    is_outage = True


class StorageUnavailable(StorageError):
    """The server or the file cannot be reached now: try again when it is back."""

    code = "storage_unavailable"
    is_outage = True


class CommitUnknown(StorageError):
    """The connection was lost while COMMIT was under way: the rows may or may not be there."""

    code = "commit_unknown"


class TransactionEnded(StorageError):
    """A statement was sent through a transaction that had already ended (a task that outlived it, usually)."""

    code = "transaction_ended"


class ConstraintViolated(StorageError):
    """The schema refused a row. `kind` is unique, foreign_key, not_null or check."""

    code = "constraint_violated"
    hides_cause = True

    def __init__(self, message: str, *, kind: str, table: str, columns: tuple[str, ...], constraint: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.table = table
        self.columns = columns
        self.constraint = constraint

    def on(self, table: str, *columns: str) -> bool:
        """Whether it was a duplicate of exactly these columns; the order of the columns does not matter."""
        return self.kind == "unique" and self.table == table and set(self.columns) == set(columns)


class BadValue(StorageError):
    """A value does not fit its column or parameter: a mistake in the caller, never worth a retry."""

    code = "bad_value"
    hides_cause = True


class BadStatement(StorageError):
    """The database does not understand the statement, or a table is missing (was `orion migrate` run?)."""

    code = "bad_statement"


class BadDatabaseUrl(StorageError):
    """The database URL cannot be used. Says which part; never shows the password."""

    code = "bad_database_url"


class LockWaited(StorageError):
    """A named lock was not given within the time allowed. Says who holds it."""

    code = "lock_waited"


_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_AWAY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOLFS}
_SQLITE_KINDS = (("UNIQUE", "unique"), ("FOREIGN KEY", "foreign_key"), ("NOT NULL", "not_null"), ("CHECK", "check"))

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_BUSY = {"40001", "40P01", "55P03", "53300", "57014"}
_PG_AWAY_CLASSES = ("08", "53", "57P", "58")
_PG_KINDS = {"23505": "unique", "23503": "foreign_key", "23502": "not_null", "23514": "check", "23P01": "unique"}
_PG_KEY = re.compile(r"Key \(([^)]*)\)=")


def translate(error: BaseException) -> BaseException:
    """The error of this module that stands for a driver's or the ORM's; any other exception comes back unchanged."""
    cause = _driver_error(error)
    if isinstance(cause, StorageError):
        return cause
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause)
    if type(cause).__module__.startswith("asyncpg"):
        return _from_asyncpg(cause)
    if type(cause).__module__.startswith("tortoise"):
        return _from_orm(cause)
    if isinstance(cause, ConnectionError):
        return StorageUnavailable(f"the database connection failed: {type(cause).__name__}")
    return error


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction, run again from its start, may succeed. Sees through the ORM's wrappers."""
    return isinstance(translate(error), StorageBusy | StorageUnavailable)


def raise_translated(error: BaseException) -> None:
    """Raise the translation of `error`; return when there is none, so that the caller's `raise` lets it pass."""
    translated = translate(error)
    if translated is not error:
        raise translated from (None if getattr(translated, "hides_cause", False) else error)


def _driver_error(error: BaseException) -> BaseException:
    """Tortoise wraps a driver's exception as its only argument."""
    if type(error).__module__.startswith("tortoise") and error.args and isinstance(error.args[0], BaseException):
        return error.args[0]
    return error


def _from_sqlite(error: sqlite3.Error) -> StorageError:
    text = str(error)
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF in _SQLITE_BUSY:
        return StorageBusy("the SQLite file is locked by another process; its transaction did not end in time")
    if code & 0xFF in _SQLITE_AWAY:
        return StorageUnavailable(f"the SQLite file cannot be read or written: {text}")
    if isinstance(error, sqlite3.IntegrityError):
        kind = next((kind for start, kind in _SQLITE_KINDS if text.startswith(start)), "check")
        rest = text.partition("failed: ")[2]
        pairs = [part.strip().split(".", 1) for part in rest.split(",") if "." in part]
        table = pairs[0][0] if pairs and kind != "check" else ""
        columns = tuple(pair[1] for pair in pairs) if table else ()
        constraint = "" if table else rest.removeprefix("index ").strip("'")
        return ConstraintViolated(text, kind=kind, table=table, columns=columns, constraint=constraint)
    if isinstance(error, sqlite3.OperationalError):
        return BadStatement(f"SQLite refused the statement: {text}")
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError | sqlite3.DataError):
        return BadValue(f"SQLite refused the statement's values: {text}")
    return StorageUnavailable(f"SQLite failed: {text}")


def _from_asyncpg(error: Any) -> StorageError:
    state = getattr(error, "sqlstate", None)
    if state is None:  # the client's own errors
        if type(error).__name__ == "DataError":
            place = re.search(r"\$\d+", str(error))
            return BadValue(f"a value does not fit parameter {place.group() if place else ''} of the statement")
        text = str(error).partition("\n")[0]
        if type(error).__name__ == "InternalClientError" or "closed" in text or "connection" in text:
            return StorageUnavailable(f"the PostgreSQL connection cannot be used: {text}")
        return BadStatement(f"the PostgreSQL client refused the call: {text}")
    if state in _PG_BUSY:
        return StorageBusy(f"PostgreSQL could not go on now ({state} {type(error).__name__})")
    if state.startswith(_PG_AWAY_CLASSES):
        return StorageUnavailable(f"PostgreSQL is not available ({state} {type(error).__name__})")
    if state in _PG_KINDS:
        key = _PG_KEY.search(error.detail or "")
        columns = tuple(part.strip() for part in key.group(1).split(",")) if key else ()
        name = error.constraint_name or ""
        column = error.column_name or ""
        return ConstraintViolated(
            f"{_PG_KINDS[state]} constraint {name or column} of {error.table_name} violated",
            kind=_PG_KINDS[state],
            table=error.table_name or "",
            columns=columns or ((column,) if column else ()),
            constraint=name,
        )
    if state.startswith("22"):
        return BadValue(f"PostgreSQL refused a value ({state} {type(error).__name__})")
    return BadStatement(f"PostgreSQL refused the statement ({state}): {error.message}")


def _from_orm(error: BaseException) -> BaseException:
    if type(error).__name__ == "DBConnectionError":
        return StorageUnavailable(f"the database cannot be reached: {error}")
    if type(error).__name__ == "TransactionManagementError":
        return TransactionEnded(str(error))
    return error
