"""`[import]`: product feeds and the guard against mass changes.

A guard that closes holds the import until a person applies or drops it; it never fails a store.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Imports(Section, frozen=True):
    """Product feeds on their way in, and the guard that stops a broken one before it empties a shop."""

    chunk_rows: Annotated[
        int,
        Option(
            "Rows written in one transaction. An order waits for at most one of them; fewer rows are slower. On "
            "PostgreSQL, where it waits for none, four times as many.",
            least=10,
            most=10_000,
        ),
    ] = 500
    worker_idle: Annotated[
        timedelta,
        Option(
            "How long an import's process waits for the next import before it ends: it takes about 100 MB meanwhile, "
            "and a new one half a second to start. 0s: it never waits.",
            least=timedelta(0),
            most=timedelta(hours=1),
        ),
    ] = timedelta(seconds=30)
    max_feed_size: Annotated[
        int, Option("Largest feed that is downloaded or uploaded, unpacked.", least=1024, unit="size")
    ] = 1 << 30
    max_removed_share: Annotated[
        float,
        Option(
            "A complete feed that would make more than this share of the known products unavailable waits "
            "for a person.",
            least=0.0,
            most=1.0,
            unit="share",
        ),
    ] = 0.3
    max_rejected_share: Annotated[
        float,
        Option(
            "A feed with more than this share of unreadable rows removes nothing and waits for a person.",
            least=0.0,
            most=1.0,
            unit="share",
        ),
    ] = 0.5
    min_rows: Annotated[
        int,
        Option(
            "Catalogs with fewer known products than this are too small for the shares above. From them at most half "
            "the products, or three, go at once without a person, and never all.",
            least=0,
        ),
    ] = 20
    max_problems: Annotated[
        int,
        Option("Row problems that are kept and listed for one import; all are counted.", least=1, most=1_000_000),
    ] = 1000
    keep_files: Annotated[
        timedelta,
        Option(
            "How long uploads, and copies of held imports that nobody wants, stay on the disk after their import has "
            "ended. The daily maintenance removes them; what was seen in them stays in the rows.",
            least=timedelta(hours=1),
        ),
    ] = timedelta(days=1)
