"""Jobs: what Orion still has to do, what it did, and what went wrong with it."""

from datetime import datetime

import strawberry

from orion_daemon.graphql import ids
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, targets
from orion_daemon.graphql.rows import Node, build_all
from orion_daemon.graphql.scalars import Json
from orion_daemon.graphql.stores import Channel, Store, channel_of, store_of
from orion_daemon.graphql.vocabulary import JobState
from orion_daemon.services import jobs, listings
from orion_daemon.services.errors import Code, Invalid

AT_ONCE = 500
_SUBJECTS = {"order_id": "Order", "shipment_id": "Shipment", "import_id": "ImportJob", "run_id": "OrderHistoryRun"}


@strawberry.type(description="Something that went wrong with a job.")
class JobAttempt:
    run: int
    outcome: str
    error_family: str
    error_code: str
    error_message: str
    ended_at: datetime


@strawberry.type(description="A command that ends as done, refused, cancelled or dead, with its reason.")
class Job(Node):
    kind: str
    lane: str
    owner: str = strawberry.field(description="The account that does it, such as demo:letzshop.")
    state: JobState
    priority: int
    attempts: int = strawberry.field(description="Failures that counted.")
    runs: int
    run_at: datetime = strawberry.field(description="Not begun before.")
    give_up_at: datetime
    error_family: str
    error_code: str
    error_message: str
    result: Json | None
    created_at: datetime
    claimed_at: datetime | None
    finished_at: datetime | None

    @resolved(description="What it is about, for node(id:).")
    def subject(self) -> strawberry.ID | None:
        for name, type_name in _SUBJECTS.items():
            if number := (self.row["args_json"] or {}).get(name):
                return ids.global_id(type_name, number)
        return None

    @resolved()
    async def store(self, info: Info) -> Store | None:
        number = self.row["store_id"]
        return None if number is None else await store_of(info, number)

    @resolved()
    async def channel(self, info: Info) -> Channel | None:
        number = self.row["channel_id"]
        return None if number is None else await channel_of(info, number)

    @resolved(description="The last 50, oldest first.")
    async def failures(self, info: Info) -> list[JobAttempt]:
        return build_all(JobAttempt, await info.context.loaders.attempts_of_job.load(self.row["id"]))


@resolved(name="jobs", description="Newest first.")
async def list_jobs(
    info: Info,
    store: StoreCode = None,
    states: list[JobState] | None = None,
    kinds: list[str] | None = None,
    owner: str | None = None,
    lane: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Job]:
    ctx = info.context
    where = listings.JOBS.where(ctx.scope, store, states=states, kinds=kinds, owner=owner, lane=lane)
    return await connect(ctx, Job, listings.JOBS, where, first, after)


@strawberry.input
class JobsInput:
    job_ids: list[strawberry.ID]


@strawberry.type
class JobsPayload(Payload):
    jobs: list[Job] = strawberry.field(default_factory=list, description="Those that were moved.")


@mutates("operator")
async def retry_jobs(ctx: GatewayContext, wanted: JobsInput) -> JobsPayload:
    """Send dead letters again, with fresh attempts. Jobs that are not dead are left as they are."""
    return await _shown(ctx, await jobs.retry(ctx.db, await _named(ctx, wanted), actor=ctx.actor, now=ctx.now))


@mutates("operator")
async def cancel_jobs(ctx: GatewayContext, wanted: JobsInput) -> JobsPayload:
    """Withdraw waiting jobs. One that executes ends by itself."""
    return await _shown(ctx, await jobs.cancel(ctx.db, await _named(ctx, wanted), actor=ctx.actor, now=ctx.now))


async def _named(ctx: GatewayContext, wanted: JobsInput) -> list[int]:
    if not 0 < len(wanted.job_ids) <= AT_ONCE:
        raise Invalid(Code.INVALID_VALUE, f"Name 1 to {AT_ONCE} jobs.", "jobIds")
    return [row["id"] for row in await targets(ctx, listings.JOBS, "Job", wanted.job_ids, "jobIds")]


async def _shown(ctx: GatewayContext, numbers: list[int]) -> JobsPayload:
    return JobsPayload(jobs=build_all(Job, await listings.find(ctx.db, listings.JOBS, numbers, ctx.scope)))


QUERIES = [list_jobs]
MUTATIONS = [retry_jobs, cancel_jobs]
