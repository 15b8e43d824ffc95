"""Feeds that are stopped before they write, and what a person may do about them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors import import_files
from orion_daemon.db.database import Database
from orion_daemon.services import imports
from orion_daemon.services.errors import Conflict, Invalid
from tests.support.imports import COLUMNS, Importing, mugs, open_importing, outcome, record, write_feed

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BROKEN: dict[str, Any] = {
    "empty": lambda data: data[:0],
    "no_records": lambda data: data.split(b"\n")[0] + b"\n",
    "last_record_short": lambda data: data[: len(data) - 60],
    "unclosed_quote": lambda data: data + b'SKU-99999,"A mug that',
    "nothing_usable": lambda data: data.split(b"\n")[0] + b"\n" + b"A,,,,,,,,,\nB,,,,,,,,,\n",
}


async def stocked(database: Database, tmp_path: Path, count: int = 60) -> tuple[Importing, Path]:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(count))
    await shop.take(feed)
    return shop, feed


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_file_that_is_not_whole_is_held_before_any_write(database: Database, tmp_path: Path, kind: str) -> None:
    shop, feed = await stocked(database, tmp_path)
    before = await shop.products()
    feed.write_bytes(BROKEN[kind](feed.read_bytes().replace(b"10.50", b"11.00")))
    row = await shop.take(feed)
    assert (row["state"], row["held_code"]) == ("held", kind)
    assert row["held_reason"].endswith(".")
    assert await shop.products() == before
    assert (await imports.summary(database, row["id"]))["state"] == "held"


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_first_file_that_is_not_whole_is_held_too(database: Database, tmp_path: Path, kind: str) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(60))
    feed.write_bytes(BROKEN[kind](feed.read_bytes()))
    row = await shop.take(feed)
    assert (row["state"], row["held_code"]) == ("held", kind)
    assert await shop.products() == {}


async def test_a_truncated_file_once_confirmed_writes_what_it_has_and_removes_nothing(
    database: Database, tmp_path: Path
) -> None:
    shop, feed = await stocked(database, tmp_path)
    data = feed.read_bytes().replace(b"Brand 1", b"Marke 1")
    feed.write_bytes(data[: len(data) // 2])
    row = await shop.take(feed)
    await imports.confirm(database, row["id"], "ada", NOW)
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    products = await shop.products()
    assert row["state"] in ("completed", "partially_completed")
    assert row["disappeared"] == 0
    assert all(product["is_available"] for product in products.values())
    assert 0 < sum(product["brand"] == "Marke 1" for product in products.values()) < 9
    whole = await shop.take(write_feed(tmp_path / "b.csv", mugs(59)))
    assert whole["disappeared"] == 1  # what was not concluded then is concluded now


async def test_a_header_alone_once_confirmed_empties_the_catalog(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    row = await shop.take(write_feed(feed, []))
    await imports.confirm(database, row["id"], "ada", NOW)
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    assert (*outcome(row), row["disappeared"]) == ("completed", 0, 0, 0, 0, 0, 0, 60)


async def test_a_small_shop_does_not_lose_its_catalog_to_a_feed_of_one(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", guard={"min_rows": 20})
    await shop.take(write_feed(tmp_path / "a.csv", mugs(15)))
    row = await shop.take(write_feed(tmp_path / "a.csv", mugs(1)))
    assert (row["state"], row["held_code"]) == ("held", "removed_share")
    assert all(product["is_available"] for product in (await shop.products()).values())
    await imports.confirm(database, row["id"], "ada", NOW)
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    assert (*outcome(row), row["disappeared"]) == ("completed", 1, 0, 0, 1, 0, 0, 14)


async def test_confirming_imports_the_very_file_that_was_judged(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    row = await shop.take(write_feed(feed, mugs(20)))
    assert row["held_code"] == "removed_share"
    feed.unlink()
    await imports.confirm(database, row["id"], "ada", NOW)
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    assert (*outcome(row), row["disappeared"]) == ("completed", 20, 0, 0, 20, 0, 0, 40)
    assert [*(tmp_path / "imports").iterdir()] == []  # nothing is left lying about


async def test_a_slipped_decimal_point_is_held(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    feed.write_bytes(feed.read_bytes().replace(b".50 EUR", b"50.00 EUR"))
    row = await shop.take(feed)
    assert (row["state"], row["held_code"]) == ("held", "prices_moved")
    assert "60 of 60 prices" in row["held_reason"]


async def test_a_sale_on_everything_is_not_a_slip(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    row = await shop.take(write_feed(feed, [record(n, price=f"{2 + n // 5}.99 EUR") for n in range(60)]))
    assert outcome(row) == ("completed", 60, 0, 60, 0, 0, 0)


async def test_a_file_that_was_never_judged_is_judged_although_another_was_confirmed(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(100)))
    row = await shop.take(write_feed(tmp_path / "b.csv", mugs(60)))
    assert row["state"] == "held"
    await imports.confirm(database, row["id"], "ada", NOW)
    import_files.remove(tmp_path / "imports", row["id"])
    write_feed(tmp_path / "b.csv", mugs(30))
    await shop.run(row["id"])
    again = await shop.row(row["id"])
    assert (again["state"], again["is_confirmed"], again["held_code"]) == ("held", False, row["held_code"])
    assert all(product["is_available"] for product in (await shop.products()).values())


async def test_mostly_unreadable_records_are_held_and_remove_nothing_even_when_confirmed(
    database: Database, tmp_path: Path
) -> None:
    shop, feed = await stocked(database, tmp_path)
    row = await shop.take(write_feed(feed, mugs(20) + mugs(55, price="?")[20:]))
    assert (row["state"], row["held_code"], row["rejected"]) == ("held", "rejected_share", 35)
    await imports.confirm(database, row["id"], "ada", NOW)
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    assert (*outcome(row), row["disappeared"]) == ("partially_completed", 55, 0, 0, 20, 35, 0, 0)
    assert len(await shop.problems(row["id"])) == 35


async def test_a_held_import_can_be_discarded(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    row = await shop.take(write_feed(feed, mugs(5)))
    await imports.discard(database, row["id"], "ada", NOW)
    row = await shop.row(row["id"])
    assert (row["state"], row["error_code"], row["decided_by"]) == ("failed", "discarded", "ada")
    with pytest.raises(Conflict):
        await imports.confirm(database, row["id"], "ada", NOW)
    with pytest.raises(Conflict):
        await imports.discard(database, row["id"], "ada", NOW)


async def test_a_newer_file_supersedes_a_held_one(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    held = await shop.take(write_feed(feed, mugs(5)))
    good = await shop.take(write_feed(feed, mugs(61)))
    assert outcome(good) == ("completed", 61, 1, 0, 60, 0, 0)
    assert (await shop.row(held["id"]))["error_code"] == "superseded"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", "html_page"),
        (b'{"error": "not found"}', "json"),
        (b"sku;bezeichnung\n1;Tasse\n", None),
        (b"foo,bar\n1,2\n", "columns_missing"),
        (b"PK\x05\x06" + bytes(18), "zip_empty"),
    ],
)
async def test_what_is_no_feed_fails_with_a_sentence(
    database: Database, tmp_path: Path, content: bytes, code: str | None
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    file = tmp_path / "feed"
    file.write_bytes(content)
    row = await shop.take(file)
    if code is None:
        assert row["state"] == "completed"
    else:
        assert (row["state"], row["error_code"]) == ("failed", code)
        assert row["error_message"].endswith(".")
        assert (await imports.summary(database, row["id"]))["problems"][-1]["reason"] == code


async def test_one_import_of_a_feed_at_a_time(database: Database, tmp_path: Path) -> None:
    shop, feed = await stocked(database, tmp_path)
    running = await shop.request(feed)
    with pytest.raises(Conflict) as refused:
        await shop.request(feed)
    assert refused.value.code == "import_running"
    await shop.request(feed, "fr")  # another feed
    await shop.run(running)
    await shop.request(feed)


@pytest.mark.parametrize(
    ("language", "source"),
    [("en", " "), ("", "/a"), ("english, please", "/a"), ("en", "https://ada:secret@shop.example/f")],
)
async def test_a_request_that_cannot_be_is_refused(
    database: Database, tmp_path: Path, language: str, source: str
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    with pytest.raises(Invalid) as refused:
        await shop.request(source, language)
    assert "secret" not in refused.value.message


async def test_feeds_of_the_settings_are_asked_for_once(database: Database, tmp_path: Path) -> None:
    feeds = [
        {"language": "en", "url": "https://shop.example/en.csv"},
        {"language": "fr", "path": str(tmp_path / "fr.csv"), "complete": False},
    ]
    shop = await open_importing(database, tmp_path / "imports", feeds=feeds)
    channel = await shop.channel()
    async with database.transaction() as tx:
        ids = await imports.request_feeds(tx, channel, NOW)
        assert await imports.request_feeds(tx, channel, NOW) == []
    rows = [await shop.row(import_id) for import_id in ids]
    assert [(row["language"], row["is_complete"], row["requested_by"]) for row in rows] == [
        ("en", True, "schedule"),
        ("fr", False, "schedule"),
    ]
    assert rows[0]["source"] == "https://shop.example/en.csv"


async def test_the_columns_of_the_fixture_are_known(tmp_path: Path) -> None:
    assert write_feed(tmp_path / "a.csv", []).read_text() == ",".join(COLUMNS) + "\n"
