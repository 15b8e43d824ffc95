"""What eBay wants signed: refunds, cancellations, finances. And the check of the signature itself, both ciphers."""

import base64
from datetime import UTC, datetime

import pytest

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ebay.accounts import SigningKey
from orion_daemon.sandbox.ebay.answers import EbayError
from orion_daemon.sandbox.ebay.signatures import verify
from orion_daemon.sandbox.ebay.state import Shop, World
from orion_daemon.sandbox.ledger import Ledger
from tests.support.ebay_sandbox import ORDERS, ebay_account

FINANCES, CANCEL = "/sell/finances/v1/transaction", "/post-order/v2/cancellation"
FULL = {"reasonForRefund": "BUYER_CANCEL"}

# The sample of eBay's own guide (github.com/eBay/digital-signature-verification-ebay-api, README).
GUIDE_KEY = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
GUIDE_JWE = (
    "eyJ6aXAiOiJERUYiLCJlbmMiOiJBMjU2R0NNIiwidGFnIjoiSGdLcjNSSWFlZll0Mkd4blBUUTEwUSIsImFsZyI6IkEyNTZHQ01LVyIsIml2Ijoi"
    "QTVOQXFYUXlITkNIT01GVSJ9.z3JcS0vvxrYboqpySAq_Znww-3V6AllxmJP5JEMkuLY.K1f4MVMEc8ylbfSS.fASwJyMCk2tXZsNWk13IcuVgSWT"
    "OcynSdAoJrK4WApZANlxAP9J0qr0Jz_4aFldFDSZ5tfuxLGqzJmWU7CiZWwNjk2XoVy8q5ogMrFNFwFXP4SrX1XORhNLZPTyS5DEqLDPYn2NX944"
    "xendEwfcxxXsTSeNCUnmSyfitiscUC04GYOfn0UWQ2buSWx7Yod0IR2GtTGUsM9o3J-riuNDKhw.rRsWM1Sl_2stTnZLJkWVmQ"
)
GUIDE = {
    "content-digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
    "x-ebay-signature-key": GUIDE_JWE,
    "signature-input": (
        'sig1=("content-digest" "x-ebay-signature-key" "@method" "@path" "@authority");created=1659651955'
    ),
    "signature": "sig1=:uunxYrXKC8KaoupD5D1DKdmQmrOhz6b4Xbhb3o9d4x4xFIpg++XzEZztOyeOI59rMMjM3NIcFgxBH0c1ckpfBw==:",
}


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        await account.list_item("MUG", quantity=50)
        await account.use_key()
        yield account


@pytest.fixture
def guide():
    clock = WorldClock()
    clock.set(datetime(2022, 8, 5, tzinfo=UTC), frozen=True)
    shop = Shop(World(), clock, Ledger(clock))
    shop.world.signing_keys["k"] = SigningKey("k", "app", "ED25519", GUIDE_KEY, GUIDE_JWE, 0, 2**40)
    return shop


def check(shop, *, method="POST", path="/verifysignature", body=b'{"hello": "world"}', **headers):
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    verify(shop, "app", method, path, "localhost:8080", {**GUIDE, **changed}, body)


def test_the_sample_of_ebays_guide_passes(guide):
    check(guide)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"method": "PUT"}, 215120),
        ({"path": "/other"}, 215120),
        ({"body": b'{"hello": "moon"}'}, 215120),
        ({"x_ebay_signature_key": ""}, 215001),
        ({"x_ebay_signature_key": "another"}, 215120),
        ({"signature": ""}, 215120),
        ({"signature": GUIDE["signature"].replace("uunx", "uunX")}, 215120),
        ({"signature_input": GUIDE["signature-input"].replace('"@path" ', "")}, 215120),
        ({"signature_input": GUIDE["signature-input"].replace('"content-digest" ', "")}, 215120),
        ({"signature_input": GUIDE["signature-input"].replace(";created=1659651955", "")}, 215113),
    ],
)
def test_anything_changed_about_it_fails(guide, change, error):
    with pytest.raises(EbayError) as caught:
        check(guide, **change)
    assert (caught.value.status, caught.value.entries[0]["errorId"]) == (403, error)


def test_an_old_signature_fails_where_age_counts(guide):
    guide.world.settings.signature_age = 60
    with pytest.raises(EbayError) as caught:
        check(guide)
    assert caught.value.entries[0]["errorId"] == 215113


def test_an_expired_key_and_another_applications_key_fail(guide):
    guide.world.signing_keys["k"].expires = 1
    with pytest.raises(EbayError):
        check(guide)
    guide.world.signing_keys["k"] = SigningKey("k", "other", "ED25519", GUIDE_KEY, GUIDE_JWE, 0, 2**40)
    with pytest.raises(EbayError):
        check(guide)


