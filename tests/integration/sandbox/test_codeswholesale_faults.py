"""What can go wrong on the way to CodesWholesale, with the ledger saying each time whether an order was made."""

import aiohttp
import pytest

from orion_daemon.sandbox.codeswholesale import demo
from orion_daemon.sandbox.codeswholesale.state import dump, load
from tests.support.codeswholesale_sandbox import CLIENT, SECRET, CodesWholesaleHandle, codeswholesale_account
from tests.support.letzshop_sandbox import running_sandbox


@pytest.fixture
async def shop():
    async with codeswholesale_account() as account:
        yield account


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["drop", "status", "html", "errors", "truncated"])
async def test_the_answer_to_a_purchase_is_lost_with_and_without_the_order(shop, kind, when):
    product = await shop.add()
    await shop.fault(kind, "createOrder", when=when, status=500)
    made = when == "after"
    if kind in ("drop", "truncated"):
        with pytest.raises(aiohttp.ClientError):
            await shop.buy(product)
    else:
        answer = await shop.buy(product)
        assert answer.status == 500
        assert (answer.body["code"] if kind == "errors" else answer.body) == (90001 if kind == "errors" else None)
    assert await shop.bought(reference="ref-1") == {
        "orders": int(made),
        "units": int(made),
        "spent": "9.10" if made else "0.00",
    }
    request = (await shop.ledger("request", operation="createOrder"))[0]
    assert (request["executed"], request["outcome"], request["when"]) == (made, f"fault:{kind}", when)
    assert len((await shop.get("orders")).body["items"]) == made
    assert (await shop.buy(product, reference="ref-2")).status == 200


async def test_a_slow_order_is_made_before_or_after_the_wait(shop):
    product = await shop.add()
    await shop.fault("slow", "createOrder", delay=90)
    await shop.fault("slow", "createOrder", delay=45, when="before")
    assert [(await shop.buy(product)).status for _ in range(2)] == [200, 200]
    assert shop.sandbox.slept == [90.0, 45.0]
    assert (await shop.bought())["orders"] == 2


async def test_a_refusal_can_be_lost_too(shop):
    await shop.fault("drop", "createOrder", when="after")
    with pytest.raises(aiohttp.ClientError):
        await shop.buy("none")
    assert [entry["code"] for entry in await shop.ledger("order_refused")] == [20001]
    assert not (await shop.ledger("request", operation="createOrder"))[0]["executed"]


async def test_an_order_may_be_answered_without_its_codes(shop):
    await shop.fault("partial", "createOrder")
    answer = await shop.buy(await shop.add())
    assert (answer.status, "codes" in answer.body["products"][0]) == (200, False)
    detail = (await shop.get(f"orders/{answer.body['orderId']}")).body
    assert len(detail["products"][0]["codes"]) == 1


async def test_an_order_may_be_answered_with_fewer_codes(shop):
    await shop.fault("partial", "createOrder", left=2)
    answer = await shop.buy(await shop.add(), 3)
    assert len(answer.body["products"][0]["codes"]) == 2
    detail = (await shop.get(f"orders/{answer.body['orderId']}")).body
    assert len(detail["products"][0]["codes"]) == 3


async def test_the_ledger_says_what_was_asked_for_also_where_it_had_no_effect(shop):
    await shop.fault("drop", "createOrder", when="before")
    with pytest.raises(aiohttp.ClientError):
        await shop.buy(await shop.add(), reference="lost")
    [request] = await shop.ledger("request", operation="createOrder")
    assert (request["executed"], request["sent"]["orderId"]) == (False, "lost")


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"kind": "rate_limited", "retry_after": 9}, 429),
        ({"kind": "status", "status": 208}, 208),
        ({"kind": "expired_key"}, 401),
        ({"kind": "errors", "status": 400, "code": 4711, "message": "Never heard of"}, 400),
    ],
)
async def test_an_answer_may_be_replaced(shop, rule, status):
    product = await shop.add()
    await shop.fault(rule.pop("kind"), "createOrder", **rule)
    answer = await shop.buy(product)
    assert answer.status == status
    if status == 429:
        assert answer.headers["Retry-After"] == "9"
    if status == 400:
        assert answer.body == {"status": 400, "code": 4711, "message": "Never heard of"}
    assert (await shop.bought())["orders"] == 0


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("getProducts", "products"),
        ("getProduct", "products/{product}"),
        ("getDescription", "products/{product}/description"),
        ("getOrders", "orders"),
        ("getOrder", "orders/{order}"),
        ("getInvoice", "orders/{order}/invoice"),
        ("getCode", "codes/{code}"),
        ("getAccount", "accounts/current"),
        ("getPlatforms", "platforms"),
    ],
)
async def test_every_operation_is_known_to_faults_by_its_name(shop, operation, path):
    product = await shop.add(texts={"title": "Example Quest"})
    said = (await shop.buy(product)).body
    code = said["products"][0]["codes"][0]["codeId"]
    path = path.format(product=product, order=said["orderId"], code=code)
    await shop.fault("status", operation, status=503)
    assert [(await shop.get(path)).status for _ in range(2)] == [503, 200]


