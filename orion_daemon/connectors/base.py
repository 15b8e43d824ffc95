"""What every marketplace can be asked, in Orion's words.

A connector speaks to one account of one vendor and knows no database: values in, values out, and errors of the
families in `errors.py`. Each operation is one vendor call or one page, so that its caller decides when to stop, to
commit and to go on. What a marketplace cannot do is said by `Capabilities` and refused with `Unsupported`, never
silently skipped. Implementations: one folder a vendor, listed in `registry.py`; writer of the orders:
`services/order_import.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.domain.refunds import RefundReason

OrderScope = Literal["new", "open", "history", "refunds"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the account can do; `stock` tells how levels reach the channel."""

    answers_units: bool  # units are confirmed or declined one by one
    sets_tracking: bool
    sets_status: bool
    stock: Literal["call", "feed", "none"]
    prices: Literal["call", "feed", "none"]
    reads_offers: bool
    max_batch: int  # offers in one push
    reads_catalog: bool = False  # products come by `fetch_catalog`; otherwise by feed
    reads_refunds: bool = False  # by the scope `refunds`; otherwise the order's document says it
    makes_refunds: bool = False  # by `refund`
    statuses: frozenset[str] | None = None  # those that can be told, where not every one
    settles_in: timedelta | None = None
    """How long an accepted level may take to hold. Meanwhile the SKU is sent nothing else, lest two pass each other."""
    gathers_for: timedelta | None = None  # between two pushes, unless something may be sold out
    revisions_a_day: int | None = None  # of one offer, by the vendor's calendar
    calls_up_to: int | None = None
    """More levels than this go as one task that the channel works off by and by (`LevelResult.told_by`)."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page. `next_cursor` is opaque and resumes after this page; None means the end was reached.

    `watermark` is the cursor to begin the *next* poll with, given on the last page (None: begin anew). `resume` is kept
    with a page that is not the last: an interrupted poll goes on there instead of at the last watermark.
    `left_out` counts documents of other sellers that the same key shows; they are nobody's orders here.
    """

    orders: tuple[IncomingOrder, ...]
    next_cursor: str | None
    watermark: str | None = None
    problems: tuple[RecordProblem, ...] = ()
    left_out: int = 0
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    unit_id: str
    available: bool


@dataclass(frozen=True, slots=True)
class UnitResult:
    """The state the channel says a unit has now; `error` is its own refusal (code, sentence), if any."""

    unit_id: str
    state: str | None
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OutgoingParcel:
    """`reference` is ours and stays the same at every retry, as does `number`: 1, 2, 3 … within the order. Lines are
    (line_key, pieces).

    `is_final` when nothing is left to send. Carrier and tracking number are empty where nobody knows them.
    """

    reference: str
    channel_order_id: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    lines: tuple[tuple[str, int], ...]
    is_final: bool
    number: int = 1


@dataclass(frozen=True, slots=True)
class OutgoingRefund:
    """Money that is to go back for an order as a whole, in minor units of the order's currency. `reference` is ours and
    stays the same at every try.

    `known` are the channel's ids of the refunds that it showed before the first try. `is_tried`: an earlier try may
    have taken effect, so nothing is paid any more, only looked for. `note` is for the buyer, at most 100 characters.
    """

    reference: str
    channel_order_id: str
    amount_minor: int
    currency: str
    reason: RefundReason
    note: str = ""
    known: tuple[str, ...] = ()
    is_tried: bool = False


@dataclass(frozen=True, slots=True)
class RefundResult:
    """`accepted`: taken and not yet paid; `settled`: paid. `refund_id` is the channel's, empty where it names none."""

    state: Literal["accepted", "settled"]
    refund_id: str


