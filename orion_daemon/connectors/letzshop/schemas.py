"""Letzshop's documents, as msgspec reads them: exact decimals, unknown fields ignored, nothing assumed that may lack.

Required is only what makes a document itself: ids, and of an order its lines. Everything else may be null or absent.
Amounts come as text or as number; names as text or one per language. A list's entries are kept raw, so that one that
cannot be read hurts no other and every document can be kept verbatim.
"""

from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct, field

Money = Decimal | None


class GraphError(Struct):
    message: str | None = ""
    path: list[str | int] | None = None
    extensions: dict[str, Any] | None = None

    @property
    def code(self) -> str:
        code = (self.extensions or {}).get("code")
        return code if isinstance(code, str) else ""


class Envelope(Struct):
    data: Raw = Raw(b"null")
    errors: list[GraphError] | None = None


class PageInfo(Struct, rename="camel"):
    has_next_page: bool = False
    end_cursor: str | None = None


class Localised(Struct):
    en: str | None = None
    fr: str | None = None
    de: str | None = None


Text = Localised | str | None


# -- shipments --------------------------------------------------------------------------------------------------------


class Country(Struct):
    iso: str | None = None
    name: Text = None


class ShipAddress(Struct, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    street_name: str | None = None
    street_number: str | int | None = None
    city: str | None = None
    zip_code: str | int | None = None
    phone: str | None = None
    country: Country | None = None


class CustomerOrder(Struct, rename="camel"):
    """The customer's whole order; `total` may cover other vendors and delivery, and is information only."""

    id: str
    number: str | None = None
    email: str | None = None
    total: Money = None
    completed_at: str | None = None
    locale: str | None = None
    ship_address: ShipAddress | None = None
    bill_address: ShipAddress | None = None


class TradeId(Struct):
    number: str | int | None = None
    parser: str | None = None


class Product(Struct):
    name: Text = None


class Variant(Struct, rename="camel"):
    id: str
    sku: str | None = None
    price: Money = None
    trade_id: TradeId | None = None
    product: Product | None = None


class Unit(Struct):
    id: str
    state: str | None = None
    variant: Variant | None = None


class Vendor(Struct):
    id: str | None = None
    slug: str | None = None


class Shipment(Struct, rename="camel"):
    id: str
    order: CustomerOrder
    inventory_units: list[Unit]
    number: str | None = None
    state: str | None = None
    vendor: Vendor | None = None


class Nodes(Struct, rename="camel"):
    nodes: list[Raw] | None = None
    page_info: PageInfo | None = None


class UnitState(Struct):
    id: str
    state: str | None = None


class Problem(Struct):
    """One entry of a mutation's own `errors`."""

    id: str | None = None
    code: str | None = None
    message: str | None = None


class Answered(Struct):
    units: list[UnitState | None] | None = None
    errors: list[Problem] | None = None


class Tracked(Struct):
    errors: list[Problem] | None = None


class Tracking(Struct):
    code: str | None = None
    provider: str | None = None


class TrackingOf(Struct):
    tracking: Tracking | None = None


# -- whole orders -----------------------------------------------------------------------------------------------------


class Buyer(Struct, rename="camel"):
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None


class PlainAddress(Struct, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None
    street: str | None = None
    postal_code: str | int | None = None
    city: str | None = None
    country: str | None = None


class Item(Struct, rename="camel"):
    id: str
    quantity: int
    sku: str | None = None
    gtin: str | int | None = None
    title: Text = None
    unit_price: Money = None
    total_price: Money = None


class Totals(Struct):
    subtotal: Money = None
    shipping: Money = None
    tax: Money = None
    total: Money = None
    currency: str | None = None


class Order(Struct, rename="camel"):
    id: str
    items: list[Item]
    order_number: str | None = None
    status: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    customer: Buyer | None = None
    shipping_address: PlainAddress | None = None
    billing_address: PlainAddress | None = None
    totals: Totals | None = None


class Edge(Struct):
    node: Raw = Raw(b"null")


class Edges(Struct, rename="camel"):
    edges: list[Edge | None] | None = None
    page_info: PageInfo | None = None


class OrderState(Struct):
    id: str
    status: str | None = None


class Fulfilled(Struct):
    order: OrderState | None = None
    errors: list[Problem] | None = None


class StockItem(Struct):
    sku: str
    accepted: bool = False
    quantity: int | None = None
    price: Money = None


class Stocked(Struct):
    items: list[StockItem | None] | None = None
    errors: list[Problem] | None = None


# -- the schema itself ------------------------------------------------------------------------------------------------


class Named(Struct):
    name: str


class SchemaField(Struct):
    name: str
    args: list[Named] = field(default_factory=list)


class SchemaType(Struct, rename="camel"):
    name: str | None = None
    fields: list[SchemaField] | None = None
    input_fields: list[Named] | None = None


class Schema(Struct, rename="camel"):
    types: list[SchemaType]
    query_type: Named | None = None
    mutation_type: Named | None = None

    def names(self) -> dict[str, frozenset[str]]:
        """Type → names of its fields, inputs and `field.argument`s; the root types under Query and Mutation."""
        roots = {
            kind.name: name for kind, name in ((self.query_type, "Query"), (self.mutation_type, "Mutation")) if kind
        }
        found: dict[str, frozenset[str]] = {}
        for kind in self.types:
            if kind.name is None:
                continue
            names = {f.name for f in kind.fields or ()} | {f.name for f in kind.input_fields or ()}
            names |= {f"{f.name}.{arg.name}" for f in kind.fields or () for arg in f.args}
            found[roots.get(kind.name, kind.name)] = frozenset(names)
        return found
