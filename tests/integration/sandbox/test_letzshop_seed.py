"""The original document's order form over real HTTP, on the same world; replaying given documents verbatim."""

import time

import pytest

from tests.support.letzshop_sandbox import running_sandbox

ORDERS = """query Orders($f: OrderFilter, $n: Int, $c: String) { orders(filter: $f, first: $n, after: $c) {
  totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id orderNumber status createdAt updatedAt
    customer { email firstName lastName phone }
    shippingAddress { firstName lastName street postalCode city country } billingAddress { city }
    items { id sku gtin title quantity unitPrice totalPrice }
    totals { subtotal shipping tax total currency } } } } }"""
FULFIL = """mutation F($i: UpdateOrderFulfillmentInput!) { updateOrderFulfillment(input: $i) { order { id status }
  items { itemId accepted shippedQuantity cancelledQuantity } errors { id code message } } }"""
STOCK = """mutation S($i: UpdateInventoryInput!) { updateInventory(input: $i) {
  items { sku accepted quantity price availability } errors { id code } } }"""


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        await running.vendor(form="seed")
        yield running


async def orders(sandbox, **wanted):
    found = (await sandbox.data(ORDERS, {"f": wanted or None, "n": 50}))["orders"]
    return [edge["node"] for edge in found["edges"]]


async def test_an_order_shows_in_the_documented_shape(sandbox):
    ship = {"firstName": "Tom", "streetName": "Am Duerf", "streetNumber": "3", "zipCode": "9000", "city": "Ettelbruck"}
    await sandbox.place(
        {"id": "L1", "sku": "A", "price": "2.50", "quantity": 3, "title": "Thing"},
        id="O1",
        number="R1",
        customer={"email": "tom@example.lu", "firstName": "Tom"},
        ship=ship,
        bill=None,
        shipping="4.90",
    )
    (order,) = await orders(sandbox)
    assert (order["id"], order["orderNumber"], order["status"]) == ("O1", "R1", "PENDING")
    assert order["createdAt"] == "2026-03-02T12:00:00Z"
    assert order["customer"] == {"email": "tom@example.lu", "firstName": "Tom", "lastName": None, "phone": None}
    assert order["shippingAddress"]["street"] == "Am Duerf 3"
    assert order["billingAddress"] is None
    assert order["items"] == [
        {
            "id": "L1",
            "sku": "A",
            "gtin": None,
            "title": "Thing",
            "quantity": 3,
            "unitPrice": "2.50",
            "totalPrice": "7.50",
        }
    ]
    totals = {"subtotal": "7.50", "shipping": "4.90", "tax": "1.80", "total": "12.40", "currency": "EUR"}
    assert order["totals"] == totals


@pytest.mark.parametrize(
    "query",
    [
        "query($s: DateTime) { orders(filter: {updatedAt: $s}) { totalCount } }",
        "query($s: DateTime) { orders(filter: {updatedAt: {gte: $s}, status: PENDING}) { totalCount } }",
        "query($s: String) { orders(filter: {updatedAt: {gte: $s}, status: [PENDING, PAID]}) { totalCount } }",
    ],
)
async def test_orders_are_filtered_by_change_time_however_it_is_written(sandbox, query):
    await sandbox.place({"price": "1"}, id="old")
    await sandbox.advance(3600)
    await sandbox.place({"price": "1"}, id="new")
    assert (await sandbox.data(query, {"s": "2026-03-02T14:00:00+01:00"}))["orders"]["totalCount"] == 1
    assert (await sandbox.data(query, {"s": "2026-03-02T12:00:00Z"}))["orders"]["totalCount"] == 2
    await sandbox.control("letzshop/status", {"order": "old", "status": "PAID"})
    assert [o["id"] for o in await orders(sandbox, updatedAt="2026-03-02T13:00:00Z", status=["PAID"])] == ["old"]


async def test_fulfillment_goes_by_item_and_each_refusal_is_named(sandbox):
    await sandbox.place({"id": "L1", "sku": "A", "price": "1", "quantity": 2}, {"id": "L2", "price": "1"}, id="O1")
    said = {
        "orderId": "O1",
        "status": "SHIPPED",
        "trackingNumber": "T1",
        "trackingCarrier": "greco",
        "items": [{"itemId": "L1", "quantity": 2}, {"itemId": "L2", "quantity": 5}],
    }
    payload = (await sandbox.data(FULFIL, {"i": said}))["updateOrderFulfillment"]
    assert payload["order"] == {"id": "O1", "status": "PROCESSING"}
    assert [(item["itemId"], item["accepted"], item["shippedQuantity"]) for item in payload["items"]] == [
        ("L1", True, 2),
        ("L2", False, 0),
    ]
    assert [(error["id"], error["code"]) for error in payload["errors"]] == [("L2", "quantity_exceeded")]
    (parcel,) = await sandbox.ledger("parcel_set")
    assert (parcel["order"], parcel["code"], parcel["items"]) == ("O1", "T1", {"L1": 2})


