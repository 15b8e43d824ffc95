"""Sales that began or ended: their offers differ from then on, though nobody touched the product.

Which price is in force is computed when it is told (`levels.py`); what is missing is the nudge. The sweep finds, by an
index, products of which a date passed since it came by last, and marks those whose offers last changed before that
date. So it may run late, twice or over the same time again: what was marked, or changed for another reason, after the
date is not marked again. Put by the schedule (`sale_sweep`); done by the housekeeper.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.services import offers
from orion_daemon.services.effective import SALE, SALE_FROM, SALE_UNTIL

SWEEP = "sale_dates"
CHUNK = 500
OVERLAP = timedelta(minutes=15)
"""Looked at again: changes that were committed behind the sweep's back may say an earlier time, as may other clocks."""

_EVER = datetime(1, 1, 1, tzinfo=UTC)
_WINDOWS = " UNION ".join(
    [
        f"SELECT p.id FROM marketplace_products m JOIN products p ON p.marketplace_product_id = m.id"
        f" WHERE m.{date} > $1 AND m.{date} <= $2 UNION SELECT id FROM products WHERE {date} > $1 AND {date} <= $2"
        for date in ("sale_from_at", "sale_until_at")
    ]
)
_PASSED = f"""
SELECT DISTINCT products.id FROM ({_WINDOWS}) near JOIN products ON products.id = near.id
JOIN offers o ON o.product_id = products.id LEFT JOIN marketplace_products mp ON mp.id = products.marketplace_product_id
WHERE o.is_active AND {SALE} IS NOT NULL AND (
  ({SALE_FROM} > o.changed_at AND {SALE_FROM} <= $2) OR ({SALE_UNTIL} > o.changed_at AND {SALE_UNTIL} <= $2))
ORDER BY products.id
"""
_REMEMBER = "ON CONFLICT (name) DO UPDATE SET swept_at = EXCLUDED.swept_at"


async def sweep(db: Database, now: datetime) -> int:
    """Make the offers of products different whose sale began or ended; returns how many products. One transaction a
    chunk; cut off in the middle, it goes on where it was at the next call."""
    found = await passed(db, now)
    for start in range(0, len(found), CHUNK):
        await mark(db, found[start : start + CHUNK], now)
    await remember(db, now)
    return len(found)


async def passed(db: Database, now: datetime) -> list[int]:
    """Ids of products that a channel may still know by the price before a date that has passed."""
    row = await db.fetch_one("SELECT swept_at FROM sweeps WHERE name = $1", SWEEP)
    since = _EVER if row is None else min(row["swept_at"], now) - OVERLAP
    return [row["id"] for row in await db.fetch(_PASSED, since, now)]


async def mark(db: Database, product_ids: Sequence[int], now: datetime) -> None:
    async with db.transaction() as tx:
        await offers.mark_products_different(tx, product_ids, now)


async def remember(db: Database, now: datetime) -> None:
    """Everything up to now has been marked."""
    async with db.transaction() as tx:
        await tx.insert("sweeps", ("name", "swept_at"), [(SWEEP, now)], suffix=_REMEMBER)
