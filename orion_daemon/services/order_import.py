"""A page of orders from a channel, written whole: rows, history, stock, follow-up jobs and the cursor in one commit.

Exactly once (G3): orders that are known by the hash of their document cost one look-up, an order twice in a page
becomes its latest form, and the cursor moves only with the page, so a crash means reading the page again, never losing
it. One impossible order does not hurt the others: when the database refuses the page, its orders are written one by
one and the refused one is kept (`record_problems.py`) and shown. Writing itself: `order_writing.py`; callers: the
marketplace actor's poll, history import and reconcile sweep.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadValue, ConstraintViolated
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import SyncStatusChanged
from orion_daemon.domain.incoming import IncomingLine, IncomingOrder, RecordProblem
from orion_daemon.services import record_problems, refunds_shown
from orion_daemon.services.order_rows import UnusableOrder, check
from orion_daemon.services.order_writing import Source, Written, write_orders
from orion_daemon.services.record_problems import storable

Walk = Literal["poll", "reconcile"]

_HASHES = (
    "SELECT channel_order_id, content_hash FROM orders WHERE channel_id = $1 AND channel_order_id = ANY($2::text[])"
)
_POLLED = """
UPDATE channels SET order_cursor = COALESCE($2, order_cursor),
  orders_polled_at = CASE WHEN $3 THEN $4 ELSE orders_polled_at END,
  orders_first_polled_at = CASE WHEN $3 THEN COALESCE(orders_first_polled_at, $4) ELSE orders_first_polled_at END,
  orders_reconciled_at = CASE WHEN $5 THEN $4 ELSE orders_reconciled_at END
WHERE id = $1
"""
_WALKED = """
UPDATE order_history_runs SET cursor = COALESCE($2, cursor), orders = orders + $3, created = created + $4,
  updated = updated + $5, state = CASE WHEN $6 THEN 'completed' ELSE state END,
  finished_at = CASE WHEN $6 THEN $7 ELSE finished_at END
WHERE id = $1 AND state = 'running'
"""
_RACES = 3  # how often a page is begun anew because another writer inserted one of its orders at the same moment


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """Ids of orders by what happened to them; `unchanged` counts repetitions and late messages."""

    created: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    unchanged: int = 0
    attention: tuple[int, ...] = ()
    problems: tuple[RecordProblem, ...] = ()


async def import_page(
    db: Database,
    *,
    store_id: int,
    channel_id: int,
    marketplace: str,
    orders: Sequence[IncomingOrder],
    now: datetime,
    cursor: str | None = None,
    finished: bool = False,
    walk: Walk = "poll",
    history_run_id: int | None = None,
    problems: Sequence[RecordProblem] = (),
    began: datetime | None = None,
) -> ImportedPage:
    """Idempotent. `cursor`: where the next read begins (None: it stays); `finished`: the walk reached its end.

    A poll moves the channel's cursor, a history run (`history_run_id`) its own; a reconcile sweep passes None. A page
    that brings nothing new writes no more than that, and nothing at all where the cursor stands. `problems` are the
    records that the mapping could not read; kept ones that this page shows whole are resolved. `began`: the walk, where
    it reads everything that may still change.
    """
    usable, unusable = _usable(orders)
    faults = [*problems, *unusable]
    hashed = [(order, order.content_hash()) for order in usable]
    fresh = await _fresh(db, channel_id, hashed)
    readable = await record_problems.read_well(db, channel_id, hashed)
    unchanged = len(orders) - len(unusable) - len(fresh)
    source = Source(store_id, channel_id, marketplace, watched_since=await _watched_since(db, channel_id, fresh))
    written, singly = Written(), False
    for attempt in range(1, _RACES + 1):
        if not (fresh or faults or readable or finished or cursor is not None):
            break
        late: list[RecordProblem] = []
        try:
            async with db.transaction() as tx:
                if singly:
                    written, late = await _write_singly(tx, source, fresh, now)
                else:
                    written = await write_orders(tx, source, fresh, now=now) if fresh else Written()
                await refunds_shown.settle(tx, channel_id, [order for order, _ in fresh], now)
                unread = [*faults, *late]
                await record_problems.resolve(tx, readable, unread, now)
                await record_problems.record(tx, store_id=store_id, channel_id=channel_id, problems=unread, now=now)
                if finished and began is not None:
                    await record_problems.close_gaps(tx, channel_id, began, now)
                await _move_on(
                    tx, source, written, len(orders), cursor, finished, None if history_run_id else walk,
                    history_run_id, now,
                )  # fmt: skip
        except (ConstraintViolated, BadValue, UnicodeError, OverflowError) as error:
            if singly or attempt == _RACES:
                raise
            raced = isinstance(error, ConstraintViolated) and error.on("orders", "channel_id", "channel_order_id")
            singly = not raced
            continue
        faults = [*faults, *late]
        break
    return ImportedPage(
        tuple(written.created),
        tuple(written.updated),
        unchanged + written.unchanged,
        tuple(written.attention),
        tuple(faults),
    )


async def fail_history_run(db: Database, run_id: int, error: str, now: datetime) -> None:
    """A walk over past orders ended before its end; what it has read stays."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE order_history_runs SET state = 'failed', error = $2, finished_at = $3"
            " WHERE id = $1 AND state = 'running'",
            run_id, error, now,
        )  # fmt: skip


