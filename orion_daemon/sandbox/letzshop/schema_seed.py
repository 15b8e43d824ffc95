"""The order form of the original document: `seed.graphql` read from the same world.

A key sees the orders with lines of its vendors, and of them its own lines. Orders placed verbatim are shown as given,
with whatever status and quantities they hold.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from orion_daemon.sandbox.letzshop import fulfillment, inventory
from orion_daemon.sandbox.letzshop.context import Context, moment_scalar, money_scalar
from orion_daemon.sandbox.letzshop.execution import Executable
from orion_daemon.sandbox.letzshop.paging import Page
from orion_daemon.sandbox.letzshop.state import Address, Line, Order, Switches

PUBLIC: frozenset[str] = frozenset()
_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    name: getattr(operator, name.replace("gte", "ge").replace("lte", "le")) for name in ("gte", "gt", "lte", "lt")
}


@dataclass(frozen=True)
class Fulfilled:
    order: Order | None
    items: list[fulfillment.ItemOutcome]
    errors: list[fulfillment.Problem]


@dataclass(frozen=True)
class Stocked:
    items: list[inventory.InventoryOutcome]
    errors: list[fulfillment.Problem]


def executable(switches: Switches) -> Executable:
    return Executable(
        (files(__package__) / "seed.graphql").read_text("utf-8"),
        _GETTERS,
        scalars={"Money": money_scalar(switches), "DateTime": (_utc, moment_scalar()[1])},
        changes=switches.seed_renames,
    )


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _own(order: Order, context: Context) -> list[Line]:
    return [line for line in order.lines if line.vendor in context.vendors]


def _visible(order: Order, context: Context) -> bool:
    lines, vendors = order.lines, context.vendors
    return not lines or lines[0].vendor in vendors or any(line.vendor in vendors for line in lines)


def _orders(_: Any, context: Context, arguments: dict[str, Any]) -> Page:
    wanted = arguments.get("filter") or {}
    statuses, bounds = wanted.get("status"), list((wanted.get("updatedAt") or {}).items())
    tests = [(_COMPARE[name], bound) for name, bound in bounds]
    found = [
        order
        for order in context.world.orders.values()
        if (statuses is None or order.status in statuses)
        and (not tests or all(test(order.updated_at, bound) for test, bound in tests))
        and _visible(order, context)
    ]
    return context.page(found, lambda order: order.placed, arguments)


def _order(_: Any, context: Context, arguments: dict[str, Any]) -> Order | None:
    found = context.world.orders.get(arguments["id"])
    return found if found is not None and _visible(found, context) else None


def _fulfil(_: Any, context: Context, arguments: dict[str, Any]) -> Fulfilled:
    said = arguments["input"]
    order = _order(_, context, {"id": said["orderId"]})
    if order is None:
        missing = fulfillment.Problem(said["orderId"], "not_found", f"There is no order {said['orderId']}")
        return Fulfilled(None, [], [missing])
    wanted = [(item["itemId"], item["quantity"]) for item in said.get("items") or ()]
    parcel = (said.get("trackingNumber"), said.get("trackingCarrier"))
    done = fulfillment.update_fulfillment(context.shop, order, said["status"], wanted, parcel, context.vendors, "api")
    return Fulfilled(order, *done)


def _stock(_: Any, context: Context, arguments: dict[str, Any]) -> Stocked:
    items = arguments["input"]["items"]
    return Stocked(*inventory.update_inventory(context.shop, items, context.vendors, "api"))


def _street(address: Address, _: Context) -> str | None:
    parts = [part for part in (address.street_name, address.street_number) if part]
    return " ".join(parts) or None


_GETTERS: dict[str, Any] = {
    "Query.orders": _orders,
    "Query.order": _order,
    "Mutation.updateOrderFulfillment": _fulfil,
    "Mutation.updateInventory": _stock,
    "Order.orderNumber": lambda order, _: order.number,
    "Order.createdAt": lambda order, _: order.placed_at,
    "Order.shippingAddress": lambda order, _: order.ship,
    "Order.billingAddress": lambda order, _: order.bill,
    "Order.items": _own,
    "Address.street": _street,
    "Address.postalCode": lambda address, _: address.zip_code,
}
