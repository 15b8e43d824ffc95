"""The sandbox Amazon as part of the sandbox: the demonstration, the state file, reset, and the state that is told."""

from pathlib import Path

from orion_daemon.sandbox.amazon import demo
from orion_daemon.sandbox.letzshop import demo as letzshop_demo
from tests.support.amazon_sandbox import SELLER, AmazonHandle, amazon_account, quantity
from tests.support.letzshop_sandbox import NOON, running_sandbox

WORLD = {"client_id": demo.DEMO_CLIENT_ID, "client_secret": demo.DEMO_CLIENT_SECRET}
LOGIN = {**WORLD, "grant_type": "refresh_token", "refresh_token": demo.DEMO_REFRESH_TOKEN}


async def test_the_demonstration_has_listings_waiting_orders_and_buyers() -> None:
    async with running_sandbox(seed=3) as sandbox:
        demo.demo_world(sandbox.sandbox.amazon.market)
        amazon = AmazonHandle(sandbox)
        assert (await amazon.login(**LOGIN)).status == 200
        listings = await amazon.control("listings")
        assert len(listings) == 30
        assert all(set(listing["prices"]) == set(demo.DEMO_MARKETPLACES) for listing in listings)
        await amazon.advance(150)
        first = await amazon.search()
        assert len(first["orders"]) >= 4
        await amazon.advance(600)
        placed = await amazon.ledger("order_placed", by="buyer")
        assert 4 + 20 <= len(placed) <= 4 + 60
        assert (await amazon.search(lastUpdatedAfter=first["lastUpdatedBefore"]))["orders"]


async def test_the_demonstration_sells_what_the_other_stand_ins_sell() -> None:
    async with running_sandbox() as sandbox:
        letzshop_demo.demo_world(sandbox.sandbox.letzshop.shop)
        demo.demo_world(sandbox.sandbox.amazon.market)
        elsewhere = {item["sku"] for item in await sandbox.control("letzshop/stock")}
        assert {item["sku"] for item in await sandbox.control("amazon/listings")} <= elsewhere


async def test_world_and_ledger_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.json"
    async with running_sandbox(state=state) as sandbox:
        demo.demo_world(sandbox.sandbox.amazon.market)
        amazon = AmazonHandle(sandbox)
        await amazon.login(**LOGIN)
        token = amazon.token
        await amazon.advance(300)
        page = await amazon.search(maxResultsPerPage="1")
        sku = (await amazon.control("listings"))[0]["sku"]
        path = f"/listings/2021-08-01/items/{demo.DEMO_SELLER_ID}/{sku}"
        body = {"productType": "PRODUCT", "patches": [quantity(1)]}
        await amazon.call("PATCH", path, {"marketplaceIds": demo.DEMO_MARKETPLACES[0]}, body)
        before = (await sandbox.control("state"))["amazon"]
    async with running_sandbox(state=state) as sandbox:
        amazon = AmazonHandle(sandbox, token)
        assert (await sandbox.control("state"))["amazon"] == before
        walk = {"maxResultsPerPage": "1", "paginationToken": page["pagination"]["nextToken"]}
        assert (await amazon.search(**walk))["lastUpdatedBefore"] == page["lastUpdatedBefore"]
        await amazon.advance(5)
        assert len(await amazon.ledger("patch_applied", sku=sku)) == 1


async def test_a_reset_forgets_everything() -> None:
    async with amazon_account() as amazon:
        await amazon.place({"sku": "MUG-1"})
        await amazon.sandbox.control("reset", {"seed": 9})
        told = (await amazon.sandbox.control("state"))["amazon"]
        assert (told["seed"], told["orders"], told["sellers"]) == (9, 0, [])
        assert (await amazon.login()).body["error"] == "invalid_client"


async def test_commands_say_what_is_wrong() -> None:
    async with amazon_account() as amazon:
        await amazon.control("orders", {"lines": [], "seller": SELLER}, status=409)
        await amazon.control("orders", {"lines": [{"sku": "MUG-1"}], "seller": "NOBODY"}, status=404)
        await amazon.control("orders", {"lines": [{"sku": "MUG-1", "colour": "red"}]}, status=400)
        await amazon.control("cancel", {"order": "302-1-1"}, status=404)
        await amazon.control("settings", {"patch_dealy": 1}, method="PATCH", status=400)
        await amazon.control("quotas", {"operation": "buyEverything"}, method="PATCH", status=404)
        window = {"count": 2, "from": NOON.isoformat(), "to": NOON.isoformat()}
        assert (await amazon.control("orders/many", {**window, "pending": True}))["placed"] == 2
        await amazon.control("orders/many", {**window, "id": "1"}, status=409)


async def test_every_request_is_in_the_ledger_with_its_outcome() -> None:
    async with amazon_account() as amazon:
        answer = await amazon.call("GET", "/sellers/v1/marketplaceParticipations")
        await amazon.call("GET", "/orders/2026-01-01/orders/1")
        good, bad = (await amazon.ledger("request"))[-2:]
        assert (good["operation"], good["outcome"], good["executed"]) == ("getMarketplaceParticipations", "ok", True)
        assert good["request_id"] == answer.headers["x-amzn-RequestId"]
        assert (bad["contract"], bad["operation"], bad["status"]) == ("orders_2026-01-01", "getOrder", 404)
        assert (bad["outcome"], bad["executed"]) == ("refused", False)
