"""Small kinds and short cuts for tests of the durable mailbox."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.kinds import JobKind, Kinds
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.mailbox import Job, Put, PutResult
from orion_daemon.jobs.outcomes import Ending

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OWNER = "demo:letzshop"


class Note(msgspec.Struct, frozen=True):
    text: str = ""


PLAIN = JobKind("Plain", "main", Note)
UNIQUE = JobKind("Unique", "main", Note, unique=lambda a: a.text)
LEVEL = JobKind("Level", "main", Note, unique=lambda a: a.text, follows=True)
ORDERED = JobKind("Ordered", "main", Note, entity=lambda a: a.text)
ONCE = JobKind("Once", "main", Note, is_repeatable=False)
FRAGILE = JobKind("Fragile", "main", Note, max_crashes=2)
OTHER_LANE = JobKind("OtherLane", "side", Note)
BULKY = JobKind("Bulky", "main", Note, is_bulk=True)
TEST_KINDS = Kinds((PLAIN, UNIQUE, LEVEL, ORDERED, ONCE, FRAGILE, OTHER_LANE, BULKY))


async def lease(
    db: Database,
    owner: str = OWNER,
    process_id: str = "p1",
    now: datetime = NOW,
    ttl: timedelta = timedelta(hours=1),
) -> Lease:
    """A lease of a process that is made known first and is silent from then on."""
    await leases.register(db, process_id, process_id, now, ttl=ttl)
    found = await leases.acquire(db, owner, process_id, now)
    assert found is not None
    return found


async def put(
    db: Database, kind: JobKind[Any] = PLAIN, text: str = "", *, owner: str = OWNER, now: datetime = NOW, **options: Any
) -> PutResult:
    async with db.transaction() as tx:
        return await mailbox.put(tx, kind, Note(text), owner=owner, now=now, **options)


async def put_many(db: Database, puts: Sequence[Put], now: datetime = NOW) -> list[PutResult]:
    async with db.transaction() as tx:
        return await mailbox.put_many(tx, puts, now=now)


async def claim(
    db: Database,
    held: Lease,
    *,
    now: datetime = NOW,
    limit: int = 10,
    lanes: Sequence[str] = ("main",),
    kinds: Kinds = TEST_KINDS,
) -> list[Job]:
    async with db.transaction() as tx:
        return await mailbox.claim(tx, held, lanes=lanes, kinds=kinds.names(), now=now, limit=limit)


async def settle(db: Database, job: Job, outcome: Ending, held: Lease, now: datetime = NOW) -> None:
    async with db.transaction() as tx:
        await mailbox.settle(tx, job, outcome, held, now)


async def row(db: Database, job_id: int) -> dict[str, Any]:
    found = await db.fetch_one("SELECT * FROM jobs WHERE id = $1", job_id)
    assert found is not None
    return found


async def states(db: Database) -> list[str]:
    return [r["state"] for r in await db.fetch("SELECT state FROM jobs ORDER BY id")]
