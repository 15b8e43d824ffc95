"""Keeping a process alive in the table: one row renewed every few seconds, for all its leases.

When the database cannot be reached it keeps trying; the leases end by themselves once the row has expired. When the
row is gone, somebody declared this process dead: `on_lost` is told, and everything it owned belongs to others.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from orion_daemon.db.database import Database
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import HEARTBEAT, TIME_TO_LIVE, LeaseLost
from orion_daemon.runtime.clock import Clock

log = logging.getLogger("orion.jobs")


async def beat(
    db: Database,
    clock: Clock,
    process_id: str,
    on_lost: Callable[[], object],
    *,
    every: timedelta = HEARTBEAT,
    ttl: timedelta = TIME_TO_LIVE,
) -> None:
    """Runs until cancelled, or until the process is lost. `leases.register` comes first."""
    while True:
        await clock.sleep(every.total_seconds())
        try:
            await leases.heartbeat(db, process_id, clock.now(), ttl=ttl)
        except LeaseLost:
            log.critical(
                "process %s was declared gone while it lived; it gives up all accounts",
                process_id,
                extra={"action": "process.lost"},
            )
            on_lost()
            return
        except Exception as error:
            log.warning(
                "the heartbeat of process %s was not written: %s",
                process_id,
                type(error).__name__,
                extra={"action": "heartbeat.missed"},
            )
