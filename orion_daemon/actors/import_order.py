"""What an import's worker is told, and what it tells: the lines that go between it and its parent."""

from pathlib import Path
from typing import Any

import msgspec

from orion_daemon.actors.import_pieces import Reading
from orion_daemon.db.notices import Sender

STRAIGHT_FROM = 2 * 1024 * 1024
"""Smaller files are read first and written then: a second process would cost more than it brings."""


class Order(msgspec.Struct, frozen=True):
    """One import under the lease of its account. `path` is empty for the applying of a dry run.

    `context` names what shapes the products besides the file. `is_straight`: the feed was never imported and looks
    whole, so it streams from its parser to the writer.
    """

    import_id: int
    owner: str
    epoch: int
    process_id: str
    marketplace: str
    language: str
    currency: str
    chunk_rows: int
    folder: str
    path: str = ""
    announced_size: int | None = None
    max_bytes: int = 1 << 31
    guard: dict[str, Any] = {}
    is_straight: bool = False
    timezone: str = "UTC"
    context: str = ""

    def reading(self, known: bytes | None) -> Reading:
        return Reading(
            self.path,
            self.marketplace,
            self.language,
            self.currency,
            self.chunk_rows,
            self.max_bytes,
            known,
            self.announced_size,
            self.timezone,
        )


class Assignment(msgspec.Struct, frozen=True):
    """What the parent writes."""

    database_url: str
    order: Order
    sender: Sender | None = None  # as whom the worker's commits are told to other daemons


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the worker writes: `state` after a step; `nudges` are (owner, lanes) of jobs it has put, `differing` are
    (store id, channel id, urgent) of offers. `ending` in the last line: "" or why it could not go on."""

    state: str = ""
    nudges: list[tuple[str, list[str]]] = []
    differing: list[tuple[int, int, bool]] = []
    ending: str | None = None
    message: str = ""


def looks_whole(path: Path, announced_size: int | None) -> bool:
    """Cheap signs that a plain file was not cut off. False also for what is not plain: that is read first instead."""
    size = path.stat().st_size
    if announced_size is not None and announced_size != size:
        return False
    quotes = 0
    tail = b""
    with path.open("rb") as file:
        head = file.read(1 << 16)
        if head.startswith((b"\x1f\x8b", b"PK", b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            return False
        block = head
        while block:
            quotes += block.count(b'"')
            tail = (tail + block)[-64:]
            block = file.read(1 << 20)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return b"</" in tail and tail.rstrip().endswith(b">")
    return quotes % 2 == 0 and tail.endswith((b"\n", b"\r"))


def file_trouble(error: OSError, folder: str) -> tuple[str, str]:
    """What an operator should know about a file that cannot be read or written."""
    named = error.filename or folder
    text = (
        f"A file of the import cannot be used: {named}: {error.strerror or error}. Nothing that was written before is"
        " lost; mend it (free space, permissions) and ask for the import again."
    )
    return "file_unusable", text
