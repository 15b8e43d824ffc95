"""A supplier's account on both databases: its balance, and buying that pauses and goes on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised, JobsPut
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import REFRESH_SUPPLIER_PRODUCT, SupplierProductArgs
from orion_daemon.services import supply
from orion_daemon.services.errors import NotFound
from tests.support.databases import RecordingBus
from tests.support.stores import NOW
from tests.support.suppliers import ACCOUNT, KeyShop, a_balance, open_key_shop

HOUR = timedelta(hours=1)
STATE = ("buying_state", "paused_reason", "needs_minor", "paused_at")
OPEN = ("open", "", None, None)


def alerts(bus: RecordingBus) -> list[tuple[str, str]]:
    return [(event.code, event.message) for event in bus.events if isinstance(event, AlertRaised)]


async def state(shop: KeyShop) -> tuple[Any, ...]:
    row = await shop.account()
    return tuple(row[name] for name in STATE)


async def pause(shop: KeyShop, reason: str, needs: int | None, at: Any = NOW) -> bool:
    async with shop.db.transaction() as tx:
        return await supply.pause_buying(tx, shop.channel_id, reason, needs, at)


async def a_waiting_job(shop: KeyShop, reason: str) -> int:
    """A job of the account that waits for a day, for this reason."""
    async with shop.db.transaction() as tx:
        put = await mailbox.put(
            tx, REFRESH_SUPPLIER_PRODUCT, SupplierProductArgs(reason), owner=ACCOUNT, now=NOW, run_at=NOW + 24 * HOUR
        )
        await tx.execute("UPDATE jobs SET error_code = $1 WHERE id = $2", reason, put.job_id)
    return put.job_id


async def due_at(shop: KeyShop, job_id: int) -> Any:
    return await shop.db.fetch_value("SELECT run_at FROM jobs WHERE id = $1", job_id)


async def test_the_row_is_made_once_when_it_is_needed(database: Database) -> None:
    shop = await open_key_shop(database)
    rows = await asyncio.gather(*(supply.account_of(database, shop.channel_id, NOW) for _ in range(4)))
    assert len({row["id"] for row in rows}) == 1
    row = rows[0]
    facts = ("store_id", "store_code", "marketplace", "store_language", "buying_state", "catalog_walk")
    assert [row[name] for name in facts] == [shop.store_id, "demo", "codeswholesale", "en", "open", ""]
    assert supply.owner_of(row) == ACCOUNT
    with pytest.raises(NotFound):
        await supply.account_of(database, 999, NOW)


async def test_the_balance_is_kept_with_its_time(database: Database) -> None:
    shop = await open_key_shop(database)
    await supply.take_balance(database, shop.channel_id, a_balance(1500, credit=500), NOW)
    row = await shop.account()
    facts = ("currency", "balance_minor", "credit_minor", "usable_minor", "balance_at")
    assert [row[name] for name in facts] == ["EUR", 1000, 500, 1500, NOW]


async def test_a_low_balance_is_told_once_each_time_it_falls(database: Database, bus: RecordingBus) -> None:
    shop = await open_key_shop(database, low_balance_minor=1000)
    for usable in (1000, 999, 500, 1000, 400):
        await supply.take_balance(database, shop.channel_id, a_balance(usable), NOW)
    told = alerts(bus)
    assert [code for code, _ in told] == ["low_balance", "low_balance"]
    assert "9.99 EUR" in told[0][1]
    assert "under 10.00" in told[0][1]
    assert "4.00 EUR" in told[1][1]


async def test_a_first_balance_that_is_low_is_told_and_none_without_a_limit(
    database: Database, bus: RecordingBus
) -> None:
    shop = await open_key_shop(database)
    await supply.take_balance(database, shop.channel_id, a_balance(0), NOW)
    assert alerts(bus) == []
    await shop.set(low_balance_minor=1)
    async with database.transaction() as tx:
        await tx.execute("UPDATE supplier_accounts SET usable_minor = NULL")
    await supply.take_balance(database, shop.channel_id, a_balance(0), NOW)
    assert len(alerts(bus)) == 1


async def test_buying_pauses_with_one_alert_and_goes_on_once_the_balance_is_there(
    database: Database, bus: RecordingBus
) -> None:
    shop = await open_key_shop(database)
    purchase, other = await a_waiting_job(shop, "buying_paused"), await a_waiting_job(shop, "rate_limited")
    assert await pause(shop, "The balance is too low.", 2000)
    assert await state(shop) == ("paused", "The balance is too low.", 2000, NOW)
    assert not await pause(shop, "Again.", 2500)
    assert alerts(bus) == [("buying_paused", f"{ACCOUNT} buys nothing for now: The balance is too low.")]
    bus.events.clear()
    assert not await supply.take_balance(database, shop.channel_id, a_balance(1999), NOW + HOUR)
    assert await due_at(shop, purchase) == NOW + 24 * HOUR
    assert await supply.take_balance(database, shop.channel_id, a_balance(2000), NOW + 2 * HOUR)
    assert await state(shop) == OPEN
    assert [await due_at(shop, job) for job in (purchase, other)] == [NOW + 2 * HOUR, NOW + 24 * HOUR]
    assert JobsPut(ACCOUNT, frozenset({"catalog"})) in bus.events
    assert alerts(bus) == []
    assert not await supply.take_balance(database, shop.channel_id, a_balance(3000), NOW + 3 * HOUR)


async def test_the_smallest_need_counts_so_that_what_can_be_bought_is(database: Database) -> None:
    shop = await open_key_shop(database)
    for needs in (3000, 900, 2000):
        await pause(shop, f"{needs} are needed.", needs)
    assert await state(shop) == ("paused", "3000 are needed.", 900, NOW)
    assert await supply.take_balance(database, shop.channel_id, a_balance(900), NOW)


async def test_what_a_person_has_to_see_does_not_open_by_itself(database: Database) -> None:
    shop = await open_key_shop(database)
    await pause(shop, "The balance is too low.", 100)
    await pause(shop, "Somebody said so.", None)
    await pause(shop, "The balance is too low.", 100)
    assert not await supply.take_balance(database, shop.channel_id, a_balance(10_000), NOW)
    assert await state(shop) == ("paused", "Somebody said so.", None, NOW)
    purchase = await a_waiting_job(shop, "buying_paused")
    assert await supply.resume_buying(database, shop.channel_id, "ann", NOW + HOUR)
    assert await state(shop) == OPEN
    assert await due_at(shop, purchase) == NOW + HOUR
    assert not await supply.resume_buying(database, shop.channel_id, "ann", NOW + HOUR)
    [entry] = await database.fetch("SELECT * FROM audit_entries WHERE action = 'supplier.resume'")
    assert (entry["actor"], entry["store_id"], entry["detail_json"]) == (
        "ann", shop.store_id, {"reason": "Somebody said so."},
    )  # fmt: skip


async def test_a_pause_that_is_rolled_back_tells_nobody(database: Database, bus: RecordingBus) -> None:
    shop = await open_key_shop(database)
    await supply.account_of(database, shop.channel_id, NOW)

    async def pause_and_fail() -> None:
        async with database.transaction() as tx:
            await supply.pause_buying(tx, shop.channel_id, "No.", None, NOW)
            raise LookupError

    with pytest.raises(LookupError):
        await pause_and_fail()
    assert await state(shop) == OPEN
    assert alerts(bus) == []
