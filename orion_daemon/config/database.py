"""`[database]`: where the rows live.

`url` is settled by the loader: an absolute `sqlite:///` path or a PostgreSQL URL, from the environment if set there.
"""

from datetime import timedelta
from typing import Annotated, Literal

from orion_daemon.config.options import Option, Section


class Database(Section, frozen=True):
    """Where the rows live: the embedded SQLite file for one daemon, PostgreSQL for several on one set of stores."""

    url: Annotated[
        str,
        Option(
            "sqlite:///FILE or postgres://USER@HOST:PORT/NAME. ORION_DATABASE_URL wins over it: a password belongs "
            "there or into a systemd credential of that name, not into this file.",
            pattern=r"(sqlite:///|postgres(ql)?://).+",
            pattern_means="sqlite:///FILE or postgres://USER@HOST:PORT/NAME",
        ),
    ] = "sqlite:///{data_dir}/orion.sqlite3"
    pool_min: Annotated[
        int, Option("PostgreSQL connections kept open at rest; SQLite has its own fixed pool.", least=0, most=100)
    ] = 1
    pool_max: Annotated[
        int,
        Option(
            "PostgreSQL connections at most. All daemons together stay below its max_connections.", least=1, most=500
        ),
    ] = 10
    busy_timeout: Annotated[
        timedelta,
        Option(
            "How long a SQLite statement waits for another writer before it fails and is tried again.",
            least=timedelta(milliseconds=100),
            most=timedelta(minutes=1),
        ),
    ] = timedelta(seconds=5)
    synchronous: Annotated[
        Literal["FULL", "NORMAL"],
        Option(
            "FULL survives a power cut with every committed row, which money deserves. "
            "NORMAL writes faster and may lose the last moments."
        ),
    ] = "FULL"
    migrate_at_start: Annotated[
        Literal["auto", "always", "never"],
        Option("auto migrates SQLite and waits on PostgreSQL for `orion migrate`, where other daemons may be running."),
    ] = "auto"
