"""Work that a person asks of one account now: poll, reconcile, walk history, push levels, publish feeds.

Each puts a job of the account's actor, which hears of it at once; asking twice while the first is open is asking once.
What the schedule does by itself: `schedule.py`.
"""

from datetime import datetime
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ASKED, IMPORT_ORDER_HISTORY, PUSH_INVENTORY, HistoryArgs, JobKind, Nothing
from orion_daemon.services import access, offers
from orion_daemon.services.errors import Code, Conflict, NotFound, Refused
from orion_daemon.services.stores import STOREFRONT, address


async def ask(db: Database, channel_id: int, kind: JobKind[Nothing], *, actor: str, now: datetime) -> int:
    """Put a job that needs to know no more than its account; returns its id, or that of the one already open. Levels
    that the channel refused are sent again by a push.

    Raises Conflict for an account that is switched off or waits for a person, Refused for the storefront.
    """
    async with db.transaction() as tx:
        channel = await _at_work(tx, channel_id)
        if kind is PUSH_INVENTORY:
            await offers.mark_refused_different(tx, channel_id, now, is_asked=True)
        return await _put(tx, kind, Nothing(), channel, actor, now)


async def import_history(
    db: Database, channel_id: int, since: datetime | None, *, actor: str, now: datetime
) -> tuple[int, int]:
    """Begin a walk over the channel's past orders, or go on with the one that is under way; (run id, job id)."""
    async with db.transaction() as tx:
        channel = await _at_work(tx, channel_id)
        run_id = await tx.fetch_value(
            "SELECT id FROM order_history_runs WHERE channel_id = $1 AND state = 'running' ORDER BY id LIMIT 1",
            channel_id,
        )
        if run_id is None:
            [row] = await tx.insert(
                "order_history_runs",
                ("channel_id", "state", "since_at", "cursor", "orders", "created", "updated", "error", "created_at"),
                [(channel_id, "running", since, "", 0, 0, 0, "", now)],
                suffix="RETURNING id",
            )
            run_id = row["id"]
        job_id = await _put(tx, IMPORT_ORDER_HISTORY, HistoryArgs(int(run_id)), channel, actor, now)
        return int(run_id), job_id


async def _at_work(tx: Tx, channel_id: int) -> Row:
    row = await tx.fetch_one(
        "SELECT c.*, s.code AS store_code, s.is_active AS is_store_active FROM channels c"
        " JOIN stores s ON s.id = c.store_id WHERE c.id = $1 FOR UPDATE OF c",
        channel_id,
    )
    if row is None:
        raise NotFound("such channel", "marketplace")
    if row["marketplace"] == STOREFRONT:
        raise Refused(Code.UNSUPPORTED, "The storefront has no marketplace behind it to ask.", "marketplace")
    name = address(row["store_code"], row["marketplace"])
    if row["is_supplier"]:
        raise Refused(Code.UNSUPPORTED, f"{name} is a supplier: it has no orders and no offers.", "marketplace")
    if not (row["is_active"] and row["is_store_active"]):
        raise Conflict(Code.STATUS_FORBIDS, f"{name} is switched off.", "marketplace")
    if row["state"] != "ready":
        raise Conflict(
            Code.STATUS_FORBIDS, f"{name} is suspended: {row['state_reason']} Resume it first.", "marketplace"
        )
    return row


async def _put(tx: Tx, kind: JobKind[Any], args: msgspec.Struct, channel: Row, actor: str, now: datetime) -> int:
    found = await mailbox.put(
        tx,
        kind,
        args,
        owner=address(channel["store_code"], channel["marketplace"]),
        store_id=channel["store_id"],
        channel_id=channel["id"],
        priority=ASKED,
        now=now,
    )
    await access.audit(
        tx, actor, f"ask.{kind.name}", f"channel:{channel['id']}", {"job": found.job_id}, channel["store_id"], now
    )
    return found.job_id
