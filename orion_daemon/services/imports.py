"""Product imports as people and schedules see them: asking for one, deciding about it, reading its outcome.

A request is a row of `import_jobs` and a job for the account's actor, written together. A feed (one language of a
channel's catalog) has at most one import under way and at most one held. What the actor does with it:
`actors/import_run.py`; the row while it runs: `import_progress.py`; the rules: `domain/imports.py`. An import that is
cancelled while it runs is stopped by `import_fence.py`; one that asks the account itself is asked for in
`import_walks.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.domain.imports import ENDED, RUNNING, State
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import APPLY_IMPORT, ASKED, IMPORT_CATALOG, ImportArgs, JobKind
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from orion_daemon.services.stores import address

_RUNNING = ", ".join(f"'{state}'" for state in RUNNING)
_COLUMNS = (
    "store_id", "channel_id", "language", "source", "is_complete", "is_dry_run", "is_confirmed", "applies_id", "state",
    "requested_by", "created_at",
)  # fmt: skip
SCHEDULE = "schedule"
API = "api"
"""The source of an import that asks the account itself. Paths are absolute, so no file is meant by it."""
CANCELLED, ABANDONED = "cancelled", "abandoned"
_GONE = "SELECT args_json FROM jobs WHERE kind IN ('ImportCatalog', 'ApplyImport') AND "
_ABANDONED = f"""
SELECT i.* FROM import_jobs i WHERE i.id = ANY($1::bigint[]) AND i.state IN ({_RUNNING}) AND NOT EXISTS (
  SELECT 1 FROM jobs j WHERE j.channel_id = i.channel_id AND j.kind IN ('ImportCatalog', 'ApplyImport')
    AND j.state IN ('waiting', 'executing') AND j.unique_key LIKE '% ' || i.id)
