"""What people decide about single keys and units: a key is bad, a held unit is bought all the same.

    replace    the key is bad for ever, and its unit is owed anew: from the first source on
    release    held units are owed again, and what the store's rules say of the customer does not count for them

A unit that was delivered once keeps the time of that: its piece was counted as shipped then, and is not counted again
when the next key is delivered. Paying back instead: `key_refunds.py`; a purchase that nobody knows about:
`purchase_search.buy_again`; what follows: `key_units.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import JUDGED_BY_PEOPLE, Hold, KeyState, UnitState
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.services import access, key_levels, key_units
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from orion_daemon.services.key_reveals import checked_reason

AT_ONCE = 500
_KEY = """
SELECT k.id, k.store_id, k.product_id, k.state, k.unit_id, u.order_item_id, i.order_id FROM keys k
LEFT JOIN key_units u ON u.id = k.unit_id LEFT JOIN order_items i ON i.id = u.order_item_id WHERE k.id = $1
"""
_UNITS = """
SELECT u.*, i.order_id, o.store_id, o.status FROM key_units u JOIN order_items i ON i.id = u.order_item_id
JOIN orders o ON o.id = i.order_id WHERE u.id = ANY($1::bigint[]) ORDER BY u.id
"""
_AGAIN = """
UPDATE key_units SET state = 'owed', source = 0, purchase_id = NULL, key_id = NULL, hold_code = '', hold_reason = '',
  is_released = FALSE, replaced = replaced + $2, updated_at = $3
WHERE id = $1
"""
_RELEASE = """
UPDATE key_units SET state = 'owed', source = 0, purchase_id = NULL, hold_code = '', hold_reason = '',
  is_released = is_released OR hold_code = ANY($3::text[]), updated_at = $2
