"""Verbs of `orion keys` about selling: the keys of an order are sent again, and prices are made of what keys cost.

One markup is laid on one product, or, a part after the other, on all that a supplier sells and that has none. Both work
on the rows: whoever sends the mail or tells the channels finds them there.
"""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json
from orion_daemon.domain.charm_prices import ROUNDINGS
from orion_daemon.domain.markups import Markup, parse_percent
from orion_daemon.domain.money import is_exact, to_decimal, to_minor

PARTLY = 3
AT_ONCE = 500
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,4})?\Z", re.ASCII)
_ORDERS = """
SELECT o.id, o.marketplace FROM orders o JOIN stores s ON s.id = o.store_id
WHERE s.code = $1 AND (o.order_number = $2 OR o.channel_order_id = $2) AND (CAST($3 AS TEXT) = '' OR o.marketplace = $3)
ORDER BY o.id LIMIT 2
"""
_DELIVERY = "SELECT id, state, key_ids_json FROM key_deliveries WHERE id = $1"


@click.command("resend")
@click.argument("store")
@click.argument("order_number")
@click.option("--marketplace", default="", help="Where orders of several channels have this number.")
@click.option("--to", help="An e-mail address in place of the buyer's; it is kept for this order.")
@json_option
@click.pass_obj
def resend(path: Path | None, store: str, order_number: str, marketplace: str, to: str | None, as_json: bool) -> None:
    """Send all keys of an order again that are ready or were delivered, in one message, and what else was not told."""

    async def work() -> dict[str, Any]:
        from uuid import uuid4

        from orion_daemon.services import key_resends

        async with session.database(session.load(path)) as db:
            order_id = await _order_id(db, store, order_number, marketplace)
            number = await key_resends.resend(
                db,
                order_id,
                session.actor(),
                session.now_source()(),
                message_id=f"orion-{order_id}-{uuid4().hex}",
                to=to,
            )
            row = await db.fetch_one(_DELIVERY, number)
            return {"delivery": row["id"], "order": order_number, "state": row["state"], "keys": row["key_ids_json"]}

    done = session.run(work())
    if as_json:
        print_json(done)
    else:
        what = (
            f"{len(done['keys'])} keys of order {order_number} are on their way"
            if done["keys"]
            else (f"What order {order_number}'s customer could not be told is on its way")
        )
        click.echo(f"{what}, as delivery {done['delivery']}")


@click.command("markup")
@click.argument("store")
@click.argument("sku", required=False)
@click.option("--supplier", help="In place of SKU: all products without a markup whose keys come from this account.")
@click.option("--percent", help="Of the cost, before VAT, such as 17.5.")
@click.option("--amount", help="On top of the cost, before VAT, in the store's currency.")
@click.option("--vat", default="0", show_default=True, help="In percent.")
@click.option("--rounding", type=click.Choice(ROUNDINGS), default="none", show_default=True, help="The last digits.")
@click.option("--fee-percent", default="0", show_default=True, help="Of the price with VAT.")
@click.option("--fee", default="0", show_default=True, help="A piece, in the store's currency.")
@click.option("--min-margin", default="0", show_default=True, help="What must be left of a piece.")
@click.option("--cap", help="The highest price allowed.")
@click.option("--max-age", type=click.IntRange(min=1), default=86_400, show_default=True,
              help="Seconds for which a cost and an exchange rate hold.")  # fmt: skip
@click.option("--over-own-prices", is_flag=True, help="With --supplier: also where the store set a price.")
@click.option("--remove", is_flag=True, help="Give the product a price of its own again: the last one, or --price.")
@click.option("--price", help="With --remove.")
@json_option
@click.pass_obj
def markup(
    path: Path | None, /, store: str, sku: str | None, supplier: str | None, remove: bool, price: str | None,
    over_own_prices: bool, as_json: bool, **rule: Any,
) -> int:  # fmt: skip
    """Let the price of SKU be made of what a key costs, or, with --supplier, of all that was adopted from there. Exit
    0: there are prices now; 3: some or all cannot be made at the moment."""
    if (sku is None) == (supplier is None):
        raise click.UsageError("name either SKU or --supplier")
    if remove and (sku is None or rule["percent"] or rule["amount"]):
        raise click.UsageError("--remove takes a SKU, and no rule")
    if price is not None and not remove:
        raise click.UsageError("--price goes with --remove; a markup makes the price itself")
    if not remove and (rule["percent"] is None) == (rule["amount"] is None):
        raise click.UsageError("give either --percent or --amount")

    async def work() -> dict[str, Any]:
        async with session.database(session.load(path)) as db:
            shop = await _store(db, store)
            currency = shop["currency"]
            if supplier is not None:
                return await _mark_up_list(db, shop["id"], supplier, _rule(currency, rule), over_own_prices)
            product_id = await _product_id(db, shop["id"], str(sku))
            if remove:
                return await _remove(
                    db, product_id, str(sku), None if price is None else _minor(price, currency, "price")
                )
            return await _mark_up(db, product_id, str(sku), _rule(currency, rule))

    done = session.run(work())
    if as_json:
        print_json(done)
    else:
        click.echo(_told(done))
    return PARTLY if done.get("state") == "paused" or done.get("paused") else 0


