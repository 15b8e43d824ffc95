"""Charm prices: 12.99 instead of 12.37, in the digits that a currency has.

An ending is two digits. It stands right behind the point where the currency has minor digits (12.99 EUR, 12.990 KWD);
a currency without them takes it as the last two digits of the amount (1,299 JPY). The two directions find the nearest
charm price that is not under, or not above, a price; which of them counts is for `markups.py` to say.
"""

from orion_daemon.domain.money import exponent

ROUNDINGS = ("none", "99", "95", "90", "50", "00")
"""`none`: any price will do."""


def charm_up(price_minor: int, rounding: str, currency: str) -> int:
    """The lowest price with the ending that is not under this one."""
    if rounding == "none":
        return price_minor
    step, rest = _grid(rounding, currency)
    return price_minor + (rest - price_minor) % step


def charm_down(price_minor: int, rounding: str, currency: str) -> int:
    """The highest price with the ending that is not above this one; negative where there is none."""
    if rounding == "none":
        return price_minor
    step, rest = _grid(rounding, currency)
    return price_minor - (price_minor - rest) % step


def ending(rounding: str, currency: str) -> str:
    """As it stands at the end of a price: `.99`, or `99` in a currency without minor digits."""
    digits = exponent(currency)
    return rounding if digits == 0 else f".{rounding.ljust(digits, '0')}"


def _grid(rounding: str, currency: str) -> tuple[int, int]:
    """Charm prices are the numbers that leave `rest` when divided by `step`."""
    scale: int = 10 ** max(0, exponent(currency) - 2)
    return 100 * scale, int(rounding) * scale
