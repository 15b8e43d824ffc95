"""Prices as people and programs write them, turned into minor units and a currency.

Reads `119.99`, `119,99 €`, `EUR 1.234,56`, `1 234,56`, `1'234.50 CHF`, `¥1200`, `12€50`, `5,-` and the like. Rules:
with both marks present the last one is the decimal mark; one mark followed by one, two or more than three digits is
the decimal mark; one mark followed by exactly three digits is the decimal mark for currencies with three digits, after
`0` and after four or more digits, else what the rest of the feed shows (`decimal_mark`), and without such evidence a
thousands mark, reported as `price_ambiguous`. Zero, negative, absurd and unreadable prices raise `PriceError`.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from orion_daemon.domain.money import EXPONENTS, scale
from orion_daemon.domain.text import clean_line

MAX_MINOR = 10**11
"""More than this many minor units is a mistake, not a price."""

_PLAIN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?(?: ?([A-Z]{3}))?\Z", re.ASCII)
_NUMBER = re.compile(r"\d(?:[\d.,' _]*\d)?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d[eE][+-]?\d", re.ASCII)
_INSIDE = re.compile(r"(\d) ?([€$£]) ?(\d\d)\Z", re.ASCII)
_ROUND = re.compile(r"(\d) ?[.,] ?[-–—]{1,2}(?!\d)")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' _])\d{3})(?:(?P=mark)\d{3})*\Z|\d{1,2}(?:,\d{2})+,\d{3}\Z", re.ASCII)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "′": "'", "\u2212": "-", "\u066b": "."})
_WORDS = frozenset({"ttc", "incl", "inkl", "vat", "tva", "mwst", "ust", "iva", "inc"})
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD", "BSD", "JMD"})
_CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK"})
_SYMBOLS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "円": "JPY", "元": "CNY", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "лв": "BGN", "fr": "CHF", "sfr": "CHF", "lei": "RON", "₺": "TRY", "tl": "TRY", "₽": "RUB",
    "₴": "UAH", "₹": "INR", "rs": "INR", "₩": "KRW", "₫": "VND", "₪": "ILS", "฿": "THB", "₱": "PHP", "₦": "NGN",
    "r$": "BRL", "r": "ZAR", "rm": "MYR", "rp": "IDR", "us$": "USD", "$us": "USD", "ca$": "CAD", "c$": "CAD",
    "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD", "nt$": "TWD", "mx$": "MXN", "kd": "KWD",
}  # fmt: skip


class PriceError(ValueError):
    """`code` is stable: price_missing, price_unreadable, price_scientific, price_range, price_negative, price_zero,
    price_absurd, currency_unknown, currency_missing, currency_ambiguous."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Price(NamedTuple):
    """`notes` holds what a person may want to know: price_ambiguous, price_rounded, currency_assumed."""

    minor: int
    currency: str
    notes: tuple[str, ...] = ()


def parse_price(text: str, *, default_currency: str | None, decimal_mark: str | None = None) -> Price:
    """Read one price. `default_currency` stands in where the text names none; with None that is an error.

    `decimal_mark` is what unambiguous prices of the same source use (see `decimal_mark_of`). Raises `PriceError`.
    """
    plain = _PLAIN.match(text)
    if plain is not None:
        whole, fraction, code = plain.groups("")
        currency = code or default_currency
        if currency in EXPONENTS:
            return _checked(whole, fraction, currency, () if code else ("currency_assumed",))
    elif not text.strip():
        raise PriceError("price_missing", "no price is given")
    core, found = _take_apart(text, default_currency)
    notes: tuple[str, ...] = ()
    if found is None:
        if default_currency is None:
            raise PriceError("currency_missing", "neither the price nor the feed names a currency")
        found, notes = default_currency, ("currency_assumed",)
    if found not in EXPONENTS:
        raise PriceError("currency_unknown", f"{found!r} is not a currency code of ISO 4217")
    whole, fraction, is_ambiguous = _split(core, EXPONENTS[found], decimal_mark)
    return _checked(whole, fraction, found, (*notes, "price_ambiguous") if is_ambiguous else notes)


def _checked(whole: str, fraction: str, currency: str, notes: tuple[str, ...]) -> Price:
    digits = EXPONENTS[currency]
    minor = scale(whole, fraction, digits)
    if minor <= 0:
        raise PriceError("price_zero", "the price is zero")
    if minor > MAX_MINOR:
        raise PriceError("price_absurd", "the price is larger than any real one")
    if len(fraction) > digits and fraction[digits:].strip("0"):
        notes = (*notes, "price_rounded")
    return Price(minor, currency, notes)


