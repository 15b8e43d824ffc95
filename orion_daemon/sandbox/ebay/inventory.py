"""Inventory items and the one safe way to change stock and prices: `bulkUpdatePriceQuantity`.

Every entry of a bulk call succeeds or fails by itself. What buyers see is the lesser of the item's total and the
offer's own quantity. A listing takes 250 revisions per Pacific day and is then closed to changes until the next. A SKU
that another write holds is error 25025. `createOrReplaceInventoryItem` replaces everything: what is left out is lost.
Listings outside the Inventory API are not here; `migration` brings them in. `offers` shows and replaces offers.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.ebay.answers import decimal_of, inventory_entry, inventory_error, whole
from orion_daemon.sandbox.ebay.quotas import pacific_day
from orion_daemon.sandbox.ebay.state import Item, Listing, Offer, Shop

_MOST_ITEMS, _ITEMS, _SKU = 200, 25, 50


class _Bad(Exception):  # noqa: N818  (one entry of a bulk answer, never seen outside)
    def __init__(self, status: int, error_id: int, message: str, **parameters: Any) -> None:
        super().__init__(message)
        self.status, self.entry = status, inventory_entry(error_id, message, **parameters)


def document(item: Item) -> dict[str, Any]:
    """An inventory item as `getInventoryItem` shows it."""
    product: dict[str, Any] = {"title": item.title, "description": item.description}
    product["imageUrls"] = [f"https://i.example.lu/{item.sku.lower()}.jpg"]
    if item.brand:
        product["brand"] = item.brand
    if item.mpn:
        product["mpn"] = item.mpn
    if item.ean:
        product["ean"] = [item.ean]
    shown: dict[str, Any] = {"sku": item.sku, "locale": item.locale, "product": product, "condition": item.condition}
    if item.quantity is not None:
        fixed = {"auction": item.auction, "fixedPrice": max(0, item.quantity - item.auction)}
        shown["availability"] = {"shipToLocationAvailability": {"quantity": item.quantity, "allocationByFormat": fixed}}
    if item.groups:
        shown["groupIds"] = shown["inventoryItemGroupKeys"] = item.groups
    return shown


def find(shop: Shop, seller: str, sku: str) -> Item:
    """Raises EbayError 404 with 25710."""
    item = shop.world.item(seller, sku)
    if item is None:
        text = "We didn't find the resource/entity you are requesting. Please verify the request"
        raise inventory_error(25710, text, 404, sku=sku)
    return item


def page(shop: Shop, seller: str, query: dict[str, str], base: str) -> dict[str, Any]:
    """`getInventoryItems`: `offset` counts pages, `size` is how many pages there are. Raises EbayError 25706."""
    limit, number = whole(query.get("limit"), _ITEMS), whole(query.get("offset"), 0)
    if limit is None or not 1 <= limit <= _MOST_ITEMS or number is None or number < 0:
        raise inventory_error(25706, "You have provided invalid pagination values.")
    found = sorted(shop.world.items.get(seller, {}).values(), key=lambda item: item.sku)
    pages = -(-len(found) // limit)
    path = f"{base}/sell/inventory/v1/inventory_item?limit={limit}&offset="
    answer: dict[str, Any] = {
        "href": f"{path}{number}",
        "limit": limit,
        "size": pages,
        "total": len(found),
        "inventoryItems": [document(item) for item in found[number * limit : (number + 1) * limit]],
    }
    if number + 1 < pages:
        answer["next"] = f"{path}{number + 1}"
    if number > 0:
        answer["prev"] = f"{path}{number - 1}"
    return answer


def bulk_get(shop: Shop, seller: str, body: Any) -> list[dict[str, Any]]:
    """`bulkGetInventoryItem`: an answer per SKU, 200 or 404. Raises EbayError 25727 above 25, 25734 for a repeat."""
    skus = [str(wanted.get("sku")) for wanted in requests_of(body)]
    if len(skus) > _ITEMS:
        raise inventory_error(25727, f"The number of InventoryItems in the request cannot exceed {_ITEMS}.")
    if len(set(skus)) != len(skus):
        raise inventory_error(25734, "SKU should be unique in the request.")
    answers = []
    for sku in skus:
        item = shop.world.item(seller, sku)
        if item is None:
            missing = inventory_entry(25702, f"SKU {sku} is not available in the system", additionalInfo=sku)
            answers.append({"sku": sku, "statusCode": 404, "errors": [missing]})
        else:
            shown = {name: value for name, value in document(item).items() if name != "groupIds"}
            answers.append({"sku": sku, "statusCode": 200, "inventoryItem": shown})
    return answers


def requests_of(body: Any) -> list[dict[str, Any]]:
    """The `requests` of a bulk body. Raises EbayError 25709."""
    found = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(wanted, dict) for wanted in found):
        raise inventory_error(25709, "Invalid value for requests.", fieldName="requests")
    return found


def bulk_update(
    shop: Shop, seller: str, body: Any, mine: set[str], failing: tuple[int, int] | None = None
) -> list[dict[str, Any]]:
    """`bulkUpdatePriceQuantity`: an entry per offer, or per SKU where no offer is named, each with its `statusCode`.

    `mine` collects the SKUs that this call holds until it is answered. `failing` is a request's index and the error id
    that it gets instead of being followed. Raises EbayError 25709 for a body without requests or with too many.
    """
    wanted = requests_of(body)
    if len(wanted) > shop.world.settings.skus_per_bulk:
        text = f"Invalid value for requests. No more than {shop.world.settings.skus_per_bulk} are supported."
        raise inventory_error(25709, text, fieldName="requests")
    answers: list[dict[str, Any]] = []
    for index, request in enumerate(wanted):
        told = _told(request)
        try:
            if failing is not None and index == failing[0] % len(wanted):
                raise _Bad(500 if failing[1] in (25001, 25025) else 400, failing[1], "A system error has occurred.")
            answers += _one(shop, seller, request, mine)
        except _Bad as bad:
            shop.ledger.record("update_refused", seller=seller, error=bad.entry["errorId"], sent=request)
            answers += [{**entry, "statusCode": bad.status, "errors": [bad.entry]} for entry in told]
    return answers


def replace(shop: Shop, seller: str, sku: str, body: Any, language: str, mine: set[str]) -> bool:
    """`createOrReplaceInventoryItem`: True when the item is new. Raises EbayError 25708, 25709, 25025."""
    if not 1 <= len(sku) <= _SKU:
        raise inventory_error(25708, "Invalid SKU.", sku=sku)
    if not isinstance(body, dict):
        raise inventory_error(25709, "Invalid value for InventoryItem.", fieldName="InventoryItem")
    _hold_or_raise(shop, seller, sku, mine)
    product = body.get("product") or {}
    quantity = ((body.get("availability") or {}).get("shipToLocationAvailability") or {}).get("quantity")
    if quantity is not None and not _is_count(quantity):
        raise inventory_error(25709, "Invalid value for quantity.", fieldName="quantity")
    old = shop.world.item(seller, sku)
    for listing in _listings(shop, seller, sku):
        if _used_up(shop, listing):
            raise inventory_error(25002, f"A user error has occurred. {_LIMIT_TEXT}", additionalInfo=_LIMIT_TEXT)
    item = Item(
        sku=sku,
        seller=seller,
        title=str(product.get("title") or ""),
        quantity=quantity,
        description=str(product.get("description") or ""),
        brand=product.get("brand"),
        ean=next(iter(product.get("ean") or []), None),
        mpn=product.get("mpn"),
        condition=str(body.get("condition") or "NEW"),
        locale=language.replace("-", "_"),
        auction=old.auction if old else 0,
        groups=old.groups if old else [],
        steered=True,
    )
    shop.world.items.setdefault(seller, {})[sku] = item
    _revise(shop, _listings(shop, seller, sku))
    was = old.quantity if old else None
    shop.ledger.record("item_replaced", seller=seller, sku=sku, was=was, quantity=quantity, new=old is None)
    return old is None


def restock(shop: Shop, seller: str, sku: str, quantity: int, by: str = "seller_hub") -> None:
    """The seller sets the total by hand; the offers' own quantities follow. Raises EbayError 404."""
    item = find(shop, seller, sku)
    was, item.quantity = item.quantity, quantity
    for offer in shop.world.offers_of(seller, sku):
        if offer.available is not None:
            offer.available = quantity
    shop.ledger.record("stock_set", seller=seller, sku=sku, was=was, quantity=quantity, by=by)


