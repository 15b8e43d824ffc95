"""Which records a file holds: the first of an id counts, and what counted is remembered in the order of the file.

Known records are kept by their place, so a run of thousands costs a few slices; records that were read are kept by
their id. Out of it come the fingerprints for the next time and what is missing. Who fills it: `reader.py`.
"""

from bisect import bisect_left
from collections.abc import Iterable

from orion_daemon.connectors.feeds.known import Known
from orion_daemon.domain.fingerprints import Fingerprints, Group
from orion_daemon.domain.products import RowProblem, excerpt


class Held:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._met = bytearray(len(known.keys))  # 1 at the places of known records that the file holds
        self._read: dict[str, int] = {}  # id → hash of the records that count and had to be read
        self._next = 0  # the place of the known record behind the last one recognised
        self._order = Fingerprints.nothing()  # of all records that count

    @property
    def ids(self) -> list[str]:
        return self._order.keys

    def take_all(self, keys: list[str], hashes: list[int]) -> bool:
        """Note records that were read, when all of them count and that is plain to see; else note nothing."""
        fresh = dict(zip(keys, hashes, strict=True))
        if len(fresh) < len(keys) or not self._known.is_empty or not self._read.keys().isdisjoint(fresh):
            return False
        self._read |= fresh
        self._order.keys.extend(keys)
        self._order.hashes.extend(hashes)
        return True

    def take(self, key: str, row_hash: int, line: int, place: int | None = None) -> RowProblem | None:
        """Note a record, or tell why it does not count after the ones before. `place`: of a known one."""
        first = self._read.get(key)
        at = self._place_of(key) if place is None and not self._known.is_empty else place
        if first is None and at is not None and self._met[at]:
            first = self._known.hashes[at]
        if first is None:
            if at is not None:
                self._met[at] = 1
            if place is None:
                self._read[key] = row_hash
            self._order.keys.append(key)
            self._order.hashes.append(row_hash)
            return None
        if first == row_hash:
            text = "the same record stands in the file before"
            return RowProblem(line, "id", "repeated", text, excerpt(key), "skipped")
        text = "another record of this id stands in the file before; that one counts"
        return RowProblem(line, "id", "duplicate_id", text, excerpt(key))

    def take_known(self, start: int, end: int, line: int) -> list[tuple[int, RowProblem]]:
        """Note known records from place to place; gives the places of those that do not count, and why."""
        known = self._known
        self._next = end
        if self._met.find(1, start, end) < 0:
            self._met[start:end] = b"\1" * (end - start)
            self._order.keys.extend(known.keys[start:end])
            self._order.hashes.extend(known.hashes[start:end])
            return []
        found = [
            (place, self.take(known.keys[place], known.hashes[place], line + place - start, place))
            for place in range(start, end)
        ]
        return [(place, problem) for place, problem in found if problem is not None]

    def take_groups(self, groups: list[tuple[int, Group]], refused: list[int], count: int) -> None:
        """Keep those of the last `count` records in which every record counts; `refused` are the others' places."""
        base = len(self._order.keys) - (count - len(refused))
        for before, group in groups:
            start = base + before
            if refused:
                behind = bisect_left(refused, before)
                if behind != bisect_left(refused, before + group.records):
                    continue
                start -= behind
            self._order.groups.append(group if group.start == start else group._replace(start=start))

    def fingerprints(self, rejected: Iterable[str]) -> Fingerprints:
        """Of the records that count. Known ones whose id only a rejected record has are still there, as they were."""
        known = self._known
        places = [known.place_of[key] for key in rejected if key in known.place_of and key not in self._read]
        return self._order.plus((known.keys[at], known.hashes[at]) for at in places if not self._met[at])

    def missing(self, rejected: set[str]) -> list[tuple[str, int]]:
        """Id and hash of the known records that the file holds no more, in their order."""
        known = self._known
        found: list[tuple[str, int]] = []
        place = self._met.find(0)
        while place >= 0:
            key = known.keys[place]
            if key not in self._read and key not in rejected:
                found.append((key, known.hashes[place]))
            place = self._met.find(0, place + 1)
        return found

    def _place_of(self, key: str) -> int | None:
        """Of the known record of this id; most likely that behind the last one recognised, which has changed."""
        keys, place = self._known.keys, self._next
        if place < len(keys) and keys[place] == key:
            self._next += 1
            return place
        return self._known.place_of.get(key)
