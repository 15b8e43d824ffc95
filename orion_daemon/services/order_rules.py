"""What a store may leave to Orion: which orders that wait for an answer can be answered without a person."""

from orion_daemon.db.database import Database

_READY = """
SELECT o.id FROM orders o
WHERE o.store_id = $1 AND o.status = 'pending' AND o.channel_id = $2 AND o.attention = ''
  AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.stock_state <> 'reserved')
ORDER BY o.id LIMIT $3
"""


async def wholly_reserved(db: Database, store_id: int, channel_id: int, limit: int = 500) -> list[int]:
    """Orders of a channel that wait, have nothing that asks for a person, and of which every piece is set aside.

    Also those whose stock or product came after the order; oldest first.
    """
    return [row["id"] for row in await db.fetch(_READY, store_id, channel_id, limit)]
