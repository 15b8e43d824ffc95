"""One call to eBay: token, signature and quota go with the request; the errors come back in families.

| answer | raised |
|---|---|
| HTTP trouble, 5xx | see `connectors/classify.py`; a read is tried again, a change may be Doubtful |
| 401 | nothing the first time: the token is renewed and the call, which took no effect, repeated; then AuthRefused |
| 403 about a signature | Rejected: one call cannot be signed, the account works on |
| other 403 | NotPermitted: the token was taken and this call not, a scope is missing |
| 404, 409 | NotFound, Conflict: both Rejected |
| 429 | RateLimited with the time at which the quota comes back (`limits.py`) |
| 400 of category APPLICATION | as a 5xx: eBay's own trouble |
| other 400 | Rejected with eBay's sentence |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from orion_daemon.connectors.classify import Place, lost, of_status, unreadable
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.auth import Login
from orion_daemon.connectors.ebay.limits import Quotas
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.ebay.signatures import Signer, UnusableKey
from orion_daemon.connectors.errors import AuthRefused, NotPermitted, RateLimited, Rejected, VendorError
from orion_daemon.connectors.http import AccountHttp, Answer, Request
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.limiter import LimiterGroup, Priority

T = TypeVar("T")
_SEEN = frozenset({400, 403, 404, 409, 429})
_JSON = {"Content-Type": "application/json"}


class NotFound(Rejected):
    default_code = "not_found"


class Conflict(Rejected):
    """`number` is eBay's error id, 0 where it told none."""

    default_code = "conflict"

    def __init__(self, message: str, number: int = 0) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """`result` None: the answer has no body. `date` is the server's clock, `location` where what was made is found."""

    result: T | None
    date: datetime | None
    location: str = ""


