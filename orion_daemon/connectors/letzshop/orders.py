"""The order form of the original document: whole orders with quantities, a status, and mutations for sending and stock.

Reading: a poll asks for what changed since the watermark, minus an overlap. The next watermark is the newest change
seen, never later than the walk's beginning by the server's own clock (what changes while we walk may have moved to a
page already read), never earlier than the last one, and not moved at all when a page came incomplete.

Writing: every call is repeatable. A parcel is known by its tracking number; one without number is only sent when it
takes all that is left, because then the order's status tells whether it arrived.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from orion_daemon.connectors.base import (
    Capabilities,
    LevelResult,
    OrderPage,
    OrderScope,
    OutgoingLevel,
    OutgoingParcel,
    UnitAnswer,
    UnitResult,
)
from orion_daemon.connectors.errors import Doubtful, Malformed, Rejected, Unreachable, Unsupported, VendorError
from orion_daemon.connectors.letzshop import mapping, names, schemas
from orion_daemon.connectors.letzshop.client import CursorRefused, LetzshopClient
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.letzshop.shipments import refusal
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.domain.money import to_minor
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

_DECODE = msgspec.json.Decoder(schemas.Order)
_NAMED = msgspec.json.Decoder(schemas.OrderState)
_SENT = ("SHIPPED", "DELIVERED")
_ASKED_AGAIN = frozenset({"missing_node", "not_whole"})


class Cursor(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Where a walk stands. Only `since` is set in a watermark."""

    since: datetime | None = None
    after: str | None = None
    newest: datetime | None = None  # change seen so far
    began: datetime | None = None  # the walk, by the server's clock
    torn: bool = False  # a page came incomplete


