"""Buying, and finding out what became of a purchase.

`buy` spends money and is never repeated. Nothing shows that CodesWholesale refuses a reference that it knows, so an
answer that does not prove our own order with its codes is Doubtful, however well it can be read. Then the history is
read around the attempt (`find_orders`; it knows no filter by reference and tells no codes) and the order that bears our
reference fetched. Who decides when: `services/purchases.py`.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from orion_daemon.connectors.codeswholesale import mapping, names, schemas
from orion_daemon.connectors.codeswholesale.client import CodesWholesaleClient, is_nothing
from orion_daemon.connectors.errors import Doubtful, Malformed, Rejected
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.supplier import REFUSED, OutgoingPurchase
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.supply import Code, OrderEntry, PlacedOrder

MOST_PAGES = 200
"""Of one look into the history; it is known with one page, and followed where it says that there is more."""


_PAGE = msgspec.json.Decoder(schemas.OrderPage)


class CodesWholesaleOrders:
    def __init__(self, client: CodesWholesaleClient) -> None:
        self._client = client

    async def buy(self, purchase: OutgoingPurchase) -> PlacedOrder:
        """As `SupplierConnector.buy`. Fewer codes than pieces are given as they are: the rest has to be asked for."""
        if purchase.currency != names.CURRENCY:
            raise Rejected(
                f"{names.SUPPLIER}, {purchase.reference}: the expected price is in {purchase.currency[:3]}, and"
                f" everything costs {names.CURRENCY} there. Nothing was bought.",
                code=REFUSED,
            )
        price = Decimal(to_decimal(purchase.expected_minor, purchase.currency))
        line = schemas.PurchaseLine(purchase.product_id, purchase.quantity, price)
        body = schemas.Purchase(purchase.reference, purchase.allows_preorder, [line])
        reply = await self._client.call(names.CREATE_ORDER, schemas.Order, body=body)
        document = reply.result
        if document.client_order_id != purchase.reference or not document.order_id:
            raise _doubt(purchase, "the answer is not the order that was asked for", "other_order")
        order = mapping.order(document)
        if any(line.product_id.lower() != purchase.product_id.lower() for line in order.lines):
            raise _doubt(purchase, "the order in the answer holds another product", "other_order")
        if not any(line.codes for line in order.lines):
            raise _doubt(purchase, "the order in the answer has no codes", "no_codes")
        return order

    async def find_orders(self, since: datetime, until: datetime) -> tuple[OrderEntry, ...]:
        """All orders of the account between the times, also those that were not made by Orion. Raises Malformed where a
        single entry cannot be told."""
        query = {"startFrom": stamp(since), "endOn": stamp(until + timedelta(milliseconds=999))}
        found: dict[str, OrderEntry] = {}
        for _ in range(MOST_PAGES):
            raw = (await self._client.call(names.GET_ORDERS, msgspec.Raw, query=query)).result
            page = schemas.OrderPage([]) if is_nothing(raw) else _page(raw)
            try:
                entries = [mapping.entry(document) for document in page.items]
            except mapping.UnusableDocument as error:
                raise Malformed(f"{names.SUPPLIER}, history of orders: {error}.", code="unusable") from error
            found |= {entry.supplier_order_id: entry for entry in entries}
            if not page.continuation_token:
                return tuple(found.values())
            query["continuationToken"] = page.continuation_token
        raise Malformed(
            f"{names.SUPPLIER}, history of orders: it does not end within {MOST_PAGES} pages.", code="paging_stuck"
        )

    async def fetch_order(self, supplier_order_id: str) -> PlacedOrder | None:
        """None where it is not there. Raises Malformed where another one was shown."""
        document = await self._client.find(names.GET_ORDER, schemas.Order, order=supplier_order_id)
        if document is None:
            return None
        if document.order_id != supplier_order_id:
            raise Malformed(
                f"{names.SUPPLIER}, order {supplier_order_id[:80]}: another order was shown.", code="other_order"
            )
        return mapping.order(document)

    async def fetch_code(self, code_id: str) -> Code | None:
        """None where it is not there. Raises Malformed where another one was shown: it belongs to somebody else."""
        document = await self._client.find(names.GET_CODE, schemas.Code, code=code_id)
        if document is None:
            return None
        if document.code_id not in (None, "", code_id):
            raise Malformed(f"{names.SUPPLIER}, code {code_id[:80]}: another code was shown.", code="other_code")
        return mapping.code(msgspec.structs.replace(document, code_id=code_id))


def stamp(moment: datetime) -> str:
    """As the API writes times: whole seconds of UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _page(raw: msgspec.Raw) -> schemas.OrderPage:
    """Without a list it is no empty history: an order that is not seen would be bought again."""
    try:
        return _PAGE.decode(raw)
    except msgspec.DecodeError as error:
        raise Malformed(
            f"{names.SUPPLIER}, history of orders: the answer has no list that can be read ({clean(str(error))}).",
            code="no_list",
        ) from error


def _doubt(purchase: OutgoingPurchase, what: str, code: str) -> Doubtful:
    return Doubtful(
        f"{names.SUPPLIER}, {purchase.reference}: {what}. It may have been bought all the same, so the supplier's"
        " history is asked before anything is repeated.",
        code=code,
    )
