"""Login with Amazon: consent, refresh tokens, access tokens, and restricted data tokens for the old order reads.

Answers are OAuth's own (`error`, `error_description`). Access tokens live an hour of the sandbox clock, a grant 365
days, a secret 180 days; a rotated secret works for seven more days. No token or secret is written to the ledger.
"""

from datetime import timedelta
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.records import AccessToken, Application, Consent, Grant, Resource, Secret, Seller
from orion_daemon.sandbox.amazon.state import Market

SECRET_LIFE = timedelta(days=180)
ROTATED_LIFE = timedelta(days=7)
GRANT_LIFE = timedelta(days=365)
CONSENT_LIFE = timedelta(minutes=5)
SHIPPING, INVOICING, REMITTANCE = "direct-to-consumer-shipping", "tax-invoicing", "tax-remittance"
RESTRICTED = frozenset({SHIPPING, INVOICING, REMITTANCE})
LISTING, ORDERS, FINANCE = "product-listing", "inventory-and-order-tracking", "finance-and-accounting"
ROLES = (LISTING, ORDERS, FINANCE, SHIPPING, INVOICING, REMITTANCE)
_SCOPES = frozenset({"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation"})
_ELEMENTS = {"buyerInfo": SHIPPING, "shippingAddress": SHIPPING, "buyerTaxInformation": INVOICING}
_NEEDS_ELEMENTS = ("/orders/v0/orders", "/orders/v0/orders/{orderId}", "/orders/v0/orders/{orderId}/orderItems")


