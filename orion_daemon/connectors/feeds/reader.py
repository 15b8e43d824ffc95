"""The walk through a feed: source → detection → records → (known? skip) → cells → a vendor's mapping → batches.

Plain synchronous code, so it runs in a thread or in a process of its own. Memory is bounded by the block,
the batch and the ids met. Records whose hash is known are never parsed. Within a file the first record of an id wins:
a later one with the same bytes is skipped, a different one rejected. `finish` says whether the file was whole.
Mapping of columns: `products.py`; writing: `services/imports`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Self, cast
from zlib import crc32

from orion_daemon.connectors.feeds.csv_reader import Parsed, Records
from orion_daemon.connectors.feeds.detect import Detected
from orion_daemon.connectors.feeds.held import Held
from orion_daemon.connectors.feeds.known import Known
from orion_daemon.connectors.feeds.opening import OpenFeed
from orion_daemon.connectors.feeds.source import Limits
from orion_daemon.connectors.feeds.truncation import Signs, Verdict, judge
from orion_daemon.domain.fingerprints import Fingerprints
from orion_daemon.domain.products import FieldProblem, IncomingProduct, RowProblem, excerpt

READER_VERSION = 3
"""Goes up whenever the same bytes would become another product; it is part of every row hash."""

_SLICE = 64  # records parsed and mapped at a time: few enough to stay in the processor's cache
_MISSHAPEN = frozenset({"row_short", "row_long"})
_MENDED = {
    "csv": ("quotes_mended", "a quote inside a quoted value is not doubled; check the values of this record"),
    "xml": ("xml_mended", "the XML of this item was not well-formed and has been mended"),
}

RowMapper = Callable[[list[str], int], IncomingProduct | RowProblem]
"""Cells (exactly as many as there are columns) and the line, to a product or the reason why not."""

RowsMapper = Callable[[Sequence[list[str]], Sequence[int]], list[IncomingProduct | RowProblem]]
"""The same for many records, faster."""


class Mapper(NamedTuple):
    """Both give the same products."""

    row: RowMapper
    rows: RowsMapper


Compile = Callable[[Detected], Mapper]
"""Makes the mapper for these columns. May raise `FeedRefused`."""


class ReadRow(NamedTuple):
    """`row_hash` is a signed 64-bit hash of the raw record and of everything that shapes its reading."""

    line: int
    row_hash: int
    product: IncomingProduct


_read_row = partial(tuple.__new__, ReadRow)


class Batch(NamedTuple):
    """`unchanged` records were skipped. Problems of accepted rows are in their `warnings`."""

    rows: list[ReadRow]
    problems: list[RowProblem]
    unchanged: int = 0


@dataclass(slots=True)
class Totals:
    """records = accepted + unchanged + rejected + skipped; blank lines are apart."""

    records: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    blank: int = 0
    warnings: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # of rejections, skips and warnings
    currencies: Counter[str] = field(default_factory=Counter)  # of accepted rows


class FeedReader:
    """A context manager over one file. `size` and `bytes_read` are bytes on disk. Reading can be done once.

    Raises `FeedRefused` when the file is no feed. `detected` grows while XML is read.
    """

    def __init__(
        self,
        path: Path,
        compile_mapper: Compile,
        *,
        context: str,
        limits: Limits | None = None,
        announced_size: int | None = None,
    ) -> None:
        """`context` names everything outside the file that shapes a product (language, currency, vendor)."""
        self._feed = OpenFeed(path, limits or Limits())
        self._announced_size = announced_size
        self._signs = Signs()
        self.totals = Totals()
        self.size = self._feed.source.size
        self.rejected_ids: set[str] = set()
        self._is_done = False
        self._signs.is_empty = self._feed.is_empty
        self._compile = compile_mapper
        try:
            has_nothing = self._feed.is_empty or self._feed.has_no_items
            self._map = None if has_nothing else compile_mapper(self._feed.detected)
        except BaseException:
            self._feed.close()
            raise
        found = self.detected
        columns = found.columns if found.format == "csv" else ()
        shape = (
            found.format,
            found.encoding,
            found.delimiter,
            found.quote,
            found.decimal_mark,
            found.currency,
            columns,
        )
        self._salt = crc32(repr((READER_VERSION, context, shape)).encode())
        self._known = Known(self._salt)
        self._held = Held(self._known)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._feed.close()

    @property
    def detected(self) -> Detected:
        return self._feed.detected

    @property
    def bytes_read(self) -> int:
        return self._feed.source.position

    def file_hash(self) -> str:
        """Hex SHA-256 of the file as it lies there."""
        return self._feed.source.file_hash()

    @property
    def present_ids(self) -> set[str]:
        """Ids of all records of the file, the rejected ones included: these products are not missing from it."""
        return {*self._held.ids, *self.rejected_ids}

    def fingerprints(self) -> Fingerprints:
        """Of the records that counted so far; known ones whose place was taken by a rejected record are still there."""
        return self._held.fingerprints(self.rejected_ids)

    def missing(self) -> list[tuple[str, int]]:
        """Id and hash of the known records that the file holds no more, in their order."""
        return self._held.missing(self.rejected_ids)

    def warn(self, problem: FieldProblem) -> None:
        """Add to what was detected: something about the file as a whole."""
        self._feed.detected = replace(self.detected, warnings=(*self.detected.warnings, problem))

    def batches(self, known: Fingerprints | None = None) -> Iterator[Batch]:
        """Read on, a block at a time. `known`: what was accepted last time, each id once; fastest in the order of the
        file."""
        if self._feed.is_empty:
            self._is_done = True
            return
        self._known = Known(self._salt, known)
        self._held = Held(self._known)
        for piece in self._feed.pieces(self._known):
            batch = self._batch(piece)
            if batch.rows or batch.problems or batch.unchanged:
                yield batch
            if piece.broken:
                self.totals.records += len(piece.broken)
                yield Batch([], [self._broken(line, raw) for line, raw in piece.broken])
            if piece.is_end:
                self._signs.has_short_end = self._signs.has_short_end and not piece.has_line_end
                if self.detected.format == "xml":
                    self._signs.is_xml_open = piece.has_open_end
                else:
                    self._signs.has_unclosed_quote = piece.has_open_end
        self._signs.is_compressed_cut = self._feed.source.is_cut
        self._is_done = True

    def finish(self) -> Verdict:
        """Whether the file was whole. Only after the last batch."""
        if not self._is_done:
            raise RuntimeError("the feed has not been read to its end")
        totals = self.totals
        return judge(
            self._signs,
            records=totals.records,
            usable=totals.accepted + totals.unchanged + totals.skipped,
            size=self.size,
            announced_size=self._announced_size,
        )

    def _batch(self, piece: Records) -> Batch:
        products = self._products(piece) if piece.records else []
        rows: list[ReadRow] = []
        problems: list[RowProblem] = []
        unchanged = 0
        refused: list[int] = []  # places in the piece, known records counted, of those that do not count
        place = before = 0  # records taken so far, known ones before them
        for until, start, end, line in (*piece.runs, (len(piece.records), 0, 0, 0)):
            if until > place:
                self._take(piece, products, place, until, before, rows, problems, refused)
                place = until
            if end > start:
                gone = self._held.take_known(start, end, line)
                for at, problem in gone:
                    refused.append(place + before + at - start)
                    self._reject(problem, problems)
                unchanged += end - start - len(gone)
                before += end - start
        self._held.take_groups(piece.groups, refused, place + before)
        self.totals.records += before
        self.totals.unchanged += unchanged
        self.totals.accepted += len(rows)
        return Batch(rows, problems, unchanged)

    def _take(
        self,
        piece: Records,
        products: list[IncomingProduct | RowProblem | None],
        start: int,
        end: int,
        before: int,
        rows: list[ReadRow],
        problems: list[RowProblem],
        refused: list[int],
    ) -> None:
        """Records that were parsed, from `start` to `end` of the piece."""
        lines, hashes = piece.lines, piece.hashes
        found = products[start:end]
        if {*map(type, found)} == {IncomingProduct}:
            keys: list[str] = [product[0] for product in found]  # type: ignore[index, misc]
            if self._held.take_all(keys, hashes[start:end]):
                rows += map(_read_row, zip(lines[start:end], hashes[start:end], found, strict=True))
                self._count(found)  # type: ignore[arg-type]  # they are products
                self.totals.records += end - start
                return
        accepted: list[IncomingProduct] = []
        for place in range(start, end):
            product = products[place]
            if product is None:
                refused.append(place + before)
                continue
            self.totals.records += 1
            problem = product if isinstance(product, RowProblem) else None
            if not isinstance(product, RowProblem):
                problem = self._held.take(product.marketplace_product_id, hashes[place], lines[place])
                if problem is None:
                    rows.append(ReadRow(lines[place], hashes[place], product))
                    accepted.append(product)
                    continue
            refused.append(place + before)
            if problem is not None:
                self._reject(problem, problems)
        self._count(accepted)

    def _count(self, products: list[IncomingProduct]) -> None:
        for product in products:
            if product.warnings:
                self._count_warnings(product)
        self.totals.currencies.update([product.currency for product in products if product.currency is not None])

    def _products(self, piece: Records) -> list[IncomingProduct | RowProblem | None]:
        """What became of each record of the piece; None for what is no record (blank, or a part of the one before)."""
        blank, count = self.totals.blank, len(piece.records)
        found: list[IncomingProduct | RowProblem | None] = []
        for start in range(0, count, _SLICE):
            parsed, mixed = self._parsed(piece.records[start : start + _SLICE])
            if parsed.errors or parsed.spans or mixed or None in parsed.cells:
                self.totals.blank = blank  # once more, as a whole: a record may reach over the slices
                parsed, mixed = self._parsed(piece.records)
                return [self._one(piece, parsed, mixed, place) for place in range(count)]
            found += self._mapped(piece, parsed, start)
        return found

    def _parsed(self, records: list[bytes]) -> tuple[Parsed, set[int]]:
        width = len(self.detected.columns)
        found = self._feed.parse(records)
        if len(self.detected.columns) != width:
            self._map = self._compile(self.detected)
        return found

    def _mapped(self, piece: Records, parsed: Parsed, start: int) -> list[Any]:
        whole = cast("list[list[str]]", parsed.cells)
        end = start + len(whole)
        if not self._map or {*map(len, whole)} != {len(self.detected.columns)} or not all(map(itemgetter(0), whole)):
            return [self._one(piece, parsed, set(), place, start) for place in range(start, end)]
        self._signs.has_short_end = False
        together = self._map.rows(whole, piece.lines[start:end])
        for cells, found in zip(whole, together, strict=True):
            if found.__class__ is RowProblem:
                self._remember(cells)
        return together

    def _one(
        self, piece: Records, parsed: Parsed, mixed: set[int], place: int, start: int = 0
    ) -> IncomingProduct | RowProblem | None:
        """`start`: the place in the piece of what is first in `parsed`."""
        cells, record = parsed.cells[place - start], piece.records[place]
        if cells is None:
            if place not in parsed.errors:
                return None
            self._remember_id(self._feed.id_of(record))
        if place in parsed.spans:
            whole = piece.records[place : place + parsed.spans[place]]
            [piece.hashes[place]] = self._known.fresh([b"\n".join(whole)])
        found = self._product(cells, piece.lines[place], parsed.errors.get(place, ""))
        if found is None:
            self.totals.blank += 1
        elif isinstance(found, RowProblem):
            if found.reason in _MISSHAPEN and b"\n" in record:
                for part in record.split(b"\n")[1:]:
                    self._remember_id(self._feed.id_of(part))
        else:
            if place in mixed:
                found = _warned(found, "encoding_mixed", "this record is not UTF-8; it was read as Windows-1252")
            if place in parsed.errors:
                found = _warned(found, *_MENDED[self.detected.format])
        return found

    def _count_warnings(self, product: IncomingProduct) -> None:
        totals = self.totals
        for warning in product.warnings:
            totals.warnings += 1
            totals.reasons[warning.reason] += 1

    def _product(self, cells: list[str] | None, line: int, error: str) -> IncomingProduct | RowProblem | None:
        """None for a blank record."""
        if cells is None:
            return RowProblem(line, "", "unreadable", f"the record cannot be parsed: {error}")
        width = len(self.detected.columns)
        if len(cells) != width:
            if not any(cell.strip() for cell in cells):
                return None
            if self.detected.format == "xml":
                cells += [""] * (width - len(cells))
            elif len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                del cells[width:]
            else:
                return self._misshapen(cells, width, line)
        elif not cells[0] and not any(cell.strip() for cell in cells):
            return None
        self._signs.has_short_end = False
        assert self._map is not None  # noqa: S101 - an empty file has no records
        found = self._map.row(cells, line)
        if found.__class__ is RowProblem:
            self._remember(cells)
        return found

    def _misshapen(self, cells: list[str], width: int, line: int) -> RowProblem:
        is_short = len(cells) < width
        self._signs.has_short_end = is_short
        self._remember(cells)
        reason = "row_short" if is_short else "row_long"
        text = f"the record has {len(cells)} values and the header {width} columns"
        text += "" if is_short else "; a delimiter inside a value needs quotes around it"
        return RowProblem(line, "", reason, text, excerpt(" | ".join(cells)))

    def _remember(self, cells: list[str]) -> None:
        columns = self.detected.columns
        place = columns.index("id") if "id" in columns else len(cells)
        if place < len(cells):
            self._remember_id(cells[place].strip())

    def _remember_id(self, key: str) -> None:
        """A record of this id stands in the file, whatever is wrong with it."""
        if key:
            self.rejected_ids.add(key)

    def _reject(self, problem: RowProblem, problems: list[RowProblem]) -> None:
        self.totals.reasons[problem.reason] += 1
        if problem.severity == "skipped":
            self.totals.skipped += 1
        else:
            self.totals.rejected += 1
        problems.append(problem)

    def _broken(self, line: int, raw: bytes) -> RowProblem:
        text = "a quoted value begins here and is never closed"
        if self.detected.format == "xml":
            text = "an item begins here and is never closed"
        self._remember_id(self._feed.id_of(raw))
        self.totals.rejected += 1
        self.totals.reasons["unclosed"] += 1
        return RowProblem(line, "", "unclosed", text, excerpt(raw.decode("utf-8", "replace")))


def _warned(product: IncomingProduct, reason: str, message: str) -> IncomingProduct:
    return product._replace(warnings=(*product.warnings, FieldProblem("", reason, message)))
