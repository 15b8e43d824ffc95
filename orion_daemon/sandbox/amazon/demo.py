"""The demonstration: a seller on Amazon.de and Amazon.fr, some thirty listings, waiting orders, and people who buy.

SKUs and GTINs are those of the catalogue of the other stand-ins, so that one stock is sold on several channels; prices
are a little higher. A patch is applied after a few seconds. Usage plans are the published ones.
"""

import json
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from random import Random

from orion_daemon.sandbox.amazon import behaviour
from orion_daemon.sandbox.amazon.listings import add_listing
from orion_daemon.sandbox.amazon.records import Buyers, Seller
from orion_daemon.sandbox.amazon.sellers import add_application, add_seller
from orion_daemon.sandbox.amazon.state import Market

DEMO_APPLICATION_ID = "amzn1.sp.solution.demo"
DEMO_CLIENT_ID = "amzn1.application-oa2-client.demo"
DEMO_CLIENT_SECRET = "amzn1.oa2-cs.v1.demo"  # noqa: S105  (opens the stand-in only)
DEMO_REFRESH_TOKEN = "Atzr|demo"  # noqa: S105  (opens the stand-in only)
DEMO_SELLER_ID = "ADEMOSELLER01"
DEMO_MARKETPLACES = ("A1PA6795UKMFR9", "A13V1IB3VIYZZH")
_LISTINGS = 30
_WAITING = 4
_MARGIN = Decimal("1.10")


def demo_world(market: Market, every: float = 20.0, first: float = 5.0) -> Seller:
    """Fill an empty world; `every` and `first` are seconds between buyers and until the first of them."""
    market.world.settings.patch_delay = 5.0
    market.world.settings.feed_delay = market.world.settings.report_delay = 10.0
    application = add_application(market, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_APPLICATION_ID)
    seller = Seller(DEMO_SELLER_ID, "Maison Exemplis", list(DEMO_MARKETPLACES))
    add_seller(market, application, seller, DEMO_REFRESH_TOKEN)
    catalogue = json.loads((files("orion_daemon.sandbox.letzshop") / "catalogue.json").read_text("utf-8"))
    for item in catalogue["products"][:_LISTINGS]:
        price = str((Decimal(item["price"]) * _MARGIN).quantize(Decimal("0.01")))
        add_listing(
            market,
            seller.id,
            item["sku"],
            dict.fromkeys(DEMO_MARKETPLACES, price),
            quantity=item["quantity"],
            titles=item["title"],
            gtin=item["gtin"],
            brand=item["brand"],
            created_at=market.now() - timedelta(days=90),
        )
    for number in range(_WAITING):
        placed_at = market.now() - timedelta(minutes=11 * (_WAITING - number))
        behaviour.buy(market, seller.id, Random(f"{market.world.seed}:waiting:{number}"), placed_at=placed_at)
    behaviour.start_buyers(market, Buyers(seller.id, every, first, market.world.seed, restock=20))
    return seller
