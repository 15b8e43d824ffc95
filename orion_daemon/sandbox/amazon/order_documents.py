"""Orders as the 2026-01-01 contract tells them: `searchOrders` and `getOrder`.

Exactly one pair of times; an upper bound lies at least two minutes back, and so does the default one, which is told in
the answer. Blocks come only when `includedData` names them, people only when a restricted role allows them. A walk
keeps its filters and its upper bound; its token dies after a day. Items are always there; the money of cancelled units
is not.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.money import exact, stamp
from orion_daemon.sandbox.amazon.orders import grand_total, line_total
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Line, Order, Package, Person
from orion_daemon.sandbox.amazon.tokens import INVOICING, REMITTANCE, SHIPPING
from orion_daemon.sandbox.amazon.walks import Walk, page

STATUSES = frozenset(
    {"PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"}
)
BLOCKS = frozenset(
    {
        "BUYER",
        "RECIPIENT",
        "PROCEEDS",
        "EXPENSE",
        "PROMOTION",
        "CANCELLATION",
        "FULFILLMENT",
        "PACKAGES",
        "TAX",
        "PAYMENT",
        "FULFILLMENT_ORDERS",
    }
)
_TWO_MINUTES = timedelta(minutes=2)
_TWO_YEARS = timedelta(days=730)
_UNPAID = frozenset({"PENDING", "PENDING_AVAILABILITY"})


def search_orders(call: Call) -> dict[str, Any]:
    """`GET /orders/2026-01-01/orders`, oldest change first. Raises Refused."""
    by_update, since, until = window(call, ("lastUpdatedAfter", "lastUpdatedBefore", "createdAfter", "createdBefore"))
    statuses = call.csv("fulfillmentStatuses", STATUSES)
    parties = call.csv("fulfilledBy", frozenset({"MERCHANT", "AMAZON"}))
    marketplaces = call.marketplaces()
    blocks = frozenset(call.csv("includedData", BLOCKS))
    size = call.whole("maxResultsPerPage", 1, 100, 100)

    def wanted(order: Order) -> bool:
        return (
            order.marketplace in marketplaces
            and (not statuses or order.status in statuses)
            and (not parties or order.fulfilled_by in parties)
        )

    walk = find(call, by_update=by_update, since=since, until=until, wanted=wanted, size=size, token="paginationToken")  # noqa: S106
    answer: dict[str, Any] = {"orders": [document(call, order, blocks) for order in walk.items]}
    if walk.next_token:
        answer["pagination"] = {"nextToken": walk.next_token}
    answer["lastUpdatedBefore" if by_update else "createdBefore"] = stamp(walk.until)
    return answer


def get_order(call: Call) -> dict[str, Any]:
    """`GET /orders/2026-01-01/orders/{orderId}`. Raises Refused."""
    return {"order": document(call, own_order(call), frozenset(call.csv("includedData", BLOCKS)))}


def own_order(call: Call) -> Order:
    """The seller's order of the path, however young the change is. Raises Refused 404."""
    order = call.world.orders.get(call.parts["orderId"])
    if order is None or order.seller != call.seller.id or order.created_at < oldest(call, order):
        raise Refused(404, "NotFound", "The requested order does not exist.", call.parts["orderId"])
    return order


def window(call: Call, names: tuple[str, str, str, str]) -> tuple[bool, datetime, datetime]:
    """(by update?, from, to) of a search; names are update-after, -before, create-after, -before. Raises Refused."""
    update_after, update_before, create_after, create_before = names
    if (update_after in call.query) == (create_after in call.query):
        raise call.invalid(f"Exactly one of {create_after} and {update_after} must be provided.")
    by_update = update_after in call.query
    if (create_before if by_update else update_before) in call.query:
        raise call.invalid("Parameters of creation and of last update cannot be used together.")
    after, before = (update_after, update_before) if by_update else (create_after, create_before)
    since, until = call.time(after), call.time(before)
    latest = call.market.now() - _TWO_MINUTES
    if until is not None and since is not None and until < since:
        raise call.invalid(f"{before} must be equal to or after {after}.")
    if until is not None and until > latest:
        raise call.invalid(f"{before} must be at least two minutes before the time of the request.")
    if since is None or since > call.market.now():
        raise call.invalid(f"{after} must be a time in the past.")
    hidden = call.market.now() - timedelta(seconds=call.world.settings.hidden_for)
    return by_update, since, (until or hidden).replace(microsecond=0)


