"""A supplier's account at work: walks that stop and go on, hints, texts, the balance; a catalog in little memory."""

import logging
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from orion_daemon.actors.account import SupplierAccount
from orion_daemon.actors.handlers import supply as handlers
from orion_daemon.actors.handlers.supply import MOST_PAGES, MOST_RESTARTS, MOST_TEXTS, RESTS
from orion_daemon.connectors.errors import AuthRefused, Malformed, RateLimited, Rejected, Unreachable
from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.domain.supply import SupplierText, SupplierTexts
from orion_daemon.jobs.kinds import Nothing, SupplierProductArgs, WalkArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Snooze
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import supply, supply_walks
from tests.support.stores import NOW
from tests.support.suppliers import Open, Supplier, a_product, games, ids, open_account, repriced

JOB = cast("Job", None)
"""These handlers ask nothing of it."""
MIB = 1 << 20


async def walk(account: Open, *, is_full: bool = True) -> Outcome:
    return await handlers.sync_catalog(cast("SupplierAccount", account), JOB, WalkArgs(is_full))


async def to_the_end(account: Open, *, is_full: bool = True) -> tuple[dict[str, Any], int]:
    """The result, and how often the walk rested."""
    rests = 0
    while not isinstance(outcome := await walk(account, is_full=is_full), Done):
        assert isinstance(outcome, Snooze)
        assert (outcome.at, outcome.reason) == (account.clock.now(), RESTS)
        rests += 1
    assert outcome.result is not None
    return outcome.result, rests


def later(account: Open, time: timedelta) -> datetime:
    cast("ManualClock", account.clock).shift_wall(time.total_seconds())
    return account.clock.now()


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.__dict__["action"] for record in caplog.records if record.levelno >= logging.WARNING]


async def test_the_whole_list_is_read_page_by_page(database: Database) -> None:
    account = await open_account(database, Supplier(games(25)))
    result, rests = await to_the_end(account)
    assert (result, rests) == (
        {"walk": "full", "products": 25, "changed": 25, "unreadable": 0, "missing": 0, "gone": 0, "held": False}, 0,
    )  # fmt: skip
    assert await account.shop.available() == ids(games(25))
    assert [call[1] for call in account.connector.calls] == [None, "10", "20"]


async def test_a_delta_asks_for_what_changed_and_takes_nothing_away(database: Database) -> None:
    supplier = Supplier(games(5))
    account = await open_account(database, supplier)
    await to_the_end(account)
    later(account, timedelta(hours=6))
    supplier.changed = repriced(games(1), 5)
    result, _ = await to_the_end(account, is_full=False)
    assert (result["walk"], result["products"], result["changed"]) == ("delta", 1, 1)
    assert supplier.calls[-1] == ("page", None, NOW - timedelta(minutes=5))
    assert len(await account.shop.available()) == 5
    assert (await account.shop.catalog())["game-1"]["price_minor"] == 5


async def test_a_long_walk_rests_and_goes_on_behind_its_last_page(database: Database) -> None:
    account = await open_account(database, Supplier(games(MOST_PAGES * 2 + 5), page_size=1))
    result, rests = await to_the_end(account)
    assert (result["products"], rests) == (MOST_PAGES * 2 + 5, 2)
    assert len({call[1] for call in account.connector.calls}) == len(account.connector.calls)


async def test_a_slow_walk_rests_by_the_clock(database: Database) -> None:
    clock = ManualClock(NOW)

    class Slow(Supplier):
        async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
            await clock.advance(50.0)
            return await super().fetch_products(cursor, updated_since)

    account = await open_account(database, Slow(games(6), page_size=1), clock)
    _, rests = await to_the_end(account)
    assert (rests, len(account.connector.calls)) == (1, 6)


@pytest.mark.parametrize("fault", [Unreachable("away"), RateLimited("slower", retry_after=3), AuthRefused("no")])
async def test_a_failure_keeps_the_pages_before_it(database: Database, fault: BaseException) -> None:
    account = await open_account(database, Supplier(games(25), faults={3: fault}))
    with pytest.raises(type(fault)):
        await walk(account)
    assert len(await account.shop.available()) == 20
    result, _ = await to_the_end(account)
    assert result["products"] == 25
    assert [call[1] for call in account.connector.calls] == [None, "10", "20", "20"]


