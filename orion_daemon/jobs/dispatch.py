"""From `JobsPut` on the bus to the runner of its owner: the nudge that makes a job start at once.

An owner without a runner here is handed to `on_unowned` (the roster decides whether this process should own it), unless
another daemon put the job and has done so.
After a lag of the bus all runners look for themselves, and at what they hold too: the connection by which PostgreSQL
tells of others may have ended with the server. Nudges may be lost at any time; `maintenance.due_by` is the
sweep that finds what they would have told.
"""

from collections.abc import Callable

from orion_daemon.domain.events import JobsPut
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.bus import Bus, Lagged


class Dispatcher:
    def __init__(self, bus: Bus, on_unowned: Callable[[str], object] = lambda _: None) -> None:
        self._subscription = bus.subscribe(JobsPut, maxsize=10_000)
        self._on_unowned = on_unowned
        self._runners: dict[str, Runner] = {}

    def add(self, runner: Runner) -> None:
        """It is nudged from now on, beginning with now."""
        self._runners[runner.lease.owner] = runner
        runner.nudge()

    def remove(self, owner: str) -> None:
        self._runners.pop(owner, None)

    def find(self, owner: str) -> Runner | None:
        return self._runners.get(owner)

    async def run(self) -> None:
        """Until cancelled or the bus is closed."""
        async with self._subscription as events:
            async for event in events:
                if isinstance(event, Lagged):
                    for runner in list(self._runners.values()):
                        runner.doubt()
                elif (found := self._runners.get(event.owner)) is not None:
                    found.nudge(event.lanes, event.run_at)
                elif event.run_at is None and not event.is_seen_to:  # what is due later is found by the sweep, then
                    self._on_unowned(event.owner)
