"""Amazon's shared product pages as the 2022-04-01 contract tells them: `searchCatalogItems` by up to 20 identifiers.

One store and one language a call. What is found is every product that some seller of this world lists.
"""

from typing import Any

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Listing
from orion_daemon.sandbox.amazon.walks import page

_SETS = frozenset(
    {
        "attributes",
        "classifications",
        "dimensions",
        "identifiers",
        "images",
        "productTypes",
        "relationships",
        "salesRanks",
        "summaries",
        "vendorDetails",
    }
)
_KINDS = frozenset({"ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"})


def search_catalog_items(call: Call) -> dict[str, Any]:
    """`GET /catalog/2022-04-01/items`. Raises Refused."""
    marketplaces = call.marketplaces(needed=True, most=1)
    names, kind = call.csv("identifiers", most=20), call.query.get("identifiersType")
    words = call.csv("keywords", most=20)
    if bool(names) == bool(words):
        raise call.invalid("Exactly one of identifiers and keywords must be provided.")
    if names and kind not in _KINDS:
        raise call.invalid("identifiersType is required when identifiers are provided.")
    if kind == "SKU" and not call.query.get("sellerId"):
        raise call.invalid("sellerId is required when identifiersType is SKU.")
    sets = call.csv("includedData", _SETS) or ["summaries"]
    size = call.whole("pageSize", 1, 20, 10)
    store = marketplaces[0]
    locale = call.query.get("locale") or place(store).language
    products: dict[str, Listing] = {}
    for listing in call.world.listings.values():
        own = kind != "SKU" or listing.seller == call.query.get("sellerId")
        if store in listing.marketplaces and own and _matches(listing, kind, names, words):
            products.setdefault(listing.asin, listing)
    found = list(products.values())
    walk = page(call, "pageToken", call.market.now(), size, lambda _: found, lambda listing: (listing.asin,))
    answer: dict[str, Any] = {
        "numberOfResults": walk.total,
        "items": [_document(listing, store, locale, sets) for listing in walk.items],
    }
    if walk.next_token:
        answer["pagination"] = {"nextToken": walk.next_token}
    return answer


def _matches(listing: Listing, kind: str | None, names: list[str], words: list[str]) -> bool:
    if words:
        text = " ".join(listing.titles.values()).lower()
        return all(word.lower() in text for word in words)
    value = {"SKU": listing.sku, "ASIN": listing.asin}.get(kind or "", listing.gtin)
    bare = {name.lstrip("0") for name in names}
    return value is not None and (value in names or (kind not in ("SKU", "ASIN") and value.lstrip("0") in bare))


def _document(listing: Listing, store: str, locale: str, sets: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"asin": listing.asin}
    title = listing.titles.get(locale[:2]) or next(iter(listing.titles.values()), listing.sku)
    if "summaries" in sets:
        summary = {
            "marketplaceId": store,
            "itemName": title,
            "itemClassification": "BASE_PRODUCT",
            "packageQuantity": 1,
        }
        if listing.brand:
            summary.update(brand=listing.brand, manufacturer=listing.brand)
        told["summaries"] = [summary]
    if "identifiers" in sets:
        known = [{"identifierType": "EAN", "identifier": listing.gtin}] if listing.gtin else []
        told["identifiers"] = [{"marketplaceId": store, "identifiers": known}]
    if "images" in sets:
        link = f"https://images.example.com/{listing.asin}"
        images = [{"variant": "MAIN", "link": f"{link}.jpg", "height": 500, "width": 500}]
        told["images"] = [{"marketplaceId": store, "images": images}]
    if "dimensions" in sets:
        size = {"unit": "centimeters", "value": 12.5}
        weight = {"unit": "kilograms", "value": 0.4}
        package = {"height": size, "length": size, "width": size, "weight": weight}
        told["dimensions"] = [{"marketplaceId": store, "package": package}]
    if "productTypes" in sets:
        told["productTypes"] = [{"marketplaceId": store, "productType": listing.product_type}]
    if "attributes" in sets:
        told["attributes"] = {"item_name": [{"value": title, "language_tag": locale, "marketplace_id": store}]}
    for name in ("classifications", "relationships", "salesRanks", "vendorDetails"):
        if name in sets:
            told[name] = []
    return told
