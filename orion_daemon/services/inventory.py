"""Stock as people handle it: look at levels, count anew, take goods back, and prove the ledger.

What orders do to stock is in `order_writing.py`, `orders.py` and `fulfillment.py`; all of them work on a book
(`stock_book.py`). Every change is a row of the ledger with its cause and who made it; whatever comes free goes to the
lines that wait for it (`short_lines.py`) in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.inventory import Level
from orion_daemon.services import offers, short_lines
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.stock_book import open_book, write_book

MAIN = "main"
MOST = 1_000_000_000
_LEVEL_COLUMNS = ("store_id", "product_id", "location", "on_hand", "reserved", "updated_at")
_MOVEMENT_COLUMNS = (
    "store_id", "product_id", "location", "on_hand_delta", "reserved_delta", "cause", "actor", "note", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StockLevel:
    product_id: int
    location: str
    on_hand: int
    reserved: int


async def adjust(
    db: Database,
    product_id: int,
    *,
    actor: str,
    now: datetime,
    delta: int | None = None,
    set_to: int | None = None,
    location: str = MAIN,
    note: str = "",
) -> StockLevel:
    """Move what is on hand by `delta`, or to `set_to`; exactly one of them. The first adjustment of a product makes it
    one that is sold from stock: open orders that were taken without then hold their pieces, or wait for them.

    What is reserved may then exceed what is there (goods were lost): nothing more is sold, and nothing is shipped that
    is not there. Raises NotFound, Invalid, and Conflict where less than nothing would be left.
    """
    if (delta is None) == (set_to is None):
        raise Invalid(Code.REQUIRED, "Give either a change or the new count.", "delta")
    given = delta if delta is not None else set_to
    if given is None or abs(given) > MOST or (set_to is not None and set_to < 0):
        raise Invalid(Code.INVALID_VALUE, f"A count lies between 0 and {MOST}.", "delta" if set_to is None else "setTo")
    if not 0 < len(location.strip()) <= 64:
        raise Invalid(Code.INVALID_VALUE, "A location has a name of 1 to 64 characters.", "location")
    async with db.transaction() as tx:
        store_id = await tx.fetch_value("SELECT store_id FROM products WHERE id = $1", product_id)
        if store_id is None:
            raise NotFound("product with this id", "productId")
        fresh = await tx.insert(
            "inventory_entries",
            _LEVEL_COLUMNS,
            [(store_id, product_id, location, 0, 0, now)],
            suffix="ON CONFLICT (product_id, location) DO NOTHING RETURNING id",
        )
        book = await open_book(tx, [product_id])
        level = book.find(product_id, location)
        if level is None:
            raise Conflict(Code.INVALID_VALUE, "The stock level was removed meanwhile.", "location")
        moved = delta if delta is not None else given - level.on_hand
        if level.on_hand + moved < 0:
            raise Conflict(
                Code.NOT_ENOUGH_STOCK, f"{level.on_hand} pieces are on hand; {-moved} cannot be taken away.", "delta"
            )
        if level.on_hand + moved > MOST:
            raise Invalid(Code.INVALID_VALUE, f"No more than {MOST} pieces can be counted.", "delta")
        if moved:
            book.adjust(level, moved, "adjust")
        if moved > 0 or fresh:
            await short_lines.fill(tx, book, [product_id], now=now, waiting=("short", "none") if fresh else ("short",))
        if fresh and not moved:  # to be sold from stock from now on, with none there: the channels must hear it
            await offers.mark_products_different(tx, [product_id], now)
        await write_book(tx, book, store_id=store_id, actor=actor, now=now, note=note)
        return _shown(level)


async def first_stock(tx: Tx, store_id: int, quantities: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """The first level of products that have none, such as a catalog's figure when they are adopted; others are left
    as they are. Marks no offers: they are new, and differ already."""
    rows = [(store_id, product_id, MAIN, max(0, min(count, MOST)), 0, now) for product_id, count in quantities]
    made = await tx.insert(
        "inventory_entries",
        _LEVEL_COLUMNS,
        rows,
        suffix="ON CONFLICT (product_id, location) DO NOTHING RETURNING product_id, on_hand",
    )
    moves = [
        (store_id, row["product_id"], MAIN, row["on_hand"], 0, "adjust", "orion", "first stock, from the catalog", now)
        for row in made
        if row["on_hand"]
    ]
    await tx.insert("inventory_movements", _MOVEMENT_COLUMNS, moves)


async def take_back(
    db: Database, order_item_id: int, quantity: int, *, actor: str, now: datetime, location: str = MAIN, note: str = ""
) -> StockLevel:
    """Put pieces of a returned line back on the shelf; only ever by somebody's decision.

    No more than have left the house for the line and were not taken back before. Raises NotFound, Invalid, Conflict.
    """
    if quantity <= 0:
        raise Invalid(Code.INVALID_VALUE, "Take back at least one piece.", "quantity")
    async with db.transaction() as tx:
        item = await tx.fetch_one(
            "SELECT i.id, i.order_id, i.product_id, i.shipped, i.returned, o.store_id FROM order_items i"
            " JOIN orders o ON o.id = i.order_id WHERE i.id = $1 FOR UPDATE OF o",
            order_item_id,
        )
        if item is None:
            raise NotFound("order line with this id", "orderItemId")
        if item["product_id"] is None:
            raise Conflict(Code.UNMATCHED_LINE, "The line is not one of the store's products.", "orderItemId")
        back = await tx.fetch_value(
            "SELECT COALESCE(SUM(on_hand_delta), 0) AS pieces FROM inventory_movements"
            " WHERE order_item_id = $1 AND cause = 'return'",
            order_item_id,
        )
        left = item["shipped"] - int(back)
        if quantity > left:
            raise Conflict(
                Code.QUANTITY_TOO_LARGE,
                f"{left} pieces of the line are still out; {quantity} cannot come back.",
                "quantity",
            )
        book = await open_book(tx, [item["product_id"]])
        level = book.find(item["product_id"], location)
        if level is None:
            raise Conflict(Code.NOT_TRACKED, "The product is sold without stock at this location.", "location")
        book.adjust(level, quantity, "return", order_item_id)
        await short_lines.fill(tx, book, [level.product_id], now=now)
        await write_book(tx, book, store_id=item["store_id"], actor=actor, now=now, note=note)
        return _shown(level)


def _shown(level: Level) -> StockLevel:
    return StockLevel(level.product_id, level.location, level.on_hand, level.reserved)


async def levels(db: Database, product_ids: Sequence[int]) -> list[StockLevel]:
    """By product and location; a product that is sold without stock has none."""
    rows = await db.fetch(
        "SELECT product_id, location, on_hand, reserved FROM inventory_entries WHERE product_id = ANY($1::bigint[])"
        " ORDER BY product_id, location",
        tuple(product_ids),
    )
    return [StockLevel(row["product_id"], row["location"], row["on_hand"], row["reserved"]) for row in rows]


_WRONG_LEVELS = """
SELECT 'level' AS what, e.id, e.product_id, e.location, e.on_hand, e.reserved,
       COALESCE(SUM(m.on_hand_delta), 0) AS on_hand_sum, COALESCE(SUM(m.reserved_delta), 0) AS reserved_sum
