"""Sealing what must not be readable in a stolen database: credentials, personal data, payloads (AES-256-GCM).

A sealed value is bound to its owner (`"orders:12"`): moved to another row it does not open. The first key seals, all
keys open, so keys are rotated by putting a new one first, sealing again, and dropping the old one. Format: version
byte 1, 4 bytes of key id, 12 bytes of nonce, ciphertext and tag. `index()` makes equal texts findable without storing
them: store it beside the sealed text, search with `indexes()` while a rotation is under way. ADR 0003.
"""

# ruff: noqa: N818 - an error's name says what happened, in the words its callers use

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_HEADER = 5
_NONCE = 12
_TAG = 16
KEY_BYTES = 32


class CipherError(Exception):
    """A value cannot be sealed or opened. Holds no part of it."""

    code = "cipher"


class BadKeys(CipherError):
    """The configured keys cannot be used."""

    code = "bad_keys"


class KeyMissing(CipherError):
    """The value was sealed with a key that is not among the configured ones."""

    code = "key_missing"


class SealBroken(CipherError):
    """The value was changed, cut, or belongs to another owner."""

    code = "seal_broken"


class Cipher:
    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: 32 bytes each, the sealing one first. Raises BadKeys."""
        if not keys:
            raise BadKeys("no secret key is configured; set ORION_SECRET_KEYS")
        if any(len(key) != KEY_BYTES for key in keys):
            raise BadKeys(f"a secret key must be {KEY_BYTES} bytes long")
        if len(set(keys)) != len(keys):
            raise BadKeys("the same secret key is configured twice")
        self._ciphers = {_derive(key, b"id")[:4]: AESGCM(_derive(key, b"seal")) for key in keys}
        self._sealing_id = _derive(keys[0], b"id")[:4]
        self._index_keys = [_derive(key, b"index") for key in keys]

    def seal(self, plaintext: bytes, owner: str) -> bytes:
        nonce = os.urandom(_NONCE)
        header = bytes([_VERSION]) + self._sealing_id
        return header + nonce + self._ciphers[self._sealing_id].encrypt(nonce, plaintext, header + owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Raises KeyMissing or SealBroken."""
        if len(sealed) < _HEADER + _NONCE + _TAG or sealed[0] != _VERSION:
            raise SealBroken(f"a sealed value of {_kind(owner)} has an unknown format")
        header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE]
        cipher = self._ciphers.get(header[1:])
        if cipher is None:
            raise KeyMissing(
                f"a sealed value of {_kind(owner)} needs the key {header[1:].hex()}, which is not configured; put it"
                " behind the newer keys"
            )
        try:
            return cipher.decrypt(nonce, sealed[_HEADER + _NONCE :], header + owner.encode())
        except InvalidTag:
            raise SealBroken(f"a sealed value of {_kind(owner)} was changed, or belongs to another row") from None

    def knows(self, sealed: bytes) -> bool:
        """Whether the key that sealed it is configured; looks at the first bytes only."""
        return len(sealed) >= _HEADER and sealed[0] == _VERSION and sealed[1:_HEADER] in self._ciphers

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key sealed it; what is not current is sealed again after a rotation."""
        return sealed[1:_HEADER] == self._sealing_id

    def index(self, text: str) -> bytes:
        """16 bytes to store, equal for equal texts and meaningless without the key. The caller normalises the text."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list[bytes]:
        """What to search for: the index under each key, the sealing one first."""
        return [hmac.digest(key, text.encode(), "sha256")[:16] for key in self._index_keys]

    @property
    def key_id(self) -> str:
        """Names the sealing key in messages; tells nothing about it."""
        return self._sealing_id.hex()


def parse_keys(text: str) -> list[bytes]:
    """Keys as base64url of 32 bytes, separated by commas, blanks or lines. Raises BadKeys; shows no part of a key."""
    keys = []
    for position, word in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        if not word:
            continue
        try:
            key = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadKeys(f"secret key {position} is not base64url") from None
        if len(key) != KEY_BYTES:
            raise BadKeys(f"secret key {position} has {len(key)} bytes instead of {KEY_BYTES}")
        keys.append(key)
    return keys


def generate_key() -> str:
    """A new key as text, in the form `parse_keys` reads."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def _derive(key: bytes, purpose: bytes) -> bytes:
    """One use, one key: HKDF-Expand with a single block (RFC 5869 section 2.3), the key being uniform already."""
    return hmac.digest(key, b"orion:" + purpose + b"\x01", hashlib.sha256)


def _kind(owner: str) -> str:
    return owner.partition(":")[0]
