"""Messages with keys to customers: what is ready goes out, and the same message again until its fate is known.

    begin      ready units of an order → a row of `key_deliveries`, asked; what is to be rendered         committed
    (rendering and sending, in `actors/handlers/deliveries.py`)
    sent, failed, postponed      what became of it: `delivery_results.py`                                committed

What is told without a key goes the same way, a row without keys for units that are marked: `key_notices.py`.

A message is made of the keys in its row, whose units have them for themselves. While it is asked, nobody knows whether
the customer has read it: so a retry has the same keys and the same message id, and a key that was in it is never given
to anybody else, not even when its unit is cancelled (`keys.delivered_at`). New keys go in a message of their own.
What it says: `delivery_contents.py`; words of the stores: `mail_templates.py`; who puts the job: `key_units.py`; who
sends again: `key_resends.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.deliveries import KeyMail, KeyMailTemplate, MailKind
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.keys import Hold, Notice, UnitState
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.notifications.message import Attachment
from orion_daemon.services import access, delivery_contents, key_notices, key_units, order_rows

ORION = "orion"
ANNOUNCEMENT, REFUND = key_notices.KINDS[Notice.PREORDER], key_notices.KINDS[Notice.REFUND]
MAIL_KINDS = {
    "keys": MailKind.KEYS, "preorder": MailKind.PREORDER_KEY, "replacement": MailKind.KEY_REPLACED,
    ANNOUNCEMENT: MailKind.PREORDERED, REFUND: MailKind.UNFULFILLABLE,
}  # fmt: skip
"""What a kind of delivery is called among mails."""
_NO_ADDRESS = {
    "": "{count} keys are ready and no e-mail address is known: send them again with an address, or fetch them",
    REFUND: (
        "{count} keys are not coming, and no e-mail address is known to tell it to: send again with an address, or tell"
        " the customer"
    ),
    ANNOUNCEMENT: (
        "{count} keys are pre-ordered, and no e-mail address is known to tell it to: send again with an address"
    ),
}
ORDER = """
SELECT o.id, o.store_id, o.channel_id, o.channel_order_id, o.order_number, o.marketplace, o.status, o.attention,
       o.attention_reason, o.personal_sealed, o.locale, o.currency, o.erased_at, s.code, s.name AS store_name,
       s.default_language, s.timezone
FROM orders o JOIN stores s ON s.id = o.store_id WHERE o.id = $1
"""
UNITS = """
SELECT u.id, u.order_item_id, u.number, u.state, u.replaced, u.notice, u.refund_minor, u.delivered_at, u.key_id,
       k.kind, k.secret_sealed, k.filename, k.delivered_at AS seen_at, i.product_id, i.title, i.sku, i.line_key,
       CASE WHEN k.purchase_id IS NOT NULL AND k.claimed_at = k.created_at AND k.updated_at > k.created_at
            AND k.kind <> 'image' THEN 1 ELSE 0 END AS is_late
