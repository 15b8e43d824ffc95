"""The process's one HTTP session, and the rules of what may be connected to.

Certificates are verified always. Plain http is for this machine only, so that no key ever travels in the clear.
Cookies are not kept and proxies of the environment not used: a call depends on nothing but its own request. The
session is made at the first call, in the loop that uses it, and keeps its connections until `close`.
"""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import aiohttp
from yarl import URL

from orion_daemon.connectors.errors import Rejected
from orion_daemon.connectors.redaction import address

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Times in seconds, sizes in bytes."""

    connect_timeout: float = 10.0
    call_timeout: float = 30.0  # one attempt, answer included
    download_timeout: float = 1800.0
    stall_timeout: float = 60.0  # a connection that sends nothing for so long is given up
    tries: int = 3
    first_pause: float = 0.5  # before the second try; the third waits up to twice as long, and so on
    patience: float = 30.0  # longest wait within a call, for a limit or between tries; beyond it the caller decides
    max_response: int = 20 * 1024 * 1024
    connections: int = 200
    connections_per_host: int = 20
    breaker_failures: int = 5
    breaker_pause: float = 60.0
    user_agent: str = "Orion"
    ca_file: Path | None = None


class Session:
    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        call = options.call_timeout
        # Waiting for a free connection ends before the call does, so that "never sent" is told from "no answer".
        self.call_timeout = self._timeout(call)
        self.download_timeout = aiohttp.ClientTimeout(
            total=options.download_timeout, sock_connect=options.connect_timeout, sock_read=options.stall_timeout
        )

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=seconds, connect=seconds * 0.9, sock_connect=self._options.connect_timeout)

    def timeout_of(self, seconds: float) -> tuple[float, aiohttp.ClientTimeout]:
        """For a call that may take so long, never less than any other; with the seconds that it comes to."""
        if seconds <= self._options.call_timeout:
            return self._options.call_timeout, self.call_timeout
        return seconds, self._timeout(seconds)

    def get(self) -> aiohttp.ClientSession:
        if self._session is None:
            options = self._options
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=options.connections,
                    limit_per_host=options.connections_per_host,
                    ssl=ssl.create_default_context(cafile=str(options.ca_file) if options.ca_file else None),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": options.user_agent},
                timeout=self.call_timeout,
                auto_decompress=True,
            )
        return self._session

    def url(self, text: str) -> URL:
        """The address, once it is seen to be allowed. Raises Rejected (bad_url, plain_http)."""
        found = self._urls.get(text)
        if found is None:
            found = allowed(text)
            if len(self._urls) >= _REMEMBERED:
                self._urls.clear()
            self._urls[text] = found
        return found

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def allowed(text: str) -> URL:
    try:
        url = URL(text)
        usable = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        usable = False
    if not usable:
        raise Rejected(f"{address(text)!r} is not an http(s) address. Correct the endpoint.", code="bad_url")
    if url.scheme == "http" and not is_loopback(url.host or ""):
        raise Rejected(
            f"{address(text)} is plain http to another machine: a key sent there could be read on the way. Use https.",
            code="plain_http",
        )
    return url


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
