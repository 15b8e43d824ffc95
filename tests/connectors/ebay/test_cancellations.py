"""Cancelling against the stand-in: once, signed, whoever asked for it, whatever happened to the answer."""

from typing import Any

import pytest

from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.errors import MutationsForbidden, Rejected, Unsupported, VendorError
from tests.support.ebay_account import SECRETS, ebay_connector, signing_key
from tests.support.ebay_sandbox import SELLER, Ebay, ebay_account

SIGNED = "ED25519"


async def order(ebay: Ebay) -> dict[str, Any]:
    await ebay.list_item()
    return await ebay.place()


async def with_key(ebay: Ebay, cipher: str = SIGNED) -> dict[str, str]:
    await ebay.use_key(cipher)
    return {**SECRETS, "signing_key": signing_key(ebay)}


async def cancelled(ebay: Ebay) -> list[tuple[str, str]]:
    return [(one["order"], one["initiator"]) for one in await ebay.sandbox.ledger("order_cancelled")]


async def insist(connector: EbayConnector, order_id: str) -> list[str]:
    failures = []
    for _ in range(10):
        try:
            await connector.send_status(order_id, "cancelled")
        except VendorError as error:
            failures.append(error.family)
            continue
        return failures
    raise AssertionError("it never went through")


@pytest.mark.parametrize("cipher", ["ED25519", "RSA"])
async def test_by_ourselves_once(cipher: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=await with_key(ebay, cipher)) as connector:
        placed = await order(ebay)
        for _ in range(3):
            await connector.send_status(placed["id"], "cancelled")
        assert await cancelled(ebay) == [(placed["id"], "SELLER")]
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        assert shown.status == "cancelled"


async def test_a_buyer_s_request_is_agreed_to() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=await with_key(ebay)) as connector:
        placed = await order(ebay)
        await ebay.control("cancel/request", {"order": placed["id"]})
        for _ in range(2):
            await connector.send_status(placed["id"], "cancelled")
        assert await cancelled(ebay) == [(placed["id"], "BUYER")]


async def test_a_request_that_was_declined_is_no_request() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=await with_key(ebay)) as connector:
        placed = await order(ebay)
        await ebay.control("cancel/request", {"order": placed["id"]})
        await ebay.control("cancel/withdraw", {"order": placed["id"]})
        await connector.send_status(placed["id"], "cancelled")
        assert await cancelled(ebay) == [(placed["id"], "SELLER")]


@pytest.mark.parametrize("by_buyer", [True, False])
@pytest.mark.parametrize(("kind", "when"), [("drop", "after"), ("drop", "before"), ("status", "before")])
async def test_a_lost_answer_is_settled_by_reading(kind: str, when: str, by_buyer: bool) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=await with_key(ebay)) as connector:
        placed = await order(ebay)
        if by_buyer:
            await ebay.control("cancel/request", {"order": placed["id"]})
        await ebay.sandbox.fault(kind, "approveCancellation" if by_buyer else "createCancellation", when=when)
        failures = await insist(connector, placed["id"])
        assert failures == ([] if when == "after" else ["doubtful"])
        assert await cancelled(ebay) == [(placed["id"], "BUYER" if by_buyer else "SELLER")]


async def test_an_order_that_was_sent_is_not_cancelled_any_more() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets=await with_key(ebay)) as connector:
        placed = await order(ebay)
        await ebay.ship(placed)
        with pytest.raises(Rejected, match="Eligibility"):
            await connector.send_status(placed["id"], "cancelled")
        with pytest.raises(Rejected):
            await connector.send_status("11-99999-99999", "cancelled")


async def test_without_a_signing_key_it_is_refused_and_the_account_works_on() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        with pytest.raises(Rejected, match="orion credentials connect") as refused:
            await connector.send_status(placed["id"], "cancelled")
        assert refused.value.code == "signature_needed"
        assert await connector.fetch_order(placed["id"]) is not None
        assert await cancelled(ebay) == []


@pytest.mark.parametrize("key", ["no JSON", '{"jwe": "x.y", "private_key": "AAAA"}'])
async def test_a_key_that_is_none_is_told(key: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, secrets={**SECRETS, "signing_key": key}) as connector:
        placed = await order(ebay)
        with pytest.raises(Rejected) as refused:
            await connector.send_status(placed["id"], "cancelled")
        assert refused.value.code == "signature_refused"


async def test_a_key_of_another_application_is_refused() -> None:
    async with ebay_account() as ebay:
        secrets = await with_key(ebay)
        await ebay.use_key()
        mixed = signing_key(ebay).replace(ebay.jwe, "not.the.jwe")
        async with ebay_connector(ebay, secrets={**secrets, "signing_key": mixed}) as connector:
            placed = await order(ebay)
            with pytest.raises(Rejected) as refused:
                await connector.send_status(placed["id"], "cancelled")
            assert refused.value.code == "signature_refused"


async def test_sellers_outside_the_union_need_no_key() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("sellers", {"username": SELLER, "country": "US"}, method="PATCH")
        placed = await order(ebay)
        await connector.send_status(placed["id"], "cancelled")
        assert await cancelled(ebay) == [(placed["id"], "SELLER")]


async def test_other_statuses_and_a_channel_that_may_only_be_read() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, allows_mutations=False) as connector:
        placed = await order(ebay)
        assert (await connector.capabilities()).statuses == frozenset({"cancelled"})
        with pytest.raises(Unsupported):
            await connector.send_status(placed["id"], "delivered")
        with pytest.raises(MutationsForbidden):
            await connector.send_status(placed["id"], "cancelled")
        assert await cancelled(ebay) == []
