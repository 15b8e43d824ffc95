"""An import by command beside a daemon that has the account."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from orion_daemon.app.one_import import run_import
from orion_daemon.config.daemon import Daemon
from orion_daemon.config.settings import Settings
from orion_daemon.db.database import Database
from orion_daemon.jobs import leases
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.catalog_walks import Asked, registered
from tests.support.listing import DEMO, open_listing


async def test_a_command_does_not_wait_for_an_account_that_is_stopped(database: Database, tmp_path: Path) -> None:
    await open_listing(database, DEMO, ChannelDeclaration("amazon"))
    now = SystemClock().now()
    await leases.register(database, "the daemon", "the daemon", now, ttl=timedelta(hours=1))
    assert await leases.acquire(database, "demo:amazon", "the daemon", now) is not None
    asked = asyncio.Event()
    with registered(Asked()):
        waiting = asyncio.ensure_future(
            run_import(
                Settings(daemon=Daemon(data_dir=tmp_path)), database, cast("Bus", database.bus), store="demo",
                marketplace="amazon", source=None, language=None, is_complete=True, is_dry_run=False, actor="test",
                on_progress=lambda _: asked.set(),
            )
        )  # fmt: skip
        await asked.wait()
        assert not waiting.done()
        changes: dict[str, Any] = {"code": "auth_refused", "message": "amazon: the token is refused"}
        async with database.transaction() as tx:  # as the daemon's run leaves them
            await tx.execute("UPDATE import_jobs SET error_code = $1, error_message = $2", *changes.values())
            await tx.execute("UPDATE channels SET state = 'suspended'")
        summary, remarks = await asyncio.wait_for(waiting, 20)
    assert (summary["state"], summary["problems"]) == ("pending", [{"line": 0, "field": "", "reason": "auth_refused"}])
    assert remarks == ["amazon: the token is refused"]
