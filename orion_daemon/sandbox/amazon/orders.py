"""Orders come into being and change: placed, paid, asked to be cancelled, cancelled; the status follows the parcels.

`place` is the only way in. A spec may leave out nearly everything: the buyer is invented from the seed, lines are
completed from the seller's listings. Every change moves `updated_at`, so that the order appears again in a search by
last update. `shipments` adds the parcels, `finances` the money; `order_documents` and `orders_v0` tell it outside.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

import msgspec
from msgspec import Struct

from orion_daemon.sandbox.amazon.money import decimal, exact
from orion_daemon.sandbox.amazon.people import invent
from orion_daemon.sandbox.amazon.places import place as place_of
from orion_daemon.sandbox.amazon.records import Line, Listing, Order, Person
from orion_daemon.sandbox.amazon.state import Market, Refusal

ENDED = frozenset({"CANCELLED", "UNFULFILLABLE"})
_UNPAID = frozenset({"PENDING", "PENDING_AVAILABILITY"})


class LineSpec(Struct, forbid_unknown_fields=True):
    """`price` is for one unit, the other amounts for the line; `sku` null is an order item without a SKU."""

    sku: str | None = None
    quantity: int = 1
    price: str | float | None = None
    shipping: str | float | None = None
    tax: str | float | None = None
    shipping_tax: str | float | None = None
    promotion: str | float | None = None
    title: str | None = None
    id: str | None = None


class OrderSpec(Struct, forbid_unknown_fields=True):
    """What a command says about an order; times are ISO 8601 with an offset, amounts decimal text."""

    lines: list[LineSpec]
    seller: str | None = None
    marketplace: str | None = None
    id: str | None = None
    currency: str | None = None
    status: (
        Literal[
            "PENDING_AVAILABILITY",
            "PENDING",
            "UNSHIPPED",
            "PARTIALLY_SHIPPED",
            "SHIPPED",
            "CANCELLED",
            "UNFULFILLABLE",
        ]
        | None
    ) = None
    pending: bool = False
    fba: bool = False
    placed_at: datetime | None = None
    updated_at: datetime | None = None
    shipping: str | float | None = None
    buyer: Person | None = None
    programs: list[str] = msgspec.field(default_factory=list)
    business: bool = False


def place(market: Market, spec: OrderSpec, by: str = "control") -> Order:
    """Put an order into the world and the ledger; its units leave the listings. Raises Unknown, Refusal."""
    world = market.world
    seller = world.seller(spec.seller)
    marketplace = spec.marketplace or seller.marketplaces[0]
    order_id = spec.id or f"{world.number(3)}-{world.number(7)}-{world.number(7)}"
    if order_id in world.orders:
        raise Refusal(f"order {order_id!r} exists")
    if not spec.lines:
        raise Refusal("an order has at least one line")
    placed_at = spec.placed_at or market.now()
    currency = spec.currency or place_of(marketplace).currency
    lines = [_line(market, seller.id, line, marketplace, currency) for line in spec.lines]
    if spec.shipping is not None:
        lines[0].shipping = _amount(spec.shipping, currency)
    order = Order(
        id=order_id,
        seller=seller.id,
        marketplace=marketplace,
        currency=currency,
        status=spec.status or ("PENDING" if spec.pending else "SHIPPED" if spec.fba else "UNSHIPPED"),
        fulfilled_by="AMAZON" if spec.fba else "MERCHANT",
        created_at=placed_at,
        updated_at=spec.updated_at or placed_at,
        lines=lines,
        buyer=spec.buyer or invent(Random(f"{world.seed}:{order_id}"), marketplace),
        ship_by=placed_at + timedelta(days=2),
        deliver_by=placed_at + timedelta(days=6),
        programs=spec.programs,
        business=spec.business,
    )
    if order.status == "CANCELLED":
        for line in lines:
            line.cancelled, line.cancelled_by = line.quantity, "BUYER"
    world.orders[order.id] = order
    if order.status not in ENDED and not spec.fba:
        _reserve(market, order)
    market.record(
        "order_placed",
        by=by,
        order=order.id,
        seller=seller.id,
        marketplace=marketplace,
        status=order.status,
        fulfilled_by=order.fulfilled_by,
        placed_at=placed_at.isoformat(),
        total=grand_total(order),
        currency=currency,
        lines=[{"id": x.id, "sku": x.sku, "quantity": x.quantity, "price": x.unit_price} for x in lines],
    )
    return order


def touch(market: Market, order: Order) -> None:
    """The order changed: it appears again for whoever asks by last update."""
    order.updated_at = max(market.now(), order.updated_at)


def move(market: Market, order: Order, status: str, by: str) -> None:
    """Set the status and write the change down; nothing happens when it is that already."""
    touch(market, order)
    if status != order.status:
        market.record("status_changed", order=order.id, was=order.status, now=status, by=by)
        order.status = status


def settle(market: Market, order: Order, by: str) -> None:
    """The status that follows from what was shipped and cancelled; an unpaid order stays what it is."""
    if order.status in _UNPAID and any(line.open for line in order.lines):
        touch(market, order)
        return
    wanted = sum(line.open for line in order.lines)
    sent = sum(order.shipped(line.id) for line in order.lines)
    if not wanted:
        status = "CANCELLED"
    elif not sent:
        status = "UNSHIPPED"
    else:
        status = "PARTIALLY_SHIPPED" if sent < wanted else "SHIPPED"
    move(market, order, status, by)


def authorise(market: Market, order: Order) -> None:
    """The payment came: a pre-order becomes PENDING, a pending order ready to ship. Raises Refusal for any other."""
    following = {"PENDING_AVAILABILITY": "PENDING", "PENDING": "SHIPPED" if _fba(order) else "UNSHIPPED"}
    if order.status not in following:
        raise Refusal(f"order {order.id} is {order.status}; only a pending order can be authorised")
    move(market, order, following[order.status], "buyer")


def cancel(
    market: Market, order: Order, reason: str, by: str, quantities: dict[str, int] | None = None
) -> list[dict[str, object]]:
    """Cancel what is not shipped: all of it, or so many units by order item. What was really cancelled.

    A buyer's cancelling before the payment gives the units back to the listing; a seller's does not.
    """
    back = order.status in _UNPAID
    done: list[dict[str, object]] = []
    for line in order.lines:
        free = line.open - order.shipped(line.id)
        wanted = free if quantities is None else min(free, quantities.get(line.id, 0))
        if wanted <= 0:
            continue
        line.cancelled += wanted
        line.cancelled_by, line.cancel_reason = by.upper(), reason
        done.append({"line": line.id, "sku": line.sku, "quantity": wanted})
        listing = market.world.listing(order.seller, line.sku)
        if back and listing is not None and not _fba(order):
            _shift(listing, wanted)
    if done:
        market.record("order_cancelled", order=order.id, by=by, reason=reason, lines=done)
        settle(market, order, by)
    return done


def ask_to_cancel(market: Market, order: Order, reason: str) -> None:
    """The buyer asks; the order stays what it is until the seller cancels. Raises Refusal once nothing is open."""
    waiting = [line for line in order.lines if line.open > order.shipped(line.id)]
    if not waiting or order.status in ENDED:
        raise Refusal(f"order {order.id} is {order.status}: there is nothing left to cancel")
    for line in waiting:
        line.cancel_wish = reason
    touch(market, order)
    market.record("cancellation_requested", order=order.id, reason=reason, lines=[line.id for line in waiting])


def line_total(line: Line) -> Decimal:
    """What the seller receives for the line: goods, shipping and tax on top, less the discount; 0 when cancelled."""
    if not line.open:
        return Decimal(0)
    goods = Decimal(line.unit_price) * line.open
    return goods + sum(Decimal(x) for x in (line.shipping, line.tax, line.shipping_tax)) - Decimal(line.discount)


def grand_total(order: Order) -> str:
    return exact(sum((line_total(line) for line in order.lines), Decimal(0)), order.currency)


def _fba(order: Order) -> bool:
    return order.fulfilled_by == "AMAZON"


def _amount(text: str | float | None, currency: str) -> str:
    found = decimal(text) if text is not None else Decimal(0)
    if found is None:
        raise Refusal(f"{text!r} is not an amount")
    return exact(found, currency)


def _line(market: Market, seller: str, spec: LineSpec, marketplace: str, currency: str) -> Line:
    world = market.world
    listing = world.listing(seller, spec.sku)
    price = spec.price if spec.price is not None else (price_of(listing, marketplace) if listing else None)
    if spec.quantity < 1:
        raise Refusal("a line has at least one unit")
    discount = _amount(spec.promotion, currency)
    return Line(
        id=spec.id or world.number(14),
        sku=spec.sku,
        asin=listing.asin if listing else f"B0{world.opaque(8)}",
        title=spec.title or (_title(listing, marketplace) if listing else f"Article {spec.sku or 'without a SKU'}"),
        quantity=spec.quantity,
        unit_price=_amount(price if price is not None else "10.00", currency),
        shipping=_amount(spec.shipping, currency),
        tax=_amount(spec.tax, currency),
        shipping_tax=_amount(spec.shipping_tax, currency),
        discount=discount,
        promotion_ids=[f"PAWS-V2-{world.number(10)}"] if Decimal(discount) else [],
    )


def price_of(listing: Listing, marketplace: str) -> str | None:
    """What a buyer pays for one unit in that store, from the offer; None when the SKU is not for sale there."""
    for offer in listing.attributes.get("purchasable_offer", []):
        if offer.get("marketplace_id") == marketplace and offer.get("audience", "ALL") == "ALL":
            prices = [
                step["value_with_tax"] for price in offer.get("our_price", []) for step in price.get("schedule", [])
            ]
            return str(prices[0]) if prices else None
    return None


def _title(listing: Listing, marketplace: str) -> str:
    language = place_of(marketplace).language[:2]
    return listing.titles.get(language) or next(iter(listing.titles.values()), listing.sku)


def _reserve(market: Market, order: Order) -> None:
    for line in order.lines:
        listing = market.world.listing(order.seller, line.sku)
        if listing is not None:
            _shift(listing, -line.quantity)


def _shift(listing: Listing, units: int) -> None:
    for entry in listing.attributes.get("fulfillment_availability", []):
        if entry.get("fulfillment_channel_code") == "DEFAULT" and entry.get("quantity") is not None:
            entry["quantity"] = max(0, int(entry["quantity"]) + units)
