"""What subscriptions deliver. In each, `lagged` is null, or says how many events this subscriber has missed here."""

from enum import StrEnum

import strawberry

from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.imports import ImportJob
from orion_daemon.graphql.inventory import InventoryLevel
from orion_daemon.graphql.jobs import Job
from orion_daemon.graphql.orders import Order
from orion_daemon.graphql.stores import Channel, channel_of
from orion_daemon.graphql.sync_status import SyncStatus
from orion_daemon.graphql.vocabulary import JobState

_LAGGED = "At least so many events were lost here: this subscriber is too slow, or daemons lost touch; null: none."


@strawberry.enum(description="LAGGED: events were lost; read the orders anew.")
class OrderEventKind(StrEnum):
    CREATED = "created"
    STATUS = "status"
    CONTENT = "content"
    ATTENTION = "attention"
    SHIPMENT = "shipment"
    LAGGED = "lagged"


@strawberry.type
class OrderEvent:
    what: OrderEventKind
    order: Order | None
    lagged: int | None = strawberry.field(description=_LAGGED)


@strawberry.enum(description="The state that units of the order came to. LAGGED: events were lost; read them anew.")
class KeyEventKind(StrEnum):
    OWED = "owed"
    BUYING = "buying"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    READY = "ready"
    DELIVERED = "delivered"
    HELD = "held"
    CANCELLED = "cancelled"
    LAGGED = "lagged"


@strawberry.type
class KeyEvent:
    what: KeyEventKind
    order: Order | None
    lagged: int | None = strawberry.field(description=_LAGGED)


@strawberry.type
class StockChange:
    level: InventoryLevel | None
    lagged: int | None = strawberry.field(description=_LAGGED)


@strawberry.type(description="`state` is the one of this event; the job itself may be further by now.")
class JobEvent:
    state: JobState | None
    kind: str | None
    owner: str | None
    job: Job | None
    lagged: int | None = strawberry.field(description=_LAGGED)


@strawberry.type
class AlertEvent:
    code: str | None
    message: str | None
    lagged: int | None = strawberry.field(description=_LAGGED)
    channel_id: strawberry.Private[int | None]

    @resolved()
    async def channel(self, info: Info) -> Channel | None:
        return None if self.channel_id is None else await channel_of(info, self.channel_id)


@strawberry.type
class ImportProgress:
    import_job: ImportJob | None
    lagged: int | None = strawberry.field(description=_LAGGED)


@strawberry.type
class SyncStatusEvent:
    status: SyncStatus | None
    lagged: int | None = strawberry.field(description=_LAGGED)
