"""The notifier of a store: the only one that sends its messages.

It lives like a marketplace's actor (`marketplace.py`): woken by a nudge, owner by a lease, asleep when nothing is due.
It has no account at a vendor: what it works with is the store, and the mail server of the process. What the jobs do:
`actors/handlers/deliveries.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from orion_daemon.actors.account import Parts
from orion_daemon.actors.handlers import deliveries
from orion_daemon.actors.marketplace import MarketplaceActor, Opened
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.fence import FencedDatabase
from orion_daemon.jobs.handling import Handler
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.fairness import Priority
from orion_daemon.runtime.mailbox import LaneSpec
from orion_daemon.services.key_units import NOTIFIER

OUTBOX_LANES: Mapping[str, LaneShare] = {
    "mail": LaneShare(concurrency=2, priority=Priority.URGENT),
    "webhook": LaneShare(priority=Priority.NORMAL),
}


def is_notifier(owner: str) -> bool:
    return owner.rpartition(":")[2] == NOTIFIER


@dataclass(slots=True)
class Outbox:
    """A store whose messages are being sent."""

    store: Row
    parts: Parts
    address: str
    _fenced: Database | None = None

    def own(self, lease: Lease) -> None:
        """From now on every transaction of the store's messages proves this lease (G6)."""
        self._fenced = FencedDatabase(self.parts.db, lease, self.parts.clock.now)

    @property
    def db(self) -> Database:
        return self._fenced or self.parts.db

    @property
    def clock(self) -> Clock:
        return self.parts.clock

    @property
    def store_id(self) -> int:
        return int(self.store["id"])

    @property
    def store_code(self) -> str:
        return str(self.store["code"])

    async def close(self) -> None:
        """Nothing is held: a connection is made for each message."""


class NotifierActor(MarketplaceActor):
    __slots__ = ()

    lanes: ClassVar[tuple[LaneSpec, ...]] = tuple(LaneSpec(name, capacity=4) for name in OUTBOX_LANES)
    shares: ClassVar[Mapping[str, LaneShare]] = OUTBOX_LANES

    async def _open_account(self) -> Opened | None:
        code = self.address.rpartition(":")[0]
        store = await self._parts.db.fetch_one("SELECT id, code FROM stores WHERE code = $1 AND is_active", code)
        return None if store is None else Outbox(store, self._parts, self.address)

    def _handlers(self, account: Any) -> Mapping[str, Handler]:
        outbox: Outbox = account
        return {"DeliverKeys": partial(deliveries.deliver, outbox)}


async def wake_waiting(db: Database, now: datetime) -> int:
    """The mail server changed: messages that waited for one, or for a login, are due now. Returns how many."""
    waiting = await db.fetch(
        "SELECT DISTINCT owner, error_code FROM jobs WHERE state = 'waiting' AND error_code = ANY($1::text[])",
        deliveries.WAITS_FOR_SERVER,
    )
    woken = 0
    for row in waiting:
        async with db.transaction() as tx:
            woken += await mailbox.wake(tx, row["owner"], reason=row["error_code"], now=now)
    return woken
