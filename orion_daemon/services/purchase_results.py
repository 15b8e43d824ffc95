"""What came of a purchase: codes sealed and bound to their units, those still to come, and what was not asked for.

Counted by the supplier's code ids, so recording an order twice adds nothing. Nothing that was paid is thrown away:
codes beyond what was owed go into the pool, codes that nobody can deliver are kept aside. Steps before: `purchases.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.keys import Hold, KeyState, Notice, Outcome, PurchaseState, UnitState, look_delay, outcome_of
from orion_daemon.domain.supply import Code, CodeKind, PlacedOrder
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import FETCH_CODES, WATCH_BALANCE, Nothing, PurchaseArgs
from orion_daemon.services import key_levels, key_pool, key_units, purchases
from orion_daemon.services.key_pool import NewKey, Origin

SURPLUS = "keys_surplus"
CHARGED_MORE = "charged_more"
PREORDER_CANCELLED = "preorder_cancelled"
BELIEVED_AFTER = timedelta(days=1)
_MISSING = "missing since "
BALANCE_AFTER = timedelta(seconds=5)
"""After a purchase the balance is asked for: once for all that are made within it."""


async def record(
    db: Database, purchase_id: int, placed: PlacedOrder, pictures: Mapping[str, bool], now: datetime
) -> PurchaseState:
    """Write what the supplier's order says; recording it again adds nothing. `pictures`: by code id, whether an image's
    content is one. Codes beyond what was asked for go into the pool. With fewer codes than pieces the purchase stays
    unknown and is asked for again."""
    async with db.transaction(is_relaxed=True) as tx:  # one that is lost is found again in the supplier's history
        purchase = await purchases.locked(tx, purchase_id)
        lines = [line for line in placed.lines if line.product_id == purchase["supplier_product_id"]] or placed.lines
        charged = next((line.unit_minor for line in lines if line.unit_minor is not None), None)
        codes = _named(placed.supplier_order_id, [code for line in lines for code in line.codes])
        missing = await _take_codes(tx, purchase, codes, charged, pictures, now)
        state = PurchaseState(purchase["state"])
        facts = {"supplier_order_id": placed.supplier_order_id, "charged_minor": charged}
        if missing and state is not PurchaseState.ABANDONED:
            await tx.execute(
                "UPDATE key_units SET state = 'unknown', updated_at = $2 WHERE id = ANY($1::bigint[])",
                tuple(unit["id"] for unit in missing), now,
            )  # fmt: skip
            text = f"the supplier's order shows {len(codes)} codes for {purchase['quantity']} pieces"
            if state is PurchaseState.SENT:
                await purchases.become(
                    tx, purchase, PurchaseState.UNKNOWN, now, error_code="codes_missing", error=text, **facts
                )
            else:
                await tx.execute(
                    "UPDATE key_purchases SET supplier_order_id = $2, charged_minor = $3, error_code = 'codes_missing',"
                    " error = $4, updated_at = $5 WHERE id = $1",
                    purchase_id, placed.supplier_order_id, charged, text, now,
                )  # fmt: skip
            await purchases.put_search(tx, purchase, now + look_delay(purchase["looks"]), now)
        elif state is not PurchaseState.BOUGHT:
            await purchases.become(tx, purchase, PurchaseState.BOUGHT, now, error_code="", error="", **facts)
            await _spent(tx, purchase, charged, now)
            if state is PurchaseState.UNKNOWN:  # what else is owed of the line had to wait for it
                await key_units.allocate(tx, [purchase["order_item_id"]], now)
        await key_units.owe(tx, [purchase["order_id"]], now)  # it may have been cancelled meanwhile
        await key_units.settle(tx, [purchase["order_id"]], now)
        return PurchaseState.UNKNOWN if missing else PurchaseState.BOUGHT


def _named(supplier_order_id: str, codes: Sequence[Code]) -> list[Code]:
    """Codes that the supplier gave no id are told apart by their place in its order."""
    return [
        code if code.code_id else replace(code, code_id=f"{supplier_order_id}#{place}")
        for place, code in enumerate(codes, 1)
    ]


async def _spent(tx: Tx, purchase: Row, charged: int | None, now: datetime) -> None:
    """So much less may be spent, until the supplier says how much that is."""
    cost = (purchase["expected_minor"] if charged is None else charged) * purchase["quantity"]
    await tx.execute(
        "UPDATE supplier_accounts SET usable_minor = usable_minor - $2, updated_at = $3 WHERE channel_id = $1",
        purchase["channel_id"], cost, now,
    )  # fmt: skip
    await tx.execute(
        "UPDATE marketplace_products SET quantity = GREATEST(quantity - $3, 0) WHERE quantity IS NOT NULL"
        " AND marketplace_product_id = $2 AND catalog_id IN (SELECT id FROM catalogs WHERE channel_id = $1)",
        purchase["channel_id"], purchase["supplier_product_id"], purchase["quantity"],
    )  # fmt: skip
    await key_levels.changed(tx, [purchase["product_id"]], now)
    await mailbox.put(
        tx, WATCH_BALANCE, Nothing(), owner=f"{purchase['code']}:{purchase['marketplace']}", now=now,
        store_id=purchase["store_id"], channel_id=purchase["channel_id"], run_at=now + BALANCE_AFTER,
    )  # fmt: skip


async def _take_codes(
    tx: Tx, purchase: Row, codes: Sequence[Code], charged: int | None, pictures: Mapping[str, bool], now: datetime
) -> list[Row]:
    """The units that have no code yet are given."""
    rows = await tx.fetch("SELECT code_id FROM keys WHERE purchase_id = $1", purchase["id"])
    had = {row["code_id"] for row in rows}
    fresh = list({code.code_id: code for code in codes if code.code_id not in had}.values())
    units = await purchases.units_of(tx, purchase["id"])
    if not fresh:
        return units
    _watch_price(tx, purchase, charged)
    origin = Origin(
        purchase["store_id"], purchase["product_id"], purchase["id"],
        purchase["expected_minor"] if charged is None else charged, purchase["currency"],
    )  # fmt: skip
    new: list[NewKey] = []
    moves: list[tuple[int, UnitState, str, str, str]] = []
    for place, code in enumerate(fresh):
        found = outcome_of(code.kind, has_secret=bool(code.secret), is_picture=pictures.get(code.code_id, False))
        unit = units[place] if place < len(units) else None
        state, note = found.key, str(found.hold or "")
        if unit is not None:
            told = Notice.PREORDER if code.kind is CodeKind.PREORDER and found.unit is UnitState.WAITING else ""
            text = f"the supplier calls it {code.raw_kind[:60]!r}" if note else ""
            moves.append((unit["id"], found.unit, note, text, told))
        elif found.unit is UnitState.READY:
            state = KeyState.FREE
        elif found.unit is UnitState.WAITING:
            state = KeyState.AWAITED
        else:  # a code nobody asked for and nobody can use is kept aside
            state = KeyState.BAD
        secret = code.secret or None
        kind = CodeKind.TEXT if code.kind is CodeKind.PREORDER and secret else code.kind
        new.append(
            NewKey(kind, secret, code.filename, code.raw_kind, code.code_id, unit["id"] if unit else None, state, note)
        )
    ids = await key_pool.store(tx, origin, new, now)
    await tx.execute_many(
        "UPDATE key_units SET state = $2, key_id = $3, hold_code = $4, hold_reason = $5, updated_at = $6,"
        " notice = CASE WHEN notice = 'refund' THEN notice ELSE $7 END WHERE id = $1",
        [
            (unit_id, state, ids[place], hold, text, now, told)
            for place, (unit_id, state, hold, text, told) in enumerate(moves)
        ],
    )
    if any(key.state is KeyState.AWAITED for key in new):
        await mailbox.put(
            tx, FETCH_CODES, PurchaseArgs(purchase["id"]), owner=f"{purchase['code']}:{purchase['marketplace']}",
            now=now, store_id=purchase["store_id"], channel_id=purchase["channel_id"],
        )  # fmt: skip
    if len(fresh) > len(units):
        await key_levels.changed(tx, [purchase["product_id"]], now)
        text = (
            f"{len(fresh) - len(units)} keys more than were owed came with {purchase['reference']}; the pool has them"
        )
        tx.emit(AlertRaised(purchase["store_id"], purchase["channel_id"], SURPLUS, text))
    return units[len(fresh) :]


def _watch_price(tx: Tx, purchase: Row, charged: int | None) -> None:
    if charged is not None and charged > purchase["expected_minor"]:
        agreed = purchase["expected_minor"]
        text = f"{purchase['reference']} was charged {charged} minor units a piece; {agreed} were agreed"
        tx.emit(AlertRaised(purchase["store_id"], purchase["channel_id"], CHARGED_MORE, text))


async def take_code(db: Database, purchase_id: int, code: Code, now: datetime, *, is_picture: bool) -> bool:
    """A code that was awaited has come; False when it has not, or was taken before."""
    if not code.secret:
        return False
    async with db.transaction() as tx:
        purchase = await purchases.locked(tx, purchase_id)
        key = await tx.fetch_one(
            "SELECT * FROM keys WHERE purchase_id = $1 AND code_id = $2 AND state = 'awaited' FOR UPDATE",
            purchase_id, code.code_id,
        )  # fmt: skip
        if key is None:
            return False
        kind = CodeKind.TEXT if code.kind is CodeKind.PREORDER else code.kind
        found = outcome_of(kind, has_secret=True, is_picture=is_picture)
        mark = None if await key_pool.known(tx, [code.secret]) else key_pool.digest(tx.cipher, code.secret)
        await key_pool.seal(tx, [(key["id"], code.secret)])
        await tx.execute(
            "UPDATE keys SET kind = $2, state = $3, digest = $4, filename = $5, note = $6, updated_at = $7"
            " WHERE id = $1",
            key["id"], kind, _state_of(found, key), mark, code.filename[:200], str(found.hold or ""), now,
        )  # fmt: skip
        await tx.execute(
            "UPDATE key_units SET state = $2, hold_code = $3, hold_reason = $4, updated_at = $5"
            " WHERE key_id = $1 AND state = 'waiting'",
            key["id"], found.unit, str(found.hold or ""), "its content is no picture" if found.hold else "", now,
        )  # fmt: skip
        await key_units.owe(tx, [purchase["order_id"]], now)  # it may have been cancelled meanwhile
        await key_units.settle(tx, [purchase["order_id"]], now)
        return True


def _state_of(found: Outcome, key: Row) -> KeyState:
    """One that nobody waits for goes into the pool."""
    if key["unit_id"] is not None:
        return found.key
    return KeyState.FREE if found.unit is UnitState.READY else KeyState.BAD


async def note_missing(db: Database, purchase_id: int, code_ids: Collection[str], now: datetime) -> int:
    """The supplier knows these awaited codes no more. After `BELIEVED_AFTER` of that, without a break, they will never
    come: their units wait for a person. Returns how many that are now."""
    async with db.transaction() as tx:
        purchase = await purchases.locked(tx, purchase_id)
        rows = await tx.fetch(
            "SELECT id, code_id, unit_id, note FROM keys WHERE purchase_id = $1 AND state = 'awaited' ORDER BY id"
            " FOR UPDATE",
            purchase_id,
        )
        notes, gone = [], []
        for row in rows:
            since = row["note"].removeprefix(_MISSING)
            if row["code_id"] not in code_ids:
                notes += [(row["id"], "")] if row["note"] else []
            elif not row["note"]:
                notes.append((row["id"], f"{_MISSING}{now.isoformat()}"))
            elif now - datetime.fromisoformat(since) >= BELIEVED_AFTER:
                gone.append(row)
        await tx.execute_many("UPDATE keys SET note = $2 WHERE id = $1", notes)
        if not gone:
            return 0
        units = tuple(row["unit_id"] for row in gone if row["unit_id"] is not None)
        text = f"the supplier took the pre-order {purchase['reference']} back"
        await tx.execute(
            "UPDATE key_units SET state = 'held', key_id = NULL, hold_code = $2, hold_reason = $3, updated_at = $4"
            " WHERE id = ANY($1::bigint[]) AND state = 'waiting'",
            units, Hold.PREORDER_CANCELLED, text, now,
        )  # fmt: skip
        await tx.execute(
            "UPDATE keys SET state = 'bad', note = $2, updated_at = $3 WHERE id = ANY($1::bigint[])",
            tuple(row["id"] for row in gone), Hold.PREORDER_CANCELLED, now,
        )  # fmt: skip
        tx.emit(AlertRaised(purchase["store_id"], purchase["channel_id"], PREORDER_CANCELLED, text))
        await key_units.settle(tx, [purchase["order_id"]], now)
        return len(gone)
