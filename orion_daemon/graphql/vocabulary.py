"""The closed sets of words in the schema: each enum's value is the word in the database."""

from enum import StrEnum

import strawberry

from orion_daemon.domain.deliveries import MailKind
from orion_daemon.domain.keys import KeyState
from orion_daemon.domain.keys import PurchaseState as KeyPurchaseState
from orion_daemon.domain.keys import UnitState as KeyUnitState
from orion_daemon.domain.orders import Cause as StatusCause
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.domain.refunds import RefundReason, RefundState
from orion_daemon.domain.supply import CodeKind as KeyKind
from orion_daemon.jobs.states import State as JobState
from orion_daemon.services.errors import Code as UserErrorCode

strawberry.enum(OrderStatus)
strawberry.enum(RefundReason, description="Why money goes back, as the marketplace is told.")
strawberry.enum(
    RefundState,
    description="ASKED: to be sent. SENT: taken by the channel. SETTLED: the order there shows it paid."
    " FAILED: the order says why, and what to do.",
)
strawberry.enum(
    MailKind,
    description="PREORDERED: keys are ordered that come later. UNFULFILLABLE: keys are not coming, and are paid back.",
)
strawberry.enum(KeyKind, name="KeyKind", description="UNKNOWN: kept, and never delivered without a person.")
strawberry.enum(
    KeyState,
    description="FREE: in the pool. CLAIMED: of an order. AWAITED: bought, and still to come."
    " What is BAD or DELIVERED is never given out again.",
)
strawberry.enum(
    KeyUnitState,
    name="KeyUnitState",
    description="OWED: to be had. BUYING: a purchase is under way. UNKNOWN: nobody can tell yet whether it was bought."
    " WAITING: bought, the code comes later. READY: the code lies here. HELD: waits for a person.",
)
strawberry.enum(
    KeyPurchaseState,
    name="KeyPurchaseState",
    description="INTENDED: surely not made yet. SENT, UNKNOWN: it may have been made. REFUSED, DROPPED: it was not."
    " ABANDONED: the supplier never showed it, and another attempt was allowed.",
)
strawberry.enum(StatusCause, name="StatusCause", description="Who moved the order.")
strawberry.enum(JobState, name="JobState")
strawberry.enum(UserErrorCode, name="UserErrorCode", description="Why it was not done. Codes are only added.")

__all__ = [
    "BuyingState", "ChannelState", "CredentialState", "DeliveryState", "DeliveryWay", "ImportState", "JobState",
    "KeyKind", "KeyPurchaseState", "KeyState", "KeyUnitState", "MailKind", "MailPart", "ManagedBy",
    "MarkupState", "MatchState", "MovementCause", "OfferState", "OrderStatus", "OrderSyncStatus",
    "ProblemSeverity", "ProductChange", "ProductType", "RecordKind", "RecordResolution", "RefundReason",
    "RefundState", "Role", "RunState", "ShipmentSyncStatus", "StatusCause", "StockState", "SyncLogState",
    "SyncState", "UserErrorCode", "WalkKind",
]  # fmt: skip


@strawberry.enum(description="Managed by orion.toml, or made through the API.")
class ManagedBy(StrEnum):
    FILE = "file"
    API = "api"


@strawberry.enum(description="PAUSED: until a balance suffices, or a person lets it go on.")
class BuyingState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"


@strawberry.enum(description="FULL: the whole list. DELTA: what changed since the last walk.")
class WalkKind(StrEnum):
    FULL = "full"
    DELTA = "delta"


@strawberry.enum(description="SUSPENDED waits for a person.")
class ChannelState(StrEnum):
    READY = "ready"
    SUSPENDED = "suspended"


@strawberry.enum(description="OFF: the channel or its store is switched off.")
class SyncState(StrEnum):
    READY = "ready"
    SUSPENDED = "suspended"
    OFF = "off"


@strawberry.enum
class CredentialState(StrEnum):
    UNCHECKED = "unchecked"
    VALID = "valid"
    REFUSED = "refused"


@strawberry.enum
class ProductType(StrEnum):
    PHYSICAL = "physical"
    DIGITAL = "digital"


@strawberry.enum(
    description="DIFFERENT: to be sent. SENT: taken, not proven. SYNCED: the channel confirmed that very value."
    " PAUSED: a zero that must not be sent. FAILED: refused. UNLISTED: the channel sells nothing there by a level of"
    " ours, which is as it may be."
)
class OfferState(StrEnum):
    DIFFERENT = "different"
    SENT = "sent"
    SYNCED = "synced"
    PAUSED = "paused"
    FAILED = "failed"
    UNLISTED = "unlisted"


@strawberry.enum
class MovementCause(StrEnum):
    RESERVE = "reserve"
    RELEASE = "release"
    DEDUCT = "deduct"
    ADJUST = "adjust"
    RETURN = "return"


@strawberry.enum
class SyncLogState(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


@strawberry.enum(description="Whether the channel knows what we know.")
class OrderSyncStatus(StrEnum):
    SYNCED = "synced"
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@strawberry.enum(description="NONE: the channel takes no parcels.")
class ShipmentSyncStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    SYNCED = "synced"
    FAILED = "failed"
    NONE = "none"


@strawberry.enum(description="UNMATCHED waits for a person; IGNORED is deliberately not one of the store's products.")
class MatchState(StrEnum):
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    IGNORED = "ignored"


@strawberry.enum(description="SHORT: not all pieces could be reserved.")
class StockState(StrEnum):
    NONE = "none"
    RESERVED = "reserved"
    SHORT = "short"
    RELEASED = "released"
    DEDUCTED = "deducted"


@strawberry.enum(description="HELD waits for a person: confirm or discard it.")
class ImportState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    DOWNLOADING = "downloading"
    PARSING = "parsing"
    UPSERTING = "upserting"
    HELD = "held"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"


@strawberry.enum
class ProblemSeverity(StrEnum):
    REJECTED = "rejected"
    SKIPPED = "skipped"
    WARNING = "warning"


@strawberry.enum
class ProductChange(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DISAPPEARED = "disappeared"


@strawberry.enum(description="What the record would have become here.")
class RecordKind(StrEnum):
    ORDER = "order"


@strawberry.enum(description="IMPORTED: it was read well later. DISMISSED: a person has seen to it.")
class RecordResolution(StrEnum):
    IMPORTED = "imported"
    DISMISSED = "dismissed"


@strawberry.enum
class RunState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@strawberry.enum(description="VIEWER reads, OPERATOR acts on orders, stock and jobs, ADMIN changes stores and tokens.")
class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


@strawberry.enum(description="ASKED: to be sent, or its fate is not known yet. SENT: the mail server took it.")
class DeliveryState(StrEnum):
    ASKED = "asked"
    SENT = "sent"
    FAILED = "failed"


@strawberry.enum(description="API: a storefront fetched the keys.")
class DeliveryWay(StrEnum):
    MAIL = "mail"
    API = "api"


@strawberry.enum
class MailPart(StrEnum):
    SUBJECT = "subject"
    TEXT = "text"
    HTML = "html"


@strawberry.enum(description="PAUSED: no price can be made, and no channel may sell the product.")
class MarkupState(StrEnum):
    WAITING = "waiting"
    PRICED = "priced"
    PAUSED = "paused"
