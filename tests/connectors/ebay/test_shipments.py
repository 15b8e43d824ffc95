"""Parcels against the stand-in, which adds a second one for every repeated call: its ledger must know none."""

from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.base import OutgoingParcel
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.errors import Doubtful, MutationsForbidden, Rejected, VendorError
from tests.support.ebay_account import ebay_connector
from tests.support.ebay_sandbox import Ebay, ebay_account
from tests.support.letzshop_sandbox import NOON


async def order(ebay: Ebay, quantity: int = 3) -> dict[str, Any]:
    await ebay.list_item(quantity=100)
    return await ebay.place({"sku": "MUG", "quantity": quantity})


def parcel(placed: dict[str, Any], pieces: int = 3, number: str = "JD01", **facts: Any) -> OutgoingParcel:
    line = placed["lines"][0]["id"]
    said = {"carrier": "DHL Paket", "shipped_at": NOON, "lines": ((line, pieces),), "is_final": True, **facts}
    return OutgoingParcel("ref-1", placed["id"], tracking_number=number, **said)


async def told(ebay: Ebay) -> list[dict[str, Any]]:
    return await ebay.sandbox.ledger("shipping_fulfillment")


async def insist(connector: EbayConnector, sent: OutgoingParcel) -> list[str]:
    """Send until it is through, as jobs do; the families of what went wrong."""
    failures = []
    for _ in range(10):
        try:
            await connector.send_parcel(sent)
        except VendorError as error:
            failures.append(error.family)
            continue
        return failures
    raise AssertionError("it never went through")


async def test_a_parcel_is_told_once_however_often_it_is_sent() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        for _ in range(3):
            await connector.send_parcel(parcel(placed, number="JD 00-01.x"))
        (one,) = await told(ebay)
        assert (one["number"], one["carrier"], one["items"]) == ("JD0001x", "DHL", {placed["lines"][0]["id"]: 3})
        shown = await connector.fetch_order(placed["id"])
        assert shown is not None
        assert (shown.status, shown.lines[0].shipped) == ("shipped", 3)


@pytest.mark.parametrize("number", ["JD01", ""])
@pytest.mark.parametrize(
    ("kind", "when"), [("drop", "after"), ("drop", "before"), ("status", "before"), ("truncated", "after")]
)
async def test_a_lost_answer_is_settled_by_reading(kind: str, when: str, number: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        await ebay.sandbox.fault(kind, "createShippingFulfillment", when=when)
        failures = await insist(connector, parcel(placed, number=number))
        assert failures == ([] if when == "after" else ["doubtful"])
        (one,) = await told(ebay)
        assert (one["repeated"], one["over"]) == (False, {})


async def test_while_reading_fails_too_the_outcome_stays_doubtful() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        await ebay.sandbox.fault("drop", "createShippingFulfillment", when="after")
        await ebay.sandbox.fault("status", "getShippingFulfillments", count=None, skip=1, status=503)
        with pytest.raises(Doubtful):
            await connector.send_parcel(parcel(placed))
        await ebay.sandbox.control("faults", method="DELETE")
        await connector.send_parcel(parcel(placed))
        assert len(await told(ebay)) == 1


async def test_several_parcels_of_one_order_are_several() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        for _ in range(2):
            for number in ("A1", "A2", "A3"):
                await connector.send_parcel(parcel(placed, 1, number))
        assert [one["number"] for one in await told(ebay)] == ["A1", "A2", "A3"]


async def test_parcels_without_a_number_are_told_apart_by_when_they_left() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        for _ in range(2):
            for minutes in (0, 1, 2):
                left = NOON - timedelta(minutes=minutes)
                await connector.send_parcel(parcel(placed, 1, "", shipped_at=left))
        assert [one["number"] for one in await told(ebay)] == [None] * 3
        assert (await told(ebay))[-1]["over"] == {}


async def test_without_a_number_what_left_by_other_hands_is_not_told_again() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        await ebay.ship(placed, "SH01")
        await connector.send_parcel(parcel(placed, number=""))
        assert len(await told(ebay)) == 1


async def test_a_carrier_without_a_number_and_a_line_twice_are_mended() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        line = placed["lines"][0]["id"]
        await connector.send_parcel(parcel(placed, number="--", lines=((line, 1), (line, 2), ("other", 0))))
        (one,) = await told(ebay)
        assert (one["number"], one["carrier"], one["items"]) == (None, None, {line: 3})


async def test_ebay_s_refusals_are_final_and_carry_its_words() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        placed = await order(ebay)
        with pytest.raises(Rejected, match="line item") as refused:
            await connector.send_parcel(parcel(placed, lines=(("1", 1),)))
        assert refused.value.code == "ebay_32200"
        with pytest.raises(Rejected) as refused:
            await connector.send_parcel(parcel(placed, lines=()))
        assert refused.value.code == "no_pieces"
        with pytest.raises(Rejected):
            await connector.send_parcel(parcel({**placed, "id": "11-99999-99999"}))
        await ebay.control("cancel", {"order": placed["id"]})
        with pytest.raises(Rejected) as refused:
            await connector.send_parcel(parcel(placed))
        assert refused.value.code == "conflict"
        assert await told(ebay) == []


async def test_a_channel_that_may_only_be_read_sends_nothing() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, allows_mutations=False) as connector:
        placed = await order(ebay)
        with pytest.raises(MutationsForbidden):
            await connector.send_parcel(parcel(placed))
        assert await told(ebay) == []