def apply(shop: Shop, seller: str, sku: str, quantity: int | None, offers: dict[str, dict[str, Any]]) -> None:
    """The effect of an accepted update: the item's total, and by offer id its own quantity and price."""
    item = shop.world.item(seller, sku)
    if item is not None and quantity is not None:
        item.quantity, item.steered = quantity, True
    for offer_id, change in offers.items():
        offer = shop.world.offers.get(offer_id)
        if offer is not None:
            offer.available = change.get("available", offer.available)
            offer.price = change.get("price", offer.price)
    found = shop.world.offers_of(seller, sku)
    shown = {offer.offer_id: {"quantity": shop.world.shown(offer), "price": offer.price} for offer in found}
    shop.ledger.record("levels_changed", seller=seller, sku=sku, total=item.quantity if item else None, shown=shown)


_LIMIT_TEXT = "The listing has reached the number of revisions allowed in one calendar day."


def _told(request: dict[str, Any]) -> list[dict[str, Any]]:
    """How the entries of a request are named in the answer."""
    named = {"sku": str(request["sku"])} if request.get("sku") else {}
    offers = request.get("offers") if isinstance(request.get("offers"), list) else None
    ids = (
        [str(offer["offerId"]) for offer in offers if isinstance(offer, dict) and offer.get("offerId")]
        if offers
        else []
    )
    return [{**named, "offerId": offer_id} for offer_id in ids] or [named]


