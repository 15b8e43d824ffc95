"""The tables of words: kinds of codes, refusals, paths."""

import pytest

from orion_daemon.connectors.codeswholesale import names
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.domain.supply import CodeKind


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("CODE_TEXT", CodeKind.TEXT),
        ("Text code", CodeKind.TEXT),
        ("CODE_IMAGE", CodeKind.IMAGE),
        ("Image code", CodeKind.IMAGE),
        ("CODE_PREORDER", CodeKind.PREORDER),
        ("PRE_ORDER", CodeKind.PREORDER),
        ("Pre-ordered code", CodeKind.PREORDER),
        ("CODE_VIDEO", CodeKind.UNKNOWN),
        ("", CodeKind.UNKNOWN),
    ],
)
def test_kinds_of_codes_by_both_fields(word: str, kind: CodeKind) -> None:
    assert names.code_kind(word) is kind


@pytest.mark.parametrize(
    ("sentence", "is_of_price"),
    [
        ("Price of product x has changed to 9.30", True),
        ("the expected PRICE differs", True),
        ("prices moved", True),
        ("Product not found in the price list", False),
        ("priceless", False),
        ("", False),
    ],
)
def test_a_refusal_speaks_of_the_price(sentence: str, is_of_price: bool) -> None:
    assert names.speaks_of_price(sentence) is is_of_price


@pytest.mark.parametrize(
    ("sentence", "is_of_reference"),
    [
        ("There is an order with orderId orion-1 already", True),
        ("Duplicate clientOrderId", True),
        ("reference was used already", True),
        ("The product has been withdrawn already", False),
        ("Order refused", False),
    ],
)
def test_a_refusal_speaks_of_the_reference(sentence: str, is_of_reference: bool) -> None:
    assert names.speaks_of_reference(sentence) is is_of_reference


def test_ids_cannot_leave_their_place_in_a_path() -> None:
    assert names.GET_CODE.at(code="../orders?x=1") == "/codes/..%2Forders%3Fx%3D1"


def test_the_version_is_in_every_path_but_the_tokens() -> None:
    settings = CodesWholesaleSettings(endpoint="https://sandbox.codeswholesale.com/", version="v4")
    assert settings.api == "https://sandbox.codeswholesale.com/v4"
    assert settings.address + names.TOKEN == "https://sandbox.codeswholesale.com/oauth/token"
    assert CodesWholesaleSettings().api == "https://api.codeswholesale.com/v3"


@pytest.mark.parametrize(
    ("option", "value"),
    [("version", "v3/../x"), ("version", ""), ("purchase_timeout", 5.0), ("purchase_timeout", 3600.0)],
)
def test_an_impossible_option_is_named(option: str, value: object) -> None:
    with pytest.raises(ValueError, match=option):
        CodesWholesaleSettings(**{option: value})  # type: ignore[arg-type]
