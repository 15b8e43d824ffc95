"""How a seller lets Orion into the account: a page in Seller Central, and the code that it gives.

The page belongs to the first of the channel's stores. What the seller's browser is sent to afterwards carries
`spapi_oauth_code`, good for five minutes, which is exchanged for a refresh token. A seller who authorises an
application of the own developer account gets that token in Seller Central at once and stores it with `orion
credentials set`.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.errors import AuthRefused, Rejected
from orion_daemon.connectors.http import AccountHttp, Http
from orion_daemon.connectors.oauth import Connected, ask


class AmazonConsent:
    """A `Consent` (see `connectors/oauth.py`)."""

    def __init__(self, settings: AmazonSettings, secrets: Mapping[str, str], http: Http) -> None:
        self._settings = settings
        self._secret = secrets.get("client_secret", "")
        self._http: AccountHttp = http.account("amazon", settings.account or "amazon")

    def url(self, state: str) -> str:
        """Raises Rejected (settings_missing) where the channel lacks what the page needs."""
        settings = self._settings
        if not settings.application_id:
            raise Rejected(
                "amazon: application_id of the channel is empty. It stands beside the application in the developer"
                " console, as amzn1.sp.solution….",
                code="settings_missing",
            )
        base = settings.endpoint.rstrip("/")
        if settings.is_amazons:
            if settings.store is None:
                raise Rejected(
                    "amazon: marketplace_ids of the channel is empty, so the seller's own pages are not known.",
                    code="settings_missing",
                )
            base = f"https://{settings.store.central}"
        return f"{base}{names.CONSENT_PATH}?{urlencode({'application_id': settings.application_id, 'state': state})}"

    async def redeem(self, answer: str, state: str) -> Connected:
        """`answer`: the code, or the address the browser was sent to. Raises Rejected (no_code, wrong_state,
        wrong_seller), AuthRefused where Amazon does not take the code."""
        code = self._code(answer.strip(), state)
        if not self._settings.client_id or not self._secret:
            raise AuthRefused(
                "amazon: redeeming the code takes the channel's client_id and its client secret; one is missing.",
                code="no_credential",
            )
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._settings.client_id,
            "client_secret": self._secret,
        }
        grant = await ask(self._http, self._settings.login, form, secrets=(self._secret, code))
        if not grant.refresh_token:
            raise AuthRefused("amazon: the code was taken, but no refresh token was given.", code="not_a_token")
        return Connected({"refresh_token": grant.refresh_token}, {"refresh_token": names.LIFETIMES["refresh_token"]})

    def _code(self, answer: str, state: str) -> str:
        if "?" not in answer and "=" not in answer:
            found = {"spapi_oauth_code": [answer]} if answer else {}
        else:
            found = parse_qs(urlsplit(answer).query if "?" in answer else answer)
        told_state = found.get("state", [""])[0]
        if told_state and told_state != state:
            raise Rejected(
                "amazon: this answer belongs to another attempt. Open the page that was shown now.", code="wrong_state"
            )
        seller = found.get("selling_partner_id", [""])[0]
        if seller and self._settings.seller_id and seller != self._settings.seller_id:
            raise Rejected(
                f"amazon: the seller who agreed is {seller[:32]}, the channel's seller_id is"
                f" {self._settings.seller_id}. Sign in as the other, or correct seller_id.",
                code="wrong_seller",
            )
        code = found.get("spapi_oauth_code", [""])[0]
        if not code:
            raise Rejected(
                "amazon: this answer holds no spapi_oauth_code. Paste the whole address at which the browser ended.",
                code="no_code",
            )
        return code
