"""Which product a line means, and when nobody guesses."""

from typing import Any

import pytest

from orion_daemon.domain.matching import Match, answer_keys, choose, gtin_forms


def found(sku: str | None = None, gtin: str | None = None, title: str | None = None, **known: Any) -> Match:
    tables: dict[str, Any] = {"answers": {}, "by_sku": {}, "by_vendor_id": {}, "by_gtin": {}} | known
    return choose(sku, gtin, title, **tables)


def test_a_remembered_answer_goes_before_everything() -> None:
    assert found("A", answers={"sku:A": 7}, by_sku={"A": 1}).product_id == 7
    assert found("A", answers={"sku:A": None}, by_sku={"A": 1}).state == "ignored"
    assert found("A", "123", answers={"gtin:123": 7}).product_id == 7


def test_then_the_sku_then_the_vendors_id_then_the_gtin() -> None:
    tables = {"by_sku": {"A": 1}, "by_vendor_id": {"A": [2], "B": [2]}, "by_gtin": {"4006381333931": [3]}}
    assert [found(sku, "4006381333931", **tables).product_id for sku in ("A", "B", "C", None)] == [1, 2, 3, 3]


def test_several_products_are_nobodys_guess() -> None:
    one = found("A", by_vendor_id={"A": [1, 2]}, by_gtin={})
    assert (one.state, one.product_id) == ("unmatched", None)
    assert "2 products" in one.reason
    assert found(
        None, "00012345678905", by_gtin={"12345678905": [9], "012345678905": [1], "0012345678905": [1]}
    ) == Match("matched", 1)


def test_a_reason_names_what_was_looked_for() -> None:
    assert found("A", "123").reason == "no product of the store has SKU A or GTIN 123"
    assert "anything to know it by" in found().reason


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("0012345678905", ("012345678905", "0012345678905", "00012345678905")),
        ("96385074", ("96385074", "000096385074", "0000096385074", "00000096385074")),
        ("4.00E+12", ()),
        ("0000", ()),
        ("123456789012345", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_trade_number_is_looked_up_in_all_its_forms(text: str | None, forms: tuple[str, ...]) -> None:
    assert gtin_forms(text) == forms


def test_an_answer_is_kept_under_the_best_name_and_a_title_counts_only_alone() -> None:
    assert answer_keys("A", "1", "x") == ("sku:A", "gtin:1")
    assert answer_keys(None, "", " A mug ") == ("title:A mug",)
    assert answer_keys("", None, " ") == ()
    [long] = answer_keys(None, None, "x" * 5000)
    assert len(long) <= 300
    assert long != answer_keys(None, None, "x" * 5001)[0]
