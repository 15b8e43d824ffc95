"""One call to the Selling Partner API: the request with its token, the answer by its status, the quota that it tells.

| answer | raised |
|---|---|
| HTTP trouble, 5xx, 429 | see `connectors/classify.py`; a 429 waits one grant of the operation's own quota |
| 401, 403 | the token is renewed, the call repeated once; then see below |
| 400, 413, 415 | Rejected with Amazon's words; `PageRefused` where a page token was sent |
| 404 | Rejected, `not_found` |
| not what the contract says | SchemaDrift; broken JSON Malformed; of a change Doubtful |

A fresh token that is answered 401 is refused as such: AuthRefused. One that is answered 403 is good, since the login
has just given it, so this operation is what is refused: NotPermitted, with the role that may lack. Where everything is,
the poll of orders hears it too, and the account is suspended for that.

Each message ends with Amazon's request id, by which its support finds the call. Documents behind pre-signed addresses
are no calls of the API: `documents.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from orion_daemon.connectors.amazon import auth, limits, names
from orion_daemon.connectors.amazon.names import Operation
from orion_daemon.connectors.amazon.schemas import Error, Errors, RestrictedToken
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.classify import Place, lost, unreadable
from orion_daemon.connectors.errors import AuthRefused, NotPermitted, Rejected, SchemaDrift
from orion_daemon.connectors.http import AccountHttp, Answer, Request
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.tokens import TokenSource
from orion_daemon.runtime.limiter import LimiterGroup, Priority

T = TypeVar("T")
_WANTED = frozenset({400, 401, 403, 404, 413, 415})  # refusals whose words are read
_HEADERS = {"Accept": "application/json"}
_BODY = {**_HEADERS, "Content-Type": "application/json"}


class PageRefused(Rejected):
    """The page token is not taken any more: begin the list anew."""

    default_code = "cursor_refused"


class TokenRefused(AuthRefused):
    """The API did not take the access token."""

    default_code = "token_refused"


class RoleMissing(NotPermitted):
    """The API did not take the access token for this operation."""

    default_code = "role_missing"


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """`date` is the server's clock."""

    result: T
    date: datetime | None


class AmazonClient:
    def __init__(
        self, http: AccountHttp, settings: AmazonSettings, secrets: Mapping[str, str], limiter: LimiterGroup | None
    ) -> None:
        self.http = http
        self.settings = settings
        self.limiter = limiter
        self.tokens = auth.access(http, settings, secrets)
        self.restricted = auth.restricted(http, settings, secrets, self._make_restricted)
        self._secrets = tuple(value for value in secrets.values() if value)
        self._refused: dict[str, str] = {}  # operation: the renewed token that it refused as well

    async def call(
        self,
        operation: Operation,
        kind: type[T],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        priority: int = Priority.NORMAL,
        source: TokenSource | None = None,
    ) -> Reply[T]:
        """`path` fills the placeholders, unquoted; `source` gives another token than the account's. An operation
        without an answer gives None for every `kind`. Empty query values are left out."""
        api = self.settings.api
        if not api:
            raise Rejected(
                f"{self.http.name}: the channel names no marketplace_ids, so Amazon's host is not known.",
                code="settings_missing",
            )
        address = operation.path
        for name, value in (path or {}).items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        asked = {name: value for name, value in (query or {}).items() if value}
        url = f"{api}{address}" + (f"?{urlencode(asked, quote_via=quote)}" if asked else "")
        raw = None if body is None else _ENCODER.encode(body)
        tokens = source or self.tokens
        has_page = any("token" in name.lower() for name in asked)

        async def once(token: str) -> Reply[T]:
            request = Request(
                operation.name,
                url,
                raw,
                method=operation.method,
                headers={**(_HEADERS if raw is None else _BODY), names.TOKEN_HEADER: token},
                mutates=operation.changes,
                priority=priority,
                accepts=_WANTED,
            )
            return await self.http.call(request, lambda answer: self._decode(answer, operation, kind, token, has_page))

        token = await tokens.get()
        try:
            return await once(token)
        except (TokenRefused, RoleMissing):
            if self._refused.get(operation.name) == token:
                raise
            tokens.reject(token)
        token = await tokens.get()
        try:
            return await once(token)
        except (TokenRefused, RoleMissing):
            self._refused[operation.name] = token
            raise

    async def _make_restricted(self) -> RestrictedToken:
        return (await self.call(names.RESTRICTED_TOKEN, RestrictedToken, body=auth.RESOURCES)).result

    def _decode(self, answer: Answer, operation: Operation, kind: type[T], token: str, has_page: bool) -> Reply[T]:
        place, status = answer.place, answer.status
        limits.learn(self.limiter, operation.name, answer.headers.get(names.RATE_HEADER))
        if status >= 400:
            raise self._refusal(answer, operation, token, has_page)
        date = server_time(answer)
        if status == 204:
            return Reply(None, date)  # type: ignore[arg-type]  # the operations that say nothing are asked for None
        if answer.body.lstrip()[:1] not in (b"{", b"["):
            raise lost(place, "answered with something else than JSON", "not_json")
        try:
            return Reply(decoder(kind).decode(answer.body), date)
        except msgspec.ValidationError as error:
            if operation.changes:
                raise unreadable(place, f"the answer has another shape than expected ({error})", "shape") from error
            raise SchemaDrift(
                f"{place}: the answer is not what Amazon's contract says: {clean(str(error))}. The API has changed;"
                f" look for a newer Orion.{_request_id(answer)}"
            ) from error
        except msgspec.DecodeError as error:
            raise unreadable(place, f"the answer is not JSON ({clean(str(error))})", "not_json") from error

    def _refusal(self, answer: Answer, operation: Operation, token: str, has_page: bool) -> Exception:
        place, status = answer.place, answer.status
        said = self._words(answer, token)
        if status in (401, 403):
            refusal = TokenRefused if status == 401 else RoleMissing
            return refusal(_role(place, status, said, operation) + _request_id(answer))
        text = f"{place}: {said or f'refused with HTTP {status}'}.{_request_id(answer)}"
        if status == 404:
            return Rejected(text, code="not_found")
        if status == 400 and has_page:
            return PageRefused(text)
        return Rejected(text, code=f"http_{status}")

    def _words(self, answer: Answer, token: str) -> str:
        try:
            errors = _ERRORS.decode(answer.body).errors or []
        except msgspec.DecodeError:
            return ""
        error = errors[0] if errors else Error()
        parts = [error.message.rstrip(". "), (error.details or "").rstrip(". ")]
        text = ": ".join(part for part in (error.code, ", ".join(part for part in parts if part)) if part)
        return clean(text, (*self._secrets, token))


def _role(place: Place, status: int, said: str, operation: Operation) -> str:
    return (
        f"{place}: refused with HTTP {status} ({said or 'without a word'}), also with a fresh token. The application"
        f' may lack the role "{operation.role}", the authorisation may be older than its roles (connect the account'
        " anew), or the seller does not take part in the store."
    )


def _request_id(answer: Answer) -> str:
    found = answer.headers.get(names.REQUEST_ID_HEADER, "")
    return f" (request {clean(found)[:60]})" if found else ""


def server_time(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


_ENCODER = msgspec.json.Encoder(decimal_format="number")
"""Prices of listings are JSON numbers; from decimals they stay exact."""
_ERRORS = msgspec.json.Decoder(Errors)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> "msgspec.json.Decoder[T]":
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind, float_hook=Decimal)  # no price ever is a float
    return found
