"""Postbacks: whose they are, and what they are a hint at."""

import json
from hashlib import sha256
from typing import Any

import pytest

from orion_daemon.connectors.codeswholesale import hints
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.domain.hints import Hint

CLIENT, SIGNATURE = "client-of-ada", "signature-of-ada"
HASH = sha256(f"{CLIENT}{SIGNATURE}".encode()).hexdigest()


def read(signature: str = SIGNATURE, **said: Any) -> Hint:
    return hints.read(json.dumps({"authHash": HASH, **said}).encode(), CLIENT, signature)


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (
            {"type": "STOCK", "products": [{"productId": "p1", "quantity": 3, "prices": []}, {"productId": "p2"}]},
            Hint("product", ("p1", "p2")),
        ),
        ({"type": "NEW_PRODUCT", "productId": "p1"}, Hint("product", ("p1",))),
        ({"type": "PRODUCT_UPDATED", "productId": "p1"}, Hint("product", ("p1",))),
        ({"type": "PRODUCT_HIDDEN", "productId": "p1"}, Hint("product", ("p1",))),
        ({"type": "NEW_FULL_PRODUCT", "products": [{"productId": "p1", "name": "x"}]}, Hint("product", ("p1",))),
        (
            {"type": "PRODUCT_UPDATED", "productId": "p1", "products": [{"productId": "p1"}]},
            Hint("product", ("p1",)),
        ),
        ({"type": "PREORDER", "orderId": "o1"}, Hint("order", supplier_order_id="o1")),
        ({"type": "PREORDER", "productOrderedId": "x", "codeId": "c1"}, Hint("order")),
        ({"type": "SOMETHING_NEW", "products": "?"}, None),
        ({"type": "SOMETHING_NEW"}, Hint("other")),
    ],
)
def test_each_kind_says_where_to_look(said: dict[str, Any], hint: Hint | None) -> None:
    if hint is None:
        with pytest.raises(Malformed) as caught:
            read(**said)
        assert caught.value.code == "unreadable"
    else:
        assert read(**said) == hint


@pytest.mark.parametrize("wrong", ["", "0" * 64, HASH.upper(), HASH[:-1], "schlüssel"])
def test_a_wrong_hash_is_refused(wrong: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(type="STOCK", products=[{"productId": "p1"}], authHash=wrong)
    assert caught.value.code == "signature_refused"
    assert not any(secret in caught.value.message for secret in (SIGNATURE, HASH))


@pytest.mark.parametrize("body", [b"", b"STOCK", b"[]", b'{"type": "STOCK"}', b'{"type": 5, "authHash": "x"}'])
def test_what_is_no_postback_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        hints.read(body, CLIENT, SIGNATURE)
    assert caught.value.code == "not_a_notification"


@pytest.mark.parametrize(("client", "signature"), [(CLIENT, ""), ("", SIGNATURE)])
def test_without_a_signature_nothing_is_believed(client: str, signature: str) -> None:
    forged = sha256(f"{client}{signature}".encode()).hexdigest()
    body = json.dumps({"authHash": forged, "type": "STOCK", "products": [{"productId": "p1"}]}).encode()
    with pytest.raises(Rejected, match="orion credentials set") as caught:
        hints.read(body, client, signature)
    assert caught.value.code == "signature_needed"


@pytest.mark.parametrize("kind", ["STOCK", "NEW_PRODUCT", "NEW_FULL_PRODUCT"])
def test_a_product_that_is_not_named_is_told(kind: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(type=kind, products=[{}])
    assert caught.value.code == "names_nothing"
