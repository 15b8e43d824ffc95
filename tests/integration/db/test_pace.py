"""Statements in place and in the thread: quick ones at once, in order always, and never for long."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orion_daemon.db.pace import BUDGET_S, PROBATION, QUICK_S, PacedConnection


class Clock:
    """Advances by what the next statement is said to cost."""

    def __init__(self) -> None:
        self.now = 0.0
        self.cost = 0.0
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        if self.asked % 2 == 0:
            self.now += self.cost
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def connection(tmp_path: Path, clock: Clock) -> AsyncIterator[PacedConnection]:
    connection = PacedConnection(str(tmp_path / "x.db"), busy_timeout_ms=10, clock=clock)
    await connection
    yield connection
    await connection.close()


def where(_: sqlite3.Connection) -> bool:
    """Whether it runs in the loop's thread."""
    return threading.current_thread() is threading.main_thread()


async def test_a_quick_statement_moves_into_the_loop_and_a_slow_one_back(
    connection: PacedConnection, clock: Clock
) -> None:
    assert [await connection.run("a", where) for _ in range(PROBATION + 2)] == [False] * PROBATION + [True] * 2
    clock.cost = 2 * QUICK_S
    assert await connection.run("a", where) is True
    assert await connection.run("a", where) is False


async def test_after_its_budget_the_next_statement_lets_others_run(connection: PacedConnection, clock: Clock) -> None:
    clock.cost = QUICK_S / 2
    for _ in range(PROBATION):
        await connection.run("a", where)
    row = [await connection.run("a", where) for _ in range(20)]
    in_place = round(BUDGET_S / clock.cost)
    assert row[: in_place + 2] == [True] * in_place + [False, True]


async def test_nothing_runs_in_place_while_the_thread_has_work(connection: PacedConnection) -> None:
    for _ in range(PROBATION):
        await connection.run("a", where)
    gate, order = threading.Event(), []
    slow = asyncio.create_task(_await(connection.visit("b", lambda _: (gate.wait(5), order.append("slow")))))
    await asyncio.sleep(0)
    slow.cancel()  # nobody waits for it any more; it is under way all the same
    with pytest.raises(asyncio.CancelledError):
        await slow
    later = asyncio.create_task(connection.run("a", lambda _: order.append("later")))
    await asyncio.sleep(0)
    gate.set()
    await later
    assert order == ["slow", "later"]
    assert await connection.run("a", where) is True


async def _await(future: "asyncio.Future[object]") -> None:
    await future


async def test_a_transaction_begins_in_place_unless_another_process_holds_the_file(
    connection: PacedConnection, tmp_path: Path
) -> None:
    for _ in range(PROBATION):
        await connection.run("a", where)
    assert await connection.begin("a", "FULL", where) is True
    await connection.commit()
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await connection.begin("a", "FULL", where)
        other.execute("ROLLBACK")
        assert await connection.begin("a", "FULL", where) is True
        await connection.rollback()
    finally:
        other.close()
    assert await connection.run("timeout", lambda raw: raw.execute("PRAGMA busy_timeout").fetchone()) == (10,)
