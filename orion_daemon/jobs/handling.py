"""One run of one job by its handler, and what its end means. Writes nothing: `runner.py` does.

A handler returns an outcome, or raises: `JobFailure` carries a decided family, LeaseLost means that this run has no
say any more, going over the kind's time limit is doubtful (it may have taken effect), everything else is classified.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.errors import is_transient
from orion_daemon.jobs.kinds import KINDS, JobKind, Kinds
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Dead, Done, Ending, Failed, JobFailure, Outcome, Settled
from orion_daemon.jobs.retry import Abandon, Family, Suspend, decide
from orion_daemon.jobs.turns import Turns
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.fairness import FairGate

log = logging.getLogger("orion.jobs")

Handler = Callable[[Job, Any], Awaitable[Outcome]]
"""Gets the job and its decoded arguments. Several may run at once, of different entities."""


def classify(error: Exception) -> Failed:
    """What an exception means when nobody above knows better. Names its type only: texts may be personal."""
    if is_transient(error):
        return Failed(Family.UNREACHABLE, getattr(error, "code", "storage"), str(error))
    return Failed(Family.BUG, "bug", f"{type(error).__name__} in the handler; the log has the details")


@dataclass(frozen=True)
class Surroundings:
    """What all runners of a process share. `dice` gives numbers in [0, 1) for the jitter of retries."""

    db: Database
    clock: Clock
    gate: FairGate
    dice: Callable[[], float]
    kinds: Kinds = KINDS
    classify: Callable[[Exception], Failed] = classify

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.db)


def known(kinds: Kinds, name: str) -> JobKind[Any]:
    kind = kinds.find(name)
    if kind is None:
        raise ValueError(f"there is a handler for {name}, which is no job kind")
    return kind


async def run_handler(around: Surroundings, kind: JobKind[Any], handler: Handler, job: Job) -> Ending | Suspend | None:
    """The end to write; None when the run has no say any more or its service wrote the end itself."""
    try:
        args = kind.decode(job.args)
    except msgspec.MsgspecError as error:
        return Dead(Family.MALFORMED, "bad_arguments", f"the arguments do not fit {job.kind}: {error}")
    limit = kind.time_limit.total_seconds()
    try:
        outcome = await around.clock.within(limit, handler(job, args))
        if isinstance(outcome, Done) and outcome.result is not None:
            msgspec.json.encode(outcome.result)  # what cannot be stored is the handler's bug
    except LeaseLost:
        return None
    except JobFailure as failure:
        outcome = failure.failed
    except TimeoutError:
        outcome = Failed(Family.DOUBTFUL, "time_limit", f"it was not done within {limit:.0f} s")
    except Exception as error:
        failed = outcome = around.classify(error)
        is_bug = failed.family == Family.BUG
        said = "it is a bug" if is_bug else failed.message
        log.warning(
            "job %d (%s) of %s failed: %s",
            job.id,
            job.kind,
            job.owner,
            said,
            exc_info=error if is_bug else None,
            extra={"action": "job.failed", "actor": job.owner, "job": job.id, "code": failed.code},
        )
    if isinstance(outcome, Settled):
        return None
    if not isinstance(outcome, Failed):
        return outcome
    decision = decide(
        outcome,
        attempts=job.attempts,
        max_attempts=kind.max_attempts,
        is_repeatable=kind.is_repeatable,
        longest_delay=kind.longest_delay,
        give_up_at=job.give_up_at,
        now=around.clock.now(),
        dice=around.dice(),
    )
    return None if isinstance(decision, Abandon) else decision
