"""Sale dates as feeds write them, and the price that counts at an instant."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.sales import (
    ALWAYS,
    SaleDates,
    SaleDatesError,
    format_sale_dates,
    parse_sale_dates,
    price_in_force,
    sale_in_force,
)

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
ZONES: list[tzinfo] = [UTC, LUXEMBOURG, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")]
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.sampled_from(ZONES)).map(  # noqa: DTZ001
    lambda value: value.astimezone(UTC).replace(microsecond=0)
)
SIDES = st.none() | TIMES


@st.composite
def some_dates(draw: st.DrawFn) -> SaleDates:
    first, second = draw(SIDES), draw(SIDES)
    if first is not None and second is not None:
        if first == second:
            second += timedelta(seconds=1)
        first, second = min(first, second), max(first, second)
    return SaleDates(first, second)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute, second


NOVEMBER = SaleDates(utc(2026, 10, 31, 23), utc(2026, 11, 30, 22, 59))


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026-11-01T00:00+01:00/2026-11-30T23:59+01:00", NOVEMBER),
        ("2026-11-01T00:00+0100/2026-11-30T23:59+0100", NOVEMBER),
        ("2026-11-01T00:00+01/2026-11-30T22:59Z", NOVEMBER),
        (" 2026-11-01T00:00:00+01:00 / 2026-11-30 23:59:00 +01:00 ", NOVEMBER),
        ("2026-11-01t00:00:00.000+01:00/2026-11-30t22:59z", NOVEMBER),
        ("2026-11-01/2026-11-30T23:59", NOVEMBER),
        ("2026-11-01T00:00+01:00/", SaleDates(utc(2026, 10, 31, 23), None)),
        ("/2026-11-30T22:59Z", SaleDates(None, utc(2026, 11, 30, 22, 59))),
        ("2026-11-01/2026-11-30", SaleDates(utc(2026, 10, 31, 23), utc(2026, 11, 30, 23))),
        ("2026-11-30/2026-11-30", SaleDates(utc(2026, 11, 29, 23), utc(2026, 11, 30, 23))),
        ("2026-10-25/2026-10-25", SaleDates(utc(2026, 10, 24, 22), utc(2026, 10, 25, 23))),  # a day of 25 hours
        ("2026-11-01Z/2026-11-30Z", SaleDates(utc(2026, 11, 1), utc(2026, 12, 1))),
        ("2001-01-01/2001-01-02", SaleDates(utc(2000, 12, 31, 23), utc(2001, 1, 2, 23))),
        ("2026-11-01/9999-12-31", SaleDates(utc(2026, 10, 31, 23), None)),
        ("0001-01-01/2026-11-30", SaleDates(None, utc(2026, 11, 30, 23))),
        ("", ALWAYS),
        ("  ", ALWAYS),
        ("/", ALWAYS),
    ],
)
def test_intervals_are_read_as_shops_write_them(text: str, dates: SaleDates) -> None:
    assert parse_sale_dates(text, LUXEMBOURG) == dates


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-01", "sale_dates_unreadable"),
        ("01/11/2026", "sale_dates_unreadable"),
        ("01.11.2026/30.11.2026", "sale_dates_unreadable"),
        ("2026-11-01 - 2026-11-30", "sale_dates_unreadable"),
        ("2026-11-01/2026-11-31", "sale_dates_unreadable"),
        ("2026-11-01T25:00/2026-11-30", "sale_dates_unreadable"),
        ("2026-11-01T00:00+99:00/2026-11-30", "sale_dates_unreadable"),
        ("0000-00-00/0000-00-00", "sale_dates_unreadable"),
        ("9999-12-31T23:59-12:00/", "sale_dates_unreadable"),
        ("/0001-01-01T00:00+12:00", "sale_dates_unreadable"),
        ("soon/later", "sale_dates_unreadable"),
        ("2026-11-30/2026-11-01", "sale_dates_reversed"),
        ("2026-11-01T10:00/2026-11-01T10:00", "sale_dates_reversed"),
        ("2026-11-01T10:00+01:00/2026-11-01T10:00+02:00", "sale_dates_reversed"),
    ],
)
def test_what_is_no_interval_says_why(text: str, code: str) -> None:
    with pytest.raises(SaleDatesError) as caught:
        parse_sale_dates(text, LUXEMBOURG)
    assert caught.value.code == code
    assert caught.value.message


@given(some_dates(), st.sampled_from(ZONES))
def test_what_is_written_is_read_again_in_any_zone(dates: SaleDates, zone: tzinfo) -> None:
    assert parse_sale_dates(format_sale_dates(dates), zone) == dates


@given(some_dates(), st.sampled_from(ZONES))
def test_a_local_time_and_its_offset_are_one_instant(dates: SaleDates, zone: tzinfo) -> None:
    local = "/".join("" if side is None else side.astimezone(zone).isoformat() for side in dates)
    assert parse_sale_dates(local, UTC) == dates


@given(st.text("0123456789-/:TZ+ .", max_size=60) | st.text(max_size=40), st.sampled_from(ZONES))
def test_any_text_is_an_interval_that_goes_forward_or_is_refused(text: str, zone: tzinfo) -> None:
    try:
        dates = parse_sale_dates(text, zone)
    except SaleDatesError:
        return
    assert dates.from_at is None or dates.until_at is None or dates.from_at < dates.until_at
    assert all(side is None or side.utcoffset() == timedelta(0) for side in dates)


@given(some_dates(), TIMES, st.integers(2, 10**6))
def test_the_price_changes_at_the_boundaries_and_nowhere_else(dates: SaleDates, at: datetime, price: int) -> None:
    sale = price - 1
    is_after_start = dates.from_at is None or at >= dates.from_at
    is_before_end = dates.until_at is None or at < dates.until_at
    assert price_in_force(price, sale, dates, at) == (sale if is_after_start and is_before_end else price)
    assert sale_in_force(sale, dates, at) == (sale if is_after_start and is_before_end else None)
    assert price_in_force(price, None, dates, at) == price


@given(some_dates())
def test_a_sale_holds_at_its_first_instant_and_not_at_its_last(dates: SaleDates) -> None:
    tick = timedelta(microseconds=1)
    if dates.from_at is not None:
        assert (dates.hold(dates.from_at), dates.hold(dates.from_at - tick)) == (True, False)
    if dates.until_at is not None:
        assert (dates.hold(dates.until_at), dates.hold(dates.until_at - tick)) == (False, True)


def test_a_product_without_a_price_has_none_whatever_the_sale() -> None:
    assert price_in_force(None, None, ALWAYS, utc(2026, 11, 1)) is None
