"""What CodesWholesale sends by itself, believed only as far as to look again.

Its `authHash` is the same in every message and does not cover it: a password that can be replayed. So a postback never
tells Orion a stock, a price or a key; it names a product or an order to ask for. Postbacks of the web page's test
button are made with another signature than live ones. Nothing depends on their coming.
"""

import hmac
from hashlib import sha256

import msgspec

from orion_daemon.connectors.codeswholesale import names, schemas
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.domain.hints import Hint

_ENVELOPE = msgspec.json.Decoder(schemas.Envelope)
_POSTBACK = msgspec.json.Decoder(schemas.Postback)


def auth_hash(client_id: str, signature: str) -> str:
    return sha256(f"{client_id}{signature}".encode()).hexdigest()


def read(body: bytes, client_id: str, signature: str) -> Hint:
    """Raises Rejected (`signature_needed`, `signature_refused`, `not_a_notification`) for what is not the supplier's,
    Malformed for what is and names nothing to look at."""
    place = f"{names.SUPPLIER}, postback"
    if not signature or not client_id:
        raise Rejected(
            f"{place}: no signature is stored, so nobody can tell whose it is. Store the signature of the supplier's"
            " web pages with `orion credentials set`, kind signature.",
            code="signature_needed",
        )
    try:
        envelope = _ENVELOPE.decode(body)
    except msgspec.DecodeError as error:
        raise Rejected(f"{place}: the body is none of the supplier's messages.", code="not_a_notification") from error
    if not hmac.compare_digest(envelope.auth_hash.encode(), auth_hash(client_id, signature).encode()):
        raise Rejected(
            f"{place}: it does not bear the stored signature. Those of the test button have another than live ones.",
            code="signature_refused",
        )
    try:
        said = _POSTBACK.decode(body)
    except msgspec.DecodeError as error:
        raise Malformed(f"{place} {envelope.type[:40]!r}: it cannot be read.", code="unreadable") from error
    if envelope.type == names.PREORDER:
        return Hint("order", supplier_order_id=said.order_id or "")
    if envelope.type not in names.PRODUCT_POSTBACKS:
        return Hint("other")
    listed = [said.product_id, *(one.product_id for one in said.products or ())]
    found = tuple(dict.fromkeys(name for name in listed if name))
    if not found:
        raise Malformed(f"{place} {envelope.type}: it names no product.", code="names_nothing")
    return Hint("product", found)
