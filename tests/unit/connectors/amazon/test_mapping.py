"""Amazon's orders in Orion's words, row by row, for both orders APIs."""

from typing import Any

import msgspec
import pytest

from orion_daemon.connectors.amazon import mapping, mapping_v0, schemas, schemas_v0
from orion_daemon.connectors.amazon.amounts import UnusableDocument
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.domain.incoming import Address, IncomingOrder

DE, JP = "A1PA6795UKMFR9", "A1VC38T7YXB528"
SETTINGS = AmazonSettings(marketplace_ids=(DE,), currency="EUR")


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def item(number: int = 1, ordered: int = 2, sent: int = 0, waiting: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "orderItemId": str(number),
        "quantityOrdered": ordered,
        "product": {"asin": "B0", "title": "Mug", "sellerSku": f"SKU-{number}", "price": {"unitPrice": money("10.00")}},
        "fulfillment": {
            "quantityFulfilled": sent,
            "quantityUnfulfilled": ordered - sent if waiting is None else waiting,
        },
        **more,
    }


def document(status: str | None = "UNSHIPPED", by: str = "MERCHANT", **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "orderId": "302-1",
        "createdTime": "2026-03-02T08:15:00Z",
        "lastUpdatedTime": "2026-03-02T08:47:12Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": DE},
        "orderItems": [item()],
        **more,
    }
    if status is not None:
        whole["fulfillment"] = {"fulfillmentStatus": status, "fulfilledBy": by}
    return whole


def mapped(whole: dict[str, Any]) -> IncomingOrder:
    raw = msgspec.json.encode(whole)
    return mapping.order(msgspec.json.decode(raw, type=schemas.Order), raw, SETTINGS)


def package(status: str, reference: str = "1", detailed: str | None = None) -> dict[str, Any]:
    state = {"status": status} | ({"detailedStatus": detailed} if detailed else {})
    return {"packageReferenceId": reference, "packageStatus": state}


# -- status -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amazon", "orion"),
    [
        ("PENDING_AVAILABILITY", "pending"),
        ("PENDING", "pending"),
        ("UNSHIPPED", "confirmed"),
        ("PARTIALLY_SHIPPED", "processing"),
        ("SHIPPED", "shipped"),
        ("CANCELLED", "cancelled"),
    ],
)
def test_every_status_has_its_own(amazon: str, orion: str) -> None:
    order = mapped(document(amazon))
    assert (order.status, order.channel_status, order.problems) == (orion, amazon, ())
    assert order.tells_sending


@pytest.mark.parametrize(
    ("amazon", "code"),
    [
        ("UNFULFILLABLE", "unfulfillable"),
        ("CANCELED", "unknown_status"),
        ("ON_HOLD", "unknown_status"),
        (None, "unknown_status"),
    ],
)
def test_what_is_not_known_keeps_the_status_and_asks_for_a_person(amazon: str | None, code: str) -> None:
    order = mapped(document(amazon))
    assert (order.status, order.channel_status) == (None, amazon or "")
    assert [name for name, _ in order.problems] == [code]


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([], "shipped"),
        (["DELIVERED"], "delivered"),
        (["DELIVERED", "DELIVERED"], "delivered"),
        (["DELIVERED", "IN_TRANSIT"], "shipped"),
        (["DELIVERED", "CANCELLED"], "delivered"),
        (["CANCELLED"], "shipped"),
        (["UNDELIVERABLE"], "shipped"),
    ],
)
def test_an_order_is_delivered_once_every_parcel_is(states: list[str], status: str) -> None:
    packages = [package(state, str(number)) for number, state in enumerate(states)]
    assert mapped(document("SHIPPED", packages=packages)).status == status
    assert mapped(document("PARTIALLY_SHIPPED", packages=packages)).status == "processing"


@pytest.mark.parametrize(
    ("state", "detailed"), [("UNDELIVERABLE", None), ("IN_TRANSIT", "LOST"), ("SHIPPED", "RETURNED_TO_SELLER")]
)
def test_a_parcel_that_did_not_arrive_asks_for_a_person(state: str, detailed: str | None) -> None:
    order = mapped(document("SHIPPED", packages=[package(state, detailed=detailed)]))
    assert [code for code, _ in order.problems] == ["parcel_undelivered"]


