"""Letzshop's documents in Orion's words: pure functions, both wire forms.

**Lines of a shipment.** The platform has one inventory unit a piece and no lines. Units of one variant become one line
whose key is the variant's id; its pieces and their raw states stay in `units`, and what happened to them are counts.
Grouping by variant *and* state, as the platform's notes suggest, would make a line split when half of it is declined;
a line that stays the same while its counts move can be reserved, shipped and released by its key. Only where units of
one variant carry different prices are there lines by price. `confirmed` counts every piece the store said it has, also
those that came back later; `returned` counts the latter. The platform never says that something was shipped.

**Amounts.** A line's price is the variant's, a gross catalogue price. `order.total` covers the customer's whole order,
perhaps other vendors and delivery: the total of the order stays None, the number is in the payload.

Unknown values are kept raw and named in `problems`; they never become a default.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from orion_daemon.connectors.letzshop import names
from orion_daemon.connectors.letzshop.schemas import (
    CustomerOrder,
    Item,
    Localised,
    Order,
    PlainAddress,
    ShipAddress,
    Shipment,
    Text,
    TradeId,
    Unit,
)
from orion_daemon.domain.gtin import GtinError, normalise
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder
from orion_daemon.domain.money import exponent, to_decimal, to_minor

SHIPMENT_STATUS = {
    names.UNCONFIRMED: "pending",  # waits for the store to say whether it has the goods; it is paid already
    names.CONFIRMED: "confirmed",
    names.DECLINED: "cancelled",
}
ORDER_STATUS = {
    "PENDING": "pending",
    "PAID": "confirmed",
    "PROCESSING": "processing",
    "SHIPPED": "shipped",
    "DELIVERED": "delivered",
    "CANCELLED": "cancelled",
}
ORDER_STATUS_OUT = {
    "pending": "PENDING",
    "confirmed": "PAID",
    "processing": "PROCESSING",
    "ready_for_shipment": "PROCESSING",
    "shipped": "SHIPPED",
    "delivered": "DELIVERED",
    "fulfilled": "DELIVERED",
    "cancelled": "CANCELLED",
}
_UNIT_STATES = frozenset({names.UNIT_OPEN, names.UNIT_YES, names.UNIT_NO, names.UNIT_BACK})
_PARSERS = frozenset({"gtin14", "gtin13", "gtin12", "gtin8", "isbn13", "isbn10"})
_LANGUAGES = ("fr", "de", "en")
_LONGEST_AMOUNT = 12  # digits before the point, and as many zeros after it
Problems = list[tuple[str, str]]


class UnusableDocument(ValueError):  # noqa: N818  (says what it is)
    """A value makes the whole document unusable; the text names the field and quotes no personal data."""


def shipment(document: Shipment, payload: bytes, currency: str) -> IncomingOrder:
    """Raises `UnusableDocument`."""
    problems: Problems = []
    order = document.order
    return IncomingOrder(
        channel_order_id=document.id,
        order_number=order.number or document.number or document.id,
        status=_shipment_status(document, problems),
        channel_status=document.state or "",
        currency=currency,
        lines=tuple(_lines(document, order.locale, currency, problems)),
        placed_at=_moment(order.completed_at, "completedAt", problems),
        customer=_customer(order),
        shipping_address=_ship_address(order.ship_address),
        billing_address=_ship_address(order.bill_address),
        locale=order.locale or None,
        problems=tuple(problems),
        tells_sending=False,
        payload=payload,
    )


def order(document: Order, payload: bytes, currency: str) -> IncomingOrder:
    """`currency` is used where the document names none. Raises `UnusableDocument`."""
    problems: Problems = []
    totals = document.totals
    if totals is not None and totals.currency:
        currency = _currency(totals.currency)
    status = ORDER_STATUS.get(document.status or "")
    if status is None:
        problems.append(("unknown_status", f"The order's status {document.status!r} is not known"))
    buyer = document.customer
    return IncomingOrder(
        channel_order_id=document.id,
        order_number=document.order_number or document.id,
        status=status,
        channel_status=document.status or "",
        currency=currency,
        lines=tuple(_item(item, currency) for item in document.items),
        placed_at=_moment(document.created_at, "createdAt", problems),
        channel_updated_at=_moment(document.updated_at, "updatedAt", problems),
        customer=IncomingCustomer(
            email=buyer.email or None,
            first_name=buyer.first_name or None,
            last_name=buyer.last_name or None,
            phone=buyer.phone or None,
        )
        if buyer
        else None,
        shipping_address=_plain_address(document.shipping_address),
        billing_address=_plain_address(document.billing_address),
        subtotal_minor=_minor(totals.subtotal if totals else None, currency, "totals.subtotal"),
        shipping_minor=_minor(totals.shipping if totals else None, currency, "totals.shipping"),
        tax_minor=_minor(totals.tax if totals else None, currency, "totals.tax"),
        total_minor=_minor(totals.total if totals else None, currency, "totals.total"),
        problems=tuple(problems),
        payload=payload,
    )


def price_out(minor: int, currency: str) -> str:
    return to_decimal(minor, currency)


def _shipment_status(document: Shipment, problems: Problems) -> str | None:
    states = [unit.state for unit in document.inventory_units]
    for state in sorted({str(state) for state in states if state not in _UNIT_STATES}):
        problems.append(("unknown_unit_state", f"A unit's state {state!r} is not known"))
    status = SHIPMENT_STATUS.get(document.state or "")
    if status is None:
        problems.append(("unknown_status", f"The shipment's state {document.state!r} is not known"))
        return None
    if names.UNIT_BACK in states:
        # Declined pieces never left the store: when all others are back, nothing is with the customer any more.
        gone = all(state in (names.UNIT_BACK, names.UNIT_NO) for state in states)
        return "refunded" if gone else "partially_refunded"
    return status


def _lines(document: Shipment, locale: str | None, currency: str, problems: Problems) -> Iterable[IncomingLine]:
    if not document.inventory_units:
        problems.append(("no_units", "The shipment holds no pieces"))
    groups: dict[str, dict[int | None, list[Unit]]] = {}
    for unit in document.inventory_units:
        variant = unit.variant
        if variant is None:
            problems.append(("no_variant", f"The unit {unit.id} does not say what it is a piece of"))
        price = _minor(variant.price if variant else None, currency, "variant.price")
        groups.setdefault(variant.id if variant else f"unit:{unit.id}", {}).setdefault(price, []).append(unit)
    for key, prices in groups.items():
        for price, units in prices.items():
            line_key = key if len(prices) == 1 else f"{key}@{'none' if price is None else price}"
            yield _line(line_key, units, price, locale)


def _line(line_key: str, units: list[Unit], price: int | None, locale: str | None) -> IncomingLine:
    variant = units[0].variant
    states = [unit.state for unit in units]
    back = states.count(names.UNIT_BACK)
    return IncomingLine(
        line_key=line_key,
        sku=(variant.sku if variant else None) or None,
        gtin=_trade_number(variant.trade_id if variant else None),
        title=_text(variant.product.name if variant and variant.product else None, locale),
        quantity=len(units),
        unit_price_minor=price,
        total_minor=None if price is None else price * len(units),
        units=tuple((unit.id, unit.state or "") for unit in units),
        confirmed=states.count(names.UNIT_YES) + back,
        cancelled=states.count(names.UNIT_NO),
        returned=back,
    )


def _item(item: Item, currency: str) -> IncomingLine:
    """The form says nothing about what happened to single pieces: the four counts stay None."""
    return IncomingLine(
        line_key=item.id,
        sku=item.sku or None,
        gtin=_barcode(item.gtin),
        title=_text(item.title, None),
        quantity=item.quantity,
        unit_price_minor=_minor(item.unit_price, currency, "unitPrice"),
        total_minor=_minor(item.total_price, currency, "totalPrice"),
    )


def _customer(order: CustomerOrder) -> IncomingCustomer | None:
    """Name and telephone stand only in the addresses: the paying one names the customer, else the receiving one."""
    place = order.bill_address or order.ship_address
    if place is None and not order.email:
        return None
    return IncomingCustomer(
        email=order.email or None,
        first_name=(place.first_name if place else None) or None,
        last_name=(place.last_name if place else None) or None,
        phone=(place.phone if place else None) or None,
    )


def _ship_address(place: ShipAddress | None) -> Address | None:
    if place is None:
        return None
    parts = [str(part) for part in (place.street_name, place.street_number) if part not in (None, "")]
    country = place.country
    return Address(
        first_name=place.first_name or None,
        last_name=place.last_name or None,
        company=place.company or None,
        street=" ".join(parts) or None,
        postal_code=_word(place.zip_code),
        city=place.city or None,
        country=(country.iso or _text(country.name, "en")) if country else None,
        phone=place.phone or None,
    )


def _plain_address(place: PlainAddress | None) -> Address | None:
    if place is None:
        return None
    return Address(
        first_name=place.first_name or None,
        last_name=place.last_name or None,
        street=place.street or None,
        postal_code=_word(place.postal_code),
        city=place.city or None,
        country=place.country or None,
    )


def _word(value: str | int | None) -> str | None:
    return None if value in (None, "") else str(value)


def _trade_number(trade: TradeId | None) -> str | None:
    """The barcode stands in `tradeId` only; a parser that is no barcode's is left alone."""
    if trade is None or (trade.parser is not None and trade.parser not in _PARSERS):
        return None
    return _barcode(trade.number)


