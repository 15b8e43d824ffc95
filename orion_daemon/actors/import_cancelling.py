"""Stopping the work for an import that a person has ended: the download, the worker process, whatever is under way.

The rows need no watch, since no transaction of the run passes any more (`services/import_fence.py`); this makes the
rest end within a moment instead of with the next chunk.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageError
from orion_daemon.services import imports
from orion_daemon.services.import_fence import ImportEnded

LOOK_EVERY = 0.5  # seconds


async def until_cancelled(db: Database, import_id: int, work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end. Raises ImportEnded as soon as somebody has cancelled the import; the work has then been
    cancelled and has ended."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait([task], timeout=LOOK_EVERY))[0]:
            with contextlib.suppress(StorageError):  # while the database is away nobody cancels anything
                if await imports.is_cancelled(db, import_id):
                    task.cancel()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    if task.cancelled():
        raise ImportEnded(import_id)
    task.result()
