"""What a feed held, packed and read again."""

import pytest

from orion_daemon.domain.fingerprints import UNSURE, BadFingerprints, keys_of, known_records, pack, unpack

RECORDS = {"A-1": 2**63 - 1, "é ü": -(2**63), "C": 7, "D": UNSURE}


def test_what_is_packed_comes_back_in_order() -> None:
    packed = pack(RECORDS)
    assert unpack(packed) == RECORDS
    assert keys_of(packed) == [*RECORDS]


def test_a_key_without_a_trusted_hash_is_held_but_must_be_read() -> None:
    assert known_records(pack(RECORDS)) == {2**63 - 1: "A-1", -(2**63): "é ü", 7: "C"}


def test_nothing_is_something_too() -> None:
    assert unpack(pack({})) == {}
    assert known_records(pack({})) == {}


@pytest.mark.parametrize(
    "damage", [b"", b"ofp1", b"xxxx" + pack(RECORDS)[4:], pack(RECORDS)[:-30], pack(RECORDS) + b"\nE"]
)
def test_damage_is_noticed(damage: bytes) -> None:
    with pytest.raises(BadFingerprints):
        unpack(damage)


def test_it_stays_small() -> None:
    assert len(pack({f"SKU-{number:06d}": number for number in range(1000)})) < 20_000
