"""An opened feed: its source, what was detected, the records in pieces, and the cells of those that are wanted.

Brings CSV and XML under one form for the walk in `reader.py`: pieces of raw records with their lines, and rows of
cells that fit `detected.columns`. For XML the columns grow while elements appear.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from orion_daemon.connectors.feeds import xml_reader
from orion_daemon.connectors.feeds.csv_reader import Parsed, Records, parse_records, split_records
from orion_daemon.connectors.feeds.detect import (
    SAMPLE,
    Detected,
    decoder,
    detect_csv,
    detect_encoding,
    refuse_foreign,
    with_columns,
)
from orion_daemon.connectors.feeds.known import Known
from orion_daemon.connectors.feeds.source import FeedRefused, FeedSource, Limits


class OpenFeed:
    """Raises `FeedRefused` when the file is no feed. `close` it."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.source = FeedSource(path, limits)
        self._limits = limits
        try:
            self.detected = self._detect()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.source.close()

    def _detect(self) -> Detected:
        blocks: list[bytes] = []
        while sum(map(len, blocks)) < SAMPLE and (block := self.source.read(1 << 18)):
            blocks.append(block)
        sample = b"".join(blocks)
        is_whole = len(sample) < SAMPLE
        self._head: list[bytes] = [sample]
        self.is_empty = not sample.strip()
        encoding, warnings = detect_encoding(sample, is_whole=is_whole, wide=self.source.wide)
        refuse_foreign(sample)
        self.has_no_items = False
        if sample.lstrip().startswith(b"<"):
            found = self._detect_xml(sample, encoding, is_whole=is_whole)
        else:
            found = detect_csv(sample, encoding, is_whole=is_whole, limits=self._limits)
        self._decode = decoder("utf-8" if self.source.wide else encoding)
        return replace(
            found,
            has_bom=self.source.bom is not None,
            encoding=self.source.wide or encoding,
            compression=self.source.compression,
            warnings=(*warnings, *found.warnings),
        )

    def _detect_xml(self, sample: bytes, encoding: str, *, is_whole: bool) -> Detected:
        self._shape = xml_reader.XmlShape(sample)
        self.has_no_items = not self._shape.has_items
        if self.has_no_items and not (is_whole and self._shape.may_be_empty):
            root = self._shape.root.decode("utf-8", "replace")
            text = (
                f"The XML holds no products: there is no item, entry, product or offer in its root {root or '(none)'}."
            )
            raise FeedRefused("no_items", text)
        self._xml = xml_reader.XmlParser(self._shape)
        blocks = [sample]
        pieces = xml_reader.split_items(
            lambda _: blocks.pop() if blocks else b"", self._shape, max_record=self._limits.max_record_bytes
        )
        rows = self._xml.parse(next(pieces).records[:200], lambda raw: raw.decode(encoding, "replace"))
        headers = [*self._xml.headers]
        places = [place for place, name in enumerate(headers) if name in ("price", "sale_price")]
        prices = [cells[place] for cells in rows.cells for place in places if cells and place < len(cells)]
        return with_columns(Detected("xml", encoding), headers, prices)

    def _read(self, size: int) -> bytes:
        return self._head.pop() if self._head else self.source.read(size)

    def pieces(self, known: Known) -> Iterator[Records]:
        limit = self._limits.max_record_bytes
        if self.detected.format == "xml":
            yield from xml_reader.split_items(self._read, self._shape, max_record=limit, known=known)
            return
        yield from split_records(
            self._read,
            self.detected.dialect,
            columns=len(self.detected.columns),
            max_record=limit,
            known=known,
            first_line=self.detected.first_line,
        )

    def parse(self, records: list[bytes]) -> tuple[Parsed, set[int]]:
        """Cells, and which of the records were not in the file's encoding."""
        try:
            return self._parse_with(records, self._decode), set()
        except UnicodeDecodeError:
            mixed: set[int] = set()
            texts: list[bytes] = []
            for place, record in enumerate(records):
                try:
                    record.decode()
                    texts.append(record)
                except UnicodeDecodeError:
                    mixed.add(place)
                    texts.append(record.decode("windows-1252", "replace").encode())
            return self._parse_with(texts, self._decode), mixed

    def id_of(self, record: bytes) -> str:
        """The id that a record which cannot be read most likely has; "" when it shows none."""
        columns = self.detected.columns
        if "id" not in columns:
            return ""
        place = columns.index("id")
        if self.detected.format == "csv":
            [cells] = self._parse_with([record.split(b"\n")[0]], lambda raw: raw.decode("utf-8", "replace")).cells
            return cells[place].strip() if cells and place < len(cells) else ""
        return xml_reader.text_of(record, self.detected.headers[place])

    def _parse_with(self, records: list[bytes], decode: Callable[[bytes], str]) -> Parsed:
        if self.detected.format == "csv":
            return parse_records(records, self.detected.dialect, decode)
        rows = self._xml.parse(records, decode)
        if len(self._xml.headers) != len(self.detected.headers):
            self.detected = with_columns(self.detected, [*self._xml.headers], [])
        return rows