async def _mark_up(db: Any, product_id: int, sku: str, rule: Markup) -> dict[str, Any]:
    from orion_daemon.services import markups, price_explanations

    await markups.set_markup(db, product_id, rule, actor=session.actor(), now=session.now_source()())
    found = await price_explanations.explain(db, product_id)
    assert found is not None  # noqa: S101 - it was set a line above
    is_priced = found.state == "priced" and found.price_minor is not None
    return {
        "sku": sku,
        "state": found.state,
        "code": found.code,
        "reason": found.reason,
        "price": to_decimal(found.price_minor or 0, rule.currency) if is_priced else None,
        "currency": rule.currency,
        "steps": [{"name": step.name, "amount": step.amount, "words": step.words} for step in found.steps]
        if is_priced
        else [],
    }


async def _remove(db: Any, product_id: int, sku: str, price_minor: int | None) -> dict[str, Any]:
    from orion_daemon.services import markups

    now = session.now_source()()
    await markups.remove_markup(db, product_id, actor=session.actor(), now=now, price_minor=price_minor)
    row = await db.fetch_one("SELECT price_minor, currency FROM products WHERE id = $1", product_id)
    return {
        "sku": sku, "state": "own price", "price": to_decimal(row["price_minor"], row["currency"]),
        "currency": row["currency"],
    }  # fmt: skip


async def _mark_up_list(db: Any, store_id: int, supplier: str, rule: Markup, over_own_prices: bool) -> dict[str, Any]:
    from orion_daemon.services import supplier_markups
    from orion_daemon.services.errors import NotFound

    channel_id = await db.fetch_value(
        "SELECT id FROM channels WHERE store_id = $1 AND marketplace = $2", store_id, supplier
    )
    if channel_id is None:
        raise NotFound(f"supplier account {supplier!r} of this store", "supplier")
    counts = {"products": 0, "priced": 0, "paused": 0, "own_price": 0, "without_cost": 0}
    last: int | None = 0
    while last is not None:
        done = await supplier_markups.mark_up_supplier(
            db, channel_id, rule, after_id=last, limit=AT_ONCE, actor=session.actor(), now=session.now_source()(),
            over_own_prices=over_own_prices,
        )  # fmt: skip
        last = done.last_id
        counts["products"] += len(done.product_ids)
        counts["priced"] += done.priced
        counts["paused"] += len(done.product_ids) - done.priced
        counts["own_price"] += done.own_price
        counts["without_cost"] += done.without_cost
    return {"supplier": supplier} | counts


def _told(done: dict[str, Any]) -> str:
    if "supplier" in done:
        return (
            f"{done['products']} products of {done['supplier']} have the markup now: {done['priced']} with a price,"
            f" {done['paused']} paused; left out: {done['own_price']} with a price of their own, {done['without_cost']}"
            " without a known cost"
        )
    if done["state"] == "paused":
        return f"{done['sku']} is paused: {done['code']}, {done['reason']}"
    steps = "".join(f"\n  {step['amount']:>12}  {step['words']}" for step in done.get("steps", ()))
    return f"{done['sku']} costs {done['price']} {done['currency']}{steps}"


def _rule(currency: str, given: dict[str, Any]) -> Markup:
    """Raises Invalid with the option that is wrong."""
    is_percent = given["percent"] is not None
    return Markup(
        currency,
        "percent" if is_percent else "fixed",
        _percent(given["percent"], "percent") if is_percent else _minor(given["amount"], currency, "amount"),
        given["rounding"],
        _percent(given["vat"], "vat"),
        _percent(given["fee_percent"], "fee-percent"),
        _minor(given["fee"], currency, "fee"),
        _minor(given["min_margin"], currency, "min-margin"),
        None if given["cap"] is None else _minor(given["cap"], currency, "cap"),
        timedelta(seconds=given["max_age"]),
    )


def _percent(text: str, option: str) -> int:
    try:
        return parse_percent(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=f"--{option}") from None


def _minor(text: str, currency: str, option: str) -> int:
    """Exactly; an amount with more digits than the currency has is refused."""
    amount = Decimal(text) if _AMOUNT.match(text) else None
    if amount is None or not is_exact(amount, currency):
        raise click.BadParameter(f"this is no amount in {currency}, such as 1.50", param_hint=f"--{option}")
    return to_minor(amount, currency)


async def _order_id(db: Any, store: str, number: str, marketplace: str) -> int:
    from orion_daemon.services.errors import Code, Conflict, NotFound

    await _store(db, store)
    rows = await db.fetch(_ORDERS, store, number, marketplace)
    if not rows:
        raise NotFound(f"order {number!r} in store {store!r}", "orderNumber")
    if len(rows) > 1:
        names = " and ".join(row["marketplace"] for row in rows)
        raise Conflict(Code.INVALID_VALUE, f"Orders of {names} have this number; name one with --marketplace.")
    return int(rows[0]["id"])


async def _store(db: Any, store: str) -> dict[str, Any]:
    from orion_daemon.services.errors import NotFound

    row = await db.fetch_one("SELECT id, currency FROM stores WHERE code = $1", store)
    if row is None:
        raise NotFound(f"store {store!r}", "store")
    return dict(row)


async def _product_id(db: Any, store_id: int, sku: str) -> int:
    from orion_daemon.services.errors import NotFound

    number = await db.fetch_value("SELECT id FROM products WHERE store_id = $1 AND sku = $2", store_id, sku)
    if number is None:
        raise NotFound(f"product with SKU {sku!r}", "sku")
    return int(number)
