"""Refunds on both databases: asked for once and never too much, and settled by nothing but the channel's document."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.refunds import RefundReason, RefundState
from orion_daemon.jobs import maintenance
from orion_daemon.services import erasure, jobs, order_results, refund_results, refunds
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused, ServiceError
from tests.support.refunds import OWNER, EbayShop, open_ebay_shop, shown, sold
from tests.support.stores import NOW

LATER = NOW + timedelta(minutes=5)


async def asked(database: Database, minor: int | None = 500, **facts: Any) -> tuple[EbayShop, int, int]:
    """A shop, its order, and a refund of it."""
    shop = await open_ebay_shop(database)
    order_id = await shop.sell(**facts)
    return shop, order_id, (await shop.ask(order_id, minor)).refund_id


async def end_job(shop: EbayShop) -> None:
    async with shop.db.transaction() as tx:
        await tx.execute("UPDATE jobs SET state = 'done', finished_at = $1 WHERE kind = 'SendRefund'", NOW)


async def given_up(shop: EbayShop, refund_id: int, known: tuple[str, ...] = ()) -> None:
    """It was tried, its answer lost, and nobody knows."""
    await refunds.begin(shop.db, refund_id, [shown("paid", 1, name) for name in known], NOW)
    await end_job(shop)
    await refund_results.record_failure(shop.db, refund_id, "refund_unknown", "No answer came.", now=NOW)


# -- asking -----------------------------------------------------------------------------------------------------------


async def test_asking_writes_the_refund_its_job_and_who_it_was(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    done = await shop.ask(order_id, note="Sorry")
    assert (done.existed, done.order.status, done.order.sync_status) == (False, "shipped", "pending")
    [row] = await shop.refunds()
    facts = ("amount_minor", "currency", "reason", "note", "state", "created_by", "tried_at", "channel_refund_id")
    assert [row[name] for name in facts] == [500, "EUR", "returned", "Sorry", "asked", "ann", None, None]
    [job] = await shop.jobs("SendRefund")
    assert (job["owner"], job["lane"], job["entity"]) == (OWNER, "urgent", f"refund:{order_id}")
    assert job["args_json"] == {"refund_id": done.refund_id}
    entry = await database.fetch_one("SELECT * FROM audit_entries WHERE action = 'refund.ask'")
    assert entry is not None
    assert (entry["actor"], entry["store_id"]) == ("ann", shop.store_id)
    assert entry["detail_json"] == {
        "order": f"order:{order_id}", "reference": "r1", "amount": "5.00", "currency": "EUR", "reason": "returned",
    }  # fmt: skip


async def test_one_reference_is_one_refund_whoever_repeats_it(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id, other = await shop.sell(), await shop.sell("2")
    done = await asyncio.gather(*(shop.ask(order_id) for _ in range(4)))
    assert len({one.refund_id for one in done}) == 1
    assert sorted(one.existed for one in done) == [False, True, True, True]
    assert (await shop.ask(order_id, None)).existed
    assert (await shop.count("refunds"), len(await shop.jobs("SendRefund"))) == (1, 1)
    for wrong in (shop.ask(order_id, 600), shop.ask(other)):
        with pytest.raises(Conflict) as caught:
            await wrong
        assert caught.value.code is Code.ALREADY_EXISTS


async def test_no_more_goes_back_than_is_left(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell(refunded_minor=1000)
    with pytest.raises(Conflict, match=r"28\.70 EUR are left to be paid back, not 28\.71") as caught:
        await shop.ask(order_id, 2871)
    assert (caught.value.code, caught.value.field) == (Code.AMOUNT_TOO_LARGE, "amount")
    await shop.ask(order_id, 870)
    with pytest.raises(Conflict):
        await shop.ask(order_id, 2001, "r2")
    await shop.ask(order_id, None, "r2")
    assert [row["amount_minor"] for row in await shop.refunds()] == [870, 2000]
    with pytest.raises(Conflict, match="all of it was, or is under way"):
        await shop.ask(order_id, None, "r3")


async def test_two_at_once_do_not_pay_more_than_the_order_cost(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    done = await asyncio.gather(
        *(shop.ask(order_id, 2000, f"r{number}") for number in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Asked", "Conflict", "Conflict"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "pending"}, Code.STATUS_FORBIDS),
        ({"status": "cancelled"}, Code.STATUS_FORBIDS),
        ({"total_minor": None}, Code.STATUS_FORBIDS),
        ({"status": "refunded", "refunded_minor": 3870}, Code.AMOUNT_TOO_LARGE),
    ],
)
async def test_what_was_not_paid_or_went_back_is_not_refunded(
    database: Database, facts: dict[str, Any], code: Code
) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell(**facts)
    with pytest.raises(Conflict) as caught:
        await shop.ask(order_id, None)
    assert caught.value.code is code
    assert await shop.count("refunds") == 0


@pytest.mark.parametrize(
    "wrong",
    [{"minor": 0}, {"minor": -5}, {"note": "x" * 101}, {"reference": ""}, {"reference": "r" * 65}, {"currency": "USD"}],
)
async def test_an_input_that_cannot_be_right_is_named(database: Database, wrong: dict[str, Any]) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    with pytest.raises(Invalid) as caught:
        await shop.ask(order_id, **wrong)
    assert caught.value.field == {"minor": "amount", "currency": "amount"}.get(next(iter(wrong)), next(iter(wrong)))


async def test_a_channel_that_makes_none_or_may_only_be_read_is_not_asked(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    for change, code in (
        ("UPDATE channels SET allows_mutations = false", Code.MUTATIONS_FORBIDDEN),
        ("UPDATE orders SET marketplace = 'amazon'", Code.UNSUPPORTED),
        ("UPDATE orders SET marketplace = 'storefront'", Code.UNSUPPORTED),
    ):
        async with database.transaction() as tx:
            await tx.execute(change)
        with pytest.raises(Refused) as caught:
            await shop.ask(order_id)
        assert caught.value.code is code
    assert await shop.count("refunds") + len(await shop.jobs("SendRefund")) == 0
    with pytest.raises(NotFound):
        await shop.ask(order_id + 99)


# -- beginning --------------------------------------------------------------------------------------------------------


async def test_a_refund_begins_once_and_remembers_what_was_there(database: Database) -> None:
    shop, _, refund_id = await asked(database)
    first = await refunds.begin(database, refund_id, [shown("paid", name="old")], NOW)
    assert (first.is_tried, first.known, first.tried_at) == (False, ("old",), NOW)
    again = await refunds.begin(database, refund_id, [shown("paid", name="old"), shown("pending")], LATER)
    assert (again.is_tried, again.known, again.tried_at) == (True, ("old",), NOW)
    await refunds.take_back_try(database, refund_id, LATER)
    anew = await refunds.begin(database, refund_id, [], LATER)
    assert (anew.is_tried, anew.known, anew.tried_at) == (False, (), LATER)
    assert (anew.reason, anew.state) == (RefundReason.RETURNED, RefundState.ASKED)
    assert len(await shop.refunds()) == 1


@pytest.mark.parametrize("facts", [{"refunded_minor": 3500}, {"status": "cancelled"}])
async def test_it_does_not_begin_once_the_order_has_changed_too_far(database: Database, facts: dict[str, Any]) -> None:
    shop, _, refund_id = await asked(database, status="confirmed")
    await shop.take(sold(**{"status": "confirmed"} | facts), now=LATER)
    with pytest.raises(Conflict):
        await refunds.begin(database, refund_id, [], LATER)
    assert (await shop.refunds())[0]["tried_at"] is None


async def test_it_does_not_begin_once_an_earlier_one_turned_out_to_be_paid(database: Database) -> None:
    shop, order_id, first = await asked(database)
    await given_up(shop, first)
    second = (await shop.ask(order_id, 500, "r2", now=LATER)).refund_id
    await shop.take(sold(refunded_minor=500, refunds=(shown("paid"),)), now=LATER)
    assert [row["state"] for row in await shop.refunds()] == ["settled", "asked"]
    with pytest.raises(Conflict, match="r1 was made after all"):
        await refunds.begin(database, second, [shown("paid")], LATER)
    third = (await shop.ask(order_id, 500, "r3", now=LATER + timedelta(seconds=1))).refund_id
    assert (await refunds.begin(database, third, [shown("paid")], LATER)).known == ("e1",)


# -- what became of it ------------------------------------------------------------------------------------------------


async def test_taken_is_sent_and_only_the_channel_s_document_settles_it(database: Database) -> None:
    shop, _, refund_id = await asked(database)
    await refunds.begin(database, refund_id, [], NOW)
    await end_job(shop)
    for _ in range(2):
        await refund_results.record(database, refund_id, "e1", now=NOW)
    assert await shop.state() == ("sent", "sent", "")
    await shop.take(sold(refunds=(shown("pending"),)), now=LATER)
    assert await shop.state() == ("sent", "sent", "")
    assert (await shop.order("1"))["status"] == "shipped"
    await shop.take(sold("1", "partially_refunded", refunded_minor=500, refunds=(shown("paid"),)), now=LATER)
    assert await shop.state() == ("settled", "synced", "")
    row, [refund] = await shop.order("1"), await shop.refunds()
    assert (row["status"], row["refunded_minor"]) == ("partially_refunded", 500)
    assert (refund["channel_refund_id"], refund["sent_at"], refund["settled_at"]) == ("e1", NOW, LATER)
    await refund_results.record(database, refund_id, "", now=LATER)
    assert await shop.state() == ("settled", "synced", "")


async def test_what_is_under_way_and_what_the_channel_counts_are_not_added_up(database: Database) -> None:
    shop, order_id, refund_id = await asked(database, 3000)
    await refunds.begin(database, refund_id, [], NOW)
    await refund_results.record(database, refund_id, "e1", now=NOW)
    await shop.take(sold(refunded_minor=3000, refunds=(shown("paid", 3000),)), now=LATER)
    await shop.ask(order_id, 870, "r2")
    with pytest.raises(Conflict):
        await shop.ask(order_id, 1, "r3")


async def test_an_answer_that_was_lost_is_found_in_the_document(database: Database) -> None:
    shop, _, refund_id = await asked(database)
    await refunds.begin(database, refund_id, [shown("paid", name="old")], NOW)
    await shop.take(sold(refunds=(shown("paid", name="old"), shown("pending", 700, "x"))), now=NOW)
    assert (await shop.refunds())[0]["state"] == "asked"
    await shop.take(sold(refunds=(shown("paid", name="old"), shown("pending"))), now=LATER)
    [row] = await shop.refunds()
    assert (row["state"], row["channel_refund_id"], row["found_at"]) == ("sent", "e1", None)
    assert (await shop.state())[1] == "pending"  # its job has not ended


async def test_one_that_was_never_tried_is_none_of_the_channel_s(database: Database) -> None:
    shop, _, _ = await asked(database)
    await shop.take(sold(refunded_minor=500, refunds=(shown("paid"),)), now=LATER)
    assert (await shop.refunds())[0]["state"] == "asked"


async def test_one_that_nobody_knows_of_asks_for_a_person_until_it_is_shown(database: Database) -> None:
    shop, order_id, refund_id = await asked(database)
    await given_up(shop, refund_id)
    assert await shop.state() == ("failed", "failed", "refund_failed")
    reason = (await shop.order("1"))["attention_reason"]
    assert "Nobody knows whether 5.00 EUR went back: look at the order at the channel" in reason
    assert (await shop.ask(order_id)).existed
    await shop.take(sold(refunds=(shown("pending"),)), now=LATER)
    assert await shop.state() == ("sent", "sent", "")
    await shop.take(sold(refunded_minor=500, refunds=(shown("paid"),)), now=LATER)
    assert await shop.state() == ("settled", "synced", "")
    [row] = await shop.refunds()
    assert (row["found_at"], row["error"]) == (LATER, "")


async def test_two_of_one_amount_are_not_taken_for_one(database: Database) -> None:
    shop, order_id, first = await asked(database)
    await given_up(shop, first)
    second = (await shop.ask(order_id, 500, "r2")).refund_id
    await refunds.begin(database, second, [], NOW)
    await shop.take(sold(refunds=(shown("pending"),)), now=LATER)
    assert [row["channel_refund_id"] for row in await shop.refunds()] == ["e1", None]
    await shop.take(sold(refunds=(shown("pending"), shown("pending", name="e2"))), now=LATER)
    assert [row["channel_refund_id"] for row in await shop.refunds()] == ["e1", "e2"]


async def test_one_that_the_channel_could_not_pay_asks_for_a_person(database: Database) -> None:
    shop, order_id, refund_id = await asked(database)
    await refunds.begin(database, refund_id, [], NOW)
    await end_job(shop)
    await refund_results.record(database, refund_id, "e1", now=NOW)
    for _ in range(2):
        await shop.take(sold(refunds=(shown("failed"),)), now=LATER)
    assert await shop.state() == ("failed", "failed", "refund_failed")
    assert "5.00 EUR did not go back" in (await shop.order("1"))["attention_reason"]
    await shop.ask(order_id, None, "r2")
    assert (await shop.refunds())[1]["amount_minor"] == 3870


async def test_a_state_that_is_not_known_changes_nothing(database: Database) -> None:
    shop, _, refund_id = await asked(database)
    await refund_results.record(database, refund_id, "e1", now=NOW)
    await shop.take(sold(refunds=(shown("ON_THE_MOON"),)), now=LATER)
    assert (await shop.refunds())[0]["state"] == "sent"


async def test_one_that_was_shown_meanwhile_has_not_failed(database: Database) -> None:
    shop, _, refund_id = await asked(database)
    await refunds.begin(database, refund_id, [], NOW)
    await shop.take(sold(refunds=(shown("pending"),)), now=LATER)
    await end_job(shop)
    await refund_results.record_failure(database, refund_id, "timeout", "No answer.", now=LATER)
    assert await shop.state() == ("sent", "sent", "")


async def test_a_job_that_was_withdrawn_or_waited_too_long_leaves_no_refund_asked_for(database: Database) -> None:
    shop, order_id, _ = await asked(database)
    other = await shop.ask(order_id, 700, "r2")
    first, second = await shop.jobs("SendRefund")
    assert await jobs.cancel(database, [first["id"]], actor="bob", now=NOW, reason="a mistake") == [first["id"]]
    assert [row["state"] for row in await shop.refunds()] == ["failed", "asked"]
    assert "withdrawn by bob: a mistake" in (await shop.order("1"))["attention_reason"]
    late = second["give_up_at"] + timedelta(seconds=1)
    await maintenance.give_up(database, late)
    assert await refund_results.own_up(database, now=late) == 1
    assert await refund_results.own_up(database, now=late) == 0
    assert [row["state"] for row in await shop.refunds()] == ["failed", "failed"]
    assert (await shop.refunds())[1]["id"] == other.refund_id
    assert "5.00 EUR did not go back" in (await shop.order("1"))["attention_reason"]


async def test_what_else_is_told_does_not_make_an_unpaid_refund_proven(database: Database) -> None:
    shop, order_id, refund_id = await asked(database)
    await end_job(shop)
    await refund_results.record(database, refund_id, "e1", now=NOW)
    await order_results.record_status(database, order_id, now=NOW)
    assert await shop.state() == ("sent", "sent", "")


async def test_another_one_that_is_still_to_be_asked_for_keeps_the_order_pending(database: Database) -> None:
    shop, order_id, refund_id = await asked(database)
    await end_job(shop)
    await refund_results.record(database, refund_id, "e1", now=NOW)
    await shop.ask(order_id, 700, "r2")
    await shop.take(sold(refunded_minor=500, refunds=(shown("paid"),)), now=LATER)
    assert [row["state"] for row in await shop.refunds()] == ["settled", "asked"]
    assert (await shop.order("1"))["sync_status"] == "pending"


async def test_the_note_to_the_buyer_goes_with_the_buyer(database: Database) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    await shop.ask(order_id, note="Sorry, Jeanne")
    await erasure.erase_customer(database, (await shop.order("1"))["customer_id"], actor="ann", now=LATER)
    [row] = await shop.refunds()
    assert (row["note"], row["amount_minor"]) == ("", 500)
    with pytest.raises(Conflict) as caught:
        await shop.ask(order_id, reference="r2", note="Sorry, Jeanne")
    assert caught.value.field == "note"
    assert not (await shop.ask(order_id, reference="r2")).existed


async def test_what_is_not_there_is_said(database: Database) -> None:
    shop = await open_ebay_shop(database)
    for call in (
        refunds.refund_to_send(database, 7), refunds.begin(database, 7, [], NOW),
        refund_results.record(database, 7, "", now=NOW), refund_results.record_failure(database, 7, "x", "y", now=NOW),
    ):  # fmt: skip
        with pytest.raises(ServiceError) as caught:
            await call
        assert caught.value.code is Code.NOT_FOUND
    assert await shop.count("refunds") == 0
