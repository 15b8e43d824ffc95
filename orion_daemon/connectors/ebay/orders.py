"""Orders in, by closed windows of time instead of pages.

eBay pages by offset over a set that moves: an order that changes leaves a window of modification times, and every later
one slips a place. So a window is asked for whole; one that holds more than a page is made smaller until it fits, and
the walk goes on behind it. `new` and `history` walk over modification times up to two minutes ago (what changes later
is in the next poll, what changes meanwhile leaves the window for it); `open` walks over creation times, which never
change, of the orders that are not wholly sent. Where a single millisecond holds more than a page, its pages are read
backwards, from the end, so that what leaves it hides nothing.

An answer that holds fewer orders than it counts, or orders from before its window, is asked for a second time; what is
missing then is told as a gap, and what belongs to another question is refused.

The list never shows requests for cancellation nor tax numbers: those orders are asked for one by one, and so are the
parcels of orders that are sent in part. A watermark is the end of a window that was read whole.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.ebay import mapping, names, schemas
from orion_daemon.connectors.ebay.client import EbayClient, NotFound
from orion_daemon.connectors.ebay.settings import LEAST_OVERLAP, EbaySettings
from orion_daemon.connectors.errors import Malformed, Rejected, Unreachable
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

LAG = timedelta(seconds=120)
"""Behind now; eBay shows what is newer incompletely, and refuses a window that ends in the future."""
FIRST_LOOK = timedelta(days=14)
"""Of a first poll; open orders that are older come with the sweep, others with `importOrderHistory`."""
LONGEST = timedelta(days=729)
"""eBay tells of two years."""
_FULL = 0.75  # share of a page to which a smaller window is aimed
_INDIVISIBLE = 1  # milliseconds
MOST_NARROW = 50
"""Indivisible windows with more than a page each, one behind the other; even a change of everything at once has few."""
MOST_TRIES = 60
"""Calls for one page. Halving two years down to a millisecond takes 36."""
_DECODE = msgspec.json.Decoder(schemas.Order)
_NAMED = msgspec.json.Decoder(schemas.OrderName)
_TIMES = msgspec.json.Decoder(schemas.OrderTimes)
_PREFIX = {"new": "lastmodifieddate", "history": "lastmodifieddate", "open": "creationdate"}


class Cursor(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Where a walk stands; times are milliseconds since 1970. A watermark has `since` only.

    What is left is [`at`, `end`]; `step` is how long the next window is. The others are set within a window that cannot
    be made smaller: the page to read next, how many orders there were, and the first order of the page before. `narrow`
    counts such windows in a row.
    """

    since: int | None = None
    scope: str = ""
    at: int = 0
    end: int = -1
    step: int = 0
    offset: int | None = None
    total: int = 0
    first: str = ""
    narrow: int = 0

    def text(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def window(self) -> tuple[int, int]:
        return self.at, min(self.end, self.at + self.step - 1)


class EbayOrders:
    def __init__(self, client: EbayClient, settings: EbaySettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._limit = min(settings.page_size, names.MOST_ORDERS)
        self.sold: dict[str, str] = {}
        """SKU to the listing it was sold from, as far as orders were read; the newest of a bounded number."""

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        """One window. Scopes but `refunds`; see the module. A cursor that is none of this scope begins anew."""
        place = self._place(scope, cursor, since)
        if place.at > place.end:
            return OrderPage((), None, watermark=Cursor(since=place.end).text() if scope == "new" else None)
        page, place = await self._window(scope, place)
        orders: list[IncomingOrder] = []
        problems: list[RecordProblem] = []
        if _lacks(page, self._limit):
            gap = f"eBay counts {page.total} orders and shows {len(page.orders or ())}; the sweep asks again."
            problems.append(RecordProblem("", "missing_node", gap))
        for raw in dict.fromkeys(bytes(raw) for raw in page.orders or ()):
            read = await self._read(raw, scope)
            if isinstance(read, RecordProblem):
                problems.append(read)
            else:
                orders.append(read)
        is_last = place.at > place.end
        following = None if is_last else place.text()
        is_poll = scope == "new"
        return OrderPage(
            tuple(orders),
            following,
            watermark=Cursor(since=place.end).text() if is_poll and is_last else None,
            problems=tuple(problems),
            resume=following if is_poll else None,
        )

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        """None where eBay shows it to nobody any more, as after two years."""
        raw = await self.document(channel_order_id, Priority.NORMAL)
        if raw is None:
            return None
        read = await self._read(raw, "open", is_whole=True)
        if isinstance(read, RecordProblem):
            raise Malformed(f"ebay, order {channel_order_id}: {read.message}", code=read.code, payload=read.payload)
        return read

    async def document(self, order_id: str, priority: int) -> bytes | None:
        """The single order, verbatim, with its requests for cancellation."""
        try:
            reply = await self._client.call(names.GET_ORDER, msgspec.Raw, priority=priority, order=order_id)
        except NotFound:
            return None
        except Rejected as error:
            if error.code == "ebay_32100":
                return None
            raise
        return None if reply.result is None else bytes(reply.result)

    async def sent_pieces(self, order_id: str, priority: int) -> list[schemas.Shipment]:
        reply = await self._client.call(names.GET_SHIPMENTS, schemas.Shipments, priority=priority, order=order_id)
        return (reply.result.fulfillments if reply.result else None) or []

    # -- windows -------------------------------------------------------------------------------------------------------

    def _place(self, scope: str, cursor: str | None, since: datetime | None) -> Cursor:
        now = self._clock.now()
        found = _cursor(cursor)
        if found.scope == scope and 0 <= found.at <= found.end and found.step > 0:
            found.at = max(found.at, _millis(now - LONGEST))
            return found
        end, oldest = _millis(now - LAG), _millis(now - LONGEST)
        if scope == "new" and found.since is not None:
            overlap = max(self._settings.overlap_seconds, LEAST_OVERLAP)
            start, end = found.since - overlap * 1000, max(end, found.since)
            if end > _millis(now - LAG):  # the clock went back; nothing is asked of the future
                return Cursor(scope=scope, at=end + 1, end=end, step=1)
        elif scope == "new":
            start = _millis(since) if since else _millis(now - FIRST_LOOK)
        else:
            start = _millis(since) if since and scope == "history" else oldest
        start = max(start, oldest)
        return Cursor(scope=scope, at=start, end=end, step=max(1, end - start + 1))

    async def _window(self, scope: str, place: Cursor) -> tuple[schemas.Orders, Cursor]:
        """The next window that fits a page, and the place behind it."""
        for _ in range(MOST_TRIES):
            start, end = place.window
            page = await self._page(scope, start, end, place.offset or 0)
            if _lacks(page, self._limit, place.offset) or _is_other(page, scope, start):
                page = await self._page(scope, start, end, place.offset or 0)
                if _is_other(page, scope, start):
                    raise Unreachable(
                        "ebay, getOrders: the answer holds orders of another window. It is asked again later.",
                        code="wrong_page",
                    )
            if place.offset is not None:
                first = _id_of(bytes(page.orders[0])) if page.orders else ""
                if page.total != place.total or (first and first == place.first):
                    place = self._from_the_end(place, page.total)
                    continue
                return page, self._further_back(place, first)
            if page.total <= self._limit:
                longer = place.step * 2 if page.total * 4 <= self._limit else place.step
                return page, msgspec.structs.replace(place, at=end + 1, step=longer, narrow=0)
            if end - start + 1 <= _INDIVISIBLE:
                if place.narrow >= MOST_NARROW:
                    raise Malformed(
                        f"ebay, getOrders: {place.narrow} milliseconds in a row hold more than a page of orders each,"
                        f" the last {page.total}: eBay does not heed the times that it is asked for.",
                        code="paging_stuck",
                    )
                place = self._from_the_end(msgspec.structs.replace(place, narrow=place.narrow + 1), page.total)
                continue
            parts = max(2, -(-page.total // max(1, int(self._limit * _FULL))))
            place = msgspec.structs.replace(place, step=max(_INDIVISIBLE, (end - start + 1) // parts))
        raise Unreachable(
            "ebay, getOrders: the number of orders in one window changes with each answer. It is asked again later.",
            code="wrong_page",
        )

    def _from_the_end(self, place: Cursor, total: int) -> Cursor:
        last = max(0, (total - 1) // self._limit * self._limit)
        return msgspec.structs.replace(place, offset=last, total=total, first="")

    def _further_back(self, place: Cursor, first: str) -> Cursor:
        if place.offset:
            return msgspec.structs.replace(place, offset=place.offset - self._limit, first=first)
        return msgspec.structs.replace(place, at=place.window[1] + 1, offset=None, total=0, first="")

    async def _page(self, scope: str, start: int, end: int, offset: int) -> schemas.Orders:
        wanted = f"{_PREFIX[scope]}:[{moment_text(start)}..{moment_text(end)}]"
        if scope == "open":
            wanted += f",{names.OPEN_ORDERS}"
        query = {"filter": wanted, "limit": str(self._limit), "offset": str(offset)}
        priority = Priority.BULK if scope == "history" else Priority.NORMAL
        reply = await self._client.call(names.GET_ORDERS, schemas.Orders, query=query, priority=priority)
        if reply.result is None:
            raise Malformed("ebay, getOrders: the answer holds no list of orders.", code="no_list")
        return reply.result

    # -- documents -----------------------------------------------------------------------------------------------------

    async def _read(self, raw: bytes, scope: str, *, is_whole: bool = False) -> IncomingOrder | RecordProblem:
        priority = Priority.BULK if scope == "history" else Priority.NORMAL
        try:
            document = _DECODE.decode(raw)
            if not is_whole and _is_silent(document):
                whole = await self.document(document.order_id, priority)
                raw = whole or raw
                document = _DECODE.decode(raw)
            shipped = await self._shipped(document, priority)
            self._remember(document)
            return mapping.order(document, raw, self._settings.currency, shipped)
        except msgspec.DecodeError as error:
            return RecordProblem(_id_of(raw), "unreadable", clean(str(error)), raw)
        except mapping.UnusableDocument as error:
            return RecordProblem(_id_of(raw), "unusable", str(error), raw)
        except Rejected as error:  # of what is asked for this order alone; it must not stop the others
            return RecordProblem(_id_of(raw), error.code, error.message, raw)

    async def _shipped(self, document: schemas.Order, priority: int) -> dict[str, int]:
        """Pieces by line, where a line is sent in part; eBay says elsewhere only that it is."""
        if not any(line.line_item_fulfillment_status == names.IN_PROGRESS for line in document.line_items):
            return {}
        counts: dict[str, int] = {}
        for line, pieces in pieces_of(await self.sent_pieces(document.order_id, priority)):
            counts[line] = counts.get(line, 0) + pieces
        return {line.line_item_id: min(counts.get(line.line_item_id, 0), line.quantity) for line in document.line_items}

    def _remember(self, document: schemas.Order) -> None:
        for line in document.line_items:
            if line.sku and line.legacy_item_id:
                self.sold.pop(line.sku, None)
                self.sold[line.sku] = line.legacy_item_id
        while len(self.sold) > 5_000:
            del self.sold[next(iter(self.sold))]


def _lacks(page: schemas.Orders, limit: int, offset: int | None = None) -> bool:
    return offset is None and page.total <= limit and len(page.orders or ()) < page.total


def _is_other(page: schemas.Orders, scope: str, start: int) -> bool:
    """Whether an order is older than the window; a newer one has changed while it was read."""
    for raw in page.orders or ():
        try:
            times = _TIMES.decode(raw)
            text = times.creation_date if scope == "open" else times.last_modified_date
            if text and _millis(datetime.fromisoformat(text)) < start:
                return True
        except (msgspec.DecodeError, ValueError, TypeError):
            continue
    return False


def pieces_of(shipments: list[schemas.Shipment]) -> Iterator[tuple[str, int]]:
    """Lines and pieces over all parcels; a line without a number is one piece."""
    for shipment in shipments:
        for line in shipment.line_items or ():
            yield line.line_item_id, 1 if line.quantity is None else line.quantity


def moment_text(millis: int) -> str:
    """As filters and bodies want it: milliseconds and Z."""
    moment = datetime.fromtimestamp(millis // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{millis % 1000:03d}Z"


def _millis(moment: datetime) -> int:
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _is_silent(document: schemas.Order) -> bool:
    """The list does not tell all of it."""
    cancel = document.cancel_status
    asked = cancel is not None and cancel.cancel_state not in (None, names.NO_CANCELLATION)
    return asked or bool(mapping.sites_of(document) & names.TAX_ID_SITES)


def _cursor(text: str | None) -> Cursor:
    try:
        return msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.DecodeError:
        return Cursor()


def _id_of(raw: bytes) -> str:
    try:
        return _NAMED.decode(raw).order_id
    except msgspec.DecodeError:
        return ""
