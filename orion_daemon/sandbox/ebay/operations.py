"""What a seller's calls do: orders, parcels, refunds, cancellations, items, offers, transactions.

Each operation with its contract's name, path, quota and scopes, and the code that follows it. `endpoint` does what all
of them share, the rules are in the modules of the nouns; `account_operations` has what is not selling.
"""

from orion_daemon.sandbox.ebay import (
    account_operations,
    cancellation,
    feed_tasks,
    finances,
    inventory,
    migration,
    offers,
    order_search,
    refunds,
    shipping,
)
from orion_daemon.sandbox.ebay.answers import fulfillment_error
from orion_daemon.sandbox.ebay.endpoint import Call, Handler, Operation, Reply
from orion_daemon.sandbox.ebay.order_documents import View, document
from orion_daemon.sandbox.ebay.state import Order
from orion_daemon.sandbox.ebay.tokens import BASE_SCOPE


def _scopes(*names: str) -> tuple[str, ...]:
    return tuple(f"{BASE_SCOPE}/{name}" for name in names)


_ORDERS, _ORDERS_WRITE = _scopes("sell.fulfillment", "sell.fulfillment.readonly"), _scopes("sell.fulfillment")
_ITEMS, _ITEMS_WRITE = _scopes("sell.inventory", "sell.inventory.readonly"), _scopes("sell.inventory")
_FINANCES = _scopes("sell.finances")
_FULFILLMENT, _INVENTORY, _FEED = "/sell/fulfillment/v1", "/sell/inventory/v1", "/sell/feed/v1"


def _view(call: Call, *, full: bool) -> View:
    taxes = order_search.field_groups(call.query)
    return View(call.shop.clock.now(), call.shop.world.settings, call.base, full=full, taxes=taxes)


def _order(call: Call, name: str = "orderId") -> Order:
    order_id = call.match[name]
    order = call.shop.world.orders.get(order_id)
    if order is None or order.seller != call.seller.username or not order_search.listed(order, call.shop.clock.now()):
        raise fulfillment_error(32100, f"Invalid order ID: {order_id}", 404, orderId=order_id)
    return order


def _get_orders(call: Call) -> Reply:
    view = _view(call, full=False)
    return Reply(order_search.search(call.shop, call.seller.username, call.query, view, call.shape))


def _get_order(call: Call) -> Reply:
    return Reply(document(_order(call), _view(call, full=True)))


def _ship(call: Call) -> Reply:
    order = _order(call)
    parcel = shipping.create(call.shop, call.seller, order, call.body)
    place = f"{call.base}{_FULFILLMENT}/order/{order.id}/shipping_fulfillment/{parcel.id}"
    return Reply({}, 201, {"Location": place})


def _parcels(call: Call) -> Reply:
    found = [shipping.shown(parcel) for parcel in _order(call).parcels]
    return Reply({"fulfillments": found, "total": len(found)})


def _parcel(call: Call) -> Reply:
    return Reply(shipping.shown(shipping.find(_order(call), call.match["fulfillmentId"])))


def _refund(call: Call) -> Reply:
    order = call.shop.world.orders.get(call.match["order_id"])
    if order is None or order.seller != call.seller.username:
        raise fulfillment_error(34913, "Can not find the order.", 404)
    return Reply(refunds.issue(call.shop, order, call.body))


def _cancel(call: Call) -> Reply:
    return Reply({"cancelId": cancellation.create(call.shop, call.seller.username, call.body)})


def _approve(call: Call) -> Reply:
    cancellation.approve(call.shop, call.seller.username, call.match["cancelId"])
    return Reply()


def _reject(call: Call) -> Reply:
    cancellation.reject(call.shop, call.seller.username, call.match["cancelId"])
    return Reply()


def _cancellations(call: Call) -> Reply:
    return Reply(cancellation.search(call.shop, call.seller.username, call.query))


def _items(call: Call) -> Reply:
    return Reply(inventory.page(call.shop, call.seller.username, call.query, call.base))


def _item(call: Call) -> Reply:
    return Reply(inventory.document(inventory.find(call.shop, call.seller.username, call.match["sku"])))


def _put_item(call: Call) -> Reply:
    seller, sku = call.seller.username, call.match["sku"]
    new = inventory.replace(call.shop, seller, sku, call.body, call.language, call.mine)
    return Reply({}, 201, {"Content-Language": call.language}) if new else Reply(status=204)


def _bulk_items(call: Call) -> Reply:
    return _multi(inventory.bulk_get(call.shop, call.seller.username, call.body))


def _bulk_update(call: Call) -> Reply:
    return _multi(inventory.bulk_update(call.shop, call.seller.username, call.body, call.mine, call.failing))


def _migrate(call: Call) -> Reply:
    return _multi(migration.migrate(call.shop, call.seller.username, call.body, call.failing))


def _multi(answers: list[dict[str, object]]) -> Reply:
    return Reply({"responses": answers}, 200 if all(told["statusCode"] == 200 for told in answers) else 207)


