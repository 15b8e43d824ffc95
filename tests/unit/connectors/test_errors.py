"""The families of errors, and the classification that chooses them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from orion_daemon.connectors import classify, errors
from orion_daemon.connectors.classify import Place
from orion_daemon.jobs.retry import Family

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
READ = Place("letzshop", "letzshop.lu", "shipments")
CHANGE = Place("letzshop", "letzshop.lu", "confirmInventoryUnits", mutates=True)


def all_errors() -> list[type[errors.VendorError]]:
    found, todo = [], [errors.VendorError]
    while todo:
        children = todo.pop().__subclasses__()
        found += children
        todo += children
    return [kind for kind in found if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_belongs_to_a_family_that_jobs_know(kind: type[errors.VendorError]) -> None:
    assert kind.family in set(Family)
    assert kind("sentence").code


@pytest.mark.parametrize("kind", all_errors())
def test_the_tree_at_the_top_shows_every_error(kind: type[errors.VendorError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("status", "read", "change"),
    [
        (401, "auth_refused", "auth_refused"),
        (403, "auth_refused", "auth_refused"),
        (429, "rate_limited", "rate_limited"),
        (302, "rejected", "rejected"),
        (404, "rejected", "rejected"),
        (418, "rejected", "rejected"),
        (408, "unreachable", "doubtful"),
        (500, "unreachable", "doubtful"),
        (502, "unreachable", "doubtful"),
        (503, "unreachable", "doubtful"),
        (504, "unreachable", "doubtful"),
    ],
)
def test_a_status_says_what_to_do_next(status: int, read: str, change: str) -> None:
    said = [classify.of_status(place, status, {}, NOW) for place in (READ, CHANGE)]
    assert [error.family for error in said if error] == [read, change]


def test_good_statuses_are_no_errors() -> None:
    assert [classify.of_status(READ, status, {}, NOW) for status in (200, 204, 304)] == [None] * 3


@pytest.mark.parametrize(
    ("failure", "read", "change"),
    [
        (aiohttp.ConnectionTimeoutError(), "unreachable", "unreachable"),
        (TimeoutError(), "unreachable", "doubtful"),
        (aiohttp.ServerDisconnectedError(), "unreachable", "doubtful"),
        (aiohttp.ClientOSError(), "unreachable", "doubtful"),
        (aiohttp.ClientPayloadError(), "unreachable", "doubtful"),
        (classify.AnswerTooLargeError("2 bytes, more than 1"), "malformed", "doubtful"),
        (ConnectionResetError(), "unreachable", "doubtful"),
    ],
)
def test_a_change_is_doubtful_as_soon_as_it_may_have_been_sent(failure: Exception, read: str, change: str) -> None:
    said = [classify.of_failure(place, failure, 30) for place in (READ, CHANGE)]
    assert [error.family for error in said if error] == [read, change]


def test_a_bug_of_ours_is_not_taken_for_the_vendors_failure() -> None:
    assert classify.of_failure(READ, KeyError("x"), 30) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("9" * 400, 86_400.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str | None, seconds: float | None) -> None:
    assert classify.retry_after(text, NOW) == seconds


def test_the_wish_of_the_vendor_is_handed_on() -> None:
    error = classify.of_status(READ, 503, {"Retry-After": "12"}, NOW)
    assert error is not None
    assert error.retry_after == 12.0
