"""What an import writes, and what it leaves alone, on both databases."""

from pathlib import Path

from orion_daemon.db.database import Database
from tests.support.imports import COLUMNS, mugs, open_importing, outcome, record, write_feed


async def test_a_product_is_stored_with_all_that_its_record_says(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(
        tmp_path / "a.csv",
        [record(1, gtin="000906064380", sale_price="9,99 EUR", price="12,50 EUR", color="deep red", brand="Ä & Ö")],
    )
    assert outcome(await shop.take(feed)) == ("completed", 1, 1, 0, 0, 0, 0)
    [row] = (await shop.products()).values()
    stored = ("gtin", "brand", "currency", "price_minor", "sale_price_minor", "availability", "is_available")
    assert tuple(row[column] for column in stored) == ("000906064380", "Ä & Ö", "EUR", 1250, 999, "in_stock", True)
    assert row["attributes_json"] == {"color": "deep red"}
    assert await shop.texts("en") == {"SKU-00001": ("Mug 1", "A mug with the number 1.")}


async def test_the_same_feed_again_writes_nothing(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(120))
    await shop.take(feed)
    before = await shop.products()
    assert outcome(await shop.take(feed)) == ("completed", 120, 0, 0, 120, 0, 0)
    feed.write_bytes(feed.read_bytes() + b"\n")  # other bytes, the same records
    assert outcome(await shop.take(feed)) == ("completed", 120, 0, 0, 120, 0, 0)
    assert await shop.products() == before


async def test_records_written_differently_with_the_same_content_are_unchanged(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(60)))
    before = await shop.products()
    other = [row | {"price": row["price"].replace(".", ",").replace(" EUR", " €")} for row in mugs(60)]
    feed = write_feed(tmp_path / "b.csv", other, ("color", *reversed(COLUMNS[:-1])))
    assert outcome(await shop.take(feed)) == ("completed", 60, 0, 0, 60, 0, 0)
    assert await shop.products() == before


