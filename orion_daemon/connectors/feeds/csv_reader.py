"""CSV in two steps: cutting the bytes into records, which is cheap, and parsing the records that somebody wants.

Each line is looked up by its hash first: a known one is a whole record, as it was when it became known. Of the others
only a line with an odd number of quotes can begin a record with line breaks inside, and only there the quoting is
followed exactly. A quote that never closes costs one record: the line it stands on is reported as broken and reading
goes on with the next. Memory is bounded by the block and the longest record allowed. Parsing is done by the `csv`
module, many records in one call.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

BLOCK = 1 << 18
csv.field_size_limit(1 << 30)  # a process-wide setting; what bounds a field here is the longest record allowed

Look = Callable[[list[bytes]], tuple[list[int], "list[str | None]"]]
"""Raw records to their hashes and, where a hash is known, the id of its product."""


class Dialect(NamedTuple):
    delimiter: str
    quote: str = '"'
    is_cr: bool = False  # lines end with a bare carriage return


class Records(NamedTuple):
    """Four lists of one length, then what went wrong: `broken` are (line, bytes) of quotes or items never closed."""

    records: list[bytes]
    lines: Sequence[int]  # the physical line on which each begins
    hashes: list[int]
    hits: list[str | None]
    broken: list[tuple[int, bytes]]
    is_end: bool = False  # the last piece of the file
    has_open_end: bool = False  # the file ends inside a quoted value, an item or the root element
    has_line_end: bool = True  # the file ends with a line break


class Parsed(NamedTuple):
    """`cells` has an entry for each record. None: it could not be parsed (see `errors`) or belongs to the one before,
    whose `spans` says how many records it was made of. An error beside cells tells that they were mended."""

    cells: list[list[str] | None]
    errors: dict[int, str]
    spans: dict[int, int]


def look_nowhere(records: list[bytes]) -> tuple[list[int], list[str | None]]:
    return [0] * len(records), [None] * len(records)


def split_records(
    read: Callable[[int], bytes],
    dialect: Dialect,
    *,
    columns: int,
    max_record: int,
    look: Look = look_nowhere,
    block: int = BLOCK,
) -> Iterator[Records]:
    """Cut a stream of ASCII-compatible bytes into records without their line ends. Blank lines come as records too.

    `columns` is what a whole record has; it decides, at the end of the file, whether an unclosed quote was a slip in
    the middle (reading goes on behind it) or the place where the file was cut.
    """
    cutter = _Cutter(dialect, look)
    rest, line, has_line_end = b"", 1, True
    while data := read(block):
        if dialect.is_cr:
            data = data.replace(b"\r", b"\n")
        has_line_end = data.endswith(b"\n")
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        piece, used = cutter.gather(lines, line)
        line += used
        if used < len(lines):
            rest = b"\n".join([*lines[used:], rest])
        if piece.records:
            yield piece
        while len(rest) > max_record and used < len(lines):
            first, _, rest = rest.partition(b"\n")
            yield piece._replace(records=[], lines=[], hashes=[], hits=[], broken=[(line, first)])
            lines = rest.split(b"\n")
            rest = lines.pop()
            piece, used = cutter.gather(lines, line + 1)
            line += 1 + used
            rest = b"\n".join([*lines[used:], rest])
            if piece.records:
                yield piece
    yield from _end(cutter, rest, line, columns, has_line_end)


def _end(cutter: "_Cutter", rest: bytes, line: int, columns: int, has_line_end: bool) -> Iterator[Records]:
    lines = rest.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    has_open_end = False
    broken: list[tuple[int, bytes]] = []
    while lines:
        piece, used = cutter.gather(lines, line)
        if piece.records:
            yield piece
        line, lines = line + used, lines[used:]
        if not lines:
            break
        broken.append((line, lines[0]))
        behind, _ = cutter.gather(lines[1:], line + 1)
        sample = parse_records(behind.records[:20], cutter.dialect, lambda raw: raw.decode("utf-8", "replace"))
        if not any(cells is not None and len(cells) == columns for cells in sample.cells):
            has_open_end = True
            break
        line, lines = line + 1, lines[1:]
    yield Records([], [], [], [], broken, is_end=True, has_open_end=has_open_end, has_line_end=has_line_end)


class _Cutter:
    def __init__(self, dialect: Dialect, look: Look) -> None:
        self.dialect = dialect
        self._look = look
        self._quote = dialect.quote.encode()
        self._opener = dialect.delimiter.encode() + self._quote

    def gather(self, lines: list[bytes], first: int) -> tuple[Records, int]:
        """Records made of these lines, and how many lines they use; the rest belongs to a record still open."""
        quote = self._quote
        hashes, hits = self._look(lines)
        odd: list[int] = []
        if None in hits:
            odd = [place for place, hit in enumerate(hits) if hit is None and lines[place].count(quote) & 1]
        if not odd:
            return Records(lines, range(first, first + len(lines)), hashes, hits, []), len(lines)
        result = Records([], [], [], [], [])
        numbers: list[int] = []
        done = 0
        for place in odd:
            if place < done:
                continue
            is_open = self._ends_open(lines[place], is_open=False)
            if not is_open:
                continue
            self._move(result, numbers, lines, hashes, hits, done, place, first)
            end = place
            while is_open:
                end += 1
                if end == len(lines):
                    return result._replace(lines=numbers), place
                is_open = quote not in lines[end] or self._ends_open(lines[end], is_open=True)
            joined = [b"\n".join(lines[place : end + 1])]
            self._move(result, numbers, joined, *self._look(joined), 0, 1, first + place)
            done = end + 1
        self._move(result, numbers, lines, hashes, hits, done, len(lines), first)
        return result._replace(lines=numbers), len(lines)

    @staticmethod
    def _move(
        to: Records,
        numbers: list[int],
        lines: list[bytes],
        hashes: list[int],
        hits: list[str | None],
        start: int,
        end: int,
        first: int,
    ) -> None:
        to.records.extend(lines[start:end])
        to.hashes.extend(hashes[start:end])
        to.hits.extend(hits[start:end])
        numbers.extend(range(first + start, first + end))

    def _ends_open(self, line: bytes, *, is_open: bool) -> bool:
        """Follow the quoting through one line as the csv module does: a quote opens only at the start of a field."""
        quote, opener = self._quote, self._opener
        place = 0
        if not is_open:
            if not line.startswith(quote):
                place = line.find(opener)
                if place < 0:
                    return False
                place += 1
            place += 1
        while True:
            place = line.find(quote, place)
            if place < 0:
                return True
            if line.startswith(quote, place + 1):
                place += 2
                continue
            place = line.find(opener, place + 1)
            if place < 0:
                return False
            place += 2


def parse_records(records: Sequence[bytes], dialect: Dialect, decode: Callable[[bytes], str]) -> Parsed:
    """Cells of each record; a blank record has none.

    Should the csv module see one record in several (a stray quote that counting does not notice), it is right: the
    row spans them.
    """
    texts = [decode(record) for record in records]
    try:
        cells: list[list[str] | None] = [*csv.reader(texts, delimiter=dialect.delimiter, quotechar=dialect.quote)]
    except csv.Error:
        return _one_by_one(texts, dialect)
    if len(cells) == len(texts):
        return Parsed(cells, {}, {})
    cells = [None] * len(texts)
    spans: dict[int, int] = {}
    reader = csv.reader(texts, delimiter=dialect.delimiter, quotechar=dialect.quote)
    before = 0
    for found in reader:
        cells[before] = found
        if reader.line_num - before > 1:
            spans[before] = reader.line_num - before
        before = reader.line_num
    return Parsed(cells, {}, spans)


def _one_by_one(texts: list[str], dialect: Dialect) -> Parsed:
    cells: list[list[str] | None] = []
    errors: dict[int, str] = {}
    for place, text in enumerate(texts):
        try:
            cells.append(next(csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote), []))
        except csv.Error as error:
            cells.append(None)
            errors[place] = str(error)
    return Parsed(cells, errors, {})
