import csv
import io
import json
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.feeds.csv_reader import Dialect, Records, parse_records, split_records
from orion_daemon.connectors.feeds.known import Known, Sift
from orion_daemon.domain.fingerprints import Fingerprints

COMMA = Dialect(",")
ACID = Path(__file__).parents[4].parent / "shared" / "data" / "acid"


def pieces(
    data: bytes, *, dialect: Dialect = COMMA, block: int = 1 << 18, columns: int = 3, most: int = 1 << 20
) -> list[Records]:
    stream = io.BytesIO(data)
    return [*split_records(lambda _: stream.read(block), dialect, columns=columns, max_record=most)]


def read(
    data: bytes, *, dialect: Dialect = COMMA, block: int = 1 << 18, columns: int = 3
) -> list[tuple[int, list[str]]]:
    found = []
    for piece in pieces(data, dialect=dialect, block=block, columns=columns):
        parsed = parse_records(piece.records, dialect, bytes.decode)
        found += [(line, cells) for line, cells in zip(piece.lines, parsed.cells, strict=True) if cells]
    return found


def test_line_breaks_inside_quotes_belong_to_the_record_and_lines_are_counted_on() -> None:
    data = b'a,b,c\n1,"x\ny\r\nz",3\n\n4,"say ""hi""\n",6\n7,8,9\n'
    assert read(data) == [
        (1, ["a", "b", "c"]),
        (2, ["1", "x\ny\r\nz", "3"]),
        (6, ["4", 'say "hi"\n', "6"]),
        (8, ["7", "8", "9"]),
    ]


def test_a_quote_in_the_middle_of_a_bare_field_opens_nothing() -> None:
    assert read(b'1,15" screen,x\n2,12",y\n') == [(1, ["1", '15" screen', "x"]), (2, ["2", '12"', "y"])]


def test_a_record_that_counting_mistakes_for_two_is_put_together_by_the_parser() -> None:
    data = b'1,15" x,"long\ntext"\n2,b,c\n'
    assert [cells for _, cells in read(data)] == [["1", '15" x', "long\ntext"], ["2", "b", "c"]]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_is_a_line_end(end: bytes) -> None:
    dialect = Dialect(",", is_cr=end == b"\r")
    assert read(end.join([b"a,b,c", b"1,2,3", b""]), dialect=dialect) == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"])]


def test_a_quote_that_never_closes_costs_its_own_line_and_not_the_rest() -> None:
    data = b'1,a,b\n2,"open,b\n3,c,d\n4,e,f\n'
    found = pieces(data)
    assert [record for piece in found for record in piece.records] == [b"1,a,b", b"3,c,d", b"4,e,f"]
    assert [broken for piece in found for broken in piece.broken] == [(2, b'2,"open,b')]
    assert not found[-1].has_open_end


def test_a_quote_that_only_another_records_quote_closes_costs_its_own_line_alone() -> None:
    data = b'1,a,b\n2,"open,b\n3,c,d\n4,"x, y",f\n5,e,f\n'
    found = pieces(data)
    assert [record for piece in found for record in piece.records] == [b"1,a,b", b"3,c,d", b'4,"x, y",f', b"5,e,f"]
    assert [broken for piece in found for broken in piece.broken] == [(2, b'2,"open,b')]
    assert [line for piece in found for line in piece.lines] == [1, 3, 4, 5]


def test_quotes_that_seem_to_close_each_other_over_lines_cost_their_own_lines() -> None:
    data = b'1,"15 inch,a\n2,"17 inch,b\n3,c,d\n4,"19 inch,e\n5,"x\ny",f\n'
    found = pieces(data)
    assert [record for piece in found for record in piece.records] == [b"3,c,d", b'5,"x\ny",f']
    assert [line for piece in found for line, _ in piece.broken] == [1, 2, 4]


def test_quotes_inside_a_quoted_value_that_nobody_doubled_are_mended_and_said() -> None:
    records = [b"1,a,b", b'2,"The "best" mug",c', b'3,"The \\"best\\", a mug",d', b'4,"end \\",e']
    parsed = parse_records(records, COMMA, bytes.decode)
    assert parsed.cells == [
        ["1", "a", "b"],
        ["2", 'The best" mug"', "c"],
        ["3", 'The "best", a mug', "d"],
        ["4", "end \\", "e"],
    ]
    assert parsed.errors == {1: "mended", 2: "mended"}


def test_a_file_cut_inside_a_quoted_value_is_noticed() -> None:
    found = pieces(b'1,a,b\n2,"open\nand then')
    assert [record for piece in found for record in piece.records] == [b"1,a,b"]
    assert (found[-1].broken, found[-1].has_open_end, found[-1].has_line_end) == ([(2, b'2,"open')], True, False)


def test_what_an_open_quote_can_swallow_is_bounded() -> None:
    data = b'1,"open,b\n' + b"2,aaaaaaaa,b\n" * 1000
    found = pieces(data, block=512, most=2048)
    assert [broken for piece in found for broken in piece.broken] == [(1, b'1,"open,b')]
    records = [(line, record) for piece in found for line, record in zip(piece.lines, piece.records, strict=True)]
    assert records == [(line, b"2,aaaaaaaa,b") for line in range(2, 1002)]


def test_a_record_that_the_csv_module_refuses_does_not_hurt_its_neighbours() -> None:
    parsed = parse_records([b"1,2,3", b"4,a\rb,6", b"7,8,9"], COMMA, bytes.decode)
    assert parsed.cells == [["1", "2", "3"], None, ["7", "8", "9"]]
    assert [*parsed.errors] == [1]


CELL = st.text(st.sampled_from("ab,;\t\"'\n é€"), max_size=8)


