"""Reports as the 2021-06-30 contract has them: asked for, worked off after a while, fetched as a document.

Orders by last update (`GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL`, at most 30 days) hold one row per order
item and nobody's name; listings (`GET_MERCHANT_LISTINGS_ALL_DATA`) one row per SKU with the price of the first store.
Both are tab-separated with Amazon's column names, in the encoding that the settings name, compressed or not.
"""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.amazon import documents
from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.money import exact, moment, stamp
from orion_daemon.sandbox.amazon.orders import price_of
from orion_daemon.sandbox.amazon.orders_v0 import STATUS
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Line, Order, Planned, Report
from orion_daemon.sandbox.amazon.state import Market

ORDERS, LISTINGS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", "GET_MERCHANT_LISTINGS_ALL_DATA"
LONGEST = timedelta(days=30)
ORDER_COLUMNS = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
)
LISTING_COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)


def create_report(call: Call) -> dict[str, Any]:
    """`POST /reports/2021-06-30/reports`: 202. Raises Refused."""
    body = call.body if isinstance(call.body, dict) else {}
    kind, stores = body.get("reportType"), body.get("marketplaceIds")
    if kind not in (ORDERS, LISTINGS):
        raise call.invalid("Invalid reportType.", f"{kind} is not a report type of this application.")
    if not isinstance(stores, list) or not 1 <= len(stores) <= 25:
        raise call.invalid("marketplaceIds must hold 1 to 25 values.")
    call.participates([str(store) for store in stores])
    starts, ends = _time(call, body, "dataStartTime"), _time(call, body, "dataEndTime")
    if kind == ORDERS:
        ends = min(ends or call.market.now(), call.market.now())
        starts = starts or ends - LONGEST
        if not timedelta(0) <= ends - starts <= LONGEST:
            raise call.invalid("Invalid date range.", "The range must be at most 30 days.")
    report = Report(call.world.number(11), call.seller.id, kind, list(stores), call.market.now(), starts, ends)
    call.world.reports[report.id] = report
    call.world.plan(call.market.later(call.world.settings.report_delay / 2), "report", report=report.id)
    call.market.record("report_asked", report=report.id, type=kind, seller=call.seller.id)
    return {"reportId": report.id}


def get_report(call: Call) -> dict[str, Any]:
    """`GET /reports/2021-06-30/reports/{reportId}`. Raises Refused 404."""
    report = call.world.reports.get(call.parts["reportId"])
    if report is None or report.seller != call.seller.id:
        raise Refused(404, "NotFound", "The report does not exist.", call.parts["reportId"])
    told: dict[str, Any] = {
        "reportId": report.id,
        "reportType": report.type,
        "marketplaceIds": report.marketplaces,
        "createdTime": stamp(report.created_at),
        "processingStatus": report.status,
    }
    times = {
        "dataStartTime": report.starts_at,
        "dataEndTime": report.ends_at,
        "processingStartTime": report.started_at,
        "processingEndTime": report.ended_at,
    }
    told.update({name: stamp(value) for name, value in times.items() if value is not None})
    if report.document:
        told["reportDocumentId"] = report.document
    return told


def get_report_document(call: Call) -> dict[str, Any]:
    """`GET /reports/2021-06-30/documents/{reportDocumentId}`. Raises Refused 404."""
    return documents.described(call, call.parts["reportDocumentId"], "reportDocumentId")


def step(market: Market, planned: Planned) -> None:
    """A waiting report begins; one that has begun is written. One without a row ends as CANCELLED, as Amazon's do."""
    report = market.world.reports[planned.about["report"]]
    settings = market.world.settings
    if report.status == "IN_QUEUE":
        report.status, report.started_at = "IN_PROGRESS", market.now()
        market.world.plan(market.later(settings.report_delay / 2), "report", report=report.id)
        return
    rows = _order_rows(market, report) if report.type == ORDERS else _listing_rows(market, report)
    report.ended_at = market.now()
    report.status = "DONE" if rows else "CANCELLED"
    if rows:
        columns = ORDER_COLUMNS if report.type == ORDERS else LISTING_COLUMNS
        encoding = settings.report_encoding
        raw = _table(columns, rows).encode(encoding, errors="replace")
        kind = f"text/plain; charset={encoding}"
        report.document = documents.make(market, report.seller, kind, raw, compressed=settings.report_gzip).id
    market.record("report_ended", report=report.id, type=report.type, status=report.status, rows=len(rows))


