"""Reading a feed into chunks: the synchronous half of an import, in a thread or in a process of its own.

`read_feed_file` walks through the file once and gives chunks ready to be written, then a `Summary`: what was detected,
why the file may not be whole, what is missing in it, and the fingerprints for the next time. As a program it takes one
`Reading` after the other from standard input and gives the pieces of each (`import_pieces.py`) to standard output, so
that parsing runs beside writing; it ends when either pipe does. Who writes: `import_work.py`.
"""

import contextlib
import fcntl
import gc
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orjson import OPT_SORT_KEYS, dumps

from orion_daemon.actors.import_pieces import Opened, Piece, Reading, Refused, Summary, receive, send
from orion_daemon.connectors.feeds import products
from orion_daemon.connectors.feeds.columns import FIELDS
from orion_daemon.connectors.feeds.detect import Detected
from orion_daemon.connectors.feeds.reader import READER_VERSION, Batch, FeedReader
from orion_daemon.connectors.feeds.source import FeedRefused, Limits
from orion_daemon.connectors.feeds.truncation import MESSAGES
from orion_daemon.connectors.letzshop import feed as letzshop_feed
from orion_daemon.domain import fingerprints
from orion_daemon.domain.catalog import NEUTRAL, PRICES, CatalogRow, Chunk, Problem
from orion_daemon.domain.products import IncomingProduct

READERS: dict[str, Callable[..., FeedReader]] = {
    "letzshop": letzshop_feed.read_feed,
    "amazon": partial(products.read_feed, vendor="amazon", names_products=True),
    "ebay": partial(products.read_feed, vendor="ebay", names_products=True),
}
"""How the products of each marketplace are read: from a feed, or from what the account was asked for."""

_ALWAYS = frozenset(PRICES)
_COLUMN_OF = {
    "gtin": "gtin", "mpn": "mpn", "brand": "brand", "item_group_id": "item_group_id", "tax_rate": "tax_rate",
    "availability": "availability", "quantity": "quantity", "condition": "condition", "link": "link",
    "image_link": "image_link", "additional_image_link": "additional_image_links_json",
    "google_product_category": "google_product_category", "product_type": "product_type_path",
    "description": "description", "is_digital": "product_type",
}  # fmt: skip


def context_of(marketplace: str, currency: str, timezone: str) -> str:
    """Names what shapes the products besides the file and its language."""
    return f"{marketplace}|{currency}|{timezone}|{READER_VERSION}"


def read_feed_file(reading: Reading) -> Iterator[Piece]:
    """Give the pieces in order. OSError when the file cannot be read."""
    known = fingerprints.unpack(reading.known) if reading.known else None
    try:
        with READERS[reading.marketplace](
            Path(reading.path),
            language=reading.language,
            currency=reading.currency,
            limits=Limits(max_bytes=reading.max_bytes),
            announced_size=reading.announced_size,
            zone=ZoneInfo(reading.timezone),
        ) as reader:
            yield Opened(_provided(reader.detected), _described(reader.detected))
            cutter = _Cutter(reading.chunk_rows)
            for batch in reader.batches(known):
                cutter.add(batch)
                while cutter.is_full:
                    yield cutter.cut(reader.bytes_read)
            while cutter.records:
                yield cutter.cut(reader.bytes_read)
            yield _summary(reader, reading)
    except FeedRefused as error:
        yield Refused(error.code, error.message)


def _provided(detected: Detected) -> frozenset[str]:
    if detected.format == "xml":
        return frozenset((*NEUTRAL, "description"))
    found = {_COLUMN_OF[column] for column in detected.columns if column in _COLUMN_OF}
    if "google_product_category" in detected.columns:
        found.add("product_type")
    if any(column not in FIELDS for column in detected.columns):
        found.add("attributes_json")
    return _ALWAYS | found


def _described(detected: Detected) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(detected, name)
        for name in ("format", "encoding", "delimiter", "has_bom", "compression", "decimal_mark", "names_currency")
    }
    found["columns"] = list(detected.columns)
    found["unknown_columns"] = list(detected.unknown_columns)
    found["warnings"] = [
        {"field": warning.field, "reason": warning.reason, "message": warning.message} for warning in detected.warnings
    ]
    return found


