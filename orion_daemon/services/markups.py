"""Prices made of costs: a store's markup on a product, the price that follows from it, and what it was made of (G2).

    set_markup ─┐                                  ┌─► priced: `products.price_minor`, its inputs kept
    set_rate ───┼─► reprice: cost, rate and rule ──┤
    reprice_of ─┤   of this moment                 └─► paused with a code: no channel may sell it
    reprice_due ┘

Whoever changes a cost, a rate, a rule or a product's sources reprices in the same transaction, so that what is
committed always fits together; the sweep finds what became too old by the mere passing of time. Where a price, or
whether there is one, changes, the offers of the product differ from then on: urgent where it must not be sold on as it
is. A price is written nowhere else while a markup stands (`products.py` refuses it).

Locks go: marketplace products, rates, products in the order of their ids, offers. Rules: `domain/markups.py`; one rule
for all that a supplier sells: `supplier_markups.py`; where the cost comes from, and whether a price may still be told:
`costs.py`; exchange rates: `exchange_rates.py`; what a person reads of it: `price_explanations.py`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.markups import Inputs, Markup, Paused, Priced, price_of, problem_of
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.prices import MAX_MINOR
from orion_daemon.services import access, offers
from orion_daemon.services.costs import GUARD, JOIN, READ_AT, SUPPLIED, SUPPLIER, price_holds
from orion_daemon.services.errors import Code, Invalid, NotFound, Refused

CHUNK = 500
LOOKED_AT_EVERY = timedelta(minutes=5)
"""Products looked at later than this ago are not due: a sweep that is called until nothing is due comes to an end."""

_RULE = (
    "kind", "value", "rounding", "vat_hundredths", "fee_hundredths", "fee_minor", "min_margin_minor", "cap_minor",
)  # fmt: skip
_COST_HELD = f"""
SELECT sp.id FROM marketplace_products sp
WHERE sp.id = (SELECT {SUPPLIED} FROM products WHERE products.id = $1) FOR SHARE OF sp
"""
_PRODUCT = """
SELECT products.store_id, s.currency FROM products JOIN stores s ON s.id = products.store_id
WHERE products.id = $1 FOR NO KEY UPDATE OF products
"""
_KNOWN = "ON CONFLICT (product_id) DO UPDATE SET " + ", ".join(
    [f"{column} = EXCLUDED.{column}" for column in (*_RULE, "max_age_seconds", "currency", "updated_at")]
)
_LOCK = """
SELECT products.id FROM products JOIN product_markups pm ON pm.product_id = products.id
WHERE products.id = ANY($1::bigint[]) ORDER BY products.id FOR NO KEY UPDATE OF products
"""
_RULES = f"""
SELECT pm.*, products.price_minor AS told_minor, products.currency AS told_currency, s.currency AS store_currency,
       {SUPPLIED} AS supplied_id
FROM products JOIN product_markups pm ON pm.product_id = products.id JOIN stores s ON s.id = products.store_id
WHERE products.id = ANY($1::bigint[]) ORDER BY products.id
"""
_COSTS = f"""
SELECT sp.id, sp.marketplace_product_id, sp.price_minor, sp.currency, pc.marketplace,
       (sp.is_available AND pc.is_active) AS is_available, {READ_AT} AS read_at
FROM {SUPPLIER} WHERE sp.id = ANY($1::bigint[])
"""
_RATES = "SELECT * FROM exchange_rates WHERE quote = ANY($1::text[])"
_SET_PRICE = "UPDATE products SET price_minor = $2, currency = $3, updated_at = $4 WHERE id = $1"
_SET_PRICED = """
UPDATE product_markups SET state = 'priced', paused_code = '', paused_reason = '', price_minor = $2, inputs_json = $3,
  priced_at = $4 WHERE id = $1
