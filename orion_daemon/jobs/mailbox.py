"""Putting, claiming and settling jobs: the durable half of every mailbox.

Put runs in the transaction of the change that causes the job, so both happen or neither. Claim and settle run under a
lease and change nothing without it (LeaseLost). After the commit, never before, the bus hears `JobsPut` (a nudge:
losing it costs latency, the sweep finds the row) and `JobChanged`. The statements: `statements.py`; who calls claim
and settle_many: `runner.py`; services that end a job together with its effect call `settle`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.sql import time_text
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import JobChanged, JobsPut
from orion_daemon.jobs import statements as sql
from orion_daemon.jobs.kinds import KINDS, JobKind, Kinds
from orion_daemon.jobs.leases import Lease, LeaseLost
from orion_daemon.jobs.outcomes import END_STATE, Cancelled, Dead, Done, Ending, Refused, Released, Retry, Snooze
from orion_daemon.jobs.states import State


class Job(msgspec.Struct, frozen=True, gc=False):
    """A claimed job, as this run sees it."""

    id: int
    kind: str
    lane: str
    owner: str
    store_id: int | None
    channel_id: int | None
    args: str  # JSON; JobKind.decode makes the kind's struct of it
    entity: str | None
    priority: int
    attempts: int  # failures so far that counted
    crashes: int
    runs: int  # number of this run, from 1
    epoch: int
    give_up_at: datetime
    created_at: datetime
    error_family: str  # of the last failure, so that a handler asks before it repeats what was doubtful
    error_code: str


class Put(msgspec.Struct, frozen=True):
    """A job to be put. `owner` is the account's address; None for run_at, entity, priority: now, the kind's own."""

    kind: JobKind[Any]
    args: msgspec.Struct
    owner: str
    store_id: int | None = None
    channel_id: int | None = None
    run_at: datetime | None = None
    entity: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """`existed`: an open job had the same key, and it is the one named. If it executes and its kind follows, one more
    run comes after it."""

    job_id: int
    existed: bool


async def put(
    tx: Tx,
    kind: JobKind[Any],
    args: msgspec.Struct,
    *,
    owner: str,
    now: datetime,
    store_id: int | None = None,
    channel_id: int | None = None,
    run_at: datetime | None = None,
    entity: str | None = None,
    priority: int | None = None,
) -> PutResult:
    """Idempotent per unique key of the kind; a more urgent priority and an earlier time win."""
    one = Put(kind, args, owner, store_id, channel_id, run_at, entity, priority)
    return (await put_many(tx, [one], now=now))[0]


async def put_many(tx: Tx, puts: Sequence[Put], *, now: datetime) -> list[PutResult]:
    """As `put`, in one or two statements; results in the order given. Puts of one key among them become one job."""
    found: list[PutResult | None] = [None] * len(puts)
    for follows in (False, True):
        places: dict[str | int, list[int]] = {}
        rows: list[list[Any]] = []
        at: dict[str | int, list[Any]] = {}
        for index, one in enumerate(puts):
            if one.kind.follows is not follows:
                continue
            row = _row(one, now)
            key = index if row[6] is None else row[6]
            if key in at:  # one key twice in one statement: PostgreSQL refuses it, so it is merged here
                earlier = at[key]
                earlier[8], earlier[9] = min(earlier[8], row[8]), min(earlier[9], row[9])
            else:
                at[key] = row
                rows.append(row)
            places.setdefault(key, []).append(index)
        if not rows:
            continue
        text = msgspec.json.encode(rows).decode()
        written = await tx.fetch(sql.PUT.for_dialect(tx.dialect), text, now, follows)
        keyless = iter(sorted(row["id"] for row in written if row["unique_key"] is None))
        by_key = {row["unique_key"]: row for row in written}
        lanes: dict[str, dict[str, datetime]] = defaultdict(dict)
        for key in at:
            one = puts[places[key][0]]
            new = True
            if isinstance(key, int):
                job_id, run_at = next(keyless), one.run_at or now
            else:
                seen = by_key[key]
                job_id, run_at, new = seen["id"], seen["run_at"], seen["puts"] == 1
            for position, place in enumerate(places[key]):
                found[place] = PutResult(job_id, existed=not new or position > 0)
            if new:
                tx.emit(JobChanged(job_id, one.store_id, one.owner, one.kind.name, State.WAITING))
            due = lanes[one.owner]
            due[one.kind.lane] = min(run_at, due.get(one.kind.lane, run_at))
        nudge(tx, lanes, now)
    return [result for result in found if result is not None]


def _row(one: Put, now: datetime) -> list[Any]:
    kind = one.kind
    if not isinstance(one.args, kind.args):
        raise TypeError(f"{kind.name} takes {kind.args.__name__}, not {type(one.args).__name__}")
    run_at = one.run_at or now
    entity = one.entity
    if entity is None and kind.entity is not None:
        entity = kind.entity(one.args)
    return [
        kind.name,
        kind.lane,
        one.owner,
        one.store_id,
        one.channel_id,
        one.args,
        _unique_key(kind, one.args, one.owner),
        entity,
        kind.priority if one.priority is None else one.priority,
        time_text(run_at),
        time_text(max(run_at, now) + kind.give_up_after),
    ]


def _unique_key(kind: JobKind[Any], args: msgspec.Struct, owner: str) -> str | None:
    return None if kind.unique is None else f"{owner} {kind.name} {kind.unique(args)}"


def nudge(tx: Tx, due: dict[str, dict[str, datetime]], now: datetime) -> None:
    """One JobsPut an owner for what is due, one for what comes later (with the earliest time)."""
    for owner, lanes in due.items():
        ready = frozenset(lane for lane, at in lanes.items() if at <= now)
        if ready:
            tx.emit(JobsPut(owner, ready))
        if later := lanes.keys() - ready:
            tx.emit(JobsPut(owner, frozenset(later), min(lanes[lane] for lane in later)))


async def claim(
    tx: Tx, lease: Lease, *, lanes: Sequence[str], kinds: Sequence[str], now: datetime, limit: int
) -> list[Job]:
    """Up to `limit` due jobs of the lease's owner, lanes in the order given, most urgent first, oldest among equals.

    Only kinds named in `kinds`; of one entity only one job at a time, in the order they were put. Raises LeaseLost.
    """
    jobs: list[Job] = []
    for lane in lanes:
        rows = await tx.fetch(
            sql.CLAIM.for_dialect(tx.dialect),
            lease.owner,
            lease.epoch,
            lease.process_id,
            now,
            lane,
            limit - len(jobs),
            tuple(kinds),
        )
        rows.sort(key=_urgency)
        jobs += [Job(epoch=lease.epoch, **{k: row[k] for k in _JOB_COLUMNS}) for row in rows]
        if len(jobs) >= limit:
            break
    if not jobs and not await tx.fetch(sql.STILL_HELD, lease.owner, lease.epoch, lease.process_id, now):
        raise LeaseLost(lease.owner)
    return jobs


_JOB_COLUMNS = tuple(name for name in Job.__struct_fields__ if name != "epoch")


def _urgency(row: dict[str, Any]) -> tuple[int, int]:
    return row["priority"], row["id"]


async def settle(tx: Tx, job: Job, outcome: Ending, lease: Lease, now: datetime) -> None:
    """Write how this run ended, in the caller's transaction. Raises LeaseLost: the whole transaction must then fail."""
    if await settle_many(tx, [(job, outcome)], lease, now):
        raise LeaseLost(lease.owner)