def _time(call: Call, body: dict[str, Any], name: str) -> datetime | None:
    if name not in body:
        return None
    found = moment(body[name]) if isinstance(body[name], str) else None
    if found is None:
        raise call.invalid(f"Invalid value for {name}.", "Date must be in ISO 8601 format.")
    return found


def _table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter="\t", lineterminator="\r\n", quoting=csv.QUOTE_NONE, escapechar=None, quotechar=None
    )
    writer.writerow(columns)
    for row in rows:
        values = ("" if row.get(name) is None else str(row[name]) for name in columns)
        writer.writerow([value.replace("\t", " ").replace("\r", " ").replace("\n", " ") for value in values])
    return out.getvalue()


def _order_rows(market: Market, report: Report) -> list[dict[str, Any]]:
    start, end = report.starts_at, report.ends_at
    found = [
        order
        for order in market.world.orders.values()
        if order.seller == report.seller
        and order.marketplace in report.marketplaces
        and start is not None
        and end is not None
        and start <= order.updated_at <= end
    ]
    return [_order_row(order, line) for order in sorted(found, key=lambda o: o.updated_at) for line in order.lines]


def _order_row(order: Order, line: Line) -> dict[str, Any]:
    unpaid = order.status in ("PENDING", "PENDING_AVAILABILITY")
    row: dict[str, Any] = {
        "amazon-order-id": order.id,
        "purchase-date": _offset(order.created_at),
        "last-updated-date": _offset(order.updated_at),
        "order-status": {"Canceled": "Cancelled"}.get(STATUS[order.status], STATUS[order.status]),
        "fulfillment-channel": "Amazon" if order.fulfilled_by == "AMAZON" else "Merchant",
        "sales-channel": place(order.marketplace).name,
        "ship-service-level": "Standard",
        "product-name": line.title,
        "sku": line.sku,
        "asin": line.asin,
        "item-status": "Cancelled" if not line.open else "Shipped" if order.shipped(line.id) else "Unshipped",
        "quantity": line.open,
        "ship-city": order.buyer.city,
        "ship-postal-code": order.buyer.postal_code,
        "ship-country": order.buyer.country_code,
        "promotion-ids": ",".join(line.promotion_ids),
        "is-business-order": str(order.business).lower(),
    }
    if not unpaid:
        price = exact(Decimal(line.unit_price) * line.open, order.currency)
        row.update({"currency": order.currency, "item-price": price, "item-tax": line.tax})
        row.update({"shipping-price": line.shipping, "shipping-tax": line.shipping_tax})
        row["item-promotion-discount"] = line.discount
    return row


def _listing_rows(market: Market, report: Report) -> list[dict[str, Any]]:
    store = report.marketplaces[0]
    language = place(store).language[:2]
    rows = []
    for listing in market.world.listings_of(report.seller):
        if store not in listing.marketplaces:
            continue
        quantity = listing.quantity()
        merchant = any(
            entry.get("fulfillment_channel_code") == "DEFAULT"
            for entry in listing.attributes.get("fulfillment_availability", [])
        )
        rows.append(
            {
                "item-name": listing.titles.get(language) or next(iter(listing.titles.values()), listing.sku),
                "listing-id": f"L{listing.asin[2:]}",
                "seller-sku": listing.sku,
                "price": price_of(listing, store),
                "quantity": quantity if merchant else None,
                "open-date": f"{listing.created_at:%d/%m/%Y %H:%M:%S} UTC",
                "item-is-marketplace": "y",
                "product-id-type": 1,
                "item-condition": 11,
                "asin1": listing.asin,
                "product-id": listing.asin,
                "pending-quantity": 0,
                "fulfillment-channel": "DEFAULT" if merchant else "AMAZON_EU",
                "merchant-shipping-group": "Standard",
                "status": "Active" if quantity or not merchant else "Inactive",
            }
        )
    return rows


def _offset(value: datetime) -> str:
    return stamp(value).replace("Z", "+00:00")
