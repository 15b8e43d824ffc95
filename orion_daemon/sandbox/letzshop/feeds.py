"""Product feeds both ways: the marketplace fetches a merchant's URL, and merchants' files lie here to be fetched.

The reader asks with the validators of its last reading, so that an unchanged file costs a 304, and then makes what is
sold equal to the rows it accepted. Each reading is one ledger entry, whatever came of it. Served files answer with
ETag and Last-Modified and honour both.
"""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from orion_daemon.sandbox.letzshop.feed_rows import FeedRefused, Row, parse
from orion_daemon.sandbox.letzshop.inventory import add_product, sell
from orion_daemon.sandbox.letzshop.state import FeedSource, Names, Shop

_TIMEOUT = ClientTimeout(total=20)
_LISTED = 20


async def read(shop: Shop, source: FeedSource, session: ClientSession) -> dict[str, Any]:
    """Fetch, check, apply; the ledger entry. `outcome` is applied, unchanged, refused or failed."""
    headers = {}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.modified:
        headers["If-Modified-Since"] = source.modified
    facts: dict[str, Any] = {
        "vendor": shop.world.vendors[source.vendor].slug,
        "language": source.language,
        "url": source.url,
        "status": None,
    }
    try:
        async with session.get(source.url, headers=headers, timeout=_TIMEOUT) as response:
            facts["status"] = response.status
            raw = await response.read()
            etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    except (TimeoutError, ClientError, ValueError) as error:
        return shop.ledger.record("feed_read", **facts, outcome="failed", reason=type(error).__name__)
    if facts["status"] == 304:
        return shop.ledger.record("feed_read", **facts, outcome="unchanged")
    if facts["status"] != 200:
        return shop.ledger.record("feed_read", **facts, outcome="failed", reason=f"HTTP {facts['status']}")
    try:
        rows, problems = parse(raw)
    except FeedRefused as error:
        return shop.ledger.record("feed_read", **facts, outcome="refused", reason=str(error))
    source.etag, source.modified = etag, modified
    changed = apply(shop, source, rows)
    listed = [{"line": p.line, "field": p.field, "reason": p.reason} for p in problems[:_LISTED]]
    counts = {"rows": len(rows) + len(problems), "accepted": len(rows), "rejected": len(problems), "changed": changed}
    return shop.ledger.record("feed_read", **facts, outcome="applied", **counts, problems=listed)


def apply(shop: Shop, source: FeedSource, rows: list[Row]) -> int:
    """Make what is sold equal to the rows; the number of products that differed."""
    changed = 0
    for row in rows:
        product = shop.world.product(source.vendor, row.sku)
        fresh = product is None
        if product is None:
            product = add_product(shop, source.vendor, row.sku, row.price, gtin=row.gtin, brand=row.brand)
        product.names, product.description = product.names or Names(), product.description or Names()
        setattr(product.names, source.language, row.title)
        setattr(product.description, source.language, row.description)
        quantity = row.quantity if row.quantity is not None else product.quantity
        now: dict[str, Any] = {
            "price": row.price,
            "sale_price": row.sale_price,
            "availability": row.availability,
            "quantity": 0 if row.availability == "out of stock" else quantity,
            "gtin": row.gtin,
            "brand": row.brand or product.brand,
        }
        changed += sell(shop, product, "feed", **now) or fresh
    if shop.world.switches.missing_rows == "zero":
        present = {row.sku for row in rows}
        gone = [p for p in shop.world.products.values() if p.vendor == source.vendor and p.sku not in present]
        changed += sum(sell(shop, product, "feed", quantity=0, availability="out of stock") for product in gone)
    return changed


def plan_reading(shop: Shop, source: FeedSource) -> None:
    """The next reading, if the source is read on a schedule."""
    shop.world.unplan("feed", vendor=source.vendor, language=source.language)
    if source.every is not None:
        due = shop.clock.now() + timedelta(seconds=source.every)
        shop.world.plan(due, "feed", vendor=source.vendor, language=source.language)


def serve(request: web.Request, shop: Shop, name: str, paths: dict[str, Path]) -> web.StreamResponse:
    """A file of the world, or one named on the command line (read anew each time)."""
    if name in paths:
        try:
            body, stamp = paths[name].read_bytes(), paths[name].stat().st_mtime
        except OSError as error:
            raise web.HTTPNotFound(text=f"{name}: {error.strerror}") from error
        modified = datetime.fromtimestamp(int(stamp), UTC)
    elif name in shop.world.files:
        file = shop.world.files[name]
        body, modified = file.text.encode(), file.modified.replace(microsecond=0)
    else:
        raise web.HTTPNotFound(text=f"there is no feed {name!r}")
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(modified, usegmt=True), "Cache-Control": "no-cache"}
    status = 304 if _fresh(request, etag, modified) else 200
    shop.ledger.record("feed_served", name=name, status=status, bytes=len(body) if status == 200 else 0)
    if status == 304:
        return web.Response(status=304, headers=headers)
    kind = "application/xml" if name.endswith(".xml") else "text/csv"
    return web.Response(body=body, headers={**headers, "Content-Type": f"{kind}; charset=utf-8"})


def _fresh(request: web.Request, etag: str, modified: datetime) -> bool:
    asked = request.headers.get("If-None-Match")
    if asked is not None:
        return asked == "*" or etag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    since = request.headers.get("If-Modified-Since")
    try:
        return since is not None and modified <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
