"""The Feed API's report of all active listings: a task is made, worked on for a while, and gives a packed XML file.

The report (`LMS_ACTIVE_INVENTORY_REPORT`) shows every live listing of the seller, also those outside the Inventory API,
which no other call here shows: number, SKU where there is one, price and pieces, variations by themselves. It says what
was so when the task was made. A seller gets 25 such reports in 24 hours. `Settings.report_*` say how long a report
takes, how it ends and how it is packed.
"""

import gzip
import io
import zipfile
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from orion_daemon.sandbox.ebay.answers import EbayError, entry, stamp
from orion_daemon.sandbox.ebay.state import FeedTask, Listing, Shop

FEED_TYPE = "LMS_ACTIVE_INVENTORY_REPORT"
_FORMATS = (None, "FIXED_PRICE", "AUCTION")
_A_DAY = 25
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<BulkDataExchangeResponses xmlns="urn:ebay:apis:eBLBaseComponents">\n'
    "<ActiveInventoryReport><Version>1.0</Version><Ack>Success</Ack>\n"
)
_FOOT = "</ActiveInventoryReport>\n</BulkDataExchangeResponses>\n"


def create(shop: Shop, seller: str, body: Any) -> FeedTask:
    """`createInventoryTask`. Raises EbayError 160017, 160018, 160019, or 409 with 160025 for one too many."""
    said = body if isinstance(body, dict) else {}
    if said.get("feedType") != FEED_TYPE:
        raise _error(400, 160017, "The 'feedType' is missing or invalid.")
    if not isinstance(said.get("schemaVersion"), str):
        raise _error(400, 160018, "The 'schemaVersion' is invalid.")
    criteria = said.get("filterCriteria") or {}
    if not isinstance(criteria, dict) or criteria.get("listingFormat") not in _FORMATS:
        raise _error(400, 160019, "The 'filterCriteria' is invalid.")
    now = shop.clock.now()
    lately = [t for t in shop.world.feed_tasks.values() if t.seller == seller and t.made_at > now - timedelta(days=1)]
    if len(lately) >= _A_DAY:
        text = "You have exceeded the maximum number of records or tasks that can be created or processed."
        raise _error(409, 160025, text, category="BUSINESS")
    task = FeedTask(f"task-10-{shop.world.count()}", seller, now, said["schemaVersion"], criteria.get("listingFormat"))
    task.report = _report(shop, seller) if criteria.get("listingFormat") != "AUCTION" else _HEAD + _FOOT
    shop.world.feed_tasks[task.id] = task
    shop.ledger.record("report_asked_for", seller=seller, task=task.id)
    return task


def find(shop: Shop, seller: str, task_id: str) -> FeedTask:
    """Raises EbayError 404 with 160003."""
    task = shop.world.feed_tasks.get(task_id)
    if task is None or task.seller != seller:
        raise _error(404, 160003, f"Task {task_id} does not exist.")
    return task


def document(shop: Shop, task: FeedTask, base: str) -> dict[str, Any]:
    """`getInventoryTask`."""
    status = _status(shop, task)
    shown = {
        "taskId": task.id,
        "status": status,
        "feedType": FEED_TYPE,
        "creationDate": stamp(task.made_at),
        "schemaVersion": task.version,
        "detailHref": f"{base}/sell/feed/v1/inventory_task/{task.id}",
    }
    if status.startswith("COMPLETED"):
        shown["completionDate"] = stamp(_ends_at(shop, task))
    return shown


def result(shop: Shop, task: FeedTask) -> tuple[bytes, str]:
    """`getResultFile`: the file and its name. Raises EbayError 404 with 160014 where there is none (yet)."""
    if not _status(shop, task).startswith("COMPLETED"):
        raise _error(404, 160014, f"No file found for task ID {task.id}.")
    raw, name = task.report.encode(), f"{task.id}_report.xml"
    match shop.world.settings.report_form:
        case "xml":
            return raw, name
        case "gzip":
            return gzip.compress(raw, mtime=0), f"{name}.gz"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, raw)
    return packed.getvalue(), f"{task.id}_report.zip"


def _ends_at(shop: Shop, task: FeedTask) -> Any:
    return task.made_at + timedelta(seconds=shop.world.settings.report_seconds)


def _status(shop: Shop, task: FeedTask) -> str:
    now, ends = shop.clock.now(), _ends_at(shop, task)
    if now < ends:
        return "QUEUED" if now < task.made_at + (ends - task.made_at) / 2 else "IN_PROCESS"
    return shop.world.settings.report_status


def _report(shop: Shop, seller: str) -> str:
    shown = [_listing(shop, one) for one in shop.world.listings.values() if one.seller == seller and not one.ended]
    return _HEAD + "".join(shown) + _FOOT


def _listing(shop: Shop, listing: Listing) -> str:
    world = shop.world
    sold = [(v.sku, v.price, v.quantity, v.id) for v in listing.variations]
    if listing.managed:
        offers = [offer for offer in world.offers.values() if offer.listing == listing.id]
        sold = [(offer.sku, offer.price, world.shown(offer), offer.variation) for offer in offers]
    if len(sold) == 1:
        inner = _cells(listing.currency, *sold[0][:3])
    else:
        inner = "".join(f"<Variation>{_cells(listing.currency, *one[:3])}</Variation>" for one in sold)
        inner = f"<Variations>{inner}</Variations>"
    return f"<SKUDetails>{inner}<ItemID>{listing.id}</ItemID></SKUDetails>\n"


def _cells(currency: str, sku: str | None, price: str, quantity: int) -> str:
    told = f"<SKU>{escape(sku)}</SKU>" if sku else ""
    return f'{told}<Price currencyID="{currency}">{price}</Price><Quantity>{quantity}</Quantity>'


def _error(status: int, error_id: int, text: str, *, category: str = "REQUEST") -> EbayError:
    return EbayError(status, entry(error_id, "API_FEED", text, category=category))