FROM inventory_entries e
LEFT JOIN inventory_movements m ON m.product_id = e.product_id AND m.location = e.location
GROUP BY e.id, e.product_id, e.location, e.on_hand, e.reserved
HAVING e.on_hand <> COALESCE(SUM(m.on_hand_delta), 0) OR e.reserved <> COALESCE(SUM(m.reserved_delta), 0)
"""
_WRONG_HOLDS = """
SELECT 'reservations' AS what, e.id, e.product_id, e.location, e.on_hand, e.reserved, e.on_hand AS on_hand_sum,
       COALESCE(SUM(r.quantity - r.deducted - r.released), 0) AS reserved_sum
FROM inventory_entries e
LEFT JOIN reservations r ON r.product_id = e.product_id AND r.location = e.location
GROUP BY e.id, e.product_id, e.location, e.on_hand, e.reserved
HAVING e.reserved <> COALESCE(SUM(r.quantity - r.deducted - r.released), 0)
"""


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """`what` disagrees with the level: its movements ("level") or its open reservations ("reservations")."""

    what: str
    product_id: int
    location: str
    on_hand: int
    reserved: int
    on_hand_sum: int
    reserved_sum: int


async def verify_ledger(db: Database) -> list[LedgerFault]:
    """Levels that are not the sums of their rows. Always empty, unless somebody wrote past this module."""
    rows = await db.fetch(_WRONG_LEVELS) + await db.fetch(_WRONG_HOLDS)
    return [
        LedgerFault(
            row["what"], row["product_id"], row["location"], row["on_hand"], row["reserved"], int(row["on_hand_sum"]),
            int(row["reserved_sum"]),
        )
        for row in rows
    ]  # fmt: skip
