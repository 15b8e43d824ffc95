"""Which products the lines of a page mean, looked up in bulk: one query a source, and none a line.

Order and meaning of the sources: `domain/matching.py`. A later source is asked only about lines that earlier ones do
not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.matching import Match, answer_keys, choose, gtin_forms

_ANSWERS = """
SELECT key, product_id FROM product_matches
WHERE store_id = $1 AND marketplace = $2 AND key = ANY($3::text[])
"""
_BY_SKU = "SELECT sku, id FROM products WHERE store_id = $1 AND sku = ANY($2::text[])"
_BY_VENDOR_ID = """
SELECT mp.marketplace_product_id AS vendor_id, p.id
FROM marketplace_products mp JOIN products p ON p.marketplace_product_id = mp.id
WHERE mp.catalog_id = (SELECT id FROM catalogs WHERE channel_id = $2)
  AND p.store_id = $1 AND mp.marketplace_product_id = ANY($3::text[])
"""
_BY_GTIN = """
SELECT gtin, id FROM products WHERE store_id = $1 AND gtin = ANY($2::text[])
UNION
SELECT mp.gtin, p.id FROM marketplace_products mp JOIN products p ON p.marketplace_product_id = mp.id
WHERE p.store_id = $1 AND p.gtin IS NULL AND mp.gtin = ANY($2::text[])
"""


@dataclass(frozen=True, slots=True)
class LineName:
    """What a line calls its article."""

    sku: str | None
    gtin: str | None
    title: str | None


async def match(
    source: Database | Tx, *, store_id: int, channel_id: int, marketplace: str, names: Sequence[LineName]
) -> dict[LineName, Match]:
    wanted = set(names)
    if not wanted:
        return {}
    keys = {key for name in wanted for key in answer_keys(name.sku, name.gtin, name.title)}
    answers = {
        row["key"]: row["product_id"] for row in await source.fetch(_ANSWERS, store_id, marketplace, tuple(keys))
    }
    skus = {name.sku for name in wanted if name.sku}
    by_sku = {row["sku"]: row["id"] for row in await source.fetch(_BY_SKU, store_id, tuple(skus))} if skus else {}

    def ask() -> dict[LineName, Match]:
        return {
            name: choose(
                name.sku,
                name.gtin,
                name.title,
                answers=answers,
                by_sku=by_sku,
                by_vendor_id=by_vendor_id,
                by_gtin=by_gtin,
            )
            for name in wanted
        }

    by_vendor_id: dict[str, list[int]] = {}
    by_gtin: dict[str, list[int]] = {}
    found = ask()
    open_skus = {name.sku for name, one in found.items() if one.state == "unmatched" and name.sku}
    open_gtins = {form for name, one in found.items() if one.state == "unmatched" for form in gtin_forms(name.gtin)}
    if not open_skus and not open_gtins:
        return found
    for row in await source.fetch(_BY_VENDOR_ID, store_id, channel_id, tuple(open_skus)) if open_skus else ():
        by_vendor_id.setdefault(row["vendor_id"], []).append(row["id"])
    for row in await source.fetch(_BY_GTIN, store_id, tuple(open_gtins)) if open_gtins else ():
        by_gtin.setdefault(row["gtin"], []).append(row["id"])
    return ask()
