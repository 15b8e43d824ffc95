"""eBay's orders in Orion's words: the table of states row by row, amounts, people, and what is odd."""

import msgspec
import pytest

from orion_daemon.connectors.ebay import mapping
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingOrder
from orion_daemon.domain.orders import decide
from tests.support.ebay_documents import amount, contact, document, instruction, line, mapped


def codes(order: IncomingOrder) -> list[str]:
    return [code for code, _ in order.problems]


# -- the table of states ----------------------------------------------------------------------------------------------

PAYMENTS = ("FAILED", "PENDING", "PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED")
FULFILMENTS = ("NOT_STARTED", "IN_PROGRESS", "FULFILLED")


@pytest.mark.parametrize("cancel", ["CANCELED", "CANCELLED"])
@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("fulfilment", FULFILMENTS)
def test_row_1_a_completed_cancellation_wins_over_all(payment: str, fulfilment: str, cancel: str) -> None:
    order = mapped(document(payment, fulfilment, cancel))
    assert (order.status, codes(order)) == ("cancelled", [])


@pytest.mark.parametrize("cancel", ["NONE_REQUESTED", "IN_PROGRESS"])
@pytest.mark.parametrize(
    ("row", "payment", "fulfilment", "status"),
    [
        (2, "FULLY_REFUNDED", "NOT_STARTED", "refunded"),
        (2, "FULLY_REFUNDED", "IN_PROGRESS", "refunded"),
        (2, "FULLY_REFUNDED", "FULFILLED", "refunded"),
        (3, "PENDING", "NOT_STARTED", "pending"),
        (3, "PENDING", "IN_PROGRESS", "pending"),
        (3, "PENDING", "FULFILLED", "pending"),
        (3, "FAILED", "NOT_STARTED", "pending"),
        (3, "FAILED", "IN_PROGRESS", "pending"),
        (3, "FAILED", "FULFILLED", "pending"),
        (4, "PARTIALLY_REFUNDED", "FULFILLED", "partially_refunded"),
        (5, "PAID", "FULFILLED", "shipped"),
        (7, "PAID", "IN_PROGRESS", "processing"),
        (7, "PARTIALLY_REFUNDED", "IN_PROGRESS", "processing"),
        (8, "PAID", "NOT_STARTED", "confirmed"),
        (8, "PARTIALLY_REFUNDED", "NOT_STARTED", "confirmed"),
    ],
)
def test_rows_2_to_8(row: int, payment: str, fulfilment: str, status: str, cancel: str) -> None:
    order = mapped(document(payment, fulfilment, cancel))
    assert order.status == status, row
    assert codes(order) == (["cancellation_requested"] if cancel == "IN_PROGRESS" else [])
    assert order.channel_status == f"{payment}/{fulfilment}/{cancel}"


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        (["DIGITAL"], "fulfilled"),
        (["DIGITAL", "DIGITAL"], "fulfilled"),
        (["DIGITAL", "SHIP_TO"], "shipped"),
        ([], "shipped"),
    ],
)
def test_row_6_only_an_order_that_is_wholly_digital_is_fulfilled(kinds: list[str], status: str) -> None:
    said = document("PAID", "FULFILLED", fulfillmentStartInstructions=[instruction(kind) for kind in kinds])
    assert mapped(said).status == status


@pytest.mark.parametrize(
    ("payment", "fulfilment", "cancel"),
    [
        ("ESCROW", "NOT_STARTED", "NONE_REQUESTED"),
        (None, "NOT_STARTED", "NONE_REQUESTED"),
        ("PAID", "LOST", "NONE_REQUESTED"),
        ("PAID", None, "NONE_REQUESTED"),
        ("PARTIALLY_REFUNDED", "LOST", "NONE_REQUESTED"),
        ("PAID", "FULFILLED", "CANCEL_SOMEHOW"),
        ("FULLY_REFUNDED", "FULFILLED", "CANCEL_SOMEHOW"),
    ],
)
def test_row_9_an_unknown_value_is_told_and_never_guessed(
    payment: str | None, fulfilment: str | None, cancel: str
) -> None:
    order = mapped(document(payment, fulfilment, cancel))
    assert order.status is None
    assert codes(order) == ["unknown_status"]
    assert str(payment or "-") in order.channel_status


