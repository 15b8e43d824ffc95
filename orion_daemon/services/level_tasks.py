"""Levels that a channel took as one task and works off by and by: which are under way, and what became of them.

    sent, and a job that asks for the task's end (one transaction) → refused ones fail, dropped ones differ again

A task's offers are those of the channel that were sent at its very time; one that was sent anew meanwhile is not the
task's any more. As long as a task is under way, what was sent with it or later counts as on its way. Sender and asker:
`actors/handlers/inventory.py`, `actors/handlers/level_tasks.py`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import HEAR_LEVELS, PUSH_INVENTORY, SETTLE_OFFERS, ToldArgs
from orion_daemon.services import offers, sync_runs
from orion_daemon.services.offers import Sent
from orion_daemon.services.stores import address

FIRST_LOOK = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
"""From then on a task is not waited for any more with what it was sent."""
_CHANNEL = """
SELECT c.store_id, c.marketplace, s.code FROM channels c JOIN stores s ON s.id = c.store_id WHERE c.id = $1
"""
_UNDER_WAY = """
SELECT args_json FROM jobs WHERE channel_id = $1 AND kind = $2 AND state IN ('waiting', 'executing')
"""
_OF_TASK = """
SELECT id, channel_sku, sent_version FROM offers
WHERE channel_id = $1 AND sent_at = $2 AND state = 'sent' AND version = sent_version ORDER BY id
"""
_APPLIED_FROM_NOW = """
UPDATE offers SET sent_at = $3
WHERE id IN (SELECT o.id FROM offers o WHERE o.channel_id = $1 AND o.sent_at = $2 AND o.is_active AND NOT o.is_urgent
  AND o.state IN ('sent', 'different') ORDER BY o.id FOR UPDATE)
"""
_DROPPED = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $3, sent_at = NULL
WHERE id IN (SELECT o.id FROM offers o WHERE o.channel_id = $1 AND o.sent_at = $2 AND o.is_active
  AND o.state IN ('sent', 'different') ORDER BY o.id FOR UPDATE)
RETURNING id
"""


async def under_way(db: Database, channel_id: int, now: datetime) -> list[datetime]:
    """When the tasks were sent that the channel still works on, the oldest first."""
    rows = await db.fetch(_UNDER_WAY, channel_id, HEAR_LEVELS.name)
    times = [msgspec.convert(row["args_json"], ToldArgs).sent_at for row in rows]
    return sorted(time for time in times if time > now - LONGEST)


async def begin(tx: Tx, channel_id: int, name: str, sent_at: datetime) -> None:
    """The levels that are recorded as sent at `sent_at` in this transaction went as this task."""
    channel = await tx.fetch_one(_CHANNEL, channel_id)
    if channel is not None:
        await mailbox.put(
            tx,
            HEAR_LEVELS,
            ToldArgs(name, sent_at),
            owner=address(channel["code"], channel["marketplace"]),
            store_id=channel["store_id"],
            channel_id=channel_id,
            run_at=sent_at + FIRST_LOOK,
            now=sent_at,
        )


async def end(
    tx: Tx,
    channel_id: int,
    sent_at: datetime,
    refused: Mapping[int, tuple[str, str]],
    refused_all: tuple[str, str] | None,
    now: datetime,
) -> int:
    """The task is over; `refused` by the ids of offers, and with each the others of its SKU. The rest is applied from
    now on, as what was just accepted, and what waited for the task may go. Returns how many were refused."""
    rows = await tx.fetch(_OF_TASK, channel_id, sent_at)
    by_sku = {row["channel_sku"]: refused[row["id"]] for row in rows if row["id"] in refused}
    results = [
        Sent(row["id"], row["sent_version"], "refused", error=error)
        for row in rows
        if (error := by_sku.get(row["channel_sku"], refused_all)) is not None
    ]
    await offers.record(tx, results, now=now)
    await tx.execute(_APPLIED_FROM_NOW, channel_id, sent_at, now)
    await sync_runs.put_again(tx, channel_id, SETTLE_OFFERS, now + FIRST_LOOK, now)
    await sync_runs.put_again(tx, channel_id, PUSH_INVENTORY, now, now)
    return len(results)


async def drop(tx: Tx, channel_id: int, sent_at: datetime, now: datetime) -> int:
    """The channel never looked at the task: its levels are different again, and go with the next push."""
    rows = await tx.fetch(_DROPPED, channel_id, sent_at, now)
    await sync_runs.put_again(tx, channel_id, PUSH_INVENTORY, now, now)
    return len(rows)
