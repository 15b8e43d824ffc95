"""The past by reports: what would take too many searches is listed by a report a month, and read order by order.

The order search grants some five hundred calls a day; `getOrder` one in two seconds. A page of this walk is one step:
a report asked for, or about twenty orders of it. Orders that are still to be sent come first. A report in progress
raises RateLimited, and the walk goes on from its stored cursor; a report that Amazon cannot make is asked for again,
and after the third time the window is searched. Where all reports end, the search takes over: `orders.py`.
"""

from datetime import datetime, timedelta

import msgspec

from orion_daemon.connectors.amazon import names, reports
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.walk import Cursor, Found, Reader, shown, sort
from orion_daemon.connectors.errors import Malformed
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.limiter import Priority

ORDERS_A_PAGE = 20
_MOST_FAILURES = 3
_OPEN = frozenset({"pending", "unshipped", "partiallyshipped", "pendingavailability"})
_replace = msgspec.structs.replace


class History:
    def __init__(self, client: AmazonClient, reader: Reader) -> None:
        self._client = client
        self._reader = reader
        self._listed: tuple[str, list[str]] = ("", [])  # the last report and its orders

    async def page(self, place: Cursor, now: datetime) -> tuple[Found, Cursor]:
        """One step and where it led; the step is `search` once all reports are read. Raises RateLimited while a report
        is made."""
        since, until = place.since or now, place.until or now
        if place.report is None:
            window_to = min(since + timedelta(days=reports.LONGEST_DAYS), until)
            report = await reports.request(self._client, names.ORDERS_REPORT, since, window_to)
            return _NOTHING, _replace(
                place, step="report", since=since, until=until, window_to=window_to, report=report, at=0
            )
        try:
            listed = await self._orders_of(place.report)
        except reports.ReportCancelled:
            if not place.cancelled:  # by hand perhaps: only a second one of the same window says that it is empty
                return _NOTHING, _replace(place, report=None, at=0, cancelled=True)
            listed = []
        except (reports.ReportLost, Malformed):
            failed = place.failed + 1
            if failed < _MOST_FAILURES:
                return _NOTHING, _replace(place, report=None, at=0, failed=failed)
            return _NOTHING, Cursor(since=since, slowly=True)
        wanted = listed[place.at : place.at + ORDERS_A_PAGE]
        found = await self._read(wanted)
        at = place.at + len(wanted)
        if at < len(listed):
            return found, _replace(place, at=at)
        window_to = place.window_to or until
        if window_to < until:
            return found, _replace(place, since=window_to, window_to=None, report=None, at=0, failed=0, cancelled=False)
        return found, Cursor(since=until, slowly=True)

    async def _orders_of(self, report: str) -> list[str]:
        known, listed = self._listed
        if known != report:
            listed = order_ids(await reports.table(self._client, report))
            self._listed = report, listed
        return listed

    async def _read(self, wanted: list[str]) -> Found:
        read: list[IncomingOrder | RecordProblem] = []
        for order_id in wanted:
            found = await shown(self._reader, order_id, Priority.BULK)
            said = "A report names this order, and Amazon does not show it."
            read.append(RecordProblem(order_id, "not_found", said) if found is None else found)
        return Found(*sort(read), None, None)


def order_ids(rows: list[reports.Row]) -> list[str]:
    """Each order once, those still to be sent before the others. Raises Malformed (no_table) for another table."""
    if rows and not any(name in rows[0] for name in names.ORDER_ID_COLUMNS):
        raise Malformed("amazon: a report of orders has no column of order ids.", code="no_table")
    statuses: dict[str, bool] = {}
    for row in rows:
        if order_id := reports.cell(row, names.ORDER_ID_COLUMNS):
            is_open = reports.cell(row, names.ORDER_STATUS_COLUMNS).lower().replace(" ", "") in _OPEN
            statuses[order_id] = statuses.get(order_id, False) or is_open
    return sorted(statuses, key=lambda order_id: not statuses[order_id])


_NOTHING = Found((), (), None, None)
