"""What sellers and buyers do to orders of the sandbox Amazon: parcels, payments, cancellations, refunds."""

from typing import Any

import pytest

from tests.support.amazon_sandbox import DE, FR, SELLER, AmazonHandle, amazon_account, quantity

LINES = ({"sku": "MUG-1", "quantity": 2}, {"sku": "CUP 2/B", "quantity": 1})
TRANSACTIONS = "/finances/2024-06-19/transactions"


async def status_of(amazon: AmazonHandle, order: dict[str, Any]) -> str:
    return str((await amazon.order(order["id"]))["fulfillment"]["fulfillmentStatus"])


async def test_a_parcel_ships_the_order_and_the_same_reference_edits_it() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        shipped = await amazon.ship(order)
        assert (shipped.status, shipped.body) == (204, None)
        assert (await amazon.ship(order)).status == 204
        assert (await amazon.ship(order, trackingNumber="JD0000000002")).status == 204
        told = await amazon.order(order["id"])
        [package] = told["packages"]
        assert (package["trackingNumber"], package["packageStatus"]) == ("JD0000000002", {"status": "SHIPPED"})
        assert told["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
        entries = await amazon.ledger("shipment_confirmed")
        assert [(entry["edit"], entry["same"]) for entry in entries] == [(False, False), (True, True), (True, False)]
        [final] = (await amazon.control("shipments"))[order["id"]]
        assert final["tracking"] == "JD0000000002"
        assert sum(final["lines"].values()) == 3


async def test_two_parcels_make_a_partial_shipment_whole() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        first, second = order["lines"]
        await amazon.ship(order, "1", orderItems=[{"orderItemId": first["id"], "quantity": 1}])
        told = await amazon.order(order["id"])
        assert told["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
        assert told["orderItems"][0]["fulfillment"] == {"quantityFulfilled": 1, "quantityUnfulfilled": 1}
        rest = [{"orderItemId": first["id"], "quantity": 1}, {"orderItemId": second["id"], "quantity": 1}]
        assert (await amazon.ship(order, "2", orderItems=rest)).status == 204
        assert await status_of(amazon, order) == "SHIPPED"
        moves = [(entry["was"], entry["now"]) for entry in await amazon.ledger("status_changed")]
        assert moves == [("UNSHIPPED", "PARTIALLY_SHIPPED"), ("PARTIALLY_SHIPPED", "SHIPPED")]


@pytest.mark.parametrize("reference", [1, "", "0", "one", "-1", None])
async def test_a_reference_is_a_positive_number_in_text(reference: Any) -> None:
    async with amazon_account() as amazon:
        answer = await amazon.ship(await amazon.place(*LINES), reference)
        assert (answer.status, answer.code) == (400, "InvalidInput")


@pytest.mark.parametrize(
    "detail",
    [
        {"carrierCode": "dhl"},
        {"carrierCode": "Other"},
        {"carrierCode": "Other", "carrierName": " "},
        {"trackingNumber": ""},
        {"shipDate": "02/21/2026"},
        {"shipDate": "2026-04-01T00:00:00Z"},
        {"orderItems": []},
        {"orderItems": [{"orderItemId": "1", "quantity": 1}]},
    ],
)
async def test_a_parcel_that_breaks_a_rule_changes_nothing(detail: dict[str, Any]) -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        assert (await amazon.ship(order, **detail)).status == 400
        assert await amazon.ledger("shipment_confirmed") == []
        assert await status_of(amazon, order) == "UNSHIPPED"


async def test_quantities_never_exceed_what_is_open() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        line = order["lines"][0]
        assert (await amazon.ship(order, orderItems=[{"orderItemId": line["id"], "quantity": 3}])).status == 400
        twice = [{"orderItemId": line["id"], "quantity": 2}] * 2
        assert (await amazon.ship(order, orderItems=twice)).status == 400
        whole = [{"orderItemId": line["id"], "quantity": 2}]
        assert (await amazon.ship(order, "1", orderItems=whole)).status == 204
        assert (await amazon.ship(order, "2", orderItems=whole)).status == 400
        assert (await amazon.ship(order, "1", orderItems=whole)).status == 204


async def test_other_carriers_are_told_by_their_name() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        await amazon.ship(order, carrierCode="Other", carrierName="Velo Kurier", shippingMethod="Bike")
        [package] = (await amazon.order(order["id"]))["packages"]
        assert (package["carrier"], package["shippingService"]) == ("Velo Kurier", "Bike")


@pytest.mark.parametrize(
    "facts", [{"pending": True}, {"fba": True}, {"status": "CANCELLED"}, {"programs": ["SHIP_PLUS"]}]
)
async def test_orders_that_the_seller_cannot_ship(facts: dict[str, Any]) -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES, **facts)
        assert (await amazon.ship(order)).status == 400


async def test_the_store_and_the_order_must_be_right() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        assert (await amazon.ship({**order, "marketplace": FR})).status == 400
        missing = await amazon.ship({**order, "id": "302-0000000-0000000"})
        assert (missing.status, missing.code) == (404, "NotFound")


async def test_parcels_arrive() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        await amazon.ship(order)
        for status in ("IN_TRANSIT", "DELIVERED"):
            await amazon.advance(86400)
            await amazon.login()
            await amazon.control("packages", {"order": order["id"], "status": status, "detailed": status})
            told = await amazon.order(order["id"])
            assert told["packages"][0]["packageStatus"] == {"status": status}
        assert told["lastUpdatedTime"] == "2026-03-04T12:00:00Z"
        await amazon.control("settings", {"detailed_status": True}, method="PATCH")
        [package] = (await amazon.order(order["id"]))["packages"]
        assert package["packageStatus"]["detailedStatus"] == "DELIVERED"
        await amazon.control("packages", {"order": order["id"], "status": "EATEN"}, status=409)


async def test_a_payment_is_authorised_once() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES, pending=True)
        assert await status_of(amazon, order) == "PENDING"
        await amazon.control("authorise", {"order": order["id"]})
        assert await status_of(amazon, order) == "UNSHIPPED"
        await amazon.control("authorise", {"order": order["id"]}, status=409)


