"""Orders by the old API: a page of a list and then the items of each order; persons by one restricted data token.

Where the application may not have that token, orders are read without persons. The kept document holds the order and
its items as they came. Gone after 27 March 2027; the newer one: `reading.py`.
"""

import msgspec

from orion_daemon.connectors.amazon import facts, mapping_v0, names, schemas_v0
from orion_daemon.connectors.amazon.amounts import UnusableDocument
from orion_daemon.connectors.amazon.client import AmazonClient, RoleMissing
from orion_daemon.connectors.amazon.facts import Facts
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.amazon.walk import Bounds, Found, problem_of, sort
from orion_daemon.connectors.errors import Malformed, Rejected, SchemaDrift
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.tokens import TokenSource
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.runtime.limiter import Priority

LARGEST_PAGE = 50
"""Orders in one page: each costs a call for its items, at one in two seconds."""
_MOST_PAGES = 50  # of one order's items
_ORDER = msgspec.json.Decoder(schemas_v0.Order)
_ITEM = msgspec.json.Decoder(schemas_v0.Item)
_NAMED = msgspec.json.Decoder(schemas_v0.OrderName)


class OldOrdersReader:
    api = "v0"

    def __init__(self, client: AmazonClient) -> None:
        self._client = client
        self._settings = client.settings
        self.shows_persons = True  # until the restricted token is refused

    async def search(self, bounds: Bounds, token: str | None, priority: int) -> Found:
        query = {
            "CreatedAfter" if bounds.made else "LastUpdatedAfter": text(bounds.since),
            "OrderStatuses": names.V0_OPEN_STATUSES if bounds.is_open else "",
            "MarketplaceIds": ",".join(self._settings.marketplace_ids),
            "MaxResultsPerPage": str(min(self._settings.page_size, LARGEST_PAGE)),
            "NextToken": token or "",
        }
        source = await self._source()
        answer = await self._client.call(
            names.V0_GET_ORDERS, schemas_v0.OrdersFound, query=query, priority=priority, source=source
        )
        payload = answer.result.payload
        orders, problems = sort([await self._listed(bytes(raw), priority) for raw in payload.orders])
        before = payload.last_updated_before or payload.created_before
        return Found(orders, problems, payload.next_token or None, before)

    async def one(self, order_id: str, priority: int) -> IncomingOrder | RecordProblem | None:
        source = await self._source()
        try:
            answer = await self._client.call(
                names.V0_GET_ORDER,
                schemas_v0.OneOrder,
                path={"orderId": order_id},
                priority=priority,
                source=source,
            )
        except Rejected as error:
            if error.code == "not_found":
                return None
            raise
        return await self._whole(bytes(answer.result.payload), priority)

    async def facts(self, order_id: str) -> Facts | None:
        try:
            answer = await self._client.call(
                names.V0_GET_ORDER, schemas_v0.OneOrder, path={"orderId": order_id}, priority=Priority.URGENT
            )
        except Rejected as error:
            if error.code == "not_found":
                return None
            raise
        items = await self._items(order_id, Priority.URGENT)
        try:
            return facts.of_v0(_ORDER.decode(answer.result.payload), [_ITEM.decode(item) for item in items])
        except msgspec.DecodeError as error:
            raise Malformed(f"amazon, order {order_id}: {clean(str(error))}", code="unreadable") from error

    async def _source(self) -> TokenSource | None:
        """The restricted token's; None where the application may not see persons."""
        if self.shows_persons:
            try:
                await self._client.restricted.get()
            except RoleMissing:
                self.shows_persons = False
            else:
                return self._client.restricted
        return None

    async def _listed(self, raw: bytes, priority: int) -> IncomingOrder | RecordProblem:
        """An order whose items Amazon refuses to show stops no other of its page."""
        try:
            return await self._whole(raw, priority)
        except SchemaDrift:
            raise
        except (Malformed, Rejected) as error:
            return problem_of(_id_of(raw), error)

    async def _whole(self, raw: bytes, priority: int) -> IncomingOrder | RecordProblem:
        try:
            document = _ORDER.decode(raw)
        except msgspec.DecodeError as error:
            return RecordProblem(_id_of(raw), "unreadable", clean(str(error)), raw)
        order_id = document.amazon_order_id
        items = await self._items(order_id, priority)
        payload = msgspec.json.encode(schemas_v0.Kept(msgspec.Raw(raw), items))
        try:
            return mapping_v0.order(document, [_ITEM.decode(item) for item in items], payload, self._settings)
        except msgspec.DecodeError as error:
            return RecordProblem(order_id, "unreadable", clean(str(error)), payload)
        except UnusableDocument as error:
            return RecordProblem(order_id, "unusable", str(error), payload)

    async def _items(self, order_id: str, priority: int) -> list[msgspec.Raw]:
        found: list[msgspec.Raw] = []
        token = ""
        source = await self._source()
        for _ in range(_MOST_PAGES):
            answer = await self._client.call(
                names.V0_GET_ITEMS,
                schemas_v0.ItemsFound,
                path={"orderId": order_id},
                query={"NextToken": token},
                priority=priority,
                source=source,
            )
            payload = answer.result.payload
            found += payload.order_items
            following = payload.next_token or ""
            if not following or following == token:
                return found
            token = following
        raise Malformed(f"amazon, order {order_id}: the pages of its items do not end.", code="paging_stuck")


def _id_of(raw: bytes) -> str:
    try:
        return _NAMED.decode(raw).amazon_order_id
    except msgspec.DecodeError:
        return ""
