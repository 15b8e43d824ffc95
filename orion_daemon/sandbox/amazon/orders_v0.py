"""Orders as the old v0 contract tells them: `getOrders`, `getOrder`, `getOrderItems`, address and buyer.

An envelope around everything, names in CamelCase, line totals instead of unit prices, `Canceled` with one l. People are
told only to a restricted data token that was made for the path; without one the address is cut to the town, and
`getOrderAddress` and `getOrderBuyerInfo` are refused. Parcels cannot be read here.
"""

from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.money import exact, stamp
from orion_daemon.sandbox.amazon.order_documents import find, own_order, window
from orion_daemon.sandbox.amazon.orders import grand_total
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Line, Order
from orion_daemon.sandbox.amazon.tokens import reach

STATUS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
_ASKED = frozenset({*STATUS.values(), "InvoiceUnconfirmed"})
_UNPAID = frozenset({"PENDING", "PENDING_AVAILABILITY"})
_NAMES = ("LastUpdatedAfter", "LastUpdatedBefore", "CreatedAfter", "CreatedBefore")


def get_orders(call: Call) -> dict[str, Any]:
    """`GET /orders/v0/orders`, oldest first, 100 a page. Raises Refused."""
    marketplaces = call.marketplaces("MarketplaceIds", needed=True)
    statuses = call.csv("OrderStatuses", _ASKED)
    if ("Unshipped" in statuses) != ("PartiallyShipped" in statuses):
        raise call.invalid("Unshipped and PartiallyShipped must be used together.")
    channels = call.csv("FulfillmentChannels", frozenset({"MFN", "AFN"}))
    methods = call.csv("PaymentMethods", frozenset({"COD", "CVS", "Other"}))
    asked = call.csv("AmazonOrderIds", most=50)
    size = call.whole("MaxResultsPerPage", 1, 100, 100)
    if asked:
        found = [call.world.orders[name] for name in asked if name in call.world.orders]
        own = [order for order in found if order.seller == call.seller.id]
        return {"payload": {"Orders": [_order(call, order) for order in own]}}
    by_update, since, until = window(call, _NAMES)

    def wanted(order: Order) -> bool:
        paid = order.status not in _UNPAID and order.status != "CANCELLED"
        return (
            order.marketplace in marketplaces
            and (not statuses or STATUS[order.status] in statuses)
            and (not channels or _channel(order) in channels)
            and (not methods or ("Other" in methods and paid))
        )

    walk = find(call, by_update=by_update, since=since, until=until, wanted=wanted, size=size, token="NextToken")  # noqa: S106
    payload: dict[str, Any] = {"Orders": [_order(call, order) for order in walk.items]}
    if walk.next_token:
        payload["NextToken"] = walk.next_token
    payload["LastUpdatedBefore" if by_update else "CreatedBefore"] = stamp(walk.until)
    return {"payload": payload}


def get_order(call: Call) -> dict[str, Any]:
    return {"payload": _order(call, own_order(call))}


def get_order_items(call: Call) -> dict[str, Any]:
    """All items in one page."""
    order = own_order(call)
    return {"payload": {"AmazonOrderId": order.id, "OrderItems": [_item(call, order, line) for line in order.lines]}}


def get_order_address(call: Call) -> dict[str, Any]:
    """Answers to a restricted token only (`endpoint` refuses others); nothing for unpaid and Amazon's own orders."""
    order = own_order(call)
    told: dict[str, Any] = {"AmazonOrderId": order.id}
    if _personal(order):
        told["ShippingAddress"] = _address(order, whole=True)
    return {"payload": told}


def get_order_buyer_info(call: Call) -> dict[str, Any]:
    """Answers to a restricted token only (`endpoint` refuses others)."""
    order = own_order(call)
    told: dict[str, Any] = {"AmazonOrderId": order.id}
    if _personal(order):
        told.update(BuyerEmail=order.buyer.email, BuyerName=order.buyer.name)
    return {"payload": told}


def order_of_path(call: Call) -> Order:
    """The order of a path that changes something: also one too old to be read. Raises Refused 404."""
    order = call.world.orders.get(call.parts["orderId"])
    if order is None or order.seller != call.seller.id:
        raise Refused(404, "NotFound", "The requested order does not exist.", call.parts["orderId"])
    return order


