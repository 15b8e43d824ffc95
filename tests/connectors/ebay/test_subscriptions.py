"""eBay is asked to push to an address of ours, against the stand-in, which asks that address at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from orion_daemon.connectors.base import NotificationAddress, SubscriptionStep
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.errors import Rejected, Unreachable
from tests.support.ebay_account import ebay_connector
from tests.support.ebay_sandbox import SELLER, Ebay, Receiver, ebay_account, receiving

EMAIL = "ops@example.lu"
DELETION = "MARKETPLACE_ACCOUNT_DELETION"


@asynccontextmanager
async def scene() -> AsyncIterator[tuple[Ebay, EbayConnector, Receiver]]:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector, receiving() as receiver:
        yield ebay, connector, receiver


async def subscribe(
    connector: EbayConnector, receiver: Receiver, *topics: str, email: str = "", **other: str
) -> dict[str, str]:
    address = NotificationAddress(receiver.url, other.get("token", receiver.token), email)
    return {one.what: one.outcome for one in await connector.subscribe(address, topics)}


async def test_orders_are_subscribed_once_and_come() -> None:
    async with scene() as (ebay, connector, receiver):
        first = await subscribe(connector, receiver, email=EMAIL)
        assert first == {"alert e-mail": "made", "destination": "made", "ORDER_CONFIRMATION": "made"}
        written = len(await ebay.sandbox.ledger("request"))
        again = await subscribe(connector, receiver)
        assert set(again.values()) == {"kept"}
        later = (await ebay.sandbox.ledger("request"))[written:]
        assert {one["method"] for one in later if one["operation"] != "oauthToken"} == {"GET"}
        [made] = await ebay.sandbox.ledger("subscribed")
        assert (made["topic"], made["seller"], made["endpoint"]) == ("ORDER_CONFIRMATION", SELLER, receiver.url)
        await ebay.control("notifications", {"topic": "ORDER_CONFIRMATION", "seller": SELLER, "data": {"orderId": "1"}})
        await ebay.sandbox.advance(0)
        assert len(receiver.got) == 1


async def test_a_topic_of_the_application_is_subscribed_as_the_application() -> None:
    async with scene() as (ebay, connector, receiver):
        done = await subscribe(connector, receiver, DELETION, "ORDER_CONFIRMATION", email=EMAIL)
        assert (done[DELETION], done["ORDER_CONFIRMATION"]) == ("made", "made")
        assert {(one["topic"], one["seller"]) for one in await ebay.sandbox.ledger("subscribed")} == {
            (DELETION, None),
            ("ORDER_CONFIRMATION", SELLER),
        }
        assert set((await subscribe(connector, receiver, DELETION)).values()) == {"kept"}


async def test_what_is_switched_off_or_sent_elsewhere_is_set_right() -> None:
    async with scene() as (ebay, connector, receiver), receiving() as other:
        other.token = receiver.token
        await subscribe(connector, receiver, email=EMAIL)
        for found in ebay.sandbox.sandbox.ebay.shop.world.subscriptions.values():
            found.enabled = False
        assert (await subscribe(connector, receiver))["ORDER_CONFIRMATION"] == "changed"
        moved = await subscribe(connector, other, email="new@example.lu")
        assert moved == {"alert e-mail": "changed", "destination": "made", "ORDER_CONFIRMATION": "changed"}
        other.token = "another-verification-token-of-enough-letters"
        again = await subscribe(connector, other, token=other.token)
        assert again == {"alert e-mail": "kept", "destination": "changed", "ORDER_CONFIRMATION": "kept"}
        found = await ebay.get("/commerce/notification/v1/subscription")
        assert [one["status"] for one in found.body["subscriptions"]] == ["ENABLED"]


async def test_more_than_a_page_of_destinations_is_looked_through() -> None:
    async with scene() as (ebay, connector, receiver):
        await subscribe(connector, receiver, email=EMAIL)
        world = ebay.sandbox.sandbox.ebay.shop.world
        [(name, mine)] = world.destinations.items()
        world.destinations.clear()
        for number in range(150):
            kind = type(mine)
            world.destinations[f"d{number}"] = kind(f"d{number}", mine.client_id, "x", f"http://x/{number}", mine.token)
        world.destinations[name] = mine
        assert (await subscribe(connector, receiver))["destination"] == "kept"


async def test_what_is_missing_is_said_and_names_no_token() -> None:
    async with scene() as (_, connector, receiver):
        with pytest.raises(Rejected) as caught:
            await subscribe(connector, receiver)
        assert caught.value.code == "alert_email_needed"
        receiver.token = "another-verification-token-of-enough-letters"
        with pytest.raises(Rejected) as caught:
            await subscribe(connector, receiver, email=EMAIL, token="a-token-that-the-address-does-not-know")
        assert caught.value.code == "challenge_failed"
        assert "a-token-that" not in caught.value.message
        [refused, made] = (
            await connector.subscribe(
                NotificationAddress(receiver.url, receiver.token), ["NO_TOPIC", "ORDER_CONFIRMATION"]
            )
        )[-2:]
        assert refused == SubscriptionStep("NO_TOPIC", "refused", refused.detail, "not_found")
        assert made.outcome == "made"


async def test_a_failure_of_ebay_s_own_is_no_refusal() -> None:
    async with scene() as (ebay, connector, receiver):
        await ebay.sandbox.fault("status", "getTopic", count=None, status=503)
        with pytest.raises(Unreachable):
            await subscribe(connector, receiver, email=EMAIL)
