"""The running half of an actor: lanes with their tasks, pauses after crashes, the way to sleep and to the end.

A cell exists from the first message until the actor sleeps again. Its states:

    starting → active ⇄ (lanes pausing after crashes) → sleeping → gone
    any → suspended → (resume) → active          any → stopping → stopped

A lane has a task only while it has messages. What waits for time waits in a timer of the system's clock.
`supervisor.py` owns the cells and decides how long a pause is and when enough is enough.
"""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from orion_daemon.runtime.actor import Actor, ActorStopped, ActorSuspended, AskTimeout
from orion_daemon.runtime.clock import Timer
from orion_daemon.runtime.mailbox import Lane, MailboxFull, UnknownLane, make_lane
from orion_daemon.runtime.tasks import spawn_owned

if TYPE_CHECKING:
    from orion_daemon.runtime.supervisor import ActorSystem

__all__ = ["Cell"]

_SLICE = 128  # messages a lane may handle without waiting before the loop gets a turn


class _Ask:
    __slots__ = ("future", "message", "timer")

    def __init__(self, message: Any, future: "asyncio.Future[Any]") -> None:
        self.message = message
        self.future = future
        self.timer: Timer | None = None

    def answer(self, value: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if not self.future.done():
            self.future.set_result(value)

    def fail(self, error: BaseException) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if not self.future.done():
            self.future.set_exception(error)


class _LaneRun:
    """A lane and what runs it. Busy means that a task or a timer will look at the queue."""

    __slots__ = ("busy", "fault", "lane", "task", "timer")

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.busy = False
        self.task: asyncio.Task[None] | None = None
        self.timer: Timer | None = None
        self.fault: BaseException | None = None


class Cell:
    __slots__ = (
        "_hook", "_rest", "_runs", "_tasks", "_timer", "_up",
        "actor", "crashes", "dropped", "expired", "last_error", "open", "reason", "refused", "restarts",
        "state", "system", "touched",
    )  # fmt: skip

    def __init__(self, actor: Actor, system: "ActorSystem") -> None:
        self.actor = actor
        self.system = system
        self._runs: dict[str, _LaneRun] = {}
        self._tasks = 0  # tasks of lanes and hooks now running
        self._hook: asyncio.Task[None] | None = None
        self._timer: Timer | None = None  # of a start that is tried again
        self._rest: asyncio.Future[None] | None = None  # who waits for the last task
        self.touched = True
        self.dropped = self.expired = self.refused = self.restarts = 0
        self.crashes: list[float] = []
        self.last_error: str | None = None
        self.reason: str | None = None
        self._up = False  # `started` has ended well, so `stopped` is owed
        if type(actor).started is Actor.started:
            self._up = self.open = True
            self.state = "active"
        else:
            self.open = False  # lanes may run
            self.state = "starting"
            self._begin(self._start())

    # -- messages ------------------------------------------------------------------------------------------------------

    def put(self, lane: str, item: Any, key: object, priority: int) -> bool:
        run = self._runs.get(lane)
        if run is None:
            run = self._open_lane(lane)
        if not run.lane.offer(item, key, priority):
            self.refused += 1
            self.system.refused += 1
            return False
        if not run.busy and self.open:
            run.busy = self.touched = True
            self._tasks += 1
            run.task = spawn_owned(self._drain(run), name=self.actor.address)
        return True

    def ask(self, lane: str, message: Any, timeout: float | None, priority: int) -> "asyncio.Future[Any]":
        if self.state == "suspended":
            raise ActorSuspended(f"{self.actor.address} is suspended: {self.reason}")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        question = _Ask(message, future)
        if not self.put(lane, question, None, priority):
            if self.state in ("stopping", "stopped"):
                raise ActorStopped(f"{self.actor.address} is {self.state}")
            raise MailboxFull(f"lane {lane!r} of {self.actor.address} is full")
        if timeout is not None:
            question.timer = self.system.clock.call_later(timeout, _expire, future, self.actor.address, timeout)
        return future

    def _open_lane(self, name: str) -> _LaneRun:
        spec = self.actor.specs.get(name)
        if spec is None:
            raise UnknownLane(f"{self.actor.address} has no lane {name!r}; it has {', '.join(self.actor.specs)}")
        run = self._runs[name] = _LaneRun(make_lane(spec))
        if self.state in ("stopping", "stopped"):
            run.lane.capacity = 0
        return run

    async def _drain(self, run: _LaneRun) -> None:
        actor, lane = self.actor, run.lane
        receive, take, name = actor.receive, lane.take, lane.name
        left = _SLICE
        message: Any = None
        question: _Ask | None = None
        try:
            if run.fault is not None:
                await actor.restarted(name, run.fault)
                run.fault = None
            while lane and self.open:
                message = take()
                if type(message) is _Ask:
                    question, message = message, message.message
                    if question.future.done():
                        self._withdrawn(question)
                    else:
                        try:
                            question.answer(await receive(name, message))
                        except actor.refusals as refusal:
                            question.fail(refusal)
                    question = None
                else:
                    await receive(name, message)
                left -= 1
                if not left:
                    left = _SLICE
                    await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            if question is not None:
                question.fail(ActorStopped(f"{actor.address} was interrupted while it worked on this"))
            if _interrupted():
                raise
            self._crashed(run, message, error)
        except Exception as error:  # whatever it is, it hurts this message alone
            if question is not None:
                question.fail(error)
            self._crashed(run, message, error)
        finally:
            run.task = None
            run.busy = run.timer is not None
            self.touched = True
            self._ended()

    def _withdrawn(self, question: _Ask) -> None:
        self.expired += 1
        if question.timer is not None:
            question.timer.cancel()

    # -- crashes -------------------------------------------------------------------------------------------------------

    def _crashed(self, run: _LaneRun | None, message: Any, error: BaseException) -> None:
        self.restarts += 1
        self.last_error = type(error).__name__
        lane = run.lane.name if run is not None else None
        delay = self.system.crashed(self, lane, message, error)
        if run is not None:
            run.fault = error
        if self.state in ("stopping", "stopped", "suspended"):
            return
        if delay is None:
            self.suspend(f"{len(self.crashes)} crashes, the last by {self.last_error}")
        elif run is None:
            self.state = "waiting"
            self._timer = self.system.clock.call_later(delay, self._start_again)
        else:
            run.timer = self.system.clock.call_later(delay, self._unpause, run)

    def _unpause(self, run: _LaneRun) -> None:
        run.timer = None
        run.busy = False
        self._kick(run)

    def _kick(self, run: _LaneRun) -> None:
        if run.lane and not run.busy and self.open:
            run.busy = self.touched = True
            self._tasks += 1
            run.task = spawn_owned(self._drain(run), name=self.actor.address)

    # -- hooks ---------------------------------------------------------------------------------------------------------

    def _begin(self, coro: Coroutine[Any, Any, None]) -> None:
        self._tasks += 1
        self._hook = spawn_owned(coro, name=self.actor.address)

    def _ended(self) -> None:
        self._tasks -= 1
        if not self._tasks and self._rest is not None and not self._rest.done():
            self._rest.set_result(None)

    def _activate(self) -> None:
        self.state = "active"
        self.open = True
        for run in list(self._runs.values()):
            self._kick(run)

    async def _start(self) -> None:
        try:
            await self.actor.started()
            self._up = True
            if self.state == "starting":
                self._activate()
        except asyncio.CancelledError as error:
            if _interrupted():
                raise
            self._crashed(None, None, error)
        except Exception as error:  # a start that fails is tried again like a message that failed
            self._crashed(None, None, error)
        finally:
            self._ended()

    def _start_again(self) -> None:
        self._timer = None
        self.state = "starting"
        self._begin(self._start())

    @property
    def quiet(self) -> bool:
        """Nothing queued, running or pausing: it may sleep."""
        if self.state != "active" or self._tasks or self.actor.busy:
            return False
        return not any(run.busy or run.lane for run in self._runs.values())

    def sleep(self) -> None:
        """Run `on_passivate`, then leave; a message that comes meanwhile wakes the actor anew."""
        if type(self.actor).on_passivate is Actor.on_passivate:
            self.system.slept(self)
            return
        self.open = self._up = False
        self.state = "sleeping"
        self._begin(self._sleep())

    async def _sleep(self) -> None:
        try:
            await self.actor.on_passivate()
        except (Exception, asyncio.CancelledError) as error:  # reported; a sleeper that complains sleeps nevertheless
            if isinstance(error, asyncio.CancelledError) and _interrupted():
                raise
            self.last_error = type(error).__name__
            self.system.report(self.actor.address, None, None, error)
        finally:
            self._ended()
        if self.state == "starting" or (self.state == "sleeping" and any(run.lane for run in self._runs.values())):
            self._start_again()
        elif self.state == "sleeping":
            self.system.slept(self)

    # -- suspension and stop -------------------------------------------------------------------------------------------

    def suspend(self, reason: str) -> None:
        if self.state in ("suspended", "stopping", "stopped"):
            return
        self.open = False
        self.state = "suspended"
        self.reason = reason
        self._cancel_timers()
        for run in self._runs.values():
            for item in run.lane:
                if type(item) is _Ask:
                    item.fail(ActorSuspended(f"{self.actor.address} is suspended: {reason}"))
        self.system.suspended(self.actor.address, reason)

    def resume(self) -> None:
        if self.state != "suspended":
            return
        self.reason = None
        self.crashes.clear()
        if self._up:
            self._activate()
        elif self._hook is None or self._hook.done():
            self._start_again()
        else:
            self.state = "starting"  # the hook that is still running sees it and goes on

    def _cancel_timers(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for run in self._runs.values():
            if run.timer is not None:
                run.timer.cancel()
                run.timer, run.busy = None, False

    def close(self) -> None:
        """Take no more messages and drop those queued; what is being handled goes on."""
        self.open = False
        self.state = "stopping"
        self._cancel_timers()
        for run in self._runs.values():
            run.lane.capacity = 0
            for item in run.lane.clear():
                self.dropped += 1
                self.system.dropped += 1
                if type(item) is _Ask:
                    item.fail(ActorStopped(f"{self.actor.address} stopped before it came to this"))

    def at_rest(self) -> "asyncio.Future[None]":
        """Done when the last task has ended. One waiter at a time."""
        self._rest = asyncio.get_running_loop().create_future()
        if not self._tasks:
            self._rest.set_result(None)
        return self._rest

    def cancel(self) -> list[str]:
        """Interrupt what still runs; returns the names of the lanes."""
        lanes = [name for name, run in self._runs.items() if run.task is not None and run.task.cancel()]
        if self._hook is not None and not self._hook.done():
            self._hook.cancel()
        return lanes

    @property
    def owes_stopped(self) -> bool:
        return self._up and type(self.actor).stopped is not Actor.stopped

    @property
    def condition(self) -> str:
        """The state in a word for people."""
        if self.state != "active":
            return self.state
        if self._tasks:
            return "running"
        return "pausing" if any(run.timer is not None for run in self._runs.values()) else "idle"

    def depths(self) -> dict[str, int]:
        return {name: len(run.lane) for name, run in self._runs.items() if run.lane}


def _interrupted() -> bool:
    """Whether this task itself is cancelled; else something it awaited was, which is a crash like any other."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _expire(future: "asyncio.Future[Any]", address: str, seconds: float) -> None:
    if not future.done():
        future.set_exception(AskTimeout(f"no answer from {address} within {seconds:g} s"))