"""
_SET_PAUSED = """
UPDATE product_markups SET state = 'paused', paused_code = $2, paused_reason = $3, priced_at = $4 WHERE id = $1
"""
_STANDING = """
SELECT products.id FROM products JOIN product_markups pm ON pm.product_id = products.id
WHERE products.marketplace_product_id = ANY($1::bigint[])
"""
_SUPPLIED_AS = """
SELECT pk.channel_id, sp.marketplace_product_id FROM marketplace_products sp JOIN catalogs pk ON pk.id = sp.catalog_id
WHERE sp.id = ANY($1::bigint[]) AND pk.channel_id IS NOT NULL
"""
_SOURCED = """
SELECT ps.product_id AS id FROM product_sources ps JOIN product_markups pm ON pm.product_id = ps.product_id
WHERE ps.channel_id = $1 AND ps.supplier_product_id = ANY($2::text[])
"""
_DUE = """
SELECT product_id FROM product_markups WHERE priced_at IS NULL OR priced_at <= $1 ORDER BY priced_at, id LIMIT $2
"""


@dataclass(slots=True)
class Repriced:
    """How many products were looked at and have a price or none; `changed`: whose offers differ from now on."""

    priced: int = 0
    paused: int = 0
    changed: int = 0


async def set_markup(db: Database, product_id: int, rule: Markup, *, actor: str, now: datetime) -> None:
    """See `lay_markup`, in a transaction of its own."""
    async with db.transaction() as tx:
        await lay_markup(tx, product_id, rule, actor=actor, now=now)


async def lay_markup(tx: Tx, product_id: int, rule: Markup, *, actor: str, now: datetime) -> None:
    """Let the product's price be made by this rule from now on; it is made, or paused, at once. Idempotent.

    A price and a sale price of the product's own do not count any more. Raises NotFound, and Invalid for a rule that
    cannot be right, in another currency than the store's, or on a product of which no supplier says the cost.
    """
    check_rule(rule)
    # A catalog or a rate that is being written does not see this markup yet: wait for it, and price by what it wrote.
    cost = await tx.fetch_one(_COST_HELD, product_id)
    await tx.fetch("SELECT id FROM exchange_rates WHERE quote = $1 ORDER BY id FOR SHARE", rule.currency)
    product = await tx.fetch_one(_PRODUCT, product_id)
    if product is None:
        raise NotFound("such product", "product")
    check_currency(rule, product["currency"])
    if cost is None:
        text = "No supplier says what a key of this product costs; name one as its source first."
        raise Invalid(Code.REQUIRED, text, "product")
    known = await tx.fetch_one("SELECT * FROM product_markups WHERE product_id = $1", product_id)
    if known is None or rule_of(known) != rule:
        await write_rule(tx, [product_id], rule, now, suffix=_KNOWN)
        detail = kept_rule(rule)
        await access.audit(tx, actor, "markup.set", f"product:{product_id}", detail, product["store_id"], now)
    await reprice(tx, [product_id], now)


def check_rule(rule: Markup) -> None:
    """Raises Invalid for a rule that cannot be right."""
    problem = problem_of(rule)
    if problem is not None:
        raise Invalid(Code.INVALID_VALUE, problem.message, problem.field)


def check_currency(rule: Markup, store_currency: str) -> None:
    """Raises Invalid for a rule in another currency than the store's."""
    if store_currency != rule.currency:
        raise Invalid(
            Code.CURRENCY_DIFFERS,
            f"The store sells in {store_currency}; the amounts of a markup are in that currency.",
            "currency",
        )


async def write_rule(tx: Tx, product_ids: Sequence[int], rule: Markup, now: datetime, *, suffix: str) -> list[int]:
    """Rows of these products with the rule, that wait for their price (`reprice`); `suffix`: what becomes of a row that
    is there. Returns the products whose rows were written."""
    values = [getattr(rule, column) for column in _RULE]
    rows = await tx.insert(
        "product_markups",
        ("product_id", *_RULE, "max_age_seconds", "currency", "state", "updated_at", "paused_code", "paused_reason"),
        [
            (product_id, *values, int(rule.max_age.total_seconds()), rule.currency, "waiting", now, "", "")
            for product_id in product_ids
        ],
        suffix=f"{suffix} RETURNING product_id",
    )
    return [row["product_id"] for row in rows]