def _get_offers(call: Call) -> Reply:
    return Reply(offers.search(call.shop, call.seller.username, call.query, call.base))


def _get_offer(call: Call) -> Reply:
    return Reply(offers.document(call.shop, offers.find(call.shop, call.seller.username, call.match["offerId"])))


def _put_offer(call: Call) -> Reply:
    offers.replace(call.shop, call.seller.username, call.match["offerId"], call.body, call.mine)
    return Reply(status=204)


def _transactions(call: Call) -> Reply:
    found = finances.search(call.shop, call.seller.username, call.query, call.base)
    return Reply(status=204) if found is None else Reply(found)


def _make_report(call: Call) -> Reply:
    task = feed_tasks.create(call.shop, call.seller.username, call.body)
    return Reply(status=202, headers={"Location": f"{call.base}{_FEED}/inventory_task/{task.id}"})


def _report(call: Call) -> Reply:
    task = feed_tasks.find(call.shop, call.seller.username, call.match["task_id"])
    return Reply(feed_tasks.document(call.shop, task, call.base))


def _report_file(call: Call) -> Reply:
    task = feed_tasks.find(call.shop, call.seller.username, call.match["task_id"])
    file, name = feed_tasks.result(call.shop, task)
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}
    return Reply(headers=headers, file=file)


_PARCELS = f"{_FULFILLMENT}/order/{{orderId}}/shipping_fulfillment"


def _fulfillment(name: str, method: str, path: str, handler: Handler) -> Operation:
    scopes = _ORDERS if method == "GET" else _ORDERS_WRITE
    return Operation(name, method, path, "sell.fulfillment", scopes, handler, body=method != "GET")


def _inventory(name: str, method: str, path: str, handler: Handler, *, language: bool = False) -> Operation:
    reads = method == "GET" or name == "bulkGetInventoryItem"
    scopes, path = _ITEMS if reads else _ITEMS_WRITE, f"{_INVENTORY}/{path}"
    return Operation(name, method, path, "sell.inventory", scopes, handler, body=method != "GET", language=language)


def _feed(name: str, method: str, path: str, handler: Handler) -> Operation:
    return Operation(name, method, f"{_FEED}/{path}", "sell.feed", _ITEMS_WRITE, handler, body=method == "POST")


def _post_order(
    name: str, method: str, path: str, handler: Handler, *, body: bool = False, signed: bool = False
) -> Operation:
    path = f"/post-order/v2/cancellation{path}"
    return Operation(name, method, path, "post-order", _ORDERS_WRITE, handler, body=body, signed=signed, scheme="IAF")


OPERATIONS = [
    _fulfillment("getOrders", "GET", f"{_FULFILLMENT}/order", _get_orders),
    _fulfillment("getOrder", "GET", f"{_FULFILLMENT}/order/{{orderId}}", _get_order),
    _fulfillment("createShippingFulfillment", "POST", _PARCELS, _ship),
    _fulfillment("getShippingFulfillments", "GET", _PARCELS, _parcels),
    _fulfillment("getShippingFulfillment", "GET", f"{_PARCELS}/{{fulfillmentId}}", _parcel),
    Operation(
        "issueRefund",
        "POST",
        f"{_FULFILLMENT}/order/{{order_id}}/issue_refund",
        "sell.fulfillment",
        _FINANCES,
        _refund,
        body=True,
        signed=True,
    ),
    _post_order("searchCancellations", "GET", "/search", _cancellations),
    _post_order("createCancellation", "POST", "", _cancel, body=True, signed=True),
    _post_order("approveCancellation", "POST", "/{cancelId}/approve", _approve, signed=True),
    _post_order("rejectCancellation", "POST", "/{cancelId}/reject", _reject),
    _inventory("getInventoryItems", "GET", "inventory_item", _items),
    _inventory("getInventoryItem", "GET", "inventory_item/{sku}", _item),
    _inventory("createOrReplaceInventoryItem", "PUT", "inventory_item/{sku}", _put_item, language=True),
    _inventory("bulkGetInventoryItem", "POST", "bulk_get_inventory_item", _bulk_items),
    _inventory("bulkUpdatePriceQuantity", "POST", "bulk_update_price_quantity", _bulk_update),
    _inventory("bulkMigrateListing", "POST", "bulk_migrate_listing", _migrate),
    _feed("createInventoryTask", "POST", "inventory_task", _make_report),
    _feed("getInventoryTask", "GET", "inventory_task/{task_id}", _report),
    _feed("getResultFile", "GET", "task/{task_id}/download_result_file", _report_file),
    _inventory("getOffers", "GET", "offer", _get_offers),
    _inventory("getOffer", "GET", "offer/{offerId}", _get_offer),
    _inventory("updateOffer", "PUT", "offer/{offerId}", _put_offer, language=True),
    Operation(
        "getTransactions",
        "GET",
        "/sell/finances/v1/transaction",
        "sell.finances",
        _FINANCES,
        _transactions,
        signed=True,
    ),
    *account_operations.OPERATIONS,
]
