"""The platform's own wire form: shipments, whose units are answered one by one.

Reading: the only filter is the state, so a walk goes through the states one after the other in the order in which a
shipment can move, and begins anew at each poll (there is no watermark). Lists shift while orders arrive; what a walk
meets twice or misses, the caller's upsert and the next walk set right.

Writing: an answer cannot be taken back. Unit states are read first, only open units are sent, what already holds counts
as done, and what the payload does not settle is read again.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
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
from orion_daemon.connectors.errors import (
    Doubtful,
    Malformed,
    Rejected,
    SchemaDrift,
    Unreachable,
    Unsupported,
    VendorError,
)
from orion_daemon.connectors.letzshop import mapping, names, schemas
from orion_daemon.connectors.letzshop.client import CursorRefused, LetzshopClient
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.limiter import Priority

_SCOPES: dict[OrderScope, tuple[str, ...]] = {
    "new": (names.UNCONFIRMED,),
    "open": names.SWEEP,
    "history": names.SWEEP,
}
_MOST_PAGES = 200  # of a search for one shipment without its own query
_DECODE = msgspec.json.Decoder(schemas.Shipment)
_NAMED = msgspec.json.Decoder(schemas.UnitState)


class Cursor(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    state: str
    after: str | None = None


class ShipmentsForm:
    name: Literal["shipments"] = "shipments"

    def __init__(self, client: LetzshopClient, settings: LetzshopSettings, *, names_vendor: bool) -> None:
        self._client = client
        self._settings = settings
        self._names_vendor = names_vendor  # ask whose shipment it is, where the schema can say
        self._has_single = True  # `shipment(id:)` is a guess; without it, lists are searched

    def capabilities(self) -> Capabilities:
        return Capabilities(
            answers_units=True,
            sets_tracking=True,
            sets_status=False,
            stock="feed",
            prices="feed",
            reads_offers=False,
            max_batch=1,
        )

    # -- reading -------------------------------------------------------------------------------------------------------

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        states = _SCOPES[scope]
        place = _place(cursor, states)
        priority = Priority.BULK if scope == "history" else Priority.NORMAL
        try:
            found = await self._page(place, priority)
        except CursorRefused:
            if place.after is None:
                raise
            place = Cursor(place.state)
            found = await self._page(place, priority)
        orders, problems, left_out, after = found
        if since is not None:
            orders = [order for order in orders if order.placed_at is None or order.placed_at >= since]
        following: Cursor | None = Cursor(place.state, after) if after is not None else None
        if following is None and place.state != states[-1]:
            following = Cursor(states[states.index(place.state) + 1])
        return OrderPage(
            orders=tuple(orders),
            next_cursor=msgspec.json.encode(following).decode() if following else None,
            problems=tuple(problems),
            left_out=left_out,
        )

    async def _page(
        self, place: Cursor, priority: int
    ) -> tuple[list[IncomingOrder], list[RecordProblem], int, str | None]:
        """Orders, problems, how many were other sellers', and the cursor of the next page of this state."""
        reply = await self._client.read(
            "shipments",
            names.shipments(place.state, vendor=self._names_vendor),
            {"first": self._settings.page_size, "after": place.after},
            schemas.Nodes,
            priority,
        )
        nodes = reply.result
        if nodes is None or nodes.nodes is None:
            raise Malformed("letzshop, shipments: the answer holds no list of shipments.", code="no_list")
        torn = reply.torn("nodes")
        orders, problems, left_out = [], [], 0
        for index, raw in enumerate(nodes.nodes):
            read = self._read(bytes(raw), is_torn=index in torn, has_errors=bool(reply.errors))
            if isinstance(read, RecordProblem):
                problems.append(read)
            elif read is None:
                left_out += 1
            else:
                orders.append(read)
        info = nodes.page_info or schemas.PageInfo()
        if info.has_next_page and (info.end_cursor is None or info.end_cursor == place.after):
            raise Malformed(
                f"letzshop, shipments: says that more {place.state} shipments follow and gives no way to them.",
                code="paging_stuck",
            )
        return orders, problems, left_out, info.end_cursor if info.has_next_page else None

    def _read(self, raw: bytes, *, is_torn: bool, has_errors: bool) -> IncomingOrder | RecordProblem | None:
        """One shipment; a problem when it is not whole or cannot be read; None when it is another seller's."""
        if raw == b"null":
            return RecordProblem("", "missing_node", "The marketplace could not show this shipment; it is asked again.")
        try:
            document = _DECODE.decode(raw)
        except msgspec.DecodeError as error:
            return RecordProblem(_id_of(raw), "unreadable", clean(str(error)), raw)
        if is_torn or (has_errors and any(unit.variant is None for unit in document.inventory_units)):
            return RecordProblem(
                document.id,
                "not_whole",
                "The marketplace could show only a part of this shipment; it is asked again.",
                raw,
            )
        if self._is_foreign(document):
            return None
        try:
            order = mapping.shipment(document, raw, self._settings.currency)
        except mapping.UnusableDocument as error:
            return RecordProblem(document.id, "unusable", str(error), raw)
        return self._with_owner_doubt(order, document)

    def _is_foreign(self, document: schemas.Shipment) -> bool:
        ours, vendor = self._settings.vendor, document.vendor
        return bool(ours) and vendor is not None and ours not in (vendor.slug, vendor.id)

    def _with_owner_doubt(self, order: IncomingOrder, document: schemas.Shipment) -> IncomingOrder:
        if self._settings.vendor and document.vendor is None:
            doubt = ("unknown_vendor", "The marketplace does not say whose shipment this is")
            return dataclasses.replace(order, problems=(*order.problems, doubt))
        return order

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        raw = await self._document(channel_order_id)
        if raw is None:
            return None
        read = self._read(raw, is_torn=False, has_errors=False)
        if isinstance(read, RecordProblem):
            raise Malformed(
                f"letzshop, shipment {channel_order_id}: {read.message}", code=read.code, payload=read.payload
            )
        return read

    async def _document(self, shipment_id: str, priority: int = Priority.NORMAL) -> bytes | None:
        if self._has_single:
            try:
                document = names.shipment(vendor=self._names_vendor)
                reply = await self._client.read("shipment", document, {"id": shipment_id}, msgspec.Raw, priority)
            except SchemaDrift:
                self._has_single = False
            else:
                if reply.errors:
                    raise Unreachable(
                        f"letzshop, shipment {shipment_id}: only a part of it could be shown. It is asked again later.",
                        code="not_whole",
                    )
                return None if reply.result is None else bytes(reply.result)
        return await self._search(shipment_id, priority)

    async def _search(self, shipment_id: str, priority: int) -> bytes | None:
        """Through the lists, newest states last; None only when every list was read to its end."""
        for state in names.SWEEP:
            after: str | None = None
            for _ in range(_MOST_PAGES):
                reply = await self._client.read(
                    "shipments",
                    names.shipments(state, vendor=self._names_vendor),
                    {"first": self._settings.page_size, "after": after},
                    schemas.Nodes,
                    priority,
                )
                nodes = reply.result or schemas.Nodes()
                found = next((bytes(raw) for raw in nodes.nodes or () if _id_of(bytes(raw)) == shipment_id), None)
                if found is not None:
                    return found
                if nodes.page_info is None or not nodes.page_info.has_next_page:
                    break
                after = nodes.page_info.end_cursor
            else:
                raise Unreachable(
                    f"letzshop, shipment {shipment_id}: not among {_MOST_PAGES} pages.", code="not_found_yet"
                )
        return None

    # -- writing -------------------------------------------------------------------------------------------------------

    async def answer_units(self, channel_order_id: str, answers: Sequence[UnitAnswer]) -> tuple[UnitResult, ...]:
        wanted = {answer.unit_id: answer.available for answer in answers}
        states = await self._unit_states(channel_order_id)
        todo = [(unit, available) for unit, available in wanted.items() if states.get(unit) == names.UNIT_OPEN]
        refusals: dict[str, tuple[str, str]] = {}
        if todo:
            states, refusals = await self._answer(channel_order_id, todo, states)
        return tuple(
            _verdict(unit, available, states.get(unit), refusals.get(unit)) for unit, available in wanted.items()
        )

    async def _answer(
        self, shipment_id: str, todo: list[tuple[str, bool]], states: dict[str, str]
    ) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
        try:
            reply = await self._client.change(
                "confirmInventoryUnits", names.CONFIRM, names.confirm_input(todo), schemas.Answered, Priority.URGENT
            )
        except Doubtful as doubt:
            states = await self._ask_again(shipment_id, doubt)
            if any(states.get(unit) == names.UNIT_OPEN for unit, _ in todo):
                raise Unreachable(
                    f"letzshop, shipment {shipment_id}: the answer did not arrive ({doubt.code}). It is sent again.",
                    code="not_taken",
                ) from doubt
            return states, {}
        payload = reply.result or schemas.Answered()
        told = {unit.id: unit.state for unit in payload.units or () if unit is not None and unit.state}
        refusals = {
            problem.id: (problem.code or "refused", clean(problem.message or "The marketplace gave no reason."))
            for problem in payload.errors or ()
            if problem.id
        }
        states = {**states, **told}
        if any(unit not in told and unit not in refusals for unit, _ in todo):
            states = await self._unit_states(shipment_id)  # the payload is silent on some: ask
        general = [problem for problem in payload.errors or () if not problem.id]
        for unit, _ in todo:
            if states.get(unit) == names.UNIT_OPEN and unit not in refusals:
                problem = general[0] if general else schemas.Problem(message="The unit is still open after the answer.")
                refusals[unit] = (problem.code or "not_taken", clean(problem.message or ""))
        return states, refusals

    async def _ask_again(self, shipment_id: str, doubt: Doubtful) -> dict[str, str]:
        try:
            return await self._unit_states(shipment_id)
        except VendorError as error:
            raise doubt from error

    async def _unit_states(self, shipment_id: str) -> dict[str, str]:
        raw = await self._document(shipment_id, Priority.URGENT)
        if raw is None:
            raise Rejected(f"letzshop: there is no shipment {shipment_id} for this key.", code="not_found")
        try:
            document = _DECODE.decode(raw)
        except msgspec.DecodeError as error:
            raise Malformed(f"letzshop, shipment {shipment_id}: {clean(str(error))}", code="unreadable") from error
        if self._is_foreign(document):
            raise Rejected(f"letzshop: the shipment {shipment_id} is another seller's.", code="not_ours")
        return {unit.id: unit.state or "" for unit in document.inventory_units}

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        """One tracking per shipment, the newest wins. A parcel without carrier and number has nothing to tell: the
        platform knows no "sent", so no call is made."""
        if not parcel.tracking_number and not parcel.carrier:
            return
        said = names.track_input(parcel.channel_order_id, parcel.tracking_number, parcel.carrier)
        try:
            reply = await self._client.change(
                "setShipmentTracking", names.TRACK, said, schemas.Tracked, Priority.URGENT
            )
        except Doubtful:
            if await self._is_tracked(parcel):
                return
            raise
        problems = (reply.result or schemas.Tracked()).errors
        if problems:
            raise refusal(f"letzshop, shipment {parcel.channel_order_id}", problems)

    async def _is_tracked(self, parcel: OutgoingParcel) -> bool:
        """Reading tracking was seen to be broken at the platform: a failure here only means that nobody knows."""
        try:
            reply = await self._client.read(
                "tracking", names.TRACKING, {"id": parcel.channel_order_id}, schemas.TrackingOf, Priority.URGENT
            )
        except VendorError:
            return False
        tracking = reply.result.tracking if reply.result else None
        said = (parcel.tracking_number or None, parcel.carrier or None)
        return tracking is not None and (tracking.code or None, tracking.provider or None) == said

    async def send_status(self, channel_order_id: str, status: str) -> None:
        raise Unsupported(
            f"letzshop, shipment {channel_order_id}: the platform takes no status such as {status};"
            " a shipment's state follows from its units."
        )

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:  # noqa: ARG002  (the protocol's)
        raise Unsupported("letzshop: stock and prices reach the platform by the product feed, not by calls.")


