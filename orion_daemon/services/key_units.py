"""What is owed of digital goods: a unit for each confirmed piece, and the next source that is asked for its key.

    owe(orders)      after every write of an order: units appear with its confirmed pieces and go with cancelled ones
    allocate(items)  owed units take keys of the pool, or a job to buy them is put for the next supplier, or are held
    settle(orders)   after units moved: what the order asks of a person, the message to the customer, the event

All of it works by level: calling any of them twice changes nothing the second time. Locks are taken in one order:
orders, units, keys, jobs. Codes: `key_pool.py`; buying: `purchases.py`; messages: `deliveries.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention
from orion_daemon.domain.events import KeysChanged, OrderChanged
from orion_daemon.domain.keys import UNSETTLED, Hold, UnitState
from orion_daemon.domain.orders import HOLDING, OrderStatus
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import BUY_KEYS, DELIVER_KEYS, ItemArgs, OrderArgs
from orion_daemon.jobs.mailbox import Put
from orion_daemon.services import key_levels, key_notices, key_pool, purchase_guards
from orion_daemon.services.stores import address

NOTIFIER = "notifier"
"""Behind a store's code: who sends its messages."""
GATHER = timedelta(seconds=20)
"""How long keys that lie here wait for others of the order that are just being bought."""
_DIGITAL = """
SELECT i.id, i.order_id, i.product_id, i.quantity, i.confirmed, i.cancelled, i.shipped, i.earlier, o.status,
       o.store_id
FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
WHERE i.order_id = ANY($1::bigint[]) AND i.match_state = 'matched'
  AND COALESCE(p.product_type, mp.product_type) = 'digital'
ORDER BY i.id
"""
_UNITS = "SELECT * FROM key_units WHERE order_item_id = ANY($1::bigint[]) ORDER BY order_item_id, number FOR UPDATE"
_OWED = """
SELECT u.id, u.order_item_id, u.source, u.is_released, i.product_id, i.order_id, o.store_id
FROM key_units u JOIN order_items i ON i.id = u.order_item_id JOIN orders o ON o.id = i.order_id
WHERE u.order_item_id = ANY($1::bigint[]) AND u.state = 'owed' AND o.attention NOT LIKE '%cancellation_requested%'
ORDER BY u.id
"""
_WAITING = """
SELECT u.id, i.order_id FROM key_units u JOIN order_items i ON i.id = u.order_item_id JOIN orders o ON o.id = i.order_id
WHERE i.product_id = $1 AND u.state IN ('owed', 'held') AND u.key_id IS NULL
  AND u.hold_code NOT IN ('region_excluded', 'too_many', 'first_order_limit', 'risk_score')
  AND o.attention NOT LIKE '%cancellation_requested%' ORDER BY u.id LIMIT 1000
"""
_BESIDE = """
SELECT DISTINCT i.product_id FROM key_units u JOIN order_items i ON i.id = u.order_item_id
WHERE u.state IN ('owed', 'held') AND u.key_id IS NULL
  AND u.hold_code NOT IN ('region_excluded', 'too_many', 'first_order_limit', 'risk_score')
  AND EXISTS (SELECT 1 FROM keys k WHERE k.product_id = i.product_id AND k.state = 'free')
ORDER BY i.product_id LIMIT 200
"""
_FORGOTTEN = """
SELECT DISTINCT u.order_item_id, i.order_id FROM key_units u JOIN order_items i ON i.id = u.order_item_id
JOIN orders o ON o.id = i.order_id
WHERE u.state = 'owed' AND u.updated_at < $1 AND o.attention NOT LIKE '%cancellation_requested%' AND NOT EXISTS (
  SELECT 1 FROM jobs j WHERE j.kind = 'BuyKeys' AND j.state IN ('waiting', 'executing')
    AND j.entity = 'item:' || u.order_item_id)
ORDER BY u.order_item_id LIMIT 200
"""
_PAID_AGAIN = """
SELECT DISTINCT u.order_item_id, i.order_id FROM key_units u JOIN order_items i ON i.id = u.order_item_id
JOIN product_sources s ON s.product_id = i.product_id
JOIN supplier_accounts a ON a.channel_id = s.channel_id AND a.buying_state = 'open'
WHERE u.state = 'held' AND u.hold_code = 'low_balance' ORDER BY u.order_item_id LIMIT 200
"""
_LOCK_ORDERS = "SELECT id FROM orders WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE"
_SOURCES = """
SELECT s.product_id, s.position, s.channel_id, s.low_water, c.marketplace, st.code
FROM product_sources s LEFT JOIN channels c ON c.id = s.channel_id LEFT JOIN stores st ON st.id = c.store_id
WHERE s.product_id = ANY($1::bigint[]) ORDER BY s.product_id, s.position
"""
_OF_ORDERS = """
SELECT u.state, u.notice, u.hold_code, u.hold_reason, u.updated_at, i.order_id FROM key_units u
JOIN order_items i ON i.id = u.order_item_id WHERE i.order_id = ANY($1::bigint[])
"""
_ORDERS = """
SELECT o.id, o.store_id, o.marketplace, o.status, o.attention, o.attention_reason, s.code FROM orders o
JOIN stores s ON s.id = o.store_id WHERE o.id = ANY($1::bigint[]) ORDER BY o.id
"""
_UNDER_WAY = frozenset({UnitState.OWED, UnitState.BUYING})
CAME_TO_NOTHING = frozenset({OrderStatus.CANCELLED, OrderStatus.REFUNDED})
CANCELLABLE = frozenset({UnitState.OWED, UnitState.HELD, UnitState.READY})


