"""Feeds as files: what is accepted, rejected, skipped, and when the file is taken for whole."""

import gzip
import pickle
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orion_daemon.connectors.feeds.reader import Batch, FeedReader
from orion_daemon.connectors.feeds.source import FeedRefused, Limits, file_hash
from orion_daemon.connectors.feeds.truncation import Verdict
from orion_daemon.connectors.letzshop.feed import read_feed
from orion_daemon.domain.fingerprints import Fingerprints
from orion_daemon.domain.products import IncomingProduct, RowProblem, validate

HEADER = "id,title,price,description,availability,gtin,atalanda:quantity,sale_price,link\n"
MUG = "MUG,Mug,12.90,Stoneware,in stock,4000000000013,8,9.90,https://x.example/mug\n"
BOWL = 'BOWL,Bowl,"1.234,50 EUR","two\nlines",out of stock,,0,,\n'


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


def write(folder: Path, text: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def take(
    path: Path,
    *,
    known: Fingerprints | None = None,
    currency: str | None = "EUR",
    language: str = "fr",
) -> tuple[FeedReader, list[Batch], Verdict]:
    with read_feed(path, language=language, currency=currency) as reader:
        batches = [*reader.batches(known)]
        return reader, batches, reader.finish()


def products(batches: list[Batch]) -> list[IncomingProduct]:
    return [row.product for batch in batches for row in batch.rows]


def problems(batches: list[Batch]) -> list[RowProblem]:
    return [problem for batch in batches for problem in batch.problems]


def test_a_row_becomes_a_product_with_everything_the_feed_says(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "id;title;price;sale_price;description;product_type;availability;image_link;additional_image_link;gtin;mpn;brand;"
        "condition;google_product_category;atalanda:tax_rate;atalanda:quantity;item_group_id;color;shelf;digital\n"
        'MUG;Mug <b>bleu</b>;12,90 €;9,90 €;"<p>Grès</p><p>30&nbsp;cl</p>";Maison > Vaisselle;auf Lager;https://x.example/1;'
        "https://x.example/2,https://x.example/3;0004006381333931;M-1;Exemplis;New;Home;17;8;G1;bleu;A7;non\n",
    )
    _, batches, _ = take(path)
    assert products(batches) == [
        IncomingProduct(
            marketplace_product_id="MUG",
            language="fr",
            title="Mug bleu",
            description="Grès\n\n30 cl",
            gtin=None,
            mpn="M-1",
            brand="Exemplis",
            product_type="physical",
            item_group_id="G1",
            price_minor=1290,
            sale_price_minor=990,
            sale_from_at=None,
            sale_until_at=None,
            currency="EUR",
            availability="in_stock",
            quantity=8,
            condition="new",
            link=None,
            image_link="https://x.example/1",
            additional_image_links=("https://x.example/2", "https://x.example/3"),
            google_product_category="Home",
            product_type_path="Maison > Vaisselle",
            tax_rate="17",
            attributes={"color": "bleu", "shelf": "A7"},
            warnings=products(batches)[0].warnings,
        )
    ]
    assert [warning.reason for warning in products(batches)[0].warnings] == ["gtin_length"]


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (",Mug,12.90,,,,,,\n", "id", "id_missing"),
        ("A,,12.90,,,,,,\n", "title", "title_missing"),
        ("A,Mug,,,,,,,\n", "price", "price_missing"),
        ("A,Mug,cheap,,,,,,\n", "price", "price_unreadable"),
        ("A,Mug,0,,,,,,\n", "price", "price_zero"),
        ("A,Mug,-3,,,,,,\n", "price", "price_negative"),
        ('"A\nB",Mug,3,,,,,,\n', "id", "control_characters"),
        ("A,Mug,3\n", "", "row_short"),
        ("A,Mug,3,,,,,,,more\n", "", "row_long"),
        ("MUG,Other mug,3,,,,,,\n", "id", "duplicate_id"),
    ],
)
def test_a_row_that_nobody_could_sell_from_is_rejected_alone(tmp_path: Path, row: str, field: str, reason: str) -> None:
    reader, batches, verdict = take(write(tmp_path, HEADER + MUG + row + BOWL))
    assert [product.marketplace_product_id for product in products(batches)] == ["MUG", "BOWL"]
    assert [(problem.line, problem.field, problem.reason, problem.severity) for problem in problems(batches)] == [
        (3, field, reason, "rejected")
    ]
    assert (reader.totals.records, reader.totals.accepted, reader.totals.rejected) == (3, 2, 1)
    assert verdict.is_complete


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,Mug,3,,,4.00E+12,,,\n", "gtin_scientific"),
        ("A,Mug,3,,,4000000000013.0,,,\n", "gtin_decimal"),
        ("A,Mug,3,,maybe,,,,\n", "availability_unknown"),
        ("A,Mug,3,,,,lots,,\n", "quantity_unreadable"),
        ("A,Mug,3,,,,,4,\n", "sale_price_not_lower"),
        ("A,Mug,3,,,,,0.00,\n", "sale_price_zero"),
        ("A,Mug,3,,,,,2 USD,\n", "sale_price_currency"),
        ("A,Mug,3,,,,,,/mug\n", "link_unusable"),
        ('A,Mug,"1,234",,,,,,\n', "price_ambiguous"),
        ("A,Mug,3,,,0000000000000,,,\n", "gtin_placeholder"),
        ("A,Mug,3,,,,-2,,\n", "quantity_negative"),
        ('A,"Mug "deluxe"",3,,,,,,\n', "quotes_mended"),
    ],
)
def test_a_field_that_is_wrong_is_dropped_and_the_product_stays(tmp_path: Path, row: str, reason: str) -> None:
    reader, batches, _ = take(write(tmp_path, HEADER + row))
    (product,) = products(batches)
    assert [warning.reason for warning in product.warnings] == [reason]
    assert validate(product) == ()
    assert (reader.totals.warnings, reader.totals.rejected) == (1, 0)


