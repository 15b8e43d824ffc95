"""Recognising records that were read before, at the speed of a checksum.

A record's hash is CRC-32 and Adler-32 side by side: sure enough against accidents, which is what it is for, and three
times as fast as a cryptographic one. The salt keeps records apart that are read differently (language, currency,
header). Feeds hardly change their order, so the known records are followed in theirs: where that order goes on, the CRC
alone tells that a record is the expected one. Only what differs is hashed wholly and looked up.
"""

from array import array
from collections.abc import Mapping
from itertools import repeat
from zlib import adler32, crc32

_SIZES = (512, 128, 32, 8, 2, 1)
_NEAR = 64


class Known:
    """`hashes` maps signed 64-bit hashes to product ids, each id once."""

    def __init__(self, salt: int, hashes: Mapping[int, str]) -> None:
        self._salt = salt
        self._get = hashes.get
        self.order = [*hashes]
        self.ids: list[str | None] = [*hashes.values()]
        self._order_sums: list[int] = memoryview(array("q", self.order)).cast("B").cast("I").tolist()[0::2]
        self._at = 0  # where in the known order reading will most likely go on
        self.is_empty = not self.order

    def sums(self, records: list[bytes]) -> list[int]:
        return [*map(crc32, records, repeat(self._salt))]

    def fresh(self, records: list[bytes]) -> list[int]:
        """Hashes of records of which none can be known."""
        return _combined(self.sums(records), records)

    def run(self, sums: list[int], start: int) -> tuple[list[int], list[str | None]]:
        """Hashes and ids of the records that stand here as the known order goes on; empty when the next differs."""
        begin = at = self._at
        expected, end = self._order_sums, len(sums)
        if start == 0 and sums == expected[at : at + end]:
            at += end
        else:
            for size in _SIZES:
                while start + size <= end and sums[start : start + size] == expected[at : at + size]:
                    start += size
                    at += size
        self._at = at
        return self.order[begin:at], self.ids[begin:at]

    def find(self, record: bytes, checksum: int | None = None) -> tuple[int, str | None]:
        """Hash and id of one record, wherever it stood; the order goes on behind it."""
        if checksum is None:
            checksum = crc32(record, self._salt)
        at = self._at
        if self._order_sums[at : at + 1] == [checksum]:
            self._at += 1
            return self.order[at], self.ids[at]
        number = adler32(record) << 32 | checksum
        if number >= 1 << 63:
            number -= 1 << 64
        hit = self._get(number)
        if hit is not None:
            near = self._order_sums[at : at + _NEAR]
            if checksum in near:
                self._at += near.index(checksum) + 1
        return number, hit

    def look(self, records: list[bytes]) -> tuple[list[int], list[str | None]]:
        if self.is_empty:
            return self.fresh(records), [None] * len(records)
        sums = self.sums(records)
        hashes, hits = self.run(sums, 0)
        while len(hashes) < len(records):
            place = len(hashes)
            number, hit = self.find(records[place], sums[place])
            hashes.append(number)
            hits.append(hit)
            more, ids = self.run(sums, place + 1)
            hashes += more
            hits += ids
        return hashes, hits


def _combined(sums: list[int], records: list[bytes]) -> list[int]:
    halves = array("I", bytes(8 * len(sums)))
    halves[0::2] = array("I", sums)
    halves[1::2] = array("I", [*map(adler32, records)])
    return memoryview(halves).cast("B").cast("q").tolist()
