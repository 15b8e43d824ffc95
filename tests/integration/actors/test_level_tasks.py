"""Many levels go as one task that nobody waits for in place; what may be sold out goes beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from orion_daemon.actors.handlers import inventory as handlers
from orion_daemon.actors.handlers import level_tasks as hearing
from orion_daemon.connectors.base import Capabilities, LevelResult, LevelsTold, OutgoingLevel
from orion_daemon.connectors.errors import RateLimited
from orion_daemon.db.database import Database
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import KINDS, Nothing, ToldArgs
from orion_daemon.jobs.outcomes import Outcome, Settled, Snooze
from orion_daemon.services import inventory
from tests.support.jobs import lease
from tests.support.listing import Desk, Listing, a_job, capabilities, open_desk, open_listing

MANY = capabilities(settles_in=timedelta(minutes=10), max_batch=100, calls_up_to=3)
STOCK = {f"SKU-{number}": 5 for number in range(6)}


@dataclass
class Market:
    """Takes up to three levels by calls and more as a task, whose end is what the test says."""

    can: Capabilities = MANY
    calls: list[list[str]] = field(default_factory=list)
    tasks: list[list[OutgoingLevel]] = field(default_factory=list)
    told: LevelsTold | None = None
    looked_at: list[str] = field(default_factory=list)
    known_form: str = ""

    async def capabilities(self) -> Capabilities:
        return self.can

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        name = ""
        if len(levels) > 3:
            self.tasks.append(list(levels))
            name = f"task-{len(self.tasks)}"
        else:
            self.calls.append([level.sku for level in levels])
        return tuple(LevelResult(level.sku, "accepted", told_by=name) for level in levels)

    async def levels_told(self, name: str) -> LevelsTold:
        if self.told is None:
            raise RateLimited(f"{name} is under way", code="feed_pending", retry_after=30)
        return self.told

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        self.looked_at += skus
        return tuple(LevelResult(sku, "confirmed", 99, 1290) for sku in skus)  # as before: nothing was applied yet


class Shop:
    def __init__(self, listing: Listing, desk: Desk, market: Market) -> None:
        self.db, self.listing, self.desk, self.market = listing.db, listing, desk, market

    async def push(self) -> None:
        await handlers.push(self.desk.account, a_job("PushInventory"), Nothing())

    async def hear(self) -> Outcome:
        """Claim the job that asks for the task's end, and run it."""
        held = self.desk.account.lease
        assert held is not None
        async with self.db.transaction() as tx:
            [job] = await mailbox.claim(
                tx, held, lanes=("syncing",), kinds=("HearLevels",), now=self.desk.clock.now(), limit=1
            )
        kind = KINDS.find("HearLevels")
        assert kind is not None
        args = kind.decode(job.args)
        assert isinstance(args, ToldArgs)
        end = await hearing.hear(self.desk.account, job, args)
        if not isinstance(end, Settled):
            async with self.db.transaction() as tx:
                await mailbox.settle(tx, job, end, held, self.desk.clock.now())
        return end

    async def sell_out(self, sku: str) -> None:
        now = self.desk.clock.now()
        await inventory.adjust(self.db, self.listing.products[sku], delta=-5, actor="ann", now=now)

    async def states(self) -> dict[str, str]:
        return await self.listing.offer_states()

    async def open_jobs(self) -> list[str]:
        rows = await self.db.fetch("SELECT kind FROM jobs WHERE state = 'waiting' AND kind LIKE '%n%' ORDER BY kind")
        return [row["kind"] for row in rows]


async def open_shop(database: Database, folder: Path, **stock: int) -> Shop:
    listing = await open_listing(database)
    await listing.sell(stock or STOCK)
    market = Market()
    desk = await open_desk(listing, market, folder)
    desk.account.own(await lease(database, "demo:letzshop", "p1", ttl=timedelta(days=1)))
    return Shop(listing, desk, market)


