"""Reports: asked for, worked off by Amazon in minutes, fetched as a table that keeps for days.

Each step is one call, so that a walk can be interrupted between them (`history.py`, `catalog.py`). A report in progress
raises RateLimited, which costs no attempt. The table is tab-separated text without quoting; its encoding is that of the
store, and accounts in some stores get translated columns (`names.py`).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from orion_daemon.connectors.amazon import documents, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import Document, Report, ReportName
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.errors import Malformed, RateLimited, Rejected
from orion_daemon.runtime.limiter import Priority

LONGEST_DAYS = 30
"""Of one report of orders."""
_PENDING = 30.0  # seconds until a report is looked after again
_MOST_STORES = 25
Row = Mapping[str, str]


class ReportLost(Exception):  # noqa: N818  (says what it is)
    """Amazon failed to make the report, or does not know it any more: ask for another."""


class ReportCancelled(ReportLost):
    """Amazon cancelled the report: by itself where there is nothing to report, or because somebody wanted it so."""


async def request(client: AmazonClient, kind: str, since: datetime | None = None, until: datetime | None = None) -> str:
    """The report's id."""
    said: dict[str, object] = {
        "reportType": kind,
        "marketplaceIds": list(client.settings.marketplace_ids[:_MOST_STORES]),
    }
    if since is not None and until is not None:
        said |= {"dataStartTime": text(since), "dataEndTime": text(until)}
    return (await client.call(names.CREATE_REPORT, ReportName, body=said, priority=Priority.BULK)).result.report_id


async def table(client: AmazonClient, report_id: str) -> list[Row]:
    """The rows by column names in lower case. Raises RateLimited (report_pending) while it is worked on, ReportLost
    where it will never come; of these ReportCancelled, which proves nothing by itself."""
    try:
        report = (
            await client.call(names.GET_REPORT, Report, path={"reportId": report_id}, priority=Priority.BULK)
        ).result
    except Rejected as error:
        if error.code in ("not_found", "http_400"):
            raise ReportLost(error.message) from error
        raise
    if report.processing_status in ("IN_QUEUE", "IN_PROGRESS"):
        raise RateLimited(
            f"amazon, report {report_id}: is still being made.", code="report_pending", retry_after=_PENDING
        )
    if report.processing_status == "CANCELLED":
        raise ReportCancelled(f"amazon, report {report_id}: was cancelled.")
    if report.processing_status != "DONE" or report.report_document_id is None:
        raise ReportLost(f"amazon, report {report_id}: ended as {report.processing_status[:40]}.")
    path = {"reportDocumentId": report.report_document_id}
    try:
        document = (await client.call(names.GET_REPORT_DOCUMENT, Document, path=path, priority=Priority.BULK)).result
    except Rejected as error:
        if error.code in ("not_found", "http_400"):
            raise ReportLost(error.message) from error
        raise
    store = client.settings.store
    country = store.country if store else ""
    return await documents.read(client, document, lambda raw: parse(raw, country))


def parse(raw: bytes, country: str = "") -> list[Row]:
    """Rows of tab-separated text; short rows are filled up, empty ones left out. Raises Malformed (no_table)."""
    reader = csv.reader(io.StringIO(decoded(raw, country), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if len(header) < 2:
            raise Malformed("amazon: a report holds no table.", code="no_table")
        return [
            dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))
            for cells in reader
            if any(cells)
        ]
    except csv.Error as error:
        raise Malformed(f"amazon: a report's table cannot be read ({error}).", code="no_table") from error


def decoded(raw: bytes, country: str = "") -> str:
    """UTF-8, or else what the store's reports were written in before: Shift JIS in Japan, Windows' Latin elsewhere."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932" if country == "JP" else "cp1252", errors="replace")


def cell(row: Row, columns: Sequence[str]) -> str:
    """The first of these columns that the row has; empty where it has none."""
    return next((row[name].strip() for name in columns if name in row), "")
