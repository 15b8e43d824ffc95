"""Orders on their way in: how far an import of history reaches back."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orion_daemon.actors.handlers import orders as handlers
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import HistoryArgs
from orion_daemon.services import account_work
from tests.support.listing import a_job, open_desk, open_listing
from tests.support.stores import NOW


class Archive:
    """A marketplace that has no orders and remembers how far back it was asked."""

    def __init__(self) -> None:
        self.asked: list[datetime | None] = []

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        assert (scope, cursor) == ("history", None)
        self.asked.append(since)
        return OrderPage((), None)


@pytest.mark.parametrize(
    ("days", "said", "asked"),
    [
        (90, None, NOW - timedelta(days=90)),
        (0, None, None),
        (90, NOW - timedelta(days=400), NOW - timedelta(days=400)),
    ],
)
async def test_history_reaches_back_as_far_as_was_said_or_as_the_operator_set(
    database: Database, tmp_path: Path, days: int, said: datetime | None, asked: datetime | None
) -> None:
    listing, archive = await open_listing(database), Archive()
    desk = await open_desk(listing, archive, tmp_path)
    account = replace(desk.account, parts=replace(desk.account.parts, history_days=days))
    run_id, _ = await account_work.import_history(database, listing.channel_id, said, actor="ann", now=NOW)
    await desk.clock.advance(3600.0)
    await handlers.import_history(account, a_job("ImportOrderHistory"), HistoryArgs(run_id))
    assert archive.asked == [asked]