def _usable(orders: Sequence[IncomingOrder]) -> tuple[list[IncomingOrder], list[RecordProblem]]:
    """Each order once, in its latest form (the later in the page, where times do not tell)."""
    latest: dict[str, IncomingOrder] = {}
    faults = []
    for order in orders:
        try:
            check(order)
        except UnusableOrder as error:
            faults.append(RecordProblem(order.channel_order_id, error.code, error.message, order.payload))
            continue
        other = latest.get(order.channel_order_id)
        if other is None or not _is_older(order, other):
            latest[order.channel_order_id] = order
    return list(latest.values()), faults


def _is_older(order: IncomingOrder, other: IncomingOrder) -> bool:
    mine, its = order.channel_updated_at, other.channel_updated_at
    return mine is not None and its is not None and mine < its


async def _fresh(
    db: Database, channel_id: int, orders: Sequence[tuple[IncomingOrder, int]]
) -> list[tuple[IncomingOrder, int]]:
    """Of orders with their hash those whose very document is not stored."""
    if not orders:
        return []
    rows = await db.fetch(_HASHES, channel_id, tuple([order.channel_order_id for order, _ in orders]))
    known = {row["channel_order_id"]: row["content_hash"] for row in rows}
    return [one for one in orders if known.get(one[0].channel_order_id) != one[1]]


async def _watched_since(db: Database, channel_id: int, orders: Sequence[tuple[IncomingOrder, int]]) -> datetime | None:
    """Asked for only where an order's meaning depends on it."""
    if all(order.tells_sending for order, _ in orders):
        return None
    found: datetime | None = await db.fetch_value(
        "SELECT orders_first_polled_at FROM channels WHERE id = $1", channel_id
    )
    return found


async def _write_singly(
    tx: Tx, source: Source, orders: Sequence[tuple[IncomingOrder, int]], now: datetime
) -> tuple[Written, list[RecordProblem]]:
    """The page was refused for the sake of some order: each in a savepoint, texts freed of what no database takes."""
    written, faults = Written(), []
    for order, content_hash in orders:
        try:
            async with tx.savepoint():
                one = await write_orders(tx, source, [(_storable(order), content_hash)], now=now)
        except (ConstraintViolated, BadValue, UnicodeError, OverflowError) as error:
            code = getattr(error, "code", "unstorable_text")
            message = f"the order cannot be stored as it is ({type(error).__name__}); the others of its page were"
            faults.append(RecordProblem(order.channel_order_id, code, message, order.payload))
            continue
        written.created += one.created
        written.updated += one.updated
        written.unchanged += one.unchanged
        written.attention += one.attention
        written.short += one.short
    return written, faults


def _storable(order: IncomingOrder) -> IncomingOrder:
    return replace(
        order,
        order_number=storable(order.order_number),
        channel_status=storable(order.channel_status),
        locale=_clean_or_none(order.locale),
        problems=tuple((storable(code), storable(text)) for code, text in order.problems),
        lines=tuple(_storable_line(line) for line in order.lines),
    )


def _storable_line(line: IncomingLine) -> IncomingLine:
    return replace(
        line,
        line_key=storable(line.line_key),
        sku=_clean_or_none(line.sku),
        gtin=_clean_or_none(line.gtin),
        title=_clean_or_none(line.title),
        tax_rate=_clean_or_none(line.tax_rate),
        units=tuple((storable(unit), storable(state)) for unit, state in line.units),
    )


def _clean_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


async def _move_on(
    tx: Tx,
    source: Source,
    written: Written,
    orders: int,
    cursor: str | None,
    finished: bool,
    walk: Walk | None,
    history_run_id: int | None,
    now: datetime,
) -> None:
    if history_run_id is not None:
        await tx.execute(
            _WALKED, history_run_id, cursor, orders, len(written.created), len(written.updated), finished, now
        )
    elif finished or (cursor is not None and walk == "poll"):
        polled, reconciled = finished and walk == "poll", finished and walk == "reconcile"
        await tx.execute(_POLLED, source.channel_id, cursor if walk == "poll" else None, polled, now, reconciled)
    if finished:
        tx.emit(SyncStatusChanged(source.store_id, source.channel_id))
