"""Orders of the sandbox Amazon: the search with its rules, what is told to whom, walks, and the old v0 reads."""

from typing import Any

import pytest

from tests.support.amazon_sandbox import DE, FR, AmazonHandle, amazon_account

SEARCH = "/orders/2026-01-01/orders"
AFTER = {"lastUpdatedAfter": "2026-03-01T00:00:00Z"}
LINE = {"sku": "MUG-1", "quantity": 2}


async def placed_and_visible(amazon: AmazonHandle, *lines: dict[str, Any], **order: Any) -> dict[str, Any]:
    placed = await amazon.place(*(lines or (LINE,)), **order)
    await amazon.advance(180)
    return placed


async def test_an_order_is_hidden_for_two_minutes_and_then_told_with_the_effective_bound() -> None:
    async with amazon_account() as amazon:
        placed = await amazon.place(LINE)
        early = await amazon.search()
        assert early["orders"] == []
        assert early["lastUpdatedBefore"] == "2026-03-02T11:58:00Z"
        await amazon.advance(120)
        late = await amazon.search()
        assert [order["orderId"] for order in late["orders"]] == [placed["id"]]
        assert late["lastUpdatedBefore"] == "2026-03-02T12:00:00Z"
        assert "pagination" not in late


@pytest.mark.parametrize(
    "query",
    [
        {},
        {**AFTER, "createdAfter": "2026-03-01T00:00:00Z"},
        {**AFTER, "createdBefore": "2026-03-01T12:00:00Z"},
        {**AFTER, "lastUpdatedBefore": "2026-03-02T11:59:00Z"},
        {**AFTER, "lastUpdatedBefore": "2026-02-01T00:00:00Z"},
        {"lastUpdatedAfter": "yesterday"},
        {**AFTER, "maxResultsPerPage": "101"},
        {**AFTER, "maxResultsPerPage": "0"},
        {**AFTER, "includedData": "EVERYTHING"},
        {**AFTER, "fulfillmentStatuses": "Unshipped"},
        {**AFTER, "paginationToken": "made-up"},
    ],
)
async def test_a_search_that_breaks_a_rule_is_refused(query: dict[str, str]) -> None:
    async with amazon_account() as amazon:
        answer = await amazon.call("GET", SEARCH, query)
        assert (answer.status, answer.code) == (400, "InvalidInput")
        assert answer.headers["x-amzn-RateLimit-Limit"] == "0.0056"


