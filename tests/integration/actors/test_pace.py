"""Channels that apply late, or count changes: one word of an offer on its way at a time, never more than allowed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.handlers import inventory as handlers
from orion_daemon.connectors.base import Capabilities, LevelResult, OutgoingLevel
from orion_daemon.connectors.errors import Unreachable
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.jobs.outcomes import Done, Snooze
from orion_daemon.services import inventory, offers, schedule
from tests.support.listing import Desk, Listing, a_job, capabilities, open_desk, open_listing

LATE = capabilities(settles_in=timedelta(minutes=10), max_batch=10)
COUNTING = capabilities(revisions_a_day=10, max_batch=10)


@dataclass
class Slow:
    """Takes levels at once and applies them when the test says so, or at once where nothing settles; then it names them
    back unless it is told not to."""

    can: Capabilities = LATE
    on_the_way: list[OutgoingLevel] = field(default_factory=list)
    held: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    said: list[tuple[str, int | None]] = field(default_factory=list)
    stops_at: str = ""
    listing: str | None = None
    names_back: bool = True
    refuses: dict[str, tuple[str, str]] = field(default_factory=dict)  # by SKU: code and sentence
    known_form: str = ""

    async def capabilities(self) -> Capabilities:
        return self.can

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        done: list[LevelResult] = []
        for level in levels:
            if level.sku == self.stops_at:
                self.stops_at = ""
                error = Unreachable("the line is dead")
                error.results = tuple(done)
                raise error
            self.said.append((level.sku, level.quantity))
            if level.sku in self.refuses:
                done.append(LevelResult(level.sku, "refused", error=self.refuses[level.sku]))
                continue
            self.on_the_way.append(level)
            if self.can.settles_in is None:
                self.apply()
            if self.can.settles_in is None and self.names_back:
                done.append(
                    LevelResult(level.sku, "confirmed", level.quantity, level.price_minor, listing=self.listing)
                )
            else:
                done.append(LevelResult(level.sku, "accepted"))
        return tuple(done)

    def apply(self) -> None:
        for level in self.on_the_way:
            self.held[level.sku] = (level.quantity, level.price_minor)
        self.on_the_way.clear()

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        return tuple(LevelResult(sku, "confirmed", *self.held.get(sku, (99, 1290))) for sku in skus)


async def shop(database: Database, folder: Path, market: Slow, **stock: int) -> tuple[Listing, Desk]:
    listing = await open_listing(database)
    await listing.sell(stock or {"MUG": 8})
    return listing, await open_desk(listing, market, folder)


async def push(desk: Desk) -> Any:
    return await handlers.push(desk.account, a_job("PushInventory"), Nothing())


async def settle(desk: Desk) -> Any:
    return await handlers.settle(desk.account, a_job("SettleOffers"), Nothing())


async def count(listing: Listing, desk: Desk, sku: str, left: int) -> None:
    await inventory.adjust(listing.db, listing.products[sku], set_to=left, actor="test", now=desk.clock.now())


async def test_a_change_waits_until_the_word_before_it_holds(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    assert await listing.offer_states() == {"MUG": "sent"}
    await count(listing, desk, "MUG", 0)
    await desk.clock.advance(30)
    assert await push(desk) == Done({"offers": 0, "sent": 0, "confirmed": 0, "failed": 0})
    assert market.said == [("MUG", 8)]
    assert await settle(desk) == Done({"confirmed": 0, "different": 0, "on_their_way": 1})
    market.apply()
    await desk.clock.advance(30)
    assert await settle(desk) == Done({"confirmed": 1, "different": 0, "on_their_way": 0})
    await desk.clock.advance(1)
    await push(desk)
    assert market.said == [("MUG", 8), ("MUG", 0)]
    market.apply()
    assert await settle(desk) == Done({"confirmed": 1, "different": 0, "on_their_way": 0})
    assert await listing.offer_states() == {"MUG": "synced"}
    assert market.held == {"MUG": (0, 1290)}


async def test_looks_are_put_until_everything_holds(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    waiting = "SELECT count(*) FROM jobs WHERE kind = 'SettleOffers' AND state = 'waiting'"
    assert await listing.db.fetch_value(waiting) == 1
    async with listing.db.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    await settle(desk)
    assert await listing.db.fetch_value(waiting) == 1


async def test_what_was_accepted_and_never_applied_is_sent_again_after_its_time(
    database: Database, tmp_path: Path
) -> None:
    market = Slow()
    _, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.on_the_way.clear()  # it accepts and ignores
    await desk.clock.advance(5 * 60)
    assert await handlers.read_back(desk.account, a_job("ReadBackOffers"), Nothing()) == Done(
        {"offers": 1, "confirmed": 0, "different": 0, "failed": 0}
    )
    await desk.clock.advance(6 * 60)
    assert await settle(desk) == Done({"confirmed": 0, "different": 1, "on_their_way": 0})
    await push(desk)
    assert market.said == [("MUG", 8)] * 2


async def test_what_went_before_a_push_stopped_is_on_its_way_and_the_rest_is_not(
    database: Database, tmp_path: Path
) -> None:
    market = Slow(stops_at="B")
    listing, desk = await shop(database, tmp_path, market, A=1, B=2, C=3)
    with pytest.raises(Unreachable):
        await push(desk)
    assert await listing.offer_states() == {"A": "sent", "B": "different", "C": "different"}
    await push(desk)
    assert market.said == [("A", 1), ("B", 2), ("C", 3)]


async def test_revisions_are_counted_by_the_vendors_day_and_the_last_ones_kept_for_zero(
    database: Database, tmp_path: Path
) -> None:
    market = Slow(can=COUNTING)
    listing, desk = await shop(database, tmp_path, market)
    for left in range(20, 34):
        await count(listing, desk, "MUG", left)
        await push(desk)
    assert len(market.said) == 8  # 80 % of ten
    await count(listing, desk, "MUG", 0)
    await push(desk)
    assert market.said[-1] == ("MUG", 0)
    await count(listing, desk, "MUG", 7)
    await push(desk)
    assert market.said[-1] == ("MUG", 7)
    await count(listing, desk, "MUG", 0)
    await push(desk)
    assert len(market.said) == 10  # the vendor would take no more today
    await desk.clock.advance(24 * 3600)
    await push(desk)
    assert market.said[-1] == ("MUG", 0)


@pytest.mark.parametrize(("listing", "most"), [("330000000001", 8), (None, 16)])
async def test_offers_of_one_listing_share_its_revisions(
    database: Database, tmp_path: Path, listing: str | None, most: int
) -> None:
    market = Slow(can=COUNTING, listing=listing)
    store, desk = await shop(database, tmp_path, market, RED=8, BLUE=8)
    for left in range(20, 34):
        for sku in ("RED", "BLUE"):
            await count(store, desk, sku, left)
            await push(desk)
    assert len(market.said) == most  # 80 % of ten, of the listing or of each


async def test_a_level_that_is_known_there_costs_no_revision(database: Database, tmp_path: Path) -> None:
    market = Slow(can=COUNTING)
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    await count(listing, desk, "MUG", 5)
    await count(listing, desk, "MUG", 8)
    await push(desk)
    assert market.said == [("MUG", 8)]
    assert await listing.offer_states() == {"MUG": "synced"}


async def test_changes_are_gathered_unless_something_may_be_sold_out(database: Database, tmp_path: Path) -> None:
    market = Slow()
    market.can = capabilities(gathers_for=timedelta(seconds=30), max_batch=10)
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    await desk.clock.advance(10)
    await count(listing, desk, "MUG", 5)
    waits = await push(desk)
    assert isinstance(waits, Snooze)
    assert waits.at - desk.clock.now() == timedelta(seconds=20)
    await count(listing, desk, "MUG", 0)
    await push(desk)
    assert market.said == [("MUG", 8), ("MUG", 0)]


async def test_what_may_be_sold_out_does_not_wait_for_all_of_that_time(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    await desk.clock.advance(60)
    await count(listing, desk, "MUG", 0)
    await push(desk)
    assert market.said == [("MUG", 8)]
    await desk.clock.advance(150)
    await push(desk)
    assert market.said == [("MUG", 8), ("MUG", 0)]


async def test_a_level_that_the_channel_has_sold_of_counts_as_applied_and_is_not_sent_again(
    database: Database, tmp_path: Path
) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.apply()
    await settle(desk)
    await count(listing, desk, "MUG", 20)
    await desk.clock.advance(1)
    await push(desk)
    market.apply()
    market.held["MUG"] = (17, 1290)  # three were bought since, and their orders have not come yet
    assert await settle(desk) == Done({"confirmed": 1, "different": 0, "on_their_way": 0})
    row = await listing.offer("MUG")
    assert (row["state"], row["sent_quantity"], row["confirmed_quantity"]) == ("sent", 20, 17)
    await count(listing, desk, "MUG", 17)
    await push(desk)
    assert market.said == [("MUG", 8), ("MUG", 20), ("MUG", 17)]


async def test_fewer_than_before_may_be_the_old_level_and_is_waited_for(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.apply()
    await settle(desk)
    await count(listing, desk, "MUG", 20)
    await desk.clock.advance(1)
    await push(desk)
    market.held["MUG"] = (6, 1290)
    assert await settle(desk) == Done({"confirmed": 0, "different": 0, "on_their_way": 1})


async def read_back(desk: Desk) -> Any:
    return await handlers.read_back(desk.account, a_job("ReadBackOffers"), Nothing())


async def polled(listing: Listing, desk: Desk) -> None:
    async with listing.db.transaction() as tx:
        await tx.execute(
            "UPDATE channels SET orders_polled_at = $1 WHERE id = $2", desk.clock.now(), listing.channel_id
        )


NOTHING_DIFFERS = Done({"offers": 1, "confirmed": 0, "different": 0, "failed": 0})


@pytest.mark.parametrize("can", [LATE, COUNTING], ids=["applies late", "counts revisions"])
async def test_what_was_sold_and_not_imported_yet_is_not_offered_again(
    database: Database, tmp_path: Path, can: Capabilities
) -> None:
    market = Slow(can=can)
    listing, desk = await shop(database, tmp_path, market, MUG=1)
    await push(desk)
    market.apply()
    await settle(desk)
    await desk.clock.advance(3600)
    await polled(listing, desk)
    market.held["MUG"] = (0, 1290)  # the last one was bought; the order comes with the next poll
    assert await read_back(desk) == NOTHING_DIFFERS
    await push(desk)
    assert market.said == [("MUG", 1)]
    await count(listing, desk, "MUG", 0)  # as the order does
    await push(desk)
    assert market.held == {"MUG": (0, 1290)}
    assert (await listing.offer("MUG"))["sent_quantity"] == 0


async def test_the_look_behind_a_push_does_not_offer_again_what_was_sold_since(
    database: Database, tmp_path: Path
) -> None:
    market = Slow(can=capabilities(max_batch=10), names_back=False)
    listing, desk = await shop(database, tmp_path, market, MUG=5)
    await push(desk)
    await desk.clock.advance(45)
    market.held["MUG"] = (4, 1290)
    await settle(desk)
    await push(desk)
    assert market.said == [("MUG", 5)]
    assert (await listing.offer("MUG"))["confirmed_quantity"] == 4
    await desk.clock.advance(11 * 60)
    await polled(listing, desk)
    assert (await settle(desk)).result["different"] == 1  # no order has come for it


async def test_fewer_for_which_no_order_ever_comes_is_sent_again(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.apply()
    await settle(desk)
    await desk.clock.advance(3600)
    market.held["MUG"] = (3, 1290)  # somebody changed it there
    await polled(listing, desk)
    assert await read_back(desk) == NOTHING_DIFFERS
    await desk.clock.advance(15 * 60)
    assert await read_back(desk) == NOTHING_DIFFERS  # nobody has asked for orders since
    await polled(listing, desk)
    assert await read_back(desk) == Done({"offers": 1, "confirmed": 0, "different": 1, "failed": 0})
    await push(desk)
    market.apply()
    assert market.held == {"MUG": (8, 1290)}


async def test_each_piece_that_goes_there_is_waited_for(database: Database, tmp_path: Path) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.apply()
    await settle(desk)
    for left in (7, 6, 5):
        await desk.clock.advance(600)
        await polled(listing, desk)
        market.held["MUG"] = (left, 1290)
        assert await read_back(desk) == NOTHING_DIFFERS
    assert market.said == [("MUG", 8)]


async def test_fewer_is_sent_again_after_a_day_also_where_orders_cannot_be_asked_for(
    database: Database, tmp_path: Path
) -> None:
    market = Slow()
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    market.apply()
    await settle(desk)
    await polled(listing, desk)
    await desk.clock.advance(3600)
    market.held["MUG"] = (3, 1290)
    await read_back(desk)
    await desk.clock.advance(25 * 3600)
    assert await read_back(desk) == Done({"offers": 1, "confirmed": 0, "different": 1, "failed": 0})


@pytest.mark.parametrize("code", ["ebay_25002", "not_on_channel"])
async def test_a_level_that_was_refused_is_said_again_within_the_hour_unless_the_channel_cannot_sell_of_it(
    database: Database, tmp_path: Path, code: str
) -> None:
    """The channel sells on by the level before it: what it refused once, such as a zero, must not stay unsaid."""
    market = Slow(can=capabilities(max_batch=10), refuses={"MUG": (code, "Not today.")})
    listing, desk = await shop(database, tmp_path, market)
    await push(desk)
    await desk.clock.advance(15 * 60)
    await push(desk)
    assert market.said == [("MUG", 8)]
    assert await listing.offer_states() == {"MUG": "failed"}
    await desk.clock.advance(60 * 60)
    await push(desk)
    assert len(market.said) == (1 if code == "not_on_channel" else 2)
    await desk.clock.advance(15 * 60)
    market.refuses.clear()
    await push(desk)
    assert await listing.offer_states() == {"MUG": "failed"}
    await schedule.run_now(listing.db, "demo", "letzshop", "inventory_sync", desk.clock.now())
    await push(desk)
    assert await listing.offer_states() == {"MUG": "synced"}


async def test_of_many_refused_levels_each_has_its_turn(database: Database, tmp_path: Path) -> None:
    market = Slow(can=capabilities(max_batch=10), refuses=dict.fromkeys("ABC", ("refused", "Not today.")))
    listing, desk = await shop(database, tmp_path, market, A=1, B=2, C=3)
    await push(desk)
    market.said.clear()
    for _ in range(3):
        await desk.clock.advance(3600)
        async with database.transaction() as tx:
            assert await offers.mark_refused_different(tx, listing.channel_id, desk.clock.now(), most=1) == 1
        for level in await offers.levels_to_send(database, listing.channel_id, limit=10, now=desk.clock.now()):
            market.said.append((level.sku, level.quantity))
            refused = offers.Sent(level.offer_id, level.version, "refused", error=("refused", "Not today."))
            async with database.transaction() as tx:
                await offers.record(tx, [refused], now=desk.clock.now())
    assert [sku for sku, _ in market.said] == ["A", "B", "C"]
