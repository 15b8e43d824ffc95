"""Moments as Amazon's parameters want them."""

from datetime import UTC, datetime


def text(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`, in whole seconds rounded down."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
