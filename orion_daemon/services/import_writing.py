"""Chunks of a feed become marketplace products and translations: one transaction each, counters and position with it.

A chunk is compared with what is stored; only differences are written, so content that did not change costs no write
and its `updated_at` stays. A chunk at or before the import's position is committed already and is passed over, which
makes a resumed run exact. Language-neutral values belong to the feed that ranks first among those that hold the
product (`catalog.outranking`); another feed that says a different price is told so by a warning. Dry runs store the
differences instead (`import_changes.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.catalog import (
    JSON,
    NEUTRAL,
    PRICE,
    PRICES,
    PRICES_AT,
    TEXTS,
    TIMES,
    CatalogRow,
    Chunk,
    Problem,
)
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.domain.imports import State
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import Lease
from orion_daemon.services import catalog

_HEAD_COLUMNS = "p.marketplace_product_id, p.id, p.is_available, t.id, t.title, t.description, "
_FROM = (
    " FROM marketplace_products p LEFT JOIN marketplace_product_translations t"
    " ON t.marketplace_product_id = p.id AND t.language = $3"
    " WHERE p.catalog_id = $1 AND p.marketplace_product_id = ANY($2::text[])"
)
_CURRENT = f"SELECT {_HEAD_COLUMNS}{', '.join('p.' + column for column in NEUTRAL)}{_FROM}"
_CURRENT_PRICES = f"SELECT {_HEAD_COLUMNS}{', '.join('p.' + column for column in PRICES)}{_FROM}"
_RESERVE = 10_000  # ids at once, for the products of a new catalog
_HEAD = 6  # columns of both before the neutral ones
_UPDATE_TEXTS = (
    "UPDATE marketplace_product_translations SET title = $2, description = $3, updated_at = $4 WHERE id = $1"
)
_PROBLEM = ("import_job_id", "line", "field", "reason", "message", "value", "severity")
_COUNT = """
UPDATE import_jobs SET state = 'upserting', rows = rows + $2, created = created + $3, updated = updated + $4,
  unchanged = unchanged + $5, rejected = rejected + $6, skipped = skipped + $7, warnings = warnings + $8,
  problems = problems + $9, position = $10, bytes_done = $11
