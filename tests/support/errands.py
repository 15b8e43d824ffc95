"""One account at Amazon or eBay at work in a test's own loop: real handlers, a real database, the stand-in over HTTP.

Time is the stand-in's, and whoever waits moves it. `Errands.work` claims what is due, runs its handler and writes its
end as a runner would, and lets time pass for what waits, until nothing is left to do: what a fault puts off is done in
milliseconds. `judge_…` compare the books with what the stand-in's ledger says truly happened.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from orion_daemon.actors.account import LANES, Account
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.db.database import Database
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.handling import Surroundings, run_handler
from orion_daemon.jobs.kinds import KINDS, POLL_ORDERS, PUSH_INVENTORY
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.retry import Suspend
from orion_daemon.runtime.clock import Clock, SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.services import account_work, fulfillment, inventory, orders, products
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.amazon_account import amazon_seller
from tests.support.amazon_sandbox import DE
from tests.support.ebay_account import SECRETS, SharedClock, ebay_connector, signing_key
from tests.support.ebay_sandbox import ebay_account
from tests.support.letzshop_sandbox import SandboxHandle
from tests.support.listing import open_desk, open_listing

T = TypeVar("T")
STOCK = 1000
SKUS = ("MUG", "BOWL")
PRICE = 1290
HASTY = {"call_timeout": 1.0}  # seconds that truly pass while a stand-in is slow


class VendorTime(SystemClock):
    """The stand-in's time; a handler may take as much of it as it likes."""

    def __init__(self, vendor: Clock) -> None:
        self._vendor = vendor

    def now(self) -> datetime:
        return self._vendor.now()

    def monotonic(self) -> float:
        return self._vendor.monotonic()

    async def within(self, seconds: float, awaitable: Awaitable[T]) -> T:
        return await awaitable


@dataclass
class Vendor:
    """`shelf` gives (pieces, price) of a SKU as buyers see it; `parcels` and `cancelled` what truly happened, by order:
    tracking numbers, and how often it was cancelled."""

    marketplace: str
    connector: MarketplaceConnector
    clock: Clock
    sandbox: SandboxHandle
    wait: Callable[[float], Awaitable[object]]
    place: Callable[[str, int], Awaitable[str]]
    shelf: Callable[[str], Awaitable[tuple[int, str]]]
    parcels: Callable[[str], Awaitable[list[str]]]


@asynccontextmanager
async def amazon() -> AsyncIterator[Vendor]:
    async with amazon_seller() as seller, seller.connect(http=HASTY) as connector:
        listings = [{"sku": sku, "price": "12.90", "quantity": STOCK} for sku in SKUS]
        await seller.amazon.control("listings", {"listings": listings})

        async def place(sku: str, pieces: int) -> str:
            return await seller.place({"sku": sku, "quantity": pieces})

        async def shelf(sku: str) -> tuple[int, str]:
            [listing] = await seller.amazon.control(f"listings?sku={sku}")
            return listing["quantity"], f"{float(listing['prices'][DE]):.2f}"

        async def parcels(order: str) -> list[str]:
            entries = await seller.amazon.ledger("shipment_confirmed", order=order)
            assert all(entry["same"] for entry in entries if entry["edit"]), entries
            held = await seller.amazon.control("shipments")
            return [parcel["tracking"] for parcel in held.get(order, ())]

        yield Vendor("amazon", connector, seller.clock, seller.amazon.sandbox, seller.pass_time, place, shelf, parcels)


@asynccontextmanager
async def ebay() -> AsyncIterator[Vendor]:
    async with ebay_account() as shop:
        for sku in SKUS:
            await shop.list_item(sku, STOCK, "12.90")
        await shop.use_key()

        async def place(sku: str, pieces: int) -> str:
            made = await shop.place({"sku": sku, "quantity": pieces})
            await shop.sandbox.advance(180)
            return str(made["id"])

        async def shelf(sku: str) -> tuple[int, str]:
            shown = (await shop.shelf())[sku]
            return shown["quantity"], shown["price"]

        async def parcels(order: str) -> list[str]:
            return [entry["number"] for entry in await shop.sandbox.ledger("shipping_fulfillment", order=order)]

        clock = SharedClock(shop.sandbox.sandbox.core.clock)
        secrets = {**SECRETS, "signing_key": signing_key(shop)}
        async with ebay_connector(shop, secrets=secrets, http=HASTY) as connector:
            yield Vendor("ebay", connector, clock, shop.sandbox, shop.sandbox.advance, place, shelf, parcels)


VENDORS = {"amazon": amazon, "ebay": ebay}


