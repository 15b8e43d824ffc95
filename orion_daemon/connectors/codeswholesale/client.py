"""One call to CodesWholesale: token and quota go with the request; the errors come back in families.

| answer | a read | a purchase |
|---|---|---|
| no connection, host not known | Unreachable | Unreachable: nothing was sent |
| 5xx, no answer in time, cut short, unreadable, empty, 208 | Unreachable or Malformed | Doubtful |
| 401 | nothing the first time: the call took no effect and is repeated with another token; then AuthRefused |
| 404 | NotFound; `find` gives None | by its code |
| 429 | RateLimited | RateLimited |
| other 4xx with a business error | Rejected | Rejected by the table of `names.py`, in the words of `supplier.py` |
| 4xx without one, a redirect | Rejected | Doubtful: who answered, nobody knows |
| 409, or a sentence that the reference was used | Rejected | Doubtful: an order with it may be there |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from orion_daemon.connectors.classify import lost, of_status, unreadable
from orion_daemon.connectors.codeswholesale import names, schemas
from orion_daemon.connectors.codeswholesale.auth import Login
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.errors import AuthRefused, Malformed, Rejected, VendorError
from orion_daemon.connectors.http import AccountHttp, Answer, Request
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.supplier import LOW_BALANCE, LOW_STOCK, PRICE_MOVED, PRODUCT_GONE, REFUSED

T = TypeVar("T")
_LEFT_TO_HTTP = frozenset({401, 408, 425, 429})
_READ_SEEN = frozenset(range(400, 500)) - _LEFT_TO_HTTP
_PURCHASE_SEEN = frozenset(range(300, 500)) - _LEFT_TO_HTTP
_WHAT_NOW = {
    LOW_BALANCE: "Top up the account; until then it buys nothing.",
    LOW_STOCK: "It is tried again later.",
    PRICE_MOVED: "The price list is read again before another try.",
    PRODUCT_GONE: "The product is not sold there any more.",
    REFUSED: "It is not repeated by itself.",
}
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_PROBLEM = msgspec.json.Decoder(schemas.Problem)


class NotFound(Rejected):
    """Code `not_found` where the API itself says so, `http_404` where the answer is not the API's."""

    default_code = "not_found"


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """`date` is the server's clock, where it tells the time."""

    result: T
    date: datetime | None


