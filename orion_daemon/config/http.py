"""`[http]`: time, size and patience of calls to marketplaces.

One account's rate stands with its channel in `stores`; this is what all share.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from orion_daemon.config.options import Option, Section

SECOND = timedelta(seconds=1)


class Http(Section, frozen=True):
    """Calls to marketplaces."""

    connect_timeout: Annotated[
        timedelta, Option("Time to reach a server.", least=SECOND / 10, most=timedelta(minutes=1))
    ] = timedelta(seconds=10)
    call_timeout: Annotated[
        timedelta, Option("Time for one API call, answer included.", least=SECOND, most=timedelta(minutes=10))
    ] = timedelta(seconds=30)
    download_timeout: Annotated[
        timedelta, Option("Time for one product feed.", least=SECOND, most=timedelta(hours=6))
    ] = timedelta(minutes=30)
    stall_timeout: Annotated[
        timedelta,
        Option("A connection that sends nothing for so long is given up.", least=SECOND, most=timedelta(minutes=10)),
    ] = timedelta(seconds=60)
    tries: Annotated[int, Option("Tries of one repeatable call before its job is put off.", least=1, most=10)] = 3
    max_response: Annotated[
        int, Option("Largest answer of an API call; feeds have max_feed_size.", least=1024, unit="size")
    ] = 20 * (1 << 20)
    connections: Annotated[int, Option("Open connections to all servers.", least=1, most=10_000)] = 200
    connections_per_host: Annotated[int, Option("Open connections to one server.", least=1, most=1000)] = 20
    breaker_failures: Annotated[
        int, Option("Failures in a row after which an account's calls are held back.", least=1, most=1000)
    ] = 5
    breaker_pause: Annotated[
        timedelta,
        Option("How long they are held back before one call is tried.", least=SECOND, most=timedelta(hours=6)),
    ] = timedelta(minutes=1)
    user_agent: Annotated[
        str,
        Option(
            "How Orion names itself; a marketplace's support asks for it.",
            pattern=r"[\x20-\x7e]+",
            pattern_means="printable ASCII text",
        ),
    ] = "Orion"
    ca_file: Annotated[
        Path | None,
        Option("Certificate authorities in PEM form to trust instead of the system's.", example='"company-ca.pem"'),
    ] = None
