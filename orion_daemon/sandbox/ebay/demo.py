"""The demonstration: the gift shop on eBay.de, with a consent, 30 listings, two listings of Seller Hub, and buyers.

It sells the same SKUs as on the other marketplaces, so that stock is shared. The first buyer comes within five seconds,
further ones about every fifteen.
"""

import json
from datetime import timedelta
from importlib.resources import files
from random import Random

from orion_daemon.sandbox.ebay import behaviour
from orion_daemon.sandbox.ebay.account_control import add_seller
from orion_daemon.sandbox.ebay.accounts import Application, Seller
from orion_daemon.sandbox.ebay.catalogue import ListingSpec, add
from orion_daemon.sandbox.ebay.state import Shop, Shoppers
from orion_daemon.sandbox.ebay.tokens import grant

DEMO_CLIENT_ID = "MaisonEx-Orion-PRD-0a1b2c3d4-e5f6a7b8"
DEMO_CLIENT_SECRET = "PRD-0a1b2c3d4e5f-sandbox-demo-secret"  # noqa: S105  (known to everybody, for the stand-in only)
DEMO_RU_NAME = "Maison_Exemplis-MaisonEx-Orion-a-sandbox"
DEMO_REFRESH_TOKEN = "v^1.1#i^1#p^3#r^1#I^3#f^0#t^sandbox-demo-refresh-token"  # noqa: S105
DEMO_SELLER = "maison_exemplis"
_LISTED, _WAITING = 30, 4


def demo_world(shop: Shop, every: float = 15.0, first: float = 5.0) -> Seller:
    """Fill an empty world; the seller's site is EBAY_DE, its country LU. `every` and `first` are seconds."""
    application = Application(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_RU_NAME)
    shop.world.applications[application.client_id] = application
    seller = add_seller(shop, {"username": DEMO_SELLER})
    grant(shop, application, seller, token=DEMO_REFRESH_TOKEN)
    raw = (files("orion_daemon.sandbox.letzshop") / "catalogue.json").read_text("utf-8")
    products = [product for product in json.loads(raw)["products"] if product["quantity"]]
    for product in products[:_LISTED]:
        spec = ListingSpec(product["price"], product["sku"], title=product["title"]["de"], quantity=product["quantity"])
        spec.available, spec.ean, spec.brand = product["quantity"], product["gtin"], product["brand"]
        add(shop, spec)
    left = products[_LISTED : _LISTED + 1]
    for product in left:
        spec = ListingSpec(product["price"], product["sku"], title=product["title"]["de"], quantity=product["quantity"])
        spec.outside = True
        add(shop, spec)
    add(shop, ListingSpec("34.00", title="Vintage-Krug, Einzelstück", quantity=1, outside=True))
    for number in range(_WAITING):
        created_at = shop.clock.now() - timedelta(minutes=9 * (_WAITING - number))
        behaviour.buy(shop, seller.username, Random(f"{shop.world.seed}:waiting:{number}"), created_at=created_at)
    behaviour.start_shoppers(shop, Shoppers(seller.username, every, first, shop.world.seed, restock=20))
    return seller


def facts() -> dict[str, str]:
    """What a client needs to speak for the demonstration's seller."""
    return {
        "client_id": DEMO_CLIENT_ID,
        "client_secret": DEMO_CLIENT_SECRET,
        "ru_name": DEMO_RU_NAME,
        "refresh_token": DEMO_REFRESH_TOKEN,
        "seller": DEMO_SELLER,
    }
