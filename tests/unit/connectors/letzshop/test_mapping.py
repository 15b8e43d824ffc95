"""Letzshop's documents become Orion's orders; what is odd is named, what is unknown is kept."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from orion_daemon.connectors.letzshop import mapping, schemas
from orion_daemon.domain.incoming import IncomingOrder


def unit(number: int, state: str | None = "unconfirmed", variant: str = "vR_9", **facts: Any) -> dict[str, Any]:
    about = {
        "id": variant,
        "sku": "MUG-BLU",
        "price": "12.90",
        "tradeId": {"number": "4000000000013", "parser": "gtin13"},
        "product": {"name": {"en": "Blue mug", "fr": "Mug bleu", "de": "Blaue Tasse"}},
        **facts,
    }
    return {"id": f"iU_{number}", "state": state, "variant": about}


def shipment(*units: dict[str, Any], **facts: Any) -> dict[str, Any]:
    order = {
        "id": "oRd3Kc9Wz",
        "number": "R200000042",
        "email": "jeanne.exemple@example.lu",
        "total": "47.80",
        "completedAt": "2026-02-03T09:14:22+01:00",
        "locale": "fr",
        "shipAddress": {
            "firstName": "Jeanne",
            "lastName": "Exemple",
            "company": None,
            "streetName": "Rue du Moulin",
            "streetNumber": "7",
            "city": "Ettelbruck",
            "zipCode": "9000",
            "phone": "+352 000 000",
            "country": {"name": {"en": "Luxembourg"}, "iso": "LU"},
        },
        "billAddress": None,
        **facts.pop("order", {}),
    }
    return {
        "id": "sHp7Qa2Lx",
        "number": "H10000000042",
        "state": "unconfirmed",
        "order": order,
        "inventoryUnits": list(units) or [unit(1), unit(2)],
        **facts,
    }


def test_only_the_order_form_says_when_goods_have_left() -> None:
    assert not read(shipment()).tells_sending


def read(document: dict[str, Any]) -> IncomingOrder:
    raw = json.dumps(document).encode()
    return mapping.shipment(msgspec.json.decode(raw, type=schemas.Shipment), raw, "EUR")


def test_a_shipment_becomes_an_order_with_one_line_per_variant() -> None:
    order = read(shipment())
    assert (order.channel_order_id, order.order_number, order.status) == ("sHp7Qa2Lx", "R200000042", "pending")
    assert order.placed_at == datetime(2026, 2, 3, 8, 14, 22, tzinfo=UTC)
    (line,) = order.lines
    assert (line.line_key, line.sku, line.gtin, line.title) == ("vR_9", "MUG-BLU", "4000000000013", "Mug bleu")
    assert (line.quantity, line.unit_price_minor, line.total_minor) == (2, 1290, 2580)
    assert line.units == (("iU_1", "unconfirmed"), ("iU_2", "unconfirmed"))
    assert (line.confirmed, line.cancelled, line.shipped, line.returned) == (0, 0, None, 0)


def test_the_total_of_the_customers_whole_order_is_not_taken_for_ours() -> None:
    order = read(shipment())
    assert (order.total_minor, order.subtotal_minor) == (None, None)
    assert b'"47.80"' in order.payload


def test_people_and_places_are_read_from_the_addresses() -> None:
    order = read(shipment())
    assert order.customer is not None
    assert order.shipping_address is not None
    assert (order.customer.email, order.customer.last_name) == ("jeanne.exemple@example.lu", "Exemple")
    assert (order.shipping_address.street, order.shipping_address.country) == ("Rue du Moulin 7", "LU")
    assert order.billing_address is None


def test_a_line_keeps_its_key_while_its_pieces_go_different_ways() -> None:
    before = read(shipment(unit(1), unit(2), unit(3)))
    states = ("confirmed_available", "confirmed_unavailable", "returned")
    after = read(shipment(*(unit(n, state) for n, state in enumerate(states)), state="confirmed"))
    assert [line.line_key for line in before.lines] == [line.line_key for line in after.lines]
    (line,) = after.lines
    assert (line.quantity, line.confirmed, line.cancelled, line.returned) == (3, 2, 1, 1)


def test_pieces_of_one_variant_at_two_prices_are_two_lines() -> None:
    order = read(shipment(unit(1), unit(2, price="9.90"), unit(3, price=None)))
    assert [(line.line_key, line.unit_price_minor) for line in order.lines] == [
        ("vR_9@1290", 1290),
        ("vR_9@990", 990),
        ("vR_9@none", None),
    ]


def test_ids_are_told_apart_by_case() -> None:
    assert [line.line_key for line in read(shipment(unit(1, variant="aB"), unit(2, variant="Ab"))).lines] == [
        "aB",
        "Ab",
    ]


@pytest.mark.parametrize(
    ("state", "units", "status"),
    [
        ("unconfirmed", ["unconfirmed"], "pending"),
        ("confirmed", ["confirmed_available"], "confirmed"),
        ("confirmed", ["confirmed_available", "confirmed_unavailable"], "confirmed"),
        ("declined", ["confirmed_unavailable"], "cancelled"),
        ("confirmed", ["returned", "confirmed_available"], "partially_refunded"),
        ("confirmed", ["returned", "returned"], "refunded"),
        ("confirmed", ["returned", "confirmed_unavailable"], "refunded"),
        ("paid_by_moon", ["unconfirmed"], None),
        (None, ["unconfirmed"], None),
    ],
)
def test_the_state_of_a_shipment_says_the_status_of_the_order(state: str, units: list[str], status: str | None) -> None:
    order = read(shipment(*(unit(n, one) for n, one in enumerate(units)), state=state))
    assert order.status == status
    assert order.channel_status == (state or "")
    assert bool(order.problems) == (status is None)


def test_an_unknown_state_of_a_unit_is_kept_and_named() -> None:
    order = read(shipment(unit(1, "on_the_moon"), unit(2, None)))
    assert order.lines[0].units == (("iU_1", "on_the_moon"), ("iU_2", ""))
    assert [code for code, _ in order.problems] == ["unknown_unit_state"] * 2
    assert order.status == "pending"


def test_everything_that_may_lack_may_lack() -> None:
    bare = {"id": "s", "order": {"id": "o"}, "inventoryUnits": [{"id": "u", "variant": {"id": "v"}}]}
    order = read(bare)
    assert (order.order_number, order.customer, order.shipping_address, order.placed_at) == ("s", None, None, None)
    line = order.lines[0]
    assert (line.sku, line.gtin, line.title, line.unit_price_minor, line.quantity) == (None, None, None, None, 1)


@pytest.mark.parametrize("price", ["12.90", 12.90, "12.9"])
def test_money_may_be_text_or_a_number(price: object) -> None:
    assert read(shipment(unit(1, price=price))).lines[0].unit_price_minor == 1290


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e400000", "-1e-400000"])
def test_an_amount_that_is_none_makes_the_document_unusable(price: str) -> None:
    with pytest.raises(mapping.UnusableDocument):
        read(shipment(unit(1, price=price)))


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"product": {"name": "Mug"}}, "Mug"),
        ({"product": {"name": {"en": "Mug", "fr": None, "de": ""}}}, "Mug"),
        ({"product": {"name": None}}, None),
        ({"product": None}, None),
    ],
)
def test_a_title_is_one_text_or_one_per_language_or_none(facts: dict[str, Any], title: str | None) -> None:
    assert read(shipment(unit(1, **facts))).lines[0].title == title


@pytest.mark.parametrize(
    ("trade", "gtin"),
    [
        ({"number": "00012345678905", "parser": "gtin14"}, "00012345678905"),
        ({"number": "0306406152", "parser": "isbn10"}, "9780306406157"),
        ({"number": "4000000000011", "parser": "gtin13"}, "4000000000011"),
        ({"number": "123", "parser": "in_house"}, None),
        (None, None),
    ],
)
def test_the_barcode_stands_in_the_trade_id(trade: dict[str, str] | None, gtin: str | None) -> None:
    assert read(shipment(unit(1, tradeId=trade))).lines[0].gtin == gtin


@pytest.mark.parametrize("name", ["Luxembourg", {"en": "Luxembourg", "fr": None, "de": None}])
def test_a_country_without_code_gives_its_name(name: object) -> None:
    place = read(shipment(order={"shipAddress": {"country": {"name": name}}})).shipping_address
    assert place is not None
    assert place.country == "Luxembourg"


@pytest.mark.parametrize("moment", ["2026-02-03T09:14:22", "yesterday"])
def test_a_time_without_offset_is_not_guessed(moment: str) -> None:
    order = read(shipment(order={"completedAt": moment}))
    assert order.placed_at is None
    assert [code for code, _ in order.problems] == ["bad_time"]


# -- the order form ---------------------------------------------------------------------------------------------------


def whole(**facts: Any) -> dict[str, Any]:
    item = {
        "id": "it1",
        "sku": "MUG-BLU",
        "gtin": "4000000000013",
        "title": "Mug",
        "quantity": 2,
        "unitPrice": "12.90",
        "totalPrice": 25.8,
    }
    return {
        "id": "O1",
        "orderNumber": "2026-1",
        "status": "PAID",
        "createdAt": "2026-02-03T08:00:00Z",
        "updatedAt": "2026-02-03T09:00:00Z",
        "customer": {"email": "a@example.lu", "firstName": "A", "lastName": "B", "phone": None},
        "shippingAddress": {"street": "Rue 7", "postalCode": 9000, "city": "Ettelbruck", "country": "LU"},
        "items": [item],
        "totals": {"subtotal": "25.80", "shipping": "5.00", "tax": "4.48", "total": "30.80", "currency": "EUR"},
        **facts,
    }


def read_whole(document: dict[str, Any]) -> IncomingOrder:
    raw = json.dumps(document).encode()
    return mapping.order(msgspec.json.decode(raw, type=schemas.Order), raw, "EUR")


def test_an_order_of_the_order_form_keeps_its_own_totals() -> None:
    order = read_whole(whole())
    assert (order.order_number, order.status, order.currency) == ("2026-1", "confirmed", "EUR")
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor, order.total_minor) == (2580, 500, 448, 3080)
    line = order.lines[0]
    assert (line.line_key, line.quantity, line.unit_price_minor, line.total_minor) == ("it1", 2, 1290, 2580)
    assert (line.confirmed, line.cancelled, line.shipped, line.returned) == (None,) * 4
    assert order.shipping_address is not None
    assert order.shipping_address.postal_code == "9000"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PENDING", "pending"),
        ("PAID", "confirmed"),
        ("PROCESSING", "processing"),
        ("SHIPPED", "shipped"),
        ("DELIVERED", "delivered"),
        ("CANCELLED", "cancelled"),
        ("ON_HOLD", None),
        ("pending", None),
        (None, None),
    ],
)
def test_the_status_table_of_the_order_form(theirs: str | None, ours: str | None) -> None:
    order = read_whole(whole(status=theirs))
    assert (order.status, order.channel_status, bool(order.problems)) == (ours, theirs or "", ours is None)


def test_every_status_sent_is_one_that_is_understood_when_it_comes_back() -> None:
    assert set(mapping.ORDER_STATUS_OUT.values()) == set(mapping.ORDER_STATUS)


def test_credit_documents_keep_their_negative_quantities() -> None:
    document = whole(status="CANCELLED", items=[{"id": "c", "quantity": -3, "unitPrice": "-0.50"}])
    line = read_whole(document).lines[0]
    assert (line.quantity, line.unit_price_minor) == (-3, -50)


def test_the_documents_own_currency_counts() -> None:
    order = read_whole(whole(totals={"total": "1000", "currency": "jpy"}))
    assert (order.currency, order.total_minor) == ("JPY", 1000)
    with pytest.raises(mapping.UnusableDocument):
        read_whole(whole(totals={"total": "1000", "currency": "EURO"}))
