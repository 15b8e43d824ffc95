"""What became of a message with keys, and keys that a storefront fetches itself: units, keys and the order follow.

    sent        the mail server took it: its units and keys are delivered, and the order moves; what told of keys that
                do not come moves nothing
    failed      it will never be taken: the keys stay ready, and the order asks for a person
    postponed   it was surely not taken, and is tried again

A delivered unit is a piece of its line that has left, once: one whose bad key was replaced is not counted again. What
is delivered makes a shipment without a carrier, told to the channel where that may be told of anything. An order of
keys alone is fulfilled with its last one; one with goods beside them follows the goods. Recording twice is harmless.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import pictures
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.keys import UnitState
from orion_daemon.domain.orders import Cause, OrderStatus, may_move
from orion_daemon.domain.supply import CodeKind
from orion_daemon.jobs.kinds import SEND_SHIPMENT, ShipmentArgs
from orion_daemon.services import access, deliveries, key_pool, key_units
from orion_daemon.services.deliveries import ORION
from orion_daemon.services.errors import Code, Conflict, NotFound
from orion_daemon.services.order_work import OrderWork

_READY = """
SELECT u.id, u.order_item_id, u.key_id, u.delivered_at FROM key_units u JOIN order_items i ON i.id = u.order_item_id
WHERE i.order_id = $1 AND u.key_id = ANY($2::bigint[]) AND u.state = 'ready' ORDER BY u.id FOR UPDATE OF u
"""
_DELIVERED = """
SELECT u.order_item_id, count(*) AS n FROM key_units u JOIN order_items i ON i.id = u.order_item_id
WHERE i.order_id = $1 AND u.state = 'delivered' GROUP BY u.order_item_id
"""
_AFTER_FAILURE = {
    "": "The keys stay ready: correct the address and send them again",
    deliveries.ANNOUNCEMENT: "It told of keys to come: correct the address and send it again",
    deliveries.REFUND: "It told of keys that are not coming: correct the address and send it again",
}
_SHIPMENT_COLUMNS = (
    "order_id", "reference", "carrier", "tracking_number", "sync_status", "sync_error", "created_by", "shipped_at",
    "created_at", "updated_at",
)  # fmt: skip


async def sent(db: Database, delivery_id: int, receipt: str, now: datetime) -> int:
    """The mail server took the message; `receipt` are its cleaned words. Returns how many units were delivered by it:
    none where it is recorded already, and where they were delivered before."""
    async with db.transaction() as tx:
        work, delivery = await _locked(tx, delivery_id, ORION, now)
        if delivery["state"] == "sent":
            return 0
        await tx.execute(
            "UPDATE key_deliveries SET state = 'sent', receipt = $2, error = '', sent_at = $3, updated_at = $3"
            " WHERE id = $1",
            delivery_id, receipt[:200], now,
        )  # fmt: skip
        if delivery["unit_ids_json"] is None:
            return await _deliver(work, delivery_id, delivery["key_ids_json"])
        work.forget(Attention.NO_ADDRESS, Attention.DELIVERY_FAILED)
        await work.finish("attention")
        return 0


async def failed(
    db: Database, delivery_id: int, code: str, message: str, now: datetime, *, was_seen: bool = True
) -> None:
    """The message will never be taken, as it is or to whom it goes. `message` names neither. `was_seen` False: nobody
    can have read any of its keys."""
    async with db.transaction() as tx:
        work, delivery = await _locked(tx, delivery_id, ORION, now)
        if delivery["state"] != "asked":
            return
        await tx.execute(
            "UPDATE key_deliveries SET state = 'failed', error = $2, updated_at = $3 WHERE id = $1",
            delivery_id, f"{code}: {message}"[:500], now,
        )  # fmt: skip
        await _unsee(tx, delivery, was_seen=was_seen)
        work.forget(Attention.DELIVERY_FAILED)
        text = f"{code}: {message[:300]} {_AFTER_FAILURE.get(delivery['kind'], _AFTER_FAILURE[''])}"
        work.notice((Attention.DELIVERY_FAILED, text))
        await work.finish("attention")


async def postponed(
    db: Database, delivery_id: int, code: str, message: str, now: datetime, *, was_seen: bool = True
) -> None:
    """The message was not taken this time, surely or perhaps; it is tried again. `was_seen` as with `failed`."""
    async with db.transaction() as tx:
        delivery = await tx.fetch_one("SELECT * FROM key_deliveries WHERE id = $1 FOR UPDATE", delivery_id)
        if delivery is None or delivery["state"] != "asked":
            return
        await tx.execute(
            "UPDATE key_deliveries SET error = $2, updated_at = $3 WHERE id = $1",
            delivery_id, f"{code}: {message}"[:500], now,
        )  # fmt: skip
        await _unsee(tx, delivery, was_seen=was_seen)


async def _unsee(tx: Tx, delivery: Row, *, was_seen: bool) -> None:
    if not was_seen:
        await tx.execute(
            "UPDATE keys SET delivered_at = NULL WHERE id = ANY($1::bigint[]) AND state = 'claimed'",
            tuple(delivery["key_ids_json"]),
        )


async def _locked(tx: Tx, delivery_id: int, actor: str, now: datetime) -> tuple[OrderWork, Row]:
    """Raises NotFound."""
    order_id = await tx.fetch_value("SELECT order_id FROM key_deliveries WHERE id = $1", delivery_id)
    if order_id is None:
        raise NotFound("delivery with this id", "deliveryId")
    work = await OrderWork.open(tx, order_id, actor=actor, now=now)
    delivery = await tx.fetch_one("SELECT * FROM key_deliveries WHERE id = $1 FOR UPDATE", delivery_id)
    assert delivery is not None  # noqa: S101  # deliveries are never deleted
    return work, delivery


async def _deliver(work: OrderWork, delivery_id: int, key_ids: Sequence[int]) -> int:
    """Units that are ready with these keys are delivered, and the order follows; how many there were."""
    tx, now = work.tx, work.now
    units = await tx.fetch(_READY, work.order_id, tuple(key_ids))
    await tx.execute(
        "UPDATE key_units SET state = 'delivered', delivered_at = $2, updated_at = $2 WHERE id = ANY($1::bigint[])",
        tuple(unit["id"] for unit in units), now,
    )  # fmt: skip
    await tx.execute(
        "UPDATE keys SET state = 'delivered', delivered_at = $2, updated_at = $2"
        " WHERE id = ANY($1::bigint[]) AND state = 'claimed'",
        tuple(unit["key_id"] for unit in units), now,
    )  # fmt: skip
    left: Counter[int] = Counter()
    for unit in units:
        pieces = work.line(unit["order_item_id"]).pieces
        if unit["delivered_at"] is None and pieces.left:
            pieces.shipped += 1
            left[unit["order_item_id"]] += 1
    if left:
        await _ship(work, delivery_id, left)
    work.forget(Attention.NO_ADDRESS, Attention.DELIVERY_FAILED)
    await _move(work)
    await work.finish("shipment" if left else "content")
    await key_units.settle(tx, [work.order_id], now)
    return len(units)


async def _ship(work: OrderWork, delivery_id: int, pieces: Counter[int]) -> None:
    is_told = not work.is_storefront and work.may_tell
    row = (
        work.order_id, f"keys-{delivery_id}", "", "", "pending" if is_told else "none", "", work.actor, work.now,
        work.now, work.now,
    )  # fmt: skip
    [shipment] = await work.tx.insert("shipments", _SHIPMENT_COLUMNS, [row], suffix="RETURNING id")
    await work.tx.insert(
        "shipment_items",
        ("shipment_id", "order_item_id", "quantity"),
        [(shipment["id"], item_id, count) for item_id, count in pieces.items()],
    )
    if is_told:
        work.tell(SEND_SHIPMENT, ShipmentArgs(shipment["id"]))


async def _move(work: OrderWork) -> None:
    """Fulfilled once the last key of an order of keys alone is delivered; shipped once nothing at all is left."""
    lines = [line for line in work.lines if line.pieces.quantity > line.pieces.cancelled]
    if not lines or any(line.pieces.left for line in lines) or await key_units.unsettled(work.tx, work.order_id):
        return
    delivered = {row["order_item_id"]: row["n"] for row in await work.tx.fetch(_DELIVERED, work.order_id)}
    is_keys_alone = all(
        delivered.get(line.id, 0) >= line.pieces.quantity - line.pieces.cancelled for line in lines
    )  # fmt: skip
    to = OrderStatus.FULFILLED if is_keys_alone else OrderStatus.SHIPPED
    if may_move(Cause.ORION, work.status, to):
        work.move(to, Cause.ORION)


@dataclass(frozen=True, slots=True)
class FetchedKey:
    """`code` is text, or Base64 of a picture that is called `file_name`; `number` counts the pieces of a line."""

    key_id: int
    order_item_id: int
    number: int
    kind: CodeKind
    code: str = field(repr=False)
    file_name: str = ""


async def fetch_keys(db: Database, order_id: int, actor: str, now: datetime) -> list[FetchedKey]:
    """The codes of an order in the clear, for a storefront that shows them itself; those that were ready are delivered
    with that. While the buyer asks to cancel, these are left out. The caller has checked that the actor may see them.

    Each call is a row of the audit trail. Raises NotFound, and Conflict where the order came to nothing.
    """
    async with db.transaction() as tx:
        work = await OrderWork.open(tx, order_id, actor=actor, now=now)
        if work.status in key_units.CAME_TO_NOTHING:
            raise Conflict(
                Code.STATUS_FORBIDS,
                f"Order {work.row['order_number']} is {work.status.value}: it gets no keys.",
                "orderId",
            )
        shown = {UnitState.READY, UnitState.DELIVERED}
        if Attention.CANCELLATION_REQUESTED in work.row["attention"].split():
            shown = {UnitState.DELIVERED}
        found = []
        for unit in await tx.fetch(deliveries.UNITS, order_id):
            code = key_pool.open_key(tx.cipher, unit["key_id"], unit["secret_sealed"]) if unit["key_id"] else None
            if unit["state"] not in shown or code is None:
                continue
            data = pictures.decode(code) if unit["kind"] == CodeKind.IMAGE else None
            name = pictures.file_name(unit["filename"], unit["key_id"], data) if data is not None else ""
            key = FetchedKey(
                unit["key_id"], unit["order_item_id"], unit["number"], CodeKind(unit["kind"]), code, name
            )  # fmt: skip
            found.append((key, unit["state"] == UnitState.READY))
        if not found:
            return []
        ids = [key.key_id for key, _ in found]
        detail = {"keys": ids, "for": "storefront"}
        await access.audit(tx, actor, "key.reveal", f"order:{order_id}", detail, work.row["store_id"], now)
        fresh = [key.key_id for key, is_ready in found if is_ready]
        if fresh:
            row = (
                order_id, "api", "keys", "sent", "", f"orion-fetched-{fresh[0]}", fresh, None, actor[:200], "", "", now,
                now, now,
            )  # fmt: skip
            [delivery] = await tx.insert("key_deliveries", deliveries.COLUMNS, [row], suffix="RETURNING id")
            await _deliver(work, delivery["id"], fresh)
        return [key for key, _ in found]
