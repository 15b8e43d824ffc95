"""What a channel is told of a product at this moment: the one truth of feeds and calls.

A statement that reads `LEVEL` from `FROM` gives rows from which `told` makes pieces and availability, and `sold_at`
the price, under the channel's rules and at an instant. Both ways out use these: `publication.py` (feeds) and
`offers.py` (calls), so that changing the way of a channel changes nothing of what it hears. A product whose price
cannot be made, or is made of what is too old at the moment of telling, is told as sold out (`costs.py`). Rules of the
domain: `domain/availability.py`, `domain/sales.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.availability import CatalogWord, Standing, standing
from orion_daemon.domain.inventory import StockPolicy
from orion_daemon.services.costs import GUARD, JOIN, price_holds
from orion_daemon.services.effective import PRICES, price_in_force, sale_in_force

FROM = (
    "offers o JOIN products ON products.id = o.product_id"
    f" LEFT JOIN marketplace_products mp ON mp.id = products.marketplace_product_id{JOIN}"
)
KEYS_ON_HAND = """
CASE WHEN EXISTS (SELECT 1 FROM product_sources ks WHERE ks.product_id = products.id) THEN
  (SELECT count(*) FROM keys k WHERE k.product_id = products.id AND k.state = 'free' AND EXISTS (
     SELECT 1 FROM product_sources ks WHERE ks.product_id = products.id AND ks.channel_id IS NULL))
  + COALESCE((SELECT SUM(kp.quantity) FROM product_sources ks
     JOIN channels kc ON kc.id = ks.channel_id AND kc.is_active JOIN catalogs kt ON kt.channel_id = kc.id
     JOIN marketplace_products kp ON kp.catalog_id = kt.id AND kp.marketplace_product_id = ks.supplier_product_id
     WHERE ks.product_id = products.id AND kp.is_available AND kp.quantity > 0), 0) END
"""
"""Pieces that the sources of a product have: free keys of the pool, and what its suppliers show. NULL: it has none."""
KEYS_RESERVED = """
(SELECT count(*) FROM key_units ku CROSS JOIN order_items ki
 WHERE ki.id = ku.order_item_id AND ki.product_id = products.id AND ku.key_id IS NULL
   AND ku.state NOT IN ('delivered', 'cancelled'))
"""
"""Units that still need a key of one of them; from the few that do, not from all that were ever sold."""
STOCK = (
    "o.is_active AS is_offered, o.changed_at,"
    " COALESCE((SELECT SUM(e.on_hand) FROM inventory_entries e WHERE e.product_id = o.product_id),"
    f" {KEYS_ON_HAND}) AS on_hand,"
    " COALESCE((SELECT SUM(e.reserved) FROM inventory_entries e WHERE e.product_id = o.product_id), CASE WHEN EXISTS"
    f" (SELECT 1 FROM product_sources kr WHERE kr.product_id = products.id) THEN {KEYS_RESERVED} END) AS reserved,"
    f" {GUARD}"
)
LEVEL = (
    f"products.is_active, products.safety_stock, COALESCE(mp.is_available, TRUE) AS is_available,"
    f" mp.availability AS marketplace_availability, mp.quantity AS marketplace_quantity, {PRICES}, {STOCK}"
)
"""Without the columns of `effective.EFFECTIVE`, which has all of these but `STOCK`."""
_RULES = """
SELECT c.settings_json, r.safety_stock, r.out_of_stock_threshold, r.sync_zero_stock
FROM channels c LEFT JOIN inventory_sync_configs r ON r.channel_id = c.id WHERE c.id = $1
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """A channel's own: what it may be told of stock, and whether it hears of sale prices (`prefer_price`)."""

    policy: StockPolicy
    tells_sales: bool


async def rules_of(source: Database | Tx, channel_id: int) -> Rules:
    """A channel without stock rules, such as the storefront, is told everything as it is."""
    row = await source.fetch_one(_RULES, channel_id) or {"settings_json": None, "safety_stock": None}
    policy = StockPolicy()
    if row["safety_stock"] is not None:
        policy = StockPolicy(row["safety_stock"], row["out_of_stock_threshold"], bool(row["sync_zero_stock"]))
    return Rules(policy, (row["settings_json"] or {}).get("prefer_price") != "regular")


def is_for_sale(row: Row, now: datetime) -> bool:
    switched_on = row["is_active"] and row["is_offered"] and row["is_available"]
    return bool(switched_on) and price_holds(row, _moment(row, now))


def told(row: Row, rules: Rules, now: datetime) -> Standing | None:
    """None: a zero that the channel must not be told. The zero of a price that does not hold is told everywhere: what
    the channel knows already is too old to be sold at."""
    if not price_holds(row, _moment(row, now)):
        return Standing(0, "out_of_stock")
    return standing(
        rules.policy,
        is_for_sale=is_for_sale(row, now),
        on_hand=row["on_hand"],
        reserved=row["reserved"] or 0,
        own_safety_stock=row["safety_stock"],
        catalog=CatalogWord(row["marketplace_availability"], row["marketplace_quantity"]),
    )


def sale_price(row: Row, rules: Rules, now: datetime) -> int | None:
    """In minor units of the row's currency; None: there is no sale at this moment that the channel hears of."""
    return sale_in_force(row, _moment(row, now)) if rules.tells_sales else None


def sold_at(row: Row, rules: Rules, now: datetime) -> int | None:
    """In minor units of the row's currency; None: the product has no price, or none that may be told."""
    if not price_holds(row, _moment(row, now)):
        return None
    price: int | None = price_in_force(row, _moment(row, now)) if rules.tells_sales else row["price_minor"]
    return price


def _moment(row: Row, now: datetime) -> datetime:
    """Never before the offer's last change: whoever reads an offer that was marked because a sale began or ended tells
    the price after that, even if it looked at the clock before."""
    changed_at: datetime = row["changed_at"]
    return max(now, changed_at)
