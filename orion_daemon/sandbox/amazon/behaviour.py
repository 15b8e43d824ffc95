"""What happens by itself: buyers order, patches are applied, feeds and reports are worked off.

Everything is planned in the world with the time it is due and drawn from a generator seeded by the world and a running
number, so that the same seed gives the same day, also when the clock is moved by hand or the process restarts.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from orion_daemon.sandbox.amazon import feeds, patches, reports
from orion_daemon.sandbox.amazon.orders import LineSpec, OrderSpec, authorise, place, price_of
from orion_daemon.sandbox.amazon.records import Buyers, Listing, Order, Planned
from orion_daemon.sandbox.amazon.state import Market, Refusal

_PENDING = 0.15
_SPOILT = ("seller", "lines", "placed_at", "updated_at", "id")


def start_buyers(market: Market, buyers: Buyers) -> None:
    stop_buyers(market, buyers.seller)
    market.world.buyers[buyers.seller] = buyers
    random = Random(f"{market.world.seed}:{buyers.seed}:amazon:first")
    wait = random.expovariate(1 / buyers.every) if buyers.first is None else random.uniform(0, buyers.first)
    market.world.plan(market.later(wait), "order", seller=buyers.seller)


def stop_buyers(market: Market, seller_id: str) -> None:
    market.world.buyers.pop(seller_id, None)
    market.world.unplan("order", seller=seller_id)


def happen(market: Market, planned: Planned) -> None:
    """Let one planned thing happen; it plans what follows from it."""
    match planned.what:
        case "order":
            _buy(market, planned)
        case "payment":
            order = market.world.orders.get(planned.about["order"])
            if order is not None and order.status == "PENDING":
                authorise(market, order)
        case "patch":
            patches.apply(market, planned)
        case "feed":
            feeds.step(market, planned)
        case "report":
            reports.step(market, planned)


def buy(
    market: Market, seller_id: str, random: Random, most_lines: int = 2, placed_at: datetime | None = None
) -> Order | None:
    """One order of things that the merchant has for sale; None when there is nothing.

    A few are pending at first: their payment comes within half an hour.
    """
    seller = market.world.sellers[seller_id]
    marketplace = random.choice(seller.marketplaces)
    shelf = [x for x in market.world.listings_of(seller_id) if (x.quantity() or 0) > 0 and price_of(x, marketplace)]
    if not shelf:
        return None
    chosen = random.sample(shelf, min(len(shelf), random.randint(1, most_lines)))
    lines = [LineSpec(sku=x.sku, quantity=min(x.quantity() or 1, random.choice((1, 1, 1, 2)))) for x in chosen]
    pending = random.random() < _PENDING
    spec = OrderSpec(
        lines,
        seller=seller_id,
        marketplace=marketplace,
        pending=pending,
        shipping=random.choice(("0", "3.99")),
        placed_at=placed_at,
    )
    order = place(market, spec, "buyer")
    if pending:
        market.world.plan(market.later(random.uniform(60, 1800)), "payment", order=order.id)
    return order


def buy_nth(market: Market, seller_id: str) -> Order | None:
    return buy(market, seller_id, Random(f"{market.world.seed}:random:{market.world.count()}"))


def many(market: Market, said: dict[str, Any]) -> dict[str, Any]:
    """`count` orders spread evenly over the window from `from` to `to`; the rest of what is said goes to each of them.

    Listings must exist; their stock is not looked at, since an outage sold what there was. Raises Refusal.
    """
    count, start, end = int(said.pop("count")), said.pop("from"), said.pop("to")
    seller = market.world.seller(said.pop("seller", None))
    seed = said.pop("seed", 0)
    shelf: list[Listing] = [x for x in market.world.listings_of(seller.id) if x.quantity() is not None]
    if not shelf or count < 1 or end < start:
        raise Refusal("many orders need a count, listings, and a window that ends after it begins")
    if wrong := set(said) - set(OrderSpec.__struct_fields__) | set(said) & set(_SPOILT):
        raise Refusal(f"many orders share everything but {', '.join(sorted(wrong))}")
    shared = msgspec.convert({**said, "lines": [], "seller": seller.id}, OrderSpec)
    step = (end - start) / count
    first = last = ""
    for number in range(count):
        random = Random(f"{market.world.seed}:{seed}:many:{number}")
        spec = msgspec.structs.replace(
            shared,
            lines=[LineSpec(sku=random.choice(shelf).sku, quantity=random.choice((1, 1, 2)))],
            marketplace=shared.marketplace or random.choice(seller.marketplaces),
            placed_at=start + step * number,
        )
        last = place(market, spec, "buyer").id
        first = first or last
    return {"placed": count, "first": first, "last": last}


def _buy(market: Market, planned: Planned) -> None:
    buyers = market.world.buyers.get(planned.about["seller"])
    if buyers is None or buyers.left == 0:
        return
    buyers.made += 1
    if buyers.restock:
        _restock(market, buyers)
    random = Random(f"{market.world.seed}:{buyers.seed}:amazon:{buyers.made}")
    if buy(market, buyers.seller, random, buyers.most_lines) is not None and buyers.left is not None:
        buyers.left -= 1
    due = planned.due + timedelta(seconds=random.expovariate(1 / buyers.every))
    market.world.plan(max(due, market.now()), "order", seller=buyers.seller)


def _restock(market: Market, buyers: Buyers) -> None:
    for listing in market.world.listings_of(buyers.seller):
        if listing.steered:
            continue
        for entry in listing.attributes.get("fulfillment_availability", []):
            if entry.get("quantity") == 0 and entry.get("fulfillment_channel_code") == "DEFAULT":
                entry["quantity"] = buyers.restock
                listing.updated_at = market.now()
                market.record("restocked", sku=listing.sku, quantity=buyers.restock)
