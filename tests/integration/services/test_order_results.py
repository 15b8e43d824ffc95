"""What an order says of its way to the channel, on both databases: as bad as the facts, and no worse."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.base import UnitResult
from orion_daemon.db.database import Database
from orion_daemon.jobs import mailbox, maintenance
from orion_daemon.jobs.kinds import ANSWER_UNITS, POLL_ORDERS, SEND_SHIPMENT, Nothing
from orion_daemon.services import fulfillment, jobs, order_results, orders
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}


async def confirmed(database: Database) -> tuple[Shop, int]:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 1, units=units("unconfirmed"), confirmed=0, cancelled=0)))
    order_id = (await shop.order("1"))["id"]
    await orders.confirm_units(database, order_id, **BY)
    return shop, order_id


async def told(shop: Shop) -> tuple[str, str]:
    row = await shop.order("1")
    return row["sync_status"], row["attention"]


def taken(*names: str) -> Sequence[UnitResult]:
    return [UnitResult(name, "confirmed_available") for name in names]


async def test_an_answer_that_failed_and_came_through_later_is_synced(database: Database) -> None:
    shop, order_id = await confirmed(database)
    await order_results.record_failure(database, order_id, "not_found", "No such shipment.", now=NOW, what="answer")
    assert await told(shop) == ("failed", "sending_failed")
    await order_results.record_answers(database, order_id, taken("u1"), now=NOW)
    assert (await told(shop))[1] == ""


async def test_a_failed_answer_is_not_forgotten_because_a_status_came_through(database: Database) -> None:
    shop, order_id = await confirmed(database)
    await order_results.record_failure(database, order_id, "not_found", "No such shipment.", now=NOW, what="answer")
    await order_results.record_status(database, order_id, now=NOW)
    assert await told(shop) == ("failed", "sending_failed")


async def ends(database: Database, how: str, job_id: int) -> None:
    """The job ends without its handler's word."""
    later = NOW + timedelta(days=30)
    if how == "waited":
        await maintenance.give_up(database, later)
    elif how == "cancelled":
        await jobs.cancel(database, [job_id], actor="ann", now=later)
    else:
        async with database.transaction() as tx:
            await tx.execute(
                "UPDATE jobs SET state = 'dead', finished_at = $2, error_code = 'poison', error_message = 'it killed'"
                " WHERE id = $1",
                job_id, later,
            )  # fmt: skip


@pytest.mark.parametrize("how", ["waited", "cancelled", "poison"])
async def test_an_order_whose_answer_ended_unsaid_asks_for_a_person(database: Database, how: str) -> None:
    shop, _order_id = await confirmed(database)
    [job] = await shop.jobs(ANSWER_UNITS.name)
    assert await told(shop) == ("pending", "")
    assert await order_results.own_up(database, now=NOW) == 0  # it still waits: pending is true
    await ends(database, how, job["id"])
    owned = await order_results.own_up(database, now=NOW + timedelta(days=30))
    assert owned == (how != "cancelled")  # that was said at once
    assert await told(shop) == ("failed", "sending_failed")
    assert await order_results.own_up(database, now=NOW + timedelta(days=30)) == 0


async def test_a_parcel_whose_message_ended_unsaid_says_so_too(database: Database) -> None:
    shop, order_id = await confirmed(database)
    await order_results.record_answers(database, order_id, taken("u1"), now=NOW)
    await fulfillment.ship(database, order_id, reference="P-1", **BY)
    for kind in (ANSWER_UNITS, SEND_SHIPMENT):
        [job] = await shop.jobs(kind.name)
        await ends(database, "poison", job["id"])
    assert await order_results.own_up(database, now=NOW + timedelta(days=30)) == 1
    assert await database.fetch_value("SELECT sync_status FROM shipments") == "failed"
    assert await told(shop) == ("failed", "sending_failed")


async def test_other_jobs_that_ended_concern_no_order(database: Database) -> None:
    shop, _order_id = await confirmed(database)
    async with database.transaction() as tx:
        put = await mailbox.put(tx, POLL_ORDERS, Nothing(), owner="demo:letzshop", now=NOW)
    await ends(database, "cancelled", put.job_id)
    assert await order_results.own_up(database, now=NOW) == 0
    assert await told(shop) == ("pending", "")
