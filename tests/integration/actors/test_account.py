"""What an account learnt of its endpoint is kept for the next opening, on both databases."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from orion_daemon.connectors.base import Capabilities
from orion_daemon.connectors.letzshop.connector import LetzshopConnector
from orion_daemon.db.database import Database
from orion_daemon.services import stores
from tests.support.app import connecting_to
from tests.support.listing import LETZSHOP, open_desk, open_listing
from tests.support.stores import NOW
from tests.support.vendor_server import answers, http_client, vendor_server

FEED = Capabilities(
    answers_units=True, sets_tracking=True, sets_status=False, stock="feed", prices="feed", reads_offers=False,
    max_batch=1,
)  # fmt: skip


@dataclass
class Market:
    known_form: str = ""
    learns: str = "shipments"
    asked: list[str] = field(default_factory=list)

    async def capabilities(self) -> Capabilities:
        self.asked.append(self.known_form)
        self.known_form = self.learns
        return FEED


async def test_the_form_is_kept_and_told_to_the_next_connector(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    before = await stores.revision(database)
    desk = await open_desk(listing, Market(), tmp_path)
    assert await desk.account.capabilities() == FEED
    assert await desk.account.capabilities() == FEED
    assert await stores.revision(database) == before  # nothing that an open account would be opened anew for
    channel = await stores.channel_of(database, "demo", "letzshop")
    assert channel["known_form"] == "shipments"
    async with http_client() as http, vendor_server() as vendor:
        vendor.will(*[answers({}, 503)] * 9)
        connector, _ = await connecting_to(http)(channel | {"endpoint": vendor.url}, {"api_key": "key"})
        assert isinstance(connector, LetzshopConnector)
        assert (await connector.capabilities()).stock == "feed"


async def test_another_endpoint_is_asked_anew(database: Database) -> None:
    listing = await open_listing(database)
    await stores.remember_form(database, listing.channel_id, "orders")
    await stores.put_channel(database, listing.store_id, replace(LETZSHOP, safety_stock=1), NOW)
    assert (await stores.channel_of(database, "demo", "letzshop"))["known_form"] == "orders"
    await stores.put_channel(database, listing.store_id, replace(LETZSHOP, endpoint="https://other.example"), NOW)
    assert (await stores.channel_of(database, "demo", "letzshop"))["known_form"] is None
