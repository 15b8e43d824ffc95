"""A listing and the product behind it as one row of a product feed, in the column names that imports know.

What Amazon says beyond these columns (ASIN, product type, who sends it) stands in cells of its own and becomes
attributes. A variation's parent cannot be bought and is no row; its children carry its SKU as their group.
"""

from collections.abc import Iterable
from typing import Any

from orion_daemon.connectors.amazon import listings, names, reports
from orion_daemon.connectors.amazon.schemas import CatalogItem, Listing, ListingSummary, Measures
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import CatalogRow
from orion_daemon.domain.money import to_decimal

_NUMBERS = ("EAN", "GTIN", "UPC", "ISBN", "JAN")
_CONDITIONS = {"new": "new", "refurbished": "refurbished", "used": "used", "collectible": "used", "club": "new"}
_MOST_PICTURES = 10


def row(listing: Listing, item: CatalogItem | None, settings: AmazonSettings, line: int) -> CatalogRow | None:
    """None for a parent of variations. Empty cells are left out."""
    texts, _ = settings.texts_from
    first = settings.marketplace_ids[0] if settings.marketplace_ids else ""
    related = [one for store in listing.relationships or () for one in store.relationships]
    parents = [sku for one in related if one.type == "VARIATION" for sku in one.parent_skus or ()]
    currency = settings.currency_of(first)
    price = _price(listing, first, currency)
    if price is None and any(one.type == "VARIATION" and one.child_skus for one in related):
        return None
    summary = next(iter(sorted(listing.summaries or (), key=lambda one: one.marketplace_id != texts)), None)
    cells = {
        "id": listing.sku,
        "title": (summary.item_name if summary else None) or _attribute(listing, "item_name", texts),
        "description": _description(listing, texts),
        "price": price,
        "item_group_id": parents[0] if parents else None,
        "condition": _condition(summary),
        "image_link": summary.main_image.link if summary and summary.main_image else None,
        "brand": _attribute(listing, "brand", texts),
        "asin": summary.asin if summary else None,
        "amazon_product_type": summary.product_type if summary else None,
        **_stock(listing, summary),
    }
    if item is not None:
        cells |= {name: value for name, value in _product(item, texts).items() if value}
    return CatalogRow(line, {name: value for name, value in cells.items() if value})


def from_report(told: reports.Row, sku: str, currency: str, line: int) -> CatalogRow:
    """A SKU of the report that cannot be looked up: what the report itself says of it."""
    price = reports.cell(told, names.PRICE_COLUMNS)
    cells = {
        "id": sku,
        "title": reports.cell(told, names.TITLE_COLUMNS),
        "price": f"{price} {currency}" if price else "",
        "quantity": reports.cell(told, names.QUANTITY_COLUMNS),
        "asin": reports.cell(told, ("asin1",)),
    }
    return CatalogRow(line, {name: value for name, value in cells.items() if value})


def _price(listing: Listing, marketplace_id: str, currency: str) -> str | None:
    """The own price in the first store, as `19.99 EUR`; where the attributes hide it, what a buyer is shown."""
    minor = listings.price_of(listing, marketplace_id, currency)
    if minor is not None:
        return f"{to_decimal(minor, currency)} {currency}"
    for offer in listing.offers or ():
        if offer.marketplace_id == marketplace_id and offer.offer_type == "B2C":
            return f"{offer.price.amount} {offer.price.currency_code}"
    return None


def _stock(listing: Listing, summary: ListingSummary | None) -> dict[str, str | None]:
    if listings.is_by_amazon(listing):
        buyable = summary is not None and "BUYABLE" in summary.status
        channel = next(iter(listing.fulfillment_availability or ()))
        return {
            "availability": "in_stock" if buyable else "out_of_stock",
            "fulfillment_channel": channel.fulfillment_channel_code,
        }
    quantity = listings.quantity_of(listing)
    if quantity is None:
        return {}
    return {"availability": "in_stock" if quantity > 0 else "out_of_stock", "quantity": str(quantity)}


def _condition(summary: ListingSummary | None) -> str | None:
    return _CONDITIONS.get((summary.condition_type or "").partition("_")[0]) if summary else None


def _description(listing: Listing, marketplace_id: str) -> str | None:
    """The seller's text, else the points that Amazon shows in its place."""
    said = _attribute(listing, "product_description", marketplace_id)
    return said or "\n".join(_attributes(listing, "bullet_point", marketplace_id)) or None


def _attribute(listing: Listing, name: str, marketplace_id: str) -> str | None:
    return next(iter(_attributes(listing, name, marketplace_id)), None)


def _attributes(listing: Listing, name: str, marketplace_id: str) -> list[str]:
    """Texts of an attribute in a store; those of other stores, whose languages differ, are not taken."""
    values = (listing.attributes or {}).get(name)
    found: Iterable[Any] = values if isinstance(values, list) else ()
    return [
        value
        for one in found
        if isinstance(one, dict)
        and one.get("marketplace_id") in (None, marketplace_id)
        and isinstance(value := one.get("value"), str)
        and value
    ]


def _product(item: CatalogItem, marketplace_id: str) -> dict[str, str | None]:
    """What the product page knows. A title in the wanted language stands here, not in the listing."""
    summary = next((one for one in item.summaries or () if one.marketplace_id == marketplace_id), None)
    numbers = {
        one.identifier_type: one.identifier
        for store in item.identifiers or ()
        if store.marketplace_id == marketplace_id
        for one in store.identifiers
    }
    pictures = [
        one
        for store in item.images or ()
        if store.marketplace_id == marketplace_id
        for one in store.images
        if one.variant != "SWCH"
    ]
    links = list(dict.fromkeys(one.link for one in sorted(pictures, key=lambda one: one.variant != "MAIN")))
    cells: dict[str, str | None] = {
        "gtin": next((numbers[kind] for kind in _NUMBERS if kind in numbers), None),
        "image_link": links[0] if links else None,
        "additional_image_link": ",".join(links[1:_MOST_PICTURES]),
    }
    if summary is not None:
        cells |= {
            "title": summary.item_name,
            "brand": summary.brand or summary.manufacturer,
            "mpn": summary.part_number,
            "color": summary.color,
            "size": summary.size,
        }
    sizes = next((one for one in item.dimensions or () if one.marketplace_id == marketplace_id), None)
    if sizes is not None:
        cells |= _measures("product", sizes.item) | _measures("shipping", sizes.package)
    return cells


def _measures(what: str, found: Measures | None) -> dict[str, str | None]:
    if found is None:
        return {}
    parts = {"height": found.height, "length": found.length, "width": found.width, "weight": found.weight}
    return {
        f"{what}_{name}": f"{part.value} {part.unit}"
        for name, part in parts.items()
        if part is not None and part.value is not None and part.unit
    }
