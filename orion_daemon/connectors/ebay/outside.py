"""Which live listings stand outside the Inventory API, so that nothing of them can be sent until they are migrated.

eBay's report (`reports.py`) shows every listing; the Inventory API shows those that it manages. What is in the report
alone is outside. SKUs are asked for 25 at a time; of those that are known, the offers say which listing is theirs, and
they are remembered from the walk through the catalog. Asked by `catalog.py` behind its last page of items.
"""

from collections.abc import Sequence

from orion_daemon.connectors.base import OutsideListing
from orion_daemon.connectors.ebay import names, reports, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.offers import EbayOffers, Shelf, listed_as
from orion_daemon.connectors.ebay.reports import Listed
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

A_STEP = 250
"""Entries of the report in one step."""


class EbayOutside:
    def __init__(self, client: EbayClient, offers: EbayOffers, clock: Clock, site: str) -> None:
        self._client = client
        self._offers = offers
        self._clock = clock
        self._site = site
        self._report: tuple[str, list[Listed]] = ("", [])

    async def ask(self) -> str:
        """The task that makes the report. Raises as a call."""
        return await reports.request(self._client, self._site)

    async def step(self, task: str, at: int) -> tuple[tuple[OutsideListing, ...], int | None]:
        """Those among the entries from `at` on, and where to go on (None: that was all). Raises as `reports.listed`."""
        known, entries = self._report
        if known != task:
            entries = await reports.listed(self._client, task, self._clock.now())
            self._report = task, entries
        found = await self._among(entries[at : at + A_STEP])
        following = at + A_STEP
        if following < len(entries):
            return found, following
        self._report = "", []
        return found, None

    async def _among(self, entries: Sequence[Listed]) -> tuple[OutsideListing, ...]:
        managed = await self._managed([sku for _, sku in entries if sku])
        found: dict[Listed, OutsideListing] = {}
        for listing, sku in entries:
            shelf = managed.get(sku)
            if shelf is not None and listing in {listed_as(offer) for offer in shelf.offers}:
                continue
            is_sold_inside = shelf is not None and bool(shelf.live)  # then that offer can be told levels
            found[listing, sku] = OutsideListing(listing, "" if is_sold_inside else sku)
        return tuple(found.values())

    async def _managed(self, skus: Sequence[str]) -> dict[str, Shelf]:
        """The offers of each SKU that the Inventory API knows."""
        wanted = [sku for sku in dict.fromkeys(skus) if len(sku) <= names.LONGEST_SKU]
        found: dict[str, Shelf] = {}
        for start in range(0, len(wanted), names.MOST_LEVELS):
            reply = await self._client.call(
                names.GET_ITEMS_BY_SKU,
                schemas.FoundItems,
                body={"requests": [{"sku": sku} for sku in wanted[start : start + names.MOST_LEVELS]]},
                priority=Priority.BULK,
            )
            for one in (reply.result.responses if reply.result else None) or ():
                if one.sku and one.inventory_item is not None:
                    found[one.sku] = await self._offers.of(one.sku, Priority.BULK)
        return found