async def test_the_token_endpoint_has_faults_too(shop):
    await shop.fault("status", "getToken", status=500)
    await shop.fault("slow", "getToken", delay=30)
    await shop.fault("html", "getToken")
    assert (await shop.log_in()).status == 500
    assert (await shop.log_in()).status == 200
    assert shop.sandbox.slept == [30.0]
    assert (await shop.log_in()).text.startswith("<!DOCTYPE html>")
    asked = (await shop.ledger("request", operation="getToken"))[-3:]
    assert [(entry["outcome"], entry["executed"]) for entry in asked] == [
        ("fault:status", False),
        ("fault:slow", True),
        ("fault:html", False),
    ]


async def test_a_fault_can_be_meant_for_one_account(shop):
    await shop.control("accounts", {"client_id": "ben", "client_secret": "ben-secret"})
    await shop.fault("status", "getAccount", key="ben")
    assert (await shop.get("accounts/current")).status == 200
    await shop.log_in(client_id="ben", client_secret="ben-secret")
    assert (await shop.get("accounts/current")).status == 503


async def test_world_and_ledger_survive_a_restart(tmp_path):
    state = tmp_path / "sandbox.json"
    async with codeswholesale_account(state=state) as shop:
        await shop.control("products", {"count": 5})
        await shop.control("settings", {"page_size": 2, "history_seconds": 60}, method="PATCH")
        product = await shop.add(kinds=["text", "preorder"], assigned_after=30)
        order = (await shop.buy(product, 2)).body
        truth = await shop.control("orders/ref-1")
        page = (await shop.get("products")).body
        token, ids = shop.token, await shop.walk()
        before = (await shop.sandbox.control("state"))["codeswholesale"]
    async with running_sandbox(state=state) as sandbox:
        shop = CodesWholesaleHandle(sandbox, token)
        assert (await sandbox.control("state"))["codeswholesale"] == before
        assert (await shop.control(f"orders/{order['orderId']}")) == truth
        assert len((await shop.get("products", continuationToken=page["continuationToken"])).body["items"]) == 2
        assert await shop.walk() == ids
        await shop.sandbox.advance(30)
        assert len(await shop.ledger("code_assigned")) == 1
        assert len(await shop.ledger("order_created")) == 1
        assert (await shop.log_in(client_id=CLIENT, client_secret=SECRET)).body["access_token"] == token


async def test_a_reset_forgets_everything(shop):
    await shop.buy(await shop.add())
    await shop.sandbox.control("reset", {"seed": 9})
    told = (await shop.sandbox.control("state"))["codeswholesale"]
    assert (told["seed"], told["products"], told["orders"], told["accounts"]) == (9, 0, 0, [])
    assert (await shop.log_in()).status == 401


async def test_the_same_seed_gives_the_same_codes():
    async def day():
        async with codeswholesale_account(seed=5) as shop:
            await shop.control("products", {"count": 3})
            first = (await shop.get("products")).body["items"]
            order = await shop.buy(await shop.add(), 2)
            return first, order.body["orderId"], [code["code"] for code in order.body["products"][0]["codes"]]

    first, second = await day(), await day()
    assert first[1:] == second[1:]
    assert [i["productId"] for i in first[0]] == [i["productId"] for i in second[0]]
    assert [i["prices"] for i in first[0]] == [i["prices"] for i in second[0]]


async def test_the_demonstration_sells_a_dozen_games():
    async with running_sandbox() as sandbox:
        account = demo.demo_world(sandbox.sandbox.codeswholesale.store)
        shop = CodesWholesaleHandle(sandbox)
        assert (await shop.log_in(client_id=demo.DEMO_CLIENT_ID, client_secret=demo.DEMO_CLIENT_SECRET)).status == 200
        assert await shop.balance() == 5000
        items = (await shop.get("products")).body["items"]
        assert len(items) == 12
        singles = [min(tier["value"] for tier in item["prices"] if tier["from"] == 1) for item in items]
        assert all(4 <= price <= 60 for price in singles)
        assert len({item["name"] for item in items}) == 11
        kinds = set()
        for item, price in zip(items, singles, strict=True):
            answer = await shop.buy(item["productId"], 1, float(price), item["identifier"], allowPreOrder=True)
            kinds.add(answer.body["products"][0]["codes"][0]["codeType"])
        assert kinds == {"CODE_TEXT", "CODE_IMAGE", "CODE_PREORDER"}
        saved = dump(sandbox.sandbox.codeswholesale.store.world)
        assert dump(load(saved)) == saved
        assert account.signature == demo.facts()["signature"]
