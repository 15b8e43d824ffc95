"""What Letzshop calls things: every query, mutation and input, and the names in them that are reported or inferred.

Nothing else in this folder spells a name of the platform's schema except `schemas.py`, whose fields are the ones asked
for here. Results and guessed payload names are given our own names by aliases, so a corrected guess is one line here.
The doctor compares `NAMES` with the live schema by introspection (`missing`). Certain: the endpoint, `nodes`,
localised names. Reported: the fields of shipment, order, unit and variant, `confirmInventoryUnits` with `isAvailable`.
Inferred: paging, the single `shipment`, `vendor`, `setShipmentTracking`, both inputs, and all of the order form.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

ENDPOINT = "https://letzshop.lu/graphql"

UNCONFIRMED, CONFIRMED, DECLINED = "unconfirmed", "confirmed", "declined"
SWEEP = (UNCONFIRMED, CONFIRMED, DECLINED)  # a shipment moves only this way, so a walk in this order misses none
UNIT_OPEN, UNIT_YES, UNIT_NO, UNIT_BACK = "unconfirmed", "confirmed_available", "confirmed_unavailable", "returned"

ADDRESS = "firstName lastName company streetName streetNumber city zipCode phone country { iso }"
SHIPMENT = (
    "id number state order { id number email total completedAt locale"
    f" shipAddress {{ {ADDRESS} }} billAddress {{ {ADDRESS} }} }}"
    " inventoryUnits { id state variant { id sku price tradeId { number parser } product { name { en fr de } } } }"
)
PAGE = "pageInfo { hasNextPage endCursor }"
ERRORS = "errors { id code message }"
VENDOR = " vendor { id slug }"


@cache
def shipments(state: str, *, vendor: bool) -> str:
    """One page. Never names tracking: asking for it was seen to fail the whole query."""
    fields = SHIPMENT + (VENDOR if vendor else "")
    return (
        f"query Shipments($first: Int!, $after: String) {{ result: shipments(state: {state}, first: $first,"
        f" after: $after) {{ {PAGE} nodes {{ {fields} }} }} }}"
    )


@cache
def shipment(*, vendor: bool) -> str:
    fields = SHIPMENT + (VENDOR if vendor else "")
    return f"query Shipment($id: ID!) {{ result: shipment(id: $id) {{ {fields} }} }}"


CONFIRM = (
    "mutation Answer($input: ConfirmInventoryUnitsInput!) { result: confirmInventoryUnits(input: $input)"
    f" {{ units: inventoryUnits {{ id state }} {ERRORS} }} }}"
)
TRACK = (
    "mutation Track($input: SetShipmentTrackingInput!) { result: setShipmentTracking(input: $input)"
    f" {{ shipment {{ id }} {ERRORS} }} }}"
)
TRACKING = "query Tracking($id: ID!) { result: shipment(id: $id) { tracking { code provider } } }"


def confirm_input(answers: Iterable[tuple[str, bool]]) -> dict[str, Any]:
    units = [{"inventoryUnitId": unit, "isAvailable": available} for unit, available in answers]
    return {"input": {"inventoryUnits": units}}


def track_input(shipment_id: str, code: str, provider: str) -> dict[str, Any]:
    return {"input": {"shipmentId": shipment_id, "trackingCode": code or None, "provider": provider or None}}


# -- the order form ---------------------------------------------------------------------------------------------------

BUYER = "email firstName lastName phone"
PLACE = "firstName lastName street postalCode city country"
ORDER = (
    f"id orderNumber status createdAt updatedAt customer {{ {BUYER} }} shippingAddress {{ {PLACE} }}"
    f" billingAddress {{ {PLACE} }} items {{ id sku gtin title quantity unitPrice totalPrice }}"
    " totals { subtotal shipping tax total currency }"
)
ORDERS_PAGE = (
    "query Orders($filter: OrderFilter, $first: Int!, $after: String) { result: orders(filter: $filter, first: $first,"
    f" after: $after) {{ {PAGE} edges {{ node {{ {ORDER} }} }} }} }}"
)
ORDER_BY_ID = f"query Order($id: ID!) {{ result: order(id: $id) {{ {ORDER} }} }}"
FULFIL = (
    "mutation Fulfil($input: UpdateOrderFulfillmentInput!) { result: updateOrderFulfillment(input: $input)"
    f" {{ order {{ id status }} {ERRORS} }} }}"
)
STOCK = (
    "mutation Stock($input: UpdateInventoryInput!) { result: updateInventory(input: $input)"
    f" {{ items {{ sku accepted quantity price }} {ERRORS} }} }}"
)
OPEN_STATUSES = ("PENDING", "PAID", "PROCESSING", "SHIPPED")


def order_filter(since: str | None, statuses: Iterable[str] = ()) -> dict[str, Any] | None:
    """A plain time means: changed then or later."""
    found: dict[str, Any] = {}
    if since:
        found["updatedAt"] = since
    if wanted := list(statuses):
        found["status"] = wanted
    return found or None


def fulfil_input(
    order_id: str, status: str, number: str = "", carrier: str = "", items: Iterable[tuple[str, int]] = ()
) -> dict[str, Any]:
    said: dict[str, Any] = {"orderId": order_id, "status": status}
    if number:
        said["trackingNumber"] = number
    if carrier:
        said["trackingCarrier"] = carrier
    if pieces := [{"itemId": item, "quantity": quantity} for item, quantity in items]:
        said["items"] = pieces
    return {"input": said}


def stock_item(sku: str, quantity: int | None, price: str | None) -> dict[str, Any]:
    item: dict[str, Any] = {"sku": sku}
    if quantity is not None:
        item |= {"quantity": quantity, "availability": "IN_STOCK" if quantity > 0 else "OUT_OF_STOCK"}
    if price is not None:
        item["price"] = price
    return item


# -- the schema asked about itself ------------------------------------------------------------------------------------

INTROSPECTION = (
    "query Names { result: __schema { queryType { name } mutationType { name } types { name"
    " fields(includeDeprecated: true) { name args { name } } inputFields { name } } } }"
)
PROBES = {
    "shipments": "query Probe { result: shipments(first: 1) { pageInfo { hasNextPage } } }",
    "orders": "query Probe { result: orders(first: 1) { pageInfo { hasNextPage } } }",
}
VENDOR_PROBE = "query Probe { result: shipments(first: 1) { nodes { vendor { slug } } } }"
ROOTS = {"shipments": "shipments", "orders": "orders"}  # the field of Query that tells a form
VENDOR_FIELD = "Shipment.vendor"

_ADDRESS_NAMES = tuple(ADDRESS.split(" {", maxsplit=1)[0].split())
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "shipments": {
        "Query": ("shipments", "shipments.state", "shipments.first", "shipments.after", "shipment", "shipment.id"),
        "Mutation": ("confirmInventoryUnits", "setShipmentTracking"),
        "PageInfo": ("hasNextPage", "endCursor"),
        "ShipmentConnection": ("nodes", "pageInfo"),
        "Shipment": ("id", "number", "state", "order", "inventoryUnits"),
        "Order": ("id", "number", "email", "total", "completedAt", "locale", "shipAddress", "billAddress"),
        "Address": _ADDRESS_NAMES,
        "Country": ("iso",),
        "InventoryUnit": ("id", "state", "variant"),
        "Variant": ("id", "sku", "price", "tradeId", "product"),
        "TradeId": ("number", "parser"),
        "Product": ("name",),
        "ConfirmInventoryUnitsInput": ("inventoryUnits",),
        "InventoryUnitAnswer": ("inventoryUnitId", "isAvailable"),
        "ConfirmInventoryUnitsPayload": ("inventoryUnits", "errors"),
        "SetShipmentTrackingInput": ("shipmentId", "trackingCode", "provider"),
        "SetShipmentTrackingPayload": ("shipment", "errors"),
        "MutationError": ("id", "code", "message"),
    },
    "orders": {
        "Query": ("orders", "orders.filter", "orders.first", "orders.after", "order", "order.id"),
        "Mutation": ("updateOrderFulfillment", "updateInventory"),
        "PageInfo": ("hasNextPage", "endCursor"),
        "OrderConnection": ("edges", "pageInfo"),
        "Order": (
            *("id", "orderNumber", "status", "createdAt", "updatedAt", "customer", "items", "totals"),
            *("shippingAddress", "billingAddress"),
        ),
        "Customer": tuple(BUYER.split()),
        "Address": tuple(PLACE.split()),
        "OrderItem": ("id", "sku", "gtin", "title", "quantity", "unitPrice", "totalPrice"),
        "OrderTotals": ("subtotal", "shipping", "tax", "total", "currency"),
        "OrderFilter": ("updatedAt", "status"),
        "UpdateOrderFulfillmentInput": ("orderId", "status", "trackingNumber", "trackingCarrier", "items"),
        "FulfillmentItemInput": ("itemId", "quantity"),
        "UpdateOrderFulfillmentPayload": ("order", "errors"),
        "UpdateInventoryInput": ("items",),
        "InventoryItemInput": ("sku", "quantity", "price", "availability"),
        "UpdateInventoryPayload": ("items", "errors"),
        "InventoryItemResult": ("sku", "accepted", "quantity", "price"),
        "MutationError": ("id", "code", "message"),
    },
}


def missing(form: str, schema: Mapping[str, frozenset[str]]) -> list[str]:
    """Names that the form needs and the schema (type → its fields, inputs and `field.argument`s) does not have."""
    return [
        f"{kind}.{name}"
        for kind, names in NAMES[form].items()
        for name in names
        if name not in schema.get(kind, frozenset())
    ]


# -- how the platform says what is wrong ------------------------------------------------------------------------------

_DRIFT = re.compile(
    r"Cannot query field"
    r"|Unknown (type|argument|field|enum)"
    r"|(Field|Argument|Type|Enum value) ['\"].*['\"] (doesn't exist|does not exist|is not defined)"
    r"|Value ['\"].*['\"] does not exist in"
    r"|is not defined by type"
    r"|doesn't accept argument"
    r"|isn't a defined input type"
    r"|No such type"
    r"|must (not )?have (a selection|selections|no selection)"
    r"|Selections can't be made"
    r"|(required|of required type).*was not provided"
    r"|(Argument|InputObject) '.*' is required"
    r"|(Variable|Argument) .*(invalid value|expected type|type mismatch|used in position expecting)",
    re.IGNORECASE,
)
_DRIFT_CODES = frozenset(
    {
        "GRAPHQL_VALIDATION_FAILED",
        "argumentNotAccepted",
        "missingRequiredArguments",
        "selectionMismatch",
        "undefinedField",
        "undefinedType",
        "variableMismatch",
        "variableRequiresValidType",
    }
)
_AUTH_CODES = frozenset({"unauthenticated", "unauthorized", "forbidden", "not_authorized", "invalid_token"})
_LIMIT_CODES = frozenset({"rate_limited", "throttled", "too_many_requests"})
_CURSOR = re.compile(r"cursor", re.IGNORECASE)


def meaning(message: str, code: str) -> str:
    """`drift`, `auth`, `limit`, `cursor`, or `other`."""
    if code.lower() in _AUTH_CODES:
        return "auth"
    if code.lower() in _LIMIT_CODES:
        return "limit"
    if code in _DRIFT_CODES or _DRIFT.search(message):
        return "drift"
    return "cursor" if _CURSOR.search(message) else "other"
