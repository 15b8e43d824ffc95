"""Logging in at eBay: two kinds of tokens, their ends, and what wants a person."""

import asyncio
from collections import Counter

import pytest

from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.errors import AuthRefused, NotPermitted, Unreachable
from tests.support.ebay_account import SECRETS, ebay_connector, walk
from tests.support.ebay_sandbox import SCOPE, Ebay, ebay_account
from tests.support.vendor_server import http_client


async def grants(ebay: Ebay) -> Counter[str]:
    asked = await ebay.sandbox.ledger("request")
    return Counter(one["grant"] for one in asked if one["operation"] == "oauthToken")


async def test_one_token_serves_many_calls_and_is_renewed_before_it_ends() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        before = await grants(ebay)
        await asyncio.gather(*(connector.fetch_order("11-0") for _ in range(5)))
        first = await grants(ebay) - before
        assert first == {"refresh_token": 1, "client_credentials": 1}
        await ebay.sandbox.advance(7_200 - 299)
        await connector.fetch_order("11-0")
        assert (await grants(ebay) - before)["refresh_token"] == 2
        refused = [one for one in await ebay.sandbox.ledger("request") if one["status"] == 401]
        assert refused == []


async def test_connectors_of_one_process_share_their_tokens() -> None:
    async with ebay_account() as ebay, http_client() as http:
        before = await grants(ebay)
        for _ in range(3):
            async with ebay_connector(ebay, client=http) as connector:
                await connector.fetch_order("11-0")
        assert (await grants(ebay) - before)["refresh_token"] == 1


async def test_a_token_that_ended_early_is_renewed_once_and_the_call_made_again() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item()
        await ebay.place()
        await ebay.sandbox.advance(300)
        await connector.fetch_order("11-0")
        await ebay.control("tokens/expire", {})
        orders, _ = await walk(connector)
        assert len(orders) == 1


async def test_a_token_that_ends_between_two_pages_costs_nothing() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, page_size=2) as connector:
        await ebay.list_item(quantity=100)
        placed = {(await ebay.place(created_at=f"2026-03-02T10:{at:02}:00Z"))["id"] for at in range(9)}

        async def between(_: int) -> None:
            await ebay.control("tokens/expire", {})

        orders, _ = await walk(connector, between=between)
        assert {order.channel_order_id for order in orders} == placed


@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_a_consent_that_ended_stops_the_account_and_says_what_to_do(how: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await connector.fetch_order("11-0")
        if how == "revoked":
            await ebay.control("revoke", {})
        else:
            await ebay.control("grants", {"refresh_token": SECRETS["refresh_token"], "expires_in": -1}, method="PATCH")
            await ebay.control("tokens/expire", {})
        with pytest.raises(AuthRefused, match="orion credentials connect") as refused:
            await connector.fetch_order("11-0")
        assert refused.value.code == "invalid_grant"
        before = await grants(ebay)
        with pytest.raises(AuthRefused):
            await connector.fetch_order("11-0")
        assert (await grants(ebay) - before)["refresh_token"] == 1


async def test_a_wrong_secret_is_another_matter() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets={**SECRETS, "client_secret": "no"}) as connector:
        with pytest.raises(AuthRefused, match="orion credentials set") as refused:
            await connector.fetch_order("11-0")
        assert refused.value.code == "invalid_client"


@pytest.mark.parametrize("missing", ["client_secret", "refresh_token"])
async def test_without_a_credential_nothing_is_asked_as_the_seller(missing: str) -> None:
    secrets = {kind: value for kind, value in SECRETS.items() if kind != missing}
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=secrets) as connector:
        with pytest.raises(AuthRefused, match=missing) as refused:
            await connector.fetch_order("11-0")
        assert refused.value.code == "not_connected"


async def test_a_consent_with_fewer_scopes_is_used_as_far_as_it_goes() -> None:
    async with ebay_account() as ebay:
        scopes = [SCOPE, f"{SCOPE}/sell.fulfillment"]
        await ebay.control("grants", {"refresh_token": "v^1.1#poor", "scopes": scopes})
        secrets = {**SECRETS, "refresh_token": "v^1.1#poor"}
        async with ebay_connector(ebay, secrets=secrets) as connector:
            assert await connector.fetch_order("11-0") is None
            with pytest.raises(NotPermitted, match=r"sell\.inventory") as refused:
                await connector.read_levels(["MUG"])
            assert refused.value.code == "not_permitted"
            assert connector.client.login.lacks_scopes
            assert await connector.client.login.holds(f"{SCOPE}/sell.fulfillment")
            assert not await connector.client.login.holds(f"{SCOPE}/sell.inventory")


async def test_a_full_consent_is_asked_for_all_scopes_and_no_more() -> None:
    async with ebay_account() as ebay:
        await ebay.control("grants", {"refresh_token": "v^1.1#exact", "scopes": list(names.SCOPES)})
        async with ebay_connector(ebay, secrets={**SECRETS, "refresh_token": "v^1.1#exact"}) as connector:
            await connector.fetch_order("11-0")
            assert not connector.client.login.lacks_scopes


async def test_a_token_endpoint_that_fails_is_asked_again_later() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.sandbox.fault("status", "refresh_token", count=None, status=503)
        with pytest.raises(Unreachable):
            await connector.fetch_order("11-0")
        await ebay.sandbox.control("faults", method="DELETE")
        assert await connector.fetch_order("11-0") is None


async def test_no_secret_shows_in_an_error() -> None:
    async with ebay_account() as ebay:
        await ebay.control("revoke", {})
        async with ebay_connector(ebay) as connector:
            with pytest.raises(AuthRefused) as refused:
                await connector.fetch_order("11-0")
            said = f"{refused.value!r} {refused.value.message}"
            assert not any(secret in said for secret in SECRETS.values())
