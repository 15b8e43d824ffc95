"""`[gateway]`: the HTTP side and the limits of what a query may cost.

Rules that join it with other sections (ports) stand in `rules`.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section

MIB = 1 << 20


class Gateway(Section, frozen=True):
    """The HTTP side: GraphQL, health, metrics and the product feeds that marketplaces read."""

    host: Annotated[
        str,
        Option(
            "Address to listen on. Loopback, because TLS belongs to a proxy in front.",
            pattern=".+",
            pattern_means="an address",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Option("Port to listen on; 0 takes any free one.", least=0, most=65535)] = 8080
    public_url: Annotated[
        str,
        Option(
            "How others reach the gateway, told wherever Orion names its address; empty means http://HOST:PORT.",
            pattern=r"(https?://[^\s/?#]+(/[^\s?#]*)?)?",
            pattern_means="an http(s) URL without query, or empty",
            example='"https://orion.example.lu"',
        ),
    ] = ""
    allowed_origins: Annotated[
        tuple[str, ...],
        Option(
            "Web pages of these origins may call the gateway from a browser; none unless named.",
            pattern=r"https?://[^\s/]+",
            pattern_means="an origin like https://shop.example.lu",
            example='["https://shop.example.lu"]',
        ),
    ] = ()
    max_body: Annotated[
        int,
        Option(
            "Largest GraphQL request. Feeds are uploaded in a stream of their own, see [import].",
            least=1024,
            most=64 * MIB,
            unit="size",
        ),
    ] = MIB
    max_depth: Annotated[int, Option("Deepest nesting of a query; a console page needs nine.", least=3, most=50)] = 12
    max_aliases: Annotated[
        int, Option("Aliases in one query, which otherwise multiply the work of a field.", least=1, most=500)
    ] = 30
    max_tokens: Annotated[
        int, Option("Words and signs in one query; bounds the time spent on reading it.", least=100, most=50_000)
    ] = 4000
    max_page_size: Annotated[int, Option("Largest `first` of a list; longer lists are paged.", least=10, most=1000)] = (
        200
    )
    max_subscriptions: Annotated[int, Option("Open subscriptions on this daemon.", least=1, most=100_000)] = 2000
    request_timeout: Annotated[
        timedelta,
        Option("Longest time for one query or mutation.", least=timedelta(seconds=1), most=timedelta(minutes=10)),
    ] = timedelta(seconds=30)
    introspection: Annotated[
        bool, Option("Whether a token may ask for the schema. Tools need it; the schema is no secret.")
    ] = True
