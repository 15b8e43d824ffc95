"""Who may speak to the stand-in: applications, sellers, consents, tokens, signing keys; and where events are sent.

Plain values of `state.World`; `tokens`, `signatures` and `notifications` make and change them.
"""

from datetime import datetime

from msgspec import Struct


class Application(Struct):
    client_id: str
    client_secret: str
    ru_name: str
    return_url: str | None = None
    alert_email: str | None = None


class Seller(Struct):
    username: str
    user_id: str
    eias_token: str
    site: str = "EBAY_DE"
    country: str = "LU"
    email: str = "seller@example.lu"
    business: str = "Maison Exemplis"
    suspended: bool = False


class Grant(Struct):
    """A seller's consent to an application: the refresh token."""

    token: str
    client_id: str
    seller: str
    scopes: list[str]
    expires_at: datetime
    revoked: bool = False


class Code(Struct):
    code: str
    client_id: str
    seller: str
    scopes: list[str]
    expires_at: datetime


class Access(Struct):
    """An access token; `seller` None is an application token."""

    token: str
    client_id: str
    seller: str | None
    scopes: list[str]
    expires_at: datetime
    grant: str | None = None
    revoked: bool = False


class SigningKey(Struct):
    """The public half: eBay keeps no private key. `public` is base64 of the DER form."""

    id: str
    client_id: str
    cipher: str
    public: str
    jwe: str
    created: int
    expires: int


class Destination(Struct):
    id: str
    client_id: str
    name: str
    endpoint: str
    token: str
    enabled: bool = True


class Subscription(Struct):
    id: str
    client_id: str
    topic: str
    destination: str
    created_at: datetime
    seller: str | None = None
    enabled: bool = True
    version: str = "1.0"