async def test_an_unpaid_order_that_is_cancelled_gives_its_units_back() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES, pending=True)
        assert (await amazon.control("listings?sku=MUG-1"))[0]["quantity"] == 8
        await amazon.control("cancel", {"order": order["id"]})
        assert await status_of(amazon, order) == "CANCELLED"
        assert (await amazon.control("listings?sku=MUG-1"))[0]["quantity"] == 10


async def test_cancelled_units_bring_no_money() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        mugs = order["lines"][0]
        await amazon.control("cancel", {"order": order["id"], "by": "amazon", "lines": {mugs["id"]: 1}})
        told = await amazon.order(order["id"])
        assert told["orderItems"][0]["quantityOrdered"] == 2
        assert told["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] == 1
        assert told["proceeds"]["grandTotal"]["amount"] == "28.49"
        await amazon.control("cancel", {"order": order["id"], "by": "amazon"})
        told = await amazon.order(order["id"])
        assert told["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
        assert "proceeds" not in told


async def test_refunds_are_told_late_and_never_by_the_order() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place(*LINES)
        await amazon.ship(order)
        before = await amazon.order(order["id"])
        await amazon.control("refund", {"order": order["id"], "amount": "8.50"})
        assert await amazon.order(order["id"]) == before
        related = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order["id"]}
        await amazon.advance(24 * 3600 - 1)
        await amazon.login()
        [paid] = (await amazon.get(TRANSACTIONS, **related))["payload"]["transactions"]
        assert (paid["transactionType"], paid["totalAmount"]["currencyAmount"]) == ("Shipment", 48.48)
        await amazon.advance(1)
        _, back = (await amazon.get(TRANSACTIONS, **related))["payload"]["transactions"]
        assert (back["description"], back["totalAmount"]) == (
            "Refund Order",
            {"currencyCode": "EUR", "currencyAmount": -8.5},
        )
        names = {entry["relatedIdentifierName"] for entry in back["relatedIdentifiers"]}
        assert {"ORDER_ID", "REFUND_ID"} <= names
        assert back["postedDate"] == "2026-03-02T12:00:00Z"
        await amazon.control("refund", {"order": order["id"], "amount": "40.00"}, status=409)
        assert (await amazon.control("refund", {"order": order["id"]}))["amount"] == "-39.98"


async def test_transactions_by_date() -> None:
    async with amazon_account() as amazon:
        await amazon.ship(await amazon.place(*LINES))
        await amazon.advance(600)
        since = {"postedAfter": "2026-03-02T00:00:00Z"}
        assert len((await amazon.get(TRANSACTIONS, **since))["payload"]["transactions"]) == 1
        far = {"postedAfter": "2025-01-01T00:00:00Z"}
        assert (await amazon.get(TRANSACTIONS, **far))["payload"]["transactions"] == []
        for query in ({}, {"postedAfter": "2026-03-02T12:09:00Z"}, {**since, "postedBefore": "2026-03-01T00:00:00Z"}):
            assert (await amazon.call("GET", TRANSACTIONS, query)).status == 400


async def test_buyers_order_by_themselves_and_the_day_depends_on_the_seed_alone() -> None:
    days = []
    for reads in (0, 5):
        async with amazon_account() as amazon:
            await amazon.control("buyers", {"every": 60, "first": 10, "restock": 5})
            for _ in range(reads):
                await amazon.get("/sellers/v1/marketplaceParticipations")
            await amazon.advance(1800)
            placed = await amazon.ledger("order_placed", by="buyer")
            days.append([(entry["at"], entry["order"], entry["total"]) for entry in placed])
            assert {entry["seller"] for entry in placed} == {SELLER}
            await amazon.control("buyers", method="DELETE")
            await amazon.advance(1800)
            assert len(await amazon.ledger("order_placed", by="buyer")) == len(placed)
    assert days[0] == days[1]
    assert len(days[0]) > 15


async def test_nobody_restocks_by_hand_what_a_program_steers() -> None:
    async with amazon_account() as amazon:
        await amazon.control("listings", {"sku": "MUG-1", "quantity": 0}, method="PATCH")
        path = f"/listings/2021-08-01/items/{SELLER}/CUP%202%2FB"
        body = {"productType": "PRODUCT", "patches": [quantity(0)]}
        await amazon.call("PATCH", path, {"marketplaceIds": DE}, body)
        await amazon.advance(600)
        assert len(await amazon.ledger("patch_applied")) == 1
        await amazon.control("buyers", {"every": 60, "first": 1, "restock": 5})
        await amazon.advance(300)
        assert {entry["sku"] for entry in await amazon.ledger("restocked")} == {"MUG-1"}
