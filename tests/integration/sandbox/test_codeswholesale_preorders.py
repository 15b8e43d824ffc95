"""CodesWholesale's pre-orders and postbacks: codes that come later or never, and what the webhook is told."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.codeswholesale_sandbox import CLIENT, SIGNATURE, codeswholesale_account, listening
from tests.support.letzshop_sandbox import NOON

GOOD = hashlib.sha256(f"{CLIENT}{SIGNATURE}".encode()).hexdigest()


@pytest.fixture
async def shop():
    async with codeswholesale_account() as account:
        yield account


@pytest.fixture
async def hook(shop):
    async with listening() as listener:
        await shop.control("accounts", {"webhook": listener.url}, method="PATCH")
        yield listener


async def ordered(shop, quantity=1, **product):
    """A pre-order: the supplier's order id and the ids of its codes."""
    facts = {"released_at": (NOON + timedelta(days=3)).isoformat(), "quantity": 0, **product}
    answer = await shop.buy(await shop.add("Soon", **facts), quantity, allowPreOrder=True)
    codes = [code for line in answer.body["products"] for code in line["codes"]]
    assert {code["codeType"] for code in codes} == {"CODE_PREORDER"}
    return answer.body["orderId"], [code["codeId"] for code in codes]


async def code(shop, code_id):
    await shop.log_in()
    return (await shop.get(f"codes/{code_id}")).body


async def test_a_preorder_is_refused_where_the_caller_does_not_want_one(shop):
    product = await shop.add(released_at=(NOON + timedelta(days=3)).isoformat())
    answer = await shop.buy(product)
    assert (answer.status, answer.code) == (400, 40004)
    await shop.sandbox.advance(3 * 86400)
    await shop.log_in()
    assert (await shop.buy(product)).body["products"][0]["codes"][0]["codeType"] == "CODE_TEXT"


async def test_codes_come_at_the_release_and_the_webhook_hears_of_it(shop, hook):
    order, (first, second) = await ordered(shop, 2)
    assert await shop.balance() == Decimal("81.80")
    await shop.sandbox.advance(3 * 86400 - 1)
    assert "code" not in await code(shop, first)
    assert (await shop.sandbox.advance(1))["happened"] == 1
    said = await code(shop, first)
    assert (said["codeType"], len(said["code"])) == ("CODE_TEXT", 17)
    assert said["code"] != (await code(shop, second))["code"]
    assert hook.got == [{"type": "PREORDER", "orderId": order, "authHash": GOOD}]
    assigned = await shop.ledger("code_assigned", order=order)
    assert [entry["code"] for entry in assigned] == [first, second]
    assert assigned[0]["digest"] == hashlib.sha256(said["code"].encode()).hexdigest()


async def test_codes_can_come_some_time_after_the_purchase_without_a_word(shop, hook):
    await shop.control("settings", {"announces": False}, method="PATCH")
    _, (code_id,) = await ordered(shop, assigned_after=60)
    await shop.sandbox.advance(60)
    assert (await code(shop, code_id))["codeType"] == "CODE_TEXT"
    assert hook.got == []


async def test_a_command_assigns_one_piece_with_or_without_a_postback(shop, hook):
    order, (first, second) = await ordered(shop, 2)
    assert [told["id"] for told in await shop.control("preorders")] == [first, second]
    await shop.control("preorders/assign", {"code": first, "kind": "image", "postback": False})
    assert (await code(shop, first))["codeType"] == "CODE_IMAGE"
    assert "code" not in await code(shop, second)
    assert hook.got == []
    await shop.control("preorders/assign", {"order": "ref-1"})
    assert (await code(shop, second))["codeType"] == "CODE_TEXT"
    assert [told["orderId"] for told in hook.got] == [order]
    await shop.control("preorders/assign", {"order": order}, status=409)
    await shop.sandbox.advance(3 * 86400)
    assert len(await shop.ledger("code_assigned")) == 2


async def test_the_supplier_may_cancel_and_pays_back(shop):
    order, (first, second) = await ordered(shop, 2)
    await shop.control("preorders/cancel", {"code": first})
    assert await shop.balance() == Decimal("90.90")
    assert (await shop.get(f"codes/{first}")).code == 50002
    detail = (await shop.get(f"orders/{order}")).body
    assert [told["codeId"] for told in detail["products"][0]["codes"]] == [second]
    assert detail["status"] == "Completed"
    await shop.control("preorders/cancel", {"order": order})
    assert (await shop.get(f"orders/{order}")).body["status"] == "Cancelled"
    assert await shop.balance() == Decimal("100.00")
    cancelled = await shop.ledger("preorder_cancelled")
    assert [(entry["code"], entry["reference"]) for entry in cancelled] == [(first, "ref-1"), (second, "ref-1")]
    refunds = await shop.ledger("balance_changed", by="refund")
    assert [entry["change"] for entry in refunds] == ["9.10", "9.10"]
    await shop.sandbox.advance(3 * 86400)
    assert await shop.ledger("code_assigned") == []


