"""Access tokens: fetched when needed, a little before they end, by one caller at a time.

`Tokens` belongs to the process (`Http.tokens`), so that a token outlives the rest of the account that asked for it; a
`TokenSource` is one credential. Whoever comes while a refresh is under way waits for its outcome, also for its failure.
A token that the vendor refuses is forgotten once: `reject` names the very token, so that a late refusal of an old one
does not cost a new one. How a token is fetched: `oauth.py`, and each vendor's `client.py`.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from orion_daemon.runtime.clock import Clock

EARLY = 0.1
"""Share of a token's life before whose end it is renewed, at most `EARLIEST` seconds."""
EARLIEST = 300.0


class Grant(msgspec.Struct, frozen=True):
    """The answer of a token endpoint; lives are seconds."""

    access_token: str
    expires_in: float
    refresh_token: str = ""
    refresh_token_expires_in: float | None = None
    token_type: str = ""


Fetch = Callable[[], Awaitable[Grant]]


class TokenSource:
    def __init__(self, clock: Clock, fetch: Fetch, early: float | None = None) -> None:
        """`early`: seconds before its end that a token is renewed; a shorter life counts by `EARLY` all the same."""
        self._clock = clock
        self.fetch = fetch
        self._early = early
        self._token = ""
        self._renew_at = 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that will hold for a while. Raises the families of `errors.py`."""
        if self._token and self._clock.monotonic() < self._renew_at:
            return self._token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._refresh(), name="refresh of an access token")
            self._fetching.add_done_callback(self._ended)
        return await asyncio.shield(self._fetching)

    async def _refresh(self) -> str:
        grant = await self.fetch()
        early = min(EARLIEST, grant.expires_in * EARLY)
        if self._early is not None and grant.expires_in > self._early:
            early = self._early
        self._token, self._renew_at = grant.access_token, self._clock.monotonic() + grant.expires_in - early
        return self._token

    def _ended(self, task: asyncio.Task[str]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # whoever waited has heard it; if nobody did, nobody needs to

    def reject(self, token: str) -> bool:
        """The vendor did not take this token; False when a newer one is there already."""
        if token != self._token:
            return False
        self._token = ""
        return True

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)


class Tokens:
    """All sources of the process, by what they log in with; nothing of it can be read from a name."""

    def __init__(self) -> None:
        self._sources: dict[str, TokenSource] = {}

    def of(self, clock: Clock, fetch: Fetch, *parts: str, early: float | None = None) -> TokenSource:
        """The source for these `parts` (endpoint, client, secret, refresh token, scopes); the newest `fetch` counts,
        since the connector of an older one may be closed. `early` as of `TokenSource`."""
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = TokenSource(clock, fetch, early)
        source.fetch = fetch
        return source

    async def close(self) -> None:
        for source in self._sources.values():
            await source.close()
