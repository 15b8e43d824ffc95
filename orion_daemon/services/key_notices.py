"""What customers are told of keys that do not come now: that they are pre-ordered, or that they never will.

    marks     `key_units.notice`, written beside what caused it and in its transaction, so that a crash loses none
    due       what the next message without keys is about; `deliveries.begin` makes a row of it and takes the marks away
    again     marks of messages that were refused for good, which a person wants sent again (`key_resends.py`)

A pre-order that a message with keys shows as still to come needs no message of its own. Who wished to cancel, or sent
something back, is not told that a key is not coming. Putting the job is the caller's: `key_units.settle`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import Notice, UnitState
from orion_daemon.domain.refunds import WISHED_BY_BUYERS

KINDS = {Notice.REFUND: "refund", Notice.PREORDER: "announcement"}
"""What the deliveries are called that tell it."""
_GIVE_UP = "UPDATE key_units SET notice = 'refund', refund_minor = $2 WHERE id = $1"
_GIVE_UP_ORDER = """
UPDATE key_units SET notice = 'refund', refund_minor = NULL WHERE id IN (
  SELECT u.id FROM key_units u JOIN order_items i ON i.id = u.order_item_id LEFT JOIN keys k ON k.id = u.key_id
  WHERE i.order_id = $1 AND u.state NOT IN ('delivered', 'cancelled') AND k.delivered_at IS NULL)
"""
_PAID_BACK = """
UPDATE key_units SET notice = 'refund', refund_minor = NULL WHERE id = ANY($1::bigint[]) AND EXISTS (
  SELECT 1 FROM refunds r JOIN order_items i ON i.order_id = r.order_id
  WHERE i.id = key_units.order_item_id AND r.state <> 'failed' AND NOT r.reason = ANY($2::text[]))
"""
_TOLD = """
SELECT kind, state, unit_ids_json FROM key_deliveries WHERE order_id = $1 AND unit_ids_json IS NOT NULL ORDER BY id
"""
_REFUND_STATES = frozenset({UnitState.OWED, UnitState.HELD})


async def give_up(tx: Tx, unit_ids: Sequence[int], amount_minor: int | None) -> None:
    """These units are not coming, and so much goes back for all of them together; None: the message names no amount."""
    parts = [amount_minor, *[None if amount_minor is None else 0 for _ in unit_ids[1:]]]
    await tx.execute_many(_GIVE_UP, list(zip(unit_ids, parts, strict=True)))


async def give_up_order(tx: Tx, order_id: int) -> int:
    """Nothing more of the order is coming: of all units that still wait, but for keys in a message on its way. To be
    called before they are cancelled. Returns how many."""
    return await tx.execute(_GIVE_UP_ORDER, order_id)


async def give_up_refunded(tx: Tx, units: Sequence[Row]) -> None:
    """Units that waited for a key when the channel showed their order as paid back: told where the store had asked
    for that, and not for a wish of the buyer."""
    ids = tuple(unit["id"] for unit in units if unit["state"] in _REFUND_STATES)
    if ids:
        await tx.execute(_PAID_BACK, ids, tuple(WISHED_BY_BUYERS))


def is_due(unit: Mapping[str, Any]) -> bool:
    """Whether its customer is still to be told something; `unit` has a state and a notice."""
    if unit["notice"] == Notice.PREORDER:
        return bool(unit["state"] == UnitState.WAITING)
    return bool(unit["notice"])


def due(units: Sequence[Row], *, may_deliver: bool) -> tuple[str, list[Row]]:
    """The kind of the next message without keys and its units; none where nothing is to be told. `may_deliver` False:
    the order gets no keys at this time, so nothing is said of any to come."""
    waiting = [unit for unit in units if is_due(unit)]
    for notice in (Notice.REFUND, Notice.PREORDER) if may_deliver else (Notice.REFUND,):
        chosen = [unit for unit in waiting if unit["notice"] == notice]
        if chosen:
            return KINDS[notice], chosen
    return "", []


def is_awaited(delivery: Row, units: Sequence[Row]) -> bool:
    """Whether all codes are still to come of which a message that was begun says so."""
    named = [unit for unit in units if unit["id"] in delivery["unit_ids_json"]]
    return all(unit["state"] == UnitState.WAITING for unit in named)


async def take(tx: Tx, units: Collection[Row]) -> None:
    """A message that tells it is written down."""
    if units:
        await tx.execute(
            "UPDATE key_units SET notice = '' WHERE id = ANY($1::bigint[])", tuple(unit["id"] for unit in units)
        )


def shown_beside(units: Sequence[Row]) -> list[Row]:
    """Pre-orders that a message with keys tells of by the way."""
    return [unit for unit in units if unit["notice"] == Notice.PREORDER and is_due(unit)]


async def again(tx: Tx, order_id: int) -> bool:
    """Mark anew what only messages told that failed; whether there is any."""
    notices = {kind: notice for notice, kind in KINDS.items()}
    last: dict[tuple[int, Notice], str] = {}
    for row in await tx.fetch(_TOLD, order_id):
        last |= {(unit_id, notices[row["kind"]]): row["state"] for unit_id in row["unit_ids_json"]}
    failed = {unit_id: notice for (unit_id, notice), state in last.items() if state == "failed"}
    await tx.execute_many("UPDATE key_units SET notice = $2 WHERE id = $1 AND notice = ''", sorted(failed.items()))
    return bool(failed)
