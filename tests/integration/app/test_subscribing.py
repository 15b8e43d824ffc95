"""Notifications are asked for only where a marketplace sends them, and only with an address and its token."""

import pytest
from msgspec.structs import replace

from orion_daemon.app.subscribing import subscribe
from orion_daemon.config.gateway import Gateway
from orion_daemon.config.settings import Settings
from orion_daemon.connectors.errors import Unsupported
from orion_daemon.connectors.registry import UnknownMarketplace
from orion_daemon.db.database import Database
from orion_daemon.services import stores
from orion_daemon.services.errors import Invalid
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.listing import DEMO
from tests.support.stores import NOW


async def open_store(database: Database, marketplace: str) -> Settings:
    store_id = await stores.create_store(database, DEMO, NOW)
    await stores.put_channel(database, store_id, ChannelDeclaration(marketplace), NOW)
    return replace(Settings(), gateway=replace(Gateway(), public_url="https://orion.example.lu"))


async def test_a_supplier_tells_of_no_orders(database: Database) -> None:
    settings = await open_store(database, "codeswholesale")
    with pytest.raises(UnknownMarketplace):
        await subscribe(settings, database, "demo", "codeswholesale", (), "")


async def test_a_marketplace_that_sends_nothing_says_so(database: Database) -> None:
    settings = await open_store(database, "letzshop")
    with pytest.raises(Unsupported):
        await subscribe(settings, database, "demo", "letzshop", (), "")


@pytest.mark.parametrize("public_url", ["", "https://orion.example.lu"])
async def test_what_is_missing_here_is_said_before_anybody_is_asked(database: Database, public_url: str) -> None:
    settings = await open_store(database, "ebay")
    settings = replace(settings, gateway=replace(settings.gateway, public_url=public_url))
    with pytest.raises(Invalid, match="notification_token" if public_url else "public_url"):
        await subscribe(settings, database, "demo", "ebay", (), "")
