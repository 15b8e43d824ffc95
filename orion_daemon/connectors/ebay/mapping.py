"""eBay's orders in Orion's words.

**Status.** eBay knows no single one: payment, fulfilment and cancellation are combined by the table of `status_of`, of
which the first row that fits counts. A value that is not known gives None, which keeps the status and asks for a
person. A buyer's request for cancellation is no status: it is the problem `cancellation_requested`, and blocks sending.

**Amounts** stay as eBay gives them: lines before discounts, the discounts of goods and delivery together, the total
after them. eBay's own collected taxes are in none of them, since they are asked for without TAX_BREAKDOWN. Charges
beside goods and delivery count with delivery, and are told. After a conversion the converted amount counts.

**What is absent stays None**: e-mail after 14 days, name and street after 90, tax numbers of the list, a title that
eBay replaced by the listing's number.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay.schemas import Amount, Contact, Line, Order, Place, Pricing, Refund
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder, IncomingRefund
from orion_daemon.domain.money import exponent, is_exact, round_half_up, to_minor

Problems = list[tuple[str, str]]
_PAYMENTS = frozenset({names.PENDING, names.FAILED, names.PAID, names.PARTLY_REFUNDED, names.REFUNDED})
_FULFILMENTS = frozenset({names.NOT_STARTED, names.IN_PROGRESS, names.FULFILLED})
_REFUND_STATES = {names.REFUND_DONE: "paid", names.REFUND_PENDING: "pending", names.REFUND_FAILED: "failed"}
_LONGEST_AMOUNT = 12  # digits before the point, and as many zeros after it


class UnusableDocument(ValueError):  # noqa: N818  (says what it is)
    """A value makes the whole document unusable; the text names the field and quotes no personal data."""


def order(document: Order, payload: bytes, currency: str, shipped: Mapping[str, int] | None = None) -> IncomingOrder:
    """`currency` is used where the document names none; `shipped` are pieces by line, where parcels were read.

    Raises `UnusableDocument`.
    """
    problems: Problems = []
    pricing = document.pricing_summary or Pricing()
    currency = _currency(document, pricing, currency)
    status = status_of(document)
    raw = "/".join(
        (document.order_payment_status or "-", document.order_fulfillment_status or "-", _cancel_state(document))
    )
    if status is None:
        problems.append(("unknown_status", f"eBay says {raw[:80]} (payment/fulfilment/cancellation)"))
    if _cancel_state(document) == names.CANCELLING:
        problems.append(
            ("cancellation_requested", "The buyer or eBay asked for cancellation: approve it, or decline it at eBay")
        )
    _instructions(document, problems)
    if names.BY_EBAY in _kinds(document):  # it left a stock that was never the store's
        shipped = {line.line_item_id: line.quantity for line in document.line_items}
    lines = tuple(_line(line, currency, shipped or {}, problems) for line in document.line_items)
    charges = _charges(pricing, currency, problems)
    delivery = _minor(pricing.delivery_cost, currency, "deliveryCost", problems)
    return IncomingOrder(
        channel_order_id=document.order_id,
        order_number=document.order_id,
        status=status,
        channel_status=raw,
        currency=currency,
        lines=lines,
        placed_at=_moment(document.creation_date, "creationDate", problems),
        channel_updated_at=_moment(document.last_modified_date, "lastModifiedDate", problems),
        customer=_customer(document),
        shipping_address=_shipping(document),
        billing_address=_address(document.buyer.buyer_registration_address) if document.buyer else None,
        subtotal_minor=_minor(pricing.price_subtotal, currency, "priceSubtotal", problems),
        shipping_minor=delivery + charges if delivery is not None else charges or None,
        tax_minor=_minor(pricing.tax, currency, "tax", problems),
        discount_minor=_discount(pricing, currency, problems),
        total_minor=_minor(pricing.total, currency, "total", problems),
        refunded_minor=_refunded(document, currency, problems),
        refunds=refunds_of(document, currency),
        problems=tuple(problems),
        payload=payload,
    )


def status_of(document: Order) -> str | None:
    """One of `domain.orders.OrderStatus`, or None where a value that matters is not known.

    | cancellation | payment | fulfilment | status |
    |---|---|---|---|
    | completed | any | any | cancelled |
    | | FULLY_REFUNDED | any | refunded |
    | | PENDING, FAILED, with no refund under way | any | pending |
    | | PARTIALLY_REFUNDED | FULFILLED | partially_refunded |
    | | else | FULFILLED | shipped; fulfilled where all is digital |
    | | else | IN_PROGRESS | processing |
    | | else | NOT_STARTED | confirmed |
    """
    cancel, payment, fulfilment = (
        _cancel_state(document),
        document.order_payment_status,
        document.order_fulfillment_status,
    )
    if cancel in names.CANCELLED:
        return "cancelled"
    if cancel not in (names.NO_CANCELLATION, names.CANCELLING) or payment not in _PAYMENTS:
        return None
    if payment == names.REFUNDED:
        return "refunded"
    if payment in (names.PENDING, names.FAILED) and not _waits_for_refund(document):
        return "pending"
    if fulfilment not in _FULFILMENTS:
        return None
    if fulfilment == names.FULFILLED:
        if payment == names.PARTLY_REFUNDED:
            return "partially_refunded"
        return "fulfilled" if _is_digital(document) else "shipped"
    return "processing" if fulfilment == names.IN_PROGRESS else "confirmed"


def listing_of(line: Line) -> str:
    """What a line was bought from: the listing's number, and the variation's where there are several; "" if untold."""
    return ":".join(part for part in (line.legacy_item_id, line.legacy_variation_id) if part)


def sites_of(document: Order) -> frozenset[str]:
    """Where its lines were listed or bought."""
    sites = {
        site for line in document.line_items for site in (line.listing_marketplace_id, line.purchase_marketplace_id)
    }
    return frozenset(site for site in sites if site)


def _cancel_state(document: Order) -> str:
    return (document.cancel_status.cancel_state if document.cancel_status else None) or names.NO_CANCELLATION


def _waits_for_refund(document: Order) -> bool:
    """PENDING and FAILED also tell of a refund of an order that was paid."""
    refunds = (document.payment_summary.refunds if document.payment_summary else None) or ()
    return any(one.refund_status in (names.REFUND_PENDING, names.REFUND_FAILED) for one in refunds)


def _kinds(document: Order) -> list[str | None]:
    return [one.fulfillment_instructions_type for one in document.fulfillment_start_instructions or ()]


def _is_digital(document: Order) -> bool:
    kinds = _kinds(document)
    return bool(kinds) and all(kind == names.DIGITAL for kind in kinds)


def _instructions(document: Order, problems: Problems) -> None:
    for kind in dict.fromkeys(_kinds(document)):
        if kind == names.BY_EBAY:
            problems.append(("fulfilled_by_channel", "A warehouse of eBay's sends this order out of its own stock"))
        elif kind is not None and kind not in names.SENT_BY_US:
            problems.append(("unknown_fulfilment", f"eBay says {kind[:40]!r} of how the order is to be sent"))


def _line(line: Line, currency: str, shipped: Mapping[str, int], problems: Problems) -> IncomingLine:
    cost = _minor(line.line_item_cost, currency, "lineItemCost", problems)
    state, listing = line.line_item_fulfillment_status, listing_of(line)
    if state is not None and state not in _FULFILMENTS:
        problems.append(("unknown_status", f"Line {line.line_item_id}: eBay says {state[:40]!r} of its fulfilment"))
    title = line.title if line.title and line.title != line.legacy_item_id else None
    if not line.sku:
        problems.append(
            ("no_sku", f"Line {line.line_item_id} has no SKU; it was bought from listing {listing or '(untold)'}")
        )
        aspects = ", ".join(
            f"{one.name}: {one.value}" for one in line.variation_aspects or () if one.name and one.value
        )
        title = f"{title} ({aspects})" if title and aspects else title
    counts = {names.FULFILLED: line.quantity, names.NOT_STARTED: 0}
    return IncomingLine(
        line_key=line.line_item_id,
        sku=line.sku or None,
        gtin=None,
        title=title,
        quantity=line.quantity,
        unit_price_minor=round_half_up(Fraction(cost, line.quantity))
        if cost is not None and line.quantity > 0
        else None,
        total_minor=cost,
        shipped=shipped.get(line.line_item_id, counts.get(state or "")),
    )


def _customer(document: Order) -> IncomingCustomer | None:
    """The buyer's own contact, else who receives the goods, unless that is a hub of eBay's."""
    buyer = document.buyer
    receiver, is_hub = _receiver(document)
    contact = buyer.buyer_registration_address if buyer else None
    for_name = contact if contact and contact.full_name else None if is_hub else receiver
    mail = next((one.email for one in (contact, receiver) if one and one.email), None)
    first, last = _names(for_name.full_name if for_name else None)
    phone = next((one.primary_phone.phone_number for one in (contact, for_name) if one and one.primary_phone), None)
    username = (buyer.username if buyer else None) or None
    if not any((username, mail, first, last, phone)):
        return None
    return IncomingCustomer(username, mail, first, last, phone or None)


def _receiver(document: Order) -> tuple[Contact | None, bool]:
    for one in document.fulfillment_start_instructions or ():
        if one.shipping_step is not None and one.shipping_step.ship_to is not None:
            return one.shipping_step.ship_to, bool(one.ebay_supported_fulfillment)
    return None, False


def _shipping(document: Order) -> Address | None:
    return _address(_receiver(document)[0])


def _address(contact: Contact | None) -> Address | None:
    if contact is None:
        return None
    first, last = _names(contact.full_name)
    place = contact.contact_address or Place()
    street = ", ".join(part.strip() for part in (place.address_line1, place.address_line2) if part and part.strip())
    found = Address(
        first_name=first,
        last_name=last,
        company=contact.company_name or None,
        street=street or None,
        postal_code=place.postal_code or None,
        city=place.city or None,
        region=place.state_or_province or place.county or None,
        country=place.country_code or None,
        phone=(contact.primary_phone.phone_number if contact.primary_phone else None) or None,
    )
    return None if found == Address() else found


def _names(full: str | None) -> tuple[str | None, str | None]:
    """eBay gives one text; the last word is taken for the family's name, so that both together read as before."""
    first, _, last = " ".join((full or "").split()).rpartition(" ")
    return first or None, last or None


