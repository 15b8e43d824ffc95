"""eBay's notifications from end to end: the stand-in sends and signs, the gateway stores, the handler does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from orion_daemon.actors.account import Account
from orion_daemon.actors.handlers import notifications as handlers
from orion_daemon.actors.handlers import orders
from orion_daemon.connectors.errors import Malformed, VendorError
from orion_daemon.connectors.registry import EBAY
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import HistoryArgs, Nothing, NotificationArgs
from orion_daemon.services import account_work, credentials, erasure, stores
from orion_daemon.services.personal import Revealed, reveal
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.ebay_account import ebay_connector
from tests.support.ebay_sandbox import Ebay, ebay_account
from tests.support.gateway import serving
from tests.support.listing import a_job, open_desk, open_listing
from tests.support.stores import NOW

TOKEN = "a-token-that-eBay-knows-us-by-0123456789"
NOTIFY = "/commerce/notification/v1"
DELETED = "MARKETPLACE_ACCOUNT_DELETION"
PAYLOAD = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}


@dataclass
class World:
    """A seller at the stand-in, a store of hers, and a gateway whose address eBay may be told."""

    db: Database
    ebay: Ebay
    account: Account
    address: str

    async def subscribe(self, topic: str, *, by_seller: bool = False) -> None:
        """An e-mail address for alerts, a destination (eBay asks the challenge), a subscription."""
        ebay = self.ebay
        await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ops@example.lu"}, token=ebay.application)
        config = {"endpoint": self.address, "verificationToken": TOKEN}
        body = {"name": "orion", "status": "ENABLED", "deliveryConfig": config}
        made = await ebay.post(f"{NOTIFY}/destination", body, token=ebay.application)
        assert made.status == 201, made.body
        target = made.headers["Location"].rpartition("/")[2]
        wanted = {"topicId": topic, "status": "ENABLED", "destinationId": target, "payload": PAYLOAD}
        token = ebay.user if by_seller else ebay.application
        assert (await ebay.post(f"{NOTIFY}/subscription", wanted, token=token)).status == 201

    async def send(self, **said: Any) -> None:
        await self.ebay.control("notifications", {"topic": DELETED, **said})
        await self.deliver()

    async def deliver(self) -> None:
        await self.ebay.sandbox.advance(0)

    async def handle(self) -> list[tuple[str, str]]:
        """Do what came, in order; (state, result) of each."""
        rows = await self.db.fetch("SELECT id FROM notifications WHERE state = 'received' ORDER BY id")
        for row in rows:
            await handlers.handle(self.account, a_job("HandleNotification"), NotificationArgs(row["id"]))
        ids = tuple([row["id"] for row in rows])
        found = await self.db.fetch("SELECT * FROM notifications WHERE id = ANY($1::bigint[]) ORDER BY id", ids)
        return [(row["state"], row["result"]) for row in found]

    async def poll(self) -> None:
        await self.ebay.sandbox.advance(600)  # an order is hidden for two minutes
        await orders.poll(self.account, a_job("PollOrders"), Nothing())

    async def order(self, placed: dict[str, Any]) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM orders WHERE channel_order_id = $1", placed["id"])
        assert row is not None
        return row

    async def people(self) -> Revealed:
        customers = [row["id"] for row in await self.db.fetch("SELECT id FROM customers")]
        ids = [row["id"] for row in await self.db.fetch("SELECT id FROM orders")]
        return await reveal(self.db, customer_ids=customers, order_ids=ids, actor="ann", now=NOW)


@asynccontextmanager
async def open_world(database: Database, folder: Path) -> AsyncIterator[World]:
    listing, port = await open_listing(database), unused_port()
    channel_id = await stores.put_channel(database, listing.store_id, ChannelDeclaration("ebay"), NOW)
    await credentials.set_credential(database, channel_id, "notification_token", TOKEN, NOW)
    desk = await open_desk(listing, None, folder)
    public = f"http://127.0.0.1:{port}"
    async with (
        ebay_account() as ebay,
        ebay_connector(ebay) as connector,
        serving(database, folder, port=port, webhooks={"ebay": EBAY.webhook}, public_url=public),
    ):
        await ebay.list_item("MUG", quantity=50)
        channel = await stores.channel_of(database, "demo", "ebay")
        account = replace(desk.account, channel=channel, connector=connector)
        yield World(database, ebay, account, f"{public}/webhooks/demo/ebay")


async def test_a_deleted_account_is_erased_and_nothing_brings_it_back(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_world(database, tmp_path) as world:
        await world.subscribe(DELETED)
        sent = await world.ebay.place()
        name = sent["buyer"]
        waiting = await world.ebay.place(buyer=name)
        await world.ebay.ship(sent)
        await world.poll()
        before = await world.people()
        assert {person.channel_customer_id for person in before.customers.values()} == {name}
        await world.ebay.control("accounts/delete", {"buyer": name})
        await world.deliver()
        assert await world.handle() == [("done", "erased: 1 customers, 1 orders; 1 orders wait for their goods")]
        found = await world.people()
        waits = (await world.order(waiting))["id"]
        assert (found.customers, set(found.orders)) == ({}, {waits})
        kept = found.orders[waits]
        assert (kept.buyer, kept.billing_address) == (None, None)
        assert kept.shipping_address == before.orders[waits].shipping_address
        await world.ebay.ship(waiting)
        await world.poll()
        run_id, _ = await account_work.import_history(database, world.account.channel_id, None, actor="ann", now=NOW)
        await orders.import_history(world.account, a_job("ImportOrderHistory"), HistoryArgs(run_id))
        assert await erasure.erase_due(database, NOW) == 1
        found = await world.people()
        assert (found.customers, found.orders) == ({}, {})
        assert (await world.order(waiting))["status"] == "shipped"
        assert name not in caplog.text
        trail = await database.fetch("SELECT * FROM audit_entries")
        jobs = await database.fetch("SELECT * FROM jobs")
        assert name not in f"{trail} {jobs}"


async def test_one_that_is_sent_again_is_done_once(database: Database, tmp_path: Path) -> None:
    async with open_world(database, tmp_path) as world:
        await world.subscribe(DELETED)
        await world.send(data={"username": "nobody_here", "userId": "u", "eiasToken": "e"}, times=3)
        nobody = ("done", "erased: 0 customers, 0 orders; 0 orders wait for their goods")
        assert await world.handle() == [nobody, ("done", "repeated"), ("done", "repeated")]


@pytest.mark.parametrize("tamper", ["signature", "kid", "body"])
async def test_a_forged_one_erases_nobody(database: Database, tmp_path: Path, tamper: str) -> None:
    async with open_world(database, tmp_path) as world:
        await world.subscribe(DELETED)
        placed = await world.ebay.place()
        await world.poll()
        await world.send(data={"username": placed["buyer"]}, tamper=tamper)
        assert await world.handle() == [("refused", "bad_signature")]
        assert (await world.order(placed))["personal_sealed"] is not None


async def test_a_deletion_that_names_nobody_waits_for_a_person(database: Database, tmp_path: Path) -> None:
    async with open_world(database, tmp_path) as world:
        await world.subscribe(DELETED)
        await world.send(data={})
        error: VendorError | None = None
        try:
            await world.handle()
        except Malformed as failed:
            error = failed
        assert error is not None
        assert error.code == "nobody"
        assert await database.fetch_value("SELECT state FROM notifications") == "received"


async def test_a_confirmed_order_is_here_at_once(database: Database, tmp_path: Path) -> None:
    async with open_world(database, tmp_path) as world:
        await world.subscribe("ORDER_CONFIRMATION", by_seller=True)
        placed = await world.ebay.place({"sku": "MUG", "quantity": 2})
        await world.deliver()
        [(state, result)] = await world.handle()
        assert (state, result) == ("done", "polled; orders: 1 new, 0 changed")
        assert (await world.order(placed))["customer_id"] is not None
        [job] = await database.fetch("SELECT owner FROM jobs WHERE kind = 'PollOrders'")
        assert job["owner"] == "demo:ebay"