ORDER BY i.id
"""


def is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


async def request_import(
    db: Database,
    channel: Row,
    *,
    language: str,
    source: str,
    is_complete: bool = True,
    is_dry_run: bool = False,
    actor: str,
    now: datetime,
) -> int:
    """Ask for an import; returns its id. `channel` is from `stores.channel_of`; `source` an http(s) URL or a path.

    `is_complete`: what is missing in the file is not for sale any more. Raises Conflict while the feed is being
    imported already, Invalid for a source or language that cannot be, Refused for a supplier.
    """
    if channel["is_supplier"]:
        text = f"{channel['marketplace']} is a supplier: its catalog is read from its own price list."
        raise Refused(Code.UNSUPPORTED, text, "marketplace")
    _check(language, source)
    async with db.transaction() as tx:
        under_way = await running(tx, channel["id"], language)
        if under_way is not None:
            raise Conflict(
                Code.IMPORT_RUNNING,
                f"Import {under_way} of this feed is under way; wait for its end or ask for another language.",
            )
        import_id = await create(tx, channel, language, source, is_complete, is_dry_run, None, actor, now)
        await put(tx, IMPORT_CATALOG, import_id, channel, channel["store_code"], now)
        return import_id


async def request_feeds(tx: Tx, channel: Row, now: datetime) -> list[int]:
    """Ask for an import of each feed that the channel's settings name and that is not being imported already.

    Returns their ids; the caller puts the ImportCatalog jobs. A feed is `{language, url | path, complete}`.
    """
    created = []
    for feed in (channel["settings_json"] or {}).get("feeds") or ():
        language, source = str(feed.get("language") or ""), str(feed.get("url") or feed.get("path") or "")
        _check(language, source)
        if await running(tx, channel["id"], language) is None:
            created.append(
                await create(
                    tx, channel, language, source, bool(feed.get("complete", True)), False, None, SCHEDULE, now
                )
            )
    return created


async def confirm(db: Database, import_id: int, actor: str, now: datetime) -> None:
    """Let a held import pass: it goes on with the very file that was judged. Raises Conflict when it is not held."""
    async with db.transaction() as tx:
        row = await _decidable(tx, import_id)
        await tx.execute(
            "UPDATE import_jobs SET state = 'pending', is_confirmed = TRUE, decided_by = $2 WHERE id = $1",
            import_id, actor,
        )  # fmt: skip
        await put(tx, IMPORT_CATALOG, import_id, row, row["store_code"], now)
        tx.emit(ImportProgressed(row["store_id"], import_id, State.PENDING))


async def discard(db: Database, import_id: int, actor: str, now: datetime) -> None:
    """Drop a held import; nothing of it was written. Raises Conflict when it is not held."""
    async with db.transaction() as tx:
        row = await _decidable(tx, import_id)
        await _end(tx, row, "discarded", f"Discarded by {actor}. {row['held_reason']}", actor, now)


async def cancel(db: Database, import_id: int, actor: str, now: datetime) -> bool:
    """End an import that waits, runs or is held. What it has committed stays, nothing more comes; False when it was
    cancelled before.

    Raises NotFound, and Conflict for one that has ended otherwise.
    """
    async with db.transaction() as tx:
        row = await _import(tx, import_id)
        if row["state"] in ENDED:
            if row["error_code"] == CANCELLED:
                return False
            raise Conflict(Code.IMPORT_ENDED, f"Import {import_id} has ended already; it is {row['state']}.", "id")
        await _end(tx, row, CANCELLED, f"Cancelled by {actor} while it was {row['state']}. {_left(row)}", actor, now)
        marketplace = await tx.fetch_value("SELECT marketplace FROM channels WHERE id = $1", row["channel_id"])
        kind = IMPORT_CATALOG if row["applies_id"] is None else APPLY_IMPORT
        await mailbox.withdraw(
            tx, kind, ImportArgs(import_id), owner=address(row["store_code"], marketplace),
            reason=f"its import was cancelled by {actor}", now=now,
        )  # fmt: skip
        return True


async def is_cancelled(db: Database, import_id: int) -> bool:
    return bool(await db.fetch_value("SELECT error_code FROM import_jobs WHERE id = $1", import_id) == CANCELLED)


async def is_pending(db: Database, import_id: int) -> bool:
    """Whether it waits for its turn, or was put back to go on later."""
    return bool(await db.fetch_value("SELECT state FROM import_jobs WHERE id = $1", import_id) == State.PENDING)


async def apply(db: Database, import_id: int, actor: str, now: datetime) -> int:
    """Apply what a finished dry run has stored, exactly that; returns the id of the import that does it.

    Products that were changed since are left alone and reported. Raises Conflict for anything but a finished dry run.
    """
    async with db.transaction() as tx:
        row = await _import(tx, import_id)
        if not row["is_dry_run"] or row["state"] not in (State.COMPLETED, State.PARTIALLY_COMPLETED):
            raise Conflict(Code.STATUS_FORBIDS, f"Import {import_id} is not a dry run that has ended well.", "id")
        under_way = await running(tx, row["channel_id"], row["language"])
        if under_way is not None:
            raise Conflict(Code.IMPORT_RUNNING, f"Import {under_way} of this feed is under way; wait for its end.")
        channel = {"id": row["channel_id"], "store_id": row["store_id"]}
        new_id = await create(
            tx, channel, row["language"], row["source"], row["is_complete"], False, import_id, actor, now
        )
        await put(tx, APPLY_IMPORT, new_id, channel, row["store_code"], now)
        return new_id


async def running(source: Database | Tx, channel_id: int, language: str) -> int | None:
    """The import of this feed that is under way, if there is one; at most one ever is."""
    found: int | None = await source.fetch_value(
        f"SELECT id FROM import_jobs WHERE channel_id = $1 AND language = $2 AND state IN ({_RUNNING}) LIMIT 1",
        channel_id, language,
    )  # fmt: skip
    return found


async def needed_files(db: Database, since: datetime) -> tuple[frozenset[int], frozenset[str]]:
    """Ids and sources of the imports that have not ended, or not before `since`: their files may still be wanted."""
    rows = await db.fetch(
        f"SELECT id, source FROM import_jobs WHERE state IN ({_RUNNING}, 'held') OR finished_at >= $1", since
    )
    return frozenset(row["id"] for row in rows), frozenset(row["source"] for row in rows)


async def end_abandoned(db: Database, now: datetime, *, job_ids: Sequence[int] | None = None) -> int:
    """End imports under way whose job is a dead letter or was withdrawn by a person (`job_ids`), so that they do not
    block their feed; returns how many."""
    if job_ids is None:
        gone = await db.fetch(f"{_GONE} state = 'dead'")
    else:
        gone = await db.fetch(f"{_GONE} id = ANY($1::bigint[])", tuple(job_ids))
    ids = tuple({row["args_json"]["import_id"] for row in gone})
    if not await db.fetch(_ABANDONED, ids):
        return 0
    async with db.transaction() as tx:
        rows = await tx.fetch(f"{_ABANDONED} FOR UPDATE OF i", ids)
        for row in rows:
            message = "Its job ended before it; `orion jobs list` says why. Ask for the import again."
            await _end(tx, row, ABANDONED, f"{message} {_left(row)}", row["decided_by"], now)
    return len(rows)


async def summary(db: Database, import_id: int) -> dict[str, Any]:
    """What a finished, held or failed import came to, in the shape that scripts rely on."""
    row = await db.fetch_one("SELECT * FROM import_jobs WHERE id = $1", import_id)
    if row is None:
        raise NotFound("such import", "id")
    detected: Mapping[str, Any] = row["detected_json"] or {}
    problems = await db.fetch(
        "SELECT line, field, reason FROM import_problems WHERE import_job_id = $1 ORDER BY line, id", import_id
    )
    found = {name: row[name] for name in ("state", "rows", "created", "updated", "unchanged", "rejected", "skipped")}
    found["detected"] = {name: detected.get(name) for name in ("format", "encoding", "delimiter")}
    found["problems"] = [
        {"line": 1, "field": warning["field"], "reason": warning["reason"]} for warning in _warnings(row)
    ]  # about the file as a whole
    found["problems"] += [dict(problem) for problem in problems]
    if row["held_reason"] and row["state"] == State.HELD:
        found["problems"].append({"line": 0, "field": "", "reason": row["held_code"]})
    elif row["error_code"]:
        found["problems"].append({"line": 0, "field": "", "reason": row["error_code"]})
    return found


async def remarks(db: Database, import_id: int, most: int = 20) -> list[str]:
    """What a person should know of an import that has come to an answer: its first problems, then what follows."""
    row = await db.fetch_one("SELECT * FROM import_jobs WHERE id = $1", import_id)
    if row is None:
        return []
    listed = await db.fetch(
        "SELECT line, field, message, value FROM import_problems WHERE import_job_id = $1 ORDER BY line, id LIMIT $2",
        import_id, most,
    )  # fmt: skip
    whole = "the catalog" if row["source"] == API else "the file"
    found = [f"{whole}: {warning['message']}" for warning in _warnings(row)]
    for problem in listed:
        line = "" if row["source"] == API else f"line {problem['line']}"  # nobody has seen the lines of a walk
        place = ", ".join(filter(None, (line, problem["field"])))
        found.append(
            ": ".join(filter(None, (place, problem["message"])))
            + (f" ({problem['value']})" if problem["value"] else "")
        )
    left = row["rejected"] + row["skipped"] + row["warnings"] - len(listed)
    found += [f"… and {left} more"] if left > 0 else []
    if row["disappeared"]:
        found.append(f"{row['disappeared']} products are in no feed any more and are not for sale now.")
    if row["state"] == State.HELD:
        found.append(f"Held: {row['held_reason']}")
        found.append(f"Decide: orion imports confirm {import_id}, or orion imports discard {import_id}.")
    elif row["error_message"]:
        found.append(row["error_message"])
    elif row["is_dry_run"]:
        found += [f"It would be held: {row['held_reason']}"] if row["held_reason"] else []
        found.append(f"A dry run: nothing was changed. orion imports apply {import_id} applies exactly this.")
    return found


def _warnings(row: Row) -> list[Mapping[str, str]]:
    """About the file as a whole. That a vendor's own facts become attributes is as it should be, not news."""
    found = (row["detected_json"] or {}).get("warnings", ())
    return [one for one in found if row["source"] != API or one["reason"] != "unknown_columns"]


