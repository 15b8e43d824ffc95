"""Purchases of which nobody knows whether they were bought, and the way out: the supplier's own history (G1).

A look that finds the reference is recorded like any answer. A look that does not counts, and the next comes later,
until the history must show the order (`visible_within` after it was sent). Then, by the store's rule, its units wait
for a person, or they are bought anew with another reference. An order that the supplier shows without all of its codes
is paid: it is asked for and shown to a person, never bought anew. A purchase that was given up is looked for a while
longer: should it turn up, its codes go into the pool. Callers: `actors/handlers/keys.py`, the housekeeper's sweep.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import MAY_BE_BOUGHT, BuyingRules, Hold, PurchaseState, look_delay
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import FETCH_CODES, PurchaseArgs
from orion_daemon.services import access, key_units, purchases
from orion_daemon.services.errors import Code, Conflict

EARLIER = timedelta(minutes=10)  # the supplier's clock may be behind ours
LATER = timedelta(hours=1)  # after the call; whatever it made is dated before that
FIRST_LATE_LOOK = timedelta(minutes=10)  # after it was given up
LATE_LOOKS = timedelta(days=2)
_LOST = """
SELECT p.id FROM key_purchases p WHERE p.state IN ('sent', 'unknown') AND p.updated_at < $1 ORDER BY p.id LIMIT 500
"""

_INTENDED = "SELECT id FROM key_purchases WHERE state = 'intended' AND updated_at < $1 ORDER BY id LIMIT 500"
_AWAITED = """
SELECT DISTINCT p.id FROM keys k JOIN key_purchases p ON p.id = k.purchase_id
JOIN channels c ON c.id = p.channel_id AND c.is_active JOIN stores s ON s.id = c.store_id
WHERE k.state = 'awaited' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.state IN ('waiting', 'executing')
  AND j.unique_key = s.code || ':' || c.marketplace || ' FetchCodes ' || p.id) ORDER BY p.id LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Search:
    """`sent_at`: when the call was made, by our clock. `is_given_up`: its units were bought anew meanwhile."""

    purchase_id: int
    reference: str
    supplier_order_id: str | None
    sent_at: datetime
    looks: int
    is_given_up: bool


async def search_of(db: Database, purchase_id: int) -> Search | None:
    """None: there is nothing to look for."""
    row = await db.fetch_one("SELECT * FROM key_purchases WHERE id = $1", purchase_id)
    if row is None or row["sent_at"] is None:
        return None
    state = PurchaseState(row["state"])
    if state not in MAY_BE_BOUGHT and state is not PurchaseState.ABANDONED:
        return None
    return Search(
        purchase_id, row["reference"], row["supplier_order_id"], row["sent_at"], row["looks"],
        state is PurchaseState.ABANDONED,
    )  # fmt: skip


async def not_found(
    db: Database, purchase_id: int, rules: BuyingRules, now: datetime, *, is_known: bool = False
) -> datetime | None:
    """The history did not show it, or (`is_known`) the supplier shows an order of the reference without all its codes.
    Returns when to look again; None: never."""
    async with db.transaction() as tx:
        purchase = await purchases.locked(tx, purchase_id)
        state = PurchaseState(purchase["state"])
        looks = purchase["looks"] + 1
        await tx.execute("UPDATE key_purchases SET looks = $2, updated_at = $3 WHERE id = $1", purchase_id, looks, now)
        if state is PurchaseState.ABANDONED:
            return None if now - purchase["settled_at"] > LATE_LOOKS else now + timedelta(hours=1)
        if state not in MAY_BE_BOUGHT:
            return None
        units = await purchases.units_of(tx, purchase_id)
        if now - purchase["sent_at"] < rules.visible_within:
            if state is PurchaseState.SENT:
                await purchases.become(
                    tx, purchase, PurchaseState.UNKNOWN, now, error_code="not_in_history",
                    error="the supplier's history does not show it yet",
                )  # fmt: skip
            await tx.execute(
                "UPDATE key_units SET state = 'unknown', updated_at = $2 WHERE id = ANY($1::bigint[])",
                tuple(unit["id"] for unit in units), now,
            )  # fmt: skip
            await key_units.settle(tx, [purchase["order_id"]], now)
            latest: datetime = purchase["sent_at"] + rules.visible_within
            return min(now + look_delay(looks), max(latest, now + timedelta(seconds=1)))
        is_known = is_known or purchase["supplier_order_id"] is not None
        if not units and not is_known:  # nobody wants it any more: should it turn up, it goes into the pool
            await _give_up(tx, purchase, [], now)
            return now + FIRST_LATE_LOOK
        if is_known or not rules.may_buy_again:
            text = f"{purchase['reference']} was sent and the supplier's history never showed it"
            if is_known:
                text = f"{purchase['reference']} was bought and the supplier does not show all of its codes"
            await key_units.hold(tx, [unit["id"] for unit in units], Hold.UNKNOWN, text, now)
            await key_units.settle(tx, [purchase["order_id"]], now)
            return now + timedelta(hours=1)
        await _give_up(tx, purchase, [unit["id"] for unit in units], now)
        return now + FIRST_LATE_LOOK


