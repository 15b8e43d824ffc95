"""OAuth as eBay does it: consent codes, refresh tokens of 18 months, access tokens of two hours, scopes.

A code works once. A refresh gives no new refresh token and may narrow the scopes, never widen them. The consent page
agrees at once and redirects to the application's return URL with `code` and `state`. Every token given out and every
refusal is in the ledger; token texts are not.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from orion_daemon.sandbox.ebay import quotas
from orion_daemon.sandbox.ebay.accounts import Access, Application, Code, Grant, Seller
from orion_daemon.sandbox.ebay.answers import EbayError, entry
from orion_daemon.sandbox.ebay.state import Shop

BASE_SCOPE = "https://api.ebay.com/oauth/api_scope"
ACCESS_SECONDS = 7200
REFRESH_SECONDS = 47_304_000
CODE_SECONDS = 299
_SELLING = (
    "sell.fulfillment",
    "sell.fulfillment.readonly",
    "sell.inventory",
    "sell.inventory.readonly",
    "sell.account",
    "sell.account.readonly",
    "sell.finances",
    "sell.payment.dispute",
    "commerce.identity.readonly",
    "commerce.notification.subscription",
    "commerce.notification.subscription.readonly",
)
ALL_SCOPES = (BASE_SCOPE, *(f"{BASE_SCOPE}/{name}" for name in _SELLING))


class TokenError(EbayError):
    """The token endpoint's own form: `error` and `error_description`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(status)
        self.error, self.description = error, description

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description}


def consent(shop: Shop, query: dict[str, str]) -> str:
    """The consent page: where the browser is sent, with a code or with eBay's `error`. Raises TokenError."""
    application = shop.world.applications.get(query.get("client_id", ""))
    if application is None or query.get("redirect_uri") != application.ru_name:
        raise TokenError("unauthorized_client", "The OAuth client was not found.")
    target = application.return_url or "/ebay/oauth2/accepted"
    said = {"state": query["state"]} if "state" in query else {}
    scopes = query.get("scope", "").split()
    if query.get("response_type") != "code" or not scopes or set(scopes) - set(ALL_SCOPES):
        error = "invalid_scope" if query.get("response_type") == "code" else "unsupported_response_type"
        return _with_query(target, {"error": error, **said})
    seller = shop.world.seller(query.get("login_hint") or next(iter(shop.world.sellers), None))
    code = give_code(shop, application, seller, scopes)
    return _with_query(target, {**said, "code": code.code, "expires_in": str(CODE_SECONDS)})


def give_code(shop: Shop, application: Application, seller: Seller, scopes: list[str]) -> Code:
    text = f"v^1.1#i^1#f^0#r^1#I^3#p^3#t^{shop.world.opaque('code', 32)}"
    expires_at = shop.clock.now() + timedelta(seconds=CODE_SECONDS)
    code = Code(text, application.client_id, seller.username, scopes, expires_at)
    shop.world.codes[text] = code
    shop.ledger.record("consent_given", client=application.client_id, seller=seller.username, scopes=scopes)
    return code


def grant(
    shop: Shop, application: Application, seller: Seller, scopes: list[str] | None = None, token: str | None = None
) -> Grant:
    """A refresh token, as if the seller had consented; every scope unless some are named."""
    text = token or f"v^1.1#i^1#p^3#r^1#I^3#f^0#t^{shop.world.opaque('refresh', 48)}"
    expires_at = shop.clock.now() + timedelta(seconds=REFRESH_SECONDS)
    made = Grant(text, application.client_id, seller.username, scopes or list(ALL_SCOPES), expires_at)
    shop.world.grants[text] = made
    return made


def token_answer(shop: Shop, authorization: str | None, form: dict[str, str]) -> dict[str, Any]:
    """`POST /identity/v1/oauth2/token`. Raises TokenError, and EbayError 429 above the grant's daily quota."""
    application = _client(shop, authorization)
    kind = form.get("grant_type", "")
    if kind not in ("client_credentials", "authorization_code", "refresh_token"):
        raise TokenError("unsupported_grant_type", "grant type in request is not supported by the authorization server")
    quotas.consume(shop, application.client_id, kind)
    try:
        answer = {"client_credentials": _application, "authorization_code": _by_code, "refresh_token": _refresh}[kind](
            shop, application, form
        )
    except TokenError as error:
        shop.ledger.record("token_refused", client=application.client_id, grant=kind, error=error.error)
        raise
    return answer


