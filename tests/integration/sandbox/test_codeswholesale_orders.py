"""Buying at CodesWholesale over real HTTP: refusals, kinds of codes, money, repeated references, the history."""

import base64
import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.codeswholesale_sandbox import codeswholesale_account
from tests.support.letzshop_sandbox import NOON


@pytest.fixture
async def shop():
    async with codeswholesale_account() as account:
        yield account


def codes_of(answer):
    return [code for product in answer.body["products"] for code in product["codes"]]


async def test_an_order_takes_the_money_and_the_stock_and_gives_a_code_for_each_piece(shop):
    product = await shop.add()
    answer = await shop.buy(product, 2)
    assert answer.status == 200
    assert '"totalPrice":18.20' in answer.text
    said = answer.body
    assert (said["clientOrderId"], said["status"], said["createdOn"]) == (
        "ref-1",
        "Completed",
        "2026-03-02T12:00:00.000Z",
    )
    line = said["products"][0]
    assert (line["productId"], line["name"], line["unitPrice"]) == (product, "Example Quest", Decimal("9.10"))
    codes = codes_of(answer)
    assert [code["codeType"] for code in codes] == ["CODE_TEXT", "CODE_TEXT"]
    assert len({code["code"] for code in codes}) == 2
    assert await shop.balance() == Decimal("81.80")
    assert (await shop.get(f"products/{product}")).body["quantity"] == 8
    detail = await shop.get(f"orders/{said['orderId']}")
    assert detail.body == said
    read = await shop.get(f"codes/{codes[0]['codeId']}")
    assert read.body == codes[0]


async def test_the_ledger_can_be_counted_by_reference_and_by_product(shop):
    first, second = await shop.add("First"), await shop.add("Second", "3.00")
    lines = [{"productId": first, "quantity": 2, "price": 9.10}, {"productId": second, "quantity": 1, "price": 3}]
    answer = await shop.post("orders", {"orderId": "ref-7", "products": lines})
    made = (await shop.ledger("order_created", reference="ref-7"))[0]
    assert (made["order"], made["total"], made["units"]) == (answer.body["orderId"], "21.20", 3)
    counted = [(line["product"], line["quantity"], line["unit_price"]) for line in made["lines"]]
    assert counted == [(first, 2, "9.10"), (second, 1, "3.00")]
    digests = [code["digest"] for line in made["lines"] for code in line["codes"]]
    assert digests == [hashlib.sha256(code["code"].encode()).hexdigest() for code in codes_of(answer)]
    assert codes_of(answer)[0]["code"] not in str(await shop.sandbox.ledger())
    await shop.buy(first, reference="ref-8")
    assert await shop.bought(reference="ref-7") == {"orders": 1, "units": 3, "spent": "21.20"}
    assert await shop.bought(product=first) == {"orders": 2, "units": 3, "spent": "27.30"}
    assert await shop.bought() == {"orders": 2, "units": 4, "spent": "30.30"}
    changes = await shop.ledger("balance_changed", by="order")
    assert [(entry["change"], entry["balance"]) for entry in changes] == [("-21.20", "78.80"), ("-9.10", "69.70")]
    await shop.get(f"codes/{codes_of(answer)[0]['codeId']}")
    assert [entry["code"] for entry in await shop.ledger("code_read")] == [codes_of(answer)[0]["codeId"]]


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"quantity": 0}, 400, 40002),
        ({"quantity": -1}, 400, 40002),
        ({"quantity": 11}, 400, 310003),
        ({"price": 9.11}, 400, 40003),
        ({"price": 9.09}, 400, 40003),
        ({"price": 9.101}, 400, 40003),
        ({"quantity": "1"}, 500, 90001),
        ({"price": "9.10"}, 500, 90001),
        ({"quantity": True}, 500, 90001),
        ({"products": []}, 500, 90001),
        ({"orderId": 7}, 500, 90001),
        ({"orderId": 10**30, "products": [{"productId": 10**30, "quantity": 10**30}]}, 500, 90001),
    ],
)
async def test_refusals_leave_everything_as_it_was(shop, how, status, code):
    answer = await shop.buy(await shop.add(), **how)
    assert (answer.status, answer.code, answer.body["status"]) == (status, code, status)
    assert (await shop.bought())["units"] == 0
    assert await shop.balance() == Decimal(100)
    refused = await shop.ledger("order_refused")
    assert [(entry["code"], "digest" in entry) for entry in refused] == [(code, False)]


