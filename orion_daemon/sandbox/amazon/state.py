"""The world of the stand-in, where everything has its place, and the market: the world with its time and its memory.

`orders`, `shipments`, `patches` and `feeds` change the world and the ledger remembers each change. The identifiers look
like Amazon's (3-7-7 order numbers, B0... ASINs) and are drawn from the world's seed.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from string import ascii_uppercase, digits
from typing import Any

import msgspec
from msgspec import Struct, field

from orion_daemon.sandbox.amazon.records import (
    AccessToken,
    Application,
    Bucket,
    Buyers,
    Consent,
    Document,
    Feed,
    Grant,
    Listing,
    Order,
    PageToken,
    Planned,
    Quota,
    Report,
    Seller,
    Settings,
    Transaction,
)
from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ledger import Ledger

_LETTERS = ascii_uppercase + digits


class World(Struct):
    seed: int = 0
    made: int = 0
    settings: Settings = field(default_factory=Settings)
    applications: dict[str, Application] = field(default_factory=dict)
    sellers: dict[str, Seller] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    pages: dict[str, PageToken] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    buyers: dict[str, Buyers] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)

    def count(self) -> int:
        self.made += 1
        return self.made

    def opaque(self, length: int = 13) -> str:
        random = Random(f"{self.seed}:amazon:{self.count()}")
        return "".join(random.choice(_LETTERS) for _ in range(length))

    def number(self, length: int) -> str:
        """Digits that do not begin with a zero."""
        random = Random(f"{self.seed}:amazon:{self.count()}")
        return str(random.randrange(10 ** (length - 1), 10**length))

    def uuid(self) -> str:
        return _uuid(f"{self.seed}:amazon:{self.count()}")

    def seller(self, name: str | None) -> Seller:
        """By id or name; None is the only seller there is. Raises Unknown."""
        if name is None and len(self.sellers) == 1:
            return next(iter(self.sellers.values()))
        for seller in self.sellers.values():
            if name in (seller.id, seller.name):
                return seller
        raise Unknown(f"no seller {name!r}; there are {[seller.name for seller in self.sellers.values()]}")

    def order(self, order_id: str) -> Order:
        """Raises Unknown."""
        if order_id not in self.orders:
            raise Unknown(f"no order {order_id!r}")
        return self.orders[order_id]

    def listing(self, seller_id: str, sku: str | None) -> Listing | None:
        return self.listings.get(f"{seller_id}/{sku}") if sku is not None else None

    def listings_of(self, seller_id: str) -> list[Listing]:
        return [listing for listing in self.listings.values() if listing.seller == seller_id]

    def plan(self, due: datetime, what: str, **about: Any) -> None:
        heapq.heappush(self.planned, Planned(due, self.count(), what, about))

    def unplan(self, what: str, **about: Any) -> None:
        self.planned = [p for p in self.planned if p.what != what or any(p.about.get(k) != v for k, v in about.items())]
        heapq.heapify(self.planned)


class Unknown(LookupError):  # noqa: N818  (the control API answers 404 with its text)
    """Something named in a command does not exist."""


class Refusal(ValueError):  # noqa: N818  (the control API answers 409 with its text)
    """The command contradicts what is there."""


@dataclass
class Market:
    """The world with its time and its memory: what every function that changes something is given."""

    world: World
    clock: WorldClock
    ledger: Ledger

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)

    def request_id(self) -> str:
        """Of the next request in the ledger; draws nothing from the world, so that reading changes no day."""
        return _uuid(f"{self.world.seed}:request:{len(self.ledger.entries)}")

    def record(self, kind: str, **facts: Any) -> None:
        self.ledger.record(kind, vendor="amazon", **facts)


def _uuid(seed: str) -> str:
    text = f"{Random(seed).getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def dump(world: World) -> bytes:
    return msgspec.json.encode(world)


def load(raw: bytes) -> World:
    """Raises msgspec.ValidationError for a file of another version or kind."""
    return msgspec.json.decode(raw, type=World)
