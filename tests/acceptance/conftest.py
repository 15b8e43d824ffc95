"""Real processes for each test, ended with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.processes import Processes


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    processes = Processes(tmp_path)
    yield processes
    await processes.close()
