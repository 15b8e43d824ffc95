"""The pages of a walk on disk: killed anywhere, nothing is lost and nothing doubled."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors import import_pages
from orion_daemon.actors.import_pages import MOST_COLUMNS, Pages, is_bare
from orion_daemon.connectors.base import CatalogPage, CatalogRow

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


def page(*records: Mapping[str, str], then: str | None = None, total: int | None = None) -> CatalogPage:
    return CatalogPage(tuple(CatalogRow(n, cells) for n, cells in enumerate(records, 1)), then, "de", total)


def article(key: str, **cells: str) -> dict[str, str]:
    return {"id": key, "title": f"Title {key}"} | cells


def opened(folder: Path, now: datetime = NOW) -> Pages:
    return Pages.open(folder, 7, now)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def written(folder: Path) -> list[dict[str, str]]:
    with (folder / "import-7.feed").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_pages_become_one_file_with_every_column(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page(article("A", price="9.90 EUR"), article("B", asin="B0"), then="2", total=3))
    assert (pages.place.cursor, pages.place.rows, pages.place.total, pages.place.is_whole) == ("2", 2, 3, False)
    pages.add(page(article("C", title='Tasse "Été", 2\r\nZeilen\0', gtin="4006381333931")))
    assert (pages.place.cursor, pages.place.rows, pages.place.total, pages.place.is_whole) == (None, 3, 3, True)
    assert pages.write_feed() == []
    assert names(tmp_path) == ["import-7.feed"]
    header, *_ = (tmp_path / "import-7.feed").read_text(encoding="utf-8").splitlines()
    assert header == "id,title,gtin,price,asin"
    blank = {"gtin": "", "price": "", "asin": ""}
    assert written(tmp_path) == [
        article("A") | blank | {"price": "9.90 EUR"},
        article("B") | blank | {"asin": "B0"},
        article("C", title='Tasse "Été", 2\nZeilen') | blank | {"gtin": "4006381333931"},
    ]


def test_a_new_run_goes_on_behind_the_last_page(tmp_path: Path) -> None:
    opened(tmp_path).add(page(article("A"), then="2"))
    again = opened(tmp_path, NOW + timedelta(hours=23))
    assert (again.place.cursor, again.place.rows, again.place.language) == ("2", 1, "de")
    again.add(page(article("B")))
    last = opened(tmp_path, NOW + timedelta(hours=23))
    assert last.place.is_whole
    last.write_feed()
    assert [row["id"] for row in written(tmp_path)] == ["A", "B"]


@pytest.mark.parametrize("longer", [True, False])
def test_killed_between_the_page_and_its_place_the_page_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longer: bool
) -> None:
    pages = opened(tmp_path)
    pages.add(page(article("A"), then="2"))

    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Pages, "_move", kill)
        with pytest.raises(Killed):
            pages.add(page(*(article(f"B{n}") for n in range(9 if longer else 1)), then="3"))
    again = opened(tmp_path)
    assert (again.place.cursor, again.place.rows) == ("2", 1)
    again.add(page(article("B0"), article("B1"), then="3"))
    again.add(page(article("C")))
    again.write_feed()
    assert [row["id"] for row in written(tmp_path)] == ["A", "B0", "B1", "C"]


@pytest.mark.parametrize("bytes_of_page", [0, 1, 25])
def test_killed_within_a_page_it_is_asked_for_again(tmp_path: Path, bytes_of_page: int) -> None:
    pages = opened(tmp_path)
    pages.add(page(article("A"), then="2"))
    with (tmp_path / "import-7.pages").open("ab") as file:
        file.write(b'[{"id":"B","title":"Title B"}]\n'[:bytes_of_page])
    again = opened(tmp_path)
    assert again.place.cursor == "2"
    again.add(page(article("B")))
    again.write_feed()
    assert [row["id"] for row in written(tmp_path)] == ["A", "B"]


def test_killed_while_the_place_is_written_the_old_one_holds(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page(article("A"), then="2"))
    (tmp_path / "import-7.at.part").write_bytes(b'{"begun_at":"2026')
    assert opened(tmp_path).place.cursor == "2"


def damage_by(name: str, folder: Path) -> None:
    path = folder / "import-7.pages"
    data = path.read_bytes()
    match name:
        case "cut":
            path.write_bytes(data[:-3])
        case "changed":
            path.write_bytes(data.replace(b"Title A", b"Title X"))
        case "gone":
            path.unlink()
        case "no place":
            (folder / "import-7.at").write_bytes(b"{}")


@pytest.mark.parametrize("name", ["cut", "changed", "gone", "no place"])
def test_pages_that_are_not_what_was_written_begin_anew(tmp_path: Path, name: str) -> None:
    opened(tmp_path).add(page(article("A"), then="2"))
    damage_by(name, tmp_path)
    again = opened(tmp_path)
    assert (again.place.cursor, again.place.rows, again.place.bytes) == (None, 0, 0)
    again.add(page(article("Z")))
    again.write_feed()
    assert [row["id"] for row in written(tmp_path)] == ["Z"]


def test_a_walk_of_yesterday_begins_anew(tmp_path: Path) -> None:
    opened(tmp_path).add(page(article("A"), then="2"))
    late = opened(tmp_path, NOW + import_pages.FRESH)
    assert (late.place.cursor, late.place.begun_at) == (None, NOW + import_pages.FRESH)
    assert names(tmp_path) == []


def test_what_somebody_else_wrote_into_the_pages_is_not_imported(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page(article("A")))
    damage_by("changed", tmp_path)
    with pytest.raises(OSError, match="not what was written"):
        pages.write_feed()
    assert not (tmp_path / "import-7.feed").exists()


def ids_and_prices(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(row["id"], row["price"]) for row in rows]


def test_a_product_that_is_met_again_is_what_the_last_page_says(tmp_path: Path) -> None:
    """A list that moves while it is read shows a product twice; a repeated page shows all of them twice."""
    pages = opened(tmp_path)
    pages.add(page(article("A", price="1 EUR"), article("B", price="1 EUR"), then="2"))
    pages.add(page(article("B", price="2 EUR"), article("C", price="2 EUR"), then="3"))
    pages.add(page(article("C", price="2 EUR"), article("D", price="3 EUR"), article("D", price="4 EUR")))
    pages.write_feed()
    assert ids_and_prices(written(tmp_path)) == [
        ("A", "1 EUR"), ("B", "2 EUR"), ("C", "2 EUR"), ("D", "3 EUR"), ("D", "4 EUR"),
    ]  # fmt: skip


def test_rows_without_an_id_are_left_to_the_reader(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page({"title": "One"}, then="2"))
    pages.add(page({"title": "Two", "id": " "}))
    pages.write_feed()
    assert [row["title"] for row in written(tmp_path)] == ["One", "Two"]


def test_an_account_without_products_makes_a_header_alone(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page())
    pages.write_feed()
    assert is_bare(tmp_path / "import-7.feed")
    assert (tmp_path / "import-7.feed").read_text() == "id,title\n"
    other = Pages.open(tmp_path, 7, NOW)
    other.add(page(article("A")))
    other.write_feed()
    assert not is_bare(tmp_path / "import-7.feed")


def test_equal_catalogs_make_equal_files_whatever_the_order_of_their_cells(tmp_path: Path) -> None:
    files = []
    for records in (
        [article("A", color="red", asin="1"), article("B", size="M")],
        [{"asin": "1", "color": "red"} | article("A"), article("B", size="M", empty="")],
    ):
        pages = opened(tmp_path)
        pages.add(page(*records))
        pages.write_feed()
        files.append((tmp_path / "import-7.feed").read_bytes())
    assert files[0] == files[1]


def test_the_rarest_columns_beyond_the_limit_are_named_and_left_out(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    common = {f"x{n}": "1" for n in range(MOST_COLUMNS)}
    pages.add(page(article("A", **common), article("B", **common), article("C", rare="1", price="1 EUR")))
    left_out = pages.write_feed()
    assert len(left_out) == 4
    assert left_out[-1] == "rare"
    rows = written(tmp_path)
    assert len(rows[0]) == MOST_COLUMNS
    assert rows[2]["price"] == "1 EUR"


def test_text_that_no_file_can_hold_is_mended(tmp_path: Path) -> None:
    pages = opened(tmp_path)
    pages.add(page({"id": "A", "title": "half \ud83d", "a\nname ": "x", " ": "nameless"}))
    pages.write_feed()
    assert written(tmp_path) == [{"id": "A", "title": "half ?", "a name": "x"}]
