"""Jobs under a person's hand: send dead letters again, withdraw waiting ones, and what went wrong with each.

Who did it is a row of the audit trail, in the same transaction. The life of a job: `jobs/states.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.jobs import mailbox
from orion_daemon.services import access, imports, order_results, refund_results

LAST_ATTEMPTS = 50
_ATTEMPTS = """
SELECT * FROM (SELECT job_attempts.*, ROW_NUMBER() OVER (PARTITION BY job_id ORDER BY id DESC) AS age
               FROM job_attempts WHERE job_id = ANY($1::bigint[])) AS found
WHERE age <= $2 ORDER BY job_id, id
"""


async def retry(db: Database, job_ids: Sequence[int], *, actor: str, now: datetime) -> list[int]:
    """Send dead letters again; returns those that were. Others are left as they are (see `mailbox.revive`)."""
    async with db.transaction() as tx:
        revived = await mailbox.revive(tx, job_ids, now=now)
        if revived:
            await access.audit(tx, actor, "jobs.retry", f"{len(revived)} jobs", {"jobs": revived}, None, now)
        return revived


async def cancel(db: Database, job_ids: Sequence[int], *, actor: str, now: datetime, reason: str = "") -> list[int]:
    """Withdraw waiting jobs; returns those that were waiting. One that executes ends by itself. Orders of which the
    channel was to hear say that it did not; imports end."""
    said = f"withdrawn by {actor}" + (f": {reason}" if reason else "")
    async with db.transaction() as tx:
        cancelled = await mailbox.cancel(tx, job_ids, reason=said, now=now)
        if cancelled:
            await access.audit(tx, actor, "jobs.cancel", f"{len(cancelled)} jobs", {"jobs": cancelled}, None, now)
    await order_results.own_up(db, now=now, job_ids=cancelled)
    await refund_results.own_up(db, now=now, job_ids=cancelled)
    await imports.end_abandoned(db, now, job_ids=cancelled)
    return cancelled


async def attempts(db: Database, job_ids: Sequence[int]) -> list[Row]:
    """The last failures of each job, oldest first, at most `LAST_ATTEMPTS` of one."""
    return await db.fetch(_ATTEMPTS, tuple(job_ids), LAST_ATTEMPTS)
