"""What others may learn after a commit.

A service emits these inside its transaction (`Tx.emit`); they reach the bus only after the commit, so nobody ever
hears of a change that was rolled back. They carry identifiers and small facts, never personal data: whoever needs
more reads the row. Losing one costs latency, never work (the rows are the truth). Listeners: actors (nudges) and
GraphQL subscriptions, of this daemon and of its peers on the same PostgreSQL (`db/notices.py` carries each of these).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoresChanged:
    """A store or a channel was added, changed or switched off: the roster looks again."""


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """A row of the schedule was added, changed or taken away: timers are set anew."""


@dataclass(frozen=True, slots=True)
class JobsPut:
    """There may be work for an owner; `run_at` is None when it is due now.

    `is_seen_to`: another daemon put them and wakes the owner; only who holds its lease already has to act.
    """

    owner: str
    lanes: frozenset[str]
    run_at: datetime | None = None
    is_seen_to: bool = False


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job moved to another state."""

    job_id: int
    store_id: int | None
    owner: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order was created, moved, changed in content, asks for a person, or has a new or changed parcel."""

    store_id: int
    order_id: int
    marketplace: str
    status: str
    what: str  # created | status | content | attention | shipment


@dataclass(frozen=True, slots=True)
class StockChanged:
    """The level of a product at a location moved; both figures are those after the commit."""

    store_id: int
    product_id: int
    location: str
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class OffersDiffer:
    """Offers of a channel hold a level that the channel has not confirmed; `urgent` when one must go to zero."""

    store_id: int
    channel_id: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class SyncStatusChanged:
    """The sync status of a channel (last run, counts, failure) moved."""

    store_id: int
    channel_id: int


@dataclass(frozen=True, slots=True)
class ImportProgressed:
    """A product import moved on; the row of the import holds all the figures."""

    store_id: int
    import_id: int
    state: str


@dataclass(frozen=True, slots=True)
class KeysChanged:
    """Units of an order moved: bought, held, delivered; `what` is the state that was reached."""

    store_id: int
    order_id: int
    what: str


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something wants a person: `code` is stable, `message` is written for an operator."""

    store_id: int | None
    channel_id: int | None
    code: str
    message: str


ALL: tuple[type, ...] = (
    StoresChanged,
    ScheduleChanged,
    JobsPut,
    JobChanged,
    OrderChanged,
    StockChanged,
    OffersDiffer,
    SyncStatusChanged,
    ImportProgressed,
    KeysChanged,
    AlertRaised,
)
