"""Product imports as they are shown: how far, how fast, what came of every row. Decisions: `import_actions.py`."""

from datetime import datetime, timedelta

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.rows import Node
from orion_daemon.graphql.scalars import BigInt, Json
from orion_daemon.graphql.stores import Channel, Store, channel_of, store_of
from orion_daemon.graphql.vocabulary import ImportState, ProblemSeverity, ProductChange
from orion_daemon.observability.redaction import redact
from orion_daemon.services import listings

ENDED = frozenset({ImportState.COMPLETED, ImportState.PARTIALLY_COMPLETED, ImportState.FAILED})
MOVING = frozenset({ImportState.DOWNLOADING, ImportState.PARSING, ImportState.UPSERTING, ImportState.PROCESSING})


@strawberry.type(description="A row of a feed that was not taken as it is, or taken with a doubt.")
class ImportProblem(Node):
    line: int
    field: str
    reason: str = strawberry.field(description="A stable code.")
    message: str
    value: str = strawberry.field(description="An excerpt.")
    severity: ProblemSeverity


@strawberry.type(description="What a dry run would change.")
class ImportChange(Node):
    marketplace_product_id: str
    change: ProductChange
    before: Json | None
    after: Json | None


@strawberry.type(description="A run of a product import. The five outcomes add up to `rows` when it has ended.")
class ImportJob(Node):
    language: str
    is_complete: bool = strawberry.field(description="The feed is the whole catalog; what it lacks is not for sale.")
    is_dry_run: bool
    is_confirmed: bool
    state: ImportState
    held_code: str
    held_reason: str = strawberry.field(description="Why it waits for a person.")
    decided_by: str = strawberry.field(description="Who confirmed, discarded or cancelled it.")
    error_code: str
    error_message: str
    bytes_total: BigInt | None = strawberry.field(
        description="Of the file. While an account is asked for its products: as many as there will be about, where it"
        " says how many products it has (`detected.total`)."
    )
    bytes_done: BigInt
    rows: int = strawberry.field(description="Met so far; while it is downloading, those that the account has told.")
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    disappeared: int = strawberry.field(description="Products that went unavailable.")
    warnings: int
    detected: Json | None = strawberry.field(description="Format, encoding, delimiter, columns: what was found out.")
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @resolved(description="URL or path; `api` where the account itself was asked.")
    def source(self) -> str:
        return str(redact(self.row["source"]))

    @resolved(description="Rows a second, over the whole run so far.")
    def rate(self, info: Info) -> float | None:
        seconds = self._running_for(info.context)
        return None if not seconds else round(self.rows / seconds, 1)

    @resolved(description="About how long it still takes; null when nobody can tell.")
    def eta_seconds(self, info: Info) -> float | None:
        seconds = self._running_for(info.context)
        if self.state not in MOVING or not seconds or not self.bytes_total or not self.bytes_done:
            return None
        left = max(0, self.bytes_total - self.bytes_done)
        return round(seconds * left / self.bytes_done, 1)

    def _running_for(self, ctx: GatewayContext) -> float | None:
        if self.started_at is None:
            return None
        return max(timedelta(), (self.finished_at or ctx.now) - self.started_at).total_seconds()

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])

    @resolved()
    async def problems(
        self, info: Info, severities: list[ProblemSeverity] | None = None, first: First = PAGE, after: After = None
    ) -> Connection[ImportProblem]:
        ctx = info.context
        where = listings.IMPORT_PROBLEMS.where(ctx.scope, import_id=self.row["id"], severities=severities)
        return await connect(ctx, ImportProblem, listings.IMPORT_PROBLEMS, where, first, after)

    @resolved(description="Of a dry run.")
    async def changes(
        self, info: Info, changes: list[ProductChange] | None = None, first: First = PAGE, after: After = None
    ) -> Connection[ImportChange]:
        ctx = info.context
        where = listings.IMPORT_CHANGES.where(ctx.scope, import_id=self.row["id"], changes=changes)
        return await connect(ctx, ImportChange, listings.IMPORT_CHANGES, where, first, after)


@resolved(description="Newest first.")
async def import_jobs(
    info: Info,
    store: StoreCode = None,
    marketplace: str | None = None,
    states: list[ImportState] | None = None,
    language: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[ImportJob]:
    ctx = info.context
    where = listings.IMPORT_JOBS.where(ctx.scope, store, marketplace=marketplace, states=states, language=language)
    return await connect(ctx, ImportJob, listings.IMPORT_JOBS, where, first, after)


QUERIES = [import_jobs]
