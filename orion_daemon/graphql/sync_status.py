"""How each channel stands, in one look."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import StoreCode
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.stores import Channel, channel_of
from orion_daemon.graphql.vocabulary import SyncState
from orion_daemon.services import sync_status as service


@strawberry.type(description="Offers of a channel by state.")
class OfferCounts:
    different: int
    sent: int
    synced: int
    paused: int
    failed: int
    unlisted: int = strawberry.field(description="Not listed on the channel, or sold there by others' levels.")


@strawberry.type(description="Open jobs of a channel, and its dead letters.")
class JobCounts:
    waiting: int
    executing: int
    dead: int


@strawberry.type(description="How a channel stands.")
class SyncStatus:
    store_code: str
    marketplace: str
    state: SyncState
    reason: str = strawberry.field(description="Why it is suspended.")
    allows_mutations: bool
    orders_polled_at: datetime | None
    orders_reconciled_at: datetime | None
    inventory_pushed_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    offers: OfferCounts
    jobs: JobCounts
    channel_id: strawberry.Private[int]

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.channel_id)


def shown(one: service.SyncStatus) -> SyncStatus:
    return SyncStatus(
        store_code=one.store_code,
        marketplace=one.marketplace,
        state=SyncState(one.state),
        reason=one.reason,
        allows_mutations=one.allows_mutations,
        orders_polled_at=one.orders_polled_at,
        orders_reconciled_at=one.orders_reconciled_at,
        inventory_pushed_at=one.inventory_pushed_at,
        last_error=one.last_error,
        last_error_at=one.last_error_at,
        offers=OfferCounts(**one.offers),
        jobs=JobCounts(**one.jobs),
        channel_id=one.channel_id,
    )


async def read(ctx: GatewayContext, store: str | None, marketplace: str | None) -> list[service.SyncStatus]:
    return await service.read(ctx.db, ctx.scope, store, marketplace)


@resolved(description="Every channel with a marketplace behind it, by store and marketplace.")
async def sync_status(info: Info, store: StoreCode = None, marketplace: str | None = None) -> list[SyncStatus]:
    return [shown(one) for one in await read(info.context, store, marketplace)]


QUERIES = [sync_status]
