"""Files behind Amazon's pre-signed addresses: what a feed brings, what a feed's processing or a report gives.

The addresses carry their own signature and live five minutes: no token goes there, and a refusal says nothing about the
account's credentials. What comes may be packed (GZIP by name, not by header) and is read in a thread, up to a limit.
"""

import asyncio
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import Document
from orion_daemon.connectors.errors import AuthRefused, Malformed, Unreachable
from orion_daemon.connectors.http import Answer, Request

T = TypeVar("T")
LARGEST = 128 * 1024 * 1024
"""Bytes of one document, unpacked."""
_REFUSED = frozenset({400, 401, 403, 404})


async def upload(client: AmazonClient, url: str, body: bytes, content_type: str) -> None:
    """Put a feed's content in its place; repeating it changes nothing. Raises Unreachable where its time is over."""

    def decode(answer: Answer) -> None:
        if answer.status in _REFUSED:
            raise _expired("uploadDocument", answer.status)

    request = Request(
        "uploadDocument", url, body, method="PUT", headers={"Content-Type": content_type}, accepts=_REFUSED
    )
    await client.http.call(request, decode)


async def read(client: AmazonClient, document: Document, parse: Callable[[bytes], T]) -> T:
    """Fetch a document and give what `parse`, run in a thread, makes of its bytes. Raises the families of errors."""
    with TemporaryDirectory(prefix="orion-amazon-") as folder:
        path = Path(folder) / "document"
        try:
            await client.http.download(document.url, path, max_bytes=LARGEST, operation="downloadDocument")
        except AuthRefused as error:
            raise _expired("downloadDocument", 403) from error
        packed = (document.compression_algorithm or "").upper() == "GZIP"
        return await asyncio.to_thread(_parsed, path, packed, parse)


def _parsed(path: Path, packed: bool, parse: Callable[[bytes], T]) -> T:
    raw = path.read_bytes()
    return parse(unpacked(raw) if packed else raw)


def unpacked(raw: bytes) -> bytes:
    """GZIP, also of several members. Raises Malformed (not_whole, too_large)."""
    found, left = bytearray(), raw
    try:
        while left:
            stream = zlib.decompressobj(wbits=31)
            found += stream.decompress(left, LARGEST + 1 - len(found))
            if len(found) > LARGEST:
                raise Malformed(f"amazon, downloadDocument: more than {LARGEST} bytes unpacked.", code="too_large")
            if not stream.eof:
                raise Malformed("amazon, downloadDocument: the packed document is cut short.", code="not_whole")
            left = stream.unused_data
    except zlib.error as error:
        raise Malformed("amazon, downloadDocument: the document is not GZIP as it says.", code="not_whole") from error
    return bytes(found)


def _expired(operation: str, status: int) -> Unreachable:
    return Unreachable(
        f"amazon, {operation}: the document's address has expired (HTTP {status}). It is asked for again.",
        code="document_expired",
    )
