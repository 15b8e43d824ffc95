"""Sealed values: bound to their owner, tamper-proof, rotatable."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.db.cipher import BadKeys, Cipher, KeyMissing, SealBroken, generate_key, parse_keys

OLD, NEW = b"o" * 32, b"n" * 32


@given(plaintext=st.binary(max_size=300), owner=st.text(max_size=30))
def test_what_was_sealed_opens_for_its_owner(plaintext: bytes, owner: str) -> None:
    cipher = Cipher([OLD])
    assert cipher.open(cipher.seal(plaintext, owner), owner) == plaintext


def test_a_value_moved_to_another_row_does_not_open() -> None:
    cipher = Cipher([OLD])
    with pytest.raises(SealBroken, match="another row"):
        cipher.open(cipher.seal(b"secret", "orders:12"), "orders:13")


def test_every_changed_byte_is_noticed() -> None:
    cipher = Cipher([OLD])
    sealed = cipher.seal(b"secret", "orders:12")
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises((SealBroken, KeyMissing)):
            cipher.open(bytes(broken), "orders:12")


def test_a_key_is_known_by_the_first_bytes_of_what_it_sealed() -> None:
    sealed = Cipher([OLD]).seal(b"secret", "orders:12")[:5]
    assert Cipher([NEW, OLD]).knows(sealed)
    assert not Cipher([NEW]).knows(sealed)
    assert not Cipher([OLD]).knows(b"")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20, b"\x02" + b"x" * 60])
def test_what_is_no_sealed_value_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken, match="unknown format"):
        Cipher([OLD]).open(sealed, "orders:12")


def test_the_same_plaintext_never_looks_the_same() -> None:
    cipher = Cipher([OLD])
    assert cipher.seal(b"secret", "a") != cipher.seal(b"secret", "a")


def test_a_new_key_put_first_seals_while_the_old_one_still_opens() -> None:
    before, during, after = Cipher([OLD]), Cipher([NEW, OLD]), Cipher([NEW])
    sealed = before.seal(b"secret", "a")
    assert during.open(sealed, "a") == b"secret"
    assert not during.is_current(sealed)
    again = during.seal(during.open(sealed, "a"), "a")
    assert during.is_current(again)
    assert after.open(again, "a") == b"secret"
    with pytest.raises(KeyMissing, match=before.key_id):
        after.open(sealed, "a")


def test_an_index_finds_equal_texts_only_with_the_key() -> None:
    assert Cipher([OLD]).index("a@example.com") == Cipher([OLD]).index("a@example.com")
    assert Cipher([OLD]).index("a@example.com") != Cipher([NEW]).index("a@example.com")
    assert Cipher([OLD]).index("a@example.com") != Cipher([OLD]).index("b@example.com")
    assert len(Cipher([OLD]).index("")) == 16


def test_during_a_rotation_indexes_of_both_keys_are_searched() -> None:
    assert Cipher([NEW, OLD]).indexes("a") == [Cipher([NEW]).index("a"), Cipher([OLD]).index("a")]


def test_keys_are_read_in_order_with_or_without_padding() -> None:
    text = base64.urlsafe_b64encode(NEW).decode() + ",\n" + base64.urlsafe_b64encode(OLD).decode().rstrip("=") + "\n"
    assert parse_keys(text) == [NEW, OLD]
    assert parse_keys("") == []
    assert len(parse_keys(generate_key())[0]) == 32


@pytest.mark.parametrize(
    ("text", "said"), [("nonsense!", "key 1 is not base64url"), ("c2hvcnQ=", "key 1 has 5 bytes instead of 32")]
)
def test_bad_keys_are_named_by_position_and_never_shown(text: str, said: str) -> None:
    with pytest.raises(BadKeys) as caught:
        parse_keys(text)
    assert said in str(caught.value)
    assert text not in str(caught.value)


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, OLD]])
def test_a_cipher_needs_whole_and_different_keys(keys: list[bytes]) -> None:
    with pytest.raises(BadKeys):
        Cipher(keys)
