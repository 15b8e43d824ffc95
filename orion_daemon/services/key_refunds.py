"""Paying back what cannot be delivered: units that have no key are cancelled, with their pieces and their money.

All in one transaction: the units go, and their keys, if they have any, back into the pool; the pieces of the order
count as cancelled; the channel is asked to pay back where it lets Orion (`refunds.py`), else the order says how much a
person has to pay back. An order of which nothing is left is cancelled at the channel instead, where that can be told.
The customer is told by mail what is not coming (`key_notices.py`), unless that was the customer's own wish.
Units whose key was delivered are paid back by `refunds.ask`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.fulfillment import status_after
from orion_daemon.domain.keys import UnitState
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.orders import OPEN, Cause, OrderStatus
from orion_daemon.domain.refunds import WISHED_BY_BUYERS, RefundReason
from orion_daemon.jobs.kinds import SEND_STATUS, StatusArgs
from orion_daemon.services import access, key_levels, key_notices, key_units, refunds
from orion_daemon.services.errors import Code, Conflict, Invalid
from orion_daemon.services.key_replacements import locked_units
from orion_daemon.services.order_work import OrderWork

_PRICES = "SELECT id, unit_price_minor, total_minor, quantity FROM order_items WHERE order_id = $1"
_ASKED_FOR = "SELECT amount_minor FROM refunds WHERE id = $1"
_ON_ITS_WAY = """
SELECT count(*) FROM keys WHERE id = ANY($1::bigint[]) AND state = 'claimed' AND delivered_at IS NOT NULL
"""
_HINTS = {
    UnitState.BUYING: "it is being bought at this moment; wait for the answer",
    UnitState.UNKNOWN: "nobody knows yet whether it was bought; wait for the answer",
    UnitState.WAITING: "it is bought and its code comes later",
    UnitState.DELIVERED: "its key was delivered: use refundOrder",
}


@dataclass(frozen=True, slots=True)
class PaidBack:
    """`refund_id` is None where a person pays back. `existed`: these units were
    cancelled before, and nothing was changed now."""

    order_id: int
    units: int
    refund_id: int | None = None
    existed: bool = False


async def refund_units(
    db: Database,
    order_id: int,
    unit_ids: Sequence[int],
    reason: RefundReason,
    *,
    reference: str,
    actor: str,
    now: datetime,
    amount_minor: int | None = None,
    note: str = "",
) -> PaidBack:
    """Cancel units of one order that nobody can deliver, and pay them back: `amount_minor`, or (None) what their pieces
    cost by their lines, or all that is left where nothing of the order stays. Repeating it changes nothing.

    Raises NotFound, Conflict for units that are being bought, delivered, or in a message on its way, and what
    `refunds.ask` raises.
    """
    refunds.check(reference, note, amount_minor)
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        units = await locked_units(tx, unit_ids)
        if any(unit["order_id"] != order_id for unit in units):
            raise Invalid(Code.INVALID_VALUE, "All units have to be of this order.", "keyUnitIds")
        mine = [unit for unit in units if unit["state"] != UnitState.CANCELLED]
        if not mine:
            return PaidBack(order_id, 0, existed=True)
        for unit in mine:
            if unit["state"] not in key_units.CANCELLABLE:
                hint = _HINTS[UnitState(unit["state"])]
                raise Conflict(Code.STATUS_FORBIDS, f"Unit {unit['number']} cannot be cancelled: {hint}.", "keyUnitIds")
        if await tx.fetch_value(_ON_ITS_WAY, tuple(unit["key_id"] for unit in mine if unit["key_id"] is not None)):
            raise Conflict(
                Code.STATUS_FORBIDS,
                "A message with a key of these is on its way, so the customer may have it. Wait for its end.",
                "keyUnitIds",
            )
        await key_units.cancel(tx, mine, now)
        pieces = _cancel_pieces(work, mine)
        is_all = not any(line.pieces.left or line.pieces.shipped for line in work.lines)
        amount = amount_minor if amount_minor is not None or is_all else await _worth(work, mine)
        refund_id = await _pay_back(work, amount, reason, reference, note, pieces)
        if reason not in WISHED_BY_BUYERS:
            back = amount if refund_id is None else await tx.fetch_value(_ASKED_FOR, refund_id)
            await key_notices.give_up(tx, [unit["id"] for unit in mine], back)
        _move(work, has_refund=refund_id is not None)
        detail = {"units": [unit["id"] for unit in mine], "reason": reason.value, "reference": reference}
        await access.audit(tx, actor, "keys.refund", f"order:{order_id}", detail, work.row["store_id"], now)
        await work.finish("content")
        products = [work.line(unit["order_item_id"]).row["product_id"] for unit in mine]
        await key_levels.changed(tx, products, now)
        await key_units.settle(tx, [order_id], now)
        return PaidBack(order_id, len(mine), refund_id)


def _cancel_pieces(work: OrderWork, units: Sequence[Row]) -> int:
    """Pieces of units that were never delivered are cancelled; the others count as shipped for ever. How many."""
    count = 0
    for unit in units:
        pieces = work.line(unit["order_item_id"]).pieces
        if unit["delivered_at"] is None and pieces.left:
            pieces.cancelled += 1
            count += 1
    return count


async def _worth(work: OrderWork, units: Sequence[Row]) -> int:
    """What the customer paid for these pieces, with VAT, in minor units."""
    lines = {row["id"]: row for row in await work.tx.fetch(_PRICES, work.order_id)}
    amount = 0
    for unit in units:
        row = lines[unit["order_item_id"]]
        price = row["unit_price_minor"]
        if price is None and row["total_minor"] is not None and row["quantity"] > 0:
            price = row["total_minor"] // row["quantity"]
        if price is None:
            raise Invalid(Code.REQUIRED, "The channel did not say what a piece cost; name the amount.", "amount")
        amount += price
    return amount


async def _pay_back(
    work: OrderWork, amount: int | None, reason: RefundReason, reference: str, note: str, pieces: int
) -> int | None:
    marketplace = work.row["marketplace"]
    if refunds.is_made_by(marketplace) and work.may_tell:
        return await refunds.ask_within(work, amount, reason=reason, reference=reference, note=note)
    order = await work.tx.fetch_one("SELECT currency FROM orders WHERE id = $1", work.order_id)
    assert order is not None  # noqa: S101  # it is locked
    much = "what it cost" if amount is None else f"{to_decimal(amount, order['currency'])} {order['currency']}"
    text = f"{pieces or 'some'} pieces cannot be delivered: pay {much} back by {marketplace}'s own pages, or by hand"
    work.notice((Attention.PAY_BACK, text))
    return None


def _move(work: OrderWork, *, has_refund: bool) -> None:
    """Nothing left to deliver: shipped, or cancelled. An order whose money the channel is to pay back stays as it is
    until the channel shows that: one that is cancelled is paid back by nobody."""
    status = status_after(work.status, [line.pieces for line in work.lines])
    if status is work.status or work.status not in OPEN or (has_refund and status is OrderStatus.CANCELLED):
        return
    work.move(status, Cause.OPERATOR)
    if status is not OrderStatus.CANCELLED or work.is_storefront:
        return
    if work.names_units or not work.may_tell:
        work.notice((Attention.CANCELLED_HERE_ONLY, "nothing of it can be delivered; cancel it at the channel"))
    else:
        work.tell(SEND_STATUS, StatusArgs(work.order_id, status.value))
