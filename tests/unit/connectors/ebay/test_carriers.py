"""Carriers by eBay's codes, tracking numbers as eBay takes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.ebay.carriers import code_of, tracking_of


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("DHL", "DHL"),
        ("dhl paket", "DHL"),
        ("DHL-Express", "DHLEXPRESS"),
        ("Deutsche Post", "DeutschePost"),
        ("Österreichische Post", "OsterreichischePostAG"),
        ("La Poste", "LAPOSTE"),
        ("bpost", "BPost"),
        ("Evri", "Hermes"),
        ("ParcelForce", "Parcelforce"),
        ("Post.lu", "Other"),
        ("Ada's own van", "Other"),
        ("", "Other"),
    ],
)
def test_names_and_codes(said: str, code: str) -> None:
    assert code_of(said) == code


@pytest.mark.parametrize(
    ("number", "sent"), [("JD 0146-0000.1", "JD014600001"), ("---", ""), ("", ""), ("RR123456785LU", "RR123456785LU")]
)
def test_tracking_numbers_are_letters_and_digits(number: str, sent: str) -> None:
    assert tracking_of(number) == sent


@given(st.text())
def test_nothing_else_ever_goes_out(number: str) -> None:
    sent = tracking_of(number)
    assert re.fullmatch(r"[A-Za-z0-9]*", sent)
    assert tracking_of(sent) == sent
