"""What goes through PostgreSQL between daemons comes out as it went in, or as "some of this kind"."""

import re
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime
from inspect import getmembers
from typing import Any

import msgspec
import pytest

from orion_daemon.db.notices import LARGEST, MOST_OF_A_KIND, Heard, Sender, greeting, read, statements, understand
from orion_daemon.domain import events
from orion_daemon.domain.events import (
    AlertRaised,
    ImportProgressed,
    JobChanged,
    JobsPut,
    KeysChanged,
    OffersDiffer,
    OrderChanged,
    ScheduleChanged,
    StockChanged,
    StoresChanged,
    SyncStatusChanged,
)

DAEMON = Sender("a1", wakes=True)
COMMAND = Sender("b2", wakes=False)
PUT = JobsPut("demo:letzshop", frozenset({"urgent", "bulk"}), datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
EACH = [
    StoresChanged(),
    ScheduleChanged(),
    PUT,
    JobChanged(7, None, "demo:letzshop", "PollOrders", "waiting"),
    OrderChanged(1, 12, "letzshop", "confirmed", "created"),
    StockChanged(1, 3, "main", 5, -2),
    OffersDiffer(1, 2, True),
    SyncStatusChanged(1, 2),
    ImportProgressed(1, 9, "upserting"),
    KeysChanged(1, 12, "delivered"),
    AlertRaised(None, 2, "key_refused", "the key costs $orion$ 5 “é”\0'; DROP TABLE x; --\\"),
]


def payloads(text: str) -> list[str]:
    found = re.findall(r"NOTIFY orion, \$orion\$(.*?)\$orion\$;?", text)
    assert "".join(f"NOTIFY orion, $orion${one}$orion$;" for one in found).rstrip(";") == text.rstrip(";")
    return found


def heard(text: str) -> Heard:
    everything = Heard([], [])
    for payload in payloads(text):
        assert len(payload.encode()) <= LARGEST
        notice = read(payload)
        assert notice is not None
        one = understand(notice)
        everything.events.extend(one.events)
        everything.missed.extend(one.missed)
    return everything


def test_every_event_that_there_is_can_be_told() -> None:
    kinds = {kind for _, kind in getmembers(events, is_dataclass)}
    assert kinds == set(events.ALL) == {type(event) for event in EACH}
    assert heard(statements(COMMAND, EACH)) == Heard(EACH, [])


def test_a_daemon_sees_to_its_own_jobs_and_a_command_does_not() -> None:
    assert heard(statements(DAEMON, [PUT])).events == [replace(PUT, is_seen_to=True)]
    assert heard(statements(COMMAND, [PUT])).events == [PUT]


def test_there_is_nothing_to_say_without_events_or_without_anybody_to_hear() -> None:
    assert statements(DAEMON, []) == ""
    assert statements(DAEMON, [object()]) == ""
    assert statements(replace(DAEMON, is_alone=True), EACH) == ""
    assert heard(greeting(DAEMON)) == Heard([], [])


def test_of_equal_events_the_last_stands_for_all() -> None:
    up, down = StockChanged(1, 3, "main", 5, 0), StockChanged(1, 3, "main", 4, 0)
    assert heard(statements(DAEMON, [up, StoresChanged(), down, up, StoresChanged()])).events == [
        down, up, StoresChanged(),
    ]  # fmt: skip


def test_many_events_are_several_notices_in_order() -> None:
    told = [OrderChanged(1, number, "letzshop", "confirmed", "created") for number in range(MOST_OF_A_KIND)]
    text = statements(DAEMON, told)
    assert len(payloads(text)) > 2
    assert heard(text) == Heard(list(told), [])


def test_of_too_many_of_a_kind_only_the_fact_is_told() -> None:
    told: list[Any] = [JobChanged(n, 1, "demo:letzshop", "PollOrders", "done") for n in range(MOST_OF_A_KIND + 1)]
    assert heard(statements(DAEMON, [*told, StoresChanged()])) == Heard([StoresChanged()], [JobChanged])


def test_an_event_that_fits_no_notice_is_told_as_a_fact() -> None:
    told = [AlertRaised(1, 2, "long", "x" * 9000), StoresChanged()]
    assert heard(statements(DAEMON, told)) == Heard([StoresChanged()], [AlertRaised])


@pytest.mark.parametrize(
    ("row", "understood"),
    [
        (["Invented", 1], Heard([], [])),
        (["SyncStatusChanged", 1, 2, "more than we know"], Heard([SyncStatusChanged(1, 2)], [])),
        (["JobsPut", "demo:letzshop", ["bulk"]], Heard([JobsPut("demo:letzshop", frozenset({"bulk"}))], [])),
        (["SyncStatusChanged", 1], Heard([], [SyncStatusChanged])),
        (["SyncStatusChanged", 1, "two"], Heard([], [SyncStatusChanged])),
    ],
)
def test_what_another_version_says_is_understood_as_far_as_it_goes(row: list[Any], understood: Heard) -> None:
    notice = read(msgspec.json.encode(["c3", False, [row], ["Invented"]]).decode())
    assert notice is not None
    assert understand(notice) == understood


@pytest.mark.parametrize("payload", ["", "hello", "{}", '["a",true]', '["a",true,[[]],[]]'])
def test_what_is_no_notice_is_none(payload: str) -> None:
    assert read(payload) is None
