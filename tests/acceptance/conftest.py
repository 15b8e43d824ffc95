"""Real processes for each test, ended with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import DbKind, Templates, migrated
from tests.support.processes import Processes


@pytest.fixture
async def environment(database_kind: DbKind, templates: Templates, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """What a home needs to know of its database: nothing for a SQLite file of its own."""
    if database_kind == "sqlite":
        yield {}
        return
    async with migrated(database_kind, templates, tmp_path) as url:
        yield {"ORION_DATABASE_URL": url}


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    processes = Processes(tmp_path)
    yield processes
    await processes.close()
