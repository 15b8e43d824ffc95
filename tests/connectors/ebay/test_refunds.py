"""Refunds against the stand-in, whose ledger counts every one that was begun: there is one, or nobody knows and it is
said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingRefund
from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    MutationsForbidden,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)
from orion_daemon.domain.incoming import IncomingRefund
from orion_daemon.domain.refunds import RefundReason
from tests.support.ebay_account import SECRETS, ebay_connector, signing_key
from tests.support.ebay_sandbox import Ebay, ebay_account

FAULTS = [(kind, when) for kind in ("drop", "html", "truncated", "errors", "status") for when in ("before", "after")]


@asynccontextmanager
async def account(**options: Any) -> AsyncIterator[tuple[Ebay, EbayConnector]]:
    """A seller in Luxembourg, whose refunds eBay wants signed."""
    async with ebay_account() as ebay:
        await ebay.use_key()
        secrets = {**SECRETS, "signing_key": signing_key(ebay)}
        async with ebay_connector(ebay, secrets=secrets, **options) as connector:
            yield ebay, connector


async def order(ebay: Ebay, **facts: Any) -> dict[str, Any]:
    """Three mugs for 38.70 EUR."""
    await ebay.list_item(quantity=100)
    return await ebay.place({"sku": "MUG", "quantity": 3}, **facts)


def refund(placed: dict[str, Any], minor: int = 500, **facts: Any) -> OutgoingRefund:
    said = {"reason": RefundReason.RETURNED, "note": "Thank you", **facts}
    return OutgoingRefund("ref-1", placed["id"], minor, "EUR", **said)


async def begun(ebay: Ebay) -> list[dict[str, Any]]:
    return [one for one in await ebay.sandbox.ledger("refund_requested") if one["by"] == "api"]


async def insist(connector: EbayConnector, asked: OutgoingRefund) -> str:
    """Ask as jobs do, and as they must: once a try may have been paid it is looked for and not asked again. How it
    ended: a state, or `unknown`."""
    for _ in range(5):
        try:
            return (await connector.refund(asked)).state
        except Doubtful:
            asked = replace(asked, is_tried=True)
        except Unreachable:
            continue
    return "unknown"


async def test_a_part_goes_back_once_and_is_paid_later() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        first = await connector.refund(refund(placed))
        assert first.state == "accepted"
        assert await connector.refund(refund(placed)) == first
        (one,) = await begun(ebay)
        assert (one["refund"], one["amount"], one["line"]) == (first.refund_id, "5.00", None)
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        assert (shown.status, shown.refunded_minor) == ("confirmed", None)
        assert shown.refunds == (IncomingRefund(first.refund_id, "pending", 500),)
        await ebay.sandbox.advance(120)
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        assert (shown.refunded_minor, shown.refunds) == (500, (IncomingRefund(first.refund_id, "paid", 500),))
        again = await connector.refund(refund(placed))
        assert (again.state, again.refund_id) == ("settled", first.refund_id)
        assert len(await begun(ebay)) == 1


async def test_all_of_it_makes_the_order_refunded() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await connector.refund(refund(placed, 3870))
        await ebay.sandbox.advance(120)
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        assert (shown.status, shown.refunded_minor) == ("refunded", 3870)


async def test_what_went_back_before_is_not_taken_for_ours() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await ebay.control("refund", {"order": placed["id"], "amount": "5.00"})
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        known = tuple(one.refund_id for one in shown.refunds)
        made = await connector.refund(refund(placed, known=known))
        assert made.refund_id not in known
        assert len(await begun(ebay)) == 1


@pytest.mark.parametrize(("kind", "when"), FAULTS)
async def test_a_lost_answer_is_settled_by_reading_and_never_by_paying_again(kind: str, when: str) -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await ebay.sandbox.fault(kind, "issueRefund", when=when)
        ended = await insist(connector, refund(placed))
        made = len(await begun(ebay))
        assert (ended, made) == (("accepted", 1) if when == "after" else ("unknown", 0))
        await ebay.sandbox.advance(120)
        assert len(await begun(ebay)) == made


async def test_while_reading_fails_too_it_stays_doubtful_until_it_can_be_read() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await ebay.sandbox.fault("drop", "issueRefund", when="after")
        await ebay.sandbox.fault("status", "getOrder", count=None, skip=1, status=503)
        with pytest.raises(Doubtful):
            await connector.refund(refund(placed))
        with pytest.raises(Unreachable):
            await connector.refund(refund(placed, is_tried=True))
        await ebay.sandbox.control("faults", method="DELETE")
        assert (await connector.refund(refund(placed, is_tried=True))).state == "accepted"
        assert len(await begun(ebay)) == 1


async def test_without_a_look_at_the_order_nothing_is_paid() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await ebay.sandbox.fault("status", "getOrder", count=None, status=503)
        with pytest.raises(Unreachable):
            await connector.refund(refund(placed))
        assert await begun(ebay) == []


async def test_one_that_was_tried_is_looked_for_and_not_paid() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        with pytest.raises(Doubtful) as doubt:
            await connector.refund(refund(placed, is_tried=True))
        assert doubt.value.code == "refund_unknown"
        await ebay.control("refund", {"order": placed["id"], "amount": "7.00"})
        with pytest.raises(Doubtful):  # another amount is somebody else's
            await connector.refund(refund(placed, is_tried=True))
        assert await begun(ebay) == []


async def test_while_another_is_being_paid_it_waits() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        await ebay.control("refund", {"order": placed["id"], "amount": "7.00", "at_once": False})
        with pytest.raises(RateLimited) as wait:
            await connector.refund(refund(placed))
        assert (wait.value.code, wait.value.retry_after) == ("refund_not_yet", 300)
        await ebay.sandbox.advance(300)
        assert (await connector.refund(refund(placed))).state == "accepted"


async def test_one_that_ebay_took_and_could_not_pay_has_failed() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        made = await connector.refund(refund(placed))
        await ebay.control("refund/fail", {"order": placed["id"], "refund": made.refund_id})
        with pytest.raises(Rejected) as refused:
            await connector.refund(refund(placed, is_tried=True))
        assert refused.value.code == "refund_refused"
        assert (await connector.refund(refund(placed, known=(made.refund_id,)))).state == "accepted"


async def test_ebay_s_refusals_are_final_and_carry_its_words() -> None:
    async with account() as (ebay, connector):
        placed = await order(ebay)
        with pytest.raises(Rejected, match="exceeds order amount") as refused:
            await connector.refund(refund(placed, 3871))
        assert refused.value.code == "ebay_34915"
        with pytest.raises(Rejected) as refused:
            await connector.refund(refund({"id": "11-99999-99999"}))
        assert refused.value.code == "not_found"
        unpaid = await ebay.place({"sku": "MUG"}, payment="PENDING")
        with pytest.raises(VendorError):
            await connector.refund(refund(unpaid))
        assert await begun(ebay) == []


async def test_without_a_signing_key_it_is_said_and_nothing_is_paid() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        with pytest.raises(Rejected) as refused:
            await connector.refund(refund(placed))
        assert refused.value.code == "signature_needed"
        assert await begun(ebay) == []


async def test_a_channel_that_may_only_be_read_pays_nothing() -> None:
    async with account(allows_mutations=False) as (ebay, connector):
        placed = await order(ebay)
        with pytest.raises(MutationsForbidden):
            await connector.refund(refund(placed))
        assert await begun(ebay) == []


async def test_a_refused_login_pays_nothing() -> None:
    async with ebay_account() as ebay:
        placed = await order(ebay)
        wrong = {**SECRETS, "refresh_token": "v^1.1#somebody-else"}
        async with ebay_connector(ebay, secrets=wrong) as connector:
            with pytest.raises(AuthRefused):
                await connector.refund(refund(placed))
        assert await begun(ebay) == []


def test_every_reason_has_its_word_at_ebay() -> None:
    assert set(names.REFUND_REASONS) == set(RefundReason)
    assert len(set(names.REFUND_REASONS.values())) == len(RefundReason)
