"""How old what we know of a supplier's price is (G2).

A price was read from the product itself, or the whole list was read since and would have shown another one. So it is
known to hold up to the later of two times: when the product was read, and the beginning of the last walk over the list
that reached its end. A product that the list does not show any more has the first of them alone.
`SELECT {COST_READ_AT} AS cost_read_at FROM marketplace_products mp {COST_JOIN}` reads it; NULL: it was never read.
Writers: `supply_pages.py`, `supply_walks.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx

COST_JOIN = (
    "LEFT JOIN catalogs cost_catalog ON cost_catalog.id = mp.catalog_id"
    " LEFT JOIN supplier_accounts cost_account ON cost_account.channel_id = cost_catalog.channel_id"
)
COST_READ_AT = (
    "CASE WHEN mp.missing_at IS NOT NULL THEN mp.read_at ELSE"
    " COALESCE(GREATEST(mp.read_at, cost_account.catalog_delta_at), mp.read_at, cost_account.catalog_delta_at) END"
)
"""Of `mp`, a row of marketplace_products, behind `COST_JOIN`. Products of marketplaces have none."""
_OF = f"SELECT mp.id, {COST_READ_AT} AS cost_read_at FROM marketplace_products mp {COST_JOIN}"


async def cost_read_at(source: Database | Tx, marketplace_product_ids: Sequence[int]) -> dict[int, datetime | None]:
    """The time up to which each product's cost is known to hold; None: it was never read. Unknown ids are left out."""
    rows = await source.fetch(f"{_OF} WHERE mp.id = ANY($1::bigint[])", tuple(marketplace_product_ids))
    return {row["id"]: row["cost_read_at"] for row in rows}
