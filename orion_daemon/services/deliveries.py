"""Messages with keys to customers: what is ready goes out, and the same message again until its fate is known.

    begin      ready units of an order → a row of `key_deliveries`, asked; what is to be rendered         committed
    (rendering and sending, in `actors/handlers/deliveries.py`)
    sent, failed, postponed      what became of it: `delivery_results.py`                                committed

A message is made of the keys in its row, whose units have them for themselves. While it is asked, nobody knows whether
the customer has read it: so a retry has the same keys and the same message id, and a key that was in it is never given
to anybody else, not even when its unit is cancelled (`keys.delivered_at`). New keys go in a message of their own.
What it says: `delivery_contents.py`; words of the stores: `mail_templates.py`; who puts the job: `key_units.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.deliveries import KeyMail, KeyMailTemplate, MailKind
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.keys import Hold, UnitState
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ASKED, DELIVER_KEYS, OrderArgs
from orion_daemon.notifications.errors import Rejected
from orion_daemon.notifications.message import Attachment
from orion_daemon.notifications.message import mailbox as checked_address
from orion_daemon.services import access, delivery_contents, key_units, order_rows
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.stores import address

ORION = "orion"
MAIL_KINDS = {
    "keys": MailKind.KEYS, "preorder": MailKind.PREORDER_KEY, "replacement": MailKind.KEY_REPLACED,
}  # fmt: skip
"""What a kind of delivery is called among mails."""
_ORDER = """
SELECT o.id, o.store_id, o.channel_id, o.channel_order_id, o.order_number, o.marketplace, o.status, o.attention,
       o.attention_reason, o.personal_sealed, o.locale, o.erased_at, s.code, s.name AS store_name, s.default_language
FROM orders o JOIN stores s ON s.id = o.store_id WHERE o.id = $1
"""
UNITS = """
SELECT u.id, u.order_item_id, u.number, u.state, u.replaced, u.delivered_at, u.key_id, k.kind, k.secret_sealed,
       k.filename, k.delivered_at AS seen_at, i.product_id, i.title, i.sku, i.line_key,
       CASE WHEN k.purchase_id IS NOT NULL AND k.claimed_at = k.created_at AND k.updated_at > k.created_at
            AND k.kind <> 'image' THEN 1 ELSE 0 END AS is_late
FROM key_units u JOIN order_items i ON i.id = u.order_item_id LEFT JOIN keys k ON k.id = u.key_id
WHERE i.order_id = $1 ORDER BY u.order_item_id, u.number
"""
"""`is_late`: bought before there was a code, which came later."""
_ASKED = "SELECT * FROM key_deliveries WHERE order_id = $1 AND way = 'mail' AND state = 'asked' ORDER BY id"
COLUMNS = (
    "order_id", "way", "kind", "state", "language", "message_id", "key_ids_json", "asked_by", "error", "receipt",
    "created_at", "sent_at", "updated_at",
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

    One that was asked for and never ended comes first, as it was. `message_id` is for a new one, and used by no other.
    Opening the address and the codes is a row of the audit trail each. Without an address the order asks for a person.
    """
    async with db.transaction() as tx:
        await key_units.lock_orders(tx, [order_id])
        order = await tx.fetch_one(_ORDER, order_id)
        if order is None or not await _may_go(tx, order, now):
            return None
        units = await _deliverable(tx, order, now)
        delivery = await _open_one(tx, order, units, now)
        chosen = units if delivery is None else _of(units, delivery["key_ids_json"])
        if delivery is None:
            chosen = _next_group([unit for unit in units if unit["state"] == UnitState.READY])
        if not chosen:
            return None
        customer = _customer(tx, order)
        if customer is None or not customer.email:
            await _no_address(tx, order, len(chosen), delivery, now)
            return None
        if delivery is None:
            delivery = await _insert(tx, order, _kind(chosen), [unit["key_id"] for unit in chosen], message_id, now)
        ids = [unit["key_id"] for unit in chosen]
        await access.audit(
            tx, ORION, "personal.reveal", f"order:{order_id}", {"for": "delivery"}, order["store_id"], now
        )
        await access.audit(
            tx, ORION, "key.reveal", f"order:{order_id}", {"keys": ids, "for": "delivery"}, order["store_id"], now
        )
        await tx.execute(
            "UPDATE keys SET delivered_at = $2 WHERE id = ANY($1::bigint[]) AND delivered_at IS NULL", tuple(ids), now
        )
        kind = MAIL_KINDS[delivery["kind"]]
        filled = await delivery_contents.fill(tx, order, kind, chosen, units, customer)
        return KeyMessage(
            delivery["id"], delivery["message_id"], kind, filled.mail, customer.email.strip(), delivery["created_at"],
            filled.attachments, filled.templates, any(unit["seen_at"] is not None for unit in chosen),
        )  # fmt: skip


async def _may_go(tx: Tx, order: Row, now: datetime) -> bool:
    """Whether anything is sent for the order at this time. Of one that came to nothing the keys are taken back."""
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


def _of(units: Sequence[Row], key_ids: Collection[int]) -> list[Row]:
    return [unit for unit in units if unit["key_id"] in key_ids]


async def _open_one(tx: Tx, order: Row, units: Sequence[Row], now: datetime) -> Row | None:
    """The oldest message that was asked for, with the keys that it had. One that has lost keys meanwhile (delivered in
    another way, replaced, taken back) ends; a person's wish goes on with a message of what is left of it."""
    for delivery in await tx.fetch(_ASKED, order["id"]):
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
            return await _insert(
                tx, order, delivery["kind"], left, f"{delivery['message_id']}-{len(left)}", now, delivery["asked_by"]
            )
    return None