FROM key_units u JOIN order_items i ON i.id = u.order_item_id LEFT JOIN keys k ON k.id = u.key_id
WHERE i.order_id = $1 ORDER BY u.order_item_id, u.number
"""
"""`is_late`: bought before there was a code, which came later."""
ASKED = "SELECT * FROM key_deliveries WHERE order_id = $1 AND way = 'mail' AND state = 'asked' ORDER BY id"
COLUMNS = (
    "order_id", "way", "kind", "state", "language", "message_id", "key_ids_json", "unit_ids_json", "asked_by", "error",
    "receipt", "created_at", "sent_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyMessage:
    """What is to be sent. `message_id` is the same at every try and has no domain yet; `at` is when it was asked for.
    `was_seen`: an earlier message, or try, may have shown one of its keys already."""

    delivery_id: int
    message_id: str
    kind: MailKind
    mail: KeyMail
    to: str = field(repr=False)
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    templates: tuple[KeyMailTemplate, ...] = ()
    was_seen: bool = False


async def begin(db: Database, order_id: int, now: datetime, *, message_id: str) -> KeyMessage | None:
    """The message that is to be sent next for an order, written down as asked; None: there is nothing to send by mail.

    One that was asked for and never ended comes first, as it was; then keys; then what is told without a key, also of
    an order that came to nothing. `message_id` is for a new one, and used by no other. Opening the address and the
    codes is a row of the audit trail each. Without an address the order asks for a person.
    """
    async with db.transaction() as tx:
        await key_units.lock_orders(tx, [order_id])
        order = await tx.fetch_one(ORDER, order_id)
        if order is None:
            return None
        may_deliver = await _may_go(tx, order, now)
        units = await _deliverable(tx, order, now) if may_deliver else await tx.fetch(UNITS, order_id)
        delivery = await _open_one(tx, order, units, now, may_deliver=may_deliver)
        kind, chosen = _next(units, may_deliver=may_deliver)
        if delivery is not None:
            kind, chosen = delivery["kind"], _of(units, delivery)
        if not chosen:
            return None
        customer = customer_of(tx, order)
        if customer is None or not customer.email:
            await _no_address(tx, order, kind, chosen, delivery, now)
            return None
        if delivery is None:
            delivery = await write_down(tx, order, kind, chosen, message_id, now, units=units)
        await access.audit(
            tx, ORION, "personal.reveal", f"order:{order_id}", {"for": "delivery"}, order["store_id"], now
        )
        await _reveal(tx, order, delivery["key_ids_json"], now)
        mail_kind = MAIL_KINDS[kind]
        filled = await delivery_contents.fill(tx, order, mail_kind, chosen, units, customer, now)
        return KeyMessage(
            delivery["id"], delivery["message_id"], mail_kind, filled.mail, customer.email.strip(),
            delivery["created_at"], filled.attachments, filled.templates,
            any(unit["seen_at"] is not None for unit in chosen),
        )  # fmt: skip


async def _reveal(tx: Tx, order: Row, key_ids: Sequence[int], now: datetime) -> None:
    """From this commit on somebody may have read these."""
    if key_ids:
        detail = {"keys": list(key_ids), "for": "delivery"}
        await access.audit(tx, ORION, "key.reveal", f"order:{order['id']}", detail, order["store_id"], now)
        await tx.execute(
            "UPDATE keys SET delivered_at = $2 WHERE id = ANY($1::bigint[]) AND delivered_at IS NULL",
            tuple(key_ids), now,
        )  # fmt: skip


async def _may_go(tx: Tx, order: Row, now: datetime) -> bool:
    """Whether keys are sent for the order at this time. Of one that came to nothing they are taken back."""
    if OrderStatus(order["status"]) in key_units.CAME_TO_NOTHING:
        await key_units.owe(tx, [order["id"]], now)
        return False
    return Attention.CANCELLATION_REQUESTED not in order["attention"].split()


async def _deliverable(tx: Tx, order: Row, now: datetime) -> list[Row]:
    """The order's units; those whose picture is none are held first, and shown as such."""
    units = await tx.fetch(UNITS, order["id"])
    bad = [
        unit for unit in units
        if unit["state"] == UnitState.READY and not delivery_contents.is_whole(tx.cipher, unit)
    ]  # fmt: skip
    if not bad:
        return units
    await key_units.hold(tx, [unit["id"] for unit in bad], Hold.BAD_IMAGE, "its content is no picture", now)
    await key_units.settle(tx, [order["id"]], now)
    return await tx.fetch(UNITS, order["id"])


def _of(units: Sequence[Row], delivery: Row) -> list[Row]:
    if delivery["unit_ids_json"] is not None:
        return [unit for unit in units if unit["id"] in delivery["unit_ids_json"]]
    return [unit for unit in units if unit["key_id"] in delivery["key_ids_json"]]


async def _open_one(tx: Tx, order: Row, units: Sequence[Row], now: datetime, *, may_deliver: bool) -> Row | None:
    """The oldest message that was asked for, with the keys that it had. One that has lost keys meanwhile (delivered in
    another way, replaced, taken back) ends; a person's wish goes on with a message of what is left of it. One that
    tells of keys to come ends where that is not true any more; one of keys that are not coming never does."""
    came_to_nothing = OrderStatus(order["status"]) in key_units.CAME_TO_NOTHING
    for delivery in await tx.fetch(ASKED, order["id"]):
        if delivery["kind"] == REFUND:
            return delivery
        if delivery["unit_ids_json"] is not None:
            if came_to_nothing or not key_notices.is_awaited(delivery, units):
                await _close(tx, delivery, "overtaken: what it says is to come has come, or never will", now)
            elif may_deliver:
                return delivery
            continue
        if not may_deliver:
            continue
        states = {UnitState.READY, UnitState.DELIVERED} if delivery["asked_by"] else {UnitState.READY}
        left = [
            unit["key_id"] for unit in units
            if unit["key_id"] in delivery["key_ids_json"] and unit["state"] in states
            and unit["secret_sealed"] is not None
        ]  # fmt: skip
        if len(left) == len(delivery["key_ids_json"]):
            return delivery
        await _close(tx, delivery, "keys_gone: its keys were delivered otherwise, replaced or taken back", now)
        if left and delivery["asked_by"]:
            return await insert(
                tx, order, delivery["kind"], f"{delivery['message_id']}-{len(left)}", now, keys=left,
                asked_by=delivery["asked_by"],
            )  # fmt: skip
    return None


