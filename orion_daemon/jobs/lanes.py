"""A lane while it works: what was claimed and not begun, how many run, how much to claim at once.

A lane claims as many jobs as it may run at the same time. Where jobs are over in no time it claims more at once, so
that one transaction serves many; where they are slow it falls back, because a job that was claimed early cannot be
overtaken by a more urgent one. A claimed stock never lasts longer than about LONGEST_STOCK.
"""

from collections import deque
from dataclasses import dataclass

from orion_daemon.jobs.mailbox import Job
from orion_daemon.runtime.waiting import Priority

LARGEST_CLAIM = 200
SHORT_STOCK = 0.025  # seconds in which a claim's jobs were all run: claim twice as many
LONGEST_STOCK = 0.1  # claim half as many


@dataclass(frozen=True, slots=True)
class LaneShare:
    """`concurrency` jobs of one owner at once; `priority` among all work of the process (runtime.FairGate)."""

    concurrency: int = 1
    priority: int = Priority.NORMAL


class Lane:
    __slots__ = ("began", "claimed", "hungry", "name", "running", "share", "stock", "width", "workers")

    def __init__(self, name: str, share: LaneShare) -> None:
        self.name = name
        self.share = share
        self.width = share.concurrency
        self.stock: deque[Job] = deque()
        self.running: dict[int, Job] = {}
        self.workers = 0
        self.hungry = True  # there may be due jobs in the table
        self.claimed = 0  # by the last claim
        self.began = 0.0

    @property
    def room(self) -> int:
        return self.width - len(self.stock) - len(self.running) if self.hungry else 0

    def fill(self, jobs: list[Job], asked: int, now: float) -> None:
        """What a claim of `asked` jobs brought; `now` in seconds of the monotonic clock."""
        self.stock.extend(jobs)
        self.hungry = self.hungry or len(jobs) == asked  # a nudge may have come while the claim was under way
        self.claimed = len(jobs)
        self.began = now

    def overstays(self, now: float) -> bool:
        """The stock lasts far longer than thought: hand it back, so that more urgent work can go before it."""
        return now - self.began > 4 * LONGEST_STOCK and len(self.stock) > self.share.concurrency

    def emptied(self, now: float) -> None:
        """The stock is used up: learn from how long it lasted."""
        took = now - self.began
        if took > LONGEST_STOCK:
            self.width = max(self.share.concurrency, self.width // 2)
        elif took < SHORT_STOCK and self.claimed >= self.width:
            self.width = min(max(self.width * 4, 4), LARGEST_CLAIM)
