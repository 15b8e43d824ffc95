"""What may be sold of products whose keys come from sources: told anew to every channel when keys come or go.

The figures are those of `levels.py`: free keys of the pool and what the suppliers show, less the units that wait for
one. Where nothing is left to sell, the channels hear it first of all (G4, G9).
"""

from collections.abc import Iterable
from datetime import datetime

from orion_daemon.db.tx import Tx
from orion_daemon.services import levels, offers

_LEFT = f"""
SELECT products.id, {levels.KEYS_ON_HAND} AS on_hand, {levels.KEYS_RESERVED} AS reserved
FROM products WHERE products.id = ANY($1::bigint[])
"""


async def changed(tx: Tx, product_ids: Iterable[int], now: datetime) -> None:
    """Keys of these products came, went, or are owed: mark their offers. Products without sources are left alone."""
    ids = tuple(sorted(set(product_ids)))
    rows = await tx.fetch(_LEFT, ids) if ids else []
    with_sources = [row for row in rows if row["on_hand"] is not None]
    sold_out = [row["id"] for row in with_sources if row["on_hand"] <= row["reserved"]]
    await offers.mark_products_different(tx, [row["id"] for row in with_sources], now, urgent=sold_out)
