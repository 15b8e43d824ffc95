"""Lines that waited for a product which the store has now: matched like any other.

Orders may come before the catalog (a first start, a new article): their lines wait as unmatched. Nobody should have to
answer for what a SKU or a trade number tells by itself. The rules are those of an import (`product_matching.py`), so
what is ambiguous keeps waiting for a person; the writing is that of a person's answer (`order_matching.py`).

A product that is made or renamed here finds its lines in that very transaction. A feed that gives a known product
another trade number does not touch orders while it is written: `sweep` runs behind it, and with the housekeeper.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.database import Database
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
_UNMATCHED = """
SELECT i.id, i.order_id, i.sku, i.gtin, i.title, o.channel_id, o.marketplace
FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.match_state = 'unmatched' AND o.store_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3
"""
_BATCH = 200


async def match_new_products(tx: Tx, store_id: int, product_ids: Sequence[int], now: datetime) -> int:
    """Match waiting lines that these products may be; returns how many lines found theirs."""
    if not product_ids or not await tx.fetch_value(
        "SELECT 1 AS one FROM order_items WHERE match_state = 'unmatched' LIMIT 1"
    ):
        return 0
    called = await tx.fetch(_CALLED, store_id, tuple(product_ids))
    names = {row[key] for row in called for key in ("sku", "vendor_id") if row[key]}
    gtins = {form for row in called for form in gtin_forms(row["gtin"])}
    lines = await tx.fetch(_WAITING, store_id, tuple(names), tuple(gtins))
    found = 0
    for product_id, matched in sorted((await _matched(tx, store_id, lines)).items()):
        found += await _write(tx, product_id, matched, now)
    return found


async def sweep(db: Database, store_id: int, *, now: datetime) -> int:
    """Match whatever waits in the store and can be told by now; returns how many lines found theirs.

    One transaction a product, so that orders are held for a moment only. Repeating it changes nothing.
    """
    after = found = 0
    while lines := await db.fetch(_UNMATCHED, store_id, after, _BATCH):
        for product_id, matched in sorted((await _matched(db, store_id, lines)).items()):
            async with db.transaction() as tx:
                certain = (await _matched(tx, store_id, matched)).get(product_id, [])  # it may have changed meanwhile
                if certain:
                    found += await _write(tx, product_id, certain, now)
        after = lines[-1]["id"]
    return found


async def _matched(source: Database | Tx, store_id: int, lines: Sequence[Row]) -> dict[int, list[Row]]:
    """Product → the lines that are certainly it."""
    by_channel: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for line in lines:
        by_channel[line["channel_id"], line["marketplace"]].append(line)
    found: dict[int, list[Row]] = defaultdict(list)
    for (channel_id, marketplace), called in by_channel.items():
        matches = await match(
            source,
            store_id=store_id,
            channel_id=channel_id,
            marketplace=marketplace,
            names=[LineName(line["sku"], line["gtin"], line["title"]) for line in called],
        )
        for line in called:
            one = matches[LineName(line["sku"], line["gtin"], line["title"])]
            if one.state == "matched" and one.product_id is not None:
                found[one.product_id].append(line)
    return found


async def _write(tx: Tx, product_id: int, lines: Sequence[Row], now: datetime) -> int:
    items, orders = {line["id"] for line in lines}, {line["order_id"] for line in lines}
    return len((await apply_answer(tx, items, orders, product_id, ACTOR, now)).lines)
