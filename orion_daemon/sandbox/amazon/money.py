"""Amounts and times as Amazon writes them: decimal text with the currency's digits, UTC with `Z` in whole seconds."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

_DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "OMR": 3}


def exact(amount: Decimal | str, currency: str) -> str:
    """The amount with exactly as many digits as the currency has; half to even."""
    return str(Decimal(amount).quantize(Decimal(1).scaleb(-_DIGITS.get(currency, 2))))


def decimal(text: str | float | None) -> Decimal | None:
    """A finite decimal, or None for anything that is not one."""
    try:
        found = Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def stamp(moment: datetime) -> str:
    """Whole seconds, rounded down."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, or None; a date alone is its midnight, a time without an offset is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
