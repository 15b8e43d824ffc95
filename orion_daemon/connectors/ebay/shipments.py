"""Parcels out. eBay's call is not repeatable and knows no reference of ours, so it is read before it is made.

A parcel is known by its tracking number and its lines; one without a number by its lines and the moment it left, which
is the same at every try, or by leaving no piece that is not announced yet. After a lost answer the same reading tells;
where it shows nothing, the outcome stays Doubtful, and the next try begins with reading again.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from orion_daemon.connectors.base import OutgoingParcel
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.carriers import code_of, tracking_of
from orion_daemon.connectors.ebay.client import Conflict, EbayClient
from orion_daemon.connectors.ebay.orders import EbayOrders, pieces_of
from orion_daemon.connectors.errors import Doubtful, Rejected, VendorError
from orion_daemon.runtime.limiter import Priority

_ORDER = msgspec.json.Decoder(schemas.Order)
_IS_THERE = frozenset({f"ebay_{names.USE_PUT}"})


class EbayShipments:
    def __init__(self, client: EbayClient, orders: EbayOrders) -> None:
        self._client = client
        self._orders = orders

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        """Announce it unless it is announced. Raises Rejected where eBay says no, Doubtful where nobody knows."""
        order_id, lines = parcel.channel_order_id, _lines(parcel)
        if not lines:
            raise Rejected(f"ebay, order {order_id}: the parcel holds no lines.", code="no_pieces")
        number = tracking_of(parcel.tracking_number)
        if await self._is_told(parcel, number, lines):
            return
        body: dict[str, Any] = {
            "lineItems": [{"lineItemId": line, "quantity": pieces} for line, pieces in lines.items()],
            "shippedDate": _text(parcel.shipped_at),
        }
        if number:
            body |= {"shippingCarrierCode": code_of(parcel.carrier), "trackingNumber": number}
        try:
            await self._client.call(
                names.CREATE_SHIPMENT, msgspec.Raw, body=body, priority=Priority.URGENT, order=order_id
            )
        except Doubtful as doubt:
            if not await self._is_told_after(parcel, number, lines, doubt):
                raise
        except Rejected as error:
            is_there = isinstance(error, Conflict) or error.code in _IS_THERE
            if not is_there or not await self._is_told_after(parcel, number, lines, error):
                raise

    async def _is_told_after(
        self, parcel: OutgoingParcel, number: str, lines: dict[str, int], error: VendorError
    ) -> bool:
        try:
            return await self._is_told(parcel, number, lines)
        except VendorError as later:
            raise error from later

    async def _is_told(self, parcel: OutgoingParcel, number: str, lines: dict[str, int]) -> bool:
        shipments = await self._orders.sent_pieces(parcel.channel_order_id, Priority.URGENT)
        same = [shipment for shipment in shipments if dict(_counted([shipment])) == lines]
        if number:
            return any(_number(shipment) == number.upper() for shipment in same)
        sent_at = _text(parcel.shipped_at)
        if any(not _number(shipment) and shipment.shipped_date == sent_at for shipment in same):
            return True
        return bool(shipments) and await self._is_all_told(parcel.channel_order_id, lines, shipments)

    async def _is_all_told(self, order_id: str, lines: dict[str, int], shipments: list[schemas.Shipment]) -> bool:
        """Whether eBay knows of so many pieces already that these cannot be further ones."""
        raw = await self._orders.document(order_id, Priority.URGENT)
        if raw is None:
            return False
        try:
            ordered = {line.line_item_id: line.quantity for line in _ORDER.decode(raw).line_items}
        except msgspec.DecodeError:
            return False
        told = _counted(shipments)
        return all(told.get(line, 0) + pieces > ordered.get(line, 0) for line, pieces in lines.items())


def _lines(parcel: OutgoingParcel) -> dict[str, int]:
    """Each line once, as eBay wants it."""
    found: dict[str, int] = {}
    for line, pieces in parcel.lines:
        if pieces > 0:
            found[line] = found.get(line, 0) + pieces
    return found


def _counted(shipments: list[schemas.Shipment]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line, pieces in pieces_of(shipments):
        found[line] = found.get(line, 0) + pieces
    return found


def _number(shipment: schemas.Shipment) -> str:
    return tracking_of(shipment.shipment_tracking_number or "").upper()


def _text(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
