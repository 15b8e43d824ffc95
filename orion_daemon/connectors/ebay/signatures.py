"""All cryptography of the connector: digital signatures of our calls, and the check of eBay's on its notifications.

eBay demands signatures for sellers of the EU and the UK on refunds, finances and cancellations, by RFC 9421 with the
fixed components below (source: eBay, Digital Signatures for APIs). The key pair comes from its Key Management API: the
private key stays here, the public one goes along as a JWE that only eBay can read. Ed25519, or RSA PKCS#1 v1.5.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from yarl import URL

_DIGESTS: dict[str, hashes.HashAlgorithm] = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}  # noqa: S303
_PORTS = {"https": 443, "http": 80}


class StoredKey(msgspec.Struct, forbid_unknown_fields=False):
    """The secret of the kind `signing_key`, as JSON; `private_key` is PKCS#8, as PEM or as the base64 inside it."""

    jwe: str
    private_key: str


class UnusableKey(ValueError):  # noqa: N818  (says what it is)
    """The stored key is none; the text quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Signer:
    jwe: str = field(repr=False)
    _key: Ed25519PrivateKey | RSAPrivateKey = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> "Signer":
        """Raises UnusableKey."""
        try:
            stored = msgspec.json.decode(secret, type=StoredKey)
        except msgspec.DecodeError as error:
            raise UnusableKey("the signing key is not JSON with jwe and private_key") from error
        try:
            key = serialization.load_der_private_key(_inside(stored.private_key), None)
        except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm) as error:
            raise UnusableKey("the private key is not PKCS#8") from error
        if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
            raise UnusableKey("the private key is neither Ed25519 nor RSA")
        return cls(stored.jwe, key)

    def headers(self, method: str, url: str, body: bytes | None, created: int) -> Mapping[str, str]:
        """What goes with the call; `created` in seconds since 1970. Without a body there is no digest."""
        target = URL(url)
        port = "" if target.port == _PORTS.get(target.scheme) else f":{target.port}"
        parts = {"x-ebay-signature-key": self.jwe, "@method": method, "@path": target.raw_path}
        parts["@authority"] = f"{target.host}{port}".lower()
        given = {"x-ebay-signature-key": self.jwe}
        if body:
            digest = f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"
            parts = {"content-digest": digest, **parts}
            given["Content-Digest"] = digest
        named = " ".join(f'"{name}"' for name in parts)
        params = f"({named});created={created}"
        lines = [f'"{name}": {value}' for name, value in parts.items()]
        base = "\n".join([*lines, f'"@signature-params": {params}']).encode()
        given["Signature-Input"] = f"sig1={params}"
        given["Signature"] = f"sig1=:{base64.b64encode(self._sign(base)).decode()}:"
        return given

    def _sign(self, base: bytes) -> bytes:
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(base)
        return self._key.sign(base, padding.PKCS1v15(), hashes.SHA256())


def is_from(public_key: str, signature: str, body: bytes, digest: str) -> bool:
    """Whether the holder of an ECDSA key signed exactly these bytes; anything that is no key or signature is False.

    `public_key` is PEM, also on one line as eBay sends it; `signature` is base64 of DER.
    """
    algorithm = _DIGESTS.get(digest.upper().replace("-", ""))
    try:
        key = serialization.load_der_public_key(_inside(public_key))
        if algorithm is None or not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), body, ECDSA(algorithm))
    except (InvalidSignature, ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        return False
    return True


def _inside(text: str) -> bytes:
    """The DER of a PEM, however its lines break, or of the bare base64. Raises ValueError."""
    parts = text.split("-----")
    return base64.b64decode("".join(parts[2 if len(parts) > 2 else 0].split()), validate=True)
