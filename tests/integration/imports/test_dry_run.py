"""Dry runs: what would change is stored, nothing is written, and exactly that can be applied later."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import imports
from orion_daemon.services.errors import Conflict
from tests.support.imports import Importing, mugs, open_importing, outcome, record, write_feed

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


async def stocked(database: Database, tmp_path: Path) -> Importing:
    shop = await open_importing(database, tmp_path / "imports", chunk_rows=20)
    await shop.take(write_feed(tmp_path / "a.csv", mugs(60)))
    return shop


def newer(tmp_path: Path) -> Path:
    """60 known ones less 5, one price and one title changed, two new ones."""
    records = mugs(62)[5:]
    records[0] |= {"price": "1.23 EUR"}
    records[1] |= {"title": "Cup 6"}
    return write_feed(tmp_path / "b.csv", records)


async def changes(database: Database, import_id: int) -> list[tuple[str, str]]:
    rows = await database.fetch(
        "SELECT marketplace_product_id, change FROM import_changes WHERE import_job_id = $1 ORDER BY id", import_id
    )
    return [(row["marketplace_product_id"], row["change"]) for row in rows]


async def test_a_dry_run_stores_the_difference_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    before = await shop.products()
    row = await shop.take(newer(tmp_path), is_dry_run=True)
    assert (*outcome(row), row["disappeared"]) == ("completed", 57, 2, 2, 53, 0, 0, 5)
    assert await shop.products() == before
    assert sorted(await changes(database, row["id"])) == [
        *((f"SKU-0000{n}", "disappeared") for n in range(5)),
        ("SKU-00005", "updated"),
        ("SKU-00006", "updated"),
        ("SKU-00060", "created"),
        ("SKU-00061", "created"),
    ]
    found = await database.fetch_one(
        "SELECT before_json, after_json FROM import_changes WHERE import_job_id = $1"
        " AND marketplace_product_id = 'SKU-00005'",
        row["id"],
    )
    assert found == {"before_json": {"price_minor": 1550}, "after_json": {"price_minor": 123}}


async def test_a_dry_run_tells_what_the_guard_would_say(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    row = await shop.take(write_feed(tmp_path / "b.csv", mugs(10)), is_dry_run=True)
    assert (row["state"], row["held_code"], row["disappeared"]) == ("completed", "removed_share", 50)


async def test_the_stored_difference_is_applied_as_it_stands(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    feed = newer(tmp_path)
    dry = await shop.take(feed, is_dry_run=True)
    feed.unlink()
    import_id = await imports.apply(database, dry["id"], "ada", NOW)
    await shop.run(import_id)
    row = await shop.row(import_id)
    assert (*outcome(row), row["disappeared"]) == ("completed", 4, 2, 2, 0, 0, 0, 5)
    products = await shop.products()
    assert len(products) == 62
    assert sum(product["is_available"] for product in products.values()) == 57
    assert products["SKU-00005"]["price_minor"] == 123
    assert (await shop.texts("en"))["SKU-00006"][0] == "Cup 6"
    assert (products["SKU-00061"]["attributes_json"], products["SKU-00061"]["brand"]) == ({"color": "green"}, "Brand 5")
    assert outcome(await shop.take(newer(tmp_path))) == ("completed", 57, 0, 0, 57, 0, 0)


async def test_products_that_moved_since_are_left_alone_and_reported(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    dry = await shop.take(newer(tmp_path), is_dry_run=True)
    moved = mugs(61)  # 60 exists now, too
    moved[5] |= {"price": "9.99 EUR"}
    await shop.take(write_feed(tmp_path / "c.csv", moved))
    import_id = await imports.apply(database, dry["id"], "ada", NOW)
    await shop.run(import_id)
    row = await shop.row(import_id)
    assert (*outcome(row), row["disappeared"]) == ("completed", 4, 1, 1, 0, 0, 2, 5)
    listed = await database.fetch("SELECT reason, value FROM import_problems WHERE import_job_id = $1", import_id)
    assert {(problem["reason"], problem["value"]) for problem in listed} == {
        ("moved_since", "SKU-00005"),
        ("moved_since", "SKU-00060"),
    }
    assert (await shop.products())["SKU-00005"]["price_minor"] == 999


async def test_a_difference_is_applied_once(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    dry = await shop.take(newer(tmp_path), is_dry_run=True)
    for expected in (("completed", 4, 2, 2, 0, 0, 0), ("completed", 9, 0, 0, 0, 0, 9)):
        import_id = await imports.apply(database, dry["id"], "ada", NOW)
        await shop.run(import_id)
        assert outcome(await shop.row(import_id)) == expected


async def test_only_a_finished_dry_run_can_be_applied(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    real = await database.fetch_value("SELECT max(id) FROM import_jobs")
    waiting = await shop.request(newer(tmp_path), is_dry_run=True)
    for import_id in (real, waiting):
        with pytest.raises(Conflict):
            await imports.apply(database, import_id, "ada", NOW)


async def test_a_translation_is_part_of_the_difference(database: Database, tmp_path: Path) -> None:
    shop = await stocked(database, tmp_path)
    french = write_feed(tmp_path / "fr.csv", [record(3, title="Tasse"), record(99, title="Pot")])
    dry = await shop.take(french, "fr", is_dry_run=True, is_complete=False)
    assert outcome(dry) == ("completed", 2, 1, 1, 0, 0, 0)
    await shop.run(await imports.apply(database, dry["id"], "ada", NOW))
    assert {key: title for key, (title, _) in (await shop.texts("fr")).items()} == {
        "SKU-00003": "Tasse",
        "SKU-00099": "Pot",
    }
