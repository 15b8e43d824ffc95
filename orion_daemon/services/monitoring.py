"""What metrics and health read from the rows: channels with their last syncs, and how much is waiting."""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import STOREFRONT

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
