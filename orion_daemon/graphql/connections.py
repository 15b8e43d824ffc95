"""Relay connections over keyset pages: `edges { cursor node } pageInfo totalCount`.

`totalCount` is a statement of its own and runs only when it is asked for. A page larger than the limit is refused,
not cut: a client must know what it got. Cursors: `services/reading.py`.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Generic, TypeVar

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.rows import build
from orion_daemon.services import listings
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.listings import Listing
from orion_daemon.services.reading import Where

T = TypeVar("T")

PAGE = 50
First = Annotated[int, strawberry.argument(description="How many; up to the limit of the gateway (200 unless set).")]
After = Annotated[str | None, strawberry.argument(description="Go on behind this cursor (`pageInfo.endCursor`).")]
StoreCode = Annotated[str | None, strawberry.argument(description="Only of the store with this code.")]


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @resolved(description="How many the list has in all, before paging.")
    async def total_count(self) -> int:
        return await self.count()


async def connect(
    ctx: GatewayContext,
    cls: type[T],
    listing: Listing,
    where: Where,
    first: int,
    after: str | None,
    *,
    completed: Callable[[Sequence[Row]], Awaitable[Sequence[Row]]] | None = None,
) -> Connection[T]:
    """A page of `listing` as types of `cls`. `completed` makes fuller rows of the page's, in the same order."""
    largest = ctx.parts.limits.max_page_size
    if not 1 <= first <= largest:
        raise Invalid(Code.INVALID_VALUE, f"A page holds 1 to {largest}.", "first")
    page = await listings.page(ctx.db, listing, where, first, after)
    rows = page.rows if completed is None else await completed(page.rows)
    edges = [Edge(cursor=cursor, node=build(cls, row)) for cursor, row in zip(page.cursors, rows, strict=True)]
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=after is not None,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )
    return Connection(edges=edges, page_info=info, count=lambda: listings.count(ctx.db, listing, where))
