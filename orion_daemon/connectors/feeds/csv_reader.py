"""CSV in two steps: cutting the bytes into records, which is cheap, and parsing the records that somebody wants.

Known groups of records are passed over as they stand (`known.py`). Where one has changed, lines are compared with the
known records first: a known one is a whole record, as it was when it became known. Of the others only a line with an
odd number of quotes can begin a record with line breaks inside, and only there the quoting is followed exactly. A quote
that never closes, or that only another record's quote seems to close, costs one record: the line it stands on is
reported as broken and reading goes on with the next. Memory is bounded by the block and the longest record allowed.
Parsing is done by the `csv` module, many records in one call.
"""

import csv
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple, TypedDict

from orion_daemon.connectors.feeds.known import GROUP, UNKNOWN, Known, Sift
from orion_daemon.domain.fingerprints import Group

BLOCK = 1 << 18
_KNOWN_BLOCK = 1 << 20  # where little is to be parsed, the more of it comes together the better
_size, _lines = attrgetter("size"), attrgetter("lines")
_MOST_LINES = 1 << 16
csv.field_size_limit(1 << 30)  # a process-wide setting; what bounds a field here is the longest record allowed


class Options(TypedDict):
    delimiter: str
    quotechar: str


class Dialect(NamedTuple):
    delimiter: str
    quote: str = '"'
    is_cr: bool = False  # lines end with a bare carriage return

    @property
    def options(self) -> Options:
        return {"delimiter": self.delimiter, "quotechar": self.quote}


class Records(NamedTuple):
    """A stretch of the file (see `Sift`), and how the file ends."""

    records: list[bytes]
    lines: list[int]  # the physical line on which each begins
    hashes: list[int]
    runs: list[tuple[int, int, int, int]]
    groups: list[tuple[int, Group]]
    broken: list[tuple[int, bytes]]
    is_end: bool = False  # the last piece of the file
    has_open_end: bool = False  # the file ends inside a quoted value, an item or the root element
    has_line_end: bool = True  # the file ends with a line break

    @classmethod
    def of(cls, sift: Sift, **ends: bool) -> "Records":
        sift.close()
        return cls(sift.records, sift.lines, sift.hashes, sift.runs, sift.groups, sift.broken, **ends)


class Parsed(NamedTuple):
    """`cells` has an entry for each record. None: it could not be parsed (see `errors`) or belongs to the one before,
    whose `spans` says how many records it was made of. An error beside cells tells that they were mended."""

    cells: list[list[str] | None]
    errors: dict[int, str]
    spans: dict[int, int]


def split_records(
    read: Callable[[int], bytes],
    dialect: Dialect,
    *,
    columns: int,
    max_record: int,
    known: Known | None = None,
    first_line: int = 1,
    block: int = 0,
) -> Iterator[Records]:
    """Cut a stream of ASCII-compatible bytes into records without their line ends. Blank lines come as records too.

    `columns` is what a whole record has; it decides, at the end of the file, whether an unclosed quote was a slip in
    the middle (reading goes on behind it) or the place where the file was cut. Lines before `first_line` are left out.
    """
    known = known or Known(0)
    block = block or (BLOCK if known.is_empty else _KNOWN_BLOCK)
    cutter = _Cutter(dialect, known, columns)
    rest, line, has_line_end = b"", 1, True
    while data := read(block):
        if dialect.is_cr:
            data = data.replace(b"\r", b"\n")
        has_line_end = data.endswith(b"\n")
        buffer = rest + data
        start = 0
        while line < first_line and (end := buffer.find(b"\n", start)) >= 0:
            start, line = end + 1, line + 1
        sift = Sift(known)
        if line >= first_line:
            start, line, is_open = cutter.cut(buffer, start, line, sift)
            while is_open and len(buffer) - start > max_record:
                end = buffer.index(b"\n", start)
                sift.lose(line, buffer[start:end])
                start, line, is_open = cutter.cut(buffer, end + 1, line + 1, sift)
        rest = buffer[start:]
        if len(sift) or sift.broken:
            yield Records.of(sift)
    yield from _end(cutter, rest if line >= first_line else b"", line, columns, has_line_end)


