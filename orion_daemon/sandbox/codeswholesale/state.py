"""The world of the stand-in, where everything has its place, and the store: the world with its time and its memory.

`tokens`, `catalogue`, `orders`, `preorders` and `account` change the world and the ledger remembers each change.
Identifiers are drawn from the world's seed and a running number.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, field

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.codeswholesale.records import (
    Account,
    Batch,
    Code,
    Limit,
    Order,
    Planned,
    Product,
    Risk,
    Settings,
    Span,
    Token,
    Window,
)
from orion_daemon.sandbox.ledger import Ledger


class World(Struct):
    """`shelf` is the price list in its order: ids of products, and runs of generated ones. `walks` counts how often
    all continuation tokens were made void."""

    seed: int = 0
    made: int = 0
    settings: Settings = field(default_factory=Settings)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    limits: dict[str, Limit | None] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    risk: Risk = field(default_factory=Risk)
    shelf: list[str | Span] = field(default_factory=list)
    products: dict[str, Product] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    walks: int = 0
    orders: dict[str, Order] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)

    def count(self) -> int:
        self.made += 1
        return self.made

    def opaque(self, label: str, size: int = 32) -> str:
        """Hexadecimal text that looks random, the same for the same seed and history."""
        return sha256(f"{self.seed}:codeswholesale:{label}:{self.count()}".encode()).hexdigest()[:size]

    def uuid(self, label: str) -> str:
        text = self.opaque(label)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def account(self, client_id: str | None) -> Account:
        """By client id; None is the only account there is. Raises Unknown."""
        if client_id is None and len(self.accounts) == 1:
            return next(iter(self.accounts.values()))
        if client_id is None or client_id not in self.accounts:
            raise Unknown(f"no account {client_id!r}; there are {sorted(self.accounts)}")
        return self.accounts[client_id]

    def order(self, order_id: str) -> Order:
        """By the supplier's id or the caller's reference. Raises Unknown."""
        if order_id in self.orders:
            return self.orders[order_id]
        found = [order for order in self.orders.values() if order.reference == order_id]
        if not found:
            raise Unknown(f"no order {order_id!r}")
        return found[-1]

    def plan(self, due: datetime, what: str, **about: Any) -> None:
        heapq.heappush(self.planned, Planned(due, self.count(), what, about))


class Unknown(LookupError):  # noqa: N818  (the control API answers 404 with its text)
    """Something named in a command does not exist."""


class Refusal(ValueError):  # noqa: N818  (the control API answers 409 with its text)
    """The command contradicts what is there."""


@dataclass
class Store:
    """The world with its time and its memory: what every function that changes something is given."""

    world: World
    clock: WorldClock
    ledger: Ledger

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)

    def record(self, kind: str, **facts: Any) -> None:
        self.ledger.record(kind, vendor="codeswholesale", **facts)


def dump(world: World) -> bytes:
    return msgspec.json.encode(world)


def load(raw: bytes) -> World:
    """Raises msgspec.ValidationError for a file of another version or kind."""
    return msgspec.json.decode(raw, type=World)
