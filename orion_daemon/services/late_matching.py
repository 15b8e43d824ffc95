"""Lines that waited for a product which the store has now: matched like any other, in the transaction that made it.

Orders may come before the catalog (a first start, a new article): their lines wait as unmatched. Nobody should have to
answer for what a SKU or a trade number tells by itself. The rules are those of an import (`product_matching.py`), so
what is ambiguous keeps waiting for a person; the writing is that of a person's answer (`order_matching.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.matching import gtin_forms
from orion_daemon.services.order_matching import apply_answer
from orion_daemon.services.product_matching import LineName, match

ACTOR = "orion"
_CALLED = """
SELECT p.sku, COALESCE(p.gtin, mp.gtin) AS gtin, mp.marketplace_product_id AS vendor_id
FROM products p LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
WHERE p.store_id = $1 AND p.id = ANY($2::bigint[])
"""
_WAITING = """
SELECT i.id, i.order_id, i.sku, i.gtin, i.title, o.channel_id, o.marketplace
FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.match_state = 'unmatched' AND o.store_id = $1 AND (i.sku = ANY($2::text[]) OR i.gtin = ANY($3::text[]))
ORDER BY i.id
"""


async def match_new_products(tx: Tx, store_id: int, product_ids: Sequence[int], now: datetime) -> int:
    """Match waiting lines that these products may be; returns how many lines found theirs."""
    if not product_ids or not await tx.fetch_value(
        "SELECT 1 AS one FROM order_items WHERE match_state = 'unmatched' LIMIT 1"
    ):
        return 0
    called = await tx.fetch(_CALLED, store_id, tuple(product_ids))
    names = {row[key] for row in called for key in ("sku", "vendor_id") if row[key]}
    gtins = {form for row in called for form in gtin_forms(row["gtin"])}
    by_channel: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in await tx.fetch(_WAITING, store_id, tuple(names), tuple(gtins)):
        by_channel[row["channel_id"], row["marketplace"]].append(row)
    found = 0
    for (channel_id, marketplace), lines in by_channel.items():
        matches = await match(
            tx,
            store_id=store_id,
            channel_id=channel_id,
            marketplace=marketplace,
            names=[LineName(line["sku"], line["gtin"], line["title"]) for line in lines],
        )
        by_product: dict[int, list[Row]] = defaultdict(list)
        for line in lines:
            one = matches[LineName(line["sku"], line["gtin"], line["title"])]
            if one.state == "matched" and one.product_id is not None:
                by_product[one.product_id].append(line)
        for product_id, matched in sorted(by_product.items()):
            answered = await apply_answer(
                tx, {line["id"] for line in matched}, {line["order_id"] for line in matched}, product_id, ACTOR, now
            )
            found += len(answered.lines)
    return found
