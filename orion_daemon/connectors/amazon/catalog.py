"""What a seller lists at Amazon, page by page, with what Amazon's catalog knows of each product.

`searchListingsItems` shows no more than 1,000 items of one question, so that a larger range is asked for in slices of
time of creation, halved until each is small enough. Above `REPORT_FROM`, or where a slice of one second is still too
large, the listings report gives the SKUs and their details come twenty at a time. Each page of listings is completed by
one call for texts, pictures, numbers and measures, in one language (`AmazonSettings.texts_from`). Rows:
`catalog_rows.py`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from orion_daemon.connectors.amazon import listings, names, reports
from orion_daemon.connectors.amazon.catalog_rows import from_report, row
from orion_daemon.connectors.amazon.client import AmazonClient, PageRefused
from orion_daemon.connectors.amazon.schemas import CatalogFound, CatalogItem, Listing, ListingsFound
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.base import CatalogPage, CatalogRow
from orion_daemon.connectors.errors import Malformed
from orion_daemon.connectors.paging import Mark, onward
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

A_PAGE = 20
MOST_PAGED = 1_000
REPORT_FROM = 10_000
_FIRST = datetime(1995, 1, 1, tzinfo=UTC)  # there was no Amazon store before
_SHORTEST = timedelta(seconds=1)
_MOST_FAILURES = 3
_replace = msgspec.structs.replace
Slice = tuple[datetime, datetime]


class Place(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    """`slices` are still to be read, the first of them with `token`; None reads without bounds."""

    slices: tuple[Slice, ...] | None = None
    token: str = ""
    mark: Mark = Mark()
    report: str | None = None
    at: int = 0  # rows of the report that were read
    failed: int = 0
    lines: int = 0  # rows given so far
    total: int | None = None


class Catalog:
    def __init__(self, client: AmazonClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._table: tuple[str, list[reports.Row]] = ("", [])

    async def page(self, cursor: str | None) -> CatalogPage:
        """Raises RateLimited while the report is made."""
        place = _place(cursor)
        if place.report is not None:
            return await self._of_report(place)
        try:
            return await self._of_search(place)
        except PageRefused:
            if not place.token:
                raise
            return await self._of_search(_replace(place, token="", mark=Mark()))

    # -- by search -----------------------------------------------------------------------------------------------------

    async def _of_search(self, place: Place) -> CatalogPage:
        while True:
            found = await self._search(place)
            number = found.number_of_results
            if place.token or number <= MOST_PAGED:
                break
            if place.slices is None:
                place = _replace(place, total=number)
                if number > REPORT_FROM:
                    return await self._ask_for_report(place)
                place = _replace(place, slices=((_FIRST, self._clock.now() + timedelta(days=1)),))
            halves = halved(place.slices[0]) if place.slices else None
            if halves is None or place.slices is None:
                return await self._ask_for_report(place)
            place = _replace(place, slices=(*halves, *place.slices[1:]))
        token = found.pagination.next_token if found.pagination else None
        if token and token == place.token:
            raise Malformed("amazon, listings: the list leads back to the same page.", code="paging_stuck")
        rows = await self._rows(found.items, place.lines)
        total = place.total if place.total is not None else found.number_of_results
        mark = onward(place.mark, token, "amazon, listings") if token else Mark()
        following = _replace(place, token=token or "", mark=mark, lines=place.lines + len(rows), total=total)
        is_last = not token
        if is_last and place.slices is not None:
            following = _replace(following, slices=place.slices[1:])
            is_last = len(place.slices) == 1
        return self._page(rows, None if is_last else following, total)

    async def _search(self, place: Place) -> ListingsFound:
        query = {
            "marketplaceIds": ",".join(self._stores()),
            "includedData": names.LISTING_DATA,
            "sortBy": "createdDate",
            "sortOrder": "ASC",
            "pageSize": str(A_PAGE),
            "pageToken": place.token,
        }
        if place.slices:
            since, until = place.slices[0]
            query |= {"createdAfter": text(since), "createdBefore": text(until)}
        path = {"sellerId": self._client.settings.seller_id}
        return (
            await self._client.call(
                names.SEARCH_LISTINGS, ListingsFound, path=path, query=query, priority=Priority.BULK
            )
        ).result

    def _stores(self) -> list[str]:
        """The channel's stores, that of the texts first: Amazon's own texts follow the first."""
        texts, _ = self._client.settings.texts_from
        return sorted(self._client.settings.marketplace_ids, key=lambda name: name != texts)

    # -- by report -----------------------------------------------------------------------------------------------------

    async def _ask_for_report(self, place: Place) -> CatalogPage:
        report = await reports.request(self._client, names.LISTINGS_REPORT)
        asked = Place(report=report, lines=place.lines, total=place.total, failed=place.failed)
        return self._page((), asked, place.total)

    async def _of_report(self, place: Place) -> CatalogPage:
        report = place.report or ""
        try:
            known, rows = self._table
            if known != report:
                rows = with_skus(await reports.table(self._client, report))
                self._table = report, rows
        except reports.ReportLost as error:
            if place.failed + 1 >= _MOST_FAILURES:
                raise Malformed(f"{error} Amazon failed to list the products.", code="report_failed") from error
            return await self._ask_for_report(_replace(place, failed=place.failed + 1))
        wanted = rows[place.at : place.at + A_PAGE]
        skus = [reports.cell(one, names.SKU_COLUMNS) for one in wanted]
        known_listings = await listings.find(self._client, skus, names.LISTING_DATA, Priority.BULK)
        found = await self._rows([known_listings[sku] for sku in skus if sku in known_listings], place.lines)
        currency = self._client.settings.currency_of(self._client.settings.marketplace_ids[0])
        line = place.lines + len(found)
        for one, sku in zip(wanted, skus, strict=True):
            if sku not in known_listings:
                line += 1
                found.append(from_report(one, sku, currency, line))
        at = place.at + len(wanted)
        following = _replace(place, at=at, lines=line, total=len(rows))
        return self._page(found, following if at < len(rows) else None, len(rows))

    # -- rows ----------------------------------------------------------------------------------------------------------

    async def _rows(self, items: Sequence[Listing], lines: int) -> list[CatalogRow]:
        texts, locale = self._client.settings.texts_from
        asins = dict.fromkeys(asin for item in items if (asin := asin_of(item, texts)))
        known = await self._products(list(asins), texts, locale) if asins else {}
        found: list[CatalogRow] = []
        for item in items:
            made = row(item, known.get(asin_of(item, texts)), self._client.settings, lines + len(found) + 1)
            if made is not None:
                found.append(made)
        return found

    async def _products(self, asins: Sequence[str], marketplace_id: str, locale: str) -> dict[str, CatalogItem]:
        query = {
            "marketplaceIds": marketplace_id,
            "identifiers": ",".join(asins),
            "identifiersType": "ASIN",
            "includedData": names.CATALOG_DATA,
            "locale": locale,
            "pageSize": str(A_PAGE),
        }
        answer = await self._client.call(names.SEARCH_CATALOG, CatalogFound, query=query, priority=Priority.BULK)
        return {item.asin: item for item in answer.result.items}

    def _page(self, rows: Sequence[CatalogRow], place: Place | None, total: int | None) -> CatalogPage:
        _, locale = self._client.settings.texts_from
        cursor = None if place is None else msgspec.json.encode(place).decode()
        return CatalogPage(tuple(rows), cursor, locale[:2] or self._client.settings.language, total)


def asin_of(listing: Listing, marketplace_id: str) -> str:
    """Of the store of the texts, else of any: products are the same in all stores of a region as a rule."""
    summaries = sorted(listing.summaries or (), key=lambda one: one.marketplace_id != marketplace_id)
    return next((one.asin for one in summaries if one.asin), "")


def halved(whole: Slice) -> tuple[Slice, Slice] | None:
    """Two slices that together are this one, both bounds being inside; None where it is too short to halve."""
    since, until = whole
    if until - since <= _SHORTEST:
        return None
    middle = (since + (until - since) / 2).replace(microsecond=0)
    if middle <= since:
        middle = since + _SHORTEST
    return (since, middle), (middle, until)


def with_skus(rows: Sequence[reports.Row]) -> list[reports.Row]:
    """Raises Malformed (no_table) for a report whose column of SKUs nobody knows."""
    if rows and not any(name in rows[0] for name in names.SKU_COLUMNS):
        raise Malformed("amazon: the listings report has no column of SKUs that Orion knows.", code="no_table")
    return [one for one in rows if reports.cell(one, names.SKU_COLUMNS)]


def _place(cursor: str | None) -> Place:
    if cursor:
        try:
            return msgspec.json.decode(cursor, type=Place)
        except msgspec.DecodeError:
            pass
    return Place()
