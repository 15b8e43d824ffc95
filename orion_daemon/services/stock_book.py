"""Stock on the database: every change is a row of the ledger, and levels are its running sums (G4).

`open_book` locks the levels of some products (in the order of their ids) and loads the reservations of some order
lines; the rules of `domain/inventory.py` work on it; `write_book` writes levels, reservations and movements, tells the
bus, and marks the offers of what changed, all in the caller's transaction. Whoever changes the lines of a stored order
holds the order's row lock first. A product without any level is sold without stock. Lines that wait for pieces:
`short_lines.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from orion_daemon.db.errors import StorageBusy
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import StockChanged
from orion_daemon.domain.inventory import Book, Held, Level
from orion_daemon.services import offers

_LEVELS = """
SELECT id, product_id, location, on_hand, reserved FROM inventory_entries
WHERE product_id = ANY($1::bigint[]) ORDER BY id FOR UPDATE
"""
_HELD = """
SELECT id, order_item_id, product_id, location, quantity, deducted, released FROM reservations
WHERE order_item_id = ANY($1::bigint[]) ORDER BY id
"""
_MOVE = """
UPDATE inventory_entries SET on_hand = on_hand + c.more_on_hand, reserved = reserved + c.more_reserved, updated_at = $2
FROM ({changes}) AS c
WHERE id = c.level_id AND on_hand + c.more_on_hand >= 0 AND reserved + c.more_reserved >= 0
  AND (c.more_reserved <= 0 OR reserved + c.more_reserved <= on_hand + c.more_on_hand)
RETURNING id
"""
MOVE_SQLITE = _MOVE.format(
    changes="SELECT value ->> 0 AS level_id, value ->> 1 AS more_on_hand, value ->> 2 AS more_reserved"
    " FROM json_each($1)"
)
MOVE_POSTGRES = _MOVE.format(
    changes="SELECT (v ->> 0)::bigint AS level_id, (v ->> 1)::int AS more_on_hand, (v ->> 2)::int AS more_reserved"
    " FROM jsonb_array_elements($1::jsonb) AS v"
)
_MOVEMENT_COLUMNS = (
    "store_id", "product_id", "location", "on_hand_delta", "reserved_delta", "cause", "order_item_id", "actor", "note",
    "created_at",
)  # fmt: skip
_HELD_COLUMNS = (
    "order_item_id", "product_id", "location", "quantity", "deducted", "released", "created_at", "ended_at",
)  # fmt: skip
_UPDATE_HELD = "UPDATE reservations SET quantity = $2, deducted = $3, released = $4, ended_at = $5 WHERE id = $1"


async def open_book(tx: Tx, product_ids: Iterable[int], item_ids: Sequence[int] = ()) -> Book:
    rows = await tx.fetch(_LEVELS, tuple(sorted(set(product_ids))))
    book = Book([Level(row["id"], row["product_id"], row["location"], row["on_hand"], row["reserved"]) for row in rows])
    await load_reservations(tx, book, item_ids)
    return book


async def load_reservations(tx: Tx, book: Book, item_ids: Sequence[int]) -> None:
    """Only for lines of products that the book holds, and for lines not loaded yet."""
    wanted = tuple(item_id for item_id in item_ids if item_id not in book.held)
    for row in await tx.fetch(_HELD, wanted) if wanted else ():
        level = book.find(row["product_id"], row["location"])
        if level is not None:
            book.remember(
                Held(row["order_item_id"], level, row["quantity"], row["deducted"], row["released"], row["id"])
            )


async def write_book(
    tx: Tx,
    book: Book,
    *,
    store_id: int,
    actor: str,
    now: datetime,
    item_ids: Mapping[int, int] | None = None,
    note: str = "",
) -> None:
    """`item_ids` translates the book's names of lines that had no row yet when they were settled."""
    names = item_ids or {}
    changed = book.changed_levels()
    if changed:
        moves = [[one.id, one.on_hand - one.on_hand_before, one.reserved - one.reserved_before] for one in changed]
        written = await tx.fetch(MOVE_SQLITE if tx.dialect == "sqlite" else MOVE_POSTGRES, moves, now)
        if len(written) != len(moves):  # the rows are locked, so this is another writer that took no lock
            raise StorageBusy("stock moved under a transaction that had locked it; nothing was changed")
    fresh, updates = [], []
    for held in book.held.values():
        for hold in held:
            if not hold.is_changed:
                continue
            level, ended = hold.level, None if hold.open else now
            counts = (hold.quantity, hold.deducted, hold.released)
            if hold.id is None:
                line = names.get(hold.line, hold.line)
                fresh.append((line, level.product_id, level.location, *counts, now, ended))
            else:
                updates.append((hold.id, *counts, ended))
    if fresh:
        await tx.insert("reservations", _HELD_COLUMNS, fresh)
    if updates:
        await tx.execute_many(_UPDATE_HELD, updates)
    if book.movements:
        rows = [
            (
                store_id, move.level.product_id, move.level.location, move.on_hand_delta, move.reserved_delta,
                move.cause, None if move.line is None else names.get(move.line, move.line), actor, note, now,
            )
            for move in book.movements
        ]  # fmt: skip
        await tx.insert("inventory_movements", _MOVEMENT_COLUMNS, rows)
    for one in changed:
        tx.emit(StockChanged(store_id, one.product_id, one.location, one.on_hand, one.reserved))
    await offers.mark_products_different(
        tx, [one.product_id for one in changed if one.free != one.on_hand_before - one.reserved_before], now
    )