@pytest.mark.parametrize("payment", ["PENDING", "FAILED"])
@pytest.mark.parametrize("state", ["PENDING", "FAILED"])
def test_a_payment_that_tells_of_a_refund_is_a_paid_order(payment: str, state: str) -> None:
    refunds = [{"amount": amount("5.00"), "refundStatus": state}]
    order = mapped(document(payment, "FULFILLED", paymentSummary={"payments": [], "refunds": refunds}))
    assert (order.status, order.refunded_minor) == ("shipped", None)


def test_no_cancel_status_at_all_is_none_requested() -> None:
    said = document()
    del said["cancelStatus"]
    assert mapped(said).status == "confirmed"


# -- lines ------------------------------------------------------------------------------------------------------------


def test_the_cost_of_a_line_is_for_all_of_its_pieces() -> None:
    (one,) = mapped(document()).lines
    assert (one.line_key, one.sku, one.title, one.quantity) == ("10000000001", "MUG", "Invented mug", 2)
    assert (one.unit_price_minor, one.total_minor) == (1999, 3998)


def test_a_cost_that_cannot_be_parted_evenly_keeps_its_total() -> None:
    (one,) = mapped(document(lines=[line(quantity=3, lineItemCost=amount("10.00"))])).lines
    assert (one.unit_price_minor, one.total_minor) == (333, 1000)


@pytest.mark.parametrize(
    ("state", "shipped"), [("NOT_STARTED", 0), ("FULFILLED", 2), ("IN_PROGRESS", None), (None, None)]
)
def test_pieces_sent_by_the_line_s_state(state: str | None, shipped: int | None) -> None:
    (one,) = mapped(document(lines=[line(lineItemFulfillmentStatus=state)])).lines
    assert one.shipped == shipped


def test_pieces_sent_by_its_parcels_where_they_were_read() -> None:
    said = document(fulfilment="IN_PROGRESS", lines=[line(lineItemFulfillmentStatus="IN_PROGRESS")])
    assert mapped(said, {"10000000001": 1}).lines[0].shipped == 1


def test_a_line_without_sku_names_its_listing_and_keeps_its_name() -> None:
    aspects = [{"name": "Color", "value": "blue"}, {"name": "Size", "value": "L"}]
    said = document(lines=[line(sku=None, legacyVariationId="77", variationAspects=aspects)])
    order = mapped(said)
    assert (order.lines[0].sku, order.lines[0].title) == (None, "Invented mug (Color: blue, Size: L)")
    assert order.problems == (("no_sku", "Line 10000000001 has no SKU; it was bought from listing 330000000001:77"),)


def test_the_title_of_a_held_listing_is_its_number_and_no_title() -> None:
    assert mapped(document(lines=[line(title="330000000001")])).lines[0].title is None


def test_an_unknown_state_of_a_line_is_told() -> None:
    order = mapped(document(lines=[line(lineItemFulfillmentStatus="LOST")]))
    assert (codes(order), order.lines[0].shipped) == (["unknown_status"], None)


# -- amounts ----------------------------------------------------------------------------------------------------------


def test_amounts_are_the_channel_s_and_add_up() -> None:
    order = mapped(document())
    assert (order.subtotal_minor, order.shipping_minor, order.discount_minor) == (3998, 500, 400)
    assert (order.tax_minor, order.total_minor, order.currency) == (None, 4098, "EUR")
    assert decide(None, order).notices == []


def test_discounts_of_goods_and_delivery_are_one() -> None:
    pricing = {
        "priceSubtotal": amount("39.98"),
        "priceDiscount": amount("-4.00"),
        "deliveryCost": amount("5.00"),
        "deliveryDiscount": amount("-2.50"),
        "adjustment": amount("-1.00"),
        "tax": amount("3.00"),
        "total": amount("40.48"),
    }
    order = mapped(document(pricingSummary=pricing))
    assert (order.discount_minor, order.tax_minor) == (750, 300)
    assert decide(None, order).notices == []


