"""The platform's own form: `live.graphql` read from the world.

Units are answered one by one, a shipment's state follows from them, and a variant's price is the catalogue's of today.
What is not known of the real platform is a switch of the world: whether money is text, whether a country's name is one
text, whether asking for tracking breaks the answer, and which fields got another name.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from orion_daemon.sandbox.letzshop import fulfillment
from orion_daemon.sandbox.letzshop.context import Context, moment_scalar, money_scalar
from orion_daemon.sandbox.letzshop.execution import Executable, FieldFailure
from orion_daemon.sandbox.letzshop.paging import Page
from orion_daemon.sandbox.letzshop.state import Address, Line, Names, Product, Shipment, Switches, Unit

PUBLIC = frozenset({"products", "product", "vendors", "vendor"})
_COUNTRIES = {
    "LU": Names("Luxembourg", "Luxembourg", "Luxemburg"),
    "DE": Names("Germany", "Allemagne", "Deutschland"),
    "FR": Names("France", "France", "Frankreich"),
    "BE": Names("Belgium", "Belgique", "Belgien"),
}
_PARSERS = {14: "gtin14", 13: "gtin13", 12: "gtin12", 8: "gtin8", 10: "isbn10"}


@dataclass(frozen=True)
class Answered:
    inventory_units: list[tuple[Unit, Line]]
    errors: list[fulfillment.Problem]


@dataclass(frozen=True)
class Tracked:
    shipment: Shipment | None
    errors: list[fulfillment.Problem]


def executable(switches: Switches) -> Executable:
    types = {"Country.name": "String"} if switches.country_name == "text" else {}
    return Executable(
        (files(__package__) / "live.graphql").read_text("utf-8"),
        _GETTERS,
        unions={"BrandOrUnknown": lambda brand: "Brand" if brand[1] else "BrandUnknown"},
        scalars={"Money": money_scalar(switches), "DateTime": moment_scalar()},
        changes=switches.renames,
        types=types,
    )


def _shipments(_: Any, context: Context, arguments: dict[str, Any]) -> Page:
    wanted = arguments.get("state")
    found = [
        shipment
        for shipment in context.world.shipments.values()
        if shipment.vendor in context.vendors and wanted in (None, shipment.state)
    ]
    return context.page(found, lambda shipment: shipment.placed, arguments)


def _shipment(_: Any, context: Context, arguments: dict[str, Any]) -> Shipment | None:
    found = context.world.shipments.get(arguments["id"])
    return found if found is not None and found.vendor in context.vendors else None


def _products(_: Any, context: Context, arguments: dict[str, Any]) -> Page:
    vendor = arguments.get("vendor")
    vendors = {v.id for v in context.world.vendors.values() if vendor in (None, v.slug, v.id)}
    found = [product for product in context.world.products.values() if product.vendor in vendors]
    return context.page(found, lambda product: product.id, arguments)


def _named(of: str) -> Any:
    def get(_: Any, context: Context, arguments: dict[str, Any]) -> Any:
        wanted = (arguments.get("id"), arguments.get("slug"))
        return next((x for x in getattr(context.world, of).values() if wanted[0] == x.id or wanted[1] == x.slug), None)

    return get


def _vendors(_: Any, context: Context, arguments: dict[str, Any]) -> Page:
    return context.page(list(context.world.vendors.values()), lambda vendor: vendor.id, arguments)


def _confirm(_: Any, context: Context, arguments: dict[str, Any]) -> Answered:
    answers = [(x["inventoryUnitId"], x["isAvailable"]) for x in arguments["input"]["inventoryUnits"]]
    return Answered(*fulfillment.answer_units(context.shop, answers, context.vendors, "api"))


def _track(_: Any, context: Context, arguments: dict[str, Any]) -> Tracked:
    said = arguments["input"]
    code, provider = said.get("trackingCode"), said.get("provider")
    return Tracked(*fulfillment.set_tracking(context.shop, said["shipmentId"], code, provider, context.vendors, "api"))


def _tracking(shipment: Shipment, context: Context) -> Any:
    read = context.world.switches.tracking_read
    if read != "works":
        raise FieldFailure("undefined method `tracking' for nil", code="internal", whole=read == "fails_query")
    return shipment.tracking


def _units(shipment: Shipment, context: Context) -> list[tuple[Unit, Line]]:
    lines = {line.id: line for line in context.world.orders[shipment.order].lines}
    return [(unit, lines[unit.line]) for unit in shipment.units]


def _shipment_vendor(shipment: Shipment, context: Context) -> Any:
    return context.world.vendors[shipment.vendor] if context.world.switches.vendor_field else None


def _country(address: Address, _: Context) -> str | None:
    return address.country


def _country_name(iso: str, context: Context) -> Any:
    names = _COUNTRIES.get(iso, Names())
    return names.en if context.world.switches.country_name == "text" else names


def _price(variant: Line | Product, context: Context) -> str | None:
    if isinstance(variant, Product):
        return variant.sale_price or variant.price
    product = context.world.products.get(variant.product_id)
    if product is None or variant.own_price or context.world.switches.variant_price == "frozen":
        return variant.unit_price
    return product.sale_price or product.price


def _trade_id(variant: Line | Product, _: Context) -> dict[str, str] | None:
    gtin = variant.gtin
    if not gtin:
        return None
    isbn = len(gtin) == 13 and gtin.startswith(("978", "979"))
    return {"number": gtin, "parser": "isbn13" if isbn else _PARSERS.get(len(gtin), "gtin13")}


def _brand(product: Line | Product, _: Context) -> tuple[str, str] | None:
    return None if product.brand is None else (f"b{sum(product.brand.encode()):x}", product.brand)


def _product_id(product: Line | Product, _: Context) -> str:
    return product.id if isinstance(product, Product) else product.product_id


def _slug(product: Line | Product, context: Context) -> str:
    found = context.world.products.get(_product_id(product, context))
    return found.slug if found else f"product-{_product_id(product, context)}"


def _of_product(name: str) -> Any:
    def get(product: Line | Product, context: Context) -> Any:
        return getattr(context.world.products.get(_product_id(product, context)), name, None)

    return get


_age = _of_product("age_restriction")
_GETTERS: dict[str, Any] = {
    "Query.shipments": _shipments,
    "Query.shipment": _shipment,
    "Query.products": _products,
    "Query.product": _named("products"),
    "Query.vendors": _vendors,
    "Query.vendor": _named("vendors"),
    "Mutation.confirmInventoryUnits": _confirm,
    "Mutation.setShipmentTracking": _track,
    "Shipment.order": lambda shipment, context: context.world.orders[shipment.order],
    "Shipment.inventoryUnits": _units,
    "Shipment.vendor": _shipment_vendor,
    "Shipment.tracking": _tracking,
    "Order.total": lambda order, _: order.totals.total,
    "Order.completedAt": lambda order, _: order.placed_at,
    "Order.shipAddress": lambda order, _: order.ship,
    "Order.billAddress": lambda order, _: order.bill,
    "Address.country": _country,
    "Country.name": _country_name,
    "Country.iso": lambda iso, _: iso,
    "InventoryUnit.id": lambda pair, _: pair[0].id,
    "InventoryUnit.state": lambda pair, _: pair[0].state,
    "InventoryUnit.variant": lambda pair, _: pair[1],
    "Variant.id": lambda variant, _: variant.variant_id,
    "Variant.price": _price,
    "Variant.tradeId": _trade_id,
    "Variant.product": lambda variant, _: variant,
    "TradeId.number": lambda trade, _: trade["number"],
    "TradeId.parser": lambda trade, _: trade["parser"],
    "Product.id": _product_id,
    "Product.slug": _slug,
    "Product.name": lambda product, _: product.names,
    "Product.description": _of_product("description"),
    "Product._brand": _brand,
    "Product._age_restriction": _age,
    "Product.ageRestriction": lambda product, context: _age(product, context) is not None,
    "Product.variants": lambda product, _: [product],
    "Product.vendor": lambda product, context: context.world.vendors[product.vendor],
    "Brand.id": lambda brand, _: brand[0],
    "Brand.name": lambda brand, _: brand[1],
    "BrandUnknown.id": lambda brand, _: brand[0],
    "Vendor.description": lambda vendor, _: Names(vendor.name, vendor.name, vendor.name),
    "Vendor.permalink": lambda vendor, _: vendor.slug,
}
