"""Who may act for an account. A process keeps one row alive; its leases live and die with it.

A lease is valid while its process has not expired and its epoch is still the row's. Every take-over raises the epoch,
also by the same process (a restarted actor fences off its former self). Renewing costs one row a process, however
many accounts it owns. Clocks that differ cannot break it: a take-over changes the epoch, and the epoch is checked by
the very statement that changes a job (`statements.py`).

Who takes a lease over finds the former holder's jobs still executing: call `maintenance.rescue(db, now, owner=…)`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.jobs.statements import HELD

TIME_TO_LIVE = timedelta(seconds=15)
HEARTBEAT = timedelta(seconds=5)


class LeaseLost(Exception):  # noqa: N818  (says what happened, as all callers speak of it)
    """Somebody else owns the account now, or this process was silent too long: stop, and change nothing."""

    code = "lease_lost"

    def __init__(self, owner: str) -> None:
        super().__init__(f"the lease of {owner} is lost: another process owns it now, or this one stopped renewing it")
        self.owner = owner


@dataclass(frozen=True, slots=True)
class Lease:
    owner: str
    epoch: int
    process_id: str


async def register(
    db: Database, process_id: str, label: str, now: datetime, *, ttl: timedelta = TIME_TO_LIVE, alone: bool = False
) -> None:
    """Make this process known. `alone`: a lock outside proves that no other runs (SQLite): their leases end."""
    async with db.transaction() as tx:
        if alone:
            await tx.execute("DELETE FROM processes WHERE id <> $1", process_id)
        await tx.execute(
            """INSERT INTO processes (id, label, started_at, heartbeat_at, expires_at) VALUES ($1, $2, $3, $3, $4)
            ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at, expires_at = excluded.expires_at""",
            process_id,
            label,
            now,
            now + ttl,
        )


async def is_anyone_there(db: Database, now: datetime, *, beside: str = "") -> bool:
    """Whether any process (other than `beside`) is known and has not expired."""
    return bool(
        await db.fetch_value("SELECT 1 AS one FROM processes WHERE expires_at > $1 AND id <> $2 LIMIT 1", now, beside)
    )


async def heartbeat(db: Database, process_id: str, now: datetime, *, ttl: timedelta = TIME_TO_LIVE) -> None:
    """Every lease of the process is valid until now + ttl. Raises LeaseLost when the process was declared gone.

    A process that comes back late keeps the leases that nobody took in between.
    """
    async with db.transaction() as tx:
        alive = await tx.execute(
            "UPDATE processes SET heartbeat_at = $2, expires_at = $3 WHERE id = $1", process_id, now, now + ttl
        )
    if not alive:
        raise LeaseLost(f"process {process_id}")


async def leave(db: Database, process_id: str) -> None:
    """An orderly end: all leases of the process are free at once."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE leases SET process_id = NULL WHERE process_id = $1", process_id)
        await tx.execute("DELETE FROM processes WHERE id = $1", process_id)


async def acquire(db: Database, owner: str, process_id: str, now: datetime) -> Lease | None:
    """The lease under a new epoch; None while another living process holds it."""
    async with db.transaction() as tx:
        epoch = await tx.fetch_value(
            """INSERT INTO leases (owner, process_id, epoch, acquired_at) VALUES ($1, $2, 1, $3)
            ON CONFLICT (owner) DO UPDATE
              SET process_id = excluded.process_id, epoch = leases.epoch + 1, acquired_at = excluded.acquired_at
              WHERE leases.process_id IS NULL OR leases.process_id = excluded.process_id
                OR NOT EXISTS (SELECT 1 FROM processes p WHERE p.id = leases.process_id AND p.expires_at > $3)
            RETURNING epoch""",
            owner,
            process_id,
            now,
        )
    return None if epoch is None else Lease(owner, int(epoch), process_id)


async def is_held_elsewhere(db: Database, owner: str, process_id: str, now: datetime) -> bool:
    """Whether a living process other than `process_id` works for the owner. For those who would rather not try."""
    return bool(
        await db.fetch_value(
            """SELECT 1 AS one FROM leases l JOIN processes p ON p.id = l.process_id
            WHERE l.owner = $1 AND l.process_id <> $2 AND p.expires_at > $3""",
            owner,
            process_id,
            now,
        )
    )


async def release(db: Database, lease: Lease) -> None:
    """Free it for anybody. Harmless when it is lost already."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE leases SET process_id = NULL WHERE owner = $1 AND epoch = $2 AND process_id = $3",
            lease.owner,
            lease.epoch,
            lease.process_id,
        )


async def check(tx: Tx, lease: Lease, now: datetime) -> None:
    """Raises LeaseLost unless the lease is valid; from here to the end of `tx` nobody can take it over."""
    if not await tx.fetch(HELD, lease.owner, lease.epoch, lease.process_id, now):
        raise LeaseLost(lease.owner)
