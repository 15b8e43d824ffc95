"""eBay's orders as its contract shows them, for tests of the mapping: `document` is a whole one, facts replace its
fields."""

from typing import Any

import msgspec

from orion_daemon.connectors.ebay import mapping, schemas
from orion_daemon.domain.incoming import IncomingOrder


def amount(value: str, currency: str = "EUR", **more: str) -> dict[str, str]:
    return {"value": value, "currency": currency, **more}


def line(**facts: Any) -> dict[str, Any]:
    return {
        "lineItemId": "10000000001",
        "legacyItemId": "330000000001",
        "sku": "MUG",
        "title": "Invented mug",
        "quantity": 2,
        "lineItemCost": amount("39.98"),
        "lineItemFulfillmentStatus": "NOT_STARTED",
        "listingMarketplaceId": "EBAY_DE",
        "purchaseMarketplaceId": "EBAY_FR",
        **facts,
    }


def contact(**facts: Any) -> dict[str, Any]:
    place = {"addressLine1": "1 rue Inventée", "city": "Luxembourg", "postalCode": "1000", "countryCode": "LU"}
    return {"fullName": "Erika Beispiel", "email": "relay@example.invalid", "contactAddress": place, **facts}


def instruction(kind: str = "SHIP_TO", **facts: Any) -> dict[str, Any]:
    return {"fulfillmentInstructionsType": kind, "shippingStep": {"shipTo": contact()}, **facts}


def document(
    payment: str | None = "PAID",
    fulfilment: str | None = "NOT_STARTED",
    cancel: str | None = "NONE_REQUESTED",
    lines: list[dict[str, Any]] | None = None,
    **facts: Any,
) -> dict[str, Any]:
    return {
        "orderId": "11-00001-00001",
        "creationDate": "2026-03-02T08:15:00.000Z",
        "lastModifiedDate": "2026-03-02T08:20:10.000Z",
        "orderPaymentStatus": payment,
        "orderFulfillmentStatus": fulfilment,
        "cancelStatus": {"cancelState": cancel, "cancelRequests": []},
        "buyer": {"username": "invented_buyer"},
        "pricingSummary": {
            "priceSubtotal": amount("39.98"),
            "priceDiscount": amount("-4.00"),
            "deliveryCost": amount("5.00"),
            "total": amount("40.98"),
        },
        "fulfillmentStartInstructions": [instruction()],
        "lineItems": [line()] if lines is None else lines,
        "paymentSummary": {"payments": [{"paymentStatus": "PAID", "amount": amount("40.98")}], "refunds": []},
        **facts,
    }


def mapped(said: dict[str, Any], shipped: dict[str, int] | None = None) -> IncomingOrder:
    raw = msgspec.json.encode(said)
    return mapping.order(msgspec.json.decode(raw, type=schemas.Order), raw, "EUR", shipped)
