"""How a product, its description and its images are written.

No currency stands anywhere, tiers come in the order they have, an open end is `null` or `0`, `images` is missing where
there are none, and barcodes are in the description only.
"""

from typing import Any

from orion_daemon.sandbox.codeswholesale import catalogue, generated
from orion_daemon.sandbox.codeswholesale.answers import DESCRIPTION_UNKNOWN, IMAGE_UNKNOWN, SupplierError, money, stamp
from orion_daemon.sandbox.codeswholesale.records import Product
from orion_daemon.sandbox.codeswholesale.state import Store


def document(product: Product, base: str) -> dict[str, Any]:
    """`base` is where links start."""
    where = f"{base}/v3/products/{product.id}"
    said: dict[str, Any] = {
        "productId": product.id,
        "identifier": product.identifier,
        "name": product.name,
        "platform": product.platform,
        "quantity": product.quantity,
        "regions": product.regions,
        "regionDescription": product.region_description,
        "badges": product.badges,
        "languages": product.languages,
        "prices": [{"value": money(tier.cents), "from": tier.since, "to": tier.until} for tier in product.tiers],
        "releaseDate": stamp(product.released_at) if product.released_at else None,
    }
    if product.images is not None:
        said["images"] = [{"image": image.url, "format": image.format} for image in product.images]
    links = {"self": where, "buy": f"{base}/v3/orders", "description": f"{where}/description"}
    return {**said, "links": [{"rel": rel, "href": href} for rel, href in links.items()]}


def read(store: Store, product: Product, base: str) -> dict[str, Any]:
    """The document for a client; a price that waits for somebody to look moves afterwards."""
    said = document(product, base)
    if product.moves_to is not None:
        catalogue.set_price(store, product, product.moves_to)
    return said


def broken(said: dict[str, Any]) -> dict[str, Any]:
    """The document of a product as nobody can read it."""
    return {**said, "productId": None, "prices": "on request"}


def description(product: Product) -> dict[str, Any]:
    """All languages, whatever locale was asked for. Raises SupplierError 404 where there is none."""
    texts = product.texts
    if texts is None:
        raise SupplierError(404, DESCRIPTION_UNKNOWN, "There is no description of this product")
    released = stamp(product.released_at) if product.released_at else None
    return {
        "productId": product.id,
        "platform": product.platform,
        "officialTitle": texts.title,
        "category": texts.category,
        "developerName": texts.developer,
        "developerHomepage": "",
        "keywords": "",
        "pegirating": texts.pegi,
        "eans": texts.eans,
        "editions": [],
        "extensionPacks": [],
        "inTheGameLanguages": product.languages,
        "minimumRequirements": "",
        "recommendedRequirements": "",
        "lastUpdated": stamp(product.updated_at),
        "localizedTitles": [{"territory": word, "title": title} for word, title in texts.titles.items()],
        "factSheets": [{"territory": word, "description": text} for word, text in texts.sheets.items()],
        "photos": [{"territory": "english", "type": "SCREENSHOT", "url": url} for url in texts.photos],
        "videos": [],
        "releases": [{"territory": "english", "releaseDate": released, "releaseStatus": "RELEASED"}],
    }


def image(store: Store, image_id: str) -> dict[str, Any]:
    """Raises SupplierError 404."""
    product = catalogue.for_sale(store, image_id.rpartition("-")[0])
    for found in (product.images if product else None) or ():
        if found.id == image_id:
            return {"id": found.id, "image": found.url, "format": found.format}
    raise SupplierError(404, IMAGE_UNKNOWN, "Image not found")


def names(kind: str) -> dict[str, Any]:
    """The lists of words: platforms, regions, languages, territories."""
    if kind == "territories":
        return {kind: [{"territory": word} for word in generated.TERRITORIES]}
    words = {"platforms": generated.PLATFORMS, "regions": generated.REGIONS, "languages": generated.LANGUAGES}[kind]
    return {kind: [{"name": word} for word in words]}
