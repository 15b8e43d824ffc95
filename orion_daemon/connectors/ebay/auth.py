"""Access tokens: the seller's, by the refresh token of a consent, and the application's, for what is public.

A seller's token is asked for with the scopes that Orion needs, never more than were consented to: where the consent has
fewer, eBay refuses the list, and the token is asked for as it was given. Both live two hours and are kept by
`http.tokens` for all accounts that log in alike. Source: eBay, OAuth guides.
"""

import base64
from collections.abc import Mapping

from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.connectors.oauth import ask
from orion_daemon.connectors.tokens import Grant, TokenSource


class Login:
    def __init__(self, http: AccountHttp, hosts: names.Hosts, client_id: str, secrets: Mapping[str, str]) -> None:
        self._http = http
        self._hosts = hosts
        self.client_id = client_id
        self._secret = secrets.get("client_secret", "")
        self._refresh_token = secrets.get("refresh_token", "")
        self.lacks_scopes = False
        """The consent gave fewer than Orion asks for; known after the first token."""
        parts = (hosts.token, client_id, self._secret)
        self.user = http.tokens.of(http.clock, self._refresh, *parts, names.REFRESH, self._refresh_token)
        self.application = http.tokens.of(http.clock, self._log_in, *parts, names.APPLICATION)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not show in any text."""
        return (self._secret, self._refresh_token)

    def missing(self) -> tuple[str, ...]:
        """Names of what has to be there before a call can be made as the seller."""
        given = {"client_id": self.client_id, "client_secret": self._secret, "refresh_token": self._refresh_token}
        return tuple(name for name, value in given.items() if not value)

    def source(self, who: str) -> TokenSource:
        return self.application if who == "application" else self.user

    async def redeem(self, code: str, ru_name: str) -> Grant:
        """Exchange a consent's code, already URL-decoded, for the first tokens. Raises AuthRefused."""
        form = {"grant_type": names.CODE, "code": code, "redirect_uri": ru_name}
        return await self._ask(form, names.CODE)

    async def holds(self, scope: str) -> bool:
        """Whether the consent has this scope. One call of the token endpoint; raises AuthRefused for other reasons."""
        try:
            await self._ask({**self._renewal(), "scope": scope}, names.REFRESH)
        except AuthRefused as error:
            if error.code != "invalid_scope":
                raise
            return False
        return True

    def _renewal(self) -> dict[str, str]:
        if missing := self.missing():
            raise AuthRefused(
                f"ebay: {', '.join(missing)} missing. Name the application in orion.toml, store its secret with"
                " `orion credentials set`, and let the seller in with `orion credentials connect`.",
                code="not_connected",
            )
        return {"grant_type": names.REFRESH, "refresh_token": self._refresh_token}

    async def _refresh(self) -> Grant:
        form = self._renewal()
        try:
            return await self._ask({**form, "scope": " ".join(names.SCOPES)}, names.REFRESH)
        except AuthRefused as error:
            if error.code != "invalid_scope":
                raise
        self.lacks_scopes = True
        return await self._ask(form, names.REFRESH)

    async def _log_in(self) -> Grant:
        return await self._ask({"grant_type": names.APPLICATION, "scope": names.BASE_SCOPE}, names.APPLICATION)

    async def _ask(self, form: Mapping[str, str], quota: str) -> Grant:
        basic = base64.b64encode(f"{self.client_id}:{self._secret}".encode()).decode()
        return await ask(
            self._http,
            self._hosts.token,
            form,
            secrets=self.secrets,
            headers={"Authorization": f"Basic {basic}"},
            quota=quota,
        )
