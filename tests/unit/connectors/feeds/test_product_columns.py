"""Reading columns together gives what reading row by row gives."""

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.feeds.detect import Detected
from orion_daemon.connectors.feeds.product_columns import are_links, is_plain
from orion_daemon.connectors.feeds.products import compile_mapper
from orion_daemon.domain.text import clean_line, clean_text

CHOICES = {
    "id": ["A-1", " B ", "", "x" * 300, "a\nb", "Total", "SUMME", "é", "Totally", "Z"],
    "title": ["Mug", " Mug ", "", "<b>Mug</b>", "a & b", "T\u00e9", "Te\u0301", "a  b", "pipe | pipe", "|"],
    "description": ["plain", "", "<p>one</p><p>two</p>", "a &amp; b", "two\nlines", "e\u0301", " x", "x |", "\u200b"],
    "gtin": ["4006381333931", "", "0", "4006381333932", "4.00E+12", " 4006381333931", "080442957X", "n/a"],
    "mpn": ["M-1", "", " M  1 ", "m" * 256, "a<b"],
    "brand": ["Exemplis", "", "b" * 300, " B "],
    "item_group_id": ["G1", "", "g" * 400],
    "price": ["12.90 EUR", "12,90 €", "0 EUR", "free", "", "1.000", "5 CHF", "7.999 EUR", "12.90", "-3"],
    "sale_price": ["", "9.90 EUR", "12.90 EUR", "19.90 EUR", "-", "N/A", "9 CHF", "bad", "0", "8"],
    "sale_price_effective_date": ["", "2026-11-01/2026-11-30", "n/a", "never", "2026-12-01/2026-11-01", "/2026-11-30"],
    "currency": ["", "EUR", " CHF ", "XXQ"],
    "availability": ["in stock", "", "maybe", "auf Lager", "out_of_stock"],
    "quantity": ["3", "", "many", "-2", "1.000"],
    "condition": ["new", "", "c" * 100, "NEW"],
    "link": ["https://x.example/1", "", "http://x.example/a|b", "ftp://x", "//x.example/1", "https://", " https://x.example/",
             "https://x.example/?a=1&amp;b=2", "https://x.example/ä"],
    "image_link": ["https://x.example/1.jpg", "", "x", "|https://x.example/2"],
    "additional_image_link": ["", "https://x.example/2,https://x.example/3", "nothing"],
    "google_product_category": ["", "Home & Garden > Kitchen", "Software > Digital Goods & Currency > X", "a &gt; b"],
    "product_type": ["", "Kitchen > Cups", " K "],
    "tax_rate": ["", "17", "17.00 %", "lots"],
    "is_digital": ["", "yes", "no", "JA"],
    "color": ["", "red", "<i>red</i>", "r  ed"],
    "shelf": ["", "A7"],
}  # fmt: skip


@st.composite
def feeds(draw: st.DrawFn) -> tuple[tuple[str, ...], list[list[str]]]:
    optional = [name for name in CHOICES if name not in ("id", "title")]
    columns = ("id", "title", *draw(st.lists(st.sampled_from(optional), unique=True)))
    # most columns of a real feed are as they should be, so most here hold their first value only
    cells = {name: st.sampled_from(CHOICES[name] if draw(st.booleans()) else CHOICES[name][:1]) for name in columns}
    rows = draw(st.lists(st.tuples(*[cells[name] for name in columns]).map(list), min_size=1, max_size=12))
    return columns, rows


@given(feeds(), st.sampled_from([None, "EUR"]), st.sampled_from(["EUR", "JPY", None]), st.booleans())
def test_columns_and_rows_give_the_same_products(
    feed: tuple[tuple[str, ...], list[list[str]]], named: str | None, currency: str | None, names_products: bool
) -> None:
    columns, rows = feed
    detected = Detected("csv", "utf-8", columns=columns, headers=columns, currency=named)
    how: Any = {"language": "fr", "currency": currency, "zone": UTC, "names_products": names_products}
    one_by_one = compile_mapper(detected, **how)
    together = compile_mapper(detected, **how)
    lines = range(2, 2 + len(rows))
    expected: list[Any] = [one_by_one.row([*row], line) for row, line in zip(rows, lines, strict=True)]
    for _ in range(2):  # the second time all of it was met before
        assert together.rows([[*row] for row in rows], lines) == expected


PRICED = Detected("csv", "utf-8", columns=("id", "title", "price"), headers=("id", "title", "price"))
WRITTEN = st.one_of(
    st.from_regex(r"[0-9]{1,9}\.[0-9]{2} EUR", fullmatch=True),
    st.from_regex(r"[0-9]{1,10}\.[0-9]{1,3} ?(EUR|USD|JPY)?\n?", fullmatch=True),
    st.just("0.00 EUR"),
    st.sampled_from(["1.00 EUR\n2.00 EUR", "\u0661.00 EUR", "", "free"]),
)


def filled(currency: str) -> Any:
    """A mapper that has met thousands of prices."""
    mapper = compile_mapper(PRICED, language="fr", currency="EUR", zone=UTC)
    for number in range(100, 3_000, 50):
        mapper.rows([[f"{n}", "Mug", f"{n}.00 {currency}"] for n in range(number, number + 50)], range(50))
    return mapper


FILLED = {currency: filled(currency) for currency in ("EUR", "JPY")}


@given(st.sampled_from(sorted(FILLED)), st.lists(WRITTEN, min_size=1, max_size=4), st.booleans())
def test_among_many_prices_columns_and_rows_still_agree(currency: str, prices: list[str], is_plain: bool) -> None:
    mapper = FILLED[currency]
    texts = [f"{n}.95 {currency}" for n in range(7)] * is_plain + prices
    rows = [[f"{place}", "Mug", text] for place, text in enumerate(texts)]
    expected = [mapper.row([*row], line) for line, row in enumerate(rows)]
    assert mapper.rows(rows, range(len(rows))) == expected


TEXT = st.text(st.sampled_from("ab &<>|\n\u0301e\u00e9\u200b;p/"), max_size=6)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_texts_that_are_called_plain_are_what_cleaning_makes_of_them(texts: list[str]) -> None:
    if is_plain(texts):
        assert [clean_line(text) for text in texts] == [clean_text(text) for text in texts] == texts


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        (["https://x.example/1", "http://x.example/2"], True),
        (["https://x.example/1", ""], False),
        (["https://x.example/1|https://x.example/2", ""], False),
        (["https://x.example/1|https://x.example/2", "x"], False),
        (["https://"], False),
        (["https://x.example/1 ", "https://x.example/2"], False),
    ],
)
def test_addresses_that_stand_as_they_are(texts: list[str], answer: bool) -> None:
    assert are_links(texts) is answer
