"""The stored difference: what a dry run would change, and applying exactly that later.

A change holds the values before and after of the fields that differ. It is applied when the product still has the
values before; a product that moved since is left alone, counted as skipped and reported. Changes are applied in the
order in which they were stored, a chunk a transaction, resumable at the import's position.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.catalog import JSON, NEUTRAL, TEXTS, TIMES, CatalogRow, Problem
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.domain.imports import State
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import Lease
from orion_daemon.services import catalog
from orion_daemon.services.import_writing import Differences, Target, current, write

_CHANGE = ("import_job_id", "marketplace_product_id", "change", "before_json", "after_json")
_STORED_ORDER = ("marketplace_product_id", "id", "is_available", "translation_id", *TEXTS, *NEUTRAL)


async def store(tx: Tx, import_id: int, found: Differences) -> None:
    """Keep the differences of a chunk instead of writing them."""
    rows: list[tuple[Any, ...]] = []
    for _, key, neutral, title, description in found.created:
        after = dict(zip(NEUTRAL, neutral, strict=True)) | {"title": title, "description": description}
        rows.append((import_id, key, "created", None, after))
    rows += [(import_id, key, "updated", before, after) for key, before, after in found.updates]
    await tx.insert("import_changes", _CHANGE, rows)


async def store_missing(tx: Tx, import_id: int, catalog_id: int, keys: Sequence[str]) -> int:
    rows = await tx.fetch(
        "SELECT marketplace_product_id FROM marketplace_products WHERE catalog_id = $1"
        " AND marketplace_product_id = ANY($2::text[]) AND is_available AND NOT EXISTS (SELECT 1 FROM import_changes c"
        " WHERE c.import_job_id = $3 AND c.marketplace_product_id = marketplace_products.marketplace_product_id)"
        " ORDER BY id",
        catalog_id, tuple(keys), import_id,
    )  # fmt: skip
    gone = {"is_available": True}, {"is_available": False}
    await tx.insert(
        "import_changes",
        _CHANGE,
        [(import_id, row["marketplace_product_id"], "disappeared", *gone) for row in rows],
    )
    return len(rows)


async def count(db: Database, dry_run_id: int) -> int:
    return int(await db.fetch_value("SELECT count(*) FROM import_changes WHERE import_job_id = $1", dry_run_id))


async def apply_chunk(
    db: Database, target: Target, dry_run_id: int, after_id: int, limit: int, lease: Lease, now: datetime
) -> int | None:
    """Apply the next changes behind `after_id`, which is the import's position; the last id, None at the end."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        changes = await tx.fetch(
            "SELECT * FROM import_changes WHERE import_job_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            dry_run_id, after_id, limit,
        )  # fmt: skip
        if not changes:
            return None
        stored = await current(tx, target, [change["marketplace_product_id"] for change in changes])
        found, gone = Differences(), []
        for change in map(_with_times, changes):
            was = stored.get(change["marketplace_product_id"])
            if change["change"] == "created":
                if was is None:
                    found.created.append(_row(change))
                    continue
            elif was is not None:
                now_is = dict(zip(_STORED_ORDER, was, strict=True))
                if all(_same(column, now_is[column], value) for column, value in change["before_json"].items()):
                    if change["change"] == "disappeared":
                        gone.append(change["marketplace_product_id"])
                    else:
                        _update(found, now_is, change["after_json"])
                    continue
            text = "the product was changed after the dry run; it is left as it is"
            found.problems.append(Problem(0, "", "moved_since", text, change["marketplace_product_id"], "skipped"))
        found.number(await tx.reserve_ids("marketplace_products", len(found.created)))
        await write(tx, target, found, now)
        disappeared = await catalog.make_unavailable(tx, target.catalog_id, gone, now) if gone else 0
        last = int(changes[-1]["id"])
        if not await tx.execute(
            "UPDATE import_jobs SET state = 'upserting', rows = rows + $2, created = created + $3,"
            " updated = updated + $4, skipped = skipped + $5, disappeared = disappeared + $6,"
            " problems = problems + $7, position = $8 WHERE id = $1 AND position = $9",
            target.import_id,
            len(changes) - len(gone),
            len(found.created),
            len(found.changed),
            len(found.problems),
            disappeared,
            len(found.problems),
            last,
            after_id,
        ):
            raise RuntimeError(f"import {target.import_id} stands elsewhere than at {after_id}")
        await tx.insert(
            "import_problems",
            ("import_job_id", "line", "field", "reason", "message", "value", "severity"),
            [(target.import_id, *problem) for problem in found.problems],
        )
        tx.emit(ImportProgressed(target.store_id, target.import_id, State.UPSERTING.value))
        return last


async def adopt_fingerprints(db: Database, target: Target, dry_run: Row, lease: Lease, now: datetime) -> None:
    """Everything was applied and no other import came between: the feed is what the dry run has read."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        feed = await catalog.feed_of(tx, target.catalog_id, target.language)
        kept = await tx.fetch_value(
            "SELECT id FROM feed_fingerprints WHERE feed_id = $1 AND import_id = $2", feed["id"], dry_run["id"]
        )
        if kept is None or feed["import_id"] != dry_run["base_id"]:
            return
        await catalog.put_in_force(
            tx, feed["id"], dry_run["id"], now,
            source=dry_run["source"], etag="", last_modified="", file_hash="", record_count=dry_run["rows"],
            is_complete=dry_run["is_complete"],
        )  # fmt: skip


def _with_times(change: Row) -> Row:
    """The change with its times as times: kept in JSON they are texts."""
    for side in ("before_json", "after_json"):
        values = change[side] or {}
        for column in TIMES:
            if values.get(column) is not None:
                values[column] = datetime.fromisoformat(values[column])
    return change


def _row(change: Row) -> CatalogRow:
    after = change["after_json"]
    neutral = tuple([after.get(column) for column in NEUTRAL])
    return 0, change["marketplace_product_id"], neutral, after["title"], after["description"]


def _update(found: Differences, was: dict[str, Any], after: dict[str, Any]) -> None:
    if "title" in after:
        texts = after["title"], after["description"]
        if was["translation_id"] is None:
            found.new_texts.append((was["id"], *texts))
        else:
            found.texts.append((was["translation_id"], *texts))
    if after.keys() - set(TEXTS):
        found.products.append((was["id"], {column: after[column] for column in NEUTRAL if column in after}))
    found.changed.append(was["id"])


def _same(column: str, one: Any, other: Any) -> bool:
    if one == other:
        return True
    return column in JSON and None not in (one, other) and bool(orjson.loads(one) == orjson.loads(other))