WHERE id = $1 AND position < $10
"""
ALL_COLUMNS = frozenset((*NEUTRAL, "description"))

_PLACES = {column: place for place, column in enumerate(NEUTRAL)}
_SALE_FROM = NEUTRAL.index(TIMES[0])
_PRICE_PLACES = tuple(_PLACES[column] for column in PRICES)
_AS_STORED = {place: orjson.loads for column, place in _PLACES.items() if column in JSON}


@dataclass(slots=True)
class Target:
    """Where chunks go. `provided`: columns that the feed has; the others keep what is stored. `outranked` is filled
    when it is first needed: the keys whose neutral values are another feed's to say. `is_first`: the catalog was empty
    then, so that nothing needs to be looked for: no feed has a key twice. `ids`: in reserve for new products."""

    import_id: int
    store_id: int
    catalog_id: int
    feed: Row
    language: str
    default_language: str
    provided: frozenset[str]
    max_problems: int
    is_dry_run: bool = False
    outranked: set[str] | None = None
    is_first: bool = False
    ids: list[int] = field(default_factory=list)
    listed: int = 0


@dataclass(slots=True)
class Differences:
    """What a chunk changes; each record of it is in exactly one of created, updated, unchanged."""

    created: list[CatalogRow] = field(default_factory=list)
    products: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # id, neutral columns that differ
    new_texts: list[tuple[int, str | None, str | None]] = field(default_factory=list)  # product id
    texts: list[tuple[int, str | None, str | None]] = field(default_factory=list)  # translation id
    changed: list[int] = field(default_factory=list)  # ids of updated products
    updates: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)  # key, before, after
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    numbered: list[tuple[Any, ...]] = field(default_factory=list)  # the created products: id, key, *NEUTRAL

    def number(self, ids: Sequence[int]) -> None:
        """Give the created products their ids."""
        self.numbered = [(number, row[1], *row[2]) for number, row in zip(ids, self.created, strict=True)]
        self.new_texts += [(number, row[3], row[4]) for number, row in zip(ids, self.created, strict=True)]


async def write_chunk(
    db: Database,
    target: Target,
    chunk: Chunk,
    found: Differences,
    lease: Lease,
    now: datetime,
    *,
    on_begun: Callable[[], object] = lambda: None,
) -> bool:
    """Write what differs (`found` is what `differences` gave for the chunk's rows), in one transaction; False when the
    chunk was committed before. `on_begun` is called when the transaction need not wait for others any more.

    What is stored is read before the transaction, which keeps that short: the lease's holder is the catalog's only
    writer, and the transaction fails when the lease is not held any more.
    """
    async with db.transaction(is_relaxed=True) as tx:  # a chunk that is lost is read again
        await leases.check(tx, lease, now)
        on_begun()
        if not await _count(tx, target, chunk, found):
            return False
        if target.is_dry_run:
            from orion_daemon.services import import_changes  # it applies through this module

            await import_changes.store(tx, target.import_id, found)
        else:
            await write(tx, target, found, now)
        tx.emit(ImportProgressed(target.store_id, target.import_id, State.UPSERTING.value))
    return True


async def current(source: Database | Tx, target: Target, keys: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Key → (key, id, is_available, translation id, title, description, *NEUTRAL) of the products that exist."""
    rows = await source.fetch_records(_CURRENT, target.catalog_id, tuple(keys), target.language)
    return {row[0]: row for row in _with_times(rows, _HEAD + _SALE_FROM)}


def _with_times(rows: list[tuple[Any, ...]], at: int) -> list[tuple[Any, ...]]:
    """SQLite gives times as text. `at`: where the two dates of a sale stand."""
    if all(row[at] is None and row[at + 1] is None for row in rows):
        return rows
    return [
        (*row[:at], *[datetime.fromisoformat(one) if isinstance(one, str) else one for one in row[at : at + 2]],
         *row[at + 2 :])
        for row in rows
    ]  # fmt: skip


async def differences(db: Database, target: Target, rows: Sequence[CatalogRow]) -> Differences:
    found = Differences()
    if not rows:
        return found
    if target.outranked is None:
        target.is_first = await catalog.is_empty(db, target.catalog_id)
        target.outranked = await catalog.outranking(db, target.catalog_id, target.feed, target.default_language)
    if target.is_first:
        found.created += rows
        await _number(db, target, found)
        return found
    keys = [row[1] for row in rows]
    told = await _told_by_another_feed(db, target, keys) if target.outranked else {}
    stored = await current(db, target, [key for key in keys if key not in told]) if len(told) < len(keys) else {}
    for row in rows:
        _, key, neutral, title, description = row
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        was = told.get(key)
        if was is not None:
            if was[_HEAD:] != neutral[PRICES_AT]:
                _warn_of_price(row, found)
        else:
            was = stored.get(key)
            if was is None:
                found.created.append(row)
                continue
            if was[_HEAD:] != neutral:
                _compare_neutral(target, row, was[_HEAD:], before, after, found)
            if not was[2]:
                before["is_available"], after["is_available"] = False, True
        if "description" not in target.provided:
            description = was[5]
        texts: tuple[str | None, str | None] | None = None  # as they were, where they differ
        if was[3] is None:
            texts = None, None
            found.new_texts.append((was[1], title, description))
        elif (was[4], was[5]) != (title, description):
            texts = was[4], was[5]
            found.texts.append((was[3], title, description))
        if not after and texts is None:
            found.unchanged += 1
            continue
        if after:
            found.products.append((was[1], {column: value for column, value in after.items() if column in _PLACES}))
        found.changed.append(was[1])
        if target.is_dry_run:
            if texts is not None:
                before.update(zip(TEXTS, texts, strict=True))
                after.update(zip(TEXTS, (title, description), strict=True))
            found.updates.append((key, before, after))
    await _number(db, target, found)
    return found


async def _number(db: Database, target: Target, found: Differences) -> None:
    """A chunk that ends early, or is written again, leaves its ids unused."""
    count = len(found.created)
    if not count or target.is_dry_run:
        return
    if count > len(target.ids):
        async with db.transaction() as tx:
            target.ids = await tx.reserve_ids("marketplace_products", max(count, _RESERVE if target.is_first else 0))
    found.number(target.ids[:count])
    del target.ids[:count]


async def _told_by_another_feed(db: Database, target: Target, keys: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Products of which only the prices are compared: key → (as `current` has it, up to the description, *PRICES)."""
    outranked = target.outranked or set()
    wanted = tuple([key for key in keys if key in outranked])
    rows = await db.fetch_records(_CURRENT_PRICES, target.catalog_id, wanted, target.language) if wanted else []
    return {row[0]: row for row in _with_times(rows, _HEAD + PRICES.index(TIMES[0])) if row[2]}


def _compare_neutral(
    target: Target,
    row: CatalogRow,
    was: tuple[Any, ...],
    before: dict[str, Any],
    after: dict[str, Any],
    found: Differences,
) -> None:
    """Put the differing columns that this feed may write into `before` and `after`."""
    _, key, neutral, _, _ = row
    changed = []
    for column, place in _PLACES.items():
        old, new = was[place], neutral[place]
        if old == new or column not in target.provided:
            continue
        if place in _AS_STORED and old is not None and new is not None and orjson.loads(old) == orjson.loads(new):
            continue  # PostgreSQL spells JSON its own way
        changed.append((column, place))
    if neutral[PRICE] is None:  # a feed without prices
        changed = [(column, place) for column, place in changed if place not in _PRICE_PLACES]
    if changed and target.outranked and key in target.outranked:
        if any(place in _PRICE_PLACES for _, place in changed):
            _warn_of_price(row, found)
        return
    for column, place in changed:
        before[column], after[column] = was[place], neutral[place]


def _warn_of_price(row: CatalogRow, found: Differences) -> None:
    if row[2][PRICE] is None:  # a feed without prices
        return
    text = "another feed of this catalog, which goes before this one, says a different price; that one counts"
    found.problems.append(Problem(row[0], "price", "price_differs_by_language", text, _price(row[2]), "warning"))


def _price(neutral: tuple[Any, ...]) -> str:
    return " ".join(str(neutral[place]) for place in _PRICE_PLACES if neutral[place] is not None)


async def write(tx: Tx, target: Target, found: Differences, now: datetime) -> None:
    await tx.load(
        "marketplace_products",
        ("id", "marketplace_product_id", *NEUTRAL),
        found.numbered,
        {"catalog_id": target.catalog_id, "is_available": True, "created_at": now, "updated_at": now},
    )
    await tx.load(
        "marketplace_product_translations",
        ("marketplace_product_id", *TEXTS),
        found.new_texts,
        {"language": target.language, "updated_at": now},
    )
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}  # an index is written only for its own columns
    for product_id, values in found.products:
        by_columns.setdefault(tuple(values), []).append((product_id, now, *values.values()))
    for columns, rows in by_columns.items():
        await tx.execute_many(_update_of(columns), rows)
    if found.texts:
        await tx.execute_many(_UPDATE_TEXTS, [(*values, now) for values in found.texts])
    await catalog.mark_different(tx, found.changed, now)


@lru_cache(maxsize=256)
def _update_of(columns: tuple[str, ...]) -> str:
    assignments = "".join([f"{column} = ${number}, " for number, column in enumerate(columns, 3)])
    return (
        f"UPDATE marketplace_products SET {assignments}is_available = TRUE, unavailable_at = NULL, updated_at = $2"
        " WHERE id = $1"
    )


async def _count(tx: Tx, target: Target, chunk: Chunk, found: Differences) -> bool:
    problems = [*chunk.problems, *found.problems]
    listed = problems[: max(0, target.max_problems - target.listed)]
    if not await tx.execute(
        _COUNT,
        target.import_id,
        chunk.records,
        len(found.created),
        len(found.changed),
        chunk.unchanged + found.unchanged,
        chunk.rejected,
        chunk.skipped,
        chunk.warnings + len(found.problems),
        len(listed),
        chunk.position,
        chunk.bytes,
    ):
        return False
    if listed:
        await tx.insert("import_problems", _PROBLEM, [(target.import_id, *problem) for problem in listed])
        target.listed += len(listed)
    return True


async def remove(db: Database, target: Target, keys: Sequence[str], lease: Lease, now: datetime) -> int:
    """Products that no feed holds any more go unavailable (a dry run stores that they would); returns how many."""
    async with db.transaction() as tx:
        await leases.check(tx, lease, now)
        if target.is_dry_run:
            from orion_daemon.services import import_changes

            gone = await import_changes.store_missing(tx, target.import_id, target.catalog_id, keys)
        else:
            gone = await catalog.make_unavailable(tx, target.catalog_id, keys, now)
        await tx.execute("UPDATE import_jobs SET disappeared = disappeared + $2 WHERE id = $1", target.import_id, gone)
        tx.emit(ImportProgressed(target.store_id, target.import_id, State.UPSERTING.value))
        return gone


async def prices_of(db: Database, catalog_id: int, keys: Sequence[str]) -> Mapping[str, tuple[str | None, int | None]]:
    """Key → (currency, price) as stored."""
    rows = await db.fetch_records(
        "SELECT marketplace_product_id, currency, price_minor FROM marketplace_products"
        " WHERE catalog_id = $1 AND marketplace_product_id = ANY($2::text[])",
        catalog_id, tuple(keys),
    )  # fmt: skip
    return {key: (currency, price) for key, currency, price in rows}
