"""Order lines that wait for pieces, and giving them some when stock comes back.

Oldest first; a line that does not fit is passed over for a younger one that does, since pieces left lying would go to
the next newcomer anyway. Orders that somebody else works on at this moment are passed over too (their rows are
locked); `sweep` finds whatever was left behind so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.inventory import Book
from orion_daemon.domain.orders import OrderStatus, pieces_to_hold
from orion_daemon.services.stock_book import load_reservations, open_book, write_book

_HOLDING = "('pending', 'confirmed', 'processing', 'ready_for_shipment', 'partially_refunded')"
_ORDERS = f"""
SELECT o.id, o.store_id, o.marketplace, o.status, o.attention_reason FROM orders o
WHERE o.status IN {_HOLDING} AND o.id IN (
  SELECT i.order_id FROM order_items i WHERE i.product_id = ANY($1::bigint[]) AND i.stock_state = ANY($2::text[]))
ORDER BY o.id FOR UPDATE SKIP LOCKED
"""
_LINES = """
SELECT id, order_id, product_id, quantity, cancelled, shipped, earlier, stock_state FROM order_items
WHERE order_id = ANY($1::bigint[]) ORDER BY id
"""
_WAITING = """
SELECT DISTINCT i.product_id FROM order_items i JOIN products p ON p.id = i.product_id
WHERE i.stock_state = 'short' AND p.store_id = $1
  AND EXISTS (SELECT 1 FROM inventory_entries e WHERE e.product_id = i.product_id AND e.on_hand > e.reserved)
"""


async def fill(
    tx: Tx, book: Book, product_ids: Sequence[int], *, now: datetime, waiting: Sequence[str] = ("short",)
) -> None:
    """Settle waiting lines of products that the book holds; the caller writes the book afterwards.

    `waiting`: with "none" also lines that were taken when the product had no stock level yet.
    """
    if not product_ids:
        return
    orders = {row["id"]: row for row in await tx.fetch(_ORDERS, tuple(product_ids), tuple(waiting))}
    if not orders:
        return
    rows = await tx.fetch(_LINES, tuple(orders))
    products, states = set(product_ids), set(waiting)
    candidates = [row for row in rows if row["product_id"] in products and row["stock_state"] in states]
    await load_reservations(tx, book, [row["id"] for row in candidates])
    changes: list[tuple[Any, ...]] = []
    for row in candidates:
        status = OrderStatus(orders[row["order_id"]]["status"])
        need = pieces_to_hold(status, row["quantity"], row["cancelled"], row["shipped"], row["earlier"])
        settled = book.settle(row["id"], row["product_id"], need, state=row["stock_state"])
        if settled.state != row["stock_state"]:
            row["stock_state"] = settled.state
            changes.append((row["id"], settled.state))
    if not changes:
        return
    await tx.execute_many("UPDATE order_items SET stock_state = $2 WHERE id = $1", changes)
    touched = {row["order_id"] for row in rows if (row["id"], row["stock_state"]) in set(changes)}
    for order_id in sorted(touched):
        order = orders[order_id]
        shorts = sum(1 for row in rows if row["order_id"] == order_id and row["stock_state"] == "short")
        codes, reason = attention.without(order["attention_reason"], lambda notice: notice[0] == Attention.SHORT)
        if shorts:
            codes, reason = attention.add(reason, [short_notice(shorts)])
        await tx.execute(
            "UPDATE orders SET attention = $2, attention_reason = $3, updated_at = $4 WHERE id = $1",
            order_id,
            codes,
            reason,
            now,
        )
        tx.emit(OrderChanged(order["store_id"], order_id, order["marketplace"], order["status"], "attention"))


def short_notice(lines: int) -> attention.Notice:
    return (Attention.SHORT, f"{lines} {'line waits' if lines == 1 else 'lines wait'} for stock")


async def sweep(db: Database, store_id: int, *, now: datetime) -> int:
    """Fill what could be filled and was passed over; returns how many products were looked at."""
    products = [row["product_id"] for row in await db.fetch(_WAITING, store_id)]
    if products:
        async with db.transaction() as tx:
            book = await open_book(tx, products)
            await fill(tx, book, products, now=now)
            await write_book(tx, book, store_id=store_id, actor="orion", now=now)
    return len(products)
