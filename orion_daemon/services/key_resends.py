"""Messages to customers, sent again when a person asks: all keys of an order, or what was to be told without one.

It is a message of its own with a new id, or the one that is on its way still. What is told without a key is sent again
only where its message was refused, or waits for an address; see `key_notices.py`. The rest goes as ever:
`deliveries.py`.
"""

from dataclasses import replace
from datetime import datetime

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.keys import UnitState
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ASKED, DELIVER_KEYS, OrderArgs
from orion_daemon.notifications.errors import Rejected
from orion_daemon.notifications.message import mailbox as checked_address
from orion_daemon.services import access, deliveries, key_notices, key_units, order_rows
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.stores import address


async def resend(
    db: Database, order_id: int, actor: str, now: datetime, *, message_id: str, to: str | None = None
) -> int:
    """Send the keys of an order again, all that are ready or were delivered, in a new message, and what else could not
    be told. Returns the delivery's id, or that of an equal one that is on its way still. `message_id` is used by no
    other message.

    `to` becomes the buyer's address of this order. Raises NotFound; Conflict where there is nothing to send (no key, or
    the order came to nothing), or its people were erased; Invalid where no address is known or it is none.
    """
    async with db.transaction() as tx:
        await key_units.lock_orders(tx, [order_id])
        order = await tx.fetch_one(deliveries.ORDER, order_id)
        if order is None:
            raise NotFound("order with this id", "orderId")
        may_deliver = OrderStatus(order["status"]) not in key_units.CAME_TO_NOTHING
        is_stuck = await key_notices.again(tx, order_id) or Attention.NO_ADDRESS in order["attention"].split()
        units = await tx.fetch(deliveries.UNITS, order_id)
        keys = [
            unit["key_id"] for unit in units
            if may_deliver and unit["state"] in (UnitState.READY, UnitState.DELIVERED)
            and unit["secret_sealed"] is not None
        ]  # fmt: skip
        asked = await tx.fetch(deliveries.ASKED, order_id)
        kind, told = key_notices.due(units, may_deliver=may_deliver)
        if keys:
            known = next((row for row in asked if set(keys) <= set(row["key_ids_json"])), None)
        else:
            known = next((row for row in asked if row["unit_ids_json"] is not None), None)
        if not (keys or known or (told and is_stuck)):
            raise _nothing_to_send(order, may_deliver=may_deliver)
        await _address_to(tx, order, to, now)
        if known is not None:
            delivery = known
        elif keys:
            delivery = await deliveries.insert(tx, order, "keys", message_id, now, keys=keys, asked_by=actor)
        else:
            delivery = await deliveries.write_down(
                tx, order, kind, told, message_id, now, units=units, asked_by=actor
            )  # fmt: skip
        detail = {"keys": keys, "delivery": delivery["id"], "address": "changed" if to is not None else "known"}
        await access.audit(tx, actor, "keys.resend", f"order:{order_id}", detail, order["store_id"], now)
        owner = address(order["code"], key_units.NOTIFIER)
        if not await mailbox.revive_same(tx, DELIVER_KEYS, OrderArgs(order_id), owner=owner, now=now):
            await mailbox.put(
                tx, DELIVER_KEYS, OrderArgs(order_id), owner=owner, now=now, store_id=order["store_id"], priority=ASKED
            )
        return int(delivery["id"])


def _nothing_to_send(order: Row, *, may_deliver: bool) -> Conflict:
    why = "has no key to send" if may_deliver else f"is {order['status']}: it gets no keys"
    return Conflict(Code.STATUS_FORBIDS, f"Order {order['order_number']} {why}.", "orderId")


async def _address_to(tx: Tx, order: Row, to: str | None, now: datetime) -> None:
    """See that there is an address; `to` takes the place of the one that is known."""
    customer = deliveries.customer_of(tx, order)
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
