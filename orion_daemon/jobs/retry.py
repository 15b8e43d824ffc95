"""What a failure means for the job, decided by its family. Pure: the clock and the dice are arguments.

| family | decision | delays, ±20 % |
|---|---|---|
| unreachable | Retry | 15 s, 30 s, 1 min, 2, 4, 8, 16, 32, 1 h … (at most the kind's limit): 12 attempts span 4 h |
| rate_limited | Snooze, free | what the vendor asks (at least 1 s, at most 1 h), 30 s when it says nothing |
| auth_refused | Suspend the account, Snooze | 15 min; a suspended account claims nothing until a person mends it |
| not_permitted | Snooze, free: this work alone waits for a person | 1 h, or until the account's credentials change |
| rejected | Dead | |
| malformed | Retry, 3 attempts: a proxy may have answered in the vendor's place | 1 min, 5 min |
| doubtful | Retry when the kind's effect is repeatable, else Dead | as unreachable |
| lease_lost | Abandon: write nothing, the new owner has it | |
| bug | Retry, 3 attempts | 1 min, 5 min |

A vendor's wish (`Retry-After`) lengthens the delay of a retry, never shortens it. When the attempts are used up, or
the next try would come after the job's limit of waiting, it goes to the dead letters with the last failure as reason.
A family that is not in the table is a bug of ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orion_daemon.jobs.outcomes import Dead, Failed, Retry, Snooze


class Family(StrEnum):
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    AUTH_REFUSED = "auth_refused"
    NOT_PERMITTED = "not_permitted"
    REJECTED = "rejected"
    MALFORMED = "malformed"
    DOUBTFUL = "doubtful"
    LEASE_LOST = "lease_lost"
    BUG = "bug"


FAMILIES = frozenset(Family)


@dataclass(frozen=True, slots=True)
class Suspend:
    """Stop the account and tell a person; the job waits meanwhile."""

    snooze: Snooze
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """Another process owns the account: this run has no say any more."""


Decision = Retry | Snooze | Dead | Suspend | Abandon

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
FEW_DELAYS = (timedelta(minutes=1), timedelta(minutes=5))
SUSPENDED_DELAY = timedelta(minutes=15)
NOT_PERMITTED_DELAY = timedelta(hours=1)
UNSAID_RATE_DELAY = timedelta(seconds=30)
SHORTEST_RATE_DELAY = timedelta(seconds=1)
LONGEST_CRASH_DELAY = timedelta(minutes=5)
SPREAD = 0.2


def backoff(attempt: int) -> timedelta:
    """Delay after the attempt-th failure (from 1), without jitter; safe at absurd counts."""
    doubled: int = 2 ** min(max(attempt, 1) - 1, 20)
    return min(FIRST_DELAY * doubled, LONGEST_DELAY)


def crash_delay(crashes: int) -> timedelta:
    """Delay after the process vanished for the crashes-th time with this job: 0, 1 s, 2 s, 4 s … 5 min.

    The growing pause lets jobs that were merely beside the guilty one finish first.
    """
    if crashes <= 1:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(crashes - 2, 20)), LONGEST_CRASH_DELAY)


def decide(
    failed: Failed,
    *,
    attempts: int,
    max_attempts: int,
    is_repeatable: bool,
    longest_delay: timedelta = LONGEST_DELAY,
    give_up_at: datetime,
    now: datetime,
    dice: float,
) -> Decision:
    """What to do after a failure.

    `attempts` counts the failures before this one; `longest_delay` is the kind's; `dice` is random in [0, 1).
    """
    family = Family(failed.family) if failed.family in FAMILIES else Family.BUG
    if family is Family.LEASE_LOST:
        return Abandon()
    if family is Family.AUTH_REFUSED:
        snooze = Snooze(now + SUSPENDED_DELAY, "suspended", failed.message)
        return Suspend(snooze, failed.code, failed.message)
    if family is Family.NOT_PERMITTED:
        return Snooze(now + NOT_PERMITTED_DELAY, family, failed.message)
    if family is Family.RATE_LIMITED:
        wish = UNSAID_RATE_DELAY if failed.retry_after is None else failed.retry_after
        delay = min(max(wish, SHORTEST_RATE_DELAY), LONGEST_DELAY)
        return Snooze(now + delay * (1 + SPREAD * dice), "rate_limited", failed.message)  # never before the wish
    if family is Family.REJECTED or (family is Family.DOUBTFUL and not is_repeatable):
        return Dead(family, failed.code, failed.message)

    tries = attempts + 1
    if family in {Family.BUG, Family.MALFORMED}:
        allowed = min(max_attempts, len(FEW_DELAYS) + 1)
        delay = FEW_DELAYS[min(tries, len(FEW_DELAYS)) - 1]
    else:
        allowed = max_attempts
        delay = min(backoff(tries), longest_delay)
    if tries >= allowed:
        return Dead(family, failed.code, f"{failed.message} (given up after {tries} attempts)")
    at = now + delay * (1 + SPREAD * (2 * dice - 1))
    if failed.retry_after is not None:
        at = max(at, now + failed.retry_after)
    if at >= give_up_at:
        limit = f"{give_up_at:%Y-%m-%d %H:%M} UTC"
        return Dead(family, failed.code, f"{failed.message} (the next try would come after its limit, {limit})")
    return Retry(family, failed.code, failed.message, at)
