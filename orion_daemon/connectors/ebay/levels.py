"""Stock and prices out, and read back.

One call takes the levels of up to 25 SKUs, each with the item's total and every live offer: what buyers see is the
lesser of the two, so both are set. Each entry of the answer is looked at by itself. What eBay could not do just then
(another write on the same item, a fault of its own) is tried again within the push; whatever is left fails the push,
with what became of the others. A total is set and never added to, so repeating a push changes nothing; it costs one of
the 250 revisions that eBay allows a listing in a day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from orion_daemon.connectors.base import LevelResult, OutgoingLevel
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.offers import EbayOffers, Shelf, is_live, listed_as, priced_in
from orion_daemon.connectors.errors import Rejected, Unreachable, VendorError
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.money import to_decimal, to_minor
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

TRIES = 3
PAUSE = 1.0
"""Seconds before what was refused for the moment is sent again; twice as long before the last time."""
_PASSING = frozenset({names.SYSTEM_ERROR, names.CONCURRENT})
_GONE = frozenset({names.UNKNOWN_OFFER, names.UNKNOWN_SKU})


class EbayLevels:
    """`sold` maps SKUs to the listings that orders named; it tells a listing outside the Inventory API from none."""

    def __init__(self, client: EbayClient, offers: EbayOffers, clock: Clock, sold: Mapping[str, str]) -> None:
        self._client = client
        self._offers = offers
        self._clock = clock
        self._sold = sold
        self._one_by_one = False  # eBay took no call with several SKUs; its page and its contract differ about that

    async def push(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        """Results in the order of `levels`. A VendorError carries those that are known (`results`)."""
        if len(levels) > names.MOST_LEVELS:
            raise ValueError(f"{len(levels)} levels in one push; eBay takes {names.MOST_LEVELS}")
        results: dict[str, LevelResult] = {}
        listings: dict[str, str | None] = {}
        try:
            left: dict[str, tuple[OutgoingLevel, dict[str, Any]]] = {}
            for level in levels:
                shelf = await self._offers.of(level.sku)
                reason = self._reason(level, shelf)
                if reason is not None:
                    results[level.sku] = LevelResult(level.sku, "refused", error=reason)
                else:
                    left[level.sku] = (level, _request(level, shelf))
                    listings[level.sku] = next((found for offer in shelf.live if (found := listed_as(offer))), None)
            await self._send(left, results)
        except VendorError as error:
            error.results = tuple(_counted(results, listings).values())
            raise
        results = _counted(results, listings)
        return tuple(results[level.sku] for level in levels)

    async def _send(
        self, left: dict[str, tuple[OutgoingLevel, dict[str, Any]]], results: dict[str, LevelResult]
    ) -> None:
        said = ""
        for attempt in range(TRIES):
            if not left:
                return
            if attempt:
                await self._clock.sleep(PAUSE * attempt)
            entries = await self._update([request for _, request in left.values()])
            for sku, (level, _) in tuple(left.items()):
                problems = _problems(entries.get(sku, ()))
                if any(problem.error_id in _PASSING for problem in problems):
                    said = problems[0].sentence
                    continue
                results[sku] = self._result(level, entries.get(sku, ()), problems)
                del left[sku]
        if left:
            raise Unreachable(
                f"ebay: {len(left)} levels could not be set just now ({clean(said)}). They are sent again later.",
                code="vendor_error",
            )

    async def _update(self, requests: Sequence[dict[str, Any]]) -> dict[str, list[schemas.Updated]]:
        """Entries of the answer by SKU. A call that is refused as a whole is made again for each SKU by itself; where
        all of them pass then, several in a call is what eBay does not take, and none is sent so again."""
        if len(requests) > 1 and self._one_by_one:
            return await self._singly(requests)
        try:
            reply = await self._client.call(names.UPDATE_LEVELS, schemas.AllUpdated, body={"requests": requests})
        except Rejected as error:
            if len(requests) > 1:
                found = await self._singly(requests)
                self._one_by_one = not any(_problems(entries) for entries in found.values())
                return found
            number = error.code.removeprefix("ebay_")
            problem = schemas.Problem(error_id=int(number) if number.isdigit() else 0, message=error.message)
            sku = str(requests[0]["sku"])
            return {sku: [schemas.Updated(sku=sku, status_code=400, errors=[problem])]}
        by_offer = {offer["offerId"]: request["sku"] for request in requests for offer in request["offers"]}
        grouped: dict[str, list[schemas.Updated]] = {}
        for entry in (reply.result.responses if reply.result else None) or ():
            sku = entry.sku or by_offer.get(entry.offer_id or "", "")
            grouped.setdefault(sku, []).append(entry)
        return grouped

    async def _singly(self, requests: Sequence[dict[str, Any]]) -> dict[str, list[schemas.Updated]]:
        found: dict[str, list[schemas.Updated]] = {}
        for request in requests:
            found |= await self._update([request])
        return found

    def _reason(self, level: OutgoingLevel, shelf: Shelf) -> tuple[str, str] | None:
        """Why it cannot be sent at all."""
        if not shelf.offers:
            listing = self._sold.get(level.sku)
            if listing is not None:
                return ("not_manageable", f"Listing {listing} was made outside eBay's Inventory API: migrate it first.")
            return (
                "not_on_channel",
                "eBay's Inventory API knows no offer of this SKU: list it, or migrate its listing if it has one.",
            )
        if not shelf.live:
            return ("not_published", "The offer of this SKU is not published, has ended, or is an auction.")
        other = next((code for offer in shelf.live if (code := priced_in(offer)) not in (None, level.currency)), None)
        if level.price_minor is not None and other is not None:
            return ("wrong_currency", f"The offer sells in {other}, the price is in {level.currency}.")
        return None

    def _result(
        self, level: OutgoingLevel, entries: Iterable[schemas.Updated], problems: Sequence[schemas.Problem]
    ) -> LevelResult:
        """Taken, but not yet read back; refused with eBay's own sentence."""
        failed = [entry for entry in entries if not 200 <= entry.status_code < 300]
        if not failed:
            return LevelResult(level.sku, "accepted")
        problem = problems[0] if problems else schemas.Problem()
        if problem.error_id in _GONE:
            self._offers.forget(level.sku)
        code = f"ebay_{problem.error_id}" if problem.error_id else "refused"
        return LevelResult(
            level.sku, "refused", error=(code, clean(problem.sentence) or f"eBay answered {failed[0].status_code}.")
        )

    async def read(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        """What buyers are shown: the lesser of the item's total and the offer's, and the offer's price."""
        wanted = list(dict.fromkeys(skus))
        totals: dict[str, int | None] = {}
        for start in range(0, len(wanted), names.MOST_LEVELS):
            totals |= await self._totals(wanted[start : start + names.MOST_LEVELS])
        found = []
        for sku in wanted:
            shelf = await self._offers.of(sku, Priority.BULK, fresh=True)
            level = OutgoingLevel(sku, None, None, "")
            reason = self._reason(level, shelf)
            if reason is not None:
                found.append(LevelResult(sku, "refused", error=reason))
            else:
                found.append(_level(sku, shelf, totals.get(sku)))
        return tuple(found)

    async def _totals(self, skus: Sequence[str]) -> dict[str, int | None]:
        short = [sku for sku in skus if sku and len(sku) <= names.LONGEST_SKU]
        if not short:
            return {}
        reply = await self._client.call(
            names.GET_ITEMS_BY_SKU,
            schemas.FoundItems,
            body={"requests": [{"sku": sku} for sku in short]},
            priority=Priority.BULK,
        )
        found = (reply.result.responses if reply.result else None) or ()
        return {one.sku: one.inventory_item.quantity for one in found if one.sku and one.inventory_item is not None}


def _request(level: OutgoingLevel, shelf: Shelf) -> dict[str, Any]:
    offers = []
    for offer in shelf.live:
        change: dict[str, Any] = {"offerId": offer.offer_id}
        if level.quantity is not None:
            change["availableQuantity"] = level.quantity
        if level.price_minor is not None:
            price = to_decimal(level.price_minor, level.currency)
            change["price"] = {"value": price, "currency": level.currency}
        offers.append(change)
    request: dict[str, Any] = {"sku": level.sku, "offers": offers}
    if level.quantity is not None:
        request["shipToLocationAvailability"] = {"quantity": level.quantity}
    return request


def _counted(results: Mapping[str, LevelResult], listings: Mapping[str, str | None]) -> dict[str, LevelResult]:
    return {sku: replace(result, listing=listings.get(sku)) for sku, result in results.items()}


def _problems(entries: Iterable[schemas.Updated]) -> list[schemas.Problem]:
    """Of what failed; a failure of eBay's own without a word counts as passing."""
    found = []
    for entry in entries:
        if entry.status_code >= 500 and not entry.errors:
            found.append(schemas.Problem(error_id=names.SYSTEM_ERROR, message=f"HTTP {entry.status_code}"))
        elif not 200 <= entry.status_code < 300:
            found += entry.errors or ()
    return found


def _level(sku: str, shelf: Shelf, total: int | None) -> LevelResult:
    offer = next(offer for offer in shelf.offers if is_live(offer))
    quantities = [one for one in (total, offer.available_quantity) if one is not None]
    price = offer.pricing_summary.price if offer.pricing_summary else None
    minor = None
    if price is not None and price.value is not None and price.currency and price.value.is_finite():
        minor = to_minor(price.value, price.currency)
    return LevelResult(sku, "confirmed", min(quantities, default=None), minor)