class _Cutter:
    """Cuts what was read into chunks of equal size, whatever the sizes of batches: the same at every reading."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._position = 0
        self._start()

    def _start(self) -> None:
        self._rows: list[CatalogRow] = []
        self._problems: list[Problem] = []
        self._unchanged = self._rejected = self._skipped = self._warned = 0

    @property
    def records(self) -> int:
        return len(self._rows) + self._unchanged + self._rejected + self._skipped

    @property
    def is_full(self) -> bool:
        return len(self._rows) >= self._size or len(self._problems) >= self._size or self.records >= 16 * self._size

    def add(self, batch: Batch) -> None:
        self._unchanged += batch.unchanged
        if batch.problems:
            rejected = sum(one.severity == "rejected" for one in batch.problems)
            self._rejected += rejected
            self._skipped += len(batch.problems) - rejected
            self._problems += [
                Problem(one.line, one.field, one.reason, one.message, one.value, one.severity) for one in batch.problems
            ]
        if not batch.rows:
            return
        lines, _, products = zip(*batch.rows, strict=True)
        columns = [*zip(*products, strict=True)]  # whole columns cost half of what rows do
        columns[_MORE] = tuple([dumps(more).decode() if more else None for more in columns[_MORE]])
        columns[_ATTRIBUTES] = tuple(
            [dumps(found, option=OPT_SORT_KEYS).decode() if found else None for found in columns[_ATTRIBUTES]]
        )
        neutral = zip(*columns[_FIRST : _ATTRIBUTES + 1], strict=True)
        self._rows += zip(lines, columns[0], neutral, columns[_TITLE], columns[_TITLE + 1], strict=True)
        if any(columns[_WARNINGS]):
            for line, warnings in zip(lines, columns[_WARNINGS], strict=True):
                self._warned += len(warnings)
                self._problems += [
                    Problem(line, warning.field, warning.reason, warning.message, warning.value, "warning")
                    for warning in warnings
                ]

    def cut(self, read: int) -> Chunk:
        """The next chunk; rows beyond its size stay for the one after."""
        rest = self._rows[self._size :]
        rows = self._rows[: self._size] if rest else self._rows
        self._position += self.records - len(rest)
        self._problems.sort(key=lambda problem: problem.line)
        chunk = Chunk(
            self._position, read, self._unchanged, self._rejected, self._skipped, self._warned, rows, self._problems
        )
        self._start()
        self._rows = rest
        return chunk


_FIRST = IncomingProduct._fields.index(NEUTRAL[0])
_MORE = IncomingProduct._fields.index("additional_image_links")
_ATTRIBUTES = IncomingProduct._fields.index("attributes")
_WARNINGS = IncomingProduct._fields.index("warnings")
_TITLE = IncomingProduct._fields.index("title")


def _summary(reader: FeedReader, reading: Reading) -> Summary:
    verdict = reader.finish()
    totals = reader.totals
    count = fingerprints.count(reading.known) if reading.known else 0
    missing: list[str] = []
    if reading.known and totals.unchanged == count and not totals.accepted:
        packed = with_missing = reading.known  # all that was known is here, and nothing else
    else:
        absent = reader.missing()
        missing = [key for key, _ in absent]
        found = reader.fingerprints()
        packed = found.pack()
        with_missing = found.plus(absent).pack() if absent else packed
    return Summary(
        _described(reader.detected),
        tuple([(code, MESSAGES[code]) for code in verdict.reasons]),
        count,
        totals.records,
        totals.accepted + totals.unchanged + totals.skipped,
        totals.rejected,
        missing,
        packed,
        with_missing,
        reader.file_hash(),
    )


def main() -> int:
    """One feed after the other; exits quietly when either pipe ends."""
    with contextlib.suppress(OSError, AttributeError):  # Linux; others keep the pipe they have
        fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)
    gc.disable()  # rows are no cycles: looking for them among so many costs a tenth of the time
    try:
        while True:
            gc.collect()
            for piece in read_feed_file(receive(sys.stdin.buffer)):
                send(piece, sys.stdout.buffer)
    except EOFError:
        return 0
    except BrokenPipeError:
        return 1