@dataclass(frozen=True, slots=True)
class Source:
    """`owner` is empty for the store's own pool."""

    channel_id: int | None
    owner: str
    low_water: int | None


async def owe(tx: Tx, order_ids: Sequence[int], now: datetime) -> None:
    """Make the units of these orders fit their confirmed pieces, and see that each gets its key."""
    lines = await tx.fetch(_DIGITAL, tuple(order_ids)) if order_ids else []
    if not lines:
        return
    units: dict[int, list[Row]] = defaultdict(list)
    for unit in await tx.fetch(_UNITS, tuple(line["id"] for line in lines)):
        units[unit["order_item_id"]].append(unit)
    fresh, gone, paid_back = [], [], []
    for line in lines:
        mine = units[line["id"]]
        alive = [unit for unit in mine if unit["state"] != UnitState.CANCELLED]
        done = [unit for unit in alive if _is_done(unit, OrderStatus(line["status"]))]
        wanted = _wanted(line, len(done))
        fresh += [
            (line["id"], number, UnitState.OWED, 0, "", "", False, 0, now, now)
            for number in range(len(mine) + 1, len(mine) + 1 + wanted - len(alive))
        ]
        spare = [unit for unit in reversed(alive) if unit["state"] in CANCELLABLE and unit not in done]
        spare = spare[: max(0, len(alive) - wanted)]
        gone += spare
        paid_back += spare if line["status"] == OrderStatus.REFUNDED else []
    if fresh:
        columns = (
            "order_item_id", "number", "state", "source", "hold_code", "hold_reason", "is_released", "replaced",
            "created_at", "updated_at",
        )  # fmt: skip
        await tx.insert("key_units", columns, fresh)
    await cancel(tx, gone, now)
    await key_notices.give_up_refunded(tx, paid_back)
    if fresh or gone:
        await allocate(tx, [line["id"] for line in lines], now)
        await key_levels.changed(tx, [line["product_id"] for line in lines], now)
        await settle(tx, {line["order_id"] for line in lines}, now)


def _is_done(unit: Row, status: OrderStatus) -> bool:
    """Its piece counts as shipped: it was delivered once, also where the key was bad and another one is owed. What is
    owed so is owed no more once the order came to nothing."""
    if unit["state"] == UnitState.DELIVERED:
        return True
    return unit["delivered_at"] is not None and status not in CAME_TO_NOTHING


