"""A shop with an account at a supplier of keys, and a supplier that answers as a test says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orion_daemon.connectors.base import Check
from orion_daemon.connectors.errors import Rejected
from orion_daemon.connectors.supplier import BuyerFacts, OutgoingPurchase, ProductPage, Risk
from orion_daemon.db.database import Database
from orion_daemon.domain.hints import Hint
from orion_daemon.domain.supply import (
    Balance,
    Code,
    OrderEntry,
    PlacedOrder,
    PriceTier,
    SupplierProduct,
    SupplierTexts,
)
from orion_daemon.runtime.clock import Clock, ManualClock
from orion_daemon.services import products, stores
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration
from tests.support.stores import NOW

ACCOUNT = "demo:codeswholesale"
LETZSHOP = ChannelDeclaration("letzshop", allows_mutations=True)


def a_product(number: int = 1, cost: int | None = 910, quantity: int = 17, **facts: Any) -> SupplierProduct:
    """One product that is as it should be, but for `facts`. `cost`: of a single piece."""
    usual: dict[str, Any] = {
        "product_id": f"game-{number}",
        "name": f"Game {number}",
        "currency": "EUR",
        "tiers": () if cost is None else (PriceTier(10, None, cost - 50), PriceTier(1, 9, cost)),
        "quantity": quantity,
        "identifier": f"G{number}",
        "platform": "Steam",
        "regions": ("EU", "PL"),
        "languages": ("Multilanguage",),
        "images": (f"https://img.example/{number}.jpg",),
    }
    return SupplierProduct(**usual | facts)


def games(count: int, first: int = 1, **facts: Any) -> list[SupplierProduct]:
    return [a_product(number, **facts) for number in range(first, first + count)]


def a_balance(usable: int, credit: int = 0) -> Balance:
    return Balance("EUR", usable - credit, credit, usable)


@dataclass
class Supplier:
    """Answers from `products` and `texts`. `faults` are raised by the calls of these numbers (from 1, over all of
    them); `refused` cursors are not known any more; `hidden` products are shown one by one and not in the list."""

    products: list[SupplierProduct] = field(default_factory=list)
    texts: Mapping[str, SupplierTexts | BaseException] = field(default_factory=dict)
    page_size: int = 10
    usable: int = 10_000
    supplier: str = "codeswholesale"
    faults: dict[int, BaseException] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)  # product -> the sentence
    changed: list[SupplierProduct] | None = None  # what a delta shows; None: nothing
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def _called(self, *call: Any) -> None:
        self.calls.append(call)
        fault = self.faults.pop(len(self.calls), None)
        if fault is not None:
            raise fault

    async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
        self._called("page", cursor, updated_since)
        if cursor in self.refused:
            self.refused.discard(cursor)
            raise Rejected("The place in the list is not known any more.", code="cursor_refused")
        listed = self.products if updated_since is None else self.changed or []
        shown = [one for one in listed if one.product_id not in self.hidden]
        start = int(cursor or 0)
        part = shown[start : start + self.page_size]
        end = start + self.page_size
        readable = tuple(one for one in part if one.product_id not in self.unreadable)
        said = tuple(self.unreadable[one.product_id] for one in part if one.product_id in self.unreadable)
        return ProductPage(readable, str(end) if end < len(shown) else None, said)

    async def fetch_product(self, product_id: str) -> SupplierProduct | None:
        self._called("product", product_id)
        return next((one for one in self.products if one.product_id == product_id), None)

    async def fetch_texts(self, product_id: str) -> SupplierTexts | None:
        self._called("texts", product_id)
        found = self.texts.get(product_id)
        if isinstance(found, BaseException):
            raise found
        return found

    async def balance(self) -> Balance:
        self._called("balance")
        return a_balance(self.usable)

    async def buy(self, purchase: OutgoingPurchase) -> PlacedOrder:
        raise AssertionError(f"nobody should buy {purchase.product_id} here")

    async def find_orders(self, since: datetime, until: datetime) -> tuple[OrderEntry, ...]:
        return ()

    async def fetch_order(self, supplier_order_id: str) -> PlacedOrder | None:
        return None

    async def fetch_code(self, code_id: str) -> Code | None:
        return None

    async def score_buyer(self, buyer: BuyerFacts) -> Risk:
        raise AssertionError("nobody should be scored here")

    async def read_hint(self, body: bytes) -> Hint:
        return Hint("other")

    async def check(self) -> tuple[Check, ...]:
        return ()

    async def close(self) -> None:
        """Nothing is held."""

    def set(self, product: SupplierProduct) -> None:
        """Let the product be another from now on."""
        self.products = [product if one.product_id == product.product_id else one for one in self.products]


@dataclass
class KeyShop:
    """A shop that sells at Letzshop and buys its keys at the supplier."""

    db: Database
    store_id: int
    channel_id: int  # the supplier's account
    letzshop_id: int

    async def account(self) -> dict[str, Any]:
        row = await self.db.fetch_one("SELECT * FROM supplier_accounts WHERE channel_id = $1", self.channel_id)
        assert row is not None
        return row

    async def catalog(self) -> dict[str, dict[str, Any]]:
        """Marketplace products by the supplier's id."""
        rows = await self.db.fetch(
            "SELECT p.* FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id WHERE c.channel_id = $1"
            " ORDER BY p.id",
            self.channel_id,
        )
        return {row["marketplace_product_id"]: row for row in rows}

    async def available(self) -> set[str]:
        return {key for key, row in (await self.catalog()).items() if row["is_available"]}

    async def texts(self, product_id: str) -> dict[str, tuple[str | None, str | None]]:
        rows = await self.db.fetch(
            "SELECT t.language, t.title, t.description FROM marketplace_product_translations t"
            " JOIN marketplace_products p ON p.id = t.marketplace_product_id WHERE p.marketplace_product_id = $1",
            product_id,
        )
        return {row["language"]: (row["title"], row["description"]) for row in rows}

    async def adopt(self, *product_ids: str, now: datetime = NOW) -> tuple[int, ...]:
        where = Where().among("marketplace_products.marketplace_product_id", product_ids)
        done = await products.adopt(
            self.db, self.store_id, where, after_id=0, limit=1000, stock_from_catalog=False, now=now
        )
        return done.product_ids

    async def offers(self) -> dict[str, dict[str, Any]]:
        rows = await self.db.fetch("SELECT * FROM offers ORDER BY id")
        return {row["channel_sku"]: row for row in rows}

    async def settle_offers(self) -> None:
        async with self.db.transaction() as tx:
            await tx.execute("UPDATE offers SET state = 'synced', is_urgent = FALSE")

    async def jobs(self, kind: str) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM jobs WHERE kind = $1 ORDER BY id", kind)

    async def set(self, **settings: Any) -> None:
        """Settings of the supplier's account."""
        declared = ChannelDeclaration("codeswholesale", is_supplier=True, settings=settings)
        await stores.put_channel(self.db, self.store_id, declared, NOW)


