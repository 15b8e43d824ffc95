"""What a store may leave to Orion: which new orders can be answered without a person."""

from collections.abc import Sequence

from orion_daemon.db.database import Database
from orion_daemon.services.reading import Where


async def wholly_reserved(db: Database, order_ids: Sequence[int]) -> list[int]:
    """Those that wait for an answer, have nothing that asks for a person, and of which every piece is set aside."""
    if not order_ids:
        return []
    where = Where().among("o.id", order_ids)
    where.add("o.status = 'pending' AND o.attention = ''")
    rows = await db.fetch(
        f"SELECT o.id FROM orders o{where.sql()} AND NOT EXISTS (SELECT 1 FROM order_items i"
        " WHERE i.order_id = o.id AND i.stock_state <> 'reserved') ORDER BY o.id",
        *where.values,
    )
    return [row["id"] for row in rows]
