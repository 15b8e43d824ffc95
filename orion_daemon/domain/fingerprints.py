"""What a feed held the last time it was read, kept small: a hash and a product key for each of its records.

Written as one value when an import is done, so that a hundred thousand records cost no row each. A record whose hash
is known need not be parsed; a key whose hash is gone (`UNSURE`) is still held by the feed, but its record must be read.
Hashes are the readers' signed 64-bit ones; keys hold no line breaks.
"""

import struct
from array import array
from collections.abc import Mapping

UNSURE = 0
_HEAD = struct.Struct("<4sI")
_MAGIC = b"ofp1"


class BadFingerprints(ValueError):  # noqa: N818 - says what they are
    """Not written by `pack`."""


def pack(records: Mapping[str, int]) -> bytes:
    """Key → hash, in the order given."""
    hashes = array("q", records.values())
    return _HEAD.pack(_MAGIC, len(hashes)) + hashes.tobytes() + "\n".join(records).encode()


def _parts(data: bytes) -> tuple["array[int]", list[str]]:
    try:
        magic, count = _HEAD.unpack_from(data)
        hashes = array("q", data[_HEAD.size : _HEAD.size + 8 * count])
        keys = data[_HEAD.size + 8 * count :].decode().split("\n") if count else []
    except (struct.error, ValueError) as error:
        raise BadFingerprints("the stored fingerprints are damaged") from error
    if magic != _MAGIC or len(keys) != count or len(hashes) != count:
        raise BadFingerprints("the stored fingerprints are damaged")
    return hashes, keys


def known_records(data: bytes) -> dict[int, str]:
    """Hash → key of the records that need no parsing."""
    hashes, keys = _parts(data)
    found = dict(zip(hashes, keys, strict=True))
    found.pop(UNSURE, None)
    return found


def unpack(data: bytes) -> dict[str, int]:
    """Key → hash, as it was packed."""
    hashes, keys = _parts(data)
    return dict(zip(keys, hashes, strict=True))


def count(data: bytes) -> int:
    return int(_HEAD.unpack_from(data)[1]) if len(data) >= _HEAD.size else 0


def keys_of(data: bytes) -> list[str]:
    return _parts(data)[1]