WHERE id = ANY($1::bigint[])
"""
_REPLACEABLE = frozenset({UnitState.DELIVERED, UnitState.READY, UnitState.HELD})


@dataclass(frozen=True, slots=True)
class Replaced:
    """`unit_id` is None where nobody had the key."""

    key_id: int
    unit_id: int | None
    order_id: int | None


async def replace(db: Database, key_id: int, reason: str, *, actor: str, now: datetime) -> Replaced:
    """The key does not work: it stays on record as bad and is never given out again, and its unit gets another one.
    A key of the pool that nobody has is only taken out of it.

    Raises NotFound, Invalid without a reason, and Conflict for a key that is bad already or still to come, and where
    the order came to nothing.
    """
    reason = checked_reason(reason)
    async with db.transaction() as tx:
        before = await tx.fetch_one(_KEY, key_id)
        if before is None:
            raise NotFound("key with this id", "keyId")
        if before["order_id"] is not None:
            await key_units.lock_orders(tx, [before["order_id"]])
        key, unit = await _locked(tx, key_id, before)
        if unit is None:
            await _make_bad(tx, key_id, reason, now)
            await access.audit(tx, actor, "key.bad", f"key:{key_id}", {"reason": reason}, key["store_id"], now)
            await key_levels.changed(tx, [key["product_id"]], now)
            return Replaced(key_id, None, None)
        was_delivered = unit["state"] == UnitState.DELIVERED
        await tx.execute(_AGAIN, unit["id"], int(was_delivered), now)
        await _make_bad(tx, key_id, reason, now)
        detail = {"reason": reason, "unit": unit["id"], "order": f"order:{unit['order_id']}"}
        await access.audit(tx, actor, "key.replace", f"key:{key_id}", detail, key["store_id"], now)
        await key_units.allocate(tx, [unit["order_item_id"]], now)
        await key_levels.changed(tx, [key["product_id"]], now)
        await key_units.settle(tx, [unit["order_id"]], now)
        return Replaced(key_id, unit["id"], unit["order_id"])


async def _locked(tx: Tx, key_id: int, before: Row) -> tuple[Row, Row | None]:
    """The key and the unit that has it, as they are now. Raises Conflict where it cannot be replaced."""
    unit = None
    if before["unit_id"] is not None:
        await tx.fetch("SELECT id FROM key_units WHERE id = $1 FOR UPDATE", before["unit_id"])
        [unit] = await tx.fetch(_UNITS, (before["unit_id"],))
    key = await tx.fetch_one("SELECT * FROM keys WHERE id = $1 FOR UPDATE", key_id)
    assert key is not None  # noqa: S101  # keys are never deleted
    state = KeyState(key["state"])
    if state is KeyState.BAD:
        raise Conflict(Code.STATUS_FORBIDS, "This key is marked as bad already.", "keyId")
    if state is KeyState.AWAITED:
        raise Conflict(Code.STATUS_FORBIDS, "The code of this key is still to come.", "keyId")
    if key["unit_id"] != before["unit_id"]:
        raise Conflict(Code.STATUS_FORBIDS, "The key was given to an order at this very moment; look again.", "keyId")
    if unit is None or unit["key_id"] != key_id:  # its unit has let it go
        return key, None
    if unit["state"] not in _REPLACEABLE:
        raise Conflict(Code.STATUS_FORBIDS, f"Its unit is {unit['state']}; nothing is to be replaced.", "keyId")
    if OrderStatus(unit["status"]) in key_units.CAME_TO_NOTHING:
        raise Conflict(Code.STATUS_FORBIDS, f"The order is {unit['status']}: it gets no other key.", "keyId")
    return key, unit


async def _make_bad(tx: Tx, key_id: int, reason: str, now: datetime) -> None:
    await tx.execute("UPDATE keys SET state = 'bad', note = $2, updated_at = $3 WHERE id = $1", key_id, reason, now)


async def locked_units(tx: Tx, unit_ids: Sequence[int], field: str = "keyUnitIds") -> list[Row]:
    """These units with their `order_id`, `store_id` and the order's `status`; orders locked first, then units. Raises
    Invalid for none or too many, and NotFound."""
    wanted = sorted(set(unit_ids))
    if not 0 < len(wanted) <= AT_ONCE:
        raise Invalid(Code.INVALID_VALUE, f"Name 1 to {AT_ONCE} units.", field)
    found = await tx.fetch(_UNITS, tuple(wanted))
    if len(found) != len(wanted):
        raise NotFound("unit with this id", field)
    await key_units.lock_orders(tx, {unit["order_id"] for unit in found})
    await tx.fetch("SELECT id FROM key_units WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE", tuple(wanted))
    return await tx.fetch(_UNITS, tuple(wanted))


async def release(db: Database, unit_ids: Sequence[int], *, actor: str, now: datetime) -> list[int]:
    """A person has looked: these held units are owed again. Where a rule about customer, price or region held them,
    these rules count for them no more; what was held for want of a key is bought under all rules. Returns the ids of
    their orders.

    Raises NotFound, and Conflict for a unit that is not held, whose purchase is unknown, or that holds a code nobody
    can deliver.
    """
    async with db.transaction() as tx:
        units = await locked_units(tx, unit_ids)
        for unit in units:
            _must_be_releasable(unit)
        await tx.execute(_RELEASE, tuple(unit["id"] for unit in units), now, tuple(JUDGED_BY_PEOPLE))
        orders: dict[int, list[Row]] = {}
        for unit in units:
            orders.setdefault(unit["order_id"], []).append(unit)
        for order_id, mine in sorted(orders.items()):
            detail = {"units": [unit["id"] for unit in mine], "holds": sorted({unit["hold_code"] for unit in mine})}
            await access.audit(tx, actor, "keys.release", f"order:{order_id}", detail, mine[0]["store_id"], now)
        await key_units.allocate(tx, sorted({unit["order_item_id"] for unit in units}), now)
        await key_units.settle(tx, orders, now)
        return sorted(orders)


def _must_be_releasable(unit: Row) -> None:
    if unit["state"] != UnitState.HELD:
        raise Conflict(
            Code.STATUS_FORBIDS, f"Unit {unit['number']} is {unit['state']}; only held ones are released.", "keyUnitIds"
        )
    if unit["hold_code"] == Hold.UNKNOWN:
        raise Conflict(
            Code.STATUS_FORBIDS,
            "Nobody knows whether this key was bought. Look at the supplier, and use buyAgain if it was not.",
            "keyUnitIds",
        )
    if unit["key_id"] is not None:
        raise Conflict(
            Code.STATUS_FORBIDS,
            "This unit has a code that cannot be delivered: look at it with revealKeys, and use replaceKey.",
            "keyUnitIds",
        )