async def supersede_held(tx: Tx, channel_id: int, language: str, by: int, now: datetime) -> None:
    """A newer import of the feed has come to an answer: older ones that wait for a person wait no more."""
    for row in await tx.fetch(
        "SELECT * FROM import_jobs WHERE channel_id = $1 AND language = $2 AND state = 'held' AND id < $3",
        channel_id, language, by,
    ):  # fmt: skip
        await _end(tx, row, "superseded", f"Import {by} has read the feed anew. {row['held_reason']}", "", now)


async def _end(tx: Tx, row: Row, code: str, message: str, actor: str, now: datetime) -> None:
    await tx.execute(
        "UPDATE import_jobs SET state = 'failed', error_code = $2, error_message = $3, decided_by = $4,"
        " finished_at = $5 WHERE id = $1",
        row["id"], code, message, actor, now,
    )  # fmt: skip
    tx.emit(ImportProgressed(row["store_id"], row["id"], State.FAILED))


def _left(row: Row) -> str:
    """What a cancelled import leaves behind, for people."""
    if row["is_dry_run"] or row["state"] == State.HELD or not row["position"]:
        return "Nothing of it was written."
    gone = f", {row['disappeared']} not for sale any more" if row["disappeared"] else ""
    return (
        f"What was written by then stays: {row['created']} products created, {row['updated']} updated{gone}. The rest"
        " did not come; the next import of the feed reads it from its beginning."
    )


