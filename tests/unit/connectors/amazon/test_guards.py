"""Walks that a vendor's odd answers could keep busy for ever, or end too early."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from orion_daemon.connectors.amazon import reports
from orion_daemon.connectors.amazon.catalog import Catalog
from orion_daemon.connectors.amazon.history import History
from orion_daemon.connectors.amazon.orders import Orders
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.amazon.walk import Bounds, Cursor, Found
from orion_daemon.connectors.errors import Malformed
from orion_daemon.runtime.clock import ManualClock
from tests.support.amazon_sandbox import DE

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = AmazonSettings(account="ada:amazon", marketplace_ids=(DE,), seller_id="S")


class Turning:
    """A list whose tokens alternate."""

    api = "2026-01-01"

    def __init__(self, clock: ManualClock) -> None:
        self.asked = 0
        self.clock = clock

    def token(self) -> str:
        self.asked += 1
        assert self.asked < 50, "nobody noticed the circle"
        return "AB"[self.asked % 2]

    async def search(self, bounds: Bounds, token: str | None, priority: int) -> Found:
        await self.clock.advance(180)  # as the quota wants it; cursors tell the time
        return Found((), (), self.token(), None)


def client(**more: Any) -> Any:
    return SimpleNamespace(settings=SETTINGS, **more)


async def follow(ask: Callable[[str | None], Awaitable[Any]], cursor: str | None) -> None:
    while True:
        cursor = (await ask(cursor)).next_cursor
        assert cursor is not None


async def test_pages_of_orders_that_alternate_do_not_go_on_for_ever() -> None:
    clock = ManualClock(NOW)
    reader: Any = Turning(clock)
    orders = Orders(client(), reader, clock)
    with pytest.raises(Malformed) as caught:
        await follow(lambda cursor: orders.fetch("new", cursor, None), str(Cursor(since=NOW - timedelta(hours=1))))
    assert caught.value.code == "paging_circle"


async def test_pages_of_listings_that_alternate_do_not_go_on_for_ever() -> None:
    clock = ManualClock(NOW)
    turning = Turning(clock)

    async def call(*_: Any, **__: Any) -> Any:
        pagination = SimpleNamespace(next_token=turning.token())
        return SimpleNamespace(result=SimpleNamespace(number_of_results=40, items=[], pagination=pagination))

    with pytest.raises(Malformed) as caught:
        await follow(Catalog(client(call=call), clock).page, None)
    assert caught.value.code == "paging_circle"


async def test_a_report_that_was_cancelled_is_asked_for_again_before_its_window_counts_as_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def request(*_: Any) -> str:
        asked.append(f"report-{len(asked) + 1}")
        return asked[-1]

    async def table(_: Any, report: str) -> list[reports.Row]:
        raise reports.ReportCancelled(f"{report} was cancelled")

    monkeypatch.setattr(reports, "request", request)
    monkeypatch.setattr(reports, "table", table)
    reader: Any = None
    history = History(client(), reader)
    place = Cursor(step="report", since=NOW - timedelta(days=40))
    steps = []
    for _ in range(4):
        _, place = await history.page(place, NOW)
        steps.append((place.since, place.cancelled))
    first = NOW - timedelta(days=40)
    assert steps == [(first, False), (first, True), (first, True), (first + timedelta(days=30), False)]
    assert len(asked) == 2
