"""The price list by pages, a single product, and the long texts of one.

A page gives a token for the next; how long it lives nobody says. It is the cursor of a walk, so that an interrupted one
goes on where it stood, and a refused one is told as `cursor_refused`: begin anew. Whether `updated_since` covers every
change of stock and price is not documented: deltas often, whole walks too. Items move between pages meanwhile, so one
may come twice.
"""

from datetime import datetime

import msgspec

from orion_daemon.connectors.codeswholesale import mapping, names, schemas
from orion_daemon.connectors.codeswholesale.client import CodesWholesaleClient, NotFound
from orion_daemon.connectors.codeswholesale.orders import stamp
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.connectors.redaction import clean
from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.domain.supply import SupplierProduct, SupplierTexts

_DECODE = msgspec.json.Decoder(schemas.Product)
_NAMED = msgspec.json.Decoder(schemas.ProductName)


class CodesWholesaleCatalog:
    def __init__(self, client: CodesWholesaleClient) -> None:
        self._client = client

    async def page(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
        """As `SupplierConnector.fetch_products`; give the same `updated_since` with each page of a walk."""
        query = {"updatedSince": stamp(updated_since)} if updated_since is not None else {}
        if cursor:
            query["continuationToken"] = cursor
        try:
            page = (await self._client.call(names.GET_PRODUCTS, schemas.ProductPage, query=query)).result
        except Rejected as error:
            if not cursor:
                raise
            raise Rejected(f"{error.message} The walk begins anew.", code="cursor_refused") from error
        if page.items is None and (cursor or updated_since is None or page.continuation_token):
            raise Malformed(f"{names.SUPPLIER}, price list: the answer has no list.", code="no_list")
        following = page.continuation_token or None
        if following is not None and following == cursor and not page.items:
            raise Malformed(f"{names.SUPPLIER}, price list: it leads back to the same empty page.", code="paging_stuck")
        products: list[SupplierProduct] = []
        unreadable: list[str] = []
        for raw in page.items or ():
            try:
                products.append(mapping.product(_DECODE.decode(raw)))
            except (msgspec.DecodeError, mapping.UnusableDocument) as error:
                unreadable.append(f"{names.SUPPLIER}, product {_name(raw)}: {clean(str(error))}.")
        return ProductPage(tuple(products), following, tuple(unreadable))

    async def product(self, product_id: str) -> SupplierProduct | None:
        """None where it is not in the price list. Raises Malformed where it cannot be read."""
        raw = await self._client.find(names.GET_PRODUCT, msgspec.Raw, product=product_id)
        if raw is None:
            return None
        try:
            found = mapping.product(_DECODE.decode(raw))
        except (msgspec.DecodeError, mapping.UnusableDocument) as error:
            raise Malformed(
                f"{names.SUPPLIER}, product {_name(raw)}: {clean(str(error))}.", code="unreadable", payload=bytes(raw)
            ) from error
        if found.product_id.lower() != product_id.lower():
            raise Malformed(f"{names.SUPPLIER}, product {product_id[:80]}: another was shown.", code="wrong_page")
        return found

    async def texts(self, product_id: str) -> SupplierTexts | None:
        """None where it has no description, as many have none."""
        try:
            document = (await self._client.call(names.GET_DESCRIPTION, schemas.Description, product=product_id)).result
        except NotFound:
            return None
        return None if document == schemas.Description() else mapping.texts(document, product_id)


def _name(raw: msgspec.Raw) -> str:
    try:
        return clean(_NAMED.decode(raw).product_id or "without an id")[:80]
    except msgspec.DecodeError:
        return "without an id"
