"""Products that lack a title or a description in a language, as a list that can be paged.

A text counts when the store or its marketplace product has it in that very language; fallbacks do not.
"""

from collections.abc import Sequence

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services.listings import Listing
from orion_daemon.services.reading import Where

_HAS = (
    "(EXISTS (SELECT 1 FROM product_translations t WHERE t.product_id = products.id AND t.language = {{}}"
    " AND COALESCE(t.{0}, '') <> '') OR EXISTS (SELECT 1 FROM marketplace_product_translations t"
    " WHERE t.marketplace_product_id = products.marketplace_product_id AND t.language = {{}}"
    " AND COALESCE(t.{0}, '') <> ''))"
)
_TITLE, _DESCRIPTION = _HAS.format("title"), _HAS.format("description")

MISSING_TEXTS = Listing(
    "products",
    "products.store_id = {}",
    "products.id",
    filters={"language": f"(products.is_active AND NOT ({_TITLE} AND {_DESCRIPTION}))"},
)


async def lacking(db: Database, product_ids: Sequence[int], language: str) -> list[Row]:
    """Rows of id, lacks_title and lacks_description, in order of id."""
    rows = {number: {"id": number, "lacks_title": True, "lacks_description": True} for number in product_ids}
    for text, condition in (("title", _TITLE), ("description", _DESCRIPTION)):
        where = Where().among("products.id", list(rows)).add(condition, language, language)
        for row in await db.fetch(f"SELECT products.id FROM products{where.sql()}", *where.values):
            rows[row["id"]][f"lacks_{text}"] = False
    return [rows[number] for number in product_ids]