class EbayClient:
    def __init__(
        self, http: AccountHttp, settings: EbaySettings, secrets: Mapping[str, str], limiter: LimiterGroup
    ) -> None:
        self.hosts = names.hosts(settings.endpoint)
        self.login = Login(http, self.hosts, settings.client_id, secrets)
        self.quotas = Quotas(limiter, http.clock, self._limits, settings.account)
        self.has_signing_key = bool(secrets.get("signing_key"))
        self._http = http
        self._settings = settings
        self._signing_key = secrets.get("signing_key", "")
        self._signer: Signer | None = None

    async def call(
        self,
        operation: names.Operation,
        kind: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        priority: int = Priority.NORMAL,
        headers: Mapping[str, str] | None = None,
        **parts: str,
    ) -> Reply[T]:
        """`parts` fill the path. Raises the families of `errors.py`, of Rejected also NotFound and Conflict."""
        return await self._counted(operation, self._decoder(kind, operation), query, body, priority, headers, parts)

    async def file(self, operation: names.Operation, *, priority: int = Priority.NORMAL, **parts: str) -> bytes:
        """What a call answers that is no document, as it came. Raises as `call`."""

        def decode(answer: Answer) -> bytes:
            if answer.status >= 400:
                raise self._refusal(answer, operation)
            return answer.body

        return await self._counted(operation, decode, None, None, priority, {"Accept": "*/*"}, parts)

    async def _counted(
        self,
        operation: names.Operation,
        decode: Callable[[Answer], T],
        query: Mapping[str, str] | None,
        body: object,
        priority: int,
        headers: Mapping[str, str] | None,
        parts: Mapping[str, str],
    ) -> T:
        await self.quotas.before(operation.quota)
        try:
            return await self._call(operation, decode, query, body, priority, headers, parts)
        except RateLimited as error:
            if error.code != "quota_exhausted":
                raise
            wait = await self.quotas.refused(operation.quota)
            raise RateLimited(
                f"{error.message} It is asked again in {wait:.0f} s.", code=error.code, retry_after=wait
            ) from error

    async def _limits(self, operation: names.Operation) -> schemas.Limits | None:
        decode = self._decoder(schemas.Limits, operation)
        return (await self._call(operation, decode, None, None, Priority.URGENT, None, {})).result

    async def _call(
        self,
        operation: names.Operation,
        decode: Callable[[Answer], T],
        query: Mapping[str, str] | None,
        body: object,
        priority: int,
        headers: Mapping[str, str] | None,
        parts: Mapping[str, str],
    ) -> T:
        url = self.hosts.of(operation.host) + operation.at(**parts) + (f"?{urlencode(query)}" if query else "")
        raw = None if body is None else msgspec.json.encode(body)
        given = {"Accept": "application/json", **(_JSON if operation.method != "GET" else {}), **(headers or {})}
        source = self.login.source(operation.who)
        for attempt in (1, 2):
            token = await source.get()
            try:
                return await self._http.call(self._request(operation, url, raw, given, token, priority), decode)
            except AuthRefused as error:
                if error.code != "http_401" or attempt == 2:
                    raise
                source.reject(token)
        raise AssertionError("unreachable")

    def _request(
        self,
        operation: names.Operation,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        token: str,
        priority: int,
    ) -> Request:
        signed = self._signed(operation, url, body) if operation.signed else {}
        iaf = {"Authorization": f"IAF {token}"} if operation.scheme == "IAF" else {}
        return Request(
            operation.name,
            url,
            body,
            method=operation.method,
            bearer="" if iaf else token,
            headers={**headers, **signed, **iaf},
            mutates=operation.changes,
            priority=priority,
            accepts=_SEEN,
            quota=operation.quota,
        )

    def _signed(self, operation: names.Operation, url: str, body: bytes | None) -> Mapping[str, str]:
        if not self._signing_key:
            return {}  # sellers outside the EU and the UK need none; eBay says where one is missing
        if self._signer is None:
            try:
                self._signer = Signer.of(self._signing_key)
            except UnusableKey as error:
                raise Rejected(
                    f"ebay, {operation.name}: {error}. Connect the account anew with `orion credentials connect`.",
                    code="signature_refused",
                ) from error
        return self._signer.headers(operation.method, url, body, int(self._http.clock.now().timestamp()))

    def _decoder(self, kind: type[T], operation: names.Operation) -> Callable[[Answer], Reply[T]]:
        def decode(answer: Answer) -> Reply[T]:
            if answer.status >= 400:
                raise self._refusal(answer, operation)
            date, location = server_time(answer), answer.headers.get("Location", "")
            if not answer.body.strip():
                return Reply(None, date, location)
            if answer.body.lstrip()[:1] == b"<":
                raise lost(
                    answer.place, "answered with a page for people instead of JSON, as in maintenance", "not_json"
                )
            try:
                return Reply(_decoder_of(kind).decode(answer.body), date, location)
            except msgspec.DecodeError as error:
                raise unreadable(
                    answer.place, f"the answer has another shape than expected ({clean(str(error))})", "shape"
                ) from error

        return decode

    def _refusal(self, answer: Answer, operation: names.Operation) -> VendorError:
        place, problem = answer.place, first_problem(answer.body)
        said = clean(problem.sentence, self.login.secrets).rstrip(".") or f"HTTP {answer.status}"
        match answer.status:
            case 429:
                found = of_status(place, 429, answer.headers, self._http.clock.now())
                if found is not None and found.retry_after is not None:
                    return found
                return RateLimited(f"{place}: eBay takes no more calls now ({said}).", code="quota_exhausted")
            case 403 if problem.error_id in names.SIGNATURE_ERRORS:
                return self._unsigned(place, said)
            case 403:
                return self._not_permitted(place, said, operation)
            case 404:
                return NotFound(f"{place}: {said}.")
            case 409:
                return Conflict(f"{place}: {said}.", problem.error_id)
        if (problem.category or "").upper() == "APPLICATION" or problem.error_id == names.SYSTEM_ERROR:
            return lost(place, f"eBay reports: {said}", "vendor_error")
        return refused(place, problem, said)

    def _not_permitted(self, place: Place, said: str, operation: names.Operation) -> NotPermitted:
        what = f"The consent does not cover it (scope {operation.scope})" if operation.scope else "It is not covered"
        return NotPermitted(
            f"{place}: {said}. {what}, or the account may not do it: connect it anew with `orion credentials connect`,"
            " `orion doctor` tells the scopes."
        )

    def _unsigned(self, place: Place, said: str) -> Rejected:
        if not self.has_signing_key:
            return Rejected(
                f"{place}: {said}. eBay wants this call signed and no signing key is stored: connect the account with"
                " `orion credentials connect`, which makes one.",
                code="signature_needed",
            )
        return Rejected(
            f"{place}: {said}. The stored signing key does not fit, has ended (after three years), or this machine's"
            " clock is wrong: `orion credentials connect` makes a new one.",
            code="signature_refused",
        )


def refused(place: Place, problem: schemas.Problem, said: str) -> Rejected:
    """A 400 by its error id: `ebay_NNNNN`."""
    if problem.error_id == names.IN_THE_FUTURE:
        return Rejected(f"{place}: {said}. This machine's clock is ahead: keep it by NTP.", code="clock_ahead")
    code = f"ebay_{problem.error_id}" if problem.error_id else "http_400"
    return Rejected(f"{place}: {said}.", code=code)


def first_problem(body: bytes) -> schemas.Problem:
    """An empty one where the body tells none."""
    try:
        found = _PROBLEMS.decode(body)
    except msgspec.DecodeError:
        return schemas.Problem()
    return next(iter(found.errors or found.error or ()), schemas.Problem())


def server_time(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


_PROBLEMS = msgspec.json.Decoder(schemas.Problems)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder_of(kind: type[T]) -> "msgspec.json.Decoder[T]":
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind)
    return found