async def test_one_changed_record_is_one_write(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    records = mugs(120)
    await shop.take(write_feed(tmp_path / "a.csv", records))
    before = await shop.products()
    records[70] |= {"price": "11.11 EUR"}
    assert outcome(await shop.take(write_feed(tmp_path / "a.csv", records))) == ("completed", 120, 0, 1, 119, 0, 0)
    after = await shop.products()
    moved = [key for key in after if after[key] != before[key]]
    assert moved == ["SKU-00070"]
    assert after["SKU-00070"]["price_minor"] == 1111
    assert after["SKU-00070"]["updated_at"] > before["SKU-00070"]["updated_at"]


async def test_a_product_goes_and_comes_back(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    everything, fewer = (write_feed(tmp_path / f"{n}.csv", mugs(n)) for n in (40, 39))
    await shop.take(everything)
    row = await shop.take(fewer)
    assert (*outcome(row), row["disappeared"]) == ("completed", 39, 0, 0, 39, 0, 0, 1)
    gone = (await shop.products())["SKU-00039"]
    assert (gone["is_available"], gone["unavailable_at"] is not None) == (False, True)
    fewer.write_bytes(fewer.read_bytes() + b"\n")
    row = await shop.take(fewer)
    assert row["disappeared"] == 0
    assert (await shop.products())["SKU-00039"] == gone  # once
    row = await shop.take(everything)
    assert outcome(row) == ("completed", 40, 0, 1, 39, 0, 0)
    back = (await shop.products())["SKU-00039"]
    assert (back["is_available"], back["unavailable_at"], back["id"]) == (True, None, gone["id"])


async def test_a_partial_feed_makes_nothing_unavailable_and_a_complete_one_notices_later(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    extra = write_feed(tmp_path / "b.csv", [record(100), record(0, price="99 EUR")])
    row = await shop.take(extra, is_complete=False)
    assert (*outcome(row), row["disappeared"]) == ("completed", 2, 1, 1, 0, 0, 0, 0)
    assert all(product["is_available"] for product in (await shop.products()).values())
    row = await shop.take(write_feed(tmp_path / "c.csv", mugs(39)))
    assert (*outcome(row), row["disappeared"]) == ("completed", 39, 0, 1, 38, 0, 0, 2)
    assert not (await shop.products())["SKU-00100"]["is_available"]


async def test_a_partial_file_then_taken_for_the_whole_catalog_is_read_anew(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    some = write_feed(tmp_path / "b.csv", mugs(35))
    assert (await shop.take(some, is_complete=False))["disappeared"] == 0
    assert (await shop.take(some))["disappeared"] == 5


async def test_bad_records_are_listed_and_the_others_imported(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    records = [
        *mugs(6),
        record(6, price="free"),
        record(7, title=""),
        record(8, gtin="4.00638E+12"),
        record(2),
        record(3, price="1 EUR"),
    ]
    row = await shop.take(write_feed(tmp_path / "a.csv", records))
    assert (*outcome(row), row["warnings"]) == ("partially_completed", 11, 7, 0, 0, 3, 1, 1)
    found = await shop.problems(row["id"])
    assert [(line, field, severity) for line, field, _, severity in found] == [
        (8, "price", "rejected"),
        (9, "title", "rejected"),
        (10, "gtin", "warning"),
        (11, "id", "skipped"),
        (12, "id", "rejected"),
    ]
    assert (await shop.products())["SKU-00008"]["gtin"] is None
    same = await shop.take(tmp_path / "a.csv")
    assert outcome(same) == ("partially_completed", 11, 0, 0, 7, 3, 1)
    assert await shop.problems(same["id"]) == found


async def test_a_record_that_became_unusable_is_not_a_missing_product(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(20)))
    records = mugs(20)
    records[4] |= {"price": "?"}
    row = await shop.take(write_feed(tmp_path / "a.csv", records))
    assert (*outcome(row), row["disappeared"]) == ("partially_completed", 20, 0, 0, 19, 1, 0, 0)
    row = await shop.take(write_feed(tmp_path / "a.csv", mugs(20)))
    assert outcome(row) == ("completed", 20, 0, 0, 20, 0, 0)


async def test_the_list_of_problems_is_bounded_and_the_count_is_not(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", guard={"max_problems": 30})
    row = await shop.take(write_feed(tmp_path / "a.csv", [*mugs(100), *mugs(100, price="-")]))
    assert (row["rejected"], row["problems"], len(await shop.problems(row["id"]))) == (100, 30, 30)


async def test_columns_that_a_feed_does_not_have_keep_what_is_stored(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(30)))
    before = await shop.products()
    narrow = write_feed(tmp_path / "b.csv", mugs(30, title="New"), ("id", "title"))
    assert outcome(await shop.take(narrow)) == ("completed", 30, 0, 30, 0, 0, 0)
    assert await shop.products() == before
    assert (await shop.texts("en"))["SKU-00003"] == ("New", "A mug with the number 3.")


async def test_a_cell_that_was_emptied_is_emptied(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(10, sale_price="1 EUR")))
    await shop.take(write_feed(tmp_path / "b.csv", mugs(10, brand="", color="")))
    product = (await shop.products())["SKU-00005"]
    assert (product["sale_price_minor"], product["brand"], product["attributes_json"]) == (None, None, None)


async def test_two_stores_import_side_by_side_without_touching_each_other(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    import asyncio

    from tests.support.imports import with_processes

    shops = [
        with_processes(await open_importing(database, tmp_path / "imports", database_url, store=store, chunk_rows=20))
        for store in ("one", "two")
    ]
    feeds = [write_feed(tmp_path / f"{n}.csv", mugs(count, brand=str(n))) for n, count in enumerate((300, 400))]
    rows = await asyncio.gather(*(shop.take(feed) for shop, feed in zip(shops, feeds, strict=True)))
    assert [outcome(row)[:3] for row in rows] == [("completed", 300, 300), ("completed", 400, 400)]
    for number, shop in enumerate(shops):
        assert {row["brand"] for row in (await shop.products()).values()} == {str(number)}
