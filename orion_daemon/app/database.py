"""Opening the database as the settings say: options, migration at start, and one daemon per SQLite file."""

from collections.abc import Callable

from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database, DatabaseOptions
from orion_daemon.db.notices import Sender
from orion_daemon.db.url import parse
from orion_daemon.migrations import runner
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import sealing


def options_of(settings: Settings) -> DatabaseOptions:
    database = settings.database
    return DatabaseOptions(
        busy_timeout_ms=int(database.busy_timeout.total_seconds() * 1000),
        synchronous=database.synchronous,
        pool_min=database.pool_min,
        pool_max=database.pool_max,
    )


async def migrate(settings: Settings, *, on_progress: Callable[[str], None]) -> list[str]:
    """Apply what is pending where the settings want it at start; returns the names applied.

    Raises MigrationsPending where a person must run `orion migrate` first, DatabaseTooNew for a database of a newer
    version.
    """
    url = settings.database.url
    wish = settings.database.migrate_at_start
    if wish == "always" or (wish == "auto" and parse(url).dialect == "sqlite"):
        return await runner.upgrade(url, options_of(settings), on_progress=on_progress)
    await runner.check(url)
    return []


async def open_database(settings: Settings, bus: Bus, cipher: Cipher, *, sender: Sender | None = None) -> Database:
    """Raises KeyMissing where the data were sealed with a key that is not at hand. Commits are told as `sender`."""
    db = await Database.open(settings.database.url, bus=bus, cipher=cipher, options=options_of(settings), sender=sender)
    try:
        await sealing.check_keys(db)
    except BaseException:
        await db.close()
        raise
    return db
