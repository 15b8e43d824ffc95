"""Amazon's orders in Orion's words: pure functions. Documents of the old API: `mapping_v0.py`.

**Status.** By the table `STATUS`; a sent order counts as delivered once every parcel is. What the table does not know,
an order without the block that holds its status, and an order that Amazon cannot fulfil keep the status they have here.

**Lines.** One line an order item; `product.price` is that of one piece, the line's total its share of goods. What is
neither sent nor waiting was cancelled; before an order is paid for nothing need wait yet, so that no piece waiting says
nothing. Amazon sends some orders from its own warehouses: all their pieces count as sent from the start, because
nothing of them is the store's to keep or to send.

**Amounts.** `grandTotal` is what the seller receives; the parts are those of the order, or the sums of its items' where
Amazon tells only these. Everything that is charged beside goods and tax (delivery, wrapping, cash on delivery) is
`shipping_minor`. A discount is positive whatever its sign. Persons and amounts that Amazon does not tell stay None.
"""

from collections.abc import Iterable, Sequence

from orion_daemon.connectors.amazon.amounts import Problems, Purse, currency_of, total
from orion_daemon.connectors.amazon.schemas import Address as AmazonAddress
from orion_daemon.connectors.amazon.schemas import Breakdown, Order, OrderItem, Package
from orion_daemon.connectors.amazon.schemas_v0 import Address as OldAddress
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder

