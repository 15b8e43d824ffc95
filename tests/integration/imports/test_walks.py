"""Products that an account tells by API: walked page by page, and then imported as any feed is."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.connectors.base import CatalogPage
from orion_daemon.connectors.errors import AuthRefused, Malformed, RateLimited, Rejected, Unreachable, Unsupported
from orion_daemon.db.database import Database
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.jobs.outcomes import Done
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import import_walks, imports
from orion_daemon.services.errors import Conflict, Invalid
from tests.support.catalog_walks import Asked, Walking, open_walking
from tests.support.databases import RecordingBus
from tests.support.imports import mugs, outcome, record, with_processes, write_feed

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


async def asking(
    database: Database, tmp_path: Path, count: int = 35, *, clock: ManualClock | None = None, **account: Any
) -> Walking:
    return await open_walking(database, tmp_path / "imports", Asked(mugs(count), **account), clock=clock)


async def writes(database: Database) -> Any:
    return await database.fetch("SELECT id, updated_at, is_available FROM marketplace_products ORDER BY id")


async def test_an_account_is_walked_to_its_end(database: Database, tmp_path: Path, bus: RecordingBus) -> None:
    walking = await asking(database, tmp_path)
    row = await walking.take()
    assert outcome(row) == ("completed", 35, 35, 0, 0, 0, 0)
    assert (row["source"], row["language"], row["file_hash"] != "") == ("api", "en", True)
    assert row["bytes_done"] == row["bytes_total"] > 0
    assert walking.account.cursors == [None, "10", "20", "30"]
    products = await walking.shop.products()
    mug = products["SKU-00003"]
    assert (mug["brand"], mug["price_minor"], mug["attributes_json"]) == ("Brand 3", 1350, {"color": "red"})
    assert (await walking.shop.texts("en"))["SKU-00003"] == ("Mug 3", "A mug with the number 3.")
    assert walking.files() == []
    states = [event.state for event in bus.events if isinstance(event, ImportProgressed)]
    assert [*dict.fromkeys(states)] == ["pending", "processing", "downloading", "parsing", "upserting", "completed"]
    assert states.count("downloading") >= 5  # each page is told


async def test_real_workers_read_what_was_walked(database: Database, tmp_path: Path, database_url: str) -> None:
    account = Asked(mugs(300), page_size=100)
    walking = await open_walking(database, tmp_path / "imports", account, database_url=database_url)
    walking.shop = with_processes(walking.shop)
    assert outcome(await walking.take()) == ("completed", 300, 300, 0, 0, 0, 0)
    account.records = [record(n, brand="New") if n == 7 else record(n) for n in range(300)]
    assert outcome(await walking.take()) == ("completed", 300, 0, 1, 299, 0, 0)


@pytest.mark.parametrize("tells_total", [True, False])
async def test_progress_is_seen_while_the_account_is_asked(
    database: Database, tmp_path: Path, tells_total: bool
) -> None:
    walking = await asking(database, tmp_path, tells_total=tells_total)
    seen = []
    import_id = await walking.request()

    async def ask(cursor: str | None) -> CatalogPage:
        row = await walking.shop.row(import_id)
        seen.append((row["state"], row["rows"], row["bytes_done"], row["bytes_total"], row["detected_json"]))
        return await walking.account.fetch_catalog(cursor)

    await replace(walking.shop, catalog=ask).run(import_id)
    assert [(state, rows) for state, rows, *_ in seen] == [("downloading", n) for n in (0, 10, 20, 30)]
    _, _, done, total, detected = seen[2]
    assert done > 0
    assert detected == ({"total": 35} if tells_total else None)
    assert total is None if not tells_total else 1.6 < total / done < 1.9


async def test_an_identical_walk_reads_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    before = await writes(database)
    walking.shop.reports.clear()
    assert outcome(await walking.take()) == ("completed", 35, 0, 0, 35, 0, 0)
    assert walking.shop.reports == []  # no worker was asked
    assert await writes(database) == before


async def test_a_walk_in_another_order_with_another_column_writes_what_differs(
    database: Database, tmp_path: Path
) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    before = {row["id"]: row for row in await writes(database)}
    walking.account.records = [record(n) | ({"size": "M"} if n == 4 else {}) for n in reversed(range(35))]
    assert outcome(await walking.take()) == ("completed", 35, 0, 1, 34, 0, 0)
    changed = [row["id"] for row in await writes(database) if row != before[row["id"]]]
    [product] = [row["id"] for key, row in (await walking.shop.products()).items() if key == "SKU-00004"]
    assert changed == [product]


async def test_missing_products_go_unavailable_once(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    walking.account.records = mugs(30)
    row = await walking.take()
    assert (*outcome(row), row["disappeared"]) == ("completed", 30, 0, 0, 30, 0, 0, 5)
    gone = {key: row["unavailable_at"] for key, row in (await walking.shop.products()).items() if row["unavailable_at"]}
    assert sorted(gone) == [f"SKU-{n:05d}" for n in range(30, 35)]
    walking.account.records = [record(n, brand="New") for n in range(30)]
    row = await walking.take()
    assert (row["updated"], row["disappeared"]) == (30, 0)
    assert gone.items() <= {key: row["unavailable_at"] for key, row in (await walking.shop.products()).items()}.items()


async def test_a_partial_walk_says_nothing_about_what_is_missing(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    walking.account.records = mugs(10)
    assert (await walking.take(is_complete=False))["disappeared"] == 0
    assert all(row["is_available"] for row in await writes(database))


async def test_a_shrunken_walk_is_held_and_confirmed_as_it_was_seen(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    before = await writes(database)
    walking.account.records = mugs(20)
    row = await walking.take()
    assert (row["state"], row["held_code"]) == ("held", "removed_share")
    assert await writes(database) == before
    asked = len(walking.account.cursors)
    await imports.confirm(database, row["id"], "ada", NOW)
    await walking.shop.run(row["id"])
    row = await walking.shop.row(row["id"])
    assert (row["state"], row["disappeared"]) == ("completed", 15)
    assert len(walking.account.cursors) == asked  # the very rows that were judged
    assert walking.files() == []


async def test_an_empty_walk_is_held(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    before = await writes(database)
    walking.account.records = ()
    row = await walking.take()
    assert (row["state"], row["held_code"]) == ("held", "no_records")
    assert row["held_reason"].endswith("Confirming makes 35 products unavailable.")
    assert await writes(database) == before


async def test_an_account_that_never_sold_anything_is_no_news(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, 0)
    assert outcome(await walking.take()) == ("completed", 0, 0, 0, 0, 0, 0)
    assert walking.files() == []
    walking.account.records = mugs(3)
    assert outcome(await walking.take()) == ("completed", 3, 3, 0, 0, 0, 0)


async def test_a_dry_run_stores_the_difference_and_is_applied_without_asking_again(
    database: Database, tmp_path: Path
) -> None:
    walking = await asking(database, tmp_path)
    await walking.take()
    before = await writes(database)
    walking.account.records = [*mugs(33), record(35)]
    row = await walking.take(is_dry_run=True)
    assert (*outcome(row), row["disappeared"]) == ("completed", 34, 1, 0, 33, 0, 0, 2)
    assert await writes(database) == before
    asked = len(walking.account.cursors)
    applied = await imports.apply(database, row["id"], "ada", NOW)
    await walking.shop.run(applied)
    row = await walking.shop.row(applied)
    assert (row["state"], row["created"], row["disappeared"]) == ("completed", 1, 2)
    assert len(walking.account.cursors) == asked


async def test_what_is_wrong_is_said_of_the_product(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, 12)
    walking.account.records = [record(n) for n in range(10)] + [
        record(10, price=""), record(11, link="nowhere", shelf="A7"),
    ]  # fmt: skip
    row = await walking.take()
    assert outcome(row) == ("partially_completed", 12, 11, 0, 0, 1, 0)
    assert [problem[1:] for problem in await walking.shop.problems(row["id"])] == [
        ("price", "price_missing", "rejected"), ("link", "link_unusable", "warning"),
    ]  # fmt: skip
    assert await imports.remarks(database, row["id"]) == [
        "price: SKU-00010: no price is given",
        "link: SKU-00011: not a complete http(s) address (nowhere)",
    ]
    found = await imports.summary(database, row["id"])
    assert [problem["reason"] for problem in found["problems"]] == ["price_missing", "link_unusable"]


# -- interrupted -------------------------------------------------------------------------------------------------------


async def test_a_walk_that_is_told_to_slow_down_goes_on_where_it_stood(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, faults={3: RateLimited("amazon: too many calls", retry_after=5.0)})
    import_id = await walking.request()
    with pytest.raises(RateLimited):
        await walking.shop.run(import_id, is_last_try=True)  # it costs no attempt, so there is no last one
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"], row["rows"]) == ("pending", "rate_limited", 20)
    await walking.shop.run(import_id)
    row = await walking.shop.row(import_id)
    assert (*outcome(row), row["error_code"]) == ("completed", 35, 35, 0, 0, 0, 0, "")
    assert walking.account.cursors == [None, "10", "20", "20", "30"]


async def test_a_walk_whose_process_is_killed_goes_on_where_it_stood(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    import_id = await walking.request()
    reached = asyncio.Event()

    async def ask(cursor: str | None) -> CatalogPage:
        if cursor == "20":
            reached.set()
            await asyncio.Event().wait()
        return await walking.account.fetch_catalog(cursor)

    task = asyncio.ensure_future(replace(walking.shop, catalog=ask).run(import_id))
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])
    assert walking.files() == [f"import-{import_id}.at", f"import-{import_id}.pages"]
    assert (await walking.shop.row(import_id))["state"] == "downloading"
    assert isinstance(await walking.shop.run(import_id), Done)
    assert outcome(await walking.shop.row(import_id)) == ("completed", 35, 35, 0, 0, 0, 0)
    assert walking.account.cursors == [None, "10", "20", "30"]


async def test_a_walk_that_waited_too_long_begins_anew(database: Database, tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    walking = await asking(database, tmp_path, clock=clock, faults={3: RateLimited("amazon: later")})
    import_id = await walking.request()
    with pytest.raises(RateLimited):
        await walking.shop.run(import_id)
    walking.account.records = mugs(31)
    await clock.advance(timedelta(days=1).total_seconds())
    await walking.shop.run(import_id)
    assert outcome(await walking.shop.row(import_id)) == ("completed", 31, 31, 0, 0, 0, 0)
    assert walking.account.cursors == [None, "10", "20", None, "10", "20", "30"]


async def test_an_outage_is_waited_for_and_given_up_only_where_somebody_waits_for_the_end(
    database: Database, tmp_path: Path
) -> None:
    away = Unreachable("amazon: does not answer. It is asked again later.")
    walking = await asking(database, tmp_path, faults={2: away, 3: away, 4: away})
    import_id = await walking.request()
    with pytest.raises(Unreachable):
        await walking.shop.run(import_id)
    assert (await walking.shop.row(import_id))["state"] == "pending"
    with pytest.raises(Unreachable):
        await walking.shop.run(import_id, is_last_try=True)
    assert (await walking.shop.row(import_id))["state"] == "pending"
    with pytest.raises(Unreachable):
        await walking.shop.run(import_id, is_last_try=True, is_watched=True)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"]) == ("failed", "unreachable")
    assert row["error_message"].endswith("Ask for the import again when it is back.")
    assert walking.account.cursors == [None, "10", "10", "10"]


async def test_a_refused_login_stops_the_account_and_the_walk_waits_for_a_person(
    database: Database, tmp_path: Path
) -> None:
    walking = await asking(database, tmp_path, faults={2: AuthRefused("amazon: the token is refused")})
    import_id = await walking.request()
    with pytest.raises(AuthRefused):
        await walking.shop.run(import_id, is_last_try=True)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"], row["error_message"]) == (
        "pending", "auth_refused", "amazon: the token is refused",
    )  # fmt: skip
    await walking.shop.run(import_id)
    assert outcome(await walking.shop.row(import_id)) == ("completed", 35, 35, 0, 0, 0, 0)


async def test_a_refused_login_ends_a_walk_that_somebody_waits_for(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, faults={2: AuthRefused("amazon: the token is refused")})
    import_id = await walking.request()
    with pytest.raises(AuthRefused):
        await walking.shop.run(import_id, is_watched=True)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_message"]) == ("failed", "amazon: the token is refused")


@pytest.mark.parametrize("fault", [Unsupported("amazon: no"), Malformed("amazon: gibberish")])
async def test_what_will_not_be_better_later_fails(database: Database, tmp_path: Path, fault: Any) -> None:
    walking = await asking(database, tmp_path, faults={1: fault})
    import_id = await walking.request()
    with pytest.raises(type(fault)):
        await walking.shop.run(import_id)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"], row["error_message"]) == ("failed", fault.code, fault.message)


async def test_a_cancelled_walk_stops_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    import_id = await walking.request()

    async def ask(cursor: str | None) -> CatalogPage:
        if cursor == "20":
            await imports.cancel(database, import_id, "ada", NOW)
        return await walking.account.fetch_catalog(cursor)

    await replace(walking.shop, catalog=ask).run(import_id)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"]) == ("failed", "cancelled")
    assert "30" not in walking.account.cursors
    assert walking.files() == []
    assert await walking.shop.products() == {}


async def test_a_catalog_whose_pages_lead_in_a_circle_is_not_asked_for_ever(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)

    async def ask(cursor: str | None) -> CatalogPage:
        return replace(await walking.account.fetch_catalog(cursor), next_cursor="10" if cursor == "20" else "20")

    import_id = await walking.request()
    with pytest.raises(Malformed):
        await replace(walking.shop, catalog=ask).run(import_id)
    assert (await walking.shop.row(import_id))["error_code"] == "paging_circle"
    assert len(walking.account.cursors) < 10


async def test_a_cursor_that_the_account_forgot_begins_the_list_anew_and_doubles_nothing(
    database: Database, tmp_path: Path
) -> None:
    walking = await asking(database, tmp_path)
    asked: list[str | None] = []

    async def ask(cursor: str | None) -> CatalogPage:
        asked.append(cursor)
        return await walking.account.fetch_catalog(None if asked.count("20") == 1 and cursor == "20" else cursor)

    import_id = await walking.request()
    await replace(walking.shop, catalog=ask).run(import_id)
    assert asked == [None, "10", "20", "10", "20", "30"]
    assert outcome(await walking.shop.row(import_id)) == ("completed", 35, 35, 0, 0, 0, 0)


async def test_a_catalog_that_is_too_large_fails(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path)
    walking.shop = replace(walking.shop, options=replace(walking.shop.options, max_feed_size=3_000))
    import_id = await walking.request()
    with pytest.raises(Rejected):
        await walking.shop.run(import_id)
    assert (await walking.shop.row(import_id))["error_code"] == "too_large"
    assert walking.files() == []


# -- language ----------------------------------------------------------------------------------------------------------


async def test_the_import_takes_the_language_that_the_products_are_in(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, language="de")
    row = await walking.take()
    assert (row["language"], outcome(row)[:3]) == ("de", ("completed", 35, 35))
    assert len(await walking.shop.texts("de")) == 35
    assert await walking.shop.texts("en") == {}
    row = await walking.take()
    assert (row["language"], *outcome(row)) == ("de", "completed", 35, 0, 0, 35, 0, 0)


async def test_the_locale_of_the_channel_is_what_is_expected(database: Database, tmp_path: Path) -> None:
    account = Asked(mugs(3), language="fr")
    walking = await open_walking(database, tmp_path / "imports", account, locale="fr-BE")
    import_id = await walking.request()
    assert (await walking.shop.row(import_id))["language"] == "fr"


async def test_a_walk_does_not_run_into_another_import_of_its_language(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, language="de")
    await walking.shop.request(write_feed(tmp_path / "a.csv", mugs(3)), "de")
    import_id = await walking.request()
    with pytest.raises(Conflict):
        await walking.shop.run(import_id)
    row = await walking.shop.row(import_id)
    assert (row["state"], row["error_code"], row["language"]) == ("failed", "import_running", "en")


async def test_a_catalog_of_two_languages_is_none(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, faults={2: RateLimited("amazon: later")})
    import_id = await walking.request()
    with pytest.raises(RateLimited):
        await walking.shop.run(import_id)
    walking.account.language = "fr"
    with pytest.raises(Malformed):
        await walking.shop.run(import_id)
    assert (await walking.shop.row(import_id))["error_code"] == "catalog_mixes_languages"
    assert await walking.shop.products() == {}


# -- asking for it -----------------------------------------------------------------------------------------------------


async def test_an_account_is_walked_by_one_import_at_a_time(database: Database, tmp_path: Path) -> None:
    walking = await asking(database, tmp_path, language="de", faults={2: RateLimited("amazon: later")})
    import_id = await walking.request()
    with pytest.raises(RateLimited):
        await walking.shop.run(import_id)
    with pytest.raises(Conflict, match=f"Import {import_id}"):  # whatever language it turned out to be in
        await walking.request()


async def test_a_marketplace_that_tells_no_products_says_so(database: Database, tmp_path: Path) -> None:
    walking = await open_walking(database, tmp_path / "imports", Asked(marketplace="letzshop"))
    channel = await walking.shop.channel()
    with pytest.raises(Invalid, match="give the URL or the path of a feed") as refused:
        await import_walks.request_walk(database, channel, actor="test", now=NOW)
    assert refused.value.field == "source"
