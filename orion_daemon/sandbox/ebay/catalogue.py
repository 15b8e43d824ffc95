"""Listings come into being on command: through the Inventory API (item, offer, listing) or outside it.

What is listed outside is invisible to the Inventory API until `migration` moves it; an order of it names the listing,
and a SKU only if the seller gave one.
"""

from typing import Any

import msgspec
from msgspec import Struct

from orion_daemon.sandbox.ebay.state import Item, Listing, Offer, Refusal, Shop, Variation


class ListingSpec(Struct, forbid_unknown_fields=True):
    """`outside` lists without the Inventory API; then `variations` may stand in place of sku, price and quantity.

    `available` is the offer's own quantity, None for none. `published` False leaves an offer without a listing.
    """

    price: str = "10.00"
    sku: str | None = None
    seller: str | None = None
    title: str | None = None
    quantity: int = 0
    available: int | None = None
    currency: str = "EUR"
    site: str | None = None
    ean: str | None = None
    brand: str | None = None
    auction: int = 0
    published: bool = True
    outside: bool = False
    obstacle: str | None = None
    variations: list[Variation] = msgspec.field(default_factory=list)
    listing: str | None = None
    offer: str | None = None


def add(shop: Shop, spec: ListingSpec) -> dict[str, Any]:
    """The ids `listing`, `offer`, `sku`. Raises Unknown for the seller, Refusal for a used SKU or id."""
    world, seller = shop.world, shop.world.seller(spec.seller)
    site = spec.site or seller.site
    listing_id = spec.listing or str(330_000_000_000 + world.count())
    title = spec.title or spec.sku or "An invented thing"
    if listing_id in world.listings or spec.offer in world.offers:
        raise Refusal("a listing or an offer of that id exists")
    if spec.outside:
        variations = spec.variations or [Variation(spec.sku, spec.price, spec.quantity)]
        listing = Listing(listing_id, seller.username, site, title, spec.currency, managed=False)
        listing.variations, listing.obstacle = variations, spec.obstacle
        world.listings[listing_id] = listing
        shop.ledger.record("listed", seller=seller.username, listing=listing_id, sku=spec.sku, outside=True)
        return {"listing": listing_id, "offer": None, "sku": spec.sku}
    if not spec.sku or world.offers_of(seller.username, spec.sku):
        raise Refusal("an offer of the Inventory API needs a SKU that is not offered yet")
    item = Item(spec.sku, seller.username, title, spec.quantity, brand=spec.brand, ean=spec.ean, auction=spec.auction)
    world.items.setdefault(seller.username, {})[spec.sku] = item
    if spec.published:
        world.listings[listing_id] = Listing(listing_id, seller.username, site, title, spec.currency)
    offer = Offer(
        offer_id=spec.offer or str(9_000_000_000 + world.count()),
        sku=spec.sku,
        seller=seller.username,
        marketplace=site,
        price=spec.price,
        currency=spec.currency,
        available=spec.available,
        listing=listing_id if spec.published else None,
    )
    world.offers[offer.offer_id] = offer
    shop.ledger.record("listed", seller=seller.username, listing=offer.listing, sku=spec.sku, outside=False)
    return {"listing": offer.listing, "offer": offer.offer_id, "sku": spec.sku}


def shelf(shop: Shop, seller: str | None = None) -> list[dict[str, Any]]:
    """What buyers truly see now: every offer, and every variation outside the Inventory API."""
    world = shop.world
    found = []
    for offer in world.offers.values():
        item = world.item(offer.seller, offer.sku)
        listing = world.listings.get(offer.listing or "")
        shown: dict[str, Any] = {
            "sku": offer.sku,
            "offer": offer.offer_id,
            "listing": offer.listing,
            "seller": offer.seller,
        }
        shown.update(quantity=world.shown(offer) if listing else 0, total=item.quantity if item else None)
        shown.update(available=offer.available, price=offer.price, currency=offer.currency, outside=False)
        found.append({**shown, "revisions": listing.revisions if listing else {}})
    for listing in world.listings.values():
        for variation in () if listing.managed else listing.variations:
            shown = {"sku": variation.sku, "offer": None, "listing": listing.id, "seller": listing.seller}
            shown.update(quantity=variation.quantity, total=variation.quantity, available=None, price=variation.price)
            found.append({**shown, "currency": listing.currency, "outside": True, "revisions": {}})
    return [shown for shown in found if seller in (None, shown["seller"])]