def refusal(where: str, problems: Sequence[schemas.Problem]) -> Rejected:
    """A mutation's own errors as one error: the first one's code, all sentences."""
    said = "; ".join(clean(problem.message or problem.code or "no reason given") for problem in problems[:5])
    return Rejected(f"{where}: {said}", code=problems[0].code or "rejected")


def _verdict(unit: str, available: bool, state: str | None, refused: tuple[str, str] | None) -> UnitResult:
    wanted = {names.UNIT_YES, names.UNIT_BACK} if available else {names.UNIT_NO}
    if state in wanted:
        return UnitResult(unit, state)
    if state is None:
        return UnitResult(unit, None, refused or ("unknown_unit", "The shipment has no such unit."))
    if state in (names.UNIT_YES, names.UNIT_NO, names.UNIT_BACK):
        return UnitResult(unit, state, ("answered_otherwise", f"The unit was answered elsewhere: it is {state}."))
    if state == names.UNIT_OPEN:
        return UnitResult(unit, state, refused or ("not_taken", "The unit is still open after the answer."))
    return UnitResult(
        unit, state, ("unknown_unit_state", f"The unit's state {state!r} is not known; nothing was sent.")
    )


def _place(cursor: str | None, states: tuple[str, ...]) -> Cursor:
    """Where to go on. A cursor of another form or time begins the walk anew: reading twice harms nobody."""
    if cursor:
        try:
            found = msgspec.json.decode(cursor, type=Cursor)
        except msgspec.DecodeError:
            found = Cursor("")
        if found.state in states:
            return found
    return Cursor(states[0])


def _id_of(raw: bytes) -> str:
    try:
        return _NAMED.decode(raw).id
    except msgspec.DecodeError:
        return ""
