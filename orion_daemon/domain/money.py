"""Amounts of money: whole minor units with their ISO 4217 code, decimal strings at every edge.

The number of minor digits comes from the currency (two for most, none for JPY, three for KWD). This is the one place
that rounds, and it rounds half up, away from zero. No float ever enters: amounts arrive as text, `int`, `Decimal` or
`Fraction`. Reading the many spellings that people type: `prices.py`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
    " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD"
    " KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO"
    " NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL"
    " THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
}
EXPONENTS: dict[str, int] = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
"""Minor digits of each currency in use (ISO 4217)."""

_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?\Z", re.ASCII)


class UnknownCurrency(ValueError):  # noqa: N818 - reads as what it is: a code that ISO 4217 does not know
    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not a currency code of ISO 4217")


def exponent(currency: str) -> int:
    """Raises `UnknownCurrency`. Codes are upper case."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(currency) from None


def round_half_up(value: Decimal | Fraction | int) -> int:
    """A half goes away from zero: 0.5 → 1, -0.5 → -1."""
    exact = Fraction(value)
    whole = (abs(exact.numerator) * 2 + exact.denominator) // (exact.denominator * 2)
    return whole if exact >= 0 else -whole


def to_minor(amount: str | int | Decimal | Fraction, currency: str) -> int:
    """Major units to minor units, rounded half up. Text is a plain decimal with a point (`-12.345`).

    Raises `ValueError` for anything else and `UnknownCurrency`.
    """
    digits = exponent(currency)
    if isinstance(amount, str):
        match = _DECIMAL.match(amount)
        if match is None:
            raise ValueError(f"{amount[:40]!r} is not a plain decimal number")
        sign, whole, fraction = match[1], match[2], match[3] or ""
        minor = scale(whole, fraction, digits)
        return -minor if sign == "-" else minor
    return round_half_up(Fraction(amount) * 10**digits)


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the amount is a whole number of the currency's minor units. Raises `UnknownCurrency`."""
    scaled: Fraction = Fraction(amount) * 10 ** exponent(currency)
    return scaled.denominator == 1


def scale(whole: str, fraction: str, digits: int) -> int:
    """`("12", "345", 2)` → 1235: the digits before and after the point as minor units, half up. Digits only."""
    if len(fraction) == digits:
        return int(whole + fraction or "0")
    minor = int((whole or "0") + fraction[:digits].ljust(digits, "0"))
    return minor + 1 if fraction[digits : digits + 1] >= "5" else minor


def to_decimal(minor: int, currency: str) -> str:
    """Minor units to a decimal string with exactly the currency's digits: `(1999, "EUR")` → `"19.99"`."""
    digits = exponent(currency)
    if not digits:
        return str(minor)
    text = str(abs(minor)).rjust(digits + 1, "0")
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"


@dataclass(frozen=True, slots=True)
class Money:
    """Sums only with its own currency; multiplies only with whole numbers."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        return cls(to_minor(amount, currency), currency)

    def __str__(self) -> str:
        return f"{to_decimal(self.minor, self.currency)} {self.currency}"

    @property
    def amount(self) -> str:
        return to_decimal(self.minor, self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.minor * factor, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return other.minor
