"""Recognising records that were read before, at the speed of a checksum.

A record's hash is CRC-32 and Adler-32 side by side: sure enough against accidents, which is what it is for, and three
times as fast as a cryptographic one. The salt keeps records apart that are read differently (language, currency,
header). Feeds hardly change their order, so the known records are followed in theirs: where that order goes on, the CRC
alone tells that a record is the expected one, and a whole group of records is recognised by its length and one CRC,
without being cut into lines. Only what differs is hashed wholly and looked up.

`Sift` collects what came of that: records that have to be parsed, and runs of known ones between them.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import repeat
from zlib import adler32, crc32

from orion_daemon.domain.fingerprints import Fingerprints, Group

GROUP = 16
"""Records in a group: small enough that a feed with one record in a hundred changed keeps most groups whole."""

_SIZES = (512, 128, 32, 8, 2, 1)
_BEHIND, _AHEAD = 32, 64
UNKNOWN = -1


class Known:
    """`at` is where in the known order reading will most likely go on."""

    def __init__(self, salt: int, found: Fingerprints | None = None) -> None:
        self._salt = salt
        self._found = found = found or Fingerprints.nothing()
        self.hashes = found.hashes
        self.keys = found.keys
        self._sums: list[int] = array("I", found.hashes.tobytes())[0::2].tolist()
        self._groups = {group.start: group for group in found.groups}
        self._starts = [*self._groups]
        self._next_start = 0  # place in `_starts`
        self.at = 0
        self.is_empty = not found.keys

    @cached_property
    def _all_sums(self) -> set[int]:
        return {*self._sums}

    @cached_property
    def _places(self) -> dict[int, int]:
        return dict(zip(self.hashes, range(len(self.hashes)), strict=True))

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Key → place."""
        return dict(zip(self.keys, range(len(self.keys)), strict=True))

    def checksum(self, data: bytes | memoryview) -> int:
        return crc32(data, self._salt)

    def groups_at(self, view: memoryview, start: int, stop: int) -> list[Group]:
        """The known groups that stand in the view from `start` on, one behind the other; goes on behind them."""
        found: list[Group] = []
        find, salt, at = self._groups.get, self._salt, self.at
        group = find(at)
        while group is not None:
            end = start + group.size
            if end > stop or crc32(view[start:end], salt) != group.checksum:
                break
            found.append(group)
            start, at = end, at + group.records
            group = find(at)
        self.at = at
        return found

    def sums(self, records: Iterable[bytes]) -> list[int]:
        return [*map(crc32, records, repeat(self._salt))]

    def fresh(self, records: list[bytes]) -> list[int]:
        """Hashes of records of which none can be known."""
        sums = self.sums(records)
        halves = array("I", bytes(8 * len(sums)))
        halves[0::2] = array("I", sums)
        halves[1::2] = array("I", [*map(adler32, records)])
        return memoryview(halves).cast("B").cast("q").tolist()

    def group(self) -> Group | None:
        """The group that begins where the order goes on."""
        return self._groups.get(self.at)

    def until_group(self) -> int:
        """Records from here to the begin of the next group; 0 when there is none ahead."""
        starts = self._starts
        if self._next_start and starts[self._next_start - 1] > self.at:
            self._next_start = 0
        while self._next_start < len(starts) and starts[self._next_start] <= self.at:
            self._next_start += 1
        return starts[self._next_start] - self.at if self._next_start < len(starts) else 0

    def follow(self, sums: list[int], start: int) -> int:
        """How many of the records from `start` on stand as the known order goes on; goes on with it."""
        at, expected, end = self.at, self._sums, len(sums)
        begin = start
        if start == 0 and sums == expected[at : at + end]:
            start, at = end, at + end
        else:
            for size in _SIZES:
                while start + size <= end and sums[start : start + size] == expected[at : at + size]:
                    start += size
                    at += size
        self.at = at
        return start - begin

    def find(self, record: bytes, checksum: int | None = None, following: int | None = None) -> tuple[int, int]:
        """Hash and place of one record that is not the expected one, wherever it stood; the order goes on behind it.
        `following` is the checksum of the one behind: where that is expected next, this one has taken another's place.
        """
        if checksum is None:
            checksum = crc32(record, self._salt)
        number = adler32(record) << 32 | checksum
        if number >= 1 << 63:
            number -= 1 << 64
        if self.is_empty:
            return number, UNKNOWN
        at = self.at
        first = max(0, at - _BEHIND)
        if following is not None and self._sums[at + 1 : at + 2] == [following]:
            self.at = at + 1
            return number, UNKNOWN
        near = self._sums[first : at + _AHEAD]
        if checksum in near:
            place = first + near.index(checksum)
            if self.hashes[place] == number:
                self.at = place + 1
                return number, place
        place = self._places.get(number, UNKNOWN) if checksum in self._all_sums else UNKNOWN
        if place != UNKNOWN and at - _BEHIND <= place < at + _AHEAD:
            self.at = place + 1
        return number, place


class Sift:
    """A stretch of a file in its order. `runs` are (so many of `records` stand before, first place, place behind the
    last, line). `groups` are of this stretch: so many of its records, known ones included, stand before the group."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._known_count = 0
        self._waiting: list[bytes] = []  # not yet in a group
        self.records: list[bytes] = []
        self.lines: list[int] = []
        self.hashes: list[int] = []
        self.runs: list[tuple[int, int, int, int]] = []
        self.groups: list[tuple[int, Group]] = []
        self.broken: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self.records) + self._known_count

    def add(self, records: list[bytes], line: int, hashes: list[int]) -> None:
        """Records to be parsed that stand on a line each."""
        self._wait(records)
        self.records += records
        self.lines += range(line, line + len(records))
        self.hashes += hashes

    def add_one(self, record: bytes, line: int, number: int) -> None:
        self._wait((record,))
        self.records.append(record)
        self.lines.append(line)
        self.hashes.append(number)

    def pass_over(self, start: int, end: int, line: int, raw: Sequence[bytes]) -> None:
        """Known ones."""
        self._wait(raw)
        self._run(start, end, line)

    def pass_groups(self, groups: list[Group], line: int) -> None:
        self.close()
        first = groups[0].start
        ahead = len(self) - first
        self.groups += [(group.start + ahead, group) for group in groups]
        self._run(first, groups[-1].start + groups[-1].records, line)

    def lose(self, line: int, raw: bytes) -> None:
        """A quote or an item that is never closed."""
        self.close()
        self.broken.append((line, raw))

    def close(self) -> None:
        """What comes next does not stand right behind."""
        if self._waiting:
            self._group(self._waiting, len(self) - len(self._waiting))
            self._waiting = []

    def _run(self, start: int, end: int, line: int) -> None:
        self._known_count += end - start
        if self.runs:
            before, first, last, begun = self.runs[-1]
            if last == start and before == len(self.records):
                self.runs[-1] = before, first, end, begun
                return
        self.runs.append((len(self.records), start, end, line))

    def _wait(self, raw: Sequence[bytes]) -> None:
        waiting = self._waiting
        waiting += raw
        if len(waiting) >= GROUP:
            first = len(self) - (len(waiting) - len(raw))
            whole = len(waiting) - len(waiting) % GROUP
            for place in range(0, whole, GROUP):
                self._group(waiting[place : place + GROUP], first + place)
            del waiting[:whole]

    def _group(self, records: list[bytes], start: int) -> None:
        raw = b"\n".join((*records, b""))
        group = Group(start, len(records), raw.count(b"\n"), len(raw), self._known.checksum(raw))
        self.groups.append((start, group))
