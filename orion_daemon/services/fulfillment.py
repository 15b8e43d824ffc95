"""Parcels: what leaves the house, out of which stock, and what the channel is to hear of it.

A parcel's reference is the caller's and the same at every retry: shipping twice with one reference is shipping once.
Pieces leave what is held for the line, or, for a line that still waits, what is free; never what is not there. The
order is shipped when nothing confirmed is left to send, and delivered when all that was shipped lies in delivered
parcels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.fulfillment import status_after
from orion_daemon.domain.orders import HOLDING, Cause, OrderStatus
from orion_daemon.jobs.kinds import SEND_SHIPMENT, SEND_STATUS, ShipmentArgs, StatusArgs
from orion_daemon.services import access, key_units
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.order_work import OrderState, OrderWork

_SHIPMENT_COLUMNS = (
    "order_id", "reference", "carrier", "tracking_number", "sync_status", "sync_error", "created_by", "shipped_at",
    "created_at", "updated_at",
)  # fmt: skip
_PARCEL = """
SELECT s.id, s.order_id, s.reference, s.carrier, s.tracking_number, s.shipped_at, s.sync_status, o.channel_order_id,
       (SELECT count(*) FROM shipments t WHERE t.order_id = s.order_id AND t.id <= s.id) AS number
FROM shipments s JOIN orders o ON o.id = s.order_id WHERE s.id = $1
"""
_DELIVERED_PIECES = """
SELECT COALESCE(SUM(si.quantity), 0) AS n FROM shipment_items si JOIN shipments s ON s.id = si.shipment_id
WHERE s.order_id = $1 AND s.delivered_at IS NOT NULL
"""
_PARCEL_LINES = """
SELECT i.line_key, si.quantity FROM shipment_items si JOIN order_items i ON i.id = si.order_item_id
WHERE si.shipment_id = $1 ORDER BY i.id
"""
_LEFT = """
SELECT (SELECT count(*) FROM order_items i
        WHERE i.order_id = $1 AND i.quantity > i.cancelled + i.shipped) AS lines_left,
       (SELECT MAX(s.id) FROM shipments s WHERE s.order_id = $1) AS last_shipment
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """`existed`: this reference was shipped before, and nothing was changed now."""

    shipment_id: int
    order: OrderState
    existed: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """`existed`: it was known to be delivered; `is_told`: a message to the channel was put now."""

    shipment_id: int
    order: OrderState
    existed: bool
    is_told: bool