class OrdersForm:
    name: Literal["orders"] = "orders"

    def __init__(self, client: LetzshopClient, settings: LetzshopSettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def capabilities(self) -> Capabilities:
        return Capabilities(
            answers_units=False,
            sets_tracking=True,
            sets_status=True,
            stock="call",
            prices="call",
            reads_offers=False,
            max_batch=self._settings.max_batch,
        )

    # -- reading -------------------------------------------------------------------------------------------------------

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        place = _place(cursor)
        if place.since is None and scope != "new":
            place.since = since
        elif place.since is None and place.after is None:
            place.since = since  # a first poll begins where its caller says, or with everything
        asked_since = place.since
        if scope == "new" and asked_since is not None:
            asked_since -= timedelta(seconds=self._settings.overlap_seconds)
        statuses = names.OPEN_STATUSES if scope == "open" and asked_since is None else ()
        wanted = names.order_filter(_text(asked_since), statuses)
        priority = Priority.BULK if scope == "history" else Priority.NORMAL
        try:
            reply = await self._client.read(
                "orders", names.ORDERS_PAGE, self._variables(wanted, place.after), schemas.Edges, priority
            )
        except CursorRefused:
            if place.after is None:
                raise
            place = Cursor(since=place.since)
            reply = await self._client.read(
                "orders", names.ORDERS_PAGE, self._variables(wanted, None), schemas.Edges, priority
            )
        edges = reply.result
        if edges is None or edges.edges is None:
            raise Malformed("letzshop, orders: the answer holds no list of orders.", code="no_list")
        orders, problems = self._read_all(edges.edges, reply.torn("edges"))
        info = edges.page_info or schemas.PageInfo()
        if info.has_next_page and (info.end_cursor is None or info.end_cursor == place.after):
            raise Malformed(
                "letzshop, orders: says that more orders follow and gives no way to them.", code="paging_stuck"
            )
        changes = [order.channel_updated_at for order in orders if order.channel_updated_at]
        following = Cursor(
            since=place.since,
            after=info.end_cursor if info.has_next_page else None,
            newest=max([*changes, *([place.newest] if place.newest else [])], default=None),
            began=place.began or reply.date or self._clock.now(),
            torn=place.torn or bool(reply.errors) or any(one.code in _ASKED_AGAIN for one in problems),
        )
        is_last = following.after is None
        return OrderPage(
            orders=tuple(orders),
            next_cursor=None if is_last else msgspec.json.encode(following).decode(),
            watermark=_watermark(following) if is_last and scope == "new" else None,
            problems=tuple(problems),
        )

    def _variables(self, wanted: dict[str, object] | None, after: str | None) -> dict[str, object]:
        return {"filter": wanted, "first": self._settings.page_size, "after": after}

    def _read_all(
        self, edges: Sequence[schemas.Edge | None], torn: frozenset[int]
    ) -> tuple[list[IncomingOrder], list[RecordProblem]]:
        orders: list[IncomingOrder] = []
        problems: list[RecordProblem] = []
        for index, edge in enumerate(edges):
            raw = b"null" if edge is None else bytes(edge.node)
            read = self._read(raw, is_torn=index in torn)
            if isinstance(read, RecordProblem):
                problems.append(read)
            else:
                orders.append(read)
        return orders, problems

    def _read(self, raw: bytes, *, is_torn: bool = False) -> IncomingOrder | RecordProblem:
        if raw == b"null":
            return RecordProblem("", "missing_node", "The marketplace could not show this order; it is asked again.")
        try:
            document = _DECODE.decode(raw)
        except msgspec.DecodeError as error:
            return RecordProblem(_id_of(raw), "unreadable", clean(str(error)), raw)
        if is_torn:
            return RecordProblem(
                document.id,
                "not_whole",
                "The marketplace could show only a part of this order; it is asked again.",
                raw,
            )
        try:
            return mapping.order(document, raw, self._settings.currency)
        except mapping.UnusableDocument as error:
            return RecordProblem(document.id, "unusable", str(error), raw)

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        raw = await self._document(channel_order_id, Priority.NORMAL)
        if raw is None:
            return None
        read = self._read(raw)
        if isinstance(read, RecordProblem):
            raise Malformed(f"letzshop, order {channel_order_id}: {read.message}", code=read.code, payload=read.payload)
        return read

    async def _document(self, order_id: str, priority: int) -> bytes | None:
        reply = await self._client.read("order", names.ORDER_BY_ID, {"id": order_id}, msgspec.Raw, priority)
        if reply.errors:
            raise Unreachable(
                f"letzshop, order {order_id}: only a part of it could be shown. It is asked again later.",
                code="not_whole",
            )
        return None if reply.result is None else bytes(reply.result)

    async def _status(self, order_id: str) -> str:
        raw = await self._document(order_id, Priority.URGENT)
        if raw is None:
            raise Rejected(f"letzshop: there is no order {order_id} for this key.", code="not_found")
        try:
            return _NAMED.decode(raw).status or ""
        except msgspec.DecodeError as error:
            raise Malformed(f"letzshop, order {order_id}: {clean(str(error))}", code="unreadable") from error

    # -- writing -------------------------------------------------------------------------------------------------------

    async def answer_units(
        self,
        channel_order_id: str,
        answers: Sequence[UnitAnswer],  # noqa: ARG002  (the protocol's)
    ) -> tuple[UnitResult, ...]:
        raise Unsupported(f"letzshop, order {channel_order_id}: this wire form has no units to answer.")

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        order_id = parcel.channel_order_id
        if not parcel.tracking_number:
            if not parcel.is_final:
                raise Rejected(
                    f"letzshop, order {order_id}: a parcel with a part of the order needs a tracking number, because"
                    " without one a repeated message counts as a second parcel. Give one, or send all that is left.",
                    code="tracking_number_needed",
                )
            if await self._status(order_id) in _SENT:
                return
        said = names.fulfil_input(order_id, "SHIPPED", parcel.tracking_number, parcel.carrier, parcel.lines)
        try:
            await self._fulfil(order_id, said)
        except Doubtful as doubt:
            if parcel.is_final and await self._status_after(order_id, doubt) in _SENT:
                return
            raise

    async def send_status(self, channel_order_id: str, status: str) -> None:
        wanted = mapping.ORDER_STATUS_OUT.get(status)
        if wanted is None:
            raise Unsupported(f"letzshop, order {channel_order_id}: this wire form has no status for {status!r}.")
        if await self._status(channel_order_id) == wanted:
            return
        try:
            await self._fulfil(channel_order_id, names.fulfil_input(channel_order_id, wanted))
        except Doubtful as doubt:
            if await self._status_after(channel_order_id, doubt) == wanted:
                return
            raise

    async def _fulfil(self, order_id: str, said: dict[str, object]) -> None:
        reply = await self._client.change(
            "updateOrderFulfillment", names.FULFIL, said, schemas.Fulfilled, Priority.URGENT
        )
        problems = (reply.result or schemas.Fulfilled()).errors
        if problems:
            raise refusal(f"letzshop, order {order_id}", problems)

    async def _status_after(self, order_id: str, doubt: Doubtful) -> str:
        try:
            return await self._status(order_id)
        except VendorError as error:
            raise doubt from error

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        if len(levels) > self._settings.max_batch:
            raise ValueError(f"{len(levels)} levels in one push; the batch is {self._settings.max_batch}")
        results: dict[str, LevelResult] = {}
        sent: dict[str, OutgoingLevel] = {}
        for level in levels:
            if level.price_minor is not None and level.currency != self._settings.currency:
                sentence = f"The channel sells in {self._settings.currency}, the price is in {level.currency}."
                results[level.sku] = LevelResult(level.sku, "refused", error=("wrong_currency", sentence))
            else:
                sent[level.sku] = level
        if sent:
            items = [
                names.stock_item(
                    level.sku,
                    level.quantity,
                    None if level.price_minor is None else mapping.price_out(level.price_minor, level.currency),
                )
                for level in sent.values()
            ]
            reply = await self._client.change(
                "updateInventory", names.STOCK, {"input": {"items": items}}, schemas.Stocked
            )
            payload = reply.result or schemas.Stocked()
            told = {item.sku: item for item in payload.items or () if item is not None}
            problems = {problem.id: problem for problem in payload.errors or () if problem.id}
            for sku, level in sent.items():
                results[sku] = self._level_result(level, told.get(sku), problems.get(sku))
        return tuple(results[level.sku] for level in levels)

    def _level_result(
        self, level: OutgoingLevel, item: schemas.StockItem | None, problem: schemas.Problem | None
    ) -> LevelResult:
        """Confirmed only when the channel names back the very values that were sent."""
        if problem is not None or (item is not None and not item.accepted):
            code = (problem.code if problem else None) or "refused"
            sentence = clean((problem.message if problem else None) or "The marketplace gave no reason.")
            return LevelResult(level.sku, "refused", error=(code, sentence))
        if item is None:  # neither taken nor refused by name: proven by nothing
            return LevelResult(level.sku, "accepted")
        price = None
        if item.price is not None and item.price.is_finite():
            price = to_minor(item.price, self._settings.currency)
        same_quantity = level.quantity is None or item.quantity == level.quantity
        same_price = level.price_minor is None or price == level.price_minor
        return LevelResult(level.sku, "confirmed" if same_quantity and same_price else "accepted", item.quantity, price)


def _place(cursor: str | None) -> Cursor:
    """A cursor of another form begins anew: reading twice harms nobody."""
    if cursor:
        try:
            return msgspec.json.decode(cursor, type=Cursor)
        except msgspec.DecodeError:
            return Cursor()
    return Cursor()


def _watermark(walk: Cursor) -> str | None:
    since = walk.since
    if not walk.torn and walk.newest is not None and walk.began is not None:
        reached = min(walk.newest, walk.began)
        since = reached if since is None else max(since, reached)
    return msgspec.json.encode(Cursor(since=since)).decode() if since else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _id_of(raw: bytes) -> str:
    try:
        return _NAMED.decode(raw).id
    except msgspec.DecodeError:
        return ""
