"""The Finances API's transactions, made of what happened: a SALE when an order was paid, a REFUND when one was issued.

Every call is signed. The buyer's tax that eBay collects is no part of it.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from orion_daemon.sandbox.ebay.answers import EbayError, amount, entry, moment_of, stamp, whole
from orion_daemon.sandbox.ebay.orders import total
from orion_daemon.sandbox.ebay.state import Order, Shop

_FEE = Decimal("0.11")
_TYPES = ("SALE", "REFUND")
_MOST, _PAGE = 1000, 20
_TERM = re.compile(r"(\w+):(?:\{([^}]*)\}|\[([^\]]*)\])(?:,|$)")


def search(shop: Shop, seller: str, query: dict[str, str], base: str) -> dict[str, Any] | None:
    """`getTransactions`, newest first; None (HTTP 204) when nothing matches.

    Filters: transactionType, transactionStatus, orderId, transactionDate. Raises EbayError 135003, 135006, 135008.
    """
    limit, offset = whole(query.get("limit"), _PAGE), whole(query.get("offset"), 0)
    if limit is None or not 1 <= limit <= _MOST or offset is None or offset < 0:
        raise _bad(135003, "The value of pagination is invalid.")
    filters = {name: braces or window for name, braces, window in _TERM.findall(query.get("filter", ""))}
    if filters.get("transactionType", "SALE") not in _TYPES:
        raise _bad(135006, "The value of transaction type filter is invalid.")
    start, end = _window(filters.get("transactionDate"))
    found = [
        told
        for order in shop.world.orders.values()
        if order.seller == seller and filters.get("orderId") in (None, order.id)
        for at, told in _transactions(order)
        if filters.get("transactionType") in (None, told["transactionType"])
        and filters.get("transactionStatus") in (None, told["transactionStatus"])
        and (start is None or at >= start)
        and (end is None or at <= end)
    ]
    if not found:
        return None
    found.sort(key=lambda told: (told["transactionDate"], told["transactionId"]), reverse=True)
    path = f"{base}/sell/finances/v1/transaction?"
    kept = {"filter": query["filter"]} if "filter" in query else {}
    answer: dict[str, Any] = {
        "href": path + urlencode({**kept, "limit": limit, "offset": offset}),
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "transactions": found[offset : offset + limit],
    }
    if offset + limit < len(found):
        answer["next"] = path + urlencode({**kept, "limit": limit, "offset": offset + limit})
    if offset:
        answer["prev"] = path + urlencode({**kept, "limit": limit, "offset": max(0, offset - limit)})
    return answer


def _transactions(order: Order) -> list[tuple[datetime, dict[str, Any]]]:
    if order.paid_at is None or order.payment != "PAID":
        return []
    basis, common = total(order), {"orderId": order.id, "buyer": {"username": order.buyer}}
    sale = {
        **common,
        "transactionId": f"{order.id}-S",
        "transactionType": "SALE",
        "transactionStatus": "FUNDS_AVAILABLE_FOR_PAYOUT",
        "transactionDate": stamp(order.paid_at),
        "bookingEntry": "CREDIT",
        "paymentsEntity": "eBay S.à r.l.",
        "salesRecordReference": order.id.replace("-", "")[-6:],
        "amount": amount(basis * (1 - _FEE), order.currency),
        "totalFeeBasisAmount": amount(basis, order.currency),
        "totalFeeAmount": amount(basis * _FEE, order.currency),
        "orderLineItems": [
            {"lineItemId": line.id, "feeBasisAmount": amount(Decimal(line.price) * line.quantity, order.currency)}
            for line in order.lines
        ],
    }
    found: list[tuple[datetime, dict[str, Any]]] = [(order.paid_at, sale)]
    for refund in order.refunds:
        if refund.issued_at is not None:
            back = {
                **common,
                "transactionId": refund.reference or refund.id,
                "transactionType": "REFUND",
                "transactionStatus": "FUNDS_AVAILABLE_FOR_PAYOUT",
                "transactionDate": stamp(refund.issued_at),
                "bookingEntry": "DEBIT",
                "paymentsEntity": "eBay S.à r.l.",
                "amount": amount(refund.amount, order.currency),
                "references": [{"referenceId": refund.id, "referenceType": "REFUND_ID"}],
            }
            found.append((refund.issued_at, back))
    return found


def _window(text: str | None) -> tuple[datetime | None, datetime | None]:
    if text is None:
        return None, None
    first, _, last = text.partition("..")
    start, end = moment_of(first), moment_of(last) if last else None
    if start is None or (last and end is None):
        raise _bad(135008, "The value of transaction date filter is invalid.")
    return start, end


def _bad(error_id: int, message: str) -> EbayError:
    return EbayError(400, entry(error_id, "API_FINANCES", message))
