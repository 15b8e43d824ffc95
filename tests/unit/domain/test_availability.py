"""What a feed says of a product: the ledger first, then the catalog's word; a zero is always out of stock."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.availability import CatalogWord, Standing, standing
from orion_daemon.domain.inventory import StockPolicy

PIECES = st.integers(0, 50)


def stand(policy: StockPolicy | None = None, **facts: Any) -> Standing | None:
    known: dict[str, Any] = {
        "is_for_sale": True,
        "on_hand": None,
        "reserved": 0,
        "own_safety_stock": None,
        "catalog": CatalogWord(),
    } | facts
    return standing(policy or StockPolicy(), **known)


def test_counted_stock_decides_alone() -> None:
    assert stand(on_hand=5, reserved=2, catalog=CatalogWord("out_of_stock", 0)) == Standing(3, "in_stock")
    assert stand(on_hand=0, catalog=CatalogWord("in_stock", 9)) == Standing(0, "out_of_stock")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (CatalogWord("in_stock", 7), Standing(5, "in_stock")),
        (CatalogWord("in_stock", 2), Standing(0, "out_of_stock")),
        (CatalogWord("in_stock"), Standing(None, "in_stock")),
        (CatalogWord(), Standing(None, "in_stock")),
        (CatalogWord("preorder"), Standing(None, "preorder")),
        (CatalogWord("out_of_stock", 7), Standing(0, "out_of_stock")),
        (CatalogWord("backorder"), Standing(0, "out_of_stock")),
        (CatalogWord("on the moon", 7), Standing(5, "on the moon")),
    ],
)
def test_uncounted_products_are_as_their_catalog_says(word: CatalogWord, expected: Standing) -> None:
    assert stand(StockPolicy(safety_stock=2), catalog=word) == expected


def test_preorder_is_only_said_of_something_to_sell() -> None:
    assert stand(on_hand=3, catalog=CatalogWord("preorder")) == Standing(3, "preorder")
    assert stand(on_hand=0, catalog=CatalogWord("preorder")) == Standing(0, "out_of_stock")


def test_a_zero_that_must_not_be_told_has_no_place() -> None:
    quiet = StockPolicy(sync_zero_stock=False)
    assert stand(quiet, on_hand=0) is None
    assert stand(quiet, is_for_sale=False, on_hand=9) is None
    assert stand(quiet, catalog=CatalogWord("out_of_stock")) is None
    assert stand(quiet, on_hand=1) == Standing(1, "in_stock")
    assert stand(quiet) == Standing(None, "in_stock")


@given(PIECES, PIECES, PIECES, st.integers(0, 9), st.booleans())
def test_never_more_than_is_free_beyond_the_buffer(
    on_hand: int, reserved: int, buffer: int, threshold: int, is_for_sale: bool
) -> None:
    found = stand(StockPolicy(buffer, threshold), on_hand=on_hand, reserved=reserved, is_for_sale=is_for_sale)
    assert found is not None
    assert found.quantity is not None
    assert 0 <= found.quantity <= max(0, on_hand - reserved - buffer)
    assert (found.quantity == 0) == (found.availability == "out_of_stock")
    assert is_for_sale or found.quantity == 0
