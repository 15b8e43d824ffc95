"""What happens by itself: people buy, refunds are issued, delayed updates take effect, events are delivered.

Everything is planned in the world with the time it is due and drawn from a generator seeded by the world and a running
number, so that the same seed gives the same day, also when the clock is moved by hand or the process restarts.
"""

from datetime import datetime, timedelta
from random import Random

from aiohttp import ClientSession

from orion_daemon.sandbox.ebay import inventory, notifications, refunds
from orion_daemon.sandbox.ebay.answers import exponent
from orion_daemon.sandbox.ebay.orders import LineSpec, OrderSpec, place
from orion_daemon.sandbox.ebay.state import Order, Planned, Shop, Shoppers

_SITES = ("EBAY_DE", "EBAY_DE", "EBAY_FR", "EBAY_NL")


def start_shoppers(shop: Shop, shoppers: Shoppers) -> None:
    stop_shoppers(shop, shoppers.seller)
    shop.world.shoppers[shoppers.seller] = shoppers
    random = Random(f"{shop.world.seed}:{shoppers.seed}:first")
    wait = random.expovariate(1 / shoppers.every) if shoppers.first is None else random.uniform(0, shoppers.first)
    shop.world.plan(shop.clock.now() + timedelta(seconds=wait), "order", seller=shoppers.seller)


def stop_shoppers(shop: Shop, seller: str) -> None:
    shop.world.shoppers.pop(seller, None)
    shop.world.unplan("order", seller=seller)


async def happen(shop: Shop, planned: Planned, session: ClientSession) -> None:
    """Let one planned thing happen; it plans what follows from it."""
    about = planned.about
    match planned.what:
        case "order":
            _shop(shop, planned)
        case "refund" if about["order"] in shop.world.orders:
            refunds.settle(shop, shop.world.orders[about["order"]], about["refund"])
        case "apply":
            inventory.apply(shop, about["seller"], about["sku"], about["quantity"], about["offers"])
        case "deliver":
            await notifications.deliver(shop, about, session)


def buy(
    shop: Shop, seller: str, random: Random, most_lines: int = 2, created_at: datetime | None = None
) -> Order | None:
    """One order of things that are for sale on eBay; None when nothing is."""
    world = shop.world
    shelf = [o for o in world.offers.values() if o.seller == seller and o.published and world.shown(o) > 0]
    if not shelf:
        return None
    lines: list[LineSpec] = []
    for offer in random.sample(shelf, min(len(shelf), random.randint(1, most_lines))):
        shipping = random.choice(("0", "4.90" if exponent(offer.currency) else "490")) if not lines else "0"
        quantity = min(world.shown(offer), random.choice((1, 1, 1, 2)))
        lines.append(LineSpec(quantity, sku=offer.sku, shipping=shipping, purchase_site=random.choice(_SITES)))
    return place(shop, OrderSpec(lines, seller=seller, created_at=created_at), "buyer")


def _shop(shop: Shop, planned: Planned) -> None:
    shoppers = shop.world.shoppers.get(planned.about["seller"])
    if shoppers is None or shoppers.left == 0:
        return
    shoppers.made += 1
    for item in shop.world.items.get(shoppers.seller, {}).values():
        if shoppers.restock and not item.steered and item.quantity is not None and item.quantity < 2:
            inventory.restock(shop, shoppers.seller, item.sku, shoppers.restock)
    random = Random(f"{shop.world.seed}:{shoppers.seed}:{shoppers.made}")
    if buy(shop, shoppers.seller, random, shoppers.most_lines) is not None and shoppers.left is not None:
        shoppers.left -= 1
    due = planned.due + timedelta(seconds=random.expovariate(1 / shoppers.every))
    shop.world.plan(max(due, shop.clock.now()), "order", seller=shoppers.seller)
