"""What is known for and against a purchase when it is decided: the line, its buyer, and the money at the supplier.

Reads inside the transaction that writes the intent, so that two lines never spend one balance. Personal data is opened
here for one fact (the country) and goes no further. Decision: `domain/keys.py`; writer: `purchases.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.keys import BuyingRules, Wish
from orion_daemon.domain.money import round_half_up, to_decimal
from orion_daemon.services import order_rows, supply

_LINE = """
SELECT i.id, i.order_id, i.product_id, i.quantity, i.cancelled, i.unit_price_minor, i.total_minor, i.tax_rate,
       COALESCE(p.tax_rate, mp.tax_rate) AS product_tax_rate, p.sku, o.store_id, o.channel_id, o.channel_order_id,
       o.currency, o.total_minor AS order_minor, o.lines_minor, o.customer_id, o.personal_sealed, o.attention,
       m.vat_hundredths, m.fee_hundredths, m.fee_minor, m.min_margin_minor
FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
LEFT JOIN product_markups m ON m.product_id = p.id WHERE i.id = $1
"""
_FINISHED = """
SELECT count(*) AS n FROM orders WHERE customer_id = $1 AND id <> $2
  AND status IN ('shipped', 'delivered', 'fulfilled')
"""
_EXPOSURE = """
SELECT CAST(COALESCE(SUM(expected_minor * quantity), 0) AS BIGINT) AS n FROM key_purchases
WHERE channel_id = $1 AND state IN ('intended', 'sent', 'unknown')
"""


def rules_of(settings: Mapping[str, Any]) -> BuyingRules:
    """From a supplier channel's `settings_json`; 0 switches a limit off."""
    return BuyingRules(
        most_units=int(settings.get("most_units", 10)),
        first_order_minor=settings.get("first_order_minor") or None,
        cost_max_age=timedelta(seconds=int(settings.get("cost_max_age_seconds", 86_400))),
        allows_preorders=bool(settings.get("allow_preorders", False)),
        min_margin_minor=int(settings.get("min_margin_minor", 0)),
        may_buy_again=bool(settings.get("may_buy_again", False)),
        visible_within=timedelta(seconds=int(settings.get("visible_within_seconds", 900))),
        ignores_stock=bool(settings.get("ignore_stock", False)),
        risk_hundredths=settings.get("risk_hundredths") or None,
    )


async def line_of(tx: Tx, item_id: int) -> Row | None:
    return await tx.fetch_one(_LINE, item_id)


async def wish(tx: Tx, item: Row, units: Sequence[Row], risk_hundredths: int | None) -> Wish:
    _, shipping, billing = order_rows.open_personal(
        tx.cipher, item["personal_sealed"], item["channel_id"], item["channel_order_id"]
    )
    country = next((one.country for one in (shipping, billing) if one and one.country), "")
    known = await tx.fetch_value(_FINISHED, item["customer_id"], item["order_id"]) if item["customer_id"] else 0
    return Wish(
        quantity=len(units),
        unit_price_minor=_net(item),
        price_currency=item["currency"],
        country=country.strip().upper() if len(country.strip()) == 2 else "",
        ordered=item["quantity"] - item["cancelled"],
        order_minor=item["order_minor"] if item["order_minor"] is not None else item["lines_minor"],
        is_first_order=not known,
        is_released=all(unit["is_released"] for unit in units),
        risk_hundredths=risk_hundredths,
        least_margin_minor=item["min_margin_minor"] or 0,
    )


def _net(item: Row) -> int | None:
    """What a piece brings: its price without VAT (by the line's own rate, else the product's, else the markup's, else
    as it is) and without the fees that the markup names."""
    gross = item["unit_price_minor"]
    if gross is None and item["total_minor"] is not None and item["quantity"]:
        gross = item["total_minor"] // item["quantity"]
    if gross is None:
        return None
    rate = _percent(item["tax_rate"]) or _percent(item["product_tax_rate"])
    if not rate and item["vat_hundredths"]:
        rate = Fraction(item["vat_hundredths"], 100)
    fees = Fraction(gross * (item["fee_hundredths"] or 0), 10_000) + (item["fee_minor"] or 0)
    return round_half_up(Fraction(gross) * 100 / (100 + rate) - fees)


def _percent(text: str | None) -> Fraction:
    try:
        return Fraction(Decimal(text)) if text else Fraction(0)
    except (InvalidOperation, ValueError):
        return Fraction(0)


async def exposure(tx: Tx, channel_id: int) -> int:
    """What open purchases may cost, in minor units of the supplier's currency."""
    return int(await tx.fetch_value(_EXPOSURE, channel_id))


async def balance_or_pause(tx: Tx, channel_id: int, cost_minor: int, now: datetime) -> str | None:
    """Why the account cannot buy for so much beside what is under way; None: it can. A balance that does not suffice
    pauses it until it does."""
    account = await supply.account_of(tx, channel_id, now)
    if account["buying_state"] == "paused":
        return str(account["paused_reason"])
    if account["usable_minor"] is None:
        return None  # the supplier will say
    needed = cost_minor + await exposure(tx, channel_id)
    if account["usable_minor"] >= needed:
        return None
    reason = (
        f"{to_decimal(account['usable_minor'], account['currency'])} {account['currency']} are left at the supplier,"
        f" {to_decimal(needed, account['currency'])} are needed"
    )
    await supply.pause_buying(tx, channel_id, reason, needed, now)
    return reason
