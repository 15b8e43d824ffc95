"""Orders on their way in: how far an import of history reaches back, and what becomes of one that fails."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from orion_daemon.actors.handlers import orders as handlers
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.errors import Rejected, Unreachable, VendorError
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


class Closed:
    """A marketplace that answers every question with the same failure."""

    def __init__(self, error: VendorError) -> None:
        self.error = error

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [(Rejected("There is no history.", code="no_history"), "failed"), (Unreachable("No answer."), "running")],
)
async def test_a_walk_that_will_not_be_tried_again_says_that_it_failed(
    database: Database, tmp_path: Path, error: VendorError, state: str
) -> None:
    listing = await open_listing(database)
    desk = await open_desk(listing, Closed(error), tmp_path)
    run_id, _ = await account_work.import_history(database, listing.channel_id, None, actor="ann", now=NOW)
    job = msgspec.structs.replace(a_job("ImportOrderHistory"), give_up_at=NOW + timedelta(days=3))
    with pytest.raises(type(error)):
        await handlers.import_history(desk.account, job, HistoryArgs(run_id))
    run = await database.fetch_one("SELECT state, error FROM order_history_runs WHERE id = $1", run_id)
    assert run is not None
    assert run["state"] == state
    assert ("There is no history." in run["error"]) == (state == "failed")
