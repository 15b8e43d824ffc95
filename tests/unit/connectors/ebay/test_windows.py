"""Windows of time that eBay does not heed: the walk ends with a word, and not never."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orion_daemon.connectors.ebay import schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.orders import EbayOrders
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import Malformed, Unreachable
from orion_daemon.runtime.clock import ManualClock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def orders(total: Callable[[int], int]) -> EbayOrders:
    calls = 0

    async def call(*_: Any, **__: Any) -> Any:
        nonlocal calls
        calls += 1
        assert calls < 20_000, "it never ends"
        return SimpleNamespace(result=schemas.Orders(total=total(calls), orders=[]))

    client = cast("EbayClient", SimpleNamespace(call=call))
    return EbayOrders(client, EbaySettings(account="ada:ebay"), ManualClock(NOW))


async def walk(found: EbayOrders) -> None:
    cursor = None
    while True:
        page = await found.fetch_orders("history", cursor, None)
        assert page.next_cursor is not None
        cursor = page.next_cursor


async def test_a_count_that_no_window_makes_smaller_ends_the_walk() -> None:
    with pytest.raises(Malformed) as caught:
        await walk(orders(lambda _: 10_000))
    assert caught.value.code == "paging_stuck"


async def test_a_count_that_changes_with_each_answer_is_asked_for_again_later() -> None:
    with pytest.raises(Unreachable) as caught:
        await walk(orders(lambda number: 1_000 + number))
    assert caught.value.code == "wrong_page"
