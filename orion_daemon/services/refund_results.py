"""What became of asking a channel for a refund: taken, or failed, recorded in one transaction with the job's end.

The channel's "paid" is not recorded here: a refund is settled by the order's own document (`refunds_shown.py`), with
which the order's amounts and status change too. Recording twice is harmless.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.money import to_decimal
from orion_daemon.jobs.kinds import SEND_REFUND
from orion_daemon.services.errors import NotFound
from orion_daemon.services.order_results import Settle, conclude, locked

_SENT = """
UPDATE refunds SET state = CASE WHEN state = 'settled' THEN state ELSE 'sent' END, error = '',
  channel_refund_id = COALESCE(NULLIF(CAST($2 AS TEXT), ''), channel_refund_id), sent_at = COALESCE(sent_at, $3),
  updated_at = $3
WHERE id = $1
"""
_FAILED = "UPDATE refunds SET state = 'failed', error = $2, updated_at = $3 WHERE id = $1 AND state = 'asked'"
_UNSAID = """
SELECT r.id, j.args_json, j.error_code, j.error_message
FROM refunds r JOIN jobs j ON j.kind = $1 AND j.entity = 'refund:' || CAST(r.order_id AS TEXT)
WHERE r.state = 'asked'
  AND NOT EXISTS (SELECT 1 FROM jobs n WHERE n.owner = j.owner AND n.entity = j.entity AND n.kind = j.kind
                  AND n.unique_key = j.unique_key AND n.state IN ('waiting', 'executing'))
"""


async def record(
    db: Database, refund_id: int, channel_refund_id: str, *, now: datetime, settle: Settle | None = None
) -> None:
    """The channel took it. `channel_refund_id` empty: it named none, or it is known. Raises NotFound."""
    async with db.transaction() as tx:
        refund = await _refund(tx, refund_id)
        order = await locked(tx, refund["order_id"])
        await tx.execute(_SENT, refund_id, channel_refund_id, now)
        await conclude(tx, order, now, settle, settled=[notice_of(refund_id)])


async def record_failure(
    db: Database, refund_id: int, code: str, message: str, *, now: datetime, settle: Settle | None = None
) -> None:
    """It was refused or given up, or nobody knows what became of it; a person has to look. One that the channel has
    shown meanwhile has not failed. `message` holds no personal data and no secret."""
    async with db.transaction() as tx:
        before = await _refund(tx, refund_id)
        order = await locked(tx, before["order_id"])
        refund = await _refund(tx, refund_id)
        failed = await tx.execute(_FAILED, refund_id, f"{code}: {message}", now)
        notices = [failure(refund, f"{code}: {message}")] if failed else []
        await conclude(tx, order, now, settle, settled=[notice_of(refund_id)] if failed else [], notices=notices)


async def own_up(db: Database, *, now: datetime, job_ids: Sequence[int] | None = None) -> int:
    """Let refunds whose job ended without its handler's word (waited too long, killed its process, or was withdrawn:
    `job_ids`) say that they failed. Returns how many."""
    if job_ids is None:
        rows = await db.fetch(f"{_UNSAID} AND j.state IN ('dead', 'refused')", SEND_REFUND.name)
    else:
        rows = await db.fetch(f"{_UNSAID} AND j.id = ANY($2::bigint[])", SEND_REFUND.name, tuple(job_ids))
    mine = [row for row in rows if row["args_json"].get("refund_id") == row["id"]]
    for row in mine:
        text = row["error_message"] or "nobody told the channel"
        await record_failure(db, row["id"], row["error_code"] or "cancelled", text, now=now)
    return len(mine)


def notice_of(refund_id: int) -> Notice:
    """Code and beginning of the notices about this refund."""
    return Attention.REFUND_FAILED, f"refund {refund_id}: "


def failure(refund: Row, said: str) -> Notice:
    """What failed, and what a person does about it."""
    code, beginning = notice_of(refund["id"])
    amount = f"{to_decimal(refund['amount_minor'], refund['currency'])} {refund['currency']}"
    if refund["tried_at"] is not None and refund["channel_refund_id"] is None:
        todo = (
            f"Nobody knows whether {amount} went back: look at the order at the channel, and ask for it anew with"
            " another reference only if it did not."
        )
    else:
        todo = f"{amount} did not go back. Mend it, and ask for the refund anew with another reference."
    return code, f"{beginning}{todo} ({said})"


async def _refund(tx: Tx, refund_id: int) -> Row:
    row = await tx.fetch_one("SELECT * FROM refunds WHERE id = $1", refund_id)
    if row is None:
        raise NotFound("refund with this id", "refundId")
    return row
