"""What eBay's answers are made of: error bodies with their ids, amounts, timestamps.

`EbayError` is raised by any operation and turned into the error body by `endpoint`. The ids are those of the
contracts; ids of domain ACCESS and OAuth, which no contract lists, are those that users report.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_EXPONENTS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "TND": 3}
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


class EbayError(Exception):
    """An answer other than success: HTTP status and the entries of its `errors`."""

    def __init__(self, status: int, *entries: dict[str, Any], form: str = "errors") -> None:
        super().__init__(", ".join(str(entry.get("errorId")) for entry in entries))
        self.status, self.entries, self.form = status, list(entries), form

    def body(self) -> dict[str, Any]:
        return {self.form: self.entries}


def entry(
    error_id: int, domain: str, message: str, *, category: str = "REQUEST", long: str | None = None, **parameters: Any
) -> dict[str, Any]:
    """One error of a body; each keyword is a parameter by which eBay says what it means."""
    said: dict[str, Any] = {"errorId": error_id, "domain": domain, "category": category, "message": message}
    said["longMessage"] = long or message
    if parameters:
        said["parameters"] = [{"name": name, "value": str(value)} for name, value in parameters.items()]
    return said


def fulfillment_error(error_id: int, message: str, status: int = 400, **parameters: Any) -> EbayError:
    return EbayError(status, entry(error_id, "API_FULFILLMENT", message, **parameters))


def inventory_entry(error_id: int, message: str, **parameters: Any) -> dict[str, Any]:
    category = "APPLICATION" if error_id in (25001, 25025) else "REQUEST"
    return entry(error_id, "API_INVENTORY", message, category=category, **parameters)


def inventory_error(error_id: int, message: str, status: int = 400, **parameters: Any) -> EbayError:
    return EbayError(status, inventory_entry(error_id, message, **parameters))


def post_order_error(error_id: int, message: str, name: str, status: int = 400) -> EbayError:
    """The Post-Order API is older: `error`, severity, and parameters under another name."""
    said = {
        "errorId": error_id,
        "domain": "CancelSvcErrorDomain",
        "subdomain": "Buying",
        "severity": "ERROR",
        "category": "REQUEST",
        "message": message,
        "parameter": [],
        "errorName": name,
        "organization": "Marketplace",
    }
    return EbayError(status, said, form="error")


def stamp(moment: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ss.sssZ`, the only form that eBay writes and takes."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


def moment_of(text: str) -> datetime | None:
    """The time of such a stamp; None for any other form, local times included."""
    if not _STAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def milliseconds(moment: datetime) -> datetime:
    """The time as a stamp tells it: what is compared with bounds is what was shown."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def exponent(currency: str) -> int:
    return _EXPONENTS.get(currency, 2)


def rounded(value: Decimal, currency: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-exponent(currency)))


def amount(value: Decimal | str, currency: str) -> dict[str, str]:
    return {"value": str(rounded(Decimal(value), currency)), "currency": currency}


def decimal_of(text: Any) -> Decimal | None:
    """A finite decimal of text; None for numbers, which the API never takes, and for nonsense."""
    if not isinstance(text, str):
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def whole(text: str | None, default: int) -> int | None:
    """A whole number of a query parameter; None for what is none."""
    if text is None:
        return default
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None