@dataclass(frozen=True, slots=True)
class OutgoingLevel:
    """What should be there: publishable pieces and the gross price in minor units (None: leave as it is). `number` is
    ours, from 1, and comes back in what is told later."""

    sku: str
    quantity: int | None
    price_minor: int | None
    currency: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class LevelResult:
    """`accepted`: taken but not yet proven (offer is "sent"); `confirmed`: the channel named the value back. `listing`:
    what the channel counts its revisions by, where several SKUs share one. `told_by`: what became of an accepted one is
    asked for by this name (`levels_told`)."""

    sku: str
    state: Literal["accepted", "confirmed", "refused"]
    quantity: int | None = None
    price_minor: int | None = None
    error: tuple[str, str] | None = None
    listing: str | None = None
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class LevelsTold:
    """What became of levels that went as one task, by their numbers: (code, sentence) of those that were refused, all
    others were taken. `refused_all`: none was. `is_dropped`: none was looked at, so they have to be sent again."""

    refused: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    refused_all: tuple[str, str] | None = None
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One product as the columns of a feed (`connectors/feeds/columns.py` knows their names), absent ones left out."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutsideListing:
    """Something that the account sells and Orion cannot manage until it is migrated. `sku` is the one that cannot be
    told a level for that; empty where the listing has none, or where another listing of that SKU can be managed."""

    listing_id: str
    sku: str


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """`next_cursor` resumes after this page; None: all products were shown. `language` is that of the texts.

    `outside` are listings that are no products here. On the last page `outside_known` says that all of them were told
    on the way, and `remark` why not, where the channel could not be asked for them.
    """

    rows: tuple[CatalogRow, ...]
    next_cursor: str | None
    language: str
    total: int | None = None
    outside: tuple[OutsideListing, ...] = ()
    outside_known: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """`skus` are manageable from now on; `error` is (code, sentence) where the channel did not move the listing."""

    listing_id: str
    moved: bool
    skus: tuple[str, ...] = ()
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One step of the doctor: what was tried, whether it held, and in plain words what to do if not."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Notification:
    """What a marketplace sent by itself, once its signature was checked.

    `erasure`: a person is to be erased, known there by any of `people`; `order`: look at the orders now, and at
    `channel_order_id` where it names one; `offer`: look at what the channel holds of our offers.
    """

    id: str
    topic: str
    kind: Literal["erasure", "order", "offer", "other"]
    people: tuple[str, ...] = field(default=(), repr=False)
    channel_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationAddress:
    """Where a marketplace is to send notifications, what proves the address, and whom it mails about its own trouble
    with that (empty: whom it has already)."""

    url: str
    token: str = field(repr=False)
    alert_email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SubscriptionStep:
    """What became of one step, or of one topic; `code` where it was refused, with `detail` as the reason."""

    what: str
    outcome: Literal["made", "changed", "kept", "refused"]
    detail: str
    code: str = ""


class MarketplaceConnector(Protocol):
    """One account of one marketplace. Everything raises the families of `errors.py` and nothing else.

    Calls that change something at the vendor raise `MutationsForbidden` unless the channel allows them. Repeating
    `answer_units`, `send_parcel`, `send_status` and `push_levels` with the same input is safe: what already holds
    counts as success. An effect whose outcome is unknown raises `Doubtful`, after the connector has tried to read
    the outcome back.
    """

    marketplace: str
    known_form: str  # what it found out about its endpoint, to be told to the next connector; "" where nothing was

    async def capabilities(self) -> Capabilities: ...

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        """Read one page. `new`: what the regular poll wants, from the watermark; `open`: the reconcile sweep over
        everything that may still change; `history`: all since a time; `refunds`: orders that money was paid back of
        since a time. A fresh walk passes cursor None (for `new`: the last watermark)."""
        ...

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None: ...

    async def answer_units(self, channel_order_id: str, answers: Sequence[UnitAnswer]) -> tuple[UnitResult, ...]: ...

    async def send_parcel(self, parcel: OutgoingParcel) -> None: ...

    async def send_status(self, channel_order_id: str, status: str) -> None: ...

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        """Pay money back for an order, never twice: the channel is read before the try, and again after a lost answer.
        Rejected where it said no, and RateLimited with a time where it says "later": nothing was paid then. Doubtful
        where nobody can tell: from then on it may only be repeated with `is_tried`. Unsupported where refunds are made
        elsewhere."""
        ...

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]: ...

    async def levels_told(self, name: str) -> LevelsTold:
        """What became of the task of this name. Raises RateLimited (`feed_pending`) while the channel works on it,
        Unsupported where levels never go so."""
        ...

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]: ...

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:
        """One page of what the account offers at the channel. Raises Unsupported where products come by feed."""
        ...

    async def read_notification(self, body: bytes, signature: str) -> Notification:
        """Check and read what came at the channel's webhook: the body verbatim, and the header that signs it. Raises
        Rejected where the signature does not hold, Malformed where it holds and nothing can be read, Unsupported where
        the marketplace sends nothing."""
        ...

    async def migrate_listings(self, listing_ids: Sequence[str]) -> tuple[MigrationResult, ...]:
        """Bring listings that were made elsewhere under what Orion can manage; a result each. Unsupported where every
        listing is manageable as it is."""
        ...

    async def subscribe(self, address: NotificationAddress, topics: Sequence[str]) -> tuple[SubscriptionStep, ...]:
        """Have the marketplace send these topics (none: those about orders) to an address of ours, which has to answer
        meanwhile. Repeating it changes nothing. It changes only what we are told, so a channel that may only be read
        allows it. Raises Rejected where the marketplace does not take the address, Unsupported where it sends nothing.
        """
        ...

    async def check(self) -> tuple[Check, ...]: ...

    async def close(self) -> None: ...
