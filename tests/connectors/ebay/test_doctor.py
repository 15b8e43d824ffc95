"""The doctor against the stand-in: each step on its own, in words that tell what to do."""

from datetime import timedelta

import pytest

from orion_daemon.connectors.ebay.connector import EbayConnector
from tests.support.ebay_account import SECRETS, ebay_connector, signing_key
from tests.support.ebay_sandbox import SCOPE, ebay_account
from tests.support.letzshop_sandbox import NOON

STEPS = [
    *("endpoint", "credential", "access token", "scopes", "account", "read orders", "read listings", "signed calls"),
    *("quotas", "clock", "changes"),
]


async def findings(connector: EbayConnector) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.detail) for check in await connector.check()}


async def test_a_healthy_account() -> None:
    async with ebay_account() as ebay:
        await ebay.use_key()
        await ebay.list_item()
        secrets = {**SECRETS, "signing_key": signing_key(ebay)}
        async with ebay_connector(ebay, secrets=secrets) as connector:
            found = await findings(connector)
            assert list(found) == STEPS
            assert all(ok for ok, _ in found.values())
            assert "ada_shop" in found["account"][1]
            assert "sell.fulfillment 99" in found["quotas"][1]
            changed = {"listing_revised", "shipping_fulfillment", "order_cancelled", "update_accepted"}
            assert not changed & {one["kind"] for one in await ebay.sandbox.ledger()}


async def test_nothing_stored() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets={}) as connector:
        found = await findings(connector)
        assert list(found) == ["endpoint", "credential"]
        assert "client_secret, refresh_token" in found["credential"][1]


async def test_a_revoked_consent_ends_the_examination() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("revoke", {})
        found = await findings(connector)
        assert list(found)[-1] == "access token"
        assert "orion credentials connect" in found["access token"][1]


async def test_missing_scopes_are_named_and_the_rest_is_tried() -> None:
    async with ebay_account() as ebay:
        scopes = [SCOPE, f"{SCOPE}/sell.fulfillment", f"{SCOPE}/commerce.identity.readonly"]
        await ebay.control("grants", {"refresh_token": "v^1.1#poor", "scopes": scopes})
        async with ebay_connector(ebay, secrets={**SECRETS, "refresh_token": "v^1.1#poor"}) as connector:
            found = await findings(connector)
            assert "sell.inventory" in found["scopes"][1]
            assert "sell.fulfillment" not in found["scopes"][1]
            assert [name for name in ("scopes", "read orders", "read listings") if found[name][0]] == ["read orders"]


async def test_no_key_and_an_empty_inventory_are_told_without_alarm() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, allows_mutations=False) as connector:
        found = await findings(connector)
        assert found["signed calls"][0]
        assert "orion credentials connect" in found["signed calls"][1]
        assert "orion channels migrate" in found["read listings"][1]
        assert "allow_mutations" in found["changes"][1]


async def test_a_key_that_ebay_refuses() -> None:
    async with ebay_account() as ebay:
        await ebay.use_key()
        key = signing_key(ebay).replace(ebay.jwe, "not.the.jwe")
        async with ebay_connector(ebay, secrets={**SECRETS, "signing_key": key}) as connector:
            assert not (await findings(connector))["signed calls"][0]


async def test_a_scarce_quota_and_a_wrong_clock() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("quotas", {"post-order": 0}, method="PATCH")
        connector.clock = ClockBehind()  # type: ignore[assignment]
        found = await findings(connector)
        assert not found["quotas"][0]
        assert "post-order is nearly used up" in found["quotas"][1]
        assert not found["clock"][0]
        assert "behind the server" in found["clock"][1]


class ClockBehind:
    def now(self):
        return NOON - timedelta(minutes=5)


@pytest.mark.parametrize("operation", ["getUser", "getOrders", "getInventoryItems"])
async def test_a_step_that_fails_stops_no_other(operation: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.sandbox.fault("status", operation, count=None, status=503)
        found = await findings(connector)
        assert list(found) == STEPS
        assert [ok for ok, _ in found.values()].count(False) == 1
