"""What operators do with orders, and what follows: stock, history, jobs, and a sync status true to the facts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import order_results, orders
from orion_daemon.services.errors import Code, Conflict, NotFound, Refused, ServiceError
from orion_daemon.services.inventory import verify_ledger
from orion_daemon.services.order_results import answers_to_send, record_answers
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

LATER = NOW + timedelta(minutes=1)
BY: dict[str, Any] = {"actor": "ann", "now": LATER}


@dataclass(frozen=True)
class Outcome:
    unit_id: str
    state: str | None = None
    error: tuple[str, str] | None = None


async def finish_jobs(shop: Shop) -> None:
    async with shop.db.transaction() as tx:
        await tx.execute("UPDATE jobs SET state = 'done', finished_at = $1 WHERE kind <> 'PushInventory'", NOW)


async def with_units(database: Database, pieces: int = 3) -> tuple[Shop, int, int]:
    """(shop, order id, line id) of an order whose channel names each piece."""
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", pieces, units=units(*["unconfirmed"] * pieces), confirmed=0, cancelled=0)))
    return shop, (await shop.order("1"))["id"], (await shop.lines("1"))[0]["id"]


async def plain(database: Database, status: str = "pending") -> tuple[Shop, int]:
    shop = await open_shop(database, {"MUG": 10, "CAP": 10})
    await shop.take(order("1", line("MUG", 3), line("CAP", 1), status=status))
    return shop, (await shop.order("1"))["id"]


async def refusal(coro: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await coro
    return caught.value


async def test_units_are_answered_partly_and_the_channel_is_told_which(database: Database) -> None:
    shop, order_id, item_id = await with_units(database)
    state = await orders.confirm_units(database, order_id, {item_id: 2}, **BY)
    assert (state.status, state.sync_status) == ("confirmed", "pending")
    state = await orders.decline_units(database, order_id, {item_id: ["u3"]}, **BY)
    assert state.status == "confirmed"
    assert await shop.level("MUG") == (10, 2)
    to_send = await answers_to_send(database, order_id)
    assert to_send.answers == (("u1", True), ("u2", True), ("u3", False))
    [job] = await shop.jobs("AnswerUnits")
    assert (job["owner"], job["entity"], job["args_json"]) == (
        "demo:letzshop",
        f"order:{order_id}",
        {"order_id": order_id},
    )
    assert await verify_ledger(database) == []


async def test_answers_that_the_channel_took_are_settled_and_refused_ones_are_shown(database: Database) -> None:
    shop, order_id, _ = await with_units(database)
    await orders.confirm_units(database, order_id, **BY)
    await finish_jobs(shop)
    results = [
        Outcome("u1", "confirmed_available"),
        Outcome("u2", "confirmed_available"),
        Outcome("u3", "unconfirmed", ("gone", "no longer there")),
    ]
    await record_answers(database, order_id, results, now=LATER)
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"]) == ("failed", "answer_refused")
    assert "u3" in row["sync_error"]
    assert (await answers_to_send(database, order_id)).answers == (("u3", True),)
    await record_answers(database, order_id, [Outcome("u3", "confirmed_available")], now=LATER)
    row = await shop.order("1")
    assert (row["sync_status"], row["sync_error"], row["attention"]) == ("synced", "", "")
    assert (await shop.lines("1"))[0]["units_json"] == [[f"u{n}", "confirmed_available", ""] for n in (1, 2, 3)]


async def test_an_answer_given_elsewhere_makes_ours_moot(database: Database) -> None:
    shop, order_id, _ = await with_units(database, 1)
    await orders.confirm_units(database, order_id, **BY)
    document = order(
        "1", line("MUG", 1, units=units("confirmed_available"), confirmed=1, cancelled=0), status="confirmed"
    )
    await shop.take(document)
    assert (await answers_to_send(database, order_id)).answers == ()


async def test_declining_everything_cancels_and_releases_once(database: Database) -> None:
    shop, order_id, item_id = await with_units(database)
    await orders.decline_units(database, order_id, {item_id: 1}, **BY)
    state = await orders.decline_units(database, order_id, **BY)
    assert state.status == "cancelled"
    assert await shop.level("MUG") == (10, 0)
    declined = order(
        "1", line("MUG", 3, units=units(*["confirmed_unavailable"] * 3), confirmed=0, cancelled=3), status="cancelled"
    )
    await shop.take(declined)
    assert await shop.level("MUG") == (10, 0)
    error = await refusal(orders.confirm_units(database, order_id, **BY))
    assert (type(error), error.code) == (Conflict, Code.STATUS_FORBIDS)


async def test_an_answer_is_given_once_and_never_for_more_than_there_is(database: Database) -> None:
    _, order_id, item_id = await with_units(database)
    await orders.confirm_units(database, order_id, {item_id: 3}, **BY)
    for wish in ({item_id: 1}, {item_id: ["u1"]}, {item_id: ["stranger"]}):
        error = await refusal(orders.decline_units(database, order_id, wish, **BY))
        assert (type(error), error.code) == (Conflict, Code.QUANTITY_TOO_LARGE)
    error = await refusal(orders.confirm_units(database, order_id, {item_id + 999: 1}, **BY))
    assert isinstance(error, NotFound)
    assert isinstance(await refusal(orders.confirm_units(database, 999, **BY)), NotFound)


async def test_a_channel_without_units_hears_the_status(database: Database) -> None:
    shop, order_id = await plain(database)
    await orders.confirm_units(database, order_id, **BY)
    await orders.mark_processing(database, order_id, **BY)
    await orders.mark_ready(database, order_id, note="on the shelf", **BY)
    await orders.mark_ready(database, order_id, **BY)
    told = [job["args_json"]["status"] for job in await shop.jobs("SendStatus")]
    assert told == ["confirmed", "processing", "ready_for_shipment"]
    history = await database.fetch("SELECT to_status, cause, actor, note FROM order_status_history ORDER BY id")
    assert [tuple(row.values()) for row in history][1:] == [
        ("confirmed", "operator", "ann", ""),
        ("processing", "operator", "ann", ""),
        ("ready_for_shipment", "operator", "ann", "on the shelf"),
    ]
    assert (await shop.order("1"))["sync_status"] == "pending"
    await finish_jobs(shop)
    await order_results.record_status(database, order_id, now=LATER)
    assert (await shop.order("1"))["sync_status"] == "synced"


async def test_parts_that_the_channel_cannot_be_told_of_are_said(database: Database) -> None:
    shop, order_id = await plain(database)
    [mug, _] = await shop.lines("1")
    await orders.decline_units(database, order_id, {mug["id"]: 2}, **BY)
    row = await shop.order("1")
    assert (row["status"], row["attention"], row["sync_status"]) == ("pending", "cancelled_here_only", "synced")
    assert await shop.level("MUG") == (10, 1)


async def test_cancelling_releases_everything_and_can_be_repeated(database: Database) -> None:
    shop, order_id = await plain(database, "confirmed")
    for _ in range(2):
        assert (await orders.cancel_order(database, order_id, **BY)).status == "cancelled"
    assert [await shop.level(sku) for sku in ("MUG", "CAP")] == [(10, 0), (10, 0)]
    assert len(await shop.jobs("SendStatus")) == 1
    assert await verify_ledger(database) == []


async def test_cancelling_confirmed_units_says_that_the_channel_cannot_be_told(database: Database) -> None:
    shop, order_id, item_id = await with_units(database)
    await orders.confirm_units(database, order_id, {item_id: ["u1"]}, **BY)
    await finish_jobs(shop)
    await record_answers(database, order_id, [Outcome("u1", "confirmed_available")], now=LATER)
    state = await orders.cancel_order(database, order_id, **BY)
    assert state.attention == "cancelled_here_only"
    assert (await answers_to_send(database, order_id)).answers == (("u2", False), ("u3", False))
    assert await shop.level("MUG") == (10, 0)


async def test_moves_that_the_table_forbids_are_refused_and_change_nothing(database: Database) -> None:
    shop, order_id = await plain(database)
    for move in (orders.mark_processing, orders.mark_delivered, orders.mark_fulfilled):
        error = await refusal(move(database, order_id, **BY))
        assert (type(error), error.code) == (Conflict, Code.STATUS_FORBIDS)
    assert await shop.count("order_status_history") == 1


async def test_a_channel_that_may_only_be_read_refuses_what_it_would_have_to_be_told(database: Database) -> None:
    shop, order_id = await plain(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET allows_mutations = $1", False)
    error = await refusal(orders.confirm_units(database, order_id, **BY))
    assert (type(error), error.code) == (Refused, Code.MUTATIONS_FORBIDDEN)
    assert "demo:letzshop" in error.message
    assert (await shop.order("1"))["status"] == "pending"


async def test_released_pieces_go_to_the_oldest_line_that_fits(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 4})
    await shop.take(*(order(name, line("MUG", pieces)) for name, pieces in (("a", 4), ("b", 5), ("c", 3), ("d", 1))))
    await orders.cancel_order(database, (await shop.order("a"))["id"], **BY)
    states = {name: (await shop.lines(name))[0]["stock_state"] for name in "abcd"}
    assert states == {"a": "released", "b": "short", "c": "reserved", "d": "reserved"}
    assert (await shop.order("c"))["attention"] == ""
    assert await shop.level("MUG") == (4, 4)
    assert await verify_ledger(database) == []


async def test_attention_is_taken_away_by_a_person_and_written_down(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 1})
    await shop.take(order("1", line("MUG", 3, price=0), total_minor=5))
    order_id = (await shop.order("1"))["id"]
    assert (await shop.order("1"))["attention"].split() == ["price_not_positive", "total_differs", "short"]
    state = await orders.clear_attention(database, order_id, "total_differs", **BY)
    assert state.attention == "price_not_positive short"
    error = await refusal(orders.clear_attention(database, order_id, "total_differs", **BY))
    assert error.field == "code"
    assert (await orders.clear_attention(database, order_id, **BY)).attention == ""
    assert await shop.count("audit_entries") == 2


async def test_a_failure_to_tell_is_kept_until_that_very_thing_is_told(database: Database) -> None:
    shop, order_id = await plain(database)
    await orders.confirm_units(database, order_id, **BY)
    await finish_jobs(shop)
    await order_results.record_failure(database, order_id, "rejected", "the status is unknown there", now=LATER)
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"]) == ("failed", "sending_failed")
    await order_results.record_status(database, order_id, now=LATER, proven=False)
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"], row["sync_error"]) == ("sent", "", "")