@dataclass
class Errands:
    vendor: Vendor
    db: Database
    account: Account
    lease: Lease
    products: dict[str, int]

    @property
    def now(self) -> datetime:
        return self.vendor.clock.now()

    async def work(self) -> None:
        """Do everything that waits, letting time pass for it. Fails where a job never ends, or stops the account."""
        clock = VendorTime(self.vendor.clock)
        around = Surroundings(self.db, clock, FairGate(4), lambda: 0.5, classify=classify)
        handlers = handlers_of(self.account)
        for _ in range(300):
            jobs = await self._claim()
            if not jobs:
                due = await self.db.fetch("SELECT run_at FROM jobs WHERE state = 'waiting' ORDER BY run_at LIMIT 1")
                if not due:
                    return
                await self.vendor.wait(max(1.0, (due[0]["run_at"] - self.now).total_seconds()))
            for job in jobs:
                kind = KINDS.find(job.kind)
                assert kind is not None
                end = await run_handler(around, kind, handlers[job.kind], job)
                assert not isinstance(end, Suspend), end
                if end is not None:
                    async with self.db.transaction() as tx:
                        await mailbox.settle(tx, job, end, self.lease, self.now)
        left = await self.db.fetch("SELECT * FROM jobs WHERE state IN ('waiting', 'executing')")
        raise AssertionError(f"still to be done: {left}")

    async def _claim(self) -> list[Job]:
        async with self.db.transaction() as tx:
            return await mailbox.claim(tx, self.lease, lanes=tuple(LANES), kinds=KINDS.names(), now=self.now, limit=10)

    async def fault(self, kind: str, operation: str, when: str, count: int) -> None:
        rule = {
            "kind": kind,
            "operation": operation,
            "when": when,
            "count": count,
            "marketplace": self.vendor.marketplace,
        }
        await self.vendor.sandbox.control("faults", rule)

    async def fired(self) -> int:
        """How often the faults fired; they are lifted."""
        rules = await self.vendor.sandbox.control("faults")
        await self.vendor.sandbox.control("faults", method="DELETE")
        return sum(rule["fired"] for rule in rules)

    # -- what people ask for -------------------------------------------------------------------------------------------

    async def poll(self) -> None:
        await account_work.ask(self.db, self.account.channel_id, POLL_ORDERS, actor="ann", now=self.now)

    async def buy(self, sku: str = "MUG", pieces: int = 2) -> str:
        """An order that has come in."""
        name = await self.vendor.place(sku, pieces)
        await self.poll()
        await self.work()
        return name

    async def ship(self, name: str) -> None:
        order = await self.order(name)
        await fulfillment.ship(
            self.db, order["id"], reference=f"P-{name}", carrier="DHL", tracking_number=tracking(name), actor="ann",
            now=self.now,
        )  # fmt: skip

    async def cancel(self, name: str) -> None:
        await orders.cancel_order(self.db, (await self.order(name))["id"], actor="ann", now=self.now)

    async def change(self, sku: str, pieces: int, price_minor: int) -> None:
        """Count the shelf anew and change the price."""
        await inventory.adjust(self.db, self.products[sku], actor="ann", now=self.now, set_to=pieces)
        await products.update_product(self.db, self.products[sku], {"price_minor": price_minor}, self.now)
        await account_work.ask(self.db, self.account.channel_id, PUSH_INVENTORY, actor="ann", now=self.now)

    async def offer(self, sku: str) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM offers WHERE product_id = $1", self.products[sku])
        assert row is not None
        return row

    async def reserved(self, sku: str) -> int:
        [level] = await inventory.levels(self.db, [self.products[sku]])
        return level.reserved

    async def order(self, name: str) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM orders WHERE channel_order_id = $1", name)
        assert row is not None, name
        return row


def tracking(name: str) -> str:
    return "JD" + "".join(letter for letter in name if letter.isalnum())


@asynccontextmanager
async def open_errands(db: Database, marketplace: str, folder: Path) -> AsyncIterator[Errands]:
    """A store with a channel at the vendor, and SKUS in stock that the channel knows of."""
    async with VENDORS[marketplace]() as vendor:
        listing = await open_listing(db, channel=ChannelDeclaration(marketplace, allows_mutations=True))
        desk = await open_desk(listing, vendor.connector, folder)
        account = desk.account
        account.parts = replace(account.parts, clock=VendorTime(vendor.clock))
        now = vendor.clock.now()
        await leases.register(db, "p1", "here", now, ttl=timedelta(days=90))
        lease = await leases.acquire(db, account.address, "p1", now)
        assert lease is not None
        account.own(lease)
        values = {"currency": "EUR", "price_minor": PRICE}
        made = {sku: await products.create_product(db, listing.store_id, sku, values, now) for sku in SKUS}
        errands = Errands(vendor, db, account, lease, made)
        for sku in SKUS:
            await inventory.adjust(db, made[sku], actor="ann", now=now, set_to=STOCK)
        await errands.work()
        yield errands