def decimal_mark_of(texts: Iterable[str]) -> str | None:
    """The decimal mark that the unambiguous ones among these prices use; None without evidence or when they differ."""
    found: set[str] = set()
    for text in texts:
        match = _NUMBER.search(text.translate(_APOSTROPHES))
        if match is None:
            continue
        core = match[0]
        last = max(core.rfind("."), core.rfind(","))
        if last < 0:
            continue
        if ("." in core and "," in core) or (core.count(core[last]) == 1 and len(core) - last - 1 in (1, 2)):
            found.add(core[last])
        elif core.count(core[last]) > 1:
            found.add("," if core[last] == "." else ".")
    return found.pop() if len(found) == 1 else None


def currency_of(word: str) -> str | None:
    """The code for `eur`, `€` or `Euro`; None for what is no currency, or may be one of several."""
    small = word.strip().lower()
    if small.upper() in EXPONENTS:
        return small.upper()
    return _SYMBOLS.get(small) if len(small) > 1 or not small.isalpha() else None


def _take_apart(text: str, default_currency: str | None) -> tuple[str, str | None]:
    """Separate the number from what stands around it and read a currency out of the rest."""
    if "&" in text or "<" in text:
        text = clean_line(text)
    value = unicodedata.normalize("NFKC", text).strip().translate(_APOSTROPHES)
    if value.startswith("=") and value[1:2] == value[-1:] == '"':
        value = value[2:-1]  # as spreadsheets keep a text
    value = value.lstrip("'").strip()
    if _SCIENTIFIC.search(value):
        raise PriceError("price_scientific", "written in scientific notation by a spreadsheet")
    value = _INSIDE.sub(r"\1.\3 \2", _ROUND.sub(r"\1", value))
    numbers = [*_NUMBER.finditer(value)]
    if not numbers:
        raise PriceError("price_unreadable", "there is no number in it")
    if len(numbers) > 1:
        raise PriceError("price_range", "there is more than one number in it")
    core, before, after = numbers[0][0], value[: numbers[0].start()], value[numbers[0].end() :]
    before, after = before.rstrip(), after.lstrip()
    if before.endswith((".", ",")) and not before[:-1].strip("€$£¥ "):
        core, before = before[-1] + core, before[:-1]
    if before.endswith("-") or before.startswith(("-", "(")) or after.startswith("-"):
        raise PriceError("price_negative", "the price is negative")
    code: str | None = None
    for word in f"{before.lstrip('+')} {after}".replace("(", " ").replace(")", " ").split():
        found = _currency_of(word.strip(".,:;/*"), default_currency)
        if code is not None and found is not None and found != code:
            raise PriceError("price_unreadable", f"it names two currencies, {code} and {found}")
        code = code or found
    return core, code


def _currency_of(word: str, default_currency: str | None) -> str | None:
    small = word.lower()
    if not word or small in _WORDS:
        return None
    if word.upper() in EXPONENTS:
        return word.upper()
    if small in _SYMBOLS:
        return _SYMBOLS[small]
    if word == "$":
        return default_currency if default_currency in _DOLLARS else "USD"
    if word == "¥":
        return "CNY" if default_currency == "CNY" else "JPY"
    if small == "kr":
        if default_currency in _CROWNS:
            return default_currency
        raise PriceError("currency_ambiguous", "'kr' may be Swedish, Norwegian, Danish or Icelandic crowns")
    if len(word) == 3 and word.isalpha() and word.isupper():
        raise PriceError("currency_unknown", f"{word!r} is not a currency code of ISO 4217")
    raise PriceError("price_unreadable", f"the part {word[:20]!r} is not understood")


def _split(core: str, digits: int, decimal_mark: str | None) -> tuple[str, str, bool]:
    """Digits before and after the decimal mark, and whether the reading was a choice."""
    last = max(core.rfind("."), core.rfind(","))
    if last < 0:
        return _ungroup(core), "", False
    mark = core[last]
    whole, fraction = core[:last], core[last + 1 :]
    other = "," if mark == "." else "."
    if mark in whole:
        if other in whole or not fraction.isdigit():
            raise PriceError("price_unreadable", "its points and commas contradict each other")
        return _ungroup(core), "", False
    if len(fraction) == 3 and whole.isdigit() and len(whole) <= 3 and whole[0] != "0" and digits < 3:
        if digits == 0 or decimal_mark not in (None, mark):
            return whole + fraction, "", False
        if decimal_mark is None:
            return whole + fraction, "", True
    if not fraction.isdigit():
        raise PriceError("price_unreadable", "the digits after the decimal mark are broken")
    return (_ungroup(whole) if whole else "0"), fraction, False


def _ungroup(whole: str) -> str:
    if whole.isdigit():
        return whole
    if _GROUPED.match(whole) is None:
        raise PriceError("price_unreadable", "its digits are not grouped in any known way")
    return "".join([char for char in whole if char.isdigit()])
