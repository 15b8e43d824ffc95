"""Orders through the gateway: what is shown, to whom, in what pages, and at what cost; and what people do with them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.database import Database
from tests.support.gateway import Gateway, serving
from tests.support.orders import Shop, home, line, open_shop, order, units

PAGE = """
query($first: Int! = 50, $after: String) { orders(store: "demo", first: $first, after: $after) {
  edges { cursor node { id channelOrderId status total { amount currency } linesTotal { amount currency }
    attention { code message } store { code } channel { marketplace }
    items { sku quantity stockState unitPrice { amount } units { unitId } product { sku } }
    history { fromStatus toStatus cause } shipments { reference items { quantity orderItem { sku } } } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }
"""


async def test_an_order_is_shown_with_lines_history_and_exact_amounts(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A", 2, units=units("unconfirmed", "unconfirmed")), total_minor=2580))
    async with serving(database, tmp_path) as gateway:
        found = (await gateway.query(PAGE))["orders"]
    [edge] = found["edges"]
    node = edge["node"]
    assert (node["channelOrderId"], node["status"]) == ("1", "PENDING")
    assert node["total"] == {"amount": "25.80", "currency": "EUR"}
    assert node["linesTotal"] == {"amount": "25.80", "currency": "EUR"}
    assert node["store"] == {"code": "demo"}
    assert node["items"] == [
        {"sku": "A", "quantity": 2, "stockState": "RESERVED", "unitPrice": {"amount": "12.90"},
         "units": [{"unitId": "u1"}, {"unitId": "u2"}], "product": {"sku": "A"}}
    ]  # fmt: skip
    assert node["history"] == [{"fromStatus": None, "toStatus": "PENDING", "cause": "CHANNEL"}]
    assert found["totalCount"] == 1
    assert found["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": edge["cursor"], "endCursor": edge["cursor"],
    }  # fmt: skip


async def pages(gateway: Gateway, first: int, meanwhile: Callable[[], Awaitable[Any]] | None = None) -> list[list[str]]:
    after, found = None, []
    while True:
        page = (await gateway.query(PAGE, {"first": first, "after": after}))["orders"]
        found.append([edge["node"]["channelOrderId"] for edge in page["edges"]])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
        if meanwhile:
            await meanwhile()


async def test_orders_that_arrive_while_one_pages_neither_shift_nor_repeat_what_was_seen(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, {"A": 500})
    await shop.take(*(order(str(number), line("A")) for number in range(1, 8)))
    names = iter(range(100, 200))

    async def arrives() -> None:
        await shop.take(order(str(next(names)), line("A")))

    async with serving(database, tmp_path) as gateway:
        assert await pages(gateway, 3, arrives) == [["7", "6", "5"], ["4", "3", "2"], ["1"]]
        assert [name for page in await pages(gateway, 4) for name in page] == [
            "101",
            "100",
            "7",
            "6",
            "5",
            "4",
            "3",
            "2",
            "1",
        ]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_cursor_of_another_list_or_made_up_is_refused(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A")))
    async with serving(database, tmp_path) as gateway:
        products = await gateway.query("{ products { pageInfo { endCursor } } }")
        foreign = products["products"]["pageInfo"]["endCursor"]
        for cursor in (foreign, "", "x", "%%%", "e30", "bnVsbA", "W10"):
            error = await gateway.error("query($c: String) { orders(after: $c) { totalCount } }", {"c": cursor})
            assert error["extensions"] == {"code": "INVALID_VALUE", "field": "after"}, cursor


async def test_the_number_of_statements_does_not_grow_with_the_page(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 500, "B": 500})
    await shop.take(*(order(str(n), line("A"), line("B", 2), status="confirmed") for n in range(50)))
    asked: list[str] = []
    fetch = database.fetch

    async def counted(sql: str, *params: Any) -> Any:
        asked.append(sql)
        return await fetch(sql, *params)

    async with serving(database, tmp_path) as gateway:
        await ship_all(gateway, shop)
        database.fetch = counted  # type: ignore[method-assign]
        counts = []
        for first in (2, 50):
            asked.clear()
            page = (await gateway.query(PAGE, {"first": first}, role="viewer"))["orders"]["edges"]
            assert len(page) == first
            assert page[0]["node"]["shipments"][0]["items"][0]["orderItem"]["sku"] == "A"
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


async def ship_all(gateway: Gateway, shop: Shop) -> None:
    """The newest two orders are shipped."""
    page = (await gateway.query(PAGE, {"first": 2}))["orders"]["edges"]
    for edge in page:
        await gateway.change("confirmOrderItems", "order { id }", {"orderId": edge["node"]["id"]})
        done = await gateway.change("shipOrder", "shipment { id }", {"orderId": edge["node"]["id"]})
        assert done["userErrors"] == []


PERSONAL = """{ orders { edges { node { shippingAddress { street city } buyer { email lastName }
    customer { email firstName } } } } }"""


async def test_people_are_shown_to_operators_and_each_look_is_logged_once(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(*(order(str(n), line("A"), shipping_address=home()) for n in (1, 2)))
    async with serving(database, tmp_path) as gateway:
        found = await gateway.query(PERSONAL, role="operator")
        node = found["orders"]["edges"][1]["node"]
        assert node == {
            "shippingAddress": {"street": "Rue du Moulin 7", "city": "Ettelbruck"},
            "buyer": {"email": "buyer-1@example.lu", "lastName": "Exemple 1"},
            "customer": {"email": "buyer-1@example.lu", "firstName": "Jeanne"},
        }
        entries = await gateway.query('{ auditEntries(action: "personal.reveal") { edges { node { actor detail } } } }')
    shown = [edge["node"] for edge in entries["auditEntries"]["edges"]]
    assert {entry["actor"] for entry in shown} == {"operator of all"}
    subjects = [subject for entry in shown for subject in entry["detail"]["subjects"]]
    ids = [row["id"] for row in await database.fetch("SELECT id FROM orders")]
    customers = [row["id"] for row in await database.fetch("SELECT id FROM customers")]
    assert sorted(subjects) == sorted([f"order:{n}" for n in ids] + [f"customer:{n}" for n in customers])
    assert len(shown) <= 2  # all of one level of the query together
    assert "Jeanne" not in str(shown)


async def test_people_are_hidden_from_viewers_and_nothing_is_opened(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A"), shipping_address=home()))
    async with serving(database, tmp_path) as gateway:
        _, document = await gateway.send(PERSONAL, role="viewer")
    assert {error["extensions"]["code"] for error in document["errors"]} == {"FORBIDDEN"}
    assert "Jeanne" not in str(document)
    assert "example.lu" not in str(document)
    assert await shop.count("audit_entries") == 1  # that the token was made


STATE = "order { status syncStatus items { id confirmed cancelled shipped stockState units { unitId state answer } } }"


async def test_an_order_walks_from_confirmed_to_fulfilled(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A", 3)))
    async with serving(database, tmp_path) as gateway:
        [edge] = (await gateway.query(PAGE))["orders"]["edges"]
        it = {"orderId": edge["node"]["id"]}
        done = await gateway.change("confirmOrderItems", STATE, it)
        assert (done["order"]["status"], done["order"]["syncStatus"]) == ("CONFIRMED", "PENDING")
        [item] = done["order"]["items"]
        early = await gateway.change("markOrderDelivered", "order { status }", it)
        assert early["order"] is None
        assert early["userErrors"][0]["code"] == "STATUS_FORBIDS"
        assert (await gateway.change("markOrderProcessing", STATE, it))["order"]["status"] == "PROCESSING"
        assert (await gateway.change("markOrderReady", STATE, it))["order"]["status"] == "READY_FOR_SHIPMENT"
        parcel = {
            "lines": [{"orderItemId": item["id"], "quantity": 2}], "carrier": "POST", "trackingNumber": "LU1",
            "reference": "p-1", "shippedAt": "2026-11-23T10:00:00+01:00",
        }  # fmt: skip
        fields = "existed shipment { reference carrier shippedAt syncStatus order { id } items { quantity } } " + STATE
        for existed in (False, True):
            done = await gateway.change("shipOrder", fields, it | parcel)
            assert done["existed"] is existed
            assert done["shipment"] == {
                "reference": "p-1", "carrier": "POST", "shippedAt": "2026-11-23T09:00:00Z", "syncStatus": "PENDING",
                "order": {"id": it["orderId"]}, "items": [{"quantity": 2}],
            }  # fmt: skip
        assert done["order"]["items"][0]["shipped"] == 2
        rest = await gateway.change("shipOrder", fields + " shipment { id }", it)
        assert rest["order"]["status"] == "SHIPPED"
        assert rest["shipment"]["reference"].startswith("orion-")
        arrived = {
            "shipmentId": rest["shipment"]["id"],
            "deliveredAt": "2026-11-23T10:30:00+01:00",
            "note": "at the door",
        }
        told = "existed channelIsTold shipment { deliveredAt } order { status }"
        for existed in (False, True):
            done = await gateway.change("markShipmentDelivered", told, arrived)
            assert done == {
                "existed": existed, "channelIsTold": False, "order": {"status": "SHIPPED"}, "userErrors": [],
                "shipment": {"deliveredAt": "2026-11-23T09:30:00Z"},
            }  # fmt: skip
        assert (await gateway.change("markOrderDelivered", STATE, it))["order"]["status"] == "DELIVERED"
        assert (await gateway.change("markOrderFulfilled", STATE, it))["order"]["status"] == "FULFILLED"
        one = await gateway.query('{ shipment(reference: "p-1") { deliveredAt } }')
        assert one["shipment"]["deliveredAt"] is not None
    assert await shop.level("A") == (2, 0)


async def test_units_are_answered_partly(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A", 2, units=units("unconfirmed", "unconfirmed"))))
    async with serving(database, tmp_path) as gateway:
        query = '{ order(store: "demo", marketplace: "letzshop", channelOrderId: "1") { id items { id } } }'
        found = (await gateway.query(query))["order"]
        item = found["items"][0]["id"]
        lines = [{"orderItemId": item, "unitIds": ["u1"]}]
        await gateway.change("confirmOrderItems", STATE, {"orderId": found["id"], "lines": lines})
        done = await gateway.change("declineOrderItems", STATE, {"orderId": found["id"]})
        assert done["userErrors"] == []
        [line_] = done["order"]["items"]
        assert (line_["confirmed"], line_["cancelled"]) == (1, 1)
        assert [unit["answer"] for unit in line_["units"]] == ["available", "unavailable"]
        both = [{"orderItemId": item, "unitIds": ["u1"], "quantity": 1}]
        wrong = await gateway.change("confirmOrderItems", STATE, {"orderId": found["id"], "lines": both})
        assert wrong["userErrors"][0]["field"] == "lines"


async def test_an_order_is_cancelled_and_its_notices_cleared(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 1})
    await shop.take(order("1", line("A", 3)))
    fields = "order { status attention { code message } }"
    async with serving(database, tmp_path) as gateway:
        [edge] = (await gateway.query(PAGE))["orders"]["edges"]
        it = {"orderId": edge["node"]["id"]}
        assert [notice["code"] for notice in edge["node"]["attention"]] == ["short"]
        assert (await gateway.query("{ orders(attention: true) { totalCount } }"))["orders"]["totalCount"] == 1
        done = await gateway.change("clearOrderAttention", fields, it | {"code": "short"})
        assert done["order"]["attention"] == []
        done = await gateway.change("cancelOrder", fields, it | {"note": "the buyer asked"})
        assert done["order"]["status"] == "CANCELLED"
    assert await shop.level("A") == (1, 0)


async def test_a_waiting_line_is_answered_for_all_of_its_kind(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("unknown")), order("2", line("unknown")))
    async with serving(database, tmp_path) as gateway:
        query = "{ unmatchedOrderItems { edges { node { id sku order { channelOrderId } } } totalCount } }"
        waiting = (await gateway.query(query))["unmatchedOrderItems"]
        assert waiting["totalCount"] == 2
        product = (await gateway.query('{ product(store: "demo", sku: "A") { id } }'))["product"]["id"]
        wanted = {"orderItemId": waiting["edges"][0]["node"]["id"], "productId": product}
        done = await gateway.change("answerUnmatchedItem", "orderItems { matchState product { sku } }", wanted)
        assert done["orderItems"] == [{"matchState": "MATCHED", "product": {"sku": "A"}}] * 2
        assert (await gateway.query(query))["unmatchedOrderItems"]["totalCount"] == 0
        again = await gateway.change("answerUnmatchedItem", "orderItems { id }", wanted)
        assert again["userErrors"][0]["code"] == "STATUS_FORBIDS"


async def test_an_order_of_the_storefront_is_placed_once(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {"A": 2})
    wanted = {
        "store": "demo", "idempotencyKey": "web-1", "customer": {"email": "a@example.lu", "customerId": "7"},
        "shippingAddress": {"city": "Ettelbruck"}, "shipping": {"amount": "4.90", "currency": "EUR"},
        "lines": [{"sku": "A", "quantity": 2, "unitPrice": {"amount": "10", "currency": "EUR"}}],
    }  # fmt: skip
    fields = "existed isShort order { marketplace status linesTotal { amount } shippingAddress { city } }"
    async with serving(database, tmp_path) as gateway:
        for existed in (False, True):
            done = await gateway.change("placeOrder", fields, wanted)
            assert done == {
                "existed": existed, "isShort": False, "userErrors": [],
                "order": {"marketplace": "storefront", "status": "PENDING", "linesTotal": {"amount": "20.00"},
                          "shippingAddress": {"city": "Ettelbruck"}},
            }  # fmt: skip
        refused = await gateway.change("placeOrder", fields, wanted | {"idempotencyKey": "web-2"})
        assert refused["order"] is None
        assert refused["userErrors"][0]["code"] == "NOT_ENOUGH_STOCK"
        mixed = wanted | {"idempotencyKey": "web-3", "shipping": {"amount": "4.90", "currency": "USD"}}
        refused = await gateway.change("placeOrder", fields, mixed)
        assert refused["userErrors"][0] == {
            "code": "CURRENCY_DIFFERS", "field": "shipping.currency", "message": "The order is in EUR.",
        }  # fmt: skip
        fine = wanted | {"idempotencyKey": "web-4", "shipping": {"amount": "4.905", "currency": "EUR"}}
        assert (await gateway.change("placeOrder", fields, fine))["userErrors"][0]["field"] == "shipping.amount"


async def test_orders_from_before_are_listed_and_settled(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 9})
    names = [str(number) for number in range(1, 5)]
    await shop.take(*(order(name, line("A", 2), status="confirmed", tells_sending=False) for name in names))
    await shop.take(order("5", line("A")))
    fields = "order { status attention { code message } items { shipped earlier stockState } }"
    query = "query($is: Boolean) { orders(earlier: $is) { edges { node { id channelOrderId items { earlier } } } } }"
    async with serving(database, tmp_path) as gateway:
        found = (await gateway.query(query, {"is": True}))["orders"]["edges"]
        assert [edge["node"]["channelOrderId"] for edge in found] == names[::-1]
        assert found[0]["node"]["items"] == [{"earlier": 2}]
        others = (await gateway.query(query, {"is": False}))["orders"]["edges"]
        assert [edge["node"]["channelOrderId"] for edge in others] == ["5"]
        first, second, third = [{"orderId": edge["node"]["id"]} for edge in found[:3]]
        done = await gateway.change("markEarlierOrderSent", fields, first | {"note": "long ago"}, role="operator")
        assert done["order"] == {
            "status": "SHIPPED", "attention": [], "items": [{"shipped": 2, "earlier": 0, "stockState": "NONE"}]
        }  # fmt: skip
        again = await gateway.change("markEarlierOrderSent", fields, first)
        assert (again["order"], again["userErrors"][0]["code"]) == (None, "STATUS_FORBIDS")
        done = await gateway.change("reserveEarlierOrder", fields, second)
        assert done["order"]["items"] == [{"shipped": 0, "earlier": 0, "stockState": "RESERVED"}]
        refused = await gateway.change("clearOrderAttention", "order { id }", third | {"code": "answered_before"})
        assert refused["userErrors"][0]["code"] == "STATUS_FORBIDS"
        account = {"store": "demo", "marketplace": "letzshop", "placedBefore": "2027-01-01T00:00:00Z"}
        done = await gateway.change("markEarlierOrdersSent", "orders { channelOrderId status } hasMore", account)
        assert done == {
            "orders": [{"channelOrderId": name, "status": "SHIPPED"} for name in "12"], "hasMore": False,
            "userErrors": [],
        }  # fmt: skip
        lost = await gateway.change("markEarlierOrdersSent", "orders { id }", account | {"store": "nowhere"})
        assert lost["userErrors"][0]["code"] == "NOT_FOUND"
    assert await shop.level("A") == (9, 3)
