"""Dates of sale prices on their way from the feed to the catalog, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import ConstraintViolated
from orion_daemon.services import imports
from tests.support.imports import Importing, mugs, open_importing, outcome, write_feed

COLUMNS = ("id", "title", "price", "sale_price", "sale_price_effective_date")
NOVEMBER = "2026-11-01T00:00+01:00/2026-11-30T23:59+01:00"
BEGIN, END = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 22, 59, tzinfo=UTC)


def dated(path: Path, dates: str, count: int = 3, **values: str) -> Path:
    records = mugs(count, **({"sale_price": "9.00 EUR", "sale_price_effective_date": dates} | values))
    return write_feed(path, records, COLUMNS)


async def stored(shop: Importing) -> set[tuple[Any, ...]]:
    names = ("sale_price_minor", "sale_from_at", "sale_until_at", "attributes_json")
    return {tuple([product[name] for name in names]) for product in (await shop.products()).values()}


async def test_dates_are_stored_compared_and_cleared_again(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    assert outcome(await shop.take(dated(tmp_path / "a.csv", NOVEMBER)))[2:5] == (3, 0, 0)
    assert await stored(shop) == {(900, BEGIN, END, None)}
    async with database.transaction() as tx:
        await tx.execute("UPDATE offers SET state = 'synced'")
    same = "2026-10-31T23:00Z/2026-11-30T22:59Z"
    assert outcome(await shop.take(dated(tmp_path / "b.csv", same)))[2:5] == (0, 0, 3)
    assert outcome(await shop.take(dated(tmp_path / "c.csv", "/2026-11-30T22:59Z")))[2:5] == (0, 3, 0)
    assert await stored(shop) == {(900, None, END, None)}
    assert {row["state"] for row in await database.fetch("SELECT state FROM offers")} == {"different"}
    await shop.take(dated(tmp_path / "d.csv", NOVEMBER, sale_price=""))
    assert await stored(shop) == {(None, None, None, None)}


async def test_days_and_times_without_an_offset_are_of_the_stores_zone(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = dated(tmp_path / "a.csv", "2026-11-01/2026-11-30T23:59")
    await shop.take(feed)
    assert await stored(shop) == {(900, BEGIN, END, None)}
    assert outcome(await shop.take(feed))[4] == 3
    async with database.transaction() as tx:
        await tx.execute("UPDATE stores SET timezone = 'UTC'")
    await shop.take(feed)  # the very same bytes mean something else now
    hour = timedelta(hours=1)
    assert await stored(shop) == {(900, BEGIN + hour, END + hour, None)}


async def test_bad_dates_cost_the_sale_price_and_say_so(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(dated(tmp_path / "a.csv", "2026-11-30/2026-11-01", count=1))
    assert (row["state"], row["created"], row["warnings"]) == ("completed", 1, 1)
    assert await shop.problems(row["id"]) == [(2, "sale_price_effective_date", "sale_dates_reversed", "warning")]
    assert await stored(shop) == {(None, None, None, None)}


async def test_a_dry_run_tells_the_dates_and_can_be_applied(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(dated(tmp_path / "a.csv", NOVEMBER))
    dry = await shop.take(dated(tmp_path / "b.csv", "2026-11-01T00:00+01:00/", count=4), is_dry_run=True)
    found = await database.fetch(
        "SELECT before_json, after_json FROM import_changes WHERE import_job_id = $1 AND change = 'updated'", dry["id"]
    )
    assert found == [{"before_json": {"sale_until_at": END.isoformat()}, "after_json": {"sale_until_at": None}}] * 3
    import_id = await imports.apply(database, dry["id"], "ada", datetime.now(UTC))
    await shop.run(import_id)
    assert outcome(await shop.row(import_id))[:4] == ("completed", 4, 1, 3)
    assert (len(await shop.products()), await stored(shop)) == (4, {(900, BEGIN, None, None)})


async def test_a_feed_that_goes_after_another_does_not_move_its_dates(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(dated(tmp_path / "en.csv", NOVEMBER), "en")
    row = await shop.take(dated(tmp_path / "fr.csv", "2026-12-01/2026-12-31"), "fr")
    assert await stored(shop) == {(900, BEGIN, END, None)}
    assert {problem[2] for problem in await shop.problems(row["id"])} == {"price_differs_by_language"}


async def test_the_database_refuses_a_sale_that_ends_before_it_begins(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    await shop.take(dated(tmp_path / "a.csv", ""))
    for table in ("marketplace_products", "products"):
        with pytest.raises(ConstraintViolated) as caught:
            async with database.transaction() as tx:
                await tx.execute(f"UPDATE {table} SET sale_from_at = $1, sale_until_at = $2", END, BEGIN)
        assert caught.value.constraint == f"{table}_sale_dates"
