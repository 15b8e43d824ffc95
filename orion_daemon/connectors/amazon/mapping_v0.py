"""Orders of the old API in Orion's words: the same results as `mapping.py`, from documents that say it otherwise.

What bites: amounts of an item are those of the whole line, `Canceled` has one l, cancelled pieces are taken off
`QuantityOrdered` instead of being counted, parcels are not told (so nothing is ever delivered), and `OrderTotal` is
what the buyer pays. `InvoiceUnconfirmed` is sent. Persons come with a restricted data token only.
"""

from collections.abc import Sequence
from fractions import Fraction

from orion_daemon.connectors.amazon import mapping
from orion_daemon.connectors.amazon.amounts import Problems, Purse, currency_of, total
from orion_daemon.connectors.amazon.schemas_v0 import Item, Money, Order
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.domain.incoming import IncomingLine, IncomingOrder
from orion_daemon.domain.money import round_half_up

STATUS = {
    "PendingAvailability": "PENDING_AVAILABILITY",
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "InvoiceUnconfirmed": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
}
"""To the names of the new API."""
BY_AMAZON = "AFN"


def order(document: Order, items: Sequence[Item], payload: bytes, settings: AmazonSettings) -> IncomingOrder:
    """Raises `UnusableDocument`."""
    problems: Problems = []
    prices = [item.item_price for item in items]
    currency = currency_of(document.order_total, *prices) or settings.currency_of(document.marketplace_id)
    purse = Purse(currency, problems)
    raw_status = document.order_status
    status = mapping.status_of(STATUS.get(raw_status, raw_status), problems)
    by_amazon = document.fulfillment_channel == BY_AMAZON
    if status in mapping.ASKABLE:
        mapping.tell_of_wishes(_wishes(items), problems)
    address = mapping.postal(document.shipping_address)
    buyer = document.buyer_info

    def added(*fields: str) -> int | None:
        return total(*(purse.minor(_amount(item, name), name) for item in items for name in fields))

    tax = added("item_tax", "shipping_tax", "gift_wrap_tax")
    tax_off = added("promotion_discount_tax", "shipping_discount_tax")
    return IncomingOrder(
        channel_order_id=document.amazon_order_id,
        order_number=document.amazon_order_id,
        status=status,
        channel_status=raw_status,
        currency=currency,
        lines=tuple(_line(item, purse, by_amazon=by_amazon) for item in items),
        placed_at=document.purchase_date,
        channel_updated_at=document.last_update_date,
        customer=mapping.customer(
            buyer.buyer_email if buyer else None,
            (buyer.buyer_name if buyer else None)
            or (document.shipping_address.name if document.shipping_address else None),
            address.phone if address else None,
        ),
        shipping_address=address,
        subtotal_minor=added("item_price"),
        shipping_minor=added("shipping_price", "gift_wrap_price", "cod_fee"),
        tax_minor=None if tax is None else tax - (tax_off or 0),
        discount_minor=added("promotion_discount", "shipping_discount", "cod_fee_discount"),
        total_minor=purse.minor(document.order_total, "OrderTotal"),
        problems=tuple(dict.fromkeys(problems)),
        payload=payload,
    )


def _amount(item: Item, name: str) -> Money | None:
    if name.startswith("gift_wrap"):
        return getattr(item.buyer_info, name) if item.buyer_info else None
    found: Money | None = getattr(item, name)
    return found


def _wishes(items: Sequence[Item]) -> list[str | None]:
    wishes = [item.buyer_requested_cancel for item in items]
    return [
        wish.buyer_cancel_reason
        for wish in wishes
        if wish is not None and str(wish.is_buyer_requested_cancel).lower() == "true"
    ]


def _line(item: Item, purse: Purse, *, by_amazon: bool) -> IncomingLine:
    ordered = item.quantity_ordered
    whole = purse.minor(item.item_price, f"the price of item {item.order_item_id[:20]}")
    unit = None if whole is None or ordered < 1 else round_half_up(Fraction(whole, ordered))
    return IncomingLine(
        line_key=item.order_item_id,
        sku=item.seller_sku or None,
        gtin=None,
        title=item.title or None,
        quantity=ordered,
        unit_price_minor=unit,
        total_minor=whole,
        shipped=ordered if by_amazon else item.quantity_shipped,
    )