async def settle_many(tx: Tx, ends: Sequence[tuple[Job, Ending]], lease: Lease, now: datetime) -> frozenset[int]:
    """Write many ends. Returns the ids that were *not* written because their run has no say any more: the lease is
    lost, or the job was rescued meanwhile. Nothing needs doing for them: whoever owns them carries on."""
    plain: list[tuple[int, int]] = []
    other: list[list[Any]] = []
    for job, outcome in ends:
        if type(outcome) is Done and outcome.result is None:
            plain.append((job.id, job.runs))
        else:
            other.append(_end_row(job, outcome, now))
    settled: list[dict[str, Any]] = []
    for rows, pair in ((plain, sql.SETTLE_DONE), (other, sql.SETTLE)):
        if rows:
            text = msgspec.json.encode(rows).decode()
            settled += await tx.fetch(
                pair.for_dialect(tx.dialect), lease.owner, lease.epoch, lease.process_id, now, text
            )
    written = {row["id"] for row in settled}
    if other:
        await record_attempts(
            tx, [(job, end) for job, end in ends if job.id in written and isinstance(end, Retry | Refused | Dead)], now
        )
    if again := [row["id"] for row in settled if row["is_put_again"]]:
        await follow(tx, again, now)
    later: dict[str, dict[str, datetime]] = defaultdict(dict)
    for job, end in ends:
        if job.id in written:
            tx.emit(JobChanged(job.id, job.store_id, job.owner, job.kind, END_STATE[type(end)]))
            if isinstance(end, Retry | Snooze):
                due = later[job.owner]
                due[job.lane] = min(end.at, due.get(job.lane, end.at))
    nudge(tx, later, now)
    return frozenset(job.id for job, _ in ends if job.id not in written)


