"""The schedule: what runs when; and running one of its jobs for a single account now."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.rows import Node
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.graphql.vocabulary import ManagedBy
from orion_daemon.services import listings


@strawberry.type(description="A row of the schedule.")
class ScheduledJob(Node):
    name: str
    marketplace: str | None
    schedule: str = strawberry.field(description="Seconds, or five cron fields read in `timezone`.")
    timezone: str
    is_enabled: bool
    managed_by: ManagedBy
    last_run_at: datetime | None
    next_run_at: datetime | None
    last_error: str

    @resolved(description="Null: every store that has the marketplace.")
    async def store(self, info: Info) -> Store | None:
        number = self.row["store_id"]
        return None if number is None else await store_of(info, number)


@resolved()
async def scheduled_jobs(
    info: Info, store: StoreCode = None, enabled: bool | None = None, first: First = PAGE, after: After = None
) -> Connection[ScheduledJob]:
    ctx = info.context
    where = listings.SCHEDULED_JOBS.where(ctx.scope, store, enabled=enabled)
    return await connect(ctx, ScheduledJob, listings.SCHEDULED_JOBS, where, first, after)


QUERIES = [scheduled_jobs]
