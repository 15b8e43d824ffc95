"""Files that imports leave behind: gone once nobody needs them, and never before."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orion_daemon.actors import import_files
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageBusy
from orion_daemon.services import imports, jobs
from tests.support.imports import Importing, killing, mugs, open_importing, outcome, write_feed

DAY = timedelta(days=1)
HELD = "held"


async def shop_of(database: Database, tmp_path: Path, database_url: str = "") -> Importing:
    return await open_importing(database, tmp_path / "var" / "imports", database_url, chunk_rows=20)


def age(*paths: Path, days: float = 3) -> None:
    then = (datetime.now(UTC) - days * DAY).timestamp()
    for path in paths:
        os.utime(path, (then, then))


async def sweep(shop: Importing, *, keep: timedelta = DAY) -> list[str]:
    """What is left, as the daily maintenance leaves it."""
    before = datetime.now(UTC) - keep
    folder, uploads = shop.options.folder, shop.options.uploads
    old = import_files.older(folder, uploads, before)
    ids, sources = await imports.needed_files(shop.db, before)
    gone = import_files.delete(old, ids, sources, before)
    left = [path.name for one in (folder, uploads) if one.exists() for path in sorted(one.iterdir())]
    assert gone <= len(old)
    return left


async def ended(database: Database, import_id: int, *, days: float = 3) -> None:
    async with database.transaction() as tx:
        then = datetime.now(UTC) - days * DAY
        await tx.execute("UPDATE import_jobs SET finished_at = $2 WHERE id = $1", import_id, then)


def upload(shop: Importing, number: int) -> Path:
    shop.options.uploads.mkdir(parents=True, exist_ok=True)
    return write_feed(shop.options.uploads / f"upload-{number:032x}", mugs(30 + number))


async def held(shop: Importing, tmp_path: Path, language: str) -> int:
    feed = write_feed(tmp_path / "cut.csv", mugs(60))
    feed.write_bytes(feed.read_bytes()[:-60])
    row = await shop.take(feed, language)
    assert row["state"] == HELD
    return int(row["id"])


async def test_the_copy_of_a_held_import_stays_until_somebody_has_decided(database: Database, tmp_path: Path) -> None:
    shop = await shop_of(database, tmp_path)
    numbers = {language: await held(shop, tmp_path, language) for language in ("en", "fr", "de")}
    copies = {language: import_files.copy_of(shop.options.folder, number) for language, number in numbers.items()}
    age(*copies.values())
    assert await sweep(shop) == sorted(path.name for path in copies.values())
    now = datetime.now(UTC)
    await imports.discard(database, numbers["en"], "ada", now)
    await imports.cancel(database, numbers["fr"], "ada", now)
    superseding = await shop.take(write_feed(tmp_path / "whole.csv", mugs(61)), "de")
    assert superseding["state"] == "completed"
    assert (await shop.row(numbers["de"]))["error_code"] == "superseded"
    assert await sweep(shop) == sorted(path.name for path in copies.values())  # somebody may want to look
    await ended(database, numbers["en"])
    await ended(database, numbers["fr"])
    assert await sweep(shop) == [copies["de"].name]
    await ended(database, numbers["de"])
    assert await sweep(shop) == []


async def test_what_a_killed_import_needs_to_go_on_is_never_touched(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = await shop_of(database, tmp_path, database_url)
    source = upload(shop, 5_000)
    import_id = await shop.request(source)
    shop.work = killing(1)
    with pytest.raises(StorageBusy):
        await shop.run(import_id)
    copy = import_files.copy_of(shop.options.folder, import_id)
    age(source, copy)
    assert await sweep(shop) == [copy.name, source.name]
    shop.work = None
    await shop.run(import_id)
    assert outcome(await shop.row(import_id))[:2] == ("completed", 5_030)
    await ended(database, import_id)
    assert await sweep(shop) == []


async def test_leftovers_of_killed_processes_go_when_they_are_old(database: Database, tmp_path: Path) -> None:
    shop = await shop_of(database, tmp_path)
    waiting = await shop.request(upload(shop, 1))
    done = await shop.take(upload(shop, 2), "fr")
    await ended(database, done["id"])
    folder, uploads = shop.options.folder, shop.options.uploads
    leftovers = [
        folder / f"import-{done['id']}.feed",  # killed between its end and the removal
        folder / f"import-{done['id']}.feed.part",
        folder / "import-99999.feed",  # of a database that is gone
        uploads / f"upload-{3:032x}",  # nobody asked for its import
        uploads / f"upload-{4:032x}.4711.part",
    ]
    needed = [folder / f"import-{waiting}.feed.part", uploads / f"upload-{1:032x}"]
    foreign = [folder / "notes.txt", uploads / "import-1.feed", uploads / "upload-of-mine.csv"]
    for path in (*leftovers, *needed, *foreign):
        path.touch()
    age(*needed, *foreign, uploads / f"upload-{2:032x}")
    names = {path.name for path in (*leftovers, *needed, *foreign)}
    assert set(await sweep(shop)) == names  # they may be of this moment
    age(*leftovers)
    assert set(await sweep(shop)) == {path.name for path in (*needed, *foreign)}
    outside = tmp_path / "precious.csv"
    outside.touch()
    (folder / "import-88888.feed").symlink_to(outside)
    await sweep(shop)
    assert outside.exists()


async def test_an_upload_that_comes_again_in_the_middle_of_the_sweep_stays(database: Database, tmp_path: Path) -> None:
    shop = await shop_of(database, tmp_path)
    path = upload(shop, 1)
    age(path)
    before = datetime.now(UTC) - DAY
    old = import_files.older(shop.options.folder, shop.options.uploads, before)
    assert old == [path]
    path.touch()
    assert import_files.delete(old, (), (), before) == 0
    assert path.exists()


async def test_folders_that_are_not_there_yet_are_empty(database: Database, tmp_path: Path) -> None:
    assert await sweep(await shop_of(database, tmp_path)) == []


async def test_an_import_whose_job_is_gone_ends_and_frees_its_feed(database: Database, tmp_path: Path) -> None:
    shop = await shop_of(database, tmp_path)
    feed = write_feed(tmp_path / "a.csv", mugs(30))
    now = datetime.now(UTC)
    waits, withdrawn, dead = [await shop.request(feed, language) for language in ("en", "fr", "de")]
    rows = await database.fetch("SELECT id FROM jobs ORDER BY id")
    assert await jobs.cancel(database, [rows[1]["id"]], actor="ada", now=now) == [rows[1]["id"]]
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE jobs SET state = 'dead', finished_at = $2, error_code = 'poison' WHERE id = $1", rows[2]["id"], now
        )
        await tx.execute("UPDATE import_jobs SET state = 'upserting' WHERE id = $1", dead)
    assert await imports.end_abandoned(database, now) == 1
    assert [(await shop.row(one))["error_code"] for one in (waits, withdrawn, dead)] == ["", "abandoned", "abandoned"]
    assert await imports.end_abandoned(database, now) == 0
    for language in ("fr", "de"):
        assert (await shop.take(feed, language))["state"] == "completed"
    assert (await shop.row(waits))["state"] == "pending"
