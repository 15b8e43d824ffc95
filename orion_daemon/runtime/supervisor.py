"""The system that actors live in: it finds, wakes, restarts, suspends and stops them.

Actors are registered as objects, or made by a factory when their address is first spoken to and dropped again after
silence. A crash costs one message: it is reported, its lane pauses for a while that doubles with each crash in the
window (jittered, so that a fallen database is not met by all at once), and too many crashes suspend the actor with a
reason until somebody resumes it. Nobody else notices.

`stop()` ends stage by stage, the highest first, each in reverse order of registration: no new messages, those being
handled may finish until the deadline, then they are interrupted. Queued messages are dropped and counted.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

from orion_daemon.runtime.actor import Actor, ActorStopped
from orion_daemon.runtime.cell import Cell
from orion_daemon.runtime.clock import Clock, Timer
from orion_daemon.runtime.tasks import spawn_owned

__all__ = ["ActorHealth", "ActorSystem", "RestartPolicy", "StopReport", "UnknownActor"]

OnError = Callable[[str, str | None, Any, BaseException], object]
OnSuspend = Callable[[str, str], object]
Factory = Callable[[str], Actor | None]


class UnknownActor(LookupError):  # noqa: N818 - says what is
    """Nobody is registered at the address and no factory makes it."""


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Defaults: pauses of about 0.5, 1, 2 … 60 s; the eleventh crash within five minutes suspends."""

    first: float = 0.5  # seconds
    factor: float = 2.0
    ceiling: float = 60.0  # seconds
    jitter: float = 0.25  # the share of a pause that is left to chance
    limit: int = 10  # crashes within the window that are borne
    window: float = 300.0  # seconds

    def delay(self, crashes: int, chance: float) -> float:
        """The pause after the n-th crash in the window; `chance` is from 0 to 1."""
        exponent = min(crashes - 1, 64)
        return min(self.ceiling, self.first * self.factor**exponent) * (1 - self.jitter * chance)


@dataclass(frozen=True, slots=True)
class ActorHealth:
    address: str
    state: str  # dormant starting waiting idle running pausing suspended sleeping stopping stopped
    queued: dict[str, int] = field(default_factory=dict)  # by lane, only those that have something
    restarts: int = 0  # since it woke
    refused: int = 0
    expired: int = 0  # questions whose asker had given up
    last_error: str | None = None  # the type's name: messages may carry personal data
    reason: str | None = None  # of a suspension


@dataclass(slots=True)
class StopReport:
    dropped: int = 0  # queued messages that were not handled
    interrupted: list[str] = field(default_factory=list)  # address/lane
    stuck: list[str] = field(default_factory=list)  # addresses that did not end even so