def test_a_sale_price_that_equals_the_price_says_no_sale_and_nothing_more(tmp_path: Path) -> None:
    (product,) = products(take(write(tmp_path, HEADER + "A,Mug,3,,,,,3.00,\n"))[1])
    assert (product.sale_price_minor, product.warnings) == (None, ())


DATED = "id,title,price,sale_price,sale_price_effective_date\n"


@pytest.mark.parametrize(
    ("cells", "sale", "since", "until"),
    [
        ("3,2,2026-11-01T00:00+01:00/2026-11-30T23:59+01:00", 200, utc(2026, 10, 31, 23), utc(2026, 11, 30, 22, 59)),
        ("3,2,2026-11-01/2026-11-30", 200, utc(2026, 11, 1), utc(2026, 12, 1)),
        ("3,2,2001-01-01/2001-01-31", 200, utc(2001, 1, 1), utc(2001, 2, 1)),  # over, and kept
        ("3,2,/2026-11-30T12:00Z", 200, None, utc(2026, 11, 30, 12)),
        ("3,2,2026-11-01/", 200, utc(2026, 11, 1), None),
        ("3,2,", 200, None, None),
        ("3,2,N/A", 200, None, None),
        ("3,,2026-11-01/2026-11-30", None, None, None),
        ("3,,soon", None, None, None),  # of no sale, and nobody's trouble
        ("3,3,2026-11-01/2026-11-30", None, None, None),
    ],
)
def test_a_sale_price_comes_with_its_dates(
    tmp_path: Path, cells: str, sale: int | None, since: datetime | None, until: datetime | None
) -> None:
    (product,) = products(take(write(tmp_path, f"{DATED}A,Mug,{cells}\n"))[1])
    assert (product.sale_price_minor, product.sale_from_at, product.sale_until_at) == (sale, since, until)
    assert (product.warnings, product.attributes) == ((), {})


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ("2026-11-30/2026-11-01", "sale_dates_reversed"),
        ("2026-11-31/2026-12-01", "sale_dates_unreadable"),
        ("until Christmas", "sale_dates_unreadable"),
    ],
)
def test_a_sale_whose_dates_nobody_can_read_is_left_out_and_the_product_stays(
    tmp_path: Path, dates: str, reason: str
) -> None:
    reader, batches, _ = take(write(tmp_path, f"{DATED}A,Mug,3,2,{dates}\n"))
    (product,) = products(batches)
    assert (product.price_minor, product.sale_price_minor, product.sale_from_at) == (300, None, None)
    [warning] = product.warnings
    assert (warning.field, warning.reason, warning.value) == ("sale_price_effective_date", reason, dates)
    assert warning.message.endswith("; the sale price is left out")
    assert (reader.totals.warnings, reader.totals.rejected) == (1, 0)