async def test_a_refused_cursor_begins_the_walk_anew(database: Database) -> None:
    supplier = Supplier(games(25))
    account = await open_account(database, supplier)
    await to_the_end(account)
    later(account, timedelta(days=1))
    supplier.products = games(20)
    supplier.refused = {"10"}
    result, _ = await to_the_end(account)
    assert (result["products"], result["gone"]) == (20, 5)
    assert [call[1] for call in supplier.calls[3:]] == [None, "10", None, "10"]


async def test_a_supplier_that_refuses_every_cursor_is_not_asked_for_ever(database: Database) -> None:
    class Forgetful(Supplier):
        async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
            if cursor is not None:
                self.refused = {cursor}
            return await super().fetch_products(cursor, updated_since)

    account = await open_account(database, Forgetful(games(25)))
    with pytest.raises(Rejected) as caught:
        await walk(account)
    assert caught.value.code == "cursor_refused"
    assert len(account.connector.calls) == 2 * (MOST_RESTARTS + 1)


async def test_another_refusal_is_no_reason_to_begin_anew(database: Database) -> None:
    account = await open_account(database, Supplier(games(25), faults={2: Rejected("No.", code="not_permitted")}))
    with pytest.raises(Rejected):
        await walk(account)
    assert (await account.shop.account())["catalog_cursor"] == "10"


async def test_pages_that_lead_in_a_circle_end_the_walk_and_the_next_begins_anew(database: Database) -> None:
    class Circle(Supplier):
        async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
            page = await super().fetch_products(cursor, updated_since)
            return replace(page, next_cursor="10")

    account = await open_account(database, Circle(games(25)))
    with pytest.raises(Malformed) as caught:
        await walk(account)
    assert caught.value.code == "paging_circle"
    now = await supply_walks.current_walk(database, account.channel_id)
    assert now is not None
    assert now.cursor is None


async def test_an_entry_that_moved_between_pages_is_looked_at_before_it_goes(database: Database) -> None:
    supplier = Supplier(games(30))
    account = await open_account(database, supplier)
    await to_the_end(account)
    await account.shop.adopt("game-1", "game-2", "game-3")
    later(account, timedelta(days=1))
    supplier.hidden = {"game-1", "game-5"}
    supplier.products = [one for one in supplier.products if one.product_id != "game-2"]
    supplier.set(a_product(1, cost=777))
    result, _ = await to_the_end(account)
    assert (result["missing"], result["gone"]) == (2, 2)
    assert await account.shop.available() == ids(games(30)) - {"game-2", "game-5"}
    assert (await account.shop.catalog())["game-1"]["price_minor"] == 777
    assert supplier.calls[-2:] == [("product", "game-1"), ("product", "game-2")]


