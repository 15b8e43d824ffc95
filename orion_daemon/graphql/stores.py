"""Stores and channels: who sells, and through which accounts."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, channel_target, mutates, store_target, target
from orion_daemon.graphql.rows import Node, build, build_all
from orion_daemon.graphql.scalars import Json
from orion_daemon.graphql.vocabulary import ChannelState, CredentialState, ManagedBy
from orion_daemon.observability.redaction import redact
from orion_daemon.services import credentials, listings, store_rules, stores
from orion_daemon.services.errors import Code, Invalid, Refused


@strawberry.type(description="How stock becomes the quantity that a channel hears.")
class StockRules:
    is_enabled: bool
    safety_stock: int
    out_of_stock_threshold: int
    sync_zero_stock: bool


@strawberry.type(description="What a channel logs in with; the secret itself is never shown.")
class Credential:
    kind: str
    state: CredentialState
    fingerprint: str = strawberry.field(description="Tells two secrets apart without showing either.")
    checked_at: datetime | None
    expires_at: datetime | None
    updated_at: datetime


@strawberry.type(description="A merchant's shop; `code` is its name everywhere.")
class Store(Node):
    code: str
    name: str
    currency: str
    country: str
    timezone: str
    default_language: str
    languages: list[str] = strawberry.field(description="In order of preference; holds the default language.")
    is_active: bool
    managed_by: ManagedBy
    created_at: datetime
    updated_at: datetime

    @resolved()
    async def channels(self, info: Info) -> list["Channel"]:
        return build_all(Channel, await info.context.loaders.channels_of_store.load(self.row["id"]))


@strawberry.type(description="A store's account at a marketplace or at a supplier of keys, or its own storefront.")
class Channel(Node):
    marketplace: str = strawberry.field(description="Or the supplier, with a suffix for a second account there.")
    is_supplier: bool = strawberry.field(description="Keys are bought here: it has no orders, no offers and no stock.")
    is_active: bool
    allows_mutations: bool = strawberry.field(description="False: Orion reads there and changes nothing.")
    managed_by: ManagedBy
    state: ChannelState
    state_reason: str
    orders_polled_at: datetime | None
    orders_first_polled_at: datetime | None = strawberry.field(
        description="The end of the first poll. What was placed and answered before may have left without Orion."
    )
    orders_reconciled_at: datetime | None
    inventory_pushed_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @resolved()
    def endpoint(self) -> str:
        return str(redact(self.row["endpoint"]))

    @resolved(description="The connector's own options.")
    def settings(self) -> Json:
        return Json(redact(self.row["settings_json"]))

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    @resolved()
    async def stock_rules(self, info: Info) -> StockRules | None:
        rows = await info.context.loaders.stock_rules_of_channel.load(self.row["id"])
        return build(StockRules, rows[0]) if rows else None

    @resolved()
    async def credentials(self, info: Info) -> list[Credential]:
        return build_all(Credential, await info.context.loaders.credentials_of_channel.load(self.row["id"]))


async def store_of(info: Info, store_id: int) -> Store:
    """The store of a row that a foreign key holds."""
    row = await info.context.loaders.stores.load(store_id)
    assert row is not None  # noqa: S101 - a foreign key holds it
    return build(Store, row)


async def channel_of(info: Info, channel_id: int) -> Channel:
    row = await info.context.loaders.channels.load(channel_id)
    assert row is not None  # noqa: S101 - a foreign key holds it
    return build(Channel, row)


@resolved(name="stores", description="All stores that the token may see.")
async def list_stores(
    info: Info, active: bool | None = None, first: First = PAGE, after: After = None
) -> Connection[Store]:
    ctx = info.context
    return await connect(ctx, Store, listings.STORES, listings.STORES.where(ctx.scope, active=active), first, after)


@resolved(description="A store by its code.")
async def store(info: Info, code: str) -> Store | None:
    row = await listings.one(info.context.db, listings.STORES, info.context.scope, code)
    return build(Store, row) if row else None


@resolved()
async def channels(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[Channel]:
    ctx = info.context
    where = listings.CHANNELS.where(ctx.scope, store, marketplace=marketplace)
    return await connect(ctx, Channel, listings.CHANNELS, where, first, after)


@resolved(description="The account of a store at a marketplace or supplier.")
async def channel(info: Info, store: str, marketplace: str) -> Channel | None:
    ctx = info.context
    row = await listings.one(ctx.db, listings.CHANNELS, ctx.scope, store, marketplace=marketplace)
    return build(Channel, row) if row else None


@strawberry.input
class CreateStoreInput:
    code: str
    name: str
    currency: str
    country: str
    timezone: str = "UTC"
    default_language: str
    languages: list[str] | None = strawberry.field(default=None, description="Only the default language if left out.")


@strawberry.input(description="What is left out stays.")
class UpdateStoreInput:
    store: str
    name: str | None = UNSET
    currency: str | None = UNSET
    country: str | None = UNSET
    timezone: str | None = UNSET
    default_language: str | None = UNSET
    languages: list[str] | None = UNSET
    is_active: bool | None = UNSET


@strawberry.input(
    description="Creates the channel or replaces what it says. The name of a supplier makes an account that buys."
)
class PutChannelInput:
    store: str
    marketplace: str
    is_active: bool = True
    endpoint: str = ""
    allows_mutations: bool = False
    settings: Json | None = None
    safety_stock: int = 0
    out_of_stock_threshold: int = 0
    sync_zero_stock: bool = True


@strawberry.input
class ResumeChannelInput:
    channel_id: strawberry.ID


@strawberry.input
class SetCredentialInput:
    store: str
    marketplace: str
    kind: str = "api_key"
    secret: str


@strawberry.type
class StorePayload(Payload):
    store: Store | None = None


@strawberry.type
class ChannelPayload(Payload):
    channel: Channel | None = None


async def _store_payload(ctx: GatewayContext, code: str) -> StorePayload:
    return StorePayload(store=build(Store, await store_target(ctx, code)))


async def _channel_payload(ctx: GatewayContext, channel_id: int) -> ChannelPayload:
    [row] = await listings.find(ctx.db, listings.CHANNELS, [channel_id], ctx.scope)
    return ChannelPayload(channel=build(Channel, row))


@mutates("admin", audited="store.create")
async def create_store(ctx: GatewayContext, wanted: CreateStoreInput) -> StorePayload:
    """A store that orion.toml does not manage."""
    if ctx.scope is not None:
        raise Refused(Code.FORBIDDEN, "A token of one store cannot create another.", "code")
    declared = stores.StoreDeclaration(
        code=wanted.code,
        name=wanted.name,
        currency=wanted.currency,
        country=wanted.country,
        timezone=wanted.timezone,
        default_language=wanted.default_language,
        languages=tuple(wanted.languages or [wanted.default_language]),
    )
    store_rules.check_store(
        {"code": wanted.code, "languages_json": declared.languages}
        | {name: getattr(wanted, name) for name in ("name", "currency", "country", "timezone", "default_language")}
    )
    await stores.create_store(ctx.db, declared, ctx.now)
    return await _store_payload(ctx, wanted.code)


@mutates("admin", audited="store.update")
async def update_store(ctx: GatewayContext, wanted: UpdateStoreInput) -> StorePayload:
    row = await store_target(ctx, wanted.store)
    values: dict[str, Any] = {}
    for name in ("name", "currency", "country", "timezone", "default_language", "languages", "is_active"):
        value = getattr(wanted, name)
        if value is not UNSET and value is not None:
            values["languages_json" if name == "languages" else name] = value
    store_rules.check_store(values)
    await stores.update_store(ctx.db, row["id"], values, ctx.now)
    return await _store_payload(ctx, wanted.store)


@mutates("admin", audited="channel.put")
async def put_channel(ctx: GatewayContext, wanted: PutChannelInput) -> ChannelPayload:
    row = await store_target(ctx, wanted.store)
    settings: object = {} if wanted.settings is None else wanted.settings
    if not isinstance(settings, dict):
        raise Invalid(Code.INVALID_VALUE, "Settings are an object.", "settings")
    declared = stores.ChannelDeclaration(
        marketplace=wanted.marketplace,
        is_active=wanted.is_active,
        is_supplier=store_rules.is_supplier(wanted.marketplace),
        endpoint=wanted.endpoint,
        allows_mutations=wanted.allows_mutations,
        settings=settings,
        safety_stock=wanted.safety_stock,
        out_of_stock_threshold=wanted.out_of_stock_threshold,
        sync_zero_stock=wanted.sync_zero_stock,
    )
    store_rules.check_channel(declared)
    channel_id = await stores.put_channel(ctx.db, row["id"], declared, ctx.now)
    return await _channel_payload(ctx, channel_id)


@mutates("operator", audited="channel.resume")
async def resume_channel(ctx: GatewayContext, wanted: ResumeChannelInput) -> ChannelPayload:
    """Let a suspended account work again."""
    row = await target(ctx, listings.CHANNELS, "Channel", wanted.channel_id, "channelId")
    await stores.resume_channel(ctx.db, row["id"], ctx.now)
    return await _channel_payload(ctx, row["id"])


@mutates("admin", audited="credential.set")
async def set_credential(ctx: GatewayContext, wanted: SetCredentialInput) -> ChannelPayload:
    """Sealed at once; an account that was stopped for a refused secret works again."""
    row = await channel_target(ctx, wanted.store, wanted.marketplace)
    store_rules.check_credential(row["marketplace"], wanted.kind, wanted.secret)
    await credentials.set_credential(ctx.db, row["id"], wanted.kind, wanted.secret, ctx.now)
    return await _channel_payload(ctx, row["id"])


QUERIES = [list_stores, store, channels, channel]
MUTATIONS = [create_store, update_store, put_channel, resume_channel, set_credential]