async def test_blocks_come_only_when_they_are_asked_for() -> None:
    async with amazon_account() as amazon:
        placed = await placed_and_visible(amazon)
        bare = (await amazon.call("GET", SEARCH, AFTER)).body["orders"][0]
        assert set(bare) == {"orderId", "createdTime", "lastUpdatedTime", "salesChannel", "orderItems"}
        assert set(bare["orderItems"][0]) == {"orderItemId", "quantityOrdered", "product"}
        whole = await amazon.order(placed["id"])
        assert whole["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
        assert whole["proceeds"]["grandTotal"] == {"amount": "39.98", "currencyCode": "EUR"}
        assert whole["buyer"]["buyerEmail"].endswith("@marketplace.amazon.de")
        assert whole["recipient"]["deliveryAddress"]["name"]
        assert whole["packages"] == []


async def test_people_are_hidden_without_the_roles_for_unpaid_and_for_amazons_own_orders() -> None:
    async with amazon_account() as amazon:
        merchant = await placed_and_visible(amazon)
        pending = await placed_and_visible(amazon, pending=True)
        fba = await placed_and_visible(amazon, {"sku": "FBA-3"}, fba=True)
        for order in (pending, fba):
            told = await amazon.order(order["id"])
            assert "recipient" not in told
            assert "buyerEmail" not in told.get("buyer", {})
        assert "proceeds" not in await amazon.order(pending["id"])
        await amazon.control("applications", {"roles": ["product-listing"]}, method="PATCH")
        told = await amazon.order(merchant["id"])
        assert {"buyer", "recipient", "tax"} & set(told) == set()


async def test_a_walk_tells_each_order_once_and_insists_on_its_filters() -> None:
    async with amazon_account() as amazon:
        for _ in range(5):
            await amazon.place(LINE)
            await amazon.advance(60)
        await amazon.advance(180)
        seen, token = [], {}
        first = await amazon.search(maxResultsPerPage="2")
        page = first
        while True:
            seen += [order["orderId"] for order in page["orders"]]
            if "pagination" not in page:
                break
            token = {"paginationToken": page["pagination"]["nextToken"]}
            await amazon.advance(30)
            page = await amazon.search(maxResultsPerPage="2", **token)
            assert page["lastUpdatedBefore"] == first["lastUpdatedBefore"]
        assert len(seen) == len(set(seen)) == 5
        changed = await amazon.call("GET", SEARCH, {**AFTER, "maxResultsPerPage": "2", **token})
        assert changed.status == 400


async def test_a_page_token_lives_a_day() -> None:
    async with amazon_account() as amazon:
        await amazon.control("settings", {"token_life": 200_000}, method="PATCH")
        await amazon.login()
        for _ in range(2):
            await amazon.place(LINE)
        await amazon.advance(180)
        token = (await amazon.search(maxResultsPerPage="1"))["pagination"]["nextToken"]
        await amazon.advance(23 * 3600)
        await amazon.search(maxResultsPerPage="1", paginationToken=token)
        await amazon.advance(3601)
        said = {"maxResultsPerPage": "1", "paginationToken": token, **AFTER}
        assert (await amazon.call("GET", SEARCH, said)).status == 400


async def test_orders_move_out_of_the_window_when_they_change() -> None:
    async with amazon_account() as amazon:
        first = await placed_and_visible(amazon)
        await amazon.control("cancel/request", {"order": first["id"], "reason": "Too late"})
        assert (await amazon.search())["orders"] == []
        await amazon.advance(120)
        [again] = (await amazon.search())["orders"]
        item = again["orderItems"][0]
        assert item["cancellation"]["cancellationRequest"] == {"requester": "BUYER", "cancelReason": "Too late"}
        assert again["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


async def test_filters_and_stores() -> None:
    async with amazon_account() as amazon:
        german = await amazon.place(LINE, marketplace=DE)
        french = await amazon.place(LINE, marketplace=FR, pending=True)
        await amazon.advance(180)

        async def ids(**query: str) -> set[str]:
            return {order["orderId"] for order in (await amazon.search(**query))["orders"]}

        assert await ids() == {german["id"], french["id"]}
        assert await ids(marketplaceIds=FR) == {french["id"]}
        assert await ids(fulfillmentStatuses="UNSHIPPED,SHIPPED") == {german["id"]}
        assert await ids(fulfilledBy="AMAZON") == set()
        foreign = await amazon.call("GET", SEARCH, {**AFTER, "marketplaceIds": "ATVPDKIKX0DER"})
        assert (foreign.status, foreign.code) == (403, "AccessDenied")


async def test_orders_older_than_two_years_are_gone() -> None:
    async with amazon_account() as amazon:
        old = await amazon.place(LINE, placed_at="2023-12-01T00:00:00Z", updated_at="2026-03-01T12:00:00Z")
        assert (await amazon.search())["orders"] == []
        assert (await amazon.call("GET", f"{SEARCH}/{old['id']}")).status == 404


async def test_money_has_the_digits_of_its_currency_and_adds_up() -> None:
    async with amazon_account() as amazon:
        kuwait = {
            "sku": None,
            "price": "1.250",
            "quantity": 3,
            "shipping": "0.500",
            "tax": "0.125",
            "promotion": "0.250",
        }
        first = await placed_and_visible(amazon, kuwait, currency="KWD")
        second = await placed_and_visible(amazon, {"sku": "MUG-1", "price": "980"}, currency="JPY")
        told = await amazon.order(first["id"])
        assert "sellerSku" not in told["orderItems"][0]["product"]
        assert told["proceeds"]["grandTotal"]["amount"] == "4.125"
        kinds = {entry["type"]: entry["subtotal"]["amount"] for entry in told["proceeds"]["breakdowns"]}
        assert kinds == {"ITEM": "3.750", "SHIPPING": "0.500", "TAX": "0.125", "DISCOUNT": "-0.250"}
        assert told["orderItems"][0]["promotion"]["breakdowns"]
        assert (await amazon.order(second["id"]))["proceeds"]["grandTotal"]["amount"] == "980"


async def test_pages_lie_on_command() -> None:
    async with amazon_account() as amazon:
        for _ in range(3):
            await amazon.place(LINE)
            await amazon.advance(60)
        await amazon.advance(180)
        first = await amazon.search(maxResultsPerPage="1")
        token = {"paginationToken": first["pagination"]["nextToken"]}
        await amazon.sandbox.fault("repeat_page", "searchOrders")
        repeated = await amazon.search(maxResultsPerPage="1", **token)
        assert [o["orderId"] for o in repeated["orders"]] == [o["orderId"] for o in first["orders"]]
        assert repeated["pagination"] == first["pagination"]
        true = await amazon.search(maxResultsPerPage="1", **token)
        assert true["orders"][0]["orderId"] != first["orders"][0]["orderId"]
        await amazon.sandbox.fault("repeat_order", "searchOrders")
        twice = [order["orderId"] for order in (await amazon.search())["orders"]]
        assert len(twice) == 4
        assert len(set(twice)) == 3


async def test_ten_thousand_orders_spread_over_an_outage() -> None:
    async with amazon_account() as amazon:
        window = {"count": 10_000, "from": "2026-02-28T00:00:00Z", "to": "2026-03-02T11:00:00Z"}
        assert (await amazon.control("orders/many", window))["placed"] == 10_000
        page = await amazon.search(lastUpdatedAfter="2026-02-27T00:00:00Z")
        assert len(page["orders"]) == 100
        assert page["orders"][0]["createdTime"] == "2026-02-28T00:00:00Z"
        assert page["pagination"]["nextToken"]


async def test_v0_tells_line_totals_and_people_only_to_a_restricted_token() -> None:
    async with amazon_account() as amazon:
        placed = await placed_and_visible(amazon)
        query = {"MarketplaceIds": DE, "LastUpdatedAfter": "2026-03-01T00:00:00Z"}
        payload = (await amazon.get("/orders/v0/orders", **query))["payload"]
        [order] = payload["Orders"]
        assert (order["OrderStatus"], order["OrderTotal"]["Amount"]) == ("Unshipped", "39.98")
        assert "Name" not in order["ShippingAddress"]
        assert "BuyerInfo" not in order
        assert payload["LastUpdatedBefore"] == "2026-03-02T12:01:00Z"
        path = f"/orders/v0/orders/{placed['id']}"
        [item] = (await amazon.get(f"{path}/orderItems"))["payload"]["OrderItems"]
        assert (item["ItemPrice"]["Amount"], item["SellerSKU"]) == ("39.98", "MUG-1")
        assert (await amazon.call("GET", f"{path}/address")).status == 403
        resources = [
            {"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo", "shippingAddress"]},
            {"method": "GET", "path": "/orders/v0/orders/{orderId}/address"},
        ]
        made = await amazon.call(
            "POST", "/tokens/2021-03-01/restrictedDataToken", body={"restrictedResources": resources}
        )
        opened = made.body["restrictedDataToken"]
        whole = (await amazon.call("GET", "/orders/v0/orders", query, token=opened)).body["payload"]["Orders"][0]
        assert whole["BuyerInfo"]["BuyerEmail"]
        assert whole["ShippingAddress"]["Name"]
        address = await amazon.call("GET", f"{path}/address", token=opened)
        assert address.body["payload"]["ShippingAddress"]["AddressLine1"]
        assert (await amazon.call("GET", f"{path}/buyerInfo", token=opened)).status == 403


async def test_v0_refuses_what_its_rules_refuse() -> None:
    async with amazon_account() as amazon:
        path = "/orders/v0/orders"
        assert (await amazon.call("GET", path, {"LastUpdatedAfter": "2026-03-01T00:00:00Z"})).status == 400
        assert (await amazon.call("GET", path, {"MarketplaceIds": DE})).status == 400
        lone = {"MarketplaceIds": DE, "CreatedAfter": "2026-03-01T00:00:00Z", "OrderStatuses": "Unshipped"}
        assert (await amazon.call("GET", path, lone)).status == 400
        listed = {"method": "GET", "path": "/orders/v0/orders", "dataElements": "buyerInfo"}
        body = {"restrictedResources": [listed]}
        assert (await amazon.call("POST", "/tokens/2021-03-01/restrictedDataToken", body=body)).status == 400


async def test_pages_by_offset_skip_an_order_when_another_leaves_the_window() -> None:
    async with amazon_account() as amazon:
        await amazon.control("settings", {"paging": "offset"}, method="PATCH")
        orders = []
        for _ in range(4):
            orders.append((await amazon.place(LINE))["id"])
            await amazon.advance(60)
        await amazon.advance(180)
        first = await amazon.search(maxResultsPerPage="2")
        await amazon.control("cancel/request", {"order": orders[0]})
        token = first["pagination"]["nextToken"]
        second = await amazon.search(maxResultsPerPage="2", paginationToken=token)
        assert [order["orderId"] for order in second["orders"]] == [orders[3]]
