"""Work asked of one account now: what the schedule does by itself, for people who do not want to wait."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.jobs import Job
from orion_daemon.graphql.orders import OrderHistoryRun
from orion_daemon.graphql.payloads import Payload, channel_target, mutates
from orion_daemon.graphql.rows import build
from orion_daemon.jobs import kinds
from orion_daemon.services import account_work, listings


@strawberry.input
class AccountInput:
    store: str
    marketplace: str


@strawberry.input
class ImportOrderHistoryInput:
    store: str
    marketplace: str
    since: datetime | None = strawberry.field(
        default=None, description="Null: as far back as history_days of the configuration says."
    )


@strawberry.type
class JobPayload(Payload):
    job: Job | None = strawberry.field(default=None, description="The job that does it; watch it by jobEvents.")


@strawberry.type
class ImportOrderHistoryPayload(Payload):
    run: OrderHistoryRun | None = None
    job: Job | None = None


async def _ask(ctx: GatewayContext, wanted: AccountInput, kind: kinds.JobKind[kinds.Nothing]) -> JobPayload:
    channel = await channel_target(ctx, wanted.store, wanted.marketplace)
    number = await account_work.ask(ctx.db, channel["id"], kind, actor=ctx.actor, now=ctx.now)
    return JobPayload(job=await _job(ctx, number))


async def _job(ctx: GatewayContext, number: int) -> Job:
    [row] = await listings.find(ctx.db, listings.JOBS, [number], ctx.scope)
    return build(Job, row)


@mutates("operator")
async def poll_orders(ctx: GatewayContext, wanted: AccountInput) -> JobPayload:
    return await _ask(ctx, wanted, kinds.POLL_ORDERS)


@mutates("operator")
async def reconcile_orders(ctx: GatewayContext, wanted: AccountInput) -> JobPayload:
    """Read everything that may still change, and write only differences."""
    return await _ask(ctx, wanted, kinds.RECONCILE_ORDERS)


@mutates("operator")
async def sync_inventory(ctx: GatewayContext, wanted: AccountInput) -> JobPayload:
    """Send every level that differs."""
    return await _ask(ctx, wanted, kinds.PUSH_INVENTORY)


@mutates("operator")
async def publish_feed(ctx: GatewayContext, wanted: AccountInput) -> JobPayload:
    """Write the channel's feeds anew, where it reads feeds."""
    return await _ask(ctx, wanted, kinds.PUBLISH_FEED)


@mutates("operator")
async def import_order_history(ctx: GatewayContext, wanted: ImportOrderHistoryInput) -> ImportOrderHistoryPayload:
    """Walk over the channel's past orders; one that is under way goes on."""
    channel = await channel_target(ctx, wanted.store, wanted.marketplace)
    run_id, job_id = await account_work.import_history(
        ctx.db, channel["id"], wanted.since, actor=ctx.actor, now=ctx.now
    )
    [row] = await listings.find(ctx.db, listings.ORDER_HISTORY_RUNS, [run_id], ctx.scope)
    return ImportOrderHistoryPayload(run=build(OrderHistoryRun, row), job=await _job(ctx, job_id))


MUTATIONS = [poll_orders, reconcile_orders, sync_inventory, publish_feed, import_order_history]
