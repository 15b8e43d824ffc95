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
            "How far an import of order history reaches back when nobody names a start; 0: as far as the channel goes.",
            least=0,
            most=3650,
        ),
    ] = 90
