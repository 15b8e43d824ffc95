"""Every way an answer can be, and what it says of a purchase: bought, surely not, or nobody knows."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    MutationsForbidden,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.connectors.supplier import OutgoingPurchase
from orion_daemon.domain.supply import CodeKind
from tests.support.codeswholesale_script import BOUGHT, PURCHASE, SECRETS, TOKEN, account, problem
from tests.support.vendor_server import Reply, VendorServer, answers, cuts, drops, hangs, vendor_server


async def buying(*replies: Reply, **how: Any) -> tuple[Any, VendorServer]:
    """The order, or the error, of one purchase after a good token."""
    async with vendor_server() as vendor, account(vendor, **how) as connector:
        vendor.will(TOKEN, *replies)
        try:
            return await connector.buy(PURCHASE), vendor
        except VendorError as error:
            return error, vendor


# -- a purchase that went well ----------------------------------------------------------------------------------------


async def test_what_is_sent_and_what_is_read() -> None:
    order, vendor = await buying(answers(BOUGHT))
    token, sent = vendor.seen
    assert (token.method, token.path) == ("POST", "/oauth/token")
    assert token.body.decode() == (
        "grant_type=client_credentials&client_id=client-of-ada&client_secret=%242a%2410%24of.ada%2Fsecret"
    )
    assert (sent.method, sent.path) == ("POST", "/v3/orders")
    assert (sent.headers["Authorization"], sent.headers["Content-Type"]) == ("Bearer token-1", "application/json")
    assert sent.body == (
        b'{"orderId":"orion-1","allowPreOrder":false,"products":[{"productId":"p1","quantity":2,"price":9.10}]}'
    )
    assert (order.supplier_order_id, order.reference, order.total_minor) == ("c0ffee", "orion-1", 1820)
    assert [(code.kind, code.secret) for code in order.lines[0].codes] == [
        (CodeKind.TEXT, "AAAAA-1"),
        (CodeKind.TEXT, "AAAAA-2"),
    ]


async def test_nothing_is_bought_where_changes_are_not_allowed() -> None:
    found, vendor = await buying(answers(BOUGHT), allows_mutations=False)
    assert isinstance(found, MutationsForbidden)
    assert vendor.seen == []


async def test_another_currency_than_the_suppliers_is_no_price() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        with pytest.raises(Rejected) as caught:
            await connector.buy(OutgoingPurchase("r", "p1", 1, 910, "CHF", allows_preorder=False))
        assert (caught.value.code, vendor.seen) == ("purchase_refused", [])


async def test_no_secret_and_no_key_is_remembered_of_a_call() -> None:
    records: list[RequestRecord] = []
    async with vendor_server() as vendor, account(vendor, records) as connector:
        vendor.will(TOKEN, answers(BOUGHT))
        order = await connector.buy(PURCHASE)
    assert [record.operation for record in records] == ["getToken", "createOrder"]
    assert not any(secret in f"{records}{order}" for secret in ("AAAAA", "token-1", *SECRETS.values()))


# -- nobody knows -----------------------------------------------------------------------------------------------------

PAGE = "<html>maintenance</html>"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in BOUGHT.items() if key != name}


LOST: dict[str, tuple[Callable[[], Reply], str]] = {
    "dropped": (drops, "connection_broken"),
    "cut short": (lambda: cuts(json.dumps(BOUGHT)), "cut_short"),
    "500": (lambda: problem(500, 90001, "General fault"), "http_500"),
    "502 of a gateway": (lambda: answers(PAGE, 502), "http_502"),
    "503 with a time": (lambda: answers(PAGE, 503, Retry_After="0"), "http_503"),
    "504": (lambda: answers("", 504), "http_504"),
    "408": (lambda: answers("", 408), "http_408"),
    "208": (lambda: answers(BOUGHT, 208), "already_reported"),
    "a page for people": (lambda: answers(PAGE), "not_json"),
    "empty": (lambda: answers(""), "empty"),
    "blank": (lambda: answers(" \n"), "empty"),
    "no content": (lambda: answers("", 204), "empty"),
    "half a document": (lambda: answers('{"orderId": "c0ffee", "clientOrd'), "shape"),
    "a list": (lambda: answers("[]"), "shape"),
    "another shape": (lambda: answers({**BOUGHT, "products": "two"}), "shape"),
    "an empty object": (lambda: answers({}), "other_order"),
    "another reference": (lambda: answers({**BOUGHT, "clientOrderId": "orion-0"}), "other_order"),
    "no reference": (lambda: answers(without("clientOrderId")), "other_order"),
    "no id": (lambda: answers(without("orderId")), "other_order"),
    "another product": (lambda: answers({**BOUGHT, "products": [{"productId": "p9"}]}), "other_order"),
    "no lines": (lambda: answers(without("products")), "no_codes"),
    "no codes": (lambda: answers({**BOUGHT, "products": [{"productId": "p1", "codes": []}]}), "no_codes"),
    "a redirect": (lambda: answers("", 307, Location="/elsewhere"), "redirected"),
    "see other": (lambda: answers("", 303, Location="/v3/orders/c0ffee"), "redirected"),
    "404 of a proxy": (lambda: answers(PAGE, 404), "http_404"),
    "400 without words": (lambda: answers("", 400), "http_400"),
    "403 of a firewall": (lambda: answers(PAGE, 403), "http_403"),
    "409": (lambda: problem(409, 70001, "conflict"), "reference_used"),
    "a reference that was used": (lambda: problem(400, 40005, "There is an order orion-1 already"), "reference_used"),
}


@pytest.mark.parametrize("how", LOST)
async def test_an_answer_that_proves_nothing_is_doubtful_and_never_repeated(how: str) -> None:
    reply, code = LOST[how]
    found, vendor = await buying(reply(), answers(BOUGHT), http={"tries": 3})
    assert isinstance(found, Doubtful)
    assert found.code == code
    assert [seen.path for seen in vendor.seen] == ["/oauth/token", "/v3/orders"]
    assert "AAAAA" not in found.message


async def test_a_purchase_outlives_the_patience_with_other_calls() -> None:
    gate = asyncio.Event()

    async def late(request: Any) -> Any:
        await gate.wait()
        return await answers(BOUGHT)(request)

    async with vendor_server() as vendor, account(vendor, http={"call_timeout": 0.1}) as connector:
        vendor.will(TOKEN, late, hangs(gate.wait()))
        buying = asyncio.create_task(connector.buy(PURCHASE))
        while len(vendor.seen) < 2:
            await asyncio.sleep(0)
        with pytest.raises(Unreachable) as caught:
            await connector.balance()
        assert (caught.value.code, buying.done()) == ("timeout", False)
        gate.set()
        assert (await buying).supplier_order_id == "c0ffee"


# -- surely not bought ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "number", "message", "code"),
    [
        (400, 10002, "Balance too low", "low_balance"),
        (400, 310003, "stock too low for this order", "low_stock"),
        (404, 20001, "Product not found in the price list", "product_gone"),
        (400, 40002, "Quantity must be at least 1", "purchase_refused"),
        (400, 40003, "Price of product p1 has changed to 9.30", "price_moved"),
        (422, None, "the expected price differs", "price_moved"),
        (400, 77777, "something new", "purchase_refused"),
        (403, 77778, "not for this region", "purchase_refused"),
        (400, 10002, "the price is above the balance", "low_balance"),
    ],
)
async def test_a_business_error_is_a_no(status: int, number: int | None, message: str, code: str) -> None:
    found, vendor = await buying(problem(status, number, message), answers(BOUGHT))
    assert type(found) is Rejected
    assert found.code == code
    assert "nothing was bought" in found.message
    assert message in found.message
    assert number is None or str(number) in found.message
    assert len(vendor.seen) == 2


async def test_the_words_of_a_refusal_are_cleaned() -> None:
    said = f'mail ada@example.com, got "Rue Neuve 5" with {SECRETS["client_secret"]}'
    found, _ = await buying(problem(400, 1, said))
    assert "<e-mail>" in found.message
    assert not any(word in found.message for word in ("ada@example.com", "Rue Neuve", SECRETS["client_secret"]))


async def test_too_many_calls_are_told_with_their_time_and_cost_nothing() -> None:
    found, _ = await buying(answers("", 429, Retry_After="120"))
    assert isinstance(found, RateLimited)
    assert found.retry_after == 120


async def test_after_a_short_time_the_same_call_is_made_again() -> None:
    found, vendor = await buying(answers("", 429, Retry_After="0"), answers(BOUGHT), http={"tries": 3})
    assert found.supplier_order_id == "c0ffee"
    assert len(vendor.seen) == 3


async def test_what_was_never_sent_is_no_doubt() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, answers({"currentBalance": 5}))
        await connector.balance()
        token = await connector.client.login.source.get()
        closed = account(VendorServer(url="http://127.0.0.1:9/graphql"))
        async with closed as other:
            other.client.login = connector.client.login
            with pytest.raises(Unreachable) as caught:
                await other.buy(PURCHASE)
        assert (caught.value.code, token) == ("no_connection", "token-1")


@pytest.mark.parametrize(
    ("reply", "family", "code"),
    [
        (problem(500), Unreachable, "http_500"),
        (answers("<html>", 200), Unreachable, "not_json"),
        (answers({"hello": 1}), Unreachable, "not_a_token"),
        (
            answers({"error": "unauthorized", "error_description": "Bad client credentials"}, 401),
            AuthRefused,
            "unauthorized",
        ),
        (answers("", 429, Retry_After="99"), RateLimited, "rate_limited"),
        (drops(), Unreachable, "connection_broken"),
    ],
)
async def test_without_a_token_nothing_was_bought(reply: Reply, family: type[VendorError], code: str) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(reply)
        with pytest.raises(family) as caught:
            await connector.buy(PURCHASE)
        assert caught.value.code == code
        assert [seen.path for seen in vendor.seen] == ["/oauth/token"]
        assert SECRETS["client_secret"] not in caught.value.message