async def test_a_body_that_is_no_json_is_a_general_fault(shop):
    answer = await shop.call("POST", "orders", "{not json")
    assert (answer.status, answer.code) == (500, 90001)


async def test_unknown_and_hidden_products_are_refused(shop):
    assert (await shop.buy("none")).code == 20001
    product = await shop.add()
    await shop.control("products/hide", {"product": product})
    answer = await shop.buy(product)
    assert (answer.status, answer.code) == (404, 20001)


async def test_one_bad_line_refuses_the_whole_order(shop):
    good, scarce = await shop.add("Good"), await shop.add("Scarce", quantity=0)
    lines = [{"productId": product, "quantity": 1} for product in (good, scarce)]
    assert (await shop.post("orders", {"orderId": "r", "products": lines})).code == 310003
    assert (await shop.bought())["units"] == 0
    twice = [{"productId": good, "quantity": 6}, {"productId": good, "quantity": 6}]
    assert (await shop.post("orders", {"orderId": "r", "products": twice})).code == 310003


async def test_the_balance_runs_out_between_two_orders_and_credit_counts(shop):
    product = await shop.add(price="60.00")
    assert (await shop.buy(product, price=60)).status == 200
    assert (await shop.buy(product, price=60, reference="ref-2")).code == 10002
    await shop.control("accounts", {"credit": "20.00"}, method="PATCH")
    assert (await shop.buy(product, price=60, reference="ref-2")).status == 200
    said = (await shop.get("accounts/current")).body
    assert (said["currentBalance"], said["currentCredit"], said["totalToUse"]) == (0, 0, 0)


async def test_stock_that_is_shown_need_not_be_there(shop):
    product = await shop.add(quantity=5, real=1)
    assert (await shop.get(f"products/{product}")).body["quantity"] == 5
    assert (await shop.buy(product, 2)).code == 310003
    assert (await shop.buy(product, 1)).status == 200
    assert (await shop.buy(product, 1)).code == 310003
    await shop.control("stock", {"product": product, "quantity": 0, "real": 3})
    assert (await shop.get(f"products/{product}")).body["quantity"] == 0
    assert (await shop.buy(product, 3)).status == 200
    await shop.control("stock", {"product": product, "quantity": 4})
    assert (await shop.buy(product, 3)).status == 200


async def test_a_price_can_jump_between_the_check_and_the_order(shop):
    product = await shop.add()
    await shop.control("price", {"product": product, "price": "9.80", "when": "after_read"})
    seen = (await shop.get(f"products/{product}")).body["prices"][0]["value"]
    assert seen == Decimal("9.10")
    answer = await shop.buy(product)
    assert (answer.code, "rice" in answer.body["message"]) == (40003, True)
    assert (await shop.buy(product, price=9.8)).body["products"][0]["unitPrice"] == Decimal("9.80")
    assert [(entry["was"], entry["now"]) for entry in await shop.ledger("price_changed")] == [("9.10", "9.80")]
    await shop.control("price", {"product": product, "price": "10.00", "when": "after_read"})
    assert (await shop.get("products")).body["items"][0]["prices"][0]["value"] == Decimal("9.80")
    assert (await shop.buy(product, price=9.8)).code == 40003


