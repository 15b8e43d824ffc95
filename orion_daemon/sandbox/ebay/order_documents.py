"""An order as the Fulfillment API shows it, read from the list or alone, with or without the tax breakdown.

The list is silent where eBay's is: `cancelRequests` is always empty there and `buyer.taxIdentifier` is missing.
Personal data fades with the order's age: e-mail after 14 days, name, street and phone after 90. Discounts are negative,
`lineItemCost` is the price of all units before discounts, converted amounts carry what they were before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.ebay.answers import amount, rounded, stamp
from orion_daemon.sandbox.ebay.orders import line_total, refunded, total
from orion_daemon.sandbox.ebay.people import Contact
from orion_daemon.sandbox.ebay.state import Line, Order, Refund, Settings

_EMAIL_DAYS, _PERSON_DAYS = 14, 90
_FEE = Decimal("0.11")


@dataclass(frozen=True)
class View:
    """Who asks how: `full` is getOrder, `taxes` the field group TAX_BREAKDOWN, `base` the address links start with."""

    now: datetime
    settings: Settings
    base: str
    full: bool = False
    taxes: bool = False


def document(order: Order, view: View) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "orderId": order.id,
        "creationDate": stamp(order.created_at),
        "lastModifiedDate": stamp(order.modified_at),
        "orderFulfillmentStatus": order.forced.get("fulfillment") or fulfillment_status(order),
        "orderPaymentStatus": order.forced.get("payment") or payment_status(order),
        "sellerId": order.seller,
        "buyer": _buyer(order, view),
        "pricingSummary": _pricing(order, view),
        "cancelStatus": _cancel_status(order, view),
        "paymentSummary": _payment(order, view),
        "fulfillmentStartInstructions": [_instruction(order, view)],
        "fulfillmentHrefs": [
            f"{view.base}/sell/fulfillment/v1/order/{order.id}/shipping_fulfillment/{parcel.id}"
            for parcel in order.parcels
        ],
        "lineItems": [_line(order, line, view) for line in order.lines],
        "ebayCollectAndRemitTax": any(Decimal(line.collected_tax) for line in order.lines),
        "salesRecordReference": order.id.replace("-", "")[-6:],
        "totalFeeBasisAmount": _money(order, total(order)),
        "totalMarketplaceFee": _money(order, total(order) * _FEE),
    }
    if order.notes:
        shown["buyerCheckoutNotes"] = order.notes
    return shown


def line_status(order: Order, line: Line) -> str:
    shipped = order.shipped(line.id)
    return "NOT_STARTED" if not shipped else "FULFILLED" if shipped >= line.quantity else "IN_PROGRESS"


def fulfillment_status(order: Order) -> str:
    """Of the lines: nothing sent, all of it, or something between."""
    states = {line_status(order, line) for line in order.lines}
    return states.pop() if len(states) == 1 else "IN_PROGRESS"


def payment_status(order: Order) -> str:
    """PENDING also means that a refund is under way."""
    if order.payment != "PAID":
        return order.payment
    if any(refund.status == "PENDING" for refund in order.refunds):
        return "PENDING"
    back = refunded(order)
    return "PAID" if not back else "FULLY_REFUNDED" if back >= total(order) else "PARTIALLY_REFUNDED"


def cancel_state(order: Order, settings: Settings) -> str:
    if order.cancelled_at is not None:
        return settings.cancelled
    return "IN_PROGRESS" if any(r.state == "REQUESTED" for r in order.requests) else "NONE_REQUESTED"


def _money(order: Order, value: Decimal) -> dict[str, str]:
    shown = amount(value, order.currency)
    if order.converted_from:
        before = Decimal(shown["value"]) * Decimal(order.rate)
        shown["convertedFromValue"] = str(rounded(before, order.converted_from))
        shown["convertedFromCurrency"] = order.converted_from
    return shown


def _sum(order: Order, name: str) -> Decimal:
    return sum((Decimal(getattr(line, name)) for line in order.lines), Decimal(0))


def _pricing(order: Order, view: View) -> dict[str, Any]:
    shown = {
        "priceSubtotal": _money(order, sum((Decimal(x.price) * x.quantity for x in order.lines), Decimal(0))),
        "deliveryCost": _money(order, _sum(order, "shipping")),
        "total": _money(order, total(order, with_collected=view.taxes)),
    }
    tax = _sum(order, "tax") + (_sum(order, "collected_tax") if view.taxes else 0)
    extra = {
        "priceDiscount": -_sum(order, "discount"),
        "deliveryDiscount": -_sum(order, "shipping_discount"),
        "tax": tax,
        "adjustment": Decimal(order.adjustment),
    }
    shown.update({name: _money(order, value) for name, value in extra.items() if value})
    return shown


def _buyer(order: Order, view: View) -> dict[str, Any]:
    buyer: dict[str, Any] = {"username": order.buyer}
    if order.contact is not None:
        buyer["buyerRegistrationAddress"] = _contact(order.contact, view.now - order.created_at)
        where = {"city": order.contact.city, "postalCode": order.contact.postal_code}
        where["countryCode"] = order.contact.country_code
        buyer["taxAddress"] = {name: value for name, value in where.items() if value}
    if view.full and order.tax_id:
        buyer["taxIdentifier"] = order.tax_id
    return buyer


def _contact(contact: Contact, age: timedelta) -> dict[str, Any]:
    person = age <= timedelta(days=_PERSON_DAYS)
    address = {
        "addressLine1": contact.address_line1 if person else None,
        "addressLine2": contact.address_line2 if person else None,
        "city": contact.city,
        "stateOrProvince": contact.state_or_province,
        "postalCode": contact.postal_code,
        "countryCode": contact.country_code,
    }
    shown: dict[str, Any] = {"contactAddress": {name: value for name, value in address.items() if value}}
    if person and contact.full_name:
        shown["fullName"] = contact.full_name
    if person and contact.company_name:
        shown["companyName"] = contact.company_name
    if person and contact.phone:
        shown["primaryPhone"] = {"phoneNumber": contact.phone}
    if contact.email and age <= timedelta(days=_EMAIL_DAYS):
        shown["email"] = contact.email
    return shown


def _instruction(order: Order, view: View) -> dict[str, Any]:
    shown: dict[str, Any] = {"fulfillmentInstructionsType": order.instruction}
    if order.instruction in ("DIGITAL", "PREPARE_FOR_PICKUP") or order.contact is None:
        return shown
    age = view.now - order.created_at
    shown["minEstimatedDeliveryDate"] = stamp(order.created_at + timedelta(days=3))
    shown["maxEstimatedDeliveryDate"] = stamp(order.created_at + timedelta(days=6))
    shown["shippingStep"] = {
        "shipTo": _contact(order.hub or order.contact, age),
        "shippingServiceCode": "DE_DHLPaket",
        "shippingCarrierCode": "DHL",
    }
    if order.hub is not None:
        shown["ebaySupportedFulfillment"] = True
        shown["finalDestinationAddress"] = _contact(order.contact, age)["contactAddress"]
    return shown


def _cancel_status(order: Order, view: View) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "cancelState": order.forced.get("cancel") or cancel_state(order, view.settings),
        "cancelRequests": [],
    }
    if order.cancelled_at is not None:
        shown["cancelledDate"] = stamp(order.cancelled_at)
    for request in order.requests if view.full else ():
        told = {
            "cancelRequestId": request.id,
            "cancelInitiator": request.initiator,
            "cancelReason": request.reason,
            "cancelRequestState": request.state,
            "cancelRequestedDate": stamp(request.requested_at),
        }
        if request.completed_at is not None:
            told["cancelCompletedDate"] = stamp(request.completed_at)
        shown["cancelRequests"].append(told)
    return shown


def _payment(order: Order, view: View) -> dict[str, Any]:
    due = total(order) * (1 - _FEE) - refunded(order)
    payment: dict[str, Any] = {
        "paymentMethod": "EBAY",
        "paymentReferenceId": order.id,
        "amount": _money(order, total(order, with_collected=view.taxes)),
        "paymentStatus": "PAID" if order.payment == "PAID" else order.payment,
    }
    if order.paid_at is not None and order.payment == "PAID":
        payment["paymentDate"] = stamp(order.paid_at)
    refunds = [_refund(order, refund) for refund in order.refunds if refund.line is None]
    return {"totalDueSeller": _money(order, max(due, Decimal(0))), "payments": [payment], "refunds": refunds}


def _refund(order: Order, refund: Refund) -> dict[str, Any]:
    shown: dict[str, Any] = {"refundId": refund.id, "amount": _money(order, Decimal(refund.amount))}
    if refund.line is None:
        shown["refundStatus"] = refund.status
    if refund.issued_at is not None:
        shown["refundDate"] = stamp(refund.issued_at)
        shown["refundReferenceId"] = refund.reference or refund.id
    return shown


def _line(order: Order, line: Line, view: View) -> dict[str, Any]:
    cost, collected = Decimal(line.price) * line.quantity, Decimal(line.collected_tax)
    delivery = {"shippingCost": _money(order, Decimal(line.shipping))}
    if Decimal(line.shipping_discount):
        delivery["discountAmount"] = _money(order, -Decimal(line.shipping_discount))
    shown: dict[str, Any] = {
        "lineItemId": line.id,
        "legacyItemId": line.listing,
        "title": order.forced.get("title") or line.title,
        "quantity": line.quantity,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": line.listing_site,
        "purchaseMarketplaceId": line.purchase_site,
        "lineItemCost": _money(order, cost),
        "deliveryCost": delivery,
        "total": _money(order, line_total(line, with_collected=view.taxes)),
        "taxes": [],
        "appliedPromotions": [],
        "refunds": [_refund(order, refund) for refund in order.refunds if refund.line == line.id],
        "lineItemFulfillmentStatus": line_status(order, line),
        "lineItemFulfillmentInstructions": {
            "shipByDate": stamp(order.created_at + timedelta(days=2)),
            "guaranteedDelivery": False,
        },
        "properties": {"buyerProtection": True},
    }
    if line.sku:
        shown["sku"] = line.sku
    if line.variation:
        shown["legacyVariationId"] = line.variation
    if Decimal(line.discount):
        shown["discountedLineItemCost"] = _money(order, cost - Decimal(line.discount))
        off = {"promotionId": "60000000001", "discountAmount": _money(order, Decimal(line.discount))}
        shown["appliedPromotions"] = [{**off, "description": "Offer of the week"}]
    if Decimal(line.tax):
        shown["taxes"] = [{"amount": _money(order, Decimal(line.tax)), "taxType": "VAT"}]
    if collected:
        collect = {"taxType": "VAT", "amount": _money(order, collected), "collectionMethod": "NET"}
        shown["ebayCollectAndRemitTaxes"] = [collect]
    return shown
