"""Walks over a supplier's price list on both databases: resumed, begun anew, ended, held back where much is gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.supply import SupplierProduct
from orion_daemon.services import schedule, supply_pages, supply_walks
from orion_daemon.services.errors import NotFound, Refused
from orion_daemon.services.schedule import ScheduleDeclaration
from orion_daemon.services.stores import ChannelDeclaration, put_channel
from orion_daemon.services.supply_costs import cost_read_at
from orion_daemon.services.supply_walks import LONGEST_WALK, OVERLAP, Ended, Walk
from tests.support.databases import RecordingBus
from tests.support.stores import NOW
from tests.support.suppliers import KeyShop, a_product, games, ids, open_key_shop

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def begin(shop: KeyShop, kind: Any = "full", at: datetime = NOW) -> Walk:
    return await supply_walks.begin_walk(shop.db, shop.channel_id, kind, at)


async def take(
    shop: KeyShop, products: list[SupplierProduct], cursor: str | None = None, at: datetime = NOW, **page: Any
) -> None:
    await supply_pages.take_page(shop.db, shop.channel_id, ProductPage(tuple(products), cursor, **page), at)


async def end(shop: KeyShop, at: datetime = NOW) -> Ended:
    return await supply_walks.end_walk(shop.db, shop.channel_id, at)


async def walked(
    shop: KeyShop, products: list[SupplierProduct], at: datetime = NOW, kind: Any = "full", **page: Any
) -> Ended:
    await begin(shop, kind, at)
    await take(shop, products, at=at, **page)
    return await end(shop, at)


def alerts(bus: RecordingBus) -> list[str]:
    return [event.code for event in bus.events if isinstance(event, AlertRaised)]


async def test_a_walk_goes_on_behind_its_last_page(database: Database) -> None:
    shop = await open_key_shop(database)
    assert await supply_walks.current_walk(database, shop.channel_id) is None
    assert await begin(shop) == Walk("full", None, None, NOW, is_read=False)
    await take(shop, games(2), "after-2")
    there = Walk("full", "after-2", None, NOW, is_read=False)
    assert await begin(shop, at=NOW + HOUR) == await supply_walks.current_walk(database, shop.channel_id) == there
    await take(shop, games(2, first=3))
    assert (await begin(shop, at=NOW + HOUR)).is_read
    assert await end(shop) == Ended("full", 4, 4, 0)
    assert (await begin(shop, at=NOW + 2 * HOUR)).began_at == NOW + 2 * HOUR


async def test_a_delta_asks_for_changes_since_shortly_before_the_last_walk_began(database: Database) -> None:
    shop = await open_key_shop(database)
    assert (await begin(shop, "delta")).kind == "full"  # nothing is known yet
    await take(shop, games(3))
    await end(shop)
    first = await begin(shop, "delta", NOW + HOUR)
    assert first == Walk("delta", None, NOW - OVERLAP, NOW + HOUR, is_read=False)
    await take(shop, [a_product(1, cost=1)], "x", NOW + HOUR)
    assert (await begin(shop, "delta", NOW + 2 * HOUR)).since == NOW - OVERLAP
    await take(shop, [], None, NOW + 2 * HOUR)
    assert await end(shop, NOW + 2 * HOUR) == Ended("delta", 1, 1, 0)
    assert await shop.available() == ids(games(3))
    assert (await begin(shop, "delta", NOW + 3 * HOUR)).since == NOW + HOUR - OVERLAP


async def test_a_full_walk_serves_for_a_delta_and_goes_before_one(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(2))
    await begin(shop, "delta", NOW + HOUR)
    await take(shop, games(1), "x", NOW + HOUR)
    assert (await begin(shop, "full", NOW + 2 * HOUR)).cursor is None
    await take(shop, games(1), "y", NOW + 2 * HOUR)
    assert (await begin(shop, "delta", NOW + 3 * HOUR)) == Walk("full", "y", None, NOW + 2 * HOUR, is_read=False)


async def test_a_walk_that_lies_for_long_begins_anew(database: Database) -> None:
    shop = await open_key_shop(database)
    await begin(shop)
    await take(shop, games(1), "x")
    assert (await begin(shop, at=NOW + LONGEST_WALK - HOUR)).cursor == "x"
    assert await begin(shop, at=NOW + LONGEST_WALK) == Walk("full", None, None, NOW + LONGEST_WALK, is_read=False)
    assert (await shop.account())["catalog_products"] == 0


async def test_what_was_seen_before_a_new_beginning_does_not_count(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(3))
    await begin(shop, at=NOW + HOUR)
    await take(shop, games(2), "x", NOW + HOUR)
    assert (await supply_walks.restart_walk(database, shop.channel_id, NOW + 2 * HOUR)).began_at == NOW + 2 * HOUR
    await take(shop, games(1), None, NOW + 2 * HOUR)
    ended = await end(shop, NOW + 2 * HOUR)
    assert (ended.missing, ended.gone) == (2, 2)
    assert await shop.available() == {"game-1"}


async def test_what_the_pages_did_not_show_goes_also_after_a_restart(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(5))
    await shop.adopt("game-5")
    await shop.settle_offers()
    await begin(shop, at=NOW + DAY)
    await take(shop, games(2), "x", NOW + DAY)
    await begin(shop, at=NOW + DAY)  # as after a crash: nothing was kept but rows
    await take(shop, games(1, first=3) + games(1, first=9), None, NOW + DAY)
    assert await supply_walks.missing_adopted(database, shop.channel_id, 9) == ["game-5"]
    ended = await end(shop, NOW + DAY)
    assert (ended.missing, ended.gone, ended.is_held) == (2, 2, False)
    assert await shop.available() == {"game-1", "game-2", "game-3", "game-9"}
    assert (await shop.catalog())["game-5"]["unavailable_at"] == NOW + DAY
    assert (await shop.offers())["game-5"]["state"] == "different"
    assert await database.fetch_value("SELECT count(*) FROM supplier_walk_pages") == 0


async def test_a_product_that_was_looked_at_by_itself_counts_as_shown(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(3))
    await shop.adopt("game-2", "game-3")
    await begin(shop, at=NOW + DAY)
    await take(shop, games(1), None, NOW + DAY)
    assert await supply_walks.missing_adopted(database, shop.channel_id, 1) == ["game-2"]
    assert await supply_walks.missing_adopted(database, shop.channel_id, 9) == ["game-2", "game-3"]
    await supply_pages.take_products(database, shop.channel_id, games(1, first=3), NOW + DAY)
    assert (await end(shop, NOW + DAY)).gone == 1
    assert await shop.available() == {"game-1", "game-3"}


async def test_ending_twice_after_a_crash_changes_nothing_more(database: Database) -> None:
    """The products went in one transaction, the walk was to be closed in the next."""
    shop = await open_key_shop(database)
    await walked(shop, games(3))
    await begin(shop, at=NOW + DAY)
    await take(shop, games(2), None, NOW + DAY)
    async with database.transaction() as tx:
        number = (await shop.catalog())["game-3"]["id"]
        await supply_pages.make_unavailable(tx, [number], NOW + DAY)
    assert (await begin(shop, at=NOW + DAY)).is_read
    ended = await end(shop, NOW + DAY)
    assert (ended.missing, ended.gone) == (0, 0)
    with pytest.raises(RuntimeError, match="has not reached its end"):
        await end(shop, NOW + DAY)


async def test_a_walk_that_has_pages_left_cannot_be_ended(database: Database) -> None:
    shop = await open_key_shop(database)
    await begin(shop)
    await take(shop, games(1), "x")
    assert await supply_walks.missing_adopted(database, shop.channel_id, 9) == []
    with pytest.raises(RuntimeError, match="demo:codeswholesale"):
        await end(shop)


async def test_a_list_that_lost_very_much_is_held_back_and_costs_grow_old(
    database: Database, bus: RecordingBus
) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(200))
    await shop.adopt("game-200")
    await walked(shop, [], NOW + HOUR, "delta")
    bus.events.clear()
    ended = await walked(shop, games(120), NOW + DAY)
    assert (ended.missing, ended.gone, ended.is_held) == (80, 0, True)
    assert alerts(bus) == ["supplier_products_missing"]
    rows = await shop.catalog()
    assert len(await shop.available()) == 200
    times = await cost_read_at(database, [rows["game-1"]["id"], rows["game-200"]["id"]])
    assert list(times.values()) == [NOW + DAY, NOW + HOUR]
    await walked(shop, [], NOW + DAY + HOUR, "delta")
    times = await cost_read_at(database, [rows["game-1"]["id"], rows["game-200"]["id"]])
    assert list(times.values()) == [NOW + DAY + HOUR, NOW + HOUR]


async def test_what_was_held_back_comes_back_with_the_next_walk_or_goes_by_a_persons_word(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(200))
    assert (await walked(shop, games(100), NOW + DAY)).is_held
    assert (await walked(shop, games(130), NOW + 2 * DAY)).is_held
    rows = await shop.catalog()
    assert {row["missing_at"] for row in rows.values()} == {None, NOW + DAY}
    assert rows["game-120"]["missing_at"] is None
    assert rows["game-120"]["read_at"] == NOW + 2 * DAY
    assert rows["game-120"]["updated_at"] == NOW
    assert await supply_walks.let_missing_go(database, shop.channel_id, "ann", NOW + 3 * DAY) == 70
    assert await shop.available() == ids(games(130))
    assert await supply_walks.let_missing_go(database, shop.channel_id, "ann", NOW + 3 * DAY) == 0
    entries = await database.fetch("SELECT * FROM audit_entries WHERE action = 'supplier.let_missing_go' ORDER BY id")
    assert [(entry["actor"], entry["detail_json"]) for entry in entries] == [
        ("ann", {"products": 70}), ("ann", {"products": 0}),
    ]  # fmt: skip


async def test_an_empty_list_is_no_reason_to_empty_a_catalog(database: Database, bus: RecordingBus) -> None:
    shop = await open_key_shop(database)
    assert not (await walked(shop, [])).is_held  # there was nothing
    await walked(shop, games(3))
    await shop.adopt("game-1")
    await begin(shop, at=NOW + DAY)
    await take(shop, [], None, NOW + DAY)
    assert await supply_walks.missing_adopted(database, shop.channel_id, 9) == []
    assert (await end(shop, NOW + DAY)).is_held
    assert await shop.available() == ids(games(3))
    assert alerts(bus) == ["supplier_products_missing"]


async def test_the_share_is_the_accounts_own(database: Database) -> None:
    shop = await open_key_shop(database, max_removed_share=0.6)
    await walked(shop, games(200))
    assert (await walked(shop, games(100), NOW + DAY)).gone == 100


async def test_a_delta_with_products_that_cannot_be_read_proves_nothing(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(3))
    ended = await walked(shop, games(1), NOW + HOUR, "delta", unreadable=("game-2 cannot be read",))
    assert ended.unreadable == 1
    account = await shop.account()
    assert (account["catalog_full_at"], account["catalog_delta_at"]) == (NOW, NOW)
    [job] = await shop.jobs("SyncSupplierCatalog")
    assert (job["owner"], job["lane"], job["args_json"]) == ("demo:codeswholesale", "catalog", {"is_full": True})
    await walked(shop, games(1) + games(1, first=3), NOW + 2 * HOUR, unreadable=("game-2 cannot be read",))
    assert await shop.available() == {"game-1", "game-3"}
    assert (await shop.account())["catalog_delta_at"] == NOW + 2 * HOUR


async def test_after_a_walk_texts_are_fetched(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(1))
    [job] = await shop.jobs("FetchTexts")
    assert (job["owner"], job["state"], job["channel_id"]) == ("demo:codeswholesale", "waiting", shop.channel_id)


async def test_there_is_no_walk_for_a_channel_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound):
        await supply_walks.begin_walk(database, 999, "full", NOW)


async def test_two_accounts_do_not_see_each_others_catalog(database: Database) -> None:
    shop = await open_key_shop(database)
    await walked(shop, games(3))
    other = KeyShop(
        database,
        shop.store_id,
        await put_channel(database, shop.store_id, ChannelDeclaration("codeswholesale-b", is_supplier=True), NOW),
        shop.letzshop_id,
    )
    await walked(other, games(2))
    await walked(other, games(1), NOW + DAY)
    assert (await shop.available(), await other.available()) == (ids(games(3)), {"game-1"})


# -- the schedule ------------------------------------------------------------------------------------------------------

SYNC = ScheduleDeclaration("codeswholesale_catalog_sync", "21600s", "UTC", is_enabled=True)
BALANCE = ScheduleDeclaration("supplier_balance", "600s", "UTC", is_enabled=True)


async def ticked(database: Database, name: str, now: datetime) -> int | None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE scheduled_jobs SET next_run_at = $1 WHERE name = $2", now, name)
        row_id = await tx.fetch_value("SELECT id FROM scheduled_jobs WHERE name = $1", name)
    return await schedule.tick(database, row_id, now, now, now + HOUR)


async def test_a_tick_puts_a_walk_for_each_account_of_a_supplier_and_a_full_one_once_a_day(database: Database) -> None:
    shop = await open_key_shop(database)
    await put_channel(database, shop.store_id, ChannelDeclaration("codeswholesale-b", is_supplier=True), NOW)
    await put_channel(
        database, shop.store_id, ChannelDeclaration("codeswholesale-c", is_active=False, is_supplier=True), NOW
    )
    await schedule.apply_declared(database, [SYNC, BALANCE], NOW)
    await walked(shop, games(1))
    assert await ticked(database, SYNC.name, NOW + 6 * HOUR) == 2
    jobs = await shop.jobs("SyncSupplierCatalog")
    assert [(job["owner"], job["args_json"]["is_full"]) for job in jobs] == [
        ("demo:codeswholesale", False), ("demo:codeswholesale-b", True),
    ]  # fmt: skip
    assert await ticked(database, SYNC.name, NOW + DAY) == 2
    jobs = await shop.jobs("SyncSupplierCatalog")
    assert [(job["owner"], job["args_json"]["is_full"]) for job in jobs[2:]] == [("demo:codeswholesale", True)]
    assert await ticked(database, BALANCE.name, NOW) == 2
    assert {job["owner"] for job in await shop.jobs("WatchBalance")} == {"demo:codeswholesale", "demo:codeswholesale-b"}


async def test_a_person_can_have_it_done_now(database: Database) -> None:
    shop = await open_key_shop(database)
    assert await schedule.run_now(database, "demo", "codeswholesale", BALANCE.name, NOW) == 1
    assert await schedule.run_now(database, "demo", "codeswholesale", SYNC.name, NOW) == 1
    assert len(await shop.jobs("WatchBalance")) == len(await shop.jobs("SyncSupplierCatalog")) == 1
    with pytest.raises(Refused):
        await schedule.run_now(database, "demo", "letzshop", BALANCE.name, NOW)
