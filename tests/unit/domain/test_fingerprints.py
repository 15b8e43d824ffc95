"""What a feed held, packed and read again."""

from array import array

import pytest

from orion_daemon.domain.fingerprints import BadFingerprints, Fingerprints, Group, count, keys_of, unpack

FOUND = Fingerprints(
    array("q", [2**63 - 1, -(2**63), 7]), ["A-1", "é ü", "C"], [Group(0, 2, 3, 400, 2**32 - 1), Group(2, 1, 1, 9, 0)]
)


def test_what_is_packed_comes_back_in_order() -> None:
    packed = FOUND.pack()
    assert unpack(packed) == FOUND
    assert keys_of(packed) == FOUND.keys
    assert count(packed) == 3


def test_records_that_are_added_are_in_no_group() -> None:
    more = FOUND.plus([("D", 5)])
    assert (more.keys, [*more.hashes][-1], more.groups) == (["A-1", "é ü", "C", "D"], 5, FOUND.groups)
    assert unpack(more.pack()) == more


def test_those_of_before_there_were_groups_are_read() -> None:
    old = b"ofp1" + (3).to_bytes(4, "little") + FOUND.hashes.tobytes() + "\n".join(FOUND.keys).encode()
    assert unpack(old) == FOUND._replace(groups=[])
    assert count(old) == 3


def test_nothing_is_something_too() -> None:
    assert unpack(Fingerprints.nothing().pack()) == Fingerprints.nothing()


@pytest.mark.parametrize(
    "damage", [b"", b"ofp2", b"xxxx" + FOUND.pack()[4:], FOUND.pack()[:-30], FOUND.pack() + b"\nE"]
)
def test_damage_is_noticed(damage: bytes) -> None:
    with pytest.raises(BadFingerprints):
        unpack(damage)


def test_it_stays_small() -> None:
    assert len(Fingerprints.of({f"SKU-{number:06d}": number for number in range(1000)}).pack()) < 20_000
