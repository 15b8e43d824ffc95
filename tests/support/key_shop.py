"""A shop that sells keys: its storefront, its supplier accounts at the stand-in, and the work between them.

Real handlers, a real database, the stand-in over HTTP; time is the stand-in's, and whoever waits moves it. `work` does
all that is due at the supplier accounts, and lets time pass for what waits. `bought` is the stand-in's ledger.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from orion_daemon.actors.account import SUPPLIER_LANES, Parts, SupplierAccount
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import Address, IncomingCustomer
from orion_daemon.domain.keys import KeyState
from orion_daemon.domain.supply import CodeKind
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.handling import Surroundings, run_handler
from orion_daemon.jobs.kinds import KINDS
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.services import key_pool, key_units, stores
from orion_daemon.services.storefront import NewLine, NewOrder, PlacedOrder, place_order
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration
from tests.support.codeswholesale_account import codeswholesale_connector
from tests.support.codeswholesale_sandbox import CLIENT, CodesWholesaleHandle, codeswholesale_account
from tests.support.ebay_account import SharedClock
from tests.support.errands import VendorTime

PRICE = 1290
COST = "9.10"
SUPPLIERS = ("codeswholesale", "codeswholesale-backup")


@dataclass
class Desk:
    """One supplier account with its lease."""

    account: SupplierAccount
    lease: Lease


@dataclass
class KeyShop:
    db: Database
    supplier: CodesWholesaleHandle
    clock: VendorTime
    store_id: int
    desks: dict[str, Desk]
    products: dict[str, int] = field(default_factory=dict)
    numbers: int = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # -- the shop ------------------------------------------------------------------------------------------------------

    async def sell(self, sku: str, *sources: str, price: int = PRICE, **product: Any) -> str:
        """A digital product with its sources in order: `pool`, or a supplier account (the stand-in gets the product).
        Returns the supplier's product id."""
        name = ""
        if any(source != "pool" for source in sources):
            name = await self.supplier.add(**{"price": COST, "quantity": 1000, **product})
        async with self.db.transaction() as tx:
            [row] = await tx.insert(
                "products",
                (
                    "store_id", "sku", "is_active", "product_type", "price_minor", "currency", "created_at",
                    "updated_at",
                ),
                [(self.store_id, sku, True, "digital", price, "EUR", self.now, self.now)],
                suffix="RETURNING id",
            )  # fmt: skip
            self.products[sku] = row["id"]
            await tx.insert(
                "product_sources",
                ("product_id", "position", "channel_id", "supplier_product_id", "created_at"),
                [
                    (row["id"], place, None if source == "pool" else self.desks[source].account.channel_id,
                     "" if source == "pool" else name, self.now)
                    for place, source in enumerate(sources)
                ],
            )  # fmt: skip
        return name

    async def stock(self, sku: str, *codes: str) -> list[int]:
        """Keys of the shop's own, in its pool."""
        async with self.db.transaction() as tx:
            origin = key_pool.Origin(self.store_id, self.products[sku], added_by="ann")
            new = [key_pool.NewKey(CodeKind.TEXT, code, state=KeyState.FREE) for code in codes]
            ids = await key_pool.store(tx, origin, new, self.now)
            await key_units.refill(tx, self.products[sku], self.now)
            return ids

    async def order(self, *lines: tuple[str, int], **facts: Any) -> PlacedOrder:
        """A paid order of the storefront, from Luxembourg unless told otherwise."""
        self.numbers += 1
        country = facts.pop("country", "LU")
        given = {
            "customer": IncomingCustomer(email=f"buyer-{self.numbers}@example.lu", first_name="Jeanne"),
            "billing_address": Address(first_name="Jeanne", country=country),
            "is_confirmed": True,
            **facts,
        }
        key = given.pop("key", f"order-{self.numbers}")
        new = NewOrder(lines=[NewLine(sku, quantity) for sku, quantity in lines], **given)
        return await place_order(
            self.db, self.store_id, new, idempotency_key=key, actor="shop", now=self.now, allow_short=True
        )

    # -- the work ------------------------------------------------------------------------------------------------------

    async def work(self, *, until: timedelta = timedelta(days=1)) -> None:
        """All that is due at the supplier accounts, and what becomes due until then. Pre-orders go on waiting."""
        end = self.now + until
        for _ in range(500):
            if await self.step():
                continue
            due = await self.db.fetch(
                "SELECT run_at FROM jobs WHERE state = 'waiting' AND lane <> 'mail' ORDER BY run_at LIMIT 1"
            )
            if not due or due[0]["run_at"] > end:
                return
            await self.supplier.sandbox.advance(max(1.0, (due[0]["run_at"] - self.now).total_seconds()))
        raise AssertionError("still to be done")

    async def step(self) -> int:
        """What is due now at each account, once. How many jobs that were."""
        return sum([await self._step(desk) for desk in self.desks.values()])

    async def _step(self, desk: Desk) -> int:
        around = Surroundings(self.db, self.clock, FairGate(4), lambda: 0.5, classify=classify)
        handlers = handlers_of(desk.account)
        async with self.db.transaction() as tx:
            jobs = await mailbox.claim(
                tx, desk.lease, lanes=tuple(SUPPLIER_LANES), kinds=tuple(handlers), now=self.now, limit=10
            )
        for job in jobs:
            kind = KINDS.find(job.kind)
            assert kind is not None
            end = await run_handler(around, kind, handlers[job.kind], job)
            if end is not None:
                async with self.db.transaction() as tx:
                    await mailbox.settle(tx, job, cast("Any", getattr(end, "snooze", end)), desk.lease, self.now)
        return len(jobs)

    # -- what came of it -----------------------------------------------------------------------------------------------

    async def states(self, order_id: int | None = None) -> Counter[str]:
        """Units by state, of one order or of all."""
        rows = await self.db.fetch(
            "SELECT u.state FROM key_units u JOIN order_items i ON i.id = u.order_item_id"
            " WHERE $1::bigint = 0 OR i.order_id = $1::bigint",
            order_id or 0,
        )
        return Counter(row["state"] for row in rows)

    async def holds(self) -> list[str]:
        rows = await self.db.fetch("SELECT hold_code FROM key_units WHERE state = 'held' ORDER BY id")
        return [row["hold_code"] for row in rows]

    async def purchases(self) -> list[str]:
        rows = await self.db.fetch("SELECT state FROM key_purchases ORDER BY id")
        return [row["state"] for row in rows]

    async def codes(self, order_id: int | None = None) -> list[str]:
        """The codes that units hold, in the clear."""
        rows = await self.db.fetch(
            "SELECT k.id, k.secret_sealed FROM key_units u JOIN keys k ON k.id = u.key_id"
            " JOIN order_items i ON i.id = u.order_item_id"
            " WHERE $1::bigint = 0 OR i.order_id = $1::bigint ORDER BY u.id",
            order_id or 0,
        )
        opened = [key_pool.open_key(self.db.cipher, row["id"], row["secret_sealed"]) for row in rows]
        return [code for code in opened if code is not None]

    async def bought(self) -> int:
        """Pieces that the supplier sold, by its own ledger."""
        return sum(entry["units"] for entry in await self.supplier.ledger("order_created"))

    async def attention(self, order_id: int) -> list[str]:
        return str(await self.db.fetch_value("SELECT attention FROM orders WHERE id = $1", order_id)).split()

    async def set_rules(self, rules: Mapping[str, Any], name: str = SUPPLIERS[0]) -> None:
        """Other rules of buying, as `orion.toml` would say them."""
        account = self.desks[name].account
        account.channel = account.channel | {"settings_json": {**account.settings, **rules}}


