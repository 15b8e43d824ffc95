"""Buying a key at a supplier, in steps that a crash may part anywhere (G1).

    begin      units of one line → buying, a purchase with a reference of its own: intended              committed
    send       the last word before the call: from this commit on it may have been bought: sent          committed
    (the call, in `actors/handlers/keys.py`)
    record     what the supplier's order says (`purchase_results.py`): bought                           committed
    refuse     a definite no: the next source, or held                                                   committed
    doubt      an answer that was lost: unknown; `purchase_search.py` asks the supplier's history        committed

`begin` keeps what the supplier said of the product, too. It and `record` do not wait for the disk: a killed process
undoes neither. A power cut that takes an intent back comes before its call, since `send` waits for both; one that takes
a record back leaves it sent, and it is looked for.
A line has at most one open purchase at an account. Whoever finds one that was only intended drops it and decides anew;
one that was sent is only looked for.
Guards: `purchase_guards.py`; rules: `domain/keys.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import (
    BuyingRules,
    Hold,
    Offer,
    PurchaseState,
    buy_or_not,
    may_become,
)
from orion_daemon.domain.supply import SupplierProduct
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import SETTLE_PURCHASE, PurchaseArgs
from orion_daemon.services import key_pool, key_units, purchase_guards, supply, supply_pages
from orion_daemon.services.errors import NotFound

_UNITS = """
SELECT u.* FROM key_units u WHERE u.order_item_id = $1 AND u.state = 'owed' ORDER BY u.number FOR UPDATE
"""
_OPEN = """
SELECT * FROM key_purchases WHERE order_item_id = $1 AND channel_id = $2 AND state IN ('intended', 'sent', 'unknown')
ORDER BY id LIMIT 1
"""
_PURCHASE = """
SELECT p.*, i.product_id, i.order_id, o.store_id, s.code, c.marketplace FROM key_purchases p
JOIN order_items i ON i.id = p.order_item_id JOIN orders o ON o.id = i.order_id
JOIN channels c ON c.id = p.channel_id JOIN stores s ON s.id = c.store_id WHERE p.id = $1
"""
_COLUMNS = (
    "channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor", "currency",
    "is_preorder_allowed", "state", "error_code", "error", "looks", "intended_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """A purchase that may be sent. `may_be_bought`: an earlier run may have called already: only look for it."""

    purchase_id: int
    reference: str
    product_id: str
    quantity: int
    expected_minor: int
    currency: str
    allows_preorder: bool
    may_be_bought: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is owed of the line at this account, or a rule said no and the units have gone on."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The account buys nothing for now; the units wait."""

    reason: str


async def begin(
    db: Database,
    channel_id: int,
    item_id: int,
    supplier_product_id: str,
    product: SupplierProduct | None,
    offer: Offer,
    rules: BuyingRules,
    *,
    reference: str,
    now: datetime,
    risk_hundredths: int | None = None,
) -> Begun | Nothing | Paused:
    """Decide and write the intent. `product` is what the supplier said of it a moment ago, which is kept; `offer` what
    it asks for so many pieces; `reference` is used by nobody else."""
    async with db.transaction(is_relaxed=True) as tx:
        item = await purchase_guards.line_of(tx, item_id)
        if item is None:
            return Nothing()
        await key_units.lock_orders(tx, [item["order_id"]])
        await supply_pages.take_answer(tx, channel_id, supplier_product_id, product, now)
        known = await tx.fetch_one(_OPEN, item_id, channel_id)
        if known is not None and known["state"] != PurchaseState.INTENDED:
            return _begun(known)
        if known is not None:  # it was surely not called: what was decided then is decided anew
            await _drop(tx, known, now)
        units, has_next = await at_this_source(tx, item, channel_id, now)
        if not units:
            return Nothing()
        wish = await purchase_guards.wish(tx, item, units, risk_hundredths)
        no = buy_or_not(wish, offer, rules, now)
        if no is not None:
            ids = [unit["id"] for unit in units]
            if no.passes_on:
                await key_units.pass_on(tx, ids, item_id, no.reason, no.text, now)
            else:
                await key_units.hold(tx, ids, no.reason, no.text, now)
            await key_units.settle(tx, [item["order_id"]], now)
            return Nothing()
        price = offer.unit_minor or 0
        paused = await purchase_guards.balance_or_pause(tx, channel_id, price * len(units), now)
        if paused is not None and has_next:
            await key_units.pass_on(tx, [unit["id"] for unit in units], item_id, Hold.BALANCE, paused, now)
            await key_units.settle(tx, [item["order_id"]], now)
            return Nothing()
        if paused is not None:
            return Paused(paused)
        row = (
            channel_id, item_id, reference, supplier_product_id, len(units), price, offer.currency,
            rules.allows_preorders, PurchaseState.INTENDED, "", "", 0, now, now,
        )  # fmt: skip
        [made] = await tx.insert("key_purchases", _COLUMNS, [row], suffix="RETURNING *")
        await tx.execute(
            "UPDATE key_units SET state = 'buying', purchase_id = $2, updated_at = $3 WHERE id = ANY($1::bigint[])",
            tuple(unit["id"] for unit in units), made["id"], now,
        )  # fmt: skip
        return _begun(made)


