"""Named locks between processes.

`advisory()` lets one process at a time do a thing (migrate, prune): `pg_advisory_lock` on a connection of its own, or
`flock` on a file beside the SQLite database. Both end with the process, however it ends.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from orion_daemon.db.cancellation import settle
from orion_daemon.db.errors import LockWaited, StorageUnavailable, raise_translated
from orion_daemon.db.url import DatabaseUrl

Told = Callable[[str], None]


@asynccontextmanager
async def advisory(
    target: DatabaseUrl, name: str, *, timeout_s: float = 60.0, poll_s: float = 0.05, on_wait: Told | None = None
) -> AsyncIterator[None]:
    """Hold the lock `name` of this database. Raises LockWaited, naming the holder, after `timeout_s`.

    `on_wait` is told once, when the lock is not free at once. Not reentrant.
    """
    lock: _FileLock | _ServerLock = _FileLock(target, name) if target.dialect == "sqlite" else _ServerLock(target, name)
    try:
        deadline = asyncio.get_running_loop().time() + timeout_s
        told = False
        while not await lock.try_take():
            holder = await lock.holder()
            if asyncio.get_running_loop().time() >= deadline:
                raise LockWaited(f"the lock {name!r} of {target} is held by {holder}; waited {timeout_s:g} s for it")
            if on_wait and not told:
                on_wait(f"waiting for {holder}, who holds the lock {name!r}")
                told = True
            await asyncio.sleep(poll_s)
        yield
    finally:
        await settle(lock.close())


class _FileLock:
    def __init__(self, target: DatabaseUrl, name: str) -> None:
        path = target.file.with_name(f"{target.file.name}.{name}.lock")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    async def try_take(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()}".encode(), 0)
        return True

    async def holder(self) -> str:
        return os.pread(self._file, 100, 0).decode(errors="replace") or "another process"

    async def close(self) -> None:
        os.close(self._file)


class _ServerLock:
    def __init__(self, target: DatabaseUrl, name: str) -> None:
        self._target = target
        digest = hashlib.sha256(f"orion:{name}".encode()).digest()
        self._key = int.from_bytes(digest[:8], signed=True)
        self._connection: Any = None

    async def try_take(self) -> bool:
        if self._connection is None:
            self._connection = await connect(self._target, application_name="orion lock")
        return bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", self._key))

    async def holder(self) -> str:
        high, low = (self._key >> 32) & 0xFFFFFFFF, self._key & 0xFFFFFFFF
        row = await self._connection.fetchrow(
            "SELECT l.pid, a.client_addr FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 AND l.objid::bigint = $2"
            " AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            high,
            low,
        )
        if row is None:
            return "another process"
        return f"backend {row['pid']}" + (f" from {row['client_addr']}" if row["client_addr"] else "")

    async def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError, TimeoutError):  # the lock ends with the connection in any case
                await self._connection.close(timeout=5)


async def connect(target: DatabaseUrl, *, application_name: str) -> Any:
    """A PostgreSQL connection of its own, outside the pool (locks, LISTEN, migrations' bookkeeping)."""
    try:
        import asyncpg
    except ModuleNotFoundError as error:
        raise StorageUnavailable("PostgreSQL needs the driver: pip install 'orion-daemon[postgres]'") from error
    try:
        return await asyncpg.connect(
            **target.server(), command_timeout=60, server_settings={"application_name": application_name}
        )
    except OSError as error:
        raise StorageUnavailable(f"{target} cannot be reached: {type(error).__name__}") from error
    except asyncpg.PostgresError as error:
        raise_translated(error)
        raise