async def remove_markup(
    db: Database, product_id: int, *, actor: str, now: datetime, price_minor: int | None = None
) -> None:
    """From now on the product has a price of its own: `price_minor` of the store's currency, or the one last made.

    Raises NotFound where there is no markup, and Refused (price_paused) where no price is named and the last one does
    not hold: it would come back on sale at it.
    """
    if price_minor is not None and not 0 < price_minor <= MAX_MINOR:
        raise Invalid(Code.INVALID_VALUE, "A price is more than nothing, and not beyond reason.", "price")
    async with db.transaction() as tx:
        product = await tx.fetch_one(_PRODUCT, product_id)
        known = await tx.fetch_one(f"SELECT pm.id, {GUARD} FROM products{JOIN} WHERE products.id = $1", product_id)
        if product is None or known is None or known["id"] is None:
            raise NotFound("markup of this product", "product")
        if price_minor is not None:
            await tx.execute(_SET_PRICE, product_id, price_minor, product["currency"], now)
        elif not price_holds(known, now):
            raise Refused(
                Code.PRICE_PAUSED, "No price can be made at the moment; name the one that shall hold.", "price"
            )
        await tx.execute("DELETE FROM product_markups WHERE product_id = $1", product_id)
        detail = {"price": None if price_minor is None else to_decimal(price_minor, product["currency"])}
        await access.audit(tx, actor, "markup.remove", f"product:{product_id}", detail, product["store_id"], now)
        await offers.mark_products_different(tx, [product_id], now)


async def reprice(tx: Tx, product_ids: Sequence[int], now: datetime) -> Repriced:
    """Make the prices of those products that have a markup anew, of what is known at this moment.

    A few statements for 500 products. Call it before offers are marked for another reason in the same transaction: it
    locks products, and these go before offers.
    """
    done, differ, urgent = Repriced(), list[int](), list[int]()
    ordered = sorted(set(product_ids))
    for start in range(0, len(ordered), CHUNK):
        await _reprice(tx, ordered[start : start + CHUNK], now, done, differ, urgent)
    done.changed = len(differ)
    await offers.mark_products_different(tx, differ, now, urgent=urgent)
    return done


