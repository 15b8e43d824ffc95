"""Which family a failed call belongs to. The question that decides: may the vendor have done what was asked?

| what happened | a read | a change |
|---|---|---|
| name not found, refused, no TLS, no connection in time | Unreachable | Unreachable |
| connection broke or time was up after sending; 408, 5xx | Unreachable | Doubtful |
| answer too large, cut short, not what was expected | Malformed or Unreachable | Doubtful |
| 401, 403 | AuthRefused | AuthRefused |
| 429 | RateLimited | RateLimited |
| any redirect, other 4xx | Rejected | Rejected |
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
import msgspec

from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    Malformed,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)

_LONGEST_WISH = 86_400.0
LATER = "It is asked again later."
_ASK = "It may have taken effect all the same, so that is asked before anything is repeated."


class AnswerTooLargeError(Exception):
    """The answer was larger than allowed; what was read is thrown away."""


class Place(msgspec.Struct, frozen=True):
    """Where something went wrong, for sentences."""

    marketplace: str
    host: str
    operation: str
    mutates: bool = False

    def __str__(self) -> str:
        return f"{self.marketplace} ({self.host}), {self.operation}"


def lost(place: Place, what: str, code: str, *, retry_after: float | None = None) -> VendorError:
    """The request was sent and no usable answer came."""
    if place.mutates:
        return Doubtful(f"{place}: {what}. {_ASK}", code=code, retry_after=retry_after)
    return Unreachable(f"{place}: {what}. {LATER}", code=code, retry_after=retry_after)


def unreadable(place: Place, what: str, code: str) -> VendorError:
    """An answer came that cannot be read; nothing says that the next one will be better."""
    if place.mutates:
        return Doubtful(f"{place}: {what}. {_ASK}", code=code)
    return Malformed(f"{place}: {what}.", code=code)


def of_failure(place: Place, error: Exception, seconds: float) -> VendorError | None:
    """What an exception of the transport means; None for one that is not the transport's."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ServerFingerprintMismatch):
        return Unreachable(
            f"{place}: the server's certificate is not trusted. Check the endpoint, or ca_file behind a company proxy.",
            code="certificate",
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable(f"{place}: the host name is not known. Check the endpoint and DNS. {LATER}", code="dns")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unreachable(f"{place}: no connection. {LATER}", code="no_connection")
    if isinstance(error, aiohttp.InvalidURL):
        return Rejected(f"{place}: the address is not a URL. Correct the channel's endpoint.", code="bad_url")
    if isinstance(error, AnswerTooLargeError):
        return unreadable(place, f"{error}, which is not read", "too_large")
    if isinstance(error, TimeoutError):
        return lost(place, f"no answer within {seconds:g} s", "timeout")
    if isinstance(error, aiohttp.ClientPayloadError):
        return lost(place, "the answer was cut short", "cut_short")
    if isinstance(error, aiohttp.ClientResponseError):
        return lost(place, "the answer is not HTTP", "not_http")
    if isinstance(error, aiohttp.ClientError | ConnectionError):
        return lost(place, "the connection broke", "connection_broken")
    return None


def of_status(place: Place, status: int, headers: Mapping[str, str], now: datetime) -> VendorError | None:
    """What an HTTP status means; None for 2xx and 304."""
    if status < 300 or status == HTTPStatus.NOT_MODIFIED:
        return None
    wait = retry_after(headers.get("Retry-After"), now)
    if status in (401, 403):
        what = "the key is wrong or revoked" if status == 401 else "the key's user lacks the needed rights"
        return AuthRefused(f"{place}: {what} (HTTP {status}). Store a valid credential.", code=f"http_{status}")
    if status == 429:
        return RateLimited(f"{place}: too many calls (HTTP 429). {LATER}", retry_after=wait)
    if status < 400:
        return Rejected(
            f"{place}: redirects elsewhere (HTTP {status}), which is not followed. Correct the endpoint.",
            code="redirected",
        )
    if status in (408, 425) or status >= 500:
        return lost(place, f"HTTP {status}", f"http_{status}", retry_after=wait)
    return Rejected(f"{place}: refused with HTTP {status}.", code=f"http_{status}")


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds from the header's number or HTTP date; None when absent or nonsense, at most a day."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if text.replace(".", "", 1).isdigit():
            return min(float(text), _LONGEST_WISH)
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_WISH)
