from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from orion_daemon.config import units
from orion_daemon.config.cadence import Cadence, parse_cadence


@hypothesis(deadline=None)
@given(st.integers(min_value=0, max_value=10**12).map(lambda ms: timedelta(milliseconds=ms)))
def test_a_written_duration_reads_back_to_itself(value):
    assert units.parse_duration(units.format_duration(value)) == value


@hypothesis(deadline=None)
@given(st.integers(min_value=0, max_value=1 << 50))
def test_a_written_size_reads_back_to_itself(value):
    assert units.parse_size(units.format_size(value)) == value


@hypothesis(deadline=None)
@given(st.integers(min_value=0, max_value=10_000).map(lambda part: part / 10_000))
def test_a_written_share_reads_back_to_itself(value):
    assert units.parse_share(units.format_share(value)) == value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("90s", 90),
        ("6h", 21600),
        ("1d", 86400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1.5s", 1.5),
        ("250ms", 0.25),
        ("2w", 1209600),
    ],
)
def test_durations_are_numbers_with_units(text, seconds):
    assert units.parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("90s", "90s"), ("120s", "2m"), ("5400s", "1h30m"), ("7d", "7d"), ("0s", "0s"), ("1500ms", "1s500ms")],
)
def test_durations_are_written_in_the_largest_exact_units(text, shown):
    assert units.format_duration(units.parse_duration(text)) == shown


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("5min", "5m"),
        ("5 minutes", "5m"),
        ("300", "300s"),
        ("1 hour 30 min", "1h30m"),
        ("soon", ""),
        ("", ""),
        ("-5m", "5m"),
        ("5M", ""),
        ("1e3s", ""),
    ],
)
def test_a_duration_in_other_words_is_refused_with_the_nearest_spelling(text, suggestion):
    with pytest.raises(units.UnitError) as refused:
        units.parse_duration(text)
    assert refused.value.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("10mb", "10 MB"), ("10M", "10 MiB"), ("1024", "1024 B"), ("10 MiB 5 KiB", ""), ("big", ""), ("2 gib", "2 GiB")],
)
def test_a_size_in_other_words_is_refused_with_the_nearest_spelling(text, suggestion):
    with pytest.raises(units.UnitError) as refused:
        units.parse_size(text)
    assert refused.value.suggestion == suggestion


def test_sizes_count_in_thousands_or_in_1024_as_written():
    assert [units.parse_size(text) for text in ("1 KB", "1 KiB", "1.5 MiB", "10MiB")] == [1000, 1024, 1572864, 10485760]


@pytest.mark.parametrize(("text", "suggestion"), [("30", "30 %"), ("0.3", "0.3 %"), ("a third", "")])
def test_a_share_needs_its_percent_sign(text, suggestion):
    with pytest.raises(units.UnitError) as refused:
        units.parse_share(text)
    assert refused.value.suggestion == suggestion


def test_a_duration_beyond_a_lifetime_is_refused():
    with pytest.raises(units.UnitError, match="100 years"):
        units.parse_duration("99999999d")


@pytest.mark.parametrize("text", ["5m", "30 3 * * *", "*/10 8-18 * * 1-5", "off"])
def test_a_cadence_is_a_duration_a_cron_line_or_off(text):
    assert str(parse_cadence(text)) == text


def test_only_a_cadence_that_is_off_never_runs():
    assert not Cadence().on
    assert parse_cadence("5m").on
    assert parse_cadence("30 3 * * *").on


@pytest.mark.parametrize("text", ["0 0 30 2 *", "61 * * * *", "* * * *", "@daily", "500ms", "every day", "* * * * * *"])
def test_a_cadence_that_never_comes_true_is_refused(text):
    with pytest.raises(units.UnitError):
        parse_cadence(text)