def test_columns_that_a_feed_lacks_are_none_and_never_defaults(tmp_path: Path) -> None:
    (product,) = products(take(write(tmp_path, "ID,Item title,Price\nA,Mug,3 EUR\n"))[1])
    assert (product.availability, product.quantity, product.gtin, product.condition) == (None, None, None, None)


def test_a_feed_without_prices_leaves_them_open_and_says_so(tmp_path: Path) -> None:
    reader, batches, _ = take(write(tmp_path, "id,title\nA,Mug\n"))
    assert (products(batches)[0].price_minor, products(batches)[0].currency) == (None, None)
    assert [warning.reason for warning in reader.detected.warnings] == ["no_price_column"]


def test_prices_take_the_currency_beside_them_else_the_channels(tmp_path: Path) -> None:
    _, batches, _ = take(write(tmp_path, "id,title,price,currency\nA,x,3,usd\nB,y,4 CHF,\nC,z,5,\n"))
    assert [product.currency for product in products(batches)] == ["USD", "CHF", "EUR"]
    _, batches, _ = take(write(tmp_path, "id,title,price\nA,x,3\n"), currency=None)
    assert [problem.reason for problem in problems(batches)] == ["currency_missing"]


def test_the_currency_in_a_header_stands_in_and_one_that_contradicts_is_said(tmp_path: Path) -> None:
    reader, batches, _ = take(write(tmp_path, "id,title,Price (USD)\nA,x,3\n"))
    assert [(product.price_minor, product.currency) for product in products(batches)] == [(300, "USD")]
    assert reader.detected.warnings == ()
    _, batches, _ = take(write(tmp_path, "id,title,price,currency\nA,x,3 EUR,USD\nB,y,4,€\n"))
    found = [(product.currency, [warning.reason for warning in product.warnings]) for product in products(batches)]
    assert found == [("EUR", ["currency_contradicts"]), ("EUR", [])]


def test_a_word_for_nothing_is_no_sale_price(tmp_path: Path) -> None:
    (product,) = products(take(write(tmp_path, HEADER + "A,Mug,3,,,,,null,\n"))[1])
    assert (product.sale_price_minor, product.warnings) == (None, ())


def test_a_line_of_totals_is_no_product(tmp_path: Path) -> None:
    _, batches, verdict = take(write(tmp_path, HEADER + MUG + "Total,1 product,12.90,,,,,,\n"))
    assert [product.marketplace_product_id for product in products(batches)] == ["MUG"]
    assert [(problem.reason, problem.severity) for problem in problems(batches)] == [("totals_row", "skipped")]
    assert verdict.is_complete


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feed.csv", HEADER + 'A,"Mug,3,,,,,,\n' + MUG + BOWL),
        ("feed.xml", "<r><item><id>A</id><titel>x</title></item><item><id>MUG</id><title>M</title></item></r>"),
        ("cut.xml", "<r><item><id>A</id><item><id>MUG</id><title>M</title></item></r>"),
    ],
)
def test_a_record_that_cannot_be_read_is_not_missing(tmp_path: Path, name: str, text: str) -> None:
    reader, batches, _ = take(write(tmp_path, text, name))
    assert "MUG" in {product.marketplace_product_id for product in products(batches)}
    assert reader.rejected_ids == {"A"}
    assert (reader.totals.rejected, reader.totals.skipped) == (1, 0)


def test_a_byte_order_mark_may_stand_there_twice(tmp_path: Path) -> None:
    assert len(products(take(write(tmp_path, "\ufeff\ufeff" + HEADER + MUG))[1])) == 1


