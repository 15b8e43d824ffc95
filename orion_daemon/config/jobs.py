"""`[jobs]`: tries, leases and retention of the durable mailbox.

Pauses follow from `backoff_base`, doubled per try, up to `backoff_cap`.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Jobs(Section, frozen=True):
    """The durable mailbox: how often work is tried, who owns it, how long its traces stay."""

    max_attempts: Annotated[
        int,
        Option(
            "Tries before a job goes to the dead letters. Waiting for a rate limit is no try.",
            least=1,
            most=100,
            live=True,
        ),
    ] = 8
    backoff_base: Annotated[
        timedelta,
        Option(
            "Pause after the first failure; it doubles with each further one.",
            least=timedelta(milliseconds=100),
            live=True,
        ),
    ] = timedelta(seconds=15)
    backoff_cap: Annotated[
        timedelta,
        Option("Longest pause between two tries.", least=timedelta(seconds=1), most=timedelta(days=1), live=True),
    ] = timedelta(hours=1)
    lease_ttl: Annotated[
        timedelta,
        Option(
            "A daemon that is silent for so long loses its accounts to another; short finds crashes soon, "
            "long forgives slow disks.",
            least=timedelta(seconds=5),
            most=timedelta(minutes=10),
        ),
    ] = timedelta(seconds=30)
    claim_batch: Annotated[
        int, Option("Jobs that an actor takes at once; small keeps stores equal, large is faster.", least=1, most=1000)
    ] = 50
    keep_done: Annotated[
        timedelta, Option("How long finished jobs stay to be looked at.", least=timedelta(minutes=1), live=True)
    ] = timedelta(days=7)
    keep_dead: Annotated[
        timedelta,
        Option("How long dead letters stay; after that nobody can retry them.", least=timedelta(days=1), live=True),
    ] = timedelta(days=90)
