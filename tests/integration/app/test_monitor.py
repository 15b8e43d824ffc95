"""What the monitor says: the share of delivered keys from the rows, and which ends of jobs are failures."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.app.monitor import Monitor
from orion_daemon.connectors.errors import RateLimited, Unreachable, VendorError
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.jobs.outcomes import JobFailure
from orion_daemon.observability.metrics import Metrics
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.supervisor import ActorSystem
from orion_daemon.services import delivery_results, monitoring
from tests.support.key_mail import THEN, KeyCounter, begun, deliver, open_key_counter
from tests.support.listing import a_job, open_desk, open_listing

NAME = b'orion_digital_fulfillment_success_rate{marketplace="letzshop",store="demo"} '


def monitor_of(counter: KeyCounter, clock: ManualClock) -> Monitor:
    return Monitor(counter.db, clock, Metrics(clock.monotonic))


async def share(monitor: Monitor, system: ActorSystem) -> float | None:
    page = await monitor.metrics(system)
    found = [row for row in page.splitlines() if row.startswith(NAME)]
    return float(found[0].removeprefix(NAME)) if found else None


def no_actors(clock: ManualClock) -> ActorSystem:
    return ActorSystem(clock, lambda: 0.5, on_error=lambda *_: None, on_suspend=lambda *_: None)


async def test_the_share_counts_what_was_delivered_held_and_refused_within_a_day(database: Database) -> None:
    counter = await open_key_counter(database)
    clock = ManualClock(THEN)
    monitor, system = monitor_of(counter, clock), no_actors(clock)
    assert await share(monitor, system) is None
    await counter.stock("GAME", "A-1", "A-2", "A-3")
    await deliver(counter, await counter.sell(("GAME", 2), number="1"), "m-1")
    assert await share(monitor, system) == 1.0
    refused = await counter.sell(("GAME", 2), number="2")  # one key is ready, one is held
    assert round(await share(monitor, system) or 0, 3) == round(2 / 3, 3)
    message = await begun(counter, refused, "m-2")
    await delivery_results.failed(database, message.delivery_id, "recipient_refused", "no", THEN)
    assert await share(monitor, system) == 0.5
    assert await share(monitor_of(counter, clock), system) == 0.5  # another process, or after a start
    [facts] = [one for one in (await monitor.integrations("demo")).integrations if one.marketplace == "letzshop"]
    assert facts.digital_fulfillment_success_rate == 0.5
    await clock.advance(25 * 60 * 60)
    assert await share(monitor, system) is None


async def test_each_look_reads_only_what_is_new(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "A-1", "A-2", "A-3")
    old = await begun(counter, await counter.sell(("GAME", 1), number="1"), "m-1")
    await deliver(counter, await counter.sell(("GAME", 1), number="2"), "m-2")
    look = await monitoring.key_deliveries(database, THEN + timedelta(days=2))
    assert (look.counts, look.settled_id) == ({}, old.delivery_id - 1)  # the first has no end yet
    await delivery_results.sent(database, old.delivery_id, "", THEN + timedelta(days=3))
    look = await monitoring.key_deliveries(database, THEN + timedelta(days=2), after_id=look.settled_id)
    assert look.counts == {("demo", "letzshop"): (1, 0)}
    look = await monitoring.key_deliveries(database, THEN + timedelta(days=9), after_id=look.settled_id)
    assert (look.counts, look.settled_id) == ({}, 2)
    assert await monitoring.key_deliveries(database, THEN, after_id=2) == cast("Any", look)


@pytest.mark.parametrize(
    ("outcome", "rate"),
    [("done", 0.0), ("settled", 0.0), ("snooze", 0.0), ("cancelled", 0.0), ("released", 0.0), ("failed", 0.5)],
)
async def test_what_only_waits_is_no_failed_sync(database: Database, outcome: str, rate: float) -> None:
    counter = await open_key_counter(database)
    clock = ManualClock(THEN)
    monitor = monitor_of(counter, clock)
    for ended in ("done", outcome):
        monitor.observe("job", kind="PushInventory", outcome=ended, seconds=0.1, store="demo", marketplace="letzshop")
    [facts] = [one for one in (await monitor.integrations("demo")).integrations if one.marketplace == "letzshop"]
    assert facts.sync_error_rate == rate


@pytest.mark.parametrize(("family", "rate"), [(RateLimited, None), (Unreachable, 1.0)])
async def test_waiting_for_a_quota_is_no_failed_sync(
    database: Database, tmp_path: Path, family: type[VendorError], rate: float | None
) -> None:
    class Market:
        known_form = ""

        async def capabilities(self) -> None:
            raise family("the channel: not now", code="quota_spent", retry_after=60.0)

    desk = await open_desk(await open_listing(database), Market(), tmp_path)
    metrics = Metrics(desk.clock.monotonic)
    monitor = Monitor(database, desk.clock, metrics)
    desk.account.parts = replace(desk.account.parts, observe=monitor.observe)
    with pytest.raises(JobFailure):
        await handlers_of(desk.account)["PushInventory"](a_job("PushInventory"), Nothing())
    assert metrics.error_rate("demo", "letzshop") == rate
