"""Offers: a product on a channel, and how far the channel knows its level. Feeds that channels read stand here too."""

from datetime import datetime

import strawberry

from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.products import Product, product_of
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.scalars import BigInt, Money
from orion_daemon.graphql.stores import Channel, channel_of, store_of
from orion_daemon.graphql.vocabulary import OfferState
from orion_daemon.services import listings


@strawberry.type(description="A product on a channel.")
class Offer(Node):
    channel_sku: str
    is_active: bool
    state: OfferState
    is_urgent: bool = strawberry.field(description="It may have to go to zero, and goes before cosmetic changes.")
    changed_at: datetime
    sent_quantity: int | None
    sent_price: Money | None
    sent_at: datetime | None
    confirmed_quantity: int | None
    confirmed_price: Money | None
    confirmed_at: datetime | None
    error_code: str
    error_message: str

    @resolved()
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row["product_id"])

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])


@strawberry.type(description="A product feed that a channel reads from us.")
class FeedPublication(Node):
    language: str
    etag: str
    rows: int
    refused: int = strawberry.field(description="Products left out because the channel would not take them.")
    bytes: BigInt
    published_at: datetime = strawberry.field(description="When the content last changed.")
    checked_at: datetime
    read_at: datetime | None = strawberry.field(description="When somebody last fetched it.")

    @resolved()
    async def channel(self, info: Info) -> Channel:
        return await channel_of(info, self.row["channel_id"])

    @resolved(description="Where it is served, below the gateway's address.")
    async def path(self, info: Info) -> str:
        channel = await channel_of(info, self.row["channel_id"])
        shop = await store_of(info, channel.row["store_id"])
        return f"/feeds/{shop.code}/{channel.marketplace}/{self.language}.csv"


@resolved(name="offers")
async def list_offers(
    info: Info,
    store: StoreCode = None,
    marketplace: str | None = None,
    states: list[OfferState] | None = None,
    sku: str | None = None,
    first: First = PAGE,
    after: After = None,
) -> Connection[Offer]:
    ctx = info.context
    where = listings.OFFERS.where(ctx.scope, store, marketplace=marketplace, states=states, sku=sku)
    return await connect(ctx, Offer, listings.OFFERS, where, first, after)


@resolved()
async def offer(info: Info, store: str, marketplace: str, sku: str) -> Offer | None:
    ctx = info.context
    row = await listings.one(ctx.db, listings.OFFERS, ctx.scope, store, marketplace=marketplace, sku=sku)
    return build(Offer, row) if row else None


@resolved()
async def feed_publications(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[FeedPublication]:
    ctx = info.context
    where = listings.FEED_PUBLICATIONS.where(ctx.scope, store, marketplace=marketplace)
    return await connect(ctx, FeedPublication, listings.FEED_PUBLICATIONS, where, first, after)


QUERIES = [list_offers, offer, feed_publications]