def find(
    call: Call,
    *,
    by_update: bool,
    since: datetime,
    until: datetime,
    wanted: Callable[[Order], bool],
    size: int,
    token: str,
) -> Walk[Order]:
    """One page of the seller's orders in the window, by time and id."""

    def key(order: Order) -> tuple[str, str]:
        moment = order.updated_at if by_update else order.created_at
        return moment.isoformat(timespec="microseconds"), order.id

    hidden = call.market.now() - timedelta(seconds=call.world.settings.hidden_for)

    def inside(order: Order, upper: datetime) -> bool:
        moment = order.updated_at if by_update else order.created_at
        return (
            order.seller == call.seller.id
            and since <= moment < upper + timedelta(seconds=1)
            and order.updated_at <= hidden
            and order.created_at >= oldest(call, order)
            and wanted(order)
        )

    return page(
        call, token, until, size, lambda upper: [o for o in call.world.orders.values() if inside(o, upper)], key
    )


def oldest(call: Call, order: Order) -> datetime:
    now = call.market.now()
    return now.replace(year=2016, month=1, day=1) if place(order.marketplace).long_memory else now - _TWO_YEARS


def document(call: Call, order: Order, blocks: frozenset[str]) -> dict[str, Any]:
    """One order with the blocks that were asked for and that the roles of the call allow."""
    store = place(order.marketplace)
    told: dict[str, Any] = {
        "orderId": order.id,
        "createdTime": stamp(order.created_at),
        "lastUpdatedTime": stamp(order.updated_at),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": order.marketplace, "marketplaceName": store.name},
        "orderItems": [_item(call, order, line, blocks) for line in order.lines],
    }
    if order.programs:
        told["programs"] = order.programs
    merchant, paid = order.fulfilled_by == "MERCHANT", order.status not in _UNPAID
    if "BUYER" in blocks and paid and (buyer := _buyer(call, order, merchant=merchant)):
        told["buyer"] = buyer
    if "RECIPIENT" in blocks and paid and merchant and SHIPPING in call.roles:
        told["recipient"] = {"deliveryAddress": _address(order.buyer)}
    priced = order.status != "CANCELLED" and (paid or call.world.settings.pending_prices)
    if "PROCEEDS" in blocks and priced:
        told["proceeds"] = {
            "grandTotal": _money(grand_total(order), order),
            "breakdowns": _breakdowns(call, order, order.lines),
        }
    if "FULFILLMENT" in blocks:
        told["fulfillment"] = {
            "fulfillmentStatus": order.status,
            "fulfilledBy": order.fulfilled_by,
            "fulfillmentServiceLevel": "STANDARD",
            "shipByWindow": {"earliestDateTime": stamp(order.created_at), "latestDateTime": stamp(order.ship_by)},
            "deliverByWindow": {"earliestDateTime": stamp(order.ship_by), "latestDateTime": stamp(order.deliver_by)},
        }
    if "PACKAGES" in blocks and merchant:
        told["packages"] = [_package(call, package) for package in order.packages]
    if "PAYMENT" in blocks and priced:
        execution = {"paymentMethod": "CreditCard", "paymentAmount": _money(grand_total(order), order)}
        told["payment"] = {"paymentExecutions": [execution]}
    if "TAX" in blocks and call.roles & {INVOICING, REMITTANCE}:
        told["tax"] = {"taxInvoicing": {"buyerInvoicePreference": "BUSINESS" if order.business else "INDIVIDUAL"}}
    return told


