"""The row of an import while an account's owner works on it: each step under the lease, told to whoever watches.

A step that finds the lease lost raises LeaseLost and changes nothing (G6). Steps may be repeated: a run that was
killed begins anew with `begin` and finds its counters and its position as they were committed. Requests and decisions
of people: `imports.py`; the products themselves: `import_writing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.domain.imports import ENDED, State, end_state, sources_of
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import Lease
from orion_daemon.services import catalog, imports
from orion_daemon.services.errors import Code, Conflict, NotFound

ANEW = {"position": 0, "is_confirmed": False}
"""What is true of an import whose file is brought in: it may hold something else than one that was there before, so
nothing of it is written yet, and nobody has judged it."""
OUTCOMES = ("rows", "created", "updated", "unchanged", "rejected", "skipped")


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that may run: its row, its feed's row, and what the store says about the channel's products."""

    row: Row
    feed: Row
    catalog_id: int
    marketplace: str
    currency: str  # of prices that name none
    timezone: str  # of times without an offset
    default_language: str

    @property
    def import_id(self) -> int:
        return int(self.row["id"])

    @property
    def store_id(self) -> int:
        return int(self.row["store_id"])


async def load(source: Database | Tx, import_id: int) -> Begun:
    """As it stands. Raises NotFound when the import, or its feed's row, is gone."""
    row = await source.fetch_one(
        "SELECT i.*, c.marketplace, c.settings_json, s.currency AS store_currency, s.default_language,"
        " s.timezone"
        " FROM import_jobs i JOIN channels c ON c.id = i.channel_id JOIN stores s ON s.id = i.store_id WHERE i.id = $1",
        import_id,
    )
    feed = row and await source.fetch_one(
        "SELECT f.*, (SELECT i.bytes_total FROM import_jobs i WHERE i.id = f.import_id) AS bytes_total FROM feeds f"
        " JOIN catalogs c ON c.id = f.catalog_id WHERE c.channel_id = $1 AND f.language = $2",
        row["channel_id"], row["language"],
    )  # fmt: skip
    if row is None or feed is None:
        raise NotFound("such import", "id")
    currency = str((row["settings_json"] or {}).get("currency") or row["store_currency"])
    return Begun(row, feed, feed["catalog_id"], row["marketplace"], currency, row["timezone"], row["default_language"])


async def begin(db: Database, import_id: int, lease: Lease, chunk_rows: int, now: datetime) -> Begun | None:
    """Start or resume; None when it has ended or waits for a person."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        row = await tx.fetch_one(
            "SELECT i.id, i.state, i.channel_id, i.language, i.started_at, c.marketplace FROM import_jobs i"
            " JOIN channels c ON c.id = i.channel_id WHERE i.id = $1 FOR NO KEY UPDATE OF i",
            import_id,
        )
        if row is None:
            raise NotFound("such import", "id")
        if row["state"] in (*ENDED, State.HELD):
            return None
        catalog_id = await catalog.catalog_of(tx, row["channel_id"], row["marketplace"], now)
        feed = await catalog.feed_of(tx, catalog_id, row["language"])
        values: dict[str, Any] = {"error_code": "", "error_message": ""}
        if row["started_at"] is None:
            values |= {"started_at": now, "chunk_rows": chunk_rows, "base_id": feed["import_id"]}
        begun = await load(tx, import_id)
        begun.row.update(values)
        await _move(tx, begun, State.PROCESSING, values)
        return begun


async def restart(db: Database, begun: Begun, lease: Lease, now: datetime) -> None:
    """The file is there and will be read. What a run that committed nothing has left behind is wiped out."""
    values: dict[str, Any] = {}
    async with db.transaction(is_relaxed=True) as tx:
        await leases.check(tx, lease, now)
        if not begun.row["position"]:
            values = dict.fromkeys((*OUTCOMES, "warnings", "problems", "disappeared", "bytes_done"), 0)
            values |= {"held_code": "", "held_reason": ""}
            await tx.execute("DELETE FROM import_problems WHERE import_job_id = $1", begun.import_id)
            await tx.execute("DELETE FROM import_changes WHERE import_job_id = $1", begun.import_id)
        await _move(tx, begun, State.PARSING, values)
    begun.row.update(values)


async def take_language(db: Database, begun: Begun, lease: Lease, now: datetime, language: str) -> None:
    """The products turned out to be in another language than was expected: the import is one of that feed from now on.

    Raises Conflict while another import of that feed is under way.
    """
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        under_way = await imports.running(tx, begun.row["channel_id"], language)
        if under_way is not None:
            raise Conflict(
                Code.IMPORT_RUNNING,
                f"The account's products are in {language!r}, of which import {under_way} is under way; wait for its"
                " end and ask again.",
            )
        feed = await catalog.feed_of(tx, begun.catalog_id, language)
        await _update(tx, begun.import_id, {"language": language, "base_id": feed["import_id"]})
        fresh = await load(tx, begun.import_id)
    begun.row.update(fresh.row)
    begun.feed.update(fresh.feed)


async def move(db: Database, begun: Begun, to: State, lease: Lease, now: datetime, **values: Any) -> None:
    """Into another state that does not end it, and set columns of its row."""
    async with db.transaction(is_relaxed=True) as tx:
        await leases.check(tx, lease, now)
        await _move(tx, begun, to, values)
    begun.row.update(values)


async def note(db: Database, begun: Begun, lease: Lease, now: datetime, **values: Any) -> None:
    """Set columns of the row without another state: how many bytes came, for those who watch."""
    async with db.transaction(is_relaxed=True) as tx:
        await leases.check(tx, lease, now)
        await _update(tx, begun.import_id, values)
        tx.emit(ImportProgressed(begun.store_id, begun.import_id, begun.row["state"]))


async def hold(db: Database, begun: Begun, lease: Lease, now: datetime, code: str, reason: str, **values: Any) -> None:
    """The guard found something: wait for a person. An older import of the feed that was held is superseded."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        await imports.supersede_held(tx, begun.row["channel_id"], begun.row["language"], begun.import_id, now)
        await _move(tx, begun, State.HELD, {"held_code": code, "held_reason": reason} | values)


