"""eBay's own report of every live listing, also of those that the Inventory API never shows.

Asked for as a task of the Feed API, made by eBay in minutes, fetched as a packed XML file of at most 15 MB: `request`,
then `listed` until the report is there. A report under way raises RateLimited, which costs no attempt; one that never
comes raises ReportLost. It is read as a stream and holds listing numbers and SKUs here, nothing else. Contract: Feed
v1.3.1; the file's form stands on eBay's pages (ActiveInventoryReport).
"""

import asyncio
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, cast
from xml.etree import ElementTree as ET

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient, NotFound
from orion_daemon.connectors.errors import Malformed, RateLimited
from orion_daemon.runtime.limiter import Priority

PENDING = 30.0
"""Seconds until a report is looked after again."""
LONGEST = timedelta(hours=2)
"""That eBay may take over a report; it takes minutes."""
LARGEST = 512 * 1024 * 1024
"""Bytes of a report, unpacked."""
_WORKED_ON = frozenset({"CREATED", "SCHEDULED", "QUEUED", "IN_PROCESS"})
_DONE = frozenset({"COMPLETED", "COMPLETED_WITH_ERROR"})
Listed = tuple[str, str]
"""A listing's number and a SKU that it sells, empty where it has none."""


class ReportLost(Exception):  # noqa: N818  (says what it is)
    """eBay failed to make the report, or does not know it any more: ask for another."""


async def request(client: EbayClient, site: str) -> str:
    """The task's id. Fixed prices only: auctions are left alone."""
    reply = await client.call(
        names.CREATE_REPORT,
        schemas.FeedTask,
        body={
            "schemaVersion": "1.0",
            "feedType": names.LISTINGS_REPORT,
            "filterCriteria": {"listingFormat": "FIXED_PRICE"},
        },
        priority=Priority.BULK,
        headers={"X-EBAY-C-MARKETPLACE-ID": site},
    )
    task = reply.location.rstrip("/").rpartition("/")[2]
    if not task:
        raise Malformed("ebay, createInventoryTask: the answer names no task.", code="no_task")
    return task


async def listed(client: EbayClient, task: str, now: datetime) -> list[Listed]:
    """Every SKU of every listing. Raises RateLimited (report_pending) while it is made, ReportLost, Malformed."""
    try:
        report = (await client.call(names.GET_REPORT, schemas.FeedTask, task=task, priority=Priority.BULK)).result
    except NotFound as error:
        raise ReportLost(error.message) from error
    status = report.status if report else None
    if status in _WORKED_ON:
        if report is not None and _is_stuck(report, now):
            raise ReportLost(f"ebay, report {task}: has been {status} for more than {LONGEST}.")
        raise RateLimited(f"ebay, report {task}: is still being made.", code="report_pending", retry_after=PENDING)
    if status not in _DONE:
        raise ReportLost(f"ebay, report {task}: ended as {str(status)[:40]}.")
    try:
        file = await client.file(names.GET_REPORT_FILE, task=task, priority=Priority.BULK)
    except NotFound as error:
        raise ReportLost(error.message) from error
    return await asyncio.to_thread(read, file)


def _is_stuck(report: schemas.FeedTask, now: datetime) -> bool:
    try:
        made = datetime.fromisoformat(report.creation_date or "")
    except ValueError:
        return False
    return made.tzinfo is not None and now - made > LONGEST


def read(file: bytes) -> list[Listed]:
    """The report in XML: plain, GZIP, or the first file of a ZIP. Raises Malformed (no_report, too_large)."""
    try:
        with _opened(file) as plain:
            return list(_entries(_Bounded(plain)))
    except (ET.ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Malformed(
            f"ebay, getResultFile: the report of listings cannot be read ({type(error).__name__}).", code="no_report"
        ) from error


def _opened(file: bytes) -> IO[bytes]:
    raw = io.BytesIO(file)
    if file[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if file[:2] != b"PK":
        return raw
    packed = zipfile.ZipFile(raw)
    first = next((name for name in packed.namelist() if not name.endswith("/")), None)
    if first is None:
        raise zipfile.BadZipFile("it is empty")
    return packed.open(first)


class _Bounded:
    """Reads no more than LARGEST bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = LARGEST

    def read(self, size: int = -1, /) -> bytes:
        found = self._file.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise Malformed(f"ebay, getResultFile: more than {LARGEST} bytes unpacked.", code="too_large")
        return found


def _entries(file: _Bounded) -> Iterator[Listed]:
    """A listing with variations has their SKUs, else its own. Expat bounds what entities grow to."""
    seen = False
    for _, element in ET.iterparse(file):  # noqa: S314
        name = _name(element)
        seen = seen or name in ("SKUDetails", "ActiveInventoryReport")
        if name != "SKUDetails":
            continue
        listing = _text(element, "ItemID")
        variations = [one for one in element.iter() if _name(one) == "Variation"]
        for sku in [_text(one, "SKU") for one in variations] or [_text(element, "SKU")]:
            if listing:
                yield listing, sku
        element.clear()
    if not seen:
        raise Malformed("ebay, getResultFile: the file is no report of listings.", code="no_report")


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element, name: str) -> str:
    """Of a child by that name; empty where there is none."""
    return next(((child.text or "").strip() for child in element if _name(child) == name), "")
