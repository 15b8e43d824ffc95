"""What a connector hands to Orion about orders, in Orion's own words.

A connector's mapping turns a vendor document into an `IncomingOrder`; `services/orders.py` writes it. Nothing here
knows a vendor or a database. Amounts are integer minor units of `currency`, times aware UTC. A value the vendor did
not give is None: it is never replaced by a default, and an absent value never blanks a known one.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    street: str | None = None  # street and house number, one text
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None  # ISO 3166 alpha-2 where the vendor gives one, else its text
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingCustomer:
    """`channel_customer_id` identifies where the vendor has one; else the e-mail address does; else nobody does."""

    channel_customer_id: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    ip_address: str | None = None  # that the order was placed from, where the storefront tells it
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One line. `units` are (unit id, raw state) pairs where the channel names single pieces, else empty.

    The four counts are what the *channel* says has happened to the pieces; None when it does not say.
    """

    line_key: str
    sku: str | None
    gtin: str | None
    title: str | None
    quantity: int  # pieces ordered; may be negative in a credit document, which raises attention
    unit_price_minor: int | None
    total_minor: int | None = None
    tax_rate: str | None = None
    units: tuple[tuple[str, str], ...] = ()
    confirmed: int | None = None
    cancelled: int | None = None
    shipped: int | None = None
    returned: int | None = None


@dataclass(frozen=True, slots=True)
class IncomingRefund:
    """Money that went back or is on its way back. `refund_id` is the channel's and stays the same from pending to paid;
    `state` is pending, paid or failed, or the channel's own word where it is none of these. `amount_minor` None: it
    cannot be told in the order's currency."""

    refund_id: str
    state: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """One order as the channel shows it now.

    `status` is one of `domain.orders.OrderStatus` values (text) or None when the channel's value is not known to us:
    then the order keeps its status and asks for attention with the raw `channel_status` (design, idea 7).
    `problems` are tolerated oddities of the document, as (code, sentence).
    `tells_sending`: the channel says when goods have left; where it never does, "confirmed" may be long past.
    `payload` is the vendor's document verbatim, for replay. `refunds` are single ones, where the channel names them.
    """

    channel_order_id: str
    order_number: str
    status: str | None
    channel_status: str
    currency: str
    lines: tuple[IncomingLine, ...]
    placed_at: datetime | None
    channel_updated_at: datetime | None = None
    customer: IncomingCustomer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    locale: str | None = None
    subtotal_minor: int | None = None
    shipping_minor: int | None = None
    tax_minor: int | None = None
    discount_minor: int | None = None
    total_minor: int | None = None
    refunded_minor: int | None = None
    problems: tuple[tuple[str, str], ...] = ()
    tells_sending: bool = True
    payload: bytes = b""
    refunds: tuple[IncomingRefund, ...] = ()

    def content_hash(self) -> int:
        """Equal hash, nothing to compare."""
        return hash_of(self.payload)


def hash_of(payload: bytes) -> int:
    """A signed 64-bit hash of a vendor's document."""
    return int.from_bytes(hashlib.blake2b(payload, digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """A record that could not be understood: it is kept and shown, and hurts no other record.

    `record_id` is the channel's own id, empty where none could be read.
    """

    record_id: str
    code: str
    message: str
    payload: bytes = field(default=b"", repr=False)