def test_a_warning_of_the_shops_program_before_an_xml_feed_is_passed_over(tmp_path: Path) -> None:
    text = "<br />\n<b>Warning</b>: x<br />\n<?xml version='1.0'?><rss><channel><item><id>A</id><title>T</title></item>"
    assert take(write(tmp_path, text + "</channel></rss>", "feed.xml"))[2].is_complete


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("<rss><channel><title>x</title></channel></rss>", ("no_records",)),
        ("<rss><channel><title>x</ti", ("no_records", "xml_not_closed")),
    ],
)
def test_an_xml_feed_without_products_is_one_all_the_same(tmp_path: Path, text: str, reasons: tuple[str, ...]) -> None:
    assert take(write(tmp_path, text, "feed.xml"))[2].reasons == reasons


def test_the_feed_itself_tells_what_a_single_mark_before_three_digits_means(tmp_path: Path) -> None:
    _, batches, _ = take(write(tmp_path, "id;title;price\nA;x;1.234\nB;y;12,50\n"))
    assert [product.price_minor for product in products(batches)] == [123400, 1250]
    _, batches, _ = take(write(tmp_path, "id;title;price\nA;x;1.234\nB;y;12.50\n"))
    assert [product.price_minor for product in products(batches)] == [123, 1250]


def test_a_repeated_record_is_skipped_and_a_different_one_of_the_same_id_rejected(tmp_path: Path) -> None:
    reader, batches, _ = take(write(tmp_path, HEADER + MUG + BOWL + MUG + MUG.replace("12.90", "13.90")))
    assert [(problem.line, problem.reason, problem.severity) for problem in problems(batches)] == [
        (5, "repeated", "skipped"),
        (6, "duplicate_id", "rejected"),
    ]
    totals = reader.totals
    assert (totals.records, totals.accepted, totals.skipped, totals.rejected) == (4, 2, 1, 1)


def test_known_records_are_skipped_and_only_changed_ones_are_read(tmp_path: Path) -> None:
    known = take(write(tmp_path, HEADER + MUG + BOWL))[0].fingerprints()
    assert known.keys == ["MUG", "BOWL"]
    assert all(-(2**63) <= number < 2**63 for number in known.hashes)
    reader, batches, verdict = take(write(tmp_path, HEADER + MUG + BOWL), known=known)
    assert (reader.totals.unchanged, [batch.unchanged for batch in batches]) == (2, [2])
    assert verdict.is_complete
    reader, batches, _ = take(write(tmp_path, HEADER + BOWL + "NEW,New,1,,,,,,\n" + MUG.replace("8", "9")), known=known)
    assert [product.marketplace_product_id for product in products(batches)] == ["NEW", "MUG"]
    assert (reader.totals.unchanged, reader.present_ids) == (1, {"MUG", "BOWL", "NEW"})


def test_a_known_record_does_not_let_a_second_one_of_its_id_through(tmp_path: Path) -> None:
    other = MUG.replace("12.90", "13.90")
    known = take(write(tmp_path, HEADER + MUG + BOWL + other))[0].fingerprints()
    reader, batches, _ = take(write(tmp_path, HEADER + MUG + BOWL + other), known=known)
    assert [problem.reason for problem in problems(batches)] == ["duplicate_id"]
    reader, batches, _ = take(write(tmp_path, HEADER + other + MUG + BOWL + BOWL), known=known)
    assert [product.price_minor for product in products(batches)] == [1390]
    assert [problem.reason for problem in problems(batches)] == ["duplicate_id", "repeated"]
    assert (reader.totals.unchanged, reader.totals.records) == (1, 4)


def test_the_same_bytes_in_another_language_currency_or_column_order_are_not_known(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + MUG)
    hashes = {
        take(path)[1][0].rows[0].row_hash,
        take(path, language="de")[1][0].rows[0].row_hash,
        take(path, currency="CHF")[1][0].rows[0].row_hash,
        take(write(tmp_path, HEADER.replace("title,price", "price,title") + MUG))[1][0].problems[0].line,
    }
    assert len(hashes) == 4


