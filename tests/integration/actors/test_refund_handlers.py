"""Paying buyers back: through lost answers, crashes and slow channels nobody is paid twice, and all of it is said."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.actors.handlers.refunds import LOOK_FOR, send_refund
from orion_daemon.connectors.base import OutgoingRefund, RefundResult
from orion_daemon.connectors.errors import Doubtful, RateLimited, Rejected, Unreachable
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.jobs.kinds import SEND_REFUND, RefundArgs
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Outcome, Refused, Settled, Snooze
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import jobs as job_service
from tests.support import jobs
from tests.support.ebay_account import SECRETS, SharedClock, ebay_connector, signing_key
from tests.support.ebay_sandbox import Ebay, ebay_account
from tests.support.refunds import EbayShop, account_of, claimed, open_ebay_shop, shown, sold
from tests.support.stores import NOW

FAULTS = [(kind, when) for kind in ("drop", "html", "truncated", "errors", "status") for when in ("before", "after")]


class Channel:
    """Shows an order and takes refunds; `faults` are raised by the next calls, after paying where `pays`."""

    def __init__(self, order: IncomingOrder) -> None:
        self.order: IncomingOrder | None = order
        self.calls: list[OutgoingRefund] = []
        self.faults: list[BaseException] = []
        self.known_form = ""

    async def fetch_order(self, _name: str) -> IncomingOrder | None:
        return self.order

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        self.calls.append(refund)
        if self.faults:
            raise self.faults.pop(0)
        return RefundResult("accepted", "e1")


class Desk:
    """A shop, a refund of 5.00 EUR that is asked for, and who sends it."""

    def __init__(self, shop: EbayShop, channel: Channel, account: Any, clock: ManualClock) -> None:
        self.shop, self.channel, self.account, self.clock = shop, channel, account, clock

    async def run(self) -> Outcome:
        [job] = await claimed(self.account)
        outcome = await send_refund(self.account, job, args_of(job))
        if isinstance(outcome, Snooze | Refused):
            await jobs.settle(self.shop.db, job, outcome, self.account.lease, self.clock.now())
        return outcome

    async def job(self) -> tuple[str, str]:
        row = (await self.shop.jobs("SendRefund"))[0]
        return row["state"], row["error_code"]

    def later(self, time: timedelta) -> None:
        self.clock.shift_wall(time.total_seconds())


def args_of(job: Job) -> RefundArgs:
    return SEND_REFUND.decode(job.args)


async def open_desk(database: Database) -> Desk:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    await shop.ask(order_id)
    clock, channel = ManualClock(NOW + timedelta(seconds=1)), Channel(sold(refunds=(shown("paid", name="old"),)))
    return Desk(shop, channel, await account_of(shop, channel, clock), clock)


async def test_it_is_asked_for_with_what_was_there_before(database: Database) -> None:
    desk = await open_desk(database)
    assert await desk.run() == Settled()
    [call] = desk.channel.calls
    assert (call.reference, call.channel_order_id, call.amount_minor, call.currency) == ("r1", "1", 500, "EUR")
    assert (call.known, call.is_tried) == (("old",), False)
    assert (await desk.shop.state(), await desk.job()) == (("sent", "sent", ""), ("done", ""))


async def test_after_a_lost_answer_it_is_looked_for_and_then_a_person_decides(database: Database) -> None:
    desk = await open_desk(database)
    desk.channel.faults = [Doubtful("no answer", code="timeout")] * 99
    outcome = await desk.run()
    assert isinstance(outcome, Snooze)
    assert (outcome.reason, outcome.at) == ("doubtful", desk.clock.now() + timedelta(minutes=1))
    assert await desk.shop.state() == ("asked", "pending", "")
    for _ in range(14):
        desk.later(timedelta(minutes=1))
        assert isinstance(await desk.run(), Snooze)
    desk.later(timedelta(minutes=1))
    assert await desk.run() == Settled()
    assert (await desk.job(), await desk.shop.state()) == (("dead", "timeout"), ("failed", "failed", "refund_failed"))
    assert [call.is_tried for call in desk.channel.calls] == [False] + [True] * 15


async def test_what_the_order_shows_meanwhile_ends_the_doubt_without_another_call(database: Database) -> None:
    desk = await open_desk(database)
    desk.channel.faults = [Doubtful("no answer")]
    await desk.run()
    desk.channel.order = sold(refunds=(shown("paid", name="old"), shown("pending")))
    desk.later(LOOK_FOR)
    assert await desk.run() == Settled()
    assert (len(desk.channel.calls), await desk.shop.state()) == (1, ("sent", "sent", ""))


@pytest.mark.parametrize("error", [Unreachable("no route"), RateLimited("later", retry_after=60)])
async def test_what_surely_paid_nothing_begins_anew(database: Database, error: Exception) -> None:
    desk = await open_desk(database)
    desk.channel.faults = [error]
    [job] = await claimed(desk.account)
    with pytest.raises(type(error)):
        await send_refund(desk.account, job, args_of(job))
    assert (await desk.shop.refunds())[0]["tried_at"] is None
    assert await send_refund(desk.account, job, args_of(job)) == Settled()
    assert [call.is_tried for call in desk.channel.calls] == [False, False]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), RuntimeError("a bug")])
async def test_a_run_that_broke_off_may_have_paid(database: Database, error: BaseException) -> None:
    desk = await open_desk(database)
    desk.channel.faults = [error]
    [job] = await claimed(desk.account)
    with pytest.raises(type(error)):
        await send_refund(desk.account, job, args_of(job))
    desk.channel.faults = [Unreachable("no route")]  # while it is looked for
    with pytest.raises(Unreachable):
        await send_refund(desk.account, job, args_of(job))
    await send_refund(desk.account, job, args_of(job))
    assert [call.is_tried for call in desk.channel.calls] == [False, True, True]


async def test_without_the_lease_nothing_begins(database: Database) -> None:
    desk = await open_desk(database)
    [job] = await claimed(desk.account)
    desk.later(timedelta(hours=2))
    with pytest.raises(LeaseLost):
        await send_refund(desk.account, job, args_of(job))
    assert (desk.channel.calls, (await desk.shop.refunds())[0]["tried_at"]) == ([], None)


async def test_a_refusal_is_a_dead_letter_that_is_never_paid_when_it_is_sent_again(database: Database) -> None:
    desk = await open_desk(database)
    desk.channel.faults = [Rejected("It is too late.", code="ebay_34920")]
    assert await desk.run() == Settled()
    assert (await desk.job(), await desk.shop.state()) == (
        ("dead", "ebay_34920"),
        ("failed", "failed", "refund_failed"),
    )
    reason = (await desk.shop.order("1"))["attention_reason"]
    assert "5.00 EUR did not go back" in reason
    assert "It is too late." in reason
    [row] = await desk.shop.jobs("SendRefund")
    await job_service.retry(database, [row["id"]], actor="ann", now=desk.clock.now())
    assert isinstance(await desk.run(), Refused)
    assert (len(desk.channel.calls), await desk.shop.state()) == (1, ("failed", "failed", "refund_failed"))
    await desk.shop.ask((await desk.shop.order("1"))["id"], 500, "r2")
    assert await desk.run() == Settled()
    assert [refund["state"] for refund in await desk.shop.refunds()] == ["failed", "sent"]


async def test_an_order_that_the_channel_cancelled_meanwhile_is_not_paid_back_by_us(database: Database) -> None:
    desk = await open_desk(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET status = 'confirmed'")
    desk.channel.order = sold(status="cancelled")
    assert await desk.run() == Settled()
    assert (desk.channel.calls, await desk.job()) == ([], ("dead", "status_forbids"))
    assert (await desk.shop.state())[::2] == ("failed", "refund_failed")


# -- with the connector, against the stand-in -------------------------------------------------------------------------


async def sell(ebay: Ebay) -> str:
    await ebay.list_item(quantity=100)
    placed = await ebay.place({"sku": "MUG", "quantity": 3})
    await ebay.sandbox.advance(300)
    return str(placed["id"])


@pytest.mark.parametrize(("kind", "when"), FAULTS)
async def test_through_every_fault_the_house_pays_once_or_asks_a_person(
    database: Database, kind: str, when: str
) -> None:
    async with ebay_account() as ebay:
        await ebay.use_key()
        secrets, name = {**SECRETS, "signing_key": signing_key(ebay)}, await sell(ebay)
        async with ebay_connector(ebay, secrets=secrets) as connector:
            shop, clock = await open_ebay_shop(database), SharedClock(ebay.sandbox.sandbox.core.clock)
            account = await account_of(shop, connector, clock)
            order = await connector.fetch_order(name)
            assert order is not None
            await shop.take(order, now=clock.now())
            order_id = (await shop.order(name))["id"]
            await shop.ask(order_id, 500, now=clock.now())
            await ebay.sandbox.fault(kind, "issueRefund", when=when)
            for _ in range(20):
                for job in await claimed(account):
                    outcome = await send_refund(account, job, args_of(job))
                    if isinstance(outcome, Snooze):
                        assert account.lease is not None
                        await jobs.settle(database, job, outcome, account.lease, clock.now())
                await ebay.sandbox.advance(61)
            begun = [one for one in await ebay.sandbox.ledger("refund_requested") if one["by"] == "api"]
            if when == "before":
                assert (len(begun), await shop.state(name)) == (0, ("failed", "failed", "refund_failed"))
                await shop.ask(order_id, 500, "r2", now=clock.now())  # a person has looked
                [job] = await claimed(account)
                await send_refund(account, job, args_of(job))
                await ebay.sandbox.advance(61)
            settled = await connector.fetch_order(name)
            assert settled is not None
            await shop.take(settled, now=clock.now())
            last, sync_status, attention = await shop.state(name)
            assert (last, attention) == ("settled", "refund_failed" if when == "before" else "")
            assert sync_status == ("failed" if when == "before" else "synced")
            assert (await shop.order(name))["refunded_minor"] == 500
        requested = await ebay.sandbox.ledger("refund_requested")
        assert [one["amount"] for one in requested] == ["5.00"]