def test_charges_beside_goods_and_delivery_count_with_delivery_and_are_told() -> None:
    pricing = {
        "priceSubtotal": amount("39.98"),
        "deliveryCost": amount("5.00"),
        "adjustment": amount("1.00"),
        "fee": amount("0.50"),
        "total": amount("46.48"),
    }
    order = mapped(document(pricingSummary=pricing))
    assert (order.shipping_minor, order.discount_minor, codes(order)) == (650, None, ["other_charges"])
    assert [code for code, _ in decide(None, order).notices] == ["other_charges"]


def test_a_wrong_total_is_told_of() -> None:
    pricing = {"priceSubtotal": amount("39.98"), "deliveryCost": amount("5.00"), "total": amount("44.97")}
    assert [code for code, _ in decide(None, mapped(document(pricingSummary=pricing))).notices] == ["total_differs"]


def test_after_a_conversion_the_converted_amount_counts() -> None:
    said = {"convertedFromValue": "34.00", "convertedFromCurrency": "GBP"}
    lines = [line(lineItemCost=amount("39.98", **said))]
    order = mapped(document(lines=lines, pricingSummary={"total": amount("39.98", **said)}))
    assert (order.currency, order.lines[0].total_minor, order.total_minor) == ("EUR", 3998, 3998)


def test_an_amount_that_was_converted_the_other_way_is_taken_as_it_was_before() -> None:
    other = amount("34.00", "GBP", convertedFromValue="39.98", convertedFromCurrency="EUR")
    order = mapped(document(lines=[line(lineItemCost=other)]))
    assert (order.currency, order.lines[0].total_minor, codes(order)) == ("EUR", 3998, [])


def test_an_amount_finer_than_its_currency_is_rounded_and_told() -> None:
    order = mapped(document(lines=[line(lineItemCost=amount("39.975"))]))
    assert (order.lines[0].total_minor, codes(order)) == (3998, ["amount_rounded"])


def test_an_amount_in_a_third_currency_is_left_out_and_told() -> None:
    order = mapped(document(lines=[line(lineItemCost=amount("34.00", "GBP"))]))
    assert (order.lines[0].total_minor, codes(order)) == (None, ["other_currency"])


@pytest.mark.parametrize(
    ("currency", "value", "minor"), [("JPY", "3998", 3998), ("KWD", "3.998", 3998), ("JPY", "3998.0", 3998)]
)
def test_minor_units_are_the_currency_s(currency: str, value: str, minor: int) -> None:
    said = document(
        lines=[line(lineItemCost=amount(value, currency))], pricingSummary={"total": amount(value, currency)}
    )
    order = mapped(said)
    assert (order.currency, order.total_minor, order.lines[0].total_minor) == (currency, minor, minor)


@pytest.mark.parametrize("bad", [amount("NaN"), amount("1E+30"), amount("1.00", "EURO")])
def test_an_impossible_amount_makes_the_document_unusable(bad: dict[str, str]) -> None:
    with pytest.raises(mapping.UnusableDocument):
        mapped(document(pricingSummary={"total": bad}))


# -- refunds ----------------------------------------------------------------------------------------------------------


def test_only_refunds_that_are_through_count() -> None:
    refunds = [
        {"amount": amount("5.00"), "refundStatus": "REFUNDED"},
        {"amount": amount("2.50"), "refundStatus": "REFUNDED"},
        {"amount": amount("9.00"), "refundStatus": "PENDING"},
        {"amount": amount("9.00"), "refundStatus": "FAILED"},
    ]
    order = mapped(document("PARTIALLY_REFUNDED", paymentSummary={"payments": [], "refunds": refunds}))
    assert (order.refunded_minor, codes(order)) == (750, [])


def test_refunds_of_lines_count_where_the_order_lists_none() -> None:
    back = [{"amount": amount("5.00"), "refundDate": "2026-03-03T08:00:00.000Z"}, {"amount": amount("1.00")}]
    assert mapped(document("PARTIALLY_REFUNDED", lines=[line(refunds=back)])).refunded_minor == 500


def test_an_unknown_state_of_a_refund_is_told() -> None:
    refunds = [{"amount": amount("5.00"), "refundStatus": "LATER"}]
    order = mapped(document(paymentSummary={"payments": [], "refunds": refunds}))
    assert (order.refunded_minor, codes(order)) == (None, ["unknown_refund"])


