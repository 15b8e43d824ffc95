"""Every fault of the stand-ins, before and after the effect: what was asked for holds exactly once in the end.

Real handlers and a real database; the stand-in's ledger says what truly happened. Each fault is tried once, as the
call itself gets over it, and five times in a row, so that the job has to be put off and done again. A token that ended
early and answers of an odd shape are tried once: no call is put off for these. So is an answer that comes too late,
which takes its time.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services.inventory import verify_ledger
from tests.support.errands import Errands, open_errands, tracking

FAULTS = (
    ("drop", "before"),
    ("drop", "after"),
    ("html", "before"),
    ("html", "after"),
    ("truncated", "after"),
    ("status", "before"),
    ("status", "after"),
    ("errors", "before"),
    ("errors", "after"),
    ("rate_limited", "before"),
)
ONCE = (
    ("expired_key", "before"),
    ("slow", "after"),
    ("huge", "after"),
    ("partial", "after"),
    ("repeat_page", "after"),
    ("repeat_order", "after"),
    ("pages_out_of_order", "after"),
)
TRIED = [(*fault, times) for fault in FAULTS for times in (1, 5)] + [(*fault, 1) for fault in ONCE]
Errand = Callable[[Errands, Callable[[], Awaitable[None]]], Awaitable[None]]
"""Prepares, awaits the second argument (from then on the fault holds, until all is done), and judges."""


async def parcel(errands: Errands, through: Callable[[], Awaitable[None]]) -> None:
    name = await errands.buy()
    await errands.ship(name)
    await through()
    assert await errands.vendor.parcels(name) == [tracking(name)]
    [shipment] = await errands.db.fetch("SELECT sync_status FROM shipments WHERE reference = $1", f"P-{name}")
    order = await errands.order(name)
    assert (shipment["sync_status"], order["status"], order["sync_status"]) == ("synced", "shipped", "synced")


async def cancel(errands: Errands, through: Callable[[], Awaitable[None]]) -> None:
    name = await errands.buy()
    await errands.cancel(name)
    await through()
    assert len(await errands.vendor.sandbox.ledger("order_cancelled", order=name)) == 1
    order = await errands.order(name)
    assert (order["status"], order["sync_status"], order["sync_error"]) == ("cancelled", "synced", "")


async def levels(errands: Errands, through: Callable[[], Awaitable[None]]) -> None:
    number = await errands.db.fetch_value("SELECT count(*) FROM inventory_movements")
    await errands.change("MUG", 500 + number, 1000 + number)
    await errands.change("BOWL", 700 + number, 2000 + number)
    await through()
    for sku, pieces, price in (("MUG", 500, 10), ("BOWL", 700, 20)):
        told = (pieces + number, f"{price + number / 100:.2f}")
        assert await errands.vendor.shelf(sku) == told
        offer = await errands.offer(sku)
        held = (offer["confirmed_quantity"], f"{offer['confirmed_price_minor'] / 100:.2f}")
        assert (offer["state"], held, offer["error_code"]) == ("synced", told, "")


async def poll(errands: Errands, through: Callable[[], Awaitable[None]]) -> None:
    before = await errands.reserved("MUG")
    names = [await errands.vendor.place("MUG", pieces) for pieces in (1, 2, 3)]
    await errands.poll()
    await through()
    rows = await errands.db.fetch("SELECT channel_order_id FROM orders")
    placed = [entry["order"] for entry in await errands.vendor.sandbox.ledger("order_placed")]
    assert sorted(row["channel_order_id"] for row in rows) == sorted(placed)
    assert set(names) <= set(placed)
    assert await errands.reserved("MUG") - before == 6


CASES = [
    (parcel, "amazon", "confirmShipment"),
    (parcel, "amazon", "*"),
    (parcel, "ebay", "createShippingFulfillment"),
    (parcel, "ebay", "*"),
    (cancel, "amazon", "createFeed"),
    (cancel, "amazon", "*"),
    (cancel, "ebay", "createCancellation"),
    (cancel, "ebay", "*"),
    (levels, "amazon", "patchListingsItem"),
    (levels, "amazon", "*"),
    (levels, "ebay", "bulkUpdatePriceQuantity"),
    (levels, "ebay", "*"),
    (poll, "amazon", "*"),
    (poll, "ebay", "*"),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("errand", "marketplace", "operation"), CASES)
async def test_a_fault_that_passes_loses_and_doubles_nothing(
    database: Database, tmp_path: Path, errand: Errand, marketplace: str, operation: str
) -> None:
    failed = []
    async with open_errands(database, marketplace, tmp_path) as errands:
        for kind, when, times in TRIED:

            async def through(kind: str = kind, when: str = when, times: int = times) -> None:
                await errands.fault(kind, operation, when, times)
                await errands.work()
                assert await errands.fired() >= 1

            try:
                await errand(errands, through)
            except AssertionError as error:
                failed.append(f"{kind} {when}, {times} times: {error}")
                await errands.fired()
        states = {row["state"] for row in await database.fetch("SELECT state FROM jobs")}
    assert not failed, "\n".join(failed)
    assert states == {"done"}
    assert await verify_ledger(database) == []
