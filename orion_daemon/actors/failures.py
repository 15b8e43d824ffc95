"""What an exception in a handler means: vendor errors by their family, refusals of services, the rest as a bug.

The runner asks here before it decides about a retry (`jobs/retry.py`).
"""

from datetime import datetime, timedelta

from orion_daemon.connectors.errors import VendorError
from orion_daemon.jobs import handling
from orion_daemon.jobs.kinds import KINDS
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Dead, Failed
from orion_daemon.jobs.retry import Family, decide
from orion_daemon.services.errors import ServiceError


def classify(error: Exception) -> Failed:
    if isinstance(error, VendorError):
        wish = None if error.retry_after is None else timedelta(seconds=error.retry_after)
        return Failed(Family(error.family), error.code, error.message, wish)
    if isinstance(error, ServiceError):
        return Failed(Family.REJECTED, error.code, error.message)
    return handling.classify(error)


def final(error: Exception, job: Job, now: datetime) -> Dead | None:
    """The dead letter that this failure makes of the job; None when it will be tried again, or is not decided here.

    For handlers whose subject has to say that it failed, in the transaction that ends the job.
    """
    kind = KINDS.find(job.kind)
    if kind is None:
        return None
    decision = decide(
        classify(error),
        attempts=job.attempts,
        max_attempts=kind.max_attempts,
        is_repeatable=kind.is_repeatable,
        longest_delay=kind.longest_delay,
        give_up_at=job.give_up_at,
        now=now,
        dice=0.5,
    )
    return decision if isinstance(decision, Dead) else None
