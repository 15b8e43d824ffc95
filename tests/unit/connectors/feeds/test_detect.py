import pytest

from orion_daemon.connectors.feeds.detect import Detected, detect_csv, detect_encoding, refuse_foreign
from orion_daemon.connectors.feeds.source import FeedRefused, Limits


def detect(text: str) -> Detected:
    return detect_csv(text.encode(), "utf-8", is_whole=True, limits=Limits())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    rows = [["id", "title", "price"], ["1", "a, b; c", "1,50"], ["2", "x | y", "2,50"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = detect(text)
    assert (found.delimiter, found.columns, found.first_line) == (delimiter, ("id", "title", "price"), 2)
    assert found.warnings == ()


def test_a_semicolon_file_with_decimal_commas_is_not_taken_for_a_comma_file() -> None:
    found = detect("id;titre;prix;description\n1;Mug;12,90;bleu, rond, petit\n2;Bol;9,50;rouge, rond, grand\n")
    assert (found.delimiter, found.decimal_mark) == (";", ",")


def test_a_mistyped_delimiter_in_the_header_is_mended_and_said() -> None:
    found = detect("id,title;price,description\n1,Mug,12.90,blue\n2,Bowl,9.50,red\n")
    assert found.columns == ("id", "title", "price", "description")
    assert [warning.reason for warning in found.warnings] == ["header_mixed_delimiters"]


def test_values_in_single_quotes_are_unwrapped_and_said() -> None:
    found = detect("id,title,price\n'1','Mug, blue','12.90'\n'2','Bowl','9.50'\n")
    assert (found.quote, [warning.reason for warning in found.warnings]) == ("'", ["single_quotes"])


def test_lines_before_the_header_are_passed_over() -> None:
    found = detect("Catalogue of our shop\nMay 2026\nid,title,price,link\n1,Mug,12.90,https://x.example\n")
    assert (found.columns, found.first_line) == (("id", "title", "price", "link"), 4)
    assert [warning.reason for warning in found.warnings] == ["preamble"]


def test_the_separator_line_of_a_spreadsheet_is_obeyed() -> None:
    found = detect("sep=;\r\nid;title\r\n1;Mug\r\n")
    assert (found.delimiter, found.columns, found.first_line, found.line_end) == (";", ("id", "title"), 3, "\r\n")


def test_unknown_columns_are_named() -> None:
    found = detect("id,title,price,shelf\n1,Mug,12.90,A7\n")
    assert found.unknown_columns == ("shelf",)
    assert [warning.reason for warning in found.warnings] == ["unknown_columns"]


def test_a_delimiter_at_the_end_of_each_line_makes_no_column() -> None:
    assert detect("id,title,price,\n1,Mug,12.90,\n").columns == ("id", "title", "price")


@pytest.mark.parametrize(
    ("data", "encoding", "reasons"),
    [
        ("Café 2 €".encode(), "utf-8", []),
        ("Café 2 €".encode("windows-1252"), "windows-1252", ["encoding_fallback"]),
        ("Café 2 €".encode("iso-8859-15"), "iso-8859-15", ["encoding_fallback"]),
        ("Café 2 € ¤ –".encode("windows-1252"), "windows-1252", ["encoding_fallback"]),
        ("Café Thé Élan ".encode() * 9 + "Café".encode("latin-1"), "utf-8", ["encoding_mixed"]),
        (b'<?xml version="1.0" encoding="iso-8859-15"?><a>\xa4</a>', "iso-8859-15", []),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', "windows-1252", []),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>', "windows-1252", ["encoding_fallback"]),
    ],
)
def test_the_encoding_is_found_and_doubts_are_said(data: bytes, encoding: str, reasons: list[str]) -> None:
    found, warnings = detect_encoding(data, is_whole=True, wide=None)
    assert (found, [warning.reason for warning in warnings]) == (encoding, reasons)


def test_a_character_cut_by_the_sample_is_no_doubt() -> None:
    assert detect_encoding("é".encode()[:1], is_whole=False, wide=None) == ("utf-8", [])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!DOCTYPE html><html>", "html_page"),
        (b"<!-- cached -->\n<html><body>", "html_page"),
        (b"<head><title>502</title></head>", "html_page"),
        (b"<br />\n<b>Warning</b>: x\nid,title\n", "html_page"),
        (b' {"error": "no"}', "json"),
        (b"%PDF-1.7", "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FeedRefused) as caught:
        refuse_foreign(data)
    assert caught.value.code == code
