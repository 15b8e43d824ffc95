"""Driver errors become families by what to do next, and quote no value."""

import sqlite3
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from orion_daemon.db.errors import (
    BadStatement,
    BadValue,
    ConstraintViolated,
    StorageBusy,
    StorageError,
    StorageUnavailable,
    TransactionEnded,
    is_transient,
    translate,
)


def sqlite_error(kind: type[sqlite3.Error], code: int, text: str) -> sqlite3.Error:
    error = kind(text)
    error.sqlite_errorcode = code
    return error


def postgres_error(kind: Any, **facts: str) -> Exception:
    error: Exception = kind("a message")
    for name in ("detail", "table_name", "column_name", "constraint_name"):
        setattr(error, name, facts.get(name))
    error.__dict__["message"] = "a message"
    return error


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (sqlite_error(sqlite3.OperationalError, sqlite3.SQLITE_BUSY, "database is locked"), StorageBusy),
        (sqlite_error(sqlite3.OperationalError, 517, "database is locked"), StorageBusy),  # BUSY_SNAPSHOT
        (sqlite_error(sqlite3.OperationalError, sqlite3.SQLITE_FULL, "database or disk is full"), StorageUnavailable),
        (sqlite_error(sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT, "malformed"), StorageUnavailable),
        (sqlite_error(sqlite3.OperationalError, sqlite3.SQLITE_ERROR, "no such table: x"), BadStatement),
        (sqlite3.ProgrammingError("Incorrect number of bindings"), BadValue),
        (postgres_error(asyncpg.DeadlockDetectedError), StorageBusy),
        (postgres_error(asyncpg.SerializationError), StorageBusy),
        (postgres_error(asyncpg.LockNotAvailableError), StorageBusy),
        (postgres_error(asyncpg.TooManyConnectionsError), StorageBusy),
        (postgres_error(asyncpg.AdminShutdownError), StorageUnavailable),
        (postgres_error(asyncpg.ConnectionDoesNotExistError), StorageUnavailable),
        (postgres_error(asyncpg.UndefinedTableError), BadStatement),
        (postgres_error(asyncpg.NumericValueOutOfRangeError), BadValue),
        (asyncpg.DataError("invalid input for query argument $2: 'secret'"), BadValue),
        (asyncpg.InterfaceError("connection is closed"), StorageUnavailable),
        (asyncpg.InterfaceError("another operation is in progress"), BadStatement),
        (
            asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
            StorageUnavailable,
        ),
        (ConnectionResetError(), StorageUnavailable),
        (TransactionManagementError("over"), TransactionEnded),
    ],
)
def test_a_driver_error_belongs_to_a_family(error: Exception, family: type[StorageError]) -> None:
    translated = translate(error)
    assert type(translated) is family
    assert "secret" not in str(translated)
    assert is_transient(error) == issubclass(family, StorageBusy | StorageUnavailable)


def test_the_orms_wrappers_are_seen_through() -> None:
    busy = sqlite_error(sqlite3.OperationalError, sqlite3.SQLITE_BUSY, "database is locked")
    assert is_transient(OperationalError(busy))
    unique = sqlite_error(sqlite3.IntegrityError, 2067, "UNIQUE constraint failed: a.x, a.y")
    translated = translate(IntegrityError(unique))
    assert isinstance(translated, ConstraintViolated)
    assert translated.on("a", "y", "x")
    assert not translated.on("a", "x")


@pytest.mark.parametrize(
    ("text", "kind", "constraint"),
    [
        ("UNIQUE constraint failed: index 'jobs_unique_open'", "unique", "jobs_unique_open"),
        ("CHECK constraint failed: stores_managed_by", "check", "stores_managed_by"),
        ("FOREIGN KEY constraint failed", "foreign_key", ""),
    ],
)
def test_sqlite_names_the_constraint_where_it_can(text: str, kind: str, constraint: str) -> None:
    translated = translate(sqlite3.IntegrityError(text))
    assert isinstance(translated, ConstraintViolated)
    assert (translated.kind, translated.constraint) == (kind, constraint)


def test_postgres_tells_table_and_columns_but_never_the_values() -> None:
    translated = translate(
        postgres_error(
            asyncpg.UniqueViolationError,
            detail="Key (store_id, email)=(1, buyer@example.com) already exists.",
            table_name="customers",
            constraint_name="customers_email",
        )
    )
    assert isinstance(translated, ConstraintViolated)
    assert translated.on("customers", "email", "store_id")
    assert "buyer" not in f"{translated} {vars(translated)}"
    assert translated.hides_cause


def test_other_errors_are_left_alone() -> None:
    for error in (ValueError("x"), TimeoutError(), FileNotFoundError()):
        assert translate(error) is error
        assert not is_transient(error)