STATUS = {
    "PENDING_AVAILABILITY": "pending",  # ordered before it is there
    "PENDING": "pending",  # not paid for yet: held, not to be sent
    "UNSHIPPED": "confirmed",
    "PARTIALLY_SHIPPED": "processing",
    "SHIPPED": "shipped",
    "CANCELLED": "cancelled",
}
UNFULFILLABLE = "UNFULFILLABLE"
AMAZON = "AMAZON"  # who fulfils
ASKABLE = frozenset({"pending", "confirmed", "processing"})
"""Statuses in which a buyer's wish to cancel still means something."""
_CHARGES = frozenset({"SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "DELIVERY_TIP"})
_GOODS, _TAX, _DISCOUNT = "ITEM", "TAX", "DISCOUNT"
_GONE_WRONG = frozenset({"LOST", "DAMAGED", "RETURNING_TO_SELLER", "RETURNED_TO_SELLER", "REJECTED_BY_BUYER"})


def order(document: Order, payload: bytes, settings: AmazonSettings) -> IncomingOrder:
    """Raises `UnusableDocument`."""
    problems: Problems = []
    proceeds = document.proceeds
    grand = proceeds.grand_total if proceeds else None
    items = document.order_items
    prices = [item.product.price.unit_price for item in items if item.product.price]
    currency = currency_of(grand, *prices) or settings.currency_of(document.sales_channel.marketplace_id)
    purse = Purse(currency, problems)
    fulfillment = document.fulfillment
    raw_status = fulfillment.fulfillment_status if fulfillment else ""
    status = status_of(raw_status, problems)
    packages = document.packages or []
    if status == "shipped" and _all_delivered(packages):
        status = "delivered"
    _tell_of_parcels(packages, problems)
    by_amazon = bool(fulfillment and fulfillment.fulfilled_by == AMAZON)
    if status in ASKABLE:
        tell_of_wishes(_wishes(items), problems)
    parts = _parts(proceeds.breakdowns if proceeds else None, items, purse)
    address = document.recipient.delivery_address if document.recipient else None
    buyer = document.buyer
    return IncomingOrder(
        channel_order_id=document.order_id,
        order_number=document.order_id,
        status=status,
        channel_status=raw_status,
        currency=currency,
        lines=tuple(_line(item, purse, by_amazon=by_amazon, is_paid=status != "pending") for item in items),
        placed_at=document.created_time,
        channel_updated_at=document.last_updated_time,
        customer=customer(
            buyer.buyer_email if buyer else None,
            (buyer.buyer_name if buyer else None) or (address.name if address else None),
            address.phone if address else None,
        ),
        shipping_address=postal(address),
        subtotal_minor=parts.get(_GOODS),
        shipping_minor=total(*(parts.get(name) for name in _CHARGES)),
        tax_minor=parts.get(_TAX),
        discount_minor=None if (off := parts.get(_DISCOUNT)) is None else abs(off),
        total_minor=purse.minor(grand, "grandTotal"),
        problems=tuple(dict.fromkeys(problems)),
        payload=payload,
    )


def status_of(raw: str, problems: Problems) -> str | None:
    status = STATUS.get(raw)
    if status is None and raw == UNFULFILLABLE:
        problems.append(("unfulfillable", "Amazon cannot fulfil this order, which came from elsewhere"))
    elif status is None:
        problems.append(("unknown_status", f"The order's status {raw[:40]!r} is not known"))
    return status


def tell_of_wishes(wishes: Sequence[str | None], problems: Problems) -> None:
    """The buyer asks for pieces not to be sent; Amazon leaves the order as it is until the seller cancels."""
    if wishes:
        reason = next((clean(wish) for wish in wishes if wish), "no reason")
        problems.append(
            ("cancellation_requested", f"The buyer asks to cancel {len(wishes)} of the order's lines ({reason})")
        )


def _wishes(items: Iterable[OrderItem]) -> list[str | None]:
    found = []
    for item in items:
        said = item.cancellation
        if said is not None and said.cancellation_request is not None and said.cancellation_execution is None:
            found.append(said.cancellation_request.cancel_reason)
    return found


def _all_delivered(packages: Sequence[Package]) -> bool:
    states = [package.package_status.status if package.package_status else "" for package in packages]
    kept = [state for state in states if state != "CANCELLED"]
    return bool(kept) and all(state == "DELIVERED" for state in kept)


def _tell_of_parcels(packages: Iterable[Package], problems: Problems) -> None:
    for package in packages:
        said = package.package_status
        if said is not None and (said.status == "UNDELIVERABLE" or said.detailed_status in _GONE_WRONG):
            what = (said.detailed_status or said.status).lower().replace("_", " ")
            problems.append(
                ("parcel_undelivered", f"Parcel {package.package_reference_id[:20]} did not arrive: {what[:40]}")
            )


def _line(item: OrderItem, purse: Purse, *, by_amazon: bool, is_paid: bool) -> IncomingLine:
    name = f"item {item.order_item_id[:20]}"
    ordered = item.quantity_ordered
    unit = purse.minor(item.product.price.unit_price if item.product.price else None, f"the price of {name}")
    shares = [one for one in (item.proceeds.breakdowns or () if item.proceeds else ()) if one.type == _GOODS]
    whole = total(*(purse.minor(one.subtotal, f"the goods of {name}") for one in shares))
    if whole is None and unit is not None:
        whole = unit * ordered
    if unit is None and whole is not None and ordered > 0 and whole % ordered == 0:
        unit = whole // ordered
    sent = waiting = None
    if item.fulfillment is not None:
        sent, waiting = item.fulfillment.quantity_fulfilled, item.fulfillment.quantity_unfulfilled
    cancelled = None
    if sent is not None and waiting is not None and (is_paid or sent or waiting):
        cancelled = max(0, ordered - sent - waiting)
    return IncomingLine(
        line_key=item.order_item_id,
        sku=item.product.seller_sku or None,
        gtin=None,
        title=item.product.title or None,
        quantity=ordered,
        unit_price_minor=unit,
        total_minor=whole,
        cancelled=cancelled,
        shipped=max(0, ordered - (cancelled or 0)) if by_amazon else sent,
    )


def _parts(breakdowns: Sequence[Breakdown] | None, items: Iterable[OrderItem], purse: Purse) -> dict[str, int]:
    """Minor units by category. A tip that is still open is not part of what the seller receives."""
    told: Iterable[Breakdown] = breakdowns or [
        one for item in items if item.proceeds for one in item.proceeds.breakdowns or ()
    ]
    found: dict[str, int] = {}
    for one in told:
        if one.type == "DELIVERY_TIP" and one.status == "PENDING":
            continue
        amount = purse.minor(one.subtotal, one.type[:20])
        if amount is not None:
            found[one.type] = found.get(one.type, 0) + amount
    return found


def customer(email: str | None, name: str | None, phone: str | None) -> IncomingCustomer | None:
    """Amazon tells a relay address for e-mail, and often nobody at all."""
    if not email and not name:
        return None
    first, last = _split(name)
    return IncomingCustomer(email=email or None, first_name=first, last_name=last, phone=phone or None)


def postal(place: AmazonAddress | OldAddress | None) -> Address | None:
    if place is None:
        return None
    first, last = _split(place.name)
    lines = [line.strip() for line in (place.address_line1, place.address_line2, place.address_line3) if line]
    found = Address(
        first_name=first,
        last_name=last,
        company=place.company_name or None,
        street=", ".join(line for line in lines if line) or None,
        postal_code=place.postal_code or None,
        city=place.city or None,
        region=place.state_or_region or None,
        country=place.country_code or None,
        phone=place.phone or None,
    )
    return None if found == Address() else found


def _split(name: str | None) -> tuple[str | None, str | None]:
    """Amazon knows whole names only: what stands last is taken for the family's."""
    first, _, last = " ".join((name or "").split()).rpartition(" ")
    return first or None, last or None
