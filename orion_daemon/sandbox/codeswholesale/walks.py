"""Walking through the price list: pages, continuation tokens, filters.

A token says how many items the walk has seen and which filter it has, nothing more: what is added, hidden or moved
while somebody walks shifts the pages that follow, so that items come twice or not at all. Tokens die by age or by
command.
"""

import base64
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from orion_daemon.sandbox.codeswholesale import catalogue, generated
from orion_daemon.sandbox.codeswholesale.answers import BAD_FILTER, WALK_OVER, SupplierError, milliseconds, moment_of
from orion_daemon.sandbox.codeswholesale.records import Product, Span
from orion_daemon.sandbox.codeswholesale.state import Store


class Walk(Struct):
    """Where a walk stands: what a continuation token holds."""

    seen: int
    made_at: datetime
    walks: int
    updated_since: datetime | None = None
    created_since: datetime | None = None

    def wants(self, created_at: datetime, updated_at: datetime) -> bool:
        return (self.updated_since is None or milliseconds(updated_at) >= self.updated_since) and (
            self.created_since is None or milliseconds(created_at) >= self.created_since
        )


def page(store: Store, query: dict[str, str], shape: str | None = None) -> tuple[list[Product], dict[str, Any]]:
    """The products of a page and what says how it goes on. `shape` is a fault of it.

    Raises SupplierError 400 for both times at once, and for a token that is void.
    """
    if "updatedSince" in query and "createdSince" in query:
        raise SupplierError(400, BAD_FILTER, "Use either updatedSince or createdSince")
    if "productIds" in query:
        named = [catalogue.for_sale(store, name.strip()) for name in query["productIds"].split(",")]
        return [product for product in named if product is not None], _end(store)
    walk, size = _walk(store, query), store.world.settings.page_size
    found = read(store, walk, size + 1)
    more, found = len(found) > size, found[:size]
    if shape == "pages_out_of_order":
        found.reverse()
    elif shape == "repeat_order" and found:
        found = [*found, found[0]]
    if not more:
        return found, _end(store)
    walk.seen += 0 if shape == "repeat_page" else size  # repeated: the token leads to this very page once more
    return found, {"continuationToken": base64.urlsafe_b64encode(msgspec.json.encode(walk)).decode()}


def expire(store: Store) -> None:
    """Make every continuation token void that was given out until now."""
    store.world.walks += 1
    store.record("walks_expired")


def visible(store: Store) -> int:
    """How many products the whole list shows."""
    world = store.world
    return sum(entry.count if isinstance(entry, Span) else not world.products[entry].hidden for entry in world.shelf)


def _walk(store: Store, query: dict[str, str]) -> Walk:
    text = query.get("continuationToken")
    if not text:
        since = {name: query.get(name) for name in ("updatedSince", "createdSince")}
        bounds = [moment_of(value) if value else None for value in since.values()]
        return Walk(0, store.now(), store.world.walks, *bounds)
    try:
        walk = msgspec.json.decode(base64.urlsafe_b64decode(text), type=Walk)
    except ValueError:
        walk = None
    life = store.world.settings.walk_seconds
    if (
        walk is None
        or walk.walks != store.world.walks
        or (life is not None and store.now() - walk.made_at > timedelta(seconds=life))
    ):
        raise SupplierError(400, WALK_OVER, "The continuation token is invalid or has expired")
    walk.made_at = store.now()
    return walk


def read(store: Store, walk: Walk, most: int) -> list[Product]:
    """The next products of a walk, at most so many; the walk stays where it is."""
    world, skip, found = store.world, walk.seen, list[Product]()
    for entry in world.shelf:
        if isinstance(entry, Span):
            made_at = world.batches[entry.batch].made_at
            count = entry.count if walk.wants(made_at, made_at) else 0
            taken = range(entry.start + min(skip, count), entry.start + min(count, skip + most - len(found)))
            found += [generated.product_at(world, entry.batch, index) for index in taken]
            skip = max(0, skip - count)
        else:
            product = world.products[entry]
            if product.hidden or not walk.wants(product.created_at, product.updated_at):
                continue
            if skip:
                skip -= 1
            else:
                found.append(product)
        if len(found) >= most:
            break
    return found


def _end(store: Store) -> dict[str, Any]:
    written: dict[str, dict[str, Any]] = {"null": {"continuationToken": None}, "missing": {}}
    return written.get(store.world.settings.walk_end, {"continuationToken": ""})
