"""What can go wrong on the way to eBay, with the ledger saying each time what truly happened; the demonstration."""

import aiohttp
import pytest

from orion_daemon.sandbox.ebay import demo
from orion_daemon.sandbox.ebay.state import dump, load
from tests.support.ebay_sandbox import BULK, ORDERS, ebay_account
from tests.support.letzshop_sandbox import running_sandbox


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        await account.list_item("MUG", quantity=50)
        await account.list_item("CUP", quantity=50)
        yield account


def total(sku, quantity):
    return {"sku": sku, "shipToLocationAvailability": {"quantity": quantity}}


async def fault(ebay, kind, operation, **more):
    await ebay.sandbox.fault(kind, operation, marketplace="ebay", **more)


async def test_a_parcel_may_be_made_though_the_answer_is_lost(ebay):
    order = await ebay.place()
    await fault(ebay, "drop", "createShippingFulfillment", when="after")
    with pytest.raises(aiohttp.ClientError):
        await ebay.ship(order)
    found = await ebay.get(f"{ORDERS}/{order['id']}/shipping_fulfillment")
    assert [parcel["shipmentTrackingNumber"] for parcel in found.body["fulfillments"]] == ["JD01"]
    request = (await ebay.sandbox.ledger("request", operation="createShippingFulfillment"))[0]
    assert (request["executed"], request["fault"], request["sent"]["trackingNumber"]) == (True, "drop", "JD01")


async def test_a_call_dropped_before_has_no_effect(ebay):
    await fault(ebay, "drop", "bulkUpdatePriceQuantity")
    with pytest.raises(aiohttp.ClientError):
        await ebay.post(BULK, {"requests": [total("MUG", 1)]})
    assert (await ebay.shelf())["MUG"]["quantity"] == 50
    assert not (await ebay.sandbox.ledger("request", operation="bulkUpdatePriceQuantity"))[0]["executed"]


async def test_a_slow_answer_comes_after_the_effect(ebay):
    await fault(ebay, "slow", "bulkUpdatePriceQuantity", delay=90)
    assert (await ebay.post(BULK, {"requests": [total("MUG", 1)]})).status == 200
    assert ebay.sandbox.slept == [90.0]
    assert (await ebay.shelf())["MUG"]["quantity"] == 1


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"kind": "rate_limited"}, 429),
        ({"kind": "status", "status": 503}, 503),
        ({"kind": "expired_key"}, 401),
        ({"kind": "errors"}, 500),
        ({"kind": "errors", "status": 400, "error_id": 30700}, 400),
    ],
)
async def test_an_answer_may_be_replaced(ebay, rule, status):
    await ebay.sandbox.control("faults", {"operation": "getOrders", "count": 1, "marketplace": "ebay", **rule})
    answer = await ebay.orders()
    assert answer.status == status
    if rule["kind"] == "errors":
        assert answer.errors == [rule.get("error_id", 30500)]
    assert (await ebay.orders()).status == 200


async def test_one_entry_of_a_bulk_call_may_fail_alone(ebay):
    await fault(ebay, "partial", "bulkUpdatePriceQuantity", index=1, error_id=25001)
    answer = await ebay.post(BULK, {"requests": [total("MUG", 1), total("CUP", 2)]})
    assert answer.status == 207
    assert [entry["statusCode"] for entry in answer.body["responses"]] == [200, 500]
    assert answer.body["responses"][1]["errors"][0]["errorId"] == 25001
    shelf = await ebay.shelf()
    assert (shelf["MUG"]["quantity"], shelf["CUP"]["quantity"]) == (1, 50)


async def test_a_page_or_an_order_may_come_twice(ebay):
    placed = [(await ebay.place())["id"] for _ in range(4)]
    await fault(ebay, "repeat_page", "getOrders")
    assert await listed(ebay, limit="2", offset="2") == placed[:2]
    await fault(ebay, "repeat_order", "getOrders")
    assert await listed(ebay, limit="2") == [*placed[:2], placed[0]]
    await fault(ebay, "pages_out_of_order", "getOrders")
    assert await listed(ebay) == placed[::-1]
    assert await listed(ebay) == placed


async def listed(ebay, **query):
    return [order["orderId"] for order in (await ebay.orders(**query)).body["orders"]]


async def test_the_token_endpoint_has_faults_too(ebay):
    await fault(ebay, "status", "refresh_token", status=500)
    assert (await ebay.token()).status == 500
    await fault(ebay, "slow", "oauthToken", delay=30)
    assert (await ebay.token()).status == 200
    assert ebay.sandbox.slept == [30.0]
    asked = await ebay.sandbox.ledger("request", operation="oauthToken", grant="refresh_token")
    assert [(entry["outcome"], entry["executed"]) for entry in asked[-2:]] == [
        ("fault:status", False),
        ("fault:slow", True),
    ]


async def test_no_token_and_no_secret_stands_in_the_ledger(ebay):
    await ebay.orders()
    await ebay.use_key()
    text = str(await ebay.sandbox.ledger())
    for secret in (ebay.user, ebay.application, "PRD-ada-secret", "ada-refresh", ebay.private):
        assert secret not in text


async def test_a_command_that_cannot_be_followed_says_why(ebay):
    assert "no order" in (await ebay.control("pay", {"order": "1"}, status=404))["error"]
    order = await ebay.place()
    await ebay.control("cancel", {"order": order["id"]})
    assert "cancelled" in (await ebay.control("cancel", {"order": order["id"]}, status=409))["error"]
    assert "needs 'order'" in (await ebay.control("pay", {}, status=400))["error"]
    await ebay.control("settings", {"weather": "fine"}, method="PATCH", status=400)
    await ebay.control("quotas", {"buy.browse": 1}, method="PATCH", status=400)


async def test_the_demonstration_sells_by_itself_and_survives_a_restart():
    async with running_sandbox() as sandbox:
        ebay = sandbox.sandbox.ebay
        demo.demo_world(ebay.shop)
        state = ebay.state()
        assert (state["offers"], state["listings_outside"], state["orders"]) == (30, 2, 4)
        happened = (await sandbox.advance(300))["happened"]
        assert 8 <= happened <= 40
        assert ebay.state()["orders"] == 4 + happened
        saved = dump(ebay.shop.world)
        assert dump(load(saved)) == saved
        await sandbox.control("reset", {"seed": 3})
        assert ebay.state()["orders"] == 0
        ebay.load(saved)
        await sandbox.advance(60)
        assert ebay.state()["orders"] > 4 + happened


async def test_the_same_seed_gives_the_same_day():
    async def day():
        async with running_sandbox(seed=5) as sandbox:
            demo.demo_world(sandbox.sandbox.ebay.shop)
            await sandbox.advance(600)
            return [(entry["order"], entry["total"]) for entry in await sandbox.ledger("order_placed")]

    first = await day()
    assert len(first) > 20
    assert await day() == first
