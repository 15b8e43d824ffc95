"""Orders come into being: explicit ones by command, invented ones by buyers.

`place` is the only way in. An order spec may leave out nearly everything: a buyer is then invented from the seed, and
lines are completed from the vendor's catalogue by SKU. With `verbatim` nothing is invented, completed or judged: the
document appears in the seed form exactly as given, whatever its status, quantities and prices.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import msgspec
from msgspec import UNSET, Struct, UnsetType

from orion_daemon.sandbox.letzshop.people import invent
from orion_daemon.sandbox.letzshop.state import (
    Address,
    Customer,
    Line,
    Names,
    Order,
    Shipment,
    Shop,
    Totals,
    Unit,
    Vendor,
    amount,
)

_VAT = Decimal(17)
_CENT = Decimal("0.01")


class LineSpec(Struct, forbid_unknown_fields=True):
    quantity: int = 1
    id: str | None = None
    sku: str | None = None
    price: str | float | None = None
    total_price: str | float | None = None
    title: str | UnsetType | None = UNSET
    name: Names | UnsetType | None = UNSET
    gtin: str | UnsetType | None = UNSET
    mpn: str | UnsetType | None = UNSET
    brand: str | UnsetType | None = UNSET
    vendor: str | None = None
    unit_ids: list[str] = msgspec.field(default_factory=list)


class OrderSpec(Struct, forbid_unknown_fields=True):
    """What a command says about an order; times are ISO 8601 with an offset, amounts decimal text or numbers."""

    lines: list[LineSpec]
    vendor: str | None = None
    id: str | None = None
    number: str | None = None
    placed_at: datetime | None = None
    updated_at: datetime | None = None
    status: str | None = None
    locale: str | None = None
    email: str | UnsetType | None = UNSET
    customer: Customer | UnsetType | None = UNSET
    ship: Address | UnsetType | None = UNSET
    bill: Address | UnsetType | None = UNSET
    shipping: str | float | None = None
    total: str | float | None = None
    totals: Totals | None = None
    currency: str = "EUR"
    shipment_id: str | None = None
    shipment_number: str | None = None
    state: str | None = None
    verbatim: bool = False
    replace: bool = False


class Refusal(ValueError):  # noqa: N818  (the control API answers 409 with its text)
    """The command contradicts what is there."""


def place(shop: Shop, spec: OrderSpec, by: str = "control") -> Order:
    """Put an order into the world and into the ledger. Raises Unknown for a vendor, Refusal for a used id."""
    world = shop.world
    vendor = world.vendor(spec.vendor or (spec.lines[0].vendor if spec.lines else None))
    if spec.id is not None and spec.id in world.orders and not spec.replace:
        raise Refusal(f"order {spec.id!r} exists; say replace to put another in its place")
    serial = world.count()
    now = (spec.placed_at or shop.clock.now()).astimezone(UTC)
    order_id = spec.id or world.opaque()
    lines = [_line(shop, line, vendor, verbatim=spec.verbatim) for line in spec.lines]
    order = Order(
        id=order_id,
        number=spec.number or (order_id if spec.verbatim else f"R2{serial:08}"),
        placed=f"{now:%Y%m%d%H%M%S%f}-{serial:09}",
        placed_at=now,
        updated_at=(spec.updated_at or spec.placed_at or shop.clock.now()).astimezone(UTC),
        status=spec.status or "PENDING",
        lines=lines,
        totals=_totals(spec, lines),
        verbatim=spec.verbatim,
    )
    _buyer(shop, spec, order, serial)
    _forget(shop, order_id)
    world.orders[order_id] = order
    if not spec.verbatim:
        _ship(shop, spec, order, vendor)
    shop.ledger.record(
        "order_placed",
        by=by,
        order=order.id,
        number=order.number,
        status=order.status,
        placed_at=order.placed_at.isoformat(),
        verbatim=order.verbatim,
        total=order.totals.total,
        vendors=sorted({world.vendors[line.vendor].slug for line in lines}),
        lines=[{"id": x.id, "sku": x.sku, "quantity": x.quantity, "price": x.unit_price} for x in lines],
        shipments=[{"id": s, "units": [u.id for u in world.shipments[s].units]} for s in order.shipments],
    )
    return order


def touch(shop: Shop, order: Order) -> None:
    """The order changed: it appears again for whoever asks by `updatedAt`."""
    order.updated_at = max(shop.clock.now(), order.updated_at + timedelta(microseconds=1))


def _line(shop: Shop, spec: LineSpec, default: Vendor, *, verbatim: bool) -> Line:
    world = shop.world
    vendor = world.vendor(spec.vendor) if spec.vendor else default
    line_id = spec.id or world.opaque()
    price = None if spec.price is None else str(spec.price)
    line = Line(line_id, vendor.id, spec.quantity, sku=spec.sku, unit_price=price, own_price=price is not None)
    product = None if verbatim else world.product(vendor.id, spec.sku)
    if product is not None:
        line.gtin, line.mpn, line.names, line.brand = product.gtin, product.mpn, product.names, product.brand
        line.variant_id, line.product_id = product.variant_id, product.id
        line.unit_price = price or product.sale_price or product.price
        product.quantity = max(0, product.quantity - max(0, spec.quantity))
    elif not verbatim:
        line.variant_id, line.product_id = world.opaque(), world.opaque()
    for name in ("gtin", "mpn", "brand"):
        if getattr(spec, name) is not UNSET:
            setattr(line, name, getattr(spec, name))
    if spec.name is not UNSET:
        line.names = spec.name
    elif spec.title is not UNSET and spec.title:
        line.names = Names(spec.title, spec.title, spec.title)
    if spec.title is not UNSET:
        line.title = spec.title
    elif line.names is not None:
        line.title = line.names.fr or line.names.en or line.names.de
    unit = amount(line.unit_price)
    known = None if unit is None else str((unit * spec.quantity).quantize(_CENT))
    line.total_price = known if spec.total_price is None else str(spec.total_price)
    return line


def _totals(spec: OrderSpec, lines: list[Line]) -> Totals:
    if spec.totals is not None:
        return spec.totals
    parts = [amount(line.total_price) for line in lines]
    subtotal = sum((part for part in parts if part is not None), Decimal(0))
    shipping = amount(spec.shipping) or Decimal(0)
    total = subtotal + shipping if spec.total is None else amount(spec.total) or Decimal(0)
    tax = (total * _VAT / (100 + _VAT)).quantize(_CENT)
    return Totals(str(subtotal), str(shipping), str(tax), str(total), spec.currency)


def _buyer(shop: Shop, spec: OrderSpec, order: Order, serial: int) -> None:
    if not spec.verbatim:
        person = invent(Random(f"{shop.world.seed}:buyer:{serial}"))
        order.locale, order.email, order.customer = person.locale, person.customer.email, person.customer
        order.ship, order.bill = person.ship, person.bill
    order.locale = spec.locale or order.locale
    for name in ("customer", "ship", "bill"):
        if getattr(spec, name) is not UNSET:
            setattr(order, name, getattr(spec, name))
    if spec.customer is not UNSET:
        order.email = spec.customer.email if spec.customer else None
    if spec.email is not UNSET:
        order.email = spec.email


def _forget(shop: Shop, order_id: str) -> None:
    old = shop.world.orders.pop(order_id, None)
    for shipment_id in old.shipments if old else ():
        for unit in shop.world.shipments.pop(shipment_id).units:
            shop.world.unit_homes.pop(unit.id, None)


def _ship(shop: Shop, spec: OrderSpec, order: Order, first: Vendor) -> None:
    """Cut the order into one shipment per vendor; the ids of the spec go to the order's own vendor."""
    world = shop.world
    for vendor_id in dict.fromkeys(line.vendor for line in order.lines):
        own = vendor_id == first.id
        shipment_id = (spec.shipment_id if own else None) or world.opaque()
        number = (spec.shipment_number if own else None) or f"H{world.count():011}"
        if shipment_id in world.shipments:
            raise Refusal(f"shipment {shipment_id!r} exists")
        shipment = Shipment(shipment_id, number, vendor_id, order.id, order.placed, [])
        for line, given in zip(order.lines, spec.lines, strict=True):
            for index in range(max(0, line.quantity) if line.vendor == vendor_id else 0):
                named = given.unit_ids[index] if index < len(given.unit_ids) else None
                shipment.units.append(Unit(named or world.opaque(), line.id))
        shipment.state = (spec.state if own else None) or "unconfirmed"
        world.unit_homes.update((unit.id, shipment_id) for unit in shipment.units)
        world.shipments[shipment_id] = shipment
        order.shipments.append(shipment_id)