@pytest.mark.parametrize("status", ["UNSHIPPED", "PARTIALLY_SHIPPED", "PENDING"])
def test_a_buyers_wish_to_cancel_is_told_while_it_means_something(status: str) -> None:
    wish = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "CHANGED_MIND"}}
    order = mapped(document(status, orderItems=[item(cancellation=wish), item(2)]))
    ((code, sentence),) = order.problems
    assert code == "cancellation_requested"
    assert "1 of the order's lines" in sentence


@pytest.mark.parametrize(
    ("status", "cancellation"),
    [
        ("SHIPPED", {"cancellationRequest": {"requester": "BUYER"}}),
        ("CANCELLED", {"cancellationRequest": {"requester": "BUYER"}}),
        (
            "UNSHIPPED",
            {"cancellationRequest": {"requester": "BUYER"}, "cancellationExecution": {"cancelledBy": "MERCHANT"}},
        ),
    ],
)
def test_a_wish_that_is_over_is_none(status: str, cancellation: dict[str, Any]) -> None:
    assert mapped(document(status, orderItems=[item(cancellation=cancellation)])).problems == ()


# -- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ordered", "sent", "waiting", "cancelled"), [(3, 0, 3, 0), (3, 1, 2, 0), (3, 1, 1, 1), (3, 0, 0, 3), (1, 2, 0, 0)]
)
def test_what_is_neither_sent_nor_waiting_was_cancelled(ordered: int, sent: int, waiting: int, cancelled: int) -> None:
    (line,) = mapped(document(orderItems=[item(1, ordered, sent, waiting)])).lines
    assert (line.quantity, line.shipped, line.cancelled) == (ordered, sent, cancelled)
    assert (line.line_key, line.sku, line.unit_price_minor) == ("1", "SKU-1", 1000)


@pytest.mark.parametrize("status", ["PENDING", "PENDING_AVAILABILITY"])
def test_nothing_waits_to_be_sent_before_it_is_paid_for_and_nothing_is_cancelled_by_that(status: str) -> None:
    (line,) = mapped(document(status, orderItems=[item(ordered=2, sent=0, waiting=0)])).lines
    assert (line.quantity, line.shipped, line.cancelled) == (2, 0, None)


def test_counts_that_are_not_told_are_none() -> None:
    (line,) = mapped(document(orderItems=[{**item(), "fulfillment": None}])).lines
    assert (line.shipped, line.cancelled, line.confirmed, line.returned) == (None, None, None, None)


@pytest.mark.parametrize("status", ["PENDING", "UNSHIPPED", "SHIPPED"])
def test_nothing_of_an_order_that_amazon_sends_is_the_stores_to_send(status: str) -> None:
    (line,) = mapped(document(status, by="AMAZON", orderItems=[item(1, 3, 0, 2)])).lines
    assert (line.quantity, line.cancelled, line.shipped) == (3, 1, 2)


def test_an_article_without_sku_and_price_is_a_line_all_the_same() -> None:
    bare = {"orderItemId": "9", "quantityOrdered": 1, "product": {"asin": "B0"}}
    (line,) = mapped(document("PENDING", orderItems=[bare])).lines
    assert (line.sku, line.title, line.unit_price_minor, line.total_minor) == (None, None, None, None)


# -- amounts ----------------------------------------------------------------------------------------------------------


def parts(**amounts: str) -> list[dict[str, Any]]:
    return [{"type": kind, "subtotal": money(amount)} for kind, amount in amounts.items()]


def test_amounts_are_those_of_the_order() -> None:
    breakdowns = parts(ITEM="20.00", SHIPPING="4.99", GIFT_WRAP="1.50", TAX="3.99", DISCOUNT="-2.00", OTHER="0.01")
    order = mapped(document(proceeds={"grandTotal": money("28.49"), "breakdowns": breakdowns}))
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor) == (2000, 650, 399)
    assert (order.discount_minor, order.total_minor) == (200, 2849)


