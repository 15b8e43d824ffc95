"""What a customer can call, each with the name by which faults, quotas and the ledger know it.

`endpoint` does what all of them share, the rules are in the modules of the nouns. The version in the path is v3.
"""

from typing import Any

from orion_daemon.sandbox.codeswholesale import account, catalogue, order_documents, orders, product_documents, walks
from orion_daemon.sandbox.codeswholesale.answers import PRODUCT_UNKNOWN, SupplierError
from orion_daemon.sandbox.codeswholesale.endpoint import Call, Operation
from orion_daemon.sandbox.codeswholesale.records import Product


def _product_of(call: Call) -> Product:
    product = catalogue.for_sale(call.store, call.match["productId"])
    if product is None:
        raise SupplierError(404, PRODUCT_UNKNOWN, "Product not found in the price list")
    return product


def _products(call: Call) -> Any:
    found, rest = walks.page(call.store, call.query, call.shape)
    items = [product_documents.read(call.store, product, call.base) for product in found]
    if call.shape == "partial" and call.fault is not None and items:
        index = int(call.fault.params.get("index", 0)) % len(items)
        items[index] = product_documents.broken(items[index])
    return {"items": items, **rest}


def _product(call: Call) -> Any:
    return product_documents.read(call.store, _product_of(call), call.base)


def _description(call: Call) -> Any:
    return product_documents.description(_product_of(call))


def _image(call: Call) -> Any:
    return product_documents.image(call.store, call.match["imageId"])


def _account(call: Call) -> Any:
    return account.document(call.account, call.base)


def _buy(call: Call) -> Any:
    made = orders.create(call.store, call.account, call.body)
    return order_documents.detail(call.store, made, call.base, call.shape, call.left)


def _history(call: Call) -> Any:
    return order_documents.history(call.store, call.account, call.query, call.base, call.shape)


def _order(call: Call) -> Any:
    found = order_documents.order_of(call.store, call.account, call.match["orderId"])
    return order_documents.detail(call.store, found, call.base, call.shape, call.left)


def _invoice(call: Call) -> Any:
    return order_documents.invoice(order_documents.order_of(call.store, call.account, call.match["orderId"]))


def _code(call: Call) -> Any:
    code = order_documents.code_of(call.store, call.account, call.match["codeId"])
    call.store.record("code_read", client=call.account.client_id, order=code.order, code=code.id, code_kind=code.kind)
    return order_documents.code_document(call.store, code, call.base)


def _risk(call: Call) -> Any:
    return account.check_risk(call.store, call.body)


OPERATIONS = [
    Operation("getProducts", "GET", "/v3/products", _products),
    Operation("getProduct", "GET", "/v3/products/{productId}", _product),
    Operation("getDescription", "GET", "/v3/products/{productId}/description", _description),
    Operation("getProductImage", "GET", "/v3/productImages/{imageId}", _image),
    Operation("getPlatforms", "GET", "/v3/platforms", lambda _call: product_documents.names("platforms")),
    Operation("getRegions", "GET", "/v3/regions", lambda _call: product_documents.names("regions")),
    Operation("getLanguages", "GET", "/v3/languages", lambda _call: product_documents.names("languages")),
    Operation("getTerritories", "GET", "/v3/territory", lambda _call: product_documents.names("territories")),
    Operation("getAccount", "GET", "/v3/accounts/current", _account),
    Operation("createOrder", "POST", "/v3/orders", _buy, body=True, noted=True),
    Operation("getOrders", "GET", "/v3/orders", _history),
    Operation("getOrder", "GET", "/v3/orders/{orderId}", _order),
    Operation("getInvoice", "GET", "/v3/orders/{orderId}/invoice", _invoice),
    Operation("getCode", "GET", "/v3/codes/{codeId}", _code),
    Operation("checkSecurity", "POST", "/v3/security", _risk, body=True),
]
