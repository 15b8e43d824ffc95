"""From a channel's row to a connector: its options, and the limits that channels of one key share and keep."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from orion_daemon.app import declared
from orion_daemon.app.connect import Connecting
from orion_daemon.config.loader import read_text
from orion_daemon.config.secrets import Secrets
from orion_daemon.connectors.letzshop.connector import LetzshopConnector
from orion_daemon.db.database import Database
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import rate_limits, stores
from tests.support.app import connecting_to
from tests.support.stores import NOW
from tests.support.vendor_server import VendorServer, http_client, result, vendor_server

FILE = """
[orders]
page_size = 20
poll_overlap = "2h"
[[store]]
code = "lux"
name = "Lux"
currency = "EUR"
default_language = "fr"
[[store.channel]]
marketplace = "letzshop"
wire_form = "orders"
"""
NOTHING = result({"pageInfo": {"hasNextPage": False}, "edges": []})


def row(code: str = "lux", **settings: Any) -> dict[str, Any]:
    return {
        "id": 1, "store_code": code, "marketplace": "letzshop", "store_currency": "EUR", "store_language": "fr",
        "endpoint": "", "allows_mutations": False, "known_form": None, "settings_json": settings,
    }  # fmt: skip


async def opened(connect: Connecting, channel: Mapping[str, Any], key: str = "key") -> LetzshopConnector:
    connector, _ = await connect(dict(channel), {"api_key": key})
    assert isinstance(connector, LetzshopConnector)
    return connector


async def test_what_the_file_says_of_orders_reaches_the_connector(database: Database, tmp_path: Any) -> None:
    settings = read_text(FILE, {}, base=tmp_path).settings
    await stores.apply_declared(database, declared.stores(settings, Secrets({})), NOW)
    async with http_client() as http:
        connect = connecting_to(http, page_size=1, poll_overlap=timedelta(0))
        connector = await opened(connect, await stores.channel_of(database, "lux", "letzshop"))
    assert (connector.settings.page_size, connector.settings.overlap_seconds) == (20, 7200)
    assert connector.settings.wire_form == "orders"


async def test_a_channel_made_through_the_api_has_the_same_defaults_and_its_own_word_goes_first() -> None:
    async with http_client() as http:
        connect = connecting_to(http, page_size=20, poll_overlap=timedelta(hours=2))
        plain, own = await opened(connect, row()), await opened(connect, row("own", page_size=7, overlap_seconds=1))
    assert (plain.settings.page_size, plain.settings.overlap_seconds) == (20, 7200)
    assert (own.settings.page_size, own.settings.overlap_seconds) == (7, 1)


@asynccontextmanager
async def slow_world() -> AsyncIterator[tuple[VendorServer, ManualClock]]:
    async with vendor_server() as vendor:
        vendor.will(*[NOTHING] * 9)
        yield vendor, ManualClock(NOW)


def waits(connector: LetzshopConnector) -> float:
    assert connector.limiter is not None
    return connector.limiter.delay()


async def test_channels_of_one_key_share_one_limiter_and_the_lowest_rate() -> None:
    clock = ManualClock(NOW)
    async with http_client(clock=clock) as http:
        connect = connecting_to(http)
        one = await opened(connect, row("one", calls_per_second=1.0), "key")
        two = await opened(connect, row("two", calls_per_second=0.05), "key")
        other = await opened(connect, row("other"), "another key")
        elsewhere = await opened(connect, row("one") | {"endpoint": "https://elsewhere.example"}, "key")
        keyless = [await opened(connect, row(code), "") for code in ("one", "two")]
        assert one.limiter is two.limiter is not None
        assert len({id(found.limiter) for found in (one, other, elsewhere, *keyless)}) == 5
        await one.limiter.acquire("orders")
        assert round(waits(two)) == 20
        assert waits(other) == 0


async def test_opening_an_account_again_keeps_what_is_spent_and_takes_up_another_rate() -> None:
    clock = ManualClock(NOW)
    async with http_client(clock=clock) as http:
        connect = connecting_to(http)
        first = await opened(connect, row(calls_per_second=0.05))
        assert first.limiter is not None
        await first.limiter.acquire("orders")
        again = await opened(connect, row(calls_per_second=0.1))
        assert again.limiter is first.limiter
        assert round(waits(again)) == 10


async def test_a_slow_quota_survives_the_process(database: Database) -> None:
    async with slow_world() as (vendor, clock), http_client(clock=clock) as http:
        channel = row(calls_per_second=0.01, wire_form="orders") | {"endpoint": vendor.url}
        first = await opened(connecting_to(http, database), channel)
        await first.fetch_orders("new", None, None)  # and the process is killed
        await clock.advance(40.0)
        second = await opened(connecting_to(http, database, ManualClock(NOW + timedelta(seconds=40))), channel)
        assert round(waits(second)) == 60
        assert await database.fetch_value("SELECT count(*) AS n FROM rate_limit_states") == 1


async def test_a_quick_quota_costs_no_write_and_a_penalty_is_kept_at_the_end(database: Database) -> None:
    async with slow_world() as (vendor, clock), http_client(clock=clock) as http:
        channel = row(wire_form="orders") | {"endpoint": vendor.url}
        connect = connecting_to(http, database)
        first = await opened(connect, channel)
        await first.fetch_orders("new", None, None)
        await connect.close()
        assert await database.fetch("SELECT * FROM rate_limit_states") == []
        assert first.limiter is not None
        first.limiter.penalise(clock.now() + timedelta(hours=1))
        await connect.close()
        second = await opened(connecting_to(http, database), channel)
        assert round(waits(second)) == 3600
        [kept] = await database.fetch("SELECT owner, state_json FROM rate_limit_states")
        assert "key" not in kept["owner"]
        assert await rate_limits.forget(database, NOW) == 0
        assert await rate_limits.forget(database, NOW + timedelta(days=1)) == 1
