"""Every way an answer can be, and what it says of a purchase: bought, surely not, or nobody knows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    Malformed,
    MutationsForbidden,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)
from orion_daemon.connectors.record import RequestRecord
from orion_daemon.connectors.supplier import BuyerFacts, OutgoingPurchase
from orion_daemon.domain.supply import CodeKind
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.limiter import LimiterGroup
from tests.support.stores import NOW
from tests.support.vendor_server import Reply, VendorServer, answers, cuts, drops, hangs, http_client, vendor_server

SECRETS = {"client_secret": "$2a$10$of.ada/secret", "signature": "signature-of-ada"}
TOKEN = answers({"access_token": "token-1", "token_type": "bearer", "expires_in": 3600})
PURCHASE = OutgoingPurchase("orion-1", "p1", 2, 910, "EUR", allows_preorder=False)
BOUGHT = {
    "orderId": "c0ffee",
    "clientOrderId": "orion-1",
    "status": "Completed",
    "totalPrice": 18.2,
    "products": [
        {
            "productId": "P1",
            "unitPrice": 9.1,
            "codes": [
                {"codeId": "c1", "codeType": "CODE_TEXT", "code": "AAAAA-1"},
                {"codeId": "c2", "codeType": "CODE_TEXT", "code": "AAAAA-2"},
            ],
        }
    ],
}


@asynccontextmanager
async def account(
    vendor: VendorServer, records: list[RequestRecord] | None = None, **how: Any
) -> AsyncIterator[CodesWholesaleConnector]:
    """Without limits, and each call is tried once unless told otherwise."""
    options = {"tries": 1, "breaker_failures": 1000, **how.pop("http", {})}
    facts = {"account": "ada:codeswholesale", "allows_mutations": True, "client_id": "client-of-ada"}
    facts |= {"endpoint": vendor.url.removesuffix("/graphql"), "calls_per_second": 100.0, **how}
    settings = CodesWholesaleSettings(**facts)
    async with http_client(records, **options) as http:
        connector = CodesWholesaleConnector(settings, SECRETS, http, LimiterGroup(http.clock), http.clock)
        yield connector
        await connector.close()


async def buying(*replies: Reply, **how: Any) -> tuple[Any, VendorServer]:
    """The order, or the error, of one purchase after a good token."""
    async with vendor_server() as vendor, account(vendor, **how) as connector:
        vendor.will(TOKEN, *replies)
        try:
            return await connector.buy(PURCHASE), vendor
        except VendorError as error:
            return error, vendor


def problem(status: int, code: int | None = None, message: str = "no") -> Reply:
    return answers({"status": status, **({"code": code} if code else {}), "message": message}, status)


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


# -- reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "family", "code"),
    [
        (answers("<html>", 404), Rejected, "http_404"),
        (problem(400, 99, "no"), Rejected, "codeswholesale_99"),
        (answers("", 400), Rejected, "http_400"),
        (answers("", 403), AuthRefused, "http_403"),
        (answers("", 208), Unreachable, "already_reported"),
        (answers(""), Malformed, "empty"),
        (answers("<html>"), Unreachable, "not_json"),
        (answers('{"currentBalance": "much"}'), Malformed, "shape"),
        (answers("{}"), Malformed, "unusable"),
    ],
)
async def test_a_read_has_its_families(reply: Reply, family: type[VendorError], code: str) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, reply)
        with pytest.raises(family) as caught:
            await connector.balance()
        assert caught.value.code == code


async def test_what_is_not_there_is_none_only_by_the_suppliers_word() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN)
        asks: list[Callable[[], Any]] = [
            lambda: connector.fetch_product("p1"),
            lambda: connector.fetch_order("c0ffee"),
            lambda: connector.fetch_code("c1"),
        ]
        for ask in asks:
            vendor.will(problem(404, 20001), answers(" { } "), answers("<html>", 404))
            assert await ask() is None
            assert await ask() is None
            with pytest.raises(Rejected) as caught:
                await ask()
            assert caught.value.code == "http_404"
        vendor.will(answers("", 404), answers({}), answers({"productId": "p1"}))
        assert await connector.fetch_texts("p1") is None
        assert await connector.fetch_texts("p1") is None
        assert await connector.fetch_texts("p1") is not None


async def test_another_answer_than_was_asked_for_is_given_to_nobody() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(
            TOKEN,
            answers({**BOUGHT, "orderId": "other"}),
            answers({"codeId": "c9", "codeType": "CODE_TEXT", "code": "K"}),
            answers({"productId": "p9"}),
            answers({"codeType": "CODE_TEXT", "code": "K"}),
        )
        for ask in (connector.fetch_order("c0ffee"), connector.fetch_code("c1"), connector.fetch_product("p1")):
            with pytest.raises(Malformed) as caught:
                await ask
            assert caught.value.code in ("other_order", "other_code", "wrong_page")
        found = await connector.fetch_code("c1")
        assert found is not None
        assert (found.code_id, found.secret) == ("c1", "K")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"orders": []}, "no_list"),
        ({"items": None}, "no_list"),
        ([], "no_list"),
        ({"items": [{"clientOrderId": "orion-1"}]}, "unusable"),
        ({"items": [{"orderId": 5}]}, "no_list"),
    ],
)
async def test_a_history_that_cannot_be_read_whole_is_no_empty_one(body: Any, code: str) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, answers(json.dumps(body)))
        with pytest.raises(Malformed) as caught:
            await connector.find_orders(NOW, NOW)
        assert caught.value.code == code


async def test_a_history_is_asked_for_by_whole_seconds_and_followed_to_its_end() -> None:
    pages: list[dict[str, Any]] = [
        {"items": [{"orderId": "a", "clientOrderId": "orion-1", "totalPrice": 1.5}], "continuationToken": "n+1"},
        {"items": [], "continuationToken": "n+2"},
        {"items": [{"orderId": "b"}, {"orderId": "a", "clientOrderId": "orion-1", "totalPrice": 1.5}]},
    ]
    seen: list[str] = []

    async def reply(request: Any) -> Any:
        seen.append(request.query_string)
        return await answers(pages[len(seen) - 1])(request)

    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, reply, reply, reply, answers({}))
        found = await connector.find_orders(NOW.replace(microsecond=400_000), NOW.replace(microsecond=600_000))
        assert [(one.supplier_order_id, one.reference, one.total_minor) for one in found] == [
            ("a", "orion-1", 150),
            ("b", "", None),
        ]
        assert await connector.find_orders(NOW, NOW) == ()
    day = f"{NOW:%Y-%m-%dT%H}"
    assert day in seen[0]
    assert seen[0].count("000Z") == 2
    assert "continuationToken=n%2B1" in seen[1]


async def test_a_page_hides_no_product_behind_one_that_cannot_be_read() -> None:
    page = {
        "items": [
            {"productId": "p1", "name": "One"},
            {"productId": "p2", "quantity": "many"},
            {"productId": "p3", "prices": [{"value": -1, "from": 1}]},
            {"name": "of nobody"},
            17,
            {"productId": "p4"},
        ],
        "continuationToken": "next",
    }
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, answers(page))
        found = await connector.fetch_products(None, None)
    assert [product.product_id for product in found.products] == ["p1", "p4"]
    assert found.next_cursor == "next"
    assert len(found.unreadable) == 4
    assert ["p2" in found.unreadable[0], "p3" in found.unreadable[1], "prices" in found.unreadable[1]] == [True] * 3


@pytest.mark.parametrize(
    ("body", "cursor", "is_delta", "code"),
    [
        ({}, None, False, "no_list"),
        ({}, "t", True, "no_list"),
        ({"continuationToken": "t"}, None, True, "no_list"),
        ({"items": [], "continuationToken": "t"}, "t", False, "paging_stuck"),
        ([], None, False, "shape"),
    ],
)
async def test_a_list_that_is_none_never_looks_like_an_empty_one(
    body: Any, cursor: str | None, is_delta: bool, code: str
) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, answers(json.dumps(body)))
        with pytest.raises(Malformed) as caught:
            await connector.fetch_products(cursor, NOW if is_delta else None)
        assert caught.value.code == code


@pytest.mark.parametrize("token", [None, ""])
async def test_the_end_of_a_walk_is_said_in_three_ways(token: str | None) -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, answers({"items": [], "continuationToken": token}), answers({"items": []}), answers({}))
        assert (await connector.fetch_products(None, None)).next_cursor is None
        assert (await connector.fetch_products("t", None)).next_cursor is None
        assert (await connector.fetch_products(None, NOW)).products == ()


async def test_nothing_of_a_buyer_shows_in_an_error() -> None:
    buyer = BuyerFacts("ada@example.com", "203.0.113.7", "Browser 5")
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(TOKEN, problem(400, 5, "ada@example.com at 203.0.113.7 with Browser 5 is odd"))
        with pytest.raises(Rejected) as caught:
            await connector.score_buyer(buyer)
        assert not any(word in caught.value.message for word in ("ada@", "203.0.113.7", "Browser 5"))
        assert "203" not in repr(buyer)
        assert vendor.seen[1].json == {
            "customerEmail": "ada@example.com",
            "customerIpAddress": "203.0.113.7",
            "customerUserAgent": "Browser 5",
        }


# -- tokens -----------------------------------------------------------------------------------------------------------


def token(number: int, seconds: float) -> Reply:
    return answers({"access_token": f"token-{number}", "expires_in": seconds})


BALANCE = answers({"currentBalance": 5})


async def test_a_token_is_used_until_a_minute_before_its_end() -> None:
    clock = ManualClock(NOW)
    async with vendor_server() as vendor, account(vendor, http={"clock": clock}) as connector:
        vendor.will(token(1, 1187), BALANCE, BALANCE, token(2, 3600), BALANCE)
        await connector.balance()
        await clock.advance(1126)
        await connector.balance()
        await clock.advance(2)
        await connector.balance()
    sent = [seen.headers["Authorization"] for seen in vendor.seen if seen.path != "/oauth/token"]
    assert sent == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("left", [0, 4, 59])
async def test_the_end_of_a_dying_token_is_waited_for_once(left: int) -> None:
    clock = ManualClock(NOW)
    async with vendor_server() as vendor, account(vendor, http={"clock": clock}) as connector:
        vendor.will(token(1, left), token(2, 3600), BALANCE, BALANCE, BALANCE)
        asking = [asyncio.create_task(connector.client.login.source.get()) for _ in range(3)]
        while not clock.timers:
            await asyncio.sleep(0)
        assert len(vendor.seen) == 1
        await clock.advance(left + 1)
        assert await asyncio.gather(*asking) == ["token-2"] * 3
        assert len(vendor.seen) == 2


async def test_a_purchase_whose_token_died_is_made_again_once_with_another() -> None:
    dead = answers({"error": "invalid_token", "error_description": "Invalid access token"}, 401)
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(token(1, 3600), dead, token(2, 3600), answers(BOUGHT))
        assert (await connector.buy(PURCHASE)).supplier_order_id == "c0ffee"
        vendor.will(dead, token(3, 3600), dead)
        with pytest.raises(AuthRefused) as caught:
            await connector.buy(PURCHASE)
        assert caught.value.code == "http_401"


async def test_a_wrong_secret_names_its_kind_and_the_two_systems() -> None:
    async with vendor_server() as vendor, account(vendor) as connector:
        vendor.will(answers({"error": "unauthorized", "error_description": "No client with requested id"}, 401))
        with pytest.raises(AuthRefused, match="client_secret of ada:codeswholesale") as caught:
            await connector.balance()
        assert caught.value.code == "unauthorized"
        assert "sandbox and live" in caught.value.message


async def test_without_a_credential_nobody_is_asked() -> None:
    async with vendor_server() as vendor, account(vendor, client_id="") as connector:
        with pytest.raises(AuthRefused, match="client_id missing") as caught:
            await connector.balance()
        assert (caught.value.code, vendor.seen) == ("no_credential", [])
