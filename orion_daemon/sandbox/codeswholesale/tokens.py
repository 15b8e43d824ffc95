"""Tokens: client credentials for a bearer of an hour. Asking again gives the same token with the seconds that are left.

Credentials of the other environment are those of an unknown client. A token can die early by command; asking then
gives a new one. Every token given out and every refusal is in the ledger; token texts are not.
"""

import base64
import binascii
import hmac
from datetime import timedelta
from typing import Any

from orion_daemon.sandbox.codeswholesale.answers import SupplierError, stamp
from orion_daemon.sandbox.codeswholesale.records import Account, Token
from orion_daemon.sandbox.codeswholesale.state import Store


class TokenError(SupplierError):
    """The other form of refusals: `error` and `error_description`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(status, None, description)
        self.error = error

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.message}


def token_answer(store: Store, form: dict[str, str], authorization: str | None) -> dict[str, Any]:
    """`POST /oauth/token`; `form` is the query and the body together. Raises TokenError."""
    client_id, secret = _credentials(form, authorization)
    account = store.world.accounts.get(client_id)
    try:
        if account is None or account.environment != store.world.settings.environment:
            raise TokenError(401, "unauthorized", f"No client with requested id: {client_id}")
        if not hmac.compare_digest(account.client_secret.encode(), secret.encode()):
            raise TokenError(401, "unauthorized", "Bad client credentials")
        if form.get("grant_type") != "client_credentials":
            raise TokenError(400, "unsupported_grant_type", "Unsupported grant type")
    except TokenError as error:
        store.record("token_refused", client=client_id, error=error.error)
        raise
    token, again = _current(store, account)
    left = int((token.expires_at - store.now()).total_seconds())
    store.record("token_issued", client=client_id, seconds=left, again=again)
    if store.world.settings.oauth_form == "wide":
        said: dict[str, Any] = {"value": token.text, "tokenType": "bearer", "expiresIn": left, "expired": False}
        return {**said, "expiration": stamp(token.expires_at), "scope": ["administration"]}
    return {"access_token": token.text, "token_type": "bearer", "expires_in": left}


def account_of(store: Store, header: str | None) -> Account:
    """Whose call it is. Raises TokenError 401: `unauthorized` without a token, `invalid_token` with a dead one."""
    kind, _, text = (header or "").partition(" ")
    if kind.lower() != "bearer" or not text:
        raise TokenError(401, "unauthorized", "Full authentication is required to access this resource")
    for client_id, token in store.world.tokens.items():
        if hmac.compare_digest(token.text, text.strip()) and not token.dead and token.expires_at > store.now():
            return store.world.accounts[client_id]
    raise TokenError(401, "invalid_token", "Invalid access token")


def kill(store: Store, account: Account) -> bool:
    """End the account's token before its time; False where it has none."""
    token = store.world.tokens.get(account.client_id)
    if token is None or token.dead:
        return False
    token.dead = True
    store.record("token_killed", client=account.client_id)
    return True


def shorten(store: Store, account: Account, seconds: float) -> Token:
    """Leave the account's token so many seconds; it is made where there is none."""
    token, _ = _current(store, account)
    token.expires_at = store.later(seconds)
    return token


def _current(store: Store, account: Account) -> tuple[Token, bool]:
    token = store.world.tokens.get(account.client_id)
    if token is not None and not token.dead and token.expires_at - store.now() >= timedelta(seconds=1):
        return token, True
    token = Token(store.world.uuid("token"), store.later(store.world.settings.token_seconds))
    store.world.tokens[account.client_id] = token
    return token, False


def _credentials(form: dict[str, str], authorization: str | None) -> tuple[str, str]:
    if "client_id" in form:
        return form["client_id"], form.get("client_secret", "")
    kind, _, text = (authorization or "").partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client_id, secret = "", ""
    return (client_id, secret) if kind.lower() == "basic" else ("", "")
