"""What is sold: key texts, pictures of keys, and words nobody knows. Made of the world's seed, no two alike.

A digest is the SHA-256 of what is handed to a buyer: the text, or the picture's bytes. It stands in the ledger.
"""

import base64
import zlib
from hashlib import sha256
from struct import pack

from orion_daemon.sandbox.codeswholesale.records import Code, Product
from orion_daemon.sandbox.codeswholesale.state import Store

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SIDE = 16


def make(store: Store, order_id: str, product: Product, kind: str, number: int) -> Code:
    """One piece of an order, with its value unless it is pre-ordered; `number` is its place in the line."""
    code = Code(store.world.uuid("code"), order_id, product.id, kind)
    if kind != "preorder":
        fill(store, code, product, kind, number)
    store.world.codes[code.id] = code
    return code


def fill(store: Store, code: Code, product: Product, kind: str, number: int = 1) -> None:
    """Give a code its value, once."""
    text = _key(store)
    code.kind, code.assigned_at = kind, store.now()
    if kind == "image":
        code.value = base64.b64encode(picture(text)).decode()
        code.filename = product.filename or f"{product.identifier.lower()}-{number}.png"
    else:
        code.value = text


def digest(code: Code) -> str | None:
    if code.value is None:
        return None
    raw = base64.b64decode(code.value) if code.kind == "image" else code.value.encode()
    return sha256(raw).hexdigest()


def picture(text: str) -> bytes:
    """A small PNG, black and white, whose dots are drawn from the text."""
    bits = int.from_bytes(sha256(text.encode()).digest())
    rows = b"".join(
        b"\0" + bytes(255 * (bits >> (row * _SIDE + column) & 1) for column in range(_SIDE)) for row in range(_SIDE)
    )
    header = pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))


def _key(store: Store) -> str:
    number = int(store.world.opaque("key"), 16)
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(15))
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"
