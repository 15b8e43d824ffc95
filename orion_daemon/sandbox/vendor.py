"""What every stand-in for a vendor offers the sandbox: routes, control commands, planned happenings, a snapshot."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.faults import Faults
from orion_daemon.sandbox.ledger import Ledger


@dataclass
class Core:
    """What all vendors share: one time, one memory, one set of fault rules, one way to wait."""

    clock: WorldClock
    ledger: Ledger
    faults: Faults
    sleep: Callable[[float], Awaitable[object]]


class CommandError(Exception):
    """A control command that cannot be followed; `status` is what its caller is answered."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class VendorSandbox(Protocol):
    name: str

    def routes(self) -> Iterable[web.RouteDef]:
        """Absolute paths, all under `/<name>/`."""

    def control_routes(self) -> Iterable[web.RouteDef]:
        """Absolute paths, all under `/control/<name>/`."""

    def next_due(self) -> datetime | None: ...

    async def run_next(self) -> None:
        """Let the earliest planned thing happen."""

    def state(self) -> dict[str, Any]: ...

    def reset(self, seed: int) -> None: ...

    def dump(self) -> bytes: ...

    def load(self, raw: bytes) -> None: ...

    async def close(self) -> None: ...
