"""The feed that Letzshop reads: whole files, strict rows, and the way back through the importer."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.letzshop.feed import read_feed
from orion_daemon.connectors.letzshop.publish import COLUMNS, FeedRow, PublishRefused, check, write_feed
from orion_daemon.domain.sales import ALWAYS, SaleDates
from orion_daemon.domain.text import clean_line, clean_text

MUG = FeedRow(id="MUG", title="Mug bleu", price_minor=1290, availability="in_stock", quantity=8, tax_rate=17)
FULL = replace(
    MUG,
    id="FULL",
    description='Grès, 30 cl\n\n"bleu"\tfin'.replace("\t", " "),
    product_type="Maison > Vaisselle",
    image_link="https://x.example/1.jpg",
    link="https://x.example/mug",
    sale_price_minor=990,
    preorder_days=2,
    google_product_category="Home & Garden",
    additional_product_types=("Cadeaux",),
    brand="Exemplis",
    gtin="4000000000013",
    color="bleu",
    size="30 cl",
    gender="unisex",
    age_group="adult",
    boost_sort=65,
    delivery_method="nationwide",
    item_group_id="G1",
    additional_image_links=("https://x.example/2.jpg", "https://x.example/3.jpg"),
    adult=False,
)


def test_a_feed_has_the_published_columns_parted_by_tabs(tmp_path: Path) -> None:
    file = write_feed(tmp_path / "fr.csv", [MUG, FULL])
    data = file.path.read_bytes()
    assert (file.rows, file.bytes, file.refused) == (2, len(data), ())
    header, mug, full = csv.reader(data.decode("utf-8").splitlines(keepends=True), delimiter="\t")
    assert tuple(header) == COLUMNS
    assert mug[:10] == ["MUG", "Mug bleu", "12.90", "", "", "in stock", "", "false", "17", "8"]
    row = dict(zip(header, full, strict=True))
    assert (row["sale_price"], row["atalanda:boost_sort"], row["identifier_exists"]) == ("9.90", "6.5", "true")
    assert row["additional_image_link"] == "https://x.example/2.jpg,https://x.example/3.jpg"


BEGIN, END = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sale", "dates", "cell"),
    [
        (990, SaleDates(BEGIN, END), "2026-10-31T23:00+00:00/2026-11-30T22:59:59+00:00"),
        (990, SaleDates(None, END), "/2026-11-30T22:59:59+00:00"),
        (990, SaleDates(BEGIN, None), "2026-10-31T23:00+00:00/"),
        (990, ALWAYS, ""),
        (None, SaleDates(BEGIN, END), ""),
    ],
)
def test_the_dates_of_a_sale_go_out_with_it_and_read_back(
    tmp_path: Path, sale: int | None, dates: SaleDates, cell: str
) -> None:
    path = write_feed(tmp_path / "fr.csv", [replace(MUG, sale_price_minor=sale, sale_dates=dates)]).path
    header, mug = csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    assert dict(zip(header, mug, strict=True))["sale_price_effective_date"] == cell
    with read_feed(path, language="fr") as reader:
        [product] = [row.product for batch in reader.batches() for row in batch.rows]
    assert product.sale_price_minor == sale
    assert (product.sale_from_at, product.sale_until_at) == (dates if sale else ALWAYS)


def test_pieces_that_nobody_counts_leave_their_cell_empty(tmp_path: Path) -> None:
    file = write_feed(tmp_path / "fr.csv", [replace(MUG, quantity=None)])
    header, mug = csv.reader(file.path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    row = dict(zip(header, mug, strict=True))
    assert (row["availability"], row["atalanda:quantity"], file.refused) == ("in stock", "", ())


def test_the_same_rows_give_the_same_tag_and_other_rows_another(tmp_path: Path) -> None:
    first = write_feed(tmp_path / "a.csv", [MUG])
    assert write_feed(tmp_path / "b.csv", iter([MUG])).etag == first.etag
    assert write_feed(tmp_path / "b.csv", [replace(MUG, quantity=7)]).etag != first.etag


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "id_missing"),
        ({"id": " MUG"}, "id_spaces"),
        ({"id": "a\tb"}, "control_characters"),
        ({"title": ""}, "title_missing"),
        ({"title": "two\nlines"}, "control_characters"),
        ({"description": "null\0"}, "control_characters"),
        ({"description": "bare\rreturn"}, "control_characters"),
        ({"brand": "\ud800"}, "control_characters"),
        ({"currency": "USD"}, "currency"),
        ({"price_minor": 0}, "price_zero"),
        ({"sale_price_minor": 1290}, "sale_price_not_lower"),
        ({"availability": "maybe"}, "availability_unknown"),
        ({"quantity": -1}, "quantity_negative"),
        ({"tax_rate": 20}, "tax_rate_unknown"),
        ({"gtin": "4000000000014"}, "gtin_invalid"),
        ({"boost_sort": 101}, "boost_sort_range"),
        ({"delivery_method": "drone"}, "delivery_method_unknown"),
        ({"age_group": "teen"}, "age_group_unknown"),
        ({"link": "/mug"}, "link_unusable"),
        ({"additional_image_links": ("https://x.example/a,b",)}, "link_unusable"),
        ({"additional_product_types": ("a", "b", "c", "d")}, "too_many"),
        ({"preorder_days": -1}, "preorder_days_negative"),
    ],
)
def test_a_row_that_cannot_be_written_unharmed_is_left_out_and_reported(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    file = write_feed(tmp_path / "fr.csv", [FULL, replace(MUG, **changes)])
    assert file.rows == 1
    assert [[problem.reason for problem in refusal.problems] for refusal in file.refused] == [[reason]]


def test_a_second_row_of_an_id_is_left_out(tmp_path: Path) -> None:
    file = write_feed(tmp_path / "fr.csv", [MUG, replace(MUG, quantity=1)])
    assert [refusal.problems[0].reason for refusal in file.refused] == ["duplicate_id"]


@pytest.mark.parametrize("rows", [[replace(MUG, title="")], [replace(MUG, boost_sort=80)]])
def test_a_feed_that_must_not_go_out_leaves_the_old_one_in_place(tmp_path: Path, rows: list[FeedRow]) -> None:
    old = write_feed(tmp_path / "fr.csv", [FULL, MUG]).path.read_bytes()
    with pytest.raises(PublishRefused):
        write_feed(tmp_path / "fr.csv", rows)
    assert (tmp_path / "fr.csv").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["fr.csv"]


def test_a_failure_while_writing_leaves_the_old_feed_in_place(tmp_path: Path) -> None:
    old = write_feed(tmp_path / "fr.csv", [MUG]).path.read_bytes()

    def rows() -> "list[FeedRow]":
        yield MUG  # type: ignore[misc]
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        write_feed(tmp_path / "fr.csv", rows())
    assert (tmp_path / "fr.csv").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["fr.csv"]


TEXT = st.text(max_size=40)
ROWS = st.builds(
    FeedRow,
    id=TEXT,
    title=TEXT,
    price_minor=st.integers(1, 10**9),
    availability=st.sampled_from(["in_stock", "out_of_stock", "preorder", "backorder"]),
    quantity=st.none() | st.integers(0, 10**6),
    tax_rate=st.sampled_from([0, 3, 8, 14, 17]),
    description=TEXT,
    brand=TEXT,
)


@given(st.lists(ROWS, max_size=8))
def test_what_is_published_reads_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[FeedRow]) -> None:
    path = tmp_path_factory.mktemp("feed") / "fr.csv"
    wanted: dict[str, FeedRow] = {}
    for row in rows:
        if not check(row):
            wanted.setdefault(row.id, row)
    if not wanted:
        return
    file = write_feed(path, rows)
    assert file.rows == len(wanted)
    with read_feed(path, language="fr") as reader:
        found = [row.product for batch in reader.batches() for row in batch.rows]
        assert reader.finish().is_complete
    assert [product.marketplace_product_id for product in found] == [*wanted]
    for product in found:
        row = wanted[product.marketplace_product_id]
        assert (product.title, product.description) == (clean_line(row.title), clean_text(row.description))
        assert (product.price_minor, product.quantity) == (row.price_minor, row.quantity)
        assert (product.availability, product.tax_rate) == (row.availability, str(row.tax_rate))
