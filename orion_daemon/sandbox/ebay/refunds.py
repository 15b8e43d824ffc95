"""Refunds: asked for by the seller (`issueRefund`) or given on command; PENDING first, REFUNDED some time later.

While one is under way the order's payment status is PENDING and another cannot be asked for.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.ebay.answers import EbayError, decimal_of, entry, exponent, milliseconds, rounded
from orion_daemon.sandbox.ebay.orders import line_total, refunded, total, touch
from orion_daemon.sandbox.ebay.state import Order, Refund, Shop

_COMMENT = 1000


def issue(shop: Shop, order: Order, body: Any) -> dict[str, Any]:
    """`issueRefund`: of the order or of lines; the answer's `refundStatus` is PENDING. Raises EbayError 349xx."""
    if not isinstance(body, dict) or not body:
        raise _bad(34902, "Request can't be empty.")
    if not body.get("reasonForRefund"):
        raise _bad(34903, "The refund reason must be specified.")
    if len(str(body.get("comment") or "")) > _COMMENT:
        raise _bad(34921, "The comment exceeds the length limit, please make sure it doesn't exceed 1000 characters.")
    wanted = _wanted(order, body)
    if order.payment != "PAID":
        raise _bad(34929, "You cannot refund this order yet since the buyer payment has not been processed.", 409)
    if any(refund.status == "PENDING" for refund in order.refunds):
        raise _bad(34922, "Refund can't be issued while previous refund is processing.")
    if refunded(order) >= total(order):
        raise _bad(34917, "This order was already refunded.", category="BUSINESS")
    if refunded(order) + sum(value for _, value in wanted) > total(order):
        raise _bad(34915, "The refund amount exceeds order amount.")
    for line_id, value in wanted:
        line = order.line(line_id) if line_id else None
        if line is not None and refunded(order, line_id) + value > line_total(line):
            raise _bad(34924, "The item refund amount exceeds the item remaining amount.", 409, category="BUSINESS")
    refund_id = ""
    for line_id, value in wanted:
        refund_id = give(
            shop, order, value, line_id, reason=str(body["reasonForRefund"]), by="api", number=refund_id
        ).id
    return {"refundId": refund_id, "refundStatus": "PENDING"}


def give(
    shop: Shop,
    order: Order,
    value: Decimal | None = None,
    line_id: str | None = None,
    *,
    reason: str | None = None,
    by: str = "control",
    at_once: bool = False,
    number: str = "",
) -> Refund:
    """Start a refund of `value`, or of all that is left; it is issued after `refund_seconds`, or `at_once`."""
    left = total(order) - refunded(order)
    amount = str(rounded(left if value is None else value, order.currency))
    refund_id = number or f"5{shop.world.count():09}"
    refund = Refund(refund_id, amount, "PENDING", milliseconds(shop.clock.now()), line=line_id, reason=reason)
    order.refunds.append(refund)
    touch(shop, order, "refund_requested", refund=refund.id, amount=amount, line=line_id, by=by)
    if at_once:
        settle(shop, order, refund.id)
    else:
        due = shop.clock.now() + timedelta(seconds=shop.world.settings.refund_seconds)
        shop.world.plan(due, "refund", order=order.id, refund=refund.id)
    return refund


def settle(shop: Shop, order: Order, refund_id: str, status: str = "REFUNDED") -> None:
    """A refund under way is issued, or FAILED."""
    now = milliseconds(shop.clock.now())
    settled = [refund for refund in order.refunds if refund.id == refund_id and refund.status == "PENDING"]
    for refund in settled:
        refund.status = status
        if status == "REFUNDED":
            refund.issued_at, refund.reference = now, f"{refund.id}0"
    if settled:
        touch(shop, order, "refund_settled", refund=refund_id, status=status)


def _wanted(order: Order, body: dict[str, Any]) -> list[tuple[str | None, Decimal]]:
    items, whole_order = body.get("refundItems") or [], body.get("orderLevelRefundAmount")
    if not isinstance(items, list) or bool(items) == bool(whole_order):
        raise _bad(34905, "Either orderLevelRefundAmount or refundItems must be specified.")
    if whole_order:
        return [(None, _amount(order, whole_order))]
    named = [item if isinstance(item, dict) else {} for item in items]
    return [(_line(order, item), _amount(order, item.get("refundAmount"))) for item in named]


def _line(order: Order, item: dict[str, Any]) -> str:
    reference = item.get("legacyReference") or {}
    if not item.get("lineItemId") and not reference:
        raise _bad(34910, "Either legacyReference or lineItemId must be specified for item level refund.")
    found = next(
        (x for x in order.lines if x.id == item.get("lineItemId") or x.listing == reference.get("legacyItemId")), None
    )
    if found is None:
        raise _bad(34914, "Can't find the item in the order.")
    return found.id


def _amount(order: Order, given: Any) -> Decimal:
    said = given if isinstance(given, dict) else {}
    if not said.get("value"):
        raise _bad(34906, "The amount value must be specified.")
    if not said.get("currency"):
        raise _bad(34908, "The amount currency must be specified.")
    value = decimal_of(said["value"])
    if value is None or value <= 0 or value != value.quantize(Decimal(1).scaleb(-exponent(order.currency))):
        raise _bad(34907, "The amount value must be positive and within two decimals.")
    if said["currency"] != order.currency:
        raise _bad(34909, "The amount currency isn't correct.")
    return value


def _bad(error_id: int, message: str, status: int = 400, category: str = "REQUEST") -> EbayError:
    return EbayError(status, entry(error_id, "API_FULFILLMENT", message, category=category))
