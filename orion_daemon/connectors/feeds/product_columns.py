"""Many records of a feed read at once, column by column.

A feed repeats itself: most of a column is as it should be, or is a text that was met before. So each column is looked
at as a whole first, and values that need no work are taken as they stand. A record in which any column is out of the
ordinary (something to warn of, to reject, to think about) is left to the row mapper of `products.py`, which alone
decides what such a record becomes; here nothing is decided that it would decide otherwise. A test holds both to the
same answers.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, TypeVar
from unicodedata import is_normalized

from orion_daemon.connectors.feeds import product_fields
from orion_daemon.connectors.feeds.reader import RowMapper
from orion_daemon.domain import gtin
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.domain.products import MAX_KEY, FieldProblem, IncomingProduct, ProductType, RowProblem
from orion_daemon.domain.sales import ALWAYS
from orion_daemon.domain.text import clean_line, clean_text

CACHED = 20_000
"""Texts remembered per column."""

_T = TypeVar("_T")
_Read = tuple[_T | None, FieldProblem | None]
Priced = tuple[int, str, tuple[FieldProblem, ...], FieldProblem | None]
"""Minor units, currency, what to warn of, what is wrong with it."""

NO_SALE = frozenset({"", "-", "n/a", "null", "none", "nan"})
_NO_PRICE: Any = (None, None)
_MANY_PRICES = 2_000
"""More different ones than that are read together, where they are written alike, and not remembered."""
_DIGITAL = "Software > Digital Goods & Currency"


_product = partial(tuple.__new__, IncomingProduct)  # as `_make` does, without a call of Python for each


class _Odd:
    """Stands where a value would need a word to the operator."""


ODD: Any = _Odd()


class Memo(dict[str, _T]):
    """A function of a text that remembers what it gave: asking again costs a lookup and no call."""

    def __init__(self, function: Callable[[str], _T], most: int = CACHED) -> None:
        self._function, self._most = function, most

    def __missing__(self, text: str) -> _T:
        if len(self) >= self._most:
            self.clear()
        found = self[text] = self._function(text)
        return found


class Column:
    """Values of one field. `odd` are the places of those that the row mapper has to look at."""

    def __init__(self, read: Callable[[str], _Read[Any]], most: int = CACHED) -> None:
        self._read = read
        self._memo = Memo(self._value, most)
        self._has_odd = False

    def _value(self, text: str) -> Any:
        value, trouble = self._read(text)
        if trouble is None:
            return value
        self._has_odd = True
        return ODD

    def values(self, texts: Sequence[str], odd: set[int]) -> Sequence[Any]:
        if not any(texts):
            value = self._memo[""]
            found = [value] * len(texts)
        else:
            found = [*map(self._memo.__getitem__, texts)]
        if self._has_odd:
            odd.update([place for place, value in enumerate(found) if value is ODD])
        return found


_PLAIN = bytes(set(range(0x20, 0x7F)) - {*b"<&"})


def is_plain(texts: Sequence[str]) -> bool:
    """Whether cleaning, as a line or as paragraphs, would leave each of the texts as it is."""
    whole = " ".join(filter(None, texts))
    if whole.isascii():
        is_fit = not whole.encode().translate(None, _PLAIN)
    else:
        is_fit = whole.isprintable() and "<" not in whole and "&" not in whole and is_normalized("NFC", whole)
    return is_fit and "  " not in whole and whole[:1] != " " != whole[-1:]


def are_links(texts: Sequence[str]) -> bool:
    """Whether each is an address that is taken as it stands."""
    whole = "|".join(texts)
    begun = whole.count("|https://") + whole.count("|http://") + whole.startswith(("https://", "http://"))
    return (
        begun == len(texts) == whole.count("|") + 1
        and min(map(len, texts)) > len("https://")
        and whole.isprintable()
        and "&amp;" not in whole
        and " |" not in whole
        and whole[-1:] != " "
    )


def kind_of(category: str) -> ProductType:
    return "digital" if category.startswith(_DIGITAL) else "physical"


class Columns:
    """Made for the columns of one feed. `place_of` a name is -1 for a column that the feed does not have; `prices` by
    the currency beside them, `sales` by the currency of the price."""

    def __init__(
        self,
        place_of: Callable[[str], int],
        extra: Iterable[tuple[int, str]],
        language: str,
        zone: tzinfo,
        map_row: RowMapper,
        prices: "Memo[Memo[Priced]]",
        sales: "Memo[Memo[Priced]]",
        totals: frozenset[str],
    ) -> None:
        self._map_row = map_row
        self._language = language
        self._totals = totals
        names = (
            "id", "title", "description", "price", "sale_price", "currency", "gtin", "mpn", "brand", "item_group_id",
            "availability", "quantity", "condition", "link", "image_link", "additional_image_link",
            "google_product_category", "product_type", "tax_rate", "is_digital",
            "sale_price_effective_date",
        )  # fmt: skip
        self._places = [place_of(name) for name in names]
        self._extra = [place for place, _ in extra]
        self._extra_names = [name for _, name in extra]
        self._has_price = place_of("price") >= 0
        self._prices = Memo(lambda beside: Memo(partial(_price, prices[beside])))
        self._sales = Memo(lambda currency: Memo(partial(_sale, sales[currency], currency)))
        self._description_of = Memo(clean_text, 2_000)
        self._category_of = Memo(lambda text: clean_line(text) or None)
        self._kind_of = Memo(kind_of)
        self._attribute_of = Memo(clean_line)
        self._by_name = {
            "availability": Column(product_fields.availability),
            "quantity": Column(product_fields.quantity),
            "condition": Column(product_fields.condition),
            "brand": Column(lambda text: product_fields.key("brand", text)),
            "item_group_id": Column(lambda text: product_fields.key("item_group_id", text)),
            "tax_rate": Column(product_fields.tax_rate),
            "sale_dates": Column(partial(product_fields.sale_dates, zone)),
        }

    def map_rows(self, rows: Sequence[list[str]], lines: Sequence[int]) -> list[IncomingProduct | RowProblem]:
        """What the row mapper would give for each. Every row has a cell for each column; changes the rows."""
        columns: list[Sequence[str]] = [*zip(*rows, strict=True)]
        columns.append(("",) * len(rows))
        (
            ids, titles, descriptions, prices, sales, currencies, gtins, mpns, brands, groups, availabilities,
            quantities, conditions, links, images, more, categories, types, taxes, digital, dates,
        ) = [columns[place] for place in self._places]  # fmt: skip
        odd: set[int] = set()
        column = self._by_name
        keys = self._keys(ids, odd)
        clean_titles = self._titles(titles, odd)
        minors, price_currencies = self._amounts(prices, currencies, odd)
        kept_categories = self._categories(categories)
        sale_minors = self._sale_prices(sales, minors, price_currencies, odd)
        begins, ends = self._sale_dates(dates, sale_minors, odd)
        products: list[Any] = [
            *map(
                _product,
                zip(
                    keys,
                    repeat(self._language),
                    clean_titles,
                    self._descriptions(descriptions),
                    _gtins(gtins, odd),
                    _keys_or_none(mpns, odd),
                    column["brand"].values(brands, odd),
                    self._kinds(categories, kept_categories, digital),
                    column["item_group_id"].values(groups, odd),
                    minors,
                    sale_minors,
                    begins,
                    ends,
                    price_currencies,
                    column["availability"].values(availabilities, odd),
                    column["quantity"].values(quantities, odd),
                    column["condition"].values(conditions, odd),
                    _links("link", links, odd),
                    _links("image_link", images, odd),
                    _more_links(more, odd),
                    kept_categories,
                    self._categories(types),
                    column["tax_rate"].values(taxes, odd),
                    self._attributes([columns[place] for place in self._extra], len(rows)),
                    repeat(()),
                ),
            )
        ]
        for place in odd:
            products[place] = self._map_row(rows[place], lines[place])
        return products

    def _keys(self, ids: Sequence[str], odd: set[int]) -> Sequence[str]:
        keys = [*map(str.strip, ids)]
        lowered = "|".join(keys).lower()
        if "" in keys or max(map(len, keys)) > MAX_KEY or not lowered.isprintable():
            odd.update([at for at, key in enumerate(keys) if not 0 < len(key) <= MAX_KEY or not key.isprintable()])
        if any(word in lowered for word in self._totals):
            odd.update([at for at, key in enumerate(keys) if key.lower() in self._totals])
        return keys

    def _titles(self, texts: Sequence[str], odd: set[int]) -> Sequence[str]:
        found = texts if is_plain(texts) else [*map(clean_line, texts)]
        if "" in found:
            odd.update([place for place, title in enumerate(found) if not title])
        return found

    def _descriptions(self, texts: Sequence[str]) -> Sequence[str]:
        return texts if is_plain(texts) else [*map(self._description_of.__getitem__, texts)]

    def _categories(self, texts: Sequence[str]) -> Sequence[str | None]:
        return [*map(self._category_of.__getitem__, texts)]

    def _kinds(self, raw: Sequence[str], categories: Sequence[str | None], digital: Sequence[str]) -> Iterable[str]:
        if not any(raw) and not any(digital):
            return repeat("physical")
        kinds = [*map(self._kind_of.__getitem__, [category or "" for category in categories])]
        if any(digital):
            kinds = [
                "digital" if text and product_fields.is_yes(text) else kind
                for kind, text in zip(kinds, digital, strict=True)
            ]
        return kinds

    def _amounts(
        self, prices: Sequence[str], currencies: Sequence[str], odd: set[int]
    ) -> tuple[Sequence[int | None], Sequence[str | None]]:
        if not self._has_price:
            nothing = (None,) * len(prices)
            return nothing, nothing
        if any(currencies):
            found = [self._prices[beside.strip()][text] for text, beside in zip(prices, currencies, strict=True)]
        else:
            memo = self._prices[""]
            if len(memo) > _MANY_PRICES and (alike := _alike(prices, memo[prices[0]])) is not None:
                return alike
            found = [*map(memo.__getitem__, prices)]
        if _NO_PRICE in found:
            odd.update([place for place, one in enumerate(found) if one is _NO_PRICE])
        minors, named = zip(*found, strict=True)
        return minors, named

    def _sale_prices(
        self, texts: Sequence[str], minors: Sequence[int | None], currencies: Sequence[str | None], odd: set[int]
    ) -> Sequence[int | None]:
        if not self._has_price or not any(texts):
            return (None,) * len(texts)
        found: list[int | None] = []
        for place, (text, minor, currency) in enumerate(zip(texts, minors, currencies, strict=True)):
            sale = self._sales[currency][text] if text and currency and minor else None
            if sale is not None and (sale is ODD or sale >= (minor or 0)):
                if sale != minor:
                    odd.add(place)
                sale = None
            found.append(sale)
        return found

    def _sale_dates(
        self, texts: Sequence[str], sales: Sequence[int | None], odd: set[int]
    ) -> tuple[Sequence[datetime | None], Sequence[datetime | None]]:
        nothing = (None,) * len(texts)
        wanted = [text if sale is not None else "" for text, sale in zip(texts, sales, strict=True)]
        if not any(wanted):
            return nothing, nothing
        found = self._by_name["sale_dates"].values(wanted, odd)
        dates = [ALWAYS if one is ODD else one for one in found]
        return [one.from_at for one in dates], [one.until_at for one in dates]

    def _attributes(self, columns: Sequence[Sequence[str]], rows: int) -> Iterable[dict[str, str]]:
        if not columns:
            return [{} for _ in range(rows)]
        cleaned = [
            texts if not any(texts) or is_plain(texts) else [*map(self._attribute_of.__getitem__, texts)]
            for texts in columns
        ]
        names = self._extra_names
        if len(names) == 1:
            [name] = names
            return [{name: value} if value else {} for value in cleaned[0]]
        return [
            {name: value for name, value in zip(names, values, strict=True) if value}
            for values in zip(*cleaned, strict=True)
        ]


def _alike(prices: Sequence[str], first: tuple[int, str]) -> tuple[list[int], tuple[str, ...]] | None:
    """Prices that are all written like `12.34 EUR`, in one currency, read together; None where one is not. `first`:
    what the first of them was read as, so that there is nothing to say of the others either."""
    if first is _NO_PRICE or EXPONENTS.get(first[1]) != 2:
        return None
    whole = "\n".join((*prices, ""))
    if whole.count("\n") != len(prices) or not _alike_in(first[1]).fullmatch(whole):
        return None
    minors = [*map(int, whole.replace(f" {first[1]}\n", "\n").replace(".", "").split())]
    return None if 0 in minors else (minors, (first[1],) * len(minors))


@lru_cache
def _alike_in(currency: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[0-9]{{1,9}}\.[0-9][0-9] {currency}\n)+")


def _price(memo: Memo[Priced], text: str) -> tuple[int, str]:
    minor, currency, notes, trouble = memo[text]
    return _NO_PRICE if notes or trouble is not None else (minor, currency)


def _sale(memo: Memo[Priced], currency: str, text: str) -> int | None:
    """None: no sale."""
    if text.strip().lower() in NO_SALE:
        return None
    minor, sale_currency, notes, trouble = memo[text]
    return ODD if notes or trouble is not None or sale_currency != currency else minor


def _gtins(texts: Sequence[str], odd: set[int]) -> Sequence[str | None]:
    if gtin.are_valid(texts):
        return texts
    found: list[str | None] = []
    for place, text in enumerate(texts):
        if not text or gtin.is_valid(text):
            found.append(text or None)
            continue
        number: str | None = None
        try:
            number = gtin.normalise(text)
        except gtin.GtinError:
            odd.add(place)
        found.append(number)
    return found


def _keys_or_none(texts: Sequence[str], odd: set[int]) -> Sequence[str | None]:
    cleaned = texts if is_plain(texts) else [*map(clean_line, texts)]
    if max(map(len, cleaned)) > MAX_KEY:
        odd.update([place for place, text in enumerate(cleaned) if len(text) > MAX_KEY])
    return [text or None for text in cleaned] if "" in cleaned else cleaned


def _links(field: str, texts: Sequence[str], odd: set[int]) -> Sequence[str | None]:
    if are_links(texts):
        return texts
    found: list[str | None] = []
    for place, text in enumerate(texts):
        value, trouble = product_fields.link(field, text) if text else (None, None)
        if trouble is not None:
            odd.add(place)
        found.append(value)
    return found


def _more_links(texts: Sequence[str], odd: set[int]) -> Sequence[tuple[str, ...]]:
    if not any(texts):
        return ((),) * len(texts)
    found: list[tuple[str, ...]] = []
    for place, text in enumerate(texts):
        value, trouble = product_fields.links("additional_image_link", text) if text else ((), None)
        if trouble is not None:
            odd.add(place)
        found.append(value)
    return found
