"""What happens by itself: buyers order, staff answer elsewhere, pieces come back weeks later, feeds are read.

Everything is planned in the world with the time it is due and drawn from a generator seeded by the world, the kind and
a running number, so that the same seed gives the same day, also when the clock is moved by hand or the process
restarts in between.
"""

from datetime import datetime, timedelta
from random import Random

from aiohttp import ClientSession

from orion_daemon.sandbox.letzshop import feeds
from orion_daemon.sandbox.letzshop.fulfillment import answer_units, take_back
from orion_daemon.sandbox.letzshop.inventory import sell
from orion_daemon.sandbox.letzshop.orders import LineSpec, OrderSpec, place
from orion_daemon.sandbox.letzshop.state import Buyers, Order, Planned, Shop


def start_buyers(shop: Shop, buyers: Buyers) -> None:
    stop_buyers(shop, buyers.vendor)
    shop.world.buyers[buyers.vendor] = buyers
    random = Random(f"{shop.world.seed}:{buyers.seed}:first")
    wait = random.expovariate(1 / buyers.every) if buyers.first is None else random.uniform(0, buyers.first)
    shop.world.plan(shop.clock.now() + timedelta(seconds=wait), "order", vendor=buyers.vendor)


def stop_buyers(shop: Shop, vendor_id: str) -> None:
    shop.world.buyers.pop(vendor_id, None)
    shop.world.unplan("order", vendor=vendor_id)


async def happen(shop: Shop, planned: Planned, session: ClientSession) -> None:
    """Let one planned thing happen; it plans what follows from it."""
    match planned.what:
        case "order":
            _buy(shop, planned)
        case "answer":
            _answer(shop, planned)
        case "return":
            _return(shop, planned)
        case "feed":
            source = shop.world.feeds.get(f"{planned.about['vendor']}/{planned.about['language']}")
            if source is not None:
                await feeds.read(shop, source, session)
                feeds.plan_reading(shop, source)


def buy(
    shop: Shop, vendor_id: str, random: Random, most_lines: int = 3, placed_at: datetime | None = None
) -> Order | None:
    """One order of things that are for sale; None when nothing is."""
    shelf = [p for p in shop.world.products.values() if p.vendor == vendor_id and p.quantity > 0 and p.sku]
    if not shelf:
        return None
    chosen = random.sample(shelf, min(len(shelf), random.randint(1, most_lines)))
    lines = [LineSpec(min(p.quantity, random.choice((1, 1, 1, 2, 2, 3))), sku=p.sku) for p in chosen]
    shipping = random.choice(("0.00", "4.90"))
    order = place(shop, OrderSpec(lines, vendor=vendor_id, shipping=shipping, placed_at=placed_at), "buyer")
    follow_habits(shop, order)
    return order


def buy_nth(shop: Shop, vendor_id: str, seed: str) -> Order | None:
    return buy(shop, vendor_id, Random(f"{shop.world.seed}:{seed}:{shop.world.count()}"))


def follow_habits(shop: Shop, order: Order) -> None:
    """Plan what staff and the customer will do with an order, if they have such habits."""
    for shipment_id in order.shipments:
        habits = shop.world.habits.get(shop.world.shipments[shipment_id].vendor)
        if habits is None:
            continue
        random = Random(f"{shop.world.seed}:{habits.seed}:{shipment_id}")
        now = shop.clock.now()
        if random.random() < habits.answers:
            due = now + timedelta(seconds=random.uniform(*habits.answers_after))
            shop.world.plan(due, "answer", shipment=shipment_id, declines=habits.declines)
        if random.random() < habits.returns:
            due = now + timedelta(seconds=random.uniform(*habits.returns_after))
            shop.world.plan(due, "return", shipment=shipment_id)


def _buy(shop: Shop, planned: Planned) -> None:
    buyers = shop.world.buyers.get(planned.about["vendor"])
    if buyers is None or buyers.left == 0:
        return
    buyers.made += 1
    _restock(shop, buyers)
    random = Random(f"{shop.world.seed}:{buyers.seed}:{buyers.made}")
    if buy(shop, buyers.vendor, random, buyers.most_lines) is not None and buyers.left is not None:
        buyers.left -= 1
    due = planned.due + timedelta(seconds=random.expovariate(1 / buyers.every))
    shop.world.plan(max(due, shop.clock.now()), "order", vendor=buyers.vendor)


def _restock(shop: Shop, buyers: Buyers) -> None:
    if not buyers.restock or any(source.vendor == buyers.vendor for source in shop.world.feeds.values()):
        return
    for product in shop.world.products.values():
        if product.vendor == buyers.vendor and product.quantity < 3 and product.availability == "in stock":
            sell(shop, product, "restock", quantity=buyers.restock)


def _answer(shop: Shop, planned: Planned) -> None:
    shipment = shop.world.shipments.get(planned.about["shipment"])
    if shipment is None:
        return
    random = Random(f"{shop.world.seed}:answer:{shipment.id}")
    declines = planned.about["declines"]
    waiting = [unit.id for unit in shipment.units if unit.state == "unconfirmed"]
    answers = [(unit_id, random.random() >= declines) for unit_id in waiting]
    if answers:
        answer_units(shop, answers, {shipment.vendor}, "staff")


def _return(shop: Shop, planned: Planned) -> None:
    shipment = shop.world.shipments.get(planned.about["shipment"])
    sent = [unit.id for unit in shipment.units if unit.state == "confirmed_available"] if shipment else []
    if shipment is not None and sent:
        take_back(shop, shop.world.orders[shipment.order], sent[:1], {}, "customer")