def test_single_refunds_are_named_once_each() -> None:
    refunds = [
        {"amount": amount("5.00"), "refundStatus": "REFUNDED", "refundId": "1", "refundReferenceId": "10"},
        {"amount": amount("2.50"), "refundStatus": "PENDING", "refundId": "2"},
        {"amount": amount("9.00"), "refundStatus": "FAILED", "refundReferenceId": "30"},
        {"amount": amount("4.00"), "refundStatus": "LATER", "refundId": "4"},
        {"amount": amount("6.00", "GBP"), "refundStatus": "REFUNDED", "refundId": "5"},
        {"amount": amount("1.00"), "refundStatus": "PENDING"},
    ]
    there = "2026-03-03T08:00:00.000Z"
    lines = [
        line(refunds=[{"amount": amount("5.00"), "refundId": "1"}, {"amount": amount("0.50"), "refundId": "7"}]),
        line(lineItemId="2", refunds=[{"amount": amount("0.25"), "refundId": "7", "refundDate": there}]),
    ]
    order = mapped(document(lines=lines, paymentSummary={"payments": [], "refunds": refunds}))
    assert [(one.refund_id, one.state, one.amount_minor) for one in order.refunds] == [
        ("1", "paid", 500), ("2", "pending", 250), ("30", "failed", 900), ("4", "LATER", 400), ("5", "paid", None),
        ("7", "paid", 75),
    ]  # fmt: skip


# -- people -----------------------------------------------------------------------------------------------------------


def test_buyer_and_address() -> None:
    order = mapped(document())
    assert order.customer == IncomingCustomer("invented_buyer", "relay@example.invalid", "Erika", "Beispiel", None)
    assert order.shipping_address == Address(
        first_name="Erika", last_name="Beispiel", street="1 rue Inventée", postal_code="1000", city="Luxembourg",
        country="LU",
    )  # fmt: skip
    assert order.billing_address is None


def test_a_hub_of_ebay_is_where_to_send_and_not_who_bought() -> None:
    hub = contact(fullName="Hub of eBay", email=None)
    home = contact(fullName="Erika Maria Beispiel")
    said = document(
        buyer={"username": "invented_buyer", "buyerRegistrationAddress": home},
        fulfillmentStartInstructions=[
            instruction(ebaySupportedFulfillment=True, shippingStep={"shipTo": hub}, finalDestinationAddress={})
        ],
    )
    order = mapped(said)
    assert order.shipping_address is not None
    assert order.shipping_address.last_name == "eBay"
    assert order.customer is not None
    assert (order.customer.first_name, order.customer.last_name) == ("Erika Maria", "Beispiel")
    assert order.billing_address is not None
    assert order.billing_address.city == "Luxembourg"


def test_what_has_faded_stays_untold() -> None:
    faded = {"contactAddress": {"city": "Luxembourg", "countryCode": "LU"}}
    said = document(buyer={}, fulfillmentStartInstructions=[instruction(shippingStep={"shipTo": faded})])
    order = mapped(said)
    assert order.customer is None
    assert order.shipping_address == Address(city="Luxembourg", country="LU")
    said = document(buyer=None, fulfillmentStartInstructions=None)
    assert (mapped(said).customer, mapped(said).shipping_address) == (None, None)


# -- how it is to be sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SHIP_TO", "SELLER_DEFINED", "PREPARE_FOR_PICKUP", "DIGITAL", None])
def test_known_ways_of_sending_are_nothing_to_tell(kind: str | None) -> None:
    assert codes(mapped(document(fulfillmentStartInstructions=[instruction(kind)]))) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "code"), [("FULFILLED_BY_EBAY", "fulfilled_by_channel"), ("BY_PIGEON", "unknown_fulfilment")]
)
def test_what_is_not_ours_to_send_is_told_once(kind: str, code: str) -> None:
    assert codes(mapped(document(fulfillmentStartInstructions=[instruction(kind), instruction(kind)]))) == [code]


def test_a_time_without_an_offset_is_left_out_and_told() -> None:
    order = mapped(document(creationDate="2026-03-02T08:15:00"))
    assert (order.placed_at, codes(order)) == (None, ["bad_time"])


def test_the_document_is_kept_verbatim() -> None:
    said = document(somethingNew={"a": 1})
    assert msgspec.json.decode(mapped(said).payload) == said