def _barcode(value: str | int | None) -> str | None:
    """Checked where it can be; else as it came, since it is only used to find a product."""
    text = _word(value)
    if text is None:
        return None
    try:
        return normalise(text)
    except GtinError:
        return text


def _text(value: Text, locale: str | None) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return _localised(value, locale)


def _localised(value: Localised, locale: str | None) -> str | None:
    for language in (locale, *_LANGUAGES):
        if language in _LANGUAGES and (found := getattr(value, language)):
            return str(found)
    return None


def _minor(value: Decimal | None, currency: str, where: str) -> int | None:
    if value is None:
        return None
    if not value.is_finite() or not -_LONGEST_AMOUNT <= value.adjusted() < _LONGEST_AMOUNT:
        raise UnusableDocument(f"{where} is not an amount")
    return to_minor(value, currency)


def _currency(text: str) -> str:
    code = text.strip().upper()
    try:
        exponent(code)
    except ValueError as error:
        raise UnusableDocument(f"totals.currency {text[:10]!r} is not a currency code") from error
    return code


def _moment(text: str | None, where: str, problems: Problems) -> datetime | None:
    """Times without an offset are unusable: their zone is not known, and is not guessed."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        problems.append(("bad_time", f"{where} is not a time with an offset"))
        return None
    return found.astimezone(UTC)
