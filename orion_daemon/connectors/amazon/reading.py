"""Orders by the API of 2026-01-01: a page of a list, or one by its id, with everything in one call.

Always the same blocks are asked for, so that an order's document is equal in a list and alone, and the order's hash
too. The old API: `reading_v0.py`; walks: `orders.py`.
"""

import msgspec

from orion_daemon.connectors.amazon import facts, mapping, names
from orion_daemon.connectors.amazon.amounts import UnusableDocument
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.facts import Facts
from orion_daemon.connectors.amazon.schemas import OneOrder, Order, OrderName, OrdersFound
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.amazon.walk import Bounds, Found, sort
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.limiter import Priority

_ORDER = msgspec.json.Decoder(Order)
_NAMED = msgspec.json.Decoder(OrderName)


class OrdersReader:
    api = "2026-01-01"

    def __init__(self, client: AmazonClient) -> None:
        self._client = client
        self._settings = client.settings

    async def search(self, bounds: Bounds, token: str | None, priority: int) -> Found:
        query = {
            "createdAfter" if bounds.made else "lastUpdatedAfter": text(bounds.since),
            "fulfillmentStatuses": names.OPEN_STATUSES if bounds.is_open else "",
            "marketplaceIds": ",".join(self._settings.marketplace_ids),
            "maxResultsPerPage": str(self._settings.page_size),
            "includedData": names.ORDER_DATA,
            "paginationToken": token or "",
        }
        answer = (await self._client.call(names.SEARCH_ORDERS, OrdersFound, query=query, priority=priority)).result
        orders, problems = sort([self.read(bytes(raw)) for raw in answer.orders])
        following = answer.pagination.next_token if answer.pagination else None
        return Found(orders, problems, following or None, answer.last_updated_before or answer.created_before)

    async def one(self, order_id: str, priority: int) -> IncomingOrder | RecordProblem | None:
        try:
            answer = await self._client.call(
                names.GET_ORDER,
                OneOrder,
                path={"orderId": order_id},
                query={"includedData": names.ORDER_DATA},
                priority=priority,
            )
        except Rejected as error:
            if error.code == "not_found":
                return None
            raise
        return self.read(bytes(answer.result.order))

    async def facts(self, order_id: str) -> Facts | None:
        try:
            answer = await self._client.call(
                names.GET_ORDER,
                OneOrder,
                path={"orderId": order_id},
                query={"includedData": "FULFILLMENT,PACKAGES,CANCELLATION"},
                priority=Priority.URGENT,
            )
        except Rejected as error:
            if error.code == "not_found":
                return None
            raise
        try:
            return facts.of(_ORDER.decode(answer.result.order))
        except msgspec.DecodeError as error:
            raise Malformed(f"amazon, order {order_id}: {clean(str(error))}", code="unreadable") from error

    def read(self, raw: bytes) -> IncomingOrder | RecordProblem:
        try:
            document = _ORDER.decode(raw)
        except msgspec.DecodeError as error:
            return RecordProblem(_id_of(raw), "unreadable", clean(str(error)), raw)
        try:
            return mapping.order(document, raw, self._settings)
        except UnusableDocument as error:
            return RecordProblem(document.order_id, "unusable", str(error), raw)


def _id_of(raw: bytes) -> str:
    try:
        return _NAMED.decode(raw).order_id
    except msgspec.DecodeError:
        return ""
