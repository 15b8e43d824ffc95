"""What a key of a product costs and as of when that holds, as SQL; and whether a price made of it may still be told.

A product's keys come from its suppliers (`product_sources`, the first that still lists the product), or, where it names
none, from the supplier's product that it stands on. A cost holds as of the last walk through the supplier's catalog,
which reports whatever has changed, or as of the product's own first reading; the texts of a product, which are fetched
apart, prove nothing about its cost.

`SUPPLIED` and `READ_AT` find both for pricing (`markups.py`). `GUARD` from `JOIN` gives the rows by which whoever tells
or takes a price asks `price_holds` at its own moment (G2): `levels.py`, `storefront.py`.
"""

from datetime import datetime, timedelta

from orion_daemon.db.sql import Row
from orion_daemon.domain.markups import is_fresh
from orion_daemon.services import supply_costs

SUPPLIED = """
CASE WHEN EXISTS (SELECT 1 FROM product_sources ps WHERE ps.product_id = products.id AND ps.channel_id IS NOT NULL)
THEN (SELECT sp.id FROM product_sources ps JOIN channels pc ON pc.id = ps.channel_id
      JOIN catalogs pk ON pk.channel_id = ps.channel_id
      JOIN marketplace_products sp ON sp.catalog_id = pk.id AND sp.marketplace_product_id = ps.supplier_product_id
      WHERE ps.product_id = products.id
      ORDER BY CASE WHEN sp.is_available AND pc.is_active THEN 0 ELSE 1 END, ps.position LIMIT 1)
ELSE (SELECT sp.id FROM marketplace_products sp JOIN catalogs pk ON pk.id = sp.catalog_id
      JOIN channels pc ON pc.id = pk.channel_id AND pc.is_supplier WHERE sp.id = products.marketplace_product_id) END
"""
"""Of the marketplace product that says the cost; NULL: there is none. Reads from `products`."""
SUPPLIER = """
marketplace_products sp JOIN catalogs pk ON pk.id = sp.catalog_id
JOIN channels pc ON pc.id = pk.channel_id AND pc.is_supplier LEFT JOIN supplier_accounts sa ON sa.channel_id = pc.id
"""
READ_AT = supply_costs.read_at("sp", "sa")
"""As of when the cost of a marketplace product holds, from `SUPPLIER`."""
IS_COST = """
mp.product_type = 'digital' AND EXISTS (SELECT 1 FROM catalogs pk JOIN channels pc ON pc.id = pk.channel_id
  WHERE pk.id = mp.catalog_id AND pc.is_supplier)
"""
"""Whether the price of `mp` is what a supplier asks of us: nobody sells at it by inheriting it."""
HAS_NO_MARKUP = "(SELECT made.id FROM product_markups made WHERE made.product_id = products.id) IS NULL"
"""Not as EXISTS: PostgreSQL would read all markups for it."""

JOIN = " LEFT JOIN product_markups pm ON pm.product_id = products.id"
GUARD = f"""
pm.state AS markup_state, pm.max_age_seconds AS markup_max_age,
CASE WHEN pm.state = 'priced' THEN (
  SELECT LEAST({READ_AT}, COALESCE(xr.read_at, {READ_AT})) FROM {SUPPLIER}
  LEFT JOIN exchange_rates xr ON xr.base = sp.currency AND xr.quote = pm.currency
  WHERE sp.id = {SUPPLIED} AND (sp.currency = pm.currency OR xr.id IS NOT NULL)) END AS inputs_read_at
"""
"""`inputs_read_at`: as of when the older of cost and exchange rate holds; computed for products with a markup alone."""


def price_holds(row: Row, at: datetime) -> bool:
    """Whether the price of a row with `GUARD` may be told or taken at this instant. True where no markup makes it."""
    if row["markup_state"] is None:
        return True
    read_at = row["inputs_read_at"]
    limit = timedelta(seconds=row["markup_max_age"])
    return row["markup_state"] == "priced" and read_at is not None and is_fresh(read_at, limit, at)