def test_any_mixture_of_known_changed_and_new_records_ends_like_a_fresh_reading(tmp_path: Path) -> None:
    chance = random.Random(5)

    def record(number: int) -> str:
        text = f"P{number},Product {number},{chance.randint(1, 99)}.50,"
        return text + chance.choice(['"two\nlines"', "plain", '"a ""quoted"" word"']) + ",in stock,,3,,\n"

    for _ in range(60):
        before = [record(number) for number in range(90)]
        first, batches, _ = take(write(tmp_path, HEADER + "".join(before)))
        known = first.fingerprints()
        old = {product.marketplace_product_id: product for product in products(batches)}
        after = [record(number) if chance.random() < 0.03 else text for number, text in enumerate(before)]
        for _ in range(chance.randrange(3)):
            del after[chance.randrange(len(after))]
        for _ in range(chance.randrange(3)):
            after.insert(chance.randrange(len(after)), record(chance.randrange(120)))
        if chance.random() < 0.3:
            after.insert(chance.randrange(len(after)), after[chance.randrange(len(after))])
        if chance.random() < 0.2:
            after.insert(chance.randrange(len(after)), "BAD,,,,,,,,\n")
        if chance.random() < 0.1:
            chance.shuffle(after)
        path = write(tmp_path, HEADER + "".join(after))
        fresh, fresh_batches, _ = take(path)
        again, again_batches, _ = take(path, known=known)
        merged = {product.marketplace_product_id: product for product in products(again_batches)}
        read = sum(len(batch.rows) for batch in again_batches)
        assert len(merged) == read < len(after) - 20 or len(after) > 200
        merged |= {key: old[key] for key in again.fingerprints().keys if key not in merged}
        assert merged == {product.marketplace_product_id: product for product in products(fresh_batches)}
        assert [(one.reason, one.value) for one in problems(again_batches)] == [
            (one.reason, one.value) for one in problems(fresh_batches)
        ]
        assert again.present_ids == fresh.present_ids
        assert again.fingerprints()[:2] == fresh.fingerprints()[:2]
        assert {key for key, _ in again.missing()} == old.keys() - fresh.present_ids
        totals = again.totals
        assert totals.records == totals.accepted + totals.unchanged + totals.rejected + totals.skipped == len(after)
        once_more, _, _ = take(path, known=again.fingerprints())
        assert (once_more.totals.unchanged, once_more.totals.accepted) == (totals.unchanged + read, 0)


