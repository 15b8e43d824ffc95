"""The seller's listings as the 2021-08-01 contract tells them: one SKU, or a search in pages of at most 20.

A search pages through no more than 1,000 items; who has more slices by time. What was accepted but not yet applied is
not seen here: `patches` changes the attributes when its time has come.
"""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.money import exact, stamp
from orion_daemon.sandbox.amazon.orders import price_of
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Listing
from orion_daemon.sandbox.amazon.state import Market
from orion_daemon.sandbox.amazon.walks import page

SETS = frozenset(
    {
        "summaries",
        "attributes",
        "issues",
        "offers",
        "fulfillmentAvailability",
        "procurement",
        "relationships",
        "productTypes",
    }
)
IDENTIFIERS = frozenset({"ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"})
_STATUSES = frozenset({"BUYABLE", "DISCOVERABLE"})
_MOST = 1000


def get_listings_item(call: Call) -> dict[str, Any]:
    """`GET /listings/2021-08-01/items/{sellerId}/{sku}`. Raises Refused."""
    call.own(call.parts["sellerId"])
    marketplaces = call.marketplaces(needed=True)
    sets = call.csv("includedData", SETS) or ["summaries"]
    listing = call.world.listing(call.seller.id, call.parts["sku"])
    if listing is None:
        raise Refused(404, "NOT_FOUND", f"SKU '{call.parts['sku']}' not found in marketplace {marketplaces[0]}")
    return document(listing, marketplaces, sets)


def search_listings_items(call: Call) -> dict[str, Any]:
    """`GET /listings/2021-08-01/items/{sellerId}`, latest change first unless told otherwise. Raises Refused."""
    call.own(call.parts["sellerId"])
    marketplaces = call.marketplaces(needed=True)
    sets = call.csv("includedData", SETS) or ["summaries"]
    names, kind = call.csv("identifiers", most=20), call.query.get("identifiersType")
    if bool(names) != bool(kind) or (kind and kind not in IDENTIFIERS):
        raise call.invalid("identifiers and identifiersType must be used together.")
    created = call.time("createdAfter"), call.time("createdBefore")
    updated = call.time("lastUpdatedAfter"), call.time("lastUpdatedBefore")
    with_status, without = call.csv("withStatus", _STATUSES), call.csv("withoutStatus", _STATUSES)
    severities = call.csv("withIssueSeverity", frozenset({"WARNING", "ERROR"}))
    size = call.whole("pageSize", 1, 20, 10)
    by, order = call.query.get("sortBy", "lastUpdatedDate"), call.query.get("sortOrder", "DESC")
    if by not in ("sku", "createdDate", "lastUpdatedDate") or order not in ("ASC", "DESC"):
        raise call.invalid("Invalid value for sortBy or sortOrder.")

    def key(listing: Listing) -> tuple[str, ...]:
        if by == "sku":
            return (listing.sku,)
        moment = listing.created_at if by == "createdDate" else listing.updated_at
        return moment.isoformat(timespec="microseconds"), listing.sku

    def wanted(listing: Listing) -> bool:
        status = _status(listing, marketplaces[0])
        return (
            bool(set(listing.marketplaces) & set(marketplaces))
            and _between(listing.created_at, created)
            and _between(listing.updated_at, updated)
            and (not kind or _identifier(listing, kind) in names)
            and (not with_status or bool(set(with_status) & set(status)))
            and not set(without) & set(status)
            and (not severities or any(issue["severity"] in severities for issue in listing.issues))
        )

    source = [listing for listing in call.world.listings_of(call.seller.id) if wanted(listing)]
    walk = page(call, "pageToken", call.market.now(), size, lambda _: source, key, _MOST, descending=order == "DESC")
    answer: dict[str, Any] = {
        "numberOfResults": walk.total,
        "items": [document(listing, marketplaces, sets) for listing in walk.items],
    }
    if walk.next_token:
        answer["pagination"] = {"nextToken": walk.next_token}
    return answer


def document(listing: Listing, marketplaces: list[str], sets: list[str]) -> dict[str, Any]:
    """One listing with the data sets that were asked for, for the stores that were asked for."""
    stores = [name for name in marketplaces if name in listing.marketplaces]
    told: dict[str, Any] = {"sku": listing.sku}
    if "summaries" in sets:
        told["summaries"] = [_summary(listing, store) for store in stores]
    if "attributes" in sets:
        told["attributes"] = listing.attributes
    if "issues" in sets:
        told["issues"] = listing.issues
    if "offers" in sets:
        told["offers"] = [offer for store in stores for offer in _offers(listing, store)]
    if "fulfillmentAvailability" in sets:
        told["fulfillmentAvailability"] = [
            _without_nothing(
                {"fulfillmentChannelCode": entry.get("fulfillment_channel_code"), "quantity": entry.get("quantity")}
            )
            for entry in listing.attributes.get("fulfillment_availability", [])
        ]
    if "productTypes" in sets:
        told["productTypes"] = [{"marketplaceId": store, "productType": listing.product_type} for store in stores]
    if "relationships" in sets:
        told["relationships"] = [{"marketplaceId": store, "relationships": []} for store in stores]
    return told