async def put_back(db: Database, begun: Begun, lease: Lease, now: datetime, code: str, message: str) -> None:
    """It will be tried again later: say meanwhile why it waits."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        await _move(tx, begun, State.PENDING, {"error_code": code[:64], "error_message": message})


async def fail(db: Database, begun: Begun, lease: Lease, now: datetime, code: str, message: str, **values: Any) -> None:
    """What was committed before stays; nothing more will come."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        found = {"error_code": code[:64], "error_message": message, "finished_at": now}
        await _move(tx, begun, State.FAILED, found | values)


async def finish(
    db: Database,
    begun: Begun,
    lease: Lease,
    now: datetime,
    *,
    fingerprints: bytes | None,
    context: str,
    removes: bool,
    values: Mapping[str, Any],
    is_as_before: bool = False,
) -> State:
    """Everything is written: put the new fingerprints in force and end the import. `removes`: the file was taken for
    the whole catalog; `is_as_before`: the fingerprints are those in force. A dry run keeps its fingerprints until it is
    applied. See `make_lasting`."""
    row = begun.row
    async with db.transaction(is_relaxed=True) as tx:
        await leases.check(tx, lease, now)
        if fingerprints is not None:
            known_by = begun.feed["import_id"] if is_as_before and not row["is_dry_run"] else None
            await catalog.keep_fingerprints(tx, begun.feed["id"], begun.import_id, fingerprints, known_by)
        counts = await tx.fetch_one("SELECT rows, rejected FROM import_jobs WHERE id = $1", begun.import_id)
        assert counts is not None  # noqa: S101 - begin read it, and imports are never deleted while they run
        if not row["is_dry_run"]:
            await imports.supersede_held(tx, row["channel_id"], row["language"], begun.import_id, now)
            if fingerprints is not None:
                await catalog.put_in_force(
                    tx, begun.feed["id"], begun.import_id, now,
                    source=row["source"], etag=row["etag"], last_modified=row["last_modified"],
                    file_hash=row["file_hash"], context=context, is_complete=removes, record_count=counts["rows"],
                )  # fmt: skip
        state = end_state(rejected=counts["rejected"])
        await _move(tx, begun, state, {"finished_at": now} | dict(values))
        return state


async def make_lasting(db: Database, import_id: int) -> None:
    """When this returns the import's end outlives a power cut, and its file may go: a run that had to begin anew
    without it would bring in another one."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE import_jobs SET state = state WHERE id = $1", import_id)


async def finish_identical(db: Database, begun: Begun, lease: Lease, now: datetime, **values: Any) -> State:
    """The feed is what it was when its last import was applied: the same outcome, with nothing created or updated."""
    last = begun.feed["import_id"]
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        before = await tx.fetch_one("SELECT * FROM import_jobs WHERE id = $1", last)
        assert before is not None  # noqa: S101 - a feed's import_id is one that was applied
        found = {name: before[name] for name in ("rows", "rejected", "skipped", "warnings", "problems")}
        found |= {
            "created": 0,
            "updated": 0,
            "unchanged": before["rows"] - before["rejected"] - before["skipped"],
            "position": before["rows"],
            "detected_json": before["detected_json"],
            "bytes_done": before["bytes_total"] or 0,
            "bytes_total": before["bytes_total"],
            "finished_at": now,
        }
        await tx.execute(
            "INSERT INTO import_problems (import_job_id, line, field, reason, message, value, severity)"
            " SELECT $1, line, field, reason, message, value, severity FROM import_problems WHERE import_job_id = $2"
            " ORDER BY id",
            begun.import_id, last,
        )  # fmt: skip
        if not begun.row["is_dry_run"]:
            await imports.supersede_held(tx, begun.row["channel_id"], begun.row["language"], begun.import_id, now)
            await tx.execute("UPDATE feeds SET imported_at = $2 WHERE id = $1", begun.feed["id"], now)
        state = end_state(rejected=before["rejected"])
        await _move(tx, begun, state, found | values)
        return state


async def _move(tx: Tx, begun: Begun, to: State, values: Mapping[str, Any]) -> None:
    sources = ", ".join(f"'{state}'" for state in sources_of(to))
    await _update(tx, begun.import_id, {"state": to.value} | dict(values), f" AND state IN ({sources})")
    begun.row["state"] = to.value
    tx.emit(ImportProgressed(begun.store_id, begun.import_id, to.value))


async def _update(tx: Tx, import_id: int, values: Mapping[str, Any], condition: str = "") -> None:
    assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, 2))
    if not await tx.execute(
        f"UPDATE import_jobs SET {assignments} WHERE id = $1{condition}", import_id, *values.values()
    ):
        raise RuntimeError(f"import {import_id} is not in a state from which it may go on")
