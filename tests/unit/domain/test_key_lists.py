"""Lists of keys: what stands where, what is no code, and that no code is ever shown."""

import csv

import pytest

from orion_daemon.domain.key_lists import LONGEST_CODE, MOST_BYTES, MOST_LINES, Fault, KeyList, Unreadable, decode, read


def codes(found: KeyList) -> list[tuple[int, str, str]]:
    return [(line.number, line.code, line.sku) for line in found.lines]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_plain_list_is_a_code_a_line(end: str) -> None:
    found = read(end.join(["AAAA-1", " AAAA-2 ", "", "AAAA-3", "", ""]))
    assert (found.format, found.delimiter) == ("text", "")
    assert codes(found) == [(1, "AAAA-1", ""), (2, "AAAA-2", ""), (3, "", ""), (4, "AAAA-3", "")]
    assert [line.fault for line in found.lines] == [None, None, Fault.EMPTY, None]


def test_a_plain_list_may_have_a_heading() -> None:
    assert codes(read("Code\nAAAA-1")) == [(2, "AAAA-1", "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["code", "Key", "KEYS"])
def test_csv_is_told_by_its_heading(delimiter: str, name: str) -> None:
    rows = [["sku", "Note", name], ["GAME", "a, b; c", "AAAA-1"], ["", "", "AAAA-2"], ["GAME"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = read(text)
    assert (found.format, found.delimiter) == ("csv", delimiter)
    assert codes(found) == [(2, "AAAA-1", "GAME"), (3, "AAAA-2", ""), (4, "", "GAME")]
    assert found.lines[2].fault is Fault.EMPTY


def test_csv_without_a_heading_is_code_and_sku() -> None:
    assert codes(read("AAAA-1;GAME\n\nAAAA-2;")) == [(1, "AAAA-1", "GAME"), (2, "", ""), (3, "AAAA-2", "")]


def test_a_code_with_a_comma_stays_whole_in_a_plain_list() -> None:
    assert codes(read("AAAA,1\nAAAA-2")) == [(1, "AAAA,1", ""), (2, "AAAA-2", "")]


def test_a_heading_alone_is_a_list_without_lines() -> None:
    assert read("code;sku").lines == ()


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("A" * LONGEST_CODE, None),
        ("A" * (LONGEST_CODE + 1), Fault.TOO_LONG),
        ("---", Fault.EMPTY),
        ("AAAA\x07-1", Fault.CONTROL_CHARACTERS),
        ("AAAA\x0b-1", Fault.CONTROL_CHARACTERS),
        ("AAAA\u2028-1", Fault.CONTROL_CHARACTERS),
        ("AAAA\u200b-1", Fault.CONTROL_CHARACTERS),
        ("ÄÖÜ 1234", None),
    ],
)
def test_what_can_be_a_code(code: str, fault: Fault | None) -> None:
    found = read(f"{code}\nlast")
    assert [line.fault for line in found.lines] == [fault, None]


def test_quotes_that_never_end_are_one_line_that_is_refused() -> None:
    found = read('code;sku\n"AAAA-1;GAME\nAAAA-2;GAME')
    assert [(line.number, line.fault) for line in found.lines] == [(3, Fault.CONTROL_CHARACTERS)]


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff\n"])
def test_nothing_is_no_list(text: str) -> None:
    with pytest.raises(Unreadable, match="empty"):
        read(text)


def test_a_list_too_long_or_without_codes_is_none() -> None:
    assert len(read("A\n" * MOST_LINES).lines) == MOST_LINES
    with pytest.raises(Unreadable, match="more than 100000 lines"):
        read("A\n" * (MOST_LINES + 2))
    with pytest.raises(Unreadable, match="none that is called code"):
        read("sku;licence\nGAME;AAAA-1")
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        decode(b"A" * (MOST_BYTES + 1))
    limit = csv.field_size_limit(131_072)  # of the process; readers of feeds raise it
    try:
        with pytest.raises(Unreadable, match="Line 2 is no CSV"):
            read("code;sku\n" + "A" * 140_000 + ";GAME")
    finally:
        csv.field_size_limit(limit)


def test_text_comes_in_utf_8_or_says_that_it_is_utf_16() -> None:
    assert decode("Ä1".encode()) == "Ä1"
    assert decode("Ä1".encode("utf-8-sig")) == "Ä1"
    assert decode("Ä1".encode("utf-16")) == "Ä1"
    for wrong in ("Ä1".encode("latin-1"), b"\xff\xfe\x00"):
        with pytest.raises(Unreadable, match="no text in UTF-8"):
            decode(wrong)


def test_no_code_stands_in_a_representation() -> None:
    assert "AAAA" not in repr(read("AAAA-1\nAAAA-2"))
