"""`getOrders`: filters with eBay's own error ids, windows inclusive at both ends, paging by offset over a moving set.

The set is made anew for every call: an order that changes between two pages leaves a closed window of modification
dates and shifts every later offset. Orders that await payment or are not visible yet are never in it.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from orion_daemon.sandbox.ebay.answers import EbayError, fulfillment_error, milliseconds, moment_of, whole
from orion_daemon.sandbox.ebay.order_documents import View, document, fulfillment_status
from orion_daemon.sandbox.ebay.state import Order, Shop

_PAGE, _MOST_IDS = 50, 50
_HISTORY, _RECENT = timedelta(days=730), timedelta(days=90)
_DATES = ("creationdate", "lastmodifieddate")
_STATUSES = ({"NOT_STARTED", "IN_PROGRESS"}, {"FULFILLED", "IN_PROGRESS"})
_TERM = re.compile(r"\s*([a-z]+):(\[[^\]]*\]|\{[^}]*\}|[^,]*)\s*(?:,|$)")

Window = tuple[datetime, datetime | None]


def search(shop: Shop, seller: str, query: dict[str, str], view: View, shape: str | None = None) -> dict[str, Any]:
    """The answer of getOrders. `shape` is a fault of the page: repeat_page, repeat_order or pages_out_of_order.

    Raises EbayError with the ids of the contract.
    """
    if query.get("orderIds"):
        return _by_ids(shop, seller, query["orderIds"], view)
    limit, offset = whole(query.get("limit"), _PAGE), whole(query.get("offset"), 0)
    if limit is None or not 1 <= limit <= shop.world.settings.page_ceiling:
        raise fulfillment_error(31100, f"Invalid limit: {query.get('limit')}", limitvalue=query.get("limit"))
    if offset is None or offset < 0:
        raise fulfillment_error(31000, f"Invalid offset: {query.get('offset')}", offsetvalue=query.get("offset"))
    found = _matching(shop, seller, _filters(query.get("filter")), view.now)
    if shape == "pages_out_of_order":
        found.reverse()
    start = max(0, offset - limit) if shape == "repeat_page" else offset
    page = [document(order, view) for order in found[start : start + limit]]
    if shape == "repeat_order" and page:
        page.append(page[0])
    answer: dict[str, Any] = {
        "href": _href(view, query, limit, offset),
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "orders": page,
    }
    if offset + limit < len(found):
        answer["next"] = _href(view, query, limit, offset + limit)
    if offset > 0:
        answer["prev"] = _href(view, query, limit, max(0, offset - limit))
    return answer


def field_groups(query: dict[str, str]) -> bool:
    """Whether TAX_BREAKDOWN is wanted; anything else is error 32800."""
    wanted = query.get("fieldGroups")
    if wanted not in (None, "", "TAX_BREAKDOWN"):
        raise fulfillment_error(32800, f"Invalid field group: {wanted}", fieldGroup=wanted)
    return wanted == "TAX_BREAKDOWN"


def listed(order: Order, now: datetime) -> bool:
    """Whether the API shows the order at all: paid, visible, not older than two years."""
    return order.paid_at is not None and order.visible_at <= now and now - order.created_at <= _HISTORY


def _by_ids(shop: Shop, seller: str, text: str, view: View) -> dict[str, Any]:
    ids = [order_id.strip() for order_id in text.split(",") if order_id.strip()]
    if len(ids) > _MOST_IDS:
        raise fulfillment_error(30900, f"Exceeded maximum number of order IDs (the current limit is {_MOST_IDS})")
    found = [order for i in dict.fromkeys(ids) if (order := shop.world.orders.get(i)) and order.seller == seller]
    shown = [document(order, view) for order in found if listed(order, view.now)]
    href = f"{view.base}/sell/fulfillment/v1/order?{urlencode({'orderIds': text})}"
    return {"href": href, "total": len(shown), "limit": len(ids), "offset": 0, "orders": shown}


def _matching(shop: Shop, seller: str, filters: dict[str, str], now: datetime) -> list[Order]:
    windows = {name: _window(name, filters[name], now) for name in _DATES if name in filters}
    statuses = _fulfillment(filters["orderfulfillmentstatus"]) if "orderfulfillmentstatus" in filters else None
    by = "creationdate" if "creationdate" in windows or not windows else "lastmodifieddate"
    start, end = windows.get(by, (now - _RECENT, None))
    found = []
    for order in shop.world.orders.values():
        at = order.created_at if by == "creationdate" else order.modified_at
        if order.seller != seller or at < start or (end is not None and at > end) or not listed(order, now):
            continue
        if statuses is None or (order.forced.get("fulfillment") or fulfillment_status(order)) in statuses:
            found.append(order)
    if by == "creationdate":
        return sorted(found, key=lambda order: (order.created_at, order.id))
    return sorted(found, key=lambda order: (order.modified_at, order.id))


def _filters(text: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while text and at < len(text):
        term = _TERM.match(text, at)
        name = term.group(1) if term else text[at:].partition(":")[0]
        if term is None or name not in (*_DATES, "orderfulfillmentstatus"):
            raise fulfillment_error(30700, f"Invalid filter name: {name}", fieldname=name)
        found[name], at = term.group(2), term.end()
    return found


def _window(name: str, value: str, now: datetime) -> Window:
    bounds = value[1:-1].split("..") if value.startswith("[") and value.endswith("]") else []
    if len(bounds) != 2:
        raise _bad_value(name, value)
    if not bounds[0].strip():
        raise fulfillment_error(30820, "Start date is missing", fieldname=name)
    start, end = moment_of(bounds[0]), moment_of(bounds[1]) if bounds[1] else None
    if start is None or (bounds[1] and end is None):
        raise fulfillment_error(30810, "Invalid date format", fieldname=name, fieldvalue=value)
    present = milliseconds(now)
    if start > present or (end is not None and end > present):
        raise fulfillment_error(30850, "Start and end dates can't be in the future", fieldname=name)
    if end is not None and start > end:
        raise fulfillment_error(30840, "Start date should be before end date", fieldname=name)
    if (end or present) - start > _HISTORY:
        text = "Time range between start date and end date must be within '2' years."
        raise fulfillment_error(30830, text, allowedTime=2)
    return start, end


def _fulfillment(value: str) -> set[str]:
    wanted = set(value[1:-1].split("|")) if value.startswith("{") and value.endswith("}") else set()
    if wanted not in _STATUSES:
        raise _bad_value("orderfulfillmentstatus", value)
    return wanted


def _bad_value(name: str, value: str) -> EbayError:
    text = f"Invalid filter value {value} for filter {name}"
    return fulfillment_error(30800, text, fieldname=name, fieldvalue=value)


def _href(view: View, query: dict[str, str], limit: int, offset: int) -> str:
    kept: dict[str, Any] = {name: query[name] for name in ("filter", "fieldGroups") if name in query}
    return f"{view.base}/sell/fulfillment/v1/order?{urlencode({**kept, 'limit': limit, 'offset': offset})}"