@pytest.mark.parametrize("cipher", ["ED25519", "RSA"])
async def test_signed_calls_pass_with_either_cipher_and_fail_without(ebay, cipher):
    made = (await ebay.use_key(cipher)).body
    assert made["signingKeyCipher"] == cipher
    assert base64.b64decode(made["publicKey"])
    order = await ebay.place()
    unsigned = await ebay.get(FINANCES)
    assert (unsigned.status, unsigned.errors) == (403, [215001])
    signed = await ebay.get(FINANCES, {"limit": "5"}, signed=True)
    assert [told["orderId"] for told in signed.body["transactions"]] == [order["id"]]
    kept = (await ebay.get("/developer/key_management/v1/signing_key", token=ebay.application)).body["signingKeys"]
    assert all("privateKey" not in key for key in kept)
    forged = await ebay.get(FINANCES, signed=True, headers=ebay.signature("GET", "/ebay/elsewhere", b""))
    assert (forged.status, forged.errors) == (403, [215120])


async def test_outside_the_eu_and_the_uk_nothing_need_be_signed(ebay):
    await ebay.control("sellers", {"country": "US"}, method="PATCH")
    assert (await ebay.get(FINANCES)).status == 204


async def refund(ebay, order, amount=None, **more):
    wanted = {"orderLevelRefundAmount": {"value": amount, "currency": "EUR"}} if amount else {}
    return await ebay.post(f"{ORDERS}/{order['id']}/issue_refund", {**FULL, **wanted, **more}, signed=True)


async def payment(ebay, order):
    shown = await ebay.order(order["id"])
    return shown["orderPaymentStatus"], [refund["refundStatus"] for refund in shown["paymentSummary"]["refunds"]]


async def test_a_refund_is_pending_first_and_issued_later(ebay):
    order = await ebay.place({"sku": "MUG", "price": "10.00"})
    answer = await refund(ebay, order, "4.00")
    assert answer.body["refundStatus"] == "PENDING"
    assert await payment(ebay, order) == ("PENDING", ["PENDING"])
    assert (await refund(ebay, order, "1.00")).errors == [34922]
    await ebay.sandbox.advance(60)
    assert await payment(ebay, order) == ("PARTIALLY_REFUNDED", ["REFUNDED"])
    assert (await refund(ebay, order, "7.00")).errors == [34915]
    assert (await refund(ebay, order, "6.00")).status == 200
    await ebay.sandbox.advance(60)
    assert await payment(ebay, order) == ("FULLY_REFUNDED", ["REFUNDED", "REFUNDED"])
    assert (await refund(ebay, order, "1.00")).errors == [34917]
    told = (await ebay.get(FINANCES, {"filter": "transactionType:{REFUND}"}, signed=True)).body["transactions"]
    assert [(entry["amount"]["value"], entry["bookingEntry"]) for entry in told] == [
        ("6.00", "DEBIT"),
        ("4.00", "DEBIT"),
    ]


async def test_a_line_is_refunded_by_itself(ebay):
    order = await ebay.place({"sku": "MUG", "price": "10.00"}, {"sku": "X", "listing": "1", "price": "5.00"})
    amount = {"refundAmount": {"value": "6.00", "currency": "EUR"}, "lineItemId": order["lines"][1]["id"]}
    assert (await refund(ebay, order, refundItems=[amount])).errors == [34924]
    amount["refundAmount"]["value"] = "5.00"
    assert (await refund(ebay, order, refundItems=[amount])).status == 200
    await ebay.sandbox.advance(60)
    shown = await ebay.order(order["id"])
    assert [line["refunds"] != [] for line in shown["lineItems"]] == [False, True]
    assert shown["orderPaymentStatus"] == "PARTIALLY_REFUNDED"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, 34902),
        ({"comment": "x"}, 34903),
        ({**FULL, "comment": "x" * 1001}, 34921),
        (FULL, 34905),
        ({**FULL, "orderLevelRefundAmount": {"currency": "EUR"}}, 34906),
        ({**FULL, "orderLevelRefundAmount": {"value": "1.001", "currency": "EUR"}}, 34907),
        ({**FULL, "orderLevelRefundAmount": {"value": "-1", "currency": "EUR"}}, 34907),
        ({**FULL, "orderLevelRefundAmount": {"value": "1.00"}}, 34908),
        ({**FULL, "orderLevelRefundAmount": {"value": "1.00", "currency": "USD"}}, 34909),
        ({**FULL, "refundItems": [{"refundAmount": {"value": "1.00", "currency": "EUR"}}]}, 34910),
        ({**FULL, "refundItems": [{"lineItemId": "0", "refundAmount": {"value": "1.00", "currency": "EUR"}}]}, 34914),
    ],
)
async def test_each_mistake_of_a_refund_has_its_error(ebay, body, error):
    order = await ebay.place()
    answer = await ebay.post(f"{ORDERS}/{order['id']}/issue_refund", body, signed=True)
    assert (answer.status, answer.errors) == (400, [error])