def _next_group(ready: Sequence[Row]) -> list[Row]:
    """What goes together: keys in place of bad ones are a message of their own, with other words."""
    again = [unit for unit in ready if _is_replacement(unit)]
    return again or list(ready)


def _is_replacement(unit: Row) -> bool:
    """The customer had another key for it before."""
    return unit["replaced"] > 0 and unit["delivered_at"] is not None


def _kind(units: Sequence[Row]) -> str:
    if all(_is_replacement(unit) for unit in units):
        return "replacement"
    return "preorder" if all(unit["is_late"] for unit in units) else "keys"


async def _insert(
    tx: Tx, order: Row, kind: str, key_ids: Sequence[int], message_id: str, now: datetime, asked_by: str = ""
) -> Row:
    [row] = await tx.insert(
        "key_deliveries",
        COLUMNS,
        [
            (
                order["id"], "mail", kind, "asked", (order["locale"] or order["default_language"])[:8], message_id,
                list(key_ids), asked_by[:200], "", "", now, None, now,
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


def _customer(tx: Tx, order: Row) -> IncomingCustomer | None:
    customer, _, _ = order_rows.open_personal(
        tx.cipher, order["personal_sealed"], order["channel_id"], order["channel_order_id"]
    )
    return customer


async def _no_address(tx: Tx, order: Row, keys: int, delivery: Row | None, now: datetime) -> None:
    if delivery is not None:
        await _close(tx, delivery, "no_address: the order has no e-mail address any more", now)
    text = f"{keys} keys are ready and no e-mail address is known: send them again with an address, or fetch them"
    kept = attention.without(order["attention_reason"], lambda notice: notice[0] == Attention.NO_ADDRESS)[1]
    codes, reason = attention.add(kept, [(Attention.NO_ADDRESS, text)])
    if reason != order["attention_reason"]:
        await tx.execute(
            "UPDATE orders SET attention = $2, attention_reason = $3, updated_at = $4 WHERE id = $1",
            order["id"], codes, reason, now,
        )  # fmt: skip
        tx.emit(OrderChanged(order["store_id"], order["id"], order["marketplace"], order["status"], "attention"))


async def resend(
    db: Database, order_id: int, actor: str, now: datetime, *, message_id: str, to: str | None = None
) -> int:
    """Send the keys of an order again, all that are ready or were delivered, in a new message; returns the delivery's
    id, or that of an equal one that is on its way still. `message_id` is used by no other message.

    `to` becomes the buyer's address of this order. Raises NotFound; Conflict where the order came to nothing, has no
    key to send, or its people were erased; Invalid where no address is known or it is none.
    """
    async with db.transaction() as tx:
        await key_units.lock_orders(tx, [order_id])
        order = await tx.fetch_one(_ORDER, order_id)
        if order is None:
            raise NotFound("order with this id", "orderId")
        if OrderStatus(order["status"]) in key_units.CAME_TO_NOTHING:
            raise Conflict(
                Code.STATUS_FORBIDS, f"Order {order['order_number']} is {order['status']}: it gets no keys.", "orderId"
            )
        keys = [
            unit["key_id"] for unit in await tx.fetch(UNITS, order_id)
            if unit["state"] in (UnitState.READY, UnitState.DELIVERED) and unit["secret_sealed"] is not None
        ]  # fmt: skip
        if not keys:
            raise Conflict(Code.STATUS_FORBIDS, f"Order {order['order_number']} has no key to send.", "orderId")
        await _address_to(tx, order, to, now)
        known = next((row for row in await tx.fetch(_ASKED, order_id) if set(keys) <= set(row["key_ids_json"])), None)
        delivery = known or await _insert(tx, order, "keys", keys, message_id, now, actor)
        detail = {"keys": keys, "delivery": delivery["id"], "address": "changed" if to is not None else "known"}
        await access.audit(tx, actor, "keys.resend", f"order:{order_id}", detail, order["store_id"], now)
        owner = address(order["code"], key_units.NOTIFIER)
        if not await mailbox.revive_same(tx, DELIVER_KEYS, OrderArgs(order_id), owner=owner, now=now):
            await mailbox.put(
                tx, DELIVER_KEYS, OrderArgs(order_id), owner=owner, now=now, store_id=order["store_id"], priority=ASKED
            )
        return int(delivery["id"])


async def _address_to(tx: Tx, order: Row, to: str | None, now: datetime) -> None:
    """See that there is an address; `to` takes the place of the one that is known."""
    customer = _customer(tx, order)
    if to is None:
        if customer is None or not customer.email:
            raise Invalid(Code.REQUIRED, "No e-mail address of the buyer is known; name one.", "to")
        return
    try:
        checked = checked_address(to, "recipient")
    except Rejected:
        raise Invalid(Code.INVALID_VALUE, "This is no e-mail address that mail can be sent to.", "to") from None
    if order["erased_at"] is not None:
        raise Conflict(Code.STATUS_FORBIDS, "The order's people were erased: no address is kept for it any more.", "to")
    _, shipping, billing = order_rows.open_personal(
        tx.cipher, order["personal_sealed"], order["channel_id"], order["channel_order_id"]
    )
    people = {
        "customer": replace(customer or IncomingCustomer(), email=checked),
        "shipping_address": shipping,
        "billing_address": billing,
    }
    owner = order_rows.personal_owner(order["channel_id"], order["channel_order_id"])
    await tx.execute(
        "UPDATE orders SET personal_sealed = $2, updated_at = $3 WHERE id = $1",
        order["id"], tx.cipher.seal(orjson.dumps(people), owner), now,
    )  # fmt: skip
