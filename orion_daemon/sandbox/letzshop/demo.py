"""The demonstration: a gift shop with a key, 41 products in three languages, its feed files, and people who buy.

The first order comes within three seconds, further ones about every six. The feed files hold the merchant's own stock
and do not change when somebody orders, so that importing them twice finds nothing new.
"""

import csv
import io
import json
from datetime import timedelta
from importlib.resources import files
from random import Random
from typing import Any

from orion_daemon.sandbox.letzshop import behaviour
from orion_daemon.sandbox.letzshop.inventory import add_product
from orion_daemon.sandbox.letzshop.state import Buyers, FeedFile, Form, Key, Names, Shop, Vendor

DEMO_KEY = "sandbox-demo-key"
LANGUAGES = ("en", "fr", "de")
_WAITING = 5
_COLUMNS = (
    "id",
    "title",
    "price",
    "description",
    "product_type",
    "availability",
    "image_link",
    "identifier_exists",
    "atalanda:tax_rate",
    "atalanda:quantity",
    "brand",
    "gtin",
    "atalanda:delivery_method",
    "item_group_id",
    "link",
)
_TAX = {"food": "3"}


def demo_world(shop: Shop, form: Form = "live", every: float = 6.0, first: float = 3.0) -> Vendor:
    """Fill an empty world; the vendor's slug is `demo`, its key DEMO_KEY. `every` and `first` are seconds."""
    world = shop.world
    vendor = Vendor(world.opaque(), "demo", "Maison Exemplis", form)
    world.vendors[vendor.id] = vendor
    world.keys[DEMO_KEY] = Key(DEMO_KEY, "demo", [vendor.id])
    catalogue = json.loads((files(__package__) / "catalogue.json").read_text("utf-8"))
    for item in catalogue["products"]:
        add_product(
            shop,
            vendor.id,
            item["sku"],
            item["price"],
            quantity=item["quantity"],
            availability="in stock" if item["quantity"] else "out of stock",
            gtin=item["gtin"],
            names=Names(**item["title"]),
            description=Names(**catalogue["categories"][item["category"]]["text"]),
            brand=item["brand"] or "",
        )
    for language in LANGUAGES:
        world.files[f"demo-{language}.csv"] = FeedFile(feed(catalogue, language), shop.clock.now())
    for number in range(_WAITING):
        placed_at = shop.clock.now() - timedelta(minutes=7 * (_WAITING - number))
        behaviour.buy(shop, vendor.id, Random(f"{world.seed}:waiting:{number}"), placed_at=placed_at)
    behaviour.start_buyers(shop, Buyers(vendor.id, every, first, world.seed, restock=40))
    return vendor


def feed(catalogue: dict[str, Any], language: str) -> str:
    """The merchant's tab-separated feed in one language."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for item in catalogue["products"]:
        category = catalogue["categories"][item["category"]]
        slug = item["sku"].lower()
        writer.writerow(
            (
                item["sku"],
                item["title"][language],
                item["price"],
                category["text"][language],
                category["path"][language],
                "in stock" if item["quantity"] else "out of stock",
                f"https://shop.example.lu/i/{slug}.jpg",
                "true" if item["gtin"] else "false",
                _TAX.get(item["category"], "17"),
                item["quantity"],
                item["brand"] or "",
                item["gtin"] or "",
                "package_delivery",
                item["group"] or "",
                f"https://shop.example.lu/{language}/p/{slug}",
            )
        )
    return out.getvalue()
