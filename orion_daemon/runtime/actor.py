"""What one writes to make an actor: its lanes, and what it does with a message.

A message told to a lane is handed to `receive`, one at a time within a lane, the lanes side by side. While nothing is
queued an actor is an object and nothing else: no task, no queue. The first message wakes it (`started`), silence puts
it back to sleep (`on_passivate`), the end of the process stops it (`stopped`).

A message that raises is lost and reported, the others are not: its lane pauses, then goes on after `restarted`.
The state kept between messages is therefore a cache: what must survive is in the database.

An actor works once it is registered in an `ActorSystem` (`supervisor.py`); `cell.py` holds its running half.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from orion_daemon.runtime.mailbox import LaneSpec, MailboxFull, UnknownLane

if TYPE_CHECKING:
    from orion_daemon.runtime.cell import Cell
    from orion_daemon.runtime.supervisor import ActorSystem

__all__ = ["Actor", "ActorStopped", "ActorSuspended", "AskTimeout", "LaneSpec", "MailboxFull", "UnknownLane"]


class ActorStopped(Exception):  # noqa: N818 - says what is
    """The actor is stopped or stopping, or was never registered: the message was not handled."""


class ActorSuspended(Exception):  # noqa: N818 - says what is
    """The actor handles nothing until it is resumed: the message was not handled."""


class AskTimeout(TimeoutError):  # noqa: N818 - says what is
    """No answer in time. A message still queued is skipped; one being handled goes on, so its effect is unknown."""


class Actor:
    __slots__ = ("address", "cell", "system")

    lanes: ClassVar[tuple[LaneSpec, ...]] = (LaneSpec("main"),)
    stage: ClassVar[int] = 0  # higher stages stop first and may still ask lower ones meanwhile
    refusals: ClassVar[tuple[type[Exception], ...]] = ()  # answers to whoever asked, not failures of the actor
    specs: ClassVar[Mapping[str, LaneSpec]] = MappingProxyType({"main": lanes[0]})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.specs = MappingProxyType({spec.name: spec for spec in cls.lanes})
        if len(cls.specs) != len(cls.lanes):
            raise TypeError(f"{cls.__name__} has two lanes of one name")

    def __init__(self, address: str) -> None:
        self.address = address
        self.cell: Cell | None = None  # this and the next belong to the machinery
        self.system: ActorSystem | None = None

    def tell(self, lane: str, message: Any, *, key: object = None, priority: int = 0) -> bool:
        """Queue a message; False when the lane is full or the system stops: it was not taken (and is counted).

        A message whose `key` is queued in the lane already is merged with that one. Raises UnknownLane.
        """
        cell = self.cell
        if cell is None:
            try:
                cell = self._wake()
            except ActorStopped:
                if self.system is None:
                    raise
                self.system.refused += 1
                return False
        return cell.put(lane, message, key, priority)

    def ask(self, lane: str, message: Any, timeout: float | None, *, priority: int = 0) -> "asyncio.Future[Any]":
        """Queue a message and await what `receive` returns for it, or raises.

        Raises at once MailboxFull, ActorSuspended, ActorStopped; later AskTimeout (seconds, None waits for ever).
        Cancel the future to withdraw a message that has not begun. Who asks its own lane waits in vain.
        """
        cell = self.cell
        if cell is None:
            cell = self._wake()
        return cell.ask(lane, message, timeout, priority)

    def suspend(self, reason: str) -> None:
        """Handle nothing more until resumed, e.g. when credentials are refused; `reason` tells a person what to do."""
        if self.cell is None:
            self._wake()
        if self.cell is not None:
            self.cell.suspend(reason)

    def _wake(self) -> "Cell":
        if self.system is None:
            raise ActorStopped(f"{self.address} is not registered: reach it through its ActorSystem")
        return self.system.wake(self)

    @property
    def busy(self) -> bool:
        """Whether it works outside its messages; then silence does not put it to sleep."""
        return False

    async def started(self) -> None:
        """Before the first message after a sleep. Raising counts as a crash and is tried again after a pause."""

    async def receive(self, lane: str, message: Any) -> Any:
        raise NotImplementedError

    async def restarted(self, lane: str, error: BaseException) -> None:
        """Before the next message of a lane that crashed by `error`: rebuild what may be broken."""

    async def on_passivate(self) -> None:
        """Before going to sleep after silence. An actor made by a factory is dropped afterwards."""

    async def stopped(self) -> None:
        """At the end of the process or of the actor's registration; not called for one that is asleep."""
