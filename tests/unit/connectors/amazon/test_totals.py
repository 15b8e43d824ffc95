"""Generated orders in currencies of two, no and three digits: exact amounts, and totals that add up or are told."""

from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.amazon import mapping, mapping_v0, schemas, schemas_v0
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.order_lines import first_lines
from orion_daemon.domain.order_totals import total_problem

SETTINGS = AmazonSettings(marketplace_ids=("A1PA6795UKMFR9",))


@dataclass(frozen=True)
class Line:
    unit: int
    quantity: int
    sent: int
    shipping: int
    tax: int
    discount: int


@dataclass(frozen=True)
class Sale:
    """What was sold, in minor units; `tax_on_top` as in America, inside elsewhere."""

    currency: str
    lines: tuple[Line, ...]
    tax_on_top: bool
    negative: bool
    parts_of: str

    @property
    def goods(self) -> int:
        return sum(line.unit * line.quantity for line in self.lines)

    @property
    def total(self) -> int:
        tax = sum(line.tax for line in self.lines) if self.tax_on_top else 0
        return self.goods + tax + sum(line.shipping - line.discount for line in self.lines)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    unit, quantity = draw(st.integers(1, 10_000_000)), draw(st.integers(1, 50))
    amounts = st.integers(0, 100_000)
    return Line(
        unit,
        quantity,
        draw(st.integers(0, quantity)),
        draw(amounts),
        draw(amounts),
        draw(st.integers(0, unit * quantity)),
    )


sales = st.builds(
    Sale,
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.lists(lines(), min_size=1, max_size=6).map(tuple),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["order", "items"]),
)


def money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": to_decimal(minor, currency), "currencyCode": currency}


def breakdowns(sale: Sale, of: tuple[Line, ...]) -> list[dict[str, Any]]:
    sums = {
        "ITEM": sum(line.unit * line.quantity for line in of),
        "SHIPPING": sum(line.shipping for line in of),
        "TAX": sum(line.tax for line in of),
        "DISCOUNT": sum(line.discount for line in of) * (-1 if sale.negative else 1),
    }
    return [{"type": kind, "subtotal": money(minor, sale.currency)} for kind, minor in sums.items() if minor]


def new(sale: Sale, total: int) -> IncomingOrder:
    items = [
        {
            "orderItemId": str(number),
            "quantityOrdered": line.quantity,
            "product": {"sellerSku": f"SKU-{number}", "price": {"unitPrice": money(line.unit, sale.currency)}},
            "proceeds": {"breakdowns": breakdowns(sale, (line,))},
            "fulfillment": {"quantityFulfilled": line.sent, "quantityUnfulfilled": line.quantity - line.sent},
        }
        for number, line in enumerate(sale.lines)
    ]
    proceeds: dict[str, Any] = {"grandTotal": money(total, sale.currency)}
    if sale.parts_of == "order":
        proceeds["breakdowns"] = breakdowns(sale, sale.lines)
    whole = {
        "orderId": "1",
        "orderItems": items,
        "proceeds": proceeds,
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
    }
    raw = msgspec.json.encode(whole)
    return mapping.order(msgspec.json.decode(raw, type=schemas.Order), raw, SETTINGS)


def old(sale: Sale, total: int) -> IncomingOrder:
    def amount(minor: int) -> dict[str, str]:
        return {"Amount": to_decimal(minor, sale.currency), "CurrencyCode": sale.currency}

    items = [
        {
            "OrderItemId": str(number),
            "SellerSKU": f"SKU-{number}",
            "QuantityOrdered": line.quantity,
            "QuantityShipped": line.sent,
            "ItemPrice": amount(line.unit * line.quantity),
            "ShippingPrice": amount(line.shipping),
            "ItemTax": amount(line.tax),
            "PromotionDiscount": amount(line.discount),
        }
        for number, line in enumerate(sale.lines)
    ]
    whole = {"AmazonOrderId": "1", "OrderStatus": "Unshipped", "OrderTotal": amount(total)}
    order = msgspec.json.decode(msgspec.json.encode(whole), type=schemas_v0.Order)
    return mapping_v0.order(order, [msgspec.convert(one, schemas_v0.Item) for one in items], b"{}", SETTINGS)


def told(order: IncomingOrder) -> str | None:
    return total_problem(order, first_lines(order.lines, order.status or "pending", []))


@given(sales)
def test_right_orders_add_up_to_the_last_digit_in_both_apis(sale: Sale) -> None:
    for order in (new(sale, sale.total), old(sale, sale.total)):
        assert told(order) is None
        assert order.problems == ()
        assert (order.currency, order.total_minor, order.subtotal_minor) == (sale.currency, sale.total, sale.goods)
        assert (order.shipping_minor or 0) == sum(line.shipping for line in sale.lines)
        assert (order.tax_minor or 0) == sum(line.tax for line in sale.lines)
        assert (order.discount_minor or 0) == sum(line.discount for line in sale.lines)
        assert [(line.quantity, line.total_minor, line.shipped) for line in order.lines] == [
            (line.quantity, line.unit * line.quantity, line.sent) for line in sale.lines
        ]
        assert [line.unit_price_minor for line in order.lines] == [line.unit for line in sale.lines]


@given(sales, st.integers(-100_000, 100_000).filter(bool))
def test_a_wrong_total_is_told_and_kept_as_given(sale: Sale, difference: int) -> None:
    tax = sum(line.tax for line in sale.lines)
    if difference in (tax, -tax):
        return  # the same order with its tax counted the other way
    wrong = sale.total + difference
    for order in (new(sale, wrong), old(sale, wrong)):
        assert order.total_minor == wrong
        assert told(order) is not None