async def test_a_failed_refund_leaves_the_order_paid(ebay):
    order = await ebay.place()
    given = await refund(ebay, order, "1.00")
    await ebay.control("refund/fail", {"order": order["id"], "refund": given.body["refundId"]})
    await ebay.sandbox.advance(60)
    assert await payment(ebay, order) == ("PAID", ["FAILED"])


async def iaf(ebay, method, path, body=None, **how):
    return await ebay.call(method, f"{CANCEL}{path}", body, scheme="IAF", **how)


async def test_the_seller_cancels_and_the_buyer_is_refunded(ebay):
    order = await ebay.place()
    body = {"legacyOrderId": order["id"], "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL"}
    assert (await iaf(ebay, "POST", "", body)).status == 403
    assert (await ebay.post(CANCEL, body, signed=True)).status == 401
    made = await iaf(ebay, "POST", "", body, signed=True)
    assert (made.status, set(made.body)) == (200, {"cancelId"})
    shown = await ebay.order(order["id"])
    assert (shown["cancelStatus"]["cancelState"], shown["orderPaymentStatus"]) == ("CANCELED", "PENDING")
    found = (await iaf(ebay, "GET", "/search", query={"legacy_order_id": order["id"]})).body["cancellations"][0]
    assert (found["cancelId"], found["cancelState"], found["requestorType"]) == (
        made.body["cancelId"],
        "REFUND_PENDING",
        "SELLER",
    )
    await ebay.sandbox.advance(60)
    found = (await iaf(ebay, "GET", "/search")).body["cancellations"][0]
    assert (found["cancelState"], found["cancelStatus"]) == ("CLOSED", "CANCEL_CLOSED_WITH_REFUND")
    assert (await ebay.order(order["id"]))["orderPaymentStatus"] == "FULLY_REFUNDED"
    again = await iaf(ebay, "POST", "", body, signed=True)
    assert (again.status, again.body["error"][0]["errorName"]) == (409, "eligibilityCheckFailed")


async def test_the_seller_answers_the_buyers_request(ebay):
    agreed, declined = await ebay.place(), await ebay.place()
    requests = {}
    for order in (agreed, declined):
        asked = await ebay.control("cancel/request", {"order": order["id"]})
        requests[order["id"]] = asked["requests"][0]["id"]
    assert (await ebay.order(agreed["id"]))["cancelStatus"]["cancelState"] == "IN_PROGRESS"
    assert (await iaf(ebay, "POST", f"/{requests[agreed['id']]}/approve", signed=True)).status == 200
    assert (await iaf(ebay, "POST", f"/{requests[declined['id']]}/reject")).status == 200
    assert (await ebay.order(agreed["id"]))["cancelStatus"]["cancelState"] == "CANCELED"
    kept = (await ebay.order(declined["id"]))["cancelStatus"]
    assert (kept["cancelState"], kept["cancelRequests"][0]["cancelRequestState"]) == ("NONE_REQUESTED", "REJECTED")
    assert (await iaf(ebay, "POST", f"/{requests[agreed['id']]}/approve", signed=True)).status == 409
    assert (await iaf(ebay, "POST", "/1/approve", signed=True)).status == 404
    kinds = ("order_cancelled", "cancel_rejected")
    assert [len(await ebay.sandbox.ledger(kind, by="api")) for kind in kinds] == [1, 1]


async def test_both_spellings_of_cancelled(ebay):
    order = await ebay.place()
    await ebay.control("cancel", {"order": order["id"]})
    for spelling in ("CANCELED", "CANCELLED"):
        await ebay.control("settings", {"cancelled": spelling}, method="PATCH")
        assert (await ebay.orders()).body["orders"][0]["cancelStatus"]["cancelState"] == spelling


async def test_what_was_sent_cannot_be_cancelled(ebay):
    order = await ebay.place()
    await ebay.ship(order)
    made = await iaf(ebay, "POST", "", {"legacyOrderId": order["id"]}, signed=True)
    assert made.status == 409
    assert (await ebay.order(order["id"]))["cancelStatus"]["cancelState"] == "NONE_REQUESTED"
