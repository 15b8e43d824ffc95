"""Products of a supplier's price list become marketplace products of its account's catalog: one transaction a page.

Only differences are written, so `updated_at` moves when content does. The cursor is stored with the page, so a walk
that was interrupted goes on behind its last page; a page that is taken twice changes nothing. The price is that of a
single piece; all tiers stand among the attributes (`domain/supplier_catalog.py`). A name is the title only until a
better one is there (`supply_texts.py`). What follows from a change hears of it in the same transaction: `AFTER_CHANGE`.
"""

from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row, json_text
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import SyncStatusChanged
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.domain.products import key_problem
from orion_daemon.domain.supplier_catalog import OF_TEXTS, attributes_of, stock_of
from orion_daemon.domain.supply import SupplierProduct, tier_for
from orion_daemon.services import catalog, markups, offers, supply

Hook = Callable[[Tx, Sequence[int], datetime], Awaitable[object]]
"""Gets ids of marketplace products that are new, or whose cost, stock or words have changed, in the transaction of the
change; a handful of statements, however many they are."""


async def mark_different(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> None:
    """Channels are to hear of the products that stand on these; at once where nothing is to be had any more."""
    rows = await tx.fetch(_STANDING, tuple(marketplace_product_ids))
    gone = [row["id"] for row in rows if row["is_out"]]
    await offers.mark_products_different(tx, [row["id"] for row in rows], now, urgent=gone)


AFTER_CHANGE: tuple[Hook, ...] = (markups.reprice_of, mark_different)
"""In this order: products are locked before their offers."""
CONTENT = ("product_type", "price_minor", "currency", "availability", "quantity", "image_link", "attributes_json")
"""Columns that the price list has the say about."""
AT_ONCE = 500
FRESH = timedelta(seconds=30)
"""A product that was read so lately, and has not changed, is not written again."""
_STANDING = """
SELECT s.id, (NOT p.is_available OR p.availability = 'out_of_stock') AS is_out
FROM products s JOIN marketplace_products p ON p.id = s.marketplace_product_id
WHERE p.id = ANY($1::bigint[]) ORDER BY s.id
"""
_CURRENT = f"""
SELECT p.id, p.marketplace_product_id, {", ".join(f"p.{column}" for column in CONTENT)}, p.is_available, p.missing_at,
       p.read_at, t.id AS translation_id, t.title
FROM marketplace_products p
LEFT JOIN marketplace_product_translations t ON t.marketplace_product_id = p.id AND t.language = $3
WHERE p.catalog_id = $1 AND p.marketplace_product_id = ANY($2::text[])
"""
_UPDATE = (
    f"UPDATE marketplace_products SET {', '.join(f'{column} = ${at}' for at, column in enumerate(CONTENT, 3))},"
    f" is_available = TRUE, unavailable_at = NULL, missing_at = NULL, read_at = $2, updated_at = ${len(CONTENT) + 3}"
    " WHERE id = $1"
)
_READ = "UPDATE marketplace_products SET read_at = $2, missing_at = NULL WHERE id = ANY($1::bigint[])"
_GONE = (
    "UPDATE marketplace_products SET is_available = FALSE, unavailable_at = $2, updated_at = $2,"
    " missing_at = COALESCE(missing_at, $2) WHERE id = ANY($1::bigint[]) AND is_available RETURNING id"
)
_TITLE = "UPDATE marketplace_product_translations SET title = $2, updated_at = $3 WHERE id = $1"


@dataclass(slots=True)
class Taken:
    """What some products changed; each is created, changed or unchanged. `unusable` have no id to be kept by."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unusable: int = 0
    ids: list[int] = field(default_factory=list)


async def take_page(
    db: Database, channel_id: int, page: ProductPage, now: datetime, *, asked_at: datetime | None = None
) -> Taken:
    """Write a page of the walk under way, and its cursor. `asked_at`: when it was asked for, if not now; a product that
    was read by itself since is left as it is. Raises RuntimeError where no walk is under way."""
    async with db.transaction(is_relaxed=True) as tx:  # a page that is lost is read again
        account = await supply.account_of(tx, channel_id, now)
        if not account["catalog_walk"]:
            raise RuntimeError(f"no walk over the catalog of {supply.owner_of(account)} is under way")
        taken = await _take(tx, account, page.products, now, asked_at or now, is_single=False)
        await tx.execute(
            "UPDATE supplier_accounts SET catalog_cursor = $2, is_walk_read = $3,"
            " catalog_products = catalog_products + $4, catalog_changed = catalog_changed + $5,"
            " catalog_unreadable = catalog_unreadable + $6, updated_at = $7 WHERE id = $1",
            account["id"],
            page.next_cursor or "",
            page.next_cursor is None,
            len(page.products),
            taken.created + taken.changed,
            len(page.unreadable) + taken.unusable,
            now,
        )
        tx.emit(SyncStatusChanged(account["store_id"], channel_id))
    return taken


async def take_products(
    db: Database,
    channel_id: int,
    products: Sequence[SupplierProduct],
    now: datetime,
    *,
    asked_at: datetime | None = None,
) -> Taken:
    """Write products that were read by themselves: their prices hold since then, also where nothing changed. A full
    walk under way counts them as shown."""
    async with db.transaction(is_relaxed=True) as tx:  # what is lost is read again
        account = await supply.account_of(tx, channel_id, now)
        return await _take(tx, account, products, now, asked_at or now, is_single=True)


async def product_gone(db: Database, channel_id: int, product_id: str, now: datetime) -> bool:
    """The supplier does not list it any more; False when it was not there, or is gone already."""
    async with db.transaction() as tx:
        return await _gone(tx, channel_id, product_id, now)


async def take_answer(tx: Tx, channel_id: int, product_id: str, product: SupplierProduct | None, now: datetime) -> None:
    """What the supplier said a moment ago of one product, None that it lists it no more: in a transaction that goes by
    it."""
    if product is None:
        await _gone(tx, channel_id, product_id, now)
    else:
        await _take(tx, await supply.account_of(tx, channel_id, now), [product], now, now, is_single=True)


async def _gone(tx: Tx, channel_id: int, product_id: str, now: datetime) -> bool:
    rows = await tx.fetch(
        "SELECT p.id FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id"
        " WHERE c.channel_id = $1 AND p.marketplace_product_id = $2",
        channel_id, product_id,
    )  # fmt: skip
    return bool(await make_unavailable(tx, [row["id"] for row in rows], now))


async def make_unavailable(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> int:
    """Those of them that are available go; returns how many."""
    gone = [row["id"] for row in await tx.fetch(_GONE, tuple(marketplace_product_ids), now)]
    await after_change(tx, gone, now)
    return len(gone)


async def after_change(tx: Tx, marketplace_product_ids: Sequence[int], now: datetime) -> None:
    if marketplace_product_ids:
        for hook in AFTER_CHANGE:
            await hook(tx, marketplace_product_ids, now)


async def _take(
    tx: Tx, account: Row, products: Sequence[SupplierProduct], now: datetime, asked_at: datetime, *, is_single: bool
) -> Taken:
    catalog_id = await catalog.catalog_of(tx, account["channel_id"], account["marketplace"], now)
    latest = {product.product_id: product for product in products}
    usable = [product for product in latest.values() if key_problem("id", product.product_id) is None]
    taken = Taken(unusable=len(latest) - len(usable))
    for start in range(0, len(usable), AT_ONCE):
        part = usable[start : start + AT_ONCE]
        await _write(tx, account, catalog_id, part, taken, now, asked_at, is_single=is_single)
    if account["catalog_walk"] == "full" and taken.ids:
        shown = array("q", taken.ids).tobytes()
        await tx.insert("supplier_walk_pages", ("account_id", "product_ids"), [(account["id"], shown)])
    return taken


async def _write(
    tx: Tx,
    account: Row,
    catalog_id: int,
    products: Sequence[SupplierProduct],
    taken: Taken,
    now: datetime,
    asked_at: datetime,
    *,
    is_single: bool,
) -> None:
    language = account["store_language"]
    allows_preorders = bool((account["settings_json"] or {}).get("allow_preorders", False))
    keys = tuple([product.product_id for product in products])
    stored = {row["marketplace_product_id"]: row for row in await tx.fetch(_CURRENT, catalog_id, keys, language)}
    created: list[tuple[str, dict[str, Any]]] = []
    updates: list[tuple[Any, ...]] = []
    new_titles: list[tuple[int, str]] = []
    titles: list[tuple[Any, ...]] = []
    shown_again: list[int] = []
    changed: list[int] = []
    new: list[int] = []
    for product in products:
        content = _content(product, now, allows_preorders=allows_preorders)
        was = stored.get(product.product_id)
        if was is None:
            created.append((product.product_id, content))
            continue
        taken.ids.append(was["id"])
        if was["read_at"] is not None and was["read_at"] > asked_at:
            taken.unchanged += 1
            continue
        content = _with_what_stays(content, was)
        differs = not was["is_available"] or any(was[column] != content[column] for column in CONTENT)
        if differs:
            updates.append((was["id"], asked_at, *_stored(content), now))
        elif was["missing_at"] is not None or (is_single and _is_stale(was, asked_at)):
            shown_again.append(was["id"])
        title = content["attributes_json"].get("name", "")
        if title and was["translation_id"] is None:
            new_titles.append((was["id"], title))
        elif title and was["title"] != title and was["title"] in (None, (was["attributes_json"] or {}).get("name")):
            titles.append((was["translation_id"], title, now))
        elif not differs:
            taken.unchanged += 1
            continue
        changed.append(was["id"])
    if created:
        ids = await tx.reserve_ids("marketplace_products", len(created))
        await tx.load(
            "marketplace_products",
            ("id", "marketplace_product_id", *CONTENT),
            [(number, key, *_stored(content)) for number, (key, content) in zip(ids, created, strict=True)],
            {"catalog_id": catalog_id, "is_available": True, "read_at": asked_at, "created_at": now, "updated_at": now},
        )
        named = zip(ids, [content["attributes_json"].get("name") for _, content in created], strict=True)
        new_titles += [(number, name) for number, name in named if name]
        taken.ids += ids
        new = ids
    if updates:
        await tx.execute_many(_UPDATE, updates)
    if shown_again:
        await tx.execute(_READ, tuple(shown_again), asked_at)
    if titles:
        await tx.execute_many(_TITLE, titles)
    await tx.load(
        "marketplace_product_translations",
        ("marketplace_product_id", "title"),
        new_titles,
        {"language": language, "updated_at": now},
    )
    taken.created += len(created)
    taken.changed += len(changed)
    await after_change(tx, [*new, *changed], now)


def _is_stale(was: Row, asked_at: datetime) -> bool:
    return was["read_at"] is None or asked_at - was["read_at"] > FRESH


def _content(product: SupplierProduct, now: datetime, *, allows_preorders: bool) -> dict[str, Any]:
    tier = tier_for(product.tiers, 1)
    is_priced = tier is not None and tier.unit_minor >= 0 and product.currency in EXPONENTS
    stock = stock_of(product, now, allows_preorders=allows_preorders)
    images = [image for image in product.images if image.isprintable() and image.strip()]
    return {
        "product_type": "digital",
        "price_minor": tier.unit_minor if tier is not None and is_priced else None,
        "currency": product.currency if is_priced else None,
        "availability": stock.availability,
        "quantity": stock.quantity,
        "image_link": images[0] if images else None,
        "attributes_json": attributes_of(product),
    }


def _with_what_stays(content: dict[str, Any], was: Row) -> dict[str, Any]:
    """What came with the texts stays, and an image where the list has none."""
    kept = {name: text for name, text in (was["attributes_json"] or {}).items() if name in OF_TEXTS}
    return content | {
        "image_link": content["image_link"] or was["image_link"],
        "attributes_json": content["attributes_json"] | kept,
    }


def _stored(content: dict[str, Any]) -> list[Any]:
    return [
        json_text(dict(sorted(value.items()))) if column == "attributes_json" else value
        for column, value in ((column, content[column]) for column in CONTENT)
    ]
