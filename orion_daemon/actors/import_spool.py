"""What was read and may not be written yet: chunks, in memory while they are few, then in a file without a name.

Reading goes to the file's end before the guard decides; changed records of an ordinary feed are few, so this is small.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Self

from orion_daemon.actors.import_pieces import Opened, Reading, Refused, Summary, receive, send
from orion_daemon.domain.catalog import Chunk

IN_MEMORY = 8 * 1024 * 1024


class Spool:
    """Chunks in the order they were read, in memory while they are few. Chunks that hold little are joined."""

    def __init__(self, folder: Path | None, most_rows: int) -> None:
        self._folder = folder
        self._most = most_rows
        self._file: Any = None
        self.opened: Opened | None = None
        self.summary: Summary | None = None
        self.bytes = 0
        self.rows = 0
        self.is_cancelled = False

    @classmethod
    def nothing(cls) -> "Spool":
        return cls(None, 0)

    def __enter__(self) -> Self:
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder) if self._folder else None)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def fill(self, reading: Reading) -> Refused | None:
        """In a thread. OSError when the disk is full."""
        from orion_daemon.actors.import_reading import read_feed_file  # not for a worker that has a parser beside it

        waiting: Chunk | None = None
        for piece in read_feed_file(reading):
            if self.is_cancelled:
                return None
            if isinstance(piece, Chunk):
                self.bytes = piece.bytes
                joined = None if waiting is None else _joined(waiting, piece, self._most)
                if waiting is not None and joined is None:
                    self._add(waiting)
                waiting = joined or piece
            elif isinstance(piece, Opened):
                self.opened = piece
            elif isinstance(piece, Summary):
                self.summary = piece
            else:
                return piece
        if waiting is not None:
            self._add(waiting)
        self._file.flush()
        return None

    def _add(self, chunk: Chunk) -> None:
        self.rows += len(chunk.rows)
        send(chunk, self._file)

    def chunks(self) -> Iterator[Chunk]:
        if self._file is None:
            return
        self._file.seek(0, 2)
        end, place = self._file.tell(), 0
        while place < end:
            self._file.seek(place)
            chunk: Chunk = receive(self._file)
            place = self._file.tell()
            yield chunk


def _joined(one: Chunk, other: Chunk, most: int) -> Chunk | None:
    if len(one.rows) + len(other.rows) > most or len(one.problems) + len(other.problems) > most:
        return None
    return Chunk(
        other.position,
        other.bytes,
        one.unchanged + other.unchanged,
        one.rejected + other.rejected,
        one.skipped + other.skipped,
        one.warnings + other.warnings,
        one.rows + other.rows,
        one.problems + other.problems,
    )
