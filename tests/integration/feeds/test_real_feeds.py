"""Feeds that real shops published, with what a careful person counts in them by hand.

The files lie beside the repository and are not part of it; without them these tests are skipped.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from orion_daemon.connectors.feeds.reader import FeedReader
from orion_daemon.connectors.feeds.truncation import Verdict
from orion_daemon.connectors.letzshop.feed import read_feed
from orion_daemon.domain.fingerprints import Fingerprints
from orion_daemon.domain.products import IncomingProduct, RowProblem, validate

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data files are not on this machine")


class Reading(NamedTuple):
    reader: FeedReader
    products: list[IncomingProduct]
    problems: list[RowProblem]
    known: Fingerprints
    verdict: Verdict

    @property
    def by_id(self) -> dict[str, IncomingProduct]:
        return {product.marketplace_product_id: product for product in self.products}


def take(name: str, language: str, currency: str | None = "EUR", known: Fingerprints | None = None) -> Reading:
    with read_feed(DATA / name, language=language, currency=currency) as reader:
        batches = [*reader.batches(known=known)]
        verdict = reader.finish()
    rows = [row for batch in batches for row in batch.rows]
    problems = [problem for batch in batches for problem in batch.problems]
    assert not [problem for row in rows for problem in validate(row.product)]
    assert {row.product.language for row in rows} <= {language}
    return Reading(reader, [row.product for row in rows], problems, reader.fingerprints(), verdict)


def test_the_spanish_xml_with_its_byte_order_mark() -> None:
    found = take("feeds/opispost_es_bom.xml", "es")
    detected, totals = found.reader.detected, found.reader.totals
    assert (detected.format, detected.encoding, detected.has_bom, detected.delimiter) == ("xml", "utf-8", True, None)
    assert (detected.unknown_columns, detected.warnings, detected.decimal_mark) == ((), (), ".")
    assert (totals.records, totals.accepted, totals.rejected, totals.skipped, totals.warnings) == (486, 486, 0, 0, 0)
    assert totals.currencies == {"USD": 486}
    assert found.verdict.is_complete
    products = found.products
    assert len({product.item_group_id for product in products}) == 23
    assert sum(len(product.additional_image_links) for product in products) == 4270
    assert Counter(product.price_minor for product in products)[2200] == 284
    assert {product.availability for product in products} == {"in_stock"}
    assert len({product.mpn for product in products}) == 486
    assert not any(product.gtin or product.sale_price_minor or product.quantity for product in products)
    assert sum("pattern" in product.attributes for product in products) == 475
    assert sum("material" in product.attributes for product in products) == 200
    assert {product.attributes["identifier_exists"] for product in products} == {"no"}
    sleeve = found.by_id["6a17ffae-9f12-4aee-a88e-065550472ff5"]
    assert sleeve.title == 'Opispot | Funda para Portátil "La Luna Digital" - Color All-Over Print - Talla 15″'
    assert (sleeve.price_minor, sleeve.product_type_path) == (3200, "Accesorios > Fundas")


def test_the_csv_with_html_line_breaks_and_a_blank_row() -> None:
    found = take("feeds/whynot_html_newlines.csv", "en", "SGD")
    detected, totals = found.reader.detected, found.reader.totals
    assert (detected.format, detected.encoding, detected.has_bom) == ("csv", "utf-8", False)
    assert (detected.delimiter, detected.quote, detected.line_end) == (",", '"', "\n")
    assert (detected.unknown_columns, [warning.reason for warning in detected.warnings]) == ((), ["currency_assumed"])
    assert (totals.records, totals.accepted, totals.blank) == (1610, 1610, 1)
    assert (totals.rejected, totals.skipped, totals.warnings) == (0, 0, 0)
    assert totals.currencies == {"SGD": 1610}
    assert found.verdict.is_complete
    products = found.products
    assert len({product.item_group_id for product in products}) == 316
    assert {len(product.gtin or "") for product in products} == {12}
    assert sum((product.gtin or "").startswith("000") for product in products) == 78
    assert sum(product.sale_price_minor is not None for product in products) == 730
    assert sum("color" in product.attributes for product in products) == 1559
    assert sum("gender" in product.attributes for product in products) == 1599
    assert {product.attributes["size_type"] for product in products} == {"Regular"}
    assert not any("\n" in (product.image_link or "") for product in products)
    assert not any("<p>" in product.description or "<br" in product.description for product in products)
    boat = found.by_id["34046"]
    assert (boat.title, boat.gtin, boat.price_minor) == ("Mens Classic 2-Eye Boat Shoes", "000906064380", 19900)
    assert (boat.product_type_path, boat.item_group_id) == ("SHOES", "025077")


@pytest.mark.parametrize(
    ("currency", "first", "total"), [("eur", 9000, 3640400), ("usd", 9500, 3991500), ("sek", 100000, 38145000)]
)
def test_the_same_products_in_three_currencies(currency: str, first: int, total: int) -> None:
    found = take(f"feeds/cj_{currency}.csv", "en", currency.upper())
    detected, totals = found.reader.detected, found.reader.totals
    assert (detected.delimiter, detected.unknown_columns, detected.decimal_mark) == (",", (), ".")
    assert [warning.reason for warning in detected.warnings] == ["currency_assumed"]
    assert (totals.records, totals.accepted, totals.rejected, totals.warnings) == (96, 96, 0, 0)
    assert totals.currencies == {currency.upper(): 96}
    assert Counter(product.availability for product in found.products) == {"in_stock": 81, "out_of_stock": 15}
    assert sum(product.description == "" for product in found.products) == 3
    assert not any("<" in product.description or "&amp;" in product.description for product in found.products)
    assert sum("size" in product.attributes for product in found.products) == 10
    bag = found.by_id["CR2001-28189223682141"]
    assert (bag.price_minor, bag.description) == (first, "Designed in Stockholm, made in Italy")
    assert sum(product.price_minor or 0 for product in found.products) == total


@pytest.mark.parametrize(
    ("name", "records", "zero_line", "sales", "zero_sales", "former", "no_text"),
    [
        ("feeds/vozimisko_googleads_bom.csv", 427, 84, 0, 0, 84, 1),
        ("series/vozimisko_eu/001_20260316T132347.csv", 323, 50, 23, 175, 20, 25),
        ("series/vozimisko_eu/005_20260404T042508.csv", 322, 57, 0, 0, 11, 23),
        ("series/vozimisko_eu/006_20260411T042820.csv", 322, 57, 0, 0, 18, 23),
        ("series/vozimisko_eu/020_20260527T063907.csv", 397, 104, 6, 0, 109, 14),
    ],
)
def test_the_google_ads_files(
    name: str, records: int, zero_line: int, sales: int, zero_sales: int, former: int, no_text: int
) -> None:
    """One gift box at price zero, without a text, is rejected; former prices among the sale prices are left out."""
    found = take(name, "hr")
    detected, totals = found.reader.detected, found.reader.totals
    assert (detected.encoding, detected.has_bom, detected.delimiter, detected.line_end) == ("utf-8", True, ",", "\r\n")
    assert (detected.unknown_columns, detected.warnings) == ((), ())
    assert detected.columns == (
        *("id", "title", "link", "image_link", "price", "description", "subtitle", "sale_price"),
    )
    assert (totals.records, totals.accepted, totals.rejected, totals.skipped) == (records, records - 1, 1, 0)
    assert totals.currencies == {"EUR": records - 1}
    assert [(problem.line, problem.field, problem.reason, problem.value) for problem in found.problems] == [
        (zero_line, "price", "price_zero", "0.00 EUR")
    ]
    assert totals.reasons == Counter(price_zero=1, sale_price_zero=zero_sales, sale_price_not_lower=former) + Counter()
    assert totals.warnings == zero_sales + former
    assert sum(product.sale_price_minor is not None for product in found.products) == sales
    assert sum(not product.description for product in found.products) == no_text
    assert found.verdict.is_complete
    for product in found.products:
        assert (product.availability, product.gtin, product.quantity, product.item_group_id) == (None,) * 4
    assert "shopify_ZZ_15201071956354_56054646964610" in found.reader.present_ids


def test_a_byte_order_mark_and_nothing_else_is_an_empty_file() -> None:
    found = take("series/vozimisko_eu/000_20260316T141205.csv", "hr")
    assert (found.reader.totals.records, found.verdict.reasons) == (0, ("empty",))
    assert found.reader.present_ids == set()


@pytest.mark.parametrize(
    ("old", "new", "unchanged", "read", "gone"),
    [
        ("001_20260316T132347", "005_20260404T042508", 64, 257, 8),
        ("005_20260404T042508", "006_20260411T042820", 302, 19, 0),
        ("006_20260411T042820", "020_20260527T063907", 148, 248, 55),
    ],
)
def test_from_one_version_to_the_next_only_changed_rows_are_read(
    old: str, new: str, unchanged: int, read: int, gone: int
) -> None:
    before = take(f"series/vozimisko_eu/{old}.csv", "hr")
    after = take(f"series/vozimisko_eu/{new}.csv", "hr", known=before.known)
    totals = after.reader.totals
    missing = set(before.known.keys) - after.reader.present_ids
    assert (totals.unchanged, totals.accepted, len(missing)) == (unchanged, read, gone)


@pytest.mark.parametrize("name", ["feeds/opispost_es_bom.xml", "feeds/whynot_html_newlines.csv", "feeds/cj_eur.csv"])
def test_an_unchanged_feed_is_recognised_record_by_record(name: str) -> None:
    first = take(name, "en")
    again = take(name, "en", known=first.known)
    assert (again.reader.totals.unchanged, again.products, again.problems) == (len(first.products), [], [])
    assert again.reader.present_ids == first.reader.present_ids


@pytest.mark.parametrize("share", [0.3, 0.77, 0.999])
def test_a_real_feed_that_was_cut_is_not_taken_for_complete(tmp_path: Path, share: float) -> None:
    for name in ("opispost_es_bom.xml", "whynot_html_newlines.csv"):
        data = (DATA / "feeds" / name).read_bytes()
        path = tmp_path / name
        path.write_bytes(data[: int(len(data) * share)])
        with read_feed(path, language="en", announced_size=len(data)) as reader:
            accepted = sum(len(batch.rows) for batch in reader.batches())
            verdict = reader.finish()
        assert not verdict.is_complete
        assert 0 < accepted < 1610