def _wanted(line: Row, delivered: int) -> int:
    """Units that must exist. Pieces that left without us are not owed by us."""
    status = OrderStatus(line["status"])
    if status is OrderStatus.PENDING or status not in HOLDING:
        return delivered
    pieces: int = max(0, min(line["confirmed"], line["quantity"] - line["cancelled"]) - line["earlier"])
    left: int = pieces - max(0, line["shipped"] - delivered)
    return max(delivered, left)


async def cancel(tx: Tx, units: Sequence[Row], now: datetime) -> None:
    """Nobody wants these any more: their keys, if they have any, go back into the pool. Not for delivered ones. Should
    the purchase of one turn up after all, its code goes into the pool too."""
    if units:
        await tx.execute(
            "UPDATE key_units SET state = 'cancelled', key_id = NULL, hold_code = '', hold_reason = '',"
            " updated_at = $2 WHERE id = ANY($1::bigint[])",
            tuple(unit["id"] for unit in units), now,
        )  # fmt: skip
        await key_pool.give_back(tx, [unit["key_id"] for unit in units if unit["key_id"] is not None], now)


async def allocate(tx: Tx, item_ids: Sequence[int], now: datetime) -> None:
    """Give owed units of these lines keys of the pool, or put the job that buys them; the last source was: held."""
    owed = await tx.fetch(_OWED, tuple(item_ids)) if item_ids else []
    if not owed:
        return
    sources = await sources_of(tx, {unit["product_id"] for unit in owed})
    jobs: list[Put] = []
    passed: list[tuple[int, int, datetime]] = []
    held: list[Row] = []
    for (item_id, product_id), units in _by_line(owed).items():
        left, own = list(units), sources[product_id]
        for place, source in enumerate(own):
            if not left:
                break
            here = [unit for unit in left if unit["source"] <= place]
            if source.channel_id is None:
                no = await purchase_guards.customer_refused(tx, item_id, units) if here else None
                if no is not None:
                    await hold(tx, [unit["id"] for unit in here], no.reason, no.text, now)
                    left = [unit for unit in left if unit not in here]
                    continue
                taken = await key_pool.claim(
                    tx, product_id, [unit["id"] for unit in here], now, low_water=source.low_water or 0
                )
                left = [unit for unit in left if unit["id"] not in taken]
            elif here:
                passed += [(unit["id"], place, now) for unit in here if unit["source"] != place]
                jobs.append(Put(BUY_KEYS, ItemArgs(item_id), source.owner, here[0]["store_id"], source.channel_id))
                left = [unit for unit in left if unit not in here]
        held += left
    if passed:
        await tx.execute_many("UPDATE key_units SET source = $2, updated_at = $3 WHERE id = $1", passed)
    await hold(tx, [unit["id"] for unit in held], Hold.NO_SOURCE, "no source of the product has a key left", now)
    if jobs:
        await mailbox.put_many(tx, jobs, now=now)


def _by_line(owed: Sequence[Row]) -> dict[tuple[int, int], list[Row]]:
    lines: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for unit in owed:
        lines[unit["order_item_id"], unit["product_id"]].append(unit)
    return lines


async def sources_of(tx: Tx, product_ids: Iterable[int]) -> dict[int, list[Source]]:
    """The sources of each product in their order; one that names none has the store's own pool."""
    found: dict[int, list[Source]] = {product_id: [] for product_id in product_ids}
    for row in await tx.fetch(_SOURCES, tuple(found)):
        owner = address(row["code"], row["marketplace"]) if row["channel_id"] is not None else ""
        found[row["product_id"]].append(Source(row["channel_id"], owner, row["low_water"]))
    for sources in found.values():
        if not sources:
            sources.append(Source(None, "", None))
    return found


