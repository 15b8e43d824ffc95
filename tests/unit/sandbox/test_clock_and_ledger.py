"""The world's time moves on command; the ledger numbers without gaps and is read by kind, number and time."""

from datetime import UTC, datetime, timedelta

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ledger import Ledger

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_going_clock_keeps_its_offset_and_a_frozen_one_stands():
    real = [NOON]
    clock = WorldClock(lambda: real[0])
    clock.set(NOON + timedelta(days=1))
    real[0] += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(days=1, seconds=5)
    clock.set(NOON, frozen=True)
    real[0] += timedelta(seconds=5)
    assert clock.now() == NOON
    clock.set(NOON + timedelta(hours=1))
    assert clock.frozen
    assert clock.now() == NOON + timedelta(hours=1)
    clock.set(clock.now(), frozen=False)
    real[0] += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(hours=1, seconds=5)


def test_the_ledger_is_read_by_kind_since_and_field():
    clock = WorldClock()
    clock.set(NOON, frozen=True)
    ledger = Ledger(clock)
    ledger.record("a", x=1)
    clock.set(NOON + timedelta(minutes=1))
    ledger.record("b", x=1)
    ledger.record("a", x=2)
    assert [entry["seq"] for entry in ledger.read()] == [1, 2, 3]
    assert [entry["seq"] for entry in ledger.read(["a"])] == [1, 3]
    assert [entry["seq"] for entry in ledger.read(since=1)] == [2, 3]
    assert [entry["seq"] for entry in ledger.read(since=NOON + timedelta(seconds=30))] == [2, 3]
    assert [entry["seq"] for entry in ledger.read(where={"x": "1"}, limit=1)] == [1]
