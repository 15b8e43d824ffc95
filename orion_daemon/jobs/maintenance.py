"""What nobody would notice by itself: stranded runs, jobs that waited too long, old history, work without a nudge.

Every function is one bounded step that may run on any process at any time, twice or beside another one; the
housekeeper calls them. A stranded run goes back to waiting; one whose process vanished too often (the kind's
`max_crashes`) is taken to be what kills it and goes to the dead letters as poison.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobChanged
from orion_daemon.jobs import statements as sql
from orion_daemon.jobs.kinds import KINDS, JobKind, Kinds
from orion_daemon.jobs.mailbox import ATTEMPT_COLUMNS, follow, nudge
from orion_daemon.jobs.retry import crash_delay
from orion_daemon.jobs.states import State, move

CHUNK = 500
KEEP_FINISHED = timedelta(days=7)
KEEP_DEAD = timedelta(days=90)  # refused ones too: people ask about those
KEEP_PROCESSES = timedelta(hours=1)


async def rescue(db: Database, now: datetime, *, owner: str = "", kinds: Kinds = KINDS) -> int:
    """Take runs whose lease is gone out of executing; of one owner, or of all. Returns how many.

    At most CHUNK in one transaction; call again while it returns CHUNK.
    """
    async with db.transaction() as tx:
        found = await tx.fetch(sql.STRANDED, now, CHUNK, owner)
        attempts = []
        again: list[int] = []
        due: dict[str, dict[str, datetime]] = defaultdict(dict)
        for row in found:
            kind = kinds.find(row["kind"])
            crashes = row["crashes"] + 1
            if crashes >= (kind.max_crashes if kind else JobKind.max_crashes):
                state, code = move(State.EXECUTING, "poison"), "poison"
                run_at, finished_at = now, now
                message = f"its process vanished {crashes} times while it ran; it is taken to be the cause"
            else:
                state, code = move(State.EXECUTING, "rescue"), "crashed"
                run_at, finished_at = now + crash_delay(crashes), None
                message = f"process {row['process_id']} vanished while it ran"
            moved = await tx.execute(sql.RESCUE, row["id"], row["runs"], state, run_at, finished_at, code, message)
            if not moved:
                continue
            outcome = "crash" if finished_at is None else "dead"
            attempts.append((row["id"], row["runs"], outcome, "bug", code, message, now))
            tx.emit(JobChanged(row["id"], row["store_id"], row["owner"], row["kind"], state))
            if finished_at is None:
                lanes = due[row["owner"]]
                lanes[row["lane"]] = min(run_at, lanes.get(row["lane"], run_at))
            elif row["is_put_again"]:
                again.append(row["id"])
        if attempts:
            await tx.insert("job_attempts", ATTEMPT_COLUMNS, attempts)
        if again:
            await follow(tx, again, now)
        nudge(tx, due, now)
    return len(found)


async def give_up(db: Database, now: datetime) -> int:
    """Jobs that still wait at their limit go to the dead letters, those of unknown kinds too. Returns how many."""
    async with db.transaction() as tx:
        rows = await tx.fetch(sql.GIVE_UP, now, CHUNK)
        if rows:
            attempts = [
                (r["id"], r["runs"], "dead", r["error_family"], r["error_code"], r["error_message"], now) for r in rows
            ]
            await tx.insert("job_attempts", ATTEMPT_COLUMNS, attempts)
        due: dict[str, dict[str, datetime]] = defaultdict(dict)
        for row in rows:
            tx.emit(JobChanged(row["id"], row["store_id"], row["owner"], row["kind"], State.DEAD))
            due[row["owner"]][row["lane"]] = now  # younger jobs of its entity may go now
        nudge(tx, due, now)
    return len(rows)


async def delete_finished(
    db: Database, now: datetime, *, keep_finished: timedelta = KEEP_FINISHED, keep_dead: timedelta = KEEP_DEAD
) -> int:
    """Delete finished jobs past their time, with their attempts, in small transactions. Returns how many.

    Walks in order of id and stops at the first job that is too young to have finished long enough ago.
    """
    old = {
        State.DONE: now - keep_finished,
        State.CANCELLED: now - keep_finished,
        State.REFUSED: now - keep_dead,
        State.DEAD: now - keep_dead,
    }
    youngest = max(old.values())
    last = deleted = 0
    while True:
        rows = await db.fetch(
            "SELECT id, state, created_at, finished_at FROM jobs WHERE id > $1 ORDER BY id LIMIT $2", last, CHUNK
        )
        gone = [row["id"] for row in rows if row["finished_at"] and row["finished_at"] <= old[State(row["state"])]]
        if gone:
            async with db.transaction() as tx:
                deleted += await tx.execute(
                    "DELETE FROM jobs WHERE id = ANY($1::bigint[]) AND finished_at IS NOT NULL", tuple(gone)
                )
        if len(rows) < CHUNK or rows[-1]["created_at"] > youngest:
            return deleted
        last = rows[-1]["id"]
        await asyncio.sleep(0)


async def forget_processes(db: Database, now: datetime) -> int:
    """Delete the rows of processes that vanished a while ago. Their leases stay, free, with their epochs."""
    async with db.transaction() as tx:
        return await tx.execute("DELETE FROM processes WHERE expires_at <= $1", now - KEEP_PROCESSES)


@dataclass(frozen=True, slots=True)
class Due:
    owner: str
    lane: str
    run_at: datetime


async def due_by(db: Database, now: datetime, *, process_id: str = "", kinds: Kinds = KINDS) -> list[Due]:
    """Accounts and lanes with jobs due, but for those that a living process other than `process_id` works for.

    The sweep for nudges that were lost or put by another process.
    """
    rows = await db.fetch(
        """SELECT owner, lane, run_at FROM (
          SELECT owner, lane, min(run_at) AS run_at FROM jobs
          WHERE state = 'waiting' AND run_at <= $1 AND kind = ANY($2::text[]) GROUP BY owner, lane) AS due
        WHERE NOT EXISTS (SELECT 1 FROM leases l JOIN processes p ON p.id = l.process_id
          WHERE l.owner = due.owner AND l.process_id <> $3 AND p.expires_at > $1)""",
        now,
        tuple(kinds.names()),
        process_id,
    )
    return [Due(row["owner"], row["lane"], row["run_at"]) for row in rows]


async def is_due(db: Database, owner: str, kind: str, now: datetime) -> bool:
    """Whether a job of this kind waits for its owner and may run."""
    found = await db.fetch(
        "SELECT 1 AS one FROM jobs WHERE owner = $1 AND kind = $2 AND state = 'waiting' AND run_at <= $3 LIMIT 1",
        owner, kind, now,
    )  # fmt: skip
    return bool(found)


async def next_due(db: Database, owner: str, after: datetime, *, kinds: Sequence[str]) -> datetime | None:
    """When the owner's next job falls due after `after`; None when there is none. For one timer."""
    found: datetime | None = (
        await db.fetch(
            """SELECT min(run_at) AS run_at FROM jobs
            WHERE state = 'waiting' AND owner = $1 AND run_at > $2 AND kind = ANY($3::text[])""",
            owner,
            after,
            tuple(kinds),
        )
    )[0]["run_at"]
    return found
