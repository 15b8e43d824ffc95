"""What the stand-in keeps: its settings, applications, sellers, grants, listings, orders, parcels, files and plans.

Plain values that can be written to a file and read back. Amounts are decimal text in the order's currency, times are
aware UTC. `state` holds them all in one world.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field


class Settings(Struct, forbid_unknown_fields=True):
    """How this Amazon behaves; delays are seconds of the sandbox clock, `GET /control/amazon/settings` shows them.

    `swap_patches` is how likely a patch overtakes an earlier one of the same SKU that is still on its way.
    `discounts` says whether the DISCOUNT of proceeds is told as a negative amount. `paging` by `offset` shifts when an
    order leaves the window during a walk. `detailed_status` False leaves out what Amazon often leaves out.
    """

    patch_delay: float = 60.0
    swap_patches: float = 0.5
    feed_delay: float = 30.0
    report_delay: float = 30.0
    refund_delay: float = 24 * 3600.0
    hidden_for: float = 120.0
    token_life: float = 3600.0
    page_token_life: float = 24 * 3600.0
    upload_life: float = 300.0
    discounts: Literal["negative", "positive"] = "negative"
    paging: Literal["stable", "offset"] = "stable"
    detailed_status: bool = False
    pending_prices: bool = False
    report_gzip: bool = True
    report_encoding: str = "utf-8"
    result_gzip: bool = True


class Secret(Struct):
    """A client secret; it ends 180 days after it was made, or seven days after it was rotated."""

    value: str
    made_at: datetime
    ends_at: datetime


class Application(Struct):
    id: str
    client_id: str
    secrets: list[Secret]
    roles: list[str]

    def living(self, now: datetime) -> list[Secret]:
        return [secret for secret in self.secrets if secret.ends_at > now]


class Seller(Struct):
    """`denied` names operations that this seller is refused although the roles would allow them."""

    id: str
    name: str
    marketplaces: list[str]
    denied: list[str] = field(default_factory=list)


class Grant(Struct):
    """A seller's authorisation of an application, good for 365 days; the roles are those of the day it was given."""

    id: str
    refresh_token: str
    application: str
    seller: str
    roles: list[str]
    made_at: datetime
    ends_at: datetime
    revoked: bool = False


class Resource(Struct):
    method: str
    path: str
    elements: list[str]


class AccessToken(Struct):
    """What `x-amz-access-token` carries: of a grant, of an application alone (`scope`), or restricted to resources."""

    application: str
    ends_at: datetime
    grant: str | None = None
    scope: str | None = None
    resources: list[Resource] | None = None


class Consent(Struct):
    application: str
    seller: str
    ends_at: datetime


class Listing(Struct):
    """One SKU of a seller. Whatever can be patched is in `attributes`, in Amazon's snake_case form.

    `steered` once a program has set the quantity: then nobody restocks it by hand any more.
    """

    seller: str
    sku: str
    asin: str
    product_type: str
    marketplaces: list[str]
    created_at: datetime
    updated_at: datetime
    attributes: dict[str, Any]
    gtin: str | None = None
    titles: dict[str, str] = field(default_factory=dict)
    brand: str | None = None
    issues: list[dict[str, Any]] = field(default_factory=list)
    ignores: bool = False
    steered: bool = False

    def quantity(self, channel: str = "DEFAULT") -> int | None:
        for entry in self.attributes.get("fulfillment_availability", []):
            if entry.get("fulfillment_channel_code") == channel:
                amount = entry.get("quantity")
                return int(amount) if amount is not None else None
        return None


class Line(Struct):
    """One order item; the amounts besides `unit_price` are for the whole line."""

    id: str
    sku: str | None
    asin: str
    title: str
    quantity: int
    unit_price: str
    shipping: str = "0"
    tax: str = "0"
    shipping_tax: str = "0"
    discount: str = "0"
    promotion_ids: list[str] = field(default_factory=list)
    cancelled: int = 0
    cancelled_by: str | None = None
    cancel_reason: str | None = None
    cancel_wish: str | None = None

    @property
    def open(self) -> int:
        return self.quantity - self.cancelled


class Package(Struct):
    """A parcel as the seller confirmed it; the same reference within the order is the same parcel."""

    reference: str
    carrier: str
    tracking: str
    ship_date: datetime
    made_at: datetime
    lines: dict[str, int]
    method: str | None = None
    status: str = "SHIPPED"
    detailed: str | None = None


class Person(Struct):
    name: str
    email: str
    address_line1: str
    city: str
    postal_code: str
    country_code: str
    address_line2: str | None = None
    phone: str | None = None
    company: str | None = None


class Order(Struct):
    id: str
    seller: str
    marketplace: str
    currency: str
    status: str
    fulfilled_by: str
    created_at: datetime
    updated_at: datetime
    lines: list[Line]
    buyer: Person
    ship_by: datetime
    deliver_by: datetime
    packages: list[Package] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    business: bool = False

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def shipped(self, line_id: str) -> int:
        return sum(package.lines.get(line_id, 0) for package in self.packages if package.status != "CANCELLED")


class Transaction(Struct):
    """A movement of money; it is told only from `visible_at` on, up to 48 hours after it happened."""

    id: str
    number: int
    seller: str
    order: str
    marketplace: str
    kind: Literal["Shipment", "Refund"]
    amount: str
    currency: str
    posted_at: datetime
    visible_at: datetime
    lines: dict[str, str] = field(default_factory=dict)
    refund: str | None = None


class Document(Struct):
    """A file behind a pre-signed URL: uploaded by the seller, or made by Amazon."""

    id: str
    seller: str
    content_type: str
    upload_until: datetime | None = None
    body: bytes | None = None
    gzip: bool = False


class Feed(Struct):
    id: str
    seller: str
    type: str
    marketplaces: list[str]
    document: str
    created_at: datetime
    status: str = "IN_QUEUE"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: str | None = None


class Report(Struct):
    id: str
    seller: str
    type: str
    marketplaces: list[str]
    created_at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    status: str = "IN_QUEUE"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    document: str | None = None


class PageToken(Struct):
    """Where a walk goes on: the filters it began with, its fixed upper bound, the last key told and the one before."""

    operation: str
    filters: str
    until: datetime
    after: list[str]
    before: list[str]
    offset: int
    ends_at: datetime


class Bucket(Struct):
    level: float
    at: datetime


class Quota(Struct, forbid_unknown_fields=True):
    """A usage plan that differs from the published one: true rate and burst, and the rate that the header shows."""

    rate: float | None = None
    burst: int | None = None
    shown: float | None = None


class Buyers(Struct, forbid_unknown_fields=True):
    """People who order by themselves about every so many seconds; `left` None goes on for ever."""

    seller: str
    every: float
    first: float | None = None
    seed: int = 0
    left: int | None = None
    made: int = 0
    most_lines: int = 2
    restock: int = 0


class Planned(Struct, order=True):
    due: datetime
    number: int
    what: str
    about: dict[str, Any] = field(default_factory=dict)
