"""Bringing a database to this code's schema, once, whoever asks at the same time.

The files in `migrations/orion/` hold SQL for both databases; aerich keeps the history. A lock lets one process
migrate while others wait and then find nothing to do. Each migration is one transaction: a failing one leaves
nothing. A database that knows migrations this code does not is refused untouched. Drafting a new file:
`migrations/draft.py`.
"""

# ruff: noqa: N818 - an error's name says what happened, in the words its callers use

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tortoise.context import TortoiseContext

from orion_daemon.db.database import APP, DatabaseOptions, make_sqlite_file
from orion_daemon.db.errors import StorageError, raise_translated
from orion_daemon.db.locks import advisory, connect
from orion_daemon.db.url import DatabaseUrl, parse
from orion_daemon.migrations.schema import migrator_config

LOCK = "migrate"
Progress = Callable[[str], None]


class DatabaseTooNew(StorageError):
    """The database was migrated by a newer Orion; this one must not touch it."""

    code = "database_too_new"


class MigrationsPending(StorageError):
    """The database is older than this code."""

    code = "migrations_pending"


class MigrationFailed(StorageError):
    """A migration was refused and undone; the database is as it was before it."""

    code = "migration_failed"


@dataclass(frozen=True, slots=True)
class SchemaState:
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]  # applied by a newer Orion


def location() -> Path:
    return Path(__file__).parent


def known(folder: Path | None = None) -> list[str]:
    """Names of the migrations of this code, in the order they are applied."""
    names = [path.stem for path in ((folder or location()) / APP).glob("[0-9]*_*.py")]
    return sorted(names, key=lambda name: int(name.partition("_")[0]))


async def state(url: str | DatabaseUrl, folder: Path | None = None) -> SchemaState:
    """Compares the database with this code. Changes nothing; an absent SQLite file is an empty database."""
    target = parse(url) if isinstance(url, str) else url
    applied = await (asyncio.to_thread(_applied_sqlite, target) if target.dialect == "sqlite" else _applied_pg(target))
    names = known(folder)
    return SchemaState(
        applied=tuple(applied),
        pending=tuple(name for name in names if name not in applied),
        unknown=tuple(name for name in applied if name not in names),
    )


async def pending(url: str | DatabaseUrl, folder: Path | None = None) -> list[str]:
    """Names still to be applied. Raises DatabaseTooNew."""
    found = await state(url, folder)
    _refuse_newer(found)
    return list(found.pending)


async def check(url: str | DatabaseUrl) -> None:
    """Raises DatabaseTooNew or MigrationsPending unless the schema is exactly this code's."""
    if missing := await pending(url):
        raise MigrationsPending(
            f"the database lacks {len(missing)} migration(s), first {missing[0]}; run `orion migrate`"
        )


async def upgrade(
    url: str | DatabaseUrl,
    options: DatabaseOptions | None = None,
    *,
    on_progress: Progress | None = None,
    lock_timeout_s: float = 120.0,
    folder: Path | None = None,
) -> list[str]:
    """Apply what is pending; returns the names applied now. Creates a missing SQLite file, never a PostgreSQL database.

    `folder` holds the migrations, the package's own unless given. `on_progress` is told each name before its migration
    runs, and whom we wait for when another process migrates. Raises DatabaseTooNew, MigrationFailed (nothing of the failing migration remains, the ones before it do),
    LockWaited.
    """
    target = parse(url) if isinstance(url, str) else url
    if target.dialect == "sqlite":
        make_sqlite_file(target)
    async with advisory(target, LOCK, timeout_s=lock_timeout_s, on_wait=on_progress):
        if not await pending(target, folder):
            return []
        # a task of its own: the ORM's context of the migration must not leak into the caller's
        return await asyncio.create_task(_with_aerich(target, options, folder, on_progress, "upgrade"))


async def downgrade(
    url: str | DatabaseUrl, options: DatabaseOptions | None = None, *, folder: Path | None = None
) -> list[str]:
    """Undo the newest migration; for development and tests. Returns its name."""
    target = parse(url) if isinstance(url, str) else url
    async with advisory(target, LOCK):
        return await asyncio.create_task(_with_aerich(target, options, folder, None, "downgrade"))


def _command(config: dict[str, Any], folder: Path, on_progress: Progress | None) -> Any:
    """aerich's command with our progress and checks; imported when there is something to migrate, for it is slow."""
    from aerich import Command

    class Migrating(Command):
        async def _upgrade(self, conn: Any, version_file: str, *args: Any, **kwargs: Any) -> None:
            name = version_file.removesuffix(".py")
            if on_progress:
                on_progress(name)
            try:
                await super()._upgrade(conn, version_file, *args, **kwargs)
                if conn.capabilities.dialect == "sqlite":
                    _, broken = await conn.execute_query("PRAGMA foreign_key_check")
                    if broken:
                        raise MigrationFailed(f"rows of {broken[0]['table']} would point to nothing")
            except Exception as error:
                raise MigrationFailed(f"the migration {name} failed and was undone: {_said(error)}") from error

    return Migrating(config, app=APP, location=str(folder))


async def _with_aerich(
    target: DatabaseUrl,
    options: DatabaseOptions | None,
    folder: Path | None,
    on_progress: Progress | None,
    verb: str,
) -> list[str]:
    config = migrator_config(target, options or DatabaseOptions())
    async with TortoiseContext() as orm:
        await orm.init(config=config)
        command = _command(config, folder or location(), on_progress)
        try:
            await command.init()
            if verb == "upgrade":
                done: list[str] = await command.upgrade(run_in_transaction=True)
            else:
                done = await command.downgrade(version=-1, delete=False)
        except Exception as error:
            raise_translated(error)
            raise
    return [name.removesuffix(".py") for name in done]


def _refuse_newer(found: SchemaState) -> None:
    if found.unknown:
        raise DatabaseTooNew(
            f"the database has the migration {found.unknown[-1]}, which this version of Orion does not know;"
            " run the newer Orion, or restore the backup made before its upgrade"
        )


_HISTORY = "SELECT version FROM aerich WHERE app = '" + APP + "' ORDER BY id"


def _applied_sqlite(target: DatabaseUrl) -> list[str]:
    if not target.file.exists():
        return []
    try:
        with contextlib.closing(sqlite3.connect(target.file, timeout=5)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'aerich'").fetchone():
                return []
            return [row[0].removesuffix(".py") for row in connection.execute(_HISTORY)]
    except sqlite3.Error as error:
        raise_translated(error)
        raise


async def _applied_pg(target: DatabaseUrl) -> list[str]:
    connection = await connect(target, application_name="orion migrations")
    try:
        if await connection.fetchval("SELECT to_regclass('aerich') IS NULL"):
            return []
        return [row["version"].removesuffix(".py") for row in await connection.fetch(_HISTORY)]
    except Exception as error:
        raise_translated(error)
        raise
    finally:
        await connection.close(timeout=5)


def _said(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
