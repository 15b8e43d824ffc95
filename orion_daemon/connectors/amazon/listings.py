"""A seller's listings by SKU: read many at a time, and what they say of stock, price and who holds the goods.

Found by search, twenty SKUs a call; a SKU that the search does not show, or whose name would split the call's list, is
asked for by itself, since the search follows changes with a delay. What is written and compared stands in the listing's
attributes, not in the offers that a buyer sees: a sale price hides the own one there.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import Listing, ListingsFound
from orion_daemon.connectors.errors import Rejected
from orion_daemon.domain.money import to_minor

A_CALL = 20
BY_AMAZON = (
    "fulfilled_by_amazon",
    "Amazon holds the stock of this SKU in its own warehouse, so that nobody else can set it; switch the offer off.",
)
NOT_LISTED = ("not_on_channel", "Amazon has no listing of this SKU; list it there, or switch the offer off.")


async def find(client: AmazonClient, skus: Sequence[str], data: str, priority: int) -> dict[str, Listing]:
    """Those that exist, by SKU."""
    found: dict[str, Listing] = {}
    listed = [sku for sku in skus if "," not in sku]
    for start in range(0, len(listed), A_CALL):
        wanted = listed[start : start + A_CALL]
        query = {
            "marketplaceIds": ",".join(client.settings.marketplace_ids),
            "identifiers": ",".join(wanted),
            "identifiersType": "SKU",
            "includedData": data,
            "pageSize": str(A_CALL),
        }
        path = {"sellerId": client.settings.seller_id}
        answer = await client.call(names.SEARCH_LISTINGS, ListingsFound, path=path, query=query, priority=priority)
        found |= {item.sku: item for item in answer.result.items if item.sku in wanted}
    for sku in skus:
        if sku not in found and (one := await _one(client, sku, data, priority)) is not None:
            found[sku] = one
    return found


async def _one(client: AmazonClient, sku: str, data: str, priority: int) -> Listing | None:
    path = {"sellerId": client.settings.seller_id, "sku": sku}
    query = {"marketplaceIds": ",".join(client.settings.marketplace_ids), "includedData": data}
    try:
        return (await client.call(names.GET_LISTING, Listing, path=path, query=query, priority=priority)).result
    except Rejected as error:
        if error.code == "not_found":
            return None
        raise


def is_by_amazon(listing: Listing) -> bool:
    """Whether only warehouses of Amazon's hold it. A SKU that the merchant sends as well is the merchant's."""
    channels = {one.fulfillment_channel_code for one in listing.fulfillment_availability or ()}
    return bool(channels) and names.MERCHANT_CHANNEL not in channels


def quantity_of(listing: Listing) -> int | None:
    """Pieces that the merchant offers; None where none were ever told."""
    for one in listing.fulfillment_availability or ():
        if one.fulfillment_channel_code == names.MERCHANT_CHANNEL:
            return one.quantity
    return None


def stores_of(listing: Listing, marketplace_ids: Sequence[str]) -> list[str]:
    """Those of the channel's stores in which the SKU is listed; all, where the listing does not say."""
    said = {one.marketplace_id for one in listing.summaries or ()}
    return [name for name in marketplace_ids if name in said] if said else list(marketplace_ids)


def consumer_offer(listing: Listing, marketplace_id: str) -> dict[str, Any] | None:
    """The offer to everybody in a store, as the attributes hold it; business prices and others are offers beside it."""
    offers = (listing.attributes or {}).get("purchasable_offer")
    for offer in offers if isinstance(offers, list) else ():
        if isinstance(offer, dict) and offer.get("marketplace_id") == marketplace_id and _is_for_all(offer):
            return offer
    return None


def _is_for_all(offer: dict[str, Any]) -> bool:
    return offer.get("audience") in (None, "ALL") and offer.get("offer_type") in (None, "B2C")


def price_of(listing: Listing, marketplace_id: str, currency: str) -> int | None:
    """The own price in a store, in minor units; None where there is none in that currency."""
    offer = consumer_offer(listing, marketplace_id)
    if offer is None or offer.get("currency", currency) != currency:
        return None
    for price in _dicts(offer.get("our_price")):
        for step in _dicts(price.get("schedule")):
            value = step.get("value_with_tax")
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                return to_minor(value, currency)
    return None


def _dicts(value: object) -> Iterable[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
