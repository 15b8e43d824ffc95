"""Logging in by client credentials. Asked again, CodesWholesale gives the same token with the seconds that are left.

So a life is never assumed: a token is used until a minute before its end, and where fewer than that are left of a fresh
answer its end is waited for, once, and another asked for. Two shapes of the answer are known. Keeping tokens for all
accounts that log in alike, and one refresh at a time: `connectors/tokens.py`. Secrets go in the body, since a query
would stand in logs, and Basic is known to fail with their signs.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from orion_daemon.connectors import oauth
from orion_daemon.connectors.codeswholesale import names
from orion_daemon.connectors.codeswholesale.limits import TOKENS
from orion_daemon.connectors.codeswholesale.schemas import TokenReply
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.errors import AuthRefused, Malformed, Unreachable
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.connectors.tokens import Grant, TokenSource

LEAST_LEFT = 60.0
"""Seconds that a token must have left to be used."""
_AFTER_ITS_END = 1.0  # the seconds that are left come rounded down
_DECODE = msgspec.json.Decoder(TokenReply)


class Login:
    def __init__(self, http: AccountHttp, settings: CodesWholesaleSettings, secrets: Mapping[str, str]) -> None:
        self._http = http
        self._url = settings.address + names.TOKEN
        self._account = settings.account or names.SUPPLIER
        self.client_id = settings.client_id
        self._secret = secrets.get("client_secret", "")
        self.source: TokenSource = http.tokens.of(
            http.clock, self._fetch, self._url, self.client_id, self._secret, early=LEAST_LEFT
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not show in any text."""
        return (self._secret,)

    def missing(self) -> tuple[str, ...]:
        """Names of what has to be there before a call can be made."""
        given = {"client_id": self.client_id, "client_secret": self._secret}
        return tuple(name for name, value in given.items() if not value)

    async def _fetch(self) -> Grant:
        if missing := self.missing():
            raise AuthRefused(
                f"{self._account}: {' and '.join(missing)} missing. Set the account's client_id, and store the"
                " client_secret with `orion credentials set`.",
                code="no_credential",
            )
        grant = await self._ask()
        if grant.expires_in < LEAST_LEFT:
            await self._http.clock.sleep(max(0.0, grant.expires_in) + _AFTER_ITS_END)
            grant = await self._ask()
        return grant

    async def _ask(self) -> Grant:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self._secret}
        try:
            return await oauth.ask(self._http, self._url, form, secrets=self.secrets, quota=TOKENS, read=self._read)
        except AuthRefused as error:
            if oauth.REFUSED.get(error.code) != "client_secret":
                raise
            raise AuthRefused(
                f"{error.message} It is the client_secret of {self._account}, or it belongs to the other of the"
                " supplier's two systems: sandbox and live have credentials of their own.",
                code=error.code,
            ) from error
        except Malformed as error:  # nothing was done with it; a purchase that needs it did not begin
            raise Unreachable(f"{error.message} It is asked again later.", code=error.code) from error

    def _read(self, body: bytes) -> Grant:
        return grant_of(body, self._http.clock.now())


def grant_of(body: bytes, now: datetime) -> Grant:
    """Raises msgspec's errors for what is no token, or says nothing of its life."""
    said = _DECODE.decode(body)
    token = said.access_token or said.value
    left = said.expires_in if said.expires_in is not None else said.expires_in_camel
    if left is None and said.expiration is not None:
        left = _seconds_until(said.expiration, now)
    if said.expired:
        left = 0.0
    if not token or left is None:
        raise msgspec.ValidationError("neither of the known shapes of a token")
    return Grant(token, max(0.0, left))


def _seconds_until(moment: str | int, now: datetime) -> float | None:
    """`moment`: a date with time and offset, or milliseconds since 1970."""
    try:
        end = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else datetime.fromisoformat(moment)
    except (ValueError, OverflowError, OSError):
        return None
    return (end - now).total_seconds() if end.tzinfo is not None else None
