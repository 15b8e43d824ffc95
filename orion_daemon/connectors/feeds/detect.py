"""What kind of file is this? Format, encoding, delimiter, quoting, header: read off the first megabyte and stated.

Nothing is assumed silently: each guess that a person may want to check ends in `Detected.warnings`. A CSV dialect is
found by trying every delimiter on the sample and taking the one under which most column names are known, then the one
whose rows agree best with the header. What is no feed at all (a web page, a workbook, XML with a DTD) is refused.
"""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from orion_daemon.connectors.feeds.columns import count_known, currency_named, resolve_all, simplify
from orion_daemon.connectors.feeds.csv_reader import Dialect, parse_records, split_records
from orion_daemon.connectors.feeds.source import FeedRefused, Limits
from orion_daemon.domain.prices import decimal_mark_of
from orion_daemon.domain.products import FieldProblem, excerpt

SAMPLE = 1 << 20
_ROWS = 200
_DIALECT_SAMPLE = 1 << 17
DELIMITERS = (",", ";", "\t", "|")
_WEB_PAGE = re.compile(
    rb"(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*"
    rb"<(?:!doctype html|(?:html|head|body|title|meta|br|b|p|div|h[1-6]|script|center)[\s/>])",
    re.DOTALL,
)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_SEP_LINE = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)
_ONLY_WINDOWS = re.compile(rb"[\x80-\x9f]")
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass(frozen=True, slots=True)
class Detected:
    """`columns` are Orion's names in file order, `headers` what the file says; both empty for an empty file."""

    format: Literal["csv", "xml"]
    encoding: str
    has_bom: bool = False
    delimiter: str | None = None
    quote: str | None = None
    line_end: str = "\n"
    headers: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    decimal_mark: str | None = None
    names_currency: bool = True  # False when no price of the sample does and there is no column for it
    currency: str | None = None  # the one in the header of the prices
    first_line: int = 1  # of the first record behind the header
    compression: str | None = None
    warnings: tuple[FieldProblem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.format == "csv" and not self.headers

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.delimiter or ",", self.quote or '"', self.line_end == "\r")


def decoder(encoding: str) -> Callable[[bytes], str]:
    """Strict for UTF-8 (the caller decides about a record that is not), lossy for single-byte encodings."""
    if encoding == "utf-8":
        return bytes.decode

    def decode(raw: bytes) -> str:
        return raw.decode(encoding, "replace")

    return decode