def _check(language: str, source: str) -> None:
    if not 2 <= len(language) <= 8 or not language.replace("-", "").isalnum():
        raise Invalid(Code.INVALID_VALUE, f"{language!r} is no language code; write `fr` or `de-LU`.", "language")
    if not source.strip():
        raise Invalid(Code.REQUIRED, "An import needs the URL or the path of a feed.", "source")
    if is_url(source):
        try:
            parts = urlsplit(source)
            has_login = parts.username is not None or parts.password is not None
        except ValueError:
            raise Invalid(Code.INVALID_VALUE, "The source is not an address that can be read.", "source") from None
        if has_login:
            raise Invalid(
                Code.INVALID_VALUE, "The URL holds a login, which would be shown to everybody; leave it out.", "source"
            )


async def create(
    tx: Tx,
    channel: Mapping[str, Any],
    language: str,
    source: str,
    is_complete: bool,
    is_dry_run: bool,
    applies_id: int | None,
    actor: str,
    now: datetime,
) -> int:
    """The row of an import that waits; its job is the caller's to put, in the same transaction."""
    [row] = await tx.insert(
        "import_jobs",
        _COLUMNS,
        [
            (channel["store_id"], channel["id"], language, source, is_complete, is_dry_run, False, applies_id,
             State.PENDING.value, actor, now)
        ],
        suffix="RETURNING id",
    )  # fmt: skip
    tx.emit(ImportProgressed(channel["store_id"], row["id"], State.PENDING))
    return int(row["id"])


async def put(
    tx: Tx, kind: JobKind[ImportArgs], import_id: int, channel: Mapping[str, Any], store_code: str, now: datetime
) -> None:
    """`channel` is a channel's row, or an import's."""
    channel_id = channel.get("channel_id", channel["id"])
    marketplace = await tx.fetch_value("SELECT marketplace FROM channels WHERE id = $1", channel_id)
    await mailbox.put(
        tx,
        kind,
        ImportArgs(import_id),
        owner=address(store_code, marketplace),
        store_id=channel["store_id"],
        channel_id=channel_id,
        priority=ASKED,
        now=now,
    )


async def _import(tx: Tx, import_id: int) -> Row:
    row = await tx.fetch_one(
        "SELECT i.*, s.code AS store_code FROM import_jobs i JOIN stores s ON s.id = i.store_id WHERE i.id = $1"
        " FOR UPDATE OF i",
        import_id,
    )
    if row is None:
        raise NotFound("such import", "id")
    return row


async def _decidable(tx: Tx, import_id: int) -> Row:
    row = await _import(tx, import_id)
    if row["state"] != State.HELD:
        raise Conflict(Code.IMPORT_NOT_HELD, f"Import {import_id} waits for nobody; it is {row['state']}.", "id")
    return row
