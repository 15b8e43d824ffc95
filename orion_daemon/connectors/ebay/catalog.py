"""What the account offers: inventory items with their offers, as rows of a feed.

eBay pages items by the number of the page. Listings outside the Inventory API are not among them; items without a live
offer at a price are left out. When the number of items shrinks between two pages, the page before is read again, since
what was taken out pulls the rest forward: a row may come twice, none is missed.

With the first page eBay is asked for its report of all listings; behind the last page of items, pages without rows tell
which of them stand outside (`outside.py`). Products do not depend on it: where there is no report, the walk ends
without that knowledge and says so.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from orion_daemon.connectors.base import CatalogPage, CatalogRow, OutsideListing
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.offers import EbayOffers, is_live
from orion_daemon.connectors.ebay.outside import EbayOutside
from orion_daemon.connectors.ebay.reports import ReportLost
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import Malformed, NotPermitted, RateLimited, Rejected
from orion_daemon.connectors.feeds.columns import resolve
from orion_daemon.domain.gtin import GtinError, normalise
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

PAGE = 50
"""Items in one step; each costs a call for its offers."""
_ASPECTS = frozenset({"color", "size", "material", "pattern", "gender", "age_group", "brand", "mpn"})
_CONDITIONS = {"NEW": "new", "LIKE_NEW": "used", "NEW_OTHER": "new", "CERTIFIED_REFURBISHED": "refurbished"}


_MOST_FAILURES = 3
_replace = msgspec.structs.replace


class Cursor(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True):
    """`task` makes the report of listings; `remark`: why none does. `at`: entries of it that were read, once all items
    were (None: they were not)."""

    page: int = 0
    total: int | None = None
    task: str = ""
    at: int | None = None
    failed: int = 0
    remark: str = ""

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()


class EbayCatalog:
    def __init__(self, client: EbayClient, offers: EbayOffers, settings: EbaySettings, clock: Clock) -> None:
        self._client = client
        self._offers = offers
        self._outside = EbayOutside(client, offers, clock, settings.site)
        self._settings = settings
        self._limit = min(PAGE, settings.page_size)

    async def fetch(self, cursor: str | None) -> CatalogPage:
        place = _cursor(cursor)
        if place.at is not None:
            return await self._report(place, place.at)
        if not place.task and not place.remark:
            place = await self._asked(place)
        items = await self._items(place.page)
        if place.total is not None and items.total < place.total and place.page:
            place = _replace(place, page=place.page - 1, total=items.total)
            items = await self._items(place.page)
        found = items.inventory_items or []
        rows = []
        for number, item in enumerate(found, 1):
            if not item.sku:
                continue
            shelf = await self._offers.of(item.sku, Priority.BULK, fresh=True)
            live = next((offer for offer in shelf.offers if is_live(offer)), None)
            if live is not None and (cells := self._cells(item, live)):
                rows.append(CatalogRow(place.page * self._limit + number, cells))
        following: Cursor | None = _replace(place, page=place.page + 1, total=items.total)
        if not found or (place.page + 1) * self._limit >= items.total:
            following = _replace(place, total=items.total, at=0) if place.task else None
        return self._page(following, tuple(rows), items.total, remark=place.remark)

    async def _asked(self, place: Cursor) -> Cursor:
        try:
            return _replace(place, task=await self._outside.ask())
        except (Malformed, NotPermitted, RateLimited, Rejected) as error:
            return _replace(place, task="", remark=error.message)

    async def _report(self, place: Cursor, at: int) -> CatalogPage:
        try:
            outside, to = await self._outside.step(place.task, at)
        except ReportLost as error:
            if place.failed + 1 >= _MOST_FAILURES:
                return self._page(None, (), place.total, remark=str(error))
            again = await self._asked(_replace(place, at=0, failed=place.failed + 1))
            return self._page(again if again.task else None, (), place.total, remark=again.remark)
        except (Malformed, NotPermitted, Rejected) as error:
            return self._page(None, (), place.total, remark=error.message)
        following = None if to is None else _replace(place, at=to)
        return self._page(following, (), place.total, outside, is_known=to is None)

    def _page(
        self,
        following: Cursor | None,
        rows: tuple[CatalogRow, ...],
        total: int | None,
        outside: tuple[OutsideListing, ...] = (),
        *,
        is_known: bool = False,
        remark: str = "",
    ) -> CatalogPage:
        return CatalogPage(
            rows,
            None if following is None else str(following),
            self._settings.texts[:2],
            total,
            outside,
            is_known,
            remark if following is None else "",
        )

    async def _items(self, page: int) -> schemas.Items:
        reply = await self._client.call(
            names.GET_ITEMS,
            schemas.Items,
            query={"limit": str(self._limit), "offset": str(page)},  # a page's number, unlike in getOrders
            priority=Priority.BULK,
            headers={"Accept-Language": self._settings.texts},
        )
        if reply.result is None:
            raise Malformed("ebay, getInventoryItems: the answer holds no list of items.", code="no_list")
        return reply.result

    def _cells(self, item: schemas.Item, offer: schemas.Offer) -> dict[str, str]:
        """Empty where the offer has no price."""
        price = offer.pricing_summary.price if offer.pricing_summary else None
        if price is None or price.value is None or not price.currency:
            return {}
        product, listing = item.product or schemas.Product(), offer.listing or schemas.Listing()
        quantities = [one for one in (item.quantity, offer.available_quantity) if one is not None]
        quantity = min(quantities, default=None)
        images = product.image_urls or []
        site = names.SITES.get(offer.marketplace_id or self._settings.site, names.SITES[self._settings.site])
        cells = {
            "id": item.sku,
            "title": product.title,
            "description": product.description or offer.listing_description,
            "price": f"{price.value:f} {price.currency}",
            "gtin": _gtin([*(product.ean or ()), *(product.isbn or ()), *(product.upc or ())]),
            "brand": product.brand,
            "mpn": product.mpn,
            "subtitle": product.subtitle,
            "condition": _CONDITIONS.get(item.condition or "", "used" if item.condition else None),
            "image_link": images[0] if images else None,
            "additional_image_link": ",".join(images[1:]) or None,
            "quantity": None if quantity is None else str(quantity),
            "availability": None if quantity is None else "in stock" if quantity > 0 else "out of stock",
            "item_group_id": next(iter(item.inventory_item_group_keys or item.group_ids or ()), None),
            "link": f"https://{site.host}/itm/{listing.listing_id}" if listing.listing_id else None,
            "ebay_listing_id": listing.listing_id,
            "ebay_offer_id": offer.offer_id,
            "ebay_site": offer.marketplace_id,
            "ebay_category_id": offer.category_id,
            "ebay_product_id": product.epid,
            "ebay_condition": item.condition,
            "ebay_on_hold": "yes" if listing.listing_on_hold else None,
        }
        told = {name: value for name, value in cells.items() if value}
        for name, value in _aspects(product.aspects):
            column = resolve(name)
            told.setdefault(column if column in _ASPECTS else f"ebay_{name}", value)
        return told


def _gtin(values: Iterable[str]) -> str | None:
    """The first that is a trade number; eBay also takes words such as "Does not apply"."""
    for value in values:
        try:
            return normalise(value)
        except GtinError:
            continue
    return None


def _aspects(aspects: dict[str, Any] | str | None) -> list[tuple[str, str]]:
    """Pairs of a name and its values; the contract calls them a text, eBay sends an object of lists."""
    if isinstance(aspects, str):
        try:
            aspects = msgspec.json.decode(aspects, type=dict[str, Any])
        except msgspec.DecodeError:
            return []
    pairs = []
    for name, values in (aspects or {}).items():
        listed = values if isinstance(values, list) else [values]
        value = ", ".join(str(one) for one in listed if one not in (None, ""))
        if value:
            pairs.append((name, value))
    return pairs


def _cursor(text: str | None) -> Cursor:
    try:
        found = msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.DecodeError:
        return Cursor()
    return found if found.page >= 0 and (found.at is None or (found.at >= 0 and found.task)) else Cursor()
