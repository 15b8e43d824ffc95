"""Published feeds as their readers meet them: which file stands for store, channel and language, and who came last."""

from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row

_EVERY = timedelta(minutes=1)  # `read_at` tells a person that the feed is read at all: no write per request
_FIND = """
SELECT f.id, f.path, f.etag, f.published_at, f.read_at FROM feed_publications f
JOIN channels c ON c.id = f.channel_id JOIN stores s ON s.id = c.store_id
WHERE s.code = $1 AND c.marketplace = $2 AND f.language = $3 AND c.is_active AND s.is_active
"""


async def find(db: Database, store_code: str, marketplace: str, language: str) -> Row | None:
    return await db.fetch_one(_FIND, store_code, marketplace, language)


async def note_read(db: Database, publication: Row, now: datetime) -> None:
    """Remember that somebody fetched it; at most once a minute."""
    if publication["read_at"] is None or now - publication["read_at"] >= _EVERY:
        async with db.transaction() as tx:
            await tx.execute("UPDATE feed_publications SET read_at = $1 WHERE id = $2", now, publication["id"])
