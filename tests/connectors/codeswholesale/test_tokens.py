"""Logging in: a life that shrinks, an early death, and what wants a person."""

import asyncio

import pytest

from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.runtime.clock import ManualClock
from tests.support.codeswholesale_script import BOUGHT, PURCHASE, account
from tests.support.stores import NOW
from tests.support.vendor_server import Reply, answers, vendor_server


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
