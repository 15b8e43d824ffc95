"""Feeds over real HTTP: fetched if changed, tried again, never half."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from orion_daemon.connectors.errors import Unreachable
from orion_daemon.connectors.http import Http, HttpOptions
from orion_daemon.db.database import Database
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.runtime.clock import SystemClock
from tests.support.databases import RecordingBus
from tests.support.imports import Importing, mugs, open_importing, outcome, write_feed

QUICK = HttpOptions(tries=1, download_timeout=5.0, stall_timeout=5.0)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(shop: Importing, handler: Handler) -> AsyncIterator[tuple[Importing, str]]:
    app = web.Application()
    app.router.add_get("/feed.csv", handler)
    server = TestServer(app)
    await server.start_server()
    http = Http(SystemClock(), QUICK)
    try:
        yield (
            replace(shop, download=http.account("letzshop", "demo:letzshop").download),
            str(server.make_url("/feed.csv")),
        )
    finally:
        await http.close()
        await server.close()


async def test_a_feed_is_fetched_once_and_then_asked_for_conditionally(database: Database, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "a.csv", mugs(40))
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"v1"':
            return web.Response(status=304)
        return web.Response(body=feed.read_bytes(), headers={"ETag": '"v1"'})

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        assert outcome(await shop.take(url)) == ("completed", 40, 40, 0, 0, 0, 0)
        assert outcome(await shop.take(url)) == ("completed", 40, 0, 0, 40, 0, 0)
        assert outcome(await shop.take(url, "fr")) == ("completed", 40, 0, 40, 0, 0, 0)
    assert asked == [None, '"v1"', None]


async def test_equal_bytes_need_no_reading(database: Database, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "a.csv", mugs(40))

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=feed.read_bytes())

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        await shop.take(url)
        shop.reports.clear()
        assert outcome(await shop.take(url)) == ("completed", 40, 0, 0, 40, 0, 0)
        assert shop.reports == []  # no worker was asked
        assert [*shop.options.folder.iterdir()] == []


async def test_the_states_of_an_import_are_told_as_it_goes(
    database: Database, tmp_path: Path, bus: RecordingBus
) -> None:
    feed = write_feed(tmp_path / "a.csv", mugs(120))

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=feed.read_bytes())

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        row = await shop.take(url)
    states = [event.state for event in bus.events if isinstance(event, ImportProgressed)]
    assert [*dict.fromkeys(states)] == ["pending", "processing", "downloading", "parsing", "upserting", "completed"]
    assert (row["bytes_done"], row["bytes_total"]) == (feed.stat().st_size,) * 2
    assert row["started_at"] <= row["finished_at"]


async def test_a_lying_content_length_is_no_feed(database: Database, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "a.csv", mugs(40))
    data = feed.read_bytes()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(data) + 1000)})
        await response.prepare(request)
        await response.write(data)
        assert request.transport is not None
        request.transport.close()
        return response

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        import_id = await shop.request(url)
        with pytest.raises(Unreachable):
            await shop.run(import_id)
        row = await shop.row(import_id)
        assert (row["state"], bool(row["error_message"])) == ("pending", True)
        with pytest.raises(Unreachable):
            await shop.run(import_id, is_last_try=True)
    row = await shop.row(import_id)
    assert row["state"] == "failed"
    assert row["error_code"]
    assert await shop.products() == {}
    assert [*shop.options.folder.iterdir()] == []


async def test_a_too_short_content_length_cuts_the_file_and_that_is_noticed(database: Database, tmp_path: Path) -> None:
    data = write_feed(tmp_path / "a.csv", mugs(40)).read_bytes()

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=data[: len(data) - 70], headers={"ETag": '"cut"'})

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        row = await shop.take(url)
    assert (row["state"], row["held_code"]) == ("held", "last_record_short")


@pytest.mark.parametrize(("status", "state"), [(500, "pending"), (404, "failed"), (429, "pending")])
async def test_what_may_be_better_later_waits_and_the_rest_fails(
    database: Database, tmp_path: Path, status: int, state: str
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        import_id = await shop.request(url)
        with pytest.raises(Exception, match="letzshop"):
            await shop.run(import_id)
    row = await shop.row(import_id)
    assert row["state"] == state
    assert row["error_message"]


async def test_a_feed_that_is_too_large_fails(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    shop = replace(shop, options=replace(shop.options, max_feed_size=1000))
    row = await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    assert (row["state"], row["error_code"]) == ("failed", "too_large")


async def test_a_path_that_is_not_there_fails_with_its_name(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(tmp_path / "missing.csv")
    assert (row["state"], row["error_code"]) == ("failed", "source_missing")
    assert "missing.csv" in row["error_message"]


async def test_a_download_that_nobody_noted_as_whole_is_fetched_again(database: Database, tmp_path: Path) -> None:
    """Killed between the file's last byte and the row: what the server had announced says nothing of the file."""
    feed = write_feed(tmp_path / "a.csv", mugs(40))

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(body=feed.read_bytes(), headers={"ETag": '"v1"'})

    async with served(await open_importing(database, tmp_path / "imports"), handler) as (shop, url):
        import_id = await shop.request(url)
        shop.options.folder.mkdir()
        (shop.options.folder / f"import-{import_id}.feed").write_bytes(feed.read_bytes())
        async with database.transaction() as tx:
            await tx.execute("UPDATE import_jobs SET bytes_total = 99999999 WHERE id = $1", import_id)
        await shop.run(import_id)
        row = await shop.row(import_id)
        assert outcome(row) == ("completed", 40, 40, 0, 0, 0, 0), row["held_reason"]
        assert (row["etag"], row["bytes_total"]) == ('"v1"', feed.stat().st_size)
