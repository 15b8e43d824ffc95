"""Cancellations by the Post-Order API v2: the buyer asks and the seller answers, or the seller cancels by himself.

Written from eBay's pages, for there is no contract: create answers `cancelId`, approve and reject answer 200 without a
body, the search tells `cancelState` (the stage) and `cancelStatus` (the last step). An order that was sent cannot be
cancelled. A cancelled order that was paid is refunded in full.
"""

from datetime import datetime, timedelta
from typing import Any

from orion_daemon.sandbox.ebay.answers import milliseconds, moment_of, post_order_error, stamp, whole
from orion_daemon.sandbox.ebay.orders import refunded, total, touch
from orion_daemon.sandbox.ebay.refunds import give
from orion_daemon.sandbox.ebay.state import CancelRequest, Order, Refusal, Shop

REASONS = frozenset({"OUT_OF_STOCK_OR_CANNOT_FULFILL", "BUYER_ASKED_CANCEL", "ADDRESS_ISSUES"})
_MOST, _PAGE = 200, 25


def request(shop: Shop, order: Order, reason: str = "ORDER_MISTAKE") -> CancelRequest:
    """The buyer asks for cancellation. Raises Refusal where that is impossible."""
    if order.cancelled_at is not None or order.parcels or _open(order) is not None:
        raise Refusal(f"order {order.id} was sent, is cancelled, or has a request already")
    made = CancelRequest(_id(shop), "BUYER", reason, "REQUESTED", milliseconds(shop.clock.now()))
    order.requests.append(made)
    touch(shop, order, "cancel_requested", cancel=made.id, by="buyer", reason=reason)
    return made


def create(shop: Shop, seller: str, body: Any) -> str:
    """The seller cancels (`POST /cancellation`); the cancel id. Raises EbayError for an unknown order or reason."""
    said = body if isinstance(body, dict) else {}
    reason = str(said.get("cancelReason") or "OUT_OF_STOCK_OR_CANNOT_FULFILL")
    order = shop.world.orders.get(str(said.get("legacyOrderId")))
    if order is None or order.seller != seller:
        raise post_order_error(10002, "Order not found", "orderNotFound", 404)
    if reason not in REASONS:
        raise post_order_error(10003, "Invalid cancel reason", "invalidCancelReason")
    if order.cancelled_at is not None or order.parcels or _open(order) is not None:
        raise post_order_error(10005, "Eligibility Check failed", "eligibilityCheckFailed", 409)
    made = CancelRequest(_id(shop), "SELLER", reason, "REQUESTED", milliseconds(shop.clock.now()))
    order.requests.append(made)
    close(shop, order, made, by="api")
    return made.id


def approve(shop: Shop, seller: str, cancel_id: str) -> None:
    """The seller agrees: the order is cancelled. Raises EbayError 404, 409 when the request is closed."""
    order, found = _find(shop, seller, cancel_id)
    close(shop, order, found, by="api")


def reject(shop: Shop, seller: str, cancel_id: str) -> None:
    """The seller declines, for the goods are on their way. Raises EbayError 404, 409 when the request is closed."""
    order, found = _find(shop, seller, cancel_id)
    found.state, found.completed_at = "REJECTED", milliseconds(shop.clock.now())
    touch(shop, order, "cancel_rejected", cancel=found.id, by="api")


def close(shop: Shop, order: Order, found: CancelRequest, *, by: str) -> None:
    """Cancel the order for good; what was paid and not yet given back is refunded."""
    now = milliseconds(shop.clock.now())
    found.state, found.completed_at, order.cancelled_at = "COMPLETED", now, now
    touch(shop, order, "order_cancelled", cancel=found.id, initiator=found.initiator, reason=found.reason, by=by)
    if order.paid_at is not None and refunded(order) < total(order):
        found.refund = give(shop, order, reason="BUYER_CANCEL", by=by).id


def cancel(shop: Shop, order: Order, by: str = "seller_hub") -> CancelRequest:
    """Cancel on command, whether or not the buyer has asked."""
    found = _open(order)
    if found is None:
        found = CancelRequest(_id(shop), "SELLER", "OUT_OF_STOCK_OR_CANNOT_FULFILL", "REQUESTED", shop.clock.now())
        order.requests.append(found)
    close(shop, order, found, by=by)
    return found


