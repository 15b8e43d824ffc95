"""What Orion does about a channel's orders without a person: which can be answered, which must be asked for."""

from datetime import datetime

from orion_daemon.db.database import Database

_READY = """
SELECT o.id FROM orders o
WHERE o.store_id = $1 AND o.status = 'pending' AND o.channel_id = $2 AND o.attention = ''
  AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.stock_state <> 'reserved')
ORDER BY o.id LIMIT $3
"""
_OPEN = """
SELECT o.channel_order_id AS name FROM orders o
WHERE o.store_id = $1 AND o.status IN ('pending', 'confirmed', 'processing', 'ready_for_shipment')
  AND o.channel_id = $2 AND o.created_at < $3 ORDER BY o.id DESC
"""


async def open_before(db: Database, store_id: int, channel_id: int, moment: datetime) -> list[str]:
    """The channel's names of orders that were known before and are still to be sent, youngest first."""
    return [row["name"] for row in await db.fetch(_OPEN, store_id, channel_id, moment)]


async def wholly_reserved(db: Database, store_id: int, channel_id: int, limit: int = 500) -> list[int]:
    """Orders of a channel that wait, have nothing that asks for a person, and of which every piece is set aside.

    Also those whose stock or product came after the order; oldest first.
    """
    return [row["id"] for row in await db.fetch(_READY, store_id, channel_id, limit)]
