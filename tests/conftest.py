"""Fixtures for all tests: a database of each kind, and no task left behind.

`database` is an open, migrated, empty database; tests that ask for it run on SQLite and on PostgreSQL. A test that
is about one of them says `@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)`.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tortoise.backends.base.executor import EXECUTOR_CACHE

from orion_daemon.db.database import Database
from tests.support.databases import KINDS, DbKind, RecordingBus, Templates, migrated, opened

# Speed is measured in benchmarks/: a busy machine is no fault of an example.
settings.register_profile("orion", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orion")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.insert(0, "no_task_left_behind")  # first in, last out


@pytest.fixture
async def no_task_left_behind() -> AsyncIterator[None]:
    yield
    for _ in range(5):  # a cancelled task needs a turn or two to end
        await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert not left, f"unfinished tasks: {[task.get_name() for task in left]} {left}"


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, worker_id: str, testrun_uid: str) -> Iterator[Templates]:
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "databases"
    folder.mkdir(exist_ok=True)
    templates = Templates(folder, testrun_uid[:12])
    yield templates
    templates.close()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> DbKind:
    kind: DbKind = request.param
    return kind


@pytest.fixture
async def database_url(database_kind: DbKind, templates: Templates, tmp_path: Path) -> AsyncIterator[str]:
    async with migrated(database_kind, templates, tmp_path) as url:
        yield url
    EXECUTOR_CACHE.clear()


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
async def database(database_url: str, bus: RecordingBus) -> AsyncIterator[Database]:
    async with opened(database_url, bus=bus) as database:
        yield database
