"""How old what we know of a supplier's price is (G2).

A price was read from the product itself, or the whole list was read since and would have shown another one. So it is
known to hold up to the later of two times: when the product was read, and the beginning of the last walk over the list
that reached its end. A product that the list does not show any more has the first of them alone, one of a marketplace
has neither (NULL). Writers: `supply_pages.py`, `supply_walks.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx


def read_at(product: str, account: str) -> str:
    """SQL of that time, from the aliases of a row of marketplace_products and of its catalog's row of
    supplier_accounts, which may be missing."""
    own, walked = f"{product}.read_at", f"{account}.catalog_delta_at"
    return (
        f"CASE WHEN {product}.missing_at IS NOT NULL THEN {own}"
        f" ELSE COALESCE(GREATEST({own}, {walked}), {own}, {walked}) END"
    )


_OF = (
    f"SELECT mp.id, {read_at('mp', 'sa')} AS cost_read_at FROM marketplace_products mp"
    " JOIN catalogs pk ON pk.id = mp.catalog_id LEFT JOIN supplier_accounts sa ON sa.channel_id = pk.channel_id"
)


async def cost_read_at(source: Database | Tx, marketplace_product_ids: Sequence[int]) -> dict[int, datetime | None]:
    """The time up to which each product's cost is known to hold; None: it was never read. Unknown ids are left out."""
    rows = await source.fetch(f"{_OF} WHERE mp.id = ANY($1::bigint[])", tuple(marketplace_product_ids))
    return {row["id"]: row["cost_read_at"] for row in rows}