async def at_this_source(tx: Tx, item: Row, channel_id: int, now: datetime) -> tuple[list[Row], bool]:
    """Owed units of the line whose turn this account is, and whether another source comes behind. The pool has the
    first word: it fills what it can now."""
    units = await tx.fetch(_UNITS, item["id"])
    if not units or "cancellation_requested" in item["attention"].split():
        return [], False
    sources = (await key_units.sources_of(tx, [item["product_id"]]))[item["product_id"]]
    place = next((place for place, source in enumerate(sources) if source.channel_id == channel_id), None)
    if place is None:  # it is a source of the product no more
        await key_units.allocate(tx, [item["id"]], now)
        return [], False
    here = [unit for unit in units if unit["source"] == place]
    if here and any(source.channel_id is None for source in sources[:place]):
        taken = await key_pool.claim(tx, item["product_id"], [unit["id"] for unit in here], now)
        if taken:
            await key_units.settle(tx, [item["order_id"]], now)
        here = [unit for unit in here if unit["id"] not in taken]
    return here, place < len(sources) - 1


def _begun(row: Row) -> Begun:
    return Begun(
        row["id"], row["reference"], row["supplier_product_id"], row["quantity"], row["expected_minor"],
        row["currency"], bool(row["is_preorder_allowed"]), row["state"] != PurchaseState.INTENDED,
    )  # fmt: skip


async def send(db: Database, purchase_ids: Sequence[int], now: datetime) -> set[int]:
    """From this commit on these may have been bought. One that is missing in the answer must not be called for:
    somebody was here before."""
    async with db.transaction() as tx:
        rows = await tx.fetch(
            "UPDATE key_purchases SET state = 'sent', sent_at = $2, updated_at = $2"
            " WHERE id = ANY($1::bigint[]) AND state = 'intended' RETURNING id",
            tuple(sorted(purchase_ids)), now,
        )  # fmt: skip
        return {row["id"] for row in rows}


async def drop(db: Database, purchase_id: int, now: datetime) -> None:
    """The call certainly did nothing (it never reached the supplier): its units are owed again."""
    async with db.transaction() as tx:
        purchase = await locked(tx, purchase_id)
        if purchase["state"] in (PurchaseState.INTENDED, PurchaseState.SENT):
            await _drop(tx, purchase, now)


async def drop_intended(db: Database, purchase_id: int, now: datetime) -> None:
    """Its process vanished before it called; one that was sent meanwhile is left alone."""
    async with db.transaction() as tx:
        purchase = await locked(tx, purchase_id)
        if purchase["state"] == PurchaseState.INTENDED:
            await _drop(tx, purchase, now)


async def _drop(tx: Tx, purchase: Row, now: datetime) -> None:
    await become(tx, purchase, PurchaseState.DROPPED, now)
    await tx.execute(
        "UPDATE key_units SET state = 'owed', purchase_id = NULL, updated_at = $2"
        " WHERE purchase_id = $1 AND state = 'buying'",
        purchase["id"], now,
    )  # fmt: skip


async def locked(tx: Tx, purchase_id: int) -> Row:
    """The purchase with its order, store and account, both locked. Raises NotFound."""
    row = await tx.fetch_one(_PURCHASE, purchase_id)
    if row is None:
        raise NotFound("purchase with this id", "purchaseId")
    if tx.dialect == "sqlite":  # nobody else can have changed it since this transaction began
        return row
    await key_units.lock_orders(tx, [row["order_id"]])
    again = await tx.fetch_one("SELECT * FROM key_purchases WHERE id = $1 FOR UPDATE", purchase_id)
    return row | (again or {})


async def put_search(tx: Tx, purchase: Row, run_at: datetime, now: datetime) -> None:
    await mailbox.put(
        tx, SETTLE_PURCHASE, PurchaseArgs(purchase["id"]), owner=f"{purchase['code']}:{purchase['marketplace']}",
        now=now, store_id=purchase["store_id"], channel_id=purchase["channel_id"], run_at=run_at,
    )  # fmt: skip


async def become(tx: Tx, purchase: Row, to: PurchaseState, now: datetime, **values: Any) -> None:
    """Write a move of the table, with other columns beside it."""
    at = PurchaseState(purchase["state"])
    if not may_become(at, to):
        raise AssertionError(f"purchase {purchase['id']} is {at} and cannot become {to}")
    values |= {"state": to, "updated_at": now}
    if to not in (PurchaseState.SENT, PurchaseState.UNKNOWN):
        values["settled_at"] = now
    names = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 2))
    await tx.execute(f"UPDATE key_purchases SET {names} WHERE id = $1", purchase["id"], *values.values())


