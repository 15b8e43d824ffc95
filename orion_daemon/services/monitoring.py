"""What metrics and health read from the rows: channels with their last syncs, what is waiting, what became of keys."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.attention import Attention
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import STOREFRONT

UNDELIVERABLE = (f"%{Attention.NO_ADDRESS}%", f"%{Attention.DELIVERY_FAILED}%")
_DELIVERED = """
SELECT s.code, o.marketplace, count(DISTINCT u.id) AS n FROM key_deliveries d JOIN orders o ON o.id = d.order_id
JOIN stores s ON s.id = o.store_id JOIN order_items i ON i.order_id = o.id JOIN key_units u ON u.order_item_id = i.id
WHERE d.id > $1 AND d.sent_at >= $2 AND u.delivered_at >= $2 AND u.state = 'delivered' GROUP BY s.code, o.marketplace
"""
_UNDELIVERED = """
SELECT s.code, o.marketplace, count(*) AS n FROM key_units u JOIN order_items i ON i.id = u.order_item_id
JOIN orders o ON o.id = i.order_id JOIN stores s ON s.id = o.store_id
WHERE (u.state = 'held' AND u.updated_at >= $1)
   OR (u.state = 'ready' AND o.updated_at >= $1 AND (o.attention LIKE $2 OR o.attention LIKE $3))
GROUP BY s.code, o.marketplace
"""
_FIRST_OPEN = "SELECT MIN(id) AS id FROM key_deliveries WHERE id > $1 AND (state = 'asked' OR sent_at >= $2)"
FULFILLMENT_KINDS = ("AnswerUnits", "SendShipment", "SendStatus")


async def channels(db: Database, store_code: str | None = None, *, include_off: bool = False) -> list[Row]:
    """Marketplace channels with `store_code`, `store_is_active` and `queue_depth`: answers and parcels not yet sent."""
    where = Where().add("NOT c.is_supplier AND c.marketplace <> {}", STOREFRONT)
    if store_code is not None:
        where.add("s.code = {}", store_code)
    if not include_off:
        where.add("c.is_active AND s.is_active")
    rows = await db.fetch(
        f"SELECT c.*, s.code AS store_code, s.is_active AS store_is_active FROM channels c"
        f" JOIN stores s ON s.id = c.store_id{where.sql()} ORDER BY s.code, c.marketplace",
        *where.values,
    )
    depths = await _queue_depths(db, FULFILLMENT_KINDS)
    return [{**row, "queue_depth": depths.get(row["id"], 0)} for row in rows]


async def store_code(db: Database, store_id: int) -> str:
    """ "" for a store that is gone."""
    return str(await db.fetch_value("SELECT code FROM stores WHERE id = $1", store_id) or "")


async def jobs_by_state(db: Database) -> dict[str, int]:
    """Open jobs and dead letters; finished ones are not counted, they are history."""
    rows = await db.fetch(
        "SELECT state, count(*) AS n FROM jobs WHERE state IN ('waiting', 'executing', 'dead') GROUP BY state"
    )
    return {"waiting": 0, "executing": 0, "dead": 0} | {row["state"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class KeyDeliveries:
    """`counts` by (store, marketplace): keys delivered, and keys that are held or whose delivery was refused.
    `settled_id`: deliveries up to it need not be looked at again."""

    counts: dict[tuple[str, str], tuple[int, int]]
    settled_id: int


async def key_deliveries(db: Database, since: datetime, *, after_id: int = 0) -> KeyDeliveries:
    """What became of keys from `since` on; what is still under way counts as neither. `after_id`: `settled_id` of an
    earlier look, so that each look reads what is new."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, rows in enumerate(
        (await db.fetch(_DELIVERED, after_id, since), await db.fetch(_UNDELIVERED, since, *UNDELIVERABLE))
    ):
        for row in rows:
            counts[row["code"], row["marketplace"]][place] = row["n"]
    first_open = await db.fetch_value(_FIRST_OPEN, after_id, since)
    last = await db.fetch_value("SELECT MAX(id) AS id FROM key_deliveries")
    settled = first_open - 1 if first_open is not None else last or after_id
    return KeyDeliveries({key: (delivered, failed) for key, (delivered, failed) in counts.items()}, settled)


async def note_failure(db: Database, channel_id: int, message: str, now: datetime) -> None:
    """Show the last failure of a channel until something works again."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE channels SET last_error = $1, last_error_at = $2 WHERE id = $3", message, now, channel_id
        )


async def note_success(db: Database, channel_id: int) -> None:
    """Clear the last failure; writes only when there is one."""
    if await db.fetch_value("SELECT last_error FROM channels WHERE id = $1", channel_id):
        async with db.transaction() as tx:
            await tx.execute("UPDATE channels SET last_error = '' WHERE id = $1", channel_id)


async def _queue_depths(db: Database, kinds: Sequence[str]) -> dict[int, int]:
    where = Where().among("kind", kinds)
    where.add("state IN ('waiting', 'executing')")
    rows = await db.fetch(
        f"SELECT channel_id, count(*) AS n FROM jobs{where.sql()} AND channel_id IS NOT NULL GROUP BY channel_id",
        *where.values,
    )
    return {row["channel_id"]: row["n"] for row in rows}