async def hold(tx: Tx, unit_ids: Sequence[int], code: str, reason: str, now: datetime) -> None:
    """These wait for a person, with the reason."""
    if unit_ids:
        await tx.execute(
            "UPDATE key_units SET state = 'held', hold_code = $2, hold_reason = $3, updated_at = $4"
            " WHERE id = ANY($1::bigint[])",
            tuple(unit_ids), str(code), reason[:500], now,
        )  # fmt: skip


async def pass_on(tx: Tx, unit_ids: Sequence[int], item_id: int, code: str, reason: str, now: datetime) -> None:
    """The source that these were at has said no: ask the next one, and hold what none is left for, with that reason."""
    if not unit_ids:
        return
    await tx.execute(
        "UPDATE key_units SET state = 'owed', source = source + 1, purchase_id = NULL, updated_at = $2"
        " WHERE id = ANY($1::bigint[])",
        tuple(unit_ids), now,
    )  # fmt: skip
    await allocate(tx, [item_id], now)
    await tx.execute(
        "UPDATE key_units SET hold_code = $2, hold_reason = $3 WHERE id = ANY($1::bigint[]) AND state = 'held'"
        " AND hold_code = $4",
        tuple(unit_ids), str(code), reason[:500], Hold.NO_SOURCE,
    )  # fmt: skip


async def settle(tx: Tx, order_ids: Iterable[int], now: datetime) -> None:
    """Say of each order what its units ask of a person, and put its message once something can be delivered or
    told."""
    ids = tuple(sorted(set(order_ids)))
    units: dict[int, list[Row]] = defaultdict(list)
    for unit in await tx.fetch(_OF_ORDERS, ids) if ids else ():
        units[unit["order_id"]].append(unit)
    if not units:
        return
    for order in await tx.fetch(_ORDERS, tuple(units)):
        mine = units[order["id"]]
        await _attend(tx, order, mine, now)
        states = {unit["state"] for unit in mine}
        if UnitState.READY in states or any(key_notices.is_due(unit) for unit in mine):
            run_at = now + GATHER if _is_gathering(mine, now) else None
            await mailbox.put(
                tx, DELIVER_KEYS, OrderArgs(order["id"]), owner=address(order["code"], NOTIFIER), now=now,
                store_id=order["store_id"], run_at=run_at,
            )  # fmt: skip
        left = states & UNSETTLED
        tx.emit(KeysChanged(order["store_id"], order["id"], "delivered" if not left else min(left)))


def _is_gathering(units: Sequence[Row], now: datetime) -> bool:
    return any(unit["state"] in _UNDER_WAY and now - unit["updated_at"] < GATHER for unit in units)


async def _attend(tx: Tx, order: Row, units: Sequence[Row], now: datetime) -> None:
    fresh = []
    held = [unit for unit in units if unit["state"] == UnitState.HELD]
    if held:
        reasons = "; ".join(dict.fromkeys(f"{unit['hold_code']}: {unit['hold_reason']}" for unit in held))
        fresh.append((Attention.KEYS_HELD, f"{len(held)} keys are held: {reasons}"))
    unknown = sum(unit["state"] == UnitState.UNKNOWN for unit in units)
    if unknown:
        fresh.append((Attention.KEYS_UNKNOWN, f"whether {unknown} keys were bought is being looked up at the supplier"))
    kept = attention.without(
        order["attention_reason"], lambda notice: notice[0] in (Attention.KEYS_HELD, Attention.KEYS_UNKNOWN)
    )[1]
    codes, reason = attention.add(kept, fresh)
    if reason != order["attention_reason"]:
        await tx.execute(
            "UPDATE orders SET attention = $2, attention_reason = $3, updated_at = $4 WHERE id = $1",
            order["id"], codes, reason, now,
        )  # fmt: skip
        tx.emit(OrderChanged(order["store_id"], order["id"], order["marketplace"], order["status"], "attention"))