class OAuthError(Exception):
    """A refusal in OAuth's words; `error` is the code."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


def new_secret(market: Market, value: str | None = None) -> Secret:
    now = market.now()
    world = market.world
    return Secret(value or f"amzn1.oa2-cs.v1.{world.opaque(24).lower()}", now, now + SECRET_LIFE)


def rotate(market: Market, application: Application, value: str | None = None) -> Secret:
    """A new secret; those before it end within seven days. Refresh tokens stay as they are."""
    for secret in application.secrets:
        secret.ends_at = min(secret.ends_at, market.now() + ROTATED_LIFE)
    made = new_secret(market, value)
    application.secrets.append(made)
    market.record("secret_rotated", application=application.id)
    return made


def grant(market: Market, application: Application, seller: Seller, refresh_token: str | None = None) -> Grant:
    """Authorise the application for the seller with the roles that it has today."""
    world, now = market.world, market.now()
    token = refresh_token or f"Atzr|{world.opaque(40)}"
    made = Grant(
        f"grant-{world.count()}", token, application.id, seller.id, list(application.roles), now, now + GRANT_LIFE
    )
    world.grants[token] = made
    market.record("grant_given", grant=made.id, seller=seller.id, roles=made.roles)
    return made


def consent(market: Market, application_id: str | None, seller: Seller) -> str:
    """The `spapi_oauth_code` of a seller who agreed; good for five minutes and once. Raises OAuthError."""
    application = next((a for a in market.world.applications.values() if a.id == application_id), None)
    if application is None:
        raise OAuthError("MD5101", "The application does not exist")
    code = f"RH{market.world.opaque(18)}"
    market.world.consents[code] = Consent(application.id, seller.id, market.now() + CONSENT_LIFE)
    return code


def exchange(market: Market, form: dict[str, str]) -> dict[str, Any]:
    """One request to `/auth/o2/token`, form fields in, JSON out. Raises OAuthError."""
    kind = form.get("grant_type")
    if not kind:
        raise OAuthError("invalid_request", "The request is missing a required parameter : grant_type")
    application = _client(market, form)
    match kind:
        case "refresh_token":
            found = market.world.grants.get(_needed(form, "refresh_token"))
            if found is None or found.application != application.id or found.revoked or found.ends_at <= market.now():
                raise OAuthError("invalid_grant", "The request has an invalid grant parameter : refresh_token")
        case "authorization_code":
            agreed = market.world.consents.pop(_needed(form, "code"), None)
            if agreed is None or agreed.application != application.id or agreed.ends_at <= market.now():
                raise OAuthError("invalid_grant", "The request has an invalid grant parameter : code")
            found = grant(market, application, market.world.sellers[agreed.seller])
        case "client_credentials":
            scope = _needed(form, "scope")
            if scope not in _SCOPES:
                raise OAuthError("invalid_scope", "The requested scope is invalid, unknown, or malformed")
            token = _issue(market, AccessToken(application.id, market.later(_life(market)), scope=scope))
            return {"access_token": token, "scope": scope, "token_type": "bearer", "expires_in": int(_life(market))}
        case _:
            raise OAuthError("unsupported_grant_type", "The authorization grant type is not supported")
    token = _issue(market, AccessToken(application.id, market.later(_life(market)), grant=found.id))
    market.record("token_refreshed", grant=found.id, grant_type=kind, seller=found.seller)
    return {
        "access_token": token,
        "refresh_token": found.refresh_token,
        "token_type": "bearer",
        "expires_in": int(_life(market)),
    }


def revoke(market: Market, found: Grant) -> None:
    """The seller takes the authorisation back: refresh and access tokens end at once."""
    found.revoked = True
    expire(market, found)
    market.record("grant_revoked", grant=found.id, seller=found.seller)


def expire(market: Market, found: Grant) -> int:
    """End the living access tokens of a grant early; how many there were."""
    now, ended = market.now(), 0
    for token in market.world.tokens.values():
        if token.grant == found.id and token.ends_at > now:
            token.ends_at, ended = now, ended + 1
    return ended


def create_restricted_data_token(call: Call) -> dict[str, Any]:
    """`POST /tokens/2021-03-01/restrictedDataToken`. Raises Refused for what the roles do not reach."""
    asked = call.body.get("restrictedResources") if isinstance(call.body, dict) else None
    if not isinstance(asked, list) or not 1 <= len(asked) <= 50:
        raise Refused(400, "InvalidInput", "restrictedResources must hold 1 to 50 resources.")
    resources = []
    for item in asked:
        method, path, elements = (item.get("method"), item.get("path"), item.get("dataElements"))
        if method not in ("GET", "PUT", "POST", "DELETE") or not isinstance(path, str):
            raise Refused(400, "InvalidInput", "A restricted resource needs a method and a path.")
        if elements is not None and not isinstance(elements, list):
            raise Refused(400, "InvalidInput", "dataElements must be a list.")
        if any(_covers(pattern, path) for pattern in _NEEDS_ELEMENTS) and not elements:
            raise Refused(400, "InvalidInput", f"dataElements are required for {path}.")
        for element in elements or []:
            if element not in _ELEMENTS:
                raise Refused(400, "InvalidInput", f"{element} is not a valid data element.")
            if _ELEMENTS[element] not in call.roles:
                raise Refused(403, "Unauthorized", "Application does not have access to one or more requested data.")
        if not elements and SHIPPING not in call.roles:
            raise Refused(403, "Unauthorized", "Application does not have access to one or more requested data.")
        resources.append(Resource(method, path, list(elements or [])))
    life = 3600.0
    token = AccessToken(call.application.id, call.market.later(life), grant=call.grant.id, resources=resources)
    value = _issue(call.market, token, prefix="Atz.sprdt|")
    call.market.record("restricted_token_made", grant=call.grant.id, resources=len(resources))
    return {"restrictedDataToken": value, "expiresIn": int(life)}


def reach(token: AccessToken, method: str, path: str) -> set[str] | None:
    """The data elements that a restricted token opens for a path, None when it was not made for it."""
    found = None
    for resource in token.resources or []:
        if resource.method == method and _covers(resource.path, path):
            whole = resource.elements or list(_ELEMENTS)
            found = (found or set()) | set(whole)
    return found


def _covers(pattern: str, path: str) -> bool:
    parts, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    if len(parts) != len(given):
        return False
    return all(part.startswith("{") or part == have for part, have in zip(parts, given, strict=True))


def _client(market: Market, form: dict[str, str]) -> Application:
    client_id, secret = _needed(form, "client_id"), _needed(form, "client_secret")
    application = market.world.applications.get(client_id)
    living = application.living(market.now()) if application else []
    if application is None or secret not in [known.value for known in living]:
        raise OAuthError("invalid_client", "Client authentication failed", 401)
    return application


def _needed(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise OAuthError("invalid_request", f"The request is missing a required parameter : {name}")
    return form[name]


def _issue(market: Market, token: AccessToken, prefix: str = "Atza|") -> str:
    world = market.world
    old = market.later(-24 * 3600)
    world.tokens = {value: known for value, known in world.tokens.items() if known.ends_at > old}
    value = prefix + world.opaque(48)
    world.tokens[value] = token
    return value


def _life(market: Market) -> float:
    return market.world.settings.token_life
