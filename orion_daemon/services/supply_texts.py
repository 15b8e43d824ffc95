"""Long texts of a supplier's products, fetched only for those that a store has adopted.

The price list has a name and nothing more, and a call a product is too dear for tens of thousands of them. So what is
wanted is a question to the rows: adopted, and never asked for, or long ago. That there is no text is remembered as
well. Texts win over the name as title; the store's own words win over both (`translations.py`). Who fetches:
`actors/handlers/supply.py`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import gtin
from orion_daemon.domain.gtin import GtinError
from orion_daemon.domain.supply import SupplierText, SupplierTexts
from orion_daemon.domain.text import clean_line, clean_text
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ASKED, FETCH_TEXTS, Nothing
from orion_daemon.services.stores import address
from orion_daemon.services.supply_pages import after_change

OLD_AFTER = timedelta(days=30)
MOST_IMAGES = 20
_WANTING = """
SELECT p.marketplace_product_id FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id
WHERE c.channel_id = $1 AND p.is_available AND (p.texts_read_at IS NULL OR p.texts_read_at <= $2)
  AND EXISTS (SELECT 1 FROM products s WHERE s.marketplace_product_id = p.id AND s.is_active)
ORDER BY p.texts_read_at IS NOT NULL, p.texts_read_at, p.id LIMIT $3
"""
_NEW_AMONG = """
SELECT DISTINCT h.id, h.store_id, h.marketplace, s.code FROM marketplace_products p
JOIN catalogs c ON c.id = p.catalog_id JOIN supplier_accounts a ON a.channel_id = c.channel_id
JOIN channels h ON h.id = c.channel_id JOIN stores s ON s.id = h.store_id
WHERE p.id = ANY($1::bigint[]) AND p.texts_read_at IS NULL ORDER BY h.id
"""
_WRITE = """
INSERT INTO marketplace_product_translations (marketplace_product_id, language, title, description, updated_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (marketplace_product_id, language) DO UPDATE SET
  title = EXCLUDED.title, description = EXCLUDED.description, updated_at = EXCLUDED.updated_at
"""


async def products_wanting_texts(db: Database, channel_id: int, now: datetime, limit: int) -> list[str]:
    """The supplier's ids of adopted products without texts, or with old ones; those never asked for come first."""
    rows = await db.fetch(_WANTING, channel_id, now - OLD_AFTER, limit)
    return [row["marketplace_product_id"] for row in rows]


async def ask_for_texts(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> None:
    """These were adopted: have the texts fetched of those that came from a supplier and have none."""
    for row in await tx.fetch(_NEW_AMONG, tuple(marketplace_product_ids)):
        await mailbox.put(
            tx, FETCH_TEXTS, Nothing(), owner=address(row["code"], row["marketplace"]), store_id=row["store_id"],
            channel_id=row["id"], priority=ASKED, now=now,
        )  # fmt: skip


async def take_texts(
    db: Database, channel_id: int, product_id: str, texts: SupplierTexts | None, now: datetime
) -> bool:
    """Write what a product's description says; None: it has none. True when something changed.

    A language that says nothing keeps what is there. The first valid number of `eans` becomes the GTIN.
    """
    async with db.transaction() as tx:
        row = await tx.fetch_one(
            "SELECT p.* FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id"
            " WHERE c.channel_id = $1 AND p.marketplace_product_id = $2 FOR UPDATE OF p",
            channel_id, product_id,
        )  # fmt: skip
        if row is None:
            return False
        changes = _changes(row, texts) if texts is not None else {}
        words = await _words_that_differ(tx, row["id"], texts.texts) if texts is not None else {}
        values = {"texts_read_at": now, **changes} | ({"updated_at": now} if changes else {})
        assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, 2))
        await tx.execute(f"UPDATE marketplace_products SET {assignments} WHERE id = $1", row["id"], *values.values())
        await tx.execute_many(_WRITE, [(row["id"], language, *pair, now) for language, pair in sorted(words.items())])
        if changes or words:
            await after_change(tx, [row["id"]], now)
        return bool(changes or words)


def _changes(row: Row, texts: SupplierTexts) -> dict[str, Any]:
    """Columns of the product that differ."""
    found = {"category": texts.category, "developer": texts.developer, "pegi": texts.pegi}
    told = {name: text for name, text in ((name, clean_line(text)) for name, text in found.items()) if text}
    before: dict[str, str] = row["attributes_json"] or {}
    images = [image for image in dict.fromkeys(texts.images) if image.isprintable() and image.strip()]
    first = row["image_link"] or (images[0] if images else None)
    after = {
        "attributes_json": before | told,
        "gtin": next(filter(None, map(_valid, texts.eans)), row["gtin"]),
        "image_link": first,
        "additional_image_links_json": [image for image in images if image != first][:MOST_IMAGES]
        or row["additional_image_links_json"],
    }
    return {column: value for column, value in after.items() if value != row[column]}


def _valid(ean: str) -> str | None:
    try:
        return gtin.normalise(ean)
    except GtinError:
        return None


async def _words_that_differ(
    tx: Tx, marketplace_product_id: int, texts: Sequence[SupplierText]
) -> dict[str, tuple[str | None, str | None]]:
    """Title and description by language. Of several texts in one language the first that says something counts."""
    rows = await tx.fetch(
        "SELECT language, title, description FROM marketplace_product_translations WHERE marketplace_product_id = $1",
        marketplace_product_id,
    )
    before = {row["language"]: (row["title"], row["description"]) for row in rows}
    told: dict[str, tuple[str | None, str | None]] = {}
    for text in texts:
        if not 0 < len(text.language) <= 8:
            continue
        title, description = told.get(text.language, (None, None))
        title = title or clean_line(text.title or "") or None
        told[text.language] = title, description or clean_text(text.description or "") or None
    after = {}
    for language, (title, description) in told.items():
        was = before.get(language, (None, None))
        words = title or was[0], description or was[1]
        if words != was:
            after[language] = words
    return after
