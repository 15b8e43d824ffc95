"""Buying: at once, without a reservation and without a way back.

An order is refused as a whole or made as a whole; then the money is gone, the stock is less, and each piece has a
code. Refusals are tried in this order: the request's form, the reference, quantities, products, pre-orders, stock,
expected prices, the balance. `order_documents` writes what was made, `preorders` finishes what waits.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.codeswholesale import account as funds
from orion_daemon.sandbox.codeswholesale import catalogue, codes, preorders
from orion_daemon.sandbox.codeswholesale.answers import (
    GENERAL_FAULT,
    LOW_BALANCE,
    LOW_STOCK,
    PREORDER_NOT_WANTED,
    PRODUCT_UNKNOWN,
    QUANTITY_TOO_SMALL,
    REFERENCE_USED,
    SupplierError,
    cents_of,
    text_of,
)
from orion_daemon.sandbox.codeswholesale.records import Account, Line, Order, Product
from orion_daemon.sandbox.codeswholesale.state import Store


@dataclass(frozen=True)
class Wanted:
    """A line of a request; `price` is what the caller expects a piece to cost, None without an expectation."""

    product_id: str
    quantity: int
    price: Decimal | int | None


def create(store: Store, account: Account, body: Any) -> Order:
    """`POST /v3/orders`. Raises SupplierError, which the ledger knows as `order_refused`."""
    reference = body.get("orderId") if isinstance(body, dict) else None
    try:
        wanted = _wanted(body)
        first = _earlier(store, account, reference)
        if first is not None:
            return first
        return _make(store, account, reference, _checked(store, account, wanted, body.get("allowPreOrder", True)))
    except SupplierError as error:
        products = [str(line.get("productId")) for line in _lines(body) if isinstance(line, dict)]
        reference = None if reference is None else str(reference)
        told = {"code": error.code, "message": error.message, "products": products}
        store.record("order_refused", client=account.client_id, reference=reference, **told)
        raise


def bought(store: Store, reference: str | None = None, product: str | None = None) -> dict[str, Any]:
    """What truly was bought: orders, pieces and money, of one reference or one product where they are named."""
    made = [order for order in store.world.orders.values() if reference in (None, order.reference)]
    lines = [(order.id, line) for order in made for line in order.lines if product in (None, line.product)]
    return {
        "orders": len({order_id for order_id, _ in lines}),
        "units": sum(len(line.codes) for _, line in lines),
        "spent": text_of(sum(line.unit * len(line.codes) for _, line in lines)),
    }


def _earlier(store: Store, account: Account, reference: Any) -> Order | None:
    """The order that a repeated reference is answered with, or None for a new one. Raises SupplierError."""
    rule = store.world.settings.repeated_reference
    if rule == "again" or not reference:
        return None
    orders = store.world.orders.values()
    found = [order for order in orders if (order.client_id, order.reference) == (account.client_id, reference)]
    if found and rule == "refuse":
        raise SupplierError(400, REFERENCE_USED, f"There is an order with orderId {reference} already")
    if found:
        store.record("order_repeated", client=account.client_id, order=found[0].id, reference=reference)
    return found[0] if found else None


def _wanted(body: Any) -> list[Wanted]:
    """The lines of a request. Raises SupplierError 500 for a malformed one, as the real one does."""
    if not isinstance(body, dict) or not _lines(body) or not isinstance(body.get("allowPreOrder", True), bool):
        raise SupplierError(500, GENERAL_FAULT, "General fault")
    if not isinstance(body.get("orderId"), str | None):
        raise SupplierError(500, GENERAL_FAULT, "General fault")
    found = []
    for line in _lines(body):
        if not isinstance(line, dict) or not isinstance(line.get("productId"), str):
            raise SupplierError(500, GENERAL_FAULT, "General fault")
        quantity, price = line.get("quantity"), line.get("price")
        if type(quantity) is not int or type(price) not in (int, Decimal, type(None)):
            raise SupplierError(500, GENERAL_FAULT, "General fault")
        if quantity < 1:
            raise SupplierError(400, QUANTITY_TOO_SMALL, "Quantity must be at least 1")
        found.append(Wanted(line["productId"], quantity, price))
    return found


def _lines(body: Any) -> list[Any]:
    lines = body.get("products") if isinstance(body, dict) else None
    return lines if isinstance(lines, list) else []


def _checked(
    store: Store, account: Account, wanted: list[Wanted], preorders_wanted: bool
) -> list[tuple[Product, int, int]]:
    """Product, pieces and price of a piece for each line. Raises SupplierError."""
    settings, now = store.world.settings, store.now()
    products = {}
    for line in wanted:
        product = catalogue.for_sale(store, line.product_id)
        if product is None:
            raise SupplierError(404, PRODUCT_UNKNOWN, f"Product {line.product_id} not found in the price list")
        if product.preorder(now) and not preorders_wanted:
            raise SupplierError(400, PREORDER_NOT_WANTED, f"Product {line.product_id} is available as pre-order only")
        products[line.product_id] = product
    pieces = Counter[str]()
    for line in wanted:
        pieces[line.product_id] += line.quantity
    for product_id, count in pieces.items():
        product = products[product_id]
        if count > catalogue.in_stock(product) and not product.endless and not product.preorder(now):
            raise SupplierError(400, LOW_STOCK, f"Stock too low for product {product_id}")
    checked = []
    for line in wanted:
        unit = catalogue.charged(products[line.product_id], line.quantity, settings.charged_tier).cents
        if settings.checks_price and line.price is not None and cents_of(line.price) != unit:
            # The manual says that a price may be sent and not what happens when it differs: code and words are ours.
            message = f"Price of product {line.product_id} has changed to {text_of(unit)}"
            raise SupplierError(400, settings.price_code, message)
        checked.append((products[line.product_id], line.quantity, unit))
    if sum(quantity * unit for _, quantity, unit in checked) > funds.usable(account):
        raise SupplierError(400, LOW_BALANCE, "Balance too low")
    return checked


def _make(store: Store, account: Account, reference: str | None, lines: list[tuple[Product, int, int]]) -> Order:
    world, now = store.world, store.now()
    number = len(world.orders) + 1
    visible_at = store.later(world.settings.history_seconds)
    total = sum(quantity * unit for _, quantity, unit in lines)
    order_id = world.uuid("order")
    order = Order(order_id, account.client_id, reference, f"EX-{number:06}", now, visible_at, total, [])
    for drawn, quantity, unit in lines:
        product = catalogue.own(store, drawn.id)
        kinds = ["preorder"] if product.preorder(now) else product.kinds
        made = [codes.make(store, order.id, product, kinds[piece % len(kinds)], piece + 1) for piece in range(quantity)]
        order.lines.append(Line(product.id, product.name, unit, [code.id for code in made]))
        catalogue.take_out(store, product, quantity)
        preorders.expect(store, product, [code for code in made if code.kind == "preorder"])
    world.orders[order.id] = order
    store.record(
        "order_created",
        client=account.client_id,
        order=order.id,
        reference=reference,
        total=text_of(total),
        units=sum(quantity for _, quantity, _ in lines),
        lines=[_noted(store, line) for line in order.lines],
    )
    funds.spend(store, account, total, order.id)
    return order


def _noted(store: Store, line: Line) -> dict[str, Any]:
    made = [store.world.codes[code_id] for code_id in line.codes]
    told = [{"code": code.id, "kind": code.kind, "digest": codes.digest(code)} for code in made]
    return {"product": line.product, "quantity": len(line.codes), "unit_price": text_of(line.unit), "codes": told}