def _one(shop: Shop, seller: str, request: dict[str, Any], mine: set[str]) -> list[dict[str, Any]]:
    sku, quantity = _total(shop, seller, request)
    wanted = request.get("offers") or []
    if not isinstance(wanted, list) or not all(isinstance(offer, dict) for offer in wanted):
        raise _Bad(400, 25709, "Invalid value for offers.", fieldName="offers")
    ids = [str(offer.get("offerId")) for offer in wanted]
    if len(set(ids)) != len(ids):
        raise _Bad(400, 25709, "Invalid value for offerId. It is repeated.", fieldName="offerId")
    if quantity is None and not wanted:
        raise _Bad(400, 25709, "Invalid value for offers. There is nothing to update.", fieldName="offers")
    entries: list[dict[str, Any]] = []
    changes: dict[str, dict[str, Any]] = {}
    for offer_id, change in zip(ids, wanted, strict=True):
        try:
            offer = _offer(shop, seller, offer_id, sku)
            changes[offer_id] = _change(change, offer)
            sku = sku or offer.sku
            entries.append({"sku": offer.sku, "offerId": offer_id, "statusCode": 200})
        except _Bad as bad:
            named = {"sku": sku} if sku else {}
            shop.ledger.record("update_refused", seller=seller, error=bad.entry["errorId"], sent=change)
            entries.append({**named, "offerId": offer_id, "statusCode": bad.status, "errors": [bad.entry]})
    if sku is None or (quantity is None and not changes):
        return entries
    if not hold(shop, seller, sku, mine):
        raise _Bad(500, 25025, "Concurrent access of the same Inventory object is not allowed. Please try again later.")
    touched = (
        _listings(shop, seller, sku)
        if quantity is not None
        else [shop.world.listings[listing] for o in changes if (listing := shop.world.offers[o].listing)]
    )
    if any(_used_up(shop, listing) for listing in touched):
        raise _Bad(400, 25002, f"A user error has occurred. {_LIMIT_TEXT}", additionalInfo=_LIMIT_TEXT)
    _revise(shop, touched)
    shop.ledger.record("update_accepted", seller=seller, sku=sku, quantity=quantity, offers=changes)
    settings = shop.world.settings
    if settings.applies_after and not settings.accept_and_ignore:
        due = shop.clock.now() + timedelta(seconds=settings.applies_after)
        shop.world.plan(due, "apply", seller=seller, sku=sku, quantity=quantity, offers=changes)
    elif not settings.accept_and_ignore:
        apply(shop, seller, sku, quantity, changes)
    return entries or [{"sku": sku, "statusCode": 200}]