@asynccontextmanager
async def open_key_shop(
    db: Database, *, suppliers: tuple[str, ...] = SUPPLIERS[:1], **settings: Any
) -> AsyncIterator[KeyShop]:
    async with AsyncExitStack() as stack:
        supplier = await stack.enter_async_context(codeswholesale_account())
        clock = VendorTime(SharedClock(supplier.sandbox.sandbox.core.clock))
        now = clock.now()
        channels = (
            ChannelDeclaration("storefront"),
            *(
                ChannelDeclaration(
                    name, is_supplier=True, allows_mutations=True, settings={"client_id": CLIENT, **settings}
                )
                for name in suppliers
            ),
        )
        shop = StoreDeclaration(
            "demo", "Shop demo", "EUR", "LU", "Europe/Luxembourg", "en", ("en", "fr", "de"), channels=channels
        )
        store_id = await stores.create_store(db, shop, now)
        await leases.register(db, "p1", "here", now, ttl=timedelta(days=90))
        desks = {}
        for name in suppliers:
            row = await stores.channel_of(db, "demo", name)
            connector = await stack.enter_async_context(
                codeswholesale_connector(supplier, account=f"demo:{name}", calls_per_second=100.0)
            )
            parts = cast("Parts", SimpleNamespace(db=db, clock=clock, observe=lambda *_args, **_facts: None))
            account = SupplierAccount(row, connector, cast("AccountHttp", None), parts)
            lease = await leases.acquire(db, account.address, "p1", now)
            assert lease is not None
            account.own(lease)
            desks[name] = Desk(account, lease)
        yield KeyShop(db, supplier, clock, store_id, desks)
