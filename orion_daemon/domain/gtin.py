"""Trade numbers: GTIN-8, 12, 13, 14 and ISBN-10 (which becomes its GTIN-13), checked by their check digit.

Leading zeros belong to the number and are kept; nothing is ever repaired by guessing. Values that a spreadsheet
ruined (`4.00E+12`, `4000000000013.0`, lost leading zeros) are refused with a reason that says so. To compare numbers
of different lengths use `comparable`, which pads to fourteen digits.
"""

import re
from collections.abc import Sequence

_LENGTHS = (8, 12, 13, 14)
_NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "n/a",
        "na",
        "none",
        "null",
        "nan",
        "0",
        "false",
        "no",
        "does not apply",
        "does not exist",
        "no gtin",
        "kein",
        "aucun",
    }
)
_SCIENTIFIC = re.compile(r"[\d.,]+\s*[eE]\s*[+-]?\s*\d+\Z", re.ASCII)
_SEVERAL = re.compile(r"\d{8,14}(?:\s*[,;/|\s]\s*\d{8,14})+\Z", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d+\Z", re.ASCII)


class GtinError(ValueError):
    """`code` is stable: gtin_scientific, gtin_decimal, gtin_several, gtin_characters, gtin_length, gtin_placeholder,
    gtin_check_digit."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def normalise(text: str) -> str | None:
    """Digits of a valid number with its leading zeros, or None where the field says that there is none.

    Spaces and hyphens between digits, a leading apostrophe and the `="..."` by which spreadsheets keep zeros are taken
    away. ISBN-10 comes back as thirteen digits. Raises `GtinError`.
    """
    value = text.strip().strip("\ufeff\u200b\u200e\u2060").strip()
    if value.startswith("=") and value[1:2] == value[-1:] == '"':
        value = value[2:-1].strip()
    value = value.lstrip("'").strip()
    if value.lower() in _NOTHING:
        return None
    if not (value.isdigit() and value.isascii()):
        value = _without_separators(value)
    if len(value) == 10:
        return _from_isbn10(value)
    if len(value) not in _LENGTHS or not value.isdigit():
        hint = "; leading zeros may have been lost" if len(value) < 13 else ""
        raise GtinError("gtin_length", f"{len(value)} digits; a GTIN has 8, 12, 13 or 14{hint}")
    if not value.strip("0"):
        raise GtinError("gtin_placeholder", "all digits are zero")
    if not is_valid(value):
        hint = ""
        if value.endswith("00000"):
            hint = "; it ends in zeros as numbers do that a spreadsheet has cut"
        raise GtinError("gtin_check_digit", f"the check digit should be {check_digit(value[:-1])}{hint}")
    return value


def is_valid(digits: str) -> bool:
    """True when the digits have a GTIN's length and its check digit, and are not all zero."""
    if len(digits) not in _LENGTHS or not (digits.isdigit() and digits.isascii()):
        return False
    data = digits.encode()  # the byte of a digit is 48 more than the digit; 48 is 8 of the last decimal place
    even, odd = sum(data[0::2]), sum(data[1::2])
    if len(digits) % 2:
        even, odd = odd, even
    if even + odd == 48 * len(data):
        return False
    return (even * 3 + odd - 48 * (len(data) // 2 * 3 + (len(data) + 1) // 2)) % 10 == 0


_TRIPLED = bytes((digit - 48) * 3 % 10 if 48 <= digit < 58 else 0 for digit in range(256))
_SINGLE = bytes(digit - 48 if 48 <= digit < 58 else 0 for digit in range(256))


def are_valid(numbers: Sequence[str]) -> bool:
    """True when all are valid and of one length; False says nothing about any single one."""
    length = len(numbers[0]) if numbers else 0
    whole = "".join(numbers)
    if length not in _LENGTHS or not (whole.isdigit() and whole.isascii()):
        return False
    if len(whole) != length * len(numbers) or {*map(len, numbers)} != {length}:
        return False
    data = whole.encode()
    columns = [data[place::length].translate(_SINGLE if (length - place) % 2 else _TRIPLED) for place in range(length)]
    sums = [*map(sum, zip(*columns, strict=True))]
    return 0 not in sums and all(total % 10 == 0 for total in sums)


def check_digit(body: str) -> str:
    """The last digit for 7, 11, 12 or 13 digits before it."""
    return str(-sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))) % 10)


def comparable(digits: str) -> str:
    """Fourteen digits: the same article has the same text whether it was written as UPC, EAN or GTIN-14."""
    return digits.zfill(14)


def _without_separators(value: str) -> str:
    if _SCIENTIFIC.match(value):
        raise GtinError("gtin_scientific", "written in scientific notation by a spreadsheet; the digits are lost")
    if _SEVERAL.match(value):
        raise GtinError("gtin_several", "more than one number; which of them is this product's nobody can tell")
    if _DECIMAL.match(value):
        raise GtinError("gtin_decimal", "written as a decimal number by a spreadsheet; digits may be lost")
    bare = value.replace("-", "").replace(" ", "").replace("\u00a0", "").replace("\u2010", "").replace("\u2011", "")
    body = bare[:-1] if len(bare) == 10 and bare[-1] in "xX" else bare
    if not (body.isdigit() and body.isascii()):
        raise GtinError("gtin_characters", "holds other characters than digits")
    return bare


def _from_isbn10(value: str) -> str:
    total = sum((10 - place) * (10 if digit in "xX" else int(digit)) for place, digit in enumerate(value))
    if total % 11 or not value[:-1].strip("0"):
        raise GtinError("gtin_length", "10 digits, and not a valid ISBN-10; leading zeros may have been lost")
    body = "978" + value[:-1]
    return body + check_digit(body)
