"""What the supplier's answers are made of: error bodies with their codes, amounts as JSON numbers, timestamps.

An amount is a whole number of cents everywhere in this stand-in and is written as a number with exactly two decimals
(`8.60`, never `8.6`). `SupplierError` is raised by any operation and turned into its body by `endpoint`.
"""

import json
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Raw

LOW_BALANCE = 10002
PRODUCT_UNKNOWN = 20001
QUANTITY_TOO_SMALL = 40002
CODE_UNKNOWN = 50002
GENERAL_FAULT = 90001
LOW_STOCK = 310003

# The manual names no code for these refusals: the numbers are made up, a client must not know them.
BAD_FILTER = 40001
PRICE_DIFFERS = 40003
PREORDER_NOT_WANTED = 40004
REFERENCE_USED = 40005
WALK_OVER = 40006
DESCRIPTION_UNKNOWN = 20002
IMAGE_UNKNOWN = 20003
ORDER_UNKNOWN = 40404


class SupplierError(Exception):
    """An answer other than success: HTTP status, the supplier's own code (None: it sends none) and its sentence."""

    def __init__(self, status: int, code: int | None, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}

    def body(self) -> dict[str, Any]:
        return {"status": self.status, **({"code": self.code} if self.code else {}), "message": self.message}


def money(cents: int) -> Raw:
    return Raw(text_of(cents).encode())


def text_of(cents: int) -> str:
    """Decimal text, as commands and the ledger write amounts."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def cents_of(value: Any) -> int | None:
    """Exact cents of a number or of decimal text; None for what has more decimals or is no amount."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        cents = Decimal(str(value)) * 100
    except InvalidOperation:
        return None
    return int(cents) if cents.is_finite() and cents == cents.to_integral_value() else None


def document_of(raw: bytes) -> Any:
    """JSON with its numbers exact; None for what is no JSON."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_int=_whole, parse_constant=lambda _name: None)
    except ValueError:
        return None


def _whole(text: str) -> int | Decimal:
    """What fits nowhere stays a Decimal, which no whole number of a request may be."""
    return int(text) if len(text) < 19 else Decimal(text)


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


def milliseconds(moment: datetime) -> datetime:
    """The time as a stamp tells it: what is compared with bounds is what was shown."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def moment_of(text: str, *, end: bool = False) -> datetime:
    """A time or a date of a query; a date is its first moment or, with `end`, its last. Raises SupplierError."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise SupplierError(400, BAD_FILTER, f"{text} is not an ISO 8601 date") from error
    if len(text) <= len("2026-02-03") and end:
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
