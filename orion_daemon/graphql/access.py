"""Tokens and the audit trail: who may do what, and who did it."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, store_target, target
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.scalars import Json
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.graphql.vocabulary import Role
from orion_daemon.services import access, listings
from orion_daemon.services.errors import Code, Invalid


@strawberry.type(description="Who this token is.")
class Viewer:
    name: str
    role: Role
    store_id: strawberry.Private[int | None]

    @resolved(description="The one store it may see; null for all.")
    async def store(self, info: Info) -> Store | None:
        return None if self.store_id is None else await store_of(info, self.store_id)


@strawberry.type(description="A token as a list may show it; the token itself is shown once, when it is made.")
class ApiToken(Node):
    name: str
    role: Role
    prefix: str = strawberry.field(description="Its first characters.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @resolved(description="Null: every store.")
    async def store(self, info: Info) -> Store | None:
        number = self.row["store_id"]
        return None if number is None else await store_of(info, number)


@strawberry.type(description="Who did what to what.")
class AuditEntry(Node):
    actor: str
    action: str
    subject: str
    detail: Json | None
    created_at: datetime


@resolved()
def viewer(info: Info) -> Viewer:
    caller = info.context.caller
    return Viewer(name=caller.name, role=Role(caller.role), store_id=caller.store_id)


@resolved(description="Needs the role admin.")
async def api_tokens(
    info: Info, store: StoreCode = None, revoked: bool | None = None, first: First = PAGE, after: After = None
) -> Connection[ApiToken]:
    ctx = info.context
    ctx.needs("admin")
    where = listings.API_TOKENS.where(ctx.scope, store, revoked=revoked)
    return await connect(ctx, ApiToken, listings.API_TOKENS, where, first, after)


@resolved(description="Newest first. Needs the role admin.")
async def audit_entries(
    info: Info,
    store: StoreCode = None,
    action: str | None = None,
    subject: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[AuditEntry]:
    ctx = info.context
    ctx.needs("admin")
    where = listings.AUDIT_ENTRIES.where(ctx.scope, store, action=action, subject=subject)
    return await connect(ctx, AuditEntry, listings.AUDIT_ENTRIES, where, first, after)


@strawberry.input
class CreateTokenInput:
    name: str
    role: Role
    store: str | None = strawberry.field(default=None, description="Bind it to this store; null: every store.")
    expires_at: datetime | None = strawberry.field(
        default=None, description="Null: after the lifetime that the configuration gives to new tokens."
    )


@strawberry.input
class RevokeTokenInput:
    token_id: strawberry.ID


@strawberry.type
class CreateTokenPayload(Payload):
    api_token: ApiToken | None = None
    token: str | None = strawberry.field(default=None, description="Shown this once.")


@strawberry.type
class RevokeTokenPayload(Payload):
    api_token: ApiToken | None = None


@mutates("admin")
async def create_token(ctx: GatewayContext, wanted: CreateTokenInput) -> CreateTokenPayload:
    """A token bound to a store can make tokens of that store only."""
    store_id = ctx.scope
    if wanted.store is not None:
        store_id = (await store_target(ctx, wanted.store))["id"]
    if not 0 < len(wanted.name.strip()) <= 200:
        raise Invalid(Code.INVALID_VALUE, "A name has 1 to 200 characters.", "name")
    if wanted.expires_at is not None and wanted.expires_at <= ctx.now:
        raise Invalid(Code.INVALID_VALUE, "That time is over.", "expiresAt")
    token = ctx.parts.new_token()
    number = await access.create_token(
        ctx.db,
        token=token,
        name=wanted.name.strip(),
        role=wanted.role.value,
        store_id=store_id,
        now=ctx.now,
        expires_at=wanted.expires_at or ctx.now + ctx.parts.token_lifetime,
        actor=ctx.actor,
    )
    return CreateTokenPayload(api_token=await _token(ctx, number), token=token)


@mutates("admin")
async def revoke_token(ctx: GatewayContext, wanted: RevokeTokenInput) -> RevokeTokenPayload:
    """Worthless from now on; revoking twice is fine."""
    row = await target(ctx, listings.API_TOKENS, "ApiToken", wanted.token_id, "tokenId")
    await access.revoke_token(ctx.db, row["id"], ctx.now, ctx.actor)
    return RevokeTokenPayload(api_token=await _token(ctx, row["id"]))


async def _token(ctx: GatewayContext, number: int) -> ApiToken:
    [row] = await listings.find(ctx.db, listings.API_TOKENS, [number], ctx.scope)
    return build(ApiToken, row)


QUERIES = [viewer, api_tokens, audit_entries]
MUTATIONS = [create_token, revoke_token]
