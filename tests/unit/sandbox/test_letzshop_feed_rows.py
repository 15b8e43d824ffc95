"""The marketplace reads a feed strictly: good rows pass, each bad row is refused alone, a wrong file whole."""

import pytest

from orion_daemon.sandbox.letzshop.feed_rows import COLUMNS, FeedRefused, parse, valid_gtin

GOOD = {
    "id": "MUG",
    "title": "Mug",
    "price": "12.90",
    "description": "Blue",
    "product_type": "Home > Mugs",
    "availability": "in stock",
    "image_link": "https://shop.example.lu/m.jpg",
    "identifier_exists": "true",
    "atalanda:tax_rate": "17",
    "atalanda:quantity": "8",
    "gtin": "4000000000013",
}


def csv_of(*rows, delimiter="\t"):
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join(delimiter.join(line) for line in [names, *([r.get(n, "") for n in names] for r in rows)]).encode()


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
def test_a_row_is_read_with_each_delimiter(delimiter):
    rows, problems = parse(csv_of(GOOD, delimiter=delimiter))
    assert problems == []
    assert (rows[0].sku, rows[0].price, rows[0].quantity, rows[0].gtin) == ("MUG", "12.90", 8, "4000000000013")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("price", "12,90"),
        ("price", "12.90 USD"),
        ("price", "-1.00"),
        ("sale_price", "cheap"),
        ("availability", "available"),
        ("atalanda:tax_rate", "16"),
        ("atalanda:quantity", "-1"),
        ("atalanda:quantity", "1.5"),
        ("gtin", "4000000000014"),
        ("atalanda:boost_sort", "11"),
        ("atalanda:delivery_method", "drone"),
        ("age_group", "elder"),
        ("identifier_exists", "maybe"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_alone_with_its_field(field, value):
    rows, problems = parse(csv_of(GOOD, {**GOOD, "id": "BAD", field: value}))
    assert [row.sku for row in rows] == ["MUG"]
    assert [(problem.line, problem.field) for problem in problems] == [(3, field)]


def test_a_second_row_with_the_same_id_is_refused():
    rows, problems = parse(csv_of(GOOD, GOOD))
    assert len(rows) == 1
    assert problems[0].field == "id"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_file_without_a_needed_column_is_refused_whole(column):
    row = {name: value for name, value in GOOD.items() if name != column}
    with pytest.raises(FeedRefused, match=column):
        parse(csv_of(row))


@pytest.mark.parametrize("raw", [b"", b"  \n", b"\xef\xbb\xbf", "id;tïtle".encode("cp1252"), b"<rss><channel>"])
def test_what_is_no_feed_is_refused_whole(raw):
    with pytest.raises(FeedRefused):
        parse(raw)


def test_the_xml_form_is_read_by_its_namespaces():
    items = "".join(
        f"<a:{name[9:]}>{value}</a:{name[9:]}>"
        if name.startswith("atalanda:")
        else f"<g:{name}>{value.replace('>', '&gt;')}</g:{name}>"
        for name, value in GOOD.items()
    )
    spaces = 'xmlns:g="http://base.google.com/ns/1.0" xmlns:a="http://api.atalanda.com/ns/gfeed"'
    rows, problems = parse(f"<rss {spaces}><channel><item>{items}</item></channel></rss>".encode())
    assert problems == []
    assert (rows[0].sku, rows[0].quantity) == ("MUG", 8)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("4000000000013", True), ("96385074", True), ("036000291452", True), ("4000000000012", False), ("123", False)],
)
def test_a_barcode_is_judged_by_its_check_digit(text, valid):
    assert valid_gtin(text) is valid