def test_windows_1252_and_mixed_encodings_are_read_with_a_warning(tmp_path: Path) -> None:
    text = "id,title,price\nA,Café,3\n"
    reader, batches, _ = take(write(tmp_path, text.encode("windows-1252")))
    assert (reader.detected.encoding, products(batches)[0].title) == ("windows-1252", "Café")
    assert "encoding_fallback" in [warning.reason for warning in reader.detected.warnings]
    good = "id,title,price\n" + "".join(f"{place},Thé élan,3\n" for place in range(9))
    reader, batches, _ = take(write(tmp_path, good.encode() + "X,Café,3\n".encode("latin-1")))
    assert [product.title for product in products(batches)][-2:] == ["Thé élan", "Café"]
    assert [warning.reason for warning in products(batches)[-1].warnings] == ["encoding_mixed"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_form_is_read(tmp_path: Path, encoding: str) -> None:
    reader, batches, verdict = take(write(tmp_path, (HEADER + MUG.replace("Mug", "Bol à thé")).encode(encoding)))
    assert products(batches)[0].title == "Bol à thé"
    assert verdict.is_complete
    assert reader.bytes_read == reader.size


def test_compressed_feeds_are_read_and_cut_ones_noticed(tmp_path: Path) -> None:
    data = gzip.compress((HEADER + MUG + BOWL).encode())
    reader, batches, verdict = take(write(tmp_path, data, "feed.csv.gz"))
    assert (len(products(batches)), reader.detected.compression, verdict.is_complete) == (2, "gzip", True)
    rows = "".join(f"{place},{random.Random(place).random()},3\n" for place in range(9000))
    data = gzip.compress(("id,title,price\n" + rows).encode())
    _, batches, verdict = take(write(tmp_path, data[: len(data) // 2]))
    assert products(batches)
    assert "compressed_cut" in verdict.reasons
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("readme", "hello")
        archive.writestr("export/feed.csv", HEADER + MUG)
        archive.writestr("__MACOSX/export/._feed.csv", "beside")
    assert len(products(take(tmp_path / "feed.zip")[1])) == 1
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", HEADER)
        archive.writestr("b.csv", HEADER)
    with pytest.raises(FeedRefused, match="zip_several_files"):
        take(tmp_path / "two.zip")


def test_a_small_archive_cannot_become_a_large_file(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(HEADER.encode() + b"A,Mug,3,,,,,,\n" * 200_000))
    with (
        read_feed(path, language="fr", limits=Limits(max_bytes=1_500_000)) as reader,
        pytest.raises(FeedRefused) as caught,
    ):
        [*reader.batches()]
    assert caught.value.code == "source_too_large"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ("empty",)),
        ("\ufeff", ("empty",)),
        ("\n \n", ("empty",)),
        (HEADER, ("no_records",)),
        (HEADER + ",,,,,,,,\n", ("no_records",)),
        (HEADER + MUG + 'BOWL,Bowl,3,"cut', ("unclosed_quote",)),
        (HEADER + MUG + "BOWL,Bo", ("last_record_short",)),
        (HEADER + "BOWL,Bo\n" + MUG, ()),
        (HEADER + "A,x,0,,,,,,\n", ("nothing_usable",)),
        (HEADER + MUG.rstrip(), ()),
    ],
)
def test_signs_of_a_cut_file_are_told(tmp_path: Path, text: str, reasons: tuple[str, ...]) -> None:
    assert take(write(tmp_path, text))[2].reasons == reasons


def test_a_file_of_another_size_than_announced_is_not_complete(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + MUG)
    with read_feed(path, language="fr", announced_size=path.stat().st_size + 1) as reader:
        [*reader.batches()]
        assert reader.finish().reasons == ("size_differs",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b,c\n1,2,3\n", "columns_missing"),
        ("<!doctype html><html>", "html_page"),
        ("<urlset><url><loc>https://x.example</loc></url></urlset>", "no_items"),
        ("<rss><item><title>A post</title><guid>7</guid></item></rss>", "columns_missing"),
        ('<?xml version="1.0"?><!DOCTYPE rss><rss><item/></rss>', "xml_dtd"),
    ],
)
def test_what_is_no_product_feed_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(FeedRefused) as caught:
        read_feed(write(tmp_path, text), language="fr")
    assert caught.value.code == code
    assert pickle.loads(pickle.dumps(caught.value)).code == code  # noqa: S301 - our own bytes


def test_xml_is_read_like_csv_and_its_new_elements_become_columns(tmp_path: Path) -> None:
    items = "".join(
        f"<item><g:id>{place}</g:id><title>T</title><g:price>3 EUR</g:price></item>" for place in range(300)
    )
    text = (
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>' + items + "<item><g:id>X</g:id><title>T</title>"
        "<g:price>4 EUR</g:price><g:color>red</g:color><shelf>A7</shelf></item></channel></rss>"
    )
    reader, batches, verdict = take(write(tmp_path, text, "feed.xml"))
    assert (reader.detected.format, reader.detected.unknown_columns, verdict.is_complete) == ("xml", ("shelf",), True)
    assert products(batches)[-1].attributes == {"color": "red", "shelf": "A7"}
    known = reader.fingerprints()
    assert take(tmp_path / "feed.xml", known=known)[0].totals.unchanged == 301


def test_batches_can_be_sent_to_another_process(tmp_path: Path) -> None:
    reader, batches, verdict = take(write(tmp_path, HEADER + MUG + BOWL + "A,,3,,,,,,\n"))
    found = pickle.loads(pickle.dumps((batches, reader.totals, reader.detected, verdict)))  # noqa: S301 - our own bytes
    assert found == (batches, reader.totals, reader.detected, verdict)


def test_the_hash_of_a_file_follows_its_content(tmp_path: Path) -> None:
    assert file_hash(write(tmp_path, HEADER)) == file_hash(write(tmp_path, HEADER, "other.csv"))
    assert file_hash(write(tmp_path, HEADER)) != file_hash(write(tmp_path, HEADER + MUG, "other.csv"))


def test_finish_before_the_end_is_a_mistake(tmp_path: Path) -> None:
    with read_feed(write(tmp_path, HEADER + MUG), language="fr") as reader, pytest.raises(RuntimeError):
        reader.finish()