async def resume(tx: Tx, order_ids: Sequence[int], now: datetime) -> None:
    """Go on with orders that something stood in the way of: a request to cancel them, an address that was missing."""
    if order_ids:
        items = await tx.fetch(
            "SELECT id FROM order_items WHERE order_id = ANY($1::bigint[]) ORDER BY id", tuple(order_ids)
        )
        await allocate(tx, [item["id"] for item in items], now)
        await settle(tx, order_ids, now)


async def unsettled(tx: Tx, order_id: int) -> dict[int, int]:
    """How many keys the customer still waits for, by line."""
    rows = await tx.fetch(
        "SELECT u.order_item_id, count(*) AS n FROM key_units u JOIN order_items i ON i.id = u.order_item_id"
        " WHERE i.order_id = $1 AND u.state NOT IN ('delivered', 'cancelled') GROUP BY u.order_item_id",
        order_id,
    )
    return {row["order_item_id"]: row["n"] for row in rows}


async def lock_orders(tx: Tx, order_ids: Iterable[int]) -> None:
    """First of all locks: whoever moves units holds their order. SQLite has one writer, who holds everything."""
    if tx.dialect == "sqlite":
        return
    await tx.fetch(_LOCK_ORDERS, tuple(sorted(set(order_ids))))


async def lock_waiting(tx: Tx, product_ids: Sequence[int]) -> None:
    """Hold the orders that wait for keys of these products, all at once and in their order: before keys are written."""
    waiting: set[int] = set()
    for product_id in product_ids:
        waiting.update(row["order_id"] for row in await tx.fetch(_WAITING, product_id))
    await lock_orders(tx, waiting)


async def refill(tx: Tx, product_id: int, now: datetime) -> int:
    """Keys came into the pool: units of the product that wait for a supplier or a person take them, oldest first, where
    the pool is one of its sources. Returns how many did."""
    rows = await tx.fetch(_WAITING, product_id)
    if not rows or all(source.channel_id is not None for source in (await sources_of(tx, [product_id]))[product_id]):
        await key_levels.changed(tx, [product_id], now)
        return 0
    await lock_orders(tx, {row["order_id"] for row in rows})
    still = await tx.fetch(
        "SELECT id FROM key_units WHERE id = ANY($1::bigint[]) AND state IN ('owed', 'held') AND key_id IS NULL"
        " ORDER BY id FOR UPDATE",
        tuple(row["id"] for row in rows),
    )
    taken = await key_pool.claim(tx, product_id, [row["id"] for row in still], now)
    await key_levels.changed(tx, [product_id], now)
    await settle(tx, {row["order_id"] for row in rows if row["id"] in taken}, now)
    return len(taken)


async def sweep(db: Database, now: datetime) -> int:
    """Give free keys to units that wait beside them: an order and a key that came at one moment have not seen each
    other. And let units be bought whose job was lost, or that were held for a balance which is there now. Returns how
    many got a key of the pool."""
    given = 0
    for row in await db.fetch(_BESIDE):
        async with db.transaction() as tx:
            given += await refill(tx, row["product_id"], now)
    for row in await db.fetch(_FORGOTTEN, now - timedelta(minutes=15)):
        async with db.transaction() as tx:
            await lock_orders(tx, [row["order_id"]])
            await allocate(tx, [row["order_item_id"]], now)
            await settle(tx, [row["order_id"]], now)
    for row in await db.fetch(_PAID_AGAIN):
        async with db.transaction() as tx:
            await lock_orders(tx, [row["order_id"]])
            await tx.execute(
                "UPDATE key_units SET state = 'owed', source = 0, hold_code = '', hold_reason = '', updated_at = $2"
                " WHERE order_item_id = $1 AND state = 'held' AND hold_code = 'low_balance'",
                row["order_item_id"], now,
            )  # fmt: skip
            await allocate(tx, [row["order_item_id"]], now)
            await settle(tx, [row["order_id"]], now)
    return given
