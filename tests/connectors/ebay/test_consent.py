"""A seller lets Orion in at the stand-in: the page, the code, what is stored, and a cancellation signed with it."""

from datetime import timedelta

import msgspec
import pytest

from orion_daemon.connectors.ebay.connector import consent_of
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import AuthRefused
from orion_daemon.connectors.oauth import Connected
from tests.support.ebay_account import SECRETS, ebay_connector
from tests.support.ebay_sandbox import CLIENT, RU_NAME, SECRET, Ebay, ebay_account
from tests.support.vendor_server import http_client

STATE = "state-1"


async def agree(ebay: Ebay, secrets: dict[str, str]) -> Connected:
    """Walk through the page as a browser does, and hand over the address at which it ended."""
    settings = EbaySettings(
        client_id=CLIENT, ru_name=RU_NAME, endpoint=f"{ebay.sandbox.url}/ebay", calls_per_second=100
    )
    async with http_client() as http:
        consent = consent_of(settings, secrets, http)
        async with ebay.sandbox.session.get(consent.url(STATE), allow_redirects=False) as page:
            assert page.status == 302
            address = page.headers["Location"]
        return await consent.redeem(address, STATE)


async def test_the_whole_way() -> None:
    async with ebay_account() as ebay:
        connected = await agree(ebay, {"client_secret": SECRET})
        assert set(connected.secrets) == {"refresh_token", "signing_key"}
        assert connected.lifetimes["refresh_token"] == timedelta(seconds=47_304_000)
        assert connected.lifetimes["signing_key"] == timedelta(days=3 * 365)
        assert set(msgspec.json.decode(connected.secrets["signing_key"])) == {"jwe", "private_key"}
        assert not any(secret in repr(connected) for secret in connected.secrets.values())
        secrets = {"client_secret": SECRET, **connected.secrets}
        async with ebay_connector(ebay, secrets=secrets) as connector:
            await ebay.list_item()
            placed = await ebay.place()
            await connector.send_status(placed["id"], "cancelled")
            assert len(await ebay.sandbox.ledger("order_cancelled")) == 1
            assert not connector.client.login.lacks_scopes


async def test_a_key_that_ended_is_replaced_as_its_refusal_promises() -> None:
    async with ebay_account() as ebay:
        stale = {"client_secret": SECRET, "signing_key": "ended"}
        connected = await agree(ebay, stale)
        secrets = {**stale, **connected.secrets}
        async with ebay_connector(ebay, secrets=secrets) as connector:
            await ebay.list_item()
            placed = await ebay.place()
            await connector.send_status(placed["id"], "cancelled")
        assert len(await ebay.sandbox.ledger("order_cancelled")) == 1


@pytest.mark.parametrize("before", [{}, {"signing_key": "there"}])
async def test_where_no_key_can_be_made_the_account_is_connected_with_what_it_had(before: dict[str, str]) -> None:
    async with ebay_account() as ebay:
        await ebay.sandbox.fault("status", "createSigningKey", count=None, status=500)
        assert set((await agree(ebay, {"client_secret": SECRET, **before})).secrets) == {"refresh_token"}


async def test_a_code_that_ebay_does_not_take() -> None:
    async with ebay_account() as ebay, http_client() as http:
        settings = EbaySettings(client_id=CLIENT, ru_name=RU_NAME, endpoint=f"{ebay.sandbox.url}/ebay")
        with pytest.raises(AuthRefused) as refused:
            await consent_of(settings, SECRETS, http).redeem("v^1.1#nothing", STATE)
        assert refused.value.code == "invalid_grant"
