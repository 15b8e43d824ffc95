"""Reads: what is there, what is not, and what only looks so."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from orion_daemon.connectors.errors import AuthRefused, Malformed, Rejected, Unreachable, VendorError
from orion_daemon.connectors.supplier import BuyerFacts
from tests.support.codeswholesale_script import BOUGHT, TOKEN, account, problem
from tests.support.stores import NOW
from tests.support.vendor_server import Reply, answers, vendor_server


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