async def reprice_of(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> Repriced:
    """The cost of these marketplace products, or whether they are listed, may have changed: make the prices anew of the
    products that get their keys there, in every store. For the transaction that writes the catalog; see `reprice`."""
    if not marketplace_product_ids:
        return Repriced()
    wanted = tuple(marketplace_product_ids)
    found = {row["id"] for row in await tx.fetch(_STANDING, wanted)}
    by_channel: dict[int, list[str]] = {}
    for row in await tx.fetch(_SUPPLIED_AS, wanted):
        by_channel.setdefault(row["channel_id"], []).append(row["marketplace_product_id"])
    for channel_id, supplier_ids in sorted(by_channel.items()):
        found |= {row["id"] for row in await tx.fetch(_SOURCED, channel_id, tuple(supplier_ids))}
    return await reprice(tx, [*found], now)


async def reprice_due(db: Database, now: datetime, limit: int = CHUNK) -> int:
    """Look again at up to `limit` products with a markup, the longest not looked at first, in one transaction; returns
    how many. Pauses what has become too old and brings back what is known again. Call it until it returns 0."""
    rows = await db.fetch(_DUE, now - LOOKED_AT_EVERY, limit)
    if rows:
        async with db.transaction() as tx:
            await reprice(tx, [row["product_id"] for row in rows], now)
    return len(rows)


async def _reprice(
    tx: Tx, product_ids: Sequence[int], now: datetime, done: Repriced, differ: list[int], urgent: list[int]
) -> None:
    locked = tuple([row["id"] for row in await tx.fetch(_LOCK, tuple(product_ids))])
    if not locked:
        return
    rows = await tx.fetch(_RULES, locked)  # after the lock: what was committed while we waited is seen
    wanted = tuple({row["supplied_id"] for row in rows if row["supplied_id"] is not None})
    costs = {row["id"]: row for row in await tx.fetch(_COSTS, wanted)} if wanted else {}
    quotes = tuple({row["currency"] for row in rows})
    rates = {(row["base"], row["quote"]): row for row in await tx.fetch(_RATES, quotes)}
    prices, priced, paused = [], [], []
    for row in rows:
        rule, product_id, was = rule_of(row), row["product_id"], row["state"]
        cost = costs.get(row["supplied_id"])
        rate = rates.get((cost["currency"], rule.currency)) if cost is not None else None
        made = price_of(rule, _inputs(row["store_currency"], cost, rate), now)
        if isinstance(made, Paused):
            paused.append((row["id"], made.code.value, made.reason, now))
            if was != "paused":
                differ.append(product_id)
                urgent.append(product_id)
            continue
        assert cost is not None  # noqa: S101 - a price was made of it
        priced.append((row["id"], made.price_minor, _kept(rule, made, cost, rate, now), now))
        is_new = (row["told_minor"], row["told_currency"]) != (made.price_minor, rule.currency)
        if is_new:
            prices.append((product_id, made.price_minor, rule.currency, now))
        if is_new or was != "priced" or _may_have_lapsed(row, now):
            differ.append(product_id)
        is_same = row["told_currency"] == rule.currency
        if was == "waiting" or (was == "priced" and not (is_same and row["told_minor"] >= made.floor_minor)):
            urgent.append(product_id)  # what the channels know is, or may be, under the floor
    if prices:
        await tx.execute_many(_SET_PRICE, prices)
    if priced:
        await tx.execute_many(_SET_PRICED, priced)
    if paused:
        await tx.execute_many(_SET_PAUSED, paused)
    done.priced += len(priced)
    done.paused += len(paused)


def _may_have_lapsed(row: Row, now: datetime) -> bool:
    """Whether a channel may have been told since the last look that the price holds no more: its inputs may have been
    read again only after they had become too old."""
    return datetime.fromisoformat(row["inputs_json"]["good_until"]) < now


def rule_of(row: Row) -> Markup:
    """Of a row of `product_markups`."""
    return Markup(
        currency=row["currency"],
        max_age=timedelta(seconds=row["max_age_seconds"]),
        **{column: row[column] for column in _RULE},
    )


def _inputs(store_currency: str, cost: Row | None, rate: Row | None) -> Inputs:
    if cost is None:
        return Inputs(store_currency)
    return Inputs(
        store_currency,
        cost["price_minor"],
        cost["currency"],
        cost["read_at"],
        cost["is_available"],
        None if rate is None else rate["rate_millionths"],
        None if rate is None else rate["read_at"],
    )


def _kept(rule: Markup, made: Priced, cost: Row, rate: Row | None, now: datetime) -> dict[str, Any]:
    """All that the price was made of, as it is stored and shown."""
    return {
        "made_at": now.isoformat(),
        "good_until": (made.read_at + rule.max_age).isoformat(),
        "floor_minor": made.floor_minor,
        "rule": kept_rule(rule),
        "cost": {
            "supplier": cost["marketplace"],
            "product": cost["marketplace_product_id"],
            "minor": cost["price_minor"],
            "currency": cost["currency"],
            "read_at": cost["read_at"].isoformat(),
        },
        "rate": None
        if rate is None
        else {
            "millionths": rate["rate_millionths"],
            "source": rate["source"],
            "read_at": rate["read_at"].isoformat(),
        },
        "steps": [
            {"name": step.name, "amount": step.amount, "currency": step.currency, "words": step.words}
            for step in made.steps
        ],
    }


def kept_rule(rule: Markup) -> dict[str, Any]:
    """As it stands beside a price and in the audit trail."""
    return asdict(rule) | {"max_age": int(rule.max_age.total_seconds())}
