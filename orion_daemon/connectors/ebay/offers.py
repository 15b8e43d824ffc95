"""Which offers stand behind a SKU: asked once for each, and remembered, since every change of a level names them.

The Inventory API answers for listings that were made with it or moved to it, and for nobody else's. What is remembered
goes after some hours, and at once when eBay says that it is no longer so. Of a SKU without a live offer nothing is
remembered: it may be listed at any moment.
"""

from dataclasses import dataclass

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient, NotFound
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

KEPT = 6 * 3600.0
"""Seconds for which offers are taken to be as they were."""
_MOST_KEPT = 100_000
_PAGE = 100
_AUCTION, _PUBLISHED, _ENDED = "AUCTION", "PUBLISHED", "ENDED"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The offers of one SKU. `live`: at a fixed price, published, and their listing not ended."""

    sku: str
    offers: tuple[schemas.Offer, ...]

    @property
    def live(self) -> tuple[schemas.Offer, ...]:
        return tuple(offer for offer in self.offers if is_live(offer))


def is_live(offer: schemas.Offer) -> bool:
    ended = offer.listing is not None and offer.listing.listing_status == _ENDED
    return offer.status == _PUBLISHED and offer.format != _AUCTION and not ended


def listed_as(offer: schemas.Offer) -> str | None:
    """The listing's number; variations share one."""
    return offer.listing.listing_id if offer.listing is not None else None


def priced_in(offer: schemas.Offer) -> str | None:
    price = offer.pricing_summary.price if offer.pricing_summary else None
    return price.currency if price else None


class EbayOffers:
    def __init__(self, client: EbayClient, clock: Clock, locale: str) -> None:
        self._client = client
        self._clock = clock
        self._headers = {"Accept-Language": locale}
        self._kept: dict[str, tuple[float, Shelf]] = {}

    async def of(self, sku: str, priority: int = Priority.NORMAL, *, fresh: bool = False) -> Shelf:
        """No offers where eBay knows none of that SKU."""
        now = self._clock.monotonic()
        kept = self._kept.get(sku)
        if kept is not None and not fresh and now < kept[0]:
            return kept[1]
        shelf = Shelf(sku, tuple(await self._ask(sku, priority)))
        self.forget(sku)
        if shelf.live:
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[sku] = (now + KEPT, shelf)
        return shelf

    def forget(self, sku: str) -> None:
        self._kept.pop(sku, None)

    async def _ask(self, sku: str, priority: int) -> list[schemas.Offer]:
        if not sku or len(sku) > names.LONGEST_SKU:
            return []
        found: list[schemas.Offer] = []
        page = 0
        while True:
            query = {"sku": sku, "limit": str(_PAGE), "offset": str(page)}
            try:
                reply = await self._client.call(
                    names.GET_OFFERS, schemas.Offers, query=query, priority=priority, headers=self._headers
                )
            except NotFound:
                return found
            offers = (reply.result.offers if reply.result else None) or []
            found += offers
            page += 1
            if reply.result is None or len(offers) < _PAGE or len(found) >= reply.result.total:
                return found
