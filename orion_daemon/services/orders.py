"""What an operator does with an order: confirm, decline, move on, cancel, clear what asked for attention.

Each is one transaction: check, rows and history, stock, and the job that tells the channel. How a channel is told:
units are answered one by one (AnswerUnits) where the channel names them, and then nothing else is sent but parcels;
other channels hear each new status (SendStatus); the storefront needs no telling. Shipping: `fulfillment.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.fulfillment import CannotAnswer, Pieces, status_after
from orion_daemon.domain.orders import Cause, OrderStatus
from orion_daemon.jobs.kinds import ANSWER_UNITS, SEND_STATUS, OrderArgs, StatusArgs
from orion_daemon.services import key_notices, key_units
from orion_daemon.services.errors import Code, Conflict, Invalid
from orion_daemon.services.order_work import OrderState, OrderWork

Answer = Mapping[int, int | Sequence[str] | None]
"""By line id: a number of pieces, the ids of units, or None for all that nobody answered yet."""


async def confirm_units(
    db: Database, order_id: int, lines: Answer | None = None, *, actor: str, now: datetime
) -> OrderState:
    """Say that the goods are there; None: for everything unanswered. Pending becomes confirmed with the first piece."""
    return await _answer(db, order_id, lines, Pieces.confirm, actor=actor, now=now)


async def decline_units(
    db: Database, order_id: int, lines: Answer | None = None, *, actor: str, now: datetime
) -> OrderState:
    """Say that goods are not there: their pieces are released. The order is cancelled when nothing is left of it.

    A channel that names no units cannot be told of parts; the order then says so.
    """
    return await _answer(db, order_id, lines, Pieces.decline, actor=actor, now=now)


async def _answer(
    db: Database,
    order_id: int,
    lines: Answer | None,
    answer: Callable[[Pieces, int | Sequence[str] | None], int],
    *,
    actor: str,
    now: datetime,
) -> OrderState:
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        chosen: Answer = {line.id: None for line in work.lines} if lines is None else lines
        if lines is not None and not lines:
            raise Invalid(Code.REQUIRED, "Name at least one line.", "lines")
        _must_be_open(work)
        cancelled_before = sum(line.pieces.cancelled for line in work.lines)
        answered = 0
        for item_id, wanted in chosen.items():
            line = work.line(item_id)
            try:
                answered += answer(line.pieces, wanted)
            except CannotAnswer as error:
                raise Conflict(Code.QUANTITY_TOO_LARGE, f"Line {line.row['line_key']}: {error}.", "lines") from None
        if not answered:
            raise Conflict(Code.STATUS_FORBIDS, "Every piece of these lines is answered already.", "lines")
        status = status_after(work.status, [line.pieces for line in work.lines])
        declined = sum(line.pieces.cancelled for line in work.lines) - cancelled_before
        moved = status is not work.status
        if moved:
            work.move(status, Cause.OPERATOR)
        if work.names_units:
            work.tell(ANSWER_UNITS, OrderArgs(order_id))
        elif not work.is_storefront:
            if moved:
                work.tell(SEND_STATUS, StatusArgs(order_id, status.value))
            if declined and status is not OrderStatus.CANCELLED:
                work.notice(
                    (Attention.CANCELLED_HERE_ONLY, f"{declined} pieces are declined; the channel takes no parts")
                )
        return await work.finish()


async def mark_processing(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    return await _move(db, order_id, OrderStatus.PROCESSING, actor=actor, now=now, note=note)


async def mark_ready(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    return await _move(db, order_id, OrderStatus.READY_FOR_SHIPMENT, actor=actor, now=now, note=note)


async def mark_delivered(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    """All parcels of the order are taken to be delivered."""
    return await _move(db, order_id, OrderStatus.DELIVERED, actor=actor, now=now, note=note)


async def mark_fulfilled(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    return await _move(db, order_id, OrderStatus.FULFILLED, actor=actor, now=now, note=note)


async def _move(db: Database, order_id: int, to: OrderStatus, *, actor: str, now: datetime, note: str) -> OrderState:
    """Asking for the status the order has already changes nothing."""
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        if work.status is to:
            return OrderState(order_id, to.value, work.sync_status, work.row["attention"])
        work.move(to, Cause.OPERATOR, note)
        work.keep_for_sending()
        if to is OrderStatus.DELIVERED:
            await tx.execute(
                "UPDATE shipments SET delivered_at = $2, updated_at = $2 WHERE order_id = $1 AND delivered_at IS NULL",
                order_id,
                now,
            )
        if not work.is_storefront and not work.names_units:
            work.tell(SEND_STATUS, StatusArgs(order_id, to.value))
        return await work.finish()


async def cancel_order(db: Database, order_id: int, *, actor: str, now: datetime, note: str = "") -> OrderState:
    """Cancel what nothing was shipped of; everything held is released. Repeating it changes nothing.

    Units whose answer the channel has already cannot be taken back there: the order says so. The customer is told of
    keys that were owed, unless the buyer had asked for this.
    """
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        if work.status is OrderStatus.CANCELLED:
            return OrderState(order_id, work.status.value, work.sync_status, work.row["attention"])
        if any(line.pieces.shipped for line in work.lines):
            raise Conflict(
                Code.STATUS_FORBIDS, "Parts of the order have been shipped; decline what is left instead.", "orderId"
            )
        unanswered = any(line.pieces.unanswered for line in work.lines)
        work.move(OrderStatus.CANCELLED, Cause.OPERATOR, note)
        untold = sum(line.pieces.cancel() for line in work.lines)
        if work.names_units:
            if unanswered or any(unit[2] for line in work.lines for unit in line.pieces.units):
                work.tell(ANSWER_UNITS, OrderArgs(order_id))
            if untold:
                work.notice(
                    (
                        Attention.CANCELLED_HERE_ONLY,
                        f"{untold} units were confirmed; the channel takes that back nowhere",
                    )
                )
        elif not work.is_storefront:
            work.tell(SEND_STATUS, StatusArgs(order_id, OrderStatus.CANCELLED.value))
        is_wished = Attention.CANCELLATION_REQUESTED in work.row["attention"].split()
        untold_keys = 0 if is_wished else await key_notices.give_up_order(tx, order_id)
        state = await work.finish()
        if untold_keys:
            await key_units.settle(tx, [order_id], now)
        return state


async def clear_attention(
    db: Database, order_id: int, code: str | None = None, *, actor: str, now: datetime
) -> OrderState:
    """A person has looked: take one notice away, or (None) all but the one that asks for a decision
    (`earlier_orders.py`). What a document says anew comes back with it."""
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        known = set(work.row["attention"].split())
        if code is not None and code not in known:
            raise Conflict(Code.INVALID_VALUE, f"The order does not ask for attention with {code[:40]!r}.", "code")
        if code == Attention.ANSWERED_BEFORE:
            raise Conflict(
                Code.STATUS_FORBIDS,
                "This notice is settled by saying whether the goods have left (markEarlierOrderSent) or are still to be"
                " sent (reserveEarlierOrder).",
                "code",
            )
        known.discard(Attention.ANSWERED_BEFORE)
        work.forget(*(known if code is None else (code,)))
        await tx.insert(
            "audit_entries",
            ("store_id", "actor", "action", "subject", "detail_json", "created_at"),
            [
                (
                    work.row["store_id"], actor, "clear_attention", f"order:{order_id}",
                    {"codes": sorted(known) if code is None else [code]}, now,
                )
            ],
        )  # fmt: skip
        state = await work.finish("attention")
        if Attention.CANCELLATION_REQUESTED in known and code in (None, Attention.CANCELLATION_REQUESTED):
            await key_units.resume(tx, [order_id], now)
        return state


def _must_be_open(work: OrderWork) -> None:
    if work.status not in (
        OrderStatus.PENDING,
        OrderStatus.CONFIRMED,
        OrderStatus.PROCESSING,
        OrderStatus.READY_FOR_SHIPMENT,
    ):
        raise Conflict(
            Code.STATUS_FORBIDS,
            f"Order {work.row['order_number']} is {work.status.value}; its pieces cannot be answered any more.",
            "orderId",
        )