def _order(call: Call, order: Order) -> dict[str, Any]:
    store, personal = place(order.marketplace), _personal(order)
    opened = reach(call.token, call.method, call.path) or set()
    shipped = sum(_sent(order, line) for line in order.lines)
    told: dict[str, Any] = {
        "AmazonOrderId": order.id,
        "PurchaseDate": stamp(order.created_at),
        "LastUpdateDate": stamp(order.updated_at),
        "OrderStatus": STATUS[order.status],
        "FulfillmentChannel": _channel(order),
        "SalesChannel": store.name,
        "MarketplaceId": order.marketplace,
        "ShipServiceLevel": "Std Standard",
        "ShipmentServiceLevelCategory": "Standard",
        "OrderType": "Preorder" if order.status == "PENDING_AVAILABILITY" else "StandardOrder",
        "NumberOfItemsShipped": shipped,
        "NumberOfItemsUnshipped": sum(line.open for line in order.lines) - shipped,
        "EarliestShipDate": stamp(order.created_at),
        "LatestShipDate": stamp(order.ship_by),
        "LatestDeliveryDate": stamp(order.deliver_by),
        "IsBusinessOrder": order.business,
        "IsPrime": "PRIME" in order.programs,
        "IsReplacementOrder": False,
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
    }
    if order.status not in _UNPAID and order.status != "CANCELLED":
        told["OrderTotal"] = _money(grand_total(order), order)
    if personal:
        told["ShippingAddress"] = _address(order, whole="shippingAddress" in opened)
        if "buyerInfo" in opened:
            told["BuyerInfo"] = {"BuyerEmail": order.buyer.email, "BuyerName": order.buyer.name}
    return told


def _item(call: Call, order: Order, line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ASIN": line.asin,
        "OrderItemId": line.id,
        "Title": line.title,
        "QuantityOrdered": line.open,
        "QuantityShipped": _sent(order, line),
        "ProductInfo": {"NumberOfItems": "1"},
        "IsGift": "false",
        "ConditionId": "New",
    }
    if line.sku is not None:
        told["SellerSKU"] = line.sku
    if line.open and (order.status not in _UNPAID or call.world.settings.pending_prices):
        told["ItemPrice"] = _money(exact(Decimal(line.unit_price) * line.open, order.currency), order)
        told["ItemTax"] = _money(line.tax, order)
        if order.fulfilled_by == "MERCHANT":
            told["ShippingPrice"] = _money(line.shipping, order)
            told["ShippingTax"] = _money(line.shipping_tax, order)
        told["PromotionDiscount"] = _money(line.discount, order)
        if line.promotion_ids:
            told["PromotionIds"] = line.promotion_ids
    if line.cancel_wish:
        told["BuyerRequestedCancel"] = {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": line.cancel_wish}
    return told


def _sent(order: Order, line: Line) -> int:
    whole = order.fulfilled_by == "AMAZON" and order.status == "SHIPPED"
    return line.open if whole else order.shipped(line.id)


def _personal(order: Order) -> bool:
    """Amazon tells people of paid orders that the merchant ships, and of no others."""
    return order.status not in _UNPAID and order.fulfilled_by == "MERCHANT"


def _address(order: Order, *, whole: bool) -> dict[str, Any]:
    who = order.buyer
    told: dict[str, Any] = {"City": who.city, "PostalCode": who.postal_code, "CountryCode": who.country_code}
    if whole:
        told.update(Name=who.name, AddressLine1=who.address_line1)
        more = {"AddressLine2": who.address_line2, "Phone": who.phone, "CompanyName": who.company}
        told.update({name: value for name, value in more.items() if value})
        told["AddressType"] = "Commercial" if who.company else "Residential"
    return told


def _channel(order: Order) -> str:
    return "AFN" if order.fulfilled_by == "AMAZON" else "MFN"


def _money(amount: str, order: Order) -> dict[str, str]:
    return {"CurrencyCode": order.currency, "Amount": exact(amount, order.currency)}
