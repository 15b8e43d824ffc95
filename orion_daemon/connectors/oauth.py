"""Logging in by OAuth 2.0: one call of a vendor's token endpoint, and what its refusals mean.

`ask` exchanges a refresh token or a code for a `Grant`; refusals are AuthRefused with the vendor's own code, which
tells what kind of credential wants a person (`REFUSED`). Keeping tokens: `tokens.py`. How a person gives Orion the
refresh token: `Consent`, asked by `orion credentials connect`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlencode

import msgspec

from orion_daemon.connectors.classify import lost, unreadable
from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.connectors.http import AccountHttp, Answer, Request
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.tokens import Grant

OPERATION = "getToken"
"""In words and records. Logs take what follows `token:` for one, so that is not its name."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
REFUSED = {
    "invalid_grant": "refresh_token",
    "invalid_client": "client_secret",
    "unauthorized_client": "client_secret",
    "unauthorized": "client_secret",
}
"""The vendor's code of a refusal to the kind of credential that it is about; both want a person, never a retry."""


class _Refusal(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """What a consent gave: secrets by kind of credential, and how long each lives (None: for ever)."""

    secrets: Mapping[str, str] = field(repr=False)
    lifetimes: Mapping[str, timedelta | None]


class Consent(Protocol):
    """How a person lets Orion into an account: a page at the vendor, and the code that it gives."""

    def url(self, state: str) -> str: ...

    async def redeem(self, answer: str, state: str) -> Connected:
        """`answer` is the code, or the whole address that the browser was sent to. Raises Rejected for an answer
        without a code or of another state, AuthRefused where the vendor does not take the code."""
        ...


async def ask(
    http: AccountHttp,
    url: str,
    form: Mapping[str, str],
    *,
    secrets: tuple[str, ...],
    headers: Mapping[str, str] | None = None,
    quota: str = "token",
    read: Callable[[bytes], Grant] | None = None,
) -> Grant:
    """One call of a token endpoint, counted against `quota`. Raises AuthRefused with the vendor's code (see REFUSED)
    where it wants a person, other families as any call. A refusal that is no OAuth answer (a proxy's page) is
    Unreachable, since it says nothing about the credential. `secrets` never show in an error. `read` is for a vendor
    whose answers have other names; it raises what msgspec does for what is no token."""

    def decode(answer: Answer) -> Grant:
        if answer.status >= 400:
            if not _is_oauth(answer.body):
                said = f"refused with HTTP {answer.status}, and not by OAuth's rules: a proxy on the way, perhaps"
                raise lost(answer.place, said, f"http_{answer.status}")
            raise refusal(answer, secrets)
        if answer.body.lstrip()[:1] == b"<":
            raise lost(
                answer.place, "answered with a page for people instead of a token, as in maintenance", "not_json"
            )
        try:
            return (read or _GRANT.decode)(answer.body)
        except msgspec.DecodeError as error:
            raise unreadable(answer.place, "the answer is not a token", "not_a_token") from error

    body = urlencode(form).encode()
    request = Request(
        OPERATION, url, body, headers={**FORM, **(headers or {})}, accepts=frozenset({400, 401, 403}), quota=quota
    )
    return await http.call(request, decode)


def _is_oauth(body: bytes) -> bool:
    """Whether the refusal names an error as RFC 6749 wants it; all else may be anybody's, and passes."""
    try:
        return bool(_REFUSAL.decode(body).error)
    except msgspec.DecodeError:
        return False


def refusal(answer: Answer, secrets: tuple[str, ...]) -> AuthRefused:
    try:
        said = _REFUSAL.decode(answer.body)
    except msgspec.DecodeError:
        said = _Refusal()
    code = said.error if said.error.isascii() and said.error.replace("_", "").isalnum() else ""
    text = clean(said.error_description, secrets) or code or f"HTTP {answer.status}"
    what = {
        "refresh_token": "The authorisation has ended or was revoked: connect the account anew with"
        " `orion credentials connect`.",
        "client_secret": "The application's client id or secret is wrong, or the secret was rotated: store the new one"
        " with `orion credentials set`.",
    }.get(REFUSED.get(code, ""), "Check the application's registration at the marketplace.")
    return AuthRefused(f"{answer.place}: no access token ({text}). {what}", code=code or f"http_{answer.status}")


_GRANT = msgspec.json.Decoder(Grant)
_REFUSAL = msgspec.json.Decoder(_Refusal)
