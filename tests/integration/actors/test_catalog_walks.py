"""A walk through an account's products as a job: asked for by the schedule, put off, stopped with its account, and gone
on with."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orion_daemon.actors.account import LANES, Account
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_work import Work
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.errors import AuthRefused, RateLimited, Unreachable
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.connectors.registry import MARKETPLACES
from orion_daemon.db.database import Database
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.retry import SUSPENDED_DELAY, Suspend
from orion_daemon.jobs.runner import Runner
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.services import schedule, stores
from orion_daemon.services.errors import NotFound
from orion_daemon.services.schedule import ScheduleDeclaration
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.catalog_walks import Asked, an_entry, registered
from tests.support.imports import mugs, no_download
from tests.support.jobs import lease
from tests.support.listing import DEMO, open_desk, open_listing
from tests.support.stores import NOW

OWNER = "demo:amazon"
DAILY = ScheduleDeclaration("product_import_amazon", "86400s", "UTC", is_enabled=True)
WISH = timedelta(seconds=40)


@dataclass
class Office:
    """A store with an account that can be asked, and its runner on a clock that is moved by hand."""

    db: Database
    clock: ManualClock
    runner: Runner
    suspended: list[Suspend]

    async def only(self, table: str) -> dict[str, Any]:
        """The one row of a table, or its newest."""
        row = await self.db.fetch_one(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
        assert row is not None
        return row

    async def work(self) -> None:
        self.runner.nudge()
        await self.runner.rest()


@asynccontextmanager
async def office(database: Database, folder: Path, market: Asked) -> AsyncIterator[Office]:
    listing = await open_listing(database, DEMO, ChannelDeclaration("amazon", settings={"locale": "fr-BE"}))
    clock = ManualClock(NOW)
    suspended: list[Suspend] = []

    async def work(assignment: Assignment, hear: Callable[[Report], object]) -> None:
        await Work(database, assignment.order, clock, lambda state: hear(Report(state=str(state)))).run()

    desk = await open_desk(listing, market, folder)
    around = Surroundings(database, clock, FairGate(4), lambda: 0.0, classify=classify)
    parts = replace(desk.account.parts, clock=clock, surroundings=around, workers=cast("Workers", work))
    channel = await stores.channel_of(database, "demo", "amazon")
    http = cast("AccountHttp", SimpleNamespace(download=no_download))
    account = Account(channel, cast("MarketplaceConnector", market), http, parts)
    held = await lease(database, OWNER, "p1", ttl=timedelta(days=1))
    account.own(held)
    runner = Runner(around, held, LANES, handlers_of(account), on_suspend=suspended.append)
    try:
        with registered(market):
            yield Office(database, clock, runner, suspended)
    finally:
        await runner.stop(0)


async def ticked(ada: Office) -> dict[str, Any]:
    """The job that the schedule puts."""
    await schedule.apply_declared(ada.db, [DAILY], NOW)
    [row] = await schedule.enabled(ada.db)
    planned = await schedule.plan(ada.db, row, NOW)
    assert planned is not None
    assert await schedule.tick(ada.db, row["id"], planned, NOW, NOW + timedelta(days=1)) == 1
    return await ada.only("jobs")


async def test_the_schedule_asks_each_account_for_its_products(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Asked(mugs(25), language="fr")) as ada:
        job = await ticked(ada)
        assert (job["kind"], job["owner"], job["lane"]) == ("ImportCatalog", OWNER, "bulk")
        wanted = await ada.only("import_jobs")
        assert [wanted[name] for name in ("source", "language", "is_complete", "is_dry_run", "requested_by")] == [
            "api", "fr", True, False, "schedule",
        ]  # fmt: skip
        with pytest.raises(NotFound):  # it is under way
            await schedule.run_now(database, "demo", "amazon", "product_import", NOW)
        await ada.work()
        found = await ada.only("import_jobs")
        assert (found["state"], found["created"]) == ("completed", 25)
        assert (await ada.only("jobs"))["state"] == "done"
        assert await schedule.run_now(database, "demo", "amazon", "product_import", NOW) == 1


async def test_a_channel_that_names_feeds_is_imported_from_these(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Asked()) as ada:
        feeds = {"feeds": [{"language": "fr", "url": "https://shop.example/fr.csv"}]}
        async with database.transaction() as tx:
            await tx.execute("UPDATE channels SET settings_json = $1", feeds)
        await ticked(ada)
        assert (await ada.only("import_jobs"))["source"] == "https://shop.example/fr.csv"


async def test_a_marketplace_that_tells_no_products_is_not_asked(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, Asked(marketplace="letzshop")) as ada:  # amazon's entry is not in force
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(MARKETPLACES, "amazon", an_entry(Asked(), reads_catalog=False))
            with pytest.raises(NotFound):
                await schedule.run_now(ada.db, "demo", "amazon", "product_import", NOW)


async def test_a_rate_limit_puts_the_walk_off_without_costing_an_attempt(database: Database, tmp_path: Path) -> None:
    slow = {number: RateLimited("amazon: too many calls", retry_after=40.0) for number in range(2, 12)}
    async with office(database, tmp_path, Asked(mugs(25), language="fr", faults=slow)) as ada:
        await ticked(ada)
        await ada.work()
        for _ in range(10):  # far more often than the kind has attempts
            job = await ada.only("jobs")
            assert (job["state"], job["attempts"], job["run_at"]) == ("waiting", 0, ada.clock.now() + WISH)
            waiting = await ada.only("import_jobs")
            assert (waiting["state"], waiting["error_code"], waiting["rows"]) == ("pending", "rate_limited", 10)
            await ada.clock.advance(WISH.total_seconds())
            await ada.work()
        found = await ada.only("import_jobs")
        assert (found["state"], found["created"], found["error_code"]) == ("completed", 25, "")


async def test_a_refused_login_suspends_the_account_and_the_walk_goes_on_once_it_is_mended(
    database: Database, tmp_path: Path
) -> None:
    refused = {2: AuthRefused("amazon: the refresh token is refused", code="refresh_token_refused")}
    async with office(database, tmp_path, Asked(mugs(25), language="fr", faults=refused)) as ada:
        await ticked(ada)
        await ada.work()
        assert [one.code for one in ada.suspended] == ["refresh_token_refused"]
        job = await ada.only("jobs")
        assert (job["state"], job["attempts"]) == ("waiting", 0)
        assert (await ada.only("import_jobs"))["state"] == "pending"
        await ada.clock.advance(SUSPENDED_DELAY.total_seconds())
        ada.runner.resume()
        await ada.work()
        found = await ada.only("import_jobs")
        assert (found["state"], found["created"]) == ("completed", 25)


async def test_a_marketplace_that_is_away_for_hours_does_not_end_the_walk(database: Database, tmp_path: Path) -> None:
    away = {number: Unreachable("amazon: no answer") for number in range(2, 10)}
    async with office(database, tmp_path, Asked(mugs(25), language="fr", faults=away)) as ada:
        await ticked(ada)
        for _ in range(len(away)):
            await ada.work()
            job = await ada.only("jobs")
            assert (job["state"], job["error_code"]) == ("waiting", "unreachable")
            waiting = await ada.only("import_jobs")
            assert (waiting["state"], waiting["rows"]) == ("pending", 10)
            await ada.clock.advance(3600)
        await ada.work()
        found = await ada.only("import_jobs")
        assert (found["state"], found["created"], found["error_code"]) == ("completed", 25, "")
