"""Saleable stock: what the marketplace sells, changed by the feed it reads or by the seed form's mutation.

Both ways end in `sell`, which writes the ledger. Buyers take from it when they order; nobody else does.
"""

from dataclasses import dataclass
from typing import Any

from orion_daemon.sandbox.letzshop.fulfillment import Problem
from orion_daemon.sandbox.letzshop.state import Names, Product, Shop, amount

AVAILABILITIES = {"IN_STOCK": "in stock", "OUT_OF_STOCK": "out of stock", "PREORDER": "preorder"}


@dataclass
class InventoryOutcome:
    sku: str
    accepted: bool
    quantity: int | None = None
    price: str | None = None
    availability: str | None = None


def add_product(shop: Shop, vendor_id: str, sku: str | None, price: str, **facts: Any) -> Product:
    """A product of the vendor, in place of one with the same SKU (whose ids it keeps)."""
    world = shop.world
    old = world.product(vendor_id, sku)
    ids = (old.id, old.variant_id, old.slug) if old else (world.opaque(), world.opaque(), f"product-{world.count()}")
    product = Product(ids[0], ids[1], vendor_id, ids[2], sku, price, **facts)
    world.add_product(product)
    return product


def sell(shop: Shop, product: Product, by: str, **now: Any) -> bool:
    """Change what is sold of a product; False when nothing differed. Only differences reach the ledger."""
    was = {name: getattr(product, name) for name, value in now.items() if getattr(product, name) != value}
    for name in was:
        setattr(product, name, now[name])
    if was:
        changed = {name: now[name] for name in was}
        vendor = shop.world.vendors[product.vendor].slug
        shop.ledger.record("inventory_updated", vendor=vendor, sku=product.sku, was=was, now=changed, by=by)
    return bool(was)


def update_inventory(
    shop: Shop, items: list[dict[str, Any]], vendors: set[str], by: str
) -> tuple[list[InventoryOutcome], list[Problem]]:
    """The seed form's mutation: each item on its own; a refused one changes nothing and stands in the ledger."""
    outcomes, problems = [], []
    for item in items:
        sku = item["sku"]
        product = next((p for v in sorted(vendors) if (p := shop.world.product(v, sku)) is not None), None)
        price = None if item.get("price") is None else str(item["price"])
        problem = _problem(item, product, price, creates=shop.world.switches.unknown_sku == "create")
        if problem is not None:
            problems.append(problem)
            outcomes.append(InventoryOutcome(sku, accepted=False))
            shop.ledger.record("inventory_refused", sku=sku, code=problem.code, by=by)
            continue
        if product is None:
            product = add_product(shop, min(vendors), sku, price or "0.00", names=Names(fr=sku))
        now: dict[str, Any] = {}
        if item.get("quantity") is not None:
            now = {"quantity": item["quantity"], "availability": "in stock" if item["quantity"] else "out of stock"}
        if item.get("availability") is not None:
            now["availability"] = AVAILABILITIES[item["availability"]]
        if price is not None:
            now["price"] = price
        if not sell(shop, product, by, **now):
            vendor = shop.world.vendors[product.vendor].slug
            shop.ledger.record("inventory_updated", vendor=vendor, sku=sku, was={}, now={}, by=by)
        shown = next(name for name, text in AVAILABILITIES.items() if text == product.availability)
        outcomes.append(InventoryOutcome(sku, True, product.quantity, product.price, shown))
    return outcomes, problems


def _problem(item: dict[str, Any], product: Product | None, price: str | None, *, creates: bool) -> Problem | None:
    sku = item["sku"]
    if product is None and not (creates and sku):
        return Problem(sku, "unknown_sku", f"No product has the SKU {sku!r}")
    if item.get("quantity") is not None and item["quantity"] < 0:
        return Problem(sku, "invalid_quantity", f"{item['quantity']} is not a quantity")
    found = amount(price)
    if price is not None and (found is None or found < 0):
        return Problem(sku, "invalid_value", f"{price!r} is not a price")
    return None
