"""Parcels out: `confirmShipment`, one call a parcel.

Amazon knows a parcel by its reference within the order, which is the parcel's number here and stays the same at every
retry: the same reference edits the parcel, a new one would add another. So a lost answer is simply said again, and what
Amazon shows already is not. Each needs a carrier and a tracking number.
"""

from typing import Any

from orion_daemon.connectors.amazon import carriers, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.facts import Facts, Parcel
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.amazon.walk import Reader
from orion_daemon.connectors.base import OutgoingParcel
from orion_daemon.connectors.errors import Doubtful, Rejected, VendorError
from orion_daemon.runtime.limiter import Priority


class Shipments:
    def __init__(self, client: AmazonClient, reader: Reader) -> None:
        self._client = client
        self._reader = reader

    async def send(self, parcel: OutgoingParcel) -> None:
        """Raises Rejected for what Amazon cannot take: no tracking number or carrier, an order of its own warehouse."""
        where = f"amazon, order {parcel.channel_order_id}"
        if not parcel.tracking_number.strip():
            raise Rejected(
                f"{where}: Amazon takes no parcel without a tracking number. Give it one (correctShipment).",
                code="tracking_number_needed",
            )
        code, name = carriers.code_of(parcel.carrier)
        if code == carriers.OTHER and not name:
            raise Rejected(
                f"{where}: Amazon takes no parcel without a carrier. Name it (correctShipment).", code="carrier_needed"
            )
        facts = await self._facts(parcel)
        if _is_told(facts, parcel):
            return
        try:
            await self._confirm(parcel, facts, code, name)
        except Rejected as error:
            if code == carriers.OTHER or "carrier" not in error.message.lower():
                raise
            await self._confirm(parcel, facts, carriers.OTHER, parcel.carrier.strip())

    async def _facts(self, parcel: OutgoingParcel) -> Facts:
        facts = await self._reader.facts(parcel.channel_order_id)
        where = f"amazon, order {parcel.channel_order_id}"
        if facts is None:
            raise Rejected(f"{where}: Amazon has no such order for this seller.", code="not_found")
        if facts.by_amazon:
            raise Rejected(
                f"{where}: Amazon sends this order from its own warehouse, so there is nothing to be told.",
                code="fulfilled_by_amazon",
            )
        return facts

    async def _confirm(self, parcel: OutgoingParcel, facts: Facts, code: str, name: str) -> None:
        body = confirmation(parcel, facts.marketplace_id or self._client.settings.marketplace_ids[0], code, name)
        try:
            await self._call(parcel, body)
        except Doubtful:
            try:
                await self._call(parcel, body)
            except Doubtful as doubt:
                if not await self._was_taken(parcel, doubt):
                    raise

    async def _call(self, parcel: OutgoingParcel, body: dict[str, Any]) -> None:
        await self._client.call(
            names.CONFIRM_SHIPMENT,
            type(None),
            path={"orderId": parcel.channel_order_id},
            body=body,
            priority=Priority.URGENT,
        )

    async def _was_taken(self, parcel: OutgoingParcel, doubt: Doubtful) -> bool:
        try:
            return _is_told(await self._facts(parcel), parcel)
        except VendorError as error:
            raise doubt from error


def confirmation(parcel: OutgoingParcel, marketplace_id: str, code: str, name: str) -> dict[str, Any]:
    """The body of the call. The reference is text that holds a number: Amazon refuses both a number and other text."""
    detail: dict[str, Any] = {
        "packageReferenceId": str(parcel.number),
        "carrierCode": code,
        "trackingNumber": parcel.tracking_number.strip(),
        "shipDate": text(parcel.shipped_at),
        "orderItems": [{"orderItemId": key, "quantity": pieces} for key, pieces in parcel.lines],
    }
    if code == carriers.OTHER:
        detail["carrierName"] = name
    return {"marketplaceId": marketplace_id, "packageDetail": detail}


def _is_told(facts: Facts, parcel: OutgoingParcel) -> bool:
    return facts.parcels.get(str(parcel.number)) == Parcel(parcel.tracking_number.strip(), dict(parcel.lines))
