"""How a seller lets Orion in: eBay's consent page, its code, and what is made of it.

The code gives the refresh token, whose life the answer tells (18 months as a rule); then the application makes the key
pair that signs cancellations, anew each time, since a key ends after three years and nothing shows of one that it has:
its private half is told once and kept by nobody else. Where no key can be made, the account is connected all the same
with the one that it had, and without any only signed calls are refused.
"""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import msgspec

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.ebay.signatures import StoredKey
from orion_daemon.connectors.errors import AuthRefused, Rejected, VendorError
from orion_daemon.connectors.oauth import Connected


class EbayConsent:
    def __init__(self, settings: EbaySettings, client: EbayClient) -> None:
        self._settings = settings
        self._client = client

    def url(self, state: str) -> str:
        """Raises Rejected where the application is not named."""
        for name in ("client_id", "ru_name"):
            if not getattr(self._settings, name):
                raise Rejected(f"ebay: {name} is missing in the channel's section of orion.toml.", code="not_connected")
        asked = {
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.ru_name,
            "response_type": "code",
            "scope": " ".join(names.SCOPES),
            "prompt": "login",  # lets the seller choose which account it is
            "state": state,
        }
        return f"{self._client.hosts.consent}/oauth2/authorize?{urlencode(asked)}"

    async def redeem(self, answer: str, state: str) -> Connected:
        grant = await self._client.login.redeem(code_of(answer, state), self._settings.ru_name)
        if not grant.refresh_token:
            raise AuthRefused("ebay: the consent gave no refresh token. Repeat it.", code="not_a_token")
        secrets = {"refresh_token": grant.refresh_token}
        life = grant.refresh_token_expires_in
        lifetimes = {"refresh_token": timedelta(seconds=life) if life else names.LIFETIMES["refresh_token"]}
        if (key := await self._new_key()) is not None:
            secrets["signing_key"] = msgspec.json.encode(StoredKey(key.jwe, key.private_key)).decode()
            ends = key.expiration_time and key.creation_time
            lifetimes["signing_key"] = (
                timedelta(seconds=key.expiration_time - key.creation_time)
                if ends and key.expiration_time and key.creation_time
                else names.LIFETIMES["signing_key"]
            )
        return Connected(secrets, lifetimes)

    async def _new_key(self) -> schemas.SigningKey | None:
        try:
            reply = await self._client.call(names.CREATE_KEY, schemas.SigningKey, body={"signingKeyCipher": "ED25519"})
        except VendorError:
            return None
        return reply.result


def code_of(answer: str, state: str) -> str:
    """The URL-decoded code from what a person pasted: the code, or the address that the browser was sent to.

    Raises Rejected for an answer without a code or of another state.
    """
    answer = answer.strip()
    if "://" not in answer and "code=" not in answer:
        if not answer:
            raise Rejected("ebay: that is no code. Paste the whole address after the consent.", code="no_code")
        return unquote(answer)
    said = {name: values[0] for name, values in parse_qs(urlsplit(answer).query or answer).items()}
    if "error" in said:
        raise Rejected("ebay: the consent was declined. Repeat it and agree.", code="consent_declined")
    if said.get("state", state) != state:
        raise Rejected("ebay: the answer belongs to another attempt. Begin anew.", code="other_state")
    if not said.get("code"):
        raise Rejected("ebay: the address holds no code. Paste the whole address after the consent.", code="no_code")
    return said["code"]
