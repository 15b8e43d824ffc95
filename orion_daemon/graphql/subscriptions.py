"""What clients may watch. Each subscription to a state begins with that state; each hears only what its token may.

A subscriber that is too slow loses its oldest events and is told how many by `lagged`, never in silence, and so is
everybody when events of other daemons were not heard; subscriptions to a state then carry the present one, the others
say LAGGED, and the client reads anew. A token that is revoked ends its subscriptions within a minute of events.
Sources: `domain/events.py`, through the bus.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import strawberry

from orion_daemon.domain.events import (
    AlertRaised,
    ImportProgressed,
    JobChanged,
    KeysChanged,
    OffersDiffer,
    OrderChanged,
    StockChanged,
    StoresChanged,
    SyncStatusChanged,
)
from orion_daemon.graphql import sync_status
from orion_daemon.graphql.connections import StoreCode
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.events import (
    AlertEvent,
    ImportProgress,
    JobEvent,
    KeyEvent,
    KeyEventKind,
    OrderEvent,
    OrderEventKind,
    StockChange,
    SyncStatusEvent,
)
from orion_daemon.graphql.fields import watched
from orion_daemon.graphql.imports import ENDED, ImportJob
from orion_daemon.graphql.inventory import InventoryLevel
from orion_daemon.graphql.jobs import Job
from orion_daemon.graphql.orders import Order
from orion_daemon.graphql.payloads import store_target, target
from orion_daemon.graphql.rows import build
from orion_daemon.graphql.vocabulary import JobState
from orion_daemon.runtime.bus import Lagged, Subscription
from orion_daemon.services import listings

RUNNING = ("pending", "processing", "downloading", "parsing", "upserting", "held")


@dataclass(frozen=True, slots=True)
class Watched:
    """`store_id` None: every store that the token may see, which is then all of them."""

    store_id: int | None

    @classmethod
    async def of(cls, ctx: GatewayContext, store: str | None) -> "Watched":
        """Raises NotFound for a store that the token may not see."""
        if store is not None:
            return cls((await store_target(ctx, store))["id"])
        return cls(ctx.scope)

    def holds(self, store_id: int | None) -> bool:
        return self.store_id is None or store_id == self.store_id


async def _events(ctx: GatewayContext, subscription: Subscription) -> AsyncIterator[Any]:
    async for event in subscription:
        await ctx.still_valid()
        yield event


async def _row(ctx: GatewayContext, event: object, listing: listings.Listing, number: int) -> Any:
    rows = await ctx.listening.shared(event, listing.table, partial(listings.find, ctx.db, listing, [number]))
    return rows[0] if rows else None


@watched(description="Orders that arrive, move, change or ask for a person.")
async def order_events(info: Info, store: StoreCode = None) -> AsyncIterator[OrderEvent]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    async with ctx.listening.to(OrderChanged, key=watched.store_id) as subscription:
        async for event in _events(ctx, subscription):
            if isinstance(event, Lagged):
                yield OrderEvent(what=OrderEventKind.LAGGED, order=None, lagged=event.lost)
            elif row := await _row(ctx, event, listings.ORDERS, event.order_id):
                yield OrderEvent(what=OrderEventKind(event.what), order=build(Order, row), lagged=None)


@watched(description="Orders whose keys were bought, are held, or are on their way; read `order.keyUnits`.")
async def key_events(info: Info, store: StoreCode = None) -> AsyncIterator[KeyEvent]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    async with ctx.listening.to(KeysChanged, key=watched.store_id) as subscription:
        async for event in _events(ctx, subscription):
            if isinstance(event, Lagged):
                yield KeyEvent(what=KeyEventKind.LAGGED, order=None, lagged=event.lost)
            elif row := await _row(ctx, event, listings.ORDERS, event.order_id):
                yield KeyEvent(what=KeyEventKind(event.what), order=build(Order, row), lagged=None)


@watched(description="Levels that moved.")
async def stock_changes(info: Info, store: StoreCode = None) -> AsyncIterator[StockChange]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    async with ctx.listening.to(StockChanged, key=watched.store_id) as subscription:
        async for event in _events(ctx, subscription):
            if isinstance(event, Lagged):
                yield StockChange(level=None, lagged=event.lost)
                continue
            rows = await ctx.listening.shared(event, "levels", partial(_levels, ctx, event))
            if rows:
                yield StockChange(level=build(InventoryLevel, rows[0]), lagged=None)


async def _levels(ctx: GatewayContext, event: StockChanged) -> list[Any]:
    """The row as it is, with the figures of this very event."""
    return [
        {**row, "on_hand": event.on_hand, "reserved": event.reserved}
        for row in await ctx.loaders.levels_of_product.load(event.product_id)
        if row["location"] == event.location
    ]


@watched(description="Jobs that moved to another state.")
async def job_events(
    info: Info,
    store: StoreCode = None,
    kinds: list[str] | None = None,
    states: list[JobState] | None = None,
) -> AsyncIterator[JobEvent]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    async with ctx.listening.to(JobChanged, key=watched.store_id) as subscription:
        async for event in _events(ctx, subscription):
            if isinstance(event, Lagged):
                yield JobEvent(state=None, kind=None, owner=None, job=None, lagged=event.lost)
                continue
            state = JobState(event.state)
            if (kinds is None or event.kind in kinds) and (states is None or state in states):
                row = await _row(ctx, event, listings.JOBS, event.job_id)
                job = build(Job, row) if row else None
                yield JobEvent(state=state, kind=event.kind, owner=event.owner, job=job, lagged=None)


@watched(description="What wants a person, when it comes up.")
async def alert_events(info: Info, store: StoreCode = None) -> AsyncIterator[AlertEvent]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    async with ctx.listening.to(AlertRaised) as subscription:
        async for event in _events(ctx, subscription):
            if isinstance(event, Lagged):
                yield AlertEvent(code=None, message=None, channel_id=None, lagged=event.lost)
            elif watched.holds(event.store_id):
                yield AlertEvent(code=event.code, message=event.message, channel_id=event.channel_id, lagged=None)


@watched(description="Begins with the imports under way, or with the one named; that one then ends it.")
async def import_progress(
    info: Info, import_id: strawberry.ID | None = None, store: StoreCode = None
) -> AsyncIterator[ImportProgress]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    number = None
    if import_id is not None:
        number = (await target(ctx, listings.IMPORT_JOBS, "ImportJob", import_id, "importId"))["id"]
    where = listings.IMPORT_JOBS.where(watched.store_id, states=RUNNING)
    async with ctx.listening.to(ImportProgressed, key=watched.store_id) as subscription:
        lagged: int | None = None
        while True:  # the present state at first, and again after events were lost
            if number is not None:
                rows = await listings.find(ctx.db, listings.IMPORT_JOBS, [number], ctx.scope)
            else:
                rows = (await listings.page(ctx.db, listings.IMPORT_JOBS, where, 100, None)).rows
            for row in rows:
                job = build(ImportJob, row)
                yield ImportProgress(import_job=job, lagged=lagged)
                if number is not None and job.state in ENDED:
                    return
            if not rows and lagged is not None:
                yield ImportProgress(import_job=None, lagged=lagged)
            lagged = None
            async for event in _events(ctx, subscription):
                if isinstance(event, Lagged):
                    lagged = event.lost
                    break
                if number is not None and event.import_id != number:
                    continue
                row = await _row(ctx, event, listings.IMPORT_JOBS, event.import_id)
                if row:
                    job = build(ImportJob, row)
                    yield ImportProgress(import_job=job, lagged=None)
                    if number is not None and job.state in ENDED:
                        return
            if lagged is None:
                return


_TO_SYNC = (SyncStatusChanged, OffersDiffer, JobChanged, StoresChanged)


@watched(name="syncStatus", description="Begins with every channel asked for, then tells those that changed.")
async def watch_sync_status(
    info: Info, store: StoreCode = None, marketplace: str | None = None
) -> AsyncIterator[SyncStatusEvent]:
    ctx = info.context
    watched = await Watched.of(ctx, store)
    known: dict[int, Any] = {}
    async with ctx.listening.to(*_TO_SYNC) as subscription:
        for one in await sync_status.read(ctx, store, marketplace):
            known[one.channel_id] = one
            yield SyncStatusEvent(status=sync_status.shown(one), lagged=None)
        async for event in _events(ctx, subscription):
            if not isinstance(event, Lagged | StoresChanged) and not watched.holds(event.store_id):
                continue
            lost = event.lost if isinstance(event, Lagged) else 0
            if ctx.parts.settle_seconds:
                await ctx.parts.clock.sleep(ctx.parts.settle_seconds)
            while len(subscription):  # changes that came together are one look
                more = await anext(subscription)
                lost += more.lost if isinstance(more, Lagged) else 0
            told = 0
            for one in await sync_status.read(ctx, store, marketplace):
                if lost or known.get(one.channel_id) != one:
                    known[one.channel_id] = one
                    told += 1
                    yield SyncStatusEvent(status=sync_status.shown(one), lagged=lost or None)
            if lost and not told:
                yield SyncStatusEvent(status=None, lagged=lost)


SUBSCRIPTIONS = [
    order_events,
    key_events,
    stock_changes,
    job_events,
    alert_events,
    import_progress,
    watch_sync_status,
]
