"""Runs of the inventory sync: one row each for people, what a read-back must look at, and what it found.

A run that sent something moves `channels.inventory_pushed_at`; a failed one leaves it, so the lag grows and shows. A
level that the channel holds otherwise than it was sent is simply different again, and the next push sends it. Runs
are made by `actors/handlers/inventory.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import OffersDiffer, SyncStatusChanged
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import PUSH_INVENTORY, JobKind, Nothing
from orion_daemon.services import offers
from orion_daemon.services.offers import Sent
from orion_daemon.services.stores import address

_TO_READ = """
SELECT id, channel_sku, version, sent_version, sent_quantity, sent_price_minor, sent_at, confirmed_quantity,
       confirmed_at
FROM offers
WHERE channel_id = $1 AND id > $2 AND is_active AND state IN ('sent', 'synced') AND sent_version = version
ORDER BY id LIMIT $3
"""
_IN_FLIGHT = """
SELECT id, channel_sku, version, sent_version, sent_quantity, sent_price_minor, sent_at, confirmed_quantity,
       confirmed_at
FROM offers
WHERE channel_id = $1 AND id > $2 AND is_active AND sent_at IS NOT NULL
  AND (((confirmed_at IS NULL OR confirmed_at < sent_at) AND (state = 'sent' OR (state = 'different' AND sent_at > $3)))
       OR (state IN ('sent', 'synced') AND sent_version = version AND confirmed_quantity < sent_quantity))
ORDER BY id LIMIT $4
"""
_DRIFTED = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $3, is_urgent = $4
WHERE id = $1 AND version = $2 RETURNING id
"""
_LAST_RUN = """
SELECT started_at, finished_at FROM inventory_sync_logs
WHERE channel_id = $1 AND kind = $2 AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""
_URGENT = "SELECT 1 AS n FROM offers WHERE channel_id = $1 AND state = 'different' AND is_urgent AND is_active LIMIT 1"
SHORT_RUN = timedelta(seconds=1)
REST = 9
LONGEST_REST = timedelta(minutes=10)
_CHANNEL = """
SELECT c.store_id, c.marketplace, s.code FROM channels c JOIN stores s ON s.id = c.store_id WHERE c.id = $1
"""


@dataclass(slots=True)
class RunCounts:
    """Offers of one run: looked at, taken by the channel, confirmed by it, refused, paused."""

    offers: int = 0
    sent: int = 0
    confirmed: int = 0
    failed: int = 0
    paused: int = 0


@dataclass(frozen=True, slots=True)
class LevelToRead:
    """What the channel was told last; None where nothing was said. `before`: what it held when it was last heard of,
    at `heard_at`."""

    offer_id: int
    version: int
    sku: str
    quantity: int | None
    price_minor: int | None
    sent_version: int
    sent_at: datetime | None
    before: int | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drifted:
    """The channel holds something else. Urgent where it would sell more than it was told."""

    offer_id: int
    version: int
    is_urgent: bool


async def record_run(
    db: Database,
    channel_id: int,
    kind: str,
    counts: RunCounts,
    *,
    started_at: datetime,
    now: datetime,
    error: str = "",
) -> None:
    """Note the end of a run. `kind`: push, feed or read_back; `error`: why it ended early, "" when it did not."""
    reached = counts.sent + counts.confirmed
    state = "done"
    if error or counts.failed:
        state = "partly" if reached else "failed"
    async with db.transaction() as tx:
        await tx.insert(
            "inventory_sync_logs",
            (
                "channel_id", "kind", "state", "offers", "sent", "confirmed", "failed", "paused", "error",
                "started_at", "finished_at",
            ),
            [
                (channel_id, kind, state, counts.offers, counts.sent, counts.confirmed, counts.failed, counts.paused,
                 error, started_at, now)
            ],
        )  # fmt: skip
        if not error and kind != "read_back":
            await tx.execute("UPDATE channels SET inventory_pushed_at = $1 WHERE id = $2", now, channel_id)
        store_id = await tx.fetch_value("SELECT store_id FROM channels WHERE id = $1", channel_id)
        if store_id is not None:
            tx.emit(SyncStatusChanged(store_id, channel_id))


async def feed_rests_until(db: Database, channel_id: int, now: datetime) -> datetime | None:
    """When a feed may be written again; None: at once. A long run rests nine times as long as it took, so that a feed
    of many products costs a tenth of the time at most however often stock moves; what may be sold out does not wait."""
    last = await db.fetch_one(_LAST_RUN, channel_id, "feed")
    if last is None or (took := last["finished_at"] - last["started_at"]) <= SHORT_RUN:
        return None
    until: datetime = last["finished_at"] + min(took * REST, LONGEST_REST)
    return None if until <= now or await db.fetch_one(_URGENT, channel_id) is not None else until


async def gathers_until(db: Database, channel_id: int, length: timedelta, now: datetime) -> datetime | None:
    """When the next push of a channel may go that wants few changes an offer; None: at once."""
    last = await db.fetch_one(_LAST_RUN, channel_id, "push")
    if last is None:
        return None
    until: datetime = last["finished_at"] + length
    return None if until <= now or await db.fetch_one(_URGENT, channel_id) is not None else until


async def levels_to_read(db: Database, channel_id: int, *, after: int, limit: int) -> list[LevelToRead]:
    """Offers whose last word was sent, in the order of their ids; what differs anyway is left out."""
    return [_to_read(row) for row in await db.fetch(_TO_READ, channel_id, after, limit)]


async def levels_in_flight(
    db: Database, channel_id: int, *, settled_before: datetime, after: int, limit: int
) -> list[LevelToRead]:
    """Offers whose last word was accepted and not yet named back, in the order of their ids; those that have changed
    here meanwhile only as long as that word may still be on its way. Also those of which the channel held fewer than
    it was told."""
    return [_to_read(row) for row in await db.fetch(_IN_FLIGHT, channel_id, after, settled_before, limit)]


def _to_read(row: Row) -> LevelToRead:
    return LevelToRead(
        row["id"], row["version"], row["channel_sku"], row["sent_quantity"], row["sent_price_minor"],
        row["sent_version"], row["sent_at"], row["confirmed_quantity"], row["confirmed_at"],
    )  # fmt: skip


async def orders_asked_at(db: Database, channel_id: int) -> datetime | None:
    """When the channel's orders were last read to the end."""
    found: datetime | None = await db.fetch_value("SELECT orders_polled_at FROM channels WHERE id = $1", channel_id)
    return found


