"""A store with a catalog, products on a Letzshop channel, and an account to work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from orion_daemon.actors.account import Account, ImportOptions, Parts
from orion_daemon.actors.import_launch import Workers
from orion_daemon.connectors.base import Capabilities, MarketplaceConnector
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.db.database import Database
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.mailbox import Job
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock, ManualClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.services import products, stores
from orion_daemon.services.products import Adopted
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration
from tests.support.stores import NOW

DEMO = StoreDeclaration("demo", "Demo", "EUR", "LU", "Europe/Luxembourg", "fr", ("fr", "de"))
LETZSHOP = ChannelDeclaration("letzshop", allows_mutations=True)


def capabilities(**different: Any) -> Capabilities:
    """Of a channel that can do everything by calls."""
    usual: dict[str, Any] = {
        "answers_units": True, "sets_tracking": True, "sets_status": True, "stock": "call", "prices": "call",
        "reads_offers": True, "max_batch": 2,
    }  # fmt: skip
    return Capabilities(**usual | different)


@dataclass
class Listing:
    db: Database
    store_id: int
    channel_id: int
    catalog_id: int
    products: dict[str, int] = field(default_factory=dict)

    async def add(self, *skus: str, titles: Mapping[str, str] | None = None, **values: Any) -> list[int]:
        """Marketplace products with a French title (or `titles`); returns their ids."""
        columns = {"currency": "EUR", "price_minor": 1290, "tax_rate": "17", "availability": "in_stock"} | values
        async with self.db.transaction() as tx:
            rows = await tx.insert(
                "marketplace_products",
                (
                    "catalog_id", "marketplace_product_id", "product_type", "is_available", *columns, "created_at",
                    "updated_at",
                ),
                [(self.catalog_id, sku, "physical", True, *columns.values(), NOW, NOW) for sku in skus],
                suffix="RETURNING id",
            )  # fmt: skip
            texts = [
                (row["id"], language, text.format(sku), f"{sku}, {language}", NOW)
                for row, sku in zip(rows, skus, strict=True)
                for language, text in (titles if titles is not None else {"fr": "Objet {}"}).items()
            ]
            await tx.insert(
                "marketplace_product_translations",
                ("marketplace_product_id", "language", "title", "description", "updated_at"),
                texts,
            )
            return [row["id"] for row in rows]

    async def adopt(self, where: Where | None = None, **more: Any) -> Adopted:
        options = {"after_id": 0, "limit": 1000, "stock_from_catalog": False, "now": NOW} | more
        done = await products.adopt(self.db, self.store_id, where or Where(), **options)
        rows = await self.db.fetch("SELECT id, sku FROM products WHERE store_id = $1", self.store_id)
        self.products = {row["sku"]: row["id"] for row in rows}
        return done

    async def sell(self, stock: Mapping[str, int | None], **values: Any) -> None:
        """Adopted products with so much stock (None: sold without)."""
        for sku, quantity in stock.items():
            await self.add(sku, **({"quantity": quantity} | values))
        await self.adopt(stock_from_catalog=True)

    async def offer(self, sku: str) -> dict[str, Any]:
        row = await self.db.fetch_one(
            "SELECT * FROM offers WHERE channel_id = $1 AND product_id = $2", self.channel_id, self.products[sku]
        )
        assert row is not None
        return row

    async def offer_states(self) -> dict[str, str]:
        rows = await self.db.fetch(
            "SELECT channel_sku, state FROM offers WHERE channel_id = $1 ORDER BY id", self.channel_id
        )
        return {row["channel_sku"]: row["state"] for row in rows}

    async def runs(self) -> list[dict[str, Any]]:
        return await self.db.fetch(
            "SELECT kind, state, offers, sent, confirmed, failed, paused, error FROM inventory_sync_logs ORDER BY id"
        )


async def open_listing(db: Database, store: StoreDeclaration = DEMO, channel: ChannelDeclaration = LETZSHOP) -> Listing:
    store_id = await stores.create_store(db, store, NOW)
    channel_id = await stores.put_channel(db, store_id, channel, NOW)
    catalog_id = await db.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", channel_id)
    return Listing(db, store_id, channel_id, catalog_id)


@dataclass
class Desk:
    """An open account and what it observed."""

    account: Account
    clock: ManualClock
    observed: list[str]
    feeds: Path


async def open_desk(
    listing: Listing, connector: object, folder: Path, *, code: str = "demo", clock: Clock | None = None
) -> Desk:
    """Without a clock it has one of its own, which stands at NOW."""
    own, observed = ManualClock(NOW), list[str]()
    clock = clock or own
    feeds = folder / "feeds"

    def observe(event: str, **_facts: object) -> None:
        observed.append(event)

    async def connect(_row: Any, _secret: str) -> Any:
        raise AssertionError("the account is open")

    parts = Parts(
        db=listing.db,
        bus=cast("Bus", listing.db.bus),
        clock=clock,
        surroundings=Surroundings(listing.db, clock, FairGate(4), lambda: 0.5),
        process_id="p1",
        connect=connect,
        imports=ImportOptions(folder / "imports", "sqlite://", 1 << 20),
        workers=Workers(0.0),
        feeds_folder=feeds,
        observe=observe,
    )
    channel = await listing.db.fetch_one("SELECT marketplace FROM channels WHERE id = $1", listing.channel_id)
    assert channel is not None
    channel = await stores.channel_of(listing.db, code, channel["marketplace"])
    account = Account(channel, cast("MarketplaceConnector", connector), cast("AccountHttp", None), parts)
    return Desk(account, own, observed, feeds)


def a_job(kind: str, number: int = 1) -> Job:
    return Job(
        id=number, kind=kind, lane="syncing", owner="demo:letzshop", store_id=1, channel_id=1, args="{}", entity=None,
        priority=50, attempts=0, crashes=0, runs=1, epoch=1, give_up_at=NOW, created_at=NOW, error_family="",
        error_code="",
    )  # fmt: skip


def rows_of(file: Path) -> dict[str, dict[str, str]]:
    """A tab-separated feed as rows by id."""
    header, *lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    found: Sequence[dict[str, str]] = [dict(zip(header, line, strict=True)) for line in lines]
    return {row["id"]: row for row in found}
