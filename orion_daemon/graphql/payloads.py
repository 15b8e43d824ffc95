"""Mutations: one `input`, a payload of what changed, and `userErrors` for what a person can put right.

`@mutates(role)` makes a field of `async def ship_order(ctx, wanted: ShipOrderInput) -> ShipOrderPayload`. A lesser
role is an error of the whole field (FORBIDDEN); a refusal of a service becomes a user error, and then nothing was
changed. `target` finds what an id or a store's code names and obeys the token's scope: what a token may not see is
not there.
"""

import typing
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql import ids
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.vocabulary import UserErrorCode
from orion_daemon.services import access, listings
from orion_daemon.services.errors import NotFound, ServiceError
from orion_daemon.services.listings import Listing


@strawberry.type(description="What a person can put right. Nothing was changed.")
class UserError:
    code: UserErrorCode
    field: str | None = strawberry.field(description="The input at fault, where one is: a path below `input`.")
    message: str


@strawberry.type
class Payload:
    user_errors: list[UserError] = strawberry.field(default_factory=list)


def user_error(error: ServiceError) -> UserError:
    return UserError(code=error.code, field=error.field, message=error.message)


def mutates(role: str, *, audited: str = "") -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """`audited` is the action under which a success is written to the audit trail, where the service writes none."""

    def make(function: Callable[..., Awaitable[Any]]) -> Any:
        hints = typing.get_type_hints(function)
        payload = hints["return"]

        async def resolver(info: Info, input: Any) -> Any:  # noqa: A002 - the argument's public name
            ctx = info.context
            ctx.needs(role)
            try:
                done = await function(ctx, input)
            except ServiceError as error:
                return payload(user_errors=[user_error(error)])
            if audited:
                await _note(ctx, audited, done)
            return done

        resolver.__name__ = function.__name__
        resolver.__annotations__ = {"info": Info, "input": hints["wanted"], "return": payload}
        return strawberry.mutation(resolver, name=None, description=function.__doc__)

    return make


async def _note(ctx: GatewayContext, action: str, done: Any) -> None:
    for value in vars(done).values():
        row = getattr(value, "row", None)
        if isinstance(row, dict):
            store_id = row["id"] if type(value).__name__ == "Store" else row.get("store_id")
            async with ctx.db.transaction() as tx:
                subject = f"{type(value).__name__.lower()}:{row['id']}"
                await access.audit(tx, ctx.actor, action, subject, {}, store_id, ctx.now)
            return


async def target(ctx: GatewayContext, listing: Listing, type_name: str, global_id: str, field: str) -> Row:
    """The row that an id of an input names. Raises NotFound, also for what the token may not see."""
    [row] = await targets(ctx, listing, type_name, [global_id], field)
    return row


async def targets(
    ctx: GatewayContext, listing: Listing, type_name: str, global_ids: Sequence[str], field: str
) -> list[Row]:
    """As `target`, in the order given; every one must be there."""
    numbers = [ids.number(one, type_name, field) for one in global_ids]
    rows = {row["id"]: row for row in await listings.find(ctx.db, listing, numbers, ctx.scope)}
    for one in numbers:
        if one not in rows:
            raise NotFound(f"{type_name} with this id", field)
    return [rows[one] for one in numbers]


async def store_target(ctx: GatewayContext, code: str, field: str = "store") -> Row:
    """The store of this code. Raises NotFound."""
    row = await listings.one(ctx.db, listings.STORES, ctx.scope, code)
    if row is None:
        raise NotFound(f"store {code!r}", field)
    return row


async def channel_target(ctx: GatewayContext, store: str, marketplace: str) -> Row:
    """The channel of a store, as `channels.*`. Raises NotFound naming which of the two is missing."""
    await store_target(ctx, store)
    row = await listings.one(ctx.db, listings.CHANNELS, ctx.scope, store, marketplace=marketplace)
    if row is None:
        raise NotFound(f"channel {marketplace!r} in store {store!r}", "marketplace")
    return row