def search(shop: Shop, seller: str, query: dict[str, str]) -> dict[str, Any]:
    """`GET /cancellation/search`: newest first, by id, order or time. Raises EbayError for bad paging."""
    limit, offset = whole(query.get("limit"), _PAGE), whole(query.get("offset"), 0)
    if limit is None or not 1 <= limit <= _MOST or offset is None or offset < 0:
        raise post_order_error(1600, "Invalid pagination", "invalidPagination")
    start, end = (moment_of(query.get(f"creation_date_range_{edge}", "")) for edge in ("from", "to"))
    found = [
        (order, asked)
        for order in shop.world.orders.values()
        for asked in order.requests
        if order.seller == seller and _matches(order, asked, query, start, end)
    ]
    found.sort(key=lambda pair: (pair[1].requested_at, pair[1].id), reverse=True)
    return {
        "cancellations": [_summary(order, asked) for order, asked in found[offset : offset + limit]],
        "total": len(found),
        "paginationOutput": {
            "limit": limit,
            "offset": offset,
            "totalEntries": len(found),
            "totalPages": -(-len(found) // limit),
        },
    }


def _matches(
    order: Order, asked: CancelRequest, query: dict[str, str], start: datetime | None, end: datetime | None
) -> bool:
    if "cancel_id" in query:
        return asked.id == query["cancel_id"]
    if query.get("legacy_order_id", order.id) != order.id:
        return False
    return (start is None or asked.requested_at >= start) and (end is None or asked.requested_at <= end)


def _summary(order: Order, asked: CancelRequest) -> dict[str, Any]:
    state, status = _stage(order, asked)
    shown: dict[str, Any] = {
        "cancelId": asked.id,
        "marketplaceId": order.lines[0].listing_site,
        "legacyOrderId": order.id,
        "requestorType": asked.initiator,
        "cancelReason": asked.reason,
        "cancelState": state,
        "cancelStatus": status,
        "cancelRequestDate": {"value": stamp(asked.requested_at)},
        "sellerResponseDueDate": {"value": stamp(asked.requested_at + timedelta(days=3))},
        "paymentStatus": "PAID" if order.paid_at else "UNPAID",
        "requestRefundAmount": {"value": str(total(order)), "currency": order.currency},
        "buyerLoginName": order.buyer,
        "sellerLoginName": order.seller,
        "lineItems": [
            {"itemId": line.listing, "transactionId": line.id, "cancelQuantity": line.quantity} for line in order.lines
        ],
    }
    if asked.completed_at is not None:
        shown["cancelCloseDate"] = {"value": stamp(asked.completed_at)}
    return shown


def _stage(order: Order, asked: CancelRequest) -> tuple[str, str]:
    if asked.state == "REQUESTED":
        return "APPROVAL_PENDING", "CANCEL_REQUESTED"
    if asked.state == "REJECTED":
        return "CLOSED", "CANCEL_REJECTED"
    given = [refund for refund in order.refunds if refund.id == asked.refund]
    if any(refund.status == "PENDING" for refund in given):
        return "REFUND_PENDING", "CANCEL_PENDING"
    return "CLOSED", "CANCEL_CLOSED_WITH_REFUND" if given else "CANCEL_CLOSED_NO_REFUND"


def _find(shop: Shop, seller: str, cancel_id: str) -> tuple[Order, CancelRequest]:
    for order in shop.world.orders.values():
        for asked in order.requests:
            if asked.id == cancel_id and order.seller == seller:
                if asked.state != "REQUESTED":
                    raise post_order_error(10007, "The cancellation request is closed", "cancelRequestClosed", 409)
                return order, asked
    raise post_order_error(10006, "Cancellation request not found", "cancelNotFound", 404)


def _open(order: Order) -> CancelRequest | None:
    return next((asked for asked in order.requests if asked.state == "REQUESTED"), None)


def _id(shop: Shop) -> str:
    return str(5_000_000_000 + shop.world.count())
