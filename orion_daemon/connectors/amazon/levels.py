"""Stock and prices out, and read back: a patch a SKU, or one feed for many.

Stock is one number for all stores of a region and is merged, so that handling times beside it stay; another fulfilment
channel is never sent, because it would be added. A price goes to each of the channel's stores that sells in its
currency, merged into the offer to everybody, so that business and sale prices stay. `ACCEPTED` says that Amazon will
apply it within minutes; `INVALID` comes with HTTP 200 and is a refusal. Patches go one after the other, since two of
one SKU in flight may overtake each other. More than `MOST_PATCHES`: `levels_feed.py`.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.connectors.amazon import levels_feed, listings, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import Listing, Submission
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import LevelResult, LevelsTold, OutgoingLevel
from orion_daemon.connectors.errors import Doubtful, Rejected, VendorError
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.money import to_decimal
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

MOST_PATCHES = 300
MAX_BATCH = 10_000
SETTLES_IN = timedelta(minutes=10)
"""What was accepted is applied within minutes as a rule."""
Patches = list[dict[str, Any]]


class Levels:
    def __init__(self, client: AmazonClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def push(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        """A result for each level, in their order. An error in the middle carries the results so far."""
        if len(levels) > MAX_BATCH:
            raise ValueError(f"{len(levels)} levels in one push; the batch is {MAX_BATCH}")
        is_feed = len(levels) > MOST_PATCHES
        priority = Priority.BULK if is_feed else Priority.NORMAL
        known = await listings.find(self._client, [level.sku for level in levels], names.LEVEL_DATA, priority)
        results: dict[str, LevelResult] = {}
        wanted: list[tuple[OutgoingLevel, Patches, list[str]]] = []
        for level in levels:
            listing = known.get(level.sku)
            made = patches(level, listing, self._client.settings)
            if isinstance(made, LevelResult):
                results[level.sku] = made
            else:
                stores = listings.stores_of(listing, self._client.settings.marketplace_ids) if listing else []
                wanted.append((level, made, stores))
        try:
            if is_feed and wanted:
                feed_id = await levels_feed.submit(self._client, [(level, made) for level, made, _ in wanted])
                for level, _, _ in wanted:
                    results[level.sku] = LevelResult(
                        level.sku, "accepted", level.quantity, level.price_minor, told_by=feed_id
                    )
            else:
                for level, made, stores in wanted:
                    results[level.sku] = await self._patch(level, made, stores)
        except VendorError as error:
            error.results = tuple(results[level.sku] for level in levels if level.sku in results)
            raise
        return tuple(results[level.sku] for level in levels)

    async def told(self, feed_id: str) -> LevelsTold:
        return await levels_feed.told(self._client, self._clock, feed_id)

    async def _patch(self, level: OutgoingLevel, made: Patches, stores: list[str]) -> LevelResult:
        try:
            try:
                said = await self._submit(level.sku, made, stores)
            except Doubtful:
                said = await self._submit(
                    level.sku, made, stores
                )  # the values are absolute, so saying them twice is one
        except Rejected as error:
            return LevelResult(level.sku, "refused", error=(error.code, error.message))
        if said.status == "ACCEPTED":
            return LevelResult(level.sku, "accepted", level.quantity, level.price_minor)
        errors = [issue for issue in said.issues or () if issue.severity == "ERROR"]
        text = "; ".join(f"{issue.code} {clean(issue.message)}".strip() for issue in errors[:3])
        return LevelResult(level.sku, "refused", error=("refused", text or f"Amazon says {said.status[:40]}."))

    async def _submit(self, sku: str, made: Patches, stores: list[str]) -> Submission:
        answer = await self._client.call(
            names.PATCH_LISTING,
            Submission,
            path={"sellerId": self._client.settings.seller_id, "sku": sku},
            query={"marketplaceIds": ",".join(stores), "includedData": "issues", "issueLocale": "en_US"},
            body={"productType": names.OFFER_ONLY, "patches": made},
        )
        return answer.result

    async def read(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        """What Amazon holds now; a SKU that it does not list is left out. A price that differs between the channel's
        stores is None: then nothing is proven."""
        settings = self._client.settings
        known = await listings.find(self._client, skus, names.LEVEL_DATA, Priority.BULK)
        currency = settings.currency_of(settings.marketplace_ids[0] if settings.marketplace_ids else None)
        results = []
        for sku in skus:
            listing = known.get(sku)
            if listing is None:
                continue
            if listings.is_by_amazon(listing):
                results.append(LevelResult(sku, "refused", error=listings.BY_AMAZON))
                continue
            prices = {
                listings.price_of(listing, store, currency)
                for store in listings.stores_of(listing, settings.marketplace_ids)
                if settings.currency_of(store) == currency
            }
            price = prices.pop() if len(prices) == 1 else None
            results.append(LevelResult(sku, "confirmed", listings.quantity_of(listing), price))
        return tuple(results)


def patches(level: OutgoingLevel, listing: Listing | None, settings: AmazonSettings) -> Patches | LevelResult:
    """What changes the listing to the level, or why it cannot be."""
    if listing is None:
        return LevelResult(level.sku, "refused", error=listings.NOT_LISTED)
    if listings.is_by_amazon(listing):
        return LevelResult(level.sku, "refused", error=listings.BY_AMAZON)
    made: Patches = []
    if level.quantity is not None:
        value: dict[str, Any] = {"fulfillment_channel_code": names.MERCHANT_CHANNEL, "quantity": level.quantity}
        made.append({"op": "merge", "path": "/attributes/fulfillment_availability", "value": [value]})
    if level.price_minor is not None:
        stores = [
            name
            for name in listings.stores_of(listing, settings.marketplace_ids)
            if settings.currency_of(name) == level.currency
        ]
        if not stores:
            sentence = f"None of the channel's stores that list this SKU sells in {level.currency}."
            return LevelResult(level.sku, "refused", error=("wrong_currency", sentence))
        amount = Decimal(to_decimal(level.price_minor, level.currency))
        entries = [_offer(listings.consumer_offer(listing, name), name, level.currency, amount) for name in stores]
        made.append({"op": "merge", "path": "/attributes/purchasable_offer", "value": entries})
    return made


def _offer(known: dict[str, Any] | None, marketplace_id: str, currency: str, amount: Decimal) -> dict[str, Any]:
    """The price alone, with what tells this offer from others exactly as the listing says it."""
    told_by: dict[str, Any] = {"audience": "ALL"}
    if known is not None:
        told_by = {name: known[name] for name in ("audience", "offer_type") if name in known}
    return {
        "marketplace_id": marketplace_id,
        "currency": currency,
        **told_by,
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
    }