async def test_one_that_cannot_be_looked_at_goes_and_the_walk_ends_all_the_same(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    supplier = Supplier(games(5))
    account = await open_account(database, supplier)
    await to_the_end(account)
    await account.shop.adopt("game-1")
    supplier.unreadable = {"game-1": "game-1 has no price"}
    supplier.faults = {3: Malformed("game-1 has no price")}
    result, _ = await to_the_end(account)
    assert (result["unreadable"], result["gone"]) == (1, 1)
    assert warned(caplog) == ["supply.unreadable"] * 2


async def test_what_is_held_back_is_said(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    supplier = Supplier(games(200), page_size=100)
    account = await open_account(database, supplier)
    await to_the_end(account)
    supplier.products = games(100)
    result, _ = await to_the_end(account)
    assert (result["missing"], result["gone"], result["held"]) == (100, 0, True)
    assert warned(caplog) == ["supply.held"]
    assert len(await account.shop.available()) == 200


# -- hints -------------------------------------------------------------------------------------------------------------


async def refresh(account: Open, key: str) -> dict[str, Any] | None:
    outcome = await handlers.refresh_product(cast("SupplierAccount", account), JOB, SupplierProductArgs(key))
    assert isinstance(outcome, Done)
    return outcome.result


async def test_a_hint_is_looked_up_and_not_believed(database: Database) -> None:
    supplier = Supplier(games(2))
    account = await open_account(database, supplier)
    await to_the_end(account)
    supplier.set(a_product(1, quantity=0))
    assert await refresh(account, "game-1") == {"created": 0, "changed": 1}
    assert (await account.shop.catalog())["game-1"]["availability"] == "out_of_stock"
    supplier.products = [*games(1, first=2), a_product(3)]
    assert await refresh(account, "game-1") == {"gone": True}
    assert await refresh(account, "game-3") == {"created": 1, "changed": 0}
    assert await refresh(account, "never-heard-of") == {"gone": False}
    assert await account.shop.available() == {"game-2", "game-3"}


# -- texts -------------------------------------------------------------------------------------------------------------


async def fetch_texts(account: Open) -> Outcome:
    return await handlers.fetch_texts(cast("SupplierAccount", account), JOB, Nothing())


async def test_texts_are_fetched_once_for_what_is_sold(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    found = SupplierTexts("game-1", (SupplierText("de", "Spiel 1", "Gut."),), unknown_territories=("klingon",))
    supplier = Supplier(games(5), texts={"game-1": found, "game-3": Malformed("unreadable")})
    account = await open_account(database, supplier)
    await to_the_end(account)
    await account.shop.adopt("game-1", "game-2", "game-3")
    assert await fetch_texts(account) == Done({"fetched": 3, "changed": 1})
    assert await account.shop.texts("game-1") == {"en": ("Game 1", None), "de": ("Spiel 1", "Gut.")}
    assert warned(caplog) == ["supply.texts_unreadable", "supply.unknown_territories"]
    asked = len(supplier.calls)
    assert await fetch_texts(account) == Done({"fetched": 0, "changed": 0})
    assert len(supplier.calls) == asked


async def test_many_texts_are_fetched_with_rests(database: Database) -> None:
    count = MOST_TEXTS + 20
    account = await open_account(database, Supplier(games(count), page_size=100))
    await to_the_end(account)
    await account.shop.adopt(*ids(games(count)))
    assert isinstance(await fetch_texts(account), Snooze)
    assert await fetch_texts(account) == Done({"fetched": 20, "changed": 0})


async def test_a_limit_keeps_the_texts_before_it(database: Database) -> None:
    supplier = Supplier(games(3))
    account = await open_account(database, supplier)
    await to_the_end(account)
    await account.shop.adopt(*ids(games(3)))
    supplier.faults = {len(supplier.calls) + 2: RateLimited("slower")}
    with pytest.raises(RateLimited):
        await fetch_texts(account)
    assert await fetch_texts(account) == Done({"fetched": 2, "changed": 0})


# -- the balance -------------------------------------------------------------------------------------------------------


async def test_the_balance_is_watched(database: Database) -> None:
    supplier = Supplier(usable=100)
    account = await open_account(database, supplier)
    async with database.transaction() as tx:
        await supply.pause_buying(tx, account.channel_id, "The balance is too low.", 500, NOW)
    told = {"usable_minor": 100, "currency": "EUR", "buying_goes_on": False}
    assert await handlers.watch_balance(cast("SupplierAccount", account), JOB, Nothing()) == Done(told)
    supplier.usable = 500
    told = {"usable_minor": 500, "currency": "EUR", "buying_goes_on": True}
    assert await handlers.watch_balance(cast("SupplierAccount", account), JOB, Nothing()) == Done(told)
    assert (await account.shop.account())["buying_state"] == "open"


# -- a large catalog ---------------------------------------------------------------------------------------------------


class Endless(Supplier):
    """Makes its products as they are asked for, and keeps neither them nor the calls."""

    def __init__(self, count: int, page_size: int = 200) -> None:
        super().__init__(page_size=page_size)
        self.count = count

    async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
        start = int(cursor or 0)
        end = min(start + self.page_size, self.count)
        return ProductPage(tuple(games(end - start, first=start)), str(end) if end < self.count else None)


async def grown(account: Open) -> float:
    """The most memory that a whole walk had at once, in MiB above what there was before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        await to_the_end(account)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (peak - before) / MIB


@pytest.mark.parametrize(
    ("count", "most"), [(3_000, 3.0), pytest.param(50_000, 12.0, marks=pytest.mark.long)], ids=["3000", "50000"]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_large_catalog_is_walked_through_in_little_memory(database: Database, count: int, most: float) -> None:
    account = await open_account(database, Endless(count))
    assert await grown(account) < most
    later(account, timedelta(days=1))
    assert await grown(account) < most
    assert await database.fetch_value("SELECT count(*) FROM marketplace_products WHERE is_available") == count
