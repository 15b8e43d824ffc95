"""What an account was asked for so far, on disk: pages as they came, how far they go, and the feed file made of them.

    imports/import-7.pages    one line of JSON a page: a list of rows, each its cells by column
    imports/import-7.at       the cursor behind the last page, and how long and what the pages are up to there
    imports/import-7.feed     when all pages are there: a CSV in UTF-8 with every column that any row has

A page is written and synced first, the place behind it takes over in one step then. Killed in between, what stands
behind the place is not looked at and written over: the page is asked for again, nothing is lost and nothing doubled.
Pages that are not what the place says, or older than a day (cursors live no longer), begin anew. Synchronous: runs in a
thread. Who asks: `import_walk.py`; who reads the file: `import_reading.py`.
"""

import csv
import errno
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self
from zlib import crc32

import msgspec
from orjson import dumps, loads

from orion_daemon.actors.import_files import copy_of, pages_of, place_of
from orion_daemon.connectors.base import CatalogPage
from orion_daemon.connectors.feeds.columns import FIELDS
from orion_daemon.connectors.feeds.source import Limits

FRESH = timedelta(days=1)
MOST_COLUMNS = Limits().max_columns
_FIRST = ("id", "title")  # a feed has these, also one without rows
_BLOCK = 1 << 20


class Place(msgspec.Struct, frozen=True):
    """`bytes` of the pages belong to it, and `check` is their CRC-32; `cursor` is where to go on, None also at the
    beginning. `rows` counts every row of every page, `total` is how many products the channel spoke of last."""

    begun_at: datetime
    cursor: str | None = None
    bytes: int = 0
    check: int = 0
    rows: int = 0
    total: int | None = None
    language: str = ""
    is_whole: bool = False


class Pages:
    """The pages of one import. `open` it, `add` until `place.is_whole`, then `write_feed`."""

    def __init__(self, folder: Path, import_id: int, place: Place) -> None:
        self._pages = pages_of(folder, import_id)
        self._at = place_of(folder, import_id)
        self._feed = copy_of(folder, import_id)
        self.place = place

    @classmethod
    def open(cls, folder: Path, import_id: int, now: datetime) -> Self:
        """Where a run that was killed or put off stood, or at the beginning."""
        pages = cls(folder, import_id, Place(now))
        found = pages._stored()
        if found is not None and now - found.begun_at < FRESH and pages._is_intact(found):
            pages.place = found
        else:
            pages.drop()
        return pages

    def add(self, page: CatalogPage) -> None:
        """What comes behind the place, which then stands behind it."""
        line = dumps([_cells(row.cells) for row in page.rows]) + b"\n"
        at = self.place
        with self._pages.open("r+b" if at.bytes else "wb") as file:
            file.truncate(at.bytes)
            file.seek(at.bytes)
            file.write(line)
            _sync(file)
        self._move(
            Place(
                at.begun_at,
                page.next_cursor,
                at.bytes + len(line),
                crc32(line, at.check),
                at.rows + len(page.rows),
                at.total if page.total is None else page.total,
                at.language or page.language,
                page.next_cursor is None,
            )
        )

    def write_feed(self) -> list[str]:
        """Make the feed file, then drop the pages; returns the columns that found no room, rarest last.

        A product on several pages (a list that moved while it was read) is what the last of them says. Rows of one page
        are all kept: which of them counts is the reader's to say. OSError where the pages were changed.
        """
        counts: Counter[str] = Counter()
        last: dict[str, int] = {}
        check = 0
        for number, line in enumerate(self._lines()):
            check = crc32(line, check)
            for cells in loads(line):
                counts.update(cells.keys())
                last[_key(cells)] = number
        if check != self.place.check:
            raise OSError(errno.EIO, "it is not what was written", str(self._pages))
        columns, left_out = _columns(counts)
        part = self._feed.with_name(f"{self._feed.name}.part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for number, line in enumerate(self._lines()):
                writer.writerows(cells for cells in loads(line) if last[_key(cells)] == number or not _key(cells))
            _sync(file)
        part.replace(self._feed)
        self.drop()
        return left_out

    def drop(self) -> None:
        """The place first: pages without one are nothing."""
        self._at.unlink(missing_ok=True)
        self._pages.unlink(missing_ok=True)
        self.place = Place(self.place.begun_at)

    def _stored(self) -> Place | None:
        try:
            return msgspec.json.decode(self._at.read_bytes(), type=Place)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def _is_intact(self, place: Place) -> bool:
        check, left = 0, place.bytes
        try:
            with self._pages.open("rb") as file:
                while left and (block := file.read(min(left, _BLOCK))):
                    check, left = crc32(block, check), left - len(block)
        except FileNotFoundError:
            return False
        return not left and check == place.check

    def _move(self, to: Place) -> None:
        part = self._at.with_name(f"{self._at.name}.part")
        with part.open("wb") as file:
            file.write(msgspec.json.encode(to))
            _sync(file)
        part.replace(self._at)
        self.place = to

    def _lines(self) -> Iterator[bytes]:
        left = self.place.bytes
        if not left:
            return
        with self._pages.open("rb") as file:
            while left > 0 and (line := file.readline()):
                left -= len(line)
                yield line


def is_bare(feed: Path) -> bool:
    """Whether a file of `write_feed` has no rows."""
    with feed.open("rb") as file:
        file.readline()
        return not file.read(1)


def _cells(cells: Mapping[str, str]) -> dict[str, str]:
    """As a file can hold them: no zero bytes, one kind of line end, no halves of characters, names in one line."""
    found = {" ".join(_clean(name).split()): _clean(text) for name, text in cells.items() if text}
    found.pop("", None)
    return found


def _key(cells: Mapping[str, str]) -> str:
    return cells.get("id", "").strip()


def _clean(text: str) -> str:
    if "\0" in text or "\r" in text:
        text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _columns(counts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Those that every feed may have, then the others by name; and of the others those beyond the limit. The same for
    the same counts, so that an account that tells the same makes the same file."""
    known = [*_FIRST, *sorted(FIELDS.intersection(counts).difference(_FIRST))]
    others = sorted(counts.keys() - {*known}, key=lambda name: (-counts[name], name))
    room = MOST_COLUMNS - len(known)
    return [*known, *sorted(others[:room])], others[room:]


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())