def _charges(pricing: Pricing, currency: str, problems: Problems) -> int:
    fee = _minor(pricing.fee, currency, "fee", problems) or 0
    more = fee + max(0, _minor(pricing.adjustment, currency, "adjustment", problems) or 0)
    if more:
        problems.append(
            ("other_charges", f"Charges of {more} (minor units) beside goods and delivery count with delivery")
        )
    return more


def _discount(pricing: Pricing, currency: str, problems: Problems) -> int | None:
    """What is taken off goods and delivery, as a positive amount."""
    goods = _minor(pricing.price_discount, currency, "priceDiscount", problems)
    delivery = _minor(pricing.delivery_discount, currency, "deliveryDiscount", problems)
    adjusted = _minor(pricing.adjustment, currency, "adjustment", [])
    parts = [abs(part) for part in (goods, delivery) if part is not None]
    parts += [-adjusted] if adjusted is not None and adjusted < 0 else []
    return sum(parts) if parts else None


def _refunded(document: Order, currency: str, problems: Problems) -> int | None:
    """What has been paid back: of the order's own list, or of its lines' where that is empty. None: nothing yet."""
    summary = document.payment_summary
    listed: list[Refund] = list((summary.refunds if summary else None) or ())
    known = (names.REFUND_DONE, names.REFUND_PENDING, names.REFUND_FAILED)
    for one in listed:
        if one.refund_status not in known:
            problems.append(("unknown_refund", f"eBay says {str(one.refund_status)[:40]!r} of a refund"))
    done = [one for one in listed if one.refund_status == names.REFUND_DONE]
    if not listed:
        done = [one for line in document.line_items for one in line.refunds or () if one.refund_date]
    amounts = [_minor(one.amount, currency, "refunds.amount", problems) or 0 for one in done]
    return sum(amounts) or None