def _total(shop: Shop, seller: str, request: dict[str, Any]) -> tuple[str | None, int | None]:
    """The SKU named and the total wanted for it; None where the request leaves them out."""
    sku, total = request.get("sku"), request.get("shipToLocationAvailability")
    if total is None:
        return (str(sku) if sku else None), None
    quantity = total.get("quantity") if isinstance(total, dict) else None
    if not sku or len(str(sku)) > _SKU:
        raise _Bad(400, 25709, "Invalid value for sku.", fieldName="sku")
    item = shop.world.item(seller, str(sku))
    if item is None:
        raise _Bad(404, 25702, f"{sku} could not be found or is not available in the system.", skuValue=sku)
    if quantity is None or not _is_count(quantity):
        raise _Bad(400, 25709, "Invalid value for quantity.", fieldName="quantity")
    if quantity < item.auction:
        text = "shipToLocationAvailability quantity value should be greater than or equal to auction allocation."
        raise _Bad(400, 25759, text)
    return str(sku), int(quantity)


def _offer(shop: Shop, seller: str, offer_id: str, sku: str | None) -> Offer:
    offer = shop.world.offers.get(offer_id)
    if offer is None or offer.seller != seller:
        raise _Bad(404, 25713, f"This Offer is not available : {offer_id}.", additionalInfo=offer_id)
    if sku is not None and offer.sku != sku:
        raise _Bad(400, 25709, "Invalid value for offerId. It belongs to another SKU.", fieldName="offerId")
    listing = shop.world.listings.get(offer.listing or "")
    if listing is None or listing.ended:
        text = "A user error has occurred. The offer is not published."
        raise _Bad(400, 25002, text, additionalInfo="The offer is not published.")
    return offer


def _change(change: dict[str, Any], offer: Offer) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "availableQuantity" in change:
        if not _is_count(change["availableQuantity"]):
            raise _Bad(400, 25709, "Invalid value for availableQuantity.", fieldName="availableQuantity")
        wanted["available"] = int(change["availableQuantity"])
    if "price" in change:
        price = change["price"] if isinstance(change["price"], dict) else {}
        value = decimal_of(price.get("value"))
        if value is None or value <= Decimal(0) or price.get("currency") != offer.currency:
            raise _Bad(400, 25709, "Invalid value for price.", fieldName="price")
        wanted["price"] = str(price["value"])
    if not wanted:
        raise _Bad(400, 25709, "Invalid value for offers. Quantity or price is required.", fieldName="offers")
    return wanted


def hold(shop: Shop, seller: str, sku: str, mine: set[str]) -> bool:
    """Hold a SKU for one call; False while another call holds it."""
    key = f"{seller}/{sku}"
    if key in shop.held and key not in mine:
        return False
    shop.held.add(key)
    mine.add(key)
    return True


def _hold_or_raise(shop: Shop, seller: str, sku: str, mine: set[str]) -> None:
    if not hold(shop, seller, sku, mine):
        text = "Concurrent access of the same Inventory or Inventory Item Group object is not allowed."
        raise inventory_error(25025, text, 500)


def _listings(shop: Shop, seller: str, sku: str) -> list[Listing]:
    ids = {offer.listing for offer in shop.world.offers_of(seller, sku) if offer.listing}
    return [shop.world.listings[listing_id] for listing_id in sorted(ids)]


def _used_up(shop: Shop, listing: Listing) -> bool:
    today = pacific_day(shop.clock.now()).isoformat()
    return listing.revisions.get(today, 0) >= shop.world.settings.revisions_per_day


def _revise(shop: Shop, listings: list[Listing]) -> None:
    today = pacific_day(shop.clock.now()).isoformat()
    for listing in {listing.id: listing for listing in listings}.values():
        listing.revisions[today] = listing.revisions.get(today, 0) + 1
        shop.ledger.record("listing_revised", listing=listing.id, day=today, revisions=listing.revisions[today])


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
