"""`bulkMigrateListing`: listings made elsewhere become inventory items and offers, one to five a call, each by itself.

A listing moves only when every variation has a SKU of its own and nothing else stands in its way (`Listing.obstacle`
holds what eBay will say then: an auction, no business policies, no immediate payment).
"""

from typing import Any

from orion_daemon.sandbox.ebay.answers import inventory_entry, inventory_error
from orion_daemon.sandbox.ebay.inventory import requests_of
from orion_daemon.sandbox.ebay.state import Item, Listing, Offer, Shop

_MOST = 5


def migrate(shop: Shop, seller: str, body: Any, failing: tuple[int, int] | None = None) -> list[dict[str, Any]]:
    """An answer per listing with its `statusCode`. `failing` is the index of one that gets that error id instead.

    Raises EbayError 25709 for none or more than five.
    """
    wanted = [str(request.get("listingId")) for request in requests_of(body)]
    if len(wanted) > _MOST:
        raise inventory_error(25709, f"Invalid value for requests. No more than {_MOST}.", fieldName="requests")
    answers = []
    for index, listing_id in enumerate(wanted):
        listing = shop.world.listings.get(listing_id)
        if failing is not None and index == failing[0] % len(wanted):
            error = inventory_entry(failing[1], "Any System error.")
            answers.append({"listingId": listing_id, "statusCode": 500, "errors": [error]})
        elif reason := _obstacle(shop, seller, listing):
            shop.ledger.record("migration_refused", seller=seller, listing=listing_id, reason=reason)
            error = inventory_entry(25718, f"Cannot migrate listing. {reason}", additionalInfo=reason)
            answers.append({"listingId": listing_id, "statusCode": 400, "errors": [error]})
        elif listing is not None:
            answers.append(_move(shop, listing))
    return answers


def _obstacle(shop: Shop, seller: str, listing: Listing | None) -> str | None:
    if listing is None or listing.seller != seller or listing.ended:
        return "The listing was not found or has ended."
    if listing.managed:
        return "The listing is migrated already."
    skus = [variation.sku for variation in listing.variations]
    if None in skus or len(set(skus)) != len(skus):
        return "Each variation of the listing needs a SKU of its own."
    if any(shop.world.item(seller, sku or "") for sku in skus):
        return "A SKU of the listing is in use by another inventory item."
    return listing.obstacle


def _move(shop: Shop, listing: Listing) -> dict[str, Any]:
    world, made = shop.world, []
    group = f"group{world.opaque('group', 12)}" if len(listing.variations) > 1 else None
    for variation in listing.variations:
        sku = variation.sku or ""
        item = Item(sku, listing.seller, listing.title, variation.quantity, groups=[group] if group else [])
        world.items.setdefault(listing.seller, {})[sku] = item
        offer = Offer(
            offer_id=str(9_000_000_000 + world.count()),
            sku=sku,
            seller=listing.seller,
            marketplace=listing.marketplace,
            price=variation.price,
            currency=listing.currency,
            available=variation.quantity,
            listing=listing.id,
            variation=variation.id,
        )
        world.offers[offer.offer_id] = offer
        made.append({"sku": sku, "offerId": offer.offer_id})
    listing.managed, listing.variations = True, []
    shop.ledger.record("listing_migrated", seller=listing.seller, listing=listing.id, items=made, group=group)
    answer = {"listingId": listing.id, "marketplaceId": listing.marketplace, "statusCode": 200, "inventoryItems": made}
    return {**answer, "inventoryItemGroupKey": group} if group else answer
