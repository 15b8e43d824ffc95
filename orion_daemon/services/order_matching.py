"""The queue of order lines that no product was found for, and a person's answers to it.

An answer (this product, or: not one of ours) holds for every waiting line of the store and marketplace that calls its
article the same, and is remembered for the lines to come. Answered lines of open orders then hold their pieces like
any other. What counts as the same: `domain/matching.answer_keys`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.matching import answer_keys
from orion_daemon.domain.orders import OrderStatus, pieces_to_hold
from orion_daemon.services import key_units, short_lines
from orion_daemon.services.errors import Code, Conflict, NotFound
from orion_daemon.services.stock_book import open_book, write_book

_QUEUE = """
SELECT i.id, i.order_id, o.channel_order_id, o.order_number, o.marketplace, i.line_key, i.sku, i.gtin,
       i.title, i.quantity, o.created_at
FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.match_state = 'unmatched' AND o.store_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3
"""
_ITEM = """
SELECT i.id, i.order_id, i.match_state, i.sku, i.gtin, i.title, o.store_id, o.marketplace
FROM order_items i JOIN orders o ON o.id = i.order_id WHERE i.id = $1
"""
_SAME = """
SELECT i.id, i.order_id FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.match_state = 'unmatched' AND o.store_id = $1 AND o.marketplace = $2 AND {condition} ORDER BY i.id
"""
_BY_SKU = _SAME.format(condition="i.sku = $3")
_BY_GTIN = _SAME.format(condition="COALESCE(i.sku, '') = '' AND i.gtin = $3")
_BY_TITLE = _SAME.format(condition="COALESCE(i.sku, '') = '' AND COALESCE(i.gtin, '') = '' AND i.title = $3")
_ORDERS = """
SELECT id, store_id, marketplace, status, attention_reason FROM orders
WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE
"""
_LINES = """
SELECT id, order_id, line_key, match_state, stock_state, quantity, cancelled, shipped, earlier FROM order_items
WHERE order_id = ANY($1::bigint[]) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    order_item_id: int
    order_id: int
    channel_order_id: str
    order_number: str
    marketplace: str
    line_key: str
    sku: str | None
    gtin: str | None
    title: str | None
    quantity: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    lines: tuple[int, ...]
    orders: tuple[int, ...]


async def waiting_lines(db: Database, store_id: int, *, after_id: int = 0, limit: int = 100) -> list[WaitingLine]:
    """Oldest first; go on with the last line's id."""
    rows = await db.fetch(_QUEUE, store_id, after_id, limit)
    return [
        WaitingLine(
            row["id"], row["order_id"], row["channel_order_id"], row["order_number"], row["marketplace"],
            row["line_key"], row["sku"], row["gtin"], row["title"], row["quantity"], row["created_at"],
        )
        for row in rows
    ]  # fmt: skip


async def answer(
    db: Database, order_item_id: int, product_id: int | None, *, actor: str, now: datetime, remember: bool = True
) -> Answered:
    """`product_id` None: the article is deliberately not one of ours. Without `remember` only this line is answered.

    Raises NotFound for a line or a product that the store does not have, Conflict for a line that does not wait.
    """
    async with db.transaction() as tx:
        item = await tx.fetch_one(_ITEM, order_item_id)
        if item is None:
            raise NotFound("order line with this id", "orderItemId")
        if item["match_state"] != "unmatched":
            raise Conflict(Code.STATUS_FORBIDS, "The line does not wait for an answer any more.", "orderItemId")
        store_id = item["store_id"]
        if product_id is not None:
            owner = await tx.fetch_value("SELECT store_id FROM products WHERE id = $1", product_id)
            if owner != store_id:
                raise NotFound("product of this store with this id", "productId")
        keys = answer_keys(item["sku"], item["gtin"], item["title"])
        same = [{"id": item["id"], "order_id": item["order_id"]}]
        if remember and keys:
            text, value = _same_lines(item)
            same = await tx.fetch(text, store_id, item["marketplace"], value)
            await tx.execute(
                "INSERT INTO product_matches (store_id, marketplace, key, product_id, answered_by, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store_id, marketplace, key) DO UPDATE SET"
                " product_id = excluded.product_id, answered_by = excluded.answered_by,"
                " created_at = excluded.created_at",
                store_id, item["marketplace"], keys[0], product_id, actor, now,
            )  # fmt: skip
        return await apply_answer(
            tx, {row["id"] for row in same}, {row["order_id"] for row in same}, product_id, actor, now
        )


def _same_lines(item: dict[str, Any]) -> tuple[str, str]:
    if item["sku"]:
        return _BY_SKU, item["sku"]
    if item["gtin"]:
        return _BY_GTIN, item["gtin"]
    return _BY_TITLE, item["title"]


async def apply_answer(
    tx: Tx, item_ids: set[int], order_ids: set[int], product_id: int | None, actor: str, now: datetime
) -> Answered:
    """Write an answer to lines, in the caller's transaction; lines that do not wait any more are left alone."""
    orders = {row["id"]: row for row in await tx.fetch(_ORDERS, tuple(sorted(order_ids)))}
    rows = await tx.fetch(_LINES, tuple(orders))
    book = await open_book(tx, [] if product_id is None else [product_id], sorted(item_ids))
    changes = []
    for row in rows:
        if row["id"] not in item_ids or row["match_state"] != "unmatched":
            continue
        state = "none"
        if product_id is not None:
            status = OrderStatus(orders[row["order_id"]]["status"])
            need = pieces_to_hold(status, row["quantity"], row["cancelled"], row["shipped"], row["earlier"])
            if need:
                state = book.settle(row["id"], product_id, need).state
        row["match_state"] = "ignored" if product_id is None else "matched"
        row["stock_state"] = state
        changes.append((row["id"], product_id, row["match_state"], state))
    await tx.execute_many(
        "UPDATE order_items SET product_id = $2, match_state = $3, stock_state = $4 WHERE id = $1", changes
    )
    for order_id, order in orders.items():
        mine = [row for row in rows if row["order_id"] == order_id]
        waiting = {row["line_key"][:80] for row in mine if row["match_state"] == "unmatched"}
        shorts = sum(1 for row in mine if row["stock_state"] == "short")
        codes, reason = attention.without(
            order["attention_reason"],
            lambda notice, waiting=waiting: (  # type: ignore[misc]  # bound per order
                notice[0] == Attention.SHORT
                or (notice[0] == Attention.UNMATCHED and not any(f"line {key}:" in notice[1] for key in waiting))
            ),
        )
        if shorts:
            codes, reason = attention.add(reason, [short_lines.short_notice(shorts)])
        await tx.execute(
            "UPDATE orders SET attention = $2, attention_reason = $3, updated_at = $4 WHERE id = $1",
            order_id, codes, reason, now,
        )  # fmt: skip
        tx.emit(OrderChanged(order["store_id"], order_id, order["marketplace"], order["status"], "attention"))
    if orders:
        store_id = next(iter(orders.values()))["store_id"]
        await write_book(tx, book, store_id=store_id, actor=actor, now=now)
        await key_units.owe(tx, tuple(orders), now)
    return Answered(tuple(change[0] for change in changes), tuple(orders))
