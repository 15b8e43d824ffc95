"""An account at work: the channel's row, its connector, and what handlers need besides.

`Parts` is what the process gives to all actors; `open_account` makes an `Account` of one channel, or a
`SupplierAccount` where keys are bought: it reads the row, opens the credential and builds the connector. The account is
a cache of its row and is opened anew whenever the row changed. Handlers: `actors/handlers/`; owner:
`actors/marketplace.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.post import Post
from orion_daemon.connectors.base import Capabilities, MarketplaceConnector
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.connectors.supplier import SupplierConnector
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.url import Dialect
from orion_daemon.jobs import maintenance
from orion_daemon.jobs.fence import FencedDatabase
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.fairness import Priority
from orion_daemon.runtime.group import GroupCommit
from orion_daemon.services import credentials, notifications, purchases, stores
from orion_daemon.services.errors import NotFound

LANES: Mapping[str, LaneShare] = {
    "urgent": LaneShare(concurrency=2, priority=Priority.URGENT),
    "polling": LaneShare(concurrency=3, priority=Priority.NORMAL),  # poll, sweep and history side by side
    "syncing": LaneShare(priority=Priority.NORMAL),
    "bulk": LaneShare(priority=Priority.BULK),
}

SUPPLIER_LANES: Mapping[str, LaneShare] = {
    "purchase": LaneShare(concurrency=4, priority=Priority.URGENT),
    "urgent": LaneShare(priority=Priority.NORMAL),
    "catalog": LaneShare(priority=Priority.BULK),
}

Connect = Callable[[Row, Mapping[str, str]], Awaitable[tuple[MarketplaceConnector | SupplierConnector, AccountHttp]]]
"""From a channel's row (with `store_code`) and its secrets by kind to a connector and the account's way out to the
network."""


def rows_at_once(chosen: int, dialect: Dialect) -> int:
    """Rows that an import writes in one transaction where an operator has chosen so many: on PostgreSQL nobody waits
    for another's rows, and a round trip costs more than a row."""
    return chosen if dialect == "sqlite" else max(chosen, min(4 * chosen, 10_000))


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How product imports run; sizes in bytes, shares from 0 to 1. See `[import]` of orion.toml."""

    folder: Path
    database_url: str = field(repr=False)
    max_feed_size: int
    guard: Mapping[str, Any] = field(default_factory=dict)
    chunk_rows: int = 500
    keep_files: timedelta = timedelta(days=1)

    @property
    def uploads(self) -> Path:
        """Where the gateway puts content that is sent along."""
        return self.folder.parent / "uploads"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the process shares with its actors. `observe(event, **facts)` feeds the metrics. `history_days`: how far an
    import of history reaches back that names no start (0: to the beginning)."""

    db: Database
    bus: Bus
    clock: Clock
    surroundings: Surroundings
    process_id: str
    connect: Connect
    imports: ImportOptions
    workers: Workers
    feeds_folder: Path
    observe: Callable[..., object]
    post: Post = field(default_factory=Post)
    history_days: int = 90
    keep_done: timedelta = maintenance.KEEP_FINISHED
    keep_dead: timedelta = maintenance.KEEP_DEAD


C = TypeVar("C", bound=MarketplaceConnector | SupplierConnector)


@dataclass(slots=True)
class OpenAccount(Generic[C]):
    """One open account. `settings` are the channel's own options as stored."""

    channel: Row
    connector: C
    http: AccountHttp
    parts: Parts
    lease: Lease | None = None  # set by the owner once it holds it
    is_proven: bool = False  # the vendor took the credential since the account was opened
    not_permitted: set[str] = field(default_factory=set)  # kinds of jobs that a role is missing for, as people know
    _fenced: Database | None = None

    def own(self, lease: Lease) -> None:
        """From now on every transaction of the account's work proves this lease (G6)."""
        self.lease = lease
        self._fenced = FencedDatabase(self.parts.db, lease, self.parts.clock.now)

    @property
    def db(self) -> Database:
        return self._fenced or self.parts.db

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    @property
    def channel_id(self) -> int:
        return int(self.channel["id"])

    @property
    def store_id(self) -> int:
        return int(self.channel["store_id"])

    @property
    def store_code(self) -> str:
        return str(self.channel["store_code"])

    @property
    def marketplace(self) -> str:
        return str(self.channel["marketplace"])

    @property
    def address(self) -> str:
        return stores.address(self.store_code, self.marketplace)

    @property
    def settings(self) -> Mapping[str, Any]:
        settings: Mapping[str, Any] = self.channel["settings_json"] or {}
        return settings

    @property
    def is_resting(self) -> bool:
        """Switched off: it does nothing but erase people whom the marketplace names."""
        return _is_resting(self.channel)

    @property
    def is_stopped(self) -> bool:
        """Its credential was refused, and nobody has mended that yet. People are erased all the same, where that needs
        another credential than the one that was refused."""
        return bool(self.channel["state"] == "suspended")

    async def close(self) -> None:
        await self.connector.close()


class Account(OpenAccount[MarketplaceConnector]):
    """At a marketplace."""

    async def capabilities(self) -> Capabilities:
        """What the account can do; what the connector found out for that is kept for its next opening."""
        found = await self.connector.capabilities()
        if self.connector.known_form != (self.channel["known_form"] or ""):
            await stores.remember_form(self.db, self.channel_id, self.connector.known_form)
            self.channel = self.channel | {"known_form": self.connector.known_form}
        return found


class SupplierAccount(OpenAccount[SupplierConnector]):
    """At a supplier of keys. `sends` writes the last word before calls, those of all lanes in one commit: that one
    waits for the disk. It gives False where the call must not be made."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.sends: GroupCommit[int, bool] = GroupCommit(self._send, name=f"sends of {self.address}")

    async def _send(self, purchase_ids: Sequence[int]) -> list[bool]:
        sent = await purchases.send(self.db, purchase_ids, self.clock.now())
        answers = []
        for purchase_id in purchase_ids:
            answers.append(purchase_id in sent)
            sent.discard(purchase_id)  # one that is asked for twice is called for once
        return answers


async def open_account(parts: Parts, address: str) -> Account | SupplierAccount | None:
    """None when the channel is gone, or switched off without a notification that waits. A suspended channel opens: its
    owner decides what that means."""
    store_code, _, marketplace = address.rpartition(":")
    try:
        channel = await stores.channel_of(parts.db, store_code, marketplace)
    except NotFound:
        return None
    if _is_resting(channel) and not await notifications.are_waiting(parts.db, channel["id"]):
        return None
    secrets = await credentials.reveal_all(parts.db, channel["id"])
    connector, http = await parts.connect(channel, secrets)
    if channel["is_supplier"]:
        return SupplierAccount(channel, cast("SupplierConnector", connector), http, parts)
    return Account(channel, cast("MarketplaceConnector", connector), http, parts)


def _is_resting(channel: Row) -> bool:
    return not (channel["is_active"] and channel["is_store_active"])
