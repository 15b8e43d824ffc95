"""eBay's orders over real HTTP: windows and their errors, the moving set, what the list is silent about, parcels."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.ebay_sandbox import HISTORY, ORDERS, ebay_account
from tests.support.letzshop_sandbox import NOON


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        await account.list_item("MUG", quantity=50)
        yield account


def stamp(seconds):
    at = NOON + timedelta(seconds=seconds)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def window(start, end, name="lastmodifieddate"):
    return f"{name}:[{stamp(start)}..{stamp(end) if end is not None else ''}]"


async def ids(ebay, text=HISTORY, **query):
    answer = await ebay.orders(text, **query)
    assert answer.status == 200, answer.body
    return [order["orderId"] for order in answer.body["orders"]]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"filter": "colour:red"}, 30700),
        ({"filter": "lastmodifieddate:2026"}, 30800),
        ({"filter": "orderfulfillmentstatus:{NOT_STARTED}"}, 30800),
        ({"filter": "orderfulfillmentstatus:NOT_STARTED|IN_PROGRESS"}, 30800),
        ({"filter": "lastmodifieddate:[2026-03-02T10:00:00Z..]"}, 30810),
        ({"filter": "lastmodifieddate:[2026-03-02T10:00:00.000+01:00..]"}, 30810),
        ({"filter": "lastmodifieddate:[..2026-03-02T10:00:00.000Z]"}, 30820),
        ({"filter": "creationdate:[2023-03-02T10:00:00.000Z..]"}, 30830),
        ({"filter": window(-5, -10)}, 30840),
        ({"filter": window(-5, 1)}, 30850),
        ({"filter": window(1, None)}, 30850),
        ({"orderIds": ",".join(str(number) for number in range(51))}, 30900),
        ({"offset": "-1"}, 31000),
        ({"offset": "x"}, 31000),
        ({"limit": "201"}, 31100),
        ({"limit": "0"}, 31100),
        ({"fieldGroups": "EVERYTHING"}, 32800),
    ],
)
async def test_each_mistake_has_its_error(ebay, query, error):
    answer = await ebay.get(ORDERS, query)
    assert (answer.status, answer.errors) == (400, [error])


async def test_windows_are_inclusive_at_both_ends(ebay):
    placed = [(await ebay.place(created_at=stamp(second)))["id"] for second in (-30, -20, -10)]
    assert await ids(ebay, window(-30, -10)) == placed
    assert await ids(ebay, window(-29.999, -10.001)) == [placed[1]]
    assert await ids(ebay, window(-20, None)) == placed[1:]


async def test_with_both_dates_only_the_creation_counts(ebay):
    order = await ebay.place(created_at=stamp(-3600))
    await ebay.control("touch", {"order": order["id"]})
    assert await ids(ebay, window(-60, 0)) == [order["id"]]
    assert await ids(ebay, f"{window(-60, 0)},{window(-60, 0, 'creationdate')}") == []


async def test_a_change_between_two_pages_shifts_the_offsets_and_hides_an_order(ebay):
    placed = [(await ebay.place(created_at=stamp(number - 100)))["id"] for number in range(4)]
    closed = window(-100, -90)
    first = await ids(ebay, closed, limit="2")
    await ebay.control("touch", {"order": placed[0]})
    assert first + await ids(ebay, closed, limit="2", offset="2") == [*placed[:2], placed[3]]
    assert placed[2] in await ids(ebay, closed)


async def test_pages_say_how_to_go_on(ebay):
    for _ in range(5):
        await ebay.place()
    body = (await ebay.orders(limit="2", offset="2")).body
    assert (body["total"], body["limit"], body["offset"], len(body["orders"])) == (5, 2, 2, 2)
    assert "offset=4" in body["next"]
    assert "offset=0" in body["prev"]
    assert "next" not in (await ebay.orders(limit="2", offset="4")).body


async def test_order_ids_override_every_other_parameter(ebay):
    order = await ebay.place(created_at=stamp(-9999))
    answer = await ebay.get(ORDERS, {"orderIds": f"{order['id']},nothing", "filter": window(-5, 0), "limit": "0"})
    assert [found["orderId"] for found in answer.body["orders"]] == [order["id"]]


async def test_the_default_window_is_ninety_days_and_history_two_years(ebay):
    old = await ebay.place(created_at=stamp(-91 * 86400))
    older = await ebay.place(created_at=stamp(-731 * 86400))
    assert (await ebay.get(ORDERS)).body["total"] == 0
    assert (await ebay.order(old["id"]))["orderId"] == old["id"]
    answer = await ebay.get(f"{ORDERS}/{older['id']}")
    assert (answer.status, answer.errors) == (404, [32100])


async def test_an_unpaid_purchase_is_absent_and_gets_its_id_with_the_payment(ebay):
    unpaid = await ebay.place(paid=False)
    assert await ids(ebay) == []
    await ebay.sandbox.advance(60)
    paid = await ebay.control("pay", {"order": unpaid["id"]})
    assert paid["id"] != unpaid["id"]
    assert await ids(ebay) == [paid["id"]]
    entry = (await ebay.sandbox.ledger("order_paid"))[0]
    assert (entry["was"], entry["order"]) == (unpaid["id"], paid["id"])


async def test_an_order_may_show_late_with_the_stamp_it_had(ebay):
    order = await ebay.place(created_at=stamp(-10), visible_after=100)
    assert await ids(ebay, window(-60, 0)) == []
    await ebay.sandbox.advance(90)
    assert await ids(ebay, window(-60, 0)) == [order["id"]]


async def test_the_list_hides_cancel_requests_and_tax_ids(ebay):
    order = await ebay.place(tax_id={"taxpayerId": "X1", "taxIdentifierType": "VATIN", "issuingCountry": "IT"})
    await ebay.control("cancel/request", {"order": order["id"]})
    listed = (await ebay.orders()).body["orders"][0]
    alone = await ebay.order(order["id"])
    assert (listed["cancelStatus"]["cancelState"], listed["cancelStatus"]["cancelRequests"]) == ("IN_PROGRESS", [])
    assert alone["cancelStatus"]["cancelRequests"][0]["cancelRequestState"] == "REQUESTED"
    assert "taxIdentifier" not in listed["buyer"]
    assert alone["buyer"]["taxIdentifier"]["taxpayerId"] == "X1"


async def test_personal_data_fades_with_age(ebay):
    order = await ebay.place()

    async def known():
        to = (await ebay.order(order["id"]))["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]
        return {name for name in ("email", "fullName") if name in to} | set(to["contactAddress"])

    everything = await known()
    assert {"email", "fullName", "addressLine1", "city"} <= everything
    await ebay.sandbox.advance(14 * 86400 + 1)
    await ebay.log_in()
    assert everything - await known() == {"email"}
    await ebay.sandbox.advance(76 * 86400)
    await ebay.log_in()
    assert {"email", "fullName", "addressLine1"} & await known() == set()


@pytest.mark.parametrize(
    ("currency", "price", "shown"), [("EUR", "10.00", "20.00"), ("JPY", "150", "300"), ("KWD", "1.250", "2.500")]
)
async def test_totals_add_up_in_every_currency_and_change_with_the_tax_breakdown(ebay, currency, price, shown):
    line = {"sku": "X", "listing": "1", "price": price, "quantity": 2, "discount": "1", "shipping": "3"}
    order = await ebay.place({**line, "tax": "2", "collected_tax": "1"}, currency=currency)
    for taxes in ({}, {"fieldGroups": "TAX_BREAKDOWN"}):
        summary = (await ebay.order(order["id"], **taxes))["pricingSummary"]
        parts = {name: Decimal(amount["value"]) for name, amount in summary.items()}
        assert parts.pop("total") == sum(parts.values())
        assert parts["tax"] == (3 if taxes else 2)
        assert summary["priceSubtotal"] == {"value": shown, "currency": currency}
        assert parts["priceDiscount"] == -1


async def test_amounts_say_what_they_were_before_conversion(ebay):
    order = await ebay.place({"sku": "MUG", "price": "10.00"}, converted_from="GBP", rate="0.86")
    total = (await ebay.order(order["id"]))["pricingSummary"]["total"]
    assert total == {
        "value": "10.00",
        "currency": "EUR",
        "convertedFromValue": "8.60",
        "convertedFromCurrency": "GBP",
    }


async def test_a_parcel_moves_the_status_of_its_lines(ebay):
    order = await ebay.place({"sku": "MUG", "quantity": 2})
    line = order["lines"][0]["id"]
    path = f"{ORDERS}/{order['id']}/shipping_fulfillment"
    half = {"lineItems": [{"lineItemId": line}], "shippingCarrierCode": "DHL", "trackingNumber": "JD1"}
    made = await ebay.post(path, half)
    assert (made.status, made.headers["Location"].rpartition("/")[2]) == (201, "JD1")
    shown = await ebay.order(order["id"])
    assert (shown["orderFulfillmentStatus"], shown["lineItems"][0]["lineItemFulfillmentStatus"]) == ("IN_PROGRESS",) * 2
    assert (await ebay.post(path, {**half, "trackingNumber": "JD2"})).status == 201
    shown = await ebay.order(order["id"])
    assert shown["orderFulfillmentStatus"] == "FULFILLED"
    assert [href.rpartition("/")[2] for href in shown["fulfillmentHrefs"]] == ["JD1", "JD2"]
    assert await ids(ebay, "orderfulfillmentstatus:{FULFILLED|IN_PROGRESS}") == [order["id"]]
    assert await ids(ebay, "orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}") == []


async def test_a_repeated_parcel_is_a_second_one_and_the_ledger_says_so(ebay):
    order = await ebay.place()
    for _ in range(2):
        assert (await ebay.ship(order)).status == 201
    found = await ebay.get(f"{ORDERS}/{order['id']}/shipping_fulfillment")
    assert found.body["total"] == 2
    assert [entry["repeated"] for entry in await ebay.sandbox.ledger("shipping_fulfillment")] == [False, True]


async def test_without_a_number_the_order_is_fulfilled_all_the_same(ebay):
    order = await ebay.place(instruction="DIGITAL")
    assert (await ebay.ship(order, None)).headers["Location"].endswith("/999")
    shown = await ebay.order(order["id"])
    assert shown["orderFulfillmentStatus"] == "FULFILLED"
    assert "shippingStep" not in shown["fulfillmentStartInstructions"][0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"trackingNumber": "JD 01", "shippingCarrierCode": "DHL"}, 32300),
        ({"trackingNumber": "JD-01", "shippingCarrierCode": "DHL"}, 32300),
        ({"trackingNumber": "JD01"}, 32300),
        ({"shippingCarrierCode": "DHL"}, 32300),
        ({"lineItems": [{"lineItemId": "1"}]}, 32200),
        ({"lineItems": [{"lineItemId": "L"}, {"lineItemId": "L"}]}, 32210),
        ({"lineItems": [{"lineItemId": "L", "quantity": 0}]}, 32600),
        ({"shippedDate": "yesterday"}, 32500),
        ({"shippedDate": "2027-01-01T00:00:00.000Z"}, 32500),
        ([], 32600),
    ],
)
async def test_each_mistake_of_a_parcel_has_its_error(ebay, body, error):
    order = await ebay.place({"sku": "MUG", "id": "L"})
    answer = await ebay.post(f"{ORDERS}/{order['id']}/shipping_fulfillment", body)
    assert (answer.status, answer.errors) == (400, [error])
    assert (await ebay.order(order["id"]))["orderFulfillmentStatus"] == "NOT_STARTED"


async def test_too_many_numbers_a_suspended_seller_and_a_cancelled_order(ebay):
    order, other = await ebay.place(), await ebay.place()
    await ebay.control("settings", {"tracking_numbers": 1}, method="PATCH")
    assert (await ebay.ship(order)).status == 201
    assert (await ebay.ship(order, "JD02")).errors == [34100]
    await ebay.control("cancel", {"order": other["id"]})
    assert (await ebay.ship(other)).status == 409
    await ebay.control("sellers", {"suspended": True}, method="PATCH")
    assert (await ebay.ship(order, "JD03")).errors == [32400]


async def test_a_forced_status_and_a_held_title_are_shown_as_told(ebay):
    order = await ebay.place()
    await ebay.control("force", {"order": order["id"], "payment": "ON_HOLIDAY", "title": "330000000001"})
    shown = await ebay.order(order["id"])
    assert (shown["orderPaymentStatus"], shown["lineItems"][0]["title"]) == ("ON_HOLIDAY", "330000000001")
    await ebay.control("force", {"order": order["id"], "payment": ""})
    assert (await ebay.order(order["id"]))["orderPaymentStatus"] == "PAID"


async def test_another_sellers_order_is_not_there(ebay):
    await ebay.control("sellers", {"username": "bob_shop"})
    order = await ebay.place({"sku": "X"}, seller="bob_shop")
    assert (await ebay.get(f"{ORDERS}/{order['id']}")).status == 404
    assert await ids(ebay) == []


async def test_thousands_of_orders_are_found_by_splitting_windows(ebay):
    """The recipe of the fact page against the whole: nothing lost, nothing twice."""
    made = await ebay.control("orders", {"random": 2_000, "from": stamp(-6 * 3600), "to": stamp(-300)})
    found, calls, todo = set(), 0, [(-6 * 3600.0, -120.0)]
    while todo:
        start, end = todo.pop()
        body = (await ebay.orders(window(start, end), limit="200")).body
        calls += 1
        if body["total"] > 200:
            middle = round((start + end) / 2, 3)
            todo += [(start, middle), (middle, end)]
        else:
            found |= {order["orderId"] for order in body["orders"]}
    assert found == set(made)
    assert len(made) == 2_000
    assert calls < 64
