"""Orders come into being and change: bought, paid, refunded, cancelled, found out late.

`place` is the only way in; a spec may leave out nearly everything and is completed from offers and listings by SKU or
listing id. An unpaid purchase has an id of its own kind, is in no list, and gets the order's id when it is paid. Each
change moves `modified_at` forward by at least a millisecond, so that no two states of an order share a stamp.
`order_documents` shows an order as the API does; `order_search` finds them.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from orion_daemon.sandbox.ebay import notifications
from orion_daemon.sandbox.ebay.accounts import Seller
from orion_daemon.sandbox.ebay.answers import decimal_of, exponent, milliseconds
from orion_daemon.sandbox.ebay.people import Contact, invent
from orion_daemon.sandbox.ebay.state import Buyer, Line, Offer, Order, Refusal, Shop, Variation

_TICK = timedelta(milliseconds=1)


class LineSpec(Struct, forbid_unknown_fields=True):
    """A line by `sku` (an offer's) or by `listing`; with neither known the line stands as it is given."""

    quantity: int = 1
    sku: str | None = None
    listing: str | None = None
    variation: str | None = None
    id: str | None = None
    title: str | None = None
    price: str | None = None
    discount: str = "0"
    shipping: str = "0"
    shipping_discount: str = "0"
    tax: str = "0"
    collected_tax: str = "0"
    listing_site: str | None = None
    purchase_site: str | None = None


class OrderSpec(Struct, forbid_unknown_fields=True):
    """What a command says about an order; times are ISO 8601 with an offset, amounts decimal text of `currency`.

    `visible_after` (seconds) keeps the order out of the list for that long, with the stamps it will then have.
    `payment` PENDING or FAILED is a purchase that is listed though its payment is not through. `takes` False leaves
    the stock alone.
    """

    lines: list[LineSpec]
    seller: str | None = None
    id: str | None = None
    buyer: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    visible_after: float = 0.0
    paid: bool = True
    payment: str = "PAID"
    currency: str | None = None
    converted_from: str | None = None
    rate: str = "1"
    adjustment: str = "0"
    instruction: str = "SHIP_TO"
    contact: Contact | None = None
    hub: Contact | None = None
    tax_id: dict[str, str] | None = None
    notes: str | None = None
    takes: bool = True


def place(shop: Shop, spec: OrderSpec, by: str = "control") -> Order:
    """Put an order into the world, take its goods from the offers. Raises Unknown and Refusal."""
    world = shop.world
    seller = world.seller(spec.seller)
    if spec.id is not None and spec.id in world.orders:
        raise Refusal(f"order {spec.id!r} exists")
    if not spec.lines:
        raise Refusal("an order has lines")
    serial = world.count()
    lines = [_line(shop, line, seller) for line in spec.lines]
    created = milliseconds(spec.created_at or shop.clock.now())
    first = next((world.offers[line.offer] for line in lines if line.offer), None)
    username, contact = invent(Random(f"{world.seed}:person:{serial}"))
    order = Order(
        id=spec.id or (_order_id(world.seed, serial) if spec.paid else f"{lines[0].listing}-{serial:013}"),
        seller=seller.username,
        buyer=spec.buyer or username,
        created_at=created,
        modified_at=milliseconds(spec.modified_at or created),
        visible_at=created + timedelta(seconds=spec.visible_after),
        currency=spec.currency or (first.currency if first else "EUR"),
        lines=lines,
        paid_at=created if spec.paid else None,
        payment=spec.payment,
        instruction=spec.instruction,
        contact=spec.contact or contact,
        hub=spec.hub,
        tax_id=spec.tax_id,
        notes=spec.notes,
        converted_from=spec.converted_from,
        rate=spec.rate,
        adjustment=spec.adjustment,
    )
    _check_amounts(order)
    _meet(shop, order.buyer)
    world.orders[order.id] = order
    for line in lines if spec.takes else ():
        _take(shop, line)
    shop.ledger.record(
        "order_placed",
        by=by,
        order=order.id,
        seller=order.seller,
        paid=spec.paid,
        created_at=created.isoformat(),
        currency=order.currency,
        total=str(total(order)),
        lines=[
            {"id": x.id, "sku": x.sku, "listing": x.listing, "quantity": x.quantity, "price": x.price} for x in lines
        ],
    )
    if spec.paid and spec.payment == "PAID":
        _confirm(shop, order)
    return order


def pay(shop: Shop, order: Order) -> Order:
    """The buyer pays: an unpaid purchase becomes a listed order under a new id; the ledger tells both ids."""
    now = milliseconds(shop.clock.now())
    before = order.id
    if order.paid_at is None:
        del shop.world.orders[order.id]
        order.id = _order_id(shop.world.seed, shop.world.count())
        shop.world.orders[order.id] = order
        order.visible_at = now
    order.paid_at, order.payment = now, "PAID"
    touch(shop, order, "order_paid", was=before)
    _confirm(shop, order)
    return order


def touch(shop: Shop, order: Order, kind: str, **facts: Any) -> None:
    """The order has changed: move its stamp forward and tell the ledger."""
    order.modified_at = max(milliseconds(shop.clock.now()), order.modified_at + _TICK)
    shop.ledger.record(kind, order=order.id, seller=order.seller, modified_at=order.modified_at.isoformat(), **facts)


def force(shop: Shop, order: Order, fields: dict[str, str]) -> None:
    """Show these statuses whatever truly happened: `payment`, `fulfillment`, `cancel`, `title`; empty text ends it."""
    unknown = set(fields) - {"payment", "fulfillment", "cancel", "title"}
    if unknown:
        raise Refusal(f"what can be forced is payment, fulfillment, cancel and title, not {', '.join(sorted(unknown))}")
    order.forced = {name: value for name, value in {**order.forced, **fields}.items() if value}
    touch(shop, order, "order_forced", fields=order.forced)


def total(order: Order, *, with_collected: bool = False) -> Decimal:
    """What the buyer pays; tax that eBay collects and remits is part of it only on request, as in the API."""
    found = Decimal(order.adjustment)
    for line in order.lines:
        found += line_total(line, with_collected=with_collected)
    return found


def line_total(line: Line, *, with_collected: bool = False) -> Decimal:
    found = Decimal(line.price) * line.quantity - Decimal(line.discount) + Decimal(line.tax)
    found += Decimal(line.shipping) - Decimal(line.shipping_discount)
    return found + (Decimal(line.collected_tax) if with_collected else 0)


def refunded(order: Order, line_id: str | None = None) -> Decimal:
    """Of refunds that were issued or are under way; all of the order or those of one line."""
    wanted = [r for r in order.refunds if r.status != "FAILED" and (line_id is None or r.line == line_id)]
    return sum((Decimal(refund.amount) for refund in wanted), Decimal(0))


def _order_id(seed: int, serial: int) -> str:
    return f"{10 + seed % 90:02}-{10000 + serial // 100000:05}-{serial % 100000:05}"


def _line(shop: Shop, spec: LineSpec, seller: Seller) -> Line:
    world = shop.world
    given = [spec.price or "0", spec.discount, spec.shipping, spec.shipping_discount, spec.tax, spec.collected_tax]
    if spec.quantity < 1 or any(decimal_of(text) is None for text in given):
        raise Refusal("a line has a positive quantity and amounts as decimal text")
    offer = next((o for o in world.offers_of(seller.username, spec.sku or "") if o.published), None)
    listing = world.listings.get(spec.listing or (offer.listing if offer else None) or "")
    if offer is None and listing is not None and listing.managed:
        offer = next((o for o in world.offers.values() if o.listing == listing.id), None)
    variation = _variation(shop, spec, listing.id if listing else None)
    item = world.item(seller.username, offer.sku) if offer else None
    site = listing.marketplace if listing else seller.site
    return Line(
        id=spec.id or str(10_000_000_000 + world.count()),
        listing=listing.id if listing else (spec.listing or str(330_000_000_000 + world.count())),
        title=spec.title or (item.title if item else listing.title if listing else spec.sku or "An invented thing"),
        quantity=spec.quantity,
        price=spec.price or (offer.price if offer else variation.price if variation else "10.00"),
        sku=spec.sku or (offer.sku if offer else variation.sku if variation else None),
        variation=spec.variation or (offer.variation if offer else None),
        discount=spec.discount,
        shipping=spec.shipping,
        shipping_discount=spec.shipping_discount,
        tax=spec.tax,
        collected_tax=spec.collected_tax,
        listing_site=spec.listing_site or site,
        purchase_site=spec.purchase_site or site,
        offer=offer.offer_id if offer else None,
    )


def _check_amounts(order: Order) -> None:
    smallest = -exponent(order.currency)
    for line in order.lines:
        for text in (line.price, line.discount, line.shipping, line.shipping_discount, line.tax, line.collected_tax):
            if int(Decimal(text).normalize().as_tuple().exponent) < smallest:
                raise Refusal(f"{text} has more decimals than {order.currency} knows")


def _variation(shop: Shop, spec: LineSpec, listing_id: str | None) -> Variation | None:
    listing = shop.world.listings.get(listing_id or "")
    if listing is None:
        return None
    return next((v for v in listing.variations if spec.variation in (None, v.id) and spec.sku in (None, v.sku)), None)


def _take(shop: Shop, line: Line) -> None:
    """A sale lowers the item's total and the offer's own quantity, or what an outside listing has."""
    offer: Offer | None = shop.world.offers.get(line.offer or "")
    if offer is not None:
        item = shop.world.item(offer.seller, offer.sku)
        if item is not None and item.quantity is not None:
            item.quantity = max(0, item.quantity - line.quantity)
        if offer.available is not None:
            offer.available = max(0, offer.available - line.quantity)
        offer.sold += line.quantity
        return
    listing = shop.world.listings.get(line.listing)
    for variation in listing.variations if listing else ():
        if variation.id == line.variation and variation.sku == line.sku:
            variation.quantity = max(0, variation.quantity - line.quantity)


def _meet(shop: Shop, username: str) -> None:
    if username not in shop.world.buyers:
        opaque = shop.world.opaque("buyer", 32)
        shop.world.buyers[username] = Buyer(username, opaque[:11], f"{opaque}wLxk3iG+dj6x9nY==")


def _confirm(shop: Shop, order: Order) -> None:
    """One event per line; what else such an event holds is not public, so that a reader should read the order."""
    buyer = shop.world.buyers[order.buyer]
    for line in order.lines:
        data = {
            "orderId": order.id,
            "lineItemId": line.id,
            "listingId": line.listing,
            "quantity": line.quantity,
            "buyer": {"username": buyer.username, "userId": buyer.user_id},
            "sellerUserName": order.seller,
        }
        notifications.announce(shop, "ORDER_CONFIRMATION", order.seller, data)


def brief(order: Order) -> dict[str, Any]:
    """What a command answers about an order."""
    return {
        "id": order.id,
        "seller": order.seller,
        "buyer": order.buyer,
        "created_at": order.created_at.isoformat(),
        "modified_at": order.modified_at.isoformat(),
        "currency": order.currency,
        "total": str(total(order)),
        "paid": order.paid_at is not None,
        "cancelled": order.cancelled_at is not None,
        "lines": [{"id": x.id, "sku": x.sku, "listing": x.listing, "quantity": x.quantity} for x in order.lines],
        "parcels": msgspec.to_builtins(order.parcels),
        "refunds": msgspec.to_builtins(order.refunds),
        "requests": msgspec.to_builtins(order.requests),
    }
