"""`[actors]`: limits of the owners of accounts in memory.

Read by `app`, which builds the supervisor and the roster from it.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Actors(Section, frozen=True):
    """The owners of accounts in memory. The defaults hold for one store and for ten thousand."""

    idle_after: Annotated[
        timedelta, Option("An actor with nothing to do is put to rest after this time.", least=timedelta(seconds=1))
    ] = timedelta(minutes=2)
    concurrent_calls: Annotated[
        int,
        Option(
            "Jobs that run at the same time. A tenth is kept for what is urgent; at most a fifth goes to one store, at "
            "most a quarter to long work (catalogs, order history), which are processes of about 90 MB each.",
            least=1,
            most=10_000,
        ),
    ] = 100
    max_restarts: Annotated[
        int,
        Option(
            "Crashes within restart_window after which an actor is stopped and an alert is raised.", least=0, most=1000
        ),
    ] = 5
    restart_window: Annotated[timedelta, Option("Time over which crashes are counted.", least=timedelta(seconds=1))] = (
        timedelta(minutes=10)
    )
    restart_cap: Annotated[
        timedelta, Option("Longest pause before a crashed actor starts again.", least=timedelta(milliseconds=100))
    ] = timedelta(minutes=1)