async def test_a_task_is_handed_over_and_a_zero_does_not_wait_for_its_end(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, tmp_path)
    await shop.push()
    [task] = shop.market.tasks
    assert {level.sku for level in task} == set(STOCK)
    assert set((await shop.states()).values()) == {"sent"}
    await shop.desk.clock.advance(31)
    assert isinstance(await shop.hear(), Snooze)
    # one that is no part of the task goes at once, though it is under way
    await shop.listing.sell({"LATE": 5})
    await shop.sell_out("LATE")
    await shop.push()
    assert shop.market.calls == [["LATE"]]
    # one that is part of it waits for its own word, a third of the time that it may take
    await shop.sell_out("SKU-1")
    await shop.push()
    assert shop.market.calls == [["LATE"]]
    await shop.desk.clock.advance(180)
    await shop.push()
    assert shop.market.calls == [["LATE"], ["SKU-1"]]
    assert len(shop.market.tasks) == 1


async def test_what_may_be_sold_out_goes_before_a_task_and_by_itself(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, tmp_path)
    for sku in ("SKU-2", "SKU-4"):
        await shop.sell_out(sku)
    await shop.push()
    assert sorted(shop.market.calls[0]) == ["SKU-2", "SKU-4"]
    assert [len(task) for task in shop.market.tasks] == [4]


async def test_no_second_task_is_begun_and_nothing_of_the_first_is_sent_or_looked_at_meanwhile(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, tmp_path)
    await shop.push()
    await shop.listing.sell({f"NEW-{number}": 5 for number in range(5)})
    await shop.push()
    assert (len(shop.market.tasks), shop.market.calls) == (1, [])
    await shop.desk.clock.advance(1200)  # longer than a level settles in
    await handlers.settle(shop.desk.account, a_job("SettleOffers"), Nothing())
    assert shop.market.looked_at == []
    assert (await shop.states())["SKU-1"] == "sent"
    shop.market.told = LevelsTold()
    assert isinstance(await shop.hear(), Settled)
    await shop.desk.clock.advance(1)
    await shop.push()
    assert [len(task) for task in shop.market.tasks] == [6, 5]
    await handlers.settle(shop.desk.account, a_job("SettleOffers"), Nothing())
    assert set(shop.market.looked_at) == set(STOCK)
    assert (await shop.states())["SKU-1"] == "sent"  # it is applied from the task's end on


async def test_what_a_task_refused_fails_with_its_reason(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, tmp_path)
    await shop.push()
    numbers = {level.sku: level.number for level in shop.market.tasks[0]}
    await shop.desk.clock.advance(31)
    shop.market.told = LevelsTold({numbers["SKU-3"]: ("refused", "no such price")})
    await shop.sell_out("SKU-5")  # changed since: what the task said of it does not count
    await shop.hear()
    states = await shop.states()
    assert {sku for sku, state in states.items() if state == "failed"} == {"SKU-3"}
    assert states["SKU-5"] == "different"
    assert (await shop.listing.offer("SKU-3"))["error_message"] == "no such price"


async def test_a_task_that_failed_as_a_whole_refuses_all_and_one_that_was_dropped_is_sent_again(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, tmp_path)
    await shop.push()
    await shop.desk.clock.advance(31)
    shop.market.told = LevelsTold(is_dropped=True)
    await shop.hear()
    assert set((await shop.states()).values()) == {"different"}
    assert "PushInventory" in await shop.open_jobs()
    await shop.push()
    assert [len(task) for task in shop.market.tasks] == [6, 6]
    await shop.desk.clock.advance(31)
    shop.market.told = LevelsTold(refused_all=("refused", "not a feed"))
    await shop.hear()
    assert set((await shop.states()).values()) == {"failed"}


async def test_a_task_that_never_ends_holds_up_its_levels_for_an_hour_at_most(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, tmp_path)
    await shop.push()
    await shop.desk.clock.advance(3700)
    for sku in STOCK:
        await inventory.adjust(database, shop.listing.products[sku], delta=1, actor="ann", now=shop.desk.clock.now())
    await shop.push()
    assert [len(task) for task in shop.market.tasks] == [6, 6]