def _item(call: Call, order: Order, line: Line, blocks: frozenset[str]) -> dict[str, Any]:
    product: dict[str, Any] = {"asin": line.asin, "title": line.title, "condition": {"conditionType": "NEW"}}
    if line.sku is not None:
        product["sellerSku"] = line.sku
    priced = order.status not in _UNPAID or call.world.settings.pending_prices
    if priced:
        product["price"] = {"unitPrice": _money(line.unit_price, order)}
    told: dict[str, Any] = {"orderItemId": line.id, "quantityOrdered": line.quantity, "product": product}
    if "PROCEEDS" in blocks and priced and line.open:
        told["proceeds"] = {
            "proceedsTotal": _money(exact(line_total(line), order.currency), order),
            "breakdowns": _breakdowns(call, order, [line], detailed=True),
        }
    if "PROMOTION" in blocks and line.promotion_ids:
        told["promotion"] = {"breakdowns": [{"promotionId": name} for name in line.promotion_ids]}
    if "CANCELLATION" in blocks and (line.cancel_wish or line.cancelled):
        cancellation: dict[str, Any] = {}
        if line.cancel_wish:
            cancellation["cancellationRequest"] = {"requester": "BUYER", "cancelReason": line.cancel_wish}
        if line.cancelled:
            execution = {"cancelledBy": line.cancelled_by or "AMAZON", "cancelReason": line.cancel_reason or "Other"}
            cancellation["cancellationExecution"] = execution
        told["cancellation"] = cancellation
    if "FULFILLMENT" in blocks:
        sent = line.open if order.fulfilled_by == "AMAZON" and order.status == "SHIPPED" else order.shipped(line.id)
        told["fulfillment"] = {"quantityFulfilled": sent, "quantityUnfulfilled": max(0, line.open - sent)}
    if "TAX" in blocks and (Decimal(line.tax) or Decimal(line.shipping_tax)):
        told["tax"] = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services"}]}
    return told


def _breakdowns(call: Call, order: Order, lines: list[Line], *, detailed: bool = False) -> list[dict[str, Any]]:
    """By category, those of nothing left out; ITEM + SHIPPING + TAX less DISCOUNT is the total."""

    def told(amount: Decimal) -> dict[str, str]:
        return _money(exact(amount, order.currency), order)

    lines = [line for line in lines if line.open]
    goods = sum((Decimal(line.unit_price) * line.open for line in lines), Decimal(0))
    shipping = sum((Decimal(line.shipping) for line in lines), Decimal(0))
    tax = sum((Decimal(line.tax) for line in lines), Decimal(0))
    shipping_tax = sum((Decimal(line.shipping_tax) for line in lines), Decimal(0))
    discount = sum((Decimal(line.discount) for line in lines), Decimal(0))
    sign = -1 if call.world.settings.discounts == "negative" else 1
    found: list[dict[str, Any]] = [{"type": "ITEM", "subtotal": told(goods)}]
    if shipping:
        found.append({"type": "SHIPPING", "subtotal": told(shipping)})
    if tax or shipping_tax:
        entry: dict[str, Any] = {"type": "TAX", "subtotal": told(tax + shipping_tax)}
        if detailed:
            parts = (("ITEM", tax), ("SHIPPING", shipping_tax))
            entry["detailedBreakdowns"] = [{"subtype": name, "value": told(part)} for name, part in parts if part]
        found.append(entry)
    if discount:
        found.append({"type": "DISCOUNT", "subtotal": told(discount * sign)})
    return found


def _buyer(call: Call, order: Order, *, merchant: bool) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if call.roles & {INVOICING, REMITTANCE}:
        told["buyerName"] = order.buyer.name
        if order.buyer.company:
            told["buyerCompanyName"] = order.buyer.company
    if merchant and SHIPPING in call.roles:
        told["buyerEmail"] = order.buyer.email
    return told


def _address(person: Person) -> dict[str, Any]:
    told = {
        "name": person.name,
        "companyName": person.company,
        "addressLine1": person.address_line1,
        "addressLine2": person.address_line2,
        "city": person.city,
        "postalCode": person.postal_code,
        "countryCode": person.country_code,
        "phone": person.phone,
        "addressType": "COMMERCIAL" if person.company else "RESIDENTIAL",
    }
    return {name: value for name, value in told.items() if value is not None}


def _package(call: Call, package: Package) -> dict[str, Any]:
    status = {"status": package.status}
    if call.world.settings.detailed_status and package.detailed:
        status["detailedStatus"] = package.detailed
    told: dict[str, Any] = {
        "packageReferenceId": package.reference,
        "createdTime": stamp(package.made_at),
        "packageStatus": status,
        "carrier": package.carrier,
        "shipTime": stamp(package.ship_date),
        "trackingNumber": package.tracking,
        "packageItems": [{"orderItemId": name, "quantity": units} for name, units in package.lines.items()],
    }
    if package.method:
        told["shippingService"] = package.method
    return told


def _money(amount: str, order: Order) -> dict[str, str]:
    return {"amount": amount, "currencyCode": order.currency}
