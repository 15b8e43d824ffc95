"""What goes between the process that reads a feed and the one that writes it: first `Opened`, then chunks, then a
`Summary`; or `Refused`, wherever that shows.

Each crosses the pipe as its length, a letter for its kind, and MessagePack, which costs the reader a quarter of what
pickle does. Light on purpose: a worker needs this before it needs anything of feeds. Who reads: `import_reading.py`;
who takes: `import_parsing.py`, `import_spool.py`.
"""

from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

import msgspec

from orion_daemon.domain.catalog import Chunk


class Reading(NamedTuple):
    """What to read. `known`: packed fingerprints; `announced_size`: the server's Content-Length."""

    path: str
    marketplace: str
    language: str
    currency: str
    chunk_rows: int
    max_bytes: int
    known: bytes | None = None
    announced_size: int | None = None
    timezone: str = "UTC"


class Opened(NamedTuple):
    """The first thing that is known: which columns the feed provides, and what it is."""

    provided: frozenset[str]
    detected: dict[str, Any]


class Summary(NamedTuple):
    """The last thing. `missing` are known products that the file does not hold; `records` the fingerprints of those
    that it holds, and of the missing ones beside them for a file from which nothing may be concluded."""

    detected: dict[str, Any]
    broken: tuple[tuple[str, str], ...]
    known: int
    rows: int
    usable: int
    rejected: int
    missing: list[str]
    records: bytes
    records_with_missing: bytes
    file_hash: str


class Refused(NamedTuple):
    """The file is no feed."""

    code: str
    message: str


Piece = Opened | Chunk | Summary | Refused

HEAD = 4
"""Bytes that say how many follow."""
_LETTER = {Reading: b"R", Opened: b"O", Chunk: b"C", Summary: b"S", Refused: b"N"}
_DECODE: dict[int, Callable[[memoryview], Any]] = {
    letter[0]: msgspec.msgpack.Decoder(kind).decode for kind, letter in _LETTER.items()
}
_encode_into = msgspec.msgpack.Encoder().encode_into


def pack(piece: Piece | Reading) -> bytearray:
    """With its head."""
    data = bytearray(HEAD + 1)
    _encode_into(piece, data, HEAD + 1)
    data[:HEAD] = (len(data) - HEAD).to_bytes(HEAD, "big")
    data[HEAD : HEAD + 1] = _LETTER[type(piece)]
    return data


def unpack(data: bytes) -> Any:
    """What stood behind the head."""
    return _DECODE[data[0]](memoryview(data)[1:])


def send(piece: Piece, to: BinaryIO) -> None:
    to.write(pack(piece))
    to.flush()


def receive(source: BinaryIO) -> Any:
    """The next piece; EOFError when the other side is gone."""
    head = source.read(HEAD)
    size = int.from_bytes(head, "big")
    data = source.read(size)
    if len(head) < HEAD or len(data) < size:
        raise EOFError("the process that reads the feed ended before it was done")
    return unpack(data)
