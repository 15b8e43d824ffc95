"""The world of the stand-in: vendors, keys, products, orders, shipments, units, parcels, and what is planned.

Plain values that can be written to a file and read back; `orders`, `fulfillment` and `inventory` change them and
`ledger` remembers each change. Amounts are decimal text, kept as given. One `Order` is a customer's order; its lines
belong to vendors, and each vendor's lines make one `Shipment`. An order placed verbatim is a document of the seed form
and has no shipments.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ledger import Ledger

Role = Literal["shop_manager", "viewer"]
Form = Literal["live", "seed"]
_LETTERS = ascii_uppercase + ascii_lowercase + digits


class Names(Struct):
    """A text in the three languages; any may be missing."""

    en: str | None = None
    fr: str | None = None
    de: str | None = None


class Address(Struct, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    city: str | None = None
    zip_code: str | None = None
    phone: str | None = None
    country: str | None = "LU"


class Customer(Struct, rename="camel"):
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None


class FeedSource(Struct):
    """A URL that the marketplace reads, every so many seconds or on command only."""

    vendor: str
    language: str
    url: str
    every: float | None = None
    etag: str | None = None
    modified: str | None = None


class Vendor(Struct):
    id: str
    slug: str
    name: str
    form: Form = "live"


class Key(Struct):
    token: str
    id: str
    vendors: list[str]
    role: Role = "shop_manager"
    expired: bool = False


class Product(Struct):
    """One sellable variant. `brand` None is no brand at all, an empty text the union's BrandUnknown."""

    id: str
    variant_id: str
    vendor: str
    slug: str
    sku: str | None
    price: str
    quantity: int = 0
    availability: str = "in stock"
    sale_price: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    names: Names | None = None
    description: Names | None = None
    brand: str | None = None
    age_restriction: int | None = None


class Line(Struct):
    id: str
    vendor: str
    quantity: int
    sku: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    title: str | None = None
    names: Names | None = None
    brand: str | None = None
    unit_price: str | None = None
    total_price: str | None = None
    own_price: bool = False
    variant_id: str = ""
    product_id: str = ""
    shipped: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        return max(0, self.quantity - self.shipped - self.cancelled)


class Unit(Struct):
    id: str
    line: str
    state: str = "unconfirmed"


class Parcel(Struct):
    vendor: str
    items: dict[str, int]
    code: str | None = None
    provider: str | None = None


class Shipment(Struct):
    id: str
    number: str
    vendor: str
    order: str
    placed: str
    units: list[Unit]
    state: str = "unconfirmed"
    tracking: Parcel | None = None


class Totals(Struct):
    subtotal: str | None = None
    shipping: str | None = None
    tax: str | None = None
    total: str | None = None
    currency: str | None = "EUR"


class Order(Struct):
    """`placed` and a shipment's are sortable texts of the placing time, the keys of paging."""

    id: str
    number: str
    placed: str
    placed_at: datetime
    updated_at: datetime
    status: str
    lines: list[Line]
    totals: Totals
    locale: str = "fr"
    email: str | None = None
    customer: Customer | None = None
    ship: Address | None = None
    bill: Address | None = None
    shipments: list[str] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    verbatim: bool = False

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)


class Planned(Struct):
    """Something that will happen by itself; `number` keeps the order of what is due at the same time."""

    due: datetime
    number: int
    what: str
    about: dict[str, Any]

    def __lt__(self, other: "Planned") -> bool:
        return (self.due, self.number) < (other.due, other.number)


class Buyers(Struct):
    """People who order at one vendor, one order every `every` seconds on average, the first within `first`.

    With `restock`, what runs low is filled up to so many, unless the vendor's feeds say what there is.
    """

    vendor: str
    every: float = 6.0
    first: float | None = None
    seed: int = 0
    left: int | None = None
    most_lines: int = 3
    restock: int = 0
    made: int = 0


class Habits(Struct):
    """What staff and customers do elsewhere: shares of orders, and after how many seconds (from, to)."""

    vendor: str
    answers: float = 0.0
    answers_after: tuple[float, float] = (60.0, 1800.0)
    declines: float = 0.1
    returns: float = 0.0
    returns_after: tuple[float, float] = (7 * 86400.0, 30 * 86400.0)
    seed: int = 0


