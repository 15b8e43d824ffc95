"""How a run of a job can end, as values. A handler returns one; `mailbox.settle` writes it; nothing here acts.

Texts are stored and shown to operators: whoever makes an outcome has already taken personal data and secrets out.
A handler whose service settled the job inside its own transaction returns `Settled()`, and the runner writes nothing.
A handler that failed may return `Failed`, or raise a `JobFailure`: the runner asks `retry.decide` what that means.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from orion_daemon.jobs.states import State, move


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect. `result` is a small JSON object for people and tests, or None."""

    move: ClassVar[str] = "succeed"
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It must not be done, by our rules or the vendor's, and nobody has to look at it."""

    move: ClassVar[str] = "refuse"
    code: str
    message: str
    family: str = "rejected"


@dataclass(frozen=True, slots=True)
class Retry:
    """It failed; again at `at`. Costs one attempt."""

    move: ClassVar[str] = "retry"
    family: str
    code: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    """Not now; again at `at`. Costs nothing, and `reason` is a stable code such as rate_limited or suspended."""

    move: ClassVar[str] = "snooze"
    at: datetime
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Dead:
    """Into the dead letters: a person decides whether it is sent again."""

    move: ClassVar[str] = "bury"
    family: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What it was for is gone (the order was cancelled meanwhile): nothing to do, nothing wrong."""

    move: ClassVar[str] = "cancel"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """Handed back untouched because the process stops; the runner's own."""

    move: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class Settled:
    """The service wrote the job's end in its own transaction, together with the effect."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong, undecided. `retry_after` is the vendor's own wish."""

    family: str
    code: str
    message: str
    retry_after: timedelta | None = field(default=None)


class JobFailure(Exception):  # noqa: N818  (carries a Failed; not an error of its own)
    """Raise it out of a handler instead of returning a Failed."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(f"{failed.family}/{failed.code}: {failed.message}")
        self.failed = failed


Ending = Done | Refused | Retry | Snooze | Dead | Cancelled | Released
"""What can be written to a job."""

Outcome = Ending | Settled | Failed
"""What a handler can return."""

END_STATE: dict[type[Ending], State] = {
    kind: move(State.EXECUTING, kind.move) for kind in (Done, Refused, Retry, Snooze, Dead, Cancelled, Released)
}