class ActorSystem:
    def __init__(
        self,
        clock: Clock,
        random: Callable[[], float],
        *,
        on_error: OnError,
        on_suspend: OnSuspend,
        policy: RestartPolicy | None = None,
        idle_after: float | None = 60.0,
    ) -> None:
        """`random` gives 0 to 1. `on_error(address, lane, message, error)`: lane None is a hook of the actor.

        An actor sleeps between one and two times `idle_after` seconds after its last message; None: never.
        """
        self.clock = clock
        self.refused = 0  # messages not taken: full lanes, stopped actors
        self.dropped = 0  # messages taken and not handled, because of a stop
        self._random = random
        self._on_error = on_error
        self._on_suspend = on_suspend
        self._policy = policy or RestartPolicy()
        self._idle_after = idle_after
        self._actors: dict[str, Actor] = {}
        self._factories: list[Factory] = []
        self._made: set[str] = set()
        self._awake: dict[str, Cell] = {}
        self._sweeper: Timer | None = None
        self._stopped_from = inf  # actors of this stage and above wake no more

    # -- who there is --------------------------------------------------------------------------------------------------

    def register(self, actor: Actor) -> None:
        if actor.address in self._actors:
            raise ValueError(f"there is an actor at {actor.address} already")
        self._actors[actor.address] = actor
        actor.system = self

    def add_factory(self, factory: Factory) -> None:
        """Asked in order of addition for an address nobody has; gives an actor of that address, or None."""
        self._factories.append(factory)

    async def unregister(self, address: str, deadline: float = 10.0, grace: float = 1.0) -> StopReport:
        """Stop one actor and forget it. Nothing happens for an address that is not there."""
        report = StopReport()
        actor = self._actors.get(address)
        if actor is not None:
            if actor.cell is not None:
                await self._stop_cells([actor.cell], self.clock.monotonic() + deadline, grace, report)
            self._forget(actor)
        return report

    def _forget(self, actor: Actor) -> None:
        self._actors.pop(actor.address, None)
        self._made.discard(actor.address)
        actor.system = None

    def get(self, address: str) -> Actor:
        """The actor at an address, made on need. Raises UnknownActor. Keep the address rather than the object."""
        actor = self._actors.get(address)
        return actor if actor is not None else self._make(address)

    def _make(self, address: str) -> Actor:
        for factory in self._factories:
            actor = factory(address)
            if actor is not None:
                if actor.address != address:
                    raise ValueError(f"asked for {address}, a factory made {actor.address}")
                self.register(actor)
                self._made.add(address)
                return actor
        raise UnknownActor(f"there is no actor at {address}")

    def __contains__(self, address: str) -> bool:
        return address in self._actors

    def __len__(self) -> int:
        return len(self._actors)

    @property
    def awake(self) -> int:
        return len(self._awake)

    # -- messages ------------------------------------------------------------------------------------------------------

    def tell(self, address: str, lane: str, message: Any, *, key: object = None, priority: int = 0) -> bool:
        """See `Actor.tell`; wakes or makes the actor. Raises UnknownActor."""
        actor = self._actors.get(address) or self._make(address)
        cell = actor.cell
        if cell is None:
            return actor.tell(lane, message, key=key, priority=priority)
        return cell.put(lane, message, key, priority)

    def ask(
        self, address: str, lane: str, message: Any, timeout: float | None, *, priority: int = 0
    ) -> "asyncio.Future[Any]":
        """See `Actor.ask`; wakes or makes the actor. Raises UnknownActor."""
        actor = self._actors.get(address) or self._make(address)
        return actor.ask(lane, message, timeout, priority=priority)

    # -- for cells -----------------------------------------------------------------------------------------------------

    def wake(self, actor: Actor) -> Cell:
        if actor.stage >= self._stopped_from:
            raise ActorStopped(f"{actor.address} wakes no more: the system is stopping")
        cell = actor.cell = self._awake[actor.address] = Cell(actor, self)
        if self._sweeper is None and self._idle_after is not None:
            self._sweeper = self.clock.call_later(self._idle_after, self._sweep)
        return cell

    def slept(self, cell: Cell) -> None:
        actor = cell.actor
        actor.cell = None
        del self._awake[actor.address]
        if actor.address in self._made:
            self._forget(actor)
        if not self._awake:
            self._rest_sweeper()

    def crashed(self, cell: Cell, lane: str | None, message: Any, error: BaseException) -> float | None:
        """Report it; the seconds to pause, or None when it was one crash too many."""
        self.report(cell.actor.address, lane, message, error)
        now = self.clock.monotonic()
        cell.crashes = [at for at in cell.crashes if now - at < self._policy.window]
        cell.crashes.append(now)
        if len(cell.crashes) > self._policy.limit:
            return None
        return self._policy.delay(len(cell.crashes), self._random())

    def report(self, address: str, lane: str | None, message: Any, error: BaseException) -> None:
        self._call(self._on_error, address, lane, message, error)

    def suspended(self, address: str, reason: str) -> None:
        self._call(self._on_suspend, address, reason)

    def _call(self, callback: Callable[..., object], *args: Any) -> None:
        try:
            callback(*args)
        except Exception as error:  # a broken reporter must not stop the actor it reports on
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a callback of the actor system raised", "exception": error}
            )

    # -- sleep ---------------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        self._sweeper = None
        now = self.clock.monotonic()
        for cell in list(self._awake.values()):
            if cell.touched:
                cell.touched = False
            elif cell.quiet and not any(now - at < self._policy.window for at in cell.crashes):
                cell.sleep()
        if self._awake and self._idle_after is not None:
            self._sweeper = self.clock.call_later(self._idle_after, self._sweep)

    def _rest_sweeper(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def passivate(self, address: str) -> bool:
        """Put an actor to sleep now; False when it is busy or asleep."""
        cell = self._awake.get(address)
        if cell is None or not cell.quiet:
            return False
        cell.sleep()
        return True

    # -- suspension ----------------------------------------------------------------------------------------------------

    def suspend(self, address: str, reason: str) -> None:
        """As `Actor.suspend`, from outside. Raises UnknownActor."""
        self.get(address).suspend(reason)

    def resume(self, address: str) -> bool:
        """Let a suspended actor go on with what is queued; False when it was not suspended."""
        cell = self._awake.get(address)
        if cell is None or cell.state != "suspended":
            return False
        cell.resume()
        return True

    # -- end -----------------------------------------------------------------------------------------------------------

    async def stop(self, deadline: float = 10.0, grace: float = 1.0) -> StopReport:
        """Stop all within `deadline` seconds; `grace` is what an interrupted task and a late `stopped` hook get on top.

        Idempotent. Stages below the one that is stopping answer as ever.
        """
        until = self.clock.monotonic() + deadline
        report = StopReport()
        while self._awake:
            self._stopped_from = min(self._stopped_from, max(cell.actor.stage for cell in self._awake.values()))
            cells = [
                actor.cell
                for actor in reversed(list(self._actors.values()))
                if actor.cell is not None and actor.stage >= self._stopped_from and actor.address in self._awake
            ]
            await self._stop_cells(cells, until, grace, report)
        self._stopped_from = -inf
        self._rest_sweeper()
        return report

    async def _stop_cells(self, cells: list[Cell], until: float, grace: float, report: StopReport) -> None:
        for cell in cells:
            cell.close()
        await asyncio.sleep(0)  # a task that has not run yet could not tidy up after being cancelled
        await self._rest(cells, until)
        for cell in cells:
            if not cell.at_rest().done():
                report.interrupted += [f"{cell.actor.address}/{lane}" for lane in cell.cancel()]
        limit = max(until, self.clock.monotonic() + grace)
        stuck = await self._rest(cells, limit)
        hooks = [
            spawn_owned(self._stopped(cell, limit), name=cell.actor.address)
            for cell in cells
            if cell not in stuck and cell.owes_stopped
        ]
        for hook in hooks:
            await hook
        for cell in cells:
            report.dropped += cell.dropped
            cell.state = "stopped"
            self._awake.pop(cell.actor.address, None)
        report.stuck += [cell.actor.address for cell in stuck]

    async def _rest(self, cells: Iterable[Cell], until: float) -> list[Cell]:
        """Wait until no cell runs anything; those that still do when the time is over."""
        late = []
        for cell in cells:
            rest = cell.at_rest()
            if not rest.done():
                try:
                    await self.clock.within(until - self.clock.monotonic(), rest)
                except TimeoutError:
                    late.append(cell)
        return late

    async def _stopped(self, cell: Cell, until: float) -> None:
        try:
            await self.clock.within(until - self.clock.monotonic(), cell.actor.stopped())
        except Exception as error:  # the others stop nevertheless
            self.report(cell.actor.address, None, None, error)

    # -- health --------------------------------------------------------------------------------------------------------

    def snapshot(self, *, dormant: bool = True) -> Iterator[ActorHealth]:
        """One entry an actor, in order of registration; without the dormant ones it costs only what is awake."""
        actors = self._actors.values() if dormant else [cell.actor for cell in self._awake.values()]
        for actor in list(actors):
            cell = actor.cell
            if cell is None:
                yield ActorHealth(actor.address, "dormant")
            else:
                yield ActorHealth(
                    address=actor.address,
                    state=cell.condition,
                    queued=cell.depths(),
                    restarts=cell.restarts,
                    refused=cell.refused,
                    expired=cell.expired,
                    last_error=cell.last_error,
                    reason=cell.reason,
                )
