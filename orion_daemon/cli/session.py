"""What verbs share: the settings, an open database for the length of a command, and the two forms of output.

A verb works on the rows whether or not a daemon runs. What it changes, daemons on PostgreSQL hear at once; the one on
SQLite notices by its sweep.
"""

import asyncio
import getpass
import os
import secrets as randomness
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from orion_daemon.config.loader import Loaded, read

T = TypeVar("T")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def load(path: Path | None) -> Loaded:
    """The configuration; raises ConfigurationError with every mistake."""
    return read(path, os.environ)


def actor() -> str:
    """Who types, for the records."""
    try:
        return f"cli:{getpass.getuser()}"
    except OSError:
        return "cli"


@asynccontextmanager
async def database(loaded: Loaded) -> AsyncIterator[Any]:
    """The migrated database of the settings, as `db.database.Database`.

    Where no daemon works on it, its rows are made equal to the file first; a running daemon has done so, with the file
    that it was started or reloaded with.
    """
    from orion_daemon.app import keys
    from orion_daemon.app.database import migrate, open_database
    from orion_daemon.app.declared import apply_file
    from orion_daemon.db.notices import Sender
    from orion_daemon.jobs import leases
    from orion_daemon.observability import logs
    from orion_daemon.runtime.bus import Bus
    from orion_daemon.runtime.tasks import set_base_context

    logs.configure("warning", "console")
    cipher, made_key = await keys.open_cipher(loaded.settings, os.environ)
    if made_key:
        tell_of_new_key(loaded.settings.security.secret_keys_file)
    await migrate(loaded.settings, on_progress=lambda text: click.echo(text, err=True))
    bus = Bus()
    sender = Sender(f"command {randomness.token_hex(8)}", wakes=False)
    db = await open_database(loaded.settings, bus, cipher, sender=sender)
    try:
        set_base_context()
        now = now_source()()
        if not await leases.is_anyone_there(db, now):
            await apply_file(db, loaded, os.environ, now)
        yield db
    finally:
        await db.close()
        bus.close()


def tell_of_new_key(where: Path) -> None:
    click.echo(f"orion: a new encryption key was made in {where}; keep a copy, sealed data needs it", err=True)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


def print_json(document: object) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.flush()


def print_table(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], *, empty: str) -> None:
    """Print rows under the given headings (key to heading), as wide as their content."""
    cells: list[Sequence[str]] = [[_cell(row.get(key)) for key in columns] for row in rows]
    if not cells:
        click.echo(empty)
        return
    headings = list(columns.values())
    widths = [max(len(line[place]) for line in [headings, *cells]) for place in range(len(headings))]
    for line in [headings, *cells]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d %H:%M:%S"))
    return str(value)


def now_source() -> Callable[[], Any]:
    from orion_daemon.runtime.clock import SystemClock

    return SystemClock().now