def test_where_the_order_tells_no_parts_those_of_its_items_are_added() -> None:
    items = [
        item(1, proceeds={"proceedsTotal": money("24.00"), "breakdowns": parts(ITEM="20.00", SHIPPING="4.00")}),
        item(2, proceeds={"proceedsTotal": money("18.00"), "breakdowns": parts(ITEM="20.00", DISCOUNT="2.00")}),
    ]
    order = mapped(document(orderItems=items, proceeds={"grandTotal": money("42.00")}))
    assert (order.subtotal_minor, order.shipping_minor, order.discount_minor) == (4000, 400, 200)


@pytest.mark.parametrize(("status", "shipping"), [("PENDING", None), ("FINALIZED", 300)])
def test_a_tip_counts_once_it_is_final(status: str, shipping: int | None) -> None:
    tip = {"type": "DELIVERY_TIP", "subtotal": money("3.00"), "status": status}
    order = mapped(document(proceeds={"grandTotal": money("20.00"), "breakdowns": [*parts(ITEM="20.00"), tip]}))
    assert order.shipping_minor == shipping


def test_what_is_not_told_stays_none() -> None:
    order = mapped(document("PENDING"))
    assert (order.total_minor, order.tax_minor, order.subtotal_minor, order.discount_minor) == (None,) * 4
    assert (order.customer, order.shipping_address, order.refunded_minor) == (None, None, None)
    assert order.currency == "EUR"


def test_the_currency_is_that_of_the_amounts_else_of_the_store() -> None:
    japan = {"channelName": "AMAZON", "marketplaceId": JP}
    bare = {"orderItemId": "9", "quantityOrdered": 1, "product": {}}
    assert mapped(document(salesChannel=japan, orderItems=[bare])).currency == "JPY"
    yen = mapped(document(orderItems=[bare], proceeds={"grandTotal": money("19940", "JPY")}))
    assert (yen.currency, yen.total_minor) == ("JPY", 19940)


def test_an_amount_that_does_not_fit_is_left_out_and_told() -> None:
    breakdowns = [*parts(ITEM="20.00"), {"type": "SHIPPING", "subtotal": money("5.00", "USD")}]
    order = mapped(document(proceeds={"grandTotal": money("20.00"), "breakdowns": breakdowns}))
    assert order.shipping_minor is None
    assert [code for code, _ in order.problems] == ["other_currency"]
    odd = mapped(document(proceeds={"grandTotal": money("Infinity")}))
    assert ([code for code, _ in odd.problems], odd.total_minor) == (["unusable_amount"], None)


def test_an_amount_finer_than_its_currency_is_rounded_and_told() -> None:
    order = mapped(document(proceeds={"grandTotal": money("20.005")}))
    assert ([code for code, _ in order.problems], order.total_minor) == (["amount_rounded"], 2001)


def test_a_currency_that_is_none_makes_the_document_unusable() -> None:
    with pytest.raises(UnusableDocument, match="currencyCode"):
        mapped(document(proceeds={"grandTotal": money("20.00", "EURO")}))


# -- people -----------------------------------------------------------------------------------------------------------


def test_a_buyer_and_a_place_to_send_to() -> None:
    place = {
        "name": "Erika von  Beispiel",
        "companyName": "Beispiel SARL",
        "addressLine1": "1 rue Inventée",
        "addressLine2": "Étage 2",
        "city": "Luxembourg",
        "postalCode": "L-1000",
        "countryCode": "LU",
        "phone": "+352 000",
    }
    order = mapped(document(buyer={"buyerEmail": "x1@marketplace.amazon.de"}, recipient={"deliveryAddress": place}))
    assert order.customer is not None
    assert (order.customer.email, order.customer.first_name, order.customer.last_name) == (
        "x1@marketplace.amazon.de",
        "Erika von",
        "Beispiel",
    )
    assert order.shipping_address == Address(
        first_name="Erika von",
        last_name="Beispiel",
        company="Beispiel SARL",
        street="1 rue Inventée, Étage 2",
        postal_code="L-1000",
        city="Luxembourg",
        country="LU",
        phone="+352 000",
    )


@pytest.mark.parametrize(("buyer", "recipient"), [({}, {}), (None, None), ({}, {"deliveryAddress": {"city": ""}})])
def test_nobody_is_nobody(buyer: Any, recipient: Any) -> None:
    order = mapped(document(buyer=buyer, recipient=recipient))
    assert (order.customer, order.shipping_address) == (None, None)


# -- the old API ------------------------------------------------------------------------------------------------------