async def ship(
    db: Database,
    order_id: int,
    lines: Mapping[int, int] | None = None,
    *,
    reference: str,
    actor: str,
    now: datetime,
    carrier: str = "",
    tracking_number: str = "",
    shipped_at: datetime | None = None,
) -> Shipped:
    """Send a parcel of (line id → pieces), or of everything that is confirmed and still here (None), but for keys that
    are owed.

    Raises Conflict where the status forbids it or more is asked than is confirmed, Refused (not_enough_stock) where
    pieces are not there. Carrier and tracking number may be unknown.
    """
    _check(reference, carrier, tracking_number, lines)
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        known = await tx.fetch_one("SELECT id, order_id FROM shipments WHERE reference = $1", reference)
        if known is not None:
            if known["order_id"] != order_id:
                raise Conflict(Code.ALREADY_EXISTS, "This reference names a parcel of another order.", "reference")
            state = OrderState(order_id, work.status.value, work.sync_status, work.row["attention"])
            return Shipped(known["id"], state, existed=True)
        if work.status is OrderStatus.PENDING or work.status not in HOLDING:
            hint = "confirm it first" if work.status is OrderStatus.PENDING else "there is nothing left to send"
            raise Conflict(
                Code.STATUS_FORBIDS, f"Order {work.row['order_number']} is {work.status.value}; {hint}.", "orderId"
            )
        if Attention.CANCELLATION_REQUESTED in work.row["attention"].split():
            raise Conflict(
                Code.CANCELLATION_REQUESTED,
                f"The buyer of order {work.row['order_number']} asks to cancel it. Cancel the order, or clear that"
                " notice (clearOrderAttention) to send it all the same.",
                "orderId",
            )
        work.keep_for_sending()
        if lines is None:
            owed = await key_units.unsettled(tx, order_id)  # keys go by themselves
            left = {line.id: line.pieces.shippable - owed.get(line.id, 0) for line in work.lines}
            wanted = {item_id: pieces for item_id, pieces in left.items() if pieces > 0}
        else:
            wanted = dict(lines)
        if not wanted:
            raise Conflict(Code.STATUS_FORBIDS, "Nothing of the order is confirmed and still here.", "lines")
        for item_id, pieces in wanted.items():
            line = work.line(item_id)
            if pieces > line.pieces.shippable:
                raise Conflict(
                    Code.QUANTITY_TOO_LARGE,
                    f"{line.pieces.shippable} pieces of line {line.row['line_key']} can be sent, not {pieces}.",
                    "lines",
                )
            line.pieces.shipped += pieces
        [row] = await tx.insert(
            "shipments",
            _SHIPMENT_COLUMNS,
            [
                (
                    order_id, reference, carrier, tracking_number, "none" if work.is_storefront else "pending", "",
                    actor, shipped_at or now, now, now,
                )
            ],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.insert(
            "shipment_items",
            ("shipment_id", "order_item_id", "quantity"),
            [(row["id"], item_id, pieces) for item_id, pieces in wanted.items()],
        )
        if status_after(work.status, [line.pieces for line in work.lines]) is OrderStatus.SHIPPED:
            work.move(OrderStatus.SHIPPED, Cause.OPERATOR)
        if not work.is_storefront:
            work.tell(SEND_SHIPMENT, ShipmentArgs(row["id"]))
        return Shipped(row["id"], await work.finish("shipment", strict=True), existed=False)


async def correct_shipment(
    db: Database, shipment_id: int, *, carrier: str, tracking_number: str, actor: str, now: datetime
) -> OrderState:
    """Give a parcel that the channel did not take another carrier or tracking number, and tell it again.

    Raises NotFound, Invalid, and Conflict for a parcel that the channel knows or is just being told of: what it was
    told once, not every channel lets Orion change.
    """
    _check_texts(carrier, tracking_number)
    async with db.transaction() as tx:
        order_id = await tx.fetch_value("SELECT order_id FROM shipments WHERE id = $1", shipment_id)
        if order_id is None:
            raise NotFound("parcel with this id", "shipmentId")
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        parcel = await tx.fetch_one("SELECT reference, sync_status FROM shipments WHERE id = $1", shipment_id)
        assert parcel is not None  # noqa: S101  # the order's lock holds it
        if parcel["sync_status"] not in ("failed", "none"):
            hint = "is being told of it" if parcel["sync_status"] == "pending" else "knows it: correct it there"
            raise Conflict(
                Code.STATUS_FORBIDS, f"{work.owner} {hint}. Parcel {parcel['reference']} stays as it is.", "shipmentId"
            )
        state = "none" if work.is_storefront else "pending"
        await tx.execute(
            "UPDATE shipments SET carrier = $2, tracking_number = $3, sync_status = $4, sync_error = '',"
            " updated_at = $5 WHERE id = $1",
            shipment_id, carrier, tracking_number, state, now,
        )  # fmt: skip
        if not work.is_storefront:
            await work.tell_again(SEND_SHIPMENT, ShipmentArgs(shipment_id))
        detail = {"order": f"order:{order_id}", "reference": parcel["reference"]}
        subject, store_id = f"shipment:{shipment_id}", work.row["store_id"]
        await access.audit(tx, actor, "shipment.corrected", subject, detail, store_id, now)
        return await work.finish("shipment")


async def mark_shipment_delivered(
    db: Database, shipment_id: int, *, actor: str, now: datetime, delivered_at: datetime | None = None, note: str = ""
) -> Delivered:
    """One parcel has arrived; repeating it changes nothing. With the last one the order is delivered.

    Channels know no delivered parcels. One that hears of statuses is told when the order is delivered; one that names
    units, and the storefront, hear nothing. Raises NotFound, and Invalid for a time that cannot be.
    """
    async with db.transaction() as tx:
        order_id = await tx.fetch_value("SELECT order_id FROM shipments WHERE id = $1", shipment_id)
        if order_id is None:
            raise NotFound("parcel with this id", "shipmentId")
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        parcel = await tx.fetch_one("SELECT * FROM shipments WHERE id = $1", shipment_id)
        assert parcel is not None  # noqa: S101  # the order's lock holds it
        existed = parcel["delivered_at"] is not None
        if not existed:
            await _deliver(tx, work, parcel, delivered_at or now, note)
        is_moving = work.status is OrderStatus.SHIPPED and await _is_all_delivered(tx, work)
        if existed and not is_moving:
            state = OrderState(order_id, work.status.value, work.sync_status, work.row["attention"])
            return Delivered(shipment_id, state, existed=True, is_told=False)
        is_told = is_moving and not work.is_storefront and not work.names_units
        if is_moving:
            work.move(OrderStatus.DELIVERED, Cause.OPERATOR, note or f"parcel {parcel['reference']} was the last")
        if is_told:
            work.tell(SEND_STATUS, StatusArgs(order_id, OrderStatus.DELIVERED.value))
        return Delivered(shipment_id, await work.finish(None if is_moving else "shipment"), existed, is_told)


async def _deliver(tx: Tx, work: OrderWork, parcel: Row, delivered_at: datetime, note: str) -> None:
    if not parcel["shipped_at"] <= delivered_at:
        raise Invalid(Code.INVALID_VALUE, "A parcel is not delivered before it was shipped.", "deliveredAt")
    if delivered_at > work.now:
        raise Invalid(Code.INVALID_VALUE, "That time has not come yet.", "deliveredAt")
    await tx.execute(
        "UPDATE shipments SET delivered_at = $2, updated_at = $3 WHERE id = $1", parcel["id"], delivered_at, work.now
    )
    detail = {"order": f"order:{work.order_id}", "reference": parcel["reference"], "note": note}
    subject, store_id = f"shipment:{parcel['id']}", work.row["store_id"]
    await access.audit(tx, work.actor, "shipment.delivered", subject, detail, store_id, work.now)


async def _is_all_delivered(tx: Tx, work: OrderWork) -> bool:
    """Pieces that left without a parcel of ours are proven by nothing."""
    arrived = await tx.fetch_value(_DELIVERED_PIECES, work.order_id)
    return bool(arrived >= sum(line.pieces.shipped for line in work.lines))


def _check(reference: str, carrier: str, tracking_number: str, lines: Mapping[int, int] | None) -> None:
    if not 0 < len(reference) <= 64:
        raise Invalid(Code.INVALID_VALUE, "A parcel's reference has 1 to 64 characters.", "reference")
    _check_texts(carrier, tracking_number)
    if lines is not None and (not lines or any(pieces <= 0 for pieces in lines.values())):
        raise Invalid(Code.INVALID_VALUE, "Name at least one line, and at least one piece of each.", "lines")


def _check_texts(carrier: str, tracking_number: str) -> None:
    if len(carrier) > 100:
        raise Invalid(Code.INVALID_VALUE, "A carrier's name has up to 100 characters.", "carrier")
    if len(tracking_number) > 200:
        raise Invalid(Code.INVALID_VALUE, "A tracking number has up to 200 characters.", "trackingNumber")


@dataclass(frozen=True, slots=True)
class ParcelToSend:
    """What the channel is to hear; `lines` are (line key, pieces). `is_final`: the last parcel, and nothing is left."""

    shipment_id: int
    order_id: int
    reference: str
    channel_order_id: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    lines: tuple[tuple[str, int], ...]
    is_final: bool
    is_known_there: bool
    number: int  # 1, 2, 3 … within the order; parcels are never removed


async def parcel_to_send(db: Database, shipment_id: int) -> ParcelToSend:
    """Read when it is sent. Raises NotFound."""
    row = await db.fetch_one(_PARCEL, shipment_id)
    if row is None:
        raise NotFound("parcel with this id", "shipmentId")
    lines = await db.fetch(_PARCEL_LINES, shipment_id)
    left = await db.fetch_one(_LEFT, row["order_id"])
    assert left is not None  # noqa: S101  # an aggregate always answers
    return ParcelToSend(
        row["id"],
        row["order_id"],
        row["reference"],
        row["channel_order_id"],
        row["carrier"],
        row["tracking_number"],
        row["shipped_at"],
        tuple((line["line_key"], line["quantity"]) for line in lines),
        is_final=left["lines_left"] == 0 and left["last_shipment"] == row["id"],
        is_known_there=row["sync_status"] == "synced",
        number=row["number"],
    )