def access_of(shop: Shop, header: str | None, scheme: str) -> Access:
    """The valid access token of an Authorization header. Raises EbayError 401 with the ids that users report."""
    kind, _, text = (header or "").partition(" ")
    if not text or kind.lower() != scheme.lower():
        raise EbayError(401, entry(1002, "OAuth", "Missing access token", long="Access token is missing."))
    found = shop.world.access.get(text.strip())
    if found is None or found.revoked or found.expires_at <= shop.clock.now():
        long = "Invalid access token. Check the value of the Authorization HTTP request header."
        raise EbayError(401, entry(1001, "OAuth", "Invalid access token", long=long))
    return found


def require_scope(access: Access, scopes: tuple[str, ...]) -> None:
    """Raises EbayError 403 when the token has none of them."""
    if scopes and not set(scopes) & set(access.scopes):
        long = "Insufficient permissions to fulfill the request."
        raise EbayError(403, entry(1100, "ACCESS", "Access denied", long=long))


def revoke(shop: Shop, seller: str, client_id: str | None = None, *, access: bool = True) -> int:
    """End the consents of a seller (to one application) and, with `access`, the access tokens made of them."""
    ended = [
        g
        for g in shop.world.grants.values()
        if g.seller == seller and client_id in (None, g.client_id) and not g.revoked
    ]
    for found in ended:
        found.revoked = True
    if access:
        texts = {found.token for found in ended}
        for held in shop.world.access.values():
            held.revoked = held.revoked or held.grant in texts
    shop.ledger.record("consent_revoked", seller=seller, client=client_id, consents=len(ended))
    return len(ended)


def _client(shop: Shop, authorization: str | None) -> Application:
    kind, _, text = (authorization or "").partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client_id, secret = "", ""
    application = shop.world.applications.get(client_id)
    if kind.lower() != "basic" or application is None or application.client_secret != secret:
        shop.ledger.record("token_refused", client=client_id, grant=None, error="invalid_client")
        raise TokenError("invalid_client", "client authentication failed", 401)
    return application


def _application(shop: Shop, application: Application, form: dict[str, str]) -> dict[str, Any]:
    scopes = form.get("scope", "").split() or [BASE_SCOPE]
    if set(scopes) != {BASE_SCOPE}:
        raise _bad_scope()
    access = _give(shop, application, None, scopes, None, "client_credentials")
    return {"access_token": access.token, "expires_in": ACCESS_SECONDS, "token_type": "Application Access Token"}


def _by_code(shop: Shop, application: Application, form: dict[str, str]) -> dict[str, Any]:
    code = shop.world.codes.pop(form.get("code", ""), None)
    valid = code is not None and code.client_id == application.client_id and code.expires_at > shop.clock.now()
    if code is None or not valid or form.get("redirect_uri") != application.ru_name:
        raise TokenError(
            "invalid_grant", "the provided authorization grant code is invalid or was issued to another client"
        )
    consented = grant(shop, application, shop.world.seller(code.seller), code.scopes)
    access = _give(shop, application, code.seller, code.scopes, consented.token, "authorization_code")
    return {
        "access_token": access.token,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": consented.token,
        "refresh_token_expires_in": REFRESH_SECONDS,
        "token_type": "User Access Token",
    }


def _refresh(shop: Shop, application: Application, form: dict[str, str]) -> dict[str, Any]:
    consented = shop.world.grants.get(form.get("refresh_token", ""))
    if (
        consented is None
        or consented.client_id != application.client_id
        or consented.revoked
        or consented.expires_at <= shop.clock.now()
    ):
        text = "the provided authorization refresh token is invalid or was issued to another client"
        raise TokenError("invalid_grant", text)
    scopes = form.get("scope", "").split() or consented.scopes
    if set(scopes) - set(consented.scopes):
        raise _bad_scope()
    access = _give(shop, application, consented.seller, scopes, consented.token, "refresh_token")
    return {"access_token": access.token, "expires_in": ACCESS_SECONDS, "token_type": "User Access Token"}


def _bad_scope() -> TokenError:
    text = "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client"
    return TokenError("invalid_scope", text)


def _give(
    shop: Shop, application: Application, seller: str | None, scopes: list[str], consented: str | None, kind: str
) -> Access:
    now = shop.clock.now()
    shop.world.access = {text: held for text, held in shop.world.access.items() if held.expires_at > now}
    text = f"v^1.1#i^1#I^3#f^0#p^{3 if seller else 1}#r^0#t^{shop.world.opaque('access', 64)}"
    access = Access(text, application.client_id, seller, scopes, now + timedelta(seconds=ACCESS_SECONDS), consented)
    shop.world.access[text] = access
    shop.ledger.record("token_given", client=application.client_id, seller=seller, grant=kind, scopes=scopes)
    return access


def _with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
