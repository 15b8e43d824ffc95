"""What every resolver is handed: the parts of the process, who is asking, and loaders of its own operation.

`GatewayParts` is wired once by the app. A `GatewayContext` belongs to a request or a socket; each operation works on
a fork of it, so that loaders are never shared between operations. The scope of a token is read from here only.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strawberry.types import Info as StrawberryInfo

from orion_daemon.db.database import Database
from orion_daemon.domain.hints import ReadHint
from orion_daemon.domain.notifications import Webhook
from orion_daemon.graphql.errors import forbidden, unauthenticated
from orion_daemon.graphql.loaders import Loaders
from orion_daemon.observability.health import Integrations, Report
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import access
from orion_daemon.services.access import Caller

if TYPE_CHECKING:
    from orion_daemon.graphql.listening import Listening

_LOOK_AGAIN = 60.0  # seconds after which an open subscription proves its token anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may cost; see `[gateway]` of orion.toml."""

    max_body: int = 1 << 20
    max_depth: int = 12
    max_aliases: int = 30
    max_tokens: int = 4000
    max_page_size: int = 200
    max_subscriptions: int = 2000
    request_timeout: timedelta = timedelta(seconds=30)
    introspection: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What the gateway needs of the process. `new_token` makes secrets of at least 32 characters, `new_id` ids for
    errors and references. `subscription_buffer`: events a slow subscriber may be behind before it loses some.
    `settle_seconds`: how long a subscription to a state lets changes come together."""

    db: Database
    bus: Bus
    clock: Clock
    liveness: Callable[[], Report]
    readiness: Callable[[], Report]
    metrics: Callable[[], Awaitable[bytes]]
    integrations: Callable[[str | None], Awaitable[Integrations]]
    feeds_folder: Path
    limits: Limits = field(default_factory=Limits)
    allowed_origins: tuple[str, ...] = ()
    uploads_folder: Path | None = None  # None: beside the feeds
    new_token: Callable[[], str] = lambda: f"orion_{secrets.token_urlsafe(32)}"
    new_id: Callable[[], str] = lambda: secrets.token_hex(8)
    subscription_buffer: int = 1000
    settle_seconds: float = 0.2
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)  # of the marketplaces that send notifications
    hints: Mapping[str, ReadHint] = field(default_factory=dict)  # by the suppliers that send any
    public_url: str = ""  # how others reach the gateway; empty where nobody has said so
    token_lifetime: timedelta = timedelta(days=365)  # of new tokens whose maker names no end

    @property
    def uploads(self) -> Path:
        return self.uploads_folder or self.feeds_folder.parent / "uploads"

    @property
    def inbox(self) -> Path:
        """The one folder whose files an import may name by path."""
        return self.feeds_folder.parent / "inbox"


class GatewayContext:
    """`caller` is None on a socket that has not said who it is yet: nothing is executed for it."""

    def __init__(
        self, parts: GatewayParts, listening: "Listening", caller: Caller | None = None, token: str = ""
    ) -> None:
        self.parts = parts
        self.listening = listening
        self.connection_params: dict[str, Any] | None = None  # strawberry puts a socket's first message here
        self.correlation_id = parts.new_id()
        self._caller = caller
        self._token = token
        self._proven_at = parts.clock.monotonic()
        self._loaders: Loaders | None = None

    def fork(self) -> "GatewayContext":
        return GatewayContext(self.parts, self.listening, self._caller, self._token)

    async def log_in(self, token: str) -> bool:
        self._caller = await access.find_caller(self.parts.db, token, self.now)
        self._token = token
        return self._caller is not None

    async def still_valid(self) -> None:
        """For what lasts: look at the token again once a minute. Raises UNAUTHENTICATED when it was revoked."""
        if self.parts.clock.monotonic() - self._proven_at >= _LOOK_AGAIN:
            if not await self.log_in(self._token):
                raise unauthenticated()
            self._proven_at = self.parts.clock.monotonic()

    @property
    def caller(self) -> Caller:
        if self._caller is None:
            raise unauthenticated()
        return self._caller

    @property
    def is_known(self) -> bool:
        return self._caller is not None

    @property
    def scope(self) -> int | None:
        """The one store this token may see; None for all."""
        return self.caller.store_id

    @property
    def actor(self) -> str:
        """How the caller is named in histories and the audit trail."""
        return self.caller.name

    @property
    def db(self) -> Database:
        return self.parts.db

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    @property
    def loaders(self) -> Loaders:
        if self._loaders is None:
            self._loaders = Loaders(self.parts.db, lambda: self.actor, self.parts.clock.now)
        return self._loaders

    def needs(self, role: str) -> None:
        """Raises FORBIDDEN for a caller of a lesser role."""
        if not self.caller.may(role):
            raise forbidden(role)


Info = StrawberryInfo[GatewayContext, None]