async def test_what_is_unknown_about_prices_is_a_switch(shop):
    product = await shop.add(prices=[{"value": "8.00", "from": 10}, {"value": "9.10", "to": 9}])
    assert (await shop.buy(product, 10, 8.00)).status == 200
    await shop.control("stock", {"product": product, "quantity": 50})
    await shop.control("accounts", {"balance": "500"}, method="PATCH")
    await shop.control("settings", {"charged_tier": "single"}, method="PATCH")
    assert (await shop.buy(product, 10, 9.10)).status == 200
    await shop.control("settings", {"charged_tier": "lowest"}, method="PATCH")
    assert (await shop.buy(product, 1, 8.00)).status == 200
    await shop.control("settings", {"checks_price": False}, method="PATCH")
    assert (await shop.buy(product, 1, 1.00)).body["totalPrice"] == Decimal("8.00")
    await shop.control("settings", {"checks_price": True, "price_code": 77}, method="PATCH")
    assert (await shop.buy(product, 1, 1.00)).code == 77
    assert (await shop.buy(product, 1, None)).status == 200


async def test_pictures_come_inline_for_one_piece_and_by_id_for_several(shop):
    product = await shop.add(kinds=["image"], filename="../key one.png")
    single = codes_of(await shop.buy(product))[0]
    assert (single["codeType"], single["filename"]) == ("CODE_IMAGE", "../key one.png")
    assert base64.b64decode(single["code"]).startswith(b"\x89PNG\r\n\x1a\n")
    answer = await shop.buy(product, 2, reference="ref-2")
    assert all("code" not in code and code["filename"] for code in codes_of(answer))
    fetched = [(await shop.get(f"codes/{code['codeId']}")).body for code in codes_of(answer)]
    pictures = {base64.b64decode(code["code"]) for code in fetched}
    assert len(pictures) == 2
    made = (await shop.ledger("order_created", reference="ref-2"))[0]
    digests = {code["digest"] for code in made["lines"][0]["codes"]}
    assert digests == {hashlib.sha256(picture).hexdigest() for picture in pictures}
    await shop.control("settings", {"pictures": "inline"}, method="PATCH")
    assert all("code" in code for code in codes_of(await shop.get(f"orders/{answer.body['orderId']}")))
    await shop.control("settings", {"pictures": "never"}, method="PATCH")
    assert "code" not in codes_of(await shop.buy(product, reference="ref-3"))[0]


async def test_kinds_are_mixed_in_one_order_and_one_is_unknown(shop):
    product = await shop.add(kinds=["text", "image", "preorder", "CODE_VOUCHER"])
    answer = await shop.buy(product, 4)
    kinds = [code["codeType"] for code in codes_of(answer)]
    assert kinds == ["CODE_TEXT", "CODE_IMAGE", "CODE_PREORDER", "CODE_VOUCHER"]
    assert "code" not in codes_of(answer)[2]
    assert codes_of(answer)[3]["code"]
    await shop.control("settings", {"code_word": "status"}, method="PATCH")
    words = [code["status"] for code in codes_of(await shop.get(f"orders/{answer.body['orderId']}"))]
    assert words == ["Text code", "Image code", "Pre-ordered code", "CODE_VOUCHER"]
    await shop.control("settings", {"code_word": "codeType", "preorder_word": "PRE_ORDER"}, method="PATCH")
    assert (await shop.get(f"codes/{codes_of(answer)[2]['codeId']}")).body["codeType"] == "PRE_ORDER"


async def test_an_unknown_code_and_a_foreign_order_are_404(shop):
    answer = await shop.get("codes/none")
    assert (answer.status, answer.code) == (404, 50002)
    assert (await shop.get("orders/none")).status == 404
    assert (await shop.get("orders/none/invoice")).status == 404


async def test_an_invoice_is_a_pdf(shop):
    order = (await shop.buy(await shop.add())).body["orderId"]
    said = (await shop.get(f"orders/{order}/invoice")).body
    raw = base64.b64decode(said["body"])
    assert raw.startswith(b"%PDF-1.4")
    assert said["invoiceNo"].encode() in raw
    assert raw.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    ("rule", "statuses", "orders"), [("again", [200, 200], 2), ("refuse", [200, 400], 1), ("first", [200, 200], 1)]
)
async def test_a_repeated_reference_makes_a_second_order_unless_told_otherwise(shop, rule, statuses, orders):
    await shop.control("settings", {"repeated_reference": rule}, method="PATCH")
    product = await shop.add()
    answers = [await shop.buy(product) for _ in range(2)]
    assert [answer.status for answer in answers] == statuses
    assert (await shop.bought(reference="ref-1"))["orders"] == orders
    assert len(await shop.ledger("order_created")) == orders
    if rule == "first":
        assert answers[0].body == answers[1].body
    assert (await shop.buy(product, reference="ref-2")).status == 200


