"""The supplier actor: the only one that buys at an account, and the only one that calls it.

It lives like a marketplace's (`marketplace.py`): woken by a nudge, owner by a lease, asleep when nothing is due. Its
lanes are its own: a purchase never waits for the catalog. What the jobs do: `actors/handlers/keys.py`, `supply.py`.
"""

from collections.abc import Mapping
from typing import ClassVar

from orion_daemon.actors.account import SUPPLIER_LANES
from orion_daemon.actors.marketplace import MarketplaceActor
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.runtime.mailbox import LaneSpec


class SupplierActor(MarketplaceActor):
    __slots__ = ()

    lanes: ClassVar[tuple[LaneSpec, ...]] = tuple(LaneSpec(name, capacity=4) for name in SUPPLIER_LANES)
    shares: ClassVar[Mapping[str, LaneShare]] = SUPPLIER_LANES