def old_money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"Amount": amount, "CurrencyCode": currency}


def old_item(number: int = 1, ordered: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "ASIN": "B0",
        "OrderItemId": str(number),
        "SellerSKU": f"SKU-{number}",
        "Title": "Mug",
        "QuantityOrdered": ordered,
        "QuantityShipped": 0,
        "ItemPrice": old_money("20.00"),
        **more,
    }


def old(status: str, *items: dict[str, Any], **more: Any) -> IncomingOrder:
    whole = {
        "AmazonOrderId": "302-1",
        "PurchaseDate": "2026-03-02T08:15:00Z",
        "LastUpdateDate": "2026-03-02T08:47:12Z",
        "OrderStatus": status,
        "FulfillmentChannel": "MFN",
        "MarketplaceId": DE,
        **more,
    }
    order = msgspec.json.decode(msgspec.json.encode(whole), type=schemas_v0.Order)
    found = [msgspec.json.decode(msgspec.json.encode(one), type=schemas_v0.Item) for one in items or (old_item(),)]
    return mapping_v0.order(order, found, b"{}", SETTINGS)


@pytest.mark.parametrize(
    ("amazon", "orion"),
    [
        ("PendingAvailability", "pending"),
        ("Pending", "pending"),
        ("Unshipped", "confirmed"),
        ("PartiallyShipped", "processing"),
        ("Shipped", "shipped"),
        ("InvoiceUnconfirmed", "shipped"),
        ("Canceled", "cancelled"),
    ],
)
def test_every_old_status_has_its_own(amazon: str, orion: str) -> None:
    order = old(amazon)
    assert (order.status, order.channel_status, order.problems) == (orion, amazon, ())


@pytest.mark.parametrize(("amazon", "code"), [("Unfulfillable", "unfulfillable"), ("Cancelled", "unknown_status")])
def test_an_old_status_that_is_not_known_keeps_ours(amazon: str, code: str) -> None:
    order = old(amazon)
    assert (order.status, [name for name, _ in order.problems]) == (None, [code])


def test_the_price_of_an_old_item_is_that_of_the_whole_line() -> None:
    (line,) = old("Unshipped", old_item(1, 3, ItemPrice=old_money("10.00"))).lines
    assert (line.total_minor, line.unit_price_minor, line.quantity) == (1000, 333, 3)


def test_the_amounts_of_an_old_order_are_added_up_from_its_items() -> None:
    more = {
        "ShippingPrice": old_money("4.99"),
        "ItemTax": old_money("3.00"),
        "ShippingTax": old_money("0.50"),
        "PromotionDiscount": old_money("2.00"),
        "PromotionDiscountTax": old_money("0.30"),
        "CODFee": old_money("1.00"),
        "BuyerInfo": {"GiftWrapPrice": old_money("1.50"), "GiftWrapTax": old_money("0.20")},
    }
    order = old("Unshipped", old_item(1, **more), old_item(2), OrderTotal=old_money("45.49"))
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor) == (4000, 749, 340)
    assert (order.discount_minor, order.total_minor) == (200, 4549)


@pytest.mark.parametrize(
    ("said", "codes"),
    [("true", ["cancellation_requested"]), (True, ["cancellation_requested"]), ("false", []), (None, [])],
)
def test_the_wish_of_an_old_buyer(said: Any, codes: list[str]) -> None:
    wish = {"IsBuyerRequestedCancel": said, "BuyerCancelReason": "no longer needed"}
    order = old("Unshipped", old_item(BuyerRequestedCancel=wish))
    assert [code for code, _ in order.problems] == codes


def test_an_old_order_that_amazon_sends_and_one_with_people() -> None:
    (line,) = old("Unshipped", FulfillmentChannel="AFN").lines
    assert line.shipped == 2
    place = {"Name": "Ada Berg", "AddressLine1": "Street 1", "City": "Köln", "CountryCode": "DE"}
    order = old("Unshipped", BuyerInfo={"BuyerEmail": "a@b.de"}, ShippingAddress=place)
    assert order.customer is not None
    assert (order.customer.email, order.customer.last_name) == ("a@b.de", "Berg")
    assert order.shipping_address is not None
    assert order.shipping_address.street == "Street 1"
