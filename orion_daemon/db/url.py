"""Database URLs: what an operator writes, and what the drivers want.

`sqlite:///relative/file.db` is relative to the working directory, `sqlite:////absolute/file.db` is not;
`postgres://user:password@host:5432/name` (also `postgresql://`), with `?host=/socket/folder` for a Unix socket and
`?sslmode=require`. The password shows up in no message and no representation. Next: `db/database.py`.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from orion_daemon.db.errors import BadDatabaseUrl

Dialect = Literal["sqlite", "postgres"]

_QUERY_KEYS = {"host", "port", "sslmode"}
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    dialect: Dialect
    path: Path | None = None  # sqlite
    host: str = ""  # name, address or socket folder
    port: int = 5432
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str = ""
    sslmode: str | None = None

    @property
    def file(self) -> Path:
        """The SQLite file; asking a PostgreSQL URL for it is a mistake."""
        if self.path is None:
            raise BadDatabaseUrl(f"{self} names no SQLite file")
        return self.path

    def __str__(self) -> str:
        if self.dialect == "sqlite":
            return f"sqlite:///{self.path}"
        return f"postgres://{self.user or ''}@{self.host}:{self.port}/{self.database}"

    def server(self) -> dict[str, Any]:
        """Arguments for a PostgreSQL connection."""
        found: dict[str, Any] = {"host": self.host, "port": self.port, "user": self.user, "database": self.database}
        found["password"] = self.password
        if self.sslmode:
            found["ssl"] = self.sslmode
        return found


def parse(url: str) -> DatabaseUrl:
    """Raises BadDatabaseUrl, which says what is wrong and shows an example."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise BadDatabaseUrl(
            "the database URL has no scheme; write sqlite:///var/orion.db or postgres://user@host/name"
        )
    if scheme == "sqlite":
        return _sqlite(rest)
    if scheme in ("postgres", "postgresql"):
        return _postgres(url)
    raise BadDatabaseUrl(f"the database URL's scheme {scheme!r} is unknown; Orion knows sqlite and postgres")


def _sqlite(rest: str) -> DatabaseUrl:
    path = unquote(rest.removeprefix("/"))
    if not rest.startswith("/") or not path or ":memory:" in rest:
        raise BadDatabaseUrl(
            "a SQLite URL needs a file: sqlite:///var/orion.db (relative) or sqlite:////var/lib/orion/orion.db"
        )
    if "?" in path:
        raise BadDatabaseUrl("a SQLite URL takes no options after '?'")
    return DatabaseUrl("sqlite", path=Path(path))


def _postgres(url: str) -> DatabaseUrl:
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        port = int(query.get("port") or parts.port or 5432)
    except ValueError:  # its text may quote the URL
        raise BadDatabaseUrl(
            "the PostgreSQL URL cannot be read; write postgres://user:password@host:5432/name and percent-encode"
            " what is special in the password"
        ) from None
    if unknown := sorted(set(query) - _QUERY_KEYS):
        raise BadDatabaseUrl(f"the PostgreSQL URL has an unknown option {unknown[0]!r}; known: host, port, sslmode")
    sslmode = query.get("sslmode")
    if sslmode is not None and sslmode not in _SSL_MODES:
        raise BadDatabaseUrl(f"sslmode {sslmode!r} is unknown; known: {', '.join(sorted(_SSL_MODES))}")
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise BadDatabaseUrl("the PostgreSQL URL names no database; write postgres://user@host/name")
    return DatabaseUrl(
        "postgres",
        host=query.get("host") or parts.hostname or "localhost",
        port=port,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        database=database,
        sslmode=sslmode,
    )
