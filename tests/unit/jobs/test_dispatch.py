"""Which nudges wake an owner that nobody works for here."""

import asyncio
from datetime import UTC, datetime

from orion_daemon.domain.events import JobsPut
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.runtime.bus import Bus

LANES = frozenset({"polling"})


async def test_an_owner_is_woken_for_what_is_due_and_nobody_else_sees_to() -> None:
    bus = Bus()
    unowned: list[str] = []
    task = asyncio.create_task(Dispatcher(bus, unowned.append).run())
    await asyncio.sleep(0)
    bus.publish(JobsPut("due:letzshop", LANES))
    bus.publish(JobsPut("later:letzshop", LANES, datetime(2026, 11, 23, tzinfo=UTC)))
    bus.publish(JobsPut("elsewhere:letzshop", LANES, is_seen_to=True))
    bus.close()
    await task
    assert unowned == ["due:letzshop"]
