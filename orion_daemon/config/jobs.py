"""`[jobs]`: leases and retention of the durable mailbox.

How often and with which pauses work is tried is decided by kind of job and family of error, and no option.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Jobs(Section, frozen=True):
    """The durable mailbox: who owns work, and how long its traces stay."""

    lease_ttl: Annotated[
        timedelta,
        Option(
            "A daemon that is silent for so long loses its accounts to another; short finds crashes soon, "
            "long forgives slow disks.",
            least=timedelta(seconds=5),
            most=timedelta(minutes=10),
        ),
    ] = timedelta(seconds=30)
    keep_done: Annotated[
        timedelta, Option("How long finished jobs stay to be looked at.", least=timedelta(minutes=1))
    ] = timedelta(days=7)
    keep_dead: Annotated[
        timedelta,
        Option("How long dead letters and refusals stay; after that nobody can retry them.", least=timedelta(days=1)),
    ] = timedelta(days=90)
