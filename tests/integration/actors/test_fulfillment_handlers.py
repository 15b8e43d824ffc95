"""Telling a channel of answers while people go on answering: nothing is left unsaid, nothing overtakes it."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from orion_daemon.actors.account import Account, Parts
from orion_daemon.actors.handlers.fulfillment import answer_units, send_status
from orion_daemon.connectors.base import Capabilities, MarketplaceConnector, UnitAnswer, UnitResult
from orion_daemon.connectors.errors import Rejected
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import KINDS, OrderArgs, StatusArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Settled
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import fulfillment, orders
from orion_daemon.services import jobs as services_jobs
from tests.support import jobs
from tests.support.listing import capabilities
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}


class Channel:
    """Takes every answer; `meanwhile` happens once, during the first call."""

    def __init__(self, meanwhile: Any = None, refuses: frozenset[str] = frozenset()) -> None:
        self.calls: list[list[tuple[str, bool]]] = []
        self._meanwhile, self._refuses = meanwhile, refuses
        self.fault: Exception | None = None  # raised by the next call

    async def answer_units(self, _order: str, answers: Sequence[UnitAnswer]) -> tuple[UnitResult, ...]:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        self.calls.append([(answer.unit_id, answer.available) for answer in answers])
        if self._meanwhile is not None and len(self.calls) == 1:
            await self._meanwhile()
        return tuple(
            UnitResult(
                answer.unit_id,
                None if answer.unit_id in self._refuses else f"confirmed_{'' if answer.available else 'un'}available",
                ("no", "Not now") if answer.unit_id in self._refuses else None,
            )
            for answer in answers
        )


async def account_of(shop: Shop, channel: Channel) -> Account:
    clock = ManualClock(NOW + timedelta(seconds=1))
    row = {
        "id": shop.channel_id, "store_id": shop.store_id, "store_code": "demo", "marketplace": "letzshop",
        "known_form": None,
    }  # fmt: skip
    parts = cast("Parts", SimpleNamespace(db=shop.db, clock=clock))
    account = Account(row, cast("MarketplaceConnector", channel), cast("AccountHttp", None), parts)
    account.lease = await jobs.lease(shop.db)
    return account


async def claimed(account: Account) -> list[Job]:
    assert account.lease is not None
    return await jobs.claim(account.db, account.lease, now=account.clock.now(), lanes=("urgent",), kinds=KINDS)


async def with_units(database: Database) -> tuple[Shop, int, int]:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 3, units=units(*["unconfirmed"] * 3), confirmed=0, cancelled=0)))
    return shop, (await shop.order("1"))["id"], (await shop.lines("1"))[0]["id"]


async def test_what_is_answered_and_shipped_during_a_call_is_told_in_that_order(database: Database) -> None:
    shop, order_id, item_id = await with_units(database)

    async def meanwhile() -> None:
        await orders.confirm_units(database, order_id, **BY)
        await fulfillment.ship(database, order_id, reference="P-1", **BY)

    channel = Channel(meanwhile)
    account = await account_of(shop, channel)
    await orders.decline_units(database, order_id, {item_id: 1}, **BY)
    [job] = await claimed(account)
    assert await answer_units(account, job, OrderArgs(order_id)) == Settled()
    assert channel.calls == [[("u1", False)], [("u2", True), ("u3", True)]]
    following = await claimed(account)  # the parcel is older than the follower of the answers, which finds nothing
    assert [job.kind for job in following] == ["SendShipment"]


async def test_a_refused_answer_is_not_repeated_by_the_same_run(database: Database) -> None:
    shop, order_id, _item_id = await with_units(database)
    channel = Channel(refuses=frozenset({"u2"}))
    account = await account_of(shop, channel)
    await orders.confirm_units(database, order_id, **BY)
    [job] = await claimed(account)
    await answer_units(account, job, OrderArgs(order_id))
    assert channel.calls == [[("u1", True), ("u2", True), ("u3", True)]]
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"]) == ("failed", "answer_refused")
    assert await claimed(account) == []


class Clerk:
    """A channel that takes statuses; `hears`: only those."""

    def __init__(self, hears: frozenset[str] | None = None) -> None:
        self.hears = hears
        self.said: list[tuple[str, str]] = []
        self.known_form = ""

    async def capabilities(self) -> Capabilities:
        return capabilities(statuses=self.hears)

    async def send_status(self, order_id: str, status: str) -> None:
        self.said.append((order_id, status))


async def asked_to_confirm(database: Database) -> tuple[Shop, Clerk, Account, int]:
    shop, clerk = await open_shop(database, {"MUG": 10}), Clerk()
    await shop.take(order("1", line("MUG", 3)))
    order_id = (await shop.order("1"))["id"]
    await orders.confirm_units(database, order_id, **BY)
    return shop, clerk, await account_of(shop, cast("Any", clerk)), order_id


async def test_a_status_that_the_channel_does_not_hear_of_is_not_told(database: Database) -> None:
    shop, clerk, account, order_id = await asked_to_confirm(database)
    clerk.hears = frozenset({"cancelled"})
    [job] = await claimed(account)
    assert await send_status(account, job, StatusArgs(order_id, "confirmed")) == Settled()
    assert clerk.said == []
    assert (await shop.order("1"))["sync_status"] == "synced"


async def test_a_status_that_the_order_has_left_is_not_told(database: Database) -> None:
    """A buyer cancels while our confirmation waits for the channel to answer again: it must not undo that."""
    shop, clerk, account, order_id = await asked_to_confirm(database)
    [job] = await claimed(account)
    await shop.take(order("1", line("MUG", 3), status="cancelled"))
    assert await send_status(account, job, StatusArgs(order_id, "confirmed")) == Settled()
    assert clerk.said == []
    assert await shop.db.fetch_value("SELECT state FROM jobs WHERE id = $1", job.id) == "cancelled"
    assert (await shop.order("1"))["sync_status"] == "synced"


async def test_only_the_newest_of_several_statuses_is_told(database: Database) -> None:
    shop, clerk, account, order_id = await asked_to_confirm(database)
    await orders.mark_processing(database, order_id, **BY)
    while found := await claimed(account):
        [job] = found
        await send_status(account, job, KINDS.find(job.kind).decode(job.args))  # type: ignore[union-attr]
    assert clerk.said == [("1", "processing")]
    assert (await shop.order("1"))["sync_status"] == "synced"


async def test_an_answer_that_came_through_at_the_second_try_leaves_nothing_failed(database: Database) -> None:
    shop, order_id, _item_id = await with_units(database)
    channel = Channel()
    account = await account_of(shop, channel)
    await orders.confirm_units(database, order_id, **BY)
    [job] = await claimed(account)
    channel.fault = Rejected("no such shipment", code="not_found")
    await answer_units(account, job, OrderArgs(order_id))
    assert (await shop.order("1"))["sync_status"] == "failed"
    await services_jobs.retry(database, [job.id], actor="ann", now=NOW)
    [job] = await claimed(account)
    await answer_units(account, job, OrderArgs(order_id))
    row = await shop.order("1")
    assert (row["sync_status"], row["attention"]) == ("synced", "")
