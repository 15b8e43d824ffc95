"""All cryptography of the stand-in: signing keys for digital signatures, their check, the signature of its own events.

A digital signature covers `content-digest` (where there is a body), `x-ebay-signature-key`, `@method`, `@path` and
`@authority`, in the order that `Signature-Input` says, with `created` in seconds; Ed25519, or RSA PKCS#1 v1.5 over
SHA-256. Calls for sellers of the EU and the UK need one, others may carry one. 215001, 215113 and 215120 are the
errors that users report. Events carry an ECDSA signature of the raw body in `X-EBAY-SIGNATURE`.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from orion_daemon.sandbox.ebay.accounts import SigningKey
from orion_daemon.sandbox.ebay.answers import EbayError, entry
from orion_daemon.sandbox.ebay.state import Shop

SIGNED_COUNTRIES = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
_INPUT = re.compile(r"(?P<label>\w+)=(?P<params>\((?P<names>[^)]*)\)(?P<rest>(?:;[^,]+)*))")
_YEARS = 3 * 365 * 86400
_DIGESTS: dict[str, hashes.HashAlgorithm] = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}  # noqa: S303


def create_key(shop: Shop, client_id: str, cipher: str) -> tuple[SigningKey, str]:
    """A key pair of cipher ED25519 or RSA; the private half, base64 of PKCS#8, is told once and not kept."""
    private: Ed25519PrivateKey | rsa.RSAPrivateKey
    if cipher == "ED25519":
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(shop.world.opaque("ed25519", 64)))
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    created = int(shop.clock.now().timestamp())
    key_id = str(uuid5(NAMESPACE_URL, shop.world.opaque("key")))
    key = SigningKey(key_id, client_id, cipher, _b64(public), _jwe(shop, key_id), created, created + _YEARS)
    shop.world.signing_keys[key.id] = key
    shop.ledger.record("signing_key_created", client=client_id, key=key.id, cipher=cipher)
    return key, _b64(secret)


def verify(
    shop: Shop, client_id: str, method: str, path: str, authority: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Check a signed call; `path` without the query, `authority` as in Host. Raises EbayError 403."""
    jwe = headers.get("x-ebay-signature-key")
    if not jwe:
        long = "Missing x-ebay-signature-key header to fulfill the request."
        raise EbayError(403, entry(215001, "ACCESS", "Missing x-ebay-signature-key header", long=long))
    known = (key for key in shop.world.signing_keys.values() if key.jwe == jwe and key.client_id == client_id)
    key = next(known, None)
    given = _INPUT.fullmatch(headers.get("signature-input", "").strip())
    if key is None or given is None or key.expires <= shop.clock.now().timestamp():
        raise _failed()
    names = re.findall(r'"([^"]+)"', given["names"])
    needed = {"x-ebay-signature-key", "@method", "@path", "@authority", *(("content-digest",) if body else ())}
    if needed - set(names) or len(set(names)) != len(names):
        raise _failed()
    _check_age(shop, given["rest"], shop.clock.now())
    if body and headers.get("content-digest", "").strip() != f"sha-256=:{_b64(sha256(body).digest())}:":
        raise _failed()
    derived = {"@method": method, "@path": path, "@authority": authority.lower()}
    lines = []
    for name in names:
        value = derived.get(name) if name.startswith("@") else headers.get(name)
        if value is None:
            raise _failed()
        lines.append(f'"{name}": {value.strip()}')
    lines.append(f'"@signature-params": {given["params"]}')
    _check_signature(key, headers.get("signature", ""), given["label"], "\n".join(lines).encode())


def event_key_id(seed: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"ebay-event-key-{seed}"))


def event_public_key(seed: int) -> str:
    """As `getPublicKey` tells it: PEM on one line, the marks without line ends around them."""
    der = (
        _event_key(seed)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return f"-----BEGIN PUBLIC KEY-----{_b64(der)}-----END PUBLIC KEY-----"


def event_header(seed: int, body: bytes, digest: str = "SHA1", *, kid: str | None = None) -> str:
    """The value of `X-EBAY-SIGNATURE` for a body: base64 of JSON with alg, kid, signature (base64 of DER), digest."""
    signature = _event_key(seed).sign(body, ec.ECDSA(_DIGESTS[digest]))
    said = {"alg": "ecdsa", "kid": kid or event_key_id(seed), "signature": _b64(signature), "digest": digest}
    return _b64(json.dumps(said, separators=(",", ":")).encode())


def _event_key(seed: int) -> ec.EllipticCurvePrivateKey:
    secret = int.from_bytes(sha256(f"ebay-event-key:{seed}".encode()).digest()) >> 1 | 1
    return ec.derive_private_key(secret, ec.SECP256R1())


def _check_age(shop: Shop, rest: str, now: datetime) -> None:
    created = re.search(r";created=(\d{9,11})(?:;|$)", rest)
    oldest = shop.world.settings.signature_age
    if created is None or (oldest is not None and abs(now.timestamp() - int(created[1])) > oldest):
        long = "Invalid timestamp in signature parameters to fulfill the request."
        raise EbayError(403, entry(215113, "ACCESS", "Invalid timestamp in signature parameters", long=long))


def _check_signature(key: SigningKey, header: str, label: str, base: bytes) -> None:
    found = re.fullmatch(rf"{re.escape(label)}=:([A-Za-z0-9+/=]+):", header.strip())
    public = serialization.load_der_public_key(base64.b64decode(key.public))
    try:
        signature = base64.b64decode(found[1], validate=True) if found else b""
        if isinstance(public, Ed25519PublicKey):
            public.verify(signature, base)
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, base, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error) as error:
        raise _failed() from error


def _failed() -> EbayError:
    long = "Signature validation failed to fulfill the request."
    return EbayError(403, entry(215120, "ACCESS", "Signature validation failed", long=long))


def _jwe(shop: Shop, key_id: str) -> str:
    """Five parts as a JWE has; what it encrypts only eBay knows, so that here it is compared as a whole."""
    head = {"zip": "DEF", "kid": key_id, "enc": "A256GCM", "tag": shop.world.opaque("tag", 22), "alg": "A256GCMKW"}
    parts = [json.dumps(head, separators=(",", ":")).encode()]
    parts += [bytes.fromhex(shop.world.opaque("jwe", size)) for size in (64, 24, 64, 32)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
