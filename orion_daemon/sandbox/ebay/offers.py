"""Offers: what an inventory item costs on a site, and the listing it became. Read by SKU or id, replaced as a whole.

`updateOffer` replaces everything: an offer sent without `availableQuantity` no longer has a quantity of its own.
"""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from orion_daemon.sandbox.ebay.answers import amount, decimal_of, inventory_error, whole
from orion_daemon.sandbox.ebay.inventory import hold
from orion_daemon.sandbox.ebay.state import Offer, Shop

_MOST = 100


def document(shop: Shop, offer: Offer) -> dict[str, Any]:
    """An offer as `getOffer` shows it; `listing` is there only when it is published."""
    shown: dict[str, Any] = {
        "offerId": offer.offer_id,
        "sku": offer.sku,
        "marketplaceId": offer.marketplace,
        "format": offer.format,
        "availableQuantity": shop.world.shown(offer) if offer.available is None else offer.available,
        "pricingSummary": {"price": amount(offer.price, offer.currency)},
        "categoryId": offer.category,
        "listingDuration": "GTC",
        "merchantLocationKey": "store",
        "includeCatalogProductDetails": True,
        "hideBuyerDetails": False,
        "listingPolicies": {
            "paymentPolicyId": "6196932000",
            "returnPolicyId": "6196933000",
            "fulfillmentPolicyId": "6196947000",
            "eBayPlusIfEligible": False,
        },
        "tax": {"applyTax": False},
        "status": "PUBLISHED" if offer.published else "UNPUBLISHED",
    }
    listing = shop.world.listings.get(offer.listing or "")
    if listing is not None:
        status = "ENDED" if listing.ended else "ACTIVE" if shop.world.shown(offer) else "OUT_OF_STOCK"
        shown["listing"] = {"listingId": listing.id, "listingStatus": status, "soldQuantity": offer.sold}
        if listing.on_hold:
            shown["listing"]["listingOnHold"] = True
    return shown


def find(shop: Shop, seller: str, offer_id: str) -> Offer:
    """Raises EbayError 404 with 25713."""
    offer = shop.world.offers.get(offer_id)
    if offer is None or offer.seller != seller:
        raise inventory_error(25713, f"This Offer is not available : {offer_id}.", 404, additionalInfo=offer_id)
    return offer


def search(shop: Shop, seller: str, query: dict[str, str], base: str) -> dict[str, Any]:
    """`getOffers`: of one SKU, which must be named. Raises EbayError 25709, 25706, and 404 25713 when there is none."""
    sku = query.get("sku")
    if not sku:
        raise inventory_error(25709, "Invalid value for sku.", fieldName="sku")
    limit, number = whole(query.get("limit"), _MOST), whole(query.get("offset"), 0)
    if limit is None or limit < 1 or number is None or number < 0:
        raise inventory_error(25706, "You have provided invalid pagination values.")
    site, form = query.get("marketplace_id"), query.get("format")
    found = [
        offer
        for offer in shop.world.offers_of(seller, sku)
        if site in (None, offer.marketplace) and form in (None, offer.format)
    ]
    if not found:
        raise inventory_error(25713, "This Offer is not available.", 404, sku=sku)
    page = found[number * limit : (number + 1) * limit]
    path = f"{base}/sell/inventory/v1/offer?"
    answer: dict[str, Any] = {
        "href": path + urlencode({"sku": sku, "limit": limit, "offset": number}),
        "total": len(found),
        "size": len(page),
        "limit": limit,
        "offers": [document(shop, offer) for offer in page],
    }
    if (number + 1) * limit < len(found):
        answer["next"] = path + urlencode({"sku": sku, "limit": limit, "offset": number + 1})
    if number > 0:
        answer["prev"] = path + urlencode({"sku": sku, "limit": limit, "offset": number - 1})
    return answer


def replace(shop: Shop, seller: str, offer_id: str, body: Any, mine: set[str]) -> Offer:
    """`updateOffer`. Raises EbayError 25713 (404), 25709, 25003 without a price, 25025 while the SKU is held."""
    offer = find(shop, seller, offer_id)
    if not isinstance(body, dict):
        raise inventory_error(25709, "Invalid value for offer.", fieldName="offer")
    price = (body.get("pricingSummary") or {}).get("price") or {}
    value = decimal_of(price.get("value"))
    if value is None or value <= Decimal(0) or price.get("currency") != offer.currency:
        text = "The eBay listing associated with the inventory item, or the unpublished offer has an invalid price."
        raise inventory_error(25003, text)
    quantity = body.get("availableQuantity")
    if quantity is not None and (not isinstance(quantity, int) or quantity < 0):
        raise inventory_error(25709, "Invalid value for availableQuantity.", fieldName="availableQuantity")
    if not hold(shop, seller, offer.sku, mine):
        text = "Concurrent access of the same Inventory or Inventory Item Group object is not allowed."
        raise inventory_error(25025, text, 500)
    was = {"available": offer.available, "price": offer.price}
    offer.available, offer.price = quantity, str(price["value"])
    offer.category = str(body.get("categoryId") or offer.category)
    now = {"available": offer.available, "price": offer.price}
    shop.ledger.record("offer_replaced", seller=seller, offer=offer_id, sku=offer.sku, was=was, now=now)
    return offer
