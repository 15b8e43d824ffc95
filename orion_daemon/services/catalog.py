"""Catalogs and their feeds: what each feed held last, and products that no feed holds any more.

A product goes unavailable once, through a complete feed, when no feed of its catalog holds it; coming back is noticed
by `import_writing.py`. The offers of products that went away differ from then on. Fingerprints:
`domain/fingerprints.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import fingerprints
from orion_daemon.services import offers


async def catalog_of(tx: Tx, channel_id: int, marketplace: str, now: datetime) -> int:
    found = await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", channel_id)
    if found is None:
        [row] = await tx.insert(
            "catalogs",
            ("channel_id", "marketplace", "created_at"),
            [(channel_id, marketplace, now)],
            suffix="RETURNING id",
        )
        found = row["id"]
    return int(found)


async def feed_of(tx: Tx, catalog_id: int, language: str) -> Row:
    """The row of the catalog's feed in this language; made when there is none."""
    await tx.insert(
        "feeds",
        ("catalog_id", "language"),
        [(catalog_id, language)],
        suffix="ON CONFLICT (catalog_id, language) DO NOTHING",
    )
    row = await tx.fetch_one("SELECT * FROM feeds WHERE catalog_id = $1 AND language = $2", catalog_id, language)
    assert row is not None  # noqa: S101 - inserted just now, in this transaction
    return row


async def is_empty(db: Database, catalog_id: int) -> bool:
    """Whether it never had a product."""
    sql = "SELECT EXISTS (SELECT 1 FROM marketplace_products WHERE catalog_id = $1) AS has_products"
    return not await db.fetch_value(sql, catalog_id)


async def fingerprints_of(db: Database, feed: Row) -> bytes | None:
    """Those in force; None when nothing of this feed was ever applied."""
    found: bytes | None = await db.fetch_value(
        "SELECT records FROM feed_fingerprints WHERE feed_id = $1 AND import_id = $2", feed["id"], feed["import_id"]
    )
    return found


async def held_by(db: Database, catalog_id: int, *, but: int) -> set[str]:
    """Keys of the products that other feeds of the catalog hold."""
    return await _keys(db, await _feeds(db, catalog_id, but))


async def outranking(db: Database, catalog_id: int, feed: Row, default_language: str) -> set[str]:
    """Keys of the products whose language-neutral values another feed has the say about: the feed in the store's
    default language goes before all others, then the one that was there first."""

    def rank(row: Row) -> tuple[bool, int]:
        return row["language"] != default_language, row["id"]

    others = await _feeds(db, catalog_id, feed["id"])
    return await _keys(db, [other for other in others if rank(other) < rank(feed)])


async def _feeds(db: Database, catalog_id: int, but: int) -> list[Row]:
    return await db.fetch("SELECT * FROM feeds WHERE catalog_id = $1 AND id <> $2 ORDER BY id", catalog_id, but)


async def _keys(db: Database, feeds: Iterable[Row]) -> set[str]:
    found: set[str] = set()
    for feed in feeds:
        data = await fingerprints_of(db, feed)
        if data is not None:
            found.update(fingerprints.keys_of(data))
    return found


async def keep_fingerprints(tx: Tx, feed_id: int, import_id: int, records: bytes, known_by: int | None = None) -> None:
    """`known_by`: the import that has stored these very fingerprints; its row is taken over."""
    if known_by is not None and await tx.execute(
        "UPDATE feed_fingerprints SET import_id = $3 WHERE feed_id = $1 AND import_id = $2",
        feed_id, known_by, import_id,
    ):  # fmt: skip
        return
    await tx.insert(
        "feed_fingerprints",
        ("feed_id", "import_id", "records"),
        [(feed_id, import_id, records)],
        suffix="ON CONFLICT (feed_id, import_id) DO UPDATE SET records = EXCLUDED.records",
    )


async def put_in_force(tx: Tx, feed_id: int, import_id: int, now: datetime, **values: Any) -> None:
    """From now on the feed is what this import has read; older fingerprints go, those of later dry runs stay."""
    values |= {"import_id": import_id, "imported_at": now}
    assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, 2))
    await tx.execute(f"UPDATE feeds SET {assignments} WHERE id = $1", feed_id, *values.values())
    await tx.execute("DELETE FROM feed_fingerprints WHERE feed_id = $1 AND import_id < $2", feed_id, import_id)


async def make_unavailable(tx: Tx, catalog_id: int, keys: Sequence[str], now: datetime) -> int:
    """Those of the keys that are available go; returns how many. Repeating it changes nothing."""
    gone = await tx.fetch(
        "UPDATE marketplace_products SET is_available = FALSE, unavailable_at = $3, updated_at = $3"
        " WHERE catalog_id = $1 AND marketplace_product_id = ANY($2::text[]) AND is_available RETURNING id",
        catalog_id, tuple(keys), now,
    )  # fmt: skip
    await mark_different(tx, [row["id"] for row in gone], now)
    return len(gone)


async def mark_different(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> None:
    """The stores' products that stand on these have changed for their channels."""
    if marketplace_product_ids:
        rows = await tx.fetch(
            "SELECT id FROM products WHERE marketplace_product_id = ANY($1::bigint[])", tuple(marketplace_product_ids)
        )
        await offers.mark_products_different(tx, [row["id"] for row in rows], now)
