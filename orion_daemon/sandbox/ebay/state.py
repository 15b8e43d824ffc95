"""The world of the eBay stand-in: applications, sellers, tokens, items, offers, listings, orders, what is planned.

Plain values that can be written to a file and read back. Amounts are decimal text in the order's or offer's currency,
times aware UTC. `tokens`, `orders`, `shipping`, `cancellation`, `refunds` and `inventory` change them; `ledger`
remembers each change. What nobody knows about the real eBay for certain is a switch in `Settings`.
"""

import heapq
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec import field as kept

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ebay.accounts import (
    Access,
    Application,
    Code,
    Destination,
    Grant,
    Seller,
    SigningKey,
    Subscription,
)
from orion_daemon.sandbox.ebay.people import Contact
from orion_daemon.sandbox.ledger import Ledger

Spelling = Literal["CANCELED", "CANCELLED"]


class Settings(Struct, forbid_unknown_fields=True):
    """How this eBay behaves where documents are silent or the fault is of interest; PATCH settings changes them.

    `write_seconds` is how long a write holds its SKUs: another write to one of them in that time is error 25025.
    `signature_age` (seconds) refuses older signatures. `refund_seconds` is how long a refund stays PENDING.
    `local_endpoints` False refuses webhook addresses that are not https or lie on this machine, as the real one does.
    `accept_and_ignore` answers a bulk update with 200 and changes nothing. `applies_after` seconds delays its effect.
    A report of listings takes `report_seconds`, ends with `report_status` and is packed as `report_form`.
    """

    cancelled: Spelling = "CANCELED"
    revisions_per_day: int = 250
    skus_per_bulk: int = 25
    tracking_numbers: int = 20
    write_seconds: float = 0.0
    signature_age: float | None = None
    refund_seconds: float = 60.0
    local_endpoints: bool = True
    accept_and_ignore: bool = False
    applies_after: float = 0.0
    deliveries: int = 3
    redeliver_after: float = 60.0
    event_digest: Literal["SHA1", "SHA256"] = "SHA1"
    page_ceiling: int = 200
    report_seconds: float = 0.0
    report_status: str = "COMPLETED"
    report_form: Literal["zip", "gzip", "xml"] = "zip"


class Item(Struct):
    """An inventory item: what the Inventory API knows of a SKU. `quantity` None is unset.

    `steered` once a program has set the quantity: then nobody restocks it by hand any more.
    """

    sku: str
    seller: str
    title: str
    quantity: int | None = 0
    description: str = ""
    brand: str | None = None
    ean: str | None = None
    mpn: str | None = None
    condition: str = "NEW"
    locale: str = "de_DE"
    auction: int = 0
    steered: bool = False
    groups: list[str] = kept(default_factory=list)


class Offer(Struct):
    offer_id: str
    sku: str
    seller: str
    marketplace: str
    price: str
    currency: str
    available: int | None = None
    listing: str | None = None
    variation: str | None = None
    format: str = "FIXED_PRICE"
    category: str = "11700"
    sold: int = 0

    @property
    def published(self) -> bool:
        return self.listing is not None


class Variation(Struct):
    """What a listing outside the Inventory API sells; a single one has no id."""

    sku: str | None
    price: str
    quantity: int
    id: str | None = None


class Listing(Struct):
    """`variations` only outside the Inventory API; there `obstacle` is what bulkMigrateListing will say."""

    id: str
    seller: str
    marketplace: str
    title: str
    currency: str = "EUR"
    managed: bool = True
    ended: bool = False
    on_hold: bool = False
    obstacle: str | None = None
    variations: list[Variation] = kept(default_factory=list)
    revisions: dict[str, int] = kept(default_factory=dict)


class FeedTask(Struct):
    """A report that was asked for; `report` is its XML, of the moment it was asked for."""

    id: str
    seller: str
    made_at: datetime
    version: str
    format: str | None = None
    report: str = ""


class Refund(Struct):
    id: str
    amount: str
    status: str
    requested_at: datetime
    issued_at: datetime | None = None
    reference: str | None = None
    line: str | None = None
    reason: str | None = None


class Line(Struct):
    """`price` is of one unit; `discount`, `shipping`, `tax` and `collected_tax` are of the whole line, not negative."""

    id: str
    listing: str
    title: str
    quantity: int
    price: str
    sku: str | None = None
    variation: str | None = None
    discount: str = "0"
    shipping: str = "0"
    shipping_discount: str = "0"
    tax: str = "0"
    collected_tax: str = "0"
    listing_site: str = "EBAY_DE"
    purchase_site: str = "EBAY_DE"
    offer: str | None = None


class Parcel(Struct):
    id: str
    items: dict[str, int]
    shipped_at: datetime
    carrier: str | None = None
    number: str | None = None


class CancelRequest(Struct):
    id: str
    initiator: str
    reason: str
    state: str
    requested_at: datetime
    completed_at: datetime | None = None
    refund: str | None = None