async def put_again(tx: Tx, channel_id: int, kind: JobKind[Nothing], run_at: datetime, now: datetime) -> None:
    """One more job of the channel's own account."""
    channel = await tx.fetch_one(_CHANNEL, channel_id)
    if channel is not None:
        owner = address(channel["code"], channel["marketplace"])
        await mailbox.put(
            tx, kind, Nothing(), owner=owner, now=now, store_id=channel["store_id"], channel_id=channel_id,
            run_at=run_at,
        )  # fmt: skip


async def record_read(
    db: Database, channel_id: int, results: Sequence[Sent], drifted: Sequence[Drifted], now: datetime
) -> int:
    """Write what a read-back found: results as of a push, and levels that must be sent again; returns how many of
    these were still the ones that were read."""
    async with db.transaction() as tx:
        await offers.record(tx, results, now=now)
        again = 0
        for one in sorted(drifted, key=lambda drift: drift.offer_id):
            again += len(await tx.fetch(_DRIFTED, one.offer_id, one.version, now, one.is_urgent))
        channel = await tx.fetch_one(_CHANNEL, channel_id) if again else None
        if channel is not None:
            owner = address(channel["code"], channel["marketplace"])
            await mailbox.put(
                tx, PUSH_INVENTORY, Nothing(), owner=owner, now=now, store_id=channel["store_id"], channel_id=channel_id
            )
            tx.emit(OffersDiffer(channel["store_id"], channel_id, any(one.is_urgent for one in drifted)))
        return again
