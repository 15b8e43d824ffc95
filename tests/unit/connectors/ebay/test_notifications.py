"""Challenges and events: what eBay sends, read."""

import hashlib
import json
from typing import Any

import pytest

from orion_daemon.connectors.ebay.notifications import (
    AccountDeletion,
    Event,
    OrderConfirmation,
    challenge_response,
    parse,
)
from orion_daemon.connectors.errors import Rejected


def event(topic: str, data: Any) -> bytes:
    said = {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {"notificationId": "n-1", "eventDate": "2026-03-02T12:00:00.000Z", "data": data},
    }
    return json.dumps(said).encode()


def test_the_challenge_is_code_then_token_then_address() -> None:
    expected = hashlib.sha256(b"code-token-https://orion.example/hooks/ebay/x").hexdigest()
    assert challenge_response("code-", "token-", "https://orion.example/hooks/ebay/x") == expected


def test_an_account_deletion_names_the_user() -> None:
    data = {"username": "test_user", "userId": "ma8vp1jySJC", "eiasToken": "nY+sHZ2PrBmdj6wVnY"}
    wanted = AccountDeletion("test_user", "ma8vp1jySJC", "nY+sHZ2PrBmdj6wVnY")
    assert parse(event("MARKETPLACE_ACCOUNT_DELETION", data)) == Event("MARKETPLACE_ACCOUNT_DELETION", "n-1", wanted)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"user": {"username": "ada_shop"}, "order": {"orderId": "11-1"}}, OrderConfirmation("11-1", "ada_shop")),
        ({"order": {"orderId": "11-1", "orderLineItems": []}}, OrderConfirmation("11-1", None)),
        ({"orderId": "11-1"}, OrderConfirmation("11-1", None)),
        ({}, None),
    ],
)
def test_an_order_confirmation_names_the_order(data: Any, found: OrderConfirmation | None) -> None:
    assert parse(event("ORDER_CONFIRMATION", data)).data == found


def test_other_topics_are_told_without_their_data() -> None:
    assert parse(event("ITEM_MARKED_SHIPPED", {"orderId": "11-1"})) == Event("ITEM_MARKED_SHIPPED", "n-1", None)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"metadata": {"topic": "X"}}', event("ORDER_CONFIRMATION", [])])
def test_anything_else_is_no_notification(body: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        parse(body)
    assert refused.value.code == "not_a_notification"
