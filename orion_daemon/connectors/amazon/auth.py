"""Logging in with Amazon: the refresh token of a seller's authorisation gives access tokens of one hour.

The token goes into a header of its own; there is no signature. Persons of orders of the old API need a restricted data
token on top, made once for every order (`restricted`), never one an order: its quota is small. Keeping and renewing:
`connectors/tokens.py`.
"""

from collections.abc import Awaitable, Callable, Mapping

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.schemas import RestrictedToken
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.connectors.oauth import ask
from orion_daemon.connectors.tokens import Grant, TokenSource

_ELEMENTS = ["buyerInfo", "shippingAddress"]
RESOURCES = {
    "restrictedResources": [
        {"method": "GET", "path": names.V0_GET_ORDERS.path, "dataElements": _ELEMENTS},
        {"method": "GET", "path": names.V0_GET_ORDER.path, "dataElements": _ELEMENTS},
        {"method": "GET", "path": names.V0_GET_ITEMS.path, "dataElements": ["buyerInfo"]},
    ]
}
"""With placeholders left in, so that one token is good for all orders."""


def access(http: AccountHttp, settings: AmazonSettings, secrets: Mapping[str, str]) -> TokenSource:
    """Shared by all who log in with the same. `get` raises AuthRefused with Amazon's code (see `oauth.REFUSED`)."""
    client_secret, refresh_token = secrets.get("client_secret", ""), secrets.get("refresh_token", "")

    async def fetch() -> Grant:
        for value, kind, way in (
            (settings.client_id, "client id", "Set client_id of the channel."),
            (client_secret, "client secret", "Store it with `orion credentials set`."),
            (refresh_token, "refresh token", "Connect the account with `orion credentials connect`."),
        ):
            if not value:
                raise AuthRefused(f"{settings.account or 'amazon'}: there is no {kind}. {way}", code="no_credential")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": settings.client_id,
            "client_secret": client_secret,
        }
        return await ask(http, settings.login, form, secrets=(client_secret, refresh_token))

    return http.tokens.of(http.clock, fetch, settings.login, settings.client_id, client_secret, refresh_token)


def restricted(
    http: AccountHttp,
    settings: AmazonSettings,
    secrets: Mapping[str, str],
    make: Callable[[], Awaitable[RestrictedToken]],
) -> TokenSource:
    """The one restricted token of the account; `make` calls `createRestrictedDataToken`."""

    async def fetch() -> Grant:
        made = await make()
        return Grant(made.restricted_data_token, made.expires_in)

    parts = (settings.client_id, secrets.get("client_secret", ""), secrets.get("refresh_token", ""))
    return http.tokens.of(http.clock, fetch, settings.api, "restricted", *parts)