def _end_row(job: Job, end: Ending, now: datetime) -> list[Any]:
    at: str | None = None
    cost = 0
    result: dict[str, Any] | None = None
    family = code = message = ""
    match end:
        case Done(result):
            pass
        case Refused(code, message, family) | Dead(family, code, message):
            cost = 1
        case Retry(family, code, message, when):
            at, cost = time_text(when), 1
        case Snooze(when, code, message):
            at = time_text(when)
        case Released():
            at = time_text(now)
        case Cancelled(message):
            code = "cancelled"
    message = message.replace("\0", "")  # PostgreSQL stores no such character
    return [job.id, job.runs, END_STATE[type(end)], at, cost, family[:16], code[:64], message, result]


async def record_attempts(tx: Tx, ends: Iterable[tuple[Job, Retry | Refused | Dead]], now: datetime) -> None:
    rows = [
        (
            job.id,
            job.runs,
            "retry" if isinstance(end, Retry) else END_STATE[type(end)].value,
            end.family,
            end.code,
            end.message,
            now,
        )
        for job, end in ends
    ]
    if rows:
        await tx.insert("job_attempts", ATTEMPT_COLUMNS, rows)


ATTEMPT_COLUMNS = ("job_id", "run", "outcome", "error_family", "error_code", "error_message", "ended_at")


async def follow(tx: Tx, ids: list[int], now: datetime) -> None:
    due: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in await tx.fetch(sql.PUT_FOLLOWERS, tuple(ids), now):
        tx.emit(JobChanged(row["id"], row["store_id"], row["owner"], row["kind"], State.WAITING))
        lanes = due[row["owner"]]
        lanes[row["lane"]] = min(row["run_at"], lanes.get(row["lane"], row["run_at"]))
    nudge(tx, due, now)


async def cancel(tx: Tx, job_ids: Sequence[int], *, reason: str, now: datetime) -> list[int]:
    """A person withdraws waiting jobs; returns those that were. One that executes cannot be stopped and ends itself."""
    rows = await tx.fetch(sql.CANCEL, tuple(job_ids), now, reason)
    for row in rows:
        tx.emit(JobChanged(row["id"], row["store_id"], row["owner"], row["kind"], row["state"]))
        tx.emit(JobsPut(row["owner"], frozenset((row["lane"],))))  # younger jobs of its entity may go now
    return sorted(row["id"] for row in rows)


async def withdraw(tx: Tx, kind: JobKind[Any], args: msgspec.Struct, *, owner: str, reason: str, now: datetime) -> bool:
    """Cancel the job that `put` would find under this key; False when none waits. One that executes ends itself."""
    found = await tx.fetch(
        "SELECT id FROM jobs WHERE unique_key = $1 AND state = 'waiting'", _unique_key(kind, args, owner)
    )
    return bool(found and await cancel(tx, [row["id"] for row in found], reason=reason, now=now))