def detect_encoding(sample: bytes, *, is_whole: bool, wide: str | None) -> tuple[str, list[FieldProblem]]:
    """UTF-8 when it is UTF-8, what an XML declaration says, else Windows-1252 with a warning. `wide`: was UTF-16/32."""
    if wide:
        return "utf-8", []
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, is_whole)
    except UnicodeDecodeError as error:
        declared = _XML_ENCODING.match(sample)
        if declared is not None:
            name = declared[1].decode().lower()
            if name not in ("utf-8", "utf8", "utf-16") and _is_single_byte(name):
                return ("windows-1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name), []
        place = excerpt(sample[max(0, error.start - 20) : error.start + 20].decode("windows-1252", "replace"))
        lossy = sample.decode("utf-8", "replace")
        broken = lossy.count("\N{REPLACEMENT CHARACTER}")
        foreign = sum(1 for char in lossy if char > "\x7f") - broken
        if foreign > broken:
            text = "The file is UTF-8, but some records are not; those are read as Windows-1252."
            return "utf-8", [FieldProblem("", "encoding_mixed", text, place)]
        encoding, name = "windows-1252", "Windows-1252"
        if b"\xa4" in sample and not _ONLY_WINDOWS.search(sample):
            encoding, name = "iso-8859-15", "ISO-8859-15"  # there it is the euro sign, here one that nobody writes
        text = f"The file is not UTF-8; it is read as {name}. Check accented letters, and export as UTF-8."
        return encoding, [FieldProblem("", "encoding_fallback", text, place)]
    return "utf-8", []


def _is_single_byte(name: str) -> bool:
    try:
        return "A".encode(name) == b"A" and len(bytes(range(0xA0, 0x100)).decode(name, "replace")) == 96
    except (LookupError, UnicodeError):
        return False


def refuse_foreign(sample: bytes) -> None:
    """Raise `FeedRefused` for what only looks like a file."""
    head = sample.lstrip()[:2048].lower()
    if _WEB_PAGE.match(head) and not _FEED_ROOT.search(sample):
        raise FeedRefused(
            "html_page", "This is a web page, not a feed: check the address and whether it wants a login."
        )
    if head.startswith((b"{", b"[")) and b'"' in head[:200]:
        raise FeedRefused("json", "This is a JSON document; a feed is CSV or XML.")
    if head.startswith((b"%pdf", b"\xd0\xcf\x11\xe0")):
        raise FeedRefused("not_a_feed", "This is an office document; export it as CSV (UTF-8) first.")


def detect_csv(sample: bytes, encoding: str, *, is_whole: bool, limits: Limits) -> Detected:
    """`sample` begins behind a byte-order mark; its last record is left out unless it is the whole file."""
    warnings: list[FieldProblem] = []
    line_end = "\r\n" if b"\r\n" in sample else "\n" if b"\n" in sample or b"\r" not in sample else "\r"
    forced = _SEP_LINE.match(sample)
    if not sample.strip():
        return Detected("csv", encoding, delimiter=None, line_end=line_end)
    if len(sample) > _DIALECT_SAMPLE and sample.rfind(b"\n", 0, _DIALECT_SAMPLE) > 0:
        sample, is_whole = sample[:_DIALECT_SAMPLE], False
    candidates = [forced[1].decode("latin-1")] if forced else list(DELIMITERS)
    body = sample[forced.end() :] if forced else sample
    best: tuple[tuple[int, float, int], Dialect, list[tuple[int, list[str]]], int] | None = None
    for delimiter in candidates:
        dialect = Dialect(delimiter, '"', line_end == "\r")
        rows = _sample_rows(body, dialect, encoding, is_whole=is_whole, limits=limits)
        if rows and _is_wrapped(rows):
            dialect = dialect._replace(quote="'")
            rows = _sample_rows(body, dialect, encoding, is_whole=is_whole, limits=limits)
        if not rows:
            continue
        place = _header_place(rows)
        width = len(rows[place][1])
        below = rows[place + 1 :]
        agreeing = sum(len(cells) == width for _, cells in below) / len(below) if below else 1.0
        score = (count_known(rows[place][1]), round(agreeing, 2) if width > 1 else 0.0, width)
        if best is None or score > best[0]:
            best = (score, dialect, rows, place)
    if best is None:
        return Detected("csv", encoding, delimiter=None, line_end=line_end)
    _, dialect, rows, place = best
    headers = [cell.strip() for cell in rows[place][1]]
    if len(headers) > limits.max_columns:
        raise FeedRefused("too_many_columns", f"The header has {len(headers)} columns, more than {limits.max_columns}.")
    if place:
        text = f"{place} line(s) before the header were passed over."
        warnings.append(FieldProblem("", "preamble", text, excerpt(dialect.delimiter.join(rows[0][1]))))
    data = [cells for _, cells in rows[place + 1 :]]
    headers = _mend_header(headers, data, dialect.delimiter, warnings)
    while (
        headers
        and not headers[-1]
        and not any(len(cells) >= len(headers) and cells[len(headers) - 1].strip() for cells in data)
    ):
        headers.pop()
    columns, unknown = resolve_all(headers)
    if unknown:
        text = f"{len(unknown)} column(s) are not known and are kept as attributes: {', '.join(unknown[:20])}."
        warnings.append(FieldProblem("", "unknown_columns", text, excerpt(", ".join(unknown))))
    if dialect.quote == "'":
        warnings.append(FieldProblem("", "single_quotes", "Values stand in single quotes; these are taken away."))
    prices = [cells[column] for column in _price_places(columns) for cells in data if column < len(cells)]
    currency = _header_currency(columns, headers)
    offset = 1 if forced else 0
    return Detected(
        "csv",
        encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        line_end=line_end,
        headers=tuple(headers),
        columns=tuple(columns),
        unknown_columns=tuple(unknown),
        decimal_mark=decimal_mark_of(prices),
        names_currency="currency" in columns or currency is not None or _name_currency(prices),
        currency=currency,
        first_line=offset + (rows[place + 1][0] if place + 1 < len(rows) else rows[place][0] + 1),
        warnings=tuple(warnings),
    )


def with_columns(detected: Detected, headers: list[str], prices: list[str]) -> Detected:
    """For XML, where columns appear while reading."""
    columns, unknown = resolve_all(headers)
    currency = _header_currency(columns, headers)
    kept = tuple([warning for warning in detected.warnings if warning.reason != "unknown_columns"])
    if unknown:
        text = f"{len(unknown)} element(s) are not known and are kept as attributes: {', '.join(unknown[:20])}."
        kept += (FieldProblem("", "unknown_columns", text, excerpt(", ".join(unknown))),)
    return replace(
        detected,
        headers=tuple(headers),
        columns=tuple(columns),
        unknown_columns=tuple(unknown),
        decimal_mark=decimal_mark_of(prices) if prices else detected.decimal_mark,
        names_currency="currency" in columns
        or currency is not None
        or (_name_currency(prices) if prices else detected.names_currency),
        currency=currency,
        warnings=kept,
    )


def _name_currency(prices: list[str]) -> bool:
    return not prices or any(char not in "0123456789.,'- \u00a0\u202f" for price in prices for char in price.strip())


def _header_currency(columns: list[str], headers: list[str]) -> str | None:
    return currency_named(headers[columns.index("price")]) if "price" in columns else None


def _price_places(columns: list[str]) -> list[int]:
    return [place for place, name in enumerate(columns) if name in ("price", "sale_price")]


def _sample_rows(
    sample: bytes, dialect: Dialect, encoding: str, *, is_whole: bool, limits: Limits
) -> list[tuple[int, list[str]]]:
    """(line, cells) of up to 200 records of the sample that are not blank."""
    if not is_whole:
        sample = sample[: sample.rfind(b"\n") + 1]
    blocks = [sample]
    result: list[tuple[int, list[str]]] = []
    for piece in split_records(
        lambda _: blocks.pop() if blocks else b"", dialect, columns=0, max_record=limits.max_record_bytes
    ):
        found = parse_records(piece.records[:_ROWS], dialect, lambda raw: raw.decode(encoding, "replace"))
        for line, cells in zip(piece.lines, found.cells, strict=False):
            if cells and any(map(str.strip, cells)):
                result.append((line, cells))
        if len(result) >= _ROWS:
            break
    return result


def _header_place(rows: list[tuple[int, list[str]]]) -> int:
    """The first row, unless another of the first ten looks far more like a header."""
    first = count_known(rows[0][1])
    if first >= 2:
        return 0
    known = [first, *(count_known(cells) for _, cells in rows[1:10])]
    if max(known) < 3:
        return 0
    return known.index(max(known))


def _is_wrapped(rows: list[tuple[int, list[str]]]) -> bool:
    cells = [cell.strip() for _, row in rows[1:50] for cell in row if cell.strip()]
    if not cells:
        return False
    wrapped = sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells)
    return wrapped > len(cells) * 0.6


def _mend_header(headers: list[str], below: list[list[str]], delimiter: str, warnings: list[FieldProblem]) -> list[str]:
    """A header in which one delimiter was mistyped: cut it so that it fits what nearly all rows have."""
    if not below:
        return headers
    width, number = Counter(len(cells) for cells in below).most_common(1)[0]
    if width <= len(headers) or number < len(below) * 0.8:
        return headers
    for other in DELIMITERS:
        cut = [part.strip() for cell in headers for part in cell.split(other)]
        if other != delimiter and len(cut) == width and all(simplify(part) for part in cut):
            text = f"The header mixes delimiters ({delimiter!r} and {other!r}); it was cut at both."
            warnings.append(FieldProblem("", "header_mixed_delimiters", text, excerpt(delimiter.join(headers))))
            return cut
    return headers