def refunds_of(document: Order, currency: str) -> tuple[IncomingRefund, ...]:
    """Each refund once, those of lines that share an id added up; one that has no id yet is left out."""
    summary = document.payment_summary
    found: dict[str, IncomingRefund] = {}
    for one in (summary.refunds if summary else None) or ():
        if name := one.refund_id or one.refund_reference_id:
            state = _REFUND_STATES.get(one.refund_status or "", str(one.refund_status))
            found[name] = IncomingRefund(name, state, _minor(one.amount, currency, "refunds.amount", []))
    whole = frozenset(found)
    for one in (refund for line in document.line_items for refund in line.refunds or ()):
        name = one.refund_id or one.refund_reference_id
        if name and name not in whole:
            amount, before = _minor(one.amount, currency, "refunds.amount", []), found.get(name)
            if before is not None:
                amount = None if amount is None or before.amount_minor is None else amount + before.amount_minor
            found[name] = IncomingRefund(name, "paid" if one.refund_date else "pending", amount)
    return tuple(found.values())


def _currency(document: Order, pricing: Pricing, default: str) -> str:
    amounts = [pricing.total, pricing.price_subtotal, *(line.line_item_cost for line in document.line_items)]
    code = next((amount.currency for amount in amounts if amount is not None and amount.currency), default)
    try:
        exponent(code)
    except ValueError as error:
        raise UnusableDocument(f"the currency {code[:10]!r} is not a currency code") from error
    return code


def _minor(amount: Amount | None, currency: str, where: str, problems: Problems) -> int | None:
    """In the order's currency: the amount itself, or what it was before a conversion."""
    if amount is None or amount.value is None:
        return None
    if (amount.currency or currency) == currency:
        return _whole(amount.value, currency, where, problems)
    if amount.converted_from_currency == currency and amount.converted_from_value is not None:
        return _whole(amount.converted_from_value, currency, where, problems)
    problems.append(("other_currency", f"{where} is in {str(amount.currency)[:3]}, the order in {currency}"))
    return None


def _whole(value: Decimal, currency: str, where: str, problems: Problems) -> int:
    if not value.is_finite() or not -_LONGEST_AMOUNT <= value.adjusted() < _LONGEST_AMOUNT:
        raise UnusableDocument(f"{where} is not an amount")
    if not is_exact(value, currency):
        problems.append(("amount_rounded", f"{where} is finer than {currency} goes, and was rounded"))
    return to_minor(value, currency)


def _moment(text: str | None, where: str, problems: Problems) -> datetime | None:
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