class FeedFile(Struct):
    """A merchant's file that lies here to be fetched."""

    text: str
    modified: datetime


class Switches(Struct):
    """What nobody knows about the real platform, each to be tried in every way."""

    money: Literal["text", "number"] = "text"
    country_name: Literal["object", "text"] = "object"
    listing: Literal["newest_first", "oldest_first", "shuffled"] = "newest_first"
    cursors: Literal["offset", "stable"] = "offset"
    page_size: int = 50
    tracking_read: Literal["fails_query", "fails_field", "works"] = "fails_query"
    variant_price: Literal["catalogue", "frozen"] = "catalogue"
    repeat_answer: Literal["accept", "error"] = "accept"
    vendor_field: bool = True
    case_twins: bool = False
    missing_rows: Literal["keep", "zero"] = "keep"
    unknown_sku: Literal["reject", "create"] = "reject"
    renames: dict[str, str | None] = field(default_factory=dict)
    seed_renames: dict[str, str | None] = field(default_factory=dict)


class World(Struct):
    seed: int = 0
    made: int = 0
    last_id: str = ""
    switches: Switches = field(default_factory=Switches)
    vendors: dict[str, Vendor] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    unit_homes: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, FeedSource] = field(default_factory=dict)
    buyers: dict[str, Buyers] = field(default_factory=dict)
    habits: dict[str, Habits] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    files: dict[str, FeedFile] = field(default_factory=dict)

    def opaque(self, prefix: str = "") -> str:
        """A fresh id. With `case_twins` every second one is the one before in the other case."""
        if self.switches.case_twins and self.last_id and self.last_id.swapcase() != self.last_id:
            twin, self.last_id = self.last_id, ""
            return prefix + twin.swapcase()
        self.made += 1
        random = Random(f"{self.seed}:id:{self.made}")
        self.last_id = "".join(random.choice(_LETTERS) for _ in range(9))
        return prefix + self.last_id

    def count(self) -> int:
        self.made += 1
        return self.made

    def vendor(self, name: str | None) -> Vendor:
        """By slug or id; None is the only vendor there is. Raises Unknown."""
        if name is None and len(self.vendors) == 1:
            return next(iter(self.vendors.values()))
        for vendor in self.vendors.values():
            if name in (vendor.slug, vendor.id):
                return vendor
        raise Unknown(f"no vendor {name!r}; there are {[vendor.slug for vendor in self.vendors.values()]}")

    def order(self, name: str) -> Order:
        """By id or number. Raises Unknown."""
        found = self.orders.get(name) or next((o for o in self.orders.values() if o.number == name), None)
        if found is None:
            raise Unknown(f"no order {name!r}")
        return found

    def product(self, vendor_id: str, sku: str | None) -> Product | None:
        return self.products.get(self.skus.get(f"{vendor_id}/{sku}", "")) if sku else None

    def add_product(self, product: Product) -> None:
        self.products[product.id] = product
        if product.sku:
            self.skus[f"{product.vendor}/{product.sku}"] = product.id

    def plan(self, due: datetime, what: str, **about: Any) -> None:
        heapq.heappush(self.planned, Planned(due, self.count(), what, about))

    def unplan(self, what: str, **about: Any) -> None:
        self.planned = [p for p in self.planned if p.what != what or any(p.about.get(k) != v for k, v in about.items())]
        heapq.heapify(self.planned)


class Unknown(LookupError):  # noqa: N818  (the control API answers 404 with its text)
    """Something named in a command does not exist."""


@dataclass
class Shop:
    """The world with its time and its memory: what every function that changes something is given."""

    world: World
    clock: WorldClock
    ledger: Ledger


def amount(text: str | float | None) -> Decimal | None:
    """A finite decimal, or None for anything that is not one."""
    try:
        found = Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def dump(world: World) -> bytes:
    return msgspec.json.encode(world)


def load(raw: bytes) -> World:
    """Raises msgspec.ValidationError for a file of another version or kind."""
    return msgspec.json.decode(raw, type=World)
