"""Refunds that the store makes: asked for here, paid by the channel, believed when the order there shows them.

    ask → row and job, in one transaction → the actor imports the order anew and begins: what the channel shows now is
    kept, and from that commit on it may have been paid → the channel is asked (`connectors/base.py`) → its word is
    recorded with the job's end (`refund_results.py`) → a later document settles the row (`refunds_shown.py`)

A reference is the caller's and the same at every retry: asking twice with one reference is asking once. A refund that
failed is never sent again; a person who has looked asks anew, with another reference. The order's status and what it
says was refunded follow the channel alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.incoming import IncomingRefund
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.domain.refunds import RefundReason, RefundState, left_minor
from orion_daemon.jobs.kinds import SEND_REFUND, RefundArgs
from orion_daemon.services import access
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from orion_daemon.services.order_work import OrderState, OrderWork

LONGEST_NOTE = 100
_COLUMNS = (
    "order_id", "reference", "amount_minor", "currency", "reason", "note", "state", "error", "created_by",
    "created_at", "updated_at",
)  # fmt: skip
_ORDER = """
SELECT o.id, o.order_number, o.marketplace, o.status, o.currency, o.total_minor, o.refunded_minor,
       o.erased_at
FROM orders o WHERE o.id = $1 FOR UPDATE
"""
_REFUND = "SELECT r.*, o.channel_order_id FROM refunds r JOIN orders o ON o.id = r.order_id WHERE r.id = $1"
_UNDER_WAY = """
SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS n FROM refunds
WHERE order_id = $1 AND id <> $2 AND state IN ('asked', 'sent')
"""
_FOUND_SINCE = """
SELECT reference FROM refunds WHERE order_id = $1 AND id <> $2 AND found_at IS NOT NULL AND found_at >= $3
ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """`existed`: this reference was asked for before, and nothing was changed now."""

    refund_id: int
    order: OrderState
    existed: bool


@dataclass(frozen=True, slots=True)
class RefundToSend:
    """`is_tried`: an earlier try may have been paid. `known`: what the channel showed before the first try."""

    refund_id: int
    order_id: int
    channel_order_id: str
    reference: str
    amount_minor: int
    currency: str
    reason: RefundReason
    note: str
    state: RefundState
    known: tuple[str, ...]
    tried_at: datetime | None
    is_tried: bool
    created_at: datetime


async def ask(
    db: Database,
    order_id: int,
    amount_minor: int | None = None,
    *,
    reason: RefundReason,
    reference: str,
    actor: str,
    now: datetime,
    note: str = "",
    currency: str | None = None,
) -> Asked:
    """Ask the channel to pay back an amount in minor units, or (None) all that is left. `currency` is checked where it
    is given; `note` is for the buyer and holds at most 100 characters.

    Raises Refused (unsupported, mutations_forbidden), Conflict where nothing was paid, more is asked than is left, the
    reference names another refund, or a note is for a buyer who was erased; Invalid for an input that cannot be right.
    """
    check(reference, note, amount_minor)
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        known = await tx.fetch_one("SELECT * FROM refunds WHERE reference = $1", reference)
        if known is not None:
            if known["order_id"] != order_id or amount_minor not in (None, known["amount_minor"]):
                raise Conflict(Code.ALREADY_EXISTS, "This reference names another refund.", "reference")
            state = OrderState(order_id, work.status.value, work.sync_status, work.row["attention"])
            return Asked(known["id"], state, existed=True)
        refund_id = await ask_within(
            work, amount_minor, reason=reason, reference=reference, note=note, currency=currency
        )
        return Asked(refund_id, await work.finish("content"), existed=False)


async def ask_within(
    work: OrderWork,
    amount_minor: int | None,
    *,
    reason: RefundReason,
    reference: str,
    note: str = "",
    currency: str | None = None,
) -> int:
    """As `ask`, for whoever does more with the order in the same transaction and finishes the work; the reference was
    not used before. Returns the refund's id."""
    _must_be_made_here(work.row["marketplace"])
    order_id, tx, now, actor = work.order_id, work.tx, work.now, work.actor
    order = await _locked(tx, order_id)
    if currency not in (None, order["currency"]):
        raise Invalid(Code.CURRENCY_DIFFERS, f"The order is in {order['currency']}, not {currency}.", "amount")
    if note and order["erased_at"] is not None:
        raise Conflict(
            Code.STATUS_FORBIDS, "The order's people were erased: nothing is written to them. Leave it out.", "note"
        )
    left = await _left(tx, order, 0)
    amount = left if amount_minor is None else amount_minor
    if not 0 < amount <= left:
        raise _too_much(order, amount, left)
    [row] = await tx.insert(
        "refunds",
        _COLUMNS,
        [
            (
                order_id, reference, amount, order["currency"], reason.value, note, RefundState.ASKED, "", actor,
                now, now,
            )
        ],
        suffix="RETURNING id",
    )  # fmt: skip
    detail = {
        "order": f"order:{order_id}", "reference": reference, "amount": to_decimal(amount, order["currency"]),
        "currency": order["currency"], "reason": reason.value,
    }  # fmt: skip
    await access.audit(tx, actor, "refund.ask", f"refund:{row['id']}", detail, work.row["store_id"], now)
    work.tell(SEND_REFUND, RefundArgs(row["id"]), entity=entity_of(order_id))
    return int(row["id"])


