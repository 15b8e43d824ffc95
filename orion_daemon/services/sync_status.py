"""How each channel of a store stands: at work or stopped, when it last spoke to its marketplace, what still waits.

Three statements whatever the number of channels. The storefront has no marketplace behind it and is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.services.offers import SHOWN_STATE
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import STOREFRONT, address

OFFER_STATES = ("different", "sent", "synced", "paused", "failed", "unlisted")
JOB_STATES = ("waiting", "executing", "dead")


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """`state`: ready, suspended (waits for a person; `reason` says why), off. Counts are by state."""

    store_id: int
    store_code: str
    channel_id: int
    marketplace: str
    owner: str
    state: str
    reason: str
    allows_mutations: bool
    orders_polled_at: datetime | None
    orders_reconciled_at: datetime | None
    inventory_pushed_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    offers: Mapping[str, int] = field(default_factory=dict)
    jobs: Mapping[str, int] = field(default_factory=dict)


async def read(
    db: Database, scope: int | None, store: str | None = None, marketplace: str | None = None
) -> list[SyncStatus]:
    """By store and marketplace. `scope` is the one store that may be seen, None for all."""
    where = Where().add("NOT c.is_supplier AND c.marketplace <> {}", STOREFRONT)
    if scope is not None:
        where.add("c.store_id = {}", scope)
    if store is not None:
        where.add("s.code = {}", store)
    if marketplace is not None:
        where.add("c.marketplace = {}", marketplace)
    rows = await db.fetch(
        "SELECT c.*, s.code AS store_code, s.is_active AS is_store_active FROM channels c"
        f" JOIN stores s ON s.id = c.store_id{where.sql()} ORDER BY s.code, c.marketplace",
        *where.values,
    )
    if not rows:
        return []
    ids = tuple(row["id"] for row in rows)
    offers = await _counts(db, "offers", SHOWN_STATE, "is_active", ids)
    jobs = await _counts(db, "jobs", "state", "state IN ('waiting', 'executing', 'dead')", ids)
    return [
        SyncStatus(
            store_id=row["store_id"],
            store_code=row["store_code"],
            channel_id=row["id"],
            marketplace=row["marketplace"],
            owner=address(row["store_code"], row["marketplace"]),
            state=row["state"] if row["is_active"] and row["is_store_active"] else "off",
            reason=row["state_reason"],
            allows_mutations=row["allows_mutations"],
            orders_polled_at=row["orders_polled_at"],
            orders_reconciled_at=row["orders_reconciled_at"],
            inventory_pushed_at=row["inventory_pushed_at"],
            last_error=row["last_error"],
            last_error_at=row["last_error_at"],
            offers={state: offers.get((row["id"], state), 0) for state in OFFER_STATES},
            jobs={state: jobs.get((row["id"], state), 0) for state in JOB_STATES},
        )
        for row in rows
    ]


async def _counts(
    db: Database, table: str, state: str, condition: str, ids: tuple[int, ...]
) -> dict[tuple[int, str], int]:
    rows = await db.fetch(
        f"SELECT channel_id, {state} AS counted, count(*) AS n FROM {table}"
        f" WHERE channel_id = ANY($1::bigint[]) AND {condition} GROUP BY channel_id, counted",
        ids,
    )
    return {(row["channel_id"], row["counted"]): row["n"] for row in rows}
