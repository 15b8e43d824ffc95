"""Moving SQLite's log into the file beside the work, so that no commit has to do it.

SQLite itself does so at the end of whichever commit finds a thousand pages in the log, and that one then waits for the
disk twice: one commit in fifty takes 20 ms, in the loop where it was thought to be quick. Here a thread does it every
now and then with a connection of its own, which stands in nobody's way. SQLite's own rule stays behind it as a bound
for the log's size (`BOUND_PAGES`).
"""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

EVERY = 50
"""Commits."""
BOUND_PAGES = 8_000


class Checkpoints:
    def __init__(self, file: str) -> None:
        self._file = file
        self._commits = 0
        self._running: asyncio.Future[None] | None = None

    def committed(self) -> None:
        self._commits += 1
        if self._commits >= EVERY and (self._running is None or self._running.done()):
            self._commits = 0
            self._running = asyncio.get_running_loop().run_in_executor(None, self._move)

    def _move(self) -> None:
        """One that fails is made up for by the next. A file that is gone is not made anew."""
        uri = f"{Path(self._file).absolute().as_uri()}?mode=rw"
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    async def close(self) -> None:
        if self._running is not None:
            await self._running
