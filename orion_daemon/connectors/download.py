"""Fetch a file over HTTP, if it changed, without ever holding it in memory or showing half of it.

Bytes are streamed to `<dest>.part`, hashed on the way, and renamed when complete: a file under its own name is whole.
A transfer that ends early, grows beyond the limit or stalls leaves nothing behind. Validators (ETag, Last-Modified) of
an earlier fetch make the server answer "not modified", which reads nothing. Redirects are followed by hand, each hop
under the rules of `session.py`, unless the request carries a credential.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import aiohttp
from yarl import URL

from orion_daemon.connectors.classify import Place, of_failure, of_status
from orion_daemon.connectors.errors import Malformed, Rejected, Unreachable
from orion_daemon.connectors.session import Session

Progress = Callable[[int, int | None], None]
"""Bytes so far, and of how many where the server says so."""

_BLOCK = 1024 * 1024
_HOPS = 5
_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Downloaded:
    """`content_length_matches`: None when the server gave no length for the bytes as stored. `sha256` is hex."""

    status: Literal["fetched", "not_modified"]
    etag: str | None
    last_modified: str | None
    bytes: int = 0
    content_length_matches: bool | None = None
    sha256: str = ""


async def fetch(
    session: Session,
    place: Place,
    url: str,
    dest: Path,
    *,
    etag: str | None,
    last_modified: str | None,
    max_bytes: int,
    on_progress: Progress | None,
    headers: Mapping[str, str],
    now: Callable[[], datetime],
) -> Downloaded:
    """One try. Raises the families of `errors.py`; OSError when the file cannot be written, which is ours to mend."""
    asked = dict(headers)
    if etag:
        asked["If-None-Match"] = etag
    if last_modified:
        asked["If-Modified-Since"] = last_modified
    has_credential = any(name.lower() in _CREDENTIALS for name in headers)
    target = session.url(url)
    try:
        for _ in range(_HOPS):
            async with session.get().get(
                target, headers=asked, allow_redirects=False, timeout=session.download_timeout
            ) as response:
                if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                    if has_credential:
                        raise Rejected(
                            f"{place}: redirects elsewhere, and the key is not sent there.", code="redirected"
                        )
                    target = session.url(str(_hop(target, response.headers["Location"], place)))
                    continue
                error = of_status(place, response.status, response.headers, now())
                if error is not None:
                    raise error
                return await _store(response, place, dest, max_bytes, on_progress, asked)
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as caught:
        error = of_failure(place, caught, session.download_timeout.total or 0.0)
        if error is None:
            raise
        raise error from caught
    raise Rejected(f"{place}: redirects more than {_HOPS} times. Correct the address.", code="redirected")


def _hop(target: URL, location: str, place: Place) -> URL:
    try:
        found = target.join(URL(location))
    except ValueError as error:
        raise Rejected(f"{place}: redirects to something that is no address.", code="redirected") from error
    if target.scheme == "https" and found.scheme != "https":
        raise Rejected(f"{place}: redirects from https to {found.scheme}, which is not followed.", code="redirected")
    return found


async def _store(
    response: aiohttp.ClientResponse,
    place: Place,
    dest: Path,
    max_bytes: int,
    on_progress: Progress | None,
    asked: Mapping[str, str],
) -> Downloaded:
    validators = (response.headers.get("ETag"), response.headers.get("Last-Modified"))
    if response.status == 304:
        return Downloaded(
            "not_modified",
            validators[0] or asked.get("If-None-Match"),
            validators[1] or asked.get("If-Modified-Since"),
        )
    if response.status != 200:
        raise Malformed(
            f"{place}: answered a request for the whole file with HTTP {response.status}.", code="not_whole"
        )
    stated = response.content_length if "Content-Encoding" not in response.headers else None
    if stated is not None and stated > max_bytes:
        raise _too_large(place, max_bytes)
    part = dest.with_name(f"{dest.name}.part")
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    handle = await asyncio.to_thread(part.open, "wb")
    try:
        try:
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > max_bytes:
                    raise _too_large(place, max_bytes)
                digest.update(chunk)
                waiting += chunk
                if len(waiting) >= _BLOCK:
                    await asyncio.to_thread(handle.write, waiting)
                    waiting = bytearray()
                if on_progress is not None:
                    on_progress(size, stated)
            await asyncio.to_thread(handle.write, waiting)
        finally:
            await asyncio.to_thread(handle.close)
        if stated is not None and stated != size:
            raise Unreachable(f"{place}: {size} of {stated} bytes came. It is fetched again later.", code="cut_short")
        await asyncio.to_thread(part.replace, dest)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    matches = None if stated is None else True
    return Downloaded("fetched", *validators, size, matches, digest.hexdigest())


def _too_large(place: Place, limit: int) -> Rejected:
    return Rejected(
        f"{place}: the file has more than {limit} bytes. Raise the limit if that is right, or correct the address.",
        code="too_large",
    )
