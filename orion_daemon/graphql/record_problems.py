"""Records that could not be taken in: the list, a look at what came, and putting one aside.

What came may hold anything, people's data too: it needs the role operator, and each look is logged (G10).
"""

from datetime import datetime
from typing import cast

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.customers import revealed
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.stores import Channel, Store, channel_of, store_of
from orion_daemon.graphql.vocabulary import RecordKind, RecordResolution
from orion_daemon.services import listings
from orion_daemon.services import record_problems as service


@strawberry.type(description="A record of a channel that could not be taken in. One entry, however often it is seen.")
class RecordProblem(Node):
    kind: RecordKind
    record_id: str | None = strawberry.field(description="The channel's own id, where one could be read.")
    code: str
    message: str
    first_seen_at: datetime
    last_seen_at: datetime
    times_seen: int
    resolved_at: datetime | None
    resolution: RecordResolution | None = strawberry.field(description="Null while it is open.")

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])

    @resolved(
        description="What came last, verbatim. Needs the role operator; each look is logged. Null where nothing came,"
        " and once the record was imported: the order has it then."
    )
    async def payload(self, info: Info) -> str | None:
        found = cast("bytes | None", await revealed(info, "record_problem", self.row["id"]))
        return None if found is None else found.decode("utf-8", "replace")


@resolved(name="recordProblems", description="Newest first.")
async def list_record_problems(
    info: Info,
    store: StoreCode = None,
    marketplace: str | None = None,
    open: bool | None = None,  # noqa: A002 - the argument's public name
    code: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[RecordProblem]:
    ctx = info.context
    where = listings.RECORD_PROBLEMS.where(ctx.scope, store, marketplace=marketplace, open=open, code=code)
    return await connect(ctx, RecordProblem, listings.RECORD_PROBLEMS, where, first, after)


@strawberry.input
class DismissRecordProblemInput:
    record_problem_id: strawberry.ID
    note: str = strawberry.field(default="", description="For the audit trail; nothing personal.")


@strawberry.type
class DismissRecordProblemPayload(Payload):
    record_problem: RecordProblem | None = None


@mutates("operator")
async def dismiss_record_problem(ctx: GatewayContext, wanted: DismissRecordProblemInput) -> DismissRecordProblemPayload:
    """A person has seen to it. It opens anew when the record comes in another form and cannot be read either."""
    row = await target(ctx, listings.RECORD_PROBLEMS, "RecordProblem", wanted.record_problem_id, "recordProblemId")
    await service.dismiss(ctx.db, row["id"], actor=ctx.actor, now=ctx.now, note=wanted.note)
    [row] = await listings.find(ctx.db, listings.RECORD_PROBLEMS, [row["id"]], ctx.scope)
    return DismissRecordProblemPayload(record_problem=build(RecordProblem, row))


QUERIES = [list_record_problems]
MUTATIONS = [dismiss_record_problem]
