"""The one way out to vendors over HTTP.

`Http` belongs to the process and keeps the session; `http.account(...)` gives each account its own circuit breakers,
limiter and gate. A call goes: gate (calls in flight) → limiter (the vendor's quota) → breaker → the wire, then the
answer is read up to a limit, sorted into a family (`classify.py`), and handed to the caller's `decode`, which may
raise families too. What certainly took no effect is tried again within the call, with jittered pauses, as long as
`HttpOptions.tries` and `.patience` allow; what may have taken effect never is. Each attempt leaves a `RequestRecord`.
Redirects are not followed. Files are fetched by `AccountHttp.download`, described in `download.py`.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
import backoff
import msgspec

from orion_daemon.connectors.breaker import CircuitBreaker
from orion_daemon.connectors.classify import AnswerTooLargeError, Place, of_failure, of_status
from orion_daemon.connectors.download import Downloaded, Progress, fetch
from orion_daemon.connectors.errors import Doubtful, RateLimited, Unreachable, VendorError
from orion_daemon.connectors.record import Observer, RequestRecord, correlation
from orion_daemon.connectors.session import HttpOptions, Session
from orion_daemon.connectors.tokens import Tokens
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Concurrency, LimiterGroup, Priority

__all__ = ["AccountHttp", "Answer", "Http", "HttpOptions", "Request"]

T = TypeVar("T")
Jitter = Callable[[float], float]

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 15.0
_USELESS_TO_REPEAT = frozenset({"circuit_open", "certificate"})
_BROKEN = (Unreachable, Doubtful)


@dataclass(frozen=True, slots=True)
class Request:
    """`bearer` goes into the Authorization header and nowhere else. `accepts`: refusals that `decode` wants to see.
    `timeout`: seconds for a call that may need longer than `HttpOptions.call_timeout`."""

    operation: str
    url: str
    body: bytes | None = None
    method: str = "POST"
    bearer: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    mutates: bool = False
    priority: int = Priority.NORMAL
    accepts: frozenset[int] = frozenset()
    quota: str = ""  # whose limit it counts against, where that is not the operation's own
    timeout: float = 0.0

    @property
    def counted_as(self) -> str:
        return self.quota or self.operation


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes
    place: Place


class Http:
    def __init__(
        self,
        clock: Clock,
        options: HttpOptions | None = None,
        *,
        observer: Observer | None = None,
        jitter: Jitter = backoff.full_jitter,
    ) -> None:
        self.clock = clock
        self.options = options or HttpOptions()
        self.session = Session(self.options)
        self.observer = observer
        self.jitter = jitter
        self.tokens = Tokens()

    def account(
        self, marketplace: str, account: str, limiter: LimiterGroup | None = None, *, in_flight: int | None = None
    ) -> "AccountHttp":
        """`account` is an address text such as `mystore:letzshop`; `in_flight` bounds calls at the same time."""
        return AccountHttp(self, marketplace, account, limiter, in_flight)

    async def close(self) -> None:
        await self.tokens.close()
        await self.session.close()


class AccountHttp:
    """The calls of one account. Breakers are per host, because feeds come from elsewhere than answers."""

    def __init__(
        self, http: Http, marketplace: str, account: str, limiter: LimiterGroup | None, in_flight: int | None
    ) -> None:
        self.marketplace = marketplace
        self.name = account
        self.clock = http.clock
        self.tokens = http.tokens
        self._http = http
        self._limiter = limiter
        self._gate = Concurrency(in_flight) if in_flight else None
        self._breakers: dict[str, CircuitBreaker] = {}

    def breaker(self, host: str) -> CircuitBreaker:
        found = self._breakers.get(host)
        if found is None:
            options = self._http.options
            found = CircuitBreaker(self.clock, failures=options.breaker_failures, pause=options.breaker_pause)
            self._breakers[host] = found
        return found

    async def call(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Make the call and give what `decode` makes of its answer. Raises the families of `errors.py`."""
        if self._gate is None:
            return await self._persist(lambda attempt: self._attempt(request, decode, attempt), request.counted_as)

        gate = self._gate

        async def in_turn(attempt: int) -> T:
            await gate.acquire(request.priority)
            try:
                return await self._attempt(request, decode, attempt)
            finally:
                gate.release()

        return await self._persist(in_turn, request.counted_as)

    async def download(
        self,
        url: str,
        dest: Path,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int,
        on_progress: Progress | None = None,
        operation: str = "download",
        headers: Mapping[str, str] | None = None,
    ) -> Downloaded:
        """Fetch a file if it changed; see `download.fetch`. Headers with a credential forbid redirects."""

        async def once(attempt: int) -> Downloaded:
            target = self._http.session.url(url)
            place = Place(self.marketplace, target.host or "", operation)
            trace = _Trace(self, place, attempt)
            with trace:
                breaker = self._enter(place)
                try:
                    found = await fetch(
                        self._http.session,
                        place,
                        url,
                        dest,
                        etag=etag,
                        last_modified=last_modified,
                        max_bytes=max_bytes,
                        on_progress=on_progress,
                        headers=headers or {},
                        now=self.clock.now,
                    )
                except VendorError as error:
                    trace.judge(breaker, error)
                    raise
                except BaseException:
                    breaker.leave()
                    raise
                breaker.succeed()
                trace.received = found.bytes
                if found.status == "not_modified":
                    trace.outcome, trace.status = "not_modified", 304
                else:
                    trace.status = 200
                return found

        return await self._persist(once, operation)

    async def _persist(self, once: Callable[[int], Awaitable[T]], operation: str) -> T:
        """Try until it works, must not be repeated, or takes longer than patience."""
        options = self._http.options
        attempt = 1
        try:
            return await once(attempt)
        except (Unreachable, RateLimited) as error:
            failure: VendorError = error
        pauses = backoff.expo(factor=options.first_pause, max_value=_LONGEST_PAUSE)
        pauses.send(None)
        left = options.patience
        while True:
            wish = failure.retry_after
            pause = self._http.jitter(next(pauses))
            if wish is not None:
                pause = max(pause, wish)
                self._penalise(failure, wish, operation)
            useless = failure.code in _USELESS_TO_REPEAT or (isinstance(failure, RateLimited) and wish is None)
            if attempt >= options.tries or useless or pause > left:
                raise failure
            left -= pause
            await self.clock.sleep(pause)
            attempt += 1
            try:
                return await once(attempt)
            except (Unreachable, RateLimited) as error:
                failure = error

    def _penalise(self, failure: VendorError, wish: float, operation: str) -> None:
        if isinstance(failure, RateLimited) and self._limiter is not None and failure.code != "quota_spent":
            self._limiter.penalise(self.clock.now() + timedelta(seconds=wish), operation)

    async def _attempt(self, request: Request, decode: Callable[[Answer], T], attempt: int) -> T:
        http = self._http
        url = http.session.url(request.url)
        place = Place(self.marketplace, url.host or "", request.operation, request.mutates)
        if self._limiter is not None:
            wait = self._limiter.delay(request.counted_as)
            if wait > http.options.patience:
                raise RateLimited(
                    f"{place}: the account's limit allows the next call in {wait:.0f} s.",
                    code="quota_spent",
                    retry_after=wait,
                )
            await self._limiter.acquire(request.counted_as, request.priority)
        headers = dict(request.headers)
        if request.bearer:
            headers["Authorization"] = f"Bearer {request.bearer}"
        seconds, timeout = http.session.timeout_of(request.timeout)
        trace = _Trace(self, place, attempt)
        with trace:
            breaker = self._enter(place)
            try:
                async with http.session.get().request(
                    request.method, url, data=request.body, headers=headers, allow_redirects=False, timeout=timeout
                ) as response:
                    trace.status = response.status
                    error = None
                    if response.status not in request.accepts:
                        error = of_status(place, response.status, response.headers, self.clock.now())
                        if isinstance(error, RateLimited) and error.retry_after is None:
                            error.retry_after = self._spacing(request.counted_as)
                    body = b"" if error else await _read(response, http.options.max_response)
                    trace.received = len(body)
            except Exception as caught:
                error = of_failure(place, caught, seconds)
                if error is None:
                    breaker.leave()
                    raise
                error.__cause__ = caught
            except BaseException:
                breaker.leave()
                raise
            if error is not None:
                trace.judge(breaker, error)
                raise error
            breaker.succeed()
            return decode(Answer(response.status, response.headers, body, place))

    def _spacing(self, quota: str) -> float | None:
        """What a vendor that names no time wants: one more grant of the operation's own quota."""
        return self._limiter.spacing(quota) if self._limiter is not None else None

    def _enter(self, place: Place) -> CircuitBreaker:
        breaker = self.breaker(place.host)
        wait = breaker.enter()
        if wait > 0:
            raise Unreachable(
                f"{place}: {breaker.failures} calls in a row failed, the last with {breaker.last}, so none is made for"
                f" {wait:.0f} s.",
                code="circuit_open",
                retry_after=wait,
            )
        return breaker

    def observe(self, record: RequestRecord) -> None:
        if self._http.observer is not None:
            try:
                self._http.observer(record)
            except Exception:  # the call took effect: whoever counts it must not make it fail
                _log.exception(
                    "the observer of vendor calls failed on %s", record.operation, extra={"action": "observer.failed"}
                )


