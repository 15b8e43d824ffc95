"""The walk through a feed: source → detection → records → (known? skip) → cells → a vendor's mapping → batches.

Plain synchronous code whose values can be pickled, so it runs in a process of its own. Memory is bounded by the block,
the batch and the ids met. Records whose hash is known are never parsed. Within a file the first record of an id wins:
a later one with the same bytes is skipped, a different one rejected. `finish` says whether the file was whole.
Mapping of columns: the vendor's `feed.py`; writing: `services/imports`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Self
from zlib import crc32

from orion_daemon.connectors.feeds.csv_reader import Records
from orion_daemon.connectors.feeds.detect import Detected
from orion_daemon.connectors.feeds.known import Known
from orion_daemon.connectors.feeds.opening import OpenFeed
from orion_daemon.connectors.feeds.source import Limits
from orion_daemon.connectors.feeds.truncation import Signs, Verdict, judge
from orion_daemon.domain.products import FieldProblem, IncomingProduct, RowProblem, excerpt

READER_VERSION = 3
"""Goes up whenever the same bytes would become another product; it is part of every row hash."""

_MISSHAPEN = frozenset({"row_short", "row_long"})
_MENDED = {
    "csv": ("quotes_mended", "a quote inside a quoted value is not doubled; check the values of this record"),
    "xml": ("xml_mended", "the XML of this item was not well-formed and has been mended"),
}

RowMapper = Callable[[list[str], int], IncomingProduct | RowProblem]
"""Cells (exactly as many as there are columns) and the line, to a product or the reason why not."""

Compile = Callable[[Detected], RowMapper]
"""Makes the mapper for these columns. May raise `FeedRefused`."""


class ReadRow(NamedTuple):
    """`row_hash` is a signed 64-bit hash of the raw record and of everything that shapes its reading."""

    line: int
    row_hash: int
    product: IncomingProduct


class Batch(NamedTuple):
    """`unchanged` are the product ids of skipped records. Problems of accepted rows are in their `warnings`."""

    rows: list[ReadRow]
    problems: list[RowProblem]
    unchanged: list[str]


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
        self._seen: dict[str, int] = {}  # id → hash of the record that counts
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
        self._known = Known(self._salt, {})
        self._settled = 0  # so many of the known order came first in this file, and are not yet in `_seen`

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

    @property
    def present_ids(self) -> set[str]:
        """Ids of all records of the file, the rejected ones included: these products are not missing from it."""
        return self.seen().keys() | self.rejected_ids

    def seen(self) -> dict[str, int]:
        """Ids of the records that counted so far, with their hashes."""
        if self._settled > 0:
            ids: list[str] = self._known.ids[: self._settled]  # type: ignore[assignment]  # no None among known ids
            self._seen.update(zip(ids, self._known.order, strict=False))
            self._settled = -1  # from here on each record is entered by itself
        return self._seen

    def warn(self, problem: FieldProblem) -> None:
        """Add to what was detected: something about the file as a whole."""
        self._feed.detected = replace(self.detected, warnings=(*self.detected.warnings, problem))

    def batches(self, size: int = 500, known: Mapping[int, str] | None = None) -> Iterator[Batch]:
        """Read on, `size` records at a time. `known`: row hash → product id of what was accepted last time, each id
        once; fastest when in the order of the file."""
        if self._feed.is_empty:
            self._is_done = True
            return
        self._known = Known(self._salt, known or {})
        for piece in self._feed.pieces(self._known):
            for start in range(0, len(piece.records), size):
                batch = self._batch(piece, start, start + size)
                if batch.rows or batch.problems or batch.unchanged:
                    yield batch
            if piece.broken:
                self.totals.records += len(piece.broken)
                yield Batch([], [self._broken(line, raw) for line, raw in piece.broken], [])
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

    def _batch(self, piece: Records, start: int, end: int) -> Batch:
        records, lines = piece.records[start:end], piece.lines[start:end]
        hashes, hits = piece.hashes[start:end], piece.hits[start:end]
        if (
            hits
            and None not in hits
            and (
                self._settled >= 0
                and not self._seen
                and hits == self._known.ids[self._settled : self._settled + len(hits)]
            )
        ):
            self._settled += len(hits)
            self.totals.records += len(hits)
            self.totals.unchanged += len(hits)
            return Batch([], [], hits)  # type: ignore[arg-type]  # no None in it
        wanted = [place for place, hit in enumerate(hits) if hit is None]
        width = len(self.detected.columns)
        parsed, mixed = self._feed.parse([records[place] for place in wanted])
        if len(self.detected.columns) != width:
            self._map = self._compile(self.detected)
        batch = Batch([], [], [])
        last = -1
        for index, place in enumerate(wanted):
            if place - last > 1:
                self._skip(hits[last + 1 : place], hashes, lines, last + 1, batch)
            last = place
            cells = parsed.cells[index]
            if cells is None and index not in parsed.errors:
                continue
            if index in parsed.spans:
                whole = [records[wanted[part]] for part in range(index, index + parsed.spans[index])]
                hashes[place] = self._known.find(b"\n".join(whole))[0]
            if cells is None:
                self._remember_id(self._feed.id_of(records[place]))
            found = self._product(cells, lines[place], parsed.errors.get(index, ""))
            if found is None:
                self.totals.blank += 1
                continue
            self.totals.records += 1
            if isinstance(found, RowProblem):
                if found.reason in _MISSHAPEN and b"\n" in records[place]:
                    for part in records[place].split(b"\n")[1:]:
                        self._remember_id(self._feed.id_of(part))
                self._reject(found, batch)
                continue
            if index in mixed:
                found = _warned(found, "encoding_mixed", "this record is not UTF-8; it was read as Windows-1252")
            if index in parsed.errors:
                found = _warned(found, *_MENDED[self.detected.format])
            if self._is_new(found.marketplace_product_id, hashes[place], lines[place], batch):
                if found.warnings:
                    self._count_warnings(found)
                batch.rows.append(ReadRow(lines[place], hashes[place], found))
        self._skip(hits[last + 1 :], hashes, lines, last + 1, batch)
        self.totals.accepted += len(batch.rows)
        self.totals.currencies.update([row.product.currency for row in batch.rows if row.product.currency is not None])
        return batch

    def _skip(
        self, hits: Sequence[str | None], hashes: list[int], lines: Sequence[int], start: int, batch: Batch
    ) -> None:
        run = [hit for hit in hits if hit is not None]
        if not run:
            return
        self.totals.records += len(run)
        seen = self.seen()
        fresh = dict(zip(run, hashes[start : start + len(run)], strict=True))
        if len(fresh) == len(run) and seen.keys().isdisjoint(fresh):
            seen |= fresh
            self.totals.unchanged += len(run)
            batch.unchanged.extend(run)
            return
        for place, hit in enumerate(run, start):
            if self._is_new(hit, hashes[place], lines[place], batch):
                self.totals.unchanged += 1
                batch.unchanged.append(hit)

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
        found = self._map(cells, line)
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

    def _reject(self, problem: RowProblem, batch: Batch) -> None:
        self.totals.reasons[problem.reason] += 1
        if problem.severity == "skipped":
            self.totals.skipped += 1
        else:
            self.totals.rejected += 1
        batch.problems.append(problem)

    def _broken(self, line: int, raw: bytes) -> RowProblem:
        text = "a quoted value begins here and is never closed"
        if self.detected.format == "xml":
            text = "an item begins here and is never closed"
        self._remember_id(self._feed.id_of(raw))
        self.totals.rejected += 1
        self.totals.reasons["unclosed"] += 1
        return RowProblem(line, "", "unclosed", text, excerpt(raw.decode("utf-8", "replace")))

    def _is_new(self, key: str, row_hash: int, line: int, batch: Batch) -> bool:
        seen = self.seen()
        first = seen.get(key)
        if first is None:
            seen[key] = row_hash
            return True
        if first == row_hash:
            text = "the same record stands in the file before"
            self._reject(RowProblem(line, "id", "repeated", text, excerpt(key), "skipped"), batch)
        else:
            text = "another record of this id stands in the file before; that one counts"
            self._reject(RowProblem(line, "id", "duplicate_id", text, excerpt(key)), batch)
        return False


def _warned(product: IncomingProduct, reason: str, message: str) -> IncomingProduct:
    return product._replace(warnings=(*product.warnings, FieldProblem("", reason, message)))