class Order(Struct):
    """`paid_at` None is unpaid and unseen. `visible_at` is when the list first shows it. `forced` overrides fields."""

    id: str
    seller: str
    buyer: str
    created_at: datetime
    modified_at: datetime
    visible_at: datetime
    currency: str
    lines: list[Line]
    paid_at: datetime | None = None
    payment: str = "PAID"
    instruction: str = "SHIP_TO"
    contact: Contact | None = None
    hub: Contact | None = None
    tax_id: dict[str, str] | None = None
    notes: str | None = None
    converted_from: str | None = None
    rate: str = "1"
    adjustment: str = "0"
    parcels: list[Parcel] = kept(default_factory=list)
    refunds: list[Refund] = kept(default_factory=list)
    requests: list[CancelRequest] = kept(default_factory=list)
    cancelled_at: datetime | None = None
    forced: dict[str, str] = kept(default_factory=dict)

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def shipped(self, line_id: str) -> int:
        return sum(parcel.items.get(line_id, 0) for parcel in self.parcels)


class Buyer(Struct):
    username: str
    user_id: str
    eias_token: str
    deleted: bool = False


class Planned(Struct):
    """Something that will happen by itself; `number` keeps the order of what is due at the same time."""

    due: datetime
    number: int
    what: str
    about: dict[str, Any]

    def __lt__(self, other: "Planned") -> bool:
        return (self.due, self.number) < (other.due, other.number)


class Shoppers(Struct):
    """People who buy from one seller, an order every `every` seconds on average, the first within `first`.

    With `restock`, an item that runs low is filled up by the seller in Seller Hub to so many, unless it is steered.
    """

    seller: str
    every: float = 15.0
    first: float | None = None
    seed: int = 0
    left: int | None = None
    most_lines: int = 2
    restock: int = 0
    made: int = 0


class World(Struct):
    seed: int = 0
    made: int = 0
    settings: Settings = kept(default_factory=Settings)
    applications: dict[str, Application] = kept(default_factory=dict)
    sellers: dict[str, Seller] = kept(default_factory=dict)
    grants: dict[str, Grant] = kept(default_factory=dict)
    codes: dict[str, Code] = kept(default_factory=dict)
    access: dict[str, Access] = kept(default_factory=dict)
    limits: dict[str, int] = kept(default_factory=dict)
    used: dict[str, dict[str, int]] = kept(default_factory=dict)
    items: dict[str, dict[str, Item]] = kept(default_factory=dict)
    offers: dict[str, Offer] = kept(default_factory=dict)
    listings: dict[str, Listing] = kept(default_factory=dict)
    orders: dict[str, Order] = kept(default_factory=dict)
    buyers: dict[str, Buyer] = kept(default_factory=dict)
    signing_keys: dict[str, SigningKey] = kept(default_factory=dict)
    feed_tasks: dict[str, FeedTask] = kept(default_factory=dict)
    destinations: dict[str, Destination] = kept(default_factory=dict)
    subscriptions: dict[str, Subscription] = kept(default_factory=dict)
    shoppers: dict[str, Shoppers] = kept(default_factory=dict)
    planned: list[Planned] = kept(default_factory=list)

    def count(self) -> int:
        self.made += 1
        return self.made

    def opaque(self, label: str, size: int = 24) -> str:
        """Hexadecimal text that looks random, the same for the same seed and history."""
        return sha256(f"{self.seed}:{label}:{self.count()}".encode()).hexdigest()[:size]

    def seller(self, name: str | None) -> Seller:
        """By user name; None is the only seller there is. Raises Unknown."""
        if name is None and len(self.sellers) == 1:
            return next(iter(self.sellers.values()))
        if name is None or name not in self.sellers:
            raise Unknown(f"no seller {name!r}; there are {sorted(self.sellers)}")
        return self.sellers[name]

    def application(self, client_id: str | None) -> Application:
        """By client id; None is the only application there is. Raises Unknown."""
        if client_id is None and len(self.applications) == 1:
            return next(iter(self.applications.values()))
        if client_id is None or client_id not in self.applications:
            raise Unknown(f"no application {client_id!r}; there are {sorted(self.applications)}")
        return self.applications[client_id]

    def order(self, order_id: str) -> Order:
        if order_id not in self.orders:
            raise Unknown(f"no order {order_id!r}")
        return self.orders[order_id]

    def item(self, seller: str, sku: str) -> Item | None:
        return self.items.get(seller, {}).get(sku)

    def offers_of(self, seller: str, sku: str) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.seller == seller and offer.sku == sku]

    def shown(self, offer: Offer) -> int:
        """What buyers see: the lesser of the item's total and the offer's own quantity."""
        item = self.item(offer.seller, offer.sku)
        total = (item.quantity or 0) if item else 0
        return total if offer.available is None else min(total, offer.available)

    def plan(self, due: datetime, what: str, **about: Any) -> None:
        heapq.heappush(self.planned, Planned(due, self.count(), what, about))

    def unplan(self, what: str, **about: Any) -> None:
        self.planned = [p for p in self.planned if p.what != what or any(p.about.get(k) != v for k, v in about.items())]
        heapq.heapify(self.planned)


class Unknown(LookupError):  # noqa: N818  (the control API answers 404 with its text)
    """Something named in a command does not exist."""


class Refusal(ValueError):  # noqa: N818  (the control API answers 409 with its text)
    """The command contradicts what is there."""


@dataclass
class Shop:
    """The world with its time and its memory, and the SKUs that a write holds at this moment."""

    world: World
    clock: WorldClock
    ledger: Ledger
    held: set[str] = field(default_factory=set)


def dump(world: World) -> bytes:
    return msgspec.json.encode(world)


def load(raw: bytes) -> World:
    """Raises msgspec.ValidationError for a file of another version or kind."""
    return msgspec.json.decode(raw, type=World)
