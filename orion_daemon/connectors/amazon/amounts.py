"""Amounts of Amazon's documents: exact decimals with a currency in, minor units of the order's currency out.

One order has one currency. An amount in another, or one that is no number, is left out and told as a problem of the
order: nothing is converted and nothing rounded in silence.
"""

from decimal import Decimal
from typing import Protocol

from orion_daemon.domain.money import UnknownCurrency, exponent, is_exact, to_minor

Problems = list[tuple[str, str]]
_LARGEST = Decimal(10) ** 12


class UnusableDocument(ValueError):  # noqa: N818  (says what it is)
    """A value makes the whole document unusable; the text names the field and quotes no personal data."""


class Amount(Protocol):
    """`Money` of either orders API."""

    @property
    def amount(self) -> Decimal | None: ...
    @property
    def currency_code(self) -> str | None: ...


class Purse:
    """Reads the amounts of one order in its currency."""

    def __init__(self, currency: str, problems: Problems) -> None:
        try:
            exponent(currency)
        except UnknownCurrency as error:
            raise UnusableDocument(f"currencyCode: {error}") from error
        self.currency = currency
        self._problems = problems

    def minor(self, money: Amount | None, field: str) -> int | None:
        """None for an absent amount, and for one that cannot be taken, which is told."""
        if money is None or money.amount is None:
            return None
        if money.currency_code not in (None, self.currency):
            self._problems.append(
                ("other_currency", f"{field} is in {str(money.currency_code)[:8]}, the order in {self.currency}")
            )
            return None
        if not money.amount.is_finite() or abs(money.amount) >= _LARGEST:
            self._problems.append(("unusable_amount", f"{field} is not an amount of money"))
            return None
        if not is_exact(money.amount, self.currency):
            self._problems.append(("amount_rounded", f"{field} is finer than {self.currency} goes, and was rounded"))
        return to_minor(money.amount, self.currency)


def currency_of(*amounts: Amount | None) -> str | None:
    """The currency of the first amount that names one."""
    return next((money.currency_code for money in amounts if money is not None and money.currency_code), None)


def total(*parts: int | None) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
