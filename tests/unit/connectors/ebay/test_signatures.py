"""Digital signatures against the sample that eBay publishes, and eBay's own on its notifications."""

import base64
import json
from itertools import product

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from orion_daemon.connectors.ebay.signatures import Signer, UnusableKey, is_from

# The test key of RFC 9421 (B.1.4), with which eBay's guide signs {"hello": "world"} for its verification service.
KEY = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
PEM = f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----\n"
JWE = (
    "eyJ6aXAiOiJERUYiLCJlbmMiOiJBMjU2R0NNIiwidGFnIjoiSGdLcjNSSWFlZll0Mkd4blBUUTEwUSIsImFsZyI6IkEyNTZHQ01LVyIsIml2Ijoi"
    "QTVOQXFYUXlITkNIT01GVSJ9.z3JcS0vvxrYboqpySAq_Znww-3V6AllxmJP5JEMkuLY.K1f4MVMEc8ylbfSS.fASwJyMCk2tXZsNWk13IcuVgSW"
    "TOcynSdAoJrK4WApZANlxAP9J0qr0Jz_4aFldFDSZ5tfuxLGqzJmWU7CiZWwNjk2XoVy8q5ogMrFNFwFXP4SrX1XORhNLZPTyS5DEqLDPYn2NX944"
    "xendEwfcxxXsTSeNCUnmSyfitiscUC04GYOfn0UWQ2buSWx7Yod0IR2GtTGUsM9o3J-riuNDKhw.rRsWM1Sl_2stTnZLJkWVmQ"
)


def stored(private_key: str) -> str:
    return json.dumps({"jwe": JWE, "private_key": private_key})


@pytest.mark.parametrize("private_key", [PEM, KEY, PEM.replace("\n", "")])
def test_the_published_sample_comes_out(private_key: str) -> None:
    signer = Signer.of(stored(private_key))
    headers = signer.headers("POST", "http://localhost:8080/verifysignature", b'{"hello": "world"}', 1659651955)
    assert headers == {
        "x-ebay-signature-key": JWE,
        "Content-Digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        "Signature-Input": 'sig1=("content-digest" "x-ebay-signature-key" "@method" "@path" "@authority")'
        ";created=1659651955",
        "Signature": "sig1=:uunxYrXKC8KaoupD5D1DKdmQmrOhz6b4Xbhb3o9d4x4xFIpg++XzEZztOyeOI59rMMjM3NIcFgxBH0c1ckpfBw==:",
    }


def test_without_a_body_there_is_no_digest_and_a_query_is_not_signed() -> None:
    signer = Signer.of(stored(KEY))
    bare = signer.headers("GET", "https://apiz.ebay.com/sell/finances/v1/transaction", None, 1)
    asked = signer.headers("GET", "https://apiz.ebay.com/sell/finances/v1/transaction?limit=1", None, 1)
    assert bare == asked
    assert bare["Signature-Input"] == 'sig1=("x-ebay-signature-key" "@method" "@path" "@authority");created=1'
    assert "Content-Digest" not in bare


def test_an_rsa_key_signs_by_pkcs_1() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = Signer.of(json.dumps({"jwe": "j", "private_key": base64.b64encode(der).decode()}))
    signature = (
        signer.headers("GET", "https://apiz.ebay.com/x", None, 7)["Signature"].removeprefix("sig1=:").rstrip(":")
    )
    base = (
        '"x-ebay-signature-key": j\n"@method": GET\n"@path": /x\n"@authority": apiz.ebay.com\n'
        '"@signature-params": ("x-ebay-signature-key" "@method" "@path" "@authority");created=7'
    )
    key.public_key().verify(base64.b64decode(signature), base.encode(), padding.PKCS1v15(), hashes.SHA256())


def ec_key() -> str:
    der = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(der).decode()


@pytest.mark.parametrize(
    "secret", ["no JSON", "{}", stored("AAAA"), stored("no base64!"), stored(""), stored(ec_key())]
)
def test_a_secret_that_is_no_key_is_told_without_being_shown(secret: str) -> None:
    with pytest.raises(UnusableKey) as told:
        Signer.of(secret)
    assert "AAAA" not in str(told.value)
    assert "no base64" not in str(told.value)


def test_neither_the_key_nor_its_jwe_show_in_a_log() -> None:
    assert repr(Signer.of(stored(KEY))) == "Signer()"


OLD = hashes.SHA1()  # noqa: S303  (eBay still signs with it)
DIGESTS = {"SHA1": OLD, "SHA256": hashes.SHA256(), "SHA-256": hashes.SHA256(), "sha1": OLD}


@pytest.mark.parametrize(("digest", "on_one_line"), list(product(DIGESTS, [True, False])))
def test_an_event_is_believed_only_with_its_own_signature(digest: str, on_one_line: bool) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()  # fmt: skip
    public = pem.replace("\n", "") if on_one_line else pem
    body = b'{"notification": 1}'
    signature = base64.b64encode(key.sign(body, ec.ECDSA(DIGESTS[digest]))).decode()
    assert is_from(public, signature, body, digest)
    assert not is_from(public, signature, body + b" ", digest)
    assert not is_from(public, signature, body, "SHA256" if "1" in digest and "256" not in digest else "SHA1")
    assert not is_from(public, signature, body, "MD5")
    assert not is_from(public, "no signature", body, digest)
    assert not is_from("no key", signature, body, digest)
    other = ec.generate_private_key(ec.SECP256R1()).sign(body, ec.ECDSA(DIGESTS[digest]))
    assert not is_from(public, base64.b64encode(other).decode(), body, digest)