async def open_key_shop(db: Database, **settings: Any) -> KeyShop:
    declared = StoreDeclaration(
        "demo", "Shop demo", "EUR", "LU", "Europe/Luxembourg", "en", ("en", "fr", "de"),
        channels=(LETZSHOP, ChannelDeclaration("codeswholesale", is_supplier=True, settings=settings)),
    )  # fmt: skip
    store_id = await stores.create_store(db, declared, NOW)
    rows = await db.fetch("SELECT id, marketplace FROM channels WHERE store_id = $1", store_id)
    ids = {row["marketplace"]: row["id"] for row in rows}
    return KeyShop(db, store_id, ids["codeswholesale"], ids["letzshop"])


@dataclass
class Open:
    """The account at work, as handlers need it."""

    shop: KeyShop
    connector: Supplier
    clock: Clock
    address: str = ACCOUNT
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.shop.db

    @property
    def channel_id(self) -> int:
        return self.shop.channel_id


async def open_account(db: Database, supplier: Supplier, clock: Clock | None = None, **settings: Any) -> Open:
    return Open(await open_key_shop(db, **settings), supplier, clock or ManualClock(NOW), settings=settings)


def repriced(listed: Iterable[SupplierProduct], cost: int) -> list[SupplierProduct]:
    return [replace(one, tiers=(PriceTier(1, None, cost),)) for one in listed]


def ids(listed: Sequence[SupplierProduct]) -> set[str]:
    return {one.product_id for one in listed}