async def _give_up(tx: Tx, purchase: Row, unit_ids: list[int], now: datetime) -> None:
    if purchase["state"] == PurchaseState.SENT:
        await purchases.become(tx, purchase, PurchaseState.UNKNOWN, now)
        purchase = purchase | {"state": PurchaseState.UNKNOWN}
    await purchases.become(
        tx, purchase, PurchaseState.ABANDONED, now, error_code="not_in_history",
        error="the supplier's history never showed it; another attempt was allowed",
    )  # fmt: skip
    await tx.execute(
        "UPDATE key_units SET state = 'owed', purchase_id = NULL, hold_code = '', hold_reason = '', updated_at = $2"
        " WHERE id = ANY($1::bigint[])",
        tuple(unit_ids), now,
    )  # fmt: skip
    await key_units.allocate(tx, [purchase["order_item_id"]], now)
    await purchases.put_search(tx, purchase, now + FIRST_LATE_LOOK, now)
    await key_units.settle(tx, [purchase["order_id"]], now)


async def buy_again(db: Database, purchase_id: int, actor: str, now: datetime) -> None:
    """A person has looked at the supplier and says that it was not bought: its units are bought anew. Raises Conflict
    for a purchase that is not unknown."""
    async with db.transaction() as tx:
        purchase = await purchases.locked(tx, purchase_id)
        if purchase["state"] not in MAY_BE_BOUGHT:
            raise Conflict(Code.STATUS_FORBIDS, f"The purchase is {purchase['state']}, not unknown.", "purchaseId")
        rows = await tx.fetch(
            "SELECT id FROM key_units WHERE purchase_id = $1 AND key_id IS NULL AND state IN"
            " ('buying', 'unknown', 'held') ORDER BY id FOR UPDATE",
            purchase_id,
        )
        detail = {"reference": purchase["reference"], "units": len(rows)}
        await access.audit(
            tx, actor, "purchase.buy_again", f"purchase:{purchase_id}", detail, purchase["store_id"], now
        )
        await _give_up(tx, purchase, [row["id"] for row in rows], now)


async def sweep(db: Database, now: datetime) -> int:
    """Look again for purchases that nobody has looked for in a while, and for codes that are still to come, should
    their jobs have been lost; and let go what was only intended and never called. How many."""
    for row in await db.fetch(_INTENDED, now - timedelta(minutes=15)):
        await purchases.drop_intended(db, row["id"], now)
    lost = await db.fetch(_LOST, now - timedelta(minutes=15))
    for row in lost:
        async with db.transaction() as tx:
            purchase = await purchases.locked(tx, row["id"])
            await purchases.put_search(tx, purchase, now, now)
    awaited = await db.fetch(_AWAITED)
    for row in awaited:
        async with db.transaction() as tx:
            purchase = await purchases.locked(tx, row["id"])
            await mailbox.put(
                tx, FETCH_CODES, PurchaseArgs(row["id"]), owner=f"{purchase['code']}:{purchase['marketplace']}",
                now=now, store_id=purchase["store_id"], channel_id=purchase["channel_id"],
            )  # fmt: skip
    return len(lost) + len(awaited)