async def test_the_history_has_entries_without_codes_newest_first(shop):
    product = await shop.add()
    made = []
    for number in range(3):
        made.append((await shop.buy(product, reference=f"ref-{number}")).body)
        await shop.sandbox.advance(600)
    entries = (await shop.get("orders")).body["items"]
    assert [entry["clientOrderId"] for entry in entries] == ["ref-2", "ref-1", "ref-0"]
    assert set(entries[0]) == {"orderId", "clientOrderId", "identifier", "status", "createdOn", "totalPrice", "links"}
    assert entries[0]["totalPrice"] == Decimal("9.10")

    async def between(start, end):
        found = await shop.get("orders", startFrom=start, endOn=end)
        return [entry["clientOrderId"] for entry in found.body["items"]]

    assert await between("2026-03-02T12:10:00Z", "2026-03-02T12:10:00.000Z") == ["ref-1"]
    assert await between("2026-03-02T12:00:01Z", "2026-03-02T12:19:59Z") == ["ref-1"]
    assert await between("2026-03-02", "2026-03-02") == ["ref-2", "ref-1", "ref-0"]
    assert await between("2026-03-03", "2026-03-04") == []
    assert (await shop.get("orders", startFrom="soon")).status == 400
    assert made[0]["orderId"] == entries[2]["orderId"]


async def test_an_order_appears_in_the_history_late_but_by_its_id_at_once(shop):
    await shop.control("settings", {"history_seconds": 120}, method="PATCH")
    order = (await shop.buy(await shop.add())).body["orderId"]
    assert (await shop.get("orders")).body["items"] == []
    assert (await shop.get(f"orders/{order}")).status == 200
    await shop.sandbox.advance(119)
    assert (await shop.get("orders")).body["items"] == []
    await shop.sandbox.advance(1)
    assert [entry["orderId"] for entry in (await shop.get("orders")).body["items"]] == [order]


async def test_the_four_products_of_the_suppliers_sandbox(shop):
    await shop.control("products", {"sandbox": True})
    text, picture = "ffe2274d-5469-4b0f-b57b-f8d21b09c24c", "6313677f-5219-47e4-a067-7401f55c5a3a"
    preorder, dear = "33e3e81d-2b78-475a-8886-9848116f5133", "04aeaf1e-f7b5-4ba9-ba19-91003a04db0a"
    items = (await shop.get("products")).body["items"]
    assert [(item["identifier"], item["quantity"]) for item in items] == [
        ("TWTCO", 0),
        ("TWICO", 0),
        ("TPP", 0),
        ("TPWHP", 0),
    ]
    await shop.control("accounts", {"balance": "999999999.00"}, method="PATCH")
    assert codes_of(await shop.buy(text, price=None))[0]["codeType"] == "CODE_TEXT"
    assert codes_of(await shop.buy(picture, price=None))[0]["codeType"] == "CODE_IMAGE"
    assert (await shop.buy(preorder, price=None)).code == 40004
    bought = await shop.buy(preorder, price=None, allowPreOrder=True)
    assert codes_of(bought)[0]["codeType"] == "CODE_PREORDER"
    assert items[2]["releaseDate"].startswith("2055-")
    assert (await shop.buy(dear, price=None)).code == 10002


async def test_the_order_status_and_the_times_are_what_the_world_says(shop):
    await shop.control("settings", {"order_status": "FULFILLING"}, method="PATCH")
    await shop.sandbox.control("clock", {"now": (NOON + timedelta(milliseconds=7.9)).isoformat()})
    said = (await shop.buy(await shop.add())).body
    assert (said["status"], said["createdOn"]) == ("FULFILLING", "2026-03-02T12:00:00.007Z")
