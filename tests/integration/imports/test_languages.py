"""One catalog in several languages: texts are added, language-neutral values do not flip back and forth."""

from pathlib import Path

from orion_daemon.db.database import Database
from tests.support.imports import mugs, open_importing, outcome, record, write_feed


async def test_a_second_language_adds_translations_and_changes_nothing_else(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "en.csv", mugs(60)), "en")
    before = await shop.products()
    french = write_feed(tmp_path / "fr.csv", mugs(60, title="Tasse", description="Une tasse."))
    assert outcome(await shop.take(french, "fr")) == ("completed", 60, 0, 60, 0, 0, 0)
    assert await shop.products() == before
    assert set((await shop.texts("fr")).values()) == {("Tasse", "Une tasse.")}
    assert (await shop.texts("en"))["SKU-00001"][0] == "Mug 1"
    assert outcome(await shop.take(french, "fr")) == ("completed", 60, 0, 0, 60, 0, 0)


async def test_the_default_language_has_the_say_about_prices_whoever_comes_first(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    french = write_feed(tmp_path / "fr.csv", [*mugs(9), record(9, price="77 EUR")])
    await shop.take(french, "fr")
    english = write_feed(tmp_path / "en.csv", mugs(10))
    row = await shop.take(english, "en")
    assert (outcome(row), row["warnings"]) == (("completed", 10, 0, 10, 0, 0, 0), 0)
    assert (await shop.products())["SKU-00009"]["price_minor"] == 1950
    french.write_text(french.read_text().replace("77 EUR", "78 EUR"))
    row = await shop.take(french, "fr")
    assert outcome(row) == ("completed", 10, 0, 0, 10, 0, 0)
    assert await shop.problems(row["id"]) == [(11, "price", "price_differs_by_language", "warning")]
    assert (await shop.products())["SKU-00009"]["price_minor"] == 1950


async def test_another_language_may_say_what_the_default_does_not_hold(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "en.csv", mugs(10)), "en")
    french = write_feed(tmp_path / "fr.csv", mugs(12))
    assert outcome(await shop.take(french, "fr")) == ("completed", 12, 2, 10, 0, 0, 0)
    french.write_text(french.read_text().replace("Brand 4", "Autre"))
    row = await shop.take(french, "fr")
    assert outcome(row) == ("completed", 12, 0, 1, 11, 0, 0)
    assert (await shop.products())["SKU-00011"]["brand"] == "Autre"
    assert (await shop.products())["SKU-00004"]["brand"] == "Brand 4"


async def test_a_product_is_gone_only_when_no_feed_holds_it(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    for language in ("en", "fr"):
        await shop.take(write_feed(tmp_path / f"{language}.csv", mugs(30)), language)
    fewer = write_feed(tmp_path / "fewer.csv", mugs(28))
    assert (await shop.take(fewer, "en"))["disappeared"] == 0
    assert (await shop.take(fewer, "fr"))["disappeared"] == 2
    gone = [key for key, row in (await shop.products()).items() if not row["is_available"]]
    assert gone == ["SKU-00028", "SKU-00029"]
