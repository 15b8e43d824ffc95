"""What a feed held the last time it was read, kept small: a hash and a product key for each of its records.

Written as one value when an import is done, so that a hundred thousand records cost no row each. A record whose hash
is known need not be parsed. Groups say how a few records in a row stood in the file, bytes and all: where such a group
stands again, not even its records need to be told apart. Hashes are the readers' signed 64-bit ones; keys hold no line
breaks.
"""

import struct
from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

_HEAD = struct.Struct("<4sII")
_MAGIC = b"ofp2"
_HEAD_1 = struct.Struct("<4sI")  # of those written before there were groups
_MAGIC_1 = b"ofp1"


class BadFingerprints(ValueError):  # noqa: N818 - says what they are
    """Not written by `pack`."""


class Group(NamedTuple):
    """`records` from the place `start` on were `size` bytes on `lines` lines, with this checksum."""

    start: int
    records: int
    lines: int
    size: int
    checksum: int


class Fingerprints(NamedTuple):
    """In the order of the file: hashes and keys, one of each a record, and groups that do not overlap."""

    hashes: "array[int]"
    keys: list[str]
    groups: list[Group]

    @classmethod
    def nothing(cls) -> Self:
        return cls(array("q"), [], [])

    @classmethod
    def of(cls, records: Mapping[str, int]) -> Self:
        """Key → hash, without groups."""
        return cls(array("q", records.values()), [*records], [])

    def pack(self) -> bytes:
        groups = array("I", [number for group in self.groups for number in group])
        head = _HEAD.pack(_MAGIC, len(self.hashes), len(self.groups))
        return b"".join((head, self.hashes.tobytes(), groups.tobytes(), "\n".join(self.keys).encode()))

    def plus(self, records: Iterable[tuple[str, int]]) -> "Fingerprints":
        """With records behind that did not stand in the file."""
        added = [*records]
        hashes = self.hashes + array("q", [number for _, number in added])
        return Fingerprints(hashes, self.keys + [key for key, _ in added], self.groups)


def unpack(data: bytes) -> Fingerprints:
    """Raises BadFingerprints."""
    try:
        if data.startswith(_MAGIC_1):
            data = _HEAD.pack(_MAGIC, _HEAD_1.unpack_from(data)[1], 0) + data[_HEAD_1.size :]
        magic, count, group_count = _HEAD.unpack_from(data)
        behind = _HEAD.size + 8 * count
        keys_at = behind + 20 * group_count
        hashes = array("q", data[_HEAD.size : behind])
        numbers = array("I", data[behind:keys_at])
        keys = data[keys_at:].decode().split("\n") if count else []
    except (struct.error, ValueError) as error:
        raise BadFingerprints("the stored fingerprints are damaged") from error
    if magic != _MAGIC or len(keys) != count or len(hashes) != count or len(numbers) != 5 * group_count:
        raise BadFingerprints("the stored fingerprints are damaged")
    groups = [*map(Group._make, zip(*[iter(numbers)] * 5, strict=True))]
    return Fingerprints(hashes, keys, groups)


def count(data: bytes) -> int:
    return int(_HEAD.unpack_from(data)[1]) if len(data) >= _HEAD.size else 0


def keys_of(data: bytes) -> list[str]:
    return unpack(data).keys