def _end(cutter: "_Cutter", rest: bytes, line: int, columns: int, has_line_end: bool) -> Iterator[Records]:
    lines = rest.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    has_open_end = False
    sift = Sift(cutter.known)
    while lines:
        used = cutter.gather(lines, line, sift)
        line, lines = line + used, lines[used:]
        if not lines:
            break
        sift.lose(line, lines[0])
        behind = Sift(Known(0))
        cutter.apart().gather(lines[1:], line + 1, behind)
        sample = parse_records(behind.records[:20], cutter.dialect, lambda raw: raw.decode("utf-8", "replace"))
        if not any(cells is not None and len(cells) == columns for cells in sample.cells):
            has_open_end = True
            break
        line, lines = line + 1, lines[1:]
    yield Records.of(sift, is_end=True, has_open_end=has_open_end, has_line_end=has_line_end)


class _Cutter:
    def __init__(self, dialect: Dialect, known: Known, columns: int) -> None:
        self.dialect = dialect
        self.known = known
        self._columns = columns
        self._quote = dialect.quote.encode()
        self._opener = dialect.delimiter.encode() + self._quote
        quote, opener = re.escape(self._quote), re.escape(self._opener)
        # the first quote of a line begins a value, and so does not end one that another line has begun
        self._opens_next = re.compile(rb"[^%b]*%b[^%b\r]" % (quote, opener, opener))
        self._window = GROUP  # lines at a time while known groups are looked for

    def apart(self) -> "_Cutter":
        """One that knows no records."""
        return _Cutter(self.dialect, Known(0), self._columns)

    def cut(self, buffer: bytes, start: int, line: int, sift: Sift) -> tuple[int, int, bool]:
        """Records of the whole lines from `start` on: where the rest begins, on which line, and whether a record is
        still open there."""
        known = self.known
        stop = buffer.rfind(b"\n", start) + 1
        view = memoryview(buffer)
        while start < stop:
            groups = known.groups_at(view, start, stop)
            if groups:
                sift.pass_groups(groups, line)
                start += sum(map(_size, groups))
                line += sum(map(_lines, groups))
                self._window = GROUP
            if start >= stop:
                break
            group = known.group()
            if group is not None and start + group.size > len(buffer):
                return start, line, False
            end = self._window_end(buffer, start, stop)
            while True:
                lines = buffer[start : end - 1].split(b"\n")
                used = self.gather(lines, line, sift, self._following(buffer, end))
                start += sum(map(len, lines[:used])) + used
                line += used
                if used == len(lines):
                    break
                if end == stop:
                    return start, line, True
                self._window *= 4
                end = self._window_end(buffer, start, stop)
            self._window = min(self._window * 2, _MOST_LINES)
        return start, line, False

    def _window_end(self, buffer: bytes, start: int, stop: int) -> int:
        """Lines up to where the next known group should begin; more and more of them while none is found."""
        group = self.known.group()
        ahead = group.lines if group is not None else self.known.until_group()
        if not ahead:
            return stop
        end = start
        for _ in range(max(ahead, self._window - GROUP)):
            end = buffer.find(b"\n", end, stop) + 1
            if not end:
                return stop
        return end

    def _following(self, buffer: bytes, start: int) -> int | None:
        end = buffer.find(b"\n", start)
        return None if end < 0 or self.known.is_empty else self.known.checksum(buffer[start:end])

    def gather(self, lines: list[bytes], first: int, sift: Sift, following: int | None = None) -> int:
        """Sift the records made of these lines; how many lines they use: the rest belongs to a record still open.
        `following`: the checksum of the line behind."""
        known, quote, total = self.known, self._quote, len(lines)
        sums: list[int] = []
        odd: list[int] = []
        if known.is_empty:
            odd = [place for place, count in enumerate(map(bytes.count, lines, repeat(quote))) if count & 1]
            odd = [place for place in odd if self._ends_open(lines[place], is_open=False)]
        else:
            sums = known.sums(lines)
        place = 0
        while place < total:
            if known.is_empty:
                ahead = bisect_left(odd, place)
                end = odd[ahead] if ahead < len(odd) else total
                if end > place:
                    run = lines[place:end]
                    sift.add(run, first + place, known.fresh(run))
                place = end
            elif run_length := known.follow(sums, place):
                raw = lines[place : place + run_length]
                sift.pass_over(known.at - run_length, known.at, first + place, raw)
                place += run_length
            if place == total:
                break
            end = self._end_of(lines, place)
            if end < 0:
                return place
            if end == place:
                record, checksum = lines[place], sums[place] if sums else None
                behind = following if place + 1 == total else sums[place + 1] if sums else None
            else:
                record, checksum, behind = b"\n".join(lines[place : end + 1]), None, None
            number, known_place = known.find(record, checksum, behind)
            if known_place != UNKNOWN:
                sift.pass_over(known_place, known_place + 1, first + place, (record,))
            elif end > place and self._has_swallowed(lines[place : end + 1], record):
                sift.lose(first + place, lines[place])
                place += 1
                continue
            else:
                sift.add_one(record, first + place, number)
            place = end + 1
        return total

    def _end_of(self, lines: list[bytes], place: int) -> int:
        """The last line of the record that begins here; -1 when its end is not among these lines."""
        if not lines[place].count(self._quote) & 1 or not self._ends_open(lines[place], is_open=False):
            return place
        for end in range(place + 1, len(lines)):
            if self._quote in lines[end] and not self._ends_open(lines[end], is_open=True):
                return end
        return -1

    def _has_swallowed(self, lines: list[bytes], record: bytes) -> bool:
        """Whether what seems to be one record is one with a quote too few, and others behind it."""
        if not self._columns or self._width(record):
            return False
        return bool(self._opens_next.match(lines[-1])) or any(self._width(line) == self._columns for line in lines[1:])

    def _width(self, record: bytes) -> int:
        """How many cells; 0 when the quoting is not as it should be."""
        try:
            [cells] = csv.reader([record.decode("latin-1")], **self.dialect.options, strict=True)
        except (csv.Error, ValueError):
            return 0
        return len(cells)

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
    """Cells of each record; a blank record has none. Quotes inside of quoted values that nobody has doubled are mended.

    Should the csv module see one record in several (a stray quote that counting does not notice), it is right: the
    row spans them.
    """
    texts = decode(b"\n".join(records)).split("\n")
    if len(texts) != len(records):  # one has a line break inside
        texts = [decode(record) for record in records]
    options = dialect.options
    errors: dict[int, str] = {}
    try:
        cells: list[list[str] | None] = [*csv.reader(texts, **options, strict=True)]
    except csv.Error:
        mended = [_mended(text, options) for text in texts]
        errors = {place: "mended" for place, text in enumerate(mended) if text is not None}
        texts = [text if better is None else better for text, better in zip(texts, mended, strict=True)]
        try:
            cells = [*csv.reader(texts, **options)]
        except csv.Error:
            return _one_by_one(texts, dialect, errors)
    if len(cells) == len(texts):
        return Parsed(cells, errors, {})
    cells = [None] * len(texts)
    spans: dict[int, int] = {}
    reader = csv.reader([text + "\n" for text in texts], **options)
    before = 0
    for found in reader:
        cells[before] = found
        if reader.line_num - before > 1:
            spans[before] = reader.line_num - before
        before = reader.line_num
    return Parsed(cells, {place: text for place, text in errors.items() if cells[place] is not None}, spans)


def _mended(text: str, options: Options) -> str | None:
    """A record whose quotes are not as they should be in a form that can be read; None when nothing is wrong."""
    quote = options["quotechar"]
    try:
        next(csv.reader([text], **options, strict=True), None)
    except csv.Error:
        escaped = text.replace("\\" + quote, quote * 2)  # `\"` instead of `""`
        try:
            next(csv.reader([escaped], **options, strict=True), None)
        except csv.Error:
            return text
        return escaped
    return None


def _one_by_one(texts: list[str], dialect: Dialect, errors: dict[int, str]) -> Parsed:
    cells: list[list[str] | None] = []
    for place, text in enumerate(texts):
        try:
            cells.append(next(csv.reader([text], **dialect.options), []))
        except csv.Error as error:
            cells.append(None)
            errors[place] = str(error)
    return Parsed(cells, errors, {})
