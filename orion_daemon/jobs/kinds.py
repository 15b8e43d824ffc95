"""What jobs there are: each kind with its lane, its arguments and its rules, one entry each.

A kind is found by its name in the row. A row whose kind this version does not know (put by a newer one beside it, or
before a step back) is never claimed: it stays waiting and visible until a version that knows it comes, or its limit
of waiting passes. Handlers: `actors/`; how rules become SQL: `mailbox.py`.

Priorities: 10 something is oversold or owed to a customer, 30 a person waits, 50 the ordinary, 80 may wait.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec

Args = TypeVar("Args", bound=msgspec.Struct)

URGENT = 10
ASKED = 30
ORDINARY = 50
LATER = 80


@dataclass(frozen=True, eq=False)
class JobKind(Generic[Args]):
    name: str
    lane: str
    args: type[Args]
    unique: Callable[[Args], str] | None = None  # among open jobs of one owner and kind; None: every put is a job
    entity: Callable[[Args], str] | None = None  # jobs of one owner and entity run one by one, oldest first
    follows: bool = False  # put while one executes: another one runs after it, for what changed meanwhile
    is_bulk: bool = False  # long, and may wait: passes the process's gate with bulk work, in whatever lane
    is_repeatable: bool = True  # the effect may be sent twice; otherwise a doubtful run is never repeated
    priority: int = ORDINARY
    max_attempts: int = 12
    max_crashes: int = 10  # then it is taken to be what kills its process
    longest_delay: timedelta = timedelta(hours=1)  # between two attempts
    time_limit: timedelta = timedelta(minutes=10)  # of one run
    give_up_after: timedelta = timedelta(days=3)  # of waiting, counted from when it was due first

    def decode(self, args: str | bytes) -> Args:
        """From the row's JSON; raises msgspec.ValidationError when it is not of this kind's shape."""
        return msgspec.json.decode(args, type=self.args)


class Kinds:
    """A registry; names are unique in it."""

    def __init__(self, kinds: Iterable[JobKind[Any]]) -> None:
        self._by_name: dict[str, JobKind[Any]] = {}
        for kind in kinds:
            if kind.name in self._by_name:
                raise ValueError(f"two job kinds are called {kind.name}")
            self._by_name[kind.name] = kind

    def find(self, name: str) -> JobKind[Any] | None:
        return self._by_name.get(name)

    def names(self, lanes: Iterable[str] | None = None) -> list[str]:
        """Of all kinds, or of those whose home is one of `lanes`."""
        chosen = None if lanes is None else set(lanes)
        return [kind.name for kind in self if chosen is None or kind.lane in chosen]

    def __iter__(self) -> Iterator[JobKind[Any]]:
        return iter(self._by_name.values())


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The job needs to know no more than its account."""


class HistoryArgs(msgspec.Struct, frozen=True):
    run_id: int


class ImportArgs(msgspec.Struct, frozen=True):
    import_id: int


class OrderArgs(msgspec.Struct, frozen=True):
    order_id: int  # what to answer is read from the order's units when it is sent


class NotificationArgs(msgspec.Struct, frozen=True):
    notification_id: int  # of the row that holds what came


class ShipmentArgs(msgspec.Struct, frozen=True):
    shipment_id: int


class RefundArgs(msgspec.Struct, frozen=True):
    refund_id: int


class ItemArgs(msgspec.Struct, frozen=True):
    order_item_id: int  # what its units still need is read when they are bought


class PurchaseArgs(msgspec.Struct, frozen=True):
    purchase_id: int


class ToldArgs(msgspec.Struct, frozen=True):
    name: str  # the channel's, of a task of levels
    sent_at: datetime  # when they were; their offers have this time


class StatusArgs(msgspec.Struct, frozen=True):
    order_id: int
    status: str


class WalkArgs(msgspec.Struct, frozen=True):
    is_full: bool  # the whole price list, not only what changed


class SupplierProductArgs(msgspec.Struct, frozen=True):
    product_id: str  # the supplier's


