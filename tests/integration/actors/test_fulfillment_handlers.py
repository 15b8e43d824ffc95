"""Telling a channel of answers while people go on answering: nothing is left unsaid, nothing overtakes it."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from orion_daemon.actors.account import Account, Parts
from orion_daemon.actors.handlers.fulfillment import answer_units
from orion_daemon.connectors.base import MarketplaceConnector, UnitAnswer, UnitResult
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import KINDS, OrderArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Settled
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import fulfillment, orders
from tests.support import jobs
from tests.support.orders import Shop, line, open_shop, order, units
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}


class Channel:
    """Takes every answer; `meanwhile` happens once, during the first call."""

    def __init__(self, meanwhile: Any = None, refuses: frozenset[str] = frozenset()) -> None:
        self.calls: list[list[tuple[str, bool]]] = []
        self._meanwhile, self._refuses = meanwhile, refuses

    async def answer_units(self, _order: str, answers: Sequence[UnitAnswer]) -> tuple[UnitResult, ...]:
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
    row = {"id": shop.channel_id, "store_id": shop.store_id, "store_code": "demo", "marketplace": "letzshop"}
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