def _next(units: Sequence[Row], *, may_deliver: bool) -> tuple[str, list[Row]]:
    """The kind of a new message and what goes together in it: keys in place of bad ones are a message of their own,
    with other words."""
    ready = [unit for unit in units if unit["state"] == UnitState.READY] if may_deliver else []
    if not ready:
        return key_notices.due(units, may_deliver=may_deliver)
    chosen = [unit for unit in ready if _is_replacement(unit)] or ready
    return _kind(chosen), chosen


def _is_replacement(unit: Row) -> bool:
    """The customer had another key for it before."""
    return unit["replaced"] > 0 and unit["delivered_at"] is not None


def _kind(units: Sequence[Row]) -> str:
    if all(_is_replacement(unit) for unit in units):
        return "replacement"
    return "preorder" if all(unit["is_late"] for unit in units) else "keys"


async def write_down(
    tx: Tx, order: Row, kind: str, chosen: Sequence[Row], message_id: str, now: datetime, *, units: Sequence[Row],
    asked_by: str = "",
) -> Row:  # fmt: skip
    """A new message about these units of all `units` of the order; what it tells is marked no more."""
    if kind in key_notices.KINDS.values():
        await key_notices.take(tx, chosen)
        ids = [unit["id"] for unit in chosen]
        return await insert(tx, order, kind, message_id, now, units=ids, asked_by=asked_by)
    if MAIL_KINDS[kind] in delivery_contents.SHOWS_PENDING:
        await key_notices.take(tx, key_notices.shown_beside(units))
    return await insert(tx, order, kind, message_id, now, keys=[unit["key_id"] for unit in chosen])


async def insert(
    tx: Tx, order: Row, kind: str, message_id: str, now: datetime, *, keys: Sequence[int] = (),
    units: Sequence[int] | None = None, asked_by: str = "",
) -> Row:  # fmt: skip
    [row] = await tx.insert(
        "key_deliveries",
        COLUMNS,
        [
            (
                order["id"], "mail", kind, "asked", (order["locale"] or order["default_language"])[:8], message_id,
                list(keys), None if units is None else list(units), asked_by[:200], "", "", now, None, now,
            )
        ],
        suffix="RETURNING *",
    )  # fmt: skip
    return row


async def _close(tx: Tx, delivery: Row, reason: str, now: datetime) -> None:
    await tx.execute(
        "UPDATE key_deliveries SET state = 'failed', error = $2, updated_at = $3 WHERE id = $1",
        delivery["id"], reason[:500], now,
    )  # fmt: skip


def customer_of(tx: Tx, order: Row) -> IncomingCustomer | None:
    customer, _, _ = order_rows.open_personal(
        tx.cipher, order["personal_sealed"], order["channel_id"], order["channel_order_id"]
    )
    return customer


async def _no_address(
    tx: Tx, order: Row, kind: str, chosen: Sequence[Row], delivery: Row | None, now: datetime
) -> None:
    """Whoever was erased is told nothing without a key any more, and nobody is asked for an address then."""
    if delivery is not None:
        await _close(tx, delivery, "no_address: the order has no e-mail address any more", now)
    if order["erased_at"] is not None and kind in key_notices.KINDS.values():
        await key_notices.take(tx, chosen)
        return
    text = _NO_ADDRESS.get(kind, _NO_ADDRESS[""]).format(count=len(chosen))
    kept = attention.without(order["attention_reason"], lambda notice: notice[0] == Attention.NO_ADDRESS)[1]
    codes, reason = attention.add(kept, [(Attention.NO_ADDRESS, text)])
    if reason != order["attention_reason"]:
        await tx.execute(
            "UPDATE orders SET attention = $2, attention_reason = $3, updated_at = $4 WHERE id = $1",
            order["id"], codes, reason, now,
        )  # fmt: skip
        tx.emit(OrderChanged(order["store_id"], order["id"], order["marketplace"], order["status"], "attention"))