def _alone(_: Nothing) -> str:
    return ""


def _import(args: ImportArgs) -> str:
    return str(args.import_id)


_HALF_HOUR = timedelta(minutes=30)
_LONG = timedelta(hours=6)
_WEEK = timedelta(days=7)
_POLL = {  # outlives an outage, and has time for all that waits behind one
    "max_attempts": 10_000, "longest_delay": timedelta(minutes=5), "give_up_after": _WEEK, "time_limit": _LONG
}  # fmt: skip

POLL_ORDERS = JobKind("PollOrders", "polling", Nothing, unique=_alone, **_POLL)  # type: ignore[arg-type]  # one dict of mixed options
IMPORT_ORDER_HISTORY = JobKind(
    "ImportOrderHistory",
    "polling",
    HistoryArgs,
    unique=lambda a: str(a.run_id),
    priority=LATER,
    time_limit=_LONG,
    is_bulk=True,
)
RECONCILE_ORDERS = JobKind("ReconcileOrders", "polling", Nothing, unique=_alone, priority=LATER, time_limit=_LONG)
IMPORT_CATALOG = JobKind(
    "ImportCatalog", "bulk", ImportArgs, unique=_import, max_attempts=5, max_crashes=30, time_limit=_LONG
)
APPLY_IMPORT = JobKind(
    "ApplyImport", "bulk", ImportArgs, unique=_import, max_attempts=5, max_crashes=30, time_limit=_LONG, priority=ASKED
)
ANSWER_UNITS = JobKind(
    "AnswerUnits",
    "urgent",
    OrderArgs,
    unique=lambda a: str(a.order_id),
    entity=lambda a: f"order:{a.order_id}",
    follows=True,
    priority=ASKED,
)
SEND_SHIPMENT = JobKind(
    "SendShipment", "urgent", ShipmentArgs, unique=lambda a: str(a.shipment_id), follows=True, priority=ASKED
)
SEND_REFUND = JobKind(
    "SendRefund", "urgent", RefundArgs, unique=lambda a: str(a.refund_id), is_repeatable=False, priority=ASKED
)
SEND_STATUS = JobKind(
    "SendStatus",
    "urgent",
    StatusArgs,
    unique=lambda a: f"{a.order_id}:{a.status}",
    entity=lambda a: f"order:{a.order_id}",
)
HANDLE_NOTIFICATION = JobKind(
    "HandleNotification",
    "urgent",
    NotificationArgs,
    unique=lambda a: str(a.notification_id),
    max_attempts=1000,
    give_up_after=timedelta(days=30),  # an erasure waits for an account that is suspended
)
_OWED = {  # keys are owed until they are there, whatever the supplier does meanwhile
    "max_attempts": 10_000, "longest_delay": timedelta(minutes=5), "give_up_after": timedelta(days=30)
}  # fmt: skip
BUY_KEYS = JobKind(
    "BuyKeys",
    "purchase",
    ItemArgs,
    unique=lambda a: str(a.order_item_id),
    entity=lambda a: f"item:{a.order_item_id}",
    follows=True,
    priority=URGENT,
    **_OWED,  # type: ignore[arg-type]  # one dict of mixed options
)
SETTLE_PURCHASE = JobKind(
    "SettlePurchase",
    "purchase",
    PurchaseArgs,
    unique=lambda a: str(a.purchase_id),
    follows=True,
    priority=URGENT,
    **_OWED,  # type: ignore[arg-type]
)
FETCH_CODES = JobKind(
    "FetchCodes",
    "purchase",
    PurchaseArgs,
    unique=lambda a: str(a.purchase_id),
    follows=True,
    max_attempts=10_000,
    give_up_after=timedelta(days=3650),  # a pre-order comes when it comes
)
DELIVER_KEYS = JobKind(
    "DeliverKeys",
    "mail",
    OrderArgs,
    unique=lambda a: str(a.order_id),
    follows=True,
    priority=URGENT,
    **_OWED,  # type: ignore[arg-type]
)
PUSH_INVENTORY = JobKind(
    "PushInventory",
    "syncing",
    Nothing,
    unique=_alone,
    follows=True,
    time_limit=_HALF_HOUR,
    max_attempts=10_000,
    longest_delay=timedelta(minutes=15),
    give_up_after=_WEEK,
)
PUBLISH_FEED = JobKind(
    "PublishFeed", "syncing", Nothing, unique=_alone, follows=True, time_limit=_HALF_HOUR, priority=LATER
)
READ_BACK_OFFERS = JobKind(
    "ReadBackOffers",
    "syncing",
    Nothing,
    unique=_alone,
    time_limit=_HALF_HOUR,
    priority=LATER,
    max_attempts=5,
    is_bulk=True,
)
SETTLE_OFFERS = JobKind(
    "SettleOffers",
    "syncing",
    Nothing,
    unique=_alone,
    follows=True,
    time_limit=_HALF_HOUR,
    max_attempts=20,
    is_bulk=True,
)
SYNC_SUPPLIER_CATALOG = JobKind(
    "SyncSupplierCatalog",
    "catalog",
    WalkArgs,
    unique=lambda a: "full" if a.is_full else "delta",
    entity=lambda _: "catalog",  # one walk at a time
    time_limit=_HALF_HOUR,
    priority=LATER,
    max_attempts=20,
    is_bulk=True,
)
FETCH_TEXTS = JobKind(
    "FetchTexts",
    "catalog",
    Nothing,
    unique=_alone,
    follows=True,
    time_limit=_HALF_HOUR,
    priority=LATER,
    is_bulk=True,
)
WATCH_BALANCE = JobKind("WatchBalance", "catalog", Nothing, unique=_alone)
REFRESH_SUPPLIER_PRODUCT = JobKind(
    "RefreshSupplierProduct", "catalog", SupplierProductArgs, unique=lambda a: a.product_id, follows=True
)
HEAR_LEVELS = JobKind(
    "HearLevels", "syncing", ToldArgs, unique=lambda a: a.name, max_attempts=20, give_up_after=timedelta(days=1)
)
RETRY_FAILED = JobKind("RetryFailed", "housekeeping", Nothing, unique=_alone, max_attempts=3)
SWEEP_SALES = JobKind("SweepSales", "housekeeping", Nothing, unique=_alone, max_attempts=3)
SYNC_PRICES = JobKind("SyncPrices", "housekeeping", Nothing, unique=_alone, max_attempts=3)
SWEEP_PURCHASES = JobKind("SweepPurchases", "housekeeping", Nothing, unique=_alone, max_attempts=3, priority=ASKED)
WATCH_CREDENTIALS = JobKind("WatchCredentials", "housekeeping", Nothing, unique=_alone, max_attempts=3)
DELETE_FINISHED_JOBS = JobKind(
    "DeleteFinishedJobs", "housekeeping", Nothing, unique=_alone, max_attempts=3, priority=LATER
)

KINDS = Kinds(
    (
        POLL_ORDERS,
        IMPORT_ORDER_HISTORY,
        RECONCILE_ORDERS,
        IMPORT_CATALOG,
        APPLY_IMPORT,
        ANSWER_UNITS,
        SEND_SHIPMENT,
        SEND_STATUS,
        SEND_REFUND,
        HANDLE_NOTIFICATION,
        BUY_KEYS,
        SETTLE_PURCHASE,
        FETCH_CODES,
        DELIVER_KEYS,
        PUSH_INVENTORY,
        PUBLISH_FEED,
        READ_BACK_OFFERS,
        SETTLE_OFFERS,
        SYNC_SUPPLIER_CATALOG,
        FETCH_TEXTS,
        WATCH_BALANCE,
        REFRESH_SUPPLIER_PRODUCT,
        HEAR_LEVELS,
        RETRY_FAILED,
        SWEEP_SALES,
        SYNC_PRICES,
        SWEEP_PURCHASES,
        WATCH_CREDENTIALS,
        DELETE_FINISHED_JOBS,
    )
)