@given(
    st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=12),
    st.integers(1, 60),
    st.sampled_from(",;\t"),
)
def test_whatever_a_csv_writer_writes_comes_back_however_it_is_cut_into_blocks(
    rows: list[list[str]], block: int, delimiter: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(rows)
    data = buffer.getvalue().encode()
    expected = [*csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)]
    assert expected == rows
    found = read(data, dialect=Dialect(delimiter), block=block)
    assert [cells for _, cells in found] == rows
    starts = [1]
    for row in rows:
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(row)
        starts.append(starts[-1] + written.getvalue().count("\n"))
    assert [line for line, _ in found] == starts[:-1]


def test_known_records_are_found_in_and_out_of_their_order_with_line_breaks_and_all() -> None:
    lines = [b'1,"a",b', b'2,"x\ny",z', b"3,c,d", b"4,e,f", b"5,g,h"]
    known = Fingerprints.of(dict(zip("12345", Known(7).fresh(lines), strict=True)))
    data = [lines[0], lines[1], b"new,1,2", lines[3], b"3,changed,d", lines[4], lines[2], b'"6\n",i,j', lines[0]]
    for block in (7, 1 << 18):
        found = again(b"\n".join(data), known, block)
        assert found == ["1", "2", (b"new,1,2", 4), "4", (b"3,changed,d", 6), "5", "3", (b'"6\n",i,j', 9), "1"]


def again(data: bytes, known: Fingerprints, block: int) -> list[str | tuple[bytes, int]]:
    """Keys of known records, and the others with their lines, in the order of the file."""
    stream = io.BytesIO(data)
    found: list[str | tuple[bytes, int]] = []
    for piece in split_records(stream.read, COMMA, columns=3, max_record=1 << 20, known=Known(7, known), block=block):
        place = 0
        for until, start, end, _ in (*piece.runs, (len(piece.records), 0, 0, 0)):
            found += [(piece.records[one], piece.lines[one]) for one in range(place, until)]
            found += known.keys[start:end]
            place = until
        assert [*Known(7).fresh(piece.records)] == piece.hashes
    return found


def fingerprints(records: list[bytes]) -> Fingerprints:
    """As reading them gives, of records on a line each; keys are the records themselves."""
    sift = Sift(Known(7))
    sift.add(records, 1, Known(7).fresh(records))
    sift.close()
    return Fingerprints(array("q", sift.hashes), [*map(bytes.decode, records)], [group for _, group in sift.groups])


@given(
    st.lists(st.sampled_from(["keep", "keep", "keep", "keep", "change", "drop", "add", "blank"]), max_size=90),
    st.integers(1, 400),
    st.booleans(),
)
def test_whatever_changes_in_a_known_file_every_line_is_accounted_for(
    deeds: list[str], block: int, has_end: bool
) -> None:
    records = [b"%d,%b,x" % (number, b"t" * (number * 7 % 23)) for number in range(len(deeds))]
    known = fingerprints(records)
    after: list[bytes] = []
    for number, (deed, record) in enumerate(zip(deeds, records, strict=True)):
        after += {
            "keep": [record], "drop": [], "change": [b"c" + record], "add": [b"n%d,n,n" % number, record],
            "blank": [b"", record],
        }[deed]  # fmt: skip
    data = b"\n".join(after) + (b"\n" if has_end and after else b"")
    found = again(data, known, block)
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    assert [one.encode() if isinstance(one, str) else one[0] for one in found] == lines
    assert all(lines[one[1] - 1] == one[0] for one in found if not isinstance(one, str))
    assert {one for one in found if isinstance(one, str)} == {*known.keys} & {line.decode() for line in lines}


def test_known_groups_are_passed_over_without_cutting_them_into_lines() -> None:
    records = [b"%d,%d,x" % (number, number * number) for number in range(160)]
    known = fingerprints(records)
    assert [group.records for group in known.groups] == [16] * 10
    changed = [*records]
    changed[40], changed[95] = b"40,changed,x", b"95,changed,x"
    stream = io.BytesIO(b"\n".join([*changed, b""]))
    [piece, last] = split_records(stream.read, COMMA, columns=3, max_record=1 << 20, known=Known(7, known))
    assert (piece.records, piece.lines) == ([b"40,changed,x", b"95,changed,x"], [41, 96])
    assert [run[1:3] for run in piece.runs] == [(0, 40), (41, 95), (96, 160)]
    assert [group.records for _, group in piece.groups] == [16] * 10
    assert last.is_end


def _spectrum() -> Iterator[Path]:
    """All but one, whose answer belongs to another file."""
    files = (ACID / "csv-spectrum" / "csvs").glob("*.csv")
    yield from sorted(path for path in files if path.stem != "location_coordinates")


@pytest.mark.skipif(not ACID.exists(), reason="the shared acid files are not on this machine")
@pytest.mark.parametrize("path", [*_spectrum()], ids=lambda path: path.stem)
def test_the_acid_files_read_as_their_answers_say(path: Path) -> None:
    answer = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    (_, header), *rows = read(path.read_bytes(), columns=len(answer[0]))
    found = [dict(zip(header, cells, strict=True)) for _, cells in rows]
    assert [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in found] == [
        {key: value.replace("\r\n", "\n") for key, value in row.items()} for row in answer
    ]


@pytest.mark.skipif(not ACID.exists(), reason="the shared acid files are not on this machine")
def test_naughty_strings_survive_a_csv_round_trip() -> None:
    strings = json.loads((ACID / "blns.json").read_text(encoding="utf-8"))
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([[str(place), text, "end"] for place, text in enumerate(strings)])
    found = read(buffer.getvalue().encode(), block=777)
    assert [cells for _, cells in found] == [[str(place), text, "end"] for place, text in enumerate(strings)]
