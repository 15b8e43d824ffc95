"""Orders that were answered at the channel before Orion watched it: a person says what became of them.

Their pieces hold no stock (`domain/orders.is_earlier`), and the order asks for attention until one of two things is
said. They have left: the pieces count as shipped, no stock moves, for it was counted after they were gone, and the
channel has nothing to hear. They are still to be sent: they are held from now on, or the line is short. Working on the
order (`orders.mark_processing`, `mark_ready`, `fulfillment.ship`) says the latter too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.fulfillment import Pieces, status_after
from orion_daemon.domain.orders import Cause, OrderStatus
from orion_daemon.services import access, order_rows
from orion_daemon.services.errors import Code, Conflict, NotFound, ServiceError
from orion_daemon.services.order_work import OrderState, OrderWork

MOST_AT_ONCE = 500
_ORDERS = """
SELECT id, store_id, marketplace, order_number, status, sync_status, attention_reason FROM orders
WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE
"""
_OLD = """
SELECT o.id FROM orders o WHERE o.channel_id = $1 AND o.placed_at < $2
  AND EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.earlier > 0)
ORDER BY o.id LIMIT $3
"""
_UPDATE_ORDER = """
UPDATE orders SET status = $2, attention = $3, attention_reason = $4, updated_at = $5 WHERE id = $1
"""
_UPDATE_ITEM = "UPDATE order_items SET shipped = $2, earlier = 0 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Settled:
    """Ids of orders, and whether more of the kind are left."""

    orders: tuple[int, ...]
    has_more: bool


async def mark_sent(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    """The goods left before Orion came. Raises NotFound, and Conflict for an order without such pieces."""
    async with db.transaction() as tx:
        states = await _mark_sent(tx, [order_id], actor, now, note)
        if not states:
            raise await _refusal(tx, order_id)
        return states[0]


async def mark_all_sent(
    db: Database, channel_id: int, placed_before: datetime, *, actor: str, now: datetime, note: str = ""
) -> Settled:
    """As `mark_sent` for all of a channel that were placed before a time, `MOST_AT_ONCE` of them. Repeating is safe."""
    async with db.transaction() as tx:
        rows = await tx.fetch(_OLD, channel_id, placed_before, MOST_AT_ONCE + 1)
        states = await _mark_sent(tx, [row["id"] for row in rows[:MOST_AT_ONCE]], actor, now, note)
        return Settled(tuple([state.order_id for state in states]), len(rows) > MOST_AT_ONCE)


async def reserve(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    """The goods are still to be sent: hold them now. What is not there makes the line short, and the order says so."""
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        if not any(line.pieces.earlier for line in work.lines):
            raise await _refusal(tx, order_id)
        work.keep_for_sending()
        subject, store_id = f"order:{order_id}", work.row["store_id"]
        await access.audit(tx, actor, "earlier_orders.reserve", subject, {"note": note}, store_id, now)
        return await work.finish("attention")


async def _mark_sent(tx: Tx, order_ids: Sequence[int], actor: str, now: datetime, note: str) -> list[OrderState]:
    """Orders without such pieces are left out. No stock moves, so no level is locked."""
    orders = await tx.fetch(_ORDERS, tuple(order_ids)) if order_ids else []
    items: dict[int, list[Row]] = {order["id"]: [] for order in orders}
    for item in await tx.fetch(order_rows.SELECT_ITEMS, tuple(items)) if items else ():
        items[item["order_id"]].append(item)
    orders = [order for order in orders if any(item["earlier"] for item in items[order["id"]])]
    states, rows, lines, history = [], [], [], []
    for order in orders:
        mine, before = items[order["id"]], OrderStatus(order["status"])
        status = status_after(before, [_sent(item) for item in mine])
        lines += [(item["id"], item["shipped"] + item["earlier"]) for item in mine if item["earlier"]]
        if status is not before:
            history.append(order_rows.history_row(order["id"], before, status, Cause.OPERATOR, actor, now, note))
        codes, reason = attention.without(order["attention_reason"], _asks_for_this)
        rows.append((order["id"], status, codes, reason, now))
        states.append(OrderState(order["id"], status.value, order["sync_status"], codes))
        what = "attention" if status is before else "status"
        tx.emit(OrderChanged(order["store_id"], order["id"], order["marketplace"], status, what))
    if orders:
        await tx.execute_many(_UPDATE_ORDER, rows)
        await tx.execute_many(_UPDATE_ITEM, lines)
        await tx.insert("order_status_history", order_rows.HISTORY_COLUMNS, history)
        named = [f"order:{order['id']}" for order in orders]
        subject = named[0] if len(named) == 1 else f"{len(named)} orders"
        detail = {"subjects": named, "note": note}
        await access.audit(tx, actor, "earlier_orders.sent", subject, detail, orders[0]["store_id"], now)
    return states


def _asks_for_this(notice: Notice) -> bool:
    return notice[0] == Attention.ANSWERED_BEFORE


def _sent(item: Mapping[str, Any]) -> Pieces:
    return Pieces(item["quantity"], item["confirmed"], item["cancelled"], item["shipped"] + item["earlier"])


async def _refusal(tx: Tx, order_id: int) -> ServiceError:
    number = await tx.fetch_value("SELECT order_number FROM orders WHERE id = $1", order_id)
    if number is None:
        return NotFound("order with this id", "orderId")
    return Conflict(
        Code.STATUS_FORBIDS,
        f"Order {number} has no pieces that were answered before Orion watched the channel, or somebody has said"
        " already what became of them.",
        "orderId",
    )
