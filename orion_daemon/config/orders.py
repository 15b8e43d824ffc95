"""`[orders]`: how far back and how much at once orders are read.

When they are read stands in `schedule`.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Orders(Section, frozen=True):
    """How orders are read from marketplaces."""

    poll_overlap: Annotated[
        timedelta,
        Option(
            "Each poll reaches back so far behind the last one, as marketplaces show orders late and out of order.",
            most=timedelta(days=7),
            live=True,
        ),
    ] = timedelta(minutes=30)
    page_size: Annotated[
        int, Option("Orders asked for in one call; a channel may say otherwise.", least=1, most=250, live=True)
    ] = 50
    history_days: Annotated[
        int,
        Option(
            "How far the first import of a channel reaches back; 0 starts from today.", least=0, most=3650, live=True
        ),
    ] = 90
    answer_within: Annotated[
        timedelta,
        Option(
            "An order that nobody has confirmed or declined for so long raises an alert.",
            least=timedelta(minutes=1),
            live=True,
        ),
    ] = timedelta(hours=24)