async def test_cancelled_codes_may_stay_as_if_nothing_were(shop):
    await shop.control("settings", {"cancelled_codes": "stay"}, method="PATCH")
    _, (code_id,) = await ordered(shop)
    await shop.control("preorders/cancel", {})
    assert (await code(shop, code_id))["codeType"] == "CODE_PREORDER"


async def test_every_kind_of_postback_with_its_body(shop, hook):
    prices = [{"value": "8.20", "from": 100}, {"value": "9.30", "to": 9}]
    product = await shop.add(prices=prices, quantity=3, texts={"title": "Example Quest"})
    order = (await shop.buy(product, price=None)).body["orderId"]
    kinds = ("STOCK", "NEW_PRODUCT", "PRODUCT_UPDATED", "PRODUCT_HIDDEN", "NEW_FULL_PRODUCT")
    messages = [{"type": kind, "products": [product]} for kind in kinds]
    messages += [{"type": "PREORDER", "order": order}, {"type": "PREORDER", "order": "ref-1", "old_form": True}]
    answers = await shop.control("postbacks", {"messages": messages})
    assert [[attempt["status"] for attempt in attempts] for attempts in answers] == [[200]] * 7
    assert {told["authHash"] for told in hook.got} == {GOOD}
    stock, *named, full, preorder, old = hook.got
    labels = [{"priceRangeLabel": "100+", "price": 8.2}, {"priceRangeLabel": "1-9", "price": 9.3}]
    assert stock["products"] == [
        {"productId": product, "productName": "Example Quest", "quantity": 2, "prices": labels},
    ]
    assert [told["productId"] for told in named] == [product] * 3
    assert (full["products"][0]["officialTitle"], full["products"][0]["quantity"]) == ("Example Quest", 2)
    assert (preorder["orderId"], old["productOrderedId"]) == (order, order)
    assert old["codeId"]
    sent = await shop.ledger("postback_sent")
    assert [entry["type"] for entry in sent] == [*kinds, "PREORDER", "PREORDER"]
    assert GOOD not in str(sent)


@pytest.mark.parametrize("kind", ["bad", "test", "missing"])
async def test_a_hash_may_be_wrong_or_missing(shop, hook, kind):
    await shop.control("postbacks", {"products": [await shop.add()], "hash": kind})
    assert hook.got[0].get("authHash") != GOOD
    assert ("authHash" in hook.got[0]) == (kind != "missing")


async def test_postbacks_repeat_come_late_and_say_anything(shop, hook):
    product = await shop.add(quantity=5)
    await shop.control("postbacks", {"products": [product], "times": 3})
    assert [told["products"][0]["quantity"] for told in hook.got] == [5, 5, 5]
    await shop.control("postbacks", {"products": [product], "also": {"type": "COMPLAINT", "more": 1}})
    assert (hook.got[3]["type"], hook.got[3]["more"]) == ("COMPLAINT", 1)
    await shop.control("postbacks", {"body": ["no object"]})
    assert hook.got[4] == ["no object"]


async def test_commands_tell_the_webhook_where_they_are_asked_to(shop, hook):
    product = await shop.add()
    await shop.control("price", {"product": product, "price": "5.00"})
    await shop.control("price", {"product": product, "price": "6.00", "postback": True})
    await shop.control("stock", {"product": product, "quantity": 2, "postback": True})
    await shop.control("products/hide", {"product": product, "postback": True})
    await shop.control("products/show", {"product": product})
    assert [told["type"] for told in hook.got] == ["STOCK", "STOCK", "PRODUCT_HIDDEN"]
    assert hook.got[1]["products"][0]["quantity"] == 2


async def test_a_webhook_that_is_away_is_noted_and_nothing_is_sent_again(shop, hook):
    hook.status = 500
    product = await shop.add()
    assert (await shop.control("postbacks", {"products": [product]})) == [[{"status": 500, "problem": None}]]
    gone = {"products": [product], "url": "http://127.0.0.1:1/hook"}
    assert (await shop.control("postbacks", gone))[0][0]["status"] is None
    assert [entry["status"] for entry in await shop.ledger("postback_sent")] == [500, None]
    assert (await shop.sandbox.advance(86400))["happened"] == 0
