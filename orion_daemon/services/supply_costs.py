"""How old what we know of a supplier's price is (G2).

A price was read from the product itself, or the whole list was read since and would have shown another one. So it is
known to hold up to the later of two times: when the product was read, and the beginning of the last walk over the list
that reached its end. A product that the list does not show any more has the first of them alone. Writers:
`supply_pages.py`, `supply_walks.py`; who prices by it: `costs.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx


def read_at(product: str, account: str) -> str:
    """SQL of that time, from the aliases of a supplier's row of marketplace_products and of its row of
    supplier_accounts, which may be missing. A product without a time of its own was read when it was made."""
    own = f"COALESCE({product}.read_at, {product}.created_at)"
    walks = [f"COALESCE({account}.{column}, {own})" for column in ("catalog_full_at", "catalog_delta_at")]
    return f"CASE WHEN {product}.missing_at IS NOT NULL THEN {own} ELSE GREATEST({own}, {', '.join(walks)}) END"


_OF = (
    f"SELECT sp.id, {read_at('sp', 'sa')} AS cost_read_at FROM marketplace_products sp"
    " JOIN catalogs pk ON pk.id = sp.catalog_id JOIN channels pc ON pc.id = pk.channel_id AND pc.is_supplier"
    " LEFT JOIN supplier_accounts sa ON sa.channel_id = pc.id"
)


async def cost_read_at(source: Database | Tx, marketplace_product_ids: Sequence[int]) -> dict[int, datetime]:
    """The time up to which each product's cost is known to hold, by id; products that are no supplier's are left
    out."""
    rows = await source.fetch(f"{_OF} WHERE sp.id = ANY($1::bigint[])", tuple(marketplace_product_ids))
    return {row["id"]: row["cost_read_at"] for row in rows}
