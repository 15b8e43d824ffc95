"""Sale prices and the time in which they hold: reading it, writing it, and which price counts at an instant.

A sale holds from its first instant and no longer at its last one: whoever asks at `until_at` pays the price. Feeds
write it as two ISO 8601 times with a slash between (`2026-11-01T00:00+01:00/2026-11-30T23:59+01:00`), of which either
may be left out. A day without a time begins at its midnight as a start and lasts to its end as an end; a time without
an offset is read in the zone that the caller gives.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

_SIDE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?\Z", re.ASCII | re.IGNORECASE
)
_DAY = timedelta(days=1)


class SaleDatesError(ValueError):
    """`code` is stable: sale_dates_unreadable, sale_dates_reversed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SaleDates(NamedTuple):
    """Aware UTC; None: no limit on that side."""

    from_at: datetime | None = None
    until_at: datetime | None = None

    def hold(self, at: datetime) -> bool:
        return (self.from_at is None or self.from_at <= at) and (self.until_at is None or at < self.until_at)


ALWAYS = SaleDates()


def sale_in_force(sale_minor: int | None, dates: SaleDates, at: datetime) -> int | None:
    """The sale price that counts at this instant; None: there is none, not yet or not any more."""
    return sale_minor if sale_minor is not None and dates.hold(at) else None


def price_in_force(price_minor: int | None, sale_minor: int | None, dates: SaleDates, at: datetime) -> int | None:
    """What a buyer pays at this instant; None: the product has no price."""
    sale = sale_in_force(sale_minor, dates, at)
    return price_minor if sale is None else sale


def parse_sale_dates(text: str, zone: tzinfo) -> SaleDates:
    """Read an interval. `zone` is that of times without an offset. An interval that is over is as good as any.

    An empty text and a lone slash set no limit; so does an end beyond the last year that can be told, which shops write
    for "for ever". Raises `SaleDatesError`.
    """
    sides = [side.strip() for side in text.split("/")]
    if sides in ([""], ["", ""]):
        return ALWAYS
    if len(sides) != 2:
        raise SaleDatesError("sale_dates_unreadable", "not two times with a slash between, as 2026-11-01/2026-11-30")
    dates = SaleDates(_start(sides[0], zone), _end(sides[1], zone))
    if dates.from_at is not None and dates.until_at is not None and dates.from_at >= dates.until_at:
        raise SaleDatesError("sale_dates_reversed", "the sale ends before it begins")
    return dates


def format_sale_dates(dates: SaleDates) -> str:
    """As `parse_sale_dates` reads it, in UTC; empty where nothing is limited."""
    if dates == ALWAYS:
        return ""
    return "/".join("" if side is None else _text(side) for side in dates)


def _text(value: datetime) -> str:
    exact = value.second or value.microsecond
    return value.astimezone(UTC).replace(microsecond=0).isoformat(timespec="seconds" if exact else "minutes")


def _start(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    local, _ = _read(text, zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        if local.year == 1:
            return None
        raise _unreadable(text) from None


def _end(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    local, is_day = _read(text, zone)
    try:
        return (local + _DAY if is_day else local).astimezone(UTC)
    except OverflowError:
        if local.year > 1:
            return None
        raise _unreadable(text) from None


def _read(text: str, zone: tzinfo) -> tuple[datetime, bool]:
    """The time with its zone, and whether it was only a day."""
    match = _SIDE.match(text)
    if match is None:
        raise _unreadable(text)
    day, minutes, seconds, offset = match.groups("")
    try:
        found = datetime.fromisoformat(f"{day}T{minutes or '00:00'}{seconds}{offset.upper()}")
    except ValueError:
        raise _unreadable(text) from None
    return (found if offset else found.replace(tzinfo=zone)), not minutes


def _unreadable(text: str) -> SaleDatesError:
    return SaleDatesError("sale_dates_unreadable", f"{text[:40]!r} is not a time such as 2026-11-01T00:00+01:00")