async def test_an_order_of_nobody_is_not_found(sandbox):
    payload = (await sandbox.data(FULFIL, {"i": {"orderId": "x", "status": "PAID"}}))["updateOrderFulfillment"]
    assert payload["order"] is None
    assert payload["errors"][0]["code"] == "not_found"


async def test_inventory_is_updated_item_by_item(sandbox):
    await sandbox.control("letzshop/products", {"products": [{"sku": "A", "price": "2.00", "quantity": 5}]})
    said = [{"sku": "A", "quantity": 0, "price": "2.20"}, {"sku": "Z", "quantity": 1}, {"sku": "A", "quantity": -1}]
    payload = (await sandbox.data(STOCK, {"i": {"items": said}}))["updateInventory"]
    assert [(item["sku"], item["accepted"], item["quantity"]) for item in payload["items"]] == [
        ("A", True, 0),
        ("Z", False, None),
        ("A", False, None),
    ]
    assert payload["items"][0]["availability"] == "OUT_OF_STOCK"
    assert [error["code"] for error in payload["errors"]] == ["unknown_sku", "invalid_quantity"]
    (stock,) = await sandbox.control("letzshop/stock")
    assert (stock["quantity"], stock["price"]) == (0, "2.20")
    (entry,) = await sandbox.ledger("inventory_updated")
    assert (entry["by"], entry["was"]["quantity"], entry["now"]["quantity"]) == ("api", 5, 0)


async def test_a_day_of_given_documents_is_served_verbatim(sandbox):
    documents = [
        {
            "id": "536365",
            "placed_at": "2010-12-01T08:26:00+00:00",
            "status": "PAID",
            "verbatim": True,
            "currency": "GBP",
            "customer": {"firstName": "17850"},
            "lines": [
                {"sku": "85123A", "quantity": 6, "price": "2.55", "title": "WHITE  HOLDER "},
                {"sku": "85123A", "quantity": 6, "price": "2.55", "title": "WHITE  HOLDER "},
                {"sku": "22423", "quantity": 74215, "price": "0.0", "title": ""},
            ],
        },
        {
            "id": "C536379",
            "placed_at": "2010-12-01T09:41:00+00:00",
            "status": "CANCELLED",
            "verbatim": True,
            "lines": [{"sku": "D", "quantity": -1, "price": "27.5", "title": None}],
        },
    ]
    placed = await sandbox.control("letzshop/orders", {"orders": documents})
    assert [order["id"] for order in placed] == ["536365", "C536379"]
    credit, order = await orders(sandbox, updatedAt="2010-12-01T00:00:00Z")
    assert (order["orderNumber"], order["customer"]["firstName"], order["shippingAddress"]) == ("536365", "17850", None)
    assert [(i["quantity"], i["unitPrice"], i["title"]) for i in order["items"]] == [
        (6, "2.55", "WHITE  HOLDER "),
        (6, "2.55", "WHITE  HOLDER "),
        (74215, "0.0", ""),
    ]
    assert len({item["id"] for item in order["items"]}) == 3
    assert (order["totals"]["total"], order["totals"]["currency"]) == ("30.60", "GBP")
    assert (credit["status"], credit["customer"], credit["items"][0]["quantity"]) == ("CANCELLED", None, -1)
    assert credit["totals"]["total"] == "-27.50"
    assert (await sandbox.data("{ shipments { nodes { id } } }", form="live"))["shipments"]["nodes"] == []


async def test_a_cancelled_quantity_and_a_cancelled_order(sandbox):
    for verbatim in (False, True):
        name = f"O{verbatim}"
        await sandbox.place({"id": "L1", "price": "1", "quantity": 4}, id=name, verbatim=verbatim)
        await sandbox.control("letzshop/cancel", {"order": name, "items": {"L1": 1}})
        assert (await sandbox.control("letzshop/cancel", {"order": name}))["status"] == "CANCELLED"
    assert [entry["items"] for entry in await sandbox.ledger("order_cancelled")] == [{"L1": 1}, None, {"L1": 1}, None]


async def test_a_page_of_fifty_out_of_ten_thousand_is_served_quickly(sandbox):
    order = {
        "verbatim": True,
        "lines": [{"sku": f"S{i}", "price": "1.00", "quantity": 2, "title": "x"} for i in range(3)],
    }
    await sandbox.control("letzshop/orders", {"orders": [{**order, "id": f"O{n}"} for n in range(10_000)]})
    spent = []
    for _ in range(7):
        started = time.perf_counter()
        response = await sandbox.ask(ORDERS, {"n": 50})
        spent.append(time.perf_counter() - started)
        assert len((await response.json())["data"]["orders"]["edges"]) == 50
    assert min(spent) < 0.060, f"the quickest of seven pages took {min(spent) * 1000:.1f} ms"