class CodesWholesaleClient:
    def __init__(self, http: AccountHttp, settings: CodesWholesaleSettings, secrets: Mapping[str, str]) -> None:
        self.login = Login(http, settings, secrets)
        self._http = http
        self._settings = settings

    async def call(
        self,
        operation: names.Operation,
        kind: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        hide: tuple[str, ...] = (),
        **parts: str,
    ) -> Reply[T]:
        """`parts` fill the path; `hide` are texts that no error may show. Raises the families of `errors.py`, of
        Rejected also NotFound."""
        return await self._call(operation, kind, query, body, hide, parts)

    async def _call(
        self,
        operation: names.Operation,
        kind: type[T],
        query: Mapping[str, str] | None,
        body: object,
        hide: tuple[str, ...],
        parts: Mapping[str, str],
    ) -> Reply[T]:
        url = self._settings.api + operation.at(**parts) + (f"?{urlencode(query)}" if query else "")
        raw = None if body is None else _ENCODER.encode(body)
        decode = self._decoder(kind, (*self.login.secrets, *hide))
        for attempt in (1, 2):
            token = await self.login.source.get()
            try:
                return await self._http.call(self._request(operation, url, raw, token), decode)
            except AuthRefused as error:
                if error.code != "http_401" or attempt == 2:
                    raise
                self.login.source.reject(token)
        raise AssertionError("unreachable")

    async def find(self, operation: names.Operation, kind: type[T], **parts: str) -> T | None:
        """None where the API says that it is not there, in one of its two ways: 404, or an empty object."""
        try:
            raw = (await self._call(operation, msgspec.Raw, None, None, (), parts)).result
        except NotFound as error:
            if error.code != NotFound.default_code:
                raise
            return None
        if is_nothing(raw):
            return None
        try:
            return _decoder_of(kind).decode(raw)
        except msgspec.DecodeError as error:
            raise Malformed(
                f"{names.SUPPLIER}, {operation.name}: the answer has another shape than expected"
                f" ({clean(str(error))}).",
                code="shape",
            ) from error

    def _request(self, operation: names.Operation, url: str, body: bytes | None, token: str) -> Request:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return Request(
            operation.name,
            url,
            body,
            method=operation.method,
            bearer=token,
            headers=headers,
            mutates=operation.changes,
            priority=operation.priority,
            accepts=_PURCHASE_SEEN if operation.changes else _READ_SEEN,
            timeout=self._settings.purchase_timeout if operation.changes else 0.0,
        )

    def _decoder(self, kind: type[T], hide: tuple[str, ...]) -> Callable[[Answer], Reply[T]]:
        def decode(answer: Answer) -> Reply[T]:
            place = answer.place
            if answer.status >= 300:
                raise self._unbought(answer, hide) if place.mutates else self._refusal(answer, hide)
            if answer.status == 208:
                raise lost(place, "said that it was reported already (HTTP 208)", "already_reported")
            if not answer.body.strip():
                raise unreadable(place, "the answer is empty", "empty")
            if answer.body.lstrip()[:1] == b"<":
                raise lost(place, "answered with a page for people instead of JSON, as in maintenance", "not_json")
            try:
                return Reply(_decoder_of(kind).decode(answer.body), _server_time(answer))
            except msgspec.DecodeError as error:
                what = f"the answer has another shape than expected ({clean(str(error))})"
                raise unreadable(place, what, "shape") from error

        return decode

    def _refusal(self, answer: Answer, hide: tuple[str, ...]) -> VendorError:
        place, problem = answer.place, _problem(answer.body)
        said = _said(problem, answer.status, hide)
        if answer.status == 404:
            return NotFound(f"{place}: {said}.", code="" if problem is not None else "http_404")
        if problem is not None and problem.number is not None:
            return Rejected(f"{place}: {said}.", code=f"{names.SUPPLIER}_{problem.number}")
        usual = of_status(place, answer.status, answer.headers, self._http.clock.now())
        if isinstance(usual, AuthRefused):
            return usual
        return Rejected(f"{place}: {said}.", code=f"http_{answer.status}")

    def _unbought(self, answer: Answer, hide: tuple[str, ...]) -> VendorError:
        """A purchase that was not answered with an order. Only what is surely a no is Rejected."""
        place, status, problem = answer.place, answer.status, _problem(answer.body)
        if status < 400:
            return lost(place, f"redirects elsewhere (HTTP {status}), which is not followed", "redirected")
        if problem is None:
            return lost(place, f"HTTP {status} without a business error", f"http_{status}")
        said, number = _said(problem, status, hide), problem.number
        code = names.REFUSALS.get(number or 0)
        if code is None and (status == 409 or names.speaks_of_reference(problem.sentence)):
            return lost(place, f"an order with this reference may be there already ({said})", "reference_used")
        if code is None and status == 403 and number is None:
            return AuthRefused(
                f"{place}: {said}. The account may not buy by API; ask the supplier to allow it.", code=f"http_{status}"
            )
        if code is None:
            code = PRICE_MOVED if names.speaks_of_price(problem.sentence) else REFUSED
        return Rejected(f"{place}: nothing was bought: {said}. {_WHAT_NOW[code]}", code=code)


def is_nothing(raw: msgspec.Raw) -> bool:
    """An empty object with 200 can stand for "nothing found"."""
    return b"".join(bytes(raw).split()) == b"{}"


def _problem(body: bytes) -> schemas.Problem | None:
    """None where the body is no error of the API."""
    try:
        found = _PROBLEM.decode(body)
    except msgspec.DecodeError:
        return None
    return found if found.number is not None or found.sentence else None


def _said(problem: schemas.Problem | None, status: int, hide: tuple[str, ...]) -> str:
    sentence = clean(problem.sentence, hide).rstrip(".") if problem is not None else ""
    number = problem.number if problem is not None else None
    return f"{sentence or f'HTTP {status}'}{f' (code {number})' if number is not None else ''}"


def _server_time(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder_of(kind: type[T]) -> "msgspec.json.Decoder[T]":
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind)
    return found