async def revive(tx: Tx, job_ids: Sequence[int], *, now: datetime, kinds: Kinds = KINDS) -> list[int]:
    """A person sends dead letters again, with fresh attempts and due now; returns those that were.

    Left out: jobs that are not dead, and those whose work is open again under the same key.
    """
    dead = await tx.fetch("SELECT id, kind FROM jobs WHERE id = ANY($1::bigint[]) AND state = 'dead'", tuple(job_ids))
    by_kind: dict[str, list[int]] = defaultdict(list)
    for row in dead:
        by_kind[row["kind"]].append(row["id"])
    revived: list[int] = []
    due: dict[str, dict[str, datetime]] = defaultdict(dict)
    for name, ids in by_kind.items():
        kind = kinds.find(name)
        give_up_at = now + (kind.give_up_after if kind else JobKind.give_up_after)
        for row in await tx.fetch(sql.REVIVE, tuple(ids), now, give_up_at):
            revived.append(row["id"])
            due[row["owner"]][row["lane"]] = now
            tx.emit(JobChanged(row["id"], row["store_id"], row["owner"], row["kind"], row["state"]))
    nudge(tx, due, now)
    return sorted(revived)


async def revive_same(
    tx: Tx, kind: JobKind[Any], args: msgspec.Struct, *, owner: str, now: datetime, kinds: Kinds = KINDS
) -> list[int]:
    """As `revive`, for the newest dead letter that did the same work; none where there is none."""
    dead = await tx.fetch(
        "SELECT id FROM jobs WHERE unique_key = $1 AND state = 'dead' ORDER BY id DESC LIMIT 1",
        _unique_key(kind, args, owner),
    )
    return await revive(tx, [row["id"] for row in dead], now=now, kinds=kinds)


async def wake(tx: Tx, owner: str, *, reason: str, now: datetime) -> int:
    """Jobs that snoozed for `reason` are due now (an account that was suspended works again); returns how many."""
    rows = await tx.fetch(sql.WAKE, owner, now, reason)
    if rows:
        tx.emit(JobsPut(owner, frozenset(row["lane"] for row in rows)))
    return len(rows)


async def hasten(tx: Tx, puts: Sequence[Put], *, reasons: Sequence[str], at: datetime, now: datetime) -> int:
    """Of these, the jobs that snoozed for one of `reasons` are due by `at` at the latest; returns how many that moved.
    A put leaves them where they are: they had a reason to wait."""
    keys = [key for one in puts if (key := _unique_key(one.kind, one.args, one.owner)) is not None]
    rows = await tx.fetch(sql.HASTEN, tuple(keys), tuple(reasons), at)
    due: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in rows:
        due[row["owner"]][row["lane"]] = at
    nudge(tx, due, now)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Depth:
    owner: str
    store_id: int | None
    lane: str
    state: str
    count: int
    oldest_at: datetime  # waiting: the earliest time it was due; otherwise when it was put


async def depths(db: Database) -> list[Depth]:
    """Open jobs and dead letters, counted by owner, lane and state, for the metrics."""
    rows = await db.fetch(
        """SELECT owner, store_id, lane, state, count(*) AS n, min(run_at) AS oldest_at FROM jobs
             WHERE state = 'waiting' GROUP BY owner, store_id, lane, state
           UNION ALL SELECT owner, store_id, lane, state, count(*), min(created_at) FROM jobs
             WHERE state = 'executing' GROUP BY owner, store_id, lane, state
           UNION ALL SELECT owner, store_id, lane, state, count(*), min(created_at) FROM jobs
             WHERE state = 'dead' GROUP BY owner, store_id, lane, state"""
    )
    return [Depth(r["owner"], r["store_id"], r["lane"], r["state"], r["n"], r["oldest_at"]) for r in rows]