def asin_of(sku: str) -> str:
    """An ASIN that belongs to the SKU's text, so that the same goods have the same one in every run."""
    return "B0" + sha256(sku.encode()).hexdigest()[:8].upper()


def _summary(listing: Listing, store: str) -> dict[str, Any]:
    language = place(store).language[:2]
    title = listing.titles.get(language) or next(iter(listing.titles.values()), listing.sku)
    return {
        "marketplaceId": store,
        "asin": listing.asin,
        "productType": listing.product_type,
        "conditionType": "new_new",
        "status": _status(listing, store),
        "itemName": title,
        "createdDate": stamp(listing.created_at),
        "lastUpdatedDate": stamp(listing.updated_at),
        "mainImage": {"link": f"https://images.example.com/{listing.asin}.jpg", "height": 500, "width": 500},
    }


def _status(listing: Listing, store: str) -> list[str]:
    held = any((entry.get("quantity") or 0) > 0 for entry in listing.attributes.get("fulfillment_availability", []))
    abroad = any(
        entry.get("fulfillment_channel_code") != "DEFAULT"
        for entry in listing.attributes.get("fulfillment_availability", [])
    )
    sold = price_of(listing, store) is not None
    return ["BUYABLE", "DISCOVERABLE"] if sold and (held or abroad) else ["DISCOVERABLE"]


def _offers(listing: Listing, store: str) -> list[dict[str, Any]]:
    found = []
    for offer in listing.attributes.get("purchasable_offer", []):
        prices = [step for price in offer.get("our_price", []) for step in price.get("schedule", [])]
        if offer.get("marketplace_id") != store or not prices:
            continue
        business = offer.get("audience", "ALL") == "B2B"
        currency = offer.get("currency") or place(store).currency
        amount = exact(Decimal(str(prices[0]["value_with_tax"])), currency)
        found.append(
            {
                "marketplaceId": store,
                "offerType": "B2B" if business else "B2C",
                "price": {"currencyCode": currency, "amount": amount},
                "audience": {"value": "B2B" if business else "ALL"},
            }
        )
    return found


def _identifier(listing: Listing, kind: str) -> str | None:
    return {"SKU": listing.sku, "ASIN": listing.asin}.get(kind, listing.gtin)


def _between(moment: Any, bounds: tuple[Any, Any]) -> bool:
    after, before = bounds
    return (after is None or moment >= after) and (before is None or moment <= before)


def _without_nothing(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


def add_listing(
    market: Market,
    seller: str,
    sku: str,
    prices: dict[str, str],
    *,
    quantity: int | None = 0,
    fba: bool = False,
    titles: dict[str, str] | None = None,
    gtin: str | None = None,
    brand: str | None = None,
    product_type: str = "HOME",
    asin: str | None = None,
    attributes: dict[str, Any] | None = None,
    created_at: datetime | None = None,
) -> Listing:
    """Put a SKU up for sale at a price (decimal text) per store; one that exists is replaced.

    With `fba` Amazon holds the goods and no quantity is told. `attributes` are laid over what follows from the rest.
    """
    now = created_at or market.now()
    availability: dict[str, Any] = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
    availability["lead_time_to_ship_max_days"] = 2
    offers = [
        {
            "marketplace_id": store,
            "currency": place(store).currency,
            "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": _number(price)}]}],
        }
        for store, price in prices.items()
    ]
    listing = Listing(
        seller=seller,
        sku=sku,
        asin=asin or asin_of(sku),
        product_type=product_type,
        marketplaces=list(prices),
        created_at=now,
        updated_at=now,
        attributes={
            "condition_type": [{"value": "new_new"}],
            "item_name": [
                {"value": text, "language_tag": language, "marketplace_id": store}
                for store in prices
                for language, text in (titles or {}).items()
                if place(store).language.startswith(language)
            ],
            "fulfillment_availability": [{"fulfillment_channel_code": "AMAZON_EU"}] if fba else [availability],
            "purchasable_offer": offers,
            **(attributes or {}),
        },
        gtin=gtin,
        titles=titles or {},
        brand=brand,
    )
    market.world.listings[f"{seller}/{sku}"] = listing
    return listing


def _number(price: str) -> int | float:
    found = Decimal(price)
    return float(found) if found % 1 else int(found)