async def refund_to_send(db: Database, refund_id: int) -> RefundToSend:
    """Raises NotFound."""
    return _read(await db.fetch_one(_REFUND, refund_id))


async def begin(db: Database, refund_id: int, shown: Iterable[IncomingRefund], now: datetime) -> RefundToSend:
    """Commit that it is tried from now on, beside what the channel shows of the order's refunds at this moment.

    Changes nothing where it was tried before or is not `asked` any more; the result says so. Raises Conflict where it
    must not be paid any more: the order was cancelled, less is left, or an earlier refund that had been given up was
    shown since this one was asked for.
    """
    async with db.transaction() as tx:
        before = _read(await tx.fetch_one(_REFUND, refund_id))
        order = await _locked(tx, before.order_id)
        refund = _read(await tx.fetch_one(_REFUND, refund_id))
        if refund.state is not RefundState.ASKED or refund.is_tried:
            return refund
        found = await tx.fetch_one(_FOUND_SINCE, refund.order_id, refund_id, refund.created_at)
        if found is not None:
            raise Conflict(
                Code.STATUS_FORBIDS,
                f"The earlier refund {found['reference']} was made after all. Ask for this one anew if the buyer is to"
                " have both.",
            )
        left = await _left(tx, order, refund_id)
        if refund.amount_minor > left:
            raise _too_much(order, refund.amount_minor, left)
        known = tuple(one.refund_id for one in shown)
        await tx.execute(
            "UPDATE refunds SET tried_at = $2, known_json = $3, updated_at = $2 WHERE id = $1",
            refund_id, now, list(known),
        )  # fmt: skip
        return replace(refund, known=known, tried_at=now)


async def take_back_try(db: Database, refund_id: int, now: datetime) -> None:
    """The try that `begin` committed surely paid nothing: the next one may begin anew."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE refunds SET tried_at = NULL, known_json = NULL, updated_at = $2 WHERE id = $1 AND state = 'asked'",
            refund_id, now,
        )  # fmt: skip


def entity_of(order_id: int) -> str:
    """Refunds of one order go one after the other, and keep its parcels waiting for nothing."""
    return f"refund:{order_id}"


def check(reference: str, note: str, amount_minor: int | None) -> None:
    if not 0 < len(reference) <= 64:
        raise Invalid(Code.INVALID_VALUE, "A refund's reference has 1 to 64 characters.", "reference")
    if len(note) > LONGEST_NOTE:
        raise Invalid(Code.INVALID_VALUE, f"A note to the buyer has up to {LONGEST_NOTE} characters.", "note")
    if amount_minor is not None and amount_minor <= 0:
        raise Invalid(Code.INVALID_VALUE, "Nothing is paid back with an amount that is not positive.", "amount")


def is_made_by(marketplace: str) -> bool:
    """Whether Orion can have this marketplace pay back."""
    from orion_daemon.connectors.registry import MARKETPLACES  # all connectors, for a moment that is rare

    entry = MARKETPLACES.get(marketplace)
    return entry is not None and entry.makes_refunds


def _must_be_made_here(marketplace: str) -> None:
    if not is_made_by(marketplace):
        raise Refused(
            Code.UNSUPPORTED,
            f"Orion makes no refunds for {marketplace}. Pay it back there, on the pages for sellers; where the channel"
            " tells refunds, the order shows it then.",
            "orderId",
        )


async def _locked(tx: Tx, order_id: int) -> Row:
    row = await tx.fetch_one(_ORDER, order_id)
    if row is None:
        raise NotFound("order with this id", "orderId")
    return row


async def _left(tx: Tx, order: Row, refund_id: int) -> int:
    """What may go back beside all refunds but this one. Raises Conflict where that is nothing at all."""
    status, number = OrderStatus(order["status"]), order["order_number"]
    if status is OrderStatus.PENDING:
        raise Conflict(Code.STATUS_FORBIDS, f"Order {number} has not been paid; cancel it instead.", "orderId")
    if status is OrderStatus.CANCELLED:
        raise Conflict(
            Code.STATUS_FORBIDS, f"Order {number} is cancelled: the channel pays the buyer back by itself.", "orderId"
        )
    if order["total_minor"] is None:
        raise Conflict(Code.STATUS_FORBIDS, f"The channel has not said what order {number} cost.", "orderId")
    under_way = await tx.fetch_value(_UNDER_WAY, order["id"], refund_id)
    return left_minor(order["total_minor"], order["refunded_minor"], int(under_way))


def _too_much(order: Row, amount: int, left: int) -> Conflict:
    currency = order["currency"]
    if not left:
        text = f"Nothing of order {order['order_number']} is left to be paid back: all of it was, or is under way."
    else:
        text = f"{to_decimal(left, currency)} {currency} are left to be paid back, not {to_decimal(amount, currency)}."
    return Conflict(Code.AMOUNT_TOO_LARGE, text, "amount")


def _read(row: Row | None) -> RefundToSend:
    if row is None:
        raise NotFound("refund with this id", "refundId")
    return RefundToSend(
        row["id"],
        row["order_id"],
        row["channel_order_id"],
        row["reference"],
        row["amount_minor"],
        row["currency"],
        RefundReason(row["reason"]),
        row["note"],
        RefundState(row["state"]),
        tuple(row["known_json"] or ()),
        row["tried_at"],
        is_tried=row["tried_at"] is not None,
        created_at=row["created_at"],
    )