async def doubt(db: Database, purchase_id: int, code: str, message: str, search_at: datetime, now: datetime) -> None:
    """The answer was lost: nobody can tell whether it was bought. It is looked for from `search_at` on."""
    async with db.transaction() as tx:
        purchase = await locked(tx, purchase_id)
        if purchase["state"] == PurchaseState.SENT:
            await become(tx, purchase, PurchaseState.UNKNOWN, now, error_code=code[:64], error=message[:500])
            await tx.execute(
                "UPDATE key_units SET state = 'unknown', updated_at = $2 WHERE purchase_id = $1 AND state = 'buying'",
                purchase_id, now,
            )  # fmt: skip
        await put_search(tx, purchase, search_at, now)
        await key_units.settle(tx, [purchase["order_id"]], now)


async def refuse(
    db: Database, purchase_id: int, hold: Hold, code: str, message: str, now: datetime, *, passes_on: bool = True
) -> None:
    """The supplier said no and bought nothing: its units go on to the next source, or wait for a person."""
    async with db.transaction() as tx:
        purchase = await locked(tx, purchase_id)
        if purchase["state"] not in (PurchaseState.SENT, PurchaseState.UNKNOWN):
            return
        await become(tx, purchase, PurchaseState.REFUSED, now, error_code=code[:64], error=message[:500])
        units = await units_of(tx, purchase_id)
        ids = [unit["id"] for unit in units]
        if passes_on:
            await key_units.pass_on(tx, ids, purchase["order_item_id"], hold, message, now)
        else:
            await tx.execute(
                "UPDATE key_units SET state = 'owed', purchase_id = NULL, updated_at = $2 WHERE id = ANY($1::bigint[])",
                tuple(ids), now,
            )  # fmt: skip
        await key_units.settle(tx, [purchase["order_id"]], now)


async def refuse_for_balance(db: Database, channel_id: int, purchase_id: int, message: str, now: datetime) -> None:
    """The balance does not suffice: the account buys nothing until it does. Units with another source go on to it, the
    others wait."""
    async with db.transaction() as tx:
        purchase = await locked(tx, purchase_id)
        if purchase["state"] not in (PurchaseState.SENT, PurchaseState.UNKNOWN):
            return
        await become(tx, purchase, PurchaseState.REFUSED, now, error_code=Hold.BALANCE, error=message[:500])
        cost = purchase["expected_minor"] * purchase["quantity"]
        await supply.pause_buying(
            tx, channel_id, message, cost + await purchase_guards.exposure(tx, channel_id), now
        )  # fmt: skip
        ids = [unit["id"] for unit in await units_of(tx, purchase_id)]
        await tx.execute(
            "UPDATE key_units SET state = 'owed', purchase_id = NULL, updated_at = $2 WHERE id = ANY($1::bigint[])",
            tuple(ids), now,
        )  # fmt: skip
        sources = (await key_units.sources_of(tx, [purchase["product_id"]]))[purchase["product_id"]]
        if sources[-1].channel_id != channel_id:
            await key_units.pass_on(tx, ids, purchase["order_item_id"], Hold.BALANCE, message, now)
        await key_units.settle(tx, [purchase["order_id"]], now)


async def give_way(db: Database, channel_id: int, item_id: int, hold: Hold, text: str, now: datetime) -> None:
    """This account cannot even be asked for the product: its units go on to the next source, or wait for a person."""
    async with db.transaction() as tx:
        item = await purchase_guards.line_of(tx, item_id)
        if item is None:
            return
        await key_units.lock_orders(tx, [item["order_id"]])
        known = await tx.fetch_one(_OPEN, item_id, channel_id)
        if known is not None and known["state"] == PurchaseState.INTENDED:
            await _drop(tx, known, now)
        units, _ = await at_this_source(tx, item, channel_id, now)
        await key_units.pass_on(tx, [unit["id"] for unit in units], item_id, hold, text, now)
        await key_units.settle(tx, [item["order_id"]], now)


async def refusals(db: Database, purchase_id: int, code: str) -> int:
    """How often the supplier has refused this line's purchases so before."""
    return int(
        await db.fetch_value(
            "SELECT count(*) FROM key_purchases p JOIN key_purchases me ON me.id = $1"
            " WHERE p.order_item_id = me.order_item_id AND p.channel_id = me.channel_id AND p.state = 'refused'"
            " AND p.error_code = $2",
            purchase_id, code,
        )
    )  # fmt: skip


async def units_of(tx: Tx, purchase_id: int) -> list[Row]:
    """Those that still wait for a code of this purchase."""
    return await tx.fetch(
        "SELECT * FROM key_units WHERE purchase_id = $1 AND key_id IS NULL"
        " AND (state IN ('buying', 'unknown') OR hold_code = 'purchase_unknown') ORDER BY number FOR UPDATE",
        purchase_id,
    )
