"""Shipping fulfillments: one per package, never idempotent. A repeated call adds a second one, as on the real eBay.

Carrier and number come together, letters and digits only; the fulfillment's id is the number, or 999 without one. A
line without a quantity counts one unit.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.sandbox.ebay import notifications
from orion_daemon.sandbox.ebay.accounts import Seller
from orion_daemon.sandbox.ebay.answers import EbayError, fulfillment_error, milliseconds, moment_of, stamp
from orion_daemon.sandbox.ebay.orders import touch
from orion_daemon.sandbox.ebay.state import Order, Parcel, Shop

_NUMBER = re.compile(r"[A-Za-z0-9]+")
_AHEAD = timedelta(days=1)
_NO_NUMBER = "999"


def create(shop: Shop, seller: Seller, order: Order, body: Any) -> Parcel:
    """`createShippingFulfillment`. Raises EbayError 32xxx, 34100; 409 for a cancelled order."""
    if seller.suspended:
        raise fulfillment_error(32400, "Requested user is suspended")
    if order.cancelled_at is not None:
        raise fulfillment_error(32600, "Invalid input data", 409, orderId=order.id)
    if not isinstance(body, dict):
        raise fulfillment_error(32600, "Invalid input data")
    items = _items(order, body.get("lineItems"))
    carrier, number = body.get("shippingCarrierCode"), body.get("trackingNumber")
    if bool(carrier) != bool(number) or (number and not _NUMBER.fullmatch(str(number))):
        raise fulfillment_error(32300, "Invalid shipment tracking number or carrier")
    shipped_at = _shipped_at(shop, order, body.get("shippedDate"))
    if number and sum(parcel.number is not None for parcel in order.parcels) >= shop.world.settings.tracking_numbers:
        raise fulfillment_error(34100, "Maximum tracking number for order is exceeded")
    parcel = Parcel(str(number) if number else _NO_NUMBER, items, shipped_at, carrier, number)
    repeated = any((p.number, p.items) == (parcel.number, parcel.items) for p in order.parcels)
    order.parcels.append(parcel)
    over = {line.id: sent - line.quantity for line in order.lines if (sent := order.shipped(line.id)) > line.quantity}
    facts = {"number": number, "carrier": carrier, "items": items, "repeated": repeated, "over": over}
    touch(shop, order, "shipping_fulfillment", **facts)
    data = {"orderId": order.id, "trackingNumber": number, "shippingCarrierCode": carrier}
    notifications.announce(shop, "ITEM_MARKED_SHIPPED", order.seller, data)
    return parcel


def shown(parcel: Parcel) -> dict[str, Any]:
    """The parcel as the API shows it."""
    told: dict[str, Any] = {
        "fulfillmentId": parcel.id,
        "shippedDate": stamp(parcel.shipped_at),
        "lineItems": [{"lineItemId": line, "quantity": quantity} for line, quantity in parcel.items.items()],
    }
    if parcel.number:
        told.update(shipmentTrackingNumber=parcel.number, shippingCarrierCode=parcel.carrier)
    return told


def find(order: Order, fulfillment_id: str) -> Parcel:
    """Raises EbayError 404 with 32110."""
    found = next((parcel for parcel in order.parcels if parcel.id == fulfillment_id), None)
    if found is None:
        text = f"Invalid shipping fulfillment ID: {fulfillment_id}"
        raise fulfillment_error(32110, text, 404, fulfillmentId=fulfillment_id)
    return found


def _items(order: Order, given: Any) -> dict[str, int]:
    if given is None or given == []:
        return {line.id: 1 for line in order.lines}
    if not isinstance(given, list) or not all(isinstance(line, dict) for line in given):
        raise fulfillment_error(32600, "Invalid input data")
    items: dict[str, int] = {}
    for line in given:
        line_id, quantity = str(line.get("lineItemId")), line.get("quantity", 1)
        if order.line(line_id) is None:
            raise fulfillment_error(32200, f"Invalid line item id: {line_id}", lineItemId=line_id)
        if line_id in items:
            raise fulfillment_error(32210, "Duplicate line item in the request", lineItemId=line_id)
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise fulfillment_error(32600, "Invalid input data", quantity=quantity)
        items[line_id] = quantity
    return items


def _shipped_at(shop: Shop, order: Order, given: Any) -> datetime:
    if given is None:
        return milliseconds(shop.clock.now())
    found = moment_of(given) if isinstance(given, str) else None
    if found is None or found < order.created_at - _AHEAD or found > shop.clock.now() + _AHEAD:
        raise _bad_date(given)
    return found


def _bad_date(given: Any) -> EbayError:
    return fulfillment_error(32500, "Invalid shipped date", shippedDate=given)
