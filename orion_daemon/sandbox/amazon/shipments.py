"""Parcels: `confirmShipment`, and what carriers do with them afterwards.

The reference within the order is the key: the same one edits the parcel, a new one adds another. Units may never exceed
what is open, a carrier code must be one of Amazon's, `Other` needs a name. 204 says that the order was changed.
`move` is the carrier's part, by command.
"""

from datetime import datetime
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.finances import charge
from orion_daemon.sandbox.amazon.money import moment
from orion_daemon.sandbox.amazon.orders import settle, touch
from orion_daemon.sandbox.amazon.orders_v0 import order_of_path
from orion_daemon.sandbox.amazon.records import Order, Package
from orion_daemon.sandbox.amazon.state import Market, Refusal

# The codes that this stand-in takes; Amazon's list is longer and differs by store.
CARRIERS = frozenset(
    {
        "4PX",
        "Amazon Shipping",
        "BPOST",
        "Bpost",
        "Chronopost",
        "Colis Prive",
        "Colissimo",
        "Correos",
        "Deutsche Post",
        "DHL",
        "DHL Express",
        "DPD",
        "FedEx",
        "GLS",
        "Hermes",
        "La Poste",
        "Mondial Relay",
        "Poste Italiane",
        "PostNL",
        "PostNord",
        "Royal Mail",
        "TNT",
        "UPS",
        "USPS",
        "Other",
    }
)
STATES = frozenset({"PENDING", "IN_TRANSIT", "SHIPPED", "DELIVERED", "CANCELLED", "UNDELIVERABLE"})
_SHIPPABLE = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})


def confirm_shipment(call: Call) -> None:
    """`POST /orders/v0/orders/{orderId}/shipmentConfirmation`. Raises Refused."""
    order = order_of_path(call)
    body = call.body if isinstance(call.body, dict) else {}
    detail = body.get("packageDetail")
    if not isinstance(detail, dict) or not isinstance(body.get("marketplaceId"), str):
        raise call.invalid("marketplaceId and packageDetail are required.")
    if body["marketplaceId"] != order.marketplace:
        raise call.invalid("The order was not placed in the given marketplace.", body["marketplaceId"])
    reference, carrier, shipped_at = _reference(call, detail), _carrier(call, detail), _date(call, detail)
    tracking = _text(call, detail, "trackingNumber")
    _shippable(call, order)
    units = _units(call, order, reference, detail)
    old = next((package for package in order.packages if package.reference == reference), None)
    package = Package(
        reference, carrier, tracking, shipped_at, old.made_at if old else call.market.now(), units, _method(detail)
    )
    if old is None:
        order.packages.append(package)
    else:
        package.status, package.detailed = old.status, old.detailed
        order.packages[order.packages.index(old)] = package
    call.market.record(
        "shipment_confirmed",
        order=order.id,
        reference=reference,
        carrier=carrier,
        tracking=tracking,
        lines=units,
        edit=old is not None,
        same=old is not None and (old.carrier, old.tracking, old.lines) == (carrier, tracking, units),
    )
    was = order.status
    settle(call.market, order, "seller")
    if order.status == "SHIPPED" and was != "SHIPPED":
        charge(call.market, order)


def move(market: Market, order: Order, reference: str | None, status: str, detailed: str | None = None) -> int:
    """What the carrier tells of one parcel, or of all; how many moved. Raises Refusal."""
    if status not in STATES:
        raise Refusal(f"a package is one of {', '.join(sorted(STATES))}")
    found = [package for package in order.packages if reference in (None, package.reference)]
    if not found:
        raise Refusal(f"order {order.id} has no package {reference or 'at all'}")
    for package in found:
        package.status, package.detailed = status, detailed
        market.record("package_moved", order=order.id, reference=package.reference, status=status)
    touch(market, order)
    return len(found)


def final_packages(market: Market) -> dict[str, list[dict[str, Any]]]:
    """For each order with parcels what truly left: reference, carrier, tracking, units by order item."""
    return {
        order.id: [
            {
                "reference": p.reference,
                "carrier": p.carrier,
                "tracking": p.tracking,
                "lines": p.lines,
                "status": p.status,
            }
            for p in order.packages
        ]
        for order in market.world.orders.values()
        if order.packages
    }


def _reference(call: Call, detail: dict[str, Any]) -> str:
    reference = detail.get("packageReferenceId")
    if not isinstance(reference, str) or not reference.isascii() or not reference.isdigit() or int(reference) < 1:
        raise call.invalid("Invalid packageReferenceId.", "packageReferenceId must be a positive numeric string.")
    return reference


def _carrier(call: Call, detail: dict[str, Any]) -> str:
    """The code, or the name where the code is `Other`."""
    code, name = _text(call, detail, "carrierCode"), detail.get("carrierName")
    if code not in CARRIERS:
        raise call.invalid("Invalid carrierCode.", f"{code} is not a known carrier code.")
    if code != "Other":
        return code
    if not isinstance(name, str) or not name.strip():
        raise call.invalid("carrierName is required when carrierCode is Other.")
    return name.strip()


def _date(call: Call, detail: dict[str, Any]) -> datetime:
    found = moment(_text(call, detail, "shipDate"))
    if found is None or "T" not in detail["shipDate"]:
        raise call.invalid("Invalid shipDate.", "Date must be in ISO 8601 format.")
    if (found - call.market.now()).total_seconds() > 24 * 3600:
        raise call.invalid("Invalid shipDate.", "The date lies in the future.")
    return found


def _text(call: Call, detail: dict[str, Any], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str) or not value.strip():
        raise call.invalid(f"{name} is required.")
    return value.strip()


def _method(detail: dict[str, Any]) -> str | None:
    value = detail.get("shippingMethod")
    return value if isinstance(value, str) and value else None


def _shippable(call: Call, order: Order) -> None:
    if order.fulfilled_by == "AMAZON":
        raise call.invalid("The order is fulfilled by Amazon.", order.id)
    if "SHIP_PLUS" in order.programs:
        raise call.invalid("Shipments of this order cannot be confirmed by the seller.", order.id)
    if order.status not in _SHIPPABLE:
        raise call.invalid("The order cannot be shipped in its present status.", order.status)


def _units(call: Call, order: Order, reference: str, detail: dict[str, Any]) -> dict[str, int]:
    items = detail.get("orderItems")
    if not isinstance(items, list) or not items:
        raise call.invalid("orderItems is required.")
    found: dict[str, int] = {}
    for item in items:
        name, quantity = (item.get("orderItemId"), item.get("quantity")) if isinstance(item, dict) else (None, None)
        line = order.line(name) if isinstance(name, str) else None
        if line is None or not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise call.invalid("Invalid orderItems.", f"Item {name} with quantity {quantity} is not valid.")
        found[line.id] = found.get(line.id, 0) + quantity
    for name, quantity in found.items():
        line = order.line(name)
        elsewhere = sum(
            p.lines.get(name, 0) for p in order.packages if p.reference != reference and p.status != "CANCELLED"
        )
        if line is not None and quantity > line.open - elsewhere:
            raise call.invalid("Invalid orderItems.", f"Only {line.open - elsewhere} of item {name} can be shipped.")
    return found
