"""Cancelling an order: agreeing to a request that is open, else cancelling by ourselves. Post-Order API, signed.

The order is read first: cancelled already, or on its way there, is success, so that repeating is harmless. After a lost
answer, or a refusal because somebody was faster, the same reading tells. eBay refunds the buyer by itself.
"""

from typing import Any

import msgspec

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.orders import EbayOrders
from orion_daemon.connectors.errors import AuthRefused, Doubtful, Malformed, MutationsForbidden, Rejected, VendorError
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.limiter import Priority

_ORDER = msgspec.json.Decoder(schemas.Order)
_OURS = frozenset({"signature_needed", "signature_refused"})


async def cancel(client: EbayClient, orders: EbayOrders, order_id: str, site: str) -> None:
    """Raises Rejected where eBay does not let it be cancelled, as after sending; Doubtful where nobody knows."""
    document = await _read(orders, order_id)
    request = _open(document)
    if _is_under_way(document) and (request is None or _is_ours(request)):
        return
    try:
        if request is not None and request.cancel_request_id:
            await client.call(
                names.APPROVE_CANCELLATION,
                msgspec.Raw,
                headers=_site(document, site),
                priority=Priority.URGENT,
                cancel=request.cancel_request_id,
            )
        else:
            await _create(client, document, site)
    except (Doubtful, Rejected) as error:
        if isinstance(error, MutationsForbidden) or error.code in _OURS:
            raise
        if not await _is_done(orders, order_id, error):
            raise


async def _create(client: EbayClient, document: schemas.Order, site: str) -> None:
    body: dict[str, Any] = {"legacyOrderId": document.order_id, "cancelReason": names.SELLERS_REASON}
    summary = document.payment_summary
    paid = [one for one in (summary.payments if summary else None) or () if one.payment_status == names.PAID]
    body["buyerPaid"] = bool(paid)
    if paid and paid[0].payment_date:
        body["buyerPaidDate"] = {"value": paid[0].payment_date}
    reply = await client.call(
        names.CREATE_CANCELLATION,
        schemas.NewCancellation,
        body=body,
        headers=_site(document, site),
        priority=Priority.URGENT,
    )
    if reply.result is not None and not reply.result.cancel_id and reply.result.order_eligibility_result is not None:
        raise Rejected(
            f"ebay, order {document.order_id}: eBay does not let this order be cancelled any more. Refund it there.",
            code="not_eligible",
        )


async def _is_done(orders: EbayOrders, order_id: str, error: VendorError) -> bool:
    try:
        document = await _read(orders, order_id)
    except VendorError as later:
        if isinstance(later, AuthRefused):
            raise
        raise error from later
    request = _open(document)
    return _is_under_way(document) and (request is None or _is_ours(request))


async def _read(orders: EbayOrders, order_id: str) -> schemas.Order:
    raw = await orders.document(order_id, Priority.URGENT)
    if raw is None:
        raise Rejected(f"ebay: there is no order {order_id} for this account.", code="not_found")
    try:
        return _ORDER.decode(raw)
    except msgspec.DecodeError as error:
        raise Malformed(f"ebay, order {order_id}: {clean(str(error))}", code="unreadable") from error


def _is_under_way(document: schemas.Order) -> bool:
    state = document.cancel_status.cancel_state if document.cancel_status else None
    return state == names.CANCELLING or state in names.CANCELLED


def _open(document: schemas.Order) -> schemas.CancelRequest | None:
    if document.cancel_status is None or document.cancel_status.cancel_state in names.CANCELLED:
        return None
    requests = document.cancel_status.cancel_requests or ()
    return next((one for one in requests if one.cancel_request_state == names.REQUESTED), None)


def _is_ours(request: schemas.CancelRequest) -> bool:
    return (request.cancel_initiator or "").lower() == names.SELLER


def _site(document: schemas.Order, site: str) -> dict[str, str]:
    """Post-Order calls want the site of the listing."""
    listed = next((line.listing_marketplace_id for line in document.line_items if line.listing_marketplace_id), site)
    return {"X-EBAY-C-MARKETPLACE-ID": listed}