class _Trace:
    """Measures one attempt and records it however it ends."""

    __slots__ = ("_account", "_attempt", "_place", "_started", "outcome", "received", "status")

    def __init__(self, account: AccountHttp, place: Place, attempt: int) -> None:
        self._account = account
        self._place = place
        self._attempt = attempt
        self.status: int | None = None
        self.received = 0
        self.outcome = "ok"
        self._started = 0.0

    def judge(self, breaker: CircuitBreaker, error: VendorError) -> None:
        if isinstance(error, _BROKEN) and error.code not in ("http_408", "http_425"):
            breaker.fail(error.code)
        else:
            breaker.succeed()

    def __enter__(self) -> None:
        self._started = self._account.clock.monotonic()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        outcome, code = self.outcome, ""
        if isinstance(error, VendorError):
            outcome, code = error.family, error.code
        elif error is not None:
            outcome = "bug" if isinstance(error, Exception) else "cancelled"
        self._account.observe(
            RequestRecord(
                self._account.marketplace,
                self._account.name,
                self._place.operation,
                outcome,
                code,
                self.status,
                self._account.clock.monotonic() - self._started,
                self._attempt,
                self.received,
                correlation.get(),
            )
        )


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    length = response.content_length
    if length is not None and "Content-Encoding" not in response.headers:
        if length > limit:
            response.close()
            raise AnswerTooLargeError(f"the answer has {length} bytes, more than {limit}")
        return await response.read()
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > limit:
            response.close()
            raise AnswerTooLargeError(f"the answer has more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)
